import type { DriverPlan, PlanProblem } from '../driver/driver-plan';
import { holdsEverything } from './hold-mass-change';
import type { Look } from './look-at-driver';
import type { ReconcileOutcome } from './interruption';
import type { SyncAccount, SyncContext } from './sync-context';
import type { Lease, NewEvent, RunItemRow, SyncTransaction } from './sync-store';
import type { ProblemView } from './views';

/** Why a driver is not as it should be, without the moment it began: that is kept as long as the code stays the same. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Nothing is left to do for this driver now: the generation that was read at the start is stored as synced, with the problem
 * that stays (a conflict, a held removal, a rejection), and the run items that waited for it get their outcome.
 */
export async function settleDriver(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  look: Look,
  plan: DriverPlan,
  rejection: Problem | null = null,
): Promise<ReconcileOutcome> {
  const now = context.clock.now();
  await context.store.transaction(account.id, async (tx) => {
    const isForgotten = look.presence === null;
    const open = isForgotten ? null : (rejection ?? plan.problem ?? removalProblem(look));
    const problem = dated(open, lease.row.problem, now);
    const isClean = problem === null && look.state.enabled;
    await tx.work.settle(lease, {
      generation: lease.row.generation,
      problem,
      syncedAt: isClean ? now : null,
      now,
    });
    if (isForgotten) await tx.work.removeSettled([lease.gpsId]);
    if (!isStillPlanned(look)) await tx.work.setIdentityHold([lease.gpsId], null);
    await settleItems(tx, lease, problem, rejection !== null);
    await tx.drivers.refresh([lease.gpsId], [], now);
    await tx.events.append(problemEvents(lease, problem, now));
  });
  return 'settled';
}

/** Tries again later: the reason to look stays. */
export async function postponeDriver(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  outcome: { readonly dueAt: number; readonly attempts: number; readonly problem: Problem | null },
): Promise<ReconcileOutcome> {
  const now = context.clock.now();
  await context.store.transaction(account.id, async (tx) => {
    const problem = dated(outcome.problem, lease.row.problem, now);
    await tx.work.postpone(lease, { ...outcome, problem });
    await tx.drivers.refresh([lease.gpsId], [], now);
    await tx.events.append(problemEvents(lease, problem, now));
  });
  return 'postponed';
}

function dated(
  problem: Problem | PlanProblem | null,
  last: ProblemView | null,
  now: number,
): ProblemView | null {
  if (problem === null) return null;
  const since = last?.code === problem.code ? last.since : now;
  return { code: problem.code, message: problem.message, hint: problem.hint, since };
}

function removalProblem(look: Look): Problem | null {
  if (look.removal === null || look.plan.step.kind !== 'remove') return null;
  if (look.removal.state === 'rejected') return null;
  return {
    code: 'REMOVAL_HELD',
    message: 'The driver is gone from GPS. The removal from Driveri waits for approval.',
    hint: 'Look at the run that is AWAITING_APPROVAL: approve or reject its items.',
  };
}

/** A hold lasts as long as a change of identity is planned; one of everything, as long as anything is. */
function isStillPlanned(look: Look): boolean {
  const { kind } = look.plan.step;
  if (holdsEverything(look.row?.identityHold ?? null)) return kind !== 'none';
  return kind === 'rename' || kind === 'link' || kind === 'create';
}

/** Told once, when a problem begins and when a conflict ends. */
function problemEvents(lease: Lease, problem: ProblemView | null, at: number): readonly NewEvent[] {
  const last = lease.row.problem;
  if (last?.code === problem?.code) return [];
  const { gpsId } = lease;
  const events: NewEvent[] = [];
  if (last?.code === 'CONFLICT') {
    events.push({ type: 'CONFLICT_CLEARED', at, gpsId, message: 'The conflict over the DriverID is over' });
  }
  if (problem?.code === 'CONFLICT') {
    events.push({ type: 'CONFLICT_DETECTED', at, gpsId, message: problem.message });
  } else if (problem !== null && FAILURES.has(problem.code)) {
    events.push({ type: 'SYNC_FAILED', at, gpsId, message: `${problem.code}: ${problem.message}` });
  }
  return events;
}

const FAILURES: ReadonlySet<string> = new Set([
  'REJECTED',
  'INTERNAL',
  'GPS_UNAVAILABLE',
  'DRIVERI_UNAVAILABLE',
  'MISSING_DRIVER_ID',
  'MISSING_NAME',
  'FLAPPING',
]);

/** Problems with which an item is still on its way. */
const UNDER_WAY: ReadonlySet<string> = new Set(['WAITING', 'NOT_PROVEN_GONE']);

async function settleItems(
  tx: SyncTransaction,
  lease: Lease,
  problem: ProblemView | null,
  rejected: boolean,
): Promise<void> {
  const items = (await tx.runs.pendingItemsOf(lease.gpsId)).filter(
    (item) =>
      item.outcome === 'PENDING' && item.generation !== null && item.generation <= lease.row.generation,
  );
  if (items.length === 0 || (problem !== null && UNDER_WAY.has(problem.code))) return;
  const applied = await tx.runs.appliedItems(items.map((item) => item.id));
  for (const item of items) {
    await tx.runs.updateItems([item.id], { outcome: outcomeOf(item, applied, problem, rejected), problem });
  }
}

function outcomeOf(
  item: RunItemRow,
  applied: ReadonlySet<string>,
  problem: ProblemView | null,
  rejected: boolean,
): RunItemRow['outcome'] {
  if (rejected || (problem !== null && problem.code !== 'CONFLICT' && FAILURES.has(problem.code)))
    return 'FAILED';
  return applied.has(item.id) ? 'APPLIED' : 'SKIPPED';
}
