/**
 * A row of a portal's answer that could not be read. It is kept out of the listing; the other rows go on. Its previous
 * observation stays valid.
 */
export interface SetAsideRow {
  /** The GPS id or the DriverID that the row carries; null when it carries none that can be read. */
  readonly id: string | null;
  /** What is wrong, in words: the field and its fault. It never quotes the value. */
  readonly reason: string;
}

/** What was changed in rows to make them storable: id → one sentence fragment per change. A clean row is not in it. */
export type CleanedRows = ReadonlyMap<string, readonly string[]>;

/** The value for an answer in which nothing was changed: shared, so that clean listings cost nothing. */
export const NOTHING_CLEANED: CleanedRows = new Map();

/** The value for an answer in which every row could be read. */
export const NONE_SET_ASIDE: readonly SetAsideRow[] = [];
