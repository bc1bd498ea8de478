import { inspect } from 'node:util';
import { driverId } from '../../../src/driver/ids';
import type { DriveriDriver } from '../../../src/driver/driveri-driver';
import { createDriveriPortal } from '../../../src/portals/driveri/driveri-portal';
import type { FaultInput } from '../../../src/sandbox/sandbox';
import { failureOf } from '../support/failure-of';
import { startPortals, type PortalsUnderTest } from '../support/portals-under-test';
import { reply, startStub } from '../support/stub-portal';

const ANN = { driverId: 'ann', firstName: 'Ann', email: 'ann@example.com' };
const GONE = { driverId: 'gone', firstName: 'Gus', status: 'Deleted' };
const ID = driverId('ann');

let portals: PortalsUnderTest;
beforeEach(async () => {
  portals = await startPortals({ driveri: { drivers: [ANN, GONE] } });
});
afterEach(() => portals.close());

const calls = () => portals.sandbox.driveri.calls();
const fault = (input: FaultInput) => portals.sandbox.driveri.faults.set(input);

describe('every fault, met by every method', () => {
  const faults: { readonly fault: FaultInput; readonly kind: string; readonly write: 'none' | 'unknown' }[] =
    [
      { fault: { kind: 'hang' }, kind: 'timeout', write: 'unknown' },
      { fault: { kind: 'hang', when: 'after' }, kind: 'timeout', write: 'unknown' },
      { fault: { kind: 'reset-before' }, kind: 'unreachable', write: 'unknown' },
      { fault: { kind: 'reset-after' }, kind: 'unreachable', write: 'unknown' },
      { fault: { kind: 'cut' }, kind: 'unreachable', write: 'unknown' },
      { fault: { kind: 'server-error', status: 500 }, kind: 'server', write: 'unknown' },
      { fault: { kind: 'server-error', status: 503, when: 'after' }, kind: 'server', write: 'unknown' },
      { fault: { kind: 'html' }, kind: 'malformed', write: 'unknown' },
      { fault: { kind: 'html', when: 'after' }, kind: 'malformed', write: 'unknown' },
      { fault: { kind: 'empty-body' }, kind: 'malformed', write: 'unknown' },
      { fault: { kind: 'rate-limit', retryAfterSeconds: 10 }, kind: 'rate-limited', write: 'none' },
      { fault: { kind: 'missing-scope' }, kind: 'forbidden', write: 'none' },
      { fault: { kind: 'refuse-credentials' }, kind: 'credentials', write: 'none' },
    ];
  const removed = { driverId: driverId('gone'), statusCode: 3 } as DriveriDriver; // what reinstating looks at
  const methods = [
    ['drivers.list', 'read', (portal) => portal.listDrivers()],
    ['drivers.list', 'read', (portal) => portal.changedSince(0)],
    ['configurations', 'read', (portal) => portal.listDrivers()],
    ['driver.get', 'read', (portal) => portal.readDriver(ID)],
    [
      'drivers.create',
      'write',
      (portal) => portal.createDriver({ driverId: driverId('new'), firstName: 'N' }),
    ],
    [
      'drivers.create',
      'write',
      (portal) => portal.reinstateDriver(removed, { driverId: driverId('gone'), firstName: 'G' }),
    ],
    ['drivers.update', 'write', (portal) => portal.updateDriver(ID, { firstName: 'Anna' })],
    ['drivers.update', 'write', (portal) => portal.updateDriver(ID, { status: 'removed' })],
  ] as const satisfies readonly (readonly [
    string,
    'read' | 'write',
    (portal: ReturnType<PortalsUnderTest['driveri']>) => Promise<unknown>,
  ])[];

  test.each(faults)('$fault is $kind', async ({ fault: input, kind, write }) => {
    for (const [operation, effect, call] of methods) {
      fault({ ...input, operation });
      portals.sandbox.driveri.resetCalls();
      const failure = await failureOf(call(portals.driveri({ timeoutMs: kind === 'timeout' ? 600 : 5_000 })));
      const outcome = effect === 'write' ? write : 'none';
      expect({ ...failure, operation }).toMatchObject({ kind, outcome });
      // Nothing is retried behind the caller's back, but once with another token, or a read on another connection.
      const isTwice = kind === 'credentials' || (kind === 'unreachable' && effect === 'read');
      expect(calls()[operation]).toBe(isTwice ? 2 : 1);
      portals.sandbox.driveri.faults.clear();
      portals.sandbox.driveri.revokeTokens();
    }
  });
});

