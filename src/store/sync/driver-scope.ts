import { sql } from 'kysely';
import type { AccountId, DriverId, DriverKey, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import type { ProblemView } from '../../gateway/views/problem-view';
import type { GatewayDb } from '../database/tables';
import type { KnownDriver } from './driver-identity';
import { readEverything, wantedOf, type RosterRows } from './neighbourhood';
import { toLink } from './pg-links';
import type { DriveriRow, GpsRow } from './roster-rows';

/** Everything that unified drivers are made of: both rosters and links, the work on them, and the rows that there are. */
export interface DriverScope {
  /** Of the DriverIDs that are `complete` (all, where that is left out), every GPS driver that is linked to one or wants it is there. */
  readonly rosters: RosterRows & { readonly complete?: ReadonlySet<DriverId> };
  readonly work: ReadonlyMap<GpsId, WorkRow>;
  readonly known: readonly KnownRow[];
}

/** A unified driver as its identity needs it. */
export interface KnownRow extends KnownDriver {
  readonly key: DriverKey;
  /** The DriverID that the GPS driver wanted when the row was made. */
  readonly wanted_id: DriverId | null;
}

/** The work on one GPS driver, as far as lists show it. */
export interface WorkRow {
  readonly gps_id: GpsId;
  readonly is_pending: boolean;
  readonly problem: ProblemView | null;
  readonly identity_hold: string | null;
  readonly last_synced_at: number | null;
  readonly pending_since: number | null;
  readonly attempts: number;
  readonly due_at: number | null;
  readonly is_held: boolean;
}

/** Above this number of ids it is cheaper to read the whole account. */
const MANY = 2_000;

/** Each round finds the rows that the last one's rows point at. More than a few mean that much has changed unseen. */
const MOST_ROUNDS = 4;

/** The number of rivals for one DriverID that are read: two already leave it unpaired, and a linked driver comes along anyway. */
const MOST_WANTERS = 20;

/** Everything of the account. */
export async function readAllDrivers(db: GatewayDb, account: AccountId): Promise<DriverScope> {
  const rosters = await readEverything(db, account);
  const known = await sql<KnownRow>`
    select key, gps_id, driver_id, wanted_id, created_at from gateway.driver
    where account = ${account} and (gps_id is not null or driver_id is not null)`.execute(db);
  const work = await sql<WorkRow>`
    select w.* from (${workOf(account, null)}) w`.execute(db);
  return { rosters, known: known.rows, work: byGpsId(work.rows) };
}

/**
 * These drivers with every driver that they may take a row from, or leave one to: one statement, whatever their number. Only
 * where a row was last about a driver that nothing points at any more, the next round reads that one too.
 */
export async function readDrivers(
  db: GatewayDb,
  account: AccountId,
  gpsIds: ReadonlySet<GpsId>,
  driverIds: ReadonlySet<DriverId>,
): Promise<DriverScope> {
  const asked = { gps: new Set(gpsIds), driveri: new Set(driverIds) };
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    if (asked.gps.size + asked.driveri.size > MANY) break;
    const found = await readRound(db, account, asked.gps, asked.driveri);
    const next = pointedAt(found);
    if (next.gps.length === 0 && next.driveri.length === 0) return found.scope;
    for (const id of next.gps) asked.gps.add(id);
    for (const id of next.driveri) asked.driveri.add(id);
  }
  return readAllDrivers(db, account);
}

interface Round {
  readonly scope: DriverScope & { readonly rosters: { readonly complete: ReadonlySet<DriverId> } };
  /** Which ids were looked up, whether or not anything was there. */
  readonly seenGps: ReadonlySet<GpsId>;
  readonly seenDriveri: ReadonlySet<DriverId>;
}

/** What rows are about, or were last about, and was not read: it is left behind, or wanted by one driver alone now. */
function pointedAt({ scope, seenGps, seenDriveri }: Round): {
  readonly gps: readonly GpsId[];
  readonly driveri: readonly DriverId[];
} {
  const { gps, links, complete } = scope.rosters;
  return {
    gps: scope.known.flatMap((row) => (row.gps_id === null || seenGps.has(row.gps_id) ? [] : [row.gps_id])),
    driveri: scope.known.flatMap((row) => {
      const left = row.driver_id === null || seenDriveri.has(row.driver_id) ? [] : [row.driver_id];
      if (row.wanted_id === null || row.gps_id === null || complete.has(row.wanted_id)) return left;
      const side = gps.get(row.gps_id);
      const wanted = side === undefined ? null : wantedOf(side, links.get(row.gps_id));
      return wanted === row.wanted_id ? left : [...left, row.wanted_id];
    }),
  };
}

interface RoundRow {
  readonly gps: readonly GpsRow[];
  readonly links: readonly Parameters<typeof toLink>[0][];
  readonly driveri: readonly DriveriRow[];
  readonly known: readonly KnownRow[];
  readonly work: readonly WorkRow[];
  readonly complete: readonly DriverId[];
  readonly seen_gps: readonly GpsId[];
  readonly seen_driveri: readonly DriverId[];
}

/**
 *     asked ── their links, wanted DriverIDs, and those of their rows ──▶ core ── who is linked, who wants, whose row it is ──▶ near
 *
 * `near` come with the Driveri drivers under their links. Every step is a look-up by an index per id: arrays keep their size
 * from the planner, which would rather read a roster.
 */
