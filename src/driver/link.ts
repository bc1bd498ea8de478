import type { EnforcedFields } from './driveri-driver';
import type { DriverId, GpsId } from './ids';

/** What we remember: this GPS driver is that Driveri driver. One link at most on either side. */
export interface Link {
  readonly gpsId: GpsId;
  readonly driverId: DriverId;
  /** X's `createdDate`, by which X is sought when it vanishes from under its DriverID; null when never told. */
  readonly createdDate: number | null;
  /** What the sync last wrote, or both portals last agreed on, in GPS's spelling: that we may clear; what only Driveri ever had stays. */
  readonly written: EnforcedFields;
  /** Keyed hash of the phone digits last sent; null when none was. Driveri never tells a phone. */
  readonly phoneHash: string | null;
}
