import type { DriverKey, RunId } from '../../driver/ids';
import type { AbsenceEvidenceView } from './absence-evidence';
import type { ProblemView } from './problem-view';
import type { FieldChange, SyncAction } from '../../driver/plan/driver-plan';

export type RunKind = 'INITIAL' | 'DAILY' | 'RESYNC';

export type RunStatus =
  'PLANNING' | 'PLANNED' | 'RUNNING' | 'AWAITING_APPROVAL' | 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';

export type ItemOutcome = 'PENDING' | 'APPLIED' | 'SKIPPED' | 'FAILED' | 'HELD';

/** Why a guard held an item. */
export const HELD_FOR = ['REMOVAL', 'IDENTITY', 'MASS_CHANGE', 'SUSPICIOUS_DRIVER_ID'] as const;

export type HeldForView = (typeof HELD_FOR)[number];

/** What a run planned, and the outcome, as counts of drivers. */
export interface RunTotals {
  readonly create: number;
  readonly reinstate: number;
  readonly link: number;
  readonly rename: number;
  readonly update: number;
  readonly remove: number;
  readonly unchanged: number;
  readonly conflict: number;
  readonly applied: number;
  readonly failed: number;
  readonly held: number;
}

/** The totals with the consequences that are counted from the stored items. */
export interface RunTotalsView extends RunTotals {
  /** Items that replace a name or an e-mail that Driveri has now, rejected ones excluded. */
  readonly overwrites: number;
  /** Items that a person rejected. */
  readonly rejected: number;
}

export interface RunView {
  readonly id: RunId;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly dryRun: boolean;
  readonly requestedBy: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly totals: RunTotalsView;
  readonly problem: ProblemView | null;
}

export interface RunItemView {
  readonly id: string;
  readonly runId: RunId;
  readonly driverKey: DriverKey | null;
  readonly driverName: string;
  readonly action: SyncAction;
  readonly changes: readonly FieldChange[];
  readonly reason: string;
  readonly outcome: ItemOutcome;
  readonly problem: ProblemView | null;
  readonly position: number;
  readonly heldFor: HeldForView | null;
  /** Null unless the action is REMOVE and the absence is proven. */
  readonly evidence: AbsenceEvidenceView | null;
  /** User id of the person who approved or rejected the item, and when (epoch ms). */
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  /** Why, in that person's words; null when they gave no reason. */
  readonly decisionReason: string | null;
}
