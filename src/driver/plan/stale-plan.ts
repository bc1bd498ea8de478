import { assertNever } from '../assert-never';
import type { DriverStep, FieldChange, SyncAction } from './driver-plan';
import { ENFORCED_FIELDS, type EnforcedFields } from '../driveri-driver';
import type { GpsId } from '../ids';

/** What a person has looked at of an item of a plan. */
export interface ComparableItem {
  readonly gpsId: GpsId;
  readonly action: SyncAction;
  readonly steps: readonly DriverStep[];
  readonly changes: readonly FieldChange[];
}

/**
 * The drivers for whom planning again gives something else than what was planned (STALE_PLAN, design 3.5): another action,
 * other steps, other changes, or an item on one side only. Items may have been through JSON meanwhile.
 */
export function stalePlan(
  planned: readonly ComparableItem[],
  replanned: readonly ComparableItem[],
): readonly GpsId[] {
  const now = new Map(replanned.map((item) => [item.gpsId, item]));
  const stale: GpsId[] = [];
  for (const item of planned) {
    const again = now.get(item.gpsId);
    now.delete(item.gpsId);
    if (again === undefined || !sameItem(item, again)) stale.push(item.gpsId);
  }
  return [...stale, ...now.keys()];
}

function sameItem(one: ComparableItem, other: ComparableItem): boolean {
  return (
    one.action === other.action &&
    sameSteps(one.steps, other.steps) &&
    JSON.stringify(one.changes.map(changeKey)) === JSON.stringify(other.changes.map(changeKey))
  );
}

const changeKey = ({ field, from, to }: FieldChange): unknown => [field, from, to];

/**
 * Whether two lists of steps do the same to the same drivers. The proof of a removal is not compared, because absence is
 * proven anew; nor what a driver who is reinstated looked like.
 */
export function sameSteps(one: readonly DriverStep[], other: readonly DriverStep[]): boolean {
  return JSON.stringify(one.map(stepKey)) === JSON.stringify(other.map(stepKey));
}

/** What a step does, in an order of its own: a database may give objects back with their keys in any order. */
function stepKey(step: DriverStep): unknown {
  switch (step.kind) {
    case 'none':
    case 'forget':
      return [step.kind];
    case 'create':
      return [step.kind, step.driverId, fieldsKey(step.fields), step.sendPhone];
    case 'reinstate':
      return [step.kind, step.driver.driverId, fieldsKey(step.fields)];
    case 'link':
      return [
        step.kind,
        step.moves.map(({ gpsId, to }) => [gpsId, to].join('\u0000')).sort(),
        [...step.unlinked].sort(),
        [...step.unmanaged].sort(),
      ];
    case 'rename':
      return [step.kind, step.from, step.to, fieldsKey(step.fields), step.sendPhone];
    case 'update':
      return [step.kind, step.driverId, fieldsKey(step.fields), step.sendPhone];
    case 'remove':
      return [step.kind, step.driverId];
    default:
      return assertNever(step);
  }
}

const fieldsKey = (fields: EnforcedFields): unknown => ENFORCED_FIELDS.map((field) => fields[field] ?? null);
