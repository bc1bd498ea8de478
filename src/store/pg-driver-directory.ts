import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import { driverKey, type AccountId, type DriverId, type DriverKey, type GpsId } from '../driver/ids';
import type { DriverDirectory } from '../sync/sync-store';
import type { FieldDifferenceView, ProblemView } from '../sync/views';
import { identify, type Identities } from './driver-identity';
import { projectDriver, type WorkState } from './driver-projection';
import { inChunks } from './in-chunks';
import { readEverything, readNextTo, wantedOf, type NextRows, type RosterRows } from './neighbourhood';
import type { DriverTable, GatewayDb } from './tables';

/** From so many drivers on it is cheaper to look at all of them than to ask who else is concerned. */
const MANY = 500;

/** Each round finds whom the last one's rows were about before. More than a few mean that much has gone by unseen. */
const MOST_ROUNDS = 4;

type DriverRow = Omit<Selectable<DriverTable>, 'account'>;

/**
 * The unified drivers of an account, in Postgres: one row for each GPS driver, and one for each Driveri driver who belongs to
 * none. What is asked to be refreshed is done by `flush`, at the end of the transaction and once for all: two transactions
 * never make two rows of one driver, and no lock is taken after the account's head (design, 3.6).
 */
export function createPgDriverDirectory(
  db: GatewayDb,
  account: AccountId,
): DriverDirectory & { flush(): Promise<void> } {
  let stale = nothingStale();

  async function flush(): Promise<void> {
    const { all, gpsIds, driverIds, now } = stale;
    if (!all && gpsIds.size === 0 && driverIds.size === 0) return;
    stale = nothingStale();
    await lockHead(db, account);
    const isMany = all || gpsIds.size + driverIds.size > MANY;
    const scope = isMany ? await readAll(db, account) : await readScope(db, account, gpsIds, driverIds);
    await write(db, account, scope, now);
  }

  return {
    flush,
    refresh(gpsIds, driverIds, now) {
      for (const id of gpsIds) stale.gpsIds.add(id);
      for (const id of driverIds) stale.driverIds.add(id);
      stale.now = Math.max(stale.now, now);
      return Promise.resolve();
    },
    refreshAll(now) {
      stale.all = true;
      stale.now = Math.max(stale.now, now);
      return Promise.resolve();
    },
    async byKey(key) {
      await flush();
      return byKey(db, account, key);
    },
    async keyOfGps(id) {
      await flush();
      const { rows } = await sql<{ key: DriverKey }>`
        select key from gateway.driver where account = ${account} and gps_id = ${id}`.execute(db);
      return rows[0]?.key ?? null;
    },
  };
}

const nothingStale = () => ({ all: false, gpsIds: new Set<GpsId>(), driverIds: new Set<DriverId>(), now: 0 });

/** One at a time per account from here to the commit. It is the log's lock, which nearly all of them take anyway. */
async function lockHead(db: GatewayDb, account: AccountId): Promise<void> {
  await sql`select from gateway.event_head where account = ${account} for update`.execute(db);
}

async function byKey(db: GatewayDb, account: AccountId, key: DriverKey) {
  const { rows } = await sql<Pick<DriverRow, 'key' | 'gps_id' | 'driver_id' | 'full_name'>>`
    select d.key, g.gps_id, d.driver_id, d.full_name
    from gateway.driver asked
    join gateway.driver d on d.account = asked.account and d.key = coalesce(asked.merged_into, asked.key)
    left join gateway.gps_driver g on g.account = d.account and g.gps_id = d.gps_id
    where asked.account = ${account} and asked.key = ${key}`.execute(db);
  const row = rows[0];
  if (row === undefined || (row.gps_id === null && row.driver_id === null)) return null;
  return { key: row.key, gpsId: row.gps_id, driverId: row.driver_id, fullName: row.full_name };
}

/** Everything that rows are made of: both rosters and links, what is known of the work, and the rows that there are. */
interface Scope {
  readonly rosters: RosterRows | NextRows;
  readonly work: ReadonlyMap<GpsId, WorkRow>;
  readonly drivers: readonly DriverRow[];
}

