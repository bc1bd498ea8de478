import type { DriverPlan, DriverSituation, PlanProblem } from '../../driver/plan/driver-plan';
import { currentHold, type Hold } from '../../driver/guard/hold';
import { changesIdentity } from '../../driver/plan/identity-change';
import { editsFor } from '../../driver/plan/plan-fields';
import type { PausedField, WorkRow } from '../ports/work-store';
import { isPaused, spellingConflict, valuesOf } from './kept-back';

const REVIEW = 'Look at the run that waits for approval, and approve or reject its items.';

/**
 * The plan as the guards let it through, a pure filter (R11): a mass change, a held or rejected change of identity, a DriverID
 * that is no fit identity and a paused field do not happen; what is left of the step does. `gpsVersion`: of the driver's roster
 * row, by which a rejection lasts.
 */
export function guardPlan(
  plan: DriverPlan,
  situation: DriverSituation,
  row: WorkRow,
  now: number,
  gpsVersion: string | null,
): DriverPlan {
  const hold = currentHold(row.hold, gpsVersion);
  const reason = withheldBy(hold, plan);
  if (reason === null) return withoutPausedFields(plan, situation, row, now);
  if (reason.of === 'everything') return withoutWrite(plan, reason.problem);
  return withoutPausedFields(withoutIdentity(plan, situation, reason.problem), situation, row, now);
}

interface Withholding {
  readonly of: 'everything' | 'identity';
  readonly problem: PlanProblem;
}

/** Why a plan, or its change of identity, waits; null when it may go on. */
function withheldBy(hold: Hold | null, plan: DriverPlan): Withholding | null {
  const state = hold?.state ?? 'none';
  const kind = hold !== null && hold.state !== 'approved' ? hold.kind : null;
  if (kind === 'mass-change') {
    if (!writes(plan)) return null;
    return { of: 'everything', problem: state === 'rejected' ? REJECTED : massChange(plan) };
  }
  if (plan.suspicion !== undefined && state !== 'approved') {
    return {
      of: 'identity',
      problem: kind !== null && state === 'rejected' ? REJECTED : suspicious(plan.suspicion),
    };
  }
  if (kind !== 'identity' || !changesIdentity(plan.step)) return null;
  return { of: 'identity', problem: state === 'rejected' ? REJECTED : manyAtOnce(plan) };
}

/** Removals have a guard of their own, and forgetting writes nothing. */
const writes = ({ step }: DriverPlan): boolean =>
  step.kind !== 'none' && step.kind !== 'remove' && step.kind !== 'forget';

const massChange = (plan: DriverPlan): PlanProblem => ({
  code: 'HELD',
  message: `${plan.reason} This is part of a change of most of the fleet at one time, and waits for approval.`,
  hint: `A bad import looks like this. ${REVIEW}`,
});

const manyAtOnce = (plan: DriverPlan): PlanProblem => ({
  code: 'HELD',
  message: `${plan.reason} This is one of many changes of DriverID at one time, and waits for approval.`,
  hint: REVIEW,
});

const suspicious = (suspicion: string): PlanProblem => ({
  code: 'SUSPICIOUS_DRIVER_ID',
  message: `${suspicion} It is not written to Driveri before a person approves it.`,
  hint: `Correct the Driveri DriverID of this driver in GPS. If it is right: ${REVIEW[0]?.toLowerCase()}${REVIEW.slice(1)}`,
});

const REJECTED: PlanProblem = {
  code: 'CHANGE_REJECTED',
  message: 'GPS has a change of this driver that a person rejected, so Driveri keeps what it has.',
  hint: 'Correct the driver in GPS. To write the change after all, start a run for this driver, and approve it.',
};

function withoutWrite(plan: DriverPlan, problem: PlanProblem): DriverPlan {
  return { ...plan, action: 'NONE', step: { kind: 'none' }, problem };
}

