import type { HeldRowFragment } from '../../generated/documents';
import { countOf } from '../../words/words';

/** What approving does to one driver. */
export function consequenceOf({ action, changes }: HeldRowFragment): string {
  const isReplaced = changes.some(({ field, from }) => from !== null && OVERWRITTEN.includes(field));
  const replaced = isReplaced ? ' What Driveri holds now is replaced with what GPS says.' : '';
  return `${CONSEQUENCE[action] ?? 'Driveri is made to match GPS.'}${replaced}`;
}

const OVERWRITTEN: readonly string[] = ['firstName', 'lastName', 'email'];

const CONSEQUENCE: Readonly<Record<string, string>> = {
  REMOVE:
    'Approving removes the driver from Driveri. The record and its history stay there, and the removal can be undone.',
  CREATE: 'Approving creates the driver in Driveri.',
  REINSTATE: 'Approving brings the removed Driveri driver back, with the history.',
  LINK: 'Approving links the driver to the Driveri driver who has this DriverID. The Driveri driver linked before is let go.',
  RENAME: 'Approving changes the DriverID in Driveri. Trips and events go on under the new one.',
  UPDATE: 'Approving changes these fields in Driveri.',
};

const APPROVED: readonly (readonly [action: string, text: (drivers: string) => string])[] = [
  ['REMOVE', (drivers) => `${drivers} will be removed from Driveri.`],
  ['RENAME', (drivers) => `${drivers} will get another DriverID in Driveri.`],
  ['LINK', (drivers) => `${drivers} will be linked to another Driveri driver.`],
  ['UPDATE', (drivers) => `${drivers} will get other fields in Driveri.`],
  ['REINSTATE', (drivers) => `${drivers} will be brought back in Driveri.`],
  ['CREATE', (drivers) => `${drivers} will be created in Driveri.`],
];

/** What approving these does, a line for each consequence, the gravest first. */
export const approvalLines = (items: readonly HeldRowFragment[]): readonly string[] =>
  APPROVED.flatMap(([action, text]) => {
    const count = items.filter((item) => item.action === action).length;
    return count === 0 ? [] : [text(countOf(count, 'driver'))];
  });

/** What rejecting these does. */
export function rejectionLines(items: readonly HeldRowFragment[]): readonly string[] {
  const removals = items.filter(({ action }) => action === 'REMOVE').length;
  const others = items.length - removals;
  return [
    ...(removals === 0
      ? []
      : [
          `${countOf(removals, 'driver stays', 'drivers stay')} in Driveri, although GPS does not have ${removals === 1 ? 'the driver' : 'them'} any more.`,
        ]),
    ...(others === 0
      ? []
      : [
          `${countOf(others, 'driver stays', 'drivers stay')} as Driveri has ${others === 1 ? 'the driver' : 'them'} now.`,
        ]),
    'That is so until GPS shows the driver again, or something else changes for the driver there.',
  ];
}

/** Why these cannot be approved now; null when they can. */
export function whyNotNow(items: readonly HeldRowFragment[]): string | null {
  return items.some(({ run }) => run.status === 'PLANNING')
    ? 'The run that holds this is still being planned. Approve when it is.'
    : null;
}

/** The items by the run that holds them, in the order in which the runs come up. */
export function byRun(items: readonly HeldRowFragment[]): ReadonlyMap<string, readonly HeldRowFragment[]> {
  const found = new Map<string, HeldRowFragment[]>();
  for (const item of items) found.set(item.run.id, [...(found.get(item.run.id) ?? []), item]);
  return found;
}
