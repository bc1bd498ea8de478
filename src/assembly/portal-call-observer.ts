import type { Logger } from '../platform/logger';
import type { Metrics } from '../platform/metrics';
import type { CallMetric } from '../portals/pacing';

/** Counts every call, and logs the cause of each that failed, once. */
export function createPortalCallObserver(
  metrics: Metrics,
  logger: Logger,
): (account: string, metric: CallMetric) => void {
  const calls = metrics.counter('gateway_portal_calls_total', 'Calls to portals', [
    'portal',
    'operation',
    'result',
  ]);
  const seconds = metrics.durations('gateway_portal_call_seconds', 'How long calls to portals take', [
    'portal',
  ]);
  return (account, { portal, operation, result, sent, durationMs, failure }) => {
    if (failure !== undefined) {
      const { kind, outcome, status, portalCode, causeInWords: reason } = failure;
      const fields = { account, portal, operation, kind, outcome, status, portalCode, reason };
      // What was not sent says the same again and again; a driver that is not there is an answer.
      if (sent && kind !== 'not-found') logger.warn(fields, 'a call to a portal failed');
      else logger.debug(fields, 'a call to a portal failed');
    }
    calls.inc({ portal, operation, result });
    if (sent) seconds.observe({ portal }, durationMs / 1000);
  };
}
