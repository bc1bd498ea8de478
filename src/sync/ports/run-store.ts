import type { AbsenceProof } from '../../driver/absence-proof';
import type { GpsId, RunId } from '../../driver/ids';
import type { DriverStep, FieldChange, SyncAction } from '../../driver/plan/driver-plan';
import type { ProblemView } from '../../gateway/views/problem-view';
import type { ItemOutcome, RunKind, RunStatus, RunTotals } from '../../gateway/views/run-view';

export interface RunRow {
  readonly id: RunId;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly dryRun: boolean;
  readonly requestedBy: string | null;
  /** Null: the whole account. */
  readonly scope: readonly GpsId[] | null;
  readonly startedAt: number;
  readonly plannedAt: number | null;
  readonly deadlineAt: number | null;
  readonly totals: RunTotals;
  readonly problem: ProblemView | null;
  readonly acceptShrunk: boolean;
  /** A run that is PLANNING is planned from this time on: it waits for its turn, or is tried again. */
  readonly notBefore: number;
  /** How often planning it has failed. */
  readonly tries: number;
  /** Fingerprint of the portals that a preview was planned from, where the account had not adopted them; null: from its rosters. */
  readonly connection: string | null;
}

/** Why a guard held an item. */
export type HeldFor = 'removal' | 'identity' | 'mass-change' | 'suspicious-driver-id';

export interface RunItemRow {
  readonly id: string;
  readonly runId: RunId;
  readonly position: number;
  readonly gpsId: GpsId;
  readonly driverName: string;
  readonly action: SyncAction;
  readonly rowNumber: number;
  readonly steps: readonly DriverStep[];
  readonly changes: readonly FieldChange[];
  readonly reason: string;
  readonly outcome: ItemOutcome;
  readonly heldFor: HeldFor | null;
  readonly rejected: boolean;
  readonly problem: ProblemView | null;
  readonly generation: number | null;
}

export type NewRunItem = Omit<RunItemRow, 'id' | 'runId' | 'position'> & {
  /** The proof that a REMOVE was planned with, and when GPS last listed the driver. */
  readonly evidence?: AbsenceProof | null;
  readonly lastSeenAt?: number | null;
};

/** A person's decision about an item. */
export interface Decision {
  readonly by: string;
  readonly at: number;
  /** Why, in the person's words; null when they gave no reason. */
  readonly reason: string | null;
}

/** What settling a driver means for the run items that wait for it. */
export interface ItemSettlement {
  readonly gpsId: GpsId;
  /** The generation that was settled: items that marked a newer one go on waiting. */
  readonly generation: number;
  readonly failed: boolean;
  readonly problem: ProblemView | null;
}

/** Which fields of a run may change. */
export type RunPatch = Partial<
  Pick<
    RunRow,
    | 'status'
    | 'plannedAt'
    | 'deadlineAt'
    | 'totals'
    | 'problem'
    | 'acceptShrunk'
    | 'dryRun'
    | 'kind'
    | 'requestedBy'
    | 'notBefore'
    | 'tries'
  >
> & { readonly finishedAt?: number | null };

export interface RunStore {
  insert(
    run: Omit<
      RunRow,
      'totals' | 'problem' | 'plannedAt' | 'deadlineAt' | 'acceptShrunk' | 'tries' | 'connection'
    > & { readonly connection?: string | null },
  ): Promise<void>;
  byId(id: RunId): Promise<RunRow | null>;
  /** Locks the run's row until the end of the transaction. */
  lock(id: RunId): Promise<RunRow | null>;
  /** Runs that are PLANNING or RUNNING and not dry, newest first. */
  active(): Promise<readonly RunRow[]>;
  awaitingApproval(): Promise<readonly RunRow[]>;
  /** PLANNING and RUNNING runs, dry ones included, oldest first: what the owner carries on. */
  open(): Promise<readonly RunRow[]>;
  /** The newest run of the whole account that has ended, dry runs apart. */
  lastEnded(): Promise<RunRow | null>;
  update(id: RunId, patch: RunPatch): Promise<void>;
  /**
   * The dry run `by` has been planned: older unused ones end as CANCELLED with the problem REPLACED and lose their items. One of
   * the whole account replaces all, one of some drivers only those of some drivers.
   */
  replaceDryRuns(by: Pick<RunRow, 'id' | 'scope'>, now: number): Promise<void>;
  /** Appends items behind those that the run has. */
  addItems(id: RunId, items: readonly NewRunItem[]): Promise<void>;
  /** Removes all items: the run is planned again. */
  clearItems(id: RunId): Promise<void>;
  items(id: RunId, outcomes?: readonly ItemOutcome[]): Promise<readonly RunItemRow[]>;
  updateItems(
    ids: readonly string[],
    patch: Partial<Pick<RunItemRow, 'outcome' | 'problem' | 'heldFor' | 'rejected'>> & {
      readonly decision?: Decision;
    },
  ): Promise<void>;
  /** Remembers in the pending items of these drivers the generation that the run marked. */
  noteGenerations(id: RunId, of: readonly GpsId[]): Promise<void>;
  outcomeCounts(id: RunId): Promise<Readonly<Record<ItemOutcome, number>>>;
  /**
   * The run that each of these drivers' pending items belongs to, for the event of a write. A run that begins to wait for a
   * driver after this raises the driver's generation: whoever settles the driver at an older one need not settle its item.
   */
  waitingFor(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, RunId>>;
  /** A pending item of one of these actions was carried out: its outcome is APPLIED once the driver settles. */
  noteApplied(
    applied: readonly { readonly gpsId: GpsId; readonly actions: readonly SyncAction[] }[],
  ): Promise<void>;
  /** No plan wants what is held of these drivers any more: their held items end as SKIPPED, and runs that hold nothing else end. */
  releaseHeld(of: readonly GpsId[], now: number): Promise<void>;
  /** How many items wait for a person for this reason, in all runs. */
  heldCount(heldFor: HeldFor): Promise<number>;
  /** Gives pending items their outcome: FAILED, APPLIED where the action was carried out, otherwise SKIPPED. */
  settleItems(settlements: readonly ItemSettlement[]): Promise<void>;
}
