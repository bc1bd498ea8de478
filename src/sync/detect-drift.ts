import { differences } from '../driver/field-mapping';
import type { DriverId, GpsId } from '../driver/ids';
import type { SyncAccount } from './sync-context';
import type { NewEvent, SyncTransaction } from './sync-store';

/**
 * In a transaction: who of these Driveri drivers differs from what GPS says although nothing is pending. Each drift is told
 * of once; it waits for the daily run, or is marked at once if the account is set so. Nothing is drift while the sync is off.
 */
export async function detectDrift(
  tx: SyncTransaction,
  account: SyncAccount,
  ids: readonly DriverId[],
  now: number,
): Promise<{ readonly touched: readonly GpsId[]; readonly events: readonly NewEvent[] }> {
  const state = await tx.account.read();
  if (!state.enabled || ids.length === 0) return { touched: [], events: [] };
  const links = await tx.links.byDriverIds(ids);
  if (links.length === 0) return { touched: [], events: [] };
  const gps = await tx.rosters.gpsDrivers(links.map((link) => link.gpsId));
  const driveri = await tx.rosters.driveriDrivers(links.map((link) => link.driverId));
  const touched: GpsId[] = [];
  const events: NewEvent[] = [];
  for (const link of links) {
    const driver = gps.get(link.gpsId);
    const x = driveri.get(link.driverId);
    if (driver === undefined || x === undefined) continue;
    const row = await tx.work.row(link.gpsId);
    if (row === null || row.syncedGeneration < row.generation) continue;
    const found = differences(driver, x, link, null);
    const signature = found.length === 0 ? null : JSON.stringify(found);
    if (signature === row.drift) continue;
    await tx.work.setDrift(link.gpsId, signature);
    if (found.length === 0) continue;
    if (account.driftPolicy === 'immediate') touched.push(link.gpsId);
    events.push({
      type: 'DRIFT_DETECTED',
      at: now,
      gpsId: link.gpsId,
      driverId: link.driverId,
      changes: found.map(({ field, gps: from, driveri: to }) => ({ field, from, to })),
      message: `Edited in Driveri: ${found.map((difference) => difference.field).join(', ')}`,
    });
  }
  await tx.work.touch(touched, now);
  await tx.drivers.refresh(
    links.map((link) => link.gpsId),
    [],
    now,
  );
  return { touched, events };
}
