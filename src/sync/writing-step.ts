import type { DriverStep } from '../driver/driver-plan';
import type { DriveriDriver } from '../driver/driveri-driver';
import type { DriverId } from '../driver/ids';

/** The steps that write to Driveri. */
export type WritingStep = Extract<
  DriverStep,
  { kind: 'create' | 'reinstate' | 'rename' | 'update' | 'remove' }
>;

/** Whether a step writes to Driveri; the others only change what we remember. */
export const isWriting = (step: DriverStep): step is WritingStep =>
  step.kind !== 'none' && step.kind !== 'forget' && step.kind !== 'link';

/** What a read showed of a write: who has the DriverID now, when that was asked, and DriverIDs that nobody has any more. */
export interface Confirmation {
  readonly driver: DriveriDriver;
  readonly sentAt: number;
  readonly dropped: readonly DriverId[];
}
