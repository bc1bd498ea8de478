import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { GpsSide } from '../../driver/plan/driver-plan';
import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriverIdReading, GpsDriver } from '../../driver/gps-driver';
import type { PhoneHasher } from './phone-hash';
import type { GpsRosterEntry, RosterState } from '../../sync/ports/roster-store';
import type { DriveriDriverTable, GpsDriverTable, RosterTable } from '../database/tables';

/** A row of the GPS roster. */
export type GpsRow = Omit<Selectable<GpsDriverTable>, 'account'>;

/** A row of the Driveri roster. */
export type DriveriRow = Omit<Selectable<DriveriDriverTable>, 'account'>;

/** The columns of a roster entry. */
export type EntryRow = Pick<
  GpsRow,
  | 'gps_id'
  | 'version'
  | 'presence'
  | 'missing_since'
  | 'observed_at'
  | 'appeared_at'
  | 'last_listed_at'
  | 'driver_id_state'
  | 'driver_id'
  | 'fallback_id'
  | 'ticket'
>;

/** An entry of the GPS roster as its row tells it. */
export function toEntry(row: EntryRow): GpsRosterEntry {
  return {
    gpsId: row.gps_id,
    version: row.version,
    presence: row.presence,
    missingSince: row.missing_since,
    observedAt: row.observed_at,
    appearedAt: row.appeared_at,
    lastListedAt: row.last_listed_at,
    driverIdState: row.driver_id_state,
    driverId: row.driver_id,
    fallbackId: row.fallback_id,
    ticket: row.ticket,
  };
}

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

/**
 * Digest of what Driveri says of a driver. The date of its last change is left out: a change that changes nothing is none. Two
 * rows with one digest need no other comparison.
 */
export function driveriVersion(driver: DriveriDriver): string {
  const said = [
    driver.driverId,
    driver.firstName,
    driver.lastName,
    driver.email,
    driver.userName,
    driver.mobileApp,
    driver.group,
    driver.statusCode,
    driver.status,
    driver.removed,
    driver.active,
    driver.createdDate,
  ];
  return createHash('md5').update(JSON.stringify(said)).digest('base64url');
}

const UNREAD: RosterState = {
  observedAt: null,
  completeAt: null,
  completeCount: null,
  visibleGroups: null,
  watermark: null,
  groupsAt: null,
  nextReadAt: 0,
  failures: 0,
  lastFailure: null,
  completeTicket: 0,
  hasNotes: false,
};

/** What is known of a portal's listing; of a portal that was never read, if there is no row. */
export function toRosterState(row: Selectable<RosterTable> | undefined): RosterState {
  if (row === undefined) return UNREAD;
  return {
    observedAt: row.observed_at,
    completeAt: row.complete_at,
    completeCount: row.complete_count,
    visibleGroups: row.visible_groups,
    watermark: row.watermark,
    groupsAt: row.groups_at,
    nextReadAt: row.next_read_at,
    failures: row.failures,
    lastFailure: row.last_failure,
    completeTicket: row.complete_ticket,
    hasNotes: row.has_notes,
  };
}
