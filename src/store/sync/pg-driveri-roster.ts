import { sql } from 'kysely';
import type { DriveriDriver } from '../../driver/driveri-driver';
import type { AccountId, DriverId } from '../../driver/ids';
import type { KnownDriveriDriver, Observation, RosterStore } from '../../sync/ports/roster-store';
import { inChunks } from '../database/in-chunks';
import type { GatewayDb } from '../database/tables';
import { driveriVersion, toDriveriDriver, type DriveriRow } from './roster-rows';
import { buryInRoster } from './roster-tombstones';

type DriveriRosterStore = Pick<
  RosterStore,
  | 'differingDriveri'
  | 'countDriveri'
  | 'driveriLike'
  | 'driveriIds'
  | 'lockDriveri'
  | 'driveriDrivers'
  | 'saveDriveri'
  | 'dropDriveri'
>;

/** The Driveri half of an account's rosters, in Postgres. */
export function createPgDriveriRoster(db: GatewayDb, account: AccountId): DriveriRosterStore {
  return {
    differingDriveri: (drivers) => differing(db, account, drivers),
    async countDriveri() {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from gateway.driveri_driver where account = ${account}`.execute(db);
      return rows[0]?.count ?? 0;
    },
    async driveriLike(id) {
      const folded = (text: ReturnType<typeof sql>) => sql`lower(normalize(btrim(${text}), NFKC))`;
      const { rows } = await sql<{ driver_id: DriverId }>`
        select driver_id from gateway.driveri_driver
        where account = ${account} and ${folded(sql`driver_id`)} = ${folded(sql`${id}::text`)}
        order by driver_id limit 5`.execute(db);
      return rows.map((row) => row.driver_id);
    },
    async driveriIds() {
      const { rows } = await sql<{ driverId: DriverId; ticket: number }>`
        select driver_id as "driverId", ticket from gateway.driveri_driver
        where account = ${account} order by driver_id`.execute(db);
      return rows;
    },
    async lockDriveri(ids) {
      const rows = await read(db, account, ids, sql`for update`);
      return new Map(rows.map((row) => [row.driver_id, toKnown(row)]));
    },
    async driveriDrivers(ids) {
      const rows = await read(db, account, ids, sql``);
      return new Map(rows.map((row) => [row.driver_id, toDriveriDriver(row)]));
    },
    saveDriveri: (drivers, seen) => save(db, account, drivers, seen),
    dropDriveri: (ids, seen) => drop(db, account, ids, seen),
  };
}

function toKnown(row: DriveriRow): KnownDriveriDriver {
  return { driver: toDriveriDriver(row), observedAt: row.observed_at, ticket: row.ticket };
}

async function read(
  db: GatewayDb,
  account: AccountId,
  ids: readonly DriverId[],
  lock: ReturnType<typeof sql>,
): Promise<readonly DriveriRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<DriveriRow>`
    select * from gateway.driveri_driver
    where account = ${account} and driver_id = any(${ids}::text[]) order by driver_id ${lock}`.execute(db);
  return rows;
}

async function differing(
  db: GatewayDb,
  account: AccountId,
  drivers: readonly DriveriDriver[],
): Promise<readonly DriverId[]> {
  const found: DriverId[] = [];
  await inChunks(drivers, async (chunk) => {
    const { rows } = await sql<{ driver_id: DriverId }>`
      select r.driver_id
      from unnest(${chunk.map((driver) => driver.driverId)}::text[], ${chunk.map(driveriVersion)}::text[],
                  ${chunk.map((driver) => driver.updatedDate)}::bigint[]) as r(driver_id, version, updated_date)
      left join gateway.driveri_driver d on d.account = ${account} and d.driver_id = r.driver_id
      where d.version is distinct from r.version or d.updated_date is distinct from r.updated_date`.execute(
      db,
    );
    for (const row of rows) found.push(row.driver_id);
  });
  return found;
}

async function save(
  db: GatewayDb,
  account: AccountId,
  drivers: readonly DriveriDriver[],
  seen: Observation,
): Promise<void> {
  const unique = new Map(drivers.map((driver) => [driver.driverId, driver]));
  await inChunks([...unique.values()], (chunk) =>
    sql`
      insert into gateway.driveri_driver as d (
        account, driver_id, first_name, last_name, email, user_name, mobile_app, driver_group,
        status_code, status, removed, active, created_date, updated_date, observed_at, ticket, version,
        first_ticket)
      select ${account}, r.driver_id, r.first_name, r.last_name, r.email, r.user_name, r.mobile_app, r.driver_group,
             r.status_code, r.status, r.removed, r.active, r.created_date, r.updated_date, ${seen.at}::bigint,
             ${seen.ticket}::bigint, r.version, ${seen.ticket}::bigint
      from jsonb_to_recordset(${JSON.stringify(chunk.map(toColumns))}::jsonb) as r(
        driver_id text, first_name text, last_name text, email text, user_name text, mobile_app boolean,
        driver_group text, status_code integer, status text, removed boolean, active boolean,
        created_date bigint, updated_date bigint, version text)
      where not exists (
        select from gateway.roster_tombstone t
        where t.account = ${account} and t.portal = 'driveri' and t.id = r.driver_id
          and t.ticket > ${seen.ticket}::bigint)
      order by r.driver_id
      on conflict (account, driver_id) do update set
        first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
        user_name = excluded.user_name, mobile_app = excluded.mobile_app, driver_group = excluded.driver_group,
        status_code = excluded.status_code, status = excluded.status, removed = excluded.removed,
        active = excluded.active, created_date = excluded.created_date, updated_date = excluded.updated_date,
        observed_at = excluded.observed_at, ticket = excluded.ticket, version = excluded.version
      where excluded.ticket >= d.ticket`.execute(db),
  );
}

function toColumns(driver: DriveriDriver) {
  return {
    driver_id: driver.driverId,
    first_name: driver.firstName,
    last_name: driver.lastName,
    email: driver.email,
    user_name: driver.userName,
    mobile_app: driver.mobileApp,
    driver_group: driver.group,
    status_code: driver.statusCode,
    status: driver.status,
    removed: driver.removed,
    active: driver.active,
    created_date: driver.createdDate,
    updated_date: driver.updatedDate,
    version: driveriVersion(driver),
  };
}

/** A driver with a newer observation stays. */
async function drop(
  db: GatewayDb,
  account: AccountId,
  ids: readonly DriverId[],
  seen: Observation,
): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<{ driver_id: DriverId; complete_ticket: number }>`
    delete from gateway.driveri_driver d
    where d.account = ${account} and d.driver_id = any(${ids}::text[]) and d.ticket <= ${seen.ticket}::bigint
    returning d.driver_id, coalesce((select r.complete_ticket from gateway.roster r
      where r.account = ${account} and r.portal = 'driveri'), 0) as complete_ticket`.execute(db);
  const knownBefore = new Map(rows.map((row) => [row.driver_id, row.complete_ticket]));
  const gone = [...new Set(ids)].map((id) => ({
    id,
    observed_at: seen.at,
    ticket: seen.ticket,
    known_before: knownBefore.get(id) ?? null,
  }));
  await buryInRoster(db, account, 'driveri', gone);
}
