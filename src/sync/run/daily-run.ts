import type { AccountOwner } from '../account/account-owner';
import { dailyJitterMs, nextDailyRun } from './daily-schedule';
import { startRun } from './start-run';

/** R18: no next run is believed further ahead. */
const MOST_AHEAD_MS = 25 * 3_600_000;

/**
 * Starts the account's daily run when its time has come, also when every process slept through it, and says when the next one
 * is. While another run is active the daily run waits for its end: it is never dropped.
 */
export async function startDailyRun(owner: AccountOwner): Promise<void> {
  const { account, context } = owner;
  await owner.transaction('bulk', async (tx, state) => {
    const now = context.clock.now();
    const due = state.nextRunAt;
    if (!state.enabled || (due !== null && due > now && due - now <= MOST_AHEAD_MS)) return;
    const isTime = due !== null && due <= now;
    if (isTime && (await tx.runs.active()).length > 0) {
      await tx.account.update({ nextRunAt: now + WAIT_FOR_TURN_MS });
      return;
    }
    const nextRunAt = nextDailyRun(now, account.timeZone, account.dailyRunAt, dailyJitterMs(account.id));
    await tx.account.update({ nextRunAt });
    if (isTime) await startRun(tx, { kind: 'DAILY', dryRun: false, scope: null, requestedBy: null }, now);
  });
}

/** How soon a daily run that found another one active looks again. */
const WAIT_FOR_TURN_MS = 30_000;
