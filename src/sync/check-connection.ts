import { setHealth } from './portal-health';
import type { SyncAccount, SyncContext } from './sync-context';
import type { AccountState, SyncTransaction } from './sync-store';

/** Whether the account's rosters and links were made with the portals that it is connected to now. */
export function isSamePortals(account: SyncAccount, state: AccountState): boolean {
  return state.fingerprint === null || state.fingerprint === account.fingerprint;
}

/**
 * At start-up: makes the account's rows, and compares what it is connected to with what its rosters and links were made
 * with. Another tenant or GPS user, while the sync is on: BLOCKED as PORTAL_CHANGED until the Master User turns it on again;
 * while it is off, the old links are set aside at once.
 */
export async function checkConnection(context: SyncContext, account: SyncAccount): Promise<void> {
  await context.store.transaction(account.id, async (tx) => {
    await tx.account.ensure();
    const state = await tx.account.lockExclusive();
    const now = context.clock.now();
    if (isSamePortals(account, state) || !state.enabled) {
      await adoptConnection(tx, account, now);
      return;
    }
    const events = await setHealth(tx, now, {
      code: 'PORTAL_CHANGED',
      severity: 'blocked',
      message: 'The account is connected to another GPS user, Driveri tenant or DriverID field than before',
      hint: 'If that is right, the Master User turns Driver Sync on again: old links are set aside. Otherwise correct the configuration.',
    });
    await tx.events.append(events);
  });
}

/** In a transaction, under the account's lock: from now on the account's memory is about the portals of the configuration. */
export async function adoptConnection(tx: SyncTransaction, account: SyncAccount, now: number): Promise<void> {
  const state = await tx.account.read();
  if (state.fingerprint === account.fingerprint) return;
  if (state.fingerprint !== null) {
    await tx.links.setAside(state.fingerprint, now);
    await tx.rosters.clearAll();
  }
  await tx.account.update({ fingerprint: account.fingerprint });
}
