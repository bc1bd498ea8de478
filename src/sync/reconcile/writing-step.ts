import type { DriverStep } from '../../driver/plan/driver-plan';
import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriverId } from '../../driver/ids';
import type { IntentRow } from '../ports/intent-store';
import type { Observation } from '../ports/roster-store';

/** The steps that write to Driveri. */
export type WritingStep = Extract<
  DriverStep,
  { kind: 'create' | 'reinstate' | 'rename' | 'update' | 'remove' }
>;

/** Whether a step writes to Driveri; the others only change what we remember. */
export const isWriting = (step: DriverStep): step is WritingStep =>
  step.kind !== 'none' && step.kind !== 'forget' && step.kind !== 'link';

/** The step of a write; throws for one that is none, which is a fault of the caller. */
export function writingStep(step: DriverStep): WritingStep {
  if (!isWriting(step)) throw new Error(`${step.kind} is no write`);
  return step;
}

/** What a read showed of a write: the driver that has the DriverID now, and DriverIDs that no driver has any more. */
export interface Confirmation {
  readonly driver: DriveriDriver;
  readonly seen: Observation;
  readonly dropped: readonly DriverId[];
}

/** A write that a read has confirmed. */
export interface ConfirmedWrite {
  readonly intent: IntentRow;
  readonly confirmation: Confirmation;
}
