import type { DriverStep } from './driver-plan';

/**
 * Whether a step is a change of identity that is capped (design, 2.3): a RENAME, or a LINK away from another Driveri driver,
 * as in a circle. A first LINK, and one that only takes a place over, are not.
 */
export function changesIdentity(step: DriverStep): boolean {
  if (step.kind === 'rename') return true;
  return step.kind === 'link' && (step.unmanaged.length > 0 || step.moves.length > 1);
}
