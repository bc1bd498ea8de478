import { sql } from 'kysely';
import { type AbsenceProof, lastGoneAt } from '../driver/absence-proof';
import type { AccountId, DriverId, GpsId } from '../driver/ids';
import type { GpsRosterEntry, GpsRosterRow, RosterRepository } from '../sync/sync-store';
import { inChunks } from './in-chunks';
import { type GpsRow, toGpsDriver } from './roster-rows';
import { buryInRoster } from './roster-tombstones';
import type { GatewayDb } from './tables';

/** What a roster row is compared with: the columns of `GpsRosterEntry`. */
const ENTRY_COLUMNS = [
  'gps_id',
  'version',
  'presence',
  'missing_since',
  'observed_at',
  'appeared_at',
  'driver_id_state',
  'driver_id',
] as const;

type GpsRosterRepository = Pick<
  RosterRepository,
  | 'gpsIndex'
  | 'gpsEntry'
  | 'gpsDriver'
  | 'gpsDrivers'
  | 'saveGps'
  | 'markMissing'
  | 'markGone'
  | 'forgetGps'
  | 'setGroups'
  | 'setDriverGroups'
  | 'wantersOf'
>;

/** The GPS half of an account's rosters, in Postgres. */
export function createPgGpsRoster(db: GatewayDb, account: AccountId): GpsRosterRepository {
  const entries = () =>
    db.selectFrom('gateway.gps_driver').select(ENTRY_COLUMNS).where('account', '=', account);
  const drivers = () => db.selectFrom('gateway.gps_driver').selectAll().where('account', '=', account);
  return {
    async gpsIndex() {
      return (await entries().orderBy('gps_id').execute()).map(toEntry);
    },
    async gpsEntry(id) {
      const row = await entries().where('gps_id', '=', id).executeTakeFirst();
      return row === undefined ? null : toEntry(row);
    },
    async gpsDriver(id) {
      const row = await drivers().where('gps_id', '=', id).executeTakeFirst();
      if (row === undefined) return null;
      const { version, groups, presence } = row;
      return { driver: toGpsDriver(row), version, groups, presence };
    },
    async gpsDrivers(ids) {
      if (ids.length === 0) return new Map();
      const rows = await drivers()
        .where('gps_id', '=', sql<GpsId>`any(${ids}::text[])`)
        .execute();
      return new Map(rows.map((row) => [row.gps_id, toGpsDriver(row)]));
    },
    saveGps: (rows, observedAt) => saveGps(db, account, rows, observedAt),
    markMissing: (ids, missingSince) => markMissing(db, account, ids, missingSince),
    markGone: (ids, observedAt) => markGone(db, account, ids, observedAt),
    forgetGps: (ids) => forgetGps(db, account, ids),
    setGroups: (memberships) => setGroups(db, account, memberships),
    async setDriverGroups(id, groups) {
      await sql`
        update gateway.gps_driver set groups = ${groups}::text[]
        where account = ${account} and gps_id = ${id}`.execute(db);
    },
    async wantersOf(driverId) {
      const rows = await wanters(db, account, driverId);
      return rows.map((row) => row.gps_id);
    },
  };
}

function toEntry(row: Pick<GpsRow, (typeof ENTRY_COLUMNS)[number]>): GpsRosterEntry {
  return {
    gpsId: row.gps_id,
    version: row.version,
    presence: row.presence,
    missingSince: row.missing_since,
    observedAt: row.observed_at,
    appearedAt: row.appeared_at,
    driverIdState: row.driver_id_state,
    driverId: row.driver_id,
  };
}

function wanters(db: GatewayDb, account: AccountId, driverId: DriverId) {
  return db
    .selectFrom('gateway.gps_driver')
    .select('gps_id')
    .where('account', '=', account)
    .where('driver_id', '=', driverId)
    .where('driver_id_state', '=', 'known')
    .where('presence', '=', 'present')
    .orderBy('gps_id')
    .execute();
}

