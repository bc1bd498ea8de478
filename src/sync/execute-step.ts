import { randomUUID } from 'node:crypto';
import { assertNever } from '../driver/assert-never';
import type { DriverStep } from '../driver/driver-plan';
import type { DriveriPortal } from '../driver/driveri-portal';
import { phoneDigits } from '../driver/field-mapping';
import type { DriverId, GpsId } from '../driver/ids';
import { PortalError } from '../driver/portal-error';
import { confirmStep, type IntentAge } from './confirm-step';
import { type Look, touchedIds } from './look-at-driver';
import { StepUnsettled, SyncIsOff } from './interruption';
import { recordStep } from './record-step';
import { isWriting, type WritingStep } from './writing-step';
import { suspectUnsentFields } from './unexpected-change';
import type { SyncAccount, SyncContext } from './sync-context';
import type { AccountState, IntentRow, Lease, SyncTransaction } from './sync-store';

/**
 * One write to Driveri: intent → write → confirm → record (design, 3.3). The intent is stored first, in a transaction that
 * checks that the sync is on, so that a crash leaves a trace and off means off. When nobody knows what became of the write,
 * the intent stays open, and with it the lease of its DriverIDs, until a read says so.
 */
export async function executeStep(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  look: Look,
): Promise<void> {
  const step = writingStep(look.plan.step);
  const intent = await openIntent(context, account, lease, look, step);
  await sendAndConclude(context, account, intent, step, phoneOf(look, lease.gpsId));
}

function writingStep(step: DriverStep): WritingStep {
  if (!isWriting(step)) throw new Error(`${step.kind} is no write`);
  return step;
}

async function sendAndConclude(
  context: SyncContext,
  account: SyncAccount,
  intent: IntentRow,
  step: WritingStep,
  phone: string,
): Promise<void> {
  await send(context, account, intent, step, phone);
  await context.store.transaction(account.id, (tx) => tx.intents.setState(intent.id, 'unconfirmed'));
  await concludeIntent(context, account, intent, 'fresh');
}

/**
 * One write to Driveri that a user asked for, by the same road: whoever dies on it, it is found out by a read what became of it.
 * Answers when the write has been accepted; a read that does not show it yet is left to whoever looks at the driver next.
 */
export async function executeForUser(
  context: SyncContext,
  account: SyncAccount,
  intent: IntentRow,
  touched: readonly DriverId[],
): Promise<void> {
  const step = writingStep(intent.step);
  await context.store.transaction(account.id, async (tx) => {
    await admitWrite(tx, intent.epoch);
    if (!(await tx.intents.open(intent, touched, null))) throw new StepUnsettled(ALREADY_TOUCHED, 500);
    await tx.work.touch([intent.gpsId], intent.createdAt);
  });
  try {
    await sendAndConclude(context, account, intent, step, '');
  } catch (error) {
    if (!(error instanceof StepUnsettled)) throw error;
  }
}

const ALREADY_TOUCHED = 'a write under way touches the same DriverID';

/** Off means off: the account's row stays locked until the intent is stored. */
async function admitWrite(tx: SyncTransaction, epoch: number): Promise<AccountState> {
  const state = await tx.account.lockShared();
  if (!state.enabled || state.epoch !== epoch) throw new SyncIsOff();
  return state;
}

/** The intents that a crash, a time-out or a stale read has left open: each is looked up before anything else is planned. */
export async function resolveOpenIntents(
  context: SyncContext,
  account: SyncAccount,
  gpsId: GpsId,
): Promise<void> {
  const open = await context.store.read(account.id, (tx) => tx.intents.openOf(gpsId));
  for (const intent of open) await concludeIntent(context, account, intent, 'resumed');
}

async function openIntent(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  look: Look,
  step: WritingStep,
): Promise<IntentRow> {
  const intent = makeIntent(context, lease, look, step);
  await context.store.transaction(account.id, async (tx) => {
    const state = await admitWrite(tx, look.state.epoch);
    if (state.putHalted && (step.kind === 'update' || step.kind === 'rename')) {
      throw new StepUnsettled(
        'writes are halted for this account: UNEXPECTED_CHANGE',
        context.settings.probeMs,
      );
    }
    if (!(await tx.work.holds(lease)))
      throw new StepUnsettled('another worker has taken this driver over', 0);
    const items = await tx.runs.pendingItemsOf(lease.gpsId);
    const opened = await tx.intents.open(intent, touchedIds(look, lease.gpsId), items[0]?.runId ?? null);
    if (!opened) throw new StepUnsettled(ALREADY_TOUCHED, 500);
  });
  return intent;
}

