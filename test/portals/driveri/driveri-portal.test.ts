import type { DriveriDriver } from '../../../src/driver/driveri-driver';
import type { DriveriNewDriver } from '../../../src/driver/ports/driveri-portal';
import { driverId } from '../../../src/driver/ids';
import { failureOf } from '../support/failure-of';
import { startPortals, type PortalsUnderTest } from '../support/portals-under-test';

const ANN = {
  driverId: 'TX/0042',
  firstName: 'Ann',
  lastName: 'Lee',
  email: 'ann@example.com',
  userName: 'ann',
  enableDriveriApp: true,
  group: 'dallas',
  licenceNumber: 'L1',
  licenseCountry: 'US',
  licenseState: 'TX',
  createdDate: 1_000,
  updatedDate: 2_000,
};
const BOB = { driverId: '100% Ünï cödé', firstName: 'Bob', status: 'Deleted', updatedDate: 3_000 };
const CAT = { driverId: 'cat', firstName: 'Cat', status: 'Inactive', updatedDate: 4_000 };
const FLEET = {
  driveri: { groups: [{ groupUniqueName: 'dallas', groupName: 'Dallas Depot' }], drivers: [ANN, BOB, CAT] },
};

let portals: PortalsUnderTest;
beforeEach(async () => {
  portals = await startPortals(FLEET);
});
afterEach(() => portals.close());

const calls = () => portals.sandbox.driveri.calls();
const held = (id: string) => portals.sandbox.driveri.driver(id);
const id = driverId;

describe('listDrivers', () => {
  test('tells of everybody, removed ones included, in the words of the status table', async () => {
    const { drivers } = await portals.driveri().listDrivers();
    expect(drivers).toEqual([
      {
        driverId: 'TX/0042',
        firstName: 'Ann',
        lastName: 'Lee',
        email: 'ann@example.com',
        userName: 'ann',
        mobileApp: true,
        group: 'Dallas Depot',
        statusCode: 1,
        status: 'Active',
        removed: false,
        active: true,
        createdDate: 1_000,
        updatedDate: 2_000,
      },
      expect.objectContaining({ driverId: '100% Ünï cödé', status: 'Deleted', removed: true, active: false }),
      expect.objectContaining({ driverId: 'cat', status: 'Inactive', removed: false, active: false }),
    ]);
    expect(calls()).toEqual({ 'auth.tokens': 1, 'auth.token': 1, 'drivers.list': 1, configurations: 1 });
  });

  test('many pages of 200, in one listing', async () => {
    for (let index = 0; index < 447; index++) {
      portals.sandbox.driveri.put({ driverId: `d${index}`, firstName: 'D' });
    }
    const { drivers } = await portals.driveri().listDrivers();
    expect(drivers).toHaveLength(450);
    expect(calls()['drivers.list']).toBe(3);
  });

  test('a list that moves while it is read is read again, and then given up', async () => {
    for (let index = 0; index < 300; index++) portals.sandbox.driveri.put({ driverId: `d${index}` });
    portals.sandbox.driveri.faults.set({ kind: 'moving-pages' });
    const failure = await failureOf(portals.driveri().listDrivers());
    expect(failure).toMatchObject({ kind: 'incomplete', outcome: 'none' });
    expect(calls()['drivers.list']).toBe(6);
  });

  test('one that moves for a moment only is proven the second time', async () => {
    for (let index = 0; index < 300; index++) portals.sandbox.driveri.put({ driverId: `d${index}` });
    portals.sandbox.driveri.faults.set({ kind: 'moving-pages', times: 2 });
    const { drivers } = await portals.driveri().listDrivers();
    expect(drivers).toHaveLength(303);
    expect(calls()['drivers.list']).toBe(4);
  });

  test('fewer rows than the total: incomplete', async () => {
    portals.sandbox.driveri.faults.set({ kind: 'partial-list', tellTotal: true });
    expect((await failureOf(portals.driveri().listDrivers())).kind).toBe('incomplete');
    expect(calls()['drivers.list']).toBeLessThanOrEqual(6);
  });

  test('a driver told twice is one', async () => {
    portals.sandbox.driveri.faults.set({ kind: 'duplicate-rows' });
    expect((await portals.driveri().listDrivers()).drivers).toHaveLength(3);
  });

  test('rows without DriverID are set aside, and the listing proves nobody absent', async () => {
    portals.sandbox.driveri.faults.set({ kind: 'drop-field', field: 'driverId', share: 0.3 });
    const { drivers, setAside, provesAbsence } = await portals.driveri().listDrivers();
    expect(setAside).toEqual([{ id: null, reason: 'it has no DriverID' }]);
    expect(drivers.length).toBeGreaterThan(1);
    expect(provesAbsence).toBe(false);
  });
});

test('changedSince tells who changed at or after that time, removed ones included', async () => {
  const { drivers } = await portals.driveri().changedSince(3_000.7);
  expect(drivers.map((one) => one.driverId)).toEqual(['100% Ünï cödé', 'cat']);
});

