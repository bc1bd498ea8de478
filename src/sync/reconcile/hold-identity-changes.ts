import { decideIdentityChanges } from '../../driver/guard/guards';
import { holdText } from '../../driver/guard/hold';
import type { GpsId } from '../../driver/ids';
import { gpsName } from '../observe/gps-changes';
import type { NewRunItem } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { holdRun } from '../run/hold-run';
import type { SyncAccount } from '../sync-context';

/**
 * In a transaction of the owner, before a change of identity is carried out: counts the changes of DriverID that are planned at
 * this moment, in the database. Above the account's cap those that no person has approved are held in a run that waits for
 * approval (a renumbered DriverID column is a mass change too). Other fields go on. Answers the drivers that are held now.
 */
export async function holdIdentityChanges(
  tx: SyncTransaction,
  account: SyncAccount,
  now: number,
): Promise<ReadonlySet<GpsId>> {
  const counts = await tx.rosters.counts();
  const verdict = decideIdentityChanges({
    limits: account.guards,
    linkedDrivers: counts.linked,
    pendingIdentityChanges: counts.pendingIdentityChanges,
  });
  if (verdict.decision === 'allow') return new Set();
  const pending = await tx.rosters.pendingIdentityChanges();
  const rows = await tx.work.rows(pending);
  const fresh = pending.filter((id) => (rows.get(id)?.hold ?? null) === null);
  if (fresh.length === 0) return new Set();
  const run = await holdRun(tx, now);
  await tx.work.setHold(fresh, holdText({ state: 'held', kind: 'identity', run }));
  await tx.runs.addItems(run, await heldItems(tx, fresh, verdict.reason));
  await tx.drivers.refresh(fresh, [], now);
  const message = `${fresh.length} change(s) of DriverID wait for approval: ${verdict.reason}`;
  await tx.events.append([{ type: 'REMOVALS_HELD', at: now, runId: run, message }]);
  return new Set(fresh);
}

async function heldItems(
  tx: SyncTransaction,
  ids: readonly GpsId[],
  reason: string,
): Promise<readonly NewRunItem[]> {
  const [drivers, links] = [await tx.rosters.gpsDrivers(ids), await tx.links.of(ids)];
  return ids.map((gpsId) => {
    const driver = drivers.get(gpsId)?.driver;
    const from = links.get(gpsId)?.driverId ?? null;
    const to = driver?.driverId.state === 'known' ? driver.driverId.value : null;
    return {
      gpsId,
      driverName: driver === undefined ? gpsId : gpsName(driver),
      action: 'RENAME',
      rowNumber: 8,
      steps: [],
      changes: [{ field: 'driverId', from, to }],
      reason: `The DriverID was changed in GPS. Held: ${reason}`,
      outcome: 'HELD',
      heldFor: 'identity',
      rejected: false,
      problem: null,
      generation: null,
    };
  });
}
