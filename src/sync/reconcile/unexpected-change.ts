import { setHealth } from '../account/portal-health';
import type { AccountOwner } from '../account/account-owner';
import type { IntentRow } from '../ports/intent-store';
import type { SyncAccount } from '../sync-context';
import type { ConfirmedWrite } from './writing-step';

const OBSERVED = ['firstName', 'lastName', 'email', 'userName', 'mobileApp', 'group'] as const;

/** How long one harmless PUT speaks for the others. */
const TRUST_MS = 3_600_000;

/** What this process has seen of an account's PUTs. */
interface PutTrust {
  /** The driver at which a loss was seen last. Once may be a person's edit at the same moment; twice in a row is the portal. */
  suspect: string | null;
  /** Until then PUTs go side by side; epoch ms. */
  trustedUntil: number;
  /** The PUT that is watched now. */
  watched: Promise<void> | null;
  /** The epoch of the sync in which PUTs were halted. */
  haltedEpoch: number | null;
}

const trusts = new WeakMap<SyncAccount, PutTrust>();

function trustOf(account: SyncAccount): PutTrust {
  const known = trusts.get(account);
  if (known !== undefined) return known;
  const trust: PutTrust = { suspect: null, trustedUntil: 0, watched: null, haltedEpoch: null };
  trusts.set(account, trust);
  return trust;
}

/**
 * Nobody knows whether PUT leaves other fields alone (portals.md). While no PUT has shown it lately, those that could do harm go
 * one by one, each confirmed and recorded before the next; when they are halted meanwhile, the rest are dropped unsent.
 */
export async function admitPut(
  owner: AccountOwner,
  intent: IntentRow,
  work: () => Promise<void>,
  drop: () => Promise<void>,
): Promise<void> {
  const trust = trustOf(owner.account);
  if (unsentFields(intent).length === 0) return work();
  const isTrusted = (): boolean => trust.trustedUntil > owner.context.clock.now();
  while (!isTrusted() && trust.watched !== null) await trust.watched;
  if (trust.haltedEpoch === intent.epoch) return drop();
  if (isTrusted()) return work();
  const watched = work();
  trust.watched = watched
    .catch(() => undefined)
    .finally(() => {
      trust.watched = null;
    });
  return watched;
}

/**
 * A field that was not sent and has become empty, on two different drivers in a row, halts all PUTs of the account until a person
 * turns the sync on again.
 */
export async function suspectUnsentFields(owner: AccountOwner, write: ConfirmedWrite): Promise<void> {
  const { intent, confirmation } = write;
  const unsent = unsentFields(intent);
  if (unsent.length === 0) return;
  const trust = trustOf(owner.account);
  const cleared = unsent.filter((field) => confirmation.driver[field] === null);
  const last = trust.suspect;
  trust.suspect = cleared.length === 0 ? null : intent.gpsId;
  trust.trustedUntil = cleared.length === 0 ? owner.context.clock.now() + TRUST_MS : 0;
  if (cleared.length === 0 || last === null || last === intent.gpsId) return;
  trust.haltedEpoch = intent.epoch;
  await owner.transaction('bulk', async (tx) => {
    await tx.account.update({ putHalted: true });
    const events = await setHealth(tx, owner.context.clock.now(), {
      code: 'UNEXPECTED_CHANGE',
      severity: 'blocked',
      message: `Driveri emptied fields that were not sent (${cleared.join(', ')}), on two drivers in a row`,
      hint: 'Ask the vendor whether PUT leaves other fields alone. No driver is updated until the Master User turns Driver Sync on again.',
    });
    await tx.events.append(events);
  });
}

/** The fields with a value that the PUT did not send: they must still have one afterwards. */
function unsentFields({ step, before }: IntentRow): readonly (typeof OBSERVED)[number][] {
  if ((step.kind !== 'update' && step.kind !== 'rename') || before === null) return [];
  const sent = new Set(Object.keys(step.fields));
  return OBSERVED.filter((field) => !sent.has(field) && before[field] !== null);
}
