import { PortalError } from '../driver/portal-error';
import { changesIdentity } from '../driver/identity-change';
import type { GpsId, RunId } from '../driver/ids';
import { cancelWaiting } from './hold-run';
import { ingestDriveri } from './ingest-driveri';
import { ingestGpsListing } from './ingest-gps';
import { holdOfEverything, tellOfMassChange } from './hold-mass-change';
import { noteFailure, portalTitle } from './portal-health';
import { planRun, type RunPlan } from './run-plan';
import { proveAbsence } from './prove-absence';
import { accountOf, type SyncAccount, type SyncContext } from './sync-context';
import type { NewEvent, NewRunItem, RunRow, SyncTransaction } from './sync-store';
import type { ProblemView } from './views';

/** At most so many missing drivers are read one by one before a plan is made; more wait for the second roster. */
const MOST_PROOFS = 50;

/**
 * Carries a run on from wherever it stands: reads both portals completely, plans, applies the guards, stores the items, and
 * marks the drivers that differ; reconciling does the rest. A worker that dies is taken over here, and starts the planning
 * again. A dry run ends as PLANNED.
 */
export async function carryOnRun(context: SyncContext, run: RunRow): Promise<void> {
  const account = accountOf(context, run.account);
  if (run.status === 'RUNNING') return finishRun(context, account, run);
  try {
    const shrunk = await readBothPortals(context, account, run);
    if (shrunk !== null && !run.acceptShrunk) return await awaitShrunk(context, account, run, shrunk);
    await proveMissing(context, account);
    await storePlan(context, account, run);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    await noteFailure(context, account.id, error);
    await failRun(context, account, run, error);
  }
}

async function readBothPortals(
  context: SyncContext,
  account: SyncAccount,
  run: RunRow,
): Promise<{ readonly code: string; readonly reason: string } | null> {
  const gps = await account.gps.listDrivers({ urgency: 'bulk' });
  const { incomplete } = await ingestGpsListing(context, account, gps, run.acceptShrunk);
  const driveri = await account.driveri.listDrivers({ urgency: 'bulk' });
  await ingestDriveri(context, account, driveri, true);
  return incomplete;
}

async function proveMissing(context: SyncContext, account: SyncAccount): Promise<void> {
  const index = await context.store.read(account.id, (tx) => tx.rosters.gpsIndex());
  const missing = index.filter((entry) => entry.presence === 'missing').slice(0, MOST_PROOFS);
  for (const entry of missing) await proveAbsence(context, account, entry.gpsId);
}

async function awaitShrunk(
  context: SyncContext,
  account: SyncAccount,
  run: RunRow,
  shrunk: { readonly code: string; readonly reason: string },
): Promise<void> {
  const now = context.clock.now();
  const problem: ProblemView = {
    code: shrunk.code,
    message: shrunk.reason,
    hint: 'Approve the run if the fleet really is that small now: this becomes the new baseline. Otherwise cancel it, and check what the GPS user may see.',
    since: now,
  };
  await context.store.transaction(account.id, async (tx) => {
    await tx.runs.update(
      run.id,
      run.dryRun ? { status: 'FAILED', problem, finishedAt: now } : { status: 'AWAITING_APPROVAL', problem },
    );
    await tx.events.append([runEvent(run, 'REMOVALS_HELD', now, `The run waits: ${shrunk.reason}`)]);
  });
}

async function storePlan(context: SyncContext, account: SyncAccount, run: RunRow): Promise<void> {
  await context.store.transaction(account.id, async (tx) => {
    const state = await tx.account.lockExclusive();
    const now = context.clock.now();
    const current = await tx.runs.byId(run.id);
    if (current?.status !== 'PLANNING') return;
    const plan = await planRun(tx, account, run, now);
    await tx.runs.addItems(run.id, plan.items);
    if (run.dryRun) {
      await tx.runs.update(run.id, { status: 'PLANNED', plannedAt: now, totals: plan.totals });
      return;
    }
    if (!state.enabled) {
      await tx.runs.update(run.id, {
        status: 'CANCELLED',
        plannedAt: now,
        finishedAt: now,
        totals: plan.totals,
      });
      return;
    }
    // What was held while this run was reading the portals is in its plan as well, held still.
    if (run.scope === null) await cancelWaiting(tx, now);
    await tx.runs.update(run.id, {
      status: 'RUNNING',
      plannedAt: now,
      deadlineAt: now + context.settings.runDeadlineMs,
      totals: plan.totals,
    });
    const events = await startItems(tx, run, plan, now);
    await tx.events.append(events);
  });
  await enqueuePending(context, account, run.id);
}

