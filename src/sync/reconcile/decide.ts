import { planDriver } from '../../driver/plan/plan-driver';
import type { DriverId, GpsId } from '../../driver/ids';
import type { DriverPlan, DriverStep } from '../../driver/plan/driver-plan';
import { attemptOf, type AccountOwner, type Attempt } from '../account/account-owner';
import { ACT_WITHIN_MS } from '../observe/fresh-driver-ids';
import { isOldProof, mayProve } from '../observe/prove-absence';
import type { WorkRow } from '../ports/work-store';
import { guardPlan } from './guard';
import { firstPart } from './parts';
import { touchedIds, type Decided, type Look } from './look';
import type { Linking } from './move-links';
import { settlingOf, type Postponing, type Settling } from './settle';
import { isWriting } from './writing-step';

/** What has to be read before a driver can be decided about. */
export type FirstRead =
  | { readonly what: 'after-unknown-write'; readonly marks: readonly string[] }
  | { readonly what: 'absence' }
  | { readonly what: 'gps-again' }
  /** The DriverIDs of these drivers in GPS; none: those that were never read, of which one may be wanted by a driver. */
  | { readonly what: 'driver-ids'; readonly ids: readonly GpsId[] }
  | { readonly what: 'driveri-listing' }
  | { readonly what: 'driveri'; readonly ids: readonly DriverId[] };

/** What a look comes to, driver by driver. Every driver of the look is in one list. */
export interface Decisions {
  readonly settle: Settling[];
  readonly postpone: Postponing[];
  readonly link: Linking[];
  readonly forget: Decided[];
  readonly write: Decided[];
  readonly remove: Decided[];
  readonly read: { readonly row: WorkRow; readonly read: FirstRead }[];
}

/** More steps than any driver needs: a plan that never comes to an end is a fault, and is tried again later. */
const MOST_STEPS = 12;

/** How soon a driver whose DriverID a write under way touches is looked at again; the write's end wakes it before that. */
const IN_FLIGHT_MS = 500;

/** Steps that change an identity: Driveri is always asked directly before them. */
const IDENTITY_STEPS: ReadonlySet<DriverStep['kind']> = new Set(['link', 'rename', 'reinstate', 'remove']);

/** Decides about every driver of a look: plan, guard, and what has to be read first. Writes nothing, asks no portal. */
export function decide(owner: AccountOwner, look: Look): Decisions {
  const decisions: Decisions = {
    settle: [],
    postpone: [],
    link: [],
    forget: [],
    write: [],
    remove: [],
    read: [],
  };
  const touched = new Set(look.inFlight);
  for (const row of look.rows) decideOne(owner, look, row, decisions, touched);
  return decisions;
}

function decideOne(
  owner: AccountOwner,
  look: Look,
  row: WorkRow,
  decisions: Decisions,
  touched: Set<DriverId>,
): void {
  const { gpsId } = row;
  const attempt = attemptOf(owner, gpsId);
  const read = (first: FirstRead): void => void decisions.read.push({ row, read: first });
  const postpone = (waitMs: number): void => {
    decisions.postpone.push({ row, dueAt: look.at + waitMs, attempts: row.attempts, problem: null });
  };
  if (row.expiredMarks.length > 0) return read({ what: 'after-unknown-write', marks: row.expiredMarks });
  const isMissing = look.fleet.gps(gpsId)?.presence === 'missing';
  if (isMissing && !attempt.askedGps && look.counts !== null) {
    const may = mayProve(owner, look.gps.get(gpsId), look.counts);
    if (may === 'ask') return read({ what: 'absence' });
    if (may !== 'open') return postpone(may.waitMs);
  }
  const situation = look.fleet.situationOf(gpsId);
  const raw = planDriver(situation);
  const guarded = guardPlan(raw, situation, row, look.at, look.gps.get(gpsId)?.version ?? null);
  const plan = attempt.inParts ? firstPart(guarded) : guarded;
  const decided: Decided = { gpsId, row, plan, raw };
  const first = readFirst(owner, look, decided, attempt);
  if (typeof first === 'number') return postpone(first);
  if (first !== null) return read(first);
  if (plan.step.kind === 'none') return void decisions.settle.push(settlingOf(look, owner.account, decided));
  if (attempt.steps >= MOST_STEPS) return void decisions.postpone.push(endless(row, look.at));
  const ids = touchedIds(look, decided);
  if (ids.some((id) => touched.has(id))) return postpone(IN_FLIGHT_MS);
  for (const id of ids) touched.add(id);
  sort(decisions, decided, plan);
}

