/** What a portion of discarding took away, in rows; `isLast` when nothing that is too old is left. */
export interface Discarded {
  readonly events: number;
  readonly runs: number;
  readonly items: number;
  readonly intents: number;
  readonly removals: number;
  readonly answers: number;
  readonly isLast: boolean;
}

/** Rows that nothing needs any more. */
export interface RetentionStore {
  /**
   * Discards up to `limit` rows of each kind, and one run with all its items: of what is over since before `before`, and of
   * stored answers since before `answersBefore`. Kept whatever its age: what is open; runs that hold something, and the newest;
   * the removal of a driver that is still removed, so that it can be undone. The log loses its oldest events only, and says
   * from then on where it begins.
   */
  discard(before: number, answersBefore: number, limit: number): Promise<Discarded>;
  /**
   * Discards up to `limit` dry runs that nobody used, with their items, of those that ended or were planned before `before`;
   * answers how many.
   */
  discardDryRuns(before: number, limit: number): Promise<number>;
  /** How many events the log has, and how many of them are older than `before`. */
  logAges(before: number): Promise<{ readonly all: number; readonly old: number }>;
}
