import type { DriverId } from '../../driver/ids';
import type { RosterState } from './roster-store';

/** What the sync knows of an account as a whole. */
export interface AccountState {
  readonly enabled: boolean;
  /** Goes up with every toggle: a write that was planned under another epoch is never sent. */
  readonly epoch: number;
  readonly changedAt: number | null;
  readonly changedBy: string | null;
  /** What the account is connected to, as it was when the rosters and links were made. */
  readonly fingerprint: string | null;
  readonly driverIdField: 'unread' | 'readable' | 'unreadable';
  /** Driveri listed a DriverID that the roster does not have: identities may have changed there. */
  readonly driveriListingNeeded: boolean;
  /** UNEXPECTED_CHANGE: no PUT goes out until a person turns the sync on again. */
  readonly putHalted: boolean;
  readonly nextRunAt: number | null;
  /** When old rows are discarded next; null: they never were. */
  readonly nextDiscardAt: number | null;
}

/** A health problem of an account, besides those of single drivers. */
export interface AccountProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly severity: 'degraded' | 'blocked';
  readonly sinceAt: number;
  /** For blocked ones: when to probe again. */
  readonly retryAt: number | null;
}

/** What every look of the owner needs of the account. */
export interface AccountOverview {
  readonly state: AccountState;
  /** Codes of the health problems that there are. */
  readonly problemCodes: readonly string[];
  readonly gpsRoster: RosterState;
  readonly driveriRoster: RosterState;
  /** DriverIDs that open intents touch. */
  readonly inFlight: ReadonlySet<DriverId>;
}

/** The account's row and its health. */
export interface AccountStore {
  /** Makes the account's rows if they are not there. */
  ensure(): Promise<void>;
  read(): Promise<AccountState>;
  /** In one statement. */
  overview(): Promise<AccountOverview>;
  /** `FOR UPDATE`: turning on and off, and what must not happen at the same time as these. */
  lockExclusive(): Promise<AccountState>;
  update(patch: Partial<AccountState>): Promise<void>;
  problems(): Promise<readonly AccountProblem[]>;
  /** True when the problem is new; then the caller writes the event. The moment it began is kept otherwise. */
  setProblem(problem: AccountProblem): Promise<boolean>;
  /** Answers the codes that were there. */
  clearProblems(codes: readonly string[]): Promise<readonly string[]>;
}
