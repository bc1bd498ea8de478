import type { DriverKey } from '../../driver/ids';
import type { FieldChange, SyncAction } from '../../driver/plan/driver-plan';

/** What a plan says about one driver. */
export interface PlannedAction {
  readonly action: SyncAction;
  /** The rule that led to the action, in words. */
  readonly reason: string;
  readonly changes: readonly FieldChange[];
}

/** A driver whose plan has changed since a person looked at it. */
export interface PlanDifference {
  readonly driverName: string;
  /** Null for a driver that has no unified driver any more. */
  readonly driverKey: DriverKey | null;
  /** The item of the plan that was looked at; null when that plan had none for the driver. */
  readonly itemId: string | null;
  /** What that plan says; null when it does not mention the driver. */
  readonly before: PlannedAction | null;
  /** What a plan made now says; null when it does not mention the driver. */
  readonly now: PlannedAction | null;
}
