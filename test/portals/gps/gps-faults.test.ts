import { gpsId } from '../../../src/driver/ids';
import type { FaultInput } from '../../../src/sandbox/sandbox';
import { failureOf } from '../support/failure-of';
import { startPortals, type PortalsUnderTest } from '../support/portals-under-test';

const ANN = { id: 101, firstname: 'Ann', lastname: 'Lee', driveriDriverId: 'X1' };
const ID = gpsId(101);

let portals: PortalsUnderTest;
beforeEach(async () => {
  portals = await startPortals({ gps: { groups: ['North'], drivers: [ANN] } });
});
afterEach(() => portals.close());

const calls = () => portals.sandbox.gps.calls();
const fault = (input: FaultInput) => portals.sandbox.gps.faults.set(input);

describe('every fault, met by every method', () => {
  const faults: { readonly fault: FaultInput; readonly kind: string; readonly write: 'none' | 'unknown' }[] =
    [
      { fault: { kind: 'hang' }, kind: 'timeout', write: 'unknown' },
      { fault: { kind: 'hang', when: 'after' }, kind: 'timeout', write: 'unknown' },
      { fault: { kind: 'reset-before' }, kind: 'unreachable', write: 'unknown' },
      { fault: { kind: 'reset-after' }, kind: 'unreachable', write: 'unknown' },
      { fault: { kind: 'cut' }, kind: 'unreachable', write: 'unknown' },
      { fault: { kind: 'server-error', status: 500 }, kind: 'server', write: 'unknown' },
      { fault: { kind: 'server-error', status: 502, when: 'after' }, kind: 'server', write: 'unknown' },
      { fault: { kind: 'html' }, kind: 'malformed', write: 'unknown' },
      { fault: { kind: 'html', when: 'after' }, kind: 'malformed', write: 'unknown' },
      { fault: { kind: 'empty-body' }, kind: 'malformed', write: 'unknown' },
      { fault: { kind: 'error-200', code: 500 }, kind: 'server', write: 'unknown' },
      { fault: { kind: 'error-200', code: 400, message: 'Bad Request' }, kind: 'rejected', write: 'none' },
      { fault: { kind: 'rate-limit', retryAfterSeconds: 0 }, kind: 'rate-limited', write: 'none' },
      { fault: { kind: 'refuse-credentials' }, kind: 'forbidden', write: 'none' },
    ];
  const methods = [
    ['driver/list', 'read', (gps) => gps.readDriver(ID)],
    ['drivergroup/listmembers', 'read', (gps) => gps.listGroups()],
    ['driver/create', 'write', (gps) => gps.createDriver({ lastName: 'New' })],
    ['driver/update', 'write', (gps) => gps.updateDriver(ID, { firstName: 'Anna' })],
    ['driver/joingroup', 'write', (gps) => gps.joinGroup(ID, 'North')],
    ['driver/leavegroup', 'write', (gps) => gps.leaveGroup(ID, 'North')],
    ['driver/delete', 'write', (gps) => gps.deleteDriver(ID)],
    // Last: the other request of a listing may still be under way when one has failed.
    ['drivergroup/list', 'read', (gps) => gps.listDrivers()],
  ] as const satisfies readonly (readonly [
    string,
    'read' | 'write',
    (gps: ReturnType<PortalsUnderTest['gps']>) => Promise<unknown>,
  ])[];

  test.each(faults)('$fault is $kind', async ({ fault: input, kind, write }) => {
    const gps = portals.gps({ timeoutMs: kind === 'timeout' ? 150 : 5_000, pauseMs: 1 });
    for (const [operation, effect, call] of methods) {
      fault({ ...input, operation });
      portals.sandbox.gps.resetCalls();
      const failure = await failureOf(call(gps));
      const outcome = effect === 'write' ? write : 'none';
      expect({ ...failure, operation }).toMatchObject({ operation, kind, outcome });
      // A read whose connection broke is sent once more; nothing else is retried behind the caller's back.
      expect(calls()[operation]).toBe(kind === 'unreachable' && effect === 'read' ? 2 : 1);
      portals.sandbox.gps.faults.clear();
    }
  });
});

