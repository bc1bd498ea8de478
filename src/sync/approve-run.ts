import { stalePlan } from '../driver/guards';
import type { GpsId, RunId } from '../driver/ids';
import { PortalError } from '../driver/portal-error';
import type { Actor, CommandResult } from './gateway-commands';
import { APPROVED } from './hold-identity-changes';
import { ingestDriveri } from './ingest-driveri';
import { ingestGpsListing } from './ingest-gps';
import { planRun } from './run-plan';
import { enqueuePending, markItems, runEvent } from './run-fleet';
import { accountOf, type SyncAccount, type SyncContext } from './sync-context';
import type { RunItemRow, RunRow, SyncTransaction } from './sync-store';

type Approved = CommandResult<RunId>;

const refuse = (code: string, message: string, field: readonly string[] = ['id']): Approved => ({
  value: null,
  userErrors: [{ code, message, field }],
});

/** How an approval differs when it comes with turning the sync on. */
export interface ApprovalOptions {
  readonly kind?: 'INITIAL';
  /** Runs in the transaction of the approval, before the drivers are marked: nothing of it happens when the plan is stale. */
  readonly before?: (tx: SyncTransaction) => Promise<void>;
}

/**
 * Applies a PLANNED dry run, or releases what is HELD in a run that is AWAITING_APPROVAL: all of it, or the given items. Both
 * portals are read again first; when planning again gives other actions or changes for these items, it is refused as
 * STALE_PLAN and nothing happens.
 */
