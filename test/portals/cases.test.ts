import { gpsId, driverId } from '../../src/driver/ids';
import type { FaultInput } from '../../src/sandbox/sandbox';
import { failureOf } from './support/failure-of';
import { startPortals, type PortalsUnderTest } from './support/portals-under-test';

/** The inputs of the design's `cases.md`, C to E, as far as they are decided where portals are called. */

const people = Array.from({ length: 40 }, (_, index) => ({
  id: 101 + index,
  firstname: `First${index}`,
  lastname: `Müller${index}`,
  email: `driver${index}@example.com`,
  driveriDriverId: `D-${index}`,
}));
const drivers = people.map(({ firstname, lastname, email, driveriDriverId }) => ({
  driverId: driveriDriverId,
  firstName: firstname,
  lastName: lastname,
  email,
}));

let portals: PortalsUnderTest;
beforeEach(async () => {
  portals = await startPortals({ gps: { groups: ['North'], drivers: people }, driveri: { drivers } });
});
afterEach(() => portals.close());

const gpsFault = (input: FaultInput) => portals.sandbox.gps.faults.set(input);
const driveriFault = (input: FaultInput) => portals.sandbox.driveri.faults.set(input);
const gpsCalls = () => portals.sandbox.gps.calls();
const driveriCalls = () => portals.sandbox.driveri.calls();

