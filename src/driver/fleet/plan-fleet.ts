import type { DriverPlan, DriverStep, FieldChange, PlanProblem, SyncAction } from '../plan/driver-plan';
import type { FleetState } from './fleet-state';
import type { GpsId } from '../ids';
import { planDriver } from '../plan/plan-driver';

/** What a run will do for one driver, from the first step to the last. */
export interface FleetPlanItem {
  readonly gpsId: GpsId;
  /** The row of the design's table that gave the headline. */
  readonly row: number;
  /** The headline: the first step that changes who somebody is; UPDATE when there is none; CONFLICT when it ends in one. */
  readonly action: SyncAction;
  /** In order. A circle's one step stands with everybody whom it moves. */
  readonly steps: readonly DriverStep[];
  /** Merged over all steps: from what stands now to what will stand in the end. */
  readonly changes: readonly FieldChange[];
  readonly reason: string;
  /** What will still be wrong when all steps are done. */
  readonly problem: PlanProblem | null;
  /** Why the DriverID that it ends with is no fit identity; left out when it is fit. */
  readonly suspicion?: string;
}

/** How many of the planned drivers have which headline. Waiting ones, and those only forgotten, count as unchanged. */
export interface PlanTotals {
  readonly create: number;
  readonly reinstate: number;
  readonly link: number;
  readonly rename: number;
  readonly update: number;
  readonly remove: number;
  readonly unchanged: number;
  readonly conflict: number;
}

/** The plan for a fleet: a value, without effects. */
export interface FleetPlan {
  /** Every planned driver with a step or a problem, in the order in which they can be carried out. */
  readonly items: readonly FleetPlanItem[];
  readonly totals: PlanTotals;
  /** The state that carrying out the whole plan would leave. */
  readonly result: FleetState;
}

/** More passes than any driver needs; a plan that never comes to an end is cut here, and the daily run tells. */
const MOST_PASSES = 32;

/**
 * Plans every GPS driver, or those in `scope`: with the same `planDriver` as a live change, holders first, each against the
 * state that the earlier steps leave (design, 3.5). Who waited is planned again after its holder. Drivers outside the scope
 * are seen, and stay as they are. `fleet` is not changed. The order in which drivers are listed does not matter for the
 * state in the end.
 */
export function planFleet(fleet: FleetState, scope?: ReadonlySet<GpsId>): FleetPlan {
  const planning = new FleetPlanning(fleet.copy(), (id) => scope === undefined || scope.has(id));
  for (const id of fleet.gpsIds()) planning.plan(id);
  return planning.finish();
}

/** How many drivers are planned between two pauses. */
const BETWEEN_PAUSES = 200;

/** The same for every driver, with a pause now and then: planning a large fleet takes seconds. */
export async function planFleetInTurns(fleet: FleetState, pause: () => Promise<void>): Promise<FleetPlan> {
  const planning = new FleetPlanning(fleet.copy(), () => true);
  for (const [index, id] of fleet.gpsIds().entries()) {
    planning.plan(id);
    if (index % BETWEEN_PAUSES === 0) await pause();
  }
  return planning.finish();
}

/** What has been planned for one driver so far. */
interface Draft {
  readonly passes: DriverPlan[];
  last: DriverPlan;
}

class FleetPlanning {
  private readonly drafts = new Map<GpsId, Draft>();
  private readonly planned = new Map<GpsId, number>();

  constructor(
    private readonly state: FleetState,
    private readonly inScope: (id: GpsId) => boolean,
  ) {}

  /** Plans the driver, its holders before it, and after it everybody whom its steps concern and who was planned already. */
  plan(id: GpsId): void {
    if (!this.inScope(id) || this.planned.has(id)) return;
    const again: GpsId[] = [];
    for (const next of this.chainFrom(id).reverse()) again.push(...this.settle(next));
    // Whoever comes up here has been planned before: settling one may bring up others, but steps run out.
    for (let next = again.pop(); next !== undefined; next = again.pop()) again.push(...this.settle(next));
  }

  finish(): FleetPlan {
    const items: FleetPlanItem[] = [];
    for (const [gpsId, draft] of this.drafts) {
      if (draft.passes.length > 0 || draft.last.problem !== null) items.push(toItem(gpsId, draft));
    }
    return { items, totals: count(items, this.planned.size), result: this.state };
  }

