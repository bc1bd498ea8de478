import { agreedFields } from '../../driver/field-mapping';
import type { FleetState } from '../../driver/fleet/fleet-state';
import { currentHold, readHold } from '../../driver/guard/hold';
import type { GpsId } from '../../driver/ids';
import type { DriverPlan, PlanProblem } from '../../driver/plan/driver-plan';
import type { ProblemView } from '../../gateway/views/problem-view';
import { rosterRow } from '../observe/gps-version';
import type { AccountState } from '../ports/account-store';
import type { NewEvent } from '../ports/event-log';
import type { SettledPair } from '../ports/link-store';
import type { NewRunItem } from '../ports/run-store';
import type { RemovalRow } from '../ports/removal-store';
import type { SyncTransaction } from '../ports/sync-store';
import type { WorkRow } from '../ports/work-store';
import { massChangeDecided } from '../run/mass-change-health';
import type { SyncAccount } from '../sync-context';
import { holdSuspects, suspectItem } from './hold-suspects';
import { rulesOf, type Decided, type Look } from './look';

/** Why a driver is not as it should be, without the moment it began: that is kept as long as the code stays the same. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A driver with which nothing is left to do now. */
export interface Settling {
  readonly gpsId: GpsId;
  /** The work as it was looked at. */
  readonly row: WorkRow;
  readonly problem: Problem | PlanProblem | null;
  /** The portal refused a write for good: the run items that wait for it have failed. */
  readonly isRejected: boolean;
  /** GPS does not have the driver, and nothing is linked to it any more. */
  readonly isForgotten: boolean;
  readonly releasesHold: boolean;
  /** The change of DriverID that waits for a person because it is no fit identity, and that no run holds yet. */
  readonly suspect: NewRunItem | null;
  /** Both rows, when Driveri holds exactly what GPS says. */
  readonly pair: Pick<SettledPair, 'gpsVersion' | 'driveri' | 'agreed'> | null;
}

/** What settling means for a driver whose guarded plan has no step left. `rejection`: the portal refused a write for good. */
export function settlingOf(
  look: Pick<Look, 'fleet' | 'removals' | 'gps'>,
  account: SyncAccount,
  decided: Decided,
  rejection: Problem | null = null,
): Settling {
  const { gpsId, row, plan, raw } = decided;
  const isForgotten = look.fleet.gps(gpsId) === null && look.fleet.link(gpsId) === null;
  const open = isForgotten
    ? null
    : (rejection ?? plan.problem ?? removalProblem(look.removals.get(gpsId), raw));
  return {
    gpsId,
    row,
    problem: open,
    isRejected: rejection !== null,
    isForgotten,
    releasesHold: !isStillPlanned(row, raw),
    suspect:
      open?.code === 'SUSPICIOUS_DRIVER_ID' && isUnheld(look, decided)
        ? suspectItem(look.fleet, decided)
        : null,
    pair: open === null && raw.step.kind === 'none' ? pairOf(look.fleet, account, gpsId) : null,
  };
}

function isUnheld(look: Pick<Look, 'gps'>, { gpsId, row }: Decided): boolean {
  return currentHold(row.hold, look.gps.get(gpsId)?.version ?? null) === null;
}

/** Both rows of a driver that has a Driveri driver who is not removed; null for every other. */
export function pairOf(fleet: FleetState, account: SyncAccount, gpsId: GpsId): Settling['pair'] {
  const { gps, x } = fleet.situationOf(gpsId);
  if (gps.presence !== 'present' || x === null || x.removed) return null;
  const gpsVersion = rosterRow(gps.driver, account.fallback).version;
  return { gpsVersion, driveri: x, agreed: agreedFields(gps.driver, x) };
}

function removalProblem(removal: RemovalRow | undefined, raw: DriverPlan): Problem | null {
  if (removal === undefined || raw.step.kind !== 'remove') return null;
  if (removal.state === 'rejected') {
    return {
      code: 'REMOVAL_REJECTED',
      message: 'GPS no longer has the driver. A person rejected its removal, so Driveri keeps it.',
      hint: 'To remove it after all, delete the driver, or start a run for it and approve the removal.',
    };
  }
  return {
    code: 'REMOVAL_HELD',
    message: 'The driver is gone from GPS. The removal from Driveri waits for approval.',
    hint: 'Look at the run that waits for approval, and approve or reject its items.',
  };
}

/** A hold lasts as long as a change of identity is planned; one of everything, as long as anything is. */
function isStillPlanned(row: WorkRow, raw: DriverPlan): boolean {
  const { kind } = raw.step;
  const hold = readHold(row.hold);
  if (hold === null) return true;
  if (hold.state !== 'approved' && hold.kind === 'mass-change') return kind !== 'none';
  if (hold.state !== 'approved' && hold.kind === 'suspicious') return raw.suspicion !== undefined;
  return kind === 'rename' || kind === 'link' || kind === 'create';
}

/** Problems with which a run's item is still on its way. */
const UNDER_WAY: ReadonlySet<string> = new Set(['WAITING', 'NOT_PROVEN_GONE']);

