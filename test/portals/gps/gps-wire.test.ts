import { gpsId } from '../../../src/driver/ids';
import {
  parseAttribute,
  parseCreated,
  parseDrivers,
  parseGroups,
  parseLogin,
  toDriverIdReading,
} from '../../../src/portals/gps/gps-wire';
import { parseEnvelope } from '../../../src/portals/gps/gps-envelope';
import { Unreadable } from '../../../src/portals/portal-failure';

const ok = (data: unknown) => JSON.stringify({ head: { status: 'OK' }, errors: [], data });
const failed = (errors: unknown) => JSON.stringify({ head: { status: 'ERROR' }, errors, data: null });

describe('the envelope', () => {
  test.each([
    ['OK', ok([1]), { status: 'OK', data: [1] }],
    ['in small letters', '{"head":{"status":"ok"},"data":"x"}', { status: 'OK', data: 'x' }],
    [
      'code a number, message',
      failed([{ code: 403, message: 'No' }]),
      { status: 'ERROR', code: '403', text: 'No' },
    ],
    [
      'code a text, error',
      failed([{ code: '403', error: 'No' }]),
      { status: 'ERROR', code: '403', text: 'No' },
    ],
    ['without errors', failed(undefined), { status: 'ERROR', code: null, text: null }],
    ['an error as text', failed(['No']), { status: 'ERROR', code: null, text: 'No' }],
    [
      'OK with errors is no success',
      '{"head":{"status":"OK"},"errors":[{"code":500}],"data":[]}',
      { status: 'ERROR', code: '500', text: null },
    ],
  ])('%s', (_name, body, expected) => {
    expect(parseEnvelope(body)).toEqual(expected);
  });

  test.each(['', '  ', '<html></html>', '[]', 'null', '{}', '{"data":[]}', '{"head":{},"data":[]}', '"OK"'])(
    '%j is not one',
    (body) => expect(() => parseEnvelope(body)).toThrow(Unreadable),
  );
});

describe('drivers', () => {
  test('ids as number or text, fields missing, null, empty or with spaces', async () => {
    const rows = await parseDrivers(
      [
        {
          id: 7,
          firstname: ' Ann ',
          lastname: 'Lee',
          email: null,
          phone: 5553839328,
          ref_id: '',
          did: ' X1 ',
        },
        { id: '8', lastname: 'Ray', timezone: 'US/Arizona' },
      ],
      'did',
    );
    expect(rows.rows).toEqual([
      {
        gpsId: '7',
        firstName: 'Ann',
        lastName: 'Lee',
        email: null,
        phone: '5553839328',
        timeZone: null,
        referenceId: null,
        driverIdField: ' X1 ',
      },
      {
        gpsId: '8',
        firstName: null,
        lastName: 'Ray',
        email: null,
        phone: null,
        timeZone: 'US/Arizona',
        referenceId: null,
        driverIdField: undefined,
      },
    ]);
  });

  test('an empty list is one', async () => expect((await parseDrivers([], null)).rows).toEqual([]));

  test('a driver told twice alike is one', async () => {
    const { rows } = await parseDrivers(
      [
        { id: 7, lastname: 'A' },
        { id: '7', lastname: 'A', email: '' },
      ],
      null,
    );
    expect(rows).toHaveLength(1);
  });

  test('a fleet of any size leaves the event loop its turns', async () => {
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      again = setImmediate(turn);
    };
    let again = setImmediate(turn);
    const fleet = Array.from({ length: 5_000 }, (_, id) => ({ id: id + 1, lastname: 'A' }));
    const { rows } = await parseDrivers(fleet, null);
    clearImmediate(again);
    expect(rows).toHaveLength(5_000);
    expect(turns).toBeGreaterThanOrEqual(5);
  });

  test.each([
    ['no list', null],
    ['a list as text', 'none'],
    ['an object that is no row', { message: 'done' }],
  ])('%s is unreadable', async (_name, data) => {
    await expect(parseDrivers(data, null)).rejects.toThrow(Unreadable);
  });

  test.each([
    ['a row that is no object', [null], { id: null, reason: 'it is not an object' }],
    ['a row without id', [{ lastname: 'B' }], { id: null, reason: 'it has no id that can be read' }],
    [
      'a row with an empty id',
      [{ id: ' ', lastname: 'B' }],
      { id: null, reason: 'it has no id that can be read' },
    ],
    [
      'a field that is no text',
      [{ id: 2, lastname: { a: 'x' } }],
      { id: '2', reason: 'the last name is not a text' },
    ],
    [
      'one driver in two versions',
      [
        { id: 2, lastname: 'B' },
        { id: '2', lastname: 'C' },
      ],
      { id: '2', reason: 'it is listed more than once, with different values' },
    ],
    [
      'one driver in two versions, one of which cannot be read',
      [
        { id: 2, lastname: 'B' },
        { id: '2', lastname: [] },
      ],
      { id: '2', reason: 'it is listed more than once, with different values' },
    ],
  ])('%s is set aside, and the others go on', async (_name, items, aside) => {
    const { rows, setAside } = await parseDrivers(
      [{ id: 1, lastname: 'A' }, ...items, { id: 3, lastname: 'Z' }],
      null,
    );
    expect(rows.map((row) => row.gpsId)).toEqual(['1', '3']);
    expect(setAside).toEqual([aside]);
  });
});

test('a new driver, both ways', () => {
  expect(parseCreated([{ driver_id: '4551485', result: 'Created' }])).toEqual({
    gpsId: '4551485',
    undeleted: false,
  });
  expect(parseCreated({ id: 4551485, message: 'Driver added' })).toEqual({
    gpsId: '4551485',
    undeleted: false,
  });
  expect(parseCreated({ id: 4551485, message: 'Driver undeleted' }).undeleted).toBe(true);
  expect(parseCreated([{ driver_id: '1', result: 'Undeleted' }]).undeleted).toBe(true);
  expect(() => parseCreated([])).toThrow(Unreadable);
  expect(() => parseCreated({ message: 'Driver added' })).toThrow(Unreadable);
});

test('a log-in tells a token, or is unreadable', () => {
  expect(parseLogin({ token: 'abc' })).toBe('abc');
  expect(() => parseLogin({ token: '' })).toThrow(Unreadable);
  expect(() => parseLogin(null)).toThrow(Unreadable);
});

test('groups have names', () => {
  expect(parseGroups([{ group_id: 1, group: 'ALL DRIVERS' }])).toEqual({ names: ['ALL DRIVERS'], count: 1 });
  expect(parseGroups([{ group_id: 1 }])).toEqual({ names: [], count: 1 });
  expect(() => parseGroups('none')).toThrow(Unreadable);
});

test('an attribute is looked up by its key, in any case, and only for this driver', () => {
  const rows = [
    { key: 'Other', value: '1', id: 7 },
    { key: 'DriverID', value: 'X1', id: '7' },
  ];
  expect(parseAttribute(rows, gpsId(7), 'driverid')).toBe('X1');
  expect(parseAttribute([], gpsId(7), 'driverid')).toBeNull();
  expect(() => parseAttribute(rows, gpsId(8), 'driverid')).toThrow(Unreadable);
});

test.each([
  ['  e\u0301 ', { state: 'known', value: '\u00e9' }],
  [42, { state: 'known', value: '42' }],
  ['', { state: 'empty' }],
  [null, { state: 'empty' }],
  [{ id: 1 }, { state: 'unknown' }],
  [true, { state: 'unknown' }],
])('what stands under the DriverID: %j', (value, reading) => {
  expect(toDriverIdReading(value)).toEqual(reading);
});
