import type { GpsId, RunId } from '../driver/ids';
import { cancelWaiting, newRunId } from './hold-run';
import { runEvent } from './run-fleet';
import type { SyncTransaction } from './sync-store';
import type { RunKind } from './views';

export interface RunRequest {
  readonly kind: RunKind;
  readonly dryRun: boolean;
  /** Null: the whole account. */
  readonly scope: readonly GpsId[] | null;
  readonly requestedBy: string | null;
}

/**
 * In a transaction, under the account's lock: starts a run; a worker takes it up. One at a time per account (dry runs apart):
 * where one is active already, the answer is that one. An older run that waits for approval hands its held items over by
 * being cancelled: the new one finds them again, held still.
 */
export async function startRun(
  tx: SyncTransaction,
  request: RunRequest,
  now: number,
): Promise<{ readonly id: RunId; readonly isNew: boolean }> {
  if (!request.dryRun) {
    const active = (await tx.runs.active())[0];
    if (active !== undefined) return { id: active.id, isNew: false };
  }
  const id = newRunId();
  await tx.runs.insert({
    id,
    kind: request.kind,
    status: 'PLANNING',
    dryRun: request.dryRun,
    requestedBy: request.requestedBy,
    scope: request.scope,
    startedAt: now,
  });
  if (request.dryRun) return { id, isNew: true };
  if (request.scope === null) await cancelWaiting(tx, now);
  await tx.events.append([
    runEvent({ id, requestedBy: request.requestedBy }, 'RUN_STARTED', now, `${request.kind} run started`),
  ]);
  return { id, isNew: true };
}
