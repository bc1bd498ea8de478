import type { DriveriPortal } from '../../src/driver/ports/driveri-portal';
import type { GpsPortal } from '../../src/driver/ports/gps-portal';
import { driverId, gpsId, type GpsId } from '../../src/driver/ids';
import { FakeDriveri, FakeGps } from '../support/fake-portals';
import { failureOf } from './support/failure-of';
import { startPortals } from './support/portals-under-test';

/** What the ports promise, kept by the connectors over HTTP and by the fakes that the sync's tests use. */

interface GpsUnderTest {
  readonly gps: GpsPortal;
  /** Adds a driver as a person in the portal would. */
  put(lastName: string, wanted: string | null): GpsId;
  addGroup(name: string): void;
  /** Makes a driver's row unreadable, in every answer. */
  spoil(id: GpsId): void;
  hideSomeGroups(): void;
  close(): Promise<void>;
}

const GPS: readonly (readonly [string, () => Promise<GpsUnderTest>])[] = [
  [
    'the connector over HTTP',
    async () => {
      const portals = await startPortals();
      const { gps } = portals.sandbox;
      return {
        gps: portals.gps(),
        put: (lastname, wanted) => gpsId(gps.insert({ lastname, driveriDriverId: wanted ?? '' }).id),
        addGroup: (name) => void gps.addGroup(name),
        spoil: (id) =>
          void gps.faults.set({
            kind: 'set-field',
            field: 'email',
            json: 'false',
            ids: [id],
            operation: 'driver/list',
          }),
        hideSomeGroups: () => gps.setVisibleGroups([]),
        close: () => portals.close(),
      };
    },
  ],
  [
    'the fake',
    () => {
      const gps = new FakeGps(Date.now);
      return Promise.resolve({
        gps,
        put: (lastName, wanted) => gps.put({ lastName, driverId: wanted }),
        addGroup: (name) => void gps.groups.set(name, new Set()),
        spoil: (id) => void gps.unreadable.set(id, 'the e-mail is not a text'),
        hideSomeGroups: () => {
          gps.seesAllDrivers = false;
        },
        close: () => Promise.resolve(),
      });
    },
  ],
];

