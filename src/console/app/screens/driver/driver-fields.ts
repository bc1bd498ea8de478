import type { DriverPageFragment } from '../../generated/documents';
import { changedFields } from '../../words/words';

/** The fields of a driver that the console writes. */
export type FieldName = (typeof FIELDS)[number]['name'];

/** What stands in the form. */
export type Entered = Readonly<Record<FieldName, string>>;

/** In the order of the form. */
export const FIELDS = [
  { name: 'firstName', label: 'First name', type: 'text', isRequired: false },
  { name: 'lastName', label: 'Last name', type: 'text', isRequired: true },
  { name: 'email', label: 'E-mail', type: 'email', isRequired: false },
  { name: 'phone', label: 'Phone', type: 'tel', isRequired: false },
  {
    name: 'driveriDriverId',
    label: 'DriverID',
    type: 'text',
    isRequired: false,
    hint: 'One that exists in Driveri links to the driver who has it; another one renames.',
  },
  { name: 'referenceId', label: 'Ref ID', type: 'text', isRequired: false },
  {
    name: 'groups',
    label: 'GPS groups',
    type: 'text',
    isRequired: false,
    hint: 'Separated by commas. They must exist in GPS.',
  },
] as const;

/** What a driver has in the form's fields. Without one: nothing. */
export function fieldsOf(driver: DriverPageFragment | null): Entered {
  return {
    firstName: driver?.firstName ?? '',
    lastName: driver?.lastName ?? '',
    email: driver?.email ?? '',
    phone: driver?.phone ?? '',
    driveriDriverId: driver?.driveriDriverId ?? '',
    referenceId: driver?.referenceId ?? '',
    groups: driver?.gps?.groups.join(', ') ?? '',
  };
}

/** What is sent: only what differs, null for a field that was emptied. */
export type Changes = Partial<Record<Exclude<FieldName, 'groups'>, string | null>> & { groups?: string[] };

/** What the form changes of what stood there before. */
export function changesOf(entered: Entered, before: Entered): Changes {
  const { groups, ...changes } = changedFields<FieldName>(entered, before);
  return groups === undefined ? changes : { ...changes, groups: splitGroups(groups ?? '') };
}

const splitGroups = (text: string): string[] =>
  text
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');

/** A form after somebody else has changed the driver in between. */
export interface Merged {
  readonly entered: Entered;
  /** What both changed: the user's value stays in the form, this one stands beside it. */
  readonly others: Partial<Record<FieldName, string>>;
}

/** What the user did not touch follows the other edit; what both changed stays as the user has it. */
export function mergeEdits(entered: Entered, before: Entered, now: Entered): Merged {
  const merged: Record<FieldName, string> = { ...entered };
  const others: Partial<Record<FieldName, string>> = {};
  for (const { name } of FIELDS) {
    if (before[name] === now[name] || entered[name] === now[name]) continue;
    if (entered[name] === before[name]) merged[name] = now[name];
    else others[name] = now[name];
  }
  return { entered: merged, others };
}
