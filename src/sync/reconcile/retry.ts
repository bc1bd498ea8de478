import type { PortalError, PortalErrorKind } from '../../driver/ports/portal-error';
import { portalTitle } from '../account/portal-health';
import type { SyncSettings } from '../sync-context';

const BACKOFF_MS = [1_000, 4_000, 15_000, 60_000, 300_000, 900_000, 3_600_000] as const;

/** How long to wait before attempt number `attempts + 1`: 1 s, 4 s, 15 s, 1 min, 5 min, 15 min, then every hour, up to a fifth more. */
export function backoffMs(attempts: number, random: () => number = Math.random): number {
  const base = BACKOFF_MS[Math.min(attempts, BACKOFF_MS.length - 1)] ?? 3_600_000;
  return Math.round(base * (1 + random() / 5));
}

/** What a failed portal call means for the driver that it was made for. */
export type Verdict =
  /** Try again after a while; the attempt counts. */
  | { readonly then: 'retry'; readonly code: string; readonly message: string }
  /** Nothing failed: the portal was not asked, or said when to come again. */
  | { readonly then: 'wait'; readonly waitMs: number }
  /** A person must act; no retry until something changes. */
  | { readonly then: 'park'; readonly code: string; readonly message: string; readonly hint: string };

type Rule = (error: PortalError, settings: SyncSettings) => Verdict;

const retry: Rule = (error) => ({
  then: 'retry',
  code: error.portal === 'gps' ? 'GPS_UNAVAILABLE' : 'DRIVERI_UNAVAILABLE',
  message: `${portalTitle(error.portal)} did not carry out ${error.operation}: ${error.message}`,
});
const park: Rule = (error) => ({
  then: 'park',
  code: 'REJECTED',
  message: `${portalTitle(error.portal)} refused ${error.operation}: ${error.message}`,
  hint: 'Correct the driver in GPS, or in Driveri, as the message says; it is tried again when something changes, and by the daily run.',
});
const unreadable: Rule = (error, settings) =>
  error.setAside === undefined
    ? retry(error, settings)
    : {
        then: 'retry',
        code: 'UNREADABLE',
        message: `${portalTitle(error.portal)} answers a row that cannot be read: ${error.setAside.reason}`,
      };
const waitAsTold: Rule = (error) => ({ then: 'wait', waitMs: Math.max(1_000, error.retryAfterMs ?? 60_000) });
const waitForProbe: Rule = (_error, settings) => ({ then: 'wait', waitMs: settings.probeMs });
const waitABit: Rule = () => ({ then: 'wait', waitMs: 1_000 });

/** One of the two tables that translate portal errors: to retry, wait or park. */
const RULES: { readonly [Kind in PortalErrorKind]: Rule } = {
  unreachable: retry,
  timeout: retry,
  server: retry,
  malformed: unreadable,
  incomplete: retry,
  'rate-limited': waitAsTold,
  paused: waitAsTold,
  'too-late': waitABit,
  credentials: waitForProbe,
  forbidden: waitForProbe,
  'not-found': retry,
  taken: retry,
  rejected: park,
  ambiguous: park,
};

/** What to do about a driver after a portal call failed. */
export function judgeFailure(error: PortalError, settings: SyncSettings): Verdict {
  return RULES[error.kind](error, settings);
}
