import { sql } from 'kysely';
import type { AccountId, DriverId, GpsId } from '../../driver/ids';
import type { PortalName } from '../../driver/ports/portal-error';
import type {
  FleetCounts,
  StoredNeighbourhood,
  RosterState,
  RosterStore,
} from '../../sync/ports/roster-store';
import { readNeighbourhood, type RosterRows } from './neighbourhood';
import { createPgDriveriRoster } from './pg-driveri-roster';
import { createPgGpsRoster } from './pg-gps-roster';
import type { PhoneHasher } from './phone-hash';
import { toDriveriDriver, toEntry, toGpsSide, toRosterState } from './roster-rows';
import type { GatewayDb } from '../database/tables';
import { withoutUndefined } from '../database/without-undefined';

/** Both rosters of an account, in Postgres. */
export function createPgRosters(db: GatewayDb, account: AccountId, hashPhone: PhoneHasher): RosterStore {
  return {
    ...createPgGpsRoster(db, account),
    ...createPgDriveriRoster(db, account),
    state: (portal) => readState(db, account, portal),
    setState: (portal, patch) => setState(db, account, portal, patch),
    concernedBy: (driverIds) => concernedBy(db, account, driverIds),
    neighbourhood: async (ids) => toNeighbourhood(await readNeighbourhood(db, account, ids), hashPhone),
    neighbourhoodOf: ({ gps, driveri, links }) => ({
      gps: gps.map((driver) => ({
        gpsId: driver.gpsId,
        side: { presence: 'present', driver, phoneHash: hashPhone(driver.phone) },
      })),
      driveri,
      links,
    }),
    unsettled: (rules) => unsettled(db, account, rules),
    counts: () => counts(db, account),
    async pendingIdentityChanges() {
      const { rows } = await sql<{ gps_id: GpsId }>`
        select g.gps_id ${movingIdentities(account)} order by g.gps_id`.execute(db);
      return rows.map((row) => row.gps_id);
    },
    clearAll: () => clearAll(db, account),
    noteUnreadable: (portal, rows, readable) => noteRows(db, account, portal, 'unreadable', rows, readable),
    noteCleaned: (portal, rows, clean) => noteRows(db, account, portal, 'cleaned', rows, clean),
  };
}

function toNeighbourhood(rows: RosterRows, hashPhone: PhoneHasher): StoredNeighbourhood {
  return {
    gps: [...rows.gps].map(([gpsId, row]) => ({ gpsId, side: toGpsSide(row, hashPhone) })),
    driveri: [...rows.driveri.values()].map(toDriveriDriver),
    links: [...rows.links.values()],
    entries: new Map([...rows.gps].map(([gpsId, row]) => [gpsId, toEntry(row)])),
  };
}

async function readState(db: GatewayDb, account: AccountId, portal: PortalName): Promise<RosterState> {
  const row = await db
    .selectFrom('gateway.roster')
    .selectAll()
    .where('account', '=', account)
    .where('portal', '=', portal)
    .executeTakeFirst();
  return toRosterState(row);
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
    next_read_at: patch.nextReadAt,
    failures: patch.failures,
    last_failure: patch.lastFailure,
    complete_ticket: patch.completeTicket,
    has_notes: patch.hasNotes,
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

async function counts(db: GatewayDb, account: AccountId): Promise<FleetCounts> {
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
 * R15: the drivers that a run has to load. All others are linked, present and active, have nothing pending, held or wrong, and
 * both rows and the rules are those with which nothing was left to do.
 */
async function unsettled(
  db: GatewayDb,
  account: AccountId,
  rules: string,
): Promise<{ readonly ids: readonly GpsId[]; readonly settled: number }> {
  const { rows } = await sql<{ ids: GpsId[] | null; settled: number }>`
    with compared as (
      select g.gps_id, coalesce(
          g.presence = 'present' and not d.removed and w.synced_generation >= w.generation
            and w.identity_hold is null and w.problem is null
            and l.settled = md5(g.version || ':' || d.version || ':' || ${rules}::text), false) as is_settled
      from gateway.gps_driver g
      left join gateway.link l on l.account = g.account and l.gps_id = g.gps_id
      left join gateway.driveri_driver d on d.account = g.account and d.driver_id = l.driver_id
      left join gateway.driver_work w on w.account = g.account and w.gps_id = g.gps_id
      where g.account = ${account}
      union all
      select l.gps_id, false from gateway.link l
      where l.account = ${account} and not exists (
        select from gateway.gps_driver g where g.account = ${account} and g.gps_id = l.gps_id)
    )
    select array_agg(gps_id order by gps_id) filter (where not is_settled) as ids,
           count(*) filter (where is_settled)::int as settled
    from compared`.execute(db);
  return { ids: rows[0]?.ids ?? [], settled: rows[0]?.settled ?? 0 };
}

/**
 * Nothing is known of either portal any more: the next listing is of another fleet. The unified drivers lose their sides as well:
 * a driver of the new portal with the same GPS id is another person.
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
        watermark = null, groups_at = null, next_read_at = 0, failures = 0, last_failure = null, complete_ticket = 0,
        has_notes = false
    where account = ${account}`.execute(db);
}

type RowNote = 'unreadable' | 'cleaned';

/** Writes a note to the given rows, and clears it in the rows to which it no longer applies. Answers the rows that changed. */
async function noteRows(
  db: GatewayDb,
  account: AccountId,
  portal: PortalName,
  note: RowNote,
  told: ReadonlyMap<string, string>,
  over: readonly string[] | 'others',
): Promise<readonly string[]> {
  const [table, id] =
    portal === 'gps'
      ? [sql.table('gateway.gps_driver'), sql.ref('gps_id')]
      : [sql.table('gateway.driveri_driver'), sql.ref('driver_id')];
  const column = sql.ref(note);
  const isOver =
    over === 'others'
      ? sql`not exists (select from told t where t.id = d.${id})`
      : sql`d.${id} = any(${over}::text[])`;
  const { rows } = await sql<{ id: string }>`
    with told as (
      select * from unnest(${[...told.keys()]}::text[], ${[...told.values()]}::text[]) as t(id, reason)
    ), noted as (
      update ${table} d set ${column} = t.reason from told t
      where d.account = ${account} and d.${id} = t.id and d.${column} is distinct from t.reason
      returning d.${id} as id
    ), over as (
      update ${table} d set ${column} = null
      where d.account = ${account} and d.${column} is not null and ${isOver}
      returning d.${id} as id
    )
    select id from noted union all select id from over`.execute(db);
  return rows.map((row) => row.id);
}
