import type { SyncAction } from '../driver/driver-plan';
import { createFleetState, type FleetState } from '../driver/fleet-state';
import { decideIdentityChanges, judgeMassChange } from '../driver/guards';
import type { GpsId } from '../driver/ids';
import { changesIdentity } from '../driver/identity-change';
import { type FleetPlanItem, planFleet } from '../driver/plan-fleet';
import { gpsName } from './gps-changes';
import { APPROVED } from './hold-identity-changes';
import { policyOf } from './look-at-driver';
import { judgeInferred } from './propose-removal';
import type { SyncAccount } from './sync-context';
import type { HeldFor, NewRunItem, RunRow, SyncTransaction } from './sync-store';
import type { RunTotals } from './views';

/** The plan of a whole run, guards applied: what it would do, and what waits for a person. */
export interface RunPlan {
  readonly items: readonly NewRunItem[];
  readonly totals: RunTotals;
  /** Above a quarter of the linked drivers change: a warning; well above: everything is held. */
  readonly massChange: 'ok' | 'warn' | 'hold';
}

export const NO_TOTALS: RunTotals = {
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

const TOTAL_OF: { readonly [Action in SyncAction]?: keyof RunTotals } = {
  CREATE: 'create',
  REINSTATE: 'reinstate',
  LINK: 'link',
  RENAME: 'rename',
  UPDATE: 'update',
  REMOVE: 'remove',
  CONFLICT: 'conflict',
};

/**
 * In a transaction: plans every driver of the run from the rosters as they are, with the same `planDriver` as a single edit,
 * and says what the guards hold. Nothing is written.
 */
export async function planRun(
  tx: SyncTransaction,
  account: SyncAccount,
  run: Pick<RunRow, 'kind' | 'scope'>,
  now: number,
): Promise<RunPlan> {
  const state = await tx.account.read();
  const everything = await tx.rosters.everything();
  const fleet = createFleetState({ ...everything, policy: policyOf(account, state) });
  const plan = planFleet(fleet, run.scope === null ? undefined : new Set(run.scope));
  const hold = await holdRules(tx, account, run, plan.items, everything.links.length, now);
  const items = plan.items.map((item, position) => toRunItem(fleet, item, position, hold(item), now));
  return { items, totals: totalsOf(items, plan.totals.unchanged), massChange: hold.massChange };
}

/** Why an item does not go by itself: it waits for a person, or a person has rejected it for good. */
type Withheld = HeldFor | 'rejected';

type HoldRule = ((item: FleetPlanItem) => Withheld | null) & { readonly massChange: RunPlan['massChange'] };

async function holdRules(
  tx: SyncTransaction,
  account: SyncAccount,
  run: Pick<RunRow, 'kind'>,
  items: readonly FleetPlanItem[],
  linked: number,
  now: number,
): Promise<HoldRule> {
  const held = new Map<GpsId, Withheld>();
  await holdRemovalItems(tx, account, run, items, held, now);
  await holdIdentityItems(tx, account, items, linked, held);
  const writes = items.filter((item) => item.steps.length > 0);
  // On the first run nearly everything may differ: that is what the dry run before it is for.
  const massChange =
    run.kind === 'INITIAL'
      ? 'ok'
      : judgeMassChange({ limits: account.guards, changed: writes.length, linked });
  const rule = (item: FleetPlanItem): Withheld | null => {
    if (item.steps.length === 0) return null;
    return held.get(item.gpsId) ?? (massChange === 'hold' ? 'mass-change' : null);
  };
  return Object.assign(rule, { massChange });
}

async function holdRemovalItems(
  tx: SyncTransaction,
  account: SyncAccount,
  run: Pick<RunRow, 'kind'>,
  items: readonly FleetPlanItem[],
  held: Map<GpsId, Withheld>,
  now: number,
): Promise<void> {
  const removals = items.filter((item) => item.action === 'REMOVE');
  if (removals.length === 0) return;
  const verdict = await judgeInferred(tx, account, now);
  for (const item of removals) {
    const open = await tx.removals.openOf(item.gpsId);
    const isFree = open?.state === 'allowed' || open?.state === 'approved';
    const mayGo = verdict.decision === 'allow' && run.kind !== 'INITIAL';
    if (open?.state === 'rejected') held.set(item.gpsId, 'rejected');
    else if (!isFree && (!mayGo || open?.state === 'held')) held.set(item.gpsId, 'removal');
  }
}

async function holdIdentityItems(
  tx: SyncTransaction,
  account: SyncAccount,
  items: readonly FleetPlanItem[],
  linked: number,
  held: Map<GpsId, Withheld>,
): Promise<void> {
  const changes = items.filter((item) => item.steps.some(changesIdentity));
  const verdict = decideIdentityChanges({
    limits: account.guards,
    linkedDrivers: linked,
    pendingIdentityChanges: changes.length,
  });
  for (const item of changes) {
    const hold = (await tx.work.row(item.gpsId))?.identityHold ?? null;
    if (hold === APPROVED) continue;
    if (verdict.decision === 'hold' || hold !== null) held.set(item.gpsId, 'identity');
  }
}

function toRunItem(
  fleet: FleetState,
  item: FleetPlanItem,
  position: number,
  withheld: Withheld | null,
  now: number,
): NewRunItem {
  const heldFor = withheld === 'rejected' ? null : withheld;
  return {
    position,
    gpsId: item.gpsId,
    driverName: nameOf(fleet, item.gpsId),
    action: item.action,
    rowNumber: item.row,
    steps: item.steps,
    changes: item.changes,
    reason: item.reason,
    outcome: heldFor !== null ? 'HELD' : withheld === null && item.steps.length > 0 ? 'PENDING' : 'SKIPPED',
    heldFor,
    problem: item.problem === null ? null : { ...item.problem, since: now },
    generation: null,
  };
}

function nameOf(fleet: FleetState, id: GpsId): string {
  const { gps, x } = fleet.situationOf(id);
  if (gps.presence === 'present') return gpsName(gps.driver);
  const name = [x?.firstName, x?.lastName].filter((part) => (part ?? '') !== '').join(' ');
  return name !== '' ? name : (x?.driverId ?? `GPS driver ${id}`);
}

function totalsOf(items: readonly NewRunItem[], unchanged: number): RunTotals {
  const counts = { ...NO_TOTALS, unchanged } as { -readonly [Key in keyof RunTotals]: RunTotals[Key] }; // counted up here only
  for (const item of items) {
    const key = TOTAL_OF[item.action];
    if (key !== undefined) counts[key] += 1;
    if (item.outcome === 'HELD') counts.held += 1;
  }
  return counts;
}