describe('C. one row, one page, one failure', () => {
  const CLEANED = [
    ['NUL', '"Lee\\u0000"', 'Lee', 'last name: NUL was taken out'],
    ['half an emoji', '"Lee\\ud83d"', 'Lee', 'last name: half a character was taken out'],
    ['the other half', '"\\ude00Lee"', 'Lee', 'last name: half a character was taken out'],
    ['a line break', '"Lee\\nRay"', 'Lee Ray', 'last name: U+000A became a space'],
    ['a C1 control', '"Lee\\u0085Ray"', 'Lee Ray', 'last name: U+0085 became a space'],
    [
      'HTML entities',
      '"O&#39;Brien &amp; S&ouml;hne"',
      "O'Brien & Söhne",
      'last name: HTML entities were decoded',
    ],
  ] as const;

  test.each(CLEANED)(
    'C1: a last name with %s in one of 40 GPS rows is cleaned, and noted',
    async (_name, json, last, note) => {
      gpsFault({ kind: 'set-field', field: 'lastname', json, operation: 'driver/list' });
      const listing = await portals.gps().listDrivers();
      expect(listing.drivers).toHaveLength(40);
      expect(listing.drivers[0]?.lastName).toBe(last);
      expect([...listing.cleaned]).toEqual([['101', [note]]]);
      expect(listing).toMatchObject({ setAside: [], provesAbsence: true });
    },
  );

  test.each(CLEANED)(
    'C1: a last name with %s in one of 40 Driveri rows is cleaned, and noted',
    async (_name, json, last, note) => {
      driveriFault({ kind: 'set-field', field: 'lastName', json, operation: 'drivers.list' });
      const listing = await portals.driveri().listDrivers();
      expect(listing.drivers).toHaveLength(40);
      expect(listing.drivers[0]?.lastName).toBe(last);
      expect([...listing.cleaned]).toEqual([['D-0', [note]]]);
      expect(listing).toMatchObject({ setAside: [], provesAbsence: true });
    },
  );

  test.each([
    [
      'a last name of 4,000 letters',
      'lastname',
      JSON.stringify('x'.repeat(4_000)),
      '101',
      'last name has 4000',
    ],
    ['a lost character in a last name', 'lastname', '"M\ufffdller"', '101', 'lost on the way'],
    ['an entity that stands for nothing', 'lastname', '"M&#0;ller"', '101', 'lost on the way'],
    ['"email": false', 'email', 'false', '101', 'e-mail is not a text'],
    ['"phone": []', 'phone', '[]', '101', 'phone is not a text'],
    ['"ref_id": {"$oid": 1}', 'ref_id', '{"$oid":1}', '101', 'Ref ID is not a text'],
    ['no id', 'id', 'null', null, 'no id that can be read'],
    ['an id that is a list', 'id', '[7]', null, 'no id that can be read'],
    ['an id with NUL', 'id', '"10\\u00001"', null, 'no id that can be read'],
  ])(
    'C2: a GPS row with %s is set aside; the others go on; nobody is proven absent',
    async (_name, field, json, id, why) => {
      gpsFault({ kind: 'set-field', field, json, operation: 'driver/list' });
      const { drivers: read, setAside, provesAbsence } = await portals.gps().listDrivers();
      expect(read).toHaveLength(39);
      expect(setAside).toEqual([{ id, reason: expect.stringContaining(why) as string }]);
      expect(provesAbsence).toBe(false);
    },
  );

  test('C2: one driver twice, differently, is set aside; twice alike is one driver', async () => {
    gpsFault({ kind: 'duplicate-rows', differingIn: 'lastname', operation: 'driver/list', times: 1 });
    const differing = await portals.gps().listDrivers();
    expect(differing.drivers).toHaveLength(39);
    expect(differing).toMatchObject({ setAside: [{ id: '101' }], provesAbsence: false });
    gpsFault({ kind: 'duplicate-rows', operation: 'driver/list', times: 1 });
    expect((await portals.gps().listDrivers()).drivers).toHaveLength(40);
  });

  test('C2: a row that cannot be read says so when it is read alone, and can still be written to', async () => {
    const gps = portals.gps();
    gpsFault({ kind: 'set-field', field: 'email', json: 'false', operation: 'driver/list' });
    expect(await failureOf(gps.readDriver(gpsId(101)))).toMatchObject({
      kind: 'malformed',
      setAside: { id: '101', reason: 'the e-mail is not a text' },
    });
    await gps.updateDriver(gpsId(101), { email: 'new@example.com' });
    expect(portals.sandbox.gps.driver(101)?.email).toBe('new@example.com');
  });

  test.each([
    ['a DriverID with half an emoji', '"D\\ud83d"'],
    ['no DriverID', 'null'],
    ['a DriverID that is a list', '["D-0"]'],
  ])('C2: a Driveri row with %s is set aside', async (_name, json) => {
    driveriFault({ kind: 'set-field', field: 'driverId', json, operation: 'drivers.list' });
    const { drivers: read, setAside, provesAbsence } = await portals.driveri().listDrivers();
    expect(read).toHaveLength(39);
    expect(setAside).toMatchObject([{ id: null }]);
    expect(provesAbsence).toBe(false);
  });

  test.each([
    ['"email": false', 'email', 'false', 'e-mail: left out, because it is not a text'],
    [
      'a lost character',
      'lastName',
      '"M\ufffdller"',
      'last name: left out, because it holds a character that was lost on the way',
    ],
    [
      'a status that is no number',
      'status',
      '"active"',
      'status: left out, because it is not a whole number',
    ],
  ])(
    'C2: of a Driveri row with %s the field is left out, for nothing rests on it',
    async (_name, field, json, note) => {
      driveriFault({ kind: 'set-field', field, json, operation: 'drivers.list' });
      const listing = await portals.driveri().listDrivers();
      expect(listing.drivers).toHaveLength(40);
      expect(listing.cleaned.get('D-0')).toEqual([note]);
      expect(listing.provesAbsence).toBe(true);
    },
  );

  test.each([
    ['one HTTP 500', { kind: 'server-error', status: 500 }],
    ['three 502 in a row', { kind: 'server-error', status: 502, times: 3 }],
    ['an empty answer', { kind: 'empty-body' }],
    ['a page of a proxy', { kind: 'html' }],
    ['half an answer, twice', { kind: 'cut', times: 2 }],
  ] as const)('C3: %s on a page of a listing: the page is asked for again', async (_name, fault) => {
    const repeatAfterMs = [1, 1, 1];
    gpsFault({ times: 1, ...fault, operation: 'driver/list' });
    driveriFault({ times: 1, ...fault, operation: 'drivers.list' });
    expect((await portals.gps({ repeatAfterMs }).listDrivers()).drivers).toHaveLength(40);
    expect((await portals.driveri({ repeatAfterMs }).listDrivers()).drivers).toHaveLength(40);
  });

  test('C3: a page that fails four times is a failed listing, with its cause', async () => {
    gpsFault({ kind: 'server-error', status: 503, operation: 'driver/list' });
    const failure = await failureOf(portals.gps({ repeatAfterMs: [1, 1, 1] }).listDrivers());
    expect(failure).toMatchObject({
      kind: 'server',
      status: 503,
      causeInWords: 'the portal failed (status 503)',
    });
    expect(gpsCalls()['driver/list']).toBe(4);
  });

  test.each([
    ['2099', '4070908800000'],
    ['fractional', '1700000000000.5'],
    ['in microseconds', '1700000000000000'],
    ['a word', '"yesterday"'],
    ['too large for a number', '99999999999999999999'],
  ])('C5: an updatedDate that is %s is none, and noted', async (_name, json) => {
    driveriFault({ kind: 'set-field', field: 'updatedDate', json, operation: '*' });
    const listing = await portals.driveri().listDrivers();
    expect(listing.drivers[0]?.updatedDate).toBeNull();
    expect(listing.drivers[1]?.updatedDate).not.toBeNull();
    expect(listing.cleaned.get('D-0')).toMatchObject([
      expect.stringContaining('date of the last change') as string,
    ]);
  });

  test.each([400, 405, 422])(
    'C6: driver/list refused with %s is told with the status and the words',
    async (status) => {
      gpsFault({ kind: 'refuse', status, message: 'list is switched off', operation: 'driver/list' });
      const failure = await failureOf(portals.gps({ repeatAfterMs: [1] }).listDrivers());
      expect(failure.kind).toBe('rejected');
      expect(failure.causeInWords).toBe(`refused with code ${status}: list is switched off`);
      expect(gpsCalls()['driver/list']).toBe(1);
    },
  );

  test('C7: a listing may take longer than a single request', async () => {
    gpsFault({ kind: 'slow', delayMs: 2_000, operation: 'driver/list' });
    const gps = portals.gps({ timeoutMs: 1_000, listTimeoutMs: 20_000 });
    await gps.checkCredentials();
    expect((await gps.listDrivers()).drivers).toHaveLength(40);
    expect(await failureOf(gps.readDriver(gpsId(101)))).toMatchObject({
      kind: 'timeout',
      causeInWords: 'timed out after 1 s',
    });
    driveriFault({ kind: 'slow', delayMs: 1_500, operation: 'drivers.list' });
    const driveri = portals.driveri({ timeoutMs: 1_000, listTimeoutMs: 20_000 });
    expect((await driveri.listDrivers()).drivers).toHaveLength(40);
  });
});

