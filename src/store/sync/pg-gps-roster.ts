import { sql } from 'kysely';
import { lastGoneAt, type AbsenceProof } from '../../driver/absence-proof';
import type { AccountId, DriverId, GpsId } from '../../driver/ids';
import type {
  GpsRosterEntry,
  GpsRosterRow,
  KnownGpsDriver,
  Observation,
  RosterStore,
} from '../../sync/ports/roster-store';
import { inChunks } from '../database/in-chunks';
import type { GatewayDb } from '../database/tables';
import { toEntry, toGpsDriver, type EntryRow, type GpsRow } from './roster-rows';
import { buryInRoster } from './roster-tombstones';

type GpsRosterStore = Pick<
  RosterStore,
  | 'differingGps'
  | 'countPresences'
  | 'gpsIndex'
  | 'countKnownDriverIds'
  | 'withUnknownDriverId'
  | 'lockGps'
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
export function createPgGpsRoster(db: GatewayDb, account: AccountId): GpsRosterStore {
  return {
    differingGps: (rows) => differing(db, account, rows),
    countPresences: () => countPresences(db, account),
    gpsIndex: () => index(db, account),
    countKnownDriverIds: (of) => countKnownDriverIds(db, account, of),
    async withUnknownDriverId() {
      const { rows } = await sql<{ gps_id: GpsId }>`
        select gps_id from gateway.gps_driver
        where account = ${account} and presence = 'present' and driver_id_state = 'unknown'
        order by gps_id limit 500`.execute(db);
      return rows.map((row) => row.gps_id);
    },
    lockGps: (ids) => read(db, account, ids, sql`for update`),
    gpsDrivers: (ids) => read(db, account, ids, sql``),
    saveGps: (rows, seen) => save(db, account, rows, seen),
    markMissing: (ids, since) => markMissing(db, account, ids, since),
    markGone: (gone, seen) => markGone(db, account, gone, seen),
    forgetGps: (ids) => forget(db, account, ids),
    setGroups: (memberships) => setGroups(db, account, memberships),
    async setDriverGroups(id, groups) {
      await sql`
        update gateway.gps_driver set groups = ${groups}::text[]
        where account = ${account} and gps_id = ${id}`.execute(db);
    },
    wantersOf: (driverId) => wantersOf(db, account, driverId),
  };
}

async function differing(
  db: GatewayDb,
  account: AccountId,
  rows: readonly Pick<GpsRosterRow, 'driver' | 'version'>[],
): Promise<readonly GpsId[]> {
  const found: GpsId[] = [];
  await inChunks(rows, async (chunk) => {
    const ids = chunk.map((row) => row.driver.gpsId);
    const versions = chunk.map((row) => row.version);
    const result = await sql<{ gps_id: GpsId }>`
      select r.gps_id from unnest(${ids}::text[], ${versions}::text[]) as r(gps_id, version)
      left join gateway.gps_driver g on g.account = ${account} and g.gps_id = r.gps_id
      where g.version is distinct from r.version or g.presence <> 'present'`.execute(db);
    for (const row of result.rows) found.push(row.gps_id);
  });
  return found;
}

async function countPresences(
  db: GatewayDb,
  account: AccountId,
): Promise<{ readonly present: number; readonly missing: number }> {
  const { rows } = await sql<{ present: number; missing: number }>`
    select count(*) filter (where presence = 'present')::int as present,
           count(*) filter (where presence = 'missing')::int as missing
    from gateway.gps_driver where account = ${account}`.execute(db);
  return rows[0] ?? { present: 0, missing: 0 };
}

const ENTRY = sql`gps_id, version, presence, missing_since, observed_at, appeared_at, last_listed_at, driver_id_state, driver_id,
  fallback_id, ticket`;

async function index(db: GatewayDb, account: AccountId): Promise<readonly GpsRosterEntry[]> {
  const { rows } = await sql<EntryRow>`
    select ${ENTRY} from gateway.gps_driver
    where account = ${account} and presence <> 'gone' order by gps_id`.execute(db);
  return rows.map(toEntry);
}

async function countKnownDriverIds(
  db: GatewayDb,
  account: AccountId,
  of: readonly GpsId[],
): Promise<{ readonly all: number; readonly ofThese: number }> {
  const { rows } = await sql<{ all: number; of_these: number }>`
    select count(*)::int as all, count(*) filter (where gps_id = any(${of}::text[]))::int as of_these
    from gateway.gps_driver
    where account = ${account} and presence = 'present' and driver_id_state = 'known'`.execute(db);
  return { all: rows[0]?.all ?? 0, ofThese: rows[0]?.of_these ?? 0 };
}

async function read(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
  lock: ReturnType<typeof sql>,
): Promise<ReadonlyMap<GpsId, KnownGpsDriver>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<GpsRow>`
    select * from gateway.gps_driver
    where account = ${account} and gps_id = any(${ids}::text[]) order by gps_id ${lock}`.execute(db);
  return new Map(
    rows.map((row) => [row.gps_id, { entry: toEntry(row), driver: toGpsDriver(row), groups: row.groups }]),
  );
}

async function wantersOf(db: GatewayDb, account: AccountId, id: DriverId): Promise<readonly GpsId[]> {
  const { rows } = await sql<{ gps_id: GpsId }>`
    select gps_id from gateway.gps_driver
    where account = ${account} and driver_id = ${id} and driver_id_state = 'known' and presence = 'present'
    union
    select g.gps_id from gateway.gps_driver g
    where g.account = ${account} and g.fallback_id = ${id} and g.driver_id_state = 'empty' and g.presence = 'present'
      and not exists (select from gateway.link l where l.account = ${account} and l.gps_id = g.gps_id)
    union
    select l.gps_id from gateway.link l
    join gateway.gps_driver g on g.account = l.account and g.gps_id = l.gps_id
    where l.account = ${account} and l.driver_id = ${id} and g.driver_id_state = 'empty' and g.presence = 'present'
    order by gps_id`.execute(db);
  return rows.map((row) => row.gps_id);
}

