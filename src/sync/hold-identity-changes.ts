import { decideIdentityChanges } from '../driver/guards';
import type { GpsId } from '../driver/ids';
import { gpsName } from './gps-changes';
import { addHeldItems, holdRun } from './hold-run';
import type { SyncAccount } from './sync-context';
import type { NewEvent, NewRunItem, SyncTransaction } from './sync-store';

/** `sync_row.identity_hold` of a driver whose change of identity a person has approved. */
export const APPROVED = 'approved';

/**
 * In the transaction that took a listing in, under the account's lock: counts the changes of DriverID that are planned at this
 * moment; above the account's cap those that nobody has approved are held in a run that waits for approval (a renumbered
 * DriverID column is a mass change too). Other fields go on. In the same transaction, because the next moment a worker may
 * have one of the drivers that the listing has marked. Answers the events that tell of it.
 */
export async function holdIdentityChanges(
  tx: SyncTransaction,
  account: SyncAccount,
  now: number,
): Promise<readonly NewEvent[]> {
  if (!(await tx.account.read()).enabled) return [];
  const counts = await tx.rosters.counts();
  const verdict = decideIdentityChanges({
    limits: account.guards,
    linkedDrivers: counts.linked,
    pendingIdentityChanges: counts.pendingIdentityChanges,
  });
  if (verdict.decision === 'allow') return [];
  const fresh: GpsId[] = [];
  for (const id of await tx.rosters.pendingIdentityChanges()) {
    const row = await tx.work.row(id);
    if (row?.identityHold == null) fresh.push(id);
  }
  if (fresh.length === 0) return [];
  const run = await holdRun(tx, now);
  await tx.work.setIdentityHold(fresh, run);
  await addHeldItems(tx, run, await heldItems(tx, fresh, verdict.reason));
  await tx.drivers.refresh(fresh, [], now);
  const message = `${fresh.length} change(s) of DriverID wait for approval: ${verdict.reason}`;
  return [{ type: 'REMOVALS_HELD', at: now, runId: run, message }];
}

async function heldItems(
  tx: SyncTransaction,
  ids: readonly GpsId[],
  reason: string,
): Promise<readonly Omit<NewRunItem, 'position'>[]> {
  const drivers = await tx.rosters.gpsDrivers(ids);
  const items: Omit<NewRunItem, 'position'>[] = [];
  for (const gpsId of ids) {
    const driver = drivers.get(gpsId);
    const from = (await tx.links.byGpsId(gpsId))?.driverId ?? null;
    const to = driver?.driverId.state === 'known' ? driver.driverId.value : null;
    items.push({
      gpsId,
      driverName: driver === undefined ? gpsId : gpsName(driver),
      action: 'RENAME',
      rowNumber: 8,
      steps: [],
      changes: [{ field: 'driverId', from, to }],
      reason: `The DriverID was changed in GPS. Held: ${reason}`,
      outcome: 'HELD',
      heldFor: 'identity',
      problem: null,
      generation: null,
    });
  }
  return items;
}
