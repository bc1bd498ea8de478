import { sql } from 'kysely';
import type { DriveriDriver } from '../driver/driveri-driver';
import type { AccountId, DriverId } from '../driver/ids';
import type { RosterRepository } from '../sync/sync-store';
import { inChunks } from './in-chunks';
import { toDriveriDriver } from './roster-rows';
import { buryInRoster } from './roster-tombstones';
import type { GatewayDb } from './tables';

type DriveriRosterRepository = Pick<
  RosterRepository,
  'driveriIndex' | 'driveriDriver' | 'driveriDrivers' | 'saveDriveri' | 'dropDriveri'
>;

/** The Driveri half of an account's rosters, in Postgres. */
export function createPgDriveriRoster(db: GatewayDb, account: AccountId): DriveriRosterRepository {
  const drivers = () => db.selectFrom('gateway.driveri_driver').selectAll().where('account', '=', account);
  return {
    async driveriIndex() {
      const rows = await drivers().orderBy('driver_id').execute();
      return new Map(
        rows.map((row) => [row.driver_id, { observedAt: row.observed_at, driver: toDriveriDriver(row) }]),
      );
    },
    async driveriDriver(id) {
      const row = await drivers().where('driver_id', '=', id).executeTakeFirst();
      return row === undefined ? null : toDriveriDriver(row);
    },
    async driveriDrivers(ids) {
      if (ids.length === 0) return new Map();
      const rows = await drivers()
        .where('driver_id', '=', sql<DriverId>`any(${ids}::text[])`)
        .execute();
      return new Map(rows.map((row) => [row.driver_id, toDriveriDriver(row)]));
    },
    saveDriveri: (found, observedAt) => saveDriveri(db, account, found, observedAt),
    dropDriveri: (ids, observedAt) => dropDriveri(db, account, ids, observedAt),
  };
}

async function saveDriveri(
  db: GatewayDb,
  account: AccountId,
  drivers: readonly DriveriDriver[],
  observedAt: number,
): Promise<void> {
  const unique = new Map(drivers.map((driver) => [driver.driverId, driver]));
  await inChunks([...unique.values()], (chunk) =>
    sql`
      insert into gateway.driveri_driver as d (
        account, driver_id, first_name, last_name, email, user_name, mobile_app, driver_group,
        status_code, status, removed, active, created_date, updated_date, observed_at)
      select ${account}, r.driver_id, r.first_name, r.last_name, r.email, r.user_name, r.mobile_app, r.driver_group,
             r.status_code, r.status, r.removed, r.active, r.created_date, r.updated_date, ${observedAt}::bigint
      from jsonb_to_recordset(${JSON.stringify(chunk.map(toColumns))}::jsonb) as r(
        driver_id text, first_name text, last_name text, email text, user_name text, mobile_app boolean,
        driver_group text, status_code integer, status text, removed boolean, active boolean,
        created_date bigint, updated_date bigint)
      where not exists (
        select from gateway.roster_tombstone t
        where t.account = ${account} and t.portal = 'driveri' and t.id = r.driver_id
          and t.observed_at > ${observedAt}::bigint)
      order by r.driver_id
      on conflict (account, driver_id) do update set
        first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
        user_name = excluded.user_name, mobile_app = excluded.mobile_app, driver_group = excluded.driver_group,
        status_code = excluded.status_code, status = excluded.status, removed = excluded.removed,
        active = excluded.active, created_date = excluded.created_date, updated_date = excluded.updated_date,
        observed_at = excluded.observed_at
      where excluded.observed_at >= d.observed_at`.execute(db),
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
  };
}

/** Who was seen after that moment stays. */
async function dropDriveri(
  db: GatewayDb,
  account: AccountId,
  ids: readonly DriverId[],
  observedAt: number,
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    delete from gateway.driveri_driver
    where account = ${account} and driver_id = any(${ids}::text[]) and observed_at <= ${observedAt}::bigint`.execute(
    db,
  );
  const gone = [...new Set(ids)].map((id) => ({ id, observed_at: observedAt }));
  await buryInRoster(db, account, 'driveri', gone);
}
