import { decideIdentityChanges } from '../driver/guards';
import { gpsName } from './gps-changes';
import { holdRun } from './hold-run';
import type { SyncAccount, SyncContext } from './sync-context';

/** `sync_row.identity_hold` of a driver whose change of identity a person has approved. */
export const APPROVED = 'approved';

/**
 * Counts the changes of DriverID that are planned at this moment; above the account's cap those that nobody has approved are
 * held in a run that waits for approval (a renumbered DriverID column is a mass change too). Other fields go on.
 */
export async function holdIdentityChanges(context: SyncContext, account: SyncAccount): Promise<void> {
  await context.store.transaction(account.id, async (tx) => {
    const state = await tx.account.lockExclusive();
    if (!state.enabled) return;
    const counts = await tx.rosters.counts();
    const verdict = decideIdentityChanges({
      limits: account.guards,
      linkedDrivers: counts.linked,
      pendingIdentityChanges: counts.pendingIdentityChanges,
    });
    if (verdict.decision === 'allow') return;
    const now = context.clock.now();
    const fresh = [];
    for (const id of await tx.rosters.pendingIdentityChanges()) {
      const row = await tx.work.row(id);
      if (row?.identityHold == null) fresh.push(id);
    }
    if (fresh.length === 0) return;
    const run = await holdRun(tx, account.id, now);
    await tx.work.setIdentityHold(fresh, run);
    const drivers = await tx.rosters.gpsDrivers(fresh);
    const first = await tx.runs.nextPosition(run);
    const links = new Map<string, string>();
    for (const id of fresh) links.set(id, (await tx.links.byGpsId(id))?.driverId ?? '');
    await tx.runs.addItems(
      run,
      fresh.map((gpsId, index) => {
        const driver = drivers.get(gpsId);
        const to = driver?.driverId.state === 'known' ? driver.driverId.value : null;
        return {
          position: first + index,
          gpsId,
          driverName: driver === undefined ? gpsId : gpsName(driver),
          action: 'RENAME' as const,
          rowNumber: 8,
          steps: [],
          changes: [{ field: 'driverId', from: links.get(gpsId) ?? null, to }],
          reason: `The DriverID was changed in GPS. Held: ${verdict.reason}`,
          outcome: 'HELD' as const,
          heldFor: 'identity' as const,
          problem: null,
          generation: null,
        };
      }),
    );
    await tx.drivers.refresh(fresh, [], now);
    await tx.events.append([
      {
        type: 'REMOVALS_HELD',
        at: now,
        runId: run,
        message: `${fresh.length} change(s) of DriverID wait for approval: ${verdict.reason}`,
      },
    ]);
  });
}
