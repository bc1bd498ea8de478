import type { FieldChange } from '../../driver/plan/driver-plan';
import type { GpsDriver } from '../../driver/gps-driver';

const driverIdText = (driver: GpsDriver): string | null =>
  driver.driverId.state === 'known' ? driver.driverId.value : null;

/** What differs between two sightings of a GPS driver, field by field, for people. */
export function gpsChanges(before: GpsDriver, after: GpsDriver): readonly FieldChange[] {
  const pairs: readonly (readonly [string, string | null, string | null])[] = [
    ['firstName', before.firstName, after.firstName],
    ['lastName', before.lastName, after.lastName],
    ['email', before.email, after.email],
    ['phone', before.phone, after.phone],
    ['timeZone', before.timeZone, after.timeZone],
    ['referenceId', before.referenceId, after.referenceId],
    ['driveriDriverId', driverIdText(before), driverIdText(after)],
  ];
  return pairs.filter(([, from, to]) => from !== to).map(([field, from, to]) => ({ field, from, to }));
}

/** How a GPS driver is called in messages. */
export function gpsName(driver: GpsDriver): string {
  const name = [driver.firstName, driver.lastName].filter((part) => part !== null).join(' ');
  return name === '' ? `GPS driver ${driver.gpsId}` : name;
}
