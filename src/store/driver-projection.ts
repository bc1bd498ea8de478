import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { phoneDigits } from '../driver/field-mapping';
import type { DriverPresence } from '../sync/views';
import type { Person } from './driver-identity';
import { differencesOf, foldText, fullName, searchText, statusOf, type WorkState } from './driver-reading';
import type { DriveriRow } from './roster-rows';
import type { DriverTable } from './tables';

/** What a unified driver's row says besides who it is. */
export type DriverProjection = Omit<
  Selectable<DriverTable>,
  'account' | 'key' | 'created_at' | 'merged_into' | 'last_synced_at'
>;

/**
 * What lists are filtered and sorted by, made from both sides. GPS is the source of truth, so that its name, its Ref ID and
 * its DriverID stand where it has the driver.
 */
export function projectDriver(person: Person, work: WorkState): DriverProjection {
  const { gps, driveri } = person;
  const isInGps = gps !== null && gps.presence !== 'gone';
  const isInDriveri = driveri !== null && !driveri.removed;
  const differences = differencesOf(person);
  const name = nameOf(person);
  const driverId = (gps?.driver_id_state === 'known' ? gps.driver_id : null) ?? driveri?.driver_id ?? '';
  return {
    gps_id: gps?.gps_id ?? null,
    driver_id: driveri?.driver_id ?? null,
    listed: isInGps || isInDriveri,
    presence: presenceOf(isInGps, isInDriveri, gps !== null),
    status: statusOf(person, work, differences),
    full_name: name,
    name_key: foldText(name),
    reference_key: foldText(gps?.reference_id ?? ''),
    driver_id_key: foldText(driverId),
    search_text: searchText([
      name,
      gps?.email ?? null,
      phoneDigits(gps?.phone ?? null),
      gps?.reference_id ?? null,
      gps?.driver_id ?? null,
      driveri?.driver_id ?? null,
      driveri?.email ?? null,
      driveri?.user_name ?? null,
    ]),
    version: gps?.version ?? (driveri === null ? '' : versionOf(driveri)),
    differences,
  };
}

function nameOf({ gps, driveri }: Person): string {
  const sides = [gps, driveri].filter((side) => side !== null);
  const names = sides.map((side) => fullName({ firstName: side.first_name, lastName: side.last_name }));
  return names.find((name) => name !== '') ?? '';
}

function presenceOf(isInGps: boolean, isInDriveri: boolean, hasGps: boolean): DriverPresence {
  if (isInGps && isInDriveri) return 'BOTH';
  if (isInGps) return 'GPS_ONLY';
  if (isInDriveri) return 'DRIVERI_ONLY';
  return hasGps ? 'GPS_ONLY' : 'DRIVERI_ONLY'; // not listed: where they were
}

/** Like the version that a GPS driver has: it changes whenever what Driveri says changes. */
function versionOf({ observed_at: _, ...row }: DriveriRow): string {
  const said = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 22);
}