describe.each(GPS)('the GPS portal, as %s', (_name, start) => {
  let given: GpsUnderTest;
  beforeEach(async () => {
    given = await start();
  });
  afterEach(() => given.close());

  test('lists every driver, with the DriverID as known or empty', async () => {
    given.put('Ash', 'A-1');
    given.put('Birch', null);
    const before = Date.now();
    const listing = await given.gps.listDrivers();
    expect(listing.drivers.map(({ lastName, driverId: wanted }) => [lastName, wanted])).toEqual([
      ['Ash', { state: 'known', value: 'A-1' }],
      ['Birch', { state: 'empty' }],
    ]);
    expect(listing.sentAt).toBeGreaterThanOrEqual(before);
    expect(listing).toMatchObject({
      seesAllDrivers: true,
      setAside: [],
      provesAbsence: true,
      driverIdFieldAnswered: true,
    });
    expect(listing.cleaned.size).toBe(0);
  });

  test('reads one driver, and says so when it does not know them', async () => {
    const id = given.put('Ash', 'A-1');
    await expect(given.gps.readDriver(id)).resolves.toMatchObject({
      found: 'driver',
      driver: { gpsId: id, lastName: 'Ash' },
    });
    await expect(given.gps.readDriver(gpsId('999999'))).resolves.toMatchObject({ found: 'unknown' });
  });

  test('creates a driver under an id that a read finds', async () => {
    const { gpsId: id, undeleted } = await given.gps.createDriver({
      lastName: 'Cedar',
      email: 'c@example.com',
      driverId: 'C-1',
    });
    expect(undeleted).toBe(false);
    await expect(given.gps.readDriver(id)).resolves.toMatchObject({
      driver: { lastName: 'Cedar', email: 'c@example.com', driverId: { state: 'known', value: 'C-1' } },
    });
  });

  test('changes what it is given, clears what is null, and leaves the rest', async () => {
    const id = given.put('Ash', 'A-1');
    await given.gps.updateDriver(id, { firstName: 'Ann', email: 'a@example.com' });
    await given.gps.updateDriver(id, { email: null });
    await expect(given.gps.readDriver(id)).resolves.toMatchObject({
      driver: { firstName: 'Ann', lastName: 'Ash', email: null, driverId: { state: 'known', value: 'A-1' } },
    });
  });

  test('deletes: the driver is unknown afterwards, and in no listing', async () => {
    const id = given.put('Ash', 'A-1');
    given.put('Birch', null);
    await given.gps.deleteDriver(id);
    await expect(given.gps.readDriver(id)).resolves.toMatchObject({ found: 'unknown' });
    expect((await given.gps.listDrivers()).drivers.map(({ lastName }) => lastName)).toEqual(['Birch']);
  });

  test('refuses writes to a driver who is not there, without an effect', async () => {
    const nobody = gpsId('999999');
    const writes = [
      given.gps.updateDriver(nobody, { firstName: 'A' }),
      given.gps.deleteDriver(nobody),
      given.gps.joinGroup(nobody, 'North'),
    ];
    for (const failure of await Promise.all(writes.map(failureOf))) {
      expect(failure).toMatchObject({ kind: 'not-found', outcome: 'none' });
    }
  });

  test('groups: join, list, leave', async () => {
    given.addGroup('North');
    const id = given.put('Ash', null);
    await given.gps.joinGroup(id, 'North');
    await expect(given.gps.listGroups()).resolves.toEqual([{ name: 'North', members: [id] }]);
    await given.gps.leaveGroup(id, 'North');
    await expect(given.gps.listGroups()).resolves.toEqual([{ name: 'North', members: [] }]);
  });

  test('a row that cannot be read is set aside with its id; read alone, it is a failure that names it', async () => {
    const id = given.put('Ash', 'A-1');
    given.put('Birch', null);
    given.spoil(id);
    const { drivers, setAside, provesAbsence } = await given.gps.listDrivers();
    expect(drivers.map(({ lastName }) => lastName)).toEqual(['Birch']);
    expect(setAside).toEqual([{ id, reason: 'the e-mail is not a text' }]);
    expect(provesAbsence).toBe(false);
    expect(await failureOf(given.gps.readDriver(id))).toMatchObject({ kind: 'malformed', setAside: { id } });
  });

  test('says when the user does not see everything', async () => {
    given.hideSomeGroups();
    expect((await given.gps.listDrivers()).seesAllDrivers).toBe(false);
  });
});

interface DriveriUnderTest {
  readonly driveri: DriveriPortal;
  spoil(id: string): void;
  close(): Promise<void>;
}

const DRIVERI: readonly (readonly [string, () => Promise<DriveriUnderTest>])[] = [
  [
    'the connector over HTTP',
    async () => {
      const portals = await startPortals();
      const { faults } = portals.sandbox.driveri;
      return {
        driveri: portals.driveri(),
        // The only fault of a Driveri row that keeps its DriverID and cannot be read: the row of another shape.
        spoil: (id) =>
          void faults.set({ kind: 'set-field', field: 'driverId', json: `"${id}\\u0000"`, ids: [id] }),
        close: () => portals.close(),
      };
    },
  ],
  [
    'the fake',
    () => {
      const driveri = new FakeDriveri(Date.now);
      return Promise.resolve({
        driveri,
        spoil: (id) => void driveri.unreadable.set(id, 'its DriverID cannot be stored unchanged'),
        close: () => Promise.resolve(),
      });
    },
  ],
];

