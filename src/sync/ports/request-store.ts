import type { AccountId } from '../../driver/ids';

/** What an API process asks the account's owner to carry out (R8). The payload is JSON. */
export interface OwnerRequest {
  readonly id: string;
  readonly kind: string;
  readonly actor: string;
  readonly payload: unknown;
  /** The command's W3C `traceparent`; null: it was not traced. */
  readonly trace: string | null;
}

/** Requests to the owner of an account, and its answers. Rows: they survive both processes. */
export interface RequestStore {
  /** Stores a request; the account is due from then on. Answers its id. */
  ask(account: AccountId, request: Omit<OwnerRequest, 'id'>, now: number): Promise<string>;
  /** Null while there is no answer. */
  answerOf(account: AccountId, id: string): Promise<{ readonly answer: unknown } | null>;
  /** Requests without an answer, oldest first. */
  open(account: AccountId): Promise<readonly OwnerRequest[]>;
  answer(account: AccountId, id: string, answer: unknown): Promise<void>;
  /** The caller has gone: an answer would find nobody. */
  withdraw(account: AccountId, id: string): Promise<void>;
}
