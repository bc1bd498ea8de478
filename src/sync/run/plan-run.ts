import type { AbsenceProof } from '../../driver/absence-proof';
import { currentHold, holdText, type Hold } from '../../driver/guard/hold';
import type { FleetState } from '../../driver/fleet/fleet-state';
import { decideIdentityChanges, judgeMassChange } from '../../driver/guard/guards';
import type { GpsId } from '../../driver/ids';
import type { SyncAction } from '../../driver/plan/driver-plan';
import { changesIdentity } from '../../driver/plan/identity-change';
import type { RunTotals } from '../../gateway/views/run-view';
import type { AccountOwner } from '../account/account-owner';
import type { SettledPair } from '../ports/link-store';
import type { RemovalRow } from '../ports/removal-store';
import type { HeldFor, NewRunItem, RunRow } from '../ports/run-store';
import type { WorkRow } from '../ports/work-store';
import { judgeInferred } from '../reconcile/permit-removals';
import { rulesOf } from '../reconcile/look';
import { pairOf } from '../reconcile/settle';
import { planInSlices, type PlannedItem } from './plan-slices';

/** The plan of a whole run, guards applied: what it would do, and what waits for a person. */
export interface RunPlan {
  readonly items: readonly NewRunItem[];
  readonly totals: RunTotals;
  /** Above a quarter of the linked drivers change: a warning; well above: everything is held. */
  readonly massChange: 'ok' | 'warn' | 'hold';
}

const TOTAL_OF: { readonly [Action in SyncAction]?: keyof RunTotals } = {
  CREATE: 'create',
  REINSTATE: 'reinstate',
  LINK: 'link',
  RENAME: 'rename',
  UPDATE: 'update',
  REMOVE: 'remove',
  CONFLICT: 'conflict',
};

const NO_TOTALS: RunTotals = {
  create: 0,
  reinstate: 0,
  link: 0,
  rename: 0,
  update: 0,
  remove: 0,
  unchanged: 0,
  conflict: 0,
  applied: 0,
  failed: 0,
  held: 0,
};

/**
 * Plans the drivers of a run from the rosters as they are. Drivers that both rosters and the link show to be settled are only
 * counted (R15); the others are planned in slices. Says what the guards hold. Nothing is written but that a driver with which
 * there is nothing to do is settled under today's rules: after an upgrade, the first run plans everybody, and the next one does
 * not. A dry run writes nothing at all.
 */
export async function planRun(
  owner: AccountOwner,
  run: Pick<RunRow, 'kind' | 'scope'> & { readonly dryRun?: boolean },
): Promise<RunPlan> {
  const { ids, settled } = await driversOf(owner, run);
  const equal = run.dryRun === false ? settleEqual(owner) : NOT_SETTLED;
  const planned = await planInSlices(owner, ids, equal.add);
  await equal.flush();
  const facts = await factsAbout(owner, planned);
  return guardedPlan(owner, run, planned, facts, ids.length + settled);
}

/**
 * The plan of an INITIAL run in portals that the account has not adopted: nothing is known of them but what they list, so that
 * no removal and no hold is there yet. `drivers`: how many were planned.
 */
export function planOfStrangers(
  owner: AccountOwner,
  planned: readonly PlannedItem[],
  drivers: number,
  linked: number,
): RunPlan {
  const facts: Facts = {
    linked,
    removals: new Map(),
    work: new Map(),
    gpsVersions: new Map(),
    lastListedAt: new Map(),
    inferredAllowed: false,
  };
  return guardedPlan(owner, { kind: 'INITIAL' }, planned, facts, drivers);
}

function guardedPlan(
  owner: AccountOwner,
  run: Pick<RunRow, 'kind'>,
  planned: readonly PlannedItem[],
  facts: Facts,
  drivers: number,
): RunPlan {
  const withheld = holdRules(owner, run, planned, facts);
  const now = owner.context.clock.now();
  const items = planned.map((item) => toRunItem(item, withheld.of(item), facts, now));
  return { items, totals: totalsOf(items, drivers), massChange: withheld.massChange };
}

/** How many drivers one transaction settles. */
const SETTLED_AT_ONCE = 1_000;

