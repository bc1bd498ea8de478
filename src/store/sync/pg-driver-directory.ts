import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { driverKey, type AccountId, type DriverId, type DriverKey, type GpsId } from '../../driver/ids';
import type { DriverDirectory } from '../../sync/ports/driver-directory';
import { identify, type Identities } from './driver-identity';
import { projectDriver, type DriverProjection } from './driver-projection';
import { readAllDrivers, readDrivers, type DriverScope, type KnownRow } from './driver-scope';
import type { GatewayDb } from '../database/tables';

/**
 * The unified drivers of an account, in Postgres: one row for each GPS driver, and one for each Driveri driver who belongs to
 * none. What is asked to be refreshed is done by `flush`, at the end of the transaction and once for all: three statements (lock,
 * read, write) for any number of drivers. Two transactions never make two rows of one driver, and no lock is taken after the
 * account's head (design, 3.6).
 */
export function createPgDriverDirectory(
  db: GatewayDb,
  account: AccountId,
): DriverDirectory & { flush(): Promise<void> } {
  let stale = nothingStale();
  let isLocked = false;

  async function flush(): Promise<void> {
    const { all, gpsIds, driverIds, now } = stale;
    if (!all && gpsIds.size === 0 && driverIds.size === 0) return;
    stale = nothingStale();
    // Held until the commit: the second time in a transaction it is there already.
    if (!isLocked) await lockHead(db, account);
    isLocked = true;
    const scope = all ? await readAllDrivers(db, account) : await readDrivers(db, account, gpsIds, driverIds);
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
    async keyOfDriveri(id) {
      await flush();
      const { rows } = await sql<{ key: DriverKey }>`
        select key from gateway.driver where account = ${account} and driver_id = ${id}`.execute(db);
      return rows[0]?.key ?? null;
    },
  };
}

const nothingStale = () => ({ all: false, gpsIds: new Set<GpsId>(), driverIds: new Set<DriverId>(), now: 0 });

/**
 * One at a time per account from here to the commit. It is the log's lock, which nearly all of them take anyway. The statement
 * that reads is a chain of look-ups whose size the planner cannot know: it would compile it for longer than it runs.
 */
async function lockHead(db: GatewayDb, account: AccountId): Promise<void> {
  await sql`
    with head as (select from gateway.event_head where account = ${account} for update)
    select set_config('jit', 'off', true), (select count(*) from head)`.execute(db);
}

async function byKey(db: GatewayDb, account: AccountId, key: DriverKey) {
  const { rows } = await sql<
    KnownRow & {
      readonly full_name: string;
      readonly presence: string | null;
      readonly groups: string[] | null;
    }
  >`
    select d.key, g.gps_id, d.driver_id, d.full_name, g.presence, g.groups
    from gateway.driver asked
    join gateway.driver d on d.account = asked.account and d.key = coalesce(asked.merged_into, asked.key)
    left join gateway.gps_driver g on g.account = d.account and g.gps_id = d.gps_id
    where asked.account = ${account} and asked.key = ${key}`.execute(db);
  const row = rows[0];
  if (row === undefined || (row.gps_id === null && row.driver_id === null)) return null;
  const isInGps = row.gps_id !== null && row.presence !== 'gone';
  return {
    key: row.key,
    gpsId: row.gps_id,
    driverId: row.driver_id,
    fullName: row.full_name,
    gps: isInGps ? { groups: row.groups ?? [] } : null,
  };
}

/** So many rows go into one statement; between two of them the process does other work. */
const ROWS_AT_ONCE = 1_000;

/** A whole row, but for the account. */
type NewRow = DriverProjection & {
  readonly key: DriverKey;
  readonly created_at: number;
};

