import type { OperationTypeNode } from 'graphql';
import type { Metrics } from '../platform/metrics';
import type { AccountFeeds } from './live/account-feed';

export type Transport = 'http' | 'websocket' | 'sse';

/** What is measured. Labels are few and ours: never a name that a caller chose, an account or a user. */
export interface ApiMetrics {
  operationDone(transport: Transport, type: OperationTypeNode, ok: boolean, seconds: number): void;
  refused(transport: Transport): void;
  streamOpened(transport: Transport): void;
  streamClosed(transport: Transport): void;
}

export function createApiMetrics(metrics: Metrics, feeds: AccountFeeds): ApiMetrics {
  const operations = metrics.counter('gateway_api_operations_total', 'Operations that ran', [
    'transport',
    'type',
    'outcome',
  ]);
  const seconds = metrics.durations('gateway_api_operation_seconds', 'How long operations took', [
    'transport',
    'type',
  ]);
  const refusals = metrics.counter(
    'gateway_api_refused_total',
    'Requests that were refused before they ran',
    ['transport'],
  );
  const streams = metrics.gauge('gateway_api_streams', 'Open sockets and event streams', ['transport']);
  metrics.gauge('gateway_api_subscriptions', 'Open subscriptions', [], (gauge) => {
    gauge.set(feeds.size().subscriptions);
  });
  return {
    operationDone(transport, type, ok, took) {
      operations.inc({ transport, type, outcome: ok ? 'ok' : 'error' });
      seconds.observe({ transport, type }, took);
    },
    refused: (transport) => refusals.inc({ transport }),
    streamOpened: (transport) => streams.inc({ transport }),
    streamClosed: (transport) => streams.dec({ transport }),
  };
}
