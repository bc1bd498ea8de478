import { sql } from 'kysely';
import type { AccountId, DriverId, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import {
  readDriverIds,
  readLookalikes,
  readGpsSides,
  readReach,
  type GpsSideRow,
} from './neighbourhood-queries';
import { toLink } from './pg-links';
import type { DriveriRow, GpsRow } from './roster-rows';
import type { GatewayDb } from '../database/tables';

/** Rows of both rosters with their links: everything, or some drivers with all whom a decision about them touches. */
export interface RosterRows {
  readonly gps: ReadonlyMap<GpsId, GpsRow>;
  readonly driveri: ReadonlyMap<DriverId, DriveriRow>;
  readonly links: ReadonlyMap<GpsId, Link>;
}

/** Where following stops: nobody's decision depends on so many, and a bad import may tie a whole fleet together. */
const MOST_GPS_DRIVERS = 1_200;

/** After so many hops it is a long chain, and the rest of it is looked up at once. */
const SHORT_HOPS = 4;

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
 * The Driveri drivers under these DriverIDs come along. A link whose Driveri driver is not there brings unlinked ones with the
 * `createdDate` that it remembers, and who else has lost a driver of that date. Two queries a hop; nearly always one hop, and
 * a first look at whom it found.
 */
export async function readNeighbourhood(
  db: GatewayDb,
  account: AccountId,
  gpsIds: Iterable<GpsId>,
): Promise<RosterRows> {
  const found = new FoundRows();
  const seen = new Set(gpsIds);
  const most = Math.max(MOST_GPS_DRIVERS, seen.size);
  let next = [...seen];
  for (let hops = 1; next.length > 0; hops += 1) {
    const sides = found.addSides(await readGpsSides(db, account, next));
    const near = await found.follow(db, account, sides);
    const reached = hops === SHORT_HOPS ? await readReach(db, account, near, most) : near;
    next = reached.filter((id) => !seen.has(id)).slice(0, most - seen.size);
    for (const id of next) seen.add(id);
  }
  return found;
}

/** What was read so far, and of which DriverIDs everybody concerned is known. */
class FoundRows implements RosterRows {
  readonly gps = new Map<GpsId, GpsRow>();
  readonly driveri = new Map<DriverId, DriveriRow>();
  readonly links = new Map<GpsId, Link>();
  readonly seen = new Set<DriverId>();

  addSides(sides: readonly GpsSideRow[]): readonly GpsSideRow[] {
    for (const { row, link } of sides) {
      if (row !== null) this.gps.set(row.gps_id, row);
      if (link !== null) this.links.set(link.gpsId, link);
    }
    return sides;
  }

  addDriveri(rows: readonly DriveriRow[]): void {
    for (const row of rows) this.driveri.set(row.driver_id, row);
  }

  /** Reads the DriverIDs that these sides lead to, and answers whom of GPS they concern. */
  async follow(db: GatewayDb, account: AccountId, sides: readonly GpsSideRow[]): Promise<readonly GpsId[]> {
    const near = new Set(await this.read(db, account, sides.flatMap(driverIdsOf)));
    const lost = sides.flatMap(({ link }) =>
      link?.createdDate == null || this.driveri.has(link.driverId)
        ? []
        : [{ driverId: link.driverId, createdDate: link.createdDate }],
    );
    if (lost.length === 0) return [...near];
    const alike = await readLookalikes(db, account, lost);
    const theirs = await this.read(
      db,
      account,
      alike.driveri.map((row) => row.driver_id),
    );
    return [...new Set([...near, ...alike.gpsIds, ...theirs])];
  }

  private async read(db: GatewayDb, account: AccountId, ids: readonly DriverId[]): Promise<readonly GpsId[]> {
    const fresh = [...new Set(ids)].filter((id) => !this.seen.has(id));
    const { driveri, gpsIds } = await readDriverIds(db, account, fresh);
    this.addDriveri(driveri);
    for (const id of fresh) this.seen.add(id);
    return gpsIds;
  }
}

function driverIdsOf({ row, link }: GpsSideRow): readonly DriverId[] {
  const wanted = row === null ? null : wantedOf(row, link ?? undefined);
  return [link?.driverId ?? null, wanted].filter((id) => id !== null);
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