describe('D. values altered on the way', () => {
  test('D1: Müller in Latin-1 with a charset in the header is decoded', async () => {
    gpsFault({ kind: 'latin-1', operation: 'driver/list' });
    driveriFault({ kind: 'latin-1', operation: 'drivers.list' });
    expect((await portals.gps().listDrivers()).drivers[3]?.lastName).toBe('Müller3');
    expect((await portals.driveri().listDrivers()).drivers[3]?.lastName).toBe('Müller3');
  });

  test('D1: Müller in Latin-1 without a charset makes the answer unreadable, and nothing is replaced', async () => {
    gpsFault({ kind: 'latin-1', announced: false, operation: 'driver/list' });
    driveriFault({ kind: 'latin-1', announced: false });
    const why = 'the answer could not be read: it holds bytes that are not UTF-8, which it should be';
    expect(await failureOf(portals.gps().listDrivers())).toMatchObject({ kind: 'malformed', message: why });
    expect(await failureOf(portals.driveri().listDrivers())).toMatchObject({
      kind: 'malformed',
      message: why,
    });
    expect(await failureOf(portals.gps().readDriver(gpsId(103)))).toMatchObject({ kind: 'malformed' });
  });

  test.each([
    ['123456789012345678', '123456789012345678'],
    ['9007199254740993', '9007199254740993'],
    ['1.50', '1.50'],
    ['1e3', '1e3'],
    ['-0', '-0'],
    ['42', '42'],
  ])('D2: a DriverID as JSON number %s keeps every digit', async (json, text) => {
    gpsFault({ kind: 'set-field', field: 'driveri_driver_id', json, operation: 'driver/list' });
    driveriFault({ kind: 'set-field', field: 'driverId', json, operation: 'drivers.list' });
    expect((await portals.gps().listDrivers()).drivers[0]?.driverId).toEqual({ state: 'known', value: text });
    expect((await portals.driveri().listDrivers()).drivers[0]?.driverId).toBe(text);
  });

  test('D2: GPS ids 9007199254740993 and …992 are two drivers', async () => {
    gpsFault({
      kind: 'set-field',
      field: 'id',
      json: '9007199254740993',
      ids: ['101'],
      operation: 'driver/list',
    });
    const first = await portals.gps().listDrivers();
    portals.sandbox.gps.faults.clear();
    gpsFault({
      kind: 'set-field',
      field: 'id',
      json: '9007199254740992',
      ids: ['102'],
      operation: 'driver/list',
    });
    const second = await portals.gps().listDrivers();
    expect(first.drivers[0]?.gpsId).toBe('9007199254740993');
    expect(second.drivers[1]?.gpsId).toBe('9007199254740992');
  });

  test.each([
    ['NUL', '"D\\u0000-0"'],
    ['half an emoji', '"D-0\\ud83d"'],
    ['a lost character', '"D\ufffd0"'],
    ['a tab', '"D\\t0"'],
    ['300 letters', JSON.stringify('D'.repeat(300))],
  ])('a DriverID that is altered by reading (%s) is unknown, not another one', async (_name, json) => {
    gpsFault({ kind: 'set-field', field: 'driveri_driver_id', json, operation: 'driver/list' });
    const listing = await portals.gps().listDrivers();
    expect(listing.drivers[0]?.driverId).toEqual({ state: 'unknown' });
    expect(listing.cleaned.get('101')).toMatchObject([
      expect.stringMatching(/^DriverID: not taken/) as string,
    ]);
  });

  test('D3: a Driveri that ignores case: tx-9001 is taken by TX-9001, and no read takes one for the other', async () => {
    portals.sandbox.driveri.put({ driverId: 'TX-9001', firstName: 'Tex' });
    portals.sandbox.driveri.setSwitches({ ignoreDriverIdCase: true });
    const driveri = portals.driveri();
    const failure = await failureOf(driveri.createDriver({ driverId: driverId('tx-9001'), firstName: 'A' }));
    expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none', message: 'Driver ID already exists' });
    expect((await driveri.readDriver(driverId('tx-9001'))).driver).toBeNull();
  });

  test('D5: a Driveri that keeps ten letters of a last name shows ten', async () => {
    portals.sandbox.driveri.setSwitches({ lastNameKept: 10 });
    const driveri = portals.driveri();
    await driveri.updateDriver(driverId('D-1'), { lastName: 'Featherstonehaugh' });
    expect((await driveri.readDriver(driverId('D-1'))).driver?.lastName).toBe('Featherston'.slice(0, 10));
  });

  test('D6: a shared e-mail, or a phone, that Driveri refuses is told in its words', async () => {
    portals.sandbox.driveri.setSwitches({ refuseSharedEmail: true, refusePhone: true });
    const driveri = portals.driveri();
    const update = (changes: { email?: string; phone?: string }) =>
      failureOf(driveri.updateDriver(driverId('D-1'), changes));
    expect(await update({ email: 'driver0@example.com' })).toMatchObject({
      kind: 'rejected',
      status: 400,
      causeInWords: 'refused with status 400: email is in use by another driver',
    });
    expect(await update({ phone: '5550001111' })).toMatchObject({
      kind: 'rejected',
      message: 'phone is not valid',
    });
  });
});

