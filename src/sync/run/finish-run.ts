import type { RunId } from '../../driver/ids';
import type { ProblemView } from '../../gateway/views/problem-view';
import type { AccountOwner } from '../account/account-owner';
import type { SyncTransaction } from '../ports/sync-store';
import { runEvent } from './run-event';

/** Ends a run when no item is pending, or its time is up. What a guard holds keeps it AWAITING_APPROVAL. */
export async function finishRun(owner: AccountOwner, id: RunId): Promise<void> {
  await owner.transaction('bulk', async (tx) => {
    const now = owner.context.clock.now();
    const run = await tx.runs.lock(id);
    if (run?.status !== 'RUNNING') return;
    if (run.deadlineAt !== null && run.deadlineAt <= now) await giveUpPending(tx, id, now);
    const counts = await tx.runs.outcomeCounts(id);
    if (counts.PENDING > 0) return;
    const totals = { ...run.totals, applied: counts.APPLIED, failed: counts.FAILED, held: counts.HELD };
    if (counts.HELD > 0) {
      await tx.runs.update(id, { status: 'AWAITING_APPROVAL', totals });
      return;
    }
    const status = counts.FAILED > 0 || totals.conflict > 0 ? ('PARTIAL' as const) : ('SUCCEEDED' as const);
    await tx.runs.update(id, { status, totals, finishedAt: now });
    const message = `The run has finished: ${counts.APPLIED} applied, ${counts.FAILED} failed, ${totals.conflict} in conflict`;
    await tx.events.append([runEvent(run, 'RUN_FINISHED', now, message)]);
  });
}

async function giveUpPending(tx: SyncTransaction, run: RunId, now: number): Promise<void> {
  const late = (await tx.runs.items(run, ['PENDING'])).map((item) => item.id);
  const problem: ProblemView = {
    code: 'RUN_DEADLINE',
    message: 'The driver did not settle before the deadline of the run',
    hint: 'The gateway goes on trying: the driver shows its own sync state.',
    since: now,
  };
  await tx.runs.updateItems(late, { outcome: 'FAILED', problem });
}
