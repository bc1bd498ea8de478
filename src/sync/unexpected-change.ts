import type { DriveriDriver } from '../driver/driveri-driver';
import type { WritingStep } from './writing-step';
import { setHealth } from './portal-health';
import type { SyncAccount, SyncContext } from './sync-context';
import type { IntentRow } from './sync-store';

const OBSERVED = ['firstName', 'lastName', 'email', 'userName', 'mobileApp', 'group'] as const;

/** Per account: the driver at whom it was seen last. Once may be somebody's edit at the same moment; twice in a row is the portal. */
const suspects = new WeakMap<SyncAccount, string | null>();

/**
 * Nobody knows whether PUT really leaves other fields alone (portals.md). A field that was not sent and has become empty, on
 * two different drivers in a row, halts all PUTs of the account until a person says so: turning the sync on again.
 */
export async function suspectUnsentFields(
  context: SyncContext,
  account: SyncAccount,
  intent: IntentRow,
  step: WritingStep,
  after: DriveriDriver,
): Promise<void> {
  if ((step.kind !== 'update' && step.kind !== 'rename') || intent.before === null) return;
  const { before } = intent;
  const sent = new Set(Object.keys(step.fields));
  const cleared = OBSERVED.filter(
    (field) => !sent.has(field) && before[field] !== null && after[field] === null,
  );
  if (cleared.length === 0) {
    suspects.set(account, null);
    return;
  }
  const last = suspects.get(account) ?? null;
  suspects.set(account, intent.gpsId);
  if (last === null || last === intent.gpsId) return;
  const now = context.clock.now();
  await context.store.transaction(account.id, async (tx) => {
    await tx.account.update({ putHalted: true });
    const events = await setHealth(tx, now, {
      code: 'UNEXPECTED_CHANGE',
      severity: 'blocked',
      message: `Driveri emptied fields that were not sent (${cleared.join(', ')}), on two drivers in a row`,
      hint: 'Ask the vendor whether PUT leaves other fields alone. No driver is updated until the Master User turns Driver Sync on again.',
    });
    await tx.events.append(events);
  });
}
