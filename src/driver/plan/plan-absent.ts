import { assertNever } from '../assert-never';
import type { DriverPlan, DriverSituation, GpsSide, Rival } from './driver-plan';
import type { DriveriDriver } from '../driveri-driver';
import { nameList } from './plan-words';

type AbsentSide = Exclude<GpsSide, { readonly presence: 'present' }>;
type GoneSide = Extract<GpsSide, { readonly presence: 'gone' }>;

/** How a status that stands for a deletion reads in changes, whatever the tenant calls it. */
const REMOVED_STATUS = 'Deleted';

/** Rows 1 to 4 of the table: what becomes of a driver whom GPS no longer has, or does not show (design, 2.1). */
export function planAbsent(situation: DriverSituation, gps: AbsentSide): DriverPlan {
  switch (gps.presence) {
    case 'missing':
      return notProvenGone(situation);
    case 'gone':
      return situation.link === null ? forgetUnlinked() : planGone(situation, gps);
    default:
      return assertNever(gps);
  }
}

function notProvenGone(situation: DriverSituation): DriverPlan {
  const held = situation.link === null ? '' : ` Driveri keeps DriverID ${situation.link.driverId}.`;
  return {
    row: 4,
    action: 'NONE',
    step: { kind: 'none' },
    changes: [],
    reason: `The driver is missing from GPS, but not proven gone: nothing is removed.${held}`,
    problem: {
      code: 'NOT_PROVEN_GONE',
      message: 'The driver was missing from the last listing of GPS. That alone does not prove a deletion.',
      hint: 'Nothing to do: a direct read, or a second complete listing ten minutes later, will tell.',
    },
  };
}

function forgetUnlinked(): DriverPlan {
  return forget(
    1,
    'The driver is gone from GPS and was never linked to Driveri: there is nothing to do there.',
  );
}

function planGone(situation: DriverSituation, gps: GoneSide): DriverPlan {
  const { x, successors } = situation;
  if (x === null) return planVanished(situation);
  const [successor, ...others] = successors;
  if (successor === undefined) return remove(x, gps);
  return others.length === 0 ? handOver(situation, x, successor) : disputedHeritage(x, successors);
}

/**
 * X has vanished from under its DriverID, and the link to nobody is not to keep it from those who want it. Somebody may have
 * renamed X in Driveri; but the creation date alone is no reason to remove anybody: a whole import may share it.
 */
function planVanished({ lookalikes, link }: DriverSituation): DriverPlan {
  const ids = lookalikes.filter((driver) => !driver.removed).map((driver) => driver.driverId);
  if (ids.length === 0) return forget(3, 'The driver is gone from GPS, and from Driveri as well.');
  return forget(
    3,
    `The driver is gone from GPS, and DriverID ${link?.driverId} from Driveri. By its creation date it may be ${ids.join(' or ')} there now, which stays active and unmanaged: remove it in Driveri if it is the same person.`,
  );
}

function forget(row: number, reason: string): DriverPlan {
  return { row, action: 'NONE', step: { kind: 'forget' }, changes: [], reason, problem: null };
}

function handOver(situation: DriverSituation, x: DriveriDriver, successor: Rival): DriverPlan {
  const left = successor.linkedTo;
  return {
    row: 2,
    action: 'LINK',
    step: {
      kind: 'link',
      moves: [{ gpsId: successor.gpsId, to: x.driverId }],
      unlinked: [situation.gpsId],
      unmanaged: left === null ? [] : [left],
    },
    changes: [],
    reason: `The driver is gone from GPS, and ${nameList([successor])} now has DriverID ${x.driverId}: the Driveri driver is linked to them and keeps its history. No removal.`,
    problem: null,
  };
}

function disputedHeritage(x: DriveriDriver, successors: readonly Rival[]): DriverPlan {
  return {
    row: 2,
    action: 'NONE',
    step: { kind: 'none' },
    changes: [],
    reason: `The driver is gone from GPS, but several others now want DriverID ${x.driverId}: no removal.`,
    problem: {
      code: 'CONFLICT',
      message: `The driver is gone from GPS. Their DriverID ${x.driverId} is wanted by ${nameList(successors)}.`,
      hint: 'Leave this Driveri DriverID with one of them in GPS, and change the others.',
    },
  };
}

function remove(x: DriveriDriver, gps: GoneSide): DriverPlan {
  const done = x.removed;
  return {
    row: 3,
    action: done ? 'NONE' : 'REMOVE',
    step: done ? { kind: 'none' } : { kind: 'remove', driverId: x.driverId, proof: gps.proof },
    changes: done ? [] : [{ field: 'status', from: x.status, to: REMOVED_STATUS }],
    reason: done
      ? `The driver is gone from GPS, and DriverID ${x.driverId} is removed in Driveri already.`
      : `The driver is gone from GPS: ${PROOF_WORDS[gps.proof.kind]}. Driveri driver ${x.driverId} is removed.`,
    problem: null,
  };
}

const PROOF_WORDS: { readonly [Kind in GoneSide['proof']['kind']]: string } = {
  DeletedHere: 'deleted through this gateway',
  MissingTwice: 'missing from two complete listings',
  MissingThenRead: 'missing from a complete listing, and unknown when asked for directly',
};