describe('readDriver', () => {
  test.each(['TX/0042', '100% Ünï cödé', 'cat'])('%s', async (text) => {
    const before = Date.now();
    const reading = await portals.driveri().readDriver(id(text));
    expect(reading.driver?.driverId).toBe(text);
    expect(reading.sentAt).toBeGreaterThanOrEqual(before);
    expect(calls()['driver.get']).toBe(1);
  });

  test.each(['404', 'empty'] as const)('nobody, told by %s', async (unknownDriver) => {
    portals.sandbox.driveri.setSwitches({ unknownDriver });
    await expect(portals.driveri().readDriver(id('CAT'))).resolves.toMatchObject({ driver: null });
  });

  test('a tenant that is not there says nothing of a driver', async () => {
    const failure = await failureOf(portals.driveri({ tenant: 'elsewhere' }).readDriver(id('cat')));
    expect(failure).toMatchObject({ kind: 'rejected', portalCode: '404 TENANT_NOT_FOUND' });
  });
});

describe('createDriver', () => {
  test('with what is given, under exactly this DriverID', async () => {
    await portals.driveri().createDriver({
      driverId: id('A/b%20 ü'),
      firstName: 'Dan',
      lastName: 'Ng',
      email: '',
      phone: '5550001111',
    });
    expect(held('A/b%20 ü')).toMatchObject({
      firstName: 'Dan',
      lastName: 'Ng',
      email: '',
      phone: '5550001111',
      status: 'Active',
    });
    expect(calls()['drivers.create']).toBe(1);
    expect(calls()['driver.get']).toBeUndefined();
  });

  test.each(['TX/0042', '100% Ünï cödé'])('%s is taken: a read says so', async (text) => {
    const failure = await failureOf(portals.driveri().createDriver({ driverId: id(text), firstName: 'Dan' }));
    expect(failure).toMatchObject({ kind: 'taken', outcome: 'none', operation: 'drivers.create' });
    expect(calls()['driver.get']).toBe(1);
    expect(held(text)?.firstName).not.toBe('Dan');
  });

  test('what is refused for another reason is rejected, with the reason', async () => {
    const failure = await failureOf(portals.driveri().createDriver({ driverId: id('new'), firstName: ' ' }));
    expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none', message: 'firstName is required' });
  });

  test('when the read fails too, that failure is told: it may be taken or not', async () => {
    portals.sandbox.driveri.faults.set({ kind: 'server-error', operation: 'driver.get' });
    const failure = await failureOf(portals.driveri().createDriver({ driverId: id('cat'), firstName: 'C' }));
    expect(failure).toMatchObject({ kind: 'server', outcome: 'none' });
  });

  test.each(['.', '..', '\ud800'])('%j could never be addressed again', async (text) => {
    const failure = await failureOf(portals.driveri().createDriver({ driverId: id(text), firstName: 'X' }));
    expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none' });
    expect(calls()['drivers.create']).toBeUndefined();
  });
});

describe('updateDriver', () => {
  test('changes what is given and nothing else', async () => {
    await portals.driveri().updateDriver(id('TX/0042'), { lastName: '', phone: '5550002222' });
    const { updatedDate: _, ...rest } = ANN;
    expect(held('TX/0042')).toMatchObject({ ...rest, lastName: '', phone: '5550002222', status: 'Active' });
    expect(calls()).toEqual({ 'auth.tokens': 1, 'auth.token': 1, 'drivers.update': 1 });
  });

  test('renames, with signs that mean something in addresses', async () => {
    const driveri = portals.driveri();
    const names = ['TX/0042', '../x?y=1#z', "100% Ünï cödé; (b)'!*", 'plain'];
    for (const [index, name] of names.slice(1).entries()) {
      await driveri.updateDriver(id(names[index] ?? ''), { driverId: id(name) });
      expect(held(name)?.email).toBe('ann@example.com');
    }
  });

  test.each(['cat', '100% Ünï cödé'])('renaming onto %s: taken', async (text) => {
    const failure = await failureOf(portals.driveri().updateDriver(id('TX/0042'), { driverId: id(text) }));
    expect(failure).toMatchObject({ kind: 'taken', outcome: 'none' });
  });

  test('a driver who is not there', async () => {
    const failure = await failureOf(portals.driveri().updateDriver(id('nobody'), { firstName: 'X' }));
    expect(failure).toMatchObject({ kind: 'not-found', outcome: 'none', operation: 'drivers.update' });
  });

  test('one who is removed by now: not found, so that the caller looks again', async () => {
    const failure = await failureOf(portals.driveri().updateDriver(id('100% Ünï cödé'), { firstName: 'X' }));
    expect(failure).toMatchObject({ kind: 'not-found', outcome: 'none' });
  });

  test('nothing to change: nothing is sent', async () => {
    await portals.driveri().updateDriver(id('cat'), {});
    expect(calls()).toEqual({});
  });

  test('a text that may not be cleared is rejected', async () => {
    portals.sandbox.driveri.setSwitches({ refuseEmptyTexts: true });
    const failure = await failureOf(portals.driveri().updateDriver(id('TX/0042'), { lastName: '' }));
    expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none' });
  });
});

