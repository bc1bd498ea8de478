import { gpsId } from '../../../src/driver/ids';
import { createMemoryAttributeReadings } from '../../../src/portals/memory-attribute-readings';
import { createGpsPortal } from '../../../src/portals/gps/gps-portal';
import { failureOf } from '../support/failure-of';
import { startPortals, type PortalsUnderTest } from '../support/portals-under-test';
import { reply, startStub } from '../support/stub-portal';

const ANN = {
  id: 101,
  firstname: 'Ann',
  lastname: 'Lee',
  email: 'ann@example.com',
  phone: '5553839328',
  refId: 'R-1',
  driveriDriverId: 'TX/0042',
  timezone: 'US/Arizona',
};
const BOB = { id: 102, lastname: 'Ray', driveriDriverId: '100% Ünï cödé' };
const CAT = { id: 103, lastname: 'Moe' };
const FLEET = { gps: { groups: ['North', 'South'], drivers: [ANN, BOB, CAT] } };

let portals: PortalsUnderTest;
beforeEach(async () => {
  portals = await startPortals(FLEET);
});
afterEach(() => portals.close());

const calls = () => portals.sandbox.gps.calls();
const driver = (id: number) => portals.sandbox.gps.driver(id);

describe('listDrivers', () => {
  test('tells of everybody, with what is empty as null, and how many groups are visible', async () => {
    const before = Date.now();
    const listing = await portals.gps().listDrivers();
    expect(listing.drivers).toEqual([
      {
        gpsId: '101',
        firstName: 'Ann',
        lastName: 'Lee',
        email: 'ann@example.com',
        phone: '5553839328',
        timeZone: 'US/Arizona',
        referenceId: 'R-1',
        driverId: { state: 'known', value: 'TX/0042' },
      },
      expect.objectContaining({
        gpsId: '102',
        firstName: null,
        phone: null,
        driverId: { state: 'known', value: '100% Ünï cödé' },
      }),
      expect.objectContaining({ gpsId: '103', email: null, driverId: { state: 'empty' } }),
    ]);
    expect(listing).toMatchObject({ visibleGroups: 3, driverIdFieldAnswered: true });
    expect(listing.sentAt).toBeGreaterThanOrEqual(before);
    expect(listing.sentAt).toBeLessThanOrEqual(Date.now());
    expect(calls()).toEqual({ 'userauth/login': 1, 'driver/list': 1, 'drivergroup/list': 1 });
  });

  test('a user who sees fewer groups sees fewer drivers, and the number of groups says so', async () => {
    portals.sandbox.gps.edit(101, { groups: ['North'] });
    portals.sandbox.gps.setVisibleGroups(['North']);
    const listing = await portals.gps().listDrivers();
    expect(listing.drivers.map((one) => one.gpsId)).toEqual(['101']);
    expect(listing.visibleGroups).toBeLessThan(3);
  });

  test('a row without the field while others have it is empty', async () => {
    portals.sandbox.gps.setSwitches({ driverIdMissingFor: [101] });
    const { drivers, driverIdFieldAnswered } = await portals.gps().listDrivers();
    expect(drivers.map((one) => one.driverId.state)).toEqual(['empty', 'known', 'empty']);
    expect(driverIdFieldAnswered).toBe(true);
  });

  test('when no row has the field, every DriverID is unknown', async () => {
    portals.sandbox.gps.setSwitches({ driverIdIn: 'nowhere' });
    const { drivers, driverIdFieldAnswered } = await portals.gps().listDrivers();
    expect(drivers.map((one) => one.driverId.state)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(driverIdFieldAnswered).toBe(false);
  });

  test('a portal that has no such field by configuration: empty, and answered', async () => {
    const { drivers, driverIdFieldAnswered } = await portals
      .gps({ driveriDriverIdField: { kind: 'none' } })
      .listDrivers();
    expect(drivers.map((one) => one.driverId.state)).toEqual(['empty', 'empty', 'empty']);
    expect(driverIdFieldAnswered).toBe(true);
  });

  test('an empty list is passed on: whether to believe it, guards decide', async () => {
    portals.sandbox.gps.faults.set({ kind: 'empty-list', operation: 'driver/list' });
    await expect(portals.gps().listDrivers()).resolves.toMatchObject({
      drivers: [],
      driverIdFieldAnswered: false,
    });
  });

  test('a driver told twice is one', async () => {
    portals.sandbox.gps.faults.set({ kind: 'duplicate-rows', operation: 'driver/list' });
    expect((await portals.gps().listDrivers()).drivers).toHaveLength(3);
  });

  test('rows without id are set aside, and the listing proves nobody absent', async () => {
    portals.sandbox.gps.faults.set({ kind: 'drop-field', field: 'id', share: 0.3, operation: 'driver/list' });
    const { drivers, setAside, provesAbsence } = await portals.gps().listDrivers();
    expect(setAside).toEqual([{ id: null, reason: 'it has no id that can be read' }]);
    expect(drivers.map(({ gpsId: one }) => one)).not.toContain('101');
    expect(drivers.length).toBeGreaterThan(1);
    expect(provesAbsence).toBe(false);
  });
});

describe('readDriver', () => {
  test('one driver, in one request', async () => {
    const gps = portals.gps();
    await expect(gps.readDriver(gpsId(101))).resolves.toMatchObject({
      found: 'driver',
      driver: { gpsId: '101', lastName: 'Lee', driverId: { state: 'known', value: 'TX/0042' } },
    });
    expect(calls()['driver/list']).toBe(1);
  });

  test('unknown, when the portal says so', async () => {
    portals.sandbox.gps.remove(103);
    const before = Date.now();
    const reading = await portals.gps().readDriver(gpsId(103));
    expect(reading.found).toBe('unknown');
    expect(reading.sentAt).toBeGreaterThanOrEqual(before);
  });

  test('an empty answer is no proof of absence', async () => {
    portals.sandbox.gps.setSwitches({ unknownDriver: 'empty' });
    portals.sandbox.gps.remove(103);
    await expect(portals.gps().readDriver(gpsId(103))).resolves.toMatchObject({ found: 'ambiguous' });
  });

  test('neither is an answer about another driver, whose Ref ID is this number', async () => {
    portals.sandbox.gps.edit(102, { refId: '103' });
    portals.sandbox.gps.remove(103);
    await expect(portals.gps().readDriver(gpsId(103))).resolves.toMatchObject({ found: 'ambiguous' });
  });

  test('who is hidden behind another Ref ID is found in the whole list', async () => {
    portals.sandbox.gps.edit(102, { refId: '103' });
    await expect(portals.gps().readDriver(gpsId(103))).resolves.toMatchObject({
      found: 'driver',
      driver: { gpsId: '103' },
    });
  });

  test('without the field, what the last list had decides', async () => {
    portals.sandbox.gps.setSwitches({ driverIdMissingFor: [103] });
    const gps = portals.gps();
    await expect(gps.readDriver(gpsId(103))).resolves.toMatchObject({
      driver: { driverId: { state: 'unknown' } },
    });
    await gps.listDrivers();
    await expect(gps.readDriver(gpsId(103))).resolves.toMatchObject({
      driver: { driverId: { state: 'empty' } },
    });
  });
});

describe('createDriver', () => {
  test.each(['documented', 'client'] as const)(
    'its id, as the portal tells it (%s)',
    async (createAnswer) => {
      portals.sandbox.gps.setSwitches({ createAnswer });
      const created = await portals.gps().createDriver({
        firstName: 'Dan',
        lastName: 'Núñez & Söhne',
        email: 'dan@example.com',
        phone: '5550001111',
        timeZone: 'US/Central',
        referenceId: 'R-9',
        driverId: 'TX/0099 +%',
      });
      expect(created.undeleted).toBe(false);
      expect(driver(Number(created.gpsId))).toMatchObject({
        firstname: 'Dan',
        lastname: 'Núñez & Söhne',
        email: 'dan@example.com',
        phone: '5550001111',
        timezone: 'US/Central',
        refId: 'R-9',
        driveriDriverId: 'TX/0099 +%',
      });
    },
  );

  test('what is null is left out', async () => {
    const { gpsId: id } = await portals.gps().createDriver({ lastName: 'Solo', email: null, driverId: null });
    expect(driver(Number(id))).toMatchObject({ lastname: 'Solo', email: '' });
  });

  test.each(['documented', 'client'] as const)('an old record may come back (%s)', async (createAnswer) => {
    portals.sandbox.gps.setSwitches({ createAnswer });
    portals.sandbox.gps.remove(101);
    await expect(portals.gps().createDriver({ lastName: 'Lee', referenceId: 'R-1' })).resolves.toEqual({
      gpsId: '101',
      undeleted: true,
    });
  });

  test('what the portal refuses is rejected, with its reason and without the data', async () => {
    const failure = await failureOf(portals.gps().createDriver({ lastName: 'Twin', referenceId: 'R-1' }));
    expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none', operation: 'driver/create' });
    expect(failure.message).toContain('ref_id is in use');
  });
});

describe('updateDriver', () => {
  test('changes what is given and nothing else; null clears', async () => {
    await portals.gps().updateDriver(gpsId(101), { firstName: 'Anna', email: null, driverId: 'TX/43' });
    expect(driver(101)).toMatchObject({
      ...ANN,
      firstname: 'Anna',
      email: '',
      driveriDriverId: 'TX/43',
    });
    expect(calls()).toEqual({ 'userauth/login': 1, 'driver/list': 1, 'driver/update': 1 });
  });

  test('nothing to change: nothing is sent', async () => {
    await portals.gps().updateDriver(gpsId(101), {});
    expect(calls()).toEqual({});
  });

  test('a driver who is not there', async () => {
    const failure = await failureOf(portals.gps().updateDriver(gpsId(999), { firstName: 'X' }));
    expect(failure).toMatchObject({ kind: 'not-found', outcome: 'none', operation: 'driver/update' });
    expect(calls()['driver/update']).toBeUndefined();
  });

  test('whose id is the Ref ID of another is addressed by their own', async () => {
    portals.sandbox.gps.edit(102, { refId: '101' });
    await portals.gps().updateDriver(gpsId(101), { firstName: 'Anna' });
    expect(driver(101)?.firstname).toBe('Anna');
    expect(driver(102)?.firstname).toBe('');
  });

  test('and not at all when they have none', async () => {
    portals.sandbox.gps.edit(102, { refId: '103' });
    const gps = portals.gps();
    for (const write of [
      () => gps.updateDriver(gpsId(103), { firstName: 'X' }),
      () => gps.deleteDriver(gpsId(103)),
      () => gps.joinGroup(gpsId(103), 'North'),
      () => gps.leaveGroup(gpsId(103), 'North'),
    ]) {
      expect(await failureOf(write())).toMatchObject({ kind: 'ambiguous', outcome: 'none' });
    }
    expect(driver(102)).toMatchObject({ firstname: '', deleted: false, groups: [] });
    expect(driver(103)).toMatchObject({ firstname: '', deleted: false, groups: [] });
  });

  test('nor when the list is behind: whom a Ref ID means is asked right before', async () => {
    portals.sandbox.gps.edit(102, { refId: '101' });
    // Ann's Ref ID is also a name's part for the portal, and shows somebody else by now.
    portals.sandbox.gps.put({ ...CAT, refId: 'r-1' });
    const failure = await failureOf(portals.gps().updateDriver(gpsId(101), { firstName: 'X' }));
    expect(failure.kind).toBe('ambiguous');
  });

  test.each([
    ['attribute', { kind: 'attribute', key: 'driveri_driver_id' }],
    ['nowhere', { kind: 'none' }],
  ] as const)('a DriverID that is kept in an %s is not written', async (_where, driveriDriverIdField) => {
    const gps = portals.gps({ driveriDriverIdField });
    const failure = await failureOf(gps.updateDriver(gpsId(101), { driverId: 'X' }));
    expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none' });
    expect(calls()).toEqual({});
    await gps.updateDriver(gpsId(101), { firstName: 'Anna' });
    expect(driver(101)).toMatchObject({ firstname: 'Anna', driveriDriverId: 'TX/0042' });
  });
});

test('deleteDriver deletes this one', async () => {
  const gps = portals.gps();
  await gps.deleteDriver(gpsId(102));
  expect(driver(102)?.deleted).toBe(true);
  expect((await failureOf(gps.deleteDriver(gpsId(102)))).kind).toBe('not-found');
});

test('groups: join, list without ALL DRIVERS, leave', async () => {
  const gps = portals.gps();
  await gps.joinGroup(gpsId(101), 'North');
  await gps.joinGroup(gpsId(102), 'North');
  await expect(gps.listGroups()).resolves.toEqual([
    { name: 'North', members: ['101', '102'] },
    { name: 'South', members: [] },
  ]);
  await gps.leaveGroup(gpsId(101), 'North');
  expect(driver(101)?.groups).toEqual([]);
  expect((await failureOf(gps.joinGroup(gpsId(101), 'Nowhere'))).kind).toBe('rejected');
});

describe('a DriverID in an attribute', () => {
  const attribute = { driveriDriverIdField: { kind: 'attribute', key: 'Driveri ID' } as const };
  beforeEach(() => portals.sandbox.gps.setSwitches({ driverIdIn: 'attribute', driverIdKey: 'Driveri ID' }));

  test('is read for one driver', async () => {
    const gps = portals.gps(attribute);
    await expect(gps.readDriver(gpsId(101))).resolves.toMatchObject({
      driver: { driverId: { state: 'known', value: 'TX/0042' } },
    });
    await expect(gps.readDriver(gpsId(103))).resolves.toMatchObject({
      driver: { driverId: { state: 'empty' } },
    });
  });

  test('is not empty before anybody has it: the key may be wrong', async () => {
    await expect(portals.gps(attribute).readDriver(gpsId(103))).resolves.toMatchObject({
      driver: { driverId: { state: 'unknown' } },
    });
  });

  test('a list reads some, remembers them, and reads them again after a day', async () => {
    let now = 1_000_000_000_000;
    const gps = portals.gps({ ...attribute, now: () => now });
    const first = await gps.listDrivers();
    expect(first.drivers.map((one) => one.driverId.state)).toEqual(['known', 'known', 'empty']);
    expect(first.driverIdFieldAnswered).toBe(true);
    await gps.listDrivers();
    expect(calls()['driver/getattributes']).toBe(3);
    portals.sandbox.gps.edit(103, { driveriDriverId: 'NEW' });
    now += 24 * 3_600_000 + 1;
    const later = await gps.listDrivers();
    expect(later.drivers[2]?.driverId).toEqual({ state: 'known', value: 'NEW' });
  });

  test('of many drivers, twenty are read for each list', async () => {
    for (let index = 0; index < 27; index++)
      portals.sandbox.gps.insert({ lastname: `L${index}`, driveriDriverId: `D${index}` });
    const gps = portals.gps(attribute);
    const known = async () =>
      (await gps.listDrivers()).drivers.filter((one) => one.driverId.state !== 'unknown').length;
    expect([await known(), await known(), await known()]).toEqual([20, 30, 30]);
    expect(calls()['driver/getattributes']).toBe(30);
  });

  test('the list stands when attributes cannot be read', async () => {
    portals.sandbox.gps.faults.set({ kind: 'server-error', operation: 'driver/getattributes' });
    const { drivers, driverIdFieldAnswered } = await portals.gps(attribute).listDrivers();
    expect(drivers.map((one) => one.driverId.state)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(driverIdFieldAnswered).toBe(false);
  });

  test('one driver whose attributes are refused stops nothing', async () => {
    portals.sandbox.gps.faults.set({
      kind: 'error-200',
      code: 400,
      message: 'Attribute not found',
      operation: 'driver/getattributes',
      times: 1,
    });
    const gps = portals.gps(attribute);
    const first = await gps.listDrivers();
    expect(first.drivers.map((one) => one.driverId.state).slice(1)).not.toContain('unknown');
    portals.sandbox.gps.resetCalls();
    const second = await gps.listDrivers();
    expect(calls()['driver/getattributes']).toBeUndefined(); // nobody is due: not even the one who was refused
    expect([...(second.driverIdsFailed ?? [])]).toEqual([
      ['101', expect.stringContaining('Attribute not found')],
    ]);
    expect([...(second.driverIdsUnread ?? [])]).toEqual(['101']);
  });

  test('a driver whose attribute is refused can be read all the same', async () => {
    const gps = portals.gps(attribute);
    await gps.readDriver(gpsId(101));
    portals.sandbox.gps.faults.set({
      kind: 'error-200',
      code: 400,
      message: 'Attribute not found',
      operation: 'driver/getattributes',
    });
    await expect(gps.readDriver(gpsId(101))).resolves.toMatchObject({
      driver: { driverId: { state: 'known', value: 'TX/0042' } },
    });
    await expect(gps.readDriver(gpsId(102))).resolves.toMatchObject({
      driver: { driverId: { state: 'unknown' } },
    });
  });

  test('says how old it is, and why it could not be read last, without a request', async () => {
    let now = 1_000_000_000_000;
    const gps = portals.gps({ ...attribute, now: () => now });
    const agesOf = async () => [...((await gps.driverIdAges?.([gpsId(101), gpsId(103)])) ?? [])];
    const never = { value: null, readAt: null, triedAt: null, failure: null };
    expect(await agesOf()).toEqual([
      ['101', never],
      ['103', never],
    ]);
    await gps.readDriver(gpsId(101));
    now += 60_000;
    portals.sandbox.gps.faults.set({
      kind: 'error-200',
      code: 400,
      message: 'Attribute not found',
      operation: 'driver/getattributes',
    });
    await gps.readDriver(gpsId(101));
    portals.sandbox.gps.resetCalls();
    expect((await agesOf())[0]).toEqual([
      '101',
      {
        value: 'TX/0042',
        readAt: now - 60_000,
        triedAt: now,
        failure: expect.stringContaining('Attribute not found') as unknown,
      },
    ]);
    expect(calls()).toEqual({});
  });

  test('in a field of the driver is as old as the list: nothing more is said of it', () => {
    expect(portals.gps().driverIdAges).toBeUndefined();
  });

  test('what one process has read, another one and a later one have, too', async () => {
    const shared = createMemoryAttributeReadings();
    const options = { ...attribute, attributeReadings: () => shared };
    await portals.gps(options).listDrivers();
    portals.sandbox.gps.resetCalls();
    const { drivers, driverIdsUnread } = await portals.gps(options).listDrivers();
    expect(drivers.map((one) => one.driverId.state)).toEqual(['known', 'known', 'empty']);
    expect(driverIdsUnread?.size).toBe(0);
    expect(calls()['driver/getattributes']).toBeUndefined();
  });

  test('reading them takes a third of the day’s requests, and leaves the rest to lists and people', async () => {
    for (let index = 0; index < 27; index++)
      portals.sandbox.gps.insert({ lastname: `L${index}`, driveriDriverId: `D${index}` });
    let now = 1_000_000_000_000;
    const gps = portals.gps({ ...attribute, requestsPerDay: 60, now: () => now });
    await gps.listDrivers();
    await gps.listDrivers();
    expect(calls()['driver/getattributes']).toBe(21);
    now += 24 * 3_600_000 + 1;
    await gps.listDrivers();
    expect(calls()['driver/getattributes']).toBe(41); // the nine that were left come first
    const { driverIdsUnread } = await gps.listDrivers();
    expect(driverIdsUnread?.size).toBe(0);
  });

  test('of another driver, who is hit instead, is not taken', async () => {
    portals.sandbox.gps.edit(102, { refId: '103' });
    const { drivers } = await portals.gps(attribute).listDrivers();
    expect(drivers[2]).toMatchObject({ gpsId: '103', driverId: { state: 'unknown' } });
  });
});

test('tokens and data go in the form, never in an address', async () => {
  const envelope = (data: unknown) => ({ head: { status: 'OK' }, errors: [], data });
  const stub = await startStub((seen, response) => {
    if (seen.url.endsWith('login')) reply(response, 200, envelope({ token: 'secret-session' }));
    else reply(response, 200, envelope(seen.url.endsWith('list') ? [{ id: 101, lastname: 'Lee' }] : 'Done'));
  });
  const gps = createGpsPortal({
    baseUrl: `${stub.origin}/v2`,
    username: 'user',
    appToken: () => 'secret-app',
    driveriDriverIdField: { kind: 'field', name: 'did' },
    referenceTag: () => 'request-1',
  });
  await gps.updateDriver(gpsId(101), { email: 'ann+1@example.com', driverId: 'a&b=c' });
  const forms = stub.seen.map(({ method, url, body }) => [
    method,
    url,
    Object.fromEntries(new URLSearchParams(body)),
  ]);
  const session = { session_token: 'secret-session', reference_tag: 'request-1' };
  expect(forms).toEqual([
    ['POST', '/v2/userauth/login', { username: 'user', app_token: 'secret-app' }],
    ['POST', '/v2/driver/list', { driver: '101', ...session }],
    ['POST', '/v2/driver/update', { driver: '101', email: 'ann+1@example.com', did: 'a&b=c', ...session }],
  ]);
  await gps.close();
  await stub.close();
});