/** Problems that are failures, for run items and events. */
const FAILURES: ReadonlySet<string> = new Set([
  'REJECTED',
  'INTERNAL',
  'GPS_UNAVAILABLE',
  'DRIVERI_UNAVAILABLE',
  'MISSING_DRIVER_ID',
  'MISSING_NAME',
  'FLAPPING',
  'NOT_STORED',
]);

/**
 * In a transaction of the owner: these drivers come to rest at the generation that was looked at, each with the problem that
 * stays, and the run items that waited for them get their outcome. Answers the events to append.
 */
export async function settleDrivers(
  tx: SyncTransaction,
  account: SyncAccount,
  state: AccountState,
  settlings: readonly Settling[],
  now: number,
): Promise<readonly NewEvent[]> {
  if (settlings.length === 0) return [];
  const dated = settlings.map((it) => ({ ...it, problem: datedProblem(it.problem, it.row.problem, now) }));
  await tx.work.settle(
    dated.map(({ gpsId, row, problem, releasesHold }) => ({
      gpsId,
      generation: row.generation,
      problem,
      syncedAt: problem === null && state.enabled ? now : null,
      releasesHold,
    })),
    now,
  );
  const released = await releaseHeldItems(tx, dated, now);
  await holdSuspects(
    tx,
    dated.flatMap(({ suspect }) => suspect ?? []),
    now,
  );
  const rules = rulesOf(account, state);
  await tx.links.settle(
    dated.flatMap(({ gpsId, pair }) => (pair === null ? [] : [{ gpsId, rules, ...pair }])),
  );
  await tx.work.removeSettled(dated.filter((it) => it.isForgotten).map((it) => it.gpsId));
  await tx.runs.settleItems(
    dated
      .filter(({ problem }) => problem === null || !UNDER_WAY.has(problem.code))
      .map(({ gpsId, row, problem, isRejected }) => ({
        gpsId,
        generation: row.generation,
        failed: isRejected || (problem !== null && FAILURES.has(problem.code)),
        problem,
      })),
  );
  await tx.drivers.refresh(
    dated.map((it) => it.gpsId),
    [],
    now,
  );
  return [...dated.flatMap(({ row, problem }) => problemEvents(row, problem, now)), ...released];
}

/**
 * What no plan wants any more waits for nobody: its items end, and so does a run that holds nothing else. Answers the events to
 * append.
 */
async function releaseHeldItems(
  tx: SyncTransaction,
  settlings: readonly Settling[],
  now: number,
): Promise<readonly NewEvent[]> {
  const released = settlings.flatMap(({ gpsId, row, releasesHold }) => {
    const hold = readHold(row.hold);
    return releasesHold && hold?.state === 'held' ? [{ gpsId, kind: hold.kind }] : [];
  });
  if (released.length === 0) return [];
  await tx.runs.releaseHeld(
    released.map(({ gpsId }) => gpsId),
    now,
  );
  return massChangeDecided(
    tx,
    released.map(({ kind }) => (kind === 'mass-change' ? kind : null)),
    now,
  );
}

/** A driver that is tried again later: the reason to look stays. */
export interface Postponing {
  readonly row: WorkRow;
  readonly dueAt: number;
  readonly attempts: number;
  readonly problem: Problem | null;
}

/** In a transaction of the owner: tries these drivers again later. Answers the events to append. */
export async function postponeDrivers(
  tx: SyncTransaction,
  postponings: readonly Postponing[],
  now: number,
): Promise<readonly NewEvent[]> {
  if (postponings.length === 0) return [];
  const dated = postponings.map((it) => ({ ...it, problem: datedProblem(it.problem, it.row.problem, now) }));
  await tx.work.postpone(
    dated.map(({ row, dueAt, attempts, problem }) => ({
      gpsId: row.gpsId,
      generation: row.generation,
      dueAt,
      attempts,
      problem,
    })),
  );
  await tx.drivers.refresh(
    dated.map(({ row }) => row.gpsId),
    [],
    now,
  );
  return dated.flatMap(({ row, problem }) => problemEvents(row, problem, now));
}

function datedProblem(
  problem: Problem | PlanProblem | null,
  last: ProblemView | null,
  now: number,
): ProblemView | null {
  if (problem === null) return null;
  const since = last?.code === problem.code ? last.since : now;
  return { code: problem.code, message: problem.message, hint: problem.hint, since };
}

const isConflict = (problem: ProblemView | null): boolean =>
  problem?.code === 'CONFLICT' || problem?.code === 'FALLBACK_MATCH';

/** One event when a problem begins, and when a conflict ends. */
function problemEvents(row: WorkRow, problem: ProblemView | null, at: number): readonly NewEvent[] {
  const last = row.problem;
  if (last?.code === problem?.code) return [];
  const { gpsId } = row;
  const events: NewEvent[] = [];
  if (isConflict(last) && !isConflict(problem)) {
    events.push({ type: 'CONFLICT_CLEARED', at, gpsId, message: 'The conflict over the DriverID is over' });
  }
  if (problem !== null && isConflict(problem)) {
    if (!isConflict(last)) events.push({ type: 'CONFLICT_DETECTED', at, gpsId, message: problem.message });
  } else if (problem !== null && FAILURES.has(problem.code)) {
    events.push({ type: 'SYNC_FAILED', at, gpsId, message: `${problem.code}: ${problem.message}` });
  }
  return events;
}
