import type { DriveriDriver } from '../driveri-driver';
import { desiredFields, sameFieldValue, type DesiredFields } from '../field-mapping';
import type { GpsDriver } from '../gps-driver';
import type { Link } from '../link';

/**
 * Whether a Driveri driver may be the linked one under another DriverID: it has the name or the e-mail that GPS says, or that
 * stood in Driveri while the two agreed. The creation date alone proves nothing: bulk imports share it. `gps` null: GPS no
 * longer has the driver.
 */
export function resembles(driver: DriveriDriver, gps: GpsDriver | null, link: Link): boolean {
  const known: Partial<DesiredFields>[] = [link.written];
  if (gps !== null) known.push(desiredFields(gps));
  return known.some((fields) => hasName(driver, fields) || hasEmail(driver, fields));
}

/**
 * Whether a driver to whom only the fallback gives a DriverID may have the Driveri driver of that DriverID: first and last name
 * agree. Otherwise two numbering systems meet, and no record is overwritten because of it (design, 2.1).
 */
export function fallbackFits(gps: GpsDriver, driver: DriveriDriver): boolean {
  const { firstName, lastName } = desiredFields(gps);
  return (
    sameFieldValue('firstName', firstName, driver.firstName) &&
    sameFieldValue('lastName', lastName, driver.lastName)
  );
}

function hasName(driver: DriveriDriver, { firstName, lastName }: Partial<DesiredFields>): boolean {
  if ((firstName ?? '') === '') return false;
  return (
    sameFieldValue('firstName', firstName ?? null, driver.firstName) &&
    sameFieldValue('lastName', lastName ?? null, driver.lastName)
  );
}

function hasEmail(driver: DriveriDriver, { email }: Partial<DesiredFields>): boolean {
  return (email ?? '') !== '' && sameFieldValue('email', email ?? null, driver.email);
}
