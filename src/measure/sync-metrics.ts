import type { AccountId } from '../driver/ids';
import type { RunStatus } from '../gateway/views/run-view';
import type { SyncEventType } from '../gateway/views/event-view';
import type { Metrics } from '../platform/metrics';
import type { OwnershipStore } from '../sync/ports/ownership-store';

/** What a transaction has written. */
export interface Commit {
  readonly account: AccountId;
  readonly events: readonly { readonly type: SyncEventType; readonly delayMs?: number | null }[];
  readonly endedRuns: readonly RunStatus[];
}

/** Counts what this process does. */
export interface SyncMetrics {
  /** After a commit. */
  committed(commit: Commit): void;
  /** The same ownership store; counts what becomes of ownerships. */
  counting(store: OwnershipStore): OwnershipStore;
}

/** From a change that is there at once to one that waited for a portal's long outage, in seconds. */
const DELAY_BUCKETS = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600, 4 * 3_600, 24 * 3_600];

const OUTCOMES = ['planned', 'awaiting_approval', 'succeeded', 'partial', 'failed', 'cancelled'];

/** Counters, without a label for the account: their number is not bounded, and an account's own log has the same. */
export function createSyncMetrics(metrics: Metrics): SyncMetrics {
  const events = metrics.counter('gateway_sync_events_total', 'Events of the log, by type', ['type']);
  const delays = metrics.durations(
    'gateway_change_delay_seconds',
    'From a change in GPS, as far as it is known, to its confirmation in Driveri',
    ['type'],
    DELAY_BUCKETS,
  );
  const runs = metrics.counter('gateway_runs_total', 'Runs, by the state in which they came to rest', [
    'outcome',
  ]);
  const ownerships = metrics.counter(
    'gateway_ownership_changes_total',
    'Ownerships of accounts: taken, let go, and lost to another process',
    ['change'],
  );
  // A counter that begins with its first event shows no increase: an alert on it would miss that event.
  for (const outcome of OUTCOMES) runs.inc({ outcome }, 0);
  for (const change of ['taken', 'let-go', 'lost']) ownerships.inc({ change }, 0);
  return {
    committed(commit) {
      for (const { type, delayMs } of commit.events) {
        events.inc({ type });
        if (delayMs != null) delays.observe({ type }, delayMs / 1_000);
      }
      for (const outcome of commit.endedRuns) runs.inc({ outcome: outcome.toLowerCase() });
    },
    counting: (store) => ({
      ...store,
      async take(account, owner, lengthMs, now) {
        const ownership = await store.take(account, owner, lengthMs, now);
        if (ownership !== null) ownerships.inc({ change: 'taken' });
        return ownership;
      },
      async renew(ownership, lengthMs) {
        const isOurs = await store.renew(ownership, lengthMs);
        if (!isOurs) ownerships.inc({ change: 'lost' });
        return isOurs;
      },
      async letGo(ownership, now, options) {
        const result = await store.letGo(ownership, now, options);
        if (result.released) ownerships.inc({ change: 'let-go' });
        return result;
      },
    }),
  };
}
