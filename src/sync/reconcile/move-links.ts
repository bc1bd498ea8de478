import type { DriverId, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import type { DriverStep } from '../../driver/plan/driver-plan';
import type { NewEvent } from '../ports/event-log';
import type { SyncTransaction } from '../ports/sync-store';
import type { Decided, Look } from './look';

type LinkStep = Extract<DriverStep, { kind: 'link' }>;

/** A driver whose plan is a LINK. */
export interface Linking {
  readonly decided: Decided;
  readonly step: LinkStep;
}

/**
 * In a transaction of the owner: LINK. Links move, all in one transaction, with no write to Driveri. Drivers that get another
 * Driveri driver by it, or lose one, are touched. A plan whose links or targets have moved since the look is dropped: its driver
 * stays due. Answers the events to append.
 */
export async function moveLinks(
  tx: SyncTransaction,
  look: Pick<Look, 'fleet'>,
  linkings: readonly Linking[],
  now: number,
): Promise<readonly NewEvent[]> {
  if (linkings.length === 0) return [];
  const current = await tx.work.stillAt(
    new Map(linkings.map(({ decided }) => [decided.gpsId, decided.row.generation])),
  );
  const links = await tx.links.of(linkings.flatMap(({ step }) => movingOf(step)));
  const targets = await tx.rosters.driveriDrivers(
    linkings.flatMap(({ step }) => step.moves.map((m) => m.to)),
  );
  const moved = new Set<GpsId>();
  const taken = new Set<DriverId>();
  const valid = linkings.filter(({ decided, step }) => {
    const moving = movingOf(step);
    const isFresh =
      current.has(decided.gpsId) &&
      moving.every(
        (id) =>
          !moved.has(id) &&
          (links.get(id)?.driverId ?? null) === (look.fleet.situationOf(id).link?.driverId ?? null),
      ) &&
      step.moves.every((move) => targets.has(move.to) && !taken.has(move.to));
    if (!isFresh) return false;
    for (const id of moving) moved.add(id);
    for (const move of step.moves) taken.add(move.to);
    return true;
  });
  if (valid.length === 0) return [];
  const moving = valid.flatMap(({ step }) => movingOf(step));
  await tx.links.remove(moving);
  await tx.links.save(
    valid.flatMap(({ step }) =>
      step.moves.map((move) => newLink(move.gpsId, move.to, targets.get(move.to)?.createdDate ?? null)),
    ),
    now,
  );
  await tx.removals.voidOf(
    valid.flatMap(({ step }) => step.unlinked),
    now,
  );
  // The headline of each driver that it moves: its own, or that of the plan that moved it.
  await tx.runs.noteApplied(
    valid.flatMap(({ decided, step }) =>
      movingOf(step).map((gpsId) => ({ gpsId, actions: ['LINK' as const, decided.plan.action] })),
    ),
  );
  await touchMoved(tx, look, valid, now);
  const runs = await tx.runs.waitingFor(valid.map(({ decided }) => decided.gpsId));
  return valid.flatMap(({ decided, step }) =>
    linkEvents(look, step, now).map((event) => ({ ...event, runId: runs.get(decided.gpsId) ?? null })),
  );
}

const movingOf = (step: LinkStep): readonly GpsId[] => [
  ...step.moves.map((move) => move.gpsId),
  ...step.unlinked,
];

async function touchMoved(
  tx: SyncTransaction,
  look: Pick<Look, 'fleet'>,
  linkings: readonly Linking[],
  now: number,
): Promise<void> {
  const moving = linkings.flatMap(({ step }) => movingOf(step));
  const left = moving.flatMap((id) => look.fleet.situationOf(id).link?.driverId ?? []);
  const to = linkings.flatMap(({ step }) => [...step.moves.map((move) => move.to), ...step.unmanaged]);
  const ids = [...new Set([...to, ...left])];
  const concerned = await tx.rosters.concernedBy(ids);
  const own = new Set(linkings.map(({ decided }) => decided.gpsId));
  await tx.work.touch(
    [...new Set([...concerned, ...moving])].filter((id) => !own.has(id)),
    now,
  );
  await tx.drivers.refresh(moving, ids, now);
}

const newLink = (gpsId: GpsId, driverId: DriverId, createdDate: number | null): Link => ({
  gpsId,
  driverId,
  createdDate,
  written: {},
  phoneHash: null,
});

function linkEvents(look: Pick<Look, 'fleet'>, step: LinkStep, at: number): readonly NewEvent[] {
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
 * In a transaction of the owner: drivers that are gone are forgotten, with a link to no Driveri driver. One that came back between
 * look and commit keeps its row and its link. If the linked Driveri driver appears to have been renamed there, `DRIFT_DETECTED`
 * says so; that driver stays active. Answers the events to append.
 */
export async function forgetDrivers(
  tx: SyncTransaction,
  look: Pick<Look, 'fleet'>,
  gone: readonly Decided[],
  now: number,
): Promise<readonly NewEvent[]> {
  if (gone.length === 0) return [];
  const current = await tx.work.stillAt(new Map(gone.map(({ gpsId, row }) => [gpsId, row.generation])));
  const unmoved = gone.filter(({ gpsId }) => current.has(gpsId)).map(({ gpsId }) => gpsId);
  const known = await tx.rosters.lockGps(unmoved);
  const forgotten = new Set([
    ...(await tx.rosters.forgetGps(unmoved)),
    // Nothing but a link is left of these.
    ...unmoved.filter((id) => !known.has(id)),
  ]);
  if (forgotten.size === 0) return [];
  await tx.removals.voidOf([...forgotten], now);
  await tx.links.remove([...forgotten]);
  // A link to no driver has kept its DriverID from those that wait for it.
  const ids = [...forgotten].flatMap((id) => look.fleet.situationOf(id).link?.driverId ?? []);
  const concerned = await tx.rosters.concernedBy(ids);
  await tx.work.touch(
    concerned.filter((id) => !forgotten.has(id)),
    now,
  );
  await tx.drivers.refresh([...forgotten], ids, now);
  return gone.filter(({ gpsId }) => forgotten.has(gpsId)).flatMap((one) => leftBehind(look, one, now));
}

function leftBehind(look: Pick<Look, 'fleet'>, { gpsId, raw }: Decided, at: number): readonly NewEvent[] {
  const left = look.fleet.situationOf(gpsId).lookalikes.find((driver) => !driver.removed);
  if (left === undefined) return [];
  return [{ type: 'DRIFT_DETECTED', at, gpsId, driverId: left.driverId, message: raw.reason }];
}