describe('E. the wire', () => {
  test.each([
    ['an object', 'object'],
    ['a list', 'list'],
    ['a text', 'text'],
  ] as const)(
    'E1: an error as %s beside status OK on delete is a refusal, and the driver stays',
    async (_name, shape) => {
      gpsFault({
        kind: 'error-beside-ok',
        code: 400,
        message: 'Not today',
        shape,
        operation: 'driver/delete',
      });
      const failure = await failureOf(portals.gps().deleteDriver(gpsId(101)));
      expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none', message: 'Not today' });
      expect(portals.sandbox.gps.driver(101)?.deleted).toBe(false);
    },
  );

  test.each([
    ['with its code', 403, 'object'],
    ['with its code as text', '403', 'list'],
    ['without a code', undefined, 'object'],
    ['as a text', undefined, 'text'],
  ] as const)(
    'E1: an ended session that is told %s beside status OK is a new log-in',
    async (_name, code, shape) => {
      const message = 'Forbidden (session does not exist)';
      const told = code === undefined ? {} : { code };
      gpsFault({ kind: 'error-beside-ok', ...told, message, shape, operation: 'driver/delete', times: 1 });
      await portals.gps().deleteDriver(gpsId(101));
      expect(portals.sandbox.gps.driver(101)?.deleted).toBe(true);
      expect(gpsCalls()['userauth/login']).toBe(2);
    },
  );

  test('a delete that answers OK while the driver stays is no success', async () => {
    gpsFault({ kind: 'swallow', operation: 'driver/delete' });
    const failure = await failureOf(portals.gps({ repeatAfterMs: [1, 1] }).deleteDriver(gpsId(101)));
    expect(failure).toMatchObject({
      kind: 'rejected',
      outcome: 'none',
      message: 'the portal answered OK, but the driver is still there',
    });
  });

  test('a delete is one although the portal shows the driver for a moment longer', async () => {
    gpsFault({ kind: 'stale', writesAgo: 1, operation: 'driver/list', times: 1 });
    await portals.gps({ repeatAfterMs: [1, 1] }).deleteDriver(gpsId(101));
    expect(portals.sandbox.gps.driver(101)?.deleted).toBe(true);
  });

  test('a delete that cannot be read back has an unknown outcome', async () => {
    const gps = portals.gps();
    await gps.checkCredentials();
    const held = gpsFault({ kind: 'hold', when: 'after', operation: 'driver/delete' });
    const failure = failureOf(gps.deleteDriver(gpsId(101)));
    await portals.sandbox.gps.faults.reached(held);
    gpsFault({ kind: 'server-error', operation: 'driver/list' });
    portals.sandbox.gps.faults.clear(held);
    expect(await failure).toMatchObject({ kind: 'server', operation: 'driver/delete', outcome: 'unknown' });
  });

  test.each(['gzip', 'deflate', 'raw-deflate', 'br'] as const)(
    'E2: answers with content-encoding %s',
    async (encoding) => {
      gpsFault({ kind: 'compress', encoding });
      driveriFault({ kind: 'compress', encoding });
      expect((await portals.gps().listDrivers()).drivers[3]?.lastName).toBe('Müller3');
      expect((await portals.driveri().listDrivers()).drivers[3]?.lastName).toBe('Müller3');
    },
  );

  test('E2: an answer that is too long when it is decompressed is none', async () => {
    gpsFault({ kind: 'compress', encoding: 'gzip' });
    expect(await failureOf(portals.gps({ maxAnswerBytes: 4_000 }).listDrivers())).toMatchObject({
      kind: 'malformed',
      message: 'the answer could not be read: it is longer than allowed',
    });
  });

  test('E3: a list as an object with numbers for keys, with a gap', async () => {
    for (const operation of ['driver/list', 'drivergroup/list', 'drivergroup/listmembers']) {
      gpsFault({ kind: 'reshape', shape: 'numbered', operation });
    }
    driveriFault({ kind: 'reshape', shape: 'numbered' });
    const gps = portals.gps();
    expect((await gps.listDrivers()).drivers).toHaveLength(40);
    await expect(gps.listGroups()).resolves.toEqual([{ name: 'North', members: [] }]);
    expect((await portals.driveri().listDrivers()).drivers).toHaveLength(40);
  });

  test('E3: one bare row', async () => {
    for (const operation of ['driver/list', 'drivergroup/list'])
      gpsFault({ kind: 'reshape', shape: 'bare', operation });
    await expect(portals.gps().listDrivers()).resolves.toMatchObject({
      drivers: [{ gpsId: '101' }],
      visibleGroups: 1,
    });
    await expect(portals.gps().readDriver(gpsId(105))).resolves.toMatchObject({ found: 'driver' });
  });

  describe('E4: Retry-After', () => {
    const inAMinute = () => Date.now() + 60_000;
    test.each<[string, () => FaultInput, number | 'default']>([
      ['an epoch', () => limited(String(Math.floor(inAMinute() / 1000))), 60_000],
      ['an epoch in ms', () => limited(String(inAMinute())), 60_000],
      ['a date', () => limited(new Date(inAMinute()).toUTCString()), 60_000],
      [
        'a date, with our clock 10 min ahead',
        () => limited(new Date(inAMinute() - 600_000).toUTCString(), -600_000),
        60_000,
      ],
      [
        'a date, with our clock 10 min behind',
        () => limited(new Date(inAMinute() + 600_000).toUTCString(), 600_000),
        60_000,
      ],
      ['0', () => limited('0'), 'default'],
      ['-1', () => limited('-1'), 'default'],
      ['a date that has passed', () => limited(new Date(Date.now() - 60_000).toUTCString()), 'default'],
      ['soon', () => limited('soon'), 'default'],
      ['two hours', () => limited('7200'), 3_600_000],
      ['a year', () => limited('31536000'), 'default'],
    ])('%s', async (_name, fault, expected) => {
      gpsFault(fault());
      const { kind, retryAfterMs = 0 } = await failureOf(
        portals.gps({ pauseMs: 77_000 }).readDriver(gpsId(101)),
      );
      expect(kind).toBe('rate-limited');
      const wanted = expected === 'default' ? 77_000 : expected;
      expect(Math.abs(retryAfterMs - wanted)).toBeLessThanOrEqual(expected === 'default' ? 0 : 3_000);
    });

    function limited(retryAfter: string, dateOffsetMs = 0): FaultInput {
      return { kind: 'rate-limit', retryAfter, dateOffsetMs, operation: 'driver/list', times: 1 };
    }
  });

  test.each([
    [
      '"temporarily unavailable"',
      { kind: 'error-200', code: 403, message: 'Service temporarily unavailable' },
      'server',
    ],
    [
      '"try again later" without rights',
      { kind: 'error-200', code: 401, message: 'Please try again later' },
      'server',
    ],
    [
      '"down for maintenance"',
      { kind: 'refuse', status: 403, message: 'The system is down for maintenance' },
      'server',
    ],
    [
      '"too many log-ins"',
      { kind: 'error-200', code: 403, message: 'Too many login attempts' },
      'rate-limited',
    ],
    ['a web page', { kind: 'html' }, 'malformed'],
    ["a firewall's page, 403", { kind: 'html', status: 403, title: 'Request blocked' }, 'malformed'],
    ["a firewall's page, 401", { kind: 'html', status: 401, title: 'Sign in' }, 'malformed'],
  ] as const)('E6: a log-in answered with %s is not refused', async (_name, fault, kind) => {
    gpsFault({ ...fault, operation: 'userauth/login', times: 1 });
    const gps = portals.gps({ pauseMs: 1 });
    expect((await failureOf(gps.readDriver(gpsId(101)))).kind).toBe(kind);
    await expect(gps.readDriver(gpsId(101))).resolves.toMatchObject({ found: 'driver' });
  });

  test.each([
    [
      '"temporarily unavailable"',
      { kind: 'refuse', status: 401, message: 'Temporarily unavailable' },
      'server',
    ],
    ["a firewall's page, 401", { kind: 'html', status: 401 }, 'malformed'],
    ["a firewall's page, 403", { kind: 'html', status: 403 }, 'malformed'],
  ] as const)('E6: a Driveri token answered with %s is not refused', async (_name, fault, kind) => {
    driveriFault({ ...fault, operation: 'auth.tokens', times: 1 });
    const driveri = portals.driveri();
    expect((await failureOf(driveri.readDriver(driverId('D-1')))).kind).toBe(kind);
    await expect(driveri.readDriver(driverId('D-1'))).resolves.toMatchObject({ driver: { driverId: 'D-1' } });
  });

  test('E6: the title of the page is part of the cause', async () => {
    gpsFault({ kind: 'html', status: 403, title: 'Request &amp; client blocked', operation: 'driver/list' });
    const { causeInWords } = await failureOf(portals.gps().readDriver(gpsId(101)));
    expect(causeInWords).toBe(
      'the answer could not be read: it is a web page titled “Request & client blocked” (status 403)',
    );
  });

  test('E7: a portal that ends other sessions at each log-in: the loser logs in again', async () => {
    portals.sandbox.gps.setSwitches({ endOtherSessions: true });
    const [one, other] = [portals.gps(), portals.gps()];
    await one.readDriver(gpsId(101));
    await other.readDriver(gpsId(101));
    await expect(one.readDriver(gpsId(101))).resolves.toMatchObject({ found: 'driver' });
    expect(gpsCalls()['userauth/login']).toBe(3);
  });

  test('a redirect is not followed', async () => {
    gpsFault({ kind: 'redirect', operation: 'driver/list' });
    driveriFault({ kind: 'redirect', location: 'http://example.invalid/', operation: 'driver.get' });
    expect(await failureOf(portals.gps().readDriver(gpsId(101)))).toMatchObject({
      kind: 'malformed',
      status: 302,
    });
    expect((await failureOf(portals.driveri().readDriver(driverId('D-1')))).message).toContain(
      'redirects are not followed',
    );
  });

  test.each(['reset-before', 'reset-after', 'cut'] as const)(
    'a kept connection that breaks (%s): a read is sent once more, a write never',
    async (kind) => {
      gpsFault({ kind, operation: 'driver/list', times: 1 });
      driveriFault({ kind, operation: 'driver.get', times: 1 });
      await expect(portals.gps().readDriver(gpsId(101))).resolves.toMatchObject({ found: 'driver' });
      await expect(portals.driveri().readDriver(driverId('D-1'))).resolves.toMatchObject({
        driver: { driverId: 'D-1' },
      });
      gpsFault({ kind, operation: 'driver/update', times: 1 });
      const failure = await failureOf(portals.gps().updateDriver(gpsId(101), { firstName: 'X' }));
      expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'unknown' });
      expect(gpsCalls()['driver/update']).toBe(1);
    },
  );

  describe('listings that do not end as they should', () => {
    beforeEach(() => {
      for (let index = 40; index < 700; index++) portals.sandbox.driveri.put({ driverId: `D-${index}` });
    });

    test('a Driveri that ignores the offset: few calls, one clear problem, single drivers go on', async () => {
      portals.sandbox.driveri.setSwitches({ ignoreOffset: true });
      const driveri = portals.driveri({ repeatAfterMs: [1, 1, 1] });
      const failure = await failureOf(driveri.listDrivers());
      expect(failure.kind).toBe('incomplete');
      expect(failure.message).toContain('it ignores the offset');
      expect(driveriCalls()['drivers.list']).toBe(2);
      await expect(driveri.readDriver(driverId('D-650'))).resolves.toMatchObject({
        driver: { driverId: 'D-650' },
      });
    });

    test('a list that ends at a window with a refusal', async () => {
      portals.sandbox.driveri.setSwitches({ listWindow: 400 });
      const failure = await failureOf(portals.driveri({ repeatAfterMs: [1] }).listDrivers());
      expect(failure).toMatchObject({ kind: 'incomplete', status: 400 });
      expect(failure.message).toContain('ends its list after 400');
      expect(driveriCalls()['drivers.list']).toBe(3);
    });

    test('a list that ends at a window with an empty page: a bounded number of calls', async () => {
      portals.sandbox.driveri.setSwitches({ listWindow: 400, afterWindow: 'empty' });
      expect((await failureOf(portals.driveri().listDrivers())).kind).toBe('incomplete');
      expect(driveriCalls()['drivers.list']).toBe(9);
    });
  });
});

