import type { GpsId, RunId } from '../../driver/ids';
import type { RunKind } from '../../gateway/views/run-view';
import type { SyncTransaction } from '../ports/sync-store';
import { newRunId } from './hold-run';
import { runEvent } from './run-event';

/** A run that is asked for. */
export interface RunRequest {
  readonly kind: RunKind;
  readonly dryRun: boolean;
  /** Null: the whole account. */
  readonly scope: readonly GpsId[] | null;
  readonly requestedBy: string | null;
}

/**
 * In a transaction that holds the account's switch: starts a run; the owner carries it on. One at a time per account (dry runs
 * apart, see `resync`): where one is active already, the answer is that one.
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
  await tx.runs.insert({ id, ...request, status: 'PLANNING', startedAt: now, notBefore: 0 });
  if (!request.dryRun) {
    await tx.events.append([
      runEvent({ id, requestedBy: request.requestedBy }, 'RUN_STARTED', now, `${request.kind} run started`),
    ]);
  }
  return { id, isNew: true };
}
