import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultInput } from '../../src/sandbox/sandbox';
import type { Database } from '../../src/store/database/database';
import { startPortals, type PortalsUnderTest } from '../portals/support/portals-under-test';
import { givenSync, givenSyncDatabase, type GivenSync } from '../support/given-sync';
import { healthOf, healthWithin, HEALTHY, intervals, wordsOf } from '../support/settled-world';

const people = Array.from({ length: 5 }, (_, index) => ({
  id: 101 + index,
  firstname: `First${index}`,
  lastname: ['Lee', 'Fox', 'Orr', 'Hur', 'Müller'][index] ?? '',
  email: `driver${index}@fleet.example`,
  driveriDriverId: `D-${index}`,
}));

interface Line {
  readonly line: string;
  readonly input: string;
  readonly gps?: readonly FaultInput[];
  readonly driveri?: readonly FaultInput[];
  /** Nothing: it is HEALTHY all the time. */
  readonly codes: readonly string[];
  readonly state?: 'DEGRADED' | 'BLOCKED';
  /** The cause, and what helps, as the person reads it. */
  readonly says?: readonly string[];
  /** Intervals after which the problem has to be over; refused credentials are tried again after five minutes. */
  readonly goneWithin?: number;
}

const AWAY = { state: 'BLOCKED', codes: ['GPS_UNREACHABLE'] };
const READ = 'driver/list';
const WAITS = 'Changes wait, and go on by themselves when it answers again';

/** Health from the bytes on, with the real connectors: the causes that a person reads. */
const LINES: readonly Line[] = [
  {
    line: 'E2',
    input: 'GPS answers in raw deflate, and Driveri in Brotli',
    gps: [{ kind: 'compress', encoding: 'raw-deflate' }],
    driveri: [{ kind: 'compress', encoding: 'br' }],
    codes: [],
  },
  {
    line: 'E3',
    input: 'GPS and Driveri answer lists as objects with numbers for keys',
    gps: [{ kind: 'reshape', shape: 'numbered' }],
    driveri: [{ kind: 'reshape', shape: 'numbered' }],
    codes: [],
  },
  {
    line: 'E3',
    input: 'GPS answers one bare row of five',
    gps: [{ kind: 'reshape', shape: 'bare', operation: READ }],
    codes: ['ROSTER_SHRUNK'],
    says: ['GPS listed only 1 drivers, 5 in the last complete listing', 'check which driver groups'],
  },
  {
    line: 'E7',
    input: 'another program logs in as the same GPS user, over and over',
    gps: [{ kind: 'expire-session', operation: READ }],
    codes: ['GPS_CREDENTIALS_REFUSED'],
    state: 'BLOCKED',
    says: ['another program may be logging in as the same user', 'put right what the message says'],
    goneWithin: 11,
  },
  {
    line: 'E7',
    input: 'the session ends once, because another process has logged in',
    gps: [{ kind: 'expire-session', times: 1 }],
    codes: [],
  },
  {
    line: 'E6',
    input: 'a log-in is answered with a page',
    gps: [
      { kind: 'expire-session', operation: READ, times: 1 },
      { kind: 'html', operation: 'userauth/login', title: 'Back in an hour' },
    ],
    codes: ['GPS_UNREACHABLE'],
    state: 'BLOCKED',
    says: ['userauth/login', 'Back in an hour', WAITS],
  },
  {
    line: 'E4',
    input: 'GPS limits the requests, with Retry-After',
    gps: [{ kind: 'rate-limit', retryAfterSeconds: 60, operation: READ }],
    codes: ['GPS_RATE_LIMITED'],
    says: ['limits the number of requests', 'ask the vendor for a higher limit'],
  },
  {
    line: 'C6',
    input: 'driver/list is refused with 405',
    gps: [{ kind: 'refuse', status: 405, message: 'Method not allowed', operation: READ }],
    codes: ['GPS_READINGS_LATE'],
    says: ['405', 'Method not allowed'],
  },
  {
    line: 'C3',
    input: 'Driveri answers 503',
    driveri: [{ kind: 'server-error', status: 503, operation: 'drivers.list' }],
    codes: ['DRIVERI_UNREACHABLE'],
    state: 'BLOCKED',
    says: ['503', WAITS],
  },
  {
    line: 'D1',
    input: 'Latin-1 without a charset',
    gps: [{ kind: 'latin-1', announced: false, operation: READ }],
    codes: ['GPS_UNREACHABLE'],
    state: 'BLOCKED',
    says: ['UTF-8'],
  },
  {
    line: 'C2',
    input: 'an e-mail that is not a text',
    gps: [{ kind: 'set-field', field: 'email', json: 'false', operation: READ }],
    codes: ['DRIVERS_NEED_ATTENTION', 'GPS_ROWS_SET_ASIDE'],
    says: ['101', 'Correct these drivers'],
  },
  {
    line: 'C1',
    input: 'NUL in a last name of each portal',
    gps: [{ kind: 'set-field', field: 'lastname', json: '"Lee\\u0000"', operation: READ }],
    driveri: [{ kind: 'set-field', field: 'lastName', json: '"Lee\\u0000"' }],
    codes: [],
  },
];