interface EqualDrivers {
  readonly add: (fleet: FleetState, ids: readonly GpsId[]) => Promise<void>;
  readonly flush: () => Promise<void>;
}

const NOT_SETTLED: EqualDrivers = { add: () => Promise.resolve(), flush: () => Promise.resolve() };

/** A row that changes meanwhile has another version, so that its pair is settled no more: nothing needs to be locked. */
function settleEqual(owner: AccountOwner): EqualDrivers {
  let waiting: Omit<SettledPair, 'rules'>[] = [];
  const flush = async (): Promise<void> => {
    const pairs = waiting;
    waiting = [];
    if (pairs.length === 0) return;
    await owner.transaction('bulk', async (tx, state) => {
      const rules = rulesOf(owner.account, state);
      await tx.links.settle(pairs.map((pair) => ({ ...pair, rules })));
    });
  };
  return {
    async add(fleet, ids) {
      for (const gpsId of ids) {
        const pair = pairOf(fleet, owner.account, gpsId);
        if (pair !== null) waiting.push({ gpsId, ...pair });
      }
      if (waiting.length >= SETTLED_AT_ONCE) await flush();
    },
    flush,
  };
}

async function driversOf(
  owner: AccountOwner,
  run: Pick<RunRow, 'scope'>,
): Promise<{ readonly ids: readonly GpsId[]; readonly settled: number }> {
  if (run.scope !== null) return { ids: run.scope, settled: 0 };
  return owner.read('bulk', async (tx) =>
    tx.rosters.unsettled(rulesOf(owner.account, await tx.account.read())),
  );
}

/** What the guards' rules depend on besides the plan. */
interface Facts {
  readonly linked: number;
  readonly removals: ReadonlyMap<GpsId, RemovalRow>;
  readonly work: ReadonlyMap<GpsId, WorkRow>;
  /** Versions of the GPS rows, by which rejections last. */
  readonly gpsVersions: ReadonlyMap<GpsId, string>;
  /** When GPS last listed the drivers that are to be removed. */
  readonly lastListedAt: ReadonlyMap<GpsId, number | null>;
  readonly inferredAllowed: boolean;
}

async function factsAbout(owner: AccountOwner, planned: readonly PlannedItem[]): Promise<Facts> {
  const removing = planned.filter((item) => item.action === 'REMOVE').map((item) => item.gpsId);
  const moving = planned
    .filter((item) => item.steps.length > 0 || item.suspicion !== undefined)
    .map((item) => item.gpsId);
  return owner.read('bulk', async (tx) => {
    const removals = await tx.removals.openOf(removing);
    // Removals that are not proposed yet count as well: all that are planned, are planned at one time.
    const unproposed = removing.filter((id) => !removals.has(id)).length;
    const work = await tx.work.rows(moving);
    const withHold = moving.filter((id) => (work.get(id)?.hold ?? null) !== null);
    const seen = [...new Set([...withHold, ...removing])];
    const gps = seen.length === 0 ? new Map<GpsId, never>() : await tx.rosters.gpsDrivers(seen);
    const verdict = await judgeInferred(tx, owner.account, owner.context.clock.now(), unproposed);
    return {
      linked: (await tx.rosters.counts()).linked,
      removals,
      work,
      gpsVersions: new Map([...gps].map(([id, { entry }]) => [id, entry.version])),
      lastListedAt: new Map([...gps].map(([id, { entry }]) => [id, entry.lastListedAt])),
      inferredAllowed: verdict.decision === 'allow',
    };
  });
}

/** Why an item does not go by itself: it waits for a person, or a person has rejected it. */
type Withheld = HeldFor | 'rejected' | null;

