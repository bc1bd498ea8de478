import { startGpsSandbox, type GpsDriverSeed, type GpsSandbox } from '../../src/sandbox/sandbox';
import { GpsCaller } from './gps-caller';

const DRIVERS: readonly GpsDriverSeed[] = [
  { id: 10, firstname: 'Ann', lastname: 'Alder', email: 'ann@example.com', phone: '5553839328', refId: 'E1' },
  { id: 11, lastname: 'Birch', driveriDriverId: 'TX/0042', groups: ['Delivery'] },
  { id: 12, firstname: 'Cy', lastname: "O'Malley", refId: '11', timezone: 'US/Arizona' },
];

describe('the GPS portal', () => {
  let now = Date.UTC(2014, 4, 21, 17, 47, 38);
  let gps: GpsSandbox;
  let caller: GpsCaller;

  beforeEach(async () => {
    now = Date.UTC(2014, 4, 21, 17, 47, 38);
    gps = await startGpsSandbox({
      fleet: { groups: ['Delivery', 'Yard'], drivers: DRIVERS },
      now: () => now,
    });
    caller = await new GpsCaller(gps).logIn();
  });

  afterEach(async () => {
    await caller.close();
    await gps.close();
  });

  const ids = async (params = {}): Promise<number[]> =>
    (await caller.call('driver/list', params)).data.map((row) => Number(row['id']));

  describe('transport', () => {
    it('takes class and method in any case', async () => {
      expect((await caller.call('Driver/LIST')).head['status']).toBe('OK');
    });

    it('takes parameters as a form, as a query and as JSON', async () => {
      const query = `session_token=${caller.token}&driver=E1`;
      const form = await caller.call('driver/list', { driver: 'E1' });
      const get = await caller.send(`/driver/list?${query}`, { method: 'GET' });
      const json = await caller.send('/driver/list', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ session_token: caller.token, driver: 'E1' }),
      });
      expect(get.data).toEqual(form.data);
      expect(json.data).toEqual(form.data);
    });

    it('beats without a session', async () => {
      caller.token = '';
      const answer = await caller.call('heartbeat/beat');
      expect(answer).toMatchObject({ status: 200, data: 'beat', head: { status: 'OK', method: 'beat' } });
      expect((await caller.call('heartbeat/repeat', { word: 'bulbous bouffant' })).data).toBe(
        'bulbous bouffant',
      );
    });

    it('lists the methods of a class', async () => {
      const { data } = await caller.call('driver/methods');
      expect(data.map((method) => method['name'])).toEqual(
        expect.arrayContaining(['list', 'create', 'update', 'delete', 'getattributes', 'joingroup']),
      );
      expect(data[0]).toEqual({ name: 'list', notes: expect.any(String), param: expect.any(Array) });
    });

    it('answers 404 in the envelope for a method that is not there', async () => {
      const answer = await caller.call('driver/frobnicate');
      expect(answer.status).toBe(404);
      expect(answer.head['status']).toBe('ERROR');
      expect((await caller.call('unicorn/methods')).status).toBe(404);
    });

    it('has a head with status, method, context, times in MST without a zone, and a count', async () => {
      const { head } = await caller.call('driver/list');
      expect(head).toEqual({
        status: 'OK',
        method: 'list',
        context: 'customer',
        request_time: 'May 21 2014 10:47:38',
        session_start: 'May 21 2014 10:47:38',
        request_count: 2,
      });
    });

    it('echoes a reference tag, up to 128 characters', async () => {
      expect((await caller.call('driver/list', { reference_tag: 'r1' })).head['reference_tag']).toBe('r1');
      const long = await caller.call('driver/list', { reference_tag: 'x'.repeat(200) });
      expect(long.head['reference_tag']).toBe('x'.repeat(128));
    });

    it('answers an error with HTTP 200, its code as number or text, its words under message or error', async () => {
      const errors = [];
      for (let call = 0; call < 4; call += 1) {
        const answer = await caller.call('driver/delete', { driver: 'nobody' });
        expect(answer).toMatchObject({ status: 200, data: null, head: { status: 'ERROR' } });
        errors.push(answer.errors[0]);
      }
      expect(errors).toContainEqual({ code: 404, message: 'Driver not found' });
      expect(errors).toContainEqual({ code: '404', error: 'Driver not found' });
      expect(errors).toContainEqual({ code: '404', message: 'Driver not found' });
      expect(errors).toContainEqual({ code: 404, error: 'Driver not found' });
    });

    it('can be switched to one shape of errors', async () => {
      gps.setSwitches({ errorShape: 'client' });
      for (let call = 0; call < 3; call += 1) {
        const { errors } = await caller.call('driver/delete', { driver: 'nobody' });
        expect(errors).toEqual([{ code: '404', error: 'Driver not found' }]);
      }
      gps.setSwitches({ errorShape: 'documented' });
      const { errors } = await caller.call('driver/delete', { driver: 'nobody' });
      expect(errors).toEqual([{ code: 404, message: 'Driver not found' }]);
    });
  });

  describe('sessions', () => {
    it('begin with an app token or a password, and have long hexadecimal tokens', async () => {
      expect(caller.token).toMatch(/^[0-9a-f]{40,}$/);
      const { data } = await caller.call('userauth/login', {
        username: gps.username,
        password: gps.password,
      });
      expect(data.token).toMatch(/^[0-9a-f]{40,}$/);
    });

    it.each([
      ['a wrong app token', { app_token: 'wrong' }],
      ['a wrong password', { password: 'wrong' }],
      ['a wrong user', { username: 'other', app_token: 'sandbox-app-token' }],
    ])('are refused for %s', async (_what, params) => {
      const answer = await caller.call('userauth/login', { username: gps.username, ...params });
      expect(answer).toMatchObject({ status: 200, head: { status: 'ERROR' } });
      expect(String(answer.errors[0]?.['code'])).toBe('403');
    });

    it('are needed', async () => {
      caller.token = '';
      const { errors, status } = await caller.call('driver/list');
      expect(status).toBe(200);
      expect(Object.values(errors[0] ?? {})).toContain('Forbidden (session does not exist)');
    });

    it('end after a day without notice', async () => {
      now += 24 * 3_600_000 - 1;
      expect((await caller.call('driver/list')).head['status']).toBe('OK');
      now += 1;
      const { errors } = await caller.call('driver/list');
      expect(Object.values(errors[0] ?? {})).toContain('Forbidden (session does not exist)');
    });

    it('end when somebody ends them all, and with a log-out', async () => {
      gps.expireSessions();
      expect((await caller.call('driver/list')).head['status']).toBe('ERROR');
      await caller.logIn();
      expect((await caller.call('userauth/logout')).data).toBe('logged out');
      expect((await caller.call('driver/list')).head['status']).toBe('ERROR');
    });

    it('may be several at once', async () => {
      const other = await new GpsCaller(gps).logIn();
      expect((await other.call('driver/list')).head['status']).toBe('OK');
      expect((await caller.call('driver/list')).head['status']).toBe('OK');
      await other.close();
    });
  });

  describe('the budget of a rolling day', () => {
    it('answers 429 without Retry-After when it is used up, until the window has rolled on', async () => {
      gps.setSwitches({ requestsPerDay: 2 });
      await caller.call('driver/list');
      now += 3_600_000;
      await caller.call('driver/list');
      const refused = await caller.call('driver/list');
      expect(refused.status).toBe(429);
      expect(String(refused.errors[0]?.['code'])).toBe('429');
      expect(refused.headers['retry-after']).toBeUndefined();
      gps.setSwitches({ sessionTtlMs: 48 * 3_600_000 });
      now += 23 * 3_600_000;
      expect((await caller.call('driver/list')).status).toBe(200);
      expect((await caller.call('driver/list')).status).toBe(429);
    });
  });

  describe('driver/list', () => {
    it('tells everybody who is not deleted, in one answer', async () => {
      gps.remove(10);
      expect(await ids()).toEqual([11, 12]);
    });

    it('sends ids as numbers and as strings, and an empty field absent, null or empty', async () => {
      const { data } = await caller.call('driver/list');
      expect(data).toEqual([
        {
          id: 10,
          firstname: 'Ann',
          lastname: 'Alder',
          email: 'ann@example.com',
          phone: '5553839328',
          ref_id: 'E1',
          driveri_driver_id: null,
        },
        { id: 11, firstname: '', lastname: 'Birch', phone: null, ref_id: '', driveri_driver_id: 'TX/0042' },
        {
          id: '12',
          firstname: 'Cy',
          lastname: "O'Malley",
          email: null,
          phone: '',
          ref_id: '11',
          timezone: 'US/Arizona',
          driveri_driver_id: null,
        },
      ]);
    });

    it('tells one driver, resolved like every other argument', async () => {
      expect(await ids({ driver: 'E1' })).toEqual([10]);
      expect(await ids({ driver: '11' })).toEqual([12]);
    });

    it('answers an unknown driver with an error, or as switched with an empty list', async () => {
      const unknown = await caller.call('driver/list', { driver: 'nobody' });
      expect(unknown).toMatchObject({ status: 200, head: { status: 'ERROR' } });
      gps.setSwitches({ unknownDriver: 'empty' });
      expect((await caller.call('driver/list', { driver: 'nobody' })).data).toEqual([]);
    });

    it('shows a user who sees only some groups a subset, silently', async () => {
      gps.setVisibleGroups(['Delivery']);
      const answer = await caller.call('driver/list');
      expect(answer.head['status']).toBe('OK');
      expect(await ids()).toEqual([11]);
      expect((await caller.call('driver/list', { driver: 'E1' })).head['status']).toBe('ERROR');
      expect((await caller.call('driver/update', { driver: 'E1', phone: '1' })).head['status']).toBe('ERROR');
      expect((await caller.call('drivergroup/list')).data).toEqual([
        { group_id: expect.any(Number), group: 'Delivery' },
      ]);
      gps.setVisibleGroups('all');
      expect(await ids()).toEqual([10, 11, 12]);
    });
  });

  describe('the DriverID field', () => {
    it('can be missing from some rows, or from all', async () => {
      gps.setSwitches({ driverIdMissingFor: [11] });
      const some = (await caller.call('driver/list')).data;
      expect(some.map((row) => 'driveri_driver_id' in row)).toEqual([true, false, true]);
      gps.setSwitches({ driverIdIn: 'nowhere' });
      const none = (await caller.call('driver/list')).data;
      expect(none.some((row) => 'driveri_driver_id' in row)).toBe(false);
    });

    it('can be a custom attribute, told by getattributes only', async () => {
      gps.setSwitches({ driverIdIn: 'attribute', driverIdKey: 'Driveri DriverID' });
      expect((await caller.call('driver/list')).data[1]).not.toHaveProperty('driveri_driver_id');
      const { data } = await caller.call('driver/getattributes', {
        driver: 'Birch',
        key: 'Driveri DriverID',
      });
      expect(data).toEqual([
        {
          attribute_id: expect.any(Number),
          key_id: expect.any(Number),
          key: 'Driveri DriverID',
          value: 'TX/0042',
          input_type: 'text',
          id: 11,
          firstname: '',
          lastname: 'Birch',
        },
      ]);
    });

    it('cannot be written where it is no field', async () => {
      gps.setSwitches({ driverIdIn: 'attribute', driverIdKey: 'dd' });
      await caller.call('driver/update', { driver: 'Birch', dd: 'X', driveri_driver_id: 'X' });
      expect(gps.driver(11)?.driveriDriverId).toBe('TX/0042');
    });
  });

  describe('driver/create', () => {
    it('answers in the documented shape or in that of the client, by id', async () => {
      const documented = await caller.call('driver/create', { lastname: 'One' });
      const { data } = await caller.call('driver/list', { driver: 'One' });
      const client = await caller.call('driver/create', { lastname: 'Two' });
      const answers = [documented.data, client.data];
      expect(answers).toContainEqual([{ driver_id: expect.stringMatching(/^\d+$/), result: 'Created' }]);
      expect(answers).toContainEqual({ id: expect.anything(), message: 'Driver added' });
      expect(data).toHaveLength(1);
    });

    it('can be switched to one shape', async () => {
      gps.setSwitches({ createAnswer: 'client' });
      for (const lastname of ['A1', 'A2']) {
        const { data } = await caller.call('driver/create', { lastname });
        expect(data).toEqual({ id: expect.anything(), message: 'Driver added' });
      }
      gps.setSwitches({ createAnswer: 'documented' });
      for (const lastname of ['B1', 'B2']) {
        const { data } = await caller.call('driver/create', { lastname });
        expect(data).toEqual([{ driver_id: expect.any(String), result: 'Created' }]);
      }
    });

    it('stores every field, trimmed, the phone as digits, with the defaults', async () => {
      await caller.call('driver/create', {
        lastname: ' Nuñez ',
        firstname: 'Zoë',
        ref_id: 'N1',
        email: 'z@example.org',
        phone: '(555) 383-9328',
        timezone: 'US/Arizona',
        driveri_driver_id: '00417',
      });
      expect(gps.drivers().at(-1)).toMatchObject({
        lastname: 'Nuñez',
        firstname: 'Zoë',
        refId: 'N1',
        email: 'z@example.org',
        phone: '5553839328',
        timezone: 'US/Arizona',
        driveriDriverId: '00417',
        alertPref: 3,
        groups: [],
        deleted: false,
        createdAt: now,
      });
    });

    it.each([
      ['no last name', { firstname: 'X' }],
      ['an empty last name', { lastname: ' ' }],
      ['a Ref ID that another driver has', { lastname: 'X', ref_id: 'E1' }],
      ['an alert_pref that is none', { lastname: 'X', alert_pref: '9' }],
    ])('refuses %s', async (_what, params: Record<string, string>) => {
      const answer = await caller.call('driver/create', params);
      expect(answer).toMatchObject({ status: 200, head: { status: 'ERROR' } });
      expect(String(answer.errors[0]?.['code'])).toBe('400');
      expect(gps.drivers()).toHaveLength(3);
    });

    it('takes duplicate names: nothing makes them unique', async () => {
      await caller.call('driver/create', { lastname: 'Alder', firstname: 'Ann' });
      expect(await ids()).toHaveLength(4);
    });

    it('brings a deleted driver with that Ref ID back, with their old id', async () => {
      gps.setSwitches({ createAnswer: 'client' });
      await caller.call('driver/delete', { driver: 'E1' });
      const { data } = await caller.call('driver/create', { lastname: 'Ash', ref_id: 'E1' });
      expect(data).toEqual({ id: 10, message: 'Driver undeleted' });
      expect(gps.driver(10)).toMatchObject({ lastname: 'Ash', firstname: 'Ann', deleted: false });
      expect(gps.drivers()).toHaveLength(3);
    });

    it('as switched, keeps the fields that the deleted driver had', async () => {
      gps.setSwitches({ undeleteKeepsFields: true, createAnswer: 'documented' });
      gps.remove(10);
      const { data } = await caller.call('driver/create', { lastname: 'Ash', ref_id: 'E1' });
      expect(data).toEqual([{ driver_id: '10', result: 'Undeleted' }]);
      expect(gps.driver(10)).toMatchObject({ lastname: 'Alder', deleted: false });
    });

    it('puts the driver of a user with few groups into the first of them', async () => {
      gps.setVisibleGroups(['Yard']);
      await caller.call('driver/create', { lastname: 'Elm' });
      expect(await ids()).toEqual([gps.drivers().at(-1)?.id]);
    });
  });

  describe('driver/update', () => {
    it('changes what was sent, leaves the rest, and an empty text clears', async () => {
      const { data } = await caller.call('driver/update', { driver: 'E1', email: '', firstname: 'Anna' });
      expect(data).toBe('Driver updated');
      expect(gps.driver(10)).toMatchObject({
        firstname: 'Anna',
        email: '',
        phone: '5553839328',
        refId: 'E1',
      });
    });

    it('can write alert_pref, timezone and the DriverID', async () => {
      const params = { driver: 'E1', alert_pref: '0', timezone: 'US/Pacific', driveri_driver_id: 'A 1' };
      await caller.call('driver/update', params);
      expect(gps.driver(10)).toMatchObject({ alertPref: 0, timezone: 'US/Pacific', driveriDriverId: 'A 1' });
    });

    it('hits another driver when a number is that driver’s Ref ID', async () => {
      await caller.call('driver/update', { driver: '11', phone: '1112223333' });
      expect(gps.driver(12)?.phone).toBe('1112223333');
      expect(gps.driver(11)?.phone).toBe('');
    });

    it('refuses to clear the last name, and an unknown driver', async () => {
      expect((await caller.call('driver/update', { driver: 'E1', lastname: '' })).head['status']).toBe(
        'ERROR',
      );
      expect((await caller.call('driver/update', { driver: '', lastname: 'X' })).head['status']).toBe(
        'ERROR',
      );
      expect((await caller.call('driver/update', { driver: '99', lastname: 'X' })).head['status']).toBe(
        'ERROR',
      );
      expect(gps.driver(10)?.lastname).toBe('Alder');
    });

    it('answers an object when switched so', async () => {
      gps.setSwitches({ writeAnswer: 'object' });
      const { data } = await caller.call('driver/update', { driver: 'E1', firstname: 'A' });
      expect(data).toEqual({ message: 'Driver updated' });
    });
  });

  describe('driver/delete', () => {
    it('is soft: the record stays, hidden from every method', async () => {
      expect((await caller.call('driver/delete', { driver: '10' })).data).toBe('Driver deleted');
      expect(gps.driver(10)).toMatchObject({ deleted: true, lastname: 'Alder' });
      expect(await ids()).toEqual([11, 12]);
      expect((await caller.call('driver/delete', { driver: '10' })).head['status']).toBe('ERROR');
      expect((await caller.call('driver/update', { driver: 'E1', email: '' })).head['status']).toBe('ERROR');
    });
  });

  describe('groups', () => {
    it('are listed with ALL DRIVERS among them', async () => {
      const { data } = await caller.call('drivergroup/list');
      expect(data.map((row) => row['group'])).toEqual(['ALL DRIVERS', 'Delivery', 'Yard']);
      expect(data[0]).toEqual({ group_id: 1, group: 'ALL DRIVERS' });
      expect((await caller.call('drivergroup/list', { group: 'yard' })).data).toHaveLength(1);
    });

    it('tell their members as driver rows', async () => {
      const members = await caller.call('drivergroup/listmembers', { group: 'Delivery' });
      expect(members.data).toEqual([expect.objectContaining({ id: 11, lastname: 'Birch' })]);
      const all = await caller.call('drivergroup/listmembers', { group: 'ALL DRIVERS' });
      expect(all.data).toHaveLength(3);
      expect((await caller.call('drivergroup/listmembers', { group: 'No' })).head['status']).toBe('ERROR');
    });

    it('are joined and left, by name', async () => {
      const names = async (): Promise<unknown[]> =>
        (await caller.call('driver/listdrivergroups', { driver: 'E1' })).data.map((row) => row['group']);
      const joined = await caller.call('driver/joingroup', { driver: 'E1', group: 'Yard' });
      expect(joined.data).toBe('Driver added to group');
      expect(await names()).toEqual(['ALL DRIVERS', 'Yard']);
      const left = await caller.call('driver/leavegroup', { driver: 'E1', group: 'Yard' });
      expect(left.data).toBe('Driver removed from group');
      expect(await names()).toEqual(['ALL DRIVERS']);
      expect((await caller.call('driver/joingroup', { driver: 'E1', group: 'No' })).head['status']).toBe(
        'ERROR',
      );
    });
  });

  it('tells custom attributes, all or by key', async () => {
    gps.edit(10, { attributes: { 'CDL Endorsement': 'A', Hazmat: 'Yes' } });
    const all = await caller.call('driver/getattributes', { driver: 'E1' });
    expect(all.data.map((row) => [row['key'], row['value']])).toEqual([
      ['CDL Endorsement', 'A'],
      ['Hazmat', 'Yes'],
    ]);
    expect((await caller.call('driver/getattributes', { driver: 'E1', key: 'hazmat' })).data).toHaveLength(1);
  });

  describe('people in the portal', () => {
    it('add, edit, delete and undelete, and the API shows it', async () => {
      const { id } = gps.insert({ lastname: 'Fir', phone: '555-1' });
      now += 5;
      expect(gps.edit(String(id), { firstname: 'Flo' })).toMatchObject({ phone: '5551', updatedAt: now });
      gps.remove(id);
      expect(await ids()).not.toContain(id);
      gps.undelete(id);
      expect(await ids()).toContain(id);
    });

    it('are refused what the form refuses', () => {
      expect(() => gps.insert({ firstname: 'No' })).toThrow('lastname is required');
      expect(() => gps.edit(99, { firstname: 'No' })).toThrow('Driver not found');
      expect(() => gps.undelete(10)).toThrow('No deleted driver');
      expect(() => gps.insert({ lastname: 'X', groups: ['No'] })).toThrow('Driver group not found: No');
    });

    it('import a spreadsheet', () => {
      gps.import([{ id: 10, firstname: 'Anne' }, { lastname: 'Gum' }]);
      expect(gps.driver(10)?.firstname).toBe('Anne');
      expect(gps.drivers().at(-1)?.lastname).toBe('Gum');
    });

    it('may hold what the form refuses today, and still edit the rest of it', () => {
      gps.put({ id: 77, lastname: '', refId: 'E1' });
      expect(gps.edit(77, { email: 'x@example.com' })).toMatchObject({ lastname: '', refId: 'E1' });
    });
  });
});