describe('the health of each case, over the wire', () => {
  let database: Database;
  let portals: PortalsUnderTest;
  let given: GivenSync;
  const servers: Server[] = [];
  const environment = { ...process.env };
  // One world for all lines: each of them ends as it began.
  beforeAll(async () => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'])
      Reflect.deleteProperty(process.env, name);
    portals = await startPortals({
      gps: { groups: ['North'], drivers: people },
      driveri: {
        drivers: people.map(({ firstname, lastname, email, driveriDriverId }) => ({
          driverId: driveriDriverId,
          firstName: firstname,
          lastName: lastname,
          email,
        })),
      },
    });
    database = await givenSyncDatabase();
    const account = { gps: gpsPortal(), driveri: portals.driveri({ now: () => given.clock.now() }) };
    given = await givenSync({ database, account, startAt: Date.now() });
    await given.turnOn();
    await intervals(given, 1);
  });
  afterAll(async () => {
    process.env = { ...environment };
    await portals.close();
    await database.close();
  });
  beforeEach(async () => {
    expect(await healthOf(given)).toEqual(HEALTHY);
  });
  afterEach(() => {
    portals.sandbox.gps.faults.clear();
    portals.sandbox.driveri.faults.clear();
    Reflect.deleteProperty(process.env, 'HTTP_PROXY');
    for (const server of servers.splice(0)) server.close();
  });

  /** The connector as in production: at most one log-in in thirty seconds of the test's clock. */
  const gpsPortal = (options: Parameters<PortalsUnderTest['gps']>[0] = {}) =>
    portals.gps({ now: () => given.clock.now(), logInEveryMs: 30_000, ...options });
  const restartWith = (gps: ReturnType<typeof gpsPortal>): void => void Object.assign(given.account, { gps });

  it.each(LINES)('$line: $input: $codes', async ({ gps = [], driveri = [], codes, ...line }) => {
    for (const fault of gps) portals.sandbox.gps.faults.set(fault);
    for (const fault of driveri) portals.sandbox.driveri.faults.set(fault);
    if (codes.length === 0) {
      for (let round = 0; round < 3; round += 1) {
        await intervals(given, 1);
        expect(await healthOf(given)).toEqual(HEALTHY);
      }
      return;
    }
    const told = { state: line.state ?? 'DEGRADED', codes };
    expect(await healthWithin(given, 4, told)).toEqual(told);
    for (const words of line.says ?? []) expect(await wordsOf(given)).toContain(words);
    portals.sandbox.gps.faults.clear();
    portals.sandbox.driveri.faults.clear();
    expect(await healthWithin(given, line.goneWithin ?? 4, HEALTHY)).toEqual(HEALTHY);
  });

  it('E2: an answer that is too long when it is decompressed, until it is no more', async () => {
    portals.sandbox.gps.faults.set({ kind: 'compress' });
    restartWith(gpsPortal({ maxAnswerBytes: 500 }));
    expect(await healthWithin(given, 3, AWAY)).toEqual(AWAY);
    expect(await wordsOf(given)).toContain('it is longer than allowed');
    restartWith(gpsPortal());
    expect(await healthWithin(given, 3, HEALTHY)).toEqual(HEALTHY);
  });

  it.each([
    [407, 'the proxy wants credentials'],
    [502, 'the proxy did not connect'],
  ])('E5: a proxy that answers %s is named, until it is out of the way', async (status, words) => {
    const proxy = createServer((_request, response) => response.writeHead(status).end());
    proxy.on('connect', (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
    servers.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo; // it listens on a port
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${port}`;
    restartWith(gpsPortal());
    expect(await healthWithin(given, 3, AWAY)).toEqual(AWAY);
    expect(await wordsOf(given)).toContain(words);
    expect(await wordsOf(given)).toContain(`127.0.0.1:${port}`);
    Reflect.deleteProperty(process.env, 'HTTP_PROXY');
    restartWith(gpsPortal());
    expect(await healthWithin(given, 3, HEALTHY)).toEqual(HEALTHY);
  });
});
