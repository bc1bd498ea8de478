import { stalePlan } from '../../driver/guard/guards';
import { holdText } from '../../driver/guard/hold';
import type { GpsId, RunId } from '../../driver/ids';
import { changesIdentity } from '../../driver/plan/identity-change';
import { PortalError } from '../../driver/ports/portal-error';
import type { Actor, CommandResult } from '../../gateway/commands';
import type { AccountOwner } from '../account/account-owner';
import { listGps } from '../observe/poll-gps';
import { listDriveri } from '../observe/read-driveri';
import type { Decision, NewRunItem, RunItemRow, RunRow } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { massChangeDecided } from '../run/mass-change-health';
import { planRun } from '../run/plan-run';
import { decisionEvents, runEvent } from '../run/run-event';
import { planDifferences } from './plan-differences';

type Approved = CommandResult<RunId>;

const refuse = (code: string, message: string, field: readonly string[] = ['id']): Approved => ({
  value: null,
  userErrors: [{ code, message, field }],
});

/** How an approval differs when it comes with turning the sync on. */
export interface ApprovalOptions {
  readonly kind?: 'INITIAL';
  /** Runs in the transaction of the approval, before anything is released: nothing of it happens when the plan is stale. */
  readonly before?: (tx: SyncTransaction) => Promise<void>;
}

/**
 * Applies a PLANNED dry run, or releases what is HELD in a run that is AWAITING_APPROVAL or RUNNING: all of it, or these items. Both
 * portals are read again first; when planning again gives other actions or changes for these items, it is refused as
 * STALE_PLAN and nothing happens.
 */
export async function approveRun(
  owner: AccountOwner,
  actor: Actor,
  id: RunId,
  itemIds: readonly string[] | null,
  options: ApprovalOptions = {},
): Promise<Approved> {
  const { run, state } = await owner.read('urgent', async (tx) => ({
    run: await tx.runs.byId(id),
    state: await tx.account.read(),
  }));
  if (run === null) return refuse('NOT_FOUND', 'There is no such run. Take the id from `syncRuns`.');
  if (!state.enabled && options.before === undefined) {
    return refuse(
      'SYNC_OFF',
      'Driver Sync is off. The Master User turns it on with setDriverSync; pass this run as reviewedRun.',
    );
  }
  if (run.status !== 'PLANNED' && !isUnderWay(run)) {
    return refuse(
      'NOT_APPROVABLE',
      `The run is ${run.status}: only one that is PLANNED, AWAITING_APPROVAL or RUNNING can be approved.`,
    );
  }
  if (run.plannedAt === null && run.problem !== null) return acceptShrunk(owner, run);
  try {
    await listGps(owner);
    await listDriveri(owner);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    return refuse(
      'PORTAL_UNAVAILABLE',
      `The plan cannot be checked now: ${error.message}. Try again when the portal answers.`,
    );
  }
  return release(owner, actor, run, itemIds, options);
}

/** Approving a run that waits because the roster has shrunk accepts the new baseline: it is planned from there. */
function acceptShrunk(owner: AccountOwner, run: RunRow): Promise<Approved> {
  return owner.transaction('urgent', async (tx) => {
    if ((await tx.runs.active()).length > 0)
      return refuse('RUN_ACTIVE', 'Another run is active. Wait for its end, or cancel it.');
    await tx.runs.update(run.id, { status: 'PLANNING', acceptShrunk: true, problem: null });
    return { value: run.id, userErrors: [] };
  });
}

async function release(
  owner: AccountOwner,
  actor: Actor,
  run: RunRow,
  itemIds: readonly string[] | null,
  options: ApprovalOptions,
): Promise<Approved> {
  const all = await owner.read('urgent', (tx) => tx.runs.items(run.id));
  const chosen = chooseItems(run, all, itemIds);
  if ('unknown' in chosen)
    return refuse('NOT_FOUND', `The run holds no such item: ${chosen.unknown.join(', ')}.`, ['items']);
  if (run.status === 'RUNNING' && chosen.items.length === 0)
    return refuse('NOT_APPROVABLE', 'The run is RUNNING, and nothing of it is HELD.');
  const onlyThese = itemIds !== null || run.status !== 'PLANNED';
  const scope = onlyThese ? chosen.items.map((item) => item.gpsId) : run.scope;
  const again = await planRun(owner, { kind: options.kind ?? run.kind, scope });
  const stale = staleItems(chosen.items, again.items, onlyThese);
  if (stale.length > 0) {
    const refused = refuse('STALE_PLAN', staleMessage([...all, ...again.items], stale));
    return { ...refused, planDifferences: await planDifferences(owner, all, again.items, stale) };
  }
  return owner.transaction('urgent', async (tx) => {
    const now = owner.context.clock.now();
    const locked = await tx.runs.lock(run.id);
    if (locked === null || !(await isAsItWas(tx, run, locked, chosen.items)))
      return refuse('NOT_APPROVABLE', 'The run has just been changed by another person. Look at it again.');
    if ((await tx.runs.active()).some((active) => active.id !== run.id))
      return refuse('RUN_ACTIVE', 'Another run is active. Wait for its end, or cancel it.');
    await options.before?.(tx);
    const decision = { by: actor.userId, at: now, reason: null };
    await releaseItems(tx, run, chosen.items, decision);
    if (run.status === 'PLANNED') await touchProblems(tx, all, now);
    await tx.runs.update(run.id, {
      status: 'RUNNING',
      dryRun: false,
      kind: options.kind ?? run.kind,
      requestedBy: run.requestedBy ?? actor.userId,
      deadlineAt: now + owner.context.settings.runDeadlineMs,
    });
    const message = `${chosen.items.length} item(s) of the run were approved`;
    const decided = chosen.items.filter((item) => item.outcome === 'HELD');
    await tx.events.append([
      ...decisionEvents(run.id, decided, 'ITEM_APPROVED', decision),
      ...(await massChangeDecided(
        tx,
        decided.map(({ heldFor }) => heldFor),
        now,
      )),
      ...(locked.status === 'RUNNING'
        ? []
        : [runEvent({ id: run.id, requestedBy: actor.userId }, 'RUN_STARTED', now, message)]),
    ]);
    return { value: run.id, userErrors: [] };
  });
}

