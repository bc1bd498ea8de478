import type { AccountId } from '../../driver/ids';

/** The right to make an account's decisions, until another process takes it (R1 to R4). */
export interface Ownership {
  readonly account: AccountId;
  readonly owner: string;
  /** Goes up with every taking: a transaction of an older fence fails with `OwnershipLost`. */
  readonly fence: number;
}

/** What an account wants next, and when. Epoch ms; null: nothing of that kind. */
export interface Agenda {
  readonly drivers: number | null;
  readonly intents: number | null;
  readonly gps: number | null;
  readonly driveri: number | null;
  readonly dailyRun: number | null;
  readonly runs: number | null;
  readonly requests: number | null;
  readonly discard: number | null;
}

/** The ownership was taken by another process: nothing may be decided or sent any more. */
export class OwnershipLost extends Error {
  constructor(account: AccountId) {
    super(`another process owns account ${account} now`);
    this.name = 'OwnershipLost';
  }
}

/** Ownership of accounts. Alone among all times, expiry is by the database's `clock_timestamp()`. */
export interface OwnershipStore {
  /**
   * Takes the account if nobody owns it; null otherwise. The due time goes ahead by a back-off that grows with each taking
   * that did not end with `letGo`, so that an account that kills its owner does not kill one after the other (R4).
   */
  take(account: AccountId, owner: string, lengthMs: number, now: number): Promise<Ownership | null>;
  /** False: it was taken by another process. */
  renew(ownership: Ownership, lengthMs: number): Promise<boolean>;
  agenda(account: AccountId, now: number): Promise<Agenda>;
  /**
   * R2: locks the due row, then reads the agenda, then releases. When something is due already the ownership is kept, and
   * `released` is false. `force` releases in any case: the process stops.
   */
  letGo(
    ownership: Ownership,
    now: number,
    options?: { readonly force?: boolean },
  ): Promise<{ readonly released: boolean; readonly agenda: Agenda }>;
  /** Accounts that are due and that nobody owns, of those given; the oldest first. */
  due(
    accounts: readonly AccountId[],
    now: number,
    limit: number,
  ): Promise<readonly { readonly account: AccountId; readonly dueAt: number }[]>;
  /** The account wants attention at this time, or earlier if it did already. Called after what it is about was written (R2). */
  lower(account: AccountId, at: number): Promise<void>;
  /** Since when the queue of this worker takes no jobs; null: it does. For health; to be said again while it lasts. */
  noteQueue(owner: string, refusesSince: number | null, now: number): Promise<void>;
  /** Releases everything: the embedded database's lock says that no other process lives. */
  releaseAll(): Promise<void>;
}