export async function approveRun(
  context: SyncContext,
  actor: Actor,
  id: RunId,
  itemIds: readonly string[] | null,
  options: ApprovalOptions = {},
): Promise<Approved> {
  const account = accountOf(context, actor.account);
  const { run, state } = await context.store.transaction(account.id, async (tx) => ({
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
  if (run.status !== 'PLANNED' && run.status !== 'AWAITING_APPROVAL') {
    return refuse(
      'NOT_APPROVABLE',
      `The run is ${run.status}: only one that is PLANNED or AWAITING_APPROVAL can be approved.`,
    );
  }
  if (run.plannedAt === null && run.problem !== null) return acceptShrunk(context, account, run);
  try {
    await readAgain(context, account);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    return refuse(
      'PORTAL_UNAVAILABLE',
      `The plan cannot be checked now: ${error.message}. Try again when the portal answers.`,
    );
  }
  const result = await context.store.transaction(account.id, (tx) =>
    release(tx, context, account, actor, run, itemIds, options),
  );
  if (result.value !== null) await enqueuePending(context, account, id);
  return result;
}

async function readAgain(context: SyncContext, account: SyncAccount): Promise<void> {
  await ingestGpsListing(context, account, await account.gps.listDrivers());
  await ingestDriveri(context, account, await account.driveri.listDrivers(), true);
}

/** Approving a run that waits because the roster has shrunk accepts the new baseline: it is planned from there. */
async function acceptShrunk(context: SyncContext, account: SyncAccount, run: RunRow): Promise<Approved> {
  return context.store.transaction(account.id, async (tx) => {
    await tx.account.lockExclusive();
    if ((await tx.runs.active()).length > 0)
      return refuse('RUN_ACTIVE', 'Another run is active. Wait for its end, or cancel it.');
    await tx.runs.update(run.id, { status: 'PLANNING', acceptShrunk: true, problem: null });
    return { value: run.id, userErrors: [] };
  });
}

async function release(
  tx: SyncTransaction,
  context: SyncContext,
  account: SyncAccount,
  actor: Actor,
  run: RunRow,
  itemIds: readonly string[] | null,
  options: ApprovalOptions,
): Promise<Approved> {
  await tx.account.lockExclusive();
  const now = context.clock.now();
  const current = await tx.runs.byId(run.id);
  if (current?.status !== run.status)
    return refuse('NOT_APPROVABLE', 'The run has just been changed by somebody else. Look at it again.');
  const others = (await tx.runs.active()).filter((active) => active.id !== run.id);
  if (others.length > 0)
    return refuse('RUN_ACTIVE', 'Another run is active. Wait for its end, or cancel it.');
  const all = await tx.runs.items(run.id);
  const chosen = chooseItems(run, all, itemIds);
  if ('unknown' in chosen)
    return refuse('NOT_FOUND', `The run holds no such item: ${chosen.unknown.join(', ')}.`, ['items']);
  const stale = await staleItems(
    tx,
    account,
    run,
    chosen.items,
    now,
    itemIds !== null || run.status === 'AWAITING_APPROVAL',
  );
  if (stale.length > 0) {
    return refuse(
      'STALE_PLAN',
      `Planning again gives something else for ${stale.length} driver(s): ${namesOf(all, stale)}. Make a new dry run and look at it.`,
    );
  }
  await options.before?.(tx);
  await releaseItems(tx, run, chosen.items, now);
  if (run.status === 'PLANNED') await touchProblems(tx, all, now);
  await tx.runs.update(run.id, {
    status: 'RUNNING',
    dryRun: false,
    kind: options.kind ?? run.kind,
    requestedBy: run.requestedBy ?? actor.userId,
    deadlineAt: now + context.settings.runDeadlineMs,
  });
  await tx.events.append([
    runEvent(
      { id: run.id, requestedBy: actor.userId },
      'RUN_STARTED',
      now,
      `${chosen.items.length} item(s) of the run were approved`,
    ),
  ]);
  return { value: run.id, userErrors: [] };
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

/** Which of these drivers would be planned otherwise now. Of a whole dry run, also those who are new in the plan. */
async function staleItems(
  tx: SyncTransaction,
  account: SyncAccount,
  run: RunRow,
  items: readonly RunItemRow[],
  now: number,
  onlyThese: boolean,
): Promise<readonly GpsId[]> {
  const again = await planRun(tx, account, run, now);
  const wanted = new Set(items.map((item) => item.gpsId));
  const replanned = again.items.filter((item) =>
    onlyThese ? wanted.has(item.gpsId) : item.steps.length > 0,
  );
  // A held item that live work put there has no steps of its own: what it says is its action.
  const comparable = items.filter((item) => item.steps.length > 0);
  const bare = items.filter((item) => item.steps.length === 0);
  const bareStale = bare.filter(
    (item) => !again.items.some((other) => other.gpsId === item.gpsId && other.action === item.action),
  );
  const bareIds = new Set(bare.map((item) => item.gpsId));
  const compared = replanned.filter((item) => !bareIds.has(item.gpsId));
  return [...stalePlan(comparable, compared), ...bareStale.map((item) => item.gpsId)];
}

function namesOf(items: readonly RunItemRow[], ids: readonly GpsId[]): string {
  const names = ids.map((id) => items.find((item) => item.gpsId === id)?.driverName ?? `GPS driver ${id}`);
  return names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}

async function releaseItems(
  tx: SyncTransaction,
  run: RunRow,
  items: readonly RunItemRow[],
  now: number,
): Promise<void> {
  const ids = items.map((item) => item.gpsId);
  for (const item of items.filter((one) => one.action === 'REMOVE')) {
    const removal = await tx.removals.openOf(item.gpsId);
    if (removal !== null && removal.state !== 'allowed')
      await tx.removals.setState([removal.id], 'approved', now, run.id);
  }
  await tx.work.setIdentityHold(ids, APPROVED);
  await tx.runs.updateItems(
    items.map((item) => item.id),
    { outcome: 'PENDING', heldFor: null },
  );
  await markItems(tx, run.id, ids, now);
  await tx.drivers.refresh(ids, [], now);
}

/** Who only has a problem is looked at as well, as in a run that was never dry: so that the driver shows it. */
async function touchProblems(tx: SyncTransaction, items: readonly RunItemRow[], now: number): Promise<void> {
  const problems = items.filter((item) => item.outcome === 'SKIPPED' && item.problem !== null);
  await tx.work.touch(
    problems.map((item) => item.gpsId),
    now,
  );
}

/** Refuses HELD items for good: until the driver is seen again, or somebody asks again. */
export async function rejectItems(
  context: SyncContext,
  actor: Actor,
  id: RunId,
  itemIds: readonly string[],
): Promise<Approved> {
  const account = accountOf(context, actor.account);
  return context.store.transaction(account.id, async (tx) => {
    await tx.account.lockExclusive();
    const run = await tx.runs.byId(id);
    if (run === null) return refuse('NOT_FOUND', 'There is no such run. Take the id from `syncRuns`.');
    const held = (await tx.runs.items(id)).filter(
      (item) => item.outcome === 'HELD' && itemIds.includes(item.id),
    );
    const unknown = itemIds.filter((itemId) => !held.some((item) => item.id === itemId));
    if (unknown.length > 0)
      return refuse('NOT_FOUND', `The run holds no such item: ${unknown.join(', ')}.`, ['items']);
    const now = context.clock.now();
    for (const item of held) {
      const removal = await tx.removals.openOf(item.gpsId);
      if (item.action === 'REMOVE' && removal !== null)
        await tx.removals.setState([removal.id], 'rejected', now, id);
    }
    await tx.runs.updateItems(
      held.map((item) => item.id),
      { outcome: 'SKIPPED', rejected: true },
    );
    const counts = await tx.runs.outcomeCounts(id);
    if (run.status === 'AWAITING_APPROVAL' && counts.HELD === 0 && counts.PENDING === 0) {
      await tx.runs.update(id, { status: 'RUNNING', deadlineAt: now + context.settings.runDeadlineMs });
    }
    await tx.drivers.refresh(
      held.map((item) => item.gpsId),
      [],
      now,
    );
    await tx.events.append([
      runEvent(
        { id, requestedBy: actor.userId },
        'RUN_FINISHED',
        now,
        `${held.length} held item(s) were rejected`,
      ),
    ]);
    return { value: id, userErrors: [] };
  });
}

/** Cancels a run: what is pending is skipped; what was written stays. */
export async function cancelRun(context: SyncContext, actor: Actor, id: RunId): Promise<Approved> {
  const account = accountOf(context, actor.account);
  return context.store.transaction(account.id, async (tx) => {
    await tx.account.lockExclusive();
    const run = await tx.runs.byId(id);
    if (run === null) return refuse('NOT_FOUND', 'There is no such run. Take the id from `syncRuns`.');
    if (!['PLANNING', 'PLANNED', 'RUNNING', 'AWAITING_APPROVAL'].includes(run.status)) {
      return refuse('NOT_CANCELLABLE', `The run is ${run.status} already.`);
    }
    const now = context.clock.now();
    const pending = (await tx.runs.items(id))
      .filter((item) => item.outcome === 'PENDING')
      .map((item) => item.id);
    await tx.runs.updateItems(pending, { outcome: 'SKIPPED' });
    await tx.runs.update(id, { status: 'CANCELLED', finishedAt: now });
    await tx.events.append([
      runEvent({ id, requestedBy: actor.userId }, 'RUN_FINISHED', now, 'The run was cancelled'),
    ]);
    return { value: id, userErrors: [] };
  });
}