interface WorkRow {
  readonly gps_id: GpsId;
  readonly is_pending: boolean;
  readonly problem: ProblemView | null;
  readonly identity_hold: string | null;
  readonly last_synced_at: number | null;
  readonly is_held: boolean;
}

async function readAll(db: GatewayDb, account: AccountId): Promise<Scope> {
  const rosters = await readEverything(db, account);
  const drivers = await sql<DriverRow>`
    select * from gateway.driver
    where account = ${account} and (gps_id is not null or driver_id is not null)`.execute(db);
  return { rosters, drivers: drivers.rows, work: await readWork(db, account, null) };
}

/** These drivers with everybody whom they may take a row from, or leave one to. */
async function readScope(
  db: GatewayDb,
  account: AccountId,
  gpsIds: ReadonlySet<GpsId>,
  driverIds: ReadonlySet<DriverId>,
): Promise<Scope> {
  const wanted = { gps: new Set(gpsIds), driveri: new Set(driverIds) };
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    const rosters = await readNextTo(db, account, wanted.gps, wanted.driveri);
    const gps = new Set([...wanted.gps, ...rosters.gps.keys()]);
    const driveri = new Set([...wanted.driveri, ...rosters.driveri.keys()]);
    const { rows } = await sql<DriverRow>`
      select * from gateway.driver where account = ${account} and gps_id = any(${[...gps]}::text[])
      union
      select * from gateway.driver where account = ${account} and driver_id = any(${[...driveri]}::text[])`.execute(
      db,
    );
    // What a row was before may reach further than what it is now: whoever it leaves behind is looked at as well.
    const more = rows.filter((row) => !isIn(gps, row.gps_id) || !isIn(driveri, row.driver_id));
    const givenUp = rows.flatMap((row) => wantedNoMore(row, rosters));
    if (more.length === 0 && givenUp.length === 0) {
      return { rosters, drivers: rows, work: await readWork(db, account, [...rosters.gps.keys()]) };
    }
    for (const row of more) {
      if (row.gps_id !== null) wanted.gps.add(row.gps_id);
      if (row.driver_id !== null) wanted.driveri.add(row.driver_id);
    }
    for (const id of givenUp) wanted.driveri.add(id);
  }
  return readAll(db, account);
}

/** The DriverID that a driver has given up, unless it is known already whom that concerns: somebody may want it alone now. */
function wantedNoMore(row: DriverRow, { gps, links, complete }: NextRows): readonly DriverId[] {
  if (row.wanted_id === null || row.gps_id === null || complete.has(row.wanted_id)) return [];
  const side = gps.get(row.gps_id);
  const wanted = side === undefined ? null : wantedOf(side, links.get(row.gps_id));
  return wanted === row.wanted_id ? [] : [row.wanted_id];
}

const isIn = <Id>(ids: ReadonlySet<Id>, id: Id | null): boolean => id === null || ids.has(id);

async function readWork(
  db: GatewayDb,
  account: AccountId,
  gpsIds: readonly GpsId[] | null,
): Promise<ReadonlyMap<GpsId, WorkRow>> {
  const those = gpsIds === null ? sql`` : sql`and gps_id = any(${gpsIds}::text[])`;
  const { rows } = await sql<WorkRow>`
    select coalesce(s.gps_id, r.gps_id) as gps_id,
           coalesce(s.synced_generation < s.generation, false) as is_pending,
           s.problem, s.identity_hold, s.last_synced_at, r.gps_id is not null as is_held
    from (select * from gateway.sync_row where account = ${account} ${those}) s
    full join (select gps_id from gateway.removal
               where account = ${account} ${those} and state in ('proposed', 'held')) r on r.gps_id = s.gps_id`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.gps_id, row]));
}

function workState(work: WorkRow | undefined): WorkState {
  const hold = work?.identity_hold ?? null;
  return {
    isPending: work?.is_pending ?? false,
    problem: work?.problem?.code ?? null,
    isHeld: (work?.is_held ?? false) || (hold !== null && hold !== 'approved'),
  };
}

