import type { AbsenceProof } from '../../src/driver/absence-proof';
import type { DriverSituation, GpsSide, PlanPolicy } from '../../src/driver/plan/driver-plan';
import type { DriveriDriver } from '../../src/driver/driveri-driver';
import type { GpsDriver } from '../../src/driver/gps-driver';
import { driverId, gpsId, type DriverId, type GpsId } from '../../src/driver/ids';
import type { Link } from '../../src/driver/link';

export const POLICY: PlanPolicy = { fallback: 'reference-id', driverIdsReadable: true };

export const PROOF: AbsenceProof = { kind: 'MissingTwice', first: 0, second: 600_000 };

export const known = (id: string): GpsDriver['driverId'] => ({ state: 'known', value: driverId(id) });

export function gpsDriver(patch: Partial<GpsDriver> = {}): GpsDriver {
  return {
    gpsId: gpsId('1'),
    firstName: 'Ann',
    lastName: 'Lee',
    email: 'ann@example.com',
    phone: null,
    timeZone: null,
    referenceId: null,
    driverId: known('A'),
    ...patch,
  };
}

export function driveriDriver(patch: Partial<DriveriDriver> = {}): DriveriDriver {
  return {
    driverId: driverId('A'),
    firstName: 'Ann',
    lastName: 'Lee',
    email: 'ann@example.com',
    userName: null,
    mobileApp: null,
    group: null,
    statusCode: 1,
    status: 'Active',
    removed: false,
    active: true,
    createdDate: null,
    updatedDate: null,
    ...patch,
  };
}

export const removedDriver = (patch: Partial<DriveriDriver> = {}): DriveriDriver =>
  driveriDriver({ removed: true, active: false, status: 'Deleted', statusCode: 3, ...patch });

export function linkOf(gps: string, driveri: string, patch: Partial<Link> = {}): Link {
  return {
    gpsId: gpsId(gps),
    driverId: driverId(driveri),
    createdDate: null,
    written: {},
    phoneHash: null,
    ...patch,
  };
}

export const present = (patch: Partial<GpsDriver> = {}, phoneHash: string | null = null): GpsSide => ({
  presence: 'present',
  driver: gpsDriver(patch),
  phoneHash,
});

export const missing: GpsSide = { presence: 'missing' };
export const gone: GpsSide = { presence: 'gone', proof: PROOF };

/** A present driver 1, `Ann Lee`, who wants A, without a link, and nobody in Driveri. */
export function situation(patch: Partial<DriverSituation> = {}): DriverSituation {
  return {
    gpsId: gpsId('1'),
    gps: present(),
    wanted: { state: 'known', value: driverId('A') },
    link: null,
    x: null,
    successors: [],
    lookalikes: [],
    otherSeekers: [],
    claimant: null,
    holder: null,
    rivals: [],
    policy: POLICY,
    ...patch,
  };
}

export const d = (id: string): DriverId => driverId(id);
export const g = (id: string): GpsId => gpsId(id);
