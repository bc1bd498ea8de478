/** What came of one attempt. `cause` is short and of a bounded set, for metrics; `failure` is for people. Neither holds a secret. */
export type Delivery =
  | { readonly outcome: 'taken' }
  | {
      readonly outcome: 'refused';
      readonly cause: string;
      readonly failure: string;
      /** The target asked to be left alone for so long. */
      readonly retryAfterMs?: number;
    };

/** An attempt that takes longer has failed. Shorter than the first back-off, so that no two run side by side. */
export const DELIVER_WITHIN_MS = 15_000;
