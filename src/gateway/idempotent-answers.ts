import type { AccountId } from '../driver/ids';

/** Whose key it is. */
export interface IdempotencyKey {
  readonly account: AccountId;
  readonly userId: string;
  readonly key: string;
}

/** What is known of a key: new, and now the caller's; being worked on (or never finished); or answered. */
export type IdempotencyClaim =
  | { readonly state: 'new' }
  | { readonly state: 'open'; readonly digest: string; readonly since: number }
  | { readonly state: 'answered'; readonly digest: string; readonly answer: unknown };

/** How long a key means the same request, in ms. */
export const ANSWERS_KEPT_MS = 24 * 3_600_000;

/** Remembers the answers to requests that carried an idempotency key, per user, for a day. */
export interface IdempotentAnswers {
  /** Takes the key for a request, unless somebody has it: of two at once, one gets `new`. */
  claim(key: IdempotencyKey, digest: string): Promise<IdempotencyClaim>;
  /** Stores the answer (JSON) of the request that holds the key. */
  store(key: IdempotencyKey, answer: unknown): Promise<void>;
  /** Gives the key up: nothing was done, so the same request may be tried again. */
  release(key: IdempotencyKey): Promise<void>;
}
