import { PortalError } from '../../driver/ports/portal-error';
import type { GpsId, RunId } from '../../driver/ids';
import type { ProblemView } from '../../gateway/views/problem-view';
import type { AccountOwner } from '../account/account-owner';
import { clearHealth, noteFailure, portalTitle, RUN_WAITS, setHealth } from '../account/portal-health';
import { listGps } from '../observe/poll-gps';
import { listDriveri } from '../observe/read-driveri';
import { chunksOf } from '../../platform/chunks-of';
import { proveMissing } from '../observe/prove-absence';
import type { NewEvent } from '../ports/event-log';
import type { NewRunItem, RunRow } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { changesIdentity } from '../../driver/plan/identity-change';
import { finishRun } from './finish-run';
import { cancelWaiting } from './hold-run';
import { massChangeHealth } from './mass-change-health';
import { holdOf, planRun, type RunPlan } from './plan-run';
import { runEvent } from './run-event';

/** How many rows one transaction marks. */
const CHUNK = 500;

/** Carries on every run that is open, from wherever it stands: one that is planned only marks drivers, the turn does the rest. */
export async function carryOnRuns(owner: AccountOwner): Promise<void> {
  const runs = await owner.read('bulk', (tx) => tx.runs.open());
  const now = owner.context.clock.now();
  for (const run of runs) {
    if (run.status === 'RUNNING') await goOn(owner, run);
    else if (run.notBefore <= now || run.notBefore > now + MOST_AHEAD_MS) await plan(owner, run);
  }
}

/** R18: no run waits longer for its turn. */
const MOST_AHEAD_MS = 2 * 3_600_000;

async function goOn(owner: AccountOwner, run: RunRow): Promise<void> {
  await markPending(owner, run.id);
  await finishRun(owner, run.id);
}

/**
 * Reads both portals completely, plans, applies the guards, stores the items, and marks the drivers that differ. A process that
 * dies is taken over here, and plans again. A dry run ends as PLANNED.
 */
async function plan(owner: AccountOwner, run: RunRow): Promise<void> {
  try {
    const { incomplete } = await listGps(owner, run.acceptShrunk);
    await listDriveri(owner);
    if (incomplete !== null && !run.acceptShrunk) return await awaitShrunk(owner, run, incomplete);
    await proveMissing(owner);
    await storePlan(owner, run, await planRun(owner, run));
  } catch (error) {
    if (!(error instanceof PortalError)) return await failByOwnError(owner, run, error);
    const { portal, operation, kind, causeInWords: reason } = error;
    owner.context.logger.warn(
      { account: owner.account.id, runId: run.id, portal, operation, kind, reason },
      'a run could not read a portal',
    );
    await noteFailure(owner.context, owner.account.id, error);
    await failRun(owner, run, {
      code: error.kind === 'incomplete' ? 'LISTING_INCOMPLETE' : 'PORTAL_NOT_READ',
      message: `${portalTitle(error.portal)} could not be read: ${error.message}`,
      hint: 'Nothing was changed by this run. A run of the whole account is tried again by itself after 5, 15 and 60 minutes.',
    });
  }
}

async function failByOwnError(owner: AccountOwner, run: RunRow, error: unknown): Promise<void> {
  if (!owner.held.holds()) throw error;
  owner.context.logger.error(
    { account: owner.account.id, runId: run.id, err: error },
    'a run could not be planned',
  );
  await failRun(owner, run, {
    code: 'INTERNAL',
    message: 'The gateway failed while it planned this run.',
    hint: `Nothing was changed. The log of the gateway has the cause, under run ${run.id}.`,
  });
}

async function awaitShrunk(
  owner: AccountOwner,
  run: RunRow,
  shrunk: { readonly code: string; readonly reason: string },
): Promise<void> {
  const now = owner.context.clock.now();
  const problem: ProblemView = {
    code: shrunk.code,
    message: shrunk.reason,
    hint: 'Approve the run if the fleet really is that small now: this becomes the new baseline. Otherwise cancel it, and check what the GPS user may see.',
    since: now,
  };
  await owner.transaction('bulk', async (tx) => {
    if ((await tx.runs.lock(run.id))?.status !== 'PLANNING') return;
    await tx.runs.update(
      run.id,
      run.dryRun ? { status: 'FAILED', problem, finishedAt: now } : { status: 'AWAITING_APPROVAL', problem },
    );
    await tx.events.append([runEvent(run, 'REMOVALS_HELD', now, `The run waits: ${shrunk.reason}`)]);
  });
}

/** Items go in while the run is still PLANNING; the last transaction lets it run. */
async function storePlan(owner: AccountOwner, run: RunRow, plan: RunPlan): Promise<void> {
  await owner.transaction('bulk', (tx) => tx.runs.clearItems(run.id));
  for (const chunk of chunksOf(plan.items, CHUNK)) {
    await owner.transaction('bulk', (tx) => tx.runs.addItems(run.id, chunk));
  }
  const runs = await owner.transaction('bulk', async (tx, state) => {
    const now = owner.context.clock.now();
    if ((await tx.runs.lock(run.id))?.status !== 'PLANNING') return false;
    const planned = { plannedAt: now, totals: plan.totals, problem: null };
    if (run.scope === null) await tx.events.append(await clearHealth(tx, now, [RUN_WAITS]));
    if (run.dryRun) {
      await tx.runs.update(run.id, { status: 'PLANNED', ...planned });
      await tx.runs.replaceDryRuns(run, now);
      return false;
    }
    if (!state.enabled) {
      await tx.runs.update(run.id, { status: 'CANCELLED', finishedAt: now, ...planned });
      return false;
    }
    // What was held while this run read the portals is in its plan as well, held still.
    if (run.scope === null) await cancelWaiting(tx, now);
    const deadlineAt = now + owner.context.settings.runDeadlineMs;
    await tx.runs.update(run.id, { status: 'RUNNING', deadlineAt, ...planned });
    // A run of a few drivers that changes little says nothing of the fleet.
    const isTold = run.scope === null || plan.massChange !== 'ok';
    const mass = isTold ? await massChangeHealth(tx, plan, now) : [];
    await tx.events.append([...heldEvents(run, plan, now), ...mass]);
    return true;
  });
  if (runs) await startItems(owner, run.id, plan);
}

