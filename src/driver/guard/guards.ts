import { MISSING_TWICE_APART_MS, type AbsenceProof } from '../absence-proof';

/**
 * Above these, changes wait for a person, and a listing is not believed (design, 2.3). Where there is a number and a
 * percentage, the larger of the two counts, and a limit that is just reached is not exceeded.
 */
export interface GuardLimits {
  /** Inferred removals in a rolling 24 hours, or drivers missing at one moment. */
  readonly maxInferredRemovals: number;
  /** Of the linked drivers. */
  readonly maxInferredRemovalsPercent: number;
  /** RENAMEs, and LINKs away from a Driveri driver, planned at one time. */
  readonly maxIdentityChanges: number;
  /** Of the linked drivers. */
  readonly maxIdentityChangesPercent: number;
  /** A run that changes more than this part of the linked drivers warns. */
  readonly warnChangedPercent: number;
  /** A run that changes more than this part of the linked drivers is held. */
  readonly holdChangedPercent: number;
  /** A listing with fewer drivers than this part of the last complete one is not complete. */
  readonly minCompletePercent: number;
  /** Drivers that lose their DriverID between two rosters. Default 3. */
  readonly maxDriverIdsLost?: number;
  /** Of the drivers that had one. Default 5. */
  readonly maxDriverIdsLostPercent?: number;
  /** In a small fleet a few changes are a large part of it: up to this many are never a mass change. Default 10. */
  readonly maxUnremarkableChanges?: number;
}

/** The limits of an account that sets none of its own. */
export const DEFAULT_LIMITS: Required<GuardLimits> = {
  maxInferredRemovals: 3,
  maxInferredRemovalsPercent: 5,
  maxIdentityChanges: 10,
  maxIdentityChangesPercent: 10,
  warnChangedPercent: 25,
  holdChangedPercent: 60,
  minCompletePercent: 80,
  maxDriverIdsLost: 3,
  maxDriverIdsLostPercent: 5,
  maxUnremarkableChanges: 10,
};

/** Whether changes may go on by themselves, with a sentence for the person who is asked when they may not. */
export interface GuardDecision {
  readonly decision: 'allow' | 'hold';
  readonly reason: string;
}

/**
 * Removals that were inferred from absence: above the cap none of them is allowed. `inferredLast24h` counts the one that is
 * being decided; `missingNow` are drivers that the last complete roster did not have. A GPS user who sees a part of the fleet
 * only makes nobody provably gone.
 */
export function decideInferredRemovals(given: {
  readonly limits: GuardLimits;
  readonly seesAllDrivers: boolean;
  readonly linkedDrivers: number;
  readonly inferredLast24h: number;
  readonly missingNow: number;
}): GuardDecision {
  const { limits, seesAllDrivers, linkedDrivers, inferredLast24h, missingNow } = given;
  if (!seesAllDrivers) {
    return hold(
      'The GPS user does not see all drivers: a driver that leaves the groups of that user looks deleted.',
    );
  }
  const cap = capOf(limits.maxInferredRemovals, limits.maxInferredRemovalsPercent, linkedDrivers);
  if (inferredLast24h > cap.value) {
    return hold(
      `${inferredLast24h} drivers have disappeared from GPS within 24 hours, more than ${cap.words}.`,
    );
  }
  if (missingNow > cap.value) {
    return hold(`${missingNow} drivers are missing from GPS at this moment, more than ${cap.words}.`);
  }
  return allow(
    `${inferredLast24h} removals in 24 hours and ${missingNow} missing now are within ${cap.words}.`,
  );
}

/** RENAMEs, and LINKs away from a Driveri driver, planned at one time: a renumbered or broken column is a mass change too. */
export function decideIdentityChanges(given: {
  readonly limits: GuardLimits;
  readonly linkedDrivers: number;
  readonly pendingIdentityChanges: number;
}): GuardDecision {
  const { limits, linkedDrivers, pendingIdentityChanges: pending } = given;
  const cap = capOf(limits.maxIdentityChanges, limits.maxIdentityChangesPercent, linkedDrivers);
  return pending > cap.value
    ? hold(`${pending} DriverIDs would change at one time, more than ${cap.words}.`)
    : allow(`${pending} changes of DriverID are within ${cap.words}.`);
}

declare const complete: unique symbol;

/** A roster from a listing proven complete. Only `judgeRoster` makes one, and only it can show that a driver is gone. */
export interface CompleteRoster {
  readonly complete: true;
  readonly count: number;
  readonly visibleGroups: number;
  readonly [complete]: true;
}

/** Why a listing that ended properly is not believed to be complete. */
export interface IncompleteRoster {
  readonly complete: false;
  readonly code: 'ROSTER_EMPTY' | 'ROSTER_SHRUNK' | 'GROUPS_SHRUNK';
  readonly reason: string;
}

/**
 * Whether a GPS listing that ended properly is complete: not empty, no fewer visible driver groups than last time (fewer mean
 * a subset, silently), and not much smaller than the last complete one. `null`: there is nothing to compare with, or a
 * person has accepted the new baseline.
 */
