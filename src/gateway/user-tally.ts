/** Something of which a user has so much, and gets it back over time. */
export interface SpentUse {
  readonly user: string;
  /** Which limit: its name. */
  readonly limit: string;
  /** What was taken since the last report. */
  readonly amount: number;
  /** What comes back each second. */
  readonly perSecond: number;
  /** More than this is not remembered, so that nobody waits without end. */
  readonly most: number;
}

/** Something of which a user may have so many at a time. */
export interface OpenUse {
  readonly user: string;
  readonly limit: string;
  /** How many this process has of the user now. */
  readonly count: number;
}

/** What one process tells the others. */
export interface UseReport {
  readonly spent: readonly SpentUse[];
  readonly open: readonly OpenUse[];
}

/** What is known of the reported users, over all processes. */
export interface UseTotals {
  /** What was taken and has not come back yet, this report included. */
  readonly levels: readonly { readonly user: string; readonly limit: string; readonly level: number }[];
  /** How many all other processes have. */
  readonly elsewhere: readonly { readonly user: string; readonly limit: string; readonly count: number }[];
}

/**
 * Adds up what users take in all processes. A process reports a few times a second, and never per request: in between it counts
 * by itself. A process that no longer reports is forgotten after `OPEN_FOR_MS`.
 */
export interface UserTally {
  /** Rejects when the store cannot be reached: the process then goes on with what it knows. */
  report(report: UseReport): Promise<UseTotals>;
  /** Deletes what says nothing any more. */
  forget(): Promise<void>;
}

/** What a process has of a user is believed for so long after its last report. */
export const OPEN_FOR_MS = 30_000;
