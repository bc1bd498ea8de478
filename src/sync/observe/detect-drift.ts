import { ENFORCED_FIELDS, type DriveriDriver } from '../../driver/driveri-driver';
import { differences } from '../../driver/field-mapping';
import type { DriverId, GpsId } from '../../driver/ids';
import type { RecentWrite } from '../ports/intent-store';
import type { NewEvent } from '../ports/event-log';
import type { SyncTransaction } from '../ports/sync-store';
import type { SyncAccount } from '../sync-context';

/**
 * In a transaction: which of these Driveri drivers differ from what GPS says although nothing is pending. Each drift is one
 * event; it waits for the daily run, or is touched at once if the account is set so. Nothing is drift while the sync is off.
 * Drift to exactly the values of a recent write of ours is that write, which landed late: touched at once, without an event (R13).
 */
export async function detectDrift(
  tx: SyncTransaction,
  account: SyncAccount,
  seen: readonly DriveriDriver[],
  recent: ReadonlyMap<DriverId, readonly RecentWrite[]>,
  now: number,
): Promise<{ readonly touched: readonly GpsId[]; readonly events: readonly NewEvent[] }> {
  const state = await tx.account.read();
  const nothing = { touched: [], events: [] };
  if (!state.enabled || seen.length === 0) return nothing;
  const links = await tx.links.byDriverIds(seen.map((driver) => driver.driverId));
  if (links.length === 0) return nothing;
  const ids = links.map((link) => link.gpsId);
  const [rows, gps] = [await tx.work.rows(ids), await tx.rosters.gpsDrivers(ids)];
  const driveri = new Map(seen.map((driver) => [driver.driverId, driver]));
  const drifts = new Map<GpsId, string | null>();
  const touched: GpsId[] = [];
  const events: NewEvent[] = [];
  for (const link of links) {
    const [row, known, x] = [rows.get(link.gpsId), gps.get(link.gpsId), driveri.get(link.driverId)];
    if (row === undefined || known?.entry.presence !== 'present' || x === undefined) continue;
    if (row.syncedGeneration < row.generation) continue;
    const found = differences(known.driver, x, link, null);
    const signature = found.length === 0 ? null : JSON.stringify(found);
    if (signature === row.drift) continue;
    if (found.length > 0 && (recent.get(x.driverId) ?? []).some((write) => shows(x, write))) {
      touched.push(link.gpsId);
      continue;
    }
    drifts.set(link.gpsId, signature);
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
  await tx.work.setDrift(drifts);
  await tx.work.touch(touched, now);
  await tx.drivers.refresh(ids, [], now);
  return { touched, events };
}

/** Whether the driver stands exactly as this write would have left it. */
function shows(driver: DriveriDriver, { step }: RecentWrite): boolean {
  if (step.kind !== 'update' && step.kind !== 'rename' && step.kind !== 'create') return false;
  const sent = ENFORCED_FIELDS.filter((field) => step.fields[field] !== undefined);
  return sent.length > 0 && sent.every((field) => (step.fields[field] ?? '') === (driver[field] ?? ''));
}
