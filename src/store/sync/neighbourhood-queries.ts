import { sql } from 'kysely';
import type { AccountId, DriverId, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import { toLink } from './pg-links';
import type { DriveriRow, GpsRow } from './roster-rows';
import type { GatewayDb } from '../database/tables';

/** How many who want one DriverID are told of: two already make a conflict; whoever is linked to it comes along anyway. */
const MOST_WANTERS = 20;

/** How many unlinked Driveri drivers of one `createdDate` are told of, and how many who have lost one: two are too many. */
const MOST_ALIKE = 20;

/** A GPS driver with its link; `row` null: a link is all that is left. */
export interface GpsSideRow {
  readonly row: GpsRow | null;
  readonly link: Link | null;
}

/** These GPS drivers with their links; nothing of those who have neither row nor link. */
export async function readGpsSides(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
): Promise<readonly GpsSideRow[]> {
  if (ids.length === 0) return [];
  // Look-ups one by one: as a plain join, the planner reads the whole fleet for two hundred drivers of it.
  const { rows } = await sql<{ row: GpsRow | null; link: LinkColumns | null }>`
    select to_jsonb(g) as row, to_jsonb(l) as link
    from unnest(${ids}::text[]) as id(gps_id)
    left join lateral (
      select * from gateway.gps_driver where account = ${account} and gps_id = id.gps_id limit 1) g on true
    left join lateral (
      select * from gateway.link where account = ${account} and gps_id = id.gps_id limit 1) l on true`.execute(
    db,
  );
  return rows.map(({ row, link }) => ({ row, link: link === null ? null : toLink(link) }));
}

/** What DriverIDs lead to: Driveri drivers, and the GPS drivers whom they concern. */
export interface Hop {
  readonly driveri: readonly DriveriRow[];
  readonly gpsIds: readonly GpsId[];
}

/** The Driveri drivers of these DriverIDs, who is linked to them, and who wants them. */
export async function readDriverIds(
  db: GatewayDb,
  account: AccountId,
  ids: readonly DriverId[],
): Promise<Hop> {
  if (ids.length === 0) return { driveri: [], gpsIds: [] };
  const { rows } = await sql<HopRow>`
    select to_jsonb(d) as driveri, null as gps_id from gateway.driveri_driver d
    where d.account = ${account} and d.driver_id = any(${ids}::text[])
    union all
    select null, near.gps_id from unnest(${ids}::text[]) as c(driver_id)
    cross join lateral (${concernedGpsIds(account)}) near`.execute(db);
  return toHop(rows);
}

/** A Driveri driver that is not in the roster any more, by its link. */
export interface LostDriver {
  readonly driverId: DriverId;
  readonly createdDate: number;
}

/**
 * Whom a vanished Driveri driver may have become: unlinked ones of that creation date that were not known before it vanished;
 * and who else has lost one of it.
 */
export async function readLookalikes(
  db: GatewayDb,
  account: AccountId,
  lost: readonly LostDriver[],
): Promise<Hop> {
  const dates = lost.map((one) => one.createdDate);
  const { rows } = await sql<HopRow>`
    select to_jsonb(alike) as driveri, null as gps_id
    from unnest(${lost.map((one) => one.driverId)}::text[], ${dates}::bigint[]) as lost(driver_id, created_date)
    left join gateway.roster_tombstone t
      on t.account = ${account} and t.portal = 'driveri' and t.id = lost.driver_id
    cross join lateral (
      select d.* from gateway.driveri_driver d
      where d.account = ${account} and d.created_date = lost.created_date
        and (t.known_before is null or d.first_ticket > t.known_before)
        and not exists (select from gateway.link l where l.account = ${account} and l.driver_id = d.driver_id)
      order by d.driver_id limit ${MOST_ALIKE}::int
    ) alike
    union all
    select null, seeker.gps_id
    from (select distinct unnest(${dates}::bigint[])) as lost(created_date)
    cross join lateral (
      select l.gps_id from gateway.link l
      where l.account = ${account} and l.created_date = lost.created_date
        and not exists (
          select from gateway.driveri_driver x where x.account = ${account} and x.driver_id = l.driver_id)
      order by l.gps_id limit ${MOST_ALIKE}::int
    ) seeker`.execute(db);
  return toHop(rows);
}

interface HopRow {
  readonly driveri: DriveriRow | null;
  readonly gps_id: GpsId | null;
}

function toHop(rows: readonly HopRow[]): Hop {
  return {
    driveri: rows.flatMap((row) => (row.driveri === null ? [] : [row.driveri])),
    gpsIds: [...new Set(rows.flatMap((row) => (row.gps_id === null ? [] : [row.gps_id])))],
  };
}

/** Who is linked to the DriverID `c.driver_id`, and who is present and wants it. */
const concernedGpsIds = (account: AccountId) => sql`
  select l.gps_id from gateway.link l where l.account = ${account} and l.driver_id = c.driver_id
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
   order by g.gps_id limit ${MOST_WANTERS}::int)`;

/**
 * Everybody who is reached from these GPS drivers by DriverIDs, in one statement however long the chain is: a column of
 * DriverIDs that has slipped by one line ties a fleet into one.
 */
export async function readReach(
  db: GatewayDb,
  account: AccountId,
  from: readonly GpsId[],
  most: number,
): Promise<readonly GpsId[]> {
  // Postgres makes no more of a recursion than the limit outside asks for.
  const { rows } = await sql<{ gps_id: GpsId }>`
    with recursive reach as (
      select unnest(${from}::text[]) as gps_id
      union
      select near.gps_id from reach r
      cross join lateral (
        select l.driver_id from gateway.link l where l.account = ${account} and l.gps_id = r.gps_id
        union
        select case g.driver_id_state
                 when 'known' then g.driver_id
                 when 'empty' then coalesce(l.driver_id, g.fallback_id)
               end
        from gateway.gps_driver g
        left join gateway.link l on l.account = ${account} and l.gps_id = g.gps_id
        where g.account = ${account} and g.gps_id = r.gps_id and g.presence = 'present'
      ) c
      cross join lateral (${concernedGpsIds(account)}) near
    )
    select gps_id from reach limit ${most}::int`.execute(db);
  return rows.map((row) => row.gps_id);
}

type LinkColumns = Parameters<typeof toLink>[0];