test('a slow answer within the time is one', async () => {
  fault({ kind: 'slow', delayMs: 20 });
  await expect(portals.gps().listDrivers()).resolves.toMatchObject({ drivers: [{ gpsId: '101' }] });
});

test('a portal that is off the network: not sent', async () => {
  await portals.sandbox.gps.stop();
  const gps = portals.gps();
  expect(await failureOf(gps.createDriver({ lastName: 'New' }))).toMatchObject({
    kind: 'unreachable',
    outcome: 'none',
  });
  await portals.sandbox.gps.start();
  await expect(gps.listDrivers()).resolves.toMatchObject({ drivers: [{ gpsId: '101' }] });
});

describe('session', () => {
  test('fifty calls at once log in once', async () => {
    const gps = portals.gps({ maxConcurrent: 50 });
    await Promise.all(Array.from({ length: 50 }, () => gps.readDriver(ID)));
    expect(calls()).toEqual({ 'userauth/login': 1, 'driver/list': 50 });
  });

  test('an ended session is renewed once for all, and no call is lost', async () => {
    const gps = portals.gps({ maxConcurrent: 50 });
    await gps.checkCredentials();
    portals.sandbox.gps.expireSessions();
    portals.sandbox.gps.resetCalls();
    await Promise.all(Array.from({ length: 50 }, () => gps.readDriver(ID)));
    expect(calls()['userauth/login']).toBe(1);
  });

  test('a write whose session ended is sent once more: it had no effect', async () => {
    const gps = portals.gps();
    await gps.checkCredentials();
    fault({ kind: 'expire-session', operation: 'driver/update', times: 1 });
    await gps.updateDriver(ID, { firstName: 'Anna' });
    expect(portals.sandbox.gps.driver(101)?.firstname).toBe('Anna');
    expect(calls()).toMatchObject({ 'userauth/login': 2, 'driver/update': 2 });
  });

  test('a session that ends again at once is a matter of credentials', async () => {
    fault({ kind: 'expire-session', operation: 'driver/list' });
    const failure = await failureOf(portals.gps().readDriver(ID));
    expect(failure).toMatchObject({ kind: 'credentials', outcome: 'none' });
    expect(calls()).toEqual({ 'userauth/login': 2, 'driver/list': 2 });
  });

  test('refused credentials: one log-in, whoever asks; a check tries again', async () => {
    const gps = portals.gps({ appToken: () => 'wrong' });
    const failures = await Promise.all(Array.from({ length: 10 }, () => failureOf(gps.readDriver(ID))));
    expect(new Set(failures.map(({ kind }) => kind))).toEqual(new Set(['credentials']));
    await failureOf(gps.readDriver(ID));
    expect(calls()).toEqual({ 'userauth/login': 1 });
    const failure = await failureOf(gps.checkCredentials());
    expect(failure).toMatchObject({ kind: 'credentials', outcome: 'none' });
    expect(failure.message).not.toContain('wrong');
    expect(calls()).toEqual({ 'userauth/login': 2 });
  });

  test.each(['userauth/login', 'driver/list'])(
    'a write that does not get past %s had no effect',
    async (operation) => {
      for (const kind of ['reset-after', 'html', 'server-error'] as const) {
        fault({ kind, operation, times: kind === 'reset-after' ? 2 : 1 });
        const failure = await failureOf(portals.gps().updateDriver(ID, { firstName: 'X' }));
        expect(failure).toMatchObject({ operation, outcome: 'none' });
      }
      expect(calls()['driver/update']).toBeUndefined();
    },
  );

  test('a log-in that the portal fails at is not a matter of credentials', async () => {
    fault({ kind: 'server-error', operation: 'userauth/login', times: 1 });
    const gps = portals.gps();
    expect((await failureOf(gps.createDriver({ lastName: 'New' }))).kind).toBe('server');
    await gps.checkCredentials();
  });
});

