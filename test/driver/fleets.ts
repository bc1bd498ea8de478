import type { GpsSide } from '../../src/driver/plan/driver-plan';
import type { DriveriDriver } from '../../src/driver/driveri-driver';
import { createFleetState, type FleetSnapshot, type FleetState } from '../../src/driver/fleet/fleet-state';
import type { GpsDriver } from '../../src/driver/gps-driver';
import type { GpsId } from '../../src/driver/ids';
import { d, driveriDriver, g, known, POLICY, present } from './fixtures';

interface Entry {
  readonly gpsId: GpsId;
  readonly side: GpsSide;
}

/** A driver whom GPS has, and who wants that DriverID. */
export const person = (id: string, wanted: string, patch: Partial<GpsDriver> = {}): Entry => ({
  gpsId: g(id),
  side: present({ gpsId: g(id), driverId: known(wanted), firstName: `F${id}`, ...patch }),
});

export const absent = (id: string, side: GpsSide): Entry => ({ gpsId: g(id), side });

/** The same person in Driveri: nothing differs. */
export const twin = (id: string, driveri: string, patch: Partial<DriveriDriver> = {}): DriveriDriver =>
  driveriDriver({ driverId: d(driveri), firstName: `F${id}`, ...patch });

export const fleet = (snapshot: Partial<FleetSnapshot>): FleetState =>
  createFleetState({ gps: [], driveri: [], links: [], policy: POLICY, ...snapshot });