describe.each(DRIVERI)('Driveri, as %s', (_name, start) => {
  const ASH = driverId('A-1');
  const BIRCH = driverId('B/2 ü');
  let given: DriveriUnderTest;
  beforeEach(async () => {
    given = await start();
    await given.driveri.createDriver({
      driverId: ASH,
      firstName: 'Ann',
      lastName: 'Ash',
      email: 'a@example.com',
    });
    await given.driveri.createDriver({ driverId: BIRCH, firstName: 'Bea' });
  });
  afterEach(() => given.close());

  const read = async (id: typeof ASH) => (await given.driveri.readDriver(id)).driver;

  test('lists every driver, removed ones included, and proves it complete', async () => {
    await given.driveri.updateDriver(BIRCH, { status: 'removed' });
    const listing = await given.driveri.listDrivers();
    expect(listing.drivers.map(({ driverId: id, removed, active }) => [id, removed, active])).toEqual([
      [ASH, false, true],
      [BIRCH, true, false],
    ]);
    expect(listing).toMatchObject({ setAside: [], provesAbsence: true });
  });

  test('tells what changed since a moment, and proves nothing by it', async () => {
    const { updatedDate } = (await read(ASH)) ?? {};
    const listing = await given.driveri.changedSince(updatedDate ?? 0);
    expect(listing.drivers.map(({ driverId: id }) => id)).toContain(ASH);
    expect(listing.provesAbsence).toBe(false);
    expect((await given.driveri.changedSince(Date.now() + 3_600_000)).drivers).toEqual([]);
  });

  test('reads one driver, by the exact DriverID; unknown is null', async () => {
    await expect(read(ASH)).resolves.toMatchObject({
      firstName: 'Ann',
      lastName: 'Ash',
      email: 'a@example.com',
    });
    await expect(read(driverId('a-1'))).resolves.toBeNull();
    await expect(given.driveri.readBack(BIRCH)).resolves.toMatchObject({ driver: { firstName: 'Bea' } });
  });

  test('a DriverID is taken, by a removed driver, too', async () => {
    await given.driveri.updateDriver(BIRCH, { status: 'removed' });
    for (const id of [ASH, BIRCH]) {
      const failure = await failureOf(given.driveri.createDriver({ driverId: id, firstName: 'New' }));
      expect(failure).toMatchObject({ kind: 'taken', outcome: 'none' });
    }
    expect(await failureOf(given.driveri.updateDriver(ASH, { driverId: BIRCH }))).toMatchObject({
      kind: 'taken',
    });
  });

  test('changes what it is given, clears an empty text, and leaves the rest', async () => {
    await given.driveri.updateDriver(ASH, { firstName: 'Anna', email: '' });
    await expect(read(ASH)).resolves.toMatchObject({ firstName: 'Anna', lastName: 'Ash', email: null });
  });

  test('a rename keeps the record', async () => {
    const before = await read(ASH);
    await given.driveri.updateDriver(ASH, { driverId: driverId('A-9') });
    await expect(read(ASH)).resolves.toBeNull();
    await expect(read(driverId('A-9'))).resolves.toMatchObject({
      lastName: 'Ash',
      createdDate: before?.createdDate,
    });
  });

  test('a removed driver is reinstated under their DriverID', async () => {
    await given.driveri.updateDriver(ASH, { status: 'removed' });
    const removed = await read(ASH);
    if (removed === null) throw new Error('the removed driver is not there');
    await given.driveri.reinstateDriver(removed, { driverId: ASH, firstName: 'Ann', lastName: 'Ashton' });
    await expect(read(ASH)).resolves.toMatchObject({ lastName: 'Ashton', removed: false, active: true });
  });

  test('a change of a driver who is not there is refused, without an effect', async () => {
    const failure = await failureOf(given.driveri.updateDriver(driverId('nobody'), { firstName: 'X' }));
    expect(failure).toMatchObject({ kind: 'not-found', outcome: 'none' });
  });

  test('a row that cannot be read is set aside, and the listing proves nobody absent', async () => {
    given.spoil(ASH);
    const { drivers, setAside, provesAbsence } = await given.driveri.listDrivers();
    expect(drivers.map(({ driverId: id }) => id)).toEqual([BIRCH]);
    expect(setAside).toMatchObject([{ reason: 'its DriverID cannot be stored unchanged' }]);
    expect(provesAbsence).toBe(false);
  });

  test('is ready', async () => {
    await expect(given.driveri.checkReadiness()).resolves.toEqual({
      missingScopes: [],
      removedStatus: 'Deleted',
    });
  });
});
