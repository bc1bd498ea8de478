import type { AbsenceProof } from '../../driver/absence-proof';
import type { GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import type { SyncTransaction } from '../ports/sync-store';

/**
 * In a transaction: proposes the removal of every linked driver that is proven gone, unless it is removed in Driveri already. A
 * deletion asked for through this gateway is allowed at once. Answers the links of these drivers.
 */
export async function proposeRemovals(
  tx: SyncTransaction,
  gone: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
  now: number,
): Promise<readonly Link[]> {
  const links = await tx.links.of(gone.map(({ gpsId }) => gpsId));
  if (links.size === 0) return [];
  const lastKnown = await tx.rosters.driveriDrivers([...links.values()].map((link) => link.driverId));
  const removals = gone.flatMap(({ gpsId, proof }) => {
    const link = links.get(gpsId);
    const driver = link === undefined ? undefined : lastKnown.get(link.driverId);
    if (link === undefined || driver?.removed === true) return [];
    const inferred = proof.kind !== 'DeletedHere';
    return [{ gpsId, driverId: link.driverId, inferred, proof, lastKnown: driver ?? null }];
  });
  await tx.removals.propose(removals, now);
  return [...links.values()];
}
