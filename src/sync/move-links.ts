import type { DriverStep } from '../driver/driver-plan';
import type { DriverId, GpsId } from '../driver/ids';
import type { Link } from '../driver/link';
import { StepUnsettled, SyncIsOff } from './interruption';
import type { Look } from './look-at-driver';
import { touchConcerned } from './record-step';
import type { SyncAccount, SyncContext } from './sync-context';
import type { Lease, NewEvent, SyncTransaction } from './sync-store';

type LinkStep = Extract<DriverStep, { kind: 'link' }>;

/**
 * LINK: links move, all in one transaction, with no write to Driveri. Whoever gets another Driveri driver by it, or loses
 * one, is looked at again. The plan is checked against the links as they are now: another worker may have been faster.
 */
export async function moveLinks(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  look: Look,
): Promise<void> {
  const step = look.plan.step as LinkStep; // the caller switched on its kind
  await context.store.transaction(account.id, async (tx) => {
    const state = await tx.account.lockExclusive();
    if (!state.enabled || state.epoch !== look.state.epoch) throw new SyncIsOff();
    if (!(await tx.work.holds(lease)))
      throw new StepUnsettled('another worker has taken this driver over', 0);
    const now = context.clock.now();
    const moving = [...step.moves.map((move) => move.gpsId), ...step.unlinked];
    await assertUnmoved(tx, look, moving);
    await tx.links.remove(moving);
    const targets = await tx.rosters.driveriDrivers(step.moves.map((move) => move.to));
    for (const move of step.moves) {
      const target = targets.get(move.to);
      if (target === undefined) throw new StepUnsettled('the Driveri driver to link to has gone', 500);
      await tx.links.save(newLink(move.gpsId, move.to, target.createdDate), now);
    }
    // Whoever of them carries it out, and whether its own headline is that somebody comes back by it.
    for (const id of moving) await tx.runs.noteApplied(id, 'LINK', look.plan.action);
    await voidRemovals(tx, step.unlinked, now);
    const left = moving.flatMap((id) => look.fleet.situationOf(id).link?.driverId ?? []);
    const ids = [...new Set([...step.moves.map((move) => move.to), ...left, ...step.unmanaged])];
    const concerned = await tx.rosters.concernedBy(ids);
    const others = [...new Set([...concerned, ...moving])].filter((id) => id !== lease.gpsId);
    await tx.work.touch(others, now);
    await tx.drivers.refresh(moving, ids, now);
    const items = await tx.runs.pendingItemsOf(lease.gpsId);
    await tx.events.append(
      linkEvents(step, look, now).map((event) => ({ ...event, runId: items[0]?.runId ?? null })),
    );
  });
}

const newLink = (gpsId: GpsId, driverId: DriverId, createdDate: number | null): Link => ({
  gpsId,
  driverId,
  createdDate,
  written: {},
  phoneHash: null,
});

async function assertUnmoved(tx: SyncTransaction, look: Look, moving: readonly GpsId[]): Promise<void> {
  for (const id of moving) {
    const now = (await tx.links.byGpsId(id))?.driverId ?? null;
    const planned = look.fleet.situationOf(id).link?.driverId ?? null;
    if (now !== planned) throw new StepUnsettled('a link has moved meanwhile', 0);
  }
}

async function voidRemovals(tx: SyncTransaction, ids: readonly GpsId[], now: number): Promise<void> {
  for (const id of ids) {
    const removal = await tx.removals.openOf(id);
    if (removal !== null) await tx.removals.setState([removal.id], 'void', now);
  }
}

function linkEvents(step: LinkStep, look: Look, at: number): readonly NewEvent[] {
  const left =
    step.unmanaged.length === 0 ? '' : `; ${step.unmanaged.join(', ')} stays in Driveri, unmanaged`;
  return step.moves.map((move) => {
    const from = look.fleet.situationOf(move.gpsId).link?.driverId ?? null;
    return {
      type: 'DRIVERI_DRIVER_LINKED' as const,
      at,
      gpsId: move.gpsId,
      driverId: move.to,
      changes: [{ field: 'driverId', from, to: move.to }],
      message: `Linked to the Driveri driver with DriverID ${move.to}${left}`,
    };
  });
}

/**
 * A driver who is gone is forgotten, with their sync row and a link to nobody. Whom the sync had made, and somebody seems to have
 * renamed in Driveri, is told of: they stay there.
 */
export async function forgetDriver(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  look: Look,
): Promise<void> {
  const { gpsId } = lease;
  const { link } = look.fleet.situationOf(gpsId);
  await context.store.transaction(account.id, async (tx) => {
    const now = context.clock.now();
    await voidRemovals(tx, [gpsId], now);
    await tx.links.remove([gpsId]);
    await tx.rosters.forgetGps([gpsId]);
    // A link to nobody has kept its DriverID from those who wait for it.
    if (link !== null) await touchConcerned(tx, gpsId, [link.driverId], now);
    await tx.drivers.refresh([gpsId], [], now);
    await tx.events.append(leftBehind(look, gpsId, now));
  });
}

function leftBehind(look: Look, gpsId: GpsId, at: number): readonly NewEvent[] {
  const left = look.fleet.situationOf(gpsId).lookalikes.find((driver) => !driver.removed);
  if (left === undefined) return [];
  return [{ type: 'DRIFT_DETECTED', at, gpsId, driverId: left.driverId, message: look.plan.reason }];
}
