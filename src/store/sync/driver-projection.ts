import { driverVersion } from '../../driver/driver-version';
import type { Selectable } from 'kysely';
import { foldText, fullName, searchText, statusOf } from '../../driver/driver-status';
import { differences } from '../../driver/field-mapping';
import type {
  DriverPresence,
  DriverSyncStatus,
  DriveriDriverView,
  FieldDifferenceView,
  GpsDriverView,
} from '../../gateway/views/driver-view';
import type { ProblemView } from '../../gateway/views/problem-view';
import type { DriverDocument } from '../database/driver-document';
import type { Person } from './driver-identity';
import type { WorkRow } from './driver-scope';
import { wantedOf } from './neighbourhood';
import { toDriveriDriver, toGpsDriver, type DriveriRow, type GpsRow } from './roster-rows';
import type { DriverTable } from '../database/tables';

/** What a unified driver's row says besides who it is. */
export type DriverProjection = Omit<
  Selectable<DriverTable>,
  'account' | 'key' | 'created_at' | 'merged_into' | 'status_rank'
>;

/**
 * What lists are filtered and sorted by, made from both sides. GPS is the source of truth, so that its name, its Ref ID and
 * its DriverID stand where it has the driver.
 */
export function projectDriver(person: Person, work: WorkRow | undefined): DriverProjection {
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
    version: gps === null ? (driveri?.version ?? '') : driverVersion(gps.version, gps.groups),
    differences: found,
    last_synced_at: work?.last_synced_at ?? null,
    document: documentOf(person, work),
  };
}

/** What a list shows of a person: see `DriverDocument`. */
function documentOf(person: Person, work: WorkRow | undefined): DriverDocument {
  const { gps, driveri } = person;
  return {
    gps: gps === null || gps.presence === 'gone' ? null : gpsPart(gps),
    inGpsListing: gps?.presence === 'present',
    driveri: driveri === null || driveri.removed ? null : driveriPart(driveri),
    sync: {
      pendingSince: work?.pending_since ?? null,
      lastSyncedAt: work?.last_synced_at ?? null,
      attempts: work?.attempts ?? 0,
      nextAttemptAt: work?.is_pending === true ? work.due_at : null,
      problem: problemOf(person, work),
    },
  };
}

function gpsPart(row: GpsRow): GpsDriverView {
  return {
    gpsId: row.gps_id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    phone: row.phone,
    timeZone: row.time_zone,
    referenceId: row.reference_id,
    driveriDriverId: row.driver_id_state === 'known' ? row.driver_id : null,
    groups: row.groups,
    observedAt: row.observed_at,
  };
}

function driveriPart(row: DriveriRow): DriveriDriverView {
  return {
    driverId: row.driver_id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    userName: row.user_name,
    mobileApp: row.mobile_app,
    group: row.driver_group,
    status: row.status,
    active: row.active,
    updatedAt: row.updated_date,
    observedAt: row.observed_at,
  };
}

/** A driver who is gone from GPS and still active in Driveri is the greatest difference there is. */
function statusAsIfOn(
  person: Person,
  work: WorkRow | undefined,
  found: readonly FieldDifferenceView[],
): DriverSyncStatus {
  const { gps, driveri, link } = person;
  const isGone = gps === null || gps.presence === 'gone';
  return statusOf({
    enabled: true,
    problem: problemCodeOf(person, work),
    isHeld: isHeld(work),
    isManaged: !isGone || link !== null,
    isPending: work?.is_pending === true || gps?.presence === 'missing',
    isLinked: link !== null && driveri !== null,
    hasDifferences: found.length > 0 || (isGone && driveri?.removed === false),
  });
}

/** The code of what keeps the driver from being in sync: a row that was cleaned does not. */
function problemCodeOf(person: Person, work: WorkRow | undefined): string | null {
  const code = problemOf(person, work)?.code ?? null;
  return code === VALUE_CLEANED ? null : code;
}

const VALUE_CLEANED = 'VALUE_CLEANED';

/**
 * What is wrong with the driver: what the sync met, else that a portal's row of it cannot be read, else that the row had to be
 * changed to be stored.
 */
function problemOf(person: Person, work: WorkRow | undefined): ProblemView | null {
  return work?.problem ?? unreadableOf(person) ?? cleanedOf(person);
}

function cleanedOf({ gps, driveri }: Person): ProblemView | null {
  const isGps = gps?.cleaned != null && gps.presence !== 'gone';
  const changes = isGps ? gps.cleaned : (driveri?.cleaned ?? null);
  if (changes === null) return null;
  const portal = isGps ? 'GPS' : 'Driveri';
  return {
    code: VALUE_CLEANED,
    message: `The row that ${portal} answers for this driver holds what cannot be stored (${changes}). It is shown without that.`,
    hint: `Correct the value in ${portal}. Nothing is written back to ${portal} because of it.`,
    since: (isGps ? gps.observed_at : driveri?.observed_at) ?? 0,
  };
}

function unreadableOf({ gps, driveri }: Person): ProblemView | null {
  const reason = gps?.unreadable ?? driveri?.unreadable ?? null;
  if (reason === null) return null;
  const portal = gps?.unreadable == null ? 'Driveri' : 'GPS';
  const since = (portal === 'GPS' ? gps?.observed_at : driveri?.observed_at) ?? 0;
  return {
    code: 'UNREADABLE',
    message: `The row that ${portal} answers for this driver cannot be read: ${reason}. What was known of the driver stays.`,
    hint: `Correct the driver in ${portal}. The driver goes on by itself as soon as the row can be read.`,
    since,
  };
}

/** A removal or a change of identity waits for approval. */
function isHeld(work: WorkRow | undefined): boolean {
  const hold = work?.identity_hold ?? null;
  return work?.is_held === true || (hold !== null && hold !== 'approved');
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
