import type { RunId } from '../../driver/ids';
import type { Actor, CommandResult } from '../../gateway/commands';
import type { RunItemRow } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { newRunId } from '../run/hold-run';
import { holdOf } from '../run/plan-run';
import { clearHealth, RUN_WAITS } from '../account/portal-health';
import { runEvent } from '../run/run-event';
import { accountOf, type SyncContext } from '../sync-context';

const refuse = (code: string, message: string): CommandResult<RunId> => ({
  value: null,
  userErrors: [{ code, message, field: ['id'] }],
});

/**
 * Cancels a run: what is pending is skipped; what was written stays. What it held stays held, in a new run that waits for
 * approval: no driver is stranded.
 */
export async function cancelRun(
  context: SyncContext,
  actor: Actor,
  id: RunId,
): Promise<CommandResult<RunId>> {
  const account = accountOf(context, actor.account);
  return context.store.transaction(account.id, async (tx) => {
    const run = await tx.runs.lock(id);
    if (run === null) return refuse('NOT_FOUND', 'There is no such run. Take the id from `syncRuns`.');
    if (!['PLANNING', 'PLANNED', 'RUNNING', 'AWAITING_APPROVAL'].includes(run.status)) {
      return refuse('NOT_CANCELLABLE', `The run is ${run.status} already.`);
    }
    const now = context.clock.now();
    const open = await tx.runs.items(id, ['PENDING', 'HELD']);
    const held = run.dryRun ? [] : open.filter((item) => item.outcome === 'HELD');
    const pending = open.filter((item) => item.outcome === 'PENDING').map((item) => item.id);
    await tx.runs.updateItems([...pending, ...held.map((item) => item.id)], { outcome: 'SKIPPED' });
    await tx.runs.update(id, { status: 'CANCELLED', finishedAt: now });
    if (held.length > 0) await keepHeld(tx, held, now);
    await tx.events.append([
      runEvent({ id, requestedBy: actor.userId }, 'RUN_CANCELLED', now, 'The run was cancelled'),
      ...(run.tries > 0 ? await clearHealth(tx, now, [RUN_WAITS]) : []),
    ]);
    return { value: id, userErrors: [] };
  });
}

/** In a transaction: moves what a cancelled run held to the run that waits for approval; where there is none, one is opened. */
async function keepHeld(tx: SyncTransaction, held: readonly RunItemRow[], now: number): Promise<void> {
  const waiting = (await tx.runs.awaitingApproval())[0]?.id ?? null;
  const run = waiting ?? newRunId();
  if (waiting === null) {
    await tx.runs.insert({
      id: run,
      kind: 'RESYNC',
      status: 'AWAITING_APPROVAL',
      dryRun: false,
      requestedBy: null,
      scope: null,
      startedAt: now,
      notBefore: 0,
    });
  }
  await tx.runs.addItems(
    run,
    held.map(({ id: _id, runId: _run, position: _position, ...item }) => ({ ...item, generation: null })),
  );
  for (const heldFor of ['identity', 'mass-change', 'suspicious-driver-id'] as const) {
    const ids = held.filter((item) => item.heldFor === heldFor).map((item) => item.gpsId);
    await tx.work.setHold(ids, holdOf(heldFor, run));
  }
  const removing = held.filter((item) => item.heldFor === 'removal').map((item) => item.gpsId);
  const open = [...(await tx.removals.openOf(removing)).values()].map((row) => row.id);
  await tx.removals.move(open, ['held'], 'held', now, run);
}
