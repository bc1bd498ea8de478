import type {
  DriverPlan,
  DriverSituation,
  DriverStep,
  FieldChange,
  PlanProblem,
  SyncAction,
} from './driver-plan';
import type { DriveriDriver } from '../driveri-driver';
import { driverName } from '../driver-name';
import { ACTIVE_STATUS } from '../field-mapping';
import type { DriverId } from '../ids';
import type { PresentCase } from './present-case';
import { editsFor, fieldChanges, fieldsOfNew, phoneChange } from './plan-fields';
import { nameList, nameWithId } from './plan-words';
import { fallbackFits } from './resemblance';

/** Who holds the wanted DriverID, as far as the rows tell them apart. */
export type KindOfHolder = 'gone' | 'missing' | 'stays' | 'moves';

/**
 * `stays`: it wants the DriverID itself. A gone or missing holder gives way, unless its own X has vanished: then there is nobody
 * to link to, and its link goes first (`moves`).
 */
export function kindOfHolder({ holder, rivals, claimant }: DriverSituation): KindOfHolder {
  if (rivals.some((rival) => rival.linked)) return 'stays';
  if (holder === null) return 'moves';
  if (holder.presence === 'present') return holder.future === 'stays' ? 'stays' : 'moves';
  return claimant === null ? 'moves' : holder.presence;
}

const NOTHING: DriverStep = { kind: 'none' };

interface Outcome {
  readonly action: SyncAction;
  readonly step: DriverStep;
  readonly changes?: readonly FieldChange[];
  readonly reason: string;
  readonly problem?: PlanProblem;
}

const plan = (row: number, { action, step, reason, changes = [], problem }: Outcome): DriverPlan => ({
  row,
  action,
  step,
  changes,
  reason,
  problem: problem ?? null,
});

/** Row 0: no DriverID to go by. Identity stays as it is; the other fields of an active X go on. */
export function withoutDriverId(
  situation: DriverSituation,
  gps: PresentCase['gps'],
  why: 'missing' | 'unknown',
): DriverPlan {
  const { x, link } = situation;
  const updates = link !== null && x !== null && !x.removed;
  const fields = updates ? writeFields(gps, x, link) : null;
  const problem = why === 'missing' ? MISSING_DRIVER_ID : updates ? null : DRIVER_ID_UNREADABLE;
  return plan(0, {
    action: fields === null ? 'NONE' : 'UPDATE',
    step: fields?.step ?? NOTHING,
    changes: fields?.changes ?? [],
    reason: WITHOUT_DRIVER_ID[why],
    ...(problem === null ? {} : { problem }),
  });
}

const WITHOUT_DRIVER_ID = {
  missing:
    'GPS has no Driveri DriverID for this driver, and the account has no fallback: nothing is written.',
  unknown: 'The DriverID cannot be read from GPS at this moment: no identity changes, other fields go on.',
} as const;

const MISSING_DRIVER_ID: PlanProblem = {
  code: 'MISSING_DRIVER_ID',
  message: 'The driver has no Driveri DriverID in GPS, so they cannot be found or created in Driveri.',
  hint: 'Enter a Driveri DriverID for this driver in GPS, or set driverIdFallback for the account.',
};

const DRIVER_ID_UNREADABLE: PlanProblem = {
  code: 'DRIVER_ID_UNREADABLE',
  message: 'The Driveri DriverID of this driver cannot be read from GPS, and not answered is not empty.',
  hint: 'It goes on by itself as soon as GPS answers the field. Check driveriDriverIdField in the configuration if it does not.',
};

/** Row 6: linked to the right one, active. */
export function update({ gps, x, link, wanted }: PresentCase): DriverPlan {
  const fields = writeFields(gps, x, link);
  if (fields === null) {
    return plan(6, {
      action: 'NONE',
      step: NOTHING,
      reason: `Driveri driver ${wanted} holds what GPS says.`,
    });
  }
  return plan(6, {
    action: 'UPDATE',
    ...fields,
    reason: `Driveri driver ${wanted} differs from GPS: ${fieldNames(fields.changes)}.`,
  });
}

/** Row 7: GPS has the driver, so a removal in Driveri is overridden. */
export function reinstate(present: PresentCase): DriverPlan {
  const { wanted } = present;
  return bringBack(
    7,
    present,
    present.x,
    `GPS has the driver, but Driveri driver ${wanted} is removed: it is reinstated.`,
  );
}

/** Row 8. */
export function rename(present: PresentCase): DriverPlan {
  const { wanted, x, link } = present;
  const from = x?.driverId ?? link?.driverId;
  return renameFrom(
    8,
    present,
    x,
    `GPS now says DriverID ${wanted}, which nobody has in Driveri: ${from} is renamed to it.`,
  );
}

