import { lastGoneAt, type AbsenceProof } from '../../driver/absence-proof';
import { assertNever } from '../../driver/assert-never';

/** How it is known that a driver is gone from GPS. */
export const ABSENCE_KINDS = ['DELETED_HERE', 'MISSING_TWICE', 'MISSING_THEN_READ'] as const;

export type AbsenceKind = (typeof ABSENCE_KINDS)[number];

/** Why a driver counts as gone from GPS, for a person. Times are epoch ms. */
export interface AbsenceEvidenceView {
  readonly kind: AbsenceKind;
  /** The listings and the direct read that show it, in words with times. */
  readonly statement: string;
  /** When GPS last listed the driver; null when that is not known. */
  readonly lastSeenAt: number | null;
}

/**
 * Puts a proof of absence into words. `lastSeenAt` is left out when it is not earlier than the proof: then it is the time of
 * the proof itself.
 */
export function absenceEvidence(proof: AbsenceProof, lastSeenAt: number | null): AbsenceEvidenceView {
  const seenBefore = lastSeenAt !== null && lastSeenAt < firstGoneAt(proof) ? lastSeenAt : null;
  return { ...inWords(proof), lastSeenAt: seenBefore };
}

function inWords(proof: AbsenceProof): Pick<AbsenceEvidenceView, 'kind' | 'statement'> {
  switch (proof.kind) {
    case 'DeletedHere':
      return {
        kind: 'DELETED_HERE',
        statement: `${proof.actor} deleted the driver through this gateway on ${time(proof.at)}, and GPS confirmed it.`,
      };
    case 'MissingTwice':
      return {
        kind: 'MISSING_TWICE',
        statement: `Two complete GPS listings did not have the driver: on ${time(proof.first)} and on ${time(proof.second)}.`,
      };
    case 'MissingThenRead':
      return {
        kind: 'MISSING_THEN_READ',
        statement: `The complete GPS listing of ${time(proof.missingAt)} did not have the driver, and on ${time(proof.readAt)} GPS answered a direct read: unknown driver.`,
      };
    default:
      return assertNever(proof);
  }
}

function firstGoneAt(proof: AbsenceProof): number {
  switch (proof.kind) {
    case 'DeletedHere':
      return lastGoneAt(proof);
    case 'MissingTwice':
      return proof.first;
    case 'MissingThenRead':
      return proof.missingAt;
    default:
      return assertNever(proof);
  }
}

/** To the second, in UTC: `2026-11-23 22:31:07 UTC`. */
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
