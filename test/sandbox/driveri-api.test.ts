import { startDriveriSandbox, type DriveriDriverSeed, type DriveriSandbox } from '../../src/sandbox/sandbox';
import { DriveriCaller } from './driveri-caller';

const DRIVERS: readonly DriveriDriverSeed[] = [
  {
    driverId: 'A1',
    firstName: 'Ann',
    lastName: 'Alder',
    email: 'ann@example.com',
    phone: '5551',
    group: 'g.north',
  },
  { driverId: 'TX/0042', firstName: 'Bo', userName: 'bo' },
  {
    driverId: 'Gone',
    firstName: 'Cy',
    lastName: 'Cole',
    status: 'Deleted',
    createdDate: 500,
    updatedDate: 600,
  },
  { driverId: 'Idle', firstName: 'Di', status: 'Inactive' },
];

describe('Driveri', () => {
  let now = 1_000;
  let driveri: DriveriSandbox;
  let caller: DriveriCaller;

  beforeEach(async () => {
    now = 1_000;
    const groups = [{ groupUniqueName: 'g.north', groupName: 'North' }];
    driveri = await startDriveriSandbox({ fleet: { groups, drivers: DRIVERS }, now: () => now });
    caller = await new DriveriCaller(driveri).logIn();
  });

  afterEach(async () => {
    await caller.close();
    await driveri.close();
  });

  const ids = async (query: string): Promise<unknown[]> =>
    (await caller.call('GET', `drivers?${query}`)).body.data.drivers.map((row) => row['driverId']);

  describe('tokens', () => {
    it('are made with Basic credentials and have an id, a scope and times', async () => {
      const { body } = await caller.basic('GET', '/v1/auth/tokens');
      expect(body.data).toEqual([
        {
          accessToken: caller.token,
          accessTokenId: expect.any(String),
          tokenType: 'Bearer',
          scope: expect.stringContaining('View Drivers'),
          createdOn: now,
          expiresOn: now + 24 * 3_600_000,
        },
      ]);
    });

    it('are two at most: the third is refused with 400', async () => {
      expect((await caller.basic('POST', '/v1/auth/token')).status).toBe(200);
      const third = await caller.basic('POST', '/v1/auth/token');
      expect(third.status).toBe(400);
      expect(third.body.error['messageCode']).toBe('TOO_MANY_TOKENS');
      expect(driveri.tokens()).toHaveLength(2);
    });

    it('as switched, the third revokes the oldest', async () => {
      driveri.setSwitches({ thirdToken: 'revoke-oldest' });
      await caller.basic('POST', '/v1/auth/token');
      expect((await caller.basic('POST', '/v1/auth/token')).status).toBe(200);
      expect(driveri.tokens()).toHaveLength(2);
      expect((await caller.call('GET', 'drivers')).status).toBe(401);
    });

    it('expire, and then do not count', async () => {
      now += 24 * 3_600_000;
      expect((await caller.call('GET', 'drivers')).status).toBe(401);
      expect((await caller.basic('GET', '/v1/auth/tokens')).body.data).toEqual([]);
      expect((await caller.basic('POST', '/v1/auth/token')).status).toBe(200);
    });

    it('are revoked: one’s own, by id, or all at once', async () => {
      await caller.basic('POST', '/v1/auth/token');
      const [own, other] = driveri.tokens();
      expect(
        (await caller.basic('DELETE', `/v1/auth/token/revoke/${other?.accessTokenId ?? ''}`)).status,
      ).toBe(200);
      expect((await caller.basic('DELETE', '/v1/auth/token/revoke/unknown')).status).toBe(404);
      expect(driveri.tokens()).toEqual([own]);
      const authorization = `Bearer ${caller.token}`;
      expect((await caller.send('DELETE', '/v1/auth/token/revoke', { authorization })).status).toBe(200);
      expect(driveri.tokens()).toEqual([]);
      await caller.logIn();
      driveri.revokeTokens();
      expect((await caller.call('GET', 'drivers')).status).toBe(401);
    });

    it('are asked for in any case of the scheme', async () => {
      for (const scheme of ['bearer', 'Bearer', 'BEARER']) {
        const headers = { authorization: `${scheme} ${caller.token}` };
        expect((await caller.send('GET', '/v1/tenants/sandbox/drivers', headers)).status).toBe(200);
      }
    });

    it.each([
      ['nothing', {}],
      ['an unknown token', { authorization: 'bearer nonsense' }],
      [
        'Basic credentials',
        { authorization: `Basic ${Buffer.from('sandbox-client:sandbox-client-secret').toString('base64')}` },
      ],
    ])('are needed: %s is answered with 401', async (_what, headers: Record<string, string>) => {
      const answer = await caller.send('GET', '/v1/tenants/sandbox/drivers', headers);
      expect(answer.status).toBe(401);
      expect(answer.body.error).toMatchObject({
        status: 401,
        error: 'Unauthorized',
        messageCode: 'UNAUTHORIZED',
      });
    });

    it('are not made for wrong Basic credentials', async () => {
      const authorization = `Basic ${Buffer.from('sandbox-client:wrong').toString('base64')}`;
      expect((await caller.send('POST', '/v1/auth/token', { authorization })).status).toBe(401);
      expect((await caller.send('GET', '/v1/auth/tokens', {})).status).toBe(401);
    });

    it.each([
      ['View Drivers', 'GET', 'drivers', undefined],
      ['View Drivers', 'GET', 'driver?driverId=A1', undefined],
      ['Update Drivers', 'POST', 'drivers', { driverId: 'N', firstName: 'N' }],
      ['Update Drivers', 'PUT', 'drivers/A1', { firstName: 'N' }],
      ['View Fleet Configurations', 'GET', 'configurations', undefined],
    ] as const)('without the scope %s, %s %s is 403 and names it', async (scope, method, path, body) => {
      driveri.setScopes(driveri.switches().scopes.filter((other) => other !== scope));
      const answer = await caller.call(method, path, body);
      expect(answer.status).toBe(403);
      expect(answer.body.error['message']).toContain(scope);
      expect(driveri.driver('A1')?.firstName).toBe('Ann');
    });
  });

  describe('the envelope', () => {
    it('tells a failure with its status, a time, a message, a code and the path', async () => {
      const { body, status } = await caller.call('PUT', 'drivers/nobody', { firstName: 'X' });
      expect(status).toBe(404);
      expect(body.error).toEqual({
        timestamp: '1970-01-01T00:00:01.000Z',
        status: 404,
        error: 'Not Found',
        message: 'Driver not found',
        messageCode: 'DRIVER_NOT_FOUND',
        path: '/driveri/v1/tenants/sandbox/drivers/nobody',
      });
    });

    it.each([
      '/v2/tenants/sandbox/drivers',
      '/v1/tenants/sandbox/unicorns',
      '/v1/tenants/other/drivers',
      '/v1',
    ])('answers %s with 404', async (path) => {
      const answer = await caller.send('GET', path, { authorization: `bearer ${caller.token}` });
      expect(answer.status).toBe(404);
    });

    it('has no DELETE', async () => {
      expect((await caller.call('DELETE', 'drivers/A1')).status).toBe(404);
      expect(driveri.driver('A1')?.status).toBe('Active');
    });

    it('refuses a body that is not JSON, or has the wrong types', async () => {
      const headers = { authorization: `bearer ${caller.token}` };
      const malformed = await caller.send('PUT', '/v1/tenants/sandbox/drivers/A1', headers);
      expect(malformed.status).toBe(400);
      expect((await caller.call('PUT', 'drivers/A1', { firstName: 7 })).status).toBe(400);
      expect((await caller.call('PUT', 'drivers/A1', { authorizedToDrive: 2 })).status).toBe(400);
    });

    it('paces requests when switched so, with Retry-After', async () => {
      driveri.setSwitches({ requestsPerSecond: 2 });
      const statuses = [];
      for (let call = 0; call < 3; call += 1) statuses.push((await caller.call('GET', 'drivers')).status);
      expect(statuses).toEqual([200, 200, 429]);
      expect((await caller.call('GET', 'drivers')).headers['retry-after']).toBe('1');
      now += 1_000;
      expect((await caller.call('GET', 'drivers')).status).toBe(200);
    });
  });

  describe('a row', () => {
    it('tells a driver without their phone; what is not filled in is missing or null', async () => {
      expect(await caller.get('A1')).toEqual({
        driverId: 'A1',
        firstName: 'Ann',
        lastName: 'Alder',
        email: 'ann@example.com',
        userName: null,
        enableDriveriApp: false,
        status: 1,
        authorizedToDrive: 1,
        licenceNumber: null,
        licenseState: null,
        group: { groupName: 'North', groupUniqueName: 'g.north' },
        imageUrl: null,
        createdDate: 1_000,
        updatedDate: 1_000,
        linkedUserName: null,
      });
    });

    it('has preferences only when they are asked for', async () => {
      driveri.put({ driverId: 'A1', driverPreferences: { exemptHos: true } });
      expect(await caller.get('A1')).not.toHaveProperty('driverPreferences');
      const { body } = await caller.call('GET', 'driver?driverId=A1&includeDriverPreferences=true');
      expect(body.data.drivers[0]).toMatchObject({ driverPreferences: { exemptHos: true } });
    });
  });

  describe('GET drivers', () => {
    it('leaves removed drivers out, unless all are asked for', async () => {
      expect(await ids('')).toEqual(['A1', 'TX/0042', 'Idle']);
      expect(await ids('showAll=false')).toEqual(['A1', 'TX/0042', 'Idle']);
      expect(await ids('showAll=true')).toEqual(['A1', 'TX/0042', 'Gone', 'Idle']);
      expect(await ids('showAll=True')).toContain('Gone');
    });

    it('filters by status codes, group, and last change', async () => {
      expect(await ids('state=2')).toEqual(['Idle']);
      expect(await ids('state=2,3')).toEqual(['Gone', 'Idle']);
      expect((await caller.call('GET', 'drivers?state=9')).status).toBe(400);
      expect(await ids('group=g.north')).toEqual(['A1']);
      expect(await ids('subFleet=any')).toEqual([]);
      expect(await ids('showAll=true&toDate=600')).toEqual(['Gone']);
      now = 2_000;
      await caller.call('PUT', 'drivers/A1', { lastName: 'X' });
      driveri.remove('Idle');
      expect(await ids('showAll=true&fromDate=1500')).toEqual(['A1', 'Idle']);
      expect(await ids('showAll=true&fromDate=2000&toDate=2000')).toEqual(['A1', 'Idle']);
    });

    it('pages with offset and limit, totals, and links that name another host', async () => {
      const { body } = await caller.call('GET', 'drivers?showAll=true&offset=1&limit=2');
      expect(body.data.drivers.map((row) => row['driverId'])).toEqual(['TX/0042', 'Gone']);
      expect(body.totalCount).toBe(4);
      const at = (offset: number): string =>
        `https://driveri.example.com/driveri/v1/tenants/sandbox/drivers?showAll=true&offset=${offset}&limit=2`;
      expect(body.links).toEqual({ self: at(1), next: at(3), prev: at(0), first: at(0), last: at(2) });
      const end = await caller.call('GET', 'drivers?showAll=true&offset=4&limit=2');
      expect(end.body).toMatchObject({ data: { drivers: [] }, totalCount: 4, links: { next: null } });
    });

    it.each(['limit=0', 'limit=201', 'limit=x', 'limit=-1', 'offset=-1', 'fromDate=yesterday'])(
      'refuses %s with 400',
      async (query) => {
        expect((await caller.call('GET', `drivers?${query}`)).status).toBe(400);
      },
    );

    it('moves while it is read, when rows are sorted by change', async () => {
      driveri.setSwitches({ sortByChange: true });
      now = 3_000;
      driveri.edit('Idle', { lastName: 'X' });
      expect((await ids('limit=1'))[0]).toBe('Idle');
      now = 4_000;
      driveri.edit('TX/0042', { lastName: 'X' });
      expect(await ids('limit=1&offset=1')).toEqual(['Idle']);
    });

    it('can round the dates that it tells and filters by', async () => {
      driveri.setSwitches({ datesRoundedToMs: 1_000 });
      now = 2_999;
      driveri.edit('A1', { lastName: 'X' });
      expect((await caller.get('A1'))?.['updatedDate']).toBe(2_000);
      expect(await ids('fromDate=2500')).toEqual([]);
      expect(await ids('fromDate=2000')).toEqual(['A1']);
    });
  });

  describe('GET driver', () => {
    it('finds by DriverID, e-mail or user name, removed ones too, case included', async () => {
      const found = async (query: string): Promise<unknown> =>
        (await caller.call('GET', `driver?${query}`)).body.data.drivers.map((row) => row['driverId']);
      expect(await found('driverId=TX%2F0042')).toEqual(['TX/0042']);
      expect(await found('driverId=Gone')).toEqual(['Gone']);
      expect(await found('email=ann%40example.com')).toEqual(['A1']);
      expect(await found('userName=bo')).toEqual(['TX/0042']);
      expect((await caller.call('GET', 'driver?driverId=a1')).status).toBe(404);
    });

    it('answers somebody unknown with 404, or as switched with an empty list', async () => {
      expect((await caller.call('GET', 'driver?driverId=nobody')).status).toBe(404);
      driveri.setSwitches({ unknownDriver: 'empty' });
      const { status, body } = await caller.call('GET', 'driver?driverId=nobody');
      expect([status, body.data.drivers]).toEqual([200, []]);
    });

    it('wants to know whom', async () => {
      expect((await caller.call('GET', 'driver')).status).toBe(400);
    });
  });

  describe('POST drivers', () => {
    it('adds an active driver, and answers with a message only', async () => {
      const sent = {
        driverId: '00417',
        firstName: 'Zoë',
        lastName: "O'Hara",
        phone: '5553839328',
        enableDriveriApp: true,
      };
      const { body } = await caller.call('POST', 'drivers', {
        ...sent,
        status: 2,
        password: 'x',
        unknown: 1,
      });
      expect(body).toEqual({ data: { message: expect.any(String) } });
      expect(driveri.driver('00417')).toMatchObject({
        ...sent,
        status: 'Active',
        createdDate: now,
        updatedDate: now,
      });
      expect(JSON.stringify(driveri.drivers())).not.toContain('password');
    });

    it.each([
      ['DRIVER_ID_REQUIRED', { firstName: 'X' }],
      ['DRIVER_ID_REQUIRED', { driverId: ' ', firstName: 'X' }],
      ['FIRST_NAME_REQUIRED', { driverId: 'X' }],
      ['FIRST_NAME_REQUIRED', { driverId: 'X', firstName: ' ' }],
      ['DRIVER_ID_TAKEN', { driverId: 'A1', firstName: 'X' }],
      ['DRIVER_ID_TAKEN', { driverId: 'Idle', firstName: 'X' }],
      ['DRIVER_ID_RETIRED', { driverId: 'Gone', firstName: 'X' }],
      ['DRIVER_ID_TOO_LONG', { driverId: 'x'.repeat(65), firstName: 'X' }],
      ['LICENSE_INCOMPLETE', { driverId: 'X', firstName: 'X', licenceNumber: '1' }],
      ['LICENSE_INCOMPLETE', { driverId: 'X', firstName: 'X', licenseCountry: 'US', licenseState: 'TX' }],
      ['USER_NAME_REQUIRED', { driverId: 'X', firstName: 'X', enableDriveriApp: true, setPassword: true }],
      ['GROUP_NOT_FOUND', { driverId: 'X', firstName: 'X', group: { name: 'North', action: 'ADD' } }],
      ['INVALID_GROUP', { driverId: 'X', firstName: 'X', group: { name: 'g.north' } }],
    ])('refuses with 400 %s: %j', async (code, body) => {
      const answer = await caller.call('POST', 'drivers', body);
      expect(answer.status).toBe(400);
      expect(answer.body.error['messageCode']).toBe(code);
      expect(driveri.drivers()).toHaveLength(4);
    });

    it('tells DriverIDs apart by case', async () => {
      expect((await caller.call('POST', 'drivers', { driverId: 'a1', firstName: 'X' })).status).toBe(200);
    });

    it('takes 64 characters, a licence that is whole, and a group by its unique name', async () => {
      const licence = { licenceNumber: '1', licenseCountry: 'US', licenseState: 'TX' };
      const driverId = 'é'.repeat(64);
      const group = { name: 'g.north', action: 'ADD' };
      const answer = await caller.call('POST', 'drivers', { driverId, firstName: 'X', group, ...licence });
      expect(answer.status).toBe(200);
      expect(driveri.driver(driverId)).toMatchObject({ group: 'g.north', ...licence });
    });

    it('brings a removed driver back with reinstateDriver=true, with their history', async () => {
      const answer = await caller.call('POST', 'drivers?reinstateDriver=true', {
        driverId: 'Gone',
        firstName: 'Cyd',
      });
      expect(answer.status).toBe(200);
      expect(driveri.driver('Gone')).toMatchObject({
        status: 'Active',
        firstName: 'Cyd',
        lastName: 'Cole',
        createdDate: 500,
        updatedDate: now,
      });
      const again = await caller.call('POST', 'drivers?reinstateDriver=true', {
        driverId: 'Gone',
        firstName: 'Cyd',
      });
      expect(again.body.error['messageCode']).toBe('DRIVER_ID_TAKEN');
    });

    it('with reinstateDriver=true adds somebody who was never there', async () => {
      await caller.call('POST', 'drivers?reinstateDriver=true', { driverId: 'New', firstName: 'N' });
      expect(driveri.driver('New')?.status).toBe('Active');
    });
  });

  describe('PUT drivers/{driverId}', () => {
    it('changes what was sent, leaves the rest, and clears with an empty text', async () => {
      now = 2_000;
      const { body } = await caller.call('PUT', 'drivers/A1', {
        lastName: '',
        email: null,
        firstName: 'Anna',
      });
      expect(body).toEqual({ data: { message: expect.any(String) } });
      expect(driveri.driver('A1')).toMatchObject({
        firstName: 'Anna',
        lastName: '',
        email: 'ann@example.com',
        phone: '5551',
        createdDate: 1_000,
        updatedDate: 2_000,
      });
    });

    it('may refuse empty texts, as switched', async () => {
      driveri.setSwitches({ refuseEmptyTexts: true });
      const { status, body } = await caller.call('PUT', 'drivers/A1', { lastName: '' });
      expect([status, body.error['messageCode']]).toEqual([400, 'EMPTY_FIELD']);
    });

    it('renames: the path has the old DriverID, the body the new one, and createdDate survives', async () => {
      now = 2_000;
      expect((await caller.call('PUT', 'drivers/A1', { driverId: 'B 2' })).status).toBe(200);
      expect(await caller.get('A1')).toBeUndefined();
      expect(await caller.get('B 2')).toMatchObject({
        firstName: 'Ann',
        createdDate: 1_000,
        updatedDate: 2_000,
      });
      expect((await caller.call('PUT', 'drivers/A1', { firstName: 'X' })).status).toBe(404);
      expect((await caller.call('POST', 'drivers', { driverId: 'A1', firstName: 'New' })).status).toBe(200);
    });

    it('as switched, loses createdDate with a rename, and only with one', async () => {
      driveri.setSwitches({ renameKeepsCreatedDate: false });
      now = 2_000;
      await caller.call('PUT', 'drivers/A1', { driverId: 'A1', lastName: 'X' });
      expect(driveri.driver('A1')?.createdDate).toBe(1_000);
      await caller.call('PUT', 'drivers/A1', { driverId: 'A2' });
      expect(driveri.driver('A2')?.createdDate).toBe(2_000);
    });

    it.each([
      ['DRIVER_ID_TAKEN', { driverId: 'Idle' }],
      ['DRIVER_ID_RETIRED', { driverId: 'Gone' }],
      ['DRIVER_ID_REQUIRED', { driverId: '' }],
      ['DRIVER_ID_TOO_LONG', { driverId: 'x'.repeat(65) }],
      ['FIRST_NAME_REQUIRED', { firstName: '' }],
      ['UNKNOWN_STATUS', { status: 9 }],
    ])('refuses with 400 %s: %j', async (code, body) => {
      const answer = await caller.call('PUT', 'drivers/A1', body);
      expect([answer.status, answer.body.error['messageCode']]).toEqual([400, code]);
      expect(driveri.driver('A1')).toMatchObject({ firstName: 'Ann', status: 'Active' });
    });

    it('removes by status; the record, its history and its DriverID stay', async () => {
      await caller.call('PUT', 'drivers/A1', { status: 3 });
      expect(driveri.driver('A1')).toMatchObject({ status: 'Deleted', firstName: 'Ann', createdDate: 1_000 });
      expect(await ids('')).not.toContain('A1');
      expect(await ids('showAll=true')).toContain('A1');
    });

    it('brings an inactive driver back with the active status, but not a deleted one', async () => {
      expect((await caller.call('PUT', 'drivers/Idle', { status: 1 })).status).toBe(200);
      expect(driveri.driver('Idle')?.status).toBe('Active');
      const { status, body } = await caller.call('PUT', 'drivers/Gone', { status: 1 });
      expect([status, body.error['messageCode']]).toEqual([400, 'DRIVER_DELETED']);
      expect((await caller.call('PUT', 'drivers/Gone', { lastName: 'X' })).status).toBe(400);
      expect((await caller.call('PUT', 'drivers/Gone', { status: 3 })).status).toBe(200);
    });

    it('adds to and removes from a group', async () => {
      await caller.call('PUT', 'drivers/TX%2F0042', { group: { name: 'g.north', action: 'ADD' } });
      expect(driveri.driver('TX/0042')?.group).toBe('g.north');
      await caller.call('PUT', 'drivers/TX%2F0042', { group: { name: 'g.north', action: 'REMOVE' } });
      expect(driveri.driver('TX/0042')?.group).toBe('');
    });

    it.each(['TX/1', '50%', '%2F', 'K 118', 'Ñ-17', 'a+b', 'a?b#c', '..', '日本', 'x&y=z', "O'N"])(
      'takes the DriverID %j in its path',
      async (driverId) => {
        await caller.call('POST', 'drivers', { driverId, firstName: 'X' });
        const answer = await caller.call('PUT', `drivers/${encode(driverId)}`, { lastName: 'Found' });
        expect(answer.status).toBe(200);
        expect(await caller.get(driverId)).toMatchObject({ driverId, lastName: 'Found' });
      },
    );

    it('does not take a slash that is not encoded, nor a malformed escape', async () => {
      expect((await caller.call('PUT', 'drivers/TX/0042', { lastName: 'X' })).status).toBe(404);
      expect((await caller.call('PUT', 'drivers/%E0%A4%A', { lastName: 'X' })).status).toBe(400);
    });
  });

  describe('POST bulk/drivers', () => {
    it('adds all or none', async () => {
      const rows = [
        { driverId: 'X1', firstName: 'A' },
        { driverId: 'X2', firstName: 'B' },
      ];
      const bad = await caller.call('POST', 'bulk/drivers', {
        drivers: [...rows, { driverId: 'A1', firstName: 'C' }],
      });
      expect(bad.status).toBe(400);
      const twice = await caller.call('POST', 'bulk/drivers', { drivers: [rows[0], rows[0]] });
      expect(twice.status).toBe(400);
      expect((await caller.call('POST', 'bulk/drivers', {})).status).toBe(400);
      expect(driveri.drivers()).toHaveLength(4);
      const group = { name: 'g.north', action: 'ADD' };
      const good = await caller.call('POST', 'bulk/drivers', { drivers: rows, group });
      expect(good.body).toEqual({ data: { message: '2 drivers added successfully' } });
      expect(driveri.driver('X2')?.group).toBe('g.north');
    });
  });

  describe('configurations', () => {
    it('publish the status codes, and what else they number', async () => {
      const { configuration } = (await caller.call('GET', 'configurations')).body.data;
      expect(configuration).toMatchObject({
        driverStatus: [
          { status: 1, description: 'Active' },
          { status: 2, description: 'Inactive' },
          { status: 3, description: 'Deleted' },
        ],
        groupAction: [{ key: 'ADD' }, { key: 'REMOVE' }],
        authorizedToDriveStatus: [{ authorizedToDrive: 0 }, { authorizedToDrive: 1 }],
      });
    });

    it('renumbered, hold for rows, filters and writes alike', async () => {
      driveri.renumberStatuses();
      const { configuration } = (await caller.call('GET', 'configurations')).body.data;
      expect(configuration['driverStatus']).toContainEqual({ status: 2, description: 'Deleted' });
      expect(await caller.get('A1')).toMatchObject({ status: 4 });
      expect(await ids('state=2')).toEqual(['Gone']);
      await caller.call('PUT', 'drivers/A1', { status: 2 });
      expect(driveri.driver('A1')?.status).toBe('Deleted');
      expect((await caller.call('PUT', 'drivers/A1', { status: 3 })).status).toBe(400);
    });

    it('may have other statuses, or no deleted one', async () => {
      driveri.renumberStatuses([
        { status: 1, description: 'Active' },
        { status: 5, description: 'On leave' },
      ]);
      await caller.call('PUT', 'drivers/A1', { status: 5 });
      expect(await caller.get('A1')).toMatchObject({ status: 5 });
      expect((await caller.call('PUT', 'drivers/A1', { status: 3 })).status).toBe(400);
    });
  });

  it('tells groups with display and unique names', async () => {
    driveri.addGroup({ groupUniqueName: 'g.south', groupName: 'South' });
    const { body } = await caller.call('GET', 'groups');
    expect(body).toMatchObject({
      data: {
        groups: [
          { groupUniqueName: 'g.north', groupName: 'North', status: 'ACTIVE' },
          { groupUniqueName: 'g.south', groupName: 'South', status: 'ACTIVE' },
        ],
      },
      totalCount: 2,
    });
    expect((await caller.call('GET', 'groups?groupName=South')).body.totalCount).toBe(1);
  });

  describe('people in the portal', () => {
    it('add, edit, rename, remove and bring back, and updatedDate tells so', () => {
      now = 2_000;
      driveri.insert({ driverId: 'P', firstName: 'Pat', phone: '555', status: 'Inactive' });
      expect(driveri.driver('P')).toMatchObject({ phone: '555', status: 'Inactive', createdDate: 2_000 });
      now = 3_000;
      expect(driveri.edit('P', { driverId: 'Q' })).toMatchObject({ updatedDate: 3_000, createdDate: 2_000 });
      driveri.remove('Q');
      expect(driveri.driver('Q')?.status).toBe('Deleted');
      driveri.undelete('Q');
      expect(driveri.driver('Q')?.status).toBe('Active');
      expect(driveri.edit('Gone', { status: 'Active' }).status).toBe('Active');
    });

    it('are refused what the portal refuses', () => {
      expect(() => driveri.insert({ driverId: 'A1', firstName: 'X' })).toThrow('already exists');
      expect(() => driveri.edit('nobody', {})).toThrow('not found');
    });
  });
});

// As the vendor's client does: everything but letters, digits and a few signs.
function encode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*.]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