describe('token', () => {
  test('fifty calls at once look for one, and make one', async () => {
    const driveri = portals.driveri({ maxConcurrent: 50 });
    await Promise.all(Array.from({ length: 50 }, () => driveri.readDriver(ID)));
    expect(calls()).toMatchObject({ 'auth.tokens': 1, 'auth.token': 1, 'driver.get': 50 });
  });

  test('one that somebody else made is used', async () => {
    await portals.driveri().readDriver(ID);
    await portals.driveri().readDriver(ID);
    expect(calls()).toMatchObject({ 'auth.tokens': 2, 'auth.token': 1 });
    expect(portals.sandbox.driveri.tokens()).toHaveLength(1);
  });

  test('a revoked one is replaced once for all, and no call is lost', async () => {
    const driveri = portals.driveri({ maxConcurrent: 50 });
    await driveri.readDriver(ID);
    portals.sandbox.driveri.revokeTokens();
    portals.sandbox.driveri.resetCalls();
    await Promise.all(Array.from({ length: 50 }, () => driveri.readDriver(ID)));
    expect(calls()).toMatchObject({ 'auth.tokens': 1, 'auth.token': 1 });
  });

  test('a write with a revoked token is sent once more: it had no effect', async () => {
    fault({ kind: 'revoke-token', operation: 'drivers.update', times: 1 });
    await portals.driveri().updateDriver(ID, { firstName: 'Anna' });
    expect(portals.sandbox.driveri.driver('ann')?.firstName).toBe('Anna');
    expect(calls()).toMatchObject({ 'auth.token': 2, 'drivers.update': 2 });
  });

  test('one that is about to expire is replaced before it does', async () => {
    const clock = { now: Date.now() };
    await portals.close();
    portals = await startPortals({ driveri: { drivers: [ANN] } });
    portals.sandbox.driveri.setSwitches({ tokenTtlMs: 3_600_000 });
    const driveri = portals.driveri({ now: () => clock.now });
    await driveri.readDriver(ID);
    clock.now += 3_600_000 - 59_000;
    await driveri.readDriver(ID);
    expect(calls()).toMatchObject({ 'auth.tokens': 2, 'auth.token': 2 });
  });

  test('when a third is refused, the one that lives longest is used', async () => {
    portals.sandbox.driveri.setSwitches({ tokenTtlMs: 30_000 });
    await portals.driveri().readDriver(ID);
    await portals.driveri().readDriver(ID);
    expect(portals.sandbox.driveri.tokens()).toHaveLength(2);
    portals.sandbox.driveri.resetCalls();
    await expect(portals.driveri().readDriver(ID)).resolves.toMatchObject({ driver: { driverId: 'ann' } });
    expect(calls()).toMatchObject({ 'auth.tokens': 2, 'auth.token': 1 });
  });

  test.each(['auth.tokens', 'auth.token', 'configurations'])(
    'a write that does not get past %s had no effect',
    async (operation) => {
      for (const kind of ['reset-after', 'html', 'server-error'] as const) {
        fault({ kind, operation, times: kind === 'reset-after' ? 2 : 1 });
        const failure = await failureOf(portals.driveri().updateDriver(ID, { status: 'removed' }));
        expect(failure).toMatchObject({ operation, outcome: 'none' });
        portals.sandbox.driveri.revokeTokens();
      }
      expect(calls()['drivers.update']).toBeUndefined();
    },
  );

  test('refused credentials: asked once, whoever wants to know', async () => {
    const driveri = portals.driveri({ clientSecret: () => 'wrong' });
    await Promise.all(Array.from({ length: 10 }, () => failureOf(driveri.readDriver(ID))));
    expect(await failureOf(driveri.updateDriver(ID, { firstName: 'X' }))).toMatchObject({
      kind: 'credentials',
      outcome: 'none',
    });
    expect(calls()).toEqual({ 'auth.tokens': 1 });
  });

  test.each([
    ['View Access Token', 'auth.tokens'],
    ['Create Access Token', 'auth.token'],
  ])('without the scope "%s" the error says so', async (scope, operation) => {
    const all = portals.sandbox.driveri.switches().scopes;
    portals.sandbox.driveri.setScopes(all.filter((one) => one !== scope));
    const failure = await failureOf(portals.driveri().readDriver(ID));
    expect(failure).toMatchObject({ kind: 'forbidden', operation });
    expect(failure.message).toContain(scope);
  });
});

test('a missing scope is named', async () => {
  portals.sandbox.driveri.setScopes(['View Access Token', 'Create Access Token', 'View Drivers']);
  const failure = await failureOf(portals.driveri().updateDriver(ID, { firstName: 'X' }));
  expect(failure.message).toBe('the API key needs the scope "Update Drivers"');
});