/** Row 9: first back under its old DriverID; row 8 follows. */
export function reinstateThenRename(present: PresentCase): DriverPlan {
  const { wanted, x } = present;
  const reason = `GPS now says DriverID ${wanted}, which nobody has in Driveri: the removed ${x?.driverId} is reinstated, then renamed to it.`;
  return bringBack(9, present, x, reason);
}

/** Row 10: X has vanished from under its DriverID. Somebody may have changed it in Driveri: X is sought by its creation date. */
export function seek(present: PresentCase): DriverPlan {
  const { situation, wanted, link } = present;
  const [found] = situation.lookalikes;
  const vanished = link?.driverId;
  if (found === undefined) {
    return createAs(
      10,
      present,
      `Driveri driver ${vanished} has vanished, and no other looks like it: a new one is created.`,
    );
  }
  if (isAmbiguous(situation)) return ambiguousLookalike(present);
  if (found.removed) return linkToRemovedLookalike(present, found);
  const reason = `Driveri driver ${vanished} was renamed to ${found.driverId} in Driveri: it gets the DriverID ${wanted} that GPS says.`;
  return renameFrom(10, present, found, reason);
}

/** Several look like X, or another driver seeks the same one. */
const isAmbiguous = ({ lookalikes, otherSeekers }: DriverSituation): boolean =>
  lookalikes.length > 1 || otherSeekers.length > 0;

function ambiguousLookalike({ situation, link, wanted }: PresentCase): DriverPlan {
  const ids = situation.lookalikes.slice(0, 3).map((driver) => driver.driverId);
  return plan(10, {
    action: 'CONFLICT',
    step: NOTHING,
    reason: 'The Driveri driver has vanished, and which of several it is now cannot be told.',
    problem: {
      code: 'CONFLICT',
      message: `Driveri driver ${link?.driverId} of ${nameOf(situation)} has vanished. It may now be ${ids.join(' or ')}: the creation date does not tell.`,
      hint: `Give the right one the DriverID ${wanted} in Driveri, or enter its DriverID in GPS.`,
    },
  });
}

/** It is removed as well: linked to first, then row 9 brings it back and renames it. */
function linkToRemovedLookalike(present: PresentCase, found: DriveriDriver): DriverPlan {
  const action = fieldsOfNew(present.gps.driver) === null ? 'LINK' : 'REINSTATE';
  const reason = `Driveri driver ${present.link?.driverId} was renamed to ${found.driverId} and removed in Driveri: it is linked, reinstated and renamed back.`;
  return linkToLookalike(10, action, present, found, reason);
}

function linkToLookalike(
  row: number,
  action: SyncAction,
  { situation, link }: PresentCase,
  found: DriveriDriver,
  reason: string,
): DriverPlan {
  const moves = [{ gpsId: situation.gpsId, to: found.driverId }];
  return plan(row, {
    action,
    step: { kind: 'link', moves, unlinked: [], unmanaged: [] },
    changes: identityChange(link?.driverId ?? null, found.driverId),
    reason,
  });
}

/** Row 11. */
export function create(present: PresentCase): DriverPlan {
  return createAs(11, present, `Nobody in Driveri has the DriverID ${present.wanted}: a driver is created.`);
}

/** Row 12: X, if there is another one, stays in Driveri as it is. */
export function linkToFree(present: PresentCase): DriverPlan {
  if (isStrangersId(present)) return fallbackMatch(12, present);
  const { wanted, x } = present;
  const left = x === null ? '' : ` ${x.driverId} stays in Driveri, unmanaged.`;
  return linkTo(12, present, `DriverID ${wanted} is in Driveri and free: the driver is linked to it.${left}`);
}

/** Row 13: the link first; row 7 then reinstates, and row 6 updates. */
export function linkToRemoved(present: PresentCase): DriverPlan {
  if (isStrangersId(present)) return fallbackMatch(13, present);
  const { wanted } = present;
  return linkTo(
    13,
    present,
    `DriverID ${wanted} is in Driveri, free and removed: the driver is linked to it, and it is reinstated with its history.`,
  );
}

/** Rows 2 and 4, as seen by the driver who takes over: the holder is gone from GPS, or missing. */
export function takeOver(present: PresentCase, row: 2 | 4): DriverPlan {
  if (isStrangersId(present)) return fallbackMatch(row, present);
  const { situation, wanted } = present;
  const { holder } = situation;
  const who = holder === null ? 'its holder' : nameWithId(holder);
  const reason = `DriverID ${wanted} is linked to ${who}, whom GPS no longer ${row === 2 ? 'has' : 'shows'}: this driver takes it over.`;
  return linkTo(row, present, reason);
}

