import {
  parseDone,
  parseDriversPage,
  parseFailure,
  parseStatuses,
  parseToken,
  parseTokens,
  toSegment,
} from '../../../src/portals/driveri/driveri-wire';
import { Unreadable } from '../../../src/portals/portal-failure';

const page = (drivers: unknown, totalCount?: unknown) =>
  JSON.stringify({ data: { drivers }, links: {}, totalCount });

describe('a page of drivers', () => {
  test('what is ours of a row, and nothing else', () => {
    const body = page(
      [
        {
          driverId: 'X1',
          firstName: ' Ann ',
          lastName: '',
          email: null,
          userName: 'ann',
          enableDriveriApp: true,
          status: 1,
          authorizedToDrive: 1,
          licenceNumber: 'L-1',
          licenseCountry: 'US',
          password: 'p',
          driverPreferences: { a: 1 },
          group: { groupName: 'Dallas', groupUniqueName: 'dallas' },
          createdDate: 5,
          updatedDate: '6',
        },
      ],
      1,
    );
    expect(parseDriversPage(body)).toMatchObject({
      rows: [
        {
          driverId: 'X1',
          firstName: 'Ann',
          lastName: null,
          email: null,
          userName: 'ann',
          mobileApp: true,
          statusCode: 1,
          group: 'Dallas',
          createdDate: 5,
          updatedDate: 6,
        },
      ],
      total: 1,
    });
  });

  test('anything but the DriverID may be missing, or of another type', () => {
    const body = page([
      { driverId: 7 },
      { driverId: 'b', firstName: 5, email: {}, status: 'x', group: 'g', enableDriveriApp: 2 },
    ]);
    const nothing = {
      lastName: null,
      email: null,
      userName: null,
      mobileApp: null,
      group: null,
      statusCode: null,
    };
    const undated = { createdDate: null, updatedDate: null };
    expect(parseDriversPage(body)).toMatchObject({
      rows: [
        { driverId: '7', firstName: null, ...nothing, ...undated },
        { driverId: 'b', firstName: '5', ...nothing, ...undated },
      ],
      total: null,
    });
  });

  test('a DriverID is taken as it is, spaces and Unicode form included', () => {
    expect(parseDriversPage(page([{ driverId: ' e\u0301 ' }])).rows[0]?.driverId).toBe(' e\u0301 ');
  });

  test.each([
    ['empty', ''],
    ['a page of HTML', '<html></html>'],
    ['no data', '{}'],
    ['data null', '{"data":null}'],
    ['no list', page(null)],
  ])('%s is unreadable', (_name, body) => {
    expect(() => parseDriversPage(body)).toThrow(Unreadable);
  });

  test.each([
    ['a row without DriverID', { firstName: 'Ann' }, 'it has no DriverID'],
    ['a row with an empty DriverID', { driverId: '' }, 'it has no DriverID'],
    ['a row that is no object', null, 'it has no DriverID'],
    ['a DriverID with NUL', { driverId: 'a\0b' }, 'its DriverID cannot be stored unchanged'],
    [
      'a DriverID that lost a character',
      { driverId: 'M\ufffdller' },
      'its DriverID cannot be stored unchanged',
    ],
  ])('%s is set aside, and the others go on', (_name, item, reason) => {
    const { rows, setAside } = parseDriversPage(page([{ driverId: 'a' }, item, { driverId: 'z' }]));
    expect(rows.map((row) => row.driverId)).toEqual(['a', 'z']);
    expect(setAside).toEqual([{ id: null, reason }]);
  });
});

test('the status table: a code that is no number makes it unreadable', () => {
  const body = (driverStatus: unknown) => JSON.stringify({ data: { configuration: { driverStatus } } });
  expect(parseStatuses(body([{ status: 1, description: ' Active ' }, { status: '2' }]))).toEqual([
    { code: 1, description: 'Active' },
    { code: 2, description: '' },
  ]);
  expect(() => parseStatuses(body([{ status: 'one', description: 'Active' }]))).toThrow(Unreadable);
  expect(() => parseStatuses(body(null))).toThrow(Unreadable);
});

test('tokens', () => {
  const token = {
    accessToken: 'a',
    accessTokenId: 'i',
    expiresOn: '9',
    scope: ['View Drivers', 'Update Drivers'],
  };
  expect(parseToken(JSON.stringify({ data: token }))).toEqual({
    accessToken: 'a',
    expiresOn: 9,
    scope: 'View Drivers,Update Drivers',
  });
  expect(parseTokens('{"data":[]}')).toEqual([]);
  expect(() => parseTokens('{"data":[{"expiresOn":1}]}')).toThrow(Unreadable);
});

test('a write is done when there is data', () => {
  expect(parseDone('{"data":{"message":"ok"}}')).toBeUndefined();
  expect(() => parseDone('{"data":null}')).toThrow(Unreadable);
});

test('an error envelope, or none', () => {
  const error = {
    status: 400,
    message: 'firstName is required',
    messageCode: 'FIRST_NAME_REQUIRED',
    path: '/x',
  };
  expect(parseFailure(JSON.stringify({ data: null, error }))).toEqual({
    message: 'firstName is required',
    messageCode: 'FIRST_NAME_REQUIRED',
  });
  expect(parseFailure('<html>404</html>')).toBeNull();
  expect(parseFailure('{"message":"no"}')).toBeNull();
});

test.each([
  ['TX/0042', 'TX%2F0042'],
  ['100% Ünï cödé', '100%25%20%C3%9Cn%C3%AF%20c%C3%B6d%C3%A9'],
  ["a!b'(c)*", 'a%21b%27%28c%29%2A'],
  ['a?b#c;d=e&f', 'a%3Fb%23c%3Bd%3De%26f'],
  ['..a', '..a'],
  ['.', null],
  ['..', null],
  ['', null],
  ['\ud800', null],
])('%j as a path segment is %j', (value, segment) => {
  expect(toSegment(value)).toBe(segment);
});