describe('limits', () => {
  test('a listing goes on after a moment of rest that the portal asked for', async () => {
    fault({ kind: 'rate-limit', retryAfterSeconds: 1, operation: 'drivers.list', times: 1 });
    await expect(portals.driveri({ repeatAfterMs: [0] }).listDrivers()).resolves.toMatchObject({
      drivers: { length: 2 },
    });
    expect(calls()['drivers.list']).toBe(2);
  });

  test('429 without Retry-After: a pause of its own', async () => {
    let now = 1_000_000;
    const driveri = portals.driveri({ now: () => now, pauseMs: 7_000 });
    fault({ kind: 'rate-limit', operation: 'drivers.update', times: 1 });
    const update = () => driveri.updateDriver(ID, { firstName: 'Anna' });
    expect(await failureOf(update())).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000 });
    expect(await failureOf(update())).toMatchObject({ kind: 'paused', retryAfterMs: 7_000 });
    now += 7_000;
    await update();
    expect(calls()['drivers.update']).toBe(2);
  });

  test('a write whose time passes while the token is fetched is not sent', async () => {
    let now = 1_000;
    const driveri = portals.driveri({ now: () => now });
    const held = fault({ kind: 'hold', when: 'after', operation: 'auth.token' });
    const failure = failureOf(driveri.updateDriver(ID, { firstName: 'X' }, { sendBefore: 2_000 }));
    await portals.sandbox.driveri.faults.reached(held);
    now = 2_001;
    portals.sandbox.driveri.faults.clear(held);
    expect(await failure).toMatchObject({ kind: 'too-late', outcome: 'none' });
    expect(calls()['drivers.update']).toBeUndefined();
  });

  test('nor is the second way of reinstating', async () => {
    let now = 1_000;
    const driveri = portals.driveri({ now: () => now });
    await driveri.listDrivers();
    portals.sandbox.driveri.edit('gone', { status: 'Inactive' });
    const held = fault({ kind: 'hold', when: 'after', operation: 'drivers.create' });
    const removed = { driverId: driverId('gone'), statusCode: 3 } as DriveriDriver; // what reinstating looks at
    const failure = failureOf(
      driveri.reinstateDriver(removed, { driverId: driverId('gone'), firstName: 'G' }, { sendBefore: 2_000 }),
    );
    await portals.sandbox.driveri.faults.reached(held);
    now = 2_001;
    portals.sandbox.driveri.faults.clear(held);
    expect(await failure).toMatchObject({ kind: 'too-late', outcome: 'none' });
    expect(calls()['drivers.update']).toBeUndefined();
  });

  test('why a write was refused may be read after its time has passed', async () => {
    let now = 1_000;
    const driveri = portals.driveri({ now: () => now });
    await driveri.listDrivers();
    const held = fault({ kind: 'hold', when: 'after', operation: 'drivers.create' });
    const failure = failureOf(driveri.createDriver({ driverId: ID, firstName: 'A' }, { sendBefore: 2_000 }));
    await portals.sandbox.driveri.faults.reached(held);
    now = 2_001;
    portals.sandbox.driveri.faults.clear(held);
    expect((await failure).kind).toBe('taken');
  });
});

describe('what a real portal might answer', () => {
  const tokens = { data: [{ accessToken: 'secret-token', expiresOn: Date.now() + 1e9, scope: 'all' }] };
  async function answering(status: number, body: unknown, call: 'read' | 'update') {
    const stub = await startStub((seen, response) =>
      seen.url.includes('/auth/') ? reply(response, 200, tokens) : reply(response, status, body),
    );
    const driveri = createDriveriPortal({
      baseUrl: `${stub.origin}/driveri`,
      tenant: 'a b',
      clientId: 'secret-client',
      clientSecret: 'secret-secret',
    });
    const call_ = call === 'read' ? driveri.readDriver(ID) : driveri.updateDriver(ID, { firstName: 'Anna' });
    const failure = await failureOf(call_);
    await stub.close();
    await driveri.close();
    return { failure, seen: stub.seen };
  }

  test("a 404 that is not the API's own says nothing of a driver", async () => {
    const { failure } = await answering(404, '<html>Not found</html>', 'read');
    expect(failure).toMatchObject({ kind: 'malformed', outcome: 'none' });
  });

  test('a refusal repeats nothing that was sent', async () => {
    const error = {
      status: 400,
      message: 'Name Anna of ann (mail jo@example.com) is bad',
      messageCode: 'BAD',
    };
    const { failure, seen } = await answering(400, { error }, 'update');
    expect(failure).toMatchObject({ message: 'Name … of … (mail … is bad', portalCode: '400 BAD' });
    expect(inspect(failure)).not.toMatch(/secret|Anna|127\.0\.0\.1/);
    expect(seen.map(({ url }) => url)).toContain('/driveri/v1/tenants/a%20b/drivers/ann');
  });

  test('what is sent of a token and a body', async () => {
    const { seen } = await answering(409, {}, 'update');
    expect(seen[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('secret-client:secret-secret').toString('base64')}`,
    );
    expect(seen[1]).toMatchObject({
      method: 'PUT',
      headers: { authorization: 'bearer secret-token', 'content-type': 'application/json' },
      body: '{"firstName":"Anna"}',
    });
    expect(seen.some(({ url }) => url.includes('secret'))).toBe(false);
  });

  test('a listing never follows links, whatever they say', async () => {
    const elsewhere = await startStub((_seen, response) => reply(response, 200, {}));
    portals.sandbox.driveri.setSwitches({ linkBase: elsewhere.origin });
    for (let index = 0; index < 300; index++) portals.sandbox.driveri.put({ driverId: `d${index}` });
    await portals.driveri().listDrivers();
    expect(elsewhere.seen).toEqual([]);
    await elsewhere.close();
  });
});