function holdRules(
  owner: AccountOwner,
  run: Pick<RunRow, 'kind'>,
  planned: readonly PlannedItem[],
  facts: Facts,
): { readonly of: (item: PlannedItem) => Withheld; readonly massChange: RunPlan['massChange'] } {
  const { guards } = owner.account;
  const isInitial = run.kind === 'INITIAL';
  const holdFor = ({ gpsId }: PlannedItem): Hold | null =>
    currentHold(facts.work.get(gpsId)?.hold ?? null, facts.gpsVersions.get(gpsId) ?? null);
  // What a person has decided against, and what waits on its own account, is no part of what happens at one time.
  const going = planned.filter(
    (item) => item.steps.length > 0 && item.suspicion === undefined && holdFor(item)?.state !== 'rejected',
  );
  const identity = decideIdentityChanges({
    limits: guards,
    linkedDrivers: facts.linked,
    pendingIdentityChanges: going.filter((item) => item.steps.some(changesIdentity)).length,
  });
  const writes = going.length;
  // On the first run nearly everything may differ: that is what the dry run before it is for.
  const massChange = isInitial
    ? 'ok'
    : judgeMassChange({ limits: guards, changed: writes, linked: facts.linked });
  const removal = (item: PlannedItem): Withheld => {
    const state = facts.removals.get(item.gpsId)?.state;
    if (state === 'rejected') return 'rejected';
    if (state === 'allowed' || state === 'approved' || state === 'sending') return null;
    return facts.inferredAllowed && !isInitial && state !== 'held' ? null : 'removal';
  };
  const of = (item: PlannedItem): Withheld => {
    const hold = holdFor(item);
    const isApproved = hold?.state === 'approved';
    const rejected = hold?.state === 'rejected' ? hold.kind : null;
    if (item.suspicion !== undefined && !isApproved)
      return rejected === 'suspicious' ? 'rejected' : 'suspicious-driver-id';
    if (item.steps.length === 0) return null;
    const own = item.action === 'REMOVE' ? removal(item) : null;
    if (own !== null) return own;
    const moves = item.steps.some(changesIdentity);
    if (rejected === 'mass-change' || (rejected === 'identity' && moves)) return 'rejected';
    const isHeldIdentity = hold?.state === 'held' && hold.kind === 'identity';
    if (moves && !isApproved && (identity.decision === 'hold' || isHeldIdentity)) return 'identity';
    return massChange === 'hold' ? 'mass-change' : null;
  };
  return { of, massChange };
}

function toRunItem(item: PlannedItem, withheld: Withheld, facts: Facts, now: number): NewRunItem {
  const heldFor = withheld === 'rejected' ? null : withheld;
  const goes = withheld === null && item.steps.length > 0;
  return {
    gpsId: item.gpsId,
    driverName: item.driverName,
    action: item.action,
    rowNumber: item.row,
    steps: item.steps,
    changes: item.changes,
    reason: item.reason,
    outcome: heldFor !== null ? 'HELD' : goes ? 'PENDING' : 'SKIPPED',
    heldFor,
    rejected: withheld === 'rejected',
    problem: item.problem === null ? null : { ...item.problem, since: now },
    generation: null,
    evidence: proofIn(item),
    lastSeenAt: item.action === 'REMOVE' ? (facts.lastListedAt.get(item.gpsId) ?? null) : null,
  };
}

function proofIn({ steps }: PlannedItem): AbsenceProof | null {
  const removal = steps.find((step) => step.kind === 'remove');
  return removal === undefined ? null : removal.proof;
}

/** What a person rejected before is not counted. */
function totalsOf(items: readonly NewRunItem[], drivers: number): RunTotals {
  const counts = { ...NO_TOTALS } as { -readonly [Key in keyof RunTotals]: RunTotals[Key] }; // counted up here only
  let changed = 0;
  for (const item of items) {
    const key = TOTAL_OF[item.action];
    if (item.outcome === 'HELD') counts.held += 1;
    if (key === undefined || item.rejected) continue;
    counts[key] += 1;
    changed += 1;
  }
  return { ...counts, unchanged: Math.max(0, drivers - changed) };
}

/** The hold of drivers whose items a run holds. */
export const holdOf = (heldFor: HeldFor, run: RunRow['id']): string | null => {
  switch (heldFor) {
    case 'removal':
      return null; // the removal's own row says so
    case 'identity':
      return holdText({ state: 'held', kind: 'identity', run });
    case 'mass-change':
      return holdText({ state: 'held', kind: 'mass-change', run });
    case 'suspicious-driver-id':
      return holdText({ state: 'held', kind: 'suspicious', run });
  }
};