const isStrangersId = ({ gps: { driver }, situation: { claimant } }: PresentCase): boolean =>
  driver.driverId.state !== 'known' && claimant !== null && !fallbackFits(driver, claimant);

/** The DriverID that the fallback gives is somebody else's in Driveri. */
function fallbackMatch(row: number, present: PresentCase): DriverPlan {
  const { situation, wanted } = present;
  const { claimant } = situation;
  const who = [claimant?.firstName, claimant?.lastName].filter((part) => (part ?? '') !== '').join(' ');
  const person = who === '' ? 'another driver' : who;
  return conflict(row, present, {
    reason: `GPS has no DriverID for this driver, and the one that the fallback gives, ${wanted}, belongs to ${person} in Driveri.`,
    message: `${nameOf(situation)} has no Driveri DriverID in GPS. The fallback gives ${wanted}, but in Driveri that is ${person}.`,
    hint: `Enter the driver's own Driveri DriverID in GPS; if the two are the same person, enter ${wanted}.`,
    code: 'FALLBACK_MATCH',
  });
}

/** Row 5: nobody gets it; what X holds otherwise still follows GPS. */
export function disputed(present: PresentCase): DriverPlan {
  const { situation, wanted } = present;
  const rivals = nameList(situation.rivals);
  return conflict(5, present, {
    reason: `Several GPS drivers want DriverID ${wanted}, and none of them is linked to it: nobody gets it.`,
    message: `${nameOf(situation)} wants DriverID ${wanted}, and so does ${rivals}.`,
    hint: 'Leave this Driveri DriverID with one of them in GPS, and change the others.',
  });
}

/** Row 14. */
export function taken(present: PresentCase): DriverPlan {
  const { situation, wanted } = present;
  const holder = situation.rivals.find((rival) => rival.linked) ?? situation.holder;
  const who = holder === null ? 'another driver' : nameWithId(holder);
  return conflict(14, present, {
    reason: `DriverID ${wanted} is linked to ${who}, who wants it too.`,
    message: `${nameOf(situation)} wants DriverID ${wanted}, which belongs to ${who}.`,
    hint: 'Correct the Driveri DriverID of one of the two in GPS.',
  });
}

/** Row 15: the holder goes first; a circle moves as one; who cannot go blocks. */
export function waitForHolder(present: PresentCase): DriverPlan {
  const { situation, wanted } = present;
  const { holder, lookalikes } = situation;
  const [found] = lookalikes;
  const who = holder === null ? 'another driver' : nameWithId(holder);
  if (holder !== null && holder.circle.length > 0) return moveCircle(present, who);
  if (holder?.future === 'circle' && found !== undefined) return followVanished(present, found);
  if (holder?.future === 'goes' || (holder !== null && holder.presence !== 'present')) {
    return plan(15, {
      action: 'NONE',
      step: NOTHING,
      reason: `DriverID ${wanted} is still linked to ${who}, who goes first.`,
      problem: {
        code: 'WAITING',
        message: `${nameOf(situation)} waits for DriverID ${wanted}: ${who} gives it up first.`,
        hint: 'Nothing to do: it goes on by itself.',
      },
    });
  }
  return conflict(15, present, {
    reason: `DriverID ${wanted} is linked to ${who}, who wants another one and cannot get it.`,
    message: `${nameOf(situation)} wants DriverID ${wanted}, which ${who} has and cannot give up.`,
    hint: `Resolve what keeps ${who} from its own DriverID, or correct the Driveri DriverID of one of the two in GPS.`,
  });
}

/** In a circle with an X that was renamed in Driveri: the link follows X, so that the others can go. */
function followVanished(present: PresentCase, found: DriveriDriver): DriverPlan {
  const { situation, link } = present;
  if (isAmbiguous(situation)) return ambiguousLookalike(present);
  if (found.removed) return linkToRemovedLookalike(present, found);
  const reason = `Driveri driver ${link?.driverId} of ${nameOf(situation)} was renamed to ${found.driverId} in Driveri: the link follows, so that its DriverID is free for who wants it.`;
  return linkToLookalike(15, 'LINK', present, found, reason);
}

function moveCircle({ situation, wanted, link }: PresentCase, who: string): DriverPlan {
  const circle = situation.holder?.circle ?? [];
  return plan(15, {
    action: 'LINK',
    step: {
      kind: 'link',
      moves: circle.map(({ gpsId, to }) => ({ gpsId, to })),
      unlinked: [],
      unmanaged: [],
    },
    changes: identityChange(link?.driverId ?? null, wanted),
    reason: `DriverID ${wanted} is linked to ${who}, who waits for this driver in turn: all ${circle.length} links of the circle move at once.`,
  });
}

