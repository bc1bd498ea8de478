import type { AccountId } from '../../driver/ids';
import type { AccountState, AccountStore } from './account-store';
import type { DriverDirectory } from './driver-directory';
import type { EventLog } from './event-log';
import type { IntentStore } from './intent-store';
import type { LinkStore } from './link-store';
import type { MarkStore } from './mark-store';
import type { Ownership, OwnershipStore } from './ownership-store';
import type { RemovalStore } from './removal-store';
import type { RequestStore } from './request-store';
import type { RetentionStore } from './retention-store';
import type { RosterStore } from './roster-store';
import type { RunStore } from './run-store';
import type { WorkStore } from './work-store';

/** Everything that one transaction of one account may read and write. */
export interface SyncTransaction {
  readonly account: AccountStore;
  readonly rosters: RosterStore;
  readonly links: LinkStore;
  readonly work: WorkStore;
  readonly marks: MarkStore;
  readonly intents: IntentStore;
  readonly removals: RemovalStore;
  readonly runs: RunStore;
  readonly events: EventLog;
  readonly retention: RetentionStore;
  readonly drivers: DriverDirectory;
}

/**
 * The sync's memory. Times are epoch ms. A transaction belongs to one account; everything in it happens or nothing does.
 * Nothing over HTTP happens inside. Locks are taken in this order: ownership, switch and epoch, work rows, roster rows (by
 * id), links, intents, removals, runs, due time, event head.
 */
export interface SyncStore {
  /** A transaction of a process that need not own the account: commands of the API. */
  transaction<Result>(account: AccountId, work: (tx: SyncTransaction) => Promise<Result>): Promise<Result>;
  /**
   * A transaction of the owner. It begins by locking the ownership against being taken and the account's switch against being
   * turned, and hands their state on. Throws `OwnershipLost` when another process has the account.
   */
  owned<Result>(
    ownership: Ownership,
    work: (tx: SyncTransaction, state: AccountState) => Promise<Result>,
  ): Promise<Result>;
  /** Reads in one repeatable-read snapshot; nothing is written, and no subscriber is woken. */
  read<Result>(account: AccountId, work: (tx: SyncTransaction) => Promise<Result>): Promise<Result>;
  /** The same for work that is one statement: it is a snapshot by itself, and costs no transaction. */
  readOnce<Result>(account: AccountId, work: (tx: SyncTransaction) => Promise<Result>): Promise<Result>;
  /**
   * R16: the next number of one sequence, drawn before a portal is asked. Of two observations, the one with the higher ticket is
   * newer. Whoever asks in the same turn of the event loop gets the same one. Never called inside a transaction.
   */
  drawTicket(): Promise<number>;
  readonly ownership: OwnershipStore;
  readonly requests: RequestStore;
}
