import { randomUUID } from 'node:crypto';
import { runId, type RunId } from '../driver/ids';
import type { NewRunItem, SyncTransaction } from './sync-store';

/**
 * In a transaction, under the account's lock: the run in which what a guard holds waits for a person. The newest run that is
 * AWAITING_APPROVAL takes it; where there is none, one is opened.
 */
export async function holdRun(tx: SyncTransaction, now: number): Promise<RunId> {
  const waiting = await tx.runs.awaitingApproval();
  const newest = waiting[0];
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
  });
  return id;
}

/** In a transaction, under the account's lock: adds items to a run that waits, behind those that it has. */
export async function addHeldItems(
  tx: SyncTransaction,
  run: RunId,
  items: readonly Omit<NewRunItem, 'position'>[],
): Promise<void> {
  const first = await tx.runs.nextPosition(run);
  await tx.runs.addItems(
    run,
    items.map((item, index) => ({ ...item, position: first + index })),
  );
}

/** A new run's id. */
export const newRunId = (): RunId => runId(randomUUID());

/** In a transaction: the runs that wait for approval give way to one that finds what they hold again. */
export async function cancelWaiting(tx: SyncTransaction, now: number): Promise<void> {
  for (const old of await tx.runs.awaitingApproval()) {
    await tx.runs.update(old.id, { status: 'CANCELLED', finishedAt: now });
  }
}
