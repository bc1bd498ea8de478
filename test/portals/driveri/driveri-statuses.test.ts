import { createDriveriStatuses, interpretStatuses } from '../../../src/portals/driveri/driveri-statuses';
import { missingScopes } from '../../../src/portals/driveri/driveri-scopes';

const table = (...descriptions: string[]) =>
  descriptions.map((description, index) => ({ code: index + 1, description }));

describe('what the words of a status table mean', () => {
  test.each([
    { reason: 'deleted first', words: ['Active', 'Inactive', 'Deleted'], removed: 3, active: 1 },
    { reason: 'without deleted, inactive', words: ['Active', 'INACTIVE'], removed: 2, active: 1 },
    { reason: 'in any case', words: ['ACTIVE', 'deleted'], removed: 2, active: 1 },
    { reason: 'as a word among others', words: ['Active', 'Driver deleted'], removed: 2, active: 1 },
    {
      reason: 'the exact word before others that say it',
      words: ['Deleted by system', 'Deleted'],
      removed: 2,
      active: null,
    },
    {
      reason: 'two that say it: nobody guesses',
      words: ['Deleted by system', 'Deleted by user'],
      removed: null,
      active: null,
    },
    { reason: 'inactive does not say active', words: ['Inactive', 'Deleted'], removed: 2, active: null },
    { reason: 'neither does not active', words: ['Not active', 'Deleted'], removed: 2, active: null },
    { reason: 'no such words', words: ['One', 'Two'], removed: null, active: null },
    {
      reason: 'override by description',
      words: ['Active', 'Inactive', 'Deleted'],
      override: 'inactive',
      removed: 2,
      active: 1,
    },
    {
      reason: 'override by code',
      words: ['Active', 'Inactive', 'Deleted'],
      override: '2',
      removed: 2,
      active: 1,
    },
    {
      reason: 'an override that is not there',
      words: ['Active', 'Deleted'],
      override: 'Gone',
      removed: null,
      active: 1,
    },
  ])('$reason', ({ words, override, removed, active }) => {
    const read = interpretStatuses(table(...words), { removedStatus: override });
    expect([read.removed?.code ?? null, read.active?.code ?? null]).toEqual([removed, active]);
  });

  test('removed is what the configuration says, and whatever says deleted', () => {
    const read = interpretStatuses(table('Active', 'Inactive', 'Deleted'), { removedStatus: 'Inactive' });
    expect([1, 2, 3, 4, null].map((code) => read.isRemoved(code))).toEqual([false, true, true, false, false]);
    expect([1, 2, 3, 4, null].map((code) => read.isDeleted(code))).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  test('a code that is not in the table has no word', () => {
    const read = interpretStatuses(table('Active', ''));
    expect([1, 2, 9, null].map((code) => read.describe(code))).toEqual([
      'Active',
      'Status 2',
      'Status 9',
      'Unknown',
    ]);
  });
});

describe('when the table is read', () => {
  function statuses() {
    const state = { now: 0, reads: 0, rows: table('Active', 'Deleted') };
    const read = () => {
      state.reads += 1;
      return Promise.resolve(state.rows);
    };
    return { state, kept: createDriveriStatuses(read, {}, () => state.now) };
  }

  test('once for many', async () => {
    const { state, kept } = statuses();
    await Promise.all([kept.forCodes([1]), kept.forCodes([2]), kept.forWrite()]);
    await kept.forCodes([1, null]);
    expect(state.reads).toBe(1);
  });

  test('again for a code that it does not know, but not over and over', async () => {
    const { state, kept } = statuses();
    await kept.forCodes([1]);
    state.now = 60_001;
    state.rows = table('Active', 'Deleted', 'On leave');
    expect((await kept.forCodes([3])).describe(3)).toBe('On leave');
    await kept.forCodes([9]);
    await kept.forCodes([9]);
    expect(state.reads).toBe(2);
  });

  test('for a write it is a minute old at most', async () => {
    const { state, kept } = statuses();
    await kept.forWrite();
    state.now = 60_000;
    await kept.forWrite();
    expect(state.reads).toBe(1);
    state.now = 60_001;
    await kept.forWrite();
    expect(state.reads).toBe(2);
  });
});

test.each([
  ['View Drivers,Update Drivers,View Fleet Configurations', []],
  ['view_drivers update_drivers', ['View Fleet Configurations']],
  ['View Access Token', ['View Drivers', 'Update Drivers', 'View Fleet Configurations']],
  ['read write', []],
  ['', []],
])('the scopes that %j lacks', (scope, missing) => {
  expect(missingScopes(scope)).toEqual(missing);
});
