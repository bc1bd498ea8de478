import type { SyncContext } from '../sync-context';
import { clearHealth, setHealth } from './portal-health';

/** The code of the problem that the accounts file was changed to something that cannot be used. */
export const ACCOUNTS_FILE_UNUSABLE = 'ACCOUNTS_FILE_UNUSABLE';

/**
 * Shows in the health of every account whether the accounts file could be used when it was read last. What is wrong in it is for
 * operators, and may concern another account: it stands in the log only.
 */
export async function showAccountsFile(context: SyncContext, isUsable: boolean): Promise<void> {
  for (const id of context.accounts.keys()) {
    await context.store.transaction(id, async (tx) => {
      const now = context.clock.now();
      if (isUsable) {
        await tx.events.append(await clearHealth(tx, now, [ACCOUNTS_FILE_UNUSABLE]));
        return;
      }
      const events = await setHealth(tx, now, {
        code: ACCOUNTS_FILE_UNUSABLE,
        severity: 'degraded',
        message:
          'The configuration of the gateway was changed and cannot be used; the former one is still in force',
        hint: 'The log of the gateway says what is wrong in the accounts file. Nothing else has to be done here.',
      });
      await tx.events.append(events);
    });
  }
}
