import { assertNever } from '../assert-never';
import type { DriverPlan, DriverSituation } from './driver-plan';
import type { DriveriDriver } from '../driveri-driver';
import type { DriverId } from '../ids';
import type { Link } from '../link';
import { suspicionOf } from '../guard/suspicious-driver-id';
import { planAbsent } from './plan-absent';
import * as act from './plan-present';
import type { Place, PresentCase, StateOfX } from './present-case';

interface Rule {
  readonly row: number;
  readonly matches: (present: PresentCase) => boolean;
  readonly act: (present: PresentCase) => DriverPlan;
}

const at =
  (places: Place | readonly Place[], states: StateOfX | readonly StateOfX[]) =>
  ({ place, stateOfX }: PresentCase): boolean =>
    [places].flat().includes(place) && [states].flat().includes(stateOfX);

const heldBy =
  (kind: act.KindOfHolder) =>
  (present: PresentCase): boolean =>
    present.place === 'held' && act.kindOfHolder(present.situation) === kind;

/**
 * The table of the design (2.1) for a driver whom GPS has. Its rows do not overlap and leave nothing out: a test walks through
 * every combination. Rows 2 and 4 stand here once more, as seen by the driver who takes over.
 */
export const PRESENT_RULES: readonly Rule[] = [
  { row: 2, matches: heldBy('gone'), act: (present) => act.takeOver(present, 2) },
  { row: 4, matches: heldBy('missing'), act: (present) => act.takeOver(present, 4) },
  { row: 5, matches: ({ place }) => place === 'disputed', act: act.disputed },
  { row: 6, matches: at('own', 'active'), act: act.update },
  { row: 7, matches: at('own', 'removed'), act: act.reinstate },
  { row: 8, matches: at('nobody', 'active'), act: act.rename },
  { row: 9, matches: at('nobody', 'removed'), act: act.reinstateThenRename },
  { row: 10, matches: at(['own', 'nobody'], 'vanished'), act: act.seek },
  { row: 11, matches: at('nobody', 'none'), act: act.create },
  { row: 12, matches: (it) => it.place === 'free' && !isClaimantRemoved(it), act: act.linkToFree },
  { row: 13, matches: (it) => it.place === 'free' && isClaimantRemoved(it), act: act.linkToRemoved },
  { row: 14, matches: heldBy('stays'), act: act.taken },
  { row: 15, matches: heldBy('moves'), act: act.waitForHolder },
];

const isClaimantRemoved = ({ situation }: PresentCase): boolean => situation.claimant?.removed === true;

/**
 * Decides what to do for one driver (design, 2.1): the only place where it is decided. Total, pure, one step at a time: the
 * sync does the step, looks again, and plans again. With nothing left to do the step is `none`.
 */
export function planDriver(situation: DriverSituation): DriverPlan {
  const { gps, wanted } = situation;
  switch (gps.presence) {
    case 'gone':
    case 'missing':
      return planAbsent(situation, gps);
    case 'present':
      if (wanted.state !== 'known') return act.withoutDriverId(situation, gps, wanted.state);
      return planPresent(toCase(situation, gps, wanted.value));
    default:
      return assertNever(gps);
  }
}

function planPresent(present: PresentCase): DriverPlan {
  const rule = PRESENT_RULES.find(({ matches }) => matches(present));
  // The table is total: a test enumerates every combination. This line tells of a fault in it.
  if (rule === undefined) throw new Error(`no row for ${present.place}, X ${present.stateOfX}`);
  const plan = rule.act(present);
  const suspicion = suspicionOf(present.wanted, present.link?.driverId ?? null);
  return suspicion === null ? plan : { ...plan, suspicion };
}

/** Sorts a present driver with a known wanted DriverID out for the table. */
export function toCase(situation: DriverSituation, gps: PresentCase['gps'], wanted: DriverId): PresentCase {
  const { link } = situation;
  const x = link === null ? null : situation.x;
  return { situation, gps, wanted, link, x, stateOfX: stateOf(link, x), place: placeOf(situation, wanted) };
}

function stateOf(link: Link | null, x: DriveriDriver | null): StateOfX {
  if (link === null) return 'none';
  if (x === null) return 'vanished';
  return x.removed ? 'removed' : 'active';
}

function placeOf(situation: DriverSituation, wanted: DriverId): Place {
  const { link, rivals, holder, claimant } = situation;
  if (link?.driverId === wanted) return 'own';
  if (rivals.some((rival) => rival.linked)) return 'held';
  if (rivals.length > 0) return 'disputed';
  if (holder !== null) return 'held';
  return claimant === null ? 'nobody' : 'free';
}
