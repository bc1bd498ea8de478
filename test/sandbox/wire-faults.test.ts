import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { startSandbox, type FaultInput, type Sandbox } from '../../src/sandbox/sandbox';

/** Faults and switches of the wire, turned as a test in another process turns them: by the control API. */
describe('what a portal can be told by the control API', () => {
  let sandbox: Sandbox;
  let session: string;

  beforeEach(async () => {
    sandbox = await startSandbox({
      fleet: {
        gps: {
          groups: ['North'],
          drivers: [
            { id: 1, lastname: 'Müller', groups: ['North'] },
            { id: 2, lastname: 'Lee' },
          ],
        },
        driveri: {
          drivers: [
            { driverId: 'A-1', firstName: 'Ann', email: 'a@example.com' },
            { driverId: 'B-2', firstName: 'Bea' },
          ],
        },
      },
    });
    session = ((await json(await gps('userauth/login', login()))).data as { token: string }).token;
  });
  afterEach(() => sandbox.close());

  const login = () => ({ username: sandbox.gps.username, app_token: sandbox.gps.appToken });

  interface Raw {
    readonly status: number;
    readonly headers: Record<string, string | string[] | undefined>;
    readonly bytes: Buffer;
  }
  async function send(url: string, options: Parameters<typeof request>[1]): Promise<Raw> {
    const { statusCode, headers, body } = await request(url, { reset: true, ...options });
    return { status: statusCode, headers, bytes: Buffer.from(await body.arrayBuffer()) };
  }
  const gps = (method: string, fields: Record<string, string>): Promise<Raw> =>
    send(`${sandbox.gps.url}/${method}`, { method: 'POST', body: new URLSearchParams(fields).toString() });
  const list = (fields: Record<string, string> = {}): Promise<Raw> =>
    gps('driver/list', { session_token: session, ...fields });
  const json = (raw: Raw): Promise<Record<string, unknown>> =>
    Promise.resolve(JSON.parse(raw.bytes.toString('utf8')) as Record<string, unknown>);
  const setFault = (fault: FaultInput): Promise<Raw> =>
    send(`${sandbox.gps.pageUrl}sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) });
  const turn = (base: string, switches: object): Promise<Raw> =>
    send(`${base}sandbox/switches`, { method: 'PATCH', body: JSON.stringify(switches) });

  it('compresses an answer', async () => {
    await setFault({ kind: 'compress', encoding: 'gzip', operation: 'driver/list' });
    const raw = await list();
    expect(raw.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(raw.bytes).toString('utf8')).toContain('"Müller"');
  });

  it('writes Latin-1, announced or not', async () => {
    await setFault({ kind: 'latin-1', announced: false, operation: 'driver/list', times: 1 });
    const raw = await list();
    expect(raw.headers['content-type']).toBe('application/json');
    expect(raw.bytes.toString('latin1')).toContain('"Müller"');
    expect(raw.bytes.toString('utf8')).not.toContain('Müller');
  });

  it('puts any piece of JSON into a field, word for word', async () => {
    await setFault({
      kind: 'set-field',
      field: 'lastname',
      json: '1.50e400',
      ids: ['2'],
      operation: 'driver/list',
    });
    expect((await list()).bytes.toString('utf8')).toContain('"lastname":1.50e400');
  });

  it('writes lists as PHP does', async () => {
    await setFault({ kind: 'reshape', operation: 'driver/list', times: 1 });
    expect(await json(await list())).toMatchObject({
      data: { '0': { lastname: 'Müller' }, '2': { lastname: 'Lee' } },
    });
    await setFault({ kind: 'reshape', shape: 'bare', operation: 'driver/list', times: 1 });
    expect(await json(await list())).toMatchObject({ data: { lastname: 'Müller' } });
  });

  it('tells an error beside status OK, and swallows a write', async () => {
    const remove = () => gps('driver/delete', { session_token: session, driver: '1' });
    await setFault({ kind: 'error-beside-ok', code: 7, message: 'No', operation: 'driver/delete', times: 1 });
    expect(await json(await remove())).toMatchObject({
      head: { status: 'OK' },
      errors: { '0': { code: 7, message: 'No' } },
    });
    await setFault({ kind: 'swallow', operation: 'driver/delete', times: 1 });
    expect(await json(await remove())).toMatchObject({ head: { status: 'OK' }, data: 'Driver deleted' });
    expect(sandbox.gps.driver(1)?.deleted).toBe(false);
  });

  it('refuses with a status, sends elsewhere, shows a page of its own, and limits with any header', async () => {
    await setFault({ kind: 'refuse', status: 405, message: 'Not here', operation: 'driver/list', times: 1 });
    expect(await list()).toMatchObject({ status: 405 });
    await setFault({ kind: 'redirect', location: '/there', operation: 'driver/list', times: 1 });
    expect(await list()).toMatchObject({ status: 302, headers: { location: '/there' } });
    await setFault({ kind: 'html', status: 403, title: 'Blocked', operation: 'driver/list', times: 1 });
    const page = await list();
    expect([page.status, page.bytes.toString('utf8').includes('<title>Blocked</title>')]).toEqual([
      403,
      true,
    ]);
    await setFault({
      kind: 'rate-limit',
      retryAfter: '-1',
      dateOffsetMs: 3_600_000,
      operation: 'driver/list',
      times: 1,
    });
    const limited = await list();
    expect(limited).toMatchObject({ status: 429, headers: { 'retry-after': '-1' } });
    expect(Date.parse(String(limited.headers['date'])) - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('ends other sessions at a log-in, and shows some groups only', async () => {
    await turn(sandbox.gps.pageUrl, { endOtherSessions: true });
    const other = ((await json(await gps('userauth/login', login()))).data as { token: string }).token;
    expect(await json(await list())).toMatchObject({ head: { status: 'ERROR' } });
    session = other;
    await turn(sandbox.gps.pageUrl, { visibleGroups: ['North'] });
    expect(await json(await list())).toMatchObject({ data: [{ lastname: 'Müller' }] });
    expect(await json(await gps('drivergroup/list', { session_token: session }))).toMatchObject({
      data: [{ group: 'North' }],
    });
  });

  describe('of Driveri', () => {
    let token: string;
    beforeEach(async () => {
      const pair = Buffer.from(`${sandbox.driveri.clientId}:${sandbox.driveri.clientSecret}`).toString(
        'base64',
      );
      const answer = await send(`${sandbox.driveri.url}/v1/auth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${pair}` },
      });
      token = ((await json(answer)).data as { accessToken: string }).accessToken;
    });
    const call = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Raw> =>
      send(`${sandbox.driveri.url}/v1/tenants/${sandbox.driveri.tenant}/${path}`, {
        method,
        headers: { authorization: `bearer ${token}` },
        body: body === undefined ? null : JSON.stringify(body),
      });
    const switched = (switches: object) => turn(sandbox.driveri.pageUrl, switches);

    it('a tenant that ignores the case of DriverIDs', async () => {
      await switched({ ignoreDriverIdCase: true });
      expect((await call('POST', 'drivers', { driverId: 'a-1', firstName: 'X' })).status).toBe(400);
      expect(await json(await call('GET', 'driver?driverId=a-1'))).toMatchObject({
        data: { drivers: [{ driverId: 'A-1' }] },
      });
      expect((await call('PUT', 'drivers/A-1', { driverId: 'a-1' })).status).toBe(200);
      expect(sandbox.driveri.drivers().map(({ driverId }) => driverId)).toEqual(['a-1', 'B-2']);
    });

    it('a tenant that keeps some letters of a last name, and refuses shared e-mails and phones', async () => {
      await switched({ lastNameKept: 10, refuseSharedEmail: true, refusePhone: true });
      await call('PUT', 'drivers/B-2', { lastName: 'Featherstonehaugh' });
      expect(sandbox.driveri.driver('B-2')?.lastName).toHaveLength(10);
      expect((await call('PUT', 'drivers/B-2', { email: 'A@example.com' })).status).toBe(400);
      expect((await call('PUT', 'drivers/B-2', { phone: '5550001111' })).status).toBe(400);
      expect((await call('PUT', 'drivers/A-1', { email: 'a@example.com' })).status).toBe(200);
    });

    it('a listing that ignores the offset, or ends at a window', async () => {
      await switched({ ignoreOffset: true });
      expect(await json(await call('GET', 'drivers?offset=1&limit=1'))).toMatchObject({
        data: { drivers: [{ driverId: 'A-1' }] },
      });
      await switched({ ignoreOffset: false, listWindow: 1 });
      expect((await call('GET', 'drivers?offset=1&limit=1')).status).toBe(400);
      await switched({ afterWindow: 'empty' });
      expect(await json(await call('GET', 'drivers?offset=1&limit=1'))).toMatchObject({
        data: { drivers: [] },
        totalCount: 2,
      });
    });

    it('a proxy in front that refuses characters in a path', async () => {
      await switched({ refusedInPaths: ['/'] });
      const answer = await call('PUT', 'drivers/A%2F1', { firstName: 'X' });
      expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await json(await call('GET', 'driver?driverId=A%2F1'))).toMatchObject({
        error: { messageCode: 'DRIVER_NOT_FOUND' },
      });
    });
  });
});