// --- what the rows are made of -------------------------------------------------------------------------------------

/** The update of X's own fields, identity left alone; null when nothing differs or there is no X. */
function writeFields(
  gps: PresentCase['gps'],
  x: DriveriDriver | null,
  link: PresentCase['link'],
): { readonly step: DriverStep; readonly changes: readonly FieldChange[] } | null {
  if (x === null) return null;
  const { fields, sendPhone, changes, any } = editsFor(gps, x, link);
  return any ? { step: { kind: 'update', driverId: x.driverId, fields, sendPhone }, changes } : null;
}

function renameFrom(
  row: number,
  present: PresentCase,
  driver: DriveriDriver | null,
  reason: string,
): DriverPlan {
  const { gps, link, wanted } = present;
  if (driver === null) return createAs(row, present, reason);
  const { fields, sendPhone, changes } = editsFor(gps, driver, link);
  return plan(row, {
    action: 'RENAME',
    step: { kind: 'rename', from: driver.driverId, to: wanted, fields, sendPhone },
    changes: [...identityChange(driver.driverId, wanted), ...changes],
    reason,
  });
}

function createAs(row: number, { gps, wanted, situation }: PresentCase, reason: string): DriverPlan {
  const fields = fieldsOfNew(gps.driver);
  if (fields === null) return missingName(row, situation, reason);
  const sendPhone = gps.phoneHash !== null;
  return plan(row, {
    action: 'CREATE',
    step: { kind: 'create', driverId: wanted, fields, sendPhone },
    changes: [
      ...identityChange(null, wanted),
      ...fieldChanges(fields, null),
      ...phoneChange(sendPhone, gps.phoneHash),
    ],
    reason,
  });
}

function bringBack(
  row: number,
  present: PresentCase,
  driver: DriveriDriver | null,
  reason: string,
): DriverPlan {
  const fields = fieldsOfNew(present.gps.driver);
  if (driver === null || fields === null) return missingName(row, present.situation, reason);
  return plan(row, {
    action: 'REINSTATE',
    step: { kind: 'reinstate', driver, fields },
    changes: [{ field: 'status', from: driver.status, to: ACTIVE_STATUS }, ...fieldChanges(fields, driver)],
    reason,
  });
}

function missingName(row: number, situation: DriverSituation, reason: string): DriverPlan {
  return plan(row, {
    action: 'NONE',
    step: NOTHING,
    reason,
    problem: {
      code: 'MISSING_NAME',
      message: `${nameOf(situation)} has no name in GPS, and Driveri demands a first name.`,
      hint: 'Enter a name for this driver in GPS.',
    },
  });
}

/** A link to the claimant. When it is removed, reinstating it is what people will notice: that is the headline. */
function linkTo(row: number, { situation, gps, link, x, wanted }: PresentCase, reason: string): DriverPlan {
  const comesBack = situation.claimant?.removed === true && fieldsOfNew(gps.driver) !== null;
  return plan(row, {
    action: comesBack ? 'REINSTATE' : 'LINK',
    step: {
      kind: 'link',
      moves: [{ gpsId: situation.gpsId, to: wanted }],
      unlinked: situation.holder === null ? [] : [situation.holder.gpsId],
      unmanaged: x === null ? [] : [x.driverId],
    },
    changes: identityChange(link?.driverId ?? null, wanted),
    reason,
  });
}

function conflict(
  row: number,
  { gps, x, link, stateOfX }: PresentCase,
  text: {
    readonly reason: string;
    readonly message: string;
    readonly hint: string;
    readonly code?: 'FALLBACK_MATCH';
  },
): DriverPlan {
  const fields = stateOfX === 'active' ? writeFields(gps, x, link) : null;
  const { message, hint, code = 'CONFLICT' } = text;
  return plan(row, {
    action: 'CONFLICT',
    step: fields?.step ?? NOTHING,
    changes: fields?.changes ?? [],
    reason: text.reason,
    problem: { code, message, hint },
  });
}

function identityChange(from: DriverId | null, to: DriverId): readonly FieldChange[] {
  return from === to ? [] : [{ field: 'driverId', from, to }];
}

function nameOf({ gpsId, gps }: DriverSituation): string {
  return nameWithId({ gpsId, name: driverName(gps.presence === 'present' ? gps.driver : null, gpsId) });
}

const fieldNames = (changes: readonly FieldChange[]): string => changes.map(({ field }) => field).join(', ');
