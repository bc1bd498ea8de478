import type { SyncAccount } from '../sync-context';

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