function makeIntent(context: SyncContext, lease: Lease, look: Look, step: WritingStep): IntentRow {
  const { gps, x } = look.fleet.situationOf(lease.gpsId);
  const before = step.kind === 'rename' ? look.fleet.driveri(step.from) : x;
  return newIntent(context, {
    gpsId: lease.gpsId,
    epoch: look.state.epoch,
    action: look.plan.action,
    step,
    phoneHash: gps.presence === 'present' ? gps.phoneHash : null,
    before: step.kind === 'create' ? null : before,
    changes: look.plan.changes,
  });
}

/** An intent to write something now; it is to be sent within `sendWithinMs`. */
export function newIntent(
  context: SyncContext,
  what: Omit<IntentRow, 'id' | 'state' | 'sendBefore' | 'createdAt'>,
): IntentRow {
  const now = context.clock.now();
  const sendBefore = now + context.settings.sendWithinMs;
  return { ...what, id: randomUUID(), state: 'sending', sendBefore, createdAt: now };
}

function phoneOf(look: Look, gpsId: GpsId): string {
  const { gps } = look.fleet.situationOf(gpsId);
  return gps.presence === 'present' ? (phoneDigits(gps.driver.phone) ?? '') : '';
}

async function send(
  context: SyncContext,
  account: SyncAccount,
  intent: IntentRow,
  step: WritingStep,
  phone: string,
): Promise<void> {
  try {
    await write(account.driveri, step, phone, { sendBefore: intent.sendBefore });
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    await context.store.transaction(account.id, async (tx) => {
      if (error.outcome === 'none') await tx.intents.close(intent.id);
      else await tx.intents.setState(intent.id, 'unconfirmed');
    });
    throw error;
  }
}

function write(
  driveri: DriveriPortal,
  step: WritingStep,
  phone: string,
  options: { readonly sendBefore: number },
): Promise<void> {
  switch (step.kind) {
    case 'create': {
      const withPhone = step.sendPhone && phone !== '' ? { phone } : {};
      return driveri.createDriver({ ...step.fields, driverId: step.driverId, ...withPhone }, options);
    }
    case 'reinstate':
      return driveri.reinstateDriver(
        step.driver,
        { ...step.fields, driverId: step.driver.driverId },
        options,
      );
    case 'rename': {
      const withPhone = step.sendPhone ? { phone } : {};
      return driveri.updateDriver(step.from, { ...step.fields, driverId: step.to, ...withPhone }, options);
    }
    case 'update': {
      const withPhone = step.sendPhone ? { phone } : {};
      return driveri.updateDriver(step.driverId, { ...step.fields, ...withPhone }, options);
    }
    case 'remove':
      return driveri.updateDriver(step.driverId, { status: 'removed' }, options);
    default:
      return assertNever(step);
  }
}

/**
 * Finds out by reading what became of a write. `fresh`: it was accepted just now, so that a read that does not show it yet
 * is a stale one. Otherwise it is taken not to have happened once the grace period is over.
 */
async function concludeIntent(
  context: SyncContext,
  account: SyncAccount,
  intent: IntentRow,
  age: IntentAge,
): Promise<void> {
  const step = writingStep(intent.step);
  const isProvable = age === 'fresh' || !onlyWritesPhone(step);
  const confirmed = isProvable ? await confirmStep(account.driveri, step, intent.before, age) : null;
  if (confirmed !== null) {
    await recordStep(context, account, intent, step, confirmed);
    await suspectUnsentFields(context, account, intent, step, confirmed.driver);
    return;
  }
  const waitedMs = context.clock.now() - intent.createdAt;
  const gaveUp = age === 'resumed' && waitedMs > context.settings.confirmGraceMs;
  if (!gaveUp)
    throw new StepUnsettled('a write is not confirmed yet', Math.min(5_000, 250 + Math.round(waitedMs / 4)));
  context.logger.warn(
    { account: account.id, gpsId: intent.gpsId, action: step.kind },
    'a write did not take effect',
  );
  await context.store.transaction(account.id, (tx) => tx.intents.close(intent.id));
}

/** Driveri takes a phone and never tells it: when nobody knows what became of such a write, no read says it. It is sent again. */
function onlyWritesPhone(step: WritingStep): boolean {
  return step.kind === 'update' && Object.keys(step.fields).length === 0;
}