  /** The driver, the holder of what it wants, that one's, and so on, as far as they are still to be planned. */
  private chainFrom(id: GpsId): GpsId[] {
    const chain = new Set<GpsId>();
    for (let at: GpsId | null = id; at !== null && !chain.has(at);) {
      if (!this.inScope(at) || this.planned.has(at)) break;
      chain.add(at);
      const wanted = this.state.wanted(at);
      at = wanted.state === 'known' ? this.state.holderOf(wanted.value) : null;
    }
    return [...chain];
  }

  /** Plans one driver step by step to the end; answers the planned ones whose plan may have changed by it. */
  private settle(id: GpsId): readonly GpsId[] {
    const concerned = new Set<GpsId>();
    for (let passes = this.planned.get(id) ?? 0; passes < MOST_PASSES;) {
      passes += 1;
      this.planned.set(id, passes);
      const plan = planDriver(this.state.situationOf(id));
      this.record(id, plan);
      if (plan.step.kind === 'none') break;
      // Held until a person decides: nobody else's plan may build on it.
      if (plan.suspicion !== undefined && !KEEPS_IDENTITY.has(plan.step.kind)) break;
      this.creditMoves(id, plan);
      for (const other of this.state.applyStep(id, plan.step)) concerned.add(other);
      if (plan.step.kind === 'forget') break;
    }
    return [...concerned].filter((other) => this.planned.has(other));
  }

  private record(id: GpsId, plan: DriverPlan): void {
    const draft = this.drafts.get(id) ?? { passes: [], last: plan };
    draft.last = plan;
    if (plan.step.kind !== 'none') draft.passes.push(plan);
    this.drafts.set(id, draft);
  }

  /** A step that moves links of others is theirs as well: they are linked by it, and their items must say so. */
  private creditMoves(id: GpsId, plan: DriverPlan): void {
    if (plan.step.kind !== 'link') return;
    for (const move of plan.step.moves) {
      if (move.gpsId === id || !this.inScope(move.gpsId)) continue;
      const from = this.state.link(move.gpsId)?.driverId ?? null;
      this.record(move.gpsId, {
        ...plan,
        action: 'LINK',
        changes: [{ field: 'driverId', from, to: move.to }],
      });
    }
  }
}

/** Steps that go on while a DriverID waits for approval. */
const KEEPS_IDENTITY: ReadonlySet<DriverStep['kind']> = new Set(['update', 'reinstate', 'remove', 'forget']);

function toItem(gpsId: GpsId, { passes, last }: Draft): FleetPlanItem {
  const headline = headlineOf(passes, last);
  return {
    gpsId,
    row: headline.row,
    action: headline.action,
    steps: passes.map((plan) => plan.step),
    changes: mergeChanges(passes.flatMap((plan) => plan.changes)),
    reason: headline.reason,
    problem: last.problem,
    ...(last.suspicion === undefined ? {} : { suspicion: last.suspicion }),
  };
}

/** Actions that say nothing about who somebody is. */
const MINOR: ReadonlySet<SyncAction> = new Set(['NONE', 'UPDATE', 'CONFLICT']);

function headlineOf(passes: readonly DriverPlan[], last: DriverPlan): DriverPlan {
  if (last.action === 'CONFLICT') return last;
  return (
    passes.find((plan) => !MINOR.has(plan.action)) ?? passes.find((plan) => plan.action === 'UPDATE') ?? last
  );
}

/** One change per field, from the first value to the last; none when it comes out as it was. */
function mergeChanges(changes: readonly FieldChange[]): readonly FieldChange[] {
  const merged = new Map<string, FieldChange>();
  for (const change of changes) {
    const first = merged.get(change.field);
    merged.set(change.field, first === undefined ? change : { ...change, from: first.from });
  }
  return [...merged.values()].filter(({ from, to }) => from !== to);
}

function count(items: readonly FleetPlanItem[], planned: number): PlanTotals {
  const of = (action: SyncAction): number => items.filter((item) => item.action === action).length;
  const changed = {
    create: of('CREATE'),
    reinstate: of('REINSTATE'),
    link: of('LINK'),
    rename: of('RENAME'),
    update: of('UPDATE'),
    remove: of('REMOVE'),
    conflict: of('CONFLICT'),
  };
  const sum = Object.values(changed).reduce((total, number) => total + number, 0);
  return { ...changed, unchanged: planned - sum };
}