/** What is held of such a run can be decided: whether other items of it are being carried out does not matter. */
const isUnderWay = ({ status }: Pick<RunRow, 'status'>): boolean =>
  status === 'AWAITING_APPROVAL' || status === 'RUNNING';

/** In a transaction that has locked the run: nobody has started it, ended it, or decided about one of these items meanwhile. */
async function isAsItWas(
  tx: SyncTransaction,
  run: RunRow,
  locked: RunRow,
  items: readonly RunItemRow[],
): Promise<boolean> {
  if (!isUnderWay(run)) return locked.status === run.status;
  if (!isUnderWay(locked)) return false;
  const held = new Set((await tx.runs.items(run.id, ['HELD'])).map((item) => item.id));
  return items.every((item) => held.has(item.id));
}

function chooseItems(
  run: RunRow,
  all: readonly RunItemRow[],
  ids: readonly string[] | null,
): { readonly items: readonly RunItemRow[] } | { readonly unknown: readonly string[] } {
  const open = all.filter(
    (item) =>
      !item.rejected && (item.outcome === 'HELD' || (run.status === 'PLANNED' && item.outcome === 'PENDING')),
  );
  if (ids === null) return { items: open };
  const known = new Set(open.map((item) => item.id));
  const unknown = ids.filter((id) => !known.has(id));
  return unknown.length > 0 ? { unknown } : { items: open.filter((item) => ids.includes(item.id)) };
}

/**
 * Which of these drivers would be planned otherwise now. Of a whole dry run, also those that are new in the plan. What a person
 * rejected before does not matter.
 */
function staleItems(
  items: readonly RunItemRow[],
  again: readonly NewRunItem[],
  onlyThese: boolean,
): readonly GpsId[] {
  const wanted = new Set(items.map((item) => item.gpsId));
  const replanned = again.filter((item) =>
    onlyThese ? wanted.has(item.gpsId) : item.steps.length > 0 && !item.rejected,
  );
  // A held item that live work put there has no steps of its own: its action is what it says.
  const comparable = items.filter((item) => item.steps.length > 0);
  const bare = items.filter((item) => item.steps.length === 0);
  const bareStale = bare.filter(
    (item) => !again.some((other) => other.gpsId === item.gpsId && other.action === item.action),
  );
  const bareIds = new Set(bare.map((item) => item.gpsId));
  const compared = replanned.filter((item) => !bareIds.has(item.gpsId));
  return [...stalePlan(comparable, compared), ...bareStale.map((item) => item.gpsId)];
}

/** What a person reads whose plan would be another by now. */
export function staleMessage(
  items: readonly Pick<RunItemRow, 'gpsId' | 'driverName'>[],
  stale: readonly GpsId[],
): string {
  return `Planning again gives something else for ${stale.length} driver(s): ${namesOf(items, stale)}. Make a new dry run and look at it.`;
}

function namesOf(items: readonly Pick<RunItemRow, 'gpsId' | 'driverName'>[], ids: readonly GpsId[]): string {
  const names = ids.map((id) => items.find((item) => item.gpsId === id)?.driverName ?? `GPS driver ${id}`);
  return names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}

async function releaseItems(
  tx: SyncTransaction,
  run: RunRow,
  items: readonly RunItemRow[],
  decision: Decision,
): Promise<void> {
  const removing = items.filter((item) => item.action === 'REMOVE').map((item) => item.gpsId);
  const open = [...(await tx.removals.openOf(removing)).values()].map((row) => row.id);
  await tx.removals.move(open, ['proposed', 'held', 'rejected'], 'approved', decision.at, run.id);
  const holdable = items.filter((item) => item.heldFor !== null || item.steps.some(changesIdentity));
  await tx.work.setHold(
    holdable.filter((item) => item.heldFor !== 'removal').map((item) => item.gpsId),
    holdText({ state: 'approved' }),
  );
  const held = items.filter((item) => item.outcome === 'HELD');
  await tx.runs.updateItems(
    held.map((item) => item.id),
    { outcome: 'PENDING', heldFor: null, decision },
  );
  await tx.drivers.refresh(
    items.map((item) => item.gpsId),
    [],
    decision.at,
  );
}

/** A driver that only has a problem is looked at as well, as in a run that was never dry: so that it shows the problem. */
async function touchProblems(tx: SyncTransaction, items: readonly RunItemRow[], now: number): Promise<void> {
  const problems = items.filter((item) => item.outcome === 'SKIPPED' && item.problem !== null);
  await tx.work.touch(
    problems.map((item) => item.gpsId),
    now,
  );
}