async function write(db: GatewayDb, account: AccountId, scope: DriverScope, now: number): Promise<void> {
  const { persons, ...left } = identify(scope.rosters, scope.known);
  const toRow = ({ person, row }: (typeof persons)[number]): NewRow => ({
    key: row?.key ?? newKey(),
    created_at: row?.created_at ?? now,
    ...projectDriver(person, person.gps === null ? undefined : scope.work.get(person.gps.gps_id)),
  });
  // Drivers that change places are compared when their statement has ended; where there are several, after the last one.
  if (persons.length > ROWS_AT_ONCE) await sql`set constraints ${PLACES} deferred`.execute(db);
  await upsert(db, account, persons.slice(0, ROWS_AT_ONCE).map(toRow), left);
  for (let from = ROWS_AT_ONCE; from < persons.length; from += ROWS_AT_ONCE) {
    await upsert(db, account, persons.slice(from, from + ROWS_AT_ONCE).map(toRow), NOBODY_LEFT);
  }
  if (persons.length > ROWS_AT_ONCE) await sql`set constraints ${PLACES} immediate`.execute(db);
}

const PLACES = sql`gateway.driver_by_gps, gateway.driver_by_driveri`;

const newKey = (): DriverKey => driverKey(randomUUID());

type LeftOver = Pick<Identities<KnownRow>, 'merged' | 'deserted'>;

const NOBODY_LEFT: LeftOver = { merged: [], deserted: [] };

/**
 * Writes rows, and what becomes of those that are left over, in one statement. A row that is as it should be is not written. A
 * merged row's key leads to its survivor in one step, however often that one was merged since. A deserted row keeps its GPS id:
 * should GPS bring the driver back, it comes back as the one it was.
 */
async function upsert(
  db: GatewayDb,
  account: AccountId,
  rows: readonly NewRow[],
  { merged, deserted }: LeftOver,
): Promise<void> {
  if (rows.length === 0 && merged.length === 0 && deserted.length === 0) return;
  await sql`
    with merged as (
      select * from unnest(${merged.map(({ row }) => row.key)}::text[], ${merged.map(({ into }) => into)}::text[])
        as m(key, survivor)
    ), gone as (
      update gateway.driver d
      set gps_id = null, driver_id = null, wanted_id = null, listed = false, merged_into = m.survivor
      from merged m
      where d.account = ${account} and (d.key = m.key or d.merged_into = m.key)
    ), empty as (
      update gateway.driver d set driver_id = null, wanted_id = null, listed = false
      where d.account = ${account} and d.key = any(${deserted.map(({ key }) => key)}::text[])
        and (d.driver_id is not null or d.wanted_id is not null or d.listed)
    )
    insert into gateway.driver as d (account, key, created_at, merged_into, ${COLUMNS})
    select ${account}, r.key, r.created_at, null, ${NEW_COLUMNS}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
      key text, created_at bigint, gps_id text, driver_id text, wanted_id text, listed boolean, presence text, status text,
      full_name text, name_key text, reference_key text, driver_id_key text, last_synced_at bigint, search_text text,
      version text, differences jsonb, document jsonb)
    on conflict (account, key) do update set (merged_into, ${COLUMNS}) = (null, ${EXCLUDED_COLUMNS})
    where (d.merged_into, ${OLD_COLUMNS}) is distinct from (null, ${EXCLUDED_COLUMNS})`.execute(db);
}

const NAMES: readonly (keyof DriverProjection)[] = [
  'gps_id',
  'driver_id',
  'wanted_id',
  'listed',
  'presence',
  'status',
  'full_name',
  'name_key',
  'reference_key',
  'driver_id_key',
  'last_synced_at',
  'search_text',
  'version',
  'differences',
  'document',
];

const columnsOf = (table: string) => sql.join(NAMES.map((name) => sql.ref(`${table}.${name}`)));
const COLUMNS = sql.join(NAMES.map((name) => sql.ref(name)));
const NEW_COLUMNS = columnsOf('r');
const OLD_COLUMNS = columnsOf('d');
const EXCLUDED_COLUMNS = columnsOf('excluded');