/** A sighting: the driver is present, and no proof of absence stands any more. Groups have their own reading. */
async function save(
  db: GatewayDb,
  account: AccountId,
  rows: readonly GpsRosterRow[],
  seen: Observation,
): Promise<void> {
  const unique = new Map(rows.map((row) => [row.driver.gpsId, row]));
  await inChunks([...unique.values()], (chunk) =>
    sql`
      insert into gateway.gps_driver as g (
        account, gps_id, first_name, last_name, email, phone, time_zone, reference_id,
        driver_id, driver_id_state, fallback_id, version, presence, observed_at, appeared_at, ticket)
      select ${account}, r.gps_id, r.first_name, r.last_name, r.email, r.phone, r.time_zone, r.reference_id,
             r.driver_id, r.driver_id_state, r.fallback_id, r.version, 'present', ${seen.at}::bigint, ${seen.at}::bigint,
             ${seen.ticket}::bigint
      from jsonb_to_recordset(${JSON.stringify(chunk.map(toColumns))}::jsonb) as r(
        gps_id text, first_name text, last_name text, email text, phone text, time_zone text, reference_id text,
        driver_id text, driver_id_state text, fallback_id text, version text)
      where not exists (
        select from gateway.roster_tombstone t
        where t.account = ${account} and t.portal = 'gps' and t.id = r.gps_id
          and t.ticket > ${seen.ticket}::bigint)
      order by r.gps_id
      on conflict (account, gps_id) do update set
        first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
        phone = excluded.phone, time_zone = excluded.time_zone, reference_id = excluded.reference_id,
        driver_id = excluded.driver_id, driver_id_state = excluded.driver_id_state,
        fallback_id = excluded.fallback_id, version = excluded.version, presence = 'present',
        missing_since = null, absence_proof = null, observed_at = excluded.observed_at, ticket = excluded.ticket,
        appeared_at = case when g.presence = 'present' then g.appeared_at else excluded.appeared_at end
      where excluded.ticket >= g.ticket`.execute(db),
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

/** Only a driver whose observation is older than the listing can be missing from it. */
async function markMissing(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
  since: Observation,
): Promise<readonly GpsId[]> {
  const marked: GpsId[] = [];
  await inChunks(ids, async (chunk) => {
    const { rows } = await sql<{ gps_id: GpsId }>`
      update gateway.gps_driver set presence = 'missing', missing_since = ${since.at}::bigint,
        -- The last complete listing had the driver, or it would have been missing then.
        last_listed_at = greatest(observed_at, (
          select r.complete_at from gateway.roster r where r.account = ${account} and r.portal = 'gps'))
      where account = ${account} and gps_id = any(${chunk}::text[])
        and presence = 'present' and ticket < ${since.ticket}::bigint
      returning gps_id`.execute(db);
    for (const row of rows) marked.push(row.gps_id);
  });
  return marked;
}

async function markGone(
  db: GatewayDb,
  account: AccountId,
  gone: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
  seen: Observation,
): Promise<readonly GpsId[]> {
  const unique = new Map(gone.map(({ gpsId, proof }) => [gpsId, proof]));
  const rows = [...unique].map(([gpsId, proof]) => ({
    gps_id: gpsId,
    proof,
    proven_at: Math.min(lastGoneAt(proof), seen.at),
  }));
  const marked: GpsId[] = [];
  await inChunks(rows, async (chunk) => {
    const result = await sql<{ gps_id: GpsId }>`
      update gateway.gps_driver g
      set presence = 'gone', absence_proof = r.proof, observed_at = r.proven_at, ticket = ${seen.ticket}::bigint
      from jsonb_to_recordset(${JSON.stringify(chunk)}::jsonb) as r(gps_id text, proof jsonb, proven_at bigint)
      where g.account = ${account} and g.gps_id = r.gps_id and g.ticket <= ${seen.ticket}::bigint
      returning g.gps_id`.execute(db);
    for (const row of result.rows) marked.push(row.gps_id);
  });
  return marked;
}

/** A driver that came back between the look and this moment keeps its row (case A6). */
async function forget(db: GatewayDb, account: AccountId, ids: readonly GpsId[]): Promise<readonly GpsId[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: GpsId; observed_at: number; ticket: number }>`
    delete from gateway.gps_driver
    where account = ${account} and gps_id = any(${ids}::text[]) and presence = 'gone'
    returning gps_id as id, observed_at, ticket`.execute(db);
  await buryInRoster(db, account, 'gps', rows);
  return rows.map((row) => row.id);
}

/** A driver that is in none of the memberships is in no group. */
async function setGroups(
  db: GatewayDb,
  account: AccountId,
  memberships: ReadonlyMap<GpsId, readonly string[]>,
): Promise<readonly GpsId[]> {
  const rows = [...memberships].map(([gpsId, groups]) => ({ gps_id: gpsId, groups: [...groups].sort() }));
  const result = await sql<{ gps_id: GpsId }>`
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
    where g.account = ${account} and g.gps_id = w.gps_id and g.groups <> w.groups
    returning g.gps_id`.execute(db);
  return result.rows.map((row) => row.gps_id);
}
