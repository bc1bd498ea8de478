import { sql } from 'kysely';
import type { AccountId, DriverId, GpsId } from '../driver/ids';
import type { Link } from '../driver/link';
import { toLink } from './pg-links';
import type { DriveriRow, GpsRow } from './roster-rows';
import type { GatewayDb } from './tables';

/** Rows of both rosters with their links: everything, or some drivers with all whom a decision about them touches. */
export interface RosterRows {
  readonly gps: ReadonlyMap<GpsId, GpsRow>;
  readonly driveri: ReadonlyMap<DriverId, DriveriRow>;
  readonly links: ReadonlyMap<GpsId, Link>;
}

/** Where following stops: nobody's decision depends on so many, and a bad import may tie a whole fleet together. */
const MOST_GPS_DRIVERS = 1_200;

/** How many who want one DriverID are told of: two already make a conflict; whoever is linked to it comes along anyway. */
const MOST_WANTERS = 20;

/**
 * The DriverID that a GPS driver wants: its own; without one its link's, or else the fallback. Null when it is not readable
 * now, when there is none, and for a driver who is not present.
 */
export function wantedOf(row: GpsRow, link: Link | undefined): DriverId | null {
  if (row.presence !== 'present') return null;
  switch (row.driver_id_state) {
    case 'known':
      return row.driver_id;
    case 'empty':
      return link?.driverId ?? row.fallback_id;
    case 'unknown':
      return null;
  }
}

/**
 * Reads these drivers and everybody whom a decision about them touches, hop by hop until nobody new comes:
 *
 *     GPS driver ── its link, the DriverID it wants ──▶ DriverIDs ── who is linked to them, who wants them ──▶ GPS drivers
 *
 * The Driveri drivers under these DriverIDs come along, and for a link whose Driveri driver is not there those with the
 * `createdDate` that the link remembers. Two queries a hop; nearly always one hop, and a first look at whom it found.
 */
export async function readNeighbourhood(
  db: GatewayDb,
  account: AccountId,
  gpsIds: Iterable<GpsId>,
  driverIds: Iterable<DriverId> = [],
): Promise<RosterRows> {
  const found = {
    gps: new Map<GpsId, GpsRow>(),
    driveri: new Map<DriverId, DriveriRow>(),
    links: new Map<GpsId, Link>(),
  };
  const seenGps = new Set(gpsIds);
  const seenDriveri = new Set<DriverId>();
  const most = Math.max(MOST_GPS_DRIVERS, seenGps.size);
  let nextGps = [...seenGps];
  let nextDriveri = [...new Set(driverIds)];
  while (nextGps.length > 0 || nextDriveri.length > 0) {
    const sides = await readGpsSides(db, account, nextGps);
    for (const { row, link } of sides) {
      if (row !== null) found.gps.set(row.gps_id, row);
      if (link !== null) found.links.set(link.gpsId, link);
    }
    const touched = [...nextDriveri, ...sides.flatMap(driverIdsOf)];
    const fresh = [...new Set(touched)].filter((id) => !seenDriveri.has(id));
    const lost = sides.flatMap(({ link }) =>
      link === null || found.driveri.has(link.driverId) ? [] : [link],
    );
    if (fresh.length === 0 && lost.length === 0) break;
    const hop = await readDriverIds(db, account, fresh, lost);
    for (const id of fresh) seenDriveri.add(id);
    for (const row of hop.driveri) found.driveri.set(row.driver_id, row);
    for (const row of hop.driveri) seenDriveri.add(row.driver_id);
    nextDriveri = [];
    nextGps = hop.gpsIds.filter((id) => !seenGps.has(id)).slice(0, most - seenGps.size);
    for (const id of nextGps) seenGps.add(id);
  }
  return found;
}

