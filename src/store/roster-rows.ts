import type { Selectable } from 'kysely';
import type { GpsSide } from '../driver/driver-plan';
import type { DriveriDriver } from '../driver/driveri-driver';
import type { DriverIdReading, GpsDriver } from '../driver/gps-driver';
import type { PhoneHasher } from './phone-hash';
import type { DriveriDriverTable, GpsDriverTable } from './tables';

/** A row of the GPS roster. */
export type GpsRow = Omit<Selectable<GpsDriverTable>, 'account'>;

/** A row of the Driveri roster. */
export type DriveriRow = Omit<Selectable<DriveriDriverTable>, 'account'>;

/** The driver that a row of the GPS roster tells of, as last seen. */
export function toGpsDriver(row: GpsRow): GpsDriver {
  return {
    gpsId: row.gps_id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    phone: row.phone,
    timeZone: row.time_zone,
    referenceId: row.reference_id,
    driverId: toReading(row),
  };
}

function toReading(row: GpsRow): DriverIdReading {
  switch (row.driver_id_state) {
    case 'known':
      return row.driver_id === null ? { state: 'unknown' } : { state: 'known', value: row.driver_id };
    case 'empty':
      return { state: 'empty' };
    case 'unknown':
      return { state: 'unknown' };
  }
}

/** What GPS says of a driver now. A driver without a proof is not gone, whatever the row says. */
export function toGpsSide(row: GpsRow, hashPhone: PhoneHasher): GpsSide {
  switch (row.presence) {
    case 'present':
      return { presence: 'present', driver: toGpsDriver(row), phoneHash: hashPhone(row.phone) };
    case 'missing':
      return { presence: 'missing' };
    case 'gone':
      return row.absence_proof === null
        ? { presence: 'missing' }
        : { presence: 'gone', proof: row.absence_proof };
  }
}

/** The driver that a row of the Driveri roster tells of. */
export function toDriveriDriver(row: DriveriRow): DriveriDriver {
  return {
    driverId: row.driver_id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    userName: row.user_name,
    mobileApp: row.mobile_app,
    group: row.driver_group,
    statusCode: row.status_code,
    status: row.status,
    removed: row.removed,
    active: row.active,
    createdDate: row.created_date,
    updatedDate: row.updated_date,
  };
}
