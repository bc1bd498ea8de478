import type { GpsDriver, GpsDriverChanges } from './gps-driver';
import type { GpsId } from './ids';
import type { CallOptions } from './portal-call';

/** A listing of all GPS drivers that ended properly: status OK, parsable, not empty. Whether it is *complete* the guards decide. */
export interface GpsListing {
  readonly drivers: readonly GpsDriver[];
  /** Epoch ms: the moment the request was sent. */
  readonly sentAt: number;
  /** How many driver groups the session's user can see: fewer than last time means a subset, silently. */
  readonly visibleGroups: number;
  /** Whether any row carried the DriverID field; false makes every DriverID `unknown`. */
  readonly driverIdFieldAnswered: boolean;
}

/** One driver read directly. `ambiguous`: the answer was about another driver, or about nobody without saying so; it proves nothing. */
export type GpsReading =
  | { readonly found: 'driver'; readonly driver: GpsDriver; readonly sentAt: number }
  | { readonly found: 'unknown'; readonly sentAt: number }
  | { readonly found: 'ambiguous'; readonly sentAt: number };

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
  /** `undeleted`: the portal brought back an old record with the same Ref ID instead of making one. */
  createDriver(
    fields: GpsDriverChanges & { readonly lastName: string },
    options?: CallOptions,
  ): Promise<{ readonly gpsId: GpsId; readonly undeleted: boolean }>;
  updateDriver(id: GpsId, changes: GpsDriverChanges, options?: CallOptions): Promise<void>;
  deleteDriver(id: GpsId, options?: CallOptions): Promise<void>;
  /** All visible driver groups with their members, "ALL DRIVERS" left out. One request per group. */
  listGroups(options?: CallOptions): Promise<readonly GpsGroup[]>;
  joinGroup(id: GpsId, group: string, options?: CallOptions): Promise<void>;
  leaveGroup(id: GpsId, group: string, options?: CallOptions): Promise<void>;
  /** Logs in freshly, so that refused credentials show now and not in a job. */
  checkCredentials(options?: CallOptions): Promise<void>;
}
