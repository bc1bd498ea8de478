import type { DriverPlan } from '../driver/driver-plan';
import { changesIdentity } from '../driver/identity-change';
import type { GpsId } from '../driver/ids';
import { fieldsToWrite } from '../driver/field-mapping';
import { APPROVED } from './hold-identity-changes';
import { holdsEverything } from './hold-mass-change';
import type { Look } from './look-at-driver';
import type { SyncContext } from './sync-context';

/**
 * The plan as the guards let it through: a mass change, a change of identity that is held, a field that is paused, and PUTs after an
 * UNEXPECTED_CHANGE do not happen; what is left of the step does.
 */
export function withholdStep(context: SyncContext, look: Look, gpsId: GpsId): DriverPlan {
  const held = look.row?.identityHold ?? null;
  if (holdsEverything(held)) return withoutWrite(look.plan);
  const afterHold = held !== null && held !== APPROVED ? withoutIdentity(look, gpsId) : look.plan;
  return withoutPausedFields(context, look, afterHold);
}

/** Removals have a guard of their own, and forgetting writes nothing. */
function withoutWrite(plan: DriverPlan): DriverPlan {
  if (plan.step.kind === 'none' || plan.step.kind === 'remove' || plan.step.kind === 'forget') return plan;
  return {
    ...plan,
    action: 'NONE',
    step: { kind: 'none' },
    problem: {
      code: 'HELD',
      message: `${plan.reason} This is part of a change of most of the fleet at one time, and waits for approval.`,
      hint: 'Look at the run that is AWAITING_APPROVAL: a bad import looks like this. Approve or reject its items.',
    },
  };
}

/** X's other fields go on while the change of its DriverID waits. */
function withoutIdentity(look: Look, gpsId: GpsId): DriverPlan {
  const { plan } = look;
  if (!changesIdentity(plan.step)) return plan;
  const { gps, x, link } = look.fleet.situationOf(gpsId);
  const fields =
    gps.presence === 'present' && x !== null && !x.removed ? fieldsToWrite(gps.driver, x, link) : {};
  const nothing = Object.keys(fields).length === 0 || x === null;
  return {
    ...plan,
    action: nothing ? 'NONE' : 'UPDATE',
    step: nothing ? { kind: 'none' } : { kind: 'update', driverId: x.driverId, fields, sendPhone: false },
    problem: {
      code: 'HELD',
      message: `${plan.reason} This is one of many changes of DriverID at one time, and waits for approval.`,
      hint: 'Look at the run that is AWAITING_APPROVAL: approve or reject its items.',
    },
  };
}

function withoutPausedFields(context: SyncContext, look: Look, plan: DriverPlan): DriverPlan {
  if (plan.step.kind !== 'update' && plan.step.kind !== 'rename') return plan;
  const now = context.clock.now();
  const paused = Object.entries(look.row?.pausedFields ?? {}).filter(([, pause]) => pause.until > now);
  if (paused.length === 0) return plan;
  const names = new Set(paused.map(([field]) => field));
  const fields = Object.fromEntries(Object.entries(plan.step.fields).filter(([field]) => !names.has(field)));
  const step = { ...plan.step, fields };
  const empty = step.kind === 'update' && Object.keys(fields).length === 0 && !step.sendPhone;
  const [field, pause] = paused[0] ?? ['', { values: [], times: [], until: 0 }];
  return {
    ...plan,
    step: empty ? { kind: 'none' } : step,
    problem: {
      code: 'FLAPPING',
      message: `Something keeps rewriting ${field} in Driveri: ${pause.values.join(' / ')}, at ${pause.times.map((at) => new Date(at).toISOString()).join(', ')}.`,
      hint: 'Find who edits this field in Driveri (another integration?). It is left alone until the pause ends; the other fields go on.',
    },
  };
}
