import type { DriverId, GpsId } from './ids';

/**
 * What the GPS portal says of a driver's Driveri DriverID. Not answered is not empty: `unknown` allows no change of
 * identity (design, 2.1).
 */
export type DriverIdReading =
  | { readonly state: 'known'; readonly value: DriverId }
  | { readonly state: 'empty' }
  | { readonly state: 'unknown' };

/** A driver as the GPS portal tells of them. Empty text is null. What GPS says is true. */
export interface GpsDriver {
  readonly gpsId: GpsId;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  /** As the portal holds it: usually ten bare digits. */
  readonly phone: string | null;
  /** Like `US/Arizona`; null where the portal does not tell. */
  readonly timeZone: string | null;
  readonly referenceId: string | null;
  readonly driverId: DriverIdReading;
}

/** The fields of a GPS driver that the gateway may write: left out stays, null clears. */
export interface GpsDriverChanges {
  readonly firstName?: string | null;
  readonly lastName?: string;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly timeZone?: string | null;
  readonly referenceId?: string | null;
  readonly driverId?: string | null;
}
