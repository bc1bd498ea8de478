import type { SyncTransaction } from '../ports/sync-store';
import type { SyncAccount, SyncSettings } from '../sync-context';

const DAY_MS = 24 * 3_600_000;

/** A poll of GPS: the drivers, and the groups that the user may see. */
const REQUESTS_PER_POLL = 2;

/** R18: a time of the next poll further ahead than this was set by a clock that was wrong. */
const LONGEST_MS = 2 * 3_600_000;

/**
 * How often GPS is polled, in ms: as configured, stretched so that polling takes half of the account's daily budget at most, and
 * never less often than every two hours.
 */
export function gpsPollInterval(gpsPollMs: number, account: Pick<SyncAccount, 'gpsRequestsPerDay'>): number {
  const { gpsRequestsPerDay } = account;
  if (gpsRequestsPerDay === undefined) return gpsPollMs;
  const stretchedMs = Math.ceil((DAY_MS * REQUESTS_PER_POLL * 2) / gpsRequestsPerDay);
  return Math.max(gpsPollMs, Math.min(LONGEST_MS, stretchedMs));
}

/**
 * At start-up: a next reading that was planned with longer intervals than those of the configuration now is brought forward. One
 * that waits after a failure keeps its time. Answers the earliest of those that were brought forward; null: none was.
 */
export async function keepToIntervals(
  tx: SyncTransaction,
  account: SyncAccount,
  settings: Pick<SyncSettings, 'gpsPollMs' | 'driveriPollMs'>,
  now: number,
): Promise<number | null> {
  const intervals = [
    ['gps', gpsPollInterval(settings.gpsPollMs, account)],
    ['driveri', settings.driveriPollMs],
  ] as const;
  const forward: number[] = [];
  for (const [portal, intervalMs] of intervals) {
    const { nextReadAt, failures } = await tx.rosters.state(portal);
    if (failures > 0 || nextReadAt <= now + intervalMs) continue;
    await tx.rosters.setState(portal, { nextReadAt: now + intervalMs });
    forward.push(now + intervalMs);
  }
  return forward.length === 0 ? null : Math.min(...forward);
}