async function write(db: GatewayDb, account: AccountId, scope: Scope, now: number): Promise<void> {
  const identities = identify(scope.rosters, scope.drivers);
  const changes = changedRows(identities, scope, now);
  const before = new Map(scope.drivers.map((row) => [row.key, row]));
  // Unique indexes look at each row as it is written: whoever gives an id away does so before somebody else takes it.
  const moving = changes.flatMap((row) => {
    const old = before.get(row.key);
    return old !== undefined && givesAway(old, row) ? [row.key] : [];
  });
  if (moving.length > 0) {
    await sql`
      update gateway.driver set gps_id = null, driver_id = null
      where account = ${account} and key = any(${moving}::text[])`.execute(db);
  }
  await inChunks(changes, (chunk) => upsert(db, account, chunk));
  if (identities.merged.length > 0) await compressPaths(db, account, identities.merged);
}

const givesAway = (old: DriverRow, row: DriverRow): boolean =>
  (old.gps_id !== null && old.gps_id !== row.gps_id) ||
  (old.driver_id !== null && old.driver_id !== row.driver_id);

/** The rows that are not yet as they should be. */
function changedRows(identities: Identities<DriverRow>, scope: Scope, now: number): readonly DriverRow[] {
  const rows: DriverRow[] = [];
  const put = (old: DriverRow | null, row: DriverRow): void => {
    if (old === null || !isSame(old, row)) rows.push(row);
  };
  for (const { person, row } of identities.persons) {
    const work = person.gps === null ? undefined : scope.work.get(person.gps.gps_id);
    put(row, {
      key: row?.key ?? newKey(),
      created_at: row?.created_at ?? now,
      merged_into: null,
      last_synced_at: work?.last_synced_at ?? null,
      ...projectDriver(person, workState(work)),
    });
  }
  for (const { row, into } of identities.merged) {
    put(row, { ...row, gps_id: null, driver_id: null, wanted_id: null, merged_into: into, listed: false });
  }
  // The GPS id stays: should GPS bring the driver back, they come back as who they were.
  for (const row of identities.deserted)
    put(row, { ...row, driver_id: null, wanted_id: null, listed: false });
  return rows;
}

const newKey = (): DriverKey => driverKey(randomUUID());

function isSame(a: DriverRow, b: DriverRow): boolean {
  const columns = Object.keys(b) as (keyof DriverRow)[]; // both are whole rows: the keys are the columns
  return columns.every((column) => {
    if (column === 'differences') return inWords(a.differences) === inWords(b.differences);
    return a[column] === b[column];
  });
}

/** Postgres does not keep the order of members in jsonb. */
function inWords(differences: readonly FieldDifferenceView[]): string {
  return JSON.stringify(differences.map(({ field, gps, driveri }) => [field, gps, driveri]));
}

async function upsert(db: GatewayDb, account: AccountId, rows: readonly DriverRow[]): Promise<void> {
  await sql`
    insert into gateway.driver (
      account, key, gps_id, driver_id, wanted_id, merged_into, created_at, listed, presence, status, full_name, name_key,
      reference_key, driver_id_key, last_synced_at, search_text, version, differences)
    select ${account}, r.*
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
      key text, gps_id text, driver_id text, wanted_id text, merged_into text, created_at bigint, listed boolean, presence text,
      status text, full_name text, name_key text, reference_key text, driver_id_key text, last_synced_at bigint,
      search_text text, version text, differences jsonb)
    on conflict (account, key) do update set
      gps_id = excluded.gps_id, driver_id = excluded.driver_id, wanted_id = excluded.wanted_id,
      merged_into = excluded.merged_into,
      listed = excluded.listed, presence = excluded.presence, status = excluded.status,
      full_name = excluded.full_name, name_key = excluded.name_key, reference_key = excluded.reference_key,
      driver_id_key = excluded.driver_id_key, last_synced_at = excluded.last_synced_at,
      search_text = excluded.search_text, version = excluded.version, differences = excluded.differences`.execute(
    db,
  );
}

/** A key leads to its survivor in one step, however often that one was merged since. */
async function compressPaths(
  db: GatewayDb,
  account: AccountId,
  merged: Identities<DriverRow>['merged'],
): Promise<void> {
  await sql`
    update gateway.driver d set merged_into = m.survivor
    from unnest(${merged.map(({ row }) => row.key)}::text[], ${merged.map(({ into }) => into)}::text[])
      as m(key, survivor)
    where d.account = ${account} and d.merged_into = m.key`.execute(db);
}