describe('DriverIDs that cannot be addressed', () => {
  const create = (id: string) => portals.driveri().createDriver({ driverId: driverId(id), firstName: 'New' });

  test.each([
    ['A/1', '/'],
    ['A\\1', '\\'],
    ['50%', '%'],
  ])(
    '%s behind a server that refuses it: told with the character, before the driver is made',
    async (id, character) => {
      portals.sandbox.driveri.setSwitches({ refusedInPaths: [character] });
      const failure = await failureOf(create(id));
      expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none' });
      expect(failure.message).toContain(`refuses “${character}” in a web address`);
      expect(portals.sandbox.driveri.driver(id)).toBeUndefined();
      expect(driveriCalls()['drivers.create']).toBeUndefined();
    },
  );

  test.each(['.', '..'])('%s is refused before the driver is made', async (id) => {
    expect(await failureOf(create(id))).toMatchObject({ kind: 'rejected', outcome: 'none' });
    expect(driveriCalls()['drivers.create']).toBeUndefined();
  });

  test('a rename to one is refused, too, and a driver who has one is told with the character', async () => {
    portals.sandbox.driveri.put({ driverId: 'B/2', firstName: 'Bea' });
    portals.sandbox.driveri.setSwitches({ refusedInPaths: ['/'] });
    const driveri = portals.driveri();
    const rename = await failureOf(driveri.updateDriver(driverId('D-1'), { driverId: driverId('A/1') }));
    const update = await failureOf(driveri.updateDriver(driverId('B/2'), { firstName: 'Beatrice' }));
    expect(rename.message).toContain('“/”');
    expect(update).toMatchObject({ kind: 'rejected', outcome: 'none' });
    expect(update.message).toContain('“/”');
  });

  test('where it passes, it is asked once, and nothing is changed by asking', async () => {
    const driveri = portals.driveri();
    for (const id of ['A/1', 'A/2', 'A/3'])
      await driveri.createDriver({ driverId: driverId(id), firstName: 'New' });
    expect(portals.sandbox.driveri.drivers()).toHaveLength(43);
    expect(driveriCalls()).toMatchObject({ 'drivers.create': 3, 'drivers.update': 1 });
  });
});

test('B6: a user who sees only some groups is told by the list of groups', async () => {
  expect((await portals.gps().listDrivers()).seesAllDrivers).toBe(true);
  portals.sandbox.gps.setSwitches({ visibleGroups: ['North'] });
  await expect(portals.gps().listDrivers()).resolves.toMatchObject({
    seesAllDrivers: false,
    visibleGroups: 1,
  });
});
