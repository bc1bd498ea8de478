import { assertNever } from './assert-never';

/**
 * Why a GPS driver is known to be gone. Without one, REMOVE cannot be expressed (design, 2.3). Any later sighting voids it.
 * All times are epoch ms of the moment the request was sent.
 */
export type AbsenceProof =
  | { readonly kind: 'DeletedHere'; readonly at: number; readonly actor: string }
  /** Missing from two complete rosters, at least ten minutes apart. */
  | { readonly kind: 'MissingTwice'; readonly first: number; readonly second: number }
  /** Missing from a complete roster, and a direct read answered that the driver is unknown. */
  | { readonly kind: 'MissingThenRead'; readonly missingAt: number; readonly readAt: number };

/** How far apart two complete rosters must be for `MissingTwice`, in ms. */
export const MISSING_TWICE_APART_MS = 10 * 60_000;

/** The latest moment of which it is known that GPS did not have the driver. */
export function lastGoneAt(proof: AbsenceProof): number {
  switch (proof.kind) {
    case 'DeletedHere':
      return proof.at;
    case 'MissingTwice':
      return proof.second;
    case 'MissingThenRead':
      return proof.readAt;
    default:
      return assertNever(proof);
  }
}