async function readRound(
  db: GatewayDb,
  account: AccountId,
  gpsIds: ReadonlySet<GpsId>,
  driverIds: ReadonlySet<DriverId>,
): Promise<Round> {
  const { rows } = await sql<{ found: RoundRow }>`
    with asked_ids as materialized (
      select unnest(${[...driverIds]}::text[]) as driver_id
    ), asked as materialized (
      select unnest(${[...gpsIds]}::text[]) as gps_id
      union
      select d.gps_id from asked_ids a
      cross join lateral (
        select gps_id from gateway.driver where account = ${account} and driver_id = a.driver_id limit 1) d
      where d.gps_id is not null
    ), core as materialized (
      select driver_id from asked_ids
      union
      select ids.driver_id from asked a
      left join lateral (
        select * from gateway.gps_driver where account = ${account} and gps_id = a.gps_id limit 1) g on true
      left join lateral (
        select driver_id from gateway.link where account = ${account} and gps_id = a.gps_id limit 1) l on true
      left join lateral (
        select driver_id, wanted_id from gateway.driver where account = ${account} and gps_id = a.gps_id limit 1) d on true
      cross join lateral (values (l.driver_id), (d.driver_id), (d.wanted_id), (
        case when g.presence = 'present' then
          case g.driver_id_state
            when 'known' then g.driver_id
            when 'empty' then coalesce(l.driver_id, g.fallback_id)
          end
        end)) as ids(driver_id)
      where ids.driver_id is not null
    ), near as materialized (
      select gps_id from asked
      union
      select n.gps_id from core c
      cross join lateral (
        select gps_id from gateway.link where account = ${account} and driver_id = c.driver_id
        union all
        select gps_id from gateway.driver
        where account = ${account} and driver_id = c.driver_id and gps_id is not null
        union all
        (select g.gps_id from gateway.gps_driver g
         where g.account = ${account} and g.driver_id = c.driver_id
           and g.presence = 'present' and g.driver_id_state = 'known'
         order by g.gps_id limit ${MOST_WANTERS}::int)
        union all
        (select g.gps_id from gateway.gps_driver g
         where g.account = ${account} and g.fallback_id = c.driver_id
           and g.presence = 'present' and g.driver_id_state = 'empty'
           and not exists (select from gateway.link l where l.account = ${account} and l.gps_id = g.gps_id)
         order by g.gps_id limit ${MOST_WANTERS}::int)
      ) n
    ), links as materialized (
      select l.* from near n
      cross join lateral (select * from gateway.link where account = ${account} and gps_id = n.gps_id limit 1) l
    ), ids as materialized (
      select driver_id from core union select driver_id from links
    ), known as materialized (
      select d.* from near n
      cross join lateral (${knownRow(account, sql`gps_id = n.gps_id`)}) d
      union
      select d.* from ids i
      cross join lateral (${knownRow(account, sql`driver_id = i.driver_id`)}) d
    )
    select json_build_object(
      'gps', (select coalesce(json_agg(g), '[]') from near n cross join lateral (
        select * from gateway.gps_driver where account = ${account} and gps_id = n.gps_id limit 1) g),
      'links', (select coalesce(json_agg(links), '[]') from links),
      'driveri', (select coalesce(json_agg(r), '[]') from ids i cross join lateral (
        select * from gateway.driveri_driver where account = ${account} and driver_id = i.driver_id limit 1) r),
      'known', (select coalesce(json_agg(known), '[]') from known),
      'work', (select coalesce(json_agg(w), '[]') from near n cross join lateral (
        ${workOf(account, sql`n.gps_id`)}) w),
      'complete', (select coalesce(json_agg(driver_id), '[]') from core),
      'seen_gps', (select coalesce(json_agg(gps_id), '[]') from near),
      'seen_driveri', (select coalesce(json_agg(driver_id), '[]') from ids)
    ) as found`.execute(db);
  const found = rows[0]?.found;
  if (found === undefined) throw new Error('an aggregate has answered no row');
  return toRound(found);
}

function toRound(found: RoundRow): Round {
  return {
    scope: {
      rosters: {
        gps: new Map(found.gps.map((row) => [row.gps_id, row])),
        driveri: new Map(found.driveri.map((row) => [row.driver_id, row])),
        links: linksOf(found),
        complete: new Set(found.complete),
      },
      known: found.known,
      work: byGpsId(found.work),
    },
    seenGps: new Set(found.seen_gps),
    seenDriveri: new Set(found.seen_driveri),
  };
}

const linksOf = ({ links }: RoundRow): ReadonlyMap<GpsId, Link> =>
  new Map(links.map((row) => [row.gps_id, toLink(row)]));

const knownRow = (account: AccountId, is: ReturnType<typeof sql>) => sql`
  select key, gps_id, driver_id, wanted_id, created_at from gateway.driver
  where account = ${account} and ${is} limit 1`;

/** The work on one driver, or on all: the only place here that knows where the work list and the removals are kept. */
function workOf(account: AccountId, gpsId: ReturnType<typeof sql> | null) {
  const those = gpsId === null ? sql`` : sql`and gps_id = ${gpsId}`;
  return sql`
    select coalesce(s.gps_id, m.gps_id) as gps_id,
      coalesce(s.synced_generation < s.generation, false) as is_pending, s.problem, s.identity_hold, s.last_synced_at,
      s.pending_since, coalesce(s.attempts, 0) as attempts, s.due_at, m.gps_id is not null as is_held
    from (select * from gateway.driver_work where account = ${account} ${those}) s
    full join (
      select gps_id from gateway.removal
      where account = ${account} ${those} and state in ('proposed', 'held')
    ) m on m.gps_id = s.gps_id`;
}

const byGpsId = (rows: readonly WorkRow[]): ReadonlyMap<GpsId, WorkRow> =>
  new Map(rows.map((row) => [row.gps_id, row]));