export function judgeRoster(given: {
  readonly limits: GuardLimits;
  readonly count: number;
  readonly visibleGroups: number;
  readonly lastCompleteCount: number | null;
  readonly lastVisibleGroups: number | null;
}): CompleteRoster | IncompleteRoster {
  const { limits, count, visibleGroups, lastCompleteCount, lastVisibleGroups } = given;
  if (count === 0) return incomplete('ROSTER_EMPTY', 'GPS listed no driver at all.');
  if (visibleGroups < (lastVisibleGroups ?? 0)) {
    const was = `${visibleGroups} driver groups, ${lastVisibleGroups} before`;
    return incomplete('GROUPS_SHRUNK', `The GPS user sees only ${was}: the listing may be a subset.`);
  }
  const least = limits.minCompletePercent;
  if (count * 100 < least * (lastCompleteCount ?? 0)) {
    const was = `${count} drivers, ${lastCompleteCount} in the last complete listing`;
    return incomplete('ROSTER_SHRUNK', `GPS listed only ${was}: under ${least} %.`);
  }
  return { complete: true, count, visibleGroups } as CompleteRoster; // the only place that brands it
}

const incomplete = (code: IncompleteRoster['code'], reason: string): IncompleteRoster => ({
  complete: false,
  code,
  reason,
});

/** Whether the DriverIDs of a roster may be believed, with the reason when they may not. */
export type DriverIdFieldVerdict =
  { readonly readable: true } | { readonly readable: false; readonly reason: string };

/**
 * Not answered is not empty (design, 2.1): the field is unreadable for the whole account when no row carries it, or when too
 * many of those who had a DriverID lose it between two rosters.
 */
export function judgeDriverIdField(given: {
  readonly limits: GuardLimits;
  readonly answered: boolean;
  readonly hadBefore: number;
  readonly lostNow: number;
}): DriverIdFieldVerdict {
  const { limits, answered, hadBefore, lostNow } = given;
  if (!answered)
    return { readable: false, reason: 'GPS did not answer the Driveri DriverID for any driver.' };
  const { maxDriverIdsLost, maxDriverIdsLostPercent } = { ...DEFAULT_LIMITS, ...limits };
  const cap = capOf(maxDriverIdsLost, maxDriverIdsLostPercent, hadBefore);
  if (lostNow <= cap.value) return { readable: true };
  const reason = `${lostNow} of ${hadBefore} drivers have lost their Driveri DriverID at one time, more than ${cap.words}.`;
  return { readable: false, reason };
}

/**
 * Whether a listing of Driveri may be taken for the whole of it. Nobody is ever deleted there (portals.md), so fewer than before
 * is a reason for doubt: a few are asked for one by one before they count as gone; many make the listing incomplete.
 */
export function judgeDriveriRoster(given: {
  readonly limits: GuardLimits;
  readonly count: number;
  /** Drivers that were seen there before; null before the first complete listing: then any may be the first. */
  readonly knownBefore: number | null;
}): { readonly complete: true } | { readonly complete: false; readonly reason: string } {
  const { limits, count, knownBefore } = given;
  if (knownBefore === null || knownBefore - count <= limits.maxInferredRemovals) return { complete: true };
  if (count * 100 >= limits.minCompletePercent * knownBefore) return { complete: true };
  const reason = `Driveri listed only ${count} drivers, where ${knownBefore} were before: under ${limits.minCompletePercent} %, and nobody is ever deleted there.`;
  return { complete: false, reason };
}

/** How a plan that changes this many of the linked drivers is taken. Strictly more than a limit exceeds it. */
export function judgeMassChange(given: {
  readonly limits: GuardLimits;
  readonly changed: number;
  readonly linked: number;
}): 'ok' | 'warn' | 'hold' {
  const { limits, changed, linked } = given;
  const { maxUnremarkableChanges } = { ...DEFAULT_LIMITS, ...limits };
  // Without a link nothing of ours is there that could be changed by mistake: it is the first run.
  if (linked === 0 || changed <= maxUnremarkableChanges) return 'ok';
  if (changed * 100 > limits.holdChangedPercent * linked) return 'hold';
  return changed * 100 > limits.warnChangedPercent * linked ? 'warn' : 'ok';
}

/** The proof `MissingTwice`, when two complete rosters without the driver are far enough apart; null until then. Epoch ms. */
export function judgeAbsence(given: {
  readonly missingSince: number;
  readonly seenMissingAt: number;
}): Extract<AbsenceProof, { readonly kind: 'MissingTwice' }> | null {
  const { missingSince, seenMissingAt } = given;
  if (seenMissingAt - missingSince < MISSING_TWICE_APART_MS) return null;
  return { kind: 'MissingTwice', first: missingSince, second: seenMissingAt };
}

interface Cap {
  /** May be a fraction: counts are compared with it as it is, so nothing is rounded in anybody's favour. */
  readonly value: number;
  readonly words: string;
}

function capOf(least: number, percent: number, of: number): Cap {
  const share = (percent * of) / 100;
  return { value: Math.max(least, share), words: `the limit of ${least}, or ${percent} % of ${of}` };
}

const hold = (reason: string): GuardDecision => ({ decision: 'hold', reason });
const allow = (reason: string): GuardDecision => ({ decision: 'allow', reason });

export { sameSteps, stalePlan } from '../plan/stale-plan';