/** A sighting: the driver is present, and no proof of absence stands any more. Groups have their own reading. */
async function saveGps(
  db: GatewayDb,
  account: AccountId,
  rows: readonly GpsRosterRow[],
  observedAt: number,
): Promise<void> {
  const unique = new Map(rows.map((row) => [row.driver.gpsId, row]));
  await inChunks([...unique.values()], (chunk) =>
    sql`
      insert into gateway.gps_driver as g (
        account, gps_id, first_name, last_name, email, phone, time_zone, reference_id,
        driver_id, driver_id_state, fallback_id, version, presence, observed_at, appeared_at)
      select ${account}, r.gps_id, r.first_name, r.last_name, r.email, r.phone, r.time_zone, r.reference_id,
             r.driver_id, r.driver_id_state, r.fallback_id, r.version, 'present', ${observedAt}::bigint, ${observedAt}::bigint
      from jsonb_to_recordset(${JSON.stringify(chunk.map(toColumns))}::jsonb) as r(
        gps_id text, first_name text, last_name text, email text, phone text, time_zone text, reference_id text,
        driver_id text, driver_id_state text, fallback_id text, version text)
      where not exists (
        select from gateway.roster_tombstone t
        where t.account = ${account} and t.portal = 'gps' and t.id = r.gps_id
          and t.observed_at > ${observedAt}::bigint)
      order by r.gps_id
      on conflict (account, gps_id) do update set
        first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
        phone = excluded.phone, time_zone = excluded.time_zone, reference_id = excluded.reference_id,
        driver_id = excluded.driver_id, driver_id_state = excluded.driver_id_state,
        fallback_id = excluded.fallback_id, version = excluded.version, presence = 'present',
        missing_since = null, absence_proof = null, observed_at = excluded.observed_at,
        appeared_at = case when g.presence = 'present' then g.appeared_at else excluded.appeared_at end
      where excluded.observed_at >= g.observed_at`.execute(db),
  );
}

function toColumns({ driver, version, fallbackId }: GpsRosterRow) {
  return {
    gps_id: driver.gpsId,
    first_name: driver.firstName,
    last_name: driver.lastName,
    email: driver.email,
    phone: driver.phone,
    time_zone: driver.timeZone,
    reference_id: driver.referenceId,
    driver_id: driver.driverId.state === 'known' ? driver.driverId.value : null,
    driver_id_state: driver.driverId.state,
    fallback_id: fallbackId,
    version,
  };
}

/** Only who was last seen before the listing was sent can be missing from it. */
async function markMissing(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
  missingSince: number,
): Promise<void> {
  await inChunks(ids, (chunk) =>
    sql`
      update gateway.gps_driver set presence = 'missing', missing_since = ${missingSince}::bigint
      where account = ${account} and gps_id = any(${chunk}::text[])
        and presence = 'present' and observed_at <= ${missingSince}::bigint`.execute(db),
  );
}

async function markGone(
  db: GatewayDb,
  account: AccountId,
  ids: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
  observedAt: number,
): Promise<void> {
  const gone = new Map(ids.map(({ gpsId, proof }) => [gpsId, proof]));
  const rows = [...gone].map(([gpsId, proof]) => ({
    gps_id: gpsId,
    proof,
    // A sighting that was sent after it voids the proof; our own write counts from its answer on.
    proven_at: proof.kind === 'DeletedHere' ? observedAt : Math.min(lastGoneAt(proof), observedAt),
  }));
  await inChunks(rows, (chunk) =>
    sql`
      update gateway.gps_driver g
      set presence = 'gone', absence_proof = r.proof, observed_at = r.proven_at
      from jsonb_to_recordset(${JSON.stringify(chunk)}::jsonb) as r(gps_id text, proof jsonb, proven_at bigint)
      where g.account = ${account} and g.gps_id = r.gps_id and g.observed_at <= r.proven_at`.execute(db),
  );
}

async function forgetGps(db: GatewayDb, account: AccountId, ids: readonly GpsId[]): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<{ id: string; observed_at: number }>`
    delete from gateway.gps_driver where account = ${account} and gps_id = any(${ids}::text[])
    returning gps_id as id, observed_at`.execute(db);
  await buryInRoster(db, account, 'gps', rows);
}

/** The memberships are all there are: who is in none of them is in no group. */
async function setGroups(
  db: GatewayDb,
  account: AccountId,
  memberships: ReadonlyMap<GpsId, readonly string[]>,
): Promise<void> {
  const rows = [...memberships].map(([gpsId, groups]) => ({ gps_id: gpsId, groups }));
  await sql`
    with membership as (
      select r.gps_id, array(select jsonb_array_elements_text(r.groups)) as groups
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(gps_id text, groups jsonb)
    ), wanted as (
      select g.gps_id, coalesce(m.groups, '{}') as groups
      from gateway.gps_driver g left join membership m on m.gps_id = g.gps_id
      where g.account = ${account}
    )
    update gateway.gps_driver g set groups = w.groups
    from wanted w
    where g.account = ${account} and g.gps_id = w.gps_id and g.groups <> w.groups`.execute(db);
}
