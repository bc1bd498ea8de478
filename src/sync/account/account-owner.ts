import type { AccountState } from '../ports/account-store';
import type { DriverId, GpsId } from '../../driver/ids';
import type { SyncTransaction } from '../ports/sync-store';
import type { SyncAccount, SyncContext } from '../sync-context';
import type { HeldOwnership } from './held-ownership';

/** What the owner knows of one driver between two looks: lost with the owner, and then found out again. */
export interface Attempt {
  /** DriverIDs that Driveri was asked for directly, since this attempt began or since the last write. */
  readonly verified: Set<DriverId>;
  /** After a refused write the roster is not believed: everything is read directly. */
  distrustful: boolean;
  refusals: number;
  /** Driveri was listed for this attempt. */
  listed: boolean;
  /** Driveri refused a DriverID that no driver of the roster has: it is listed before anything else. */
  mustList: boolean;
  /** GPS was asked whether it has the driver again. */
  askedGps: boolean;
  /** When the DriverIDs that it depends on were known to be up to date in GPS, where they are read apart; epoch ms. */
  driverIdsReadAt: number | null;
  steps: number;
  /** Driveri refused the write as a whole: its parts are sent one by one, so that only what is wrong stays behind. */
  inParts: boolean;
}

/** The one process that makes an account's decisions at this moment, with what it keeps in memory. */
export interface AccountOwner {
  readonly context: SyncContext;
  readonly account: SyncAccount;
  readonly held: HeldOwnership;
  /** Drivers that something of this owner is busy with: they are not taken again meanwhile. */
  readonly busy: Set<GpsId>;
  readonly attempts: Map<GpsId, Attempt>;
  /** Intents that this owner is sending, confirming or recording. */
  readonly atWork: Set<string>;
  /** Bulk writes that are under way. */
  bulkInFlight: number;
  /** After a failure of the portal or of our own, drivers are left alone until then; epoch ms. */
  restUntil: number;
  /** Until then no look at drivers is worth it, because none was free; zero after any news. By `performance.now()`. */
  noneFreeUntil: number;
  /** A transaction under the fence. `bulk` work waits its turn in the process. */
  transaction<Result>(
    urgency: 'urgent' | 'bulk',
    work: (tx: SyncTransaction, state: AccountState) => Promise<Result>,
  ): Promise<Result>;
  /** One repeatable-read look. */
  read<Result>(urgency: 'urgent' | 'bulk', work: (tx: SyncTransaction) => Promise<Result>): Promise<Result>;
  /** The same for work that is one statement: it costs no transaction. */
  readOnce<Result>(
    urgency: 'urgent' | 'bulk',
    work: (tx: SyncTransaction) => Promise<Result>,
  ): Promise<Result>;
  /** Goes on beside everything else; the owner does not let go before it ends. A failure is logged. */
  background(name: string, work: () => Promise<void>): void;
  /** Looks again at once: something may have become due. */
  wake(): void;
}

/** The driver's attempt; a new one if none is under way. */
export function attemptOf(owner: Pick<AccountOwner, 'attempts'>, id: GpsId): Attempt {
  const known = owner.attempts.get(id);
  if (known !== undefined) return known;
  const attempt: Attempt = {
    verified: new Set(),
    distrustful: false,
    refusals: 0,
    listed: false,
    mustList: false,
    askedGps: false,
    driverIdsReadAt: null,
    steps: 0,
    inParts: false,
  };
  owner.attempts.set(id, attempt);
  return attempt;
}
