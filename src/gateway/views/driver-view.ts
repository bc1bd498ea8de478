import type { DriverKey, GpsId } from '../../driver/ids';
import type { ProblemView } from './problem-view';

export type DriverPresence = 'BOTH' | 'GPS_ONLY' | 'DRIVERI_ONLY';

export const DRIVER_SYNC_STATUSES = [
  'IN_SYNC',
  'PENDING',
  'DRIFTED',
  'CONFLICT',
  'FAILED',
  'HELD',
  'UNMANAGED',
  'OFF',
] as const;

export type DriverSyncStatus = (typeof DRIVER_SYNC_STATUSES)[number];

export interface FieldDifferenceView {
  readonly field: string;
  readonly gps: string | null;
  readonly driveri: string | null;
}

export interface GpsDriverView {
  readonly gpsId: GpsId;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly timeZone: string | null;
  readonly referenceId: string | null;
  readonly driveriDriverId: string | null;
  readonly groups: readonly string[];
  readonly observedAt: number;
}

export interface DriveriDriverView {
  readonly driverId: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly userName: string | null;
  readonly mobileApp: boolean | null;
  readonly group: string | null;
  readonly status: string;
  readonly active: boolean;
  readonly updatedAt: number | null;
  readonly observedAt: number;
}

export interface DriverSyncStateView {
  readonly status: DriverSyncStatus;
  readonly differences: readonly FieldDifferenceView[];
  readonly pendingSince: number | null;
  readonly lastSyncedAt: number | null;
  readonly attempts: number;
  readonly nextAttemptAt: number | null;
  readonly problem: ProblemView | null;
}

export interface DriverView {
  readonly key: DriverKey;
  readonly version: string;
  readonly presence: DriverPresence;
  readonly fullName: string;
  /** Null when only Driveri knows the driver. */
  readonly gps: GpsDriverView | null;
  /** Null when not (yet) in Driveri, or removed there. */
  readonly driveri: DriveriDriverView | null;
  readonly sync: DriverSyncStateView;
}
