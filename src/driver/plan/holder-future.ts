import type { Holder, LinkMove } from './driver-plan';
import type { FleetIndex } from '../fleet/fleet-index';
import type { GpsId } from '../ids';

/** What becomes of a holder whatever the driver who asks. A circle is not among them: it is one only for those who are in it. */
export type Fate = Exclude<Holder['future'], 'circle'>;

type NextHop =
  | { readonly waitsFor: GpsId }
  /** Whether this one can go depends on nobody who holds something. */
  | { readonly ends: Fate };

/**
 * Whether the holder of a DriverID will free it (design, 2.1 row 15). A holder who wants another DriverID may wait for that
 * one's holder, and so on:
 *
 *     asker → holder → … → last     the last one goes: all of them go, one after the other
 *                                   the last one is stuck, or has a rival: all of them are stuck
 *     asker → holder → … → asker    a circle: nobody can go first, so all links move at once;
 *                                   unless somebody's X has vanished: if it was renamed in Driveri, that one goes first
 *
 * The chain is walked, not recursed, and what was found is remembered in `fates` for everybody on it: a chain of thousands
 * costs its length once. `canGo` says of a driver who waits for nobody whether its own plan frees its DriverID.
 */
export function futureOfHolder(
  fleet: FleetIndex,
  fates: Map<GpsId, Fate>,
  asker: GpsId,
  holder: GpsId,
  canGo: (id: GpsId) => boolean,
): Pick<Holder, 'future' | 'circle'> {
  const path: GpsId[] = [];
  const visited = new Set<GpsId>();
  for (let at = holder; ;) {
    const known = fates.get(at);
    if (known !== undefined) return withoutCircle(remember(fates, path, known));
    path.push(at);
    visited.add(at);
    const hop = nextHop(fleet, at, canGo);
    if ('ends' in hop) return withoutCircle(remember(fates, path, hop.ends));
    if (hop.waitsFor === asker) return circleOf(fleet, [asker, ...path], canGo);
    // A circle that the asker is not in: who waits at its door has a rival inside. Not remembered: inside, it is a circle.
    if (visited.has(hop.waitsFor)) return withoutCircle('stuck');
    at = hop.waitsFor;
  }
}

function nextHop(fleet: FleetIndex, id: GpsId, canGo: (id: GpsId) => boolean): NextHop {
  const wanted = fleet.wanted(id);
  if (wanted.state !== 'known') return { ends: 'stuck' };
  if (wanted.value === fleet.links.get(id)?.driverId) return { ends: 'stays' };
  if (fleet.countWanters(wanted.value) > 1) return { ends: 'stuck' };
  const next = fleet.holderOf(wanted.value);
  if (next !== null && fleet.gps.get(next)?.presence === 'present') return { waitsFor: next };
  return { ends: canGo(id) ? 'goes' : 'stuck' };
}

/**
 * Everybody on the path shares the fate of its end. That holds for `stays` too: who waits for one who stays has a rival in
 * them, and is stuck before the walk gets that far.
 */
function remember(fates: Map<GpsId, Fate>, path: readonly GpsId[], fate: Fate): Fate {
  for (const id of path) fates.set(id, fate);
  return fate;
}

const withoutCircle = (future: Fate): Pick<Holder, 'future' | 'circle'> => ({ future, circle: [] });

/**
 * Links can only move to drivers who are there: one whose X has vanished leaves first. To itself that is a circle without
 * moves. And who has a rival at the door does not move: only the asker can, the others were looked at on the way.
 */
function circleOf(
  fleet: FleetIndex,
  members: readonly GpsId[],
  canGo: (id: GpsId) => boolean,
): Pick<Holder, 'future' | 'circle'> {
  const circle: LinkMove[] = [];
  for (const gpsId of members) {
    const wanted = fleet.wanted(gpsId);
    const link = fleet.links.get(gpsId);
    if (wanted.state !== 'known' || link === undefined) return withoutCircle('stuck');
    if (fleet.countWanters(wanted.value) > 1) return withoutCircle('stuck');
    circle.push({ gpsId, from: link.driverId, to: wanted.value });
  }
  const vanished = circle.find(({ from }) => !fleet.driveri.has(from))?.gpsId;
  if (vanished === undefined) return { future: 'circle', circle };
  if (vanished === members[0]) return { future: 'circle', circle: [] };
  return withoutCircle(canGo(vanished) ? 'goes' : 'stuck');
}
