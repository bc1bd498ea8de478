import type { GpsRow } from './gps-wire';

/**
 * What means this driver and nobody else of a whole list, as the argument `driver` of other methods; null when nothing does.
 * The portal takes it for a Ref ID first, and for an id after that (portals.md, C): so an id will not do while it is somebody
 * else's Ref ID, and neither will a Ref ID that two have. Names are never used.
 */
export function unambiguousArgument(row: GpsRow, rows: readonly GpsRow[]): string | null {
  const others = rows.filter((other) => other.gpsId !== row.gpsId);
  const nobodyElseHas = (refId: string): boolean =>
    others.every((other) => !sameRefId(other.referenceId, refId));
  if (nobodyElseHas(row.gpsId)) return row.gpsId;
  const { referenceId } = row;
  return referenceId !== null && nobodyElseHas(referenceId) ? referenceId : null;
}

/** Whether the portal may take them for the same: nobody says whether case counts. */
function sameRefId(one: string | null, other: string): boolean {
  return one !== null && one.toLowerCase() === other.toLowerCase();
}
