import type { Client } from '@urql/core';
import { createPages, readPage } from '../../api/use-pages';
import { writeCsv } from '../../files/csv';
import { RUN_ITEMS, type ItemRowFragment } from '../../generated/documents';
import { ACTION, fieldLabel, HELD_FOR, OUTCOME, wordFor } from '../../words/words';
import { groupsOf, variablesOf } from './run-items';
import type { RunSearch } from './runs-search';

/** All items of a run that the address asks for, as they are shown. Rejects when a page cannot be read. */
export async function readItems(
  client: Client,
  id: string,
  search: RunSearch,
): Promise<readonly ItemRowFragment[]> {
  const groups = groupsOf(search).map((group) =>
    createPages((after) =>
      readPage(client, RUN_ITEMS, variablesOf(id, group, search), after, ({ syncRun }) => syncRun?.itemsBy),
    ).all(),
  );
  return (await Promise.all(groups)).flat();
}

const COLUMNS: readonly (readonly [name: string, value: (item: ItemRowFragment) => string | null])[] = [
  ['Driver', ({ driverName }) => driverName],
  ['Action', ({ action }) => wordFor(ACTION, action).label],
  ['Outcome', ({ outcome }) => wordFor(OUTCOME, outcome).label],
  ['Held for', ({ heldFor }) => (heldFor === null ? null : wordFor(HELD_FOR, heldFor).label)],
  ['Reason', ({ reason }) => reason],
  [
    'Changes',
    ({ changes }) =>
      changes.map(({ field, from, to }) => `${fieldLabel(field)}: ${from ?? '—'} → ${to ?? '—'}`).join('; '),
  ],
  ['Problem', ({ problem }) => problem?.message ?? null],
  ['Decided by', ({ decidedBy }) => decidedBy],
  ['Decided at', ({ decidedAt }) => decidedAt],
  ['Reason of the decision', ({ decisionReason }) => decisionReason],
];

/** Items as CSV. */
export const itemsToCsv = (items: readonly ItemRowFragment[]): string =>
  writeCsv([COLUMNS.map(([name]) => name), ...items.map((item) => COLUMNS.map(([, value]) => value(item)))]);
