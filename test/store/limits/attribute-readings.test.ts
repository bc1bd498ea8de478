import { accountId, gpsId } from '../../../src/driver/ids';
import type { AttributeReading, AttributeReadings } from '../../../src/driver/ports/attribute-readings';
import { createMemoryAttributeReadings } from '../../../src/portals/memory-attribute-readings';
import { createPgAttributeReadings } from '../../../src/store/limits/pg-attribute-readings';
import { migrations } from '../../../src/store/migrations/all';
import { describeEachDatabase } from '../../support/databases';

const read = (id: string, value: string | null, ticket: number): AttributeReading => ({
  gpsId: gpsId(id),
  value,
  readAt: ticket * 100,
  triedAt: ticket * 100,
  failure: null,
  ticket,
});
const failed = (id: string, ticket: number): AttributeReading => ({
  ...read(id, null, ticket),
  readAt: null,
  failure: 'refused',
});

/** `one` and `other` are two processes that share the readings of one attribute. */
function readingsContract(
  given: () => { readonly one: AttributeReadings; readonly other: AttributeReadings },
): void {
  test('what one process reads, the other has', async () => {
    const { one, other } = given();
    await one.keep([read('1', 'D1', 1), read('2', null, 1)]);
    expect(await other.all()).toEqual([read('1', 'D1', 1), read('2', null, 1)]);
  });

  test('are told of the drivers that are asked for, and of no other', async () => {
    const { one, other } = given();
    await one.keep([read('1', 'D1', 1), read('2', null, 1), read('3', 'D3', 1)]);
    expect(await other.of([gpsId('3'), gpsId('4')])).toEqual([read('3', 'D3', 1)]);
    expect(await other.of([])).toEqual([]);
  });

  test('a reading with a lower ticket replaces nothing, and its reader is told what is kept', async () => {
    const { one, other } = given();
    await one.keep([read('1', 'new', 2)]);
    expect(await other.keep([read('1', 'old', 1)])).toEqual([read('1', 'new', 2)]);
    expect(await other.all()).toEqual([read('1', 'new', 2)]);
  });

  test('a failed attempt keeps the value, and is remembered as an attempt', async () => {
    const { one } = given();
    await one.keep([read('1', 'D1', 1)]);
    const kept = { ...failed('1', 2), value: 'D1', readAt: 100 };
    expect(await one.keep([failed('1', 2)])).toEqual([kept]);
    expect(await one.keep([read('1', 'D2', 3)])).toEqual([read('1', 'D2', 3)]);
  });

  test('an empty attribute is no value', async () => {
    const { one } = given();
    await one.keep([read('1', null, 1), failed('2', 1)]);
    expect(await one.hasValue()).toBe(false);
    await one.keep([read('3', 'D3', 1)]);
    expect(await one.hasValue()).toBe(true);
  });

  test('tickets go up, over all processes', async () => {
    const { one, other } = given();
    const first = await one.drawTicket();
    expect(await other.drawTicket()).toBeGreaterThan(first);
  });

  test('forgets the drivers that it is told to', async () => {
    const { one } = given();
    await one.keep([read('1', 'D1', 1), read('2', 'D2', 1)]);
    await one.forget([gpsId('1')]);
    expect(await one.all()).toEqual([read('2', 'D2', 1)]);
  });
}

describe('attribute readings in memory', () => {
  let shared: AttributeReadings;
  beforeEach(() => {
    shared = createMemoryAttributeReadings();
  });
  readingsContract(() => ({ one: shared, other: shared }));
});

describeEachDatabase(
  'attribute readings in the database',
  (database) => {
    let accounts = 0;
    let made: (source?: string) => AttributeReadings;
    beforeEach(() => {
      accounts += 1;
      const account = accountId(`account-${accounts}`);
      made = (source = 'portal:key') =>
        createPgAttributeReadings({ db: database.open().kysely, account, source });
    });
    readingsContract(() => ({ one: made(), other: made() }));

    test('another connection or key has its own', async () => {
      await made().keep([read('1', 'D1', 1)]);
      expect(await made('other:key').all()).toEqual([]);
    });
  },
  { migrations },
);
