import { ENFORCED_FIELDS, type EnforcedFields } from '../../driver/driveri-driver';
import type { DriverPlan, DriverStep } from '../../driver/plan/driver-plan';
import type { WritingStep } from './writing-step';

/** A part of a write that Driveri may refuse although the rest is right (engine.md, 8). */
export type Part = 'identity' | 'names' | 'email' | 'phone';

/** The parts of a write, in the order in which they are tried alone. A REMOVE is none: it has nothing to be left out. */
export function partsOf(step: WritingStep): readonly Part[] {
  switch (step.kind) {
    case 'remove':
      return [];
    case 'create':
      return ['identity', ...partsOfNew(step.fields), ...(step.sendPhone ? (['phone'] as const) : [])];
    case 'reinstate':
      return ['identity', ...partsOfNew(step.fields)];
    case 'rename':
      return ['identity', ...partsOfFields(step.fields), ...(step.sendPhone ? (['phone'] as const) : [])];
    case 'update':
      return [...partsOfFields(step.fields), ...(step.sendPhone ? (['phone'] as const) : [])];
  }
}

function partsOfFields({ firstName, lastName, email }: EnforcedFields): readonly Part[] {
  const hasNames = firstName !== undefined || lastName !== undefined;
  return [...(hasNames ? (['names'] as const) : []), ...(email === undefined ? [] : (['email'] as const))];
}

/** The first name is part of the identity there: Driveri demands it. */
function partsOfNew({ lastName, email }: EnforcedFields): readonly Part[] {
  return partsOfFields({
    ...(lastName === undefined ? {} : { lastName }),
    ...(email === undefined ? {} : { email }),
  });
}

/** The plan with the first part of its write only; the other parts are planned again when that is done. */
export function firstPart(plan: DriverPlan): DriverPlan {
  const { step } = plan;
  const narrowed = narrow(step);
  if (narrowed === step) return plan;
  const kept = new Set(narrowed.kind === 'update' ? fieldsOf(narrowed) : ['driverId', 'status', 'firstName']);
  return { ...plan, step: narrowed, changes: plan.changes.filter(({ field }) => kept.has(field)) };
}

function narrow(step: DriverStep): DriverStep {
  switch (step.kind) {
    case 'create':
      return { ...step, fields: { firstName: step.fields.firstName }, sendPhone: false };
    case 'reinstate':
      return { ...step, fields: { firstName: step.fields.firstName } };
    case 'rename':
      return { ...step, fields: {}, sendPhone: false };
    case 'update': {
      const [part] = partsOf(step);
      const { email } = step.fields;
      if (part === 'names') return { ...step, fields: without(step.fields, 'email'), sendPhone: false };
      if (part === 'email' && email !== undefined) return { ...step, fields: { email }, sendPhone: false };
      return step;
    }
    default:
      return step;
  }
}

const without = (fields: EnforcedFields, left: keyof EnforcedFields): EnforcedFields =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => field !== left));

/** The fields that a step writes to a driver that is there, the phone among them. */
export function fieldsOf(step: Extract<DriverStep, { kind: 'update' | 'rename' }>): readonly string[] {
  return [
    ...ENFORCED_FIELDS.filter((field) => step.fields[field] !== undefined),
    ...(step.sendPhone ? ['phone'] : []),
  ];
}
