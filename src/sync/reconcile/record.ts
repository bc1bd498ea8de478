import { assertNever } from '../../driver/assert-never';
import type { DriverId, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import type { SyncEventType } from '../../gateway/views/event-view';
import { noteSuccess } from '../account/portal-health';
import type { AccountState } from '../ports/account-store';
import type { NewEvent } from '../ports/event-log';
import type { SyncTransaction } from '../ports/sync-store';
import type { WorkRow } from '../ports/work-store';
import type { SyncAccount } from '../sync-context';
import { noteFieldWrites } from './flap-detector';
import { settleDrivers, type Settling } from './settle';
import { writingStep, type ConfirmedWrite, type WritingStep } from './writing-step';

/** Says whether a driver comes to rest with its write, when its link is known; null: it is looked at again. */
export type SettleAfter = (write: ConfirmedWrite, link: Link | null) => Settling | null;

/**
 * In a transaction of the owner: records writes that reads have confirmed: link, roster row, event, every driver that it concerns,
 * and the driver's rest where nothing is left to do. Only the transaction that closes an intent records it, so that each write
 * has exactly one event, whichever process found its outcome.
 */
export async function recordWrites(
  tx: SyncTransaction,
  account: SyncAccount,
  state: AccountState,
  writes: readonly ConfirmedWrite[],
  settleAfter: SettleAfter,
  now: number,
): Promise<void> {
  const closed = await tx.intents.close(
    writes.map(({ intent }) => intent.id),
    'recorded',
  );
  const mine = writes.filter(({ intent }) => closed.has(intent.id));
  if (mine.length === 0) return;
  const ids = mine.map(({ intent }) => intent.gpsId);
  const [rows, old, runs] = [await tx.work.rows(ids), await tx.links.of(ids), await tx.runs.waitingFor(ids)];
  await saveSeen(tx, mine);
  const links = new Map<GpsId, Link | null>(
    mine.map((write) => [write.intent.gpsId, linkAfter(write, old.get(write.intent.gpsId) ?? null)]),
  );
  await storeLinks(tx, mine, links, now);
  await closeRemovals(tx, mine, now);
  await tx.runs.noteApplied(mine.map(({ intent }) => ({ gpsId: intent.gpsId, actions: [intent.action] })));
  await touchConcerned(tx, mine, old, now);
  await tx.work.setDrift(
    new Map(ids.filter((id) => (rows.get(id)?.drift ?? null) !== null).map((id) => [id, null])),
  );
  await noteFieldWrites(tx, mine, rows, now);
  await tx.drivers.refresh(ids, mine.flatMap(touchedBy), now);
  const settlings = mine.flatMap((write) => settleAfter(write, links.get(write.intent.gpsId) ?? null) ?? []);
  const settled = await settleDrivers(tx, account, state, settlings, now);
  const reachable = await noteSuccess(tx, now, 'driveri');
  const events = mine.map((write) => ({
    ...eventOf(write, rows.get(write.intent.gpsId), now),
    runId: runs.get(write.intent.gpsId) ?? null,
  }));
  await tx.events.append([...events, ...settled, ...reachable]);
}

/** Side-by-side reads of one batch mostly share a ticket: one statement for each that there is. */
async function saveSeen(tx: SyncTransaction, writes: readonly ConfirmedWrite[]): Promise<void> {
  const byTicket = new Map<number, ConfirmedWrite[]>();
  for (const write of writes) {
    const { ticket } = write.confirmation.seen;
    byTicket.set(ticket, [...(byTicket.get(ticket) ?? []), write]);
  }
  for (const group of byTicket.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const dropped = group.flatMap(({ confirmation }) => confirmation.dropped);
    if (dropped.length > 0) await tx.rosters.dropDriveri(dropped, first.confirmation.seen);
    await tx.rosters.saveDriveri(
      group.map(({ confirmation }) => confirmation.driver),
      first.confirmation.seen,
    );
  }
}

async function storeLinks(
  tx: SyncTransaction,
  writes: readonly ConfirmedWrite[],
  links: ReadonlyMap<GpsId, Link | null>,
  now: number,
): Promise<void> {
  const undone = writes.filter(({ intent }) => undoneBy(writingStep(intent.step)) !== null);
  await tx.links.remove(undone.map(({ intent }) => intent.gpsId));
  const kept = writes.filter(
    ({ intent }) => intent.step.kind !== 'remove' && undoneBy(writingStep(intent.step)) === null,
  );
  await tx.links.save(
    kept.flatMap(({ intent }) => links.get(intent.gpsId) ?? []),
    now,
  );
}

/** The link after the write; null for a removal that was undone: that driver is the user's, not the sync's. */
function linkAfter({ intent, confirmation }: ConfirmedWrite, old: Link | null): Link | null {
  const step = writingStep(intent.step);
  if (step.kind === 'remove') return old;
  if (undoneBy(step) !== null) return null;
  const sentPhone = step.kind !== 'reinstate' && step.sendPhone;
  const isNew = step.kind === 'create';
  return {
    gpsId: intent.gpsId,
    driverId: confirmation.driver.driverId,
    createdDate: confirmation.driver.createdDate ?? old?.createdDate ?? null,
    written: { ...(isNew ? {} : old?.written), ...step.fields },
    // A phone that was left out of a CREATE is still to be sent.
    phoneHash: sentPhone ? intent.phoneHash : isNew ? null : (old?.phoneHash ?? null),
  };
}

async function closeRemovals(
  tx: SyncTransaction,
  writes: readonly ConfirmedWrite[],
  now: number,
): Promise<void> {
  const removed = writes.filter(({ intent }) => intent.step.kind === 'remove');
  if (removed.length === 0) return;
  const open = await tx.removals.openOf(removed.map(({ intent }) => intent.gpsId));
  await tx.removals.move(
    [...open.values()].map((row) => row.id),
    ['sending', 'allowed', 'approved', 'proposed', 'held'],
    'done',
    now,
  );
}

/** Drivers that want or have a DriverID that came, went, or changed its status. A mere update concerns no other driver. */
async function touchConcerned(
  tx: SyncTransaction,
  writes: readonly ConfirmedWrite[],
  old: ReadonlyMap<GpsId, Link>,
  now: number,
): Promise<void> {
  const moving = writes.filter(({ intent }) => intent.step.kind !== 'update');
  if (moving.length === 0) return;
  // Also the DriverID that the driver was linked to: a driver that waits for it goes on when a new one was created.
  const ids = moving.flatMap((write) => [
    ...touchedBy(write),
    ...[old.get(write.intent.gpsId)?.driverId].filter((id) => id !== undefined),
  ]);
  const concerned = await tx.rosters.concernedBy([...new Set(ids)]);
  const own = new Set(writes.map(({ intent }) => intent.gpsId));
  await tx.work.touch(
    concerned.filter((id) => !own.has(id)),
    now,
  );
}

const touchedBy = ({ confirmation }: ConfirmedWrite): readonly DriverId[] => [
  confirmation.driver.driverId,
  ...confirmation.dropped,
];

const EVENT_TYPES: { readonly [Kind in WritingStep['kind']]: SyncEventType } = {
  create: 'DRIVERI_DRIVER_CREATED',
  reinstate: 'DRIVERI_DRIVER_REINSTATED',
  rename: 'DRIVERI_DRIVER_RENAMED',
  update: 'DRIVERI_DRIVER_UPDATED',
  remove: 'DRIVERI_DRIVER_REMOVED',
};

function eventOf({ intent, confirmation }: ConfirmedWrite, row: WorkRow | undefined, at: number): NewEvent {
  const step = writingStep(intent.step);
  const overrides = (row?.drift ?? null) !== null;
  return {
    type: step.kind === 'update' && overrides ? 'DRIFT_OVERRIDDEN' : EVENT_TYPES[step.kind],
    at,
    gpsId: intent.gpsId,
    driverId: confirmation.driver.driverId,
    changes: intent.changes,
    message: messageOf(step, overrides),
    before: intent.before,
    actor: undoneBy(step),
    delayMs: row === undefined || row.pendingSince === null ? null : Math.max(0, at - row.pendingSince),
  };
}

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

/** The user for whom a removal was undone; null for what the sync did by itself. */
const undoneBy = (step: WritingStep): string | null =>
  step.kind === 'reinstate' ? (step.undoneBy ?? null) : null;