/** Both rosters of an account whole, with all links. */
export async function readEverything(db: GatewayDb, account: AccountId): Promise<RosterRows> {
  const gps =
    await sql<GpsRow>`select * from gateway.gps_driver where account = ${account} order by gps_id`.execute(
      db,
    );
  const driveri = await sql<DriveriRow>`
    select * from gateway.driveri_driver where account = ${account} order by driver_id`.execute(db);
  const links = await db.selectFrom('gateway.link').selectAll().where('account', '=', account).execute();
  return {
    gps: new Map(gps.rows.map((row) => [row.gps_id, row])),
    driveri: new Map(driveri.rows.map((row) => [row.driver_id, row])),
    links: new Map(links.map((row) => [row.gps_id, toLink(row)])),
  };
}

interface GpsSideRow {
  readonly row: GpsRow | null;
  readonly link: Link | null;
}

function driverIdsOf({ row, link }: GpsSideRow): readonly DriverId[] {
  const wanted = row === null ? null : wantedOf(row, link ?? undefined);
  return [link?.driverId ?? null, wanted].filter((id) => id !== null);
}

async function readGpsSides(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
): Promise<readonly GpsSideRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ row: GpsRow | null; link: LinkColumns | null }>`
    select to_jsonb(g) as row, to_jsonb(l) as link
    from unnest(${ids}::text[]) as id(gps_id)
    left join gateway.gps_driver g on g.account = ${account} and g.gps_id = id.gps_id
    left join gateway.link l on l.account = ${account} and l.gps_id = id.gps_id`.execute(db);
  return rows.map(({ row, link }) => ({ row, link: link === null ? null : toLink(link) }));
}

/** The Driveri drivers of these DriverIDs, with the lookalikes of links that have lost theirs, and whom of GPS they concern. */
async function readDriverIds(
  db: GatewayDb,
  account: AccountId,
  driverIds: readonly DriverId[],
  links: readonly Link[],
): Promise<{ readonly driveri: readonly DriveriRow[]; readonly gpsIds: readonly GpsId[] }> {
  const dated = links.filter((link) => link.createdDate !== null);
  const { rows } = await sql<{ driveri: DriveriRow | null; gps_id: GpsId | null }>`
    with asked as (
      select unnest(${driverIds}::text[]) as driver_id
    ), linked as (
      select * from unnest(${dated.map((link) => link.driverId)}::text[],
                           ${dated.map((link) => link.createdDate)}::bigint[]) as l(driver_id, created_date)
    ), found as (
      select d.* from asked join gateway.driveri_driver d on d.account = ${account} and d.driver_id = asked.driver_id
      union
      select d.* from linked l
      join gateway.driveri_driver d on d.account = ${account} and d.created_date = l.created_date
      where not exists (
        select from gateway.driveri_driver x where x.account = ${account} and x.driver_id = l.driver_id)
    ), concerned as (
      select driver_id from asked union select driver_id from found
    )
    select to_jsonb(found) as driveri, null as gps_id from found
    union all
    select null, l.gps_id from concerned c
    join gateway.link l on l.account = ${account} and l.driver_id = c.driver_id
    union all
    select null, w.gps_id from concerned c
    cross join lateral (
      select g.gps_id from gateway.gps_driver g
      where g.account = ${account} and g.driver_id = c.driver_id
        and g.presence = 'present' and g.driver_id_state = 'known'
      order by g.gps_id limit ${MOST_WANTERS}::int
    ) w
    union all
    select null, w.gps_id from concerned c
    cross join lateral (
      select g.gps_id from gateway.gps_driver g
      where g.account = ${account} and g.fallback_id = c.driver_id
        and g.presence = 'present' and g.driver_id_state = 'empty'
        and not exists (select from gateway.link l where l.account = ${account} and l.gps_id = g.gps_id)
      order by g.gps_id limit ${MOST_WANTERS}::int
    ) w`.execute(db);
  const driveri = rows.flatMap((row) => (row.driveri === null ? [] : [row.driveri]));
  const gpsIds = rows.flatMap((row) => (row.gps_id === null ? [] : [row.gps_id]));
  return { driveri, gpsIds: [...new Set(gpsIds)] };
}

type LinkColumns = Parameters<typeof toLink>[0];
