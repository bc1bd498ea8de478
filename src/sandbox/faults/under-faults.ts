import { empty, html, type Answer, type WireReply } from '../wire/reply';
import { alteredAnswer } from './altered-answer';
import type { Fault, FaultOf } from './fault';
import type { Hits } from './fault-board';

/** How a portal words the failures that any HTTP service has. */
export interface FailureFormats {
  rateLimited(retryAfterSeconds: number | undefined): Answer;
  refused(status: number, message: string): Answer;
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
  const answer = alteredAnswer(act(), hits);
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
      return withHeaders(formats.rateLimited(fault.retryAfterSeconds), rateLimitHeaders(fault));
    case 'refuse':
      return formats.refused(fault.status, fault.message);
    case 'redirect':
      return empty(302, { location: fault.location });
    case 'server-error':
      return formats.serverError(fault.status);
    case 'html':
      return html(fault.status, proxyPage(fault.title));
    case 'empty-body':
      return empty(200, { 'content-type': 'application/json; charset=utf-8' });
    default:
      return undefined;
  }
}

function proxyPage(title: string): string {
  return `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>We will be back soon</h1></body></html>`;
}

function withHeaders(answer: Answer, headers: Answer['headers']): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function rateLimitHeaders({ retryAfter, dateOffsetMs }: FaultOf<'rate-limit'>): Answer['headers'] {
  return {
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(dateOffsetMs === undefined ? {} : { date: new Date(Date.now() + dateOffsetMs).toUTCString() }),
  };
}

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
