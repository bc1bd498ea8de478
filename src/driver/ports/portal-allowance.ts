/** How hard an account may use a portal: its configuration, the same in every process. */
export interface AllowanceRules {
  /** On average; after a quiet second, as many may go at once. */
  readonly requestsPerSecond: number;
  /** In any 24 hours, every request counted; null: no limit. Bulk work stops at 90 % of it. */
  readonly requestsPerDay: number | null;
  /** So many failures in a row open the breaker. */
  readonly breakerFailures: number;
  /** How long an open breaker turns every call away before one call may try. */
  readonly breakerRestMs: number;
  /** How long that one call may take before another may try instead. */
  readonly probeMs: number;
}

/** Reserved calls that were never sent, and the hour in which they were counted. */
export interface UnusedCalls {
  readonly count: number;
  readonly hour: number;
}

export interface AllowanceRequest {
  /** At least 1. Fewer may be granted. */
  readonly count: number;
  /** `live`: a person waits. `bulk`: polls, listings and everything else that can wait. */
  readonly urgency: 'live' | 'bulk';
  /** Given back in the same statement; ignored when their hour is over, so that a mistake only counts too much. */
  readonly unused?: UnusedCalls | undefined;
}

/**
 * The answer to a reservation. Every wait is a length, in milliseconds from the answer on: it is slept by a monotonic clock.
 * - `granted`: the call with index i may be sent after `waitMs[i]`. `probe`: this is the one call that tries an open breaker.
 *   `failures`: failures in a row, as far as they are known; when there are some, a success has to be noted.
 * - `later`: nothing was reserved, the rate is used up for now or another call tries an open breaker; ask again after `waitMs`.
 * - `refused`: nothing was reserved. `paused`: the portal asked for fewer requests; `failing`: the breaker is open; `spent`: the
 *   day's requests are used up, for calls of this urgency.
 */
export type Reservation =
  | {
      readonly outcome: 'granted';
      readonly waitMs: readonly number[];
      readonly hour: number;
      readonly probe: boolean;
      readonly failures: number;
    }
  | { readonly outcome: 'later'; readonly waitMs: number }
  | {
      readonly outcome: 'refused';
      readonly why: 'paused' | 'failing' | 'spent';
      readonly waitMs: number;
    };

/**
 * What came of a call, for the breaker. `answered`: the portal answered, a refusal included; `failed`: no connection, no answer
 * in time, or a server error; `unsent`: a reserved probe was not sent.
 */
export type CallResult = 'answered' | 'failed' | 'unsent';

/** How one account's portal is doing. */
export interface AllowanceStatus {
  /** How long the portal asked to be left alone; 0 when it did not. */
  readonly pausedMs: number;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Calls left in the rolling 24 hours; null without a limit. */
  readonly budgetLeft: number | null;
}

/** No portal's pause is believed for longer (engine.md, R18). */
export const LONGEST_PAUSE_MS = 24 * 3_600_000;

/** Bulk work stops at this share of the day's requests: the rest is for people (engine.md, R6). */
export const BULK_SHARE_OF_DAY = 0.9;

/**
 * What one account may ask of one portal, shared by all processes and kept over restarts (engine.md, R6). A call is reserved
 * **before** it is sent, and every request counts: polls, groups, edits, log-ins. So a crash counts too much, never too little.
 *
 * Rate: the next free time moves by 1/rate with each call; it may lag behind by one second's calls, never more. Bulk calls get
 * only what is free now, so a live call waits for one slice of them at most; live calls may reserve up to a second ahead.
 *
 * All times are the store's own. A stored time further ahead than it could have been set is cut to that when it is next read.
 * Throws only when the store cannot be reached.
 */
export interface PortalAllowance {
  reserve(request: AllowanceRequest, rules: AllowanceRules): Promise<Reservation>;
  /** Nothing is granted for so long, to any process; `LONGEST_PAUSE_MS` at most. A shorter pause never replaces a longer one. */
  pause(ms: number): Promise<void>;
  /**
   * Notes what came of a call. Needed for a failure, for a probe, and for a success after failures; other successes need not be
   * noted. `opened`: the breaker is open now.
   */
  note(result: CallResult, probe: boolean, rules: AllowanceRules): Promise<{ readonly opened: boolean }>;
  status(rules: AllowanceRules): Promise<AllowanceStatus>;
}
