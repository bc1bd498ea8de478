import type { DriveriDriverSeed } from '../driveri/driveri-driver';
import type { GpsDriverSeed } from '../gps/gps-driver';

/** What both portals hold at the start. Everything that is left out is empty, or has the portal's default. */
export interface Fleet {
  readonly gps?: GpsFleet;
  readonly driveri?: DriveriFleet;
}

/** The GPS portal's part: its driver groups by name ("ALL DRIVERS" is always there) and its drivers. */
export interface GpsFleet {
  readonly groups?: readonly string[];
  readonly drivers?: readonly GpsDriverSeed[];
}

/** Driveri's part: its groups and its drivers, removed ones included. */
export interface DriveriFleet {
  readonly groups?: readonly DriveriGroup[];
  readonly drivers?: readonly DriveriDriverSeed[];
}

/** A Driveri group: writes name the unique name, people see the display name. */
export interface DriveriGroup {
  readonly groupUniqueName: string;
  readonly groupName: string;
}

/** Portals without a driver. */
export const EMPTY_FLEET: Fleet = {};
