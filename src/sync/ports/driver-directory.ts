import type { DriverId, DriverKey, GpsId } from '../../driver/ids';

/** The unified drivers: their own ids, and what lists are filtered and sorted by. */
export interface DriverDirectory {
  /** Brings the unified drivers of these GPS drivers and DriverIDs up to date, at the end of the transaction. */
  refresh(gpsIds: readonly GpsId[], driverIds: readonly DriverId[], now: number): Promise<void>;
  refreshAll(now: number): Promise<void>;
  byKey(key: DriverKey): Promise<{
    readonly key: DriverKey;
    readonly gpsId: GpsId | null;
    readonly driverId: DriverId | null;
    readonly fullName: string;
    /** What GPS says, as last seen; null for a driver that GPS does not have, or no longer. */
    readonly gps: { readonly groups: readonly string[] } | null;
  } | null>;
  keyOfGps(id: GpsId): Promise<DriverKey | null>;
  keyOfDriveri(id: DriverId): Promise<DriverKey | null>;
}