/** The linked driver's other fields go on while the change of its DriverID waits; so does bringing it back. */
function withoutIdentity(
  plan: DriverPlan,
  { gps, x, link }: DriverSituation,
  problem: PlanProblem,
): DriverPlan {
  if (plan.step.kind === 'reinstate' || plan.step.kind === 'update') return { ...plan, problem };
  const edits = gps.presence === 'present' && x !== null && !x.removed ? editsFor(gps, x, link) : null;
  if (edits?.any !== true || x === null) return withoutWrite(plan, problem);
  const { fields, sendPhone, changes } = edits;
  return {
    ...plan,
    action: 'UPDATE',
    step: { kind: 'update', driverId: x.driverId, fields, sendPhone },
    changes,
    problem,
  };
}

/** What is paused is left out of the step; a DriverID that Driveri refuses is left as it is. */
function withoutPausedFields(
  plan: DriverPlan,
  situation: DriverSituation,
  row: WorkRow,
  now: number,
): DriverPlan {
  const { step } = plan;
  if (step.kind !== 'update' && step.kind !== 'rename') return plan;
  const { gps } = situation;
  const values = valuesOf(step, gps.presence === 'present' ? gps.phoneHash : null);
  const paused = Object.entries(row.pausedFields).filter(
    ([field, pause]) => values[field] !== undefined && isPaused(pause, values[field], now),
  );
  if (paused.length === 0) return plan;
  const problem = pausedProblem(paused);
  const names = new Set(paused.map(([field]) => field));
  if (names.has('driverId'))
    return withoutPausedFields(withoutIdentity(plan, situation, problem), situation, row, now);
  const fields = Object.fromEntries(Object.entries(step.fields).filter(([field]) => !names.has(field)));
  const left = { ...step, fields, sendPhone: step.sendPhone && !names.has('phone') };
  const isEmpty = left.kind === 'update' && Object.keys(fields).length === 0 && !left.sendPhone;
  const changes = plan.changes.filter(({ field }) => !names.has(field));
  return { ...plan, changes, step: isEmpty ? { kind: 'none' } : left, problem };
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  driverId: 'DriverID',
  firstName: 'first name',
  lastName: 'last name',
  email: 'e-mail',
  phone: 'phone',
};
const wordOf = (field: string): string => FIELD_WORDS[field] ?? field;

const AGAIN =
  'It is tried again when GPS says something else, or when a run is started for this driver. The other fields go on.';

/** One problem for all of them: what Driveri refuses comes before what it alters, and that before what something rewrites. */
function pausedProblem(paused: readonly (readonly [string, PausedField])[]): PlanProblem {
  const of = (why: PausedField['why']) => paused.filter(([, pause]) => pause.why === why);
  const refused = of('refused');
  const [, spelled] = refused.find(([, { twin }]) => twin !== undefined) ?? [];
  if (spelled?.twin !== undefined) return spellingConflict(spelled.values[0] ?? '', spelled.twin);
  if (refused.length > 0) {
    const words = refused.map(
      ([field, { said }]) => `the ${wordOf(field)}${said === undefined ? '' : ` (${said})`}`,
    );
    return {
      code: 'REJECTED',
      message: `Driveri refuses ${words.join(' and ')}. Everything else was written.`,
      hint: `Correct the ${refused.map(([field]) => wordOf(field)).join(' and the ')} in GPS. ${AGAIN}`,
    };
  }
  const altered = of('not-stored');
  if (altered.length > 0) {
    const words = altered.map(
      ([field, { values }]) =>
        `“${values[1] ?? ''}” as the ${wordOf(field)}, where “${values[0] ?? ''}” was sent`,
    );
    return {
      code: 'NOT_STORED',
      message: `Driveri keeps ${words.join('; ')}.`,
      hint: `Enter a value in GPS that Driveri stores as it is. ${AGAIN}`,
    };
  }
  const [first] = paused;
  const times = (first?.[1].times ?? []).map((at) => new Date(at).toISOString()).join(', ');
  return {
    code: 'FLAPPING',
    message: `Something keeps rewriting the ${wordOf(first?.[0] ?? '')} in Driveri: ${first?.[1].values.join(' / ')}, at ${times}.`,
    hint: 'Find out what edits this field in Driveri (another integration?). The gateway leaves it alone until the pause ends; the other fields go on.',
  };
}
