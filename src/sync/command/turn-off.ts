import { setTimeout as sleep } from 'node:timers/promises';
import type { RunId } from '../../driver/ids';
import type { Actor, CommandResult } from '../../gateway/commands';
import type { SyncTransaction } from '../ports/sync-store';
import { accountOf, type SyncAccount, type SyncContext } from '../sync-context';

/**
 * Turns Driver Sync off: raises the epoch, so that no write can begin, and waits until none of an older epoch is on its way.
 * After it has returned, nothing is sent to Driveri for the account.
 */
export async function turnOff(
  context: SyncContext,
  actor: Actor,
): Promise<CommandResult<{ readonly run: RunId | null }>> {
  const account = accountOf(context, actor.account);
  const epoch = await context.store.transaction(account.id, async (tx) => {
    const state = await tx.account.lockExclusive();
    if (!state.enabled) return state.epoch;
    const now = context.clock.now();
    await tx.account.update({
      enabled: false,
      epoch: state.epoch + 1,
      changedAt: now,
      changedBy: actor.userId,
      nextRunAt: null,
    });
    await cancelRuns(tx, now);
    await tx.events.append([
      { type: 'SYNC_DISABLED', at: now, actor: actor.userId, message: 'Driver Sync was turned off' },
    ]);
    return state.epoch + 1;
  });
  await drainOlderWrites(context, account, epoch);
  return { value: { run: null }, userErrors: [] };
}

async function cancelRuns(tx: SyncTransaction, now: number): Promise<void> {
  for (const run of [...(await tx.runs.active()), ...(await tx.runs.awaitingApproval())]) {
    const pending = (await tx.runs.items(run.id, ['PENDING'])).map((item) => item.id);
    await tx.runs.updateItems(pending, { outcome: 'SKIPPED' });
    await tx.runs.update(run.id, { status: 'CANCELLED', finishedAt: now });
  }
}

async function drainOlderWrites(context: SyncContext, account: SyncAccount, epoch: number): Promise<void> {
  const { requestTimeoutMs } = context.settings;
  for (;;) {
    const sending = await context.store.read(account.id, (tx) =>
      tx.intents.sendingBefore(epoch, context.clock.now(), requestTimeoutMs),
    );
    if (sending === 0) return;
    await sleep(25);
  }
}
