import type { GpsDriver, GpsDriverChanges } from '../gps-driver';
import type { DriverId, GpsId } from '../ids';
import type { CallOptions } from './portal-call';
import type { CleanedRows, SetAsideRow } from './portal-rows';

/** A listing of all GPS drivers that ended properly: status OK, parsable, not empty. Whether it is *complete* the guards decide. */
export interface GpsListing {
  readonly drivers: readonly GpsDriver[];
  /** Epoch ms: the moment the request was sent. */
  readonly sentAt: number;
  /** How many driver groups the session's user can see: fewer than last time means a subset, silently. */
  readonly visibleGroups: number;
  /** Whether any row carried the DriverID field; false makes every DriverID `unknown`. */
  readonly driverIdFieldAnswered: boolean;
  /**
   * Drivers whose DriverID is a custom attribute that was not read yet: it costs a request per driver, and is read little by
   * little. What was known of them stays. Left out when the list itself tells DriverIDs.
   */
  readonly driverIdsUnread?: ReadonlySet<GpsId>;
  /** Of these, the ones whose turn it was and whose attribute could not be read: why, in words. */
  readonly driverIdsFailed?: ReadonlyMap<GpsId, string>;
  /** Whether the group "ALL DRIVERS" is visible. False: the session's user sees a subset, and absence proves nothing. */
  readonly seesAllDrivers: boolean;
  /** Rows that could not be read; they are not in `drivers`. */
  readonly setAside: readonly SetAsideRow[];
  /** What was changed in rows of `drivers` to make them storable, by GPS id. */
  readonly cleaned: CleanedRows;
  /** False when rows were set aside: a driver who is not in `drivers` may be one of them. */
  readonly provesAbsence: boolean;
}

/**
 * One driver read directly. `ambiguous`: the answer was about another driver, or about nobody without saying so; it proves
 * nothing. `cleaned`: what was changed to make the row storable; left out when nothing was. A row that cannot be read is a
 * `PortalError` of kind `malformed` with `setAside`.
 */
export type GpsReading =
  | {
      readonly found: 'driver';
      readonly driver: GpsDriver;
      readonly sentAt: number;
      readonly cleaned?: readonly string[];
    }
  | { readonly found: 'unknown'; readonly sentAt: number }
  | { readonly found: 'ambiguous'; readonly sentAt: number };

/** When a driver's DriverID was read, where it is a custom attribute that is read apart from the driver. Epoch ms; null: never. */
export interface DriverIdAge {
  /** The DriverID that was read; null: none. */
  readonly value: DriverId | null;
  readonly readAt: number | null;
  readonly triedAt: number | null;
  /** Why the last attempt brought no DriverID, in words; null: it did, or there was none. */
  readonly failure: string | null;
}

/** A driver group and the GPS ids of its members. */
export interface GpsGroup {
  readonly name: string;
  readonly members: readonly GpsId[];
}

/**
 * The GPS Fleet Tracking Portal of one account, complete for drivers. Every method throws `PortalError` and nothing else.
 * Writes address the driver by an argument that was checked to mean this GPS id, and are refused as `ambiguous` otherwise
 * (portals.md: arguments are resolved by ref_id first).
 */
export interface GpsPortal {
  listDrivers(options?: CallOptions): Promise<GpsListing>;
  readDriver(id: GpsId, options?: CallOptions): Promise<GpsReading>;
  /**
   * How old the DriverIDs of these drivers are: one entry for each. Costs no request. Only where a list does not tell DriverIDs;
   * left out where it does, so that they are as old as the list.
   */
  driverIdAges?(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, DriverIdAge>>;
  /** `undeleted`: the portal brought back an old record with the same Ref ID instead of making one. */
  createDriver(
    fields: GpsDriverChanges & { readonly lastName: string },
    options?: CallOptions,
  ): Promise<{ readonly gpsId: GpsId; readonly undeleted: boolean }>;
  updateDriver(id: GpsId, changes: GpsDriverChanges, options?: CallOptions): Promise<void>;
  /**
   * Resolves when the portal answered OK and a direct read no longer finds the driver. A driver who is still there is a
   * `PortalError` of kind `rejected`; a failed read is one with the outcome `unknown`.
   */
  deleteDriver(id: GpsId, options?: CallOptions): Promise<void>;
  /** All visible driver groups with their members, "ALL DRIVERS" left out. One request per group. */
  listGroups(options?: CallOptions): Promise<readonly GpsGroup[]>;
  /** The names of all visible driver groups, "ALL DRIVERS" left out: one request. */
  listGroupNames(options?: CallOptions): Promise<readonly string[]>;
  joinGroup(id: GpsId, group: string, options?: CallOptions): Promise<void>;
  leaveGroup(id: GpsId, group: string, options?: CallOptions): Promise<void>;
  /** Logs in freshly, so that refused credentials show now and not in a job. */
  checkCredentials(options?: CallOptions): Promise<void>;
}
