import type { DriveriDriver, EnforcedFields } from '../driveri-driver';
import type { DriverId } from '../ids';
import type { CallOptions } from './portal-call';
import type { CleanedRows, SetAsideRow } from './portal-rows';

/** Drivers as Driveri told of them at one moment. */
export interface DriveriListing {
  readonly drivers: readonly DriveriDriver[];
  /** Epoch ms: the moment the first request was sent. */
  readonly sentAt: number;
  /** Rows that could not be read; they are not in `drivers`. */
  readonly setAside: readonly SetAsideRow[];
  /** What was changed in rows of `drivers` to make them storable, by DriverID. */
  readonly cleaned: CleanedRows;
  /**
   * Whether a driver who is not in `drivers` is absent in Driveri: false for `changedSince`, when rows were set aside, and
   * when the total may be a search window's limit (exactly 10,000).
   */
  readonly provesAbsence: boolean;
}

/**
 * One driver read directly; null when Driveri has nobody with that DriverID, removed ones included. `cleaned`: what was
 * changed to make the row storable; left out when nothing was. A row that cannot be read is a `PortalError` of kind
 * `malformed` with `setAside`.
 */
export interface DriveriReading {
  readonly driver: DriveriDriver | null;
  readonly sentAt: number;
  readonly cleaned?: readonly string[];
}

/** What a PUT may change: left out stays as it is. */
export interface DriveriChanges extends EnforcedFields {
  /** The new DriverID: this is how a driver is renamed. */
  readonly driverId?: DriverId;
  /** Digits, or an empty string to clear. */
  readonly phone?: string;
  readonly status?: 'active' | 'removed';
}

/** What a driver is created or reinstated with. `firstName` is demanded by Driveri. */
export interface DriveriNewDriver extends EnforcedFields {
  readonly driverId: DriverId;
  readonly firstName: string;
  readonly phone?: string;
}

/** What must hold before Driver Sync may be turned on for an account. */
export interface DriveriReadiness {
  /** Scopes that the token lacks, in the vendor's words; empty is ready. */
  readonly missingScopes: readonly string[];
  /** Null when the status table has no status that stands for a deletion. */
  readonly removedStatus: string | null;
}

/**
 * The Driveri tenant of one account. Every method throws `PortalError` and nothing else. Lists always include removed drivers.
 */
export interface DriveriPortal {
  /** Every driver, proven complete (distinct DriverIDs equal a total that stayed the same), or `PortalError` of kind `incomplete`. */
  listDrivers(options?: CallOptions): Promise<DriveriListing>;
  /** Who changed at or after this time (Driveri's clock, epoch ms). A hint, never a proof of absence. */
  changedSince(fromDate: number, options?: CallOptions): Promise<DriveriListing>;
  readDriver(id: DriverId, options?: CallOptions): Promise<DriveriReading>;
  /** Reads a driver back after a write of ours has been answered: as `readDriver`, but many at a time cost one listing. */
  readBack(id: DriverId): Promise<DriveriReading>;
  createDriver(driver: DriveriNewDriver, options?: CallOptions): Promise<void>;
  /** Brings a removed driver back under its DriverID, with its history. */
  reinstateDriver(removed: DriveriDriver, fields: DriveriNewDriver, options?: CallOptions): Promise<void>;
  updateDriver(id: DriverId, changes: DriveriChanges, options?: CallOptions): Promise<void>;
  /** Logs in freshly, reads the status table and the token's scope. */
  checkReadiness(options?: CallOptions): Promise<DriveriReadiness>;
}