function sort(decisions: Decisions, decided: Decided, { step }: DriverPlan): void {
  if (step.kind === 'link') decisions.link.push({ decided, step });
  else if (step.kind === 'forget') decisions.forget.push(decided);
  else if (step.kind === 'remove') decisions.remove.push(decided);
  else if (isWriting(step)) decisions.write.push(decided);
}

function endless(row: WorkRow, now: number): Postponing {
  return {
    row,
    dueAt: now + 300_000,
    attempts: row.attempts + 1,
    problem: {
      code: 'INTERNAL',
      message: 'The plan for this driver does not come to an end.',
      hint: 'It is tried again. If it stays, report it with the driver’s history.',
    },
  };
}

/**
 * Which reading has to come first: the roster is not up to date, an identity is about to change, or a write was refused. A
 * number: nothing can be told before so many ms. Null: the look will do.
 */
function readFirst(
  owner: AccountOwner,
  look: Look,
  decided: Decided,
  attempt: Attempt,
): FirstRead | number | null {
  const { gpsId, plan } = decided;
  const { step } = plan;
  if (step.kind === 'remove' && !attempt.askedGps && isOldProof(owner, step.proof, look.gpsRoster.completeAt))
    return { what: 'gps-again' };
  const ofDriverIds = driverIdsFirst(owner, look, decided, attempt);
  if (ofDriverIds !== null) return { what: 'driver-ids', ids: ofDriverIds };
  const isFresh = isUpToDate(owner, look);
  if (step.kind === 'none' && !attempt.distrustful && isFresh) return null;
  const isLinked = look.fleet.link(gpsId) !== null;
  const givesUpX = isLinked && (step.kind === 'forget' || step.kind === 'create');
  if (givesUpX) {
    const waitMs = staleReadMs(owner, look, decided);
    if (waitMs > 0) return waitMs;
  }
  const isUnlisted = look.driveriRoster.completeAt === null;
  const needsListing =
    givesUpX || isUnlisted || attempt.mustList || (step.kind === 'link' && look.state.driveriListingNeeded);
  if (needsListing && !attempt.listed) return { what: 'driveri-listing' };
  const isIdentity = IDENTITY_STEPS.has(step.kind) && !(step.kind === 'link' && isJustListed(owner, look));
  if (!(givesUpX || attempt.distrustful || !isFresh || isIdentity)) return null;
  if (step.kind === 'forget' && !isLinked) return null;
  const ids = touchedIds(look, decided).filter((id) => !attempt.verified.has(id));
  return ids.length === 0 ? null : { what: 'driveri', ids };
}

/**
 * Where DriverIDs are custom attributes, a roster may hold one that was changed in GPS a day ago. Nobody's identity changes by
 * it: the drivers whose DriverIDs decide are read first. Null: none has to be.
 */
function driverIdsFirst(
  { account }: AccountOwner,
  { at }: Look,
  { gpsId, plan: { step } }: Decided,
  { driverIdsReadAt }: Attempt,
): readonly GpsId[] | null {
  if (account.gps.driverIdAges === undefined || isRecent(driverIdsReadAt, at, ACT_WITHIN_MS)) return null;
  switch (step.kind) {
    case 'create':
    case 'rename':
    case 'reinstate':
      return [gpsId];
    case 'link':
      return step.moves.map((move) => move.gpsId);
    case 'remove':
      return [];
    case 'update':
    case 'forget':
    case 'none':
      return null;
  }
}

/**
 * A linked Driveri driver that does not show is given up only when three readings agree: the second is a whole listing, the third
 * asks for it directly, for listings that lack a driver may come one after the other. Right after the link all of them may be
 * behind.
 */
function staleReadMs(owner: AccountOwner, look: Look, { gpsId }: Decided): number {
  const age = look.at - (look.links.get(gpsId)?.linkedAt ?? 0);
  const { confirmGraceMs } = owner.context.settings;
  return age >= 0 && age <= confirmGraceMs ? confirmGraceMs - age + 1 : 0;
}

/** Whether the changed-since reading is up to date: two polls at most. */
function isUpToDate(owner: AccountOwner, look: Look): boolean {
  return isRecent(look.driveriRoster.observedAt, look.at, 2 * owner.context.settings.driveriPollMs);
}

/** A LINK writes nothing to Driveri: a complete listing of a moment ago says as much about it as a read of its own. */
function isJustListed(owner: AccountOwner, look: Look): boolean {
  return isRecent(look.driveriRoster.completeAt, look.at, owner.context.settings.driveriPollMs);
}

/** A time in the future was set by a clock that was wrong: it is no observation of a moment ago. */
const isRecent = (at: number | null, now: number, withinMs: number): boolean =>
  at !== null && now - at <= withinMs && at <= now + 60_000;