function heldEvents(run: RunRow, plan: RunPlan, now: number): readonly NewEvent[] {
  const held = plan.items.filter((item) => item.outcome === 'HELD').length;
  if (held === 0) return [];
  return [runEvent(run, 'REMOVALS_HELD', now, `${held} item(s) of the run wait for approval`)];
}

/** Marks the drivers whose items may go, and holds the others. The run itself writes nothing to Driveri. */
async function startItems(owner: AccountOwner, run: RunId, plan: RunPlan): Promise<void> {
  for (const chunk of chunksOf(plan.items, CHUNK)) {
    await owner.transaction('bulk', async (tx) => {
      const now = owner.context.clock.now();
      // A mass change that is none any more waits no longer; changes of identity have a cap of their own.
      await tx.work.setHold(
        chunk.filter(isFreeOfHolds).map((item) => item.gpsId),
        null,
      );
      for (const heldFor of ['identity', 'mass-change', 'suspicious-driver-id'] as const) {
        const ids = chunk.filter((item) => item.heldFor === heldFor).map((item) => item.gpsId);
        await tx.work.setHold(ids, holdOf(heldFor, run));
      }
      const removals = chunk.filter((item) => item.heldFor === 'removal').map((item) => item.gpsId);
      const open = [...(await tx.removals.openOf(removals)).values()].map((row) => row.id);
      await tx.removals.move(open, ['proposed', 'held'], 'held', now, run);
      // A driver that only has a problem is looked at as well, so that it shows the problem.
      const problems = chunk.filter((item) => item.outcome === 'SKIPPED' && item.problem !== null);
      await tx.work.touch(
        problems.map((item) => item.gpsId),
        now,
      );
      await tx.drivers.refresh(
        chunk.map((item) => item.gpsId),
        [],
        now,
      );
    });
  }
  await markPending(owner, run);
  owner.wake();
}

const isFreeOfHolds = (item: NewRunItem): boolean =>
  item.outcome === 'PENDING' && !item.steps.some(changesIdentity);

/** Touches the drivers of pending items that are not marked yet, and remembers which generation the run asked for. */
export async function markPending(owner: AccountOwner, run: RunId): Promise<void> {
  const items = await owner.read('bulk', (tx) => tx.runs.items(run, ['PENDING']));
  const ids = items.filter((item) => item.generation === null).map((item) => item.gpsId);
  for (const chunk of chunksOf<GpsId>(ids, CHUNK)) {
    await owner.transaction('bulk', async (tx) => {
      await tx.work.touch(chunk, owner.context.clock.now());
      await tx.runs.noteGenerations(run, chunk);
    });
  }
  owner.wake();
}

/** How long a run of the whole account waits after each failure, before it is planned again; ms. */
const TRIED_AGAIN_AFTER_MS = [5 * 60_000, 15 * 60_000, 60 * 60_000] as const;

/**
 * A run of the whole account that could not be planned is planned again later, three times; one for some drivers, and a dry run,
 * answer the person who waits for them. Nothing is skipped in silence: health says so until a run has read both portals.
 */
async function failRun(owner: AccountOwner, run: RunRow, why: Omit<ProblemView, 'since'>): Promise<void> {
  const now = owner.context.clock.now();
  const problem = { ...why, since: now };
  const waitMs = run.dryRun || run.scope !== null ? undefined : TRIED_AGAIN_AFTER_MS[run.tries];
  await owner.transaction('bulk', async (tx) => {
    if ((await tx.runs.lock(run.id))?.status !== 'PLANNING') return;
    if (waitMs !== undefined) {
      await tx.runs.update(run.id, { problem, tries: run.tries + 1, notBefore: now + waitMs });
      await tx.events.append(await waitingHealth(tx, run, why.message, now + waitMs, now));
      return;
    }
    await tx.runs.update(run.id, { status: 'FAILED', problem, finishedAt: now });
    await tx.events.append([
      runEvent(run, 'RUN_FINISHED', now, `The run failed: ${why.message}`),
      ...(await clearHealth(tx, now, [RUN_WAITS])),
    ]);
  });
}

function waitingHealth(
  tx: SyncTransaction,
  run: RunRow,
  why: string,
  retryAt: number,
  now: number,
): Promise<readonly NewEvent[]> {
  return setHealth(tx, now, {
    code: RUN_WAITS,
    severity: 'degraded',
    message: `A ${run.kind} run could not be planned: ${why}. It is tried again at ${new Date(retryAt).toISOString()}.`,
    hint: 'Single changes go on meanwhile. If it stays, look at what the message says of the portal.',
    retryAt,
  });
}
