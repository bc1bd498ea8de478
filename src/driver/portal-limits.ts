import {
  BULK_SHARE_OF_DAY,
  type AllowanceRequest,
  type AllowanceRules,
  type Reservation,
} from './ports/portal-allowance';

/** Calls are counted by the hour. */
export const HOUR_MS = 3_600_000;

/** A call counts from its hour to the end of the same hour a day later: for 24 hours at least. */
export const COUNTED_HOURS = 25;

/** A live call may reserve so far ahead, in ms; with a slow rate, one call. */
export function aheadMs(rules: AllowanceRules): number {
  return Math.max(1_000, intervalMs(rules));
}

/** From one call to the next, in ms. */
export function intervalMs({ requestsPerSecond }: AllowanceRules): number {
  return 1_000 / requestsPerSecond;
}

/** How many calls may go at once after a quiet second; the most that one reservation is granted. */
export function burstOf({ requestsPerSecond }: AllowanceRules): number {
  return Math.max(1, Math.floor(requestsPerSecond));
}

/** The day's requests, for calls of this urgency; null without a limit. */
export function dayLimit(
  urgency: AllowanceRequest['urgency'],
  { requestsPerDay }: AllowanceRules,
): number | null {
  if (requestsPerDay === null) return null;
  return urgency === 'live' ? requestsPerDay : Math.floor(requestsPerDay * BULK_SHARE_OF_DAY);
}

/** When each of the calls granted may be sent, in ms from now on. */
export function startsOf(firstMs: number, granted: number, rules: AllowanceRules): readonly number[] {
  return Array.from({ length: granted }, (_, index) => Math.max(0, firstMs + index * intervalMs(rules)));
}

/** The gates of an allowance as they stand, in ms from now on: negative is over. */
export interface Gates {
  readonly pausedMs: number;
  /** So many failures in a row that one call has to try first. */
  readonly isTrying: boolean;
  readonly openMs: number;
  readonly probeMs: number;
  /** When the next call may start. */
  readonly startMs: number;
  /** Calls by hour, the newest first, and when the newest hour ends. */
  readonly calls: readonly number[];
  readonly hourEndsMs: number;
}

/** Why a reservation is not granted; null when nothing stands against it. */
export function notGranted(
  gates: Gates,
  urgency: AllowanceRequest['urgency'],
  rules: AllowanceRules,
): Exclude<Reservation, { outcome: 'granted' }> | null {
  const { pausedMs, isTrying, openMs, probeMs, startMs } = gates;
  if (pausedMs > 0) return { outcome: 'refused', why: 'paused', waitMs: pausedMs };
  if (isTrying && openMs > 0) return { outcome: 'refused', why: 'failing', waitMs: openMs };
  if (isTrying && probeMs > 0) return { outcome: 'later', waitMs: probeMs };
  const spentMs = untilOneIsLeft(gates, dayLimit(urgency, rules));
  if (spentMs > 0) return { outcome: 'refused', why: 'spent', waitMs: spentMs };
  const lateMs = startMs - (urgency === 'live' ? aheadMs(rules) : 0);
  return lateMs > 0 ? { outcome: 'later', waitMs: lateMs } : null;
}

/** Until so many of the oldest calls have left the window that one more fits; 0 when one does now. */
function untilOneIsLeft({ calls, hourEndsMs }: Gates, limit: number | null): number {
  if (limit === null) return 0;
  let tooMany = calls.reduce((total, one) => total + one, 0) + 1 - limit;
  if (tooMany <= 0) return 0;
  for (let age = COUNTED_HOURS - 1; age >= 0; age -= 1) {
    tooMany -= calls[age] ?? 0;
    if (tooMany <= 0) return Math.max(1, hourEndsMs + (COUNTED_HOURS - 1 - age) * HOUR_MS);
  }
  return COUNTED_HOURS * HOUR_MS; // no call at all fits the limit
}
