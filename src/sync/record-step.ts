import { assertNever } from '../driver/assert-never';
import type { EnforcedFields } from '../driver/driveri-driver';
import type { DriverId, GpsId } from '../driver/ids';
import type { Link } from '../driver/link';
import type { Confirmation, WritingStep } from './writing-step';
import { noteFieldWrites } from './flap-detector';
import { noteSuccess } from './portal-health';
import type { SyncAccount, SyncContext } from './sync-context';
import type { IntentRow, NewEvent, SyncTransaction } from './sync-store';
import type { SyncEventType } from './views';

/**
 * Records a write that a read has confirmed: link, roster row, event, and everybody whom it concerns, in one transaction. Only
 * the one who closes the intent records it, so that every write has exactly one event, whoever finds out about it.
 */
export async function recordStep(
  context: SyncContext,
  account: SyncAccount,
  intent: IntentRow,
  step: WritingStep,
  seen: Confirmation,
): Promise<void> {
  await context.store.transaction(account.id, async (tx) => {
    if (!(await tx.intents.close(intent.id))) return;
    const now = context.clock.now();
    const row = await tx.work.row(intent.gpsId);
    await tx.rosters.dropDriveri(seen.dropped, seen.sentAt);
    await tx.rosters.saveDriveri([seen.driver], seen.sentAt);
    const old = await tx.links.byGpsId(intent.gpsId);
    await linkAfter(tx, intent, step, seen, old, now);
    if (step.kind === 'remove') await closeRemoval(tx, intent, now);
    await tx.runs.noteApplied(intent.gpsId, intent.action);
    // Also the DriverID that the driver was linked to: who waits for it is to go on when X has vanished and a new one is created.
    const left = old === null ? [] : [old.driverId];
    const ids = [...new Set<DriverId>([seen.driver.driverId, ...seen.dropped, ...left])];
    if (step.kind !== 'update') await touchConcerned(tx, intent.gpsId, ids, now);
    if (row?.drift != null) await tx.work.setDrift(intent.gpsId, null);
    await noteFieldWrites(tx, intent, step, now);
    await tx.drivers.refresh([intent.gpsId], ids, now);
    const items = await tx.runs.pendingItemsOf(intent.gpsId);
    const reachable = await noteSuccess(tx, now, 'driveri');
    const event: NewEvent = {
      type: step.kind === 'update' && row?.drift != null ? 'DRIFT_OVERRIDDEN' : EVENT_TYPES[step.kind],
      at: now,
      gpsId: intent.gpsId,
      driverId: seen.driver.driverId,
      runId: items[0]?.runId ?? null,
      changes: intent.changes,
      message: messageOf(step, row?.drift != null),
      before: intent.before,
      actor: undoneBy(step),
    };
    await tx.events.append([event, ...reachable]);
  });
}

const EVENT_TYPES: { readonly [Kind in WritingStep['kind']]: SyncEventType } = {
  create: 'DRIVERI_DRIVER_CREATED',
  reinstate: 'DRIVERI_DRIVER_REINSTATED',
  rename: 'DRIVERI_DRIVER_RENAMED',
  update: 'DRIVERI_DRIVER_UPDATED',
  remove: 'DRIVERI_DRIVER_REMOVED',
};

function messageOf(step: WritingStep, overrides: boolean): string {
  switch (step.kind) {
    case 'create':
      return `Created in Driveri with DriverID ${step.driverId}`;
    case 'reinstate':
      if (undoneBy(step) !== null) return 'A removal was undone: back in Driveri, unmanaged';
      return `Reinstated in Driveri with DriverID ${step.driver.driverId}`;
    case 'rename':
      return `DriverID in Driveri changed from ${step.from} to ${step.to}`;
    case 'update':
      return overrides ? 'An edit made in Driveri was overridden with what GPS says' : 'Updated in Driveri';
    case 'remove':
      return `Removed from Driveri (DriverID ${step.driverId})`;
    default:
      return assertNever(step);
  }
}

/** The user for whom it was done; null when the sync did it by itself. */
const undoneBy = (step: WritingStep): string | null =>
  step.kind === 'reinstate' ? (step.undoneBy ?? null) : null;

async function closeRemoval(tx: SyncTransaction, intent: IntentRow, now: number): Promise<void> {
  const removal = await tx.removals.openOf(intent.gpsId);
  if (removal !== null) await tx.removals.setState([removal.id], 'done', now);
}

/** Whoever else wants or is linked to a DriverID that has come, gone, changed its status or lost its link is looked at again. */
export async function touchConcerned(
  tx: SyncTransaction,
  gpsId: GpsId,
  ids: readonly DriverId[],
  now: number,
): Promise<void> {
  const concerned = await tx.rosters.concernedBy(ids);
  await tx.work.touch(
    concerned.filter((id) => id !== gpsId),
    now,
  );
}

async function linkAfter(
  tx: SyncTransaction,
  intent: IntentRow,
  step: WritingStep,
  seen: Confirmation,
  old: Link | null,
  now: number,
): Promise<void> {
  if (step.kind === 'remove') return;
  if (undoneBy(step) !== null) return tx.links.remove([intent.gpsId]);
  const sentPhone = step.kind !== 'reinstate' && step.sendPhone;
  const isNew = step.kind === 'create';
  const link: Link = {
    gpsId: intent.gpsId,
    driverId: seen.driver.driverId,
    createdDate: seen.driver.createdDate ?? old?.createdDate ?? null,
    written: { ...(isNew ? {} : old?.written), ...sent(step) },
    phoneHash: sentPhone || isNew ? intent.phoneHash : (old?.phoneHash ?? null),
  };
  await tx.links.save(link, now);
}

const sent = (step: Exclude<WritingStep, { kind: 'remove' }>): EnforcedFields => step.fields;
