import { createHash } from 'node:crypto';
import type { GpsDriver } from '../../driver/gps-driver';
import type { DriverId } from '../../driver/ids';
import type { DriverIdFallback } from '../../driver/plan/driver-plan';
import { fallbackDriverId } from '../../driver/fleet/fleet-state';
import type { GpsRosterRow } from '../ports/roster-store';

/** A GPS driver as the roster keeps it: with a version that changes whenever what GPS says changes. */
export function rosterRow(driver: GpsDriver, fallback: DriverIdFallback): GpsRosterRow {
  const fallbackId: DriverId | null = fallbackDriverId(driver, fallback);
  return { driver, version: versionOf(driver), fallbackId };
}

/** The same row with the DriverID that is known already: a reading that does not tell it is no news of it. */
export function withKnownDriverId(row: GpsRosterRow, value: DriverId): GpsRosterRow {
  const driver: GpsDriver = { ...row.driver, driverId: { state: 'known', value } };
  return { ...row, driver, version: versionOf(driver) };
}

function versionOf(driver: GpsDriver): string {
  const reading = driver.driverId.state === 'known' ? driver.driverId.value : driver.driverId.state;
  const fields = [
    driver.firstName,
    driver.lastName,
    driver.email,
    driver.phone,
    driver.timeZone,
    driver.referenceId,
    driver.driverId.state,
    reading,
  ];
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64url').slice(0, 22);
}
