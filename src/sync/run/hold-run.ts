import { randomUUID } from 'node:crypto';
import { runId, type RunId } from '../../driver/ids';
import type { SyncTransaction } from '../ports/sync-store';

/**
 * In a transaction of the owner: the run in which what a guard holds waits for a person. The newest run that is
 * AWAITING_APPROVAL takes it; where there is none, one is opened.
 */
export async function holdRun(tx: SyncTransaction, now: number): Promise<RunId> {
  const newest = (await tx.runs.awaitingApproval())[0];
  if (newest !== undefined) return newest.id;
  const id = newRunId();
  await tx.runs.insert({
    id,
    kind: 'RESYNC',
    status: 'AWAITING_APPROVAL',
    dryRun: false,
    requestedBy: null,
    scope: null,
    startedAt: now,
    notBefore: 0,
  });
  return id;
}

/** A new run's id. */
export const newRunId = (): RunId => runId(randomUUID());

/** In a transaction: the runs that wait for approval give way to one that finds what they hold again. */
export async function cancelWaiting(tx: SyncTransaction, now: number): Promise<void> {
  for (const old of await tx.runs.awaitingApproval()) {
    await tx.runs.update(old.id, { status: 'CANCELLED', finishedAt: now });
  }
}
