import type { AccountId } from '../driver/ids';
import { dailyJitterMs, nextDailyRun } from './daily-schedule';
import { startRun } from './start-run';
import { accountOf, type SyncContext } from './sync-context';

/**
 * Starts the account's daily run when its time has come, also when the process slept through it, and says when the next one
 * is. Any number of processes may call it: the account's lock lets one of them start it.
 */
export async function startDailyRun(context: SyncContext, id: AccountId): Promise<void> {
  const account = accountOf(context, id);
  const seen = await context.store.read(id, (tx) => tx.account.read());
  const now = context.clock.now();
  if (!seen.enabled || (seen.nextRunAt !== null && seen.nextRunAt > now)) return;
  await context.store.transaction(id, async (tx) => {
    const state = await tx.account.lockExclusive();
    if (!state.enabled || (state.nextRunAt !== null && state.nextRunAt > now)) return;
    const nextRunAt = nextDailyRun(now, account.timeZone, account.dailyRunAt, dailyJitterMs(id));
    await tx.account.update({ nextRunAt });
    if (state.nextRunAt === null) return;
    await startRun(tx, { kind: 'DAILY', dryRun: false, scope: null, requestedBy: null }, now);
  });
}
