import type { GpsDriver } from './gps-driver';
import type { GpsSwitches } from './gps-switches';

/** A driver as the API tells them; what is not filled in is absent, null or empty, by the driver's id. */
export type GpsRow = Readonly<Record<string, unknown>>;

/**
 * A row of `driver/list` and `drivergroup/listmembers`: the documented fields (D), `ref_id` (C) and the account's
 * DriverID field (I). `timezone` is the emulation's addition, only where there is one: no document shows it in a row.
 */
export function gpsRow(driver: GpsDriver, switches: GpsSwitches): GpsRow {
  const row: Record<string, unknown> = { id: idOnWire(driver.id) };
  put(row, 'firstname', driver.firstname, driver.id);
  row['lastname'] = driver.lastname;
  put(row, 'email', driver.email, driver.id + 1);
  put(row, 'phone', driver.phone, driver.id + 2);
  put(row, 'ref_id', driver.refId, driver.id);
  if (driver.timezone !== '') row['timezone'] = driver.timezone;
  if (switches.driverIdIn === 'row' && !switches.driverIdMissingFor.includes(driver.id)) {
    // The key is always there: "not answered" would mean something else than "empty".
    row[switches.driverIdKey] =
      driver.driveriDriverId === '' && driver.id % 2 === 0 ? null : driver.driveriDriverId;
  }
  return row;
}

/** An id as a number or as a string (portals.md, D), always the same for one driver. */
export function idOnWire(id: number): number | string {
  return id % 3 === 0 ? String(id) : id;
}

function put(row: Record<string, unknown>, key: string, value: string, variant: number): void {
  if (value !== '') row[key] = value;
  else if (variant % 3 === 1) row[key] = null;
  else if (variant % 3 === 2) row[key] = '';
}

/** The rows of `driver/getattributes` (D), of one key if one is given. */
export function attributeRows(
  driver: GpsDriver,
  key: string | undefined,
  switches: GpsSwitches,
): readonly GpsRow[] {
  const attributes: readonly (readonly [string, string])[] = [
    ...Object.entries(driver.attributes),
    ...(switches.driverIdIn === 'attribute' && driver.driveriDriverId !== ''
      ? [[switches.driverIdKey, driver.driveriDriverId] as const]
      : []),
  ];
  return attributes
    .filter(([name]) => key === undefined || name.toLowerCase() === key.toLowerCase())
    .map(([name, value]) => ({
      attribute_id: 2_000_000 + (driver.id % 100_000) * 10 + (keyId(name) % 10),
      firstname: driver.firstname,
      id: idOnWire(driver.id),
      input_type: 'text',
      key: name,
      key_id: keyId(name),
      lastname: driver.lastname,
      value,
    }));
}

function keyId(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 900, 7) + 100;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const MST_OFFSET_MS = -7 * 3_600_000;

/** A moment as the envelope tells it: in MST, without a zone, like `May 21 2014 10:47:38` (D). */
export function mountainTime(epochMs: number): string {
  const time = new Date(epochMs + MST_OFFSET_MS);
  const clock = time.toISOString().slice(11, 19);
  return `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2, '0')} ${time.getUTCFullYear()} ${clock}`;
}
