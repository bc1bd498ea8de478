import { request } from 'undici';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { GpsCaller } from './gps-caller';

describe('the control API on a portal’s port', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({ fleet: { gps: { drivers: [{ lastname: 'Ash' }] } } });
  });

  afterEach(() => sandbox.close());

  const control = async (
    method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    base = sandbox.gps.pageUrl,
  ): Promise<{ status: number; body: unknown }> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await request(`${base}sandbox/${path}`, { method, headers, reset: true, ...text });
    const answered = await answer.body.text();
    return { status: answer.statusCode, body: answered === '' ? undefined : JSON.parse(answered) };
  };

  it('sets, lists and clears faults', async () => {
    const set = await control('POST', 'faults', { operation: 'driver/list', kind: 'server-error', times: 3 });
    expect(set).toEqual({ status: 201, body: { id: expect.any(String) } });
    const caller = await new GpsCaller(sandbox.gps).logIn();
    expect((await caller.call('driver/list')).status).toBe(500);
    await caller.close();
    expect((await control('GET', 'faults')).body).toMatchObject({
      faults: [{ operation: 'driver/list', kind: 'server-error', times: 3, hits: 1, left: 2 }],
      kinds: expect.arrayContaining(['slow', 'error-200']),
      operations: expect.arrayContaining(['driver/list', 'userauth/login']),
    });
    expect((await control('DELETE', 'faults?operation=driver/update')).status).toBe(204);
    expect(sandbox.gps.faults.list()).toHaveLength(1);
    expect((await control('DELETE', 'faults')).status).toBe(204);
    expect(sandbox.gps.faults.list()).toEqual([]);
  });

  it('is on Driveri’s port as well, for its own faults', async () => {
    const base = sandbox.driveri.pageUrl;
    const set = await control(
      'POST',
      'faults',
      { operation: 'auth.token', kind: 'refuse-credentials' },
      {},
      base,
    );
    expect(set.status).toBe(201);
    expect((await control('DELETE', 'faults?id=fault-1', undefined, {}, base)).status).toBe(204);
    expect(sandbox.driveri.faults.list()).toEqual([]);
  });

  it.each([
    ['an unknown kind', { kind: 'gremlins' }],
    ['an unknown operation', { operation: 'driver/fly', kind: 'slow' }],
    ['an unknown option', { kind: 'slow', delay: 5 }],
  ])('answers %s with 400 and the reason', async (_what, fault) => {
    const answer = await control('POST', 'faults', fault);
    expect(answer).toEqual({ status: 400, body: { error: expect.any(String) } });
  });

  it('tells and resets the calls', async () => {
    const caller = await new GpsCaller(sandbox.gps).logIn();
    await caller.close();
    expect((await control('GET', 'calls')).body).toEqual({ 'userauth/login': 1 });
    await control('DELETE', 'calls');
    expect((await control('GET', 'calls')).body).toEqual({});
  });

  it('tells and turns switches, and refuses those that are not there', async () => {
    await control('PATCH', 'switches', { createAnswer: 'client' });
    expect((await control('GET', 'switches')).body).toMatchObject({
      createAnswer: 'client',
      driverIdIn: 'row',
    });
    expect((await control('PATCH', 'switches', { gravity: 'off' })).status).toBe(400);
    expect(sandbox.gps.switches()).not.toHaveProperty('gravity');
  });

  it('tells everything that the portal holds', async () => {
    expect((await control('GET', 'drivers')).body).toEqual(sandbox.gps.drivers());
    expect((await control('GET', 'nonsense')).status).toBe(404);
  });

  it.each([
    [{ origin: 'https://evil.example.com' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('takes no change from another site: %j', async (headers: Record<string, string>) => {
    expect((await control('POST', 'faults', { kind: 'slow' }, headers)).status).toBe(403);
    expect(sandbox.gps.faults.list()).toEqual([]);
  });

  it.each(['rebound.example.com', 'rebound.example.com:4101', '127.0.0.1.evil.example', ''])(
    'is for nobody who reached it by another name: %s',
    async (host) => {
      const headers = { host, 'sec-fetch-site': 'same-origin', origin: `http://${host}` };
      expect((await control('GET', 'drivers', undefined, headers)).status).toBe(421);
      expect((await control('POST', 'faults', { kind: 'slow' }, headers)).status).toBe(421);
      expect(sandbox.gps.faults.list()).toEqual([]);
    },
  );

  it.each(['localhost:4101', '[::1]:80', '127.0.0.2'])(
    'is for this machine by its names: %s',
    async (host) => {
      expect((await control('GET', 'drivers', undefined, { host })).status).toBe(200);
    },
  );
});
