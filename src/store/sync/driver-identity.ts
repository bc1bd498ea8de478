import type { DriverId, DriverKey, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import { wantedOf, type RosterRows } from './neighbourhood';
import type { DriveriRow, GpsRow } from './roster-rows';

/** One person as the gateway shows them: a side of one portal, or of both. */
export interface Person {
  readonly gps: GpsRow | null;
  readonly driveri: DriveriRow | null;
  readonly link: Link | null;
}

/** What the identity of a unified driver depends on. */
export interface KnownDriver {
  readonly key: DriverKey;
  readonly gps_id: GpsId | null;
  readonly driver_id: DriverId | null;
  readonly created_at: number;
}

/** Who is who: which person has which unified driver, and what becomes of the unified drivers that are left over. */
export interface Identities<Row extends KnownDriver> {
  /** `row` null: this person has not been seen before. */
  readonly persons: readonly { readonly person: Person; readonly row: Row | null }[];
  /** Two have turned out to be one: the younger's key leads to the older. */
  readonly merged: readonly { readonly row: Row; readonly into: DriverKey }[];
  /** Nobody is behind these any more. */
  readonly deserted: readonly Row[];
}

/**
 * Decides who is who among the drivers given. Of the DriverIDs that are `complete` (all, where that is not told) everybody
 * concerned must be there; what belongs to the others' Driveri drivers is decided another time. A unified driver belongs to its
 * GPS driver, and to its Driveri driver when there is none; that is how it survives LINK, RENAME and REINSTATE:
 *
 *     before                 then                         after
 *     k1 (A, X)              A is linked to Y, k2 (-, Y)  the older of k1 and k2 is (A, Y), X gets a new one
 *     k1 (A, X), k2 (B, Y)   A and B swap                 k1 (A, Y), k2 (B, X)
 *     k1 (A, X)              A is forgotten               k1 (-, X)
 */
export function identify<Row extends KnownDriver>(
  rosters: RosterRows & { readonly complete?: ReadonlySet<DriverId> },
  known: readonly Row[],
): Identities<Row> {
  const partners = pairUp(rosters);
  const byGps = new Map(known.flatMap((row) => (row.gps_id === null ? [] : [[row.gps_id, row]])));
  const byDriveri = new Map(known.flatMap((row) => (row.driver_id === null ? [] : [[row.driver_id, row]])));
  const claim = claims(rosters, byGps, byDriveri);
  const taken = new Set<DriverId>();
  const last: GpsRow[] = [];
  for (const gps of rosters.gps.values()) {
    if (!isAlive(gps, rosters)) {
      last.push(gps);
      continue;
    }
    const driveri = rosters.driveri.get(partners.get(gps.gps_id) ?? NOBODY) ?? null;
    if (driveri !== null) taken.add(driveri.driver_id);
    claim.person({ gps, driveri, link: rosters.links.get(gps.gps_id) ?? null });
  }
  for (const driveri of rosters.driveri.values()) {
    const isKnown = rosters.complete?.has(driveri.driver_id) ?? true;
    if (isKnown && !taken.has(driveri.driver_id)) claim.person({ gps: null, driveri, link: null });
  }
  // Gone and not linked: they keep what is left to them, and get nothing new.
  for (const gps of last) if (claim.isFree(gps)) claim.person({ gps, driveri: null, link: null });
  return claim.result(known);
}

const NOBODY = '' as DriverId; // no DriverID is empty, so nobody is found

function isAlive(gps: GpsRow, rosters: RosterRows): boolean {
  return gps.presence !== 'gone' || rosters.links.has(gps.gps_id);
}

/** The Driveri driver that a GPS driver is shown with: the linked one; without links, when just one driver wants it. */
function pairUp({ gps, driveri, links }: RosterRows): ReadonlyMap<GpsId, DriverId> {
  const partners = new Map<GpsId, DriverId>();
  const linked = new Set<DriverId>();
  for (const link of links.values()) {
    linked.add(link.driverId);
    if (driveri.has(link.driverId)) partners.set(link.gpsId, link.driverId);
  }
  const wanters = new Map<DriverId, GpsId | null>();
  for (const row of gps.values()) {
    if (links.has(row.gps_id)) continue;
    const wanted = wantedOf(row, undefined);
    if (wanted === null || linked.has(wanted) || !driveri.has(wanted)) continue;
    wanters.set(wanted, wanters.has(wanted) ? null : row.gps_id);
  }
  for (const [wanted, only] of wanters) if (only !== null) partners.set(only, wanted);
  return partners;
}

/** Gives persons their unified drivers, in the order in which they come. */
function claims<Row extends KnownDriver>(
  rosters: RosterRows,
  byGps: ReadonlyMap<GpsId, Row>,
  byDriveri: ReadonlyMap<DriverId, Row>,
) {
  const persons: { person: Person; row: Row | null }[] = [];
  const merged: { row: Row; into: DriverKey }[] = [];
  const used = new Set<DriverKey>();

  const isTheirs = (row: Row): boolean => {
    const owner = row.gps_id === null ? undefined : rosters.gps.get(row.gps_id);
    return owner !== undefined && isAlive(owner, rosters);
  };
  const rowsOf = ({ gps, driveri }: Person): readonly Row[] => {
    const own = gps === null ? undefined : byGps.get(gps.gps_id);
    const other = driveri === null ? undefined : byDriveri.get(driveri.driver_id);
    const free = other === undefined || other === own || isTheirs(other) ? undefined : other;
    return [own, free].filter((row) => row !== undefined).filter((row) => !used.has(row.key));
  };
  return {
    isFree: (gps: GpsRow): boolean => rowsOf({ gps, driveri: null, link: null }).length > 0,
    person(person: Person): void {
      const [survivor, ...younger] = [...rowsOf(person)].sort(olderFirst);
      persons.push({ person, row: survivor ?? null });
      if (survivor === undefined) return;
      for (const row of younger) merged.push({ row, into: survivor.key });
      for (const row of [survivor, ...younger]) used.add(row.key);
    },
    result: (known: readonly Row[]): Identities<Row> => ({
      persons,
      merged,
      deserted: known.filter((row) => !used.has(row.key)),
    }),
  };
}

function olderFirst(a: KnownDriver, b: KnownDriver): number {
  return a.created_at - b.created_at || (a.key < b.key ? -1 : 1);
}