describe('statuses', () => {
  test('removed is what the table calls deleted', async () => {
    await portals.driveri().updateDriver(id('TX/0042'), { status: 'removed' });
    expect(held('TX/0042')?.status).toBe('Deleted');
  });

  test('or what the configuration says', async () => {
    const driveri = portals.driveri({ removedStatus: '2' });
    await driveri.updateDriver(id('TX/0042'), { status: 'removed' });
    expect(held('TX/0042')?.status).toBe('Inactive');
    expect((await driveri.readDriver(id('TX/0042'))).driver?.removed).toBe(true);
  });

  test('without such a status nothing is sent, and no number is guessed', async () => {
    portals.sandbox.driveri.renumberStatuses([{ status: 1, description: 'Active' }]);
    const failure = await failureOf(portals.driveri().updateDriver(id('TX/0042'), { status: 'removed' }));
    expect(failure).toMatchObject({ kind: 'rejected', outcome: 'none' });
    expect(calls()['drivers.update']).toBeUndefined();
  });

  test('renumbered after the table was read: a refused code is looked up again', async () => {
    const driveri = portals.driveri();
    await driveri.updateDriver(id('cat'), { status: 'active' });
    portals.sandbox.driveri.renumberStatuses();
    await driveri.updateDriver(id('TX/0042'), { status: 'removed' });
    expect(held('TX/0042')?.status).toBe('Deleted');
    expect(calls()).toMatchObject({ configurations: 2, 'drivers.update': 3 });
  });

  test('a code that is new to us has the table read again', async () => {
    let now = Date.now();
    const driveri = portals.driveri({ now: () => now });
    await driveri.listDrivers();
    portals.sandbox.driveri.renumberStatuses();
    now += 60_001;
    const { drivers } = await driveri.listDrivers();
    expect(drivers.map((one) => one.status)).toEqual(['Active', 'Deleted', 'Inactive']);
    expect(calls()['configurations']).toBe(2);
  });
});

describe('reinstateDriver', () => {
  const fields = (text: string): DriveriNewDriver => ({
    driverId: id(text),
    firstName: 'Back',
    phone: '5550003333',
  });
  const read = async (text: string, removedStatus?: string): Promise<DriveriDriver> => {
    const { driver } = await portals.driveri({ removedStatus }).readDriver(id(text));
    if (driver === null) throw new Error('nobody');
    portals.sandbox.driveri.resetCalls();
    return driver;
  };

  test('a deleted driver comes back by POST, with their history', async () => {
    const removed = await read('100% Ünï cödé');
    await portals.driveri().reinstateDriver(removed, fields('100% Ünï cödé'));
    expect(held('100% Ünï cödé')).toMatchObject({ status: 'Active', firstName: 'Back', phone: '5550003333' });
    expect(calls()).toMatchObject({ 'drivers.create': 1 });
    expect(calls()['drivers.update']).toBeUndefined();
  });

  test('one with another status by PUT', async () => {
    const removed = await read('cat', 'Inactive');
    await portals.driveri({ removedStatus: 'Inactive' }).reinstateDriver(removed, fields('cat'));
    expect(held('cat')).toMatchObject({ status: 'Active', firstName: 'Back' });
    expect(calls()).toMatchObject({ 'drivers.update': 1 });
    expect(calls()['drivers.create']).toBeUndefined();
  });

  test('when the words deceive, the other way is tried once', async () => {
    const removed = await read('100% Ünï cödé');
    portals.sandbox.driveri.edit('100% Ünï cödé', { status: 'Inactive' });
    await portals.driveri().reinstateDriver(removed, fields('100% Ünï cödé'));
    expect(held('100% Ünï cödé')?.status).toBe('Active');
    expect(calls()).toMatchObject({ 'drivers.create': 1, 'drivers.update': 1 });
  });

  test('an unknown outcome is told as it is: the other way is not tried', async () => {
    const removed = await read('100% Ünï cödé');
    portals.sandbox.driveri.faults.set({ kind: 'reset-after', operation: 'drivers.create' });
    const failure = await failureOf(portals.driveri().reinstateDriver(removed, fields('100% Ünï cödé')));
    expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'unknown' });
    expect(calls()['drivers.update']).toBeUndefined();
  });
});

describe('checkReadiness', () => {
  test('ready', async () => {
    await expect(portals.driveri().checkReadiness()).resolves.toEqual({
      missingScopes: [],
      removedStatus: 'Deleted',
    });
  });

  test('which scopes are missing', async () => {
    portals.sandbox.driveri.setScopes(['View Drivers', 'View Access Token', 'Create Access Token']);
    await expect(portals.driveri().checkReadiness()).resolves.toEqual({
      missingScopes: ['Update Drivers', 'View Fleet Configurations'],
      removedStatus: null,
    });
  });

  test('no status for a removal', async () => {
    portals.sandbox.driveri.renumberStatuses([{ status: 1, description: 'Active' }]);
    await expect(portals.driveri().checkReadiness()).resolves.toMatchObject({ removedStatus: null });
  });

  test('refused credentials', async () => {
    const driveri = portals.driveri({ clientSecret: 'wrong' });
    expect(await failureOf(driveri.checkReadiness())).toMatchObject({ kind: 'credentials', outcome: 'none' });
  });
});
