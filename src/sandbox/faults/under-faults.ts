import { empty, html, type Answer, type WireReply } from '../wire/reply';
import type { Fault } from './fault';
import type { Hits } from './fault-board';

/** How a portal words the failures that any HTTP service has. */
export interface FailureFormats {
  rateLimited(retryAfterSeconds: number | undefined): Answer;
  serverError(status: number): Answer;
}

/**
 * Carries out one call under the faults that hit it: waits, fails before the effect, acts, fails after the effect.
 * Faults that change what the call does or lists are the business of `act`. Rejects when `signal` fires while waiting:
 * the portal stopped and the call had no effect.
 */
export async function underFaults(
  hits: Hits,
  formats: FailureFormats,
  signal: AbortSignal,
  act: () => Answer,
): Promise<WireReply> {
  await delay(delayOf(hits), signal);
  const hold = hits.of('hold');
  if (hold?.when === 'before') await released(hits, signal);
  const failed = failure(hits, 'before', formats);
  if (failed !== undefined) return failed;
  const answer = act();
  if (hold?.when === 'after') await released(hits, signal);
  if (hits.of('cut') !== undefined) return { kind: 'cut', answer };
  return failure(hits, 'after', formats) ?? answer;
}

function failure(hits: Hits, when: 'before' | 'after', formats: FailureFormats): WireReply | undefined {
  for (const fault of hits.all) {
    const reply = momentOf(fault) === when ? replyTo(fault, formats) : undefined;
    if (reply !== undefined) return reply;
  }
  return undefined;
}

function momentOf(fault: Fault): 'before' | 'after' {
  if ('when' in fault) return fault.when;
  return fault.kind === 'reset-after' ? 'after' : 'before';
}

function replyTo(fault: Fault, formats: FailureFormats): WireReply | undefined {
  switch (fault.kind) {
    case 'hang':
      return { kind: 'hang' };
    case 'reset-before':
    case 'reset-after':
      return { kind: 'reset' };
    case 'rate-limit':
      return formats.rateLimited(fault.retryAfterSeconds);
    case 'server-error':
      return formats.serverError(fault.status);
    case 'html':
      return html(200, PROXY_PAGE);
    case 'empty-body':
      return empty(200, { 'content-type': 'application/json; charset=utf-8' });
    default:
      return undefined;
  }
}

const PROXY_PAGE =
  '<!DOCTYPE html><html><head><title>Scheduled maintenance</title></head>' +
  '<body><h1>We will be back soon</h1></body></html>';

const SLOW_MS = 2_000;

function delayOf(hits: Hits): number {
  return hits.all.reduce((sum, fault) => sum + (fault.delayMs ?? (fault.kind === 'slow' ? SLOW_MS : 0)), 0);
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return untilStopped(signal, (done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  });
}

function released(hits: Hits, signal: AbortSignal): Promise<void> {
  return untilStopped(signal, (done) => {
    void hits.released().then(done);
    return () => undefined;
  });
}

function untilStopped(signal: AbortSignal, start: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(new Error('The portal was stopped'));
    };
    const cancel = start(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
