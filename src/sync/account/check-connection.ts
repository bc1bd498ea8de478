import type { CommandResult } from '../../gateway/commands';
import { ACCOUNTS_FILE_UNUSABLE } from './accounts-file-health';
import { clearHealth, setHealth } from './portal-health';
import { keepToIntervals } from '../observe/poll-interval';
import type { AccountState } from '../ports/account-store';
import type { AccountId } from '../../driver/ids';
import type { SyncTransaction } from '../ports/sync-store';
import type { SyncAccount, SyncContext } from '../sync-context';

const PORTAL_CHANGED = 'PORTAL_CHANGED';

/** Whether the account's rosters and links were made with the portals that it is connected to now. */
export function isSamePortals(account: SyncAccount, state: AccountState): boolean {
  const { fingerprint } = state;
  return (
    fingerprint === null ||
    fingerprint === account.fingerprint ||
    account.formerFingerprints.includes(fingerprint)
  );
}

/**
 * At start-up, and when the account's entry has changed: makes the account's rows, brings its next readings forward where the
 * configuration asks for them more often than before, and compares what it is connected to with what its rosters and links were
 * made with. Another tenant or GPS user, while the sync is on: BLOCKED as PORTAL_CHANGED until the Master User turns it on again;
 * while it is off, the old links are set aside at once, and come back with the old connection.
 */
export async function checkConnection(context: SyncContext, account: SyncAccount): Promise<void> {
  const nextReadAt = await context.store.transaction(account.id, async (tx) => {
    await tx.account.ensure();
    const state = await tx.account.lockExclusive();
    const now = context.clock.now();
    // The account has just been read from it.
    await tx.events.append(await clearHealth(tx, now, [ACCOUNTS_FILE_UNUSABLE]));
    const broughtForward = await keepToIntervals(tx, account, context.settings, now);
    if (isSamePortals(account, state) || !state.enabled) {
      await adoptConnection(tx, account, now);
      await tx.events.append(await clearHealth(tx, now, [PORTAL_CHANGED]));
      return broughtForward;
    }
    const events = await setHealth(tx, now, {
      code: PORTAL_CHANGED,
      severity: 'blocked',
      message:
        'The account is connected to another GPS portal or user, or another Driveri portal or tenant, than before',
      hint: 'If that is right, look at a dry run, and have the Master User turn Driver Sync on again with it: old links are set aside. Otherwise correct the configuration and restart.',
    });
    await tx.events.append(events);
    return broughtForward;
  });
  if (nextReadAt !== null) await context.store.ownership.lower(account.id, nextReadAt);
}

/** In a transaction, under the account's lock: from now on the account's memory is about the portals of the configuration. */
export async function adoptConnection(tx: SyncTransaction, account: SyncAccount, now: number): Promise<void> {
  const state = await tx.account.read();
  if (state.fingerprint === account.fingerprint) return;
  if (state.fingerprint !== null && !isSamePortals(account, state)) {
    await tx.links.setAside(state.fingerprint, now);
    await tx.rosters.clearAll();
    for (const fingerprint of [account.fingerprint, ...account.formerFingerprints])
      await tx.links.restore(fingerprint, now);
  }
  await tx.account.update({ fingerprint: account.fingerprint });
}

/**
 * What writes to a portal, or reads one into the rosters, is refused while the rosters are about other portals: the same ids may
 * be other people there. `elsewhere` is what may be done instead: it looks at the other portals, and keeps to itself what it sees.
 */
export async function onSamePortals<Value>(
  context: SyncContext,
  id: AccountId,
  command: () => Promise<CommandResult<Value>>,
  elsewhere?: () => Promise<CommandResult<Value>>,
): Promise<CommandResult<Value>> {
  const account = context.accounts.get(id);
  const isSame =
    account === undefined ||
    (await context.store.readOnce(id, async (tx) => isSamePortals(account, await tx.account.read())));
  if (isSame) return command();
  if (elsewhere !== undefined) return elsewhere();
  const message =
    'The account is connected to other portals than its drivers were read from. Nothing was changed. A dry run shows what they would make different. The Master User turns Driver Sync on again with that plan, or the configuration is corrected.';
  return { value: null, userErrors: [{ code: PORTAL_CHANGED, message }] };
}
