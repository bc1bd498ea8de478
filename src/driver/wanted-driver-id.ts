import { assertNever } from './assert-never';
import type { DriverIdFallback, GpsSide, PlanPolicy, WantedDriverId } from './plan/driver-plan';
import type { GpsDriver } from './gps-driver';
import { driverId, readDriverId, type DriverId } from './ids';
import type { Link } from './link';

const MISSING: WantedDriverId = { state: 'missing' };
const UNKNOWN: WantedDriverId = { state: 'unknown' };

/**
 * Which DriverID a driver wants in Driveri (design, 2.1): GPS's own; without one, that of the link, so that a Ref ID never
 * changes a link; without a link, the fallback's. Not answered is not empty. Who is missing or gone wants nothing.
 */
export function wantedDriverId(side: GpsSide | null, link: Link | null, policy: PlanPolicy): WantedDriverId {
  if (side?.presence !== 'present') return MISSING;
  if (!policy.driverIdsReadable) return UNKNOWN;
  const reading = side.driver.driverId;
  switch (reading.state) {
    case 'known':
      return { state: 'known', value: reading.value };
    case 'unknown':
      return UNKNOWN;
    case 'empty': {
      const value = link?.driverId ?? fallbackDriverId(side.driver, policy.fallback);
      return value === null ? MISSING : { state: 'known', value };
    }
    default:
      return assertNever(reading);
  }
}

/** The DriverID that serves a driver to whom GPS gives none and who has no link yet; null when the account has no fallback. */
export function fallbackDriverId(driver: GpsDriver, fallback: DriverIdFallback): DriverId | null {
  switch (fallback) {
    case 'reference-id':
      return readDriverId(driver.referenceId) ?? gpsFallback(driver);
    case 'gps-id':
      return gpsFallback(driver);
    case 'none':
      return null;
    default:
      return assertNever(fallback);
  }
}

const gpsFallback = (driver: GpsDriver): DriverId => driverId(`GPS-${driver.gpsId}`);
