import {
  startDriveriSandbox,
  startGpsSandbox,
  type DriveriSandbox,
  type FaultInput,
  type GpsSandbox,
} from '../../src/sandbox/sandbox';
import { DriveriCaller } from './driveri-caller';
import { GpsCaller, type GpsAnswer } from './gps-caller';

describe('faults', () => {
  let now = 1_000;
  let gps: GpsSandbox;
  let driveri: DriveriSandbox;
  let gpsCaller: GpsCaller;
  let caller: DriveriCaller;

  beforeEach(async () => {
    now = 1_000;
    const drivers = Array.from({ length: 10 }, (_, index) => `D${index}`);
    gps = await startGpsSandbox({
      fleet: { drivers: drivers.map((id) => ({ lastname: id, refId: id, driveriDriverId: id })) },
      now: () => now,
    });
    driveri = await startDriveriSandbox({
      fleet: { drivers: drivers.map((driverId) => ({ driverId, firstName: driverId, lastName: 'L' })) },
      now: () => now,
    });
    gpsCaller = await new GpsCaller(gps).logIn();
    caller = await new DriveriCaller(driveri).logIn();
  });

  afterEach(async () => {
    await Promise.all([gpsCaller.close(), caller.close()]);
    await Promise.all([gps.close(), driveri.close()]);
  });

  const rename = (): Promise<GpsAnswer> =>
    gpsCaller.call('driver/update', { driver: 'D1', firstname: 'New' });
  const firstname = (): string | undefined => gps.drivers()[1]?.firstname;
  const put = (body: object = { lastName: 'New' }): ReturnType<DriveriCaller['call']> =>
    caller.call('PUT', 'drivers/D1', body);
  const lastName = (): string | undefined => driveri.driver('D1')?.lastName;

  describe('the board', () => {
    it('hits as many calls as it is told, and then no more', async () => {
      gps.faults.set({ operation: 'driver/list', kind: 'server-error', times: 2 });
      const statuses = [];
      for (let call = 0; call < 3; call += 1) statuses.push((await gpsCaller.call('driver/list')).status);
      expect(statuses).toEqual([500, 500, 200]);
      expect(gps.faults.list()).toEqual([]);
    });

    it('hits until it is cleared, when not told how often', async () => {
      const id = driveri.faults.set({ operation: '*', kind: 'server-error', status: 503 });
      expect((await caller.call('GET', 'drivers')).status).toBe(503);
      expect((await put()).status).toBe(503);
      expect(driveri.faults.list()).toMatchObject([{ id, kind: 'server-error', hits: 2, left: null }]);
      driveri.faults.clear(id);
      expect((await put()).status).toBe(200);
    });

    it('clears by operation, or everything', () => {
      gps.faults.set({ operation: 'driver/list', kind: 'hang' });
      gps.faults.set({ operation: 'driver/update', kind: 'hang' });
      gps.faults.clear('driver/list');
      expect(gps.faults.list()).toMatchObject([{ operation: 'driver/update' }]);
      gps.faults.clear();
      expect(gps.faults.list()).toEqual([]);
    });

    it('hits only the operation that it names', async () => {
      driveri.faults.set({ operation: 'drivers.update', kind: 'server-error' });
      expect((await caller.call('GET', 'drivers')).status).toBe(200);
      expect((await put()).status).toBe(500);
    });

    it('is not used up by calls that it cannot concern', async () => {
      gps.faults.set({ kind: 'empty-list', times: 1 });
      await rename();
      expect((await gpsCaller.call('driver/list')).data).toEqual([]);
      expect((await gpsCaller.call('driver/list')).data).toHaveLength(10);
    });

    it('of a call that one fault ends, uses up no other', async () => {
      gps.faults.set({ operation: 'driver/list', kind: 'rate-limit', times: 1 });
      gps.faults.set({ operation: 'driver/list', kind: 'empty-list', times: 1 });
      expect((await gpsCaller.call('driver/list')).status).toBe(429);
      expect((await gpsCaller.call('driver/list')).data).toEqual([]);
    });

    it.each<[string, FaultInput]>([
      ['an operation that is not there', { operation: 'driver/lst', kind: 'slow' }],
      ['a kind of the other portal', { kind: 'revoke-token' }],
      ['options that are none', { kind: 'partial-list', keep: 2 }],
      ['no times at all', { kind: 'slow', times: 0 }],
    ])('refuses %s', (_what, fault) => {
      expect(() => gps.faults.set(fault)).toThrow();
    });

    it('counts calls per operation, whatever becomes of them', async () => {
      gps.faults.set({ operation: 'driver/list', kind: 'reset-before', times: 1 });
      gps.resetCalls();
      await expect(gpsCaller.call('driver/list')).rejects.toThrow();
      await gpsCaller.call('driver/list');
      await gpsCaller.call('DRIVER/Update', { driver: 'nobody' });
      expect(gps.calls()).toEqual({ 'driver/list': 2, 'driver/update': 1 });
      driveri.resetCalls();
      await put();
      expect(driveri.calls()).toEqual({ 'drivers.update': 1 });
    });
  });

  describe('of time', () => {
    it('slow: the right answer, late', async () => {
      gps.faults.set({ operation: 'driver/list', kind: 'slow', delayMs: 25 });
      const startedAt = performance.now();
      expect((await gpsCaller.call('driver/list')).data).toHaveLength(10);
      expect(performance.now() - startedAt).toBeGreaterThan(20);
    });

    it('hold: the call waits, without effect, until the fault is cleared', async () => {
      const id = driveri.faults.set({ operation: 'drivers.update', kind: 'hold', times: 1 });
      const held = put();
      await driveri.faults.reached(id);
      expect(lastName()).toBe('L');
      expect((await put({ email: 'x@example.com' })).status).toBe(200);
      driveri.faults.clear(id);
      expect((await held).status).toBe(200);
      expect(lastName()).toBe('New');
    });

    it('hold after: the effect has taken place, only the answer waits', async () => {
      const id = driveri.faults.set({ operation: 'drivers.update', kind: 'hold', when: 'after' });
      const held = put();
      await driveri.faults.reached(id);
      driveri.faults.clear();
      expect((await held).status).toBe(200);
      expect(lastName()).toBe('New');
    });

    it('a call that is held when the portal stops breaks off, without effect', async () => {
      const id = driveri.faults.set({ operation: 'drivers.update', kind: 'hold' });
      const held = put();
      const broken = expect(held).rejects.toThrow();
      await driveri.faults.reached(id);
      await driveri.stop();
      await broken;
      driveri.faults.clear();
      await driveri.start();
      expect(lastName()).toBe('L');
    });

    it.each([
      ['before', 'L'],
      ['after', 'New'],
    ] as const)('hang %s: no answer, ever', async (when, expected) => {
      const id = driveri.faults.set({ operation: 'drivers.update', kind: 'hang', when });
      const hung = put();
      const broken = expect(hung).rejects.toThrow();
      await driveri.faults.reached(id);
      await driveri.stop();
      await broken;
      expect(lastName()).toBe(expected);
    });
  });

  describe('of the connection', () => {
    it('reset-before: it breaks, and nothing was done', async () => {
      gps.faults.set({ operation: 'driver/update', kind: 'reset-before', times: 1 });
      await expect(rename()).rejects.toThrow();
      expect(firstname()).toBe('');
    });

    it('reset-after: it breaks, and all was done', async () => {
      gps.faults.set({ operation: 'driver/update', kind: 'reset-after', times: 1 });
      await expect(rename()).rejects.toThrow();
      expect(firstname()).toBe('New');
    });

    it('cut: half an answer, and all was done', async () => {
      driveri.faults.set({ operation: 'drivers.update', kind: 'cut', times: 1 });
      await expect(put()).rejects.toThrow();
      expect(lastName()).toBe('New');
    });

    it('a stopped portal refuses connections; started again it has the same port and the same state', async () => {
      const { port } = driveri;
      driveri.edit('D1', { lastName: 'Kept' });
      await driveri.stop();
      await expect(put()).rejects.toThrow();
      await driveri.start();
      await driveri.start();
      expect(driveri.port).toBe(port);
      expect(await caller.get('D1')).toMatchObject({ lastName: 'Kept' });
    });
  });

  describe('of the answer', () => {
    it('rate-limit: 429, with Retry-After or without', async () => {
      gps.faults.set({ operation: 'driver/list', kind: 'rate-limit', times: 1 });
      driveri.faults.set({ operation: 'drivers.list', kind: 'rate-limit', retryAfterSeconds: 7, times: 1 });
      const [fromGps, fromDriveri] = [
        await gpsCaller.call('driver/list'),
        await caller.call('GET', 'drivers'),
      ];
      expect([fromGps.status, fromGps.headers['retry-after']]).toEqual([429, undefined]);
      expect(fromGps.head['status']).toBe('ERROR');
      expect([fromDriveri.status, fromDriveri.headers['retry-after']]).toEqual([429, '7']);
      expect(fromDriveri.body.error).toMatchObject({ status: 429, messageCode: 'TOO_MANY_REQUESTS' });
    });

    it.each([
      ['before', 'L'],
      ['after', 'New'],
    ] as const)('server-error %s the effect', async (when, expected) => {
      driveri.faults.set({ operation: 'drivers.update', kind: 'server-error', status: 502, when, times: 1 });
      const { status, body } = await put();
      expect([status, body.error['status']]).toEqual([502, 502]);
      expect(lastName()).toBe(expected);
    });

    it.each([
      ['before', ''],
      ['after', 'New'],
    ] as const)('html %s the effect: 200 and a page', async (when, expected) => {
      gps.faults.set({ operation: 'driver/update', kind: 'html', when, times: 1 });
      const answer = await rename();
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.text).toMatch(/^<!DOCTYPE html>/);
      expect(firstname()).toBe(expected);
    });

    it('empty-body: 200 and nothing', async () => {
      driveri.faults.set({ operation: 'drivers.list', kind: 'empty-body' });
      const { status, text } = await caller.call('GET', 'drivers');
      expect([status, text]).toEqual([200, '']);
    });

    it('error-200: GPS answers 200 with an error in the envelope', async () => {
      gps.faults.set({
        operation: 'driver/update',
        kind: 'error-200',
        code: 429,
        message: 'Too Many',
        times: 1,
      });
      const answer = await rename();
      expect(answer).toMatchObject({ status: 200, head: { status: 'ERROR' }, data: null });
      expect(Object.values(answer.errors[0] ?? {}).map(String)).toEqual(['429', 'Too Many']);
      expect(firstname()).toBe('');
    });
  });

  describe('of access', () => {
    it('refuse-credentials: nobody gets in', async () => {
      gps.faults.set({ operation: 'userauth/login', kind: 'refuse-credentials' });
      const { username, appToken } = gps;
      const login = await gpsCaller.call('userauth/login', { username, app_token: appToken });
      expect(Object.values(login.errors[0] ?? {})).toContain('Forbidden (invalid credentials)');
      driveri.faults.set({ operation: 'auth.tokens', kind: 'refuse-credentials' });
      expect((await caller.basic('GET', '/v1/auth/tokens')).status).toBe(401);
    });

    it('refuse-credentials on another operation: not allowed, although the session is there', async () => {
      gps.faults.set({ operation: 'driver/update', kind: 'refuse-credentials' });
      expect(Object.values((await rename()).errors[0] ?? {})).toContain('Forbidden (access denied)');
      driveri.faults.set({ operation: 'drivers.update', kind: 'refuse-credentials' });
      expect((await put()).status).toBe(401);
      expect([firstname(), lastName()]).toEqual(['', 'L']);
    });

    it('expire-session: the session of this call ends, and a new log-in helps', async () => {
      gps.faults.set({ operation: 'driver/update', kind: 'expire-session', times: 1 });
      expect(Object.values((await rename()).errors[0] ?? {})).toContain('Forbidden (session does not exist)');
      expect((await gpsCaller.call('driver/list')).head['status']).toBe('ERROR');
      await gpsCaller.logIn();
      expect((await rename()).data).toBe('Driver updated');
    });

    it('revoke-token: the token of this call is revoked', async () => {
      driveri.faults.set({ operation: 'drivers.update', kind: 'revoke-token', times: 1 });
      expect((await put()).status).toBe(401);
      expect(driveri.tokens()).toEqual([]);
      await caller.logIn();
      expect((await put()).status).toBe(200);
    });

    it('missing-scope: 403 that names it', async () => {
      driveri.faults.set({ operation: 'drivers.list', kind: 'missing-scope' });
      const { status, body } = await caller.call('GET', 'drivers');
      expect([status, body.error['message']]).toEqual([403, 'The API key lacks the scope "View Drivers"']);
    });
  });

  describe('of listings', () => {
    it('empty-list: 200 and nobody, that looks complete', async () => {
      gps.faults.set({ operation: 'driver/list', kind: 'empty-list' });
      driveri.faults.set({ operation: 'drivers.list', kind: 'empty-list' });
      expect(await gpsCaller.call('driver/list')).toMatchObject({ head: { status: 'OK' }, data: [] });
      expect((await caller.call('GET', 'drivers')).body).toMatchObject({
        data: { drivers: [] },
        totalCount: 0,
      });
    });

    it('partial-list: some of them; Driveri’s total is theirs, or as told that of all', async () => {
      gps.faults.set({ operation: 'driver/list', kind: 'partial-list', keep: 0.3 });
      expect((await gpsCaller.call('driver/list')).data).toHaveLength(3);
      driveri.faults.set({ operation: 'drivers.list', kind: 'partial-list', times: 1 });
      driveri.faults.set({ operation: 'drivers.list', kind: 'partial-list', tellTotal: true });
      const lying = await caller.call('GET', 'drivers');
      expect([lying.body.data.drivers.length, lying.body.totalCount]).toEqual([5, 5]);
      const telling = await caller.call('GET', 'drivers');
      expect([telling.body.data.drivers.length, telling.body.totalCount]).toEqual([5, 10]);
    });

    it('duplicate-rows: somebody is there twice', async () => {
      gps.faults.set({ operation: 'driver/list', kind: 'duplicate-rows' });
      driveri.faults.set({ operation: 'drivers.list', kind: 'duplicate-rows' });
      const rows = (await gpsCaller.call('driver/list')).data.map((row) => row['lastname']);
      expect([rows.length, rows[0], rows[1]]).toEqual([11, 'D0', 'D0']);
      const { body } = await caller.call('GET', 'drivers');
      expect([body.data.drivers.length, body.totalCount]).toEqual([11, 10]);
    });

    it('drop-field: a key is missing from some rows or from all', async () => {
      gps.faults.set({
        operation: 'driver/list',
        kind: 'drop-field',
        field: 'driveri_driver_id',
        share: 0.2,
      });
      const rows = (await gpsCaller.call('driver/list')).data;
      expect(rows.filter((row) => !('driveri_driver_id' in row))).toHaveLength(2);
      driveri.faults.set({ operation: 'drivers.list', kind: 'drop-field', field: 'status' });
      const { drivers } = (await caller.call('GET', 'drivers')).body.data;
      expect(drivers.some((row) => 'status' in row)).toBe(false);
    });

    it('moving-pages: read page by page, rows repeat and others are skipped', async () => {
      driveri.faults.set({ operation: 'drivers.list', kind: 'moving-pages' });
      const read = (await caller.listAll('', 3)).map((row) => row['driverId']);
      expect(read).toHaveLength(10);
      expect(new Set(read).size).toBeLessThan(10);
    });
  });

  describe('of time gone by', () => {
    it('stale: reads answer the state of some writes ago, lists and single reads alike', async () => {
      driveri.faults.set({ kind: 'stale', writesAgo: 2 });
      await put({ lastName: 'One' });
      await caller.call('POST', 'drivers', { driverId: 'New', firstName: 'N' });
      expect(await caller.get('D1')).toMatchObject({ lastName: 'L' });
      expect(await caller.get('New')).toBeUndefined();
      await put({ driverId: 'Renamed' });
      expect(await caller.get('D1')).toMatchObject({ lastName: 'One' });
      expect(await caller.get('Renamed')).toBeUndefined();
      expect((await caller.call('GET', 'drivers')).body.totalCount).toBe(10);
      driveri.faults.clear();
      expect(await caller.get('Renamed')).toMatchObject({ lastName: 'One' });
    });

    it('stale: or the state of some time ago, until it has caught up', async () => {
      driveri.faults.set({ kind: 'stale', agoMs: 500 });
      now = 2_000;
      await put();
      expect(await caller.get('D1')).toMatchObject({ lastName: 'L' });
      now = 2_499;
      expect(await caller.get('D1')).toMatchObject({ lastName: 'L' });
      now = 2_500;
      expect(await caller.get('D1')).toMatchObject({ lastName: 'New' });
    });

    it('stale: GPS, too; writes resolve their driver in the present', async () => {
      gps.faults.set({ kind: 'stale', writesAgo: 1 });
      await rename();
      expect((await gpsCaller.call('driver/list', { driver: 'D1' })).data[0]?.['firstname'] ?? '').toBe('');
      await gpsCaller.call('driver/delete', { driver: 'D1' });
      expect((await gpsCaller.call('driver/list')).data).toHaveLength(10);
      expect((await gpsCaller.call('driver/delete', { driver: 'D1' })).head['status']).toBe('ERROR');
    });
  });

  describe('of meaning', () => {
    it('renumber-statuses: other codes while it lasts', async () => {
      driveri.faults.set({ kind: 'renumber-statuses' });
      const { configuration } = (await caller.call('GET', 'configurations')).body.data;
      expect(configuration['driverStatus']).toContainEqual({ status: 2, description: 'Deleted' });
      await put({ status: 2 });
      expect(driveri.driver('D1')?.status).toBe('Deleted');
      driveri.faults.clear();
      expect(await caller.get('D1')).toMatchObject({ status: 3 });
    });

    it('clear-unsent: a PUT empties what it was not sent', async () => {
      driveri.edit('D1', { email: 'd@example.com', phone: '555', userName: 'd' });
      driveri.faults.set({ operation: 'drivers.update', kind: 'clear-unsent', times: 1 });
      await put({ email: 'new@example.com' });
      expect(driveri.driver('D1')).toMatchObject({
        driverId: 'D1',
        firstName: 'D1',
        lastName: '',
        email: 'new@example.com',
        phone: '',
        userName: '',
        status: 'Active',
        createdDate: 1_000,
      });
      await put({ driverId: 'D1b' });
      expect(driveri.driver('D1b')?.email).toBe('new@example.com');
    });
  });
});
