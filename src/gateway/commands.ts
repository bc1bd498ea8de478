import type { AccountId, DriverKey, RunId } from '../driver/ids';
import type { PlanDifference } from './views/plan-difference';

/** Something in the request that the caller can put right. Nothing was changed when there is one. */
export interface UserError {
  /** Machine-readable, for example REQUIRED, INVALID_EMAIL, DRIVER_ID_TAKEN, SYNC_NOT_AVAILABLE, STALE_PLAN, NOT_FOUND, CONFLICT. */
  readonly code: string;
  readonly message: string;
  /** Path into the arguments, for example `['input', 'email']`. */
  readonly field?: readonly string[];
}

/** Something that could not be done although the rest was: it stands beside the value. */
export interface CommandWarning {
  /** Machine-readable, for example GROUPS_NOT_SET. */
  readonly code: string;
  readonly message: string;
  /** Path into the arguments, for example `['input', 'groups']`. */
  readonly field?: readonly string[];
}

/** What a command came to: its value, or what the caller has to put right. A `CONFLICT` has both: the current state. */
export interface CommandResult<Value> {
  readonly value: Value | null;
  readonly userErrors: readonly UserError[];
  /** What could not be done although the value was written, for example groups of a driver that was saved. */
  readonly warnings?: readonly CommandWarning[];
  /** Comes with the user error STALE_PLAN: how the plan has changed, for the first drivers. The text of the error says how many there are. */
  readonly planDifferences?: readonly PlanDifference[];
}

/** A driver's fields as the user sent them: left out stays as it is, null clears. Validated by the command. */
export interface DriverInputFields {
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly timeZone?: string | null;
  readonly referenceId?: string | null;
  readonly driveriDriverId?: string | null;
  readonly groups?: readonly string[] | null;
}

/** Who asks. */
export interface Actor {
  readonly account: AccountId;
  readonly userId: string;
}

/**
 * Everything that the API can do. Authorisation is the caller's; validation is not. When GPS is needed and fails, a
 * `PortalError` is thrown: with outcome `none` nothing has changed; with outcome `unknown` the truth is found out later.
 * Each is safe to call in any process; they return when the gateway's own state is written (and GPS's, where it is a write).
 */
export interface GatewayCommands {
  createDriver(actor: Actor, input: DriverInputFields): Promise<CommandResult<DriverKey>>;
  /** `version`: refused with CONFLICT, and the driver's key as value, when what GPS says has changed since. */
  updateDriver(
    actor: Actor,
    key: DriverKey,
    version: string | null,
    input: DriverInputFields,
  ): Promise<CommandResult<DriverKey>>;
  deleteDriver(actor: Actor, key: DriverKey): Promise<CommandResult<DriverKey>>;
  /** Reads one driver from both portals now, and marks it when something differs. */
  refreshDriver(actor: Actor, key: DriverKey): Promise<CommandResult<DriverKey>>;
  /** Value: the INITIAL run that turning it on has started; null when turned off, or when nothing changed. */
  setDriverSync(
    actor: Actor,
    enabled: boolean,
    reviewedRun: RunId | null,
  ): Promise<CommandResult<{ readonly run: RunId | null }>>;
  resyncDrivers(
    actor: Actor,
    keys: readonly DriverKey[] | null,
    dryRun: boolean,
  ): Promise<CommandResult<RunId>>;
  approveSyncRun(actor: Actor, run: RunId, items: readonly string[] | null): Promise<CommandResult<RunId>>;
  /** `reason`: why, in the person's words: one line of at most 500 characters; null when they give none. */
  rejectSyncRunItems(
    actor: Actor,
    run: RunId,
    items: readonly string[],
    reason?: string | null,
  ): Promise<CommandResult<RunId>>;
  cancelSyncRun(actor: Actor, run: RunId): Promise<CommandResult<RunId>>;
  /** Puts a removal that the sync made back: the Driveri driver is reinstated, as long as GPS has the driver again, or with `force` unmanaged. `seq`: the DRIVERI_DRIVER_REMOVED event. */
  undoRemoval(actor: Actor, seq: number, force: boolean): Promise<CommandResult<DriverKey>>;
  /** Look at GPS now: a webhook's hint. At worst it causes one poll. */
  hint(account: AccountId): Promise<void>;
}

/** The name of the wake-up that says: something about this account has changed, look. It may be lost. */
export const accountChanged = (account: AccountId): string => `account-${account}`;
