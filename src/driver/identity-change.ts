import type { DriverStep } from './driver-plan';

/**
 * Whether a step is a change of identity that is capped (design, 2.3): a RENAME, or a LINK away from another Driveri driver.
 * A first LINK, and one that only takes a place over, are not.
 */
export function changesIdentity(step: DriverStep): boolean {
  return step.kind === 'rename' || (step.kind === 'link' && step.unmanaged.length > 0);
}
