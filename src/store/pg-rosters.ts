import { sql, type Selectable } from 'kysely';
import type { AccountId, DriverId, GpsId } from '../driver/ids';
import type { PortalName } from '../driver/portal-error';
import type { Neighbourhood, RosterRepository, RosterState } from '../sync/sync-store';
import { readEverything, readNeighbourhood, type RosterRows } from './neighbourhood';
import { createPgDriveriRoster } from './pg-driveri-roster';
import { createPgGpsRoster } from './pg-gps-roster';
import type { PhoneHasher } from './phone-hash';
import { toDriveriDriver, toGpsSide } from './roster-rows';
import type { GatewayDb, RosterTable } from './tables';
import { withoutUndefined } from './without-undefined';

/** Both rosters of an account, in Postgres. */
export function createPgRosters(db: GatewayDb, account: AccountId, hashPhone: PhoneHasher): RosterRepository {
  return {
    ...createPgGpsRoster(db, account),
    ...createPgDriveriRoster(db, account),
    state: (portal) => readState(db, account, portal),
    setState: (portal, patch) => setState(db, account, portal, patch),
    concernedBy: (driverIds) => concernedBy(db, account, driverIds),
    neighbourhood: async (ids) => toNeighbourhood(await readNeighbourhood(db, account, ids), hashPhone),
    everything: async () => toNeighbourhood(await readEverything(db, account), hashPhone),
    counts: () => counts(db, account),
    async pendingIdentityChanges() {
      const { rows } = await sql<{ gps_id: GpsId }>`
        select g.gps_id ${movingIdentities(account)} order by g.gps_id`.execute(db);
      return rows.map((row) => row.gps_id);
    },
    clearAll: () => clearAll(db, account),
  };
}

function toNeighbourhood(rows: RosterRows, hashPhone: PhoneHasher): Neighbourhood {
  return {
    gps: [...rows.gps].map(([gpsId, row]) => ({ gpsId, side: toGpsSide(row, hashPhone) })),
    driveri: [...rows.driveri.values()].map(toDriveriDriver),
    links: [...rows.links.values()],
  };
}

const UNREAD: RosterState = {
  observedAt: null,
  completeAt: null,
  completeCount: null,
  visibleGroups: null,
  watermark: null,
  groupsAt: null,
};

async function readState(db: GatewayDb, account: AccountId, portal: PortalName): Promise<RosterState> {
  const row = await db
    .selectFrom('gateway.roster')
    .selectAll()
    .where('account', '=', account)
    .where('portal', '=', portal)
    .executeTakeFirst();
  return row === undefined ? UNREAD : toState(row);
}

function toState(row: Selectable<RosterTable>): RosterState {
  return {
    observedAt: row.observed_at,
    completeAt: row.complete_at,
    completeCount: row.complete_count,
    visibleGroups: row.visible_groups,
    watermark: row.watermark,
    groupsAt: row.groups_at,
  };
}

async function setState(
  db: GatewayDb,
  account: AccountId,
  portal: PortalName,
  patch: Partial<RosterState>,
): Promise<void> {
  const columns = withoutUndefined({
    observed_at: patch.observedAt,
    complete_at: patch.completeAt,
    complete_count: patch.completeCount,
    visible_groups: patch.visibleGroups,
    watermark: patch.watermark,
    groups_at: patch.groupsAt,
  });
  if (Object.keys(columns).length === 0) return;
  await db
    .updateTable('gateway.roster')
    .set(columns)
    .where('account', '=', account)
    .where('portal', '=', portal)
    .execute();
}

async function concernedBy(
  db: GatewayDb,
  account: AccountId,
  driverIds: readonly DriverId[],
): Promise<readonly GpsId[]> {
  if (driverIds.length === 0) return [];
  const { rows } = await sql<{ gps_id: GpsId }>`
    select gps_id from gateway.link
    where account = ${account} and driver_id = any(${driverIds}::text[])
    union
    select gps_id from gateway.gps_driver
    where account = ${account} and driver_id = any(${driverIds}::text[])
      and driver_id_state = 'known' and presence = 'present'
    union
    select g.gps_id from gateway.gps_driver g
    where g.account = ${account} and g.fallback_id = any(${driverIds}::text[])
      and g.driver_id_state = 'empty' and g.presence = 'present'
      and not exists (select from gateway.link l where l.account = ${account} and l.gps_id = g.gps_id)
    order by gps_id`.execute(db);
  return rows.map((row) => row.gps_id);
}

const movingIdentities = (account: AccountId) => sql`
  from gateway.gps_driver g
  join gateway.link l on l.account = g.account and l.gps_id = g.gps_id
  where g.account = ${account} and g.presence = 'present' and g.driver_id_state = 'known'
    and g.driver_id <> l.driver_id`;

async function counts(
  db: GatewayDb,
  account: AccountId,
): Promise<{ linked: number; missing: number; pendingIdentityChanges: number }> {
  const { rows } = await sql<{ linked: number; missing: number; moving: number }>`
    select
      (select count(*)::int from gateway.link where account = ${account}) as linked,
      (select count(*)::int from gateway.gps_driver
       where account = ${account} and presence = 'missing') as missing,
      (select count(*)::int ${movingIdentities(account)}) as moving`.execute(db);
  const row = rows[0];
  return { linked: row?.linked ?? 0, missing: row?.missing ?? 0, pendingIdentityChanges: row?.moving ?? 0 };
}

/**
 * Nothing is known of either portal any more: what comes next is another fleet. The unified drivers lose their sides as well,
 * or somebody of the new portal with the same GPS id would come into the old one's id.
 */
async function clearAll(db: GatewayDb, account: AccountId): Promise<void> {
  await sql`
    with gps as (delete from gateway.gps_driver where account = ${account}),
    driveri as (delete from gateway.driveri_driver where account = ${account}),
    tombstone as (delete from gateway.roster_tombstone where account = ${account}),
    driver as (
      update gateway.driver set gps_id = null, driver_id = null, listed = false
      where account = ${account} and (gps_id is not null or driver_id is not null)
    )
    update gateway.roster
    set observed_at = null, complete_at = null, complete_count = null, visible_groups = null,
        watermark = null, groups_at = null, accepted_count = null
    where account = ${account}`.execute(db);
}
