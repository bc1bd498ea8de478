import { readHold } from '../../driver/guard/hold';
import type { DriverKey, GpsId, RunId } from '../../driver/ids';
import type { Actor, CommandResult, UserError } from '../../gateway/commands';
import type { RunRow } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { startRun } from '../run/start-run';
import { accountOf, callOwner, type SyncContext } from '../sync-context';

/**
 * Starts a run for the whole account, or for some drivers; with `dryRun` it only plans. One dry run at a time is planned per
 * account: asked for again for the same drivers meanwhile, the answer is that one.
 */
export async function resync(
  context: SyncContext,
  actor: Actor,
  keys: readonly DriverKey[] | null,
  dryRun: boolean,
): Promise<CommandResult<RunId>> {
  const { id } = accountOf(context, actor.account);
  const refuse = (error: UserError): CommandResult<RunId> => ({ value: null, userErrors: [error] });
  const result = await context.store.transaction(id, async (tx) => {
    const state = await tx.account.lockExclusive();
    if (!state.enabled && !dryRun) {
      return refuse({
        code: 'SYNC_OFF',
        message: 'Driver Sync is off: only dryRun: true is possible, to see what turning it on would do.',
        field: ['dryRun'],
      });
    }
    const scope: GpsId[] = [];
    for (const [index, key] of (keys ?? []).entries()) {
      const driver = await tx.drivers.byKey(key);
      if (driver === null) {
        return refuse({
          code: 'NOT_FOUND',
          message: 'There is no such driver.',
          field: ['driverIds', String(index)],
        });
      }
      if (driver.gpsId !== null) scope.push(driver.gpsId);
    }
    const request = {
      kind: 'RESYNC' as const,
      dryRun,
      scope: keys === null ? null : scope,
      requestedBy: actor.userId,
    };
    // The account's row is locked: of two requests at one time, the second sees the run of the first.
    const planning = dryRun ? await dryRunBeingPlanned(tx) : undefined;
    if (planning !== undefined) {
      if (isSameScope(planning.scope, request.scope)) return { value: planning.id, userErrors: [] };
      return refuse({
        code: 'RUN_ACTIVE',
        message: 'A dry run for other drivers is being planned. Wait for its end, or cancel it.',
        field: ['dryRun'],
      });
    }
    const now = context.clock.now();
    const run = await startRun(tx, request, now);
    if (run.isNew && !dryRun && keys !== null) await askAgain(tx, scope, now);
    if (run.isNew) return { value: run.id, userErrors: [] };
    return refuse({
      code: 'RUN_ACTIVE',
      message: 'A run is active already. Wait for its end, or cancel it.',
      field: ['dryRun'],
    });
  });
  if (result.value !== null) await callOwner(context, id);
  return result;
}

async function dryRunBeingPlanned(tx: SyncTransaction): Promise<RunRow | undefined> {
  return (await tx.runs.open()).find((run) => run.dryRun && run.status === 'PLANNING');
}

function isSameScope(one: RunRow['scope'], other: RunRow['scope']): boolean {
  if (one === null || other === null) return one === other;
  const drivers = new Set(one);
  return drivers.size === new Set(other).size && other.every((id) => drivers.has(id));
}

/** In a transaction: what a person rejected before for these drivers is decided about again, and what Driveri refused is tried again. */
async function askAgain(tx: SyncTransaction, ids: readonly GpsId[], now: number): Promise<void> {
  const rows = await tx.work.rows(ids);
  const rejected = ids.filter((id) => readHold(rows.get(id)?.hold ?? null)?.state === 'rejected');
  await tx.work.setHold(rejected, null);
  const keptBack = ids.filter((id) =>
    Object.values(rows.get(id)?.pausedFields ?? {}).some(({ why }) => why !== undefined),
  );
  await tx.work.setPausedFields(new Map(keptBack.map((id) => [id, {}])));
  const open = [...(await tx.removals.openOf(ids)).values()].filter(({ state }) => state === 'rejected');
  await tx.removals.move(
    open.map(({ id }) => id),
    ['rejected'],
    'held',
    now,
  );
}