/** Marks the drivers whose items may go, and holds the others. The run itself writes nothing to Driveri. */
async function startItems(
  tx: SyncTransaction,
  run: RunRow,
  plan: RunPlan,
  now: number,
): Promise<readonly NewEvent[]> {
  const pending = plan.items.filter((item) => item.outcome === 'PENDING').map((item) => item.gpsId);
  // A mass change that is none any more waits no longer; who changes identity is decided on by the cap of its own.
  await tx.work.setIdentityHold(
    plan.items.filter(isFreeOfHolds).map((item) => item.gpsId),
    null,
  );
  await markItems(tx, run.id, pending, now);
  // Who only has a problem is looked at as well: the driver shows it, and it is told of, by the same road as any other.
  const problems = plan.items.filter((item) => item.outcome === 'SKIPPED' && item.problem !== null);
  await tx.work.touch(
    problems.map((item) => item.gpsId),
    now,
  );
  const held = plan.items.filter((item) => item.outcome === 'HELD');
  const identity = held.filter((item) => item.heldFor !== 'removal').map((item) => item.gpsId);
  await tx.work.setIdentityHold(identity, plan.massChange === 'hold' ? holdOfEverything(run.id) : run.id);
  await holdRemovalsOf(
    tx,
    run.id,
    held.filter((item) => item.heldFor === 'removal').map((item) => item.gpsId),
    now,
  );
  await tx.drivers.refresh(
    plan.items.map((item) => item.gpsId),
    [],
    now,
  );
  const events: NewEvent[] = [];
  if (held.length > 0) {
    events.push(runEvent(run, 'REMOVALS_HELD', now, `${held.length} item(s) of the run wait for approval`));
  }
  events.push(...(await tellOfMassChange(tx, plan, now)));
  return events;
}

const isFreeOfHolds = (item: NewRunItem): boolean =>
  item.outcome === 'PENDING' && !item.steps.some(changesIdentity);

/** Touches drivers and remembers in their items which generation the run asked for. */
export async function markItems(
  tx: SyncTransaction,
  run: RunId,
  ids: readonly GpsId[],
  now: number,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.work.touch(ids, now);
  await tx.runs.setItemGenerations(run, await tx.work.generations(ids));
}

async function holdRemovalsOf(
  tx: SyncTransaction,
  run: RunId,
  ids: readonly GpsId[],
  now: number,
): Promise<void> {
  for (const id of ids) {
    const removal = await tx.removals.openOf(id);
    if (removal !== null) await tx.removals.setState([removal.id], 'held', now, run);
  }
}

/** Tells the queue of a run's pending drivers: behind single edits. The relay would find them anyway. */
export async function enqueuePending(context: SyncContext, account: SyncAccount, run: RunId): Promise<void> {
  const items = await context.store.read(account.id, (tx) => tx.runs.items(run));
  const pending = items.filter((item) => item.outcome === 'PENDING' && item.generation !== null);
  await context.queue.enqueueMany(
    pending.map((item) => ({ account: account.id, gpsId: item.gpsId, priority: 'run' as const })),
  );
}

async function failRun(
  context: SyncContext,
  account: SyncAccount,
  run: RunRow,
  error: PortalError,
): Promise<void> {
  const now = context.clock.now();
  const problem: ProblemView = {
    code: error.kind === 'incomplete' ? 'LISTING_INCOMPLETE' : 'PORTAL_NOT_READ',
    message: `${portalTitle(error.portal)} could not be read: ${error.message}`,
    hint: 'Nothing was changed. Start the run again when the portal answers; the daily run comes by itself.',
    since: now,
  };
  await context.store.transaction(account.id, async (tx) => {
    await tx.runs.update(run.id, { status: 'FAILED', problem, finishedAt: now });
    await tx.events.append([runEvent(run, 'RUN_FINISHED', now, `The run failed: ${problem.message}`)]);
  });
}

/** Ends a run when no item is pending, or its time is up. What a guard holds keeps it AWAITING_APPROVAL. */
export async function finishRun(context: SyncContext, account: SyncAccount, run: RunRow): Promise<void> {
  await context.store.transaction(account.id, async (tx) => {
    const now = context.clock.now();
    const current = await tx.runs.byId(run.id);
    if (current?.status !== 'RUNNING') return;
    if (current.deadlineAt !== null && current.deadlineAt <= now) await giveUpPending(tx, run.id, now);
    const counts = await tx.runs.outcomeCounts(run.id);
    if (counts.PENDING > 0) return;
    const totals = { ...current.totals, applied: counts.APPLIED, failed: counts.FAILED, held: counts.HELD };
    if (counts.HELD > 0) {
      await tx.runs.update(run.id, { status: 'AWAITING_APPROVAL', totals });
      return;
    }
    const status = counts.FAILED > 0 || totals.conflict > 0 ? ('PARTIAL' as const) : ('SUCCEEDED' as const);
    await tx.runs.update(run.id, { status, totals, finishedAt: now });
    const message = `The run has finished: ${counts.APPLIED} applied, ${counts.FAILED} failed, ${totals.conflict} in conflict`;
    await tx.events.append([runEvent(current, 'RUN_FINISHED', now, message)]);
  });
}

async function giveUpPending(tx: SyncTransaction, run: RunId, now: number): Promise<void> {
  const late = (await tx.runs.items(run)).filter((item) => item.outcome === 'PENDING').map((item) => item.id);
  const problem: ProblemView = {
    code: 'RUN_DEADLINE',
    message: 'The driver did not settle before the deadline of the run',
    hint: 'The driver itself goes on being tried: look at its own sync state.',
    since: now,
  };
  await tx.runs.updateItems(late, { outcome: 'FAILED', problem });
}

/** An event about a run. */
export function runEvent(
  run: Pick<RunRow, 'id' | 'requestedBy'>,
  type: NewEvent['type'],
  at: number,
  message: string,
): NewEvent {
  return { type, at, runId: run.id, actor: run.requestedBy, message };
}
