import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { foldText, fullName, searchText, statusOf } from '../driver/driver-status';
import { differences } from '../driver/field-mapping';
import type { DriverPresence, DriverSyncStatus, FieldDifferenceView } from '../sync/views';
import type { Person } from './driver-identity';
import { wantedOf } from './neighbourhood';
import { toDriveriDriver, toGpsDriver, type DriveriRow } from './roster-rows';
import type { DriverTable } from './tables';

/** What of the work on a driver their status depends on. */
export interface WorkState {
  readonly isPending: boolean;
  /** The code of what is wrong. */
  readonly problem: string | null;
  /** A removal or a change of identity waits for approval. */
  readonly isHeld: boolean;
}

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
  const found = differencesOf(person);
  const name = nameOf(person);
  const driverId = (gps?.driver_id_state === 'known' ? gps.driver_id : null) ?? driveri?.driver_id ?? null;
  return {
    gps_id: gps?.gps_id ?? null,
    driver_id: driveri?.driver_id ?? null,
    wanted_id: gps === null ? null : wantedOf(gps, person.link ?? undefined),
    listed: isInGps || isInDriveri,
    presence: presenceOf(isInGps, isInDriveri, gps !== null),
    status: statusAsIfOn(person, work, found),
    full_name: name,
    name_key: foldText(name),
    reference_key: foldText(gps?.reference_id ?? ''),
    driver_id_key: foldText(driverId ?? ''),
    search_text: searchText(
      [name, gps?.email ?? null, gps?.reference_id ?? null, gps?.driver_id ?? null, ...driveriWords(person)],
      gps?.phone ?? null,
    ),
    version: gps?.version ?? (driveri === null ? '' : versionOf(driveri)),
    differences: found,
  };
}

/** A driver who is gone from GPS and still active in Driveri is the greatest difference there is. */
function statusAsIfOn(
  { gps, driveri, link }: Person,
  work: WorkState,
  found: readonly FieldDifferenceView[],
): DriverSyncStatus {
  const isGone = gps === null || gps.presence === 'gone';
  return statusOf({
    ...work,
    enabled: true,
    isManaged: !isGone || link !== null,
    isPending: work.isPending || gps?.presence === 'missing',
    isLinked: link !== null && driveri !== null,
    hasDifferences: found.length > 0 || (isGone && driveri?.removed === false),
  });
}

/** What of the Driveri driver is not as GPS says; nothing for a driver whom GPS no longer has. */
function differencesOf({ gps, driveri, link }: Person): readonly FieldDifferenceView[] {
  if (gps === null || driveri === null || gps.presence === 'gone') return [];
  return differences(toGpsDriver(gps), toDriveriDriver(driveri), link, wantedOf(gps, link ?? undefined));
}

function nameOf({ gps, driveri }: Person): string {
  const isUnnamed = (gps?.first_name ?? '').trim() === '' && (gps?.last_name ?? '').trim() === '';
  const named = isUnnamed && driveri !== null ? driveri : gps;
  return fullName(
    named?.first_name ?? null,
    named?.last_name ?? null,
    gps?.email ?? driveri?.email ?? null,
    gps?.driver_id ?? driveri?.driver_id ?? null,
    gps === null ? null : `GPS driver ${gps.gps_id}`,
  );
}

function driveriWords({ driveri }: Person): readonly (string | null)[] {
  return [driveri?.driver_id ?? null, driveri?.email ?? null, driveri?.user_name ?? null];
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