describe('limits', () => {
  test('429 without Retry-After: the account stays away for a quarter of an hour', async () => {
    let now = 1_000_000;
    const gps = portals.gps({ now: () => now });
    fault({ kind: 'rate-limit', operation: 'driver/list', times: 1 });
    expect(await failureOf(gps.readDriver(ID))).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 900_000,
    });
    expect((await gps.status()).pausedUntil).toBe(1_900_000);
    expect(await failureOf(gps.updateDriver(ID, { firstName: 'X' }))).toMatchObject({
      kind: 'paused',
      outcome: 'none',
      retryAfterMs: 900_000,
    });
    expect(calls()['driver/list']).toBe(1);
    now += 900_000;
    await expect(gps.readDriver(ID)).resolves.toMatchObject({ found: 'driver' });
  });

  test('429 in an envelope with status 200 is one too', async () => {
    fault({ kind: 'error-200', code: 429, message: 'Too Many Requests', operation: 'driver/list' });
    const gps = portals.gps();
    expect((await failureOf(gps.readDriver(ID))).kind).toBe('rate-limited');
    expect((await gps.status()).pausedUntil).not.toBeNull();
  });

  test('one account that is paused stops nobody else', async () => {
    const other = portals.gps();
    fault({ kind: 'rate-limit', operation: 'driver/list', times: 1 });
    await failureOf(portals.gps().readDriver(ID));
    await expect(other.readDriver(ID)).resolves.toMatchObject({ found: 'driver' });
  });

  test("the day's budget: log-ins count, and nothing is sent beyond it", async () => {
    const gps = portals.gps({ requestsPerDay: 3 });
    await gps.listDrivers();
    expect((await gps.status()).budgetLeft).toBe(0);
    expect(await failureOf(gps.readDriver(ID))).toMatchObject({ kind: 'paused', outcome: 'none' });
    expect(calls()['driver/list']).toBe(1);
  });

  test('a portal that is down is left alone after a while, and tried again', async () => {
    let now = 1_000_000;
    const gps = portals.gps({ breakerFailures: 3, breakerRestMs: 5_000, now: () => now });
    await gps.checkCredentials();
    const id = fault({ kind: 'server-error', operation: 'driver/list' });
    for (let call = 0; call < 3; call++) await failureOf(gps.readDriver(ID));
    expect((await gps.status()).breaker).toBe('open');
    expect(await failureOf(gps.readDriver(ID))).toMatchObject({ kind: 'paused', retryAfterMs: 5_000 });
    expect(calls()['driver/list']).toBe(3);
    portals.sandbox.gps.faults.clear(id);
    now += 5_000;
    await expect(gps.readDriver(ID)).resolves.toMatchObject({ found: 'driver' });
    expect((await gps.status()).breaker).toBe('closed');
  });

  test('a write whose time passes while its driver is looked up is not sent', async () => {
    let now = 1_000;
    const gps = portals.gps({ now: () => now });
    await gps.checkCredentials();
    const id = fault({ kind: 'hold', when: 'after', operation: 'driver/list' });
    const failure = failureOf(gps.updateDriver(ID, { firstName: 'X' }, { sendBefore: 2_000 }));
    await portals.sandbox.gps.faults.reached(id);
    now = 2_001;
    portals.sandbox.gps.faults.clear(id);
    expect(await failure).toMatchObject({ kind: 'too-late', outcome: 'none' });
    expect(calls()['driver/update']).toBeUndefined();
  });
});

test('errors say nothing of addresses, tokens or data', async () => {
  const gps = portals.gps();
  fault({ kind: 'html', operation: 'driver/update' });
  const failure = await failureOf(gps.updateDriver(ID, { email: 'secret@example.com' }));
  expect(JSON.stringify({ ...failure, message: failure.message, cause: failure.cause })).not.toMatch(
    /secret|127\.0\.0\.1|token/,
  );
});
