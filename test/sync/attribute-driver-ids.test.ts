import { driverId, type GpsId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';
import { healthCodes, heldItems, keyOf, shownDriver, shownHealth } from '../support/shown';

const MINUTE = 60_000;

describe('DriverIDs in a custom attribute, which are read little by little', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    ids = Array.from({ length: 40 }, (_, index) =>
      given.gps.put({ firstName: 'First', lastName: `Last${index + 1}`, driverId: `D${index + 1}` }),
    );
  });
  const unread = (from: number): void => {
    given.gps.unreadDriverIds.clear();
    for (const id of ids.slice(from)) given.gps.unreadDriverIds.add(id);
  };
  async function look(): Promise<void> {
    given.clock.advance(30_000);
    await given.pollGps();
    await given.pollDriveri();
    await given.settle();
  }

  it('arrive twenty at a time, are no mass change, and health shows how far the sweep is', async () => {
    unread(15);
    await given.turnOn();
    await given.pass(MINUTE);
    expect(given.driveri.drivers.size).toBe(15);
    expect(await healthCodes(given)).toEqual(['DRIVER_IDS_BEING_READ']);
    expect((await shownHealth(given)).problems[0]?.message).toContain('15 of 40');
    unread(40);
    await look();
    await given.pass(MINUTE);
    expect(given.driveri.drivers.size).toBe(40);
    expect(await heldItems(given)).toEqual([]);
    expect(await healthCodes(given)).toEqual([]);
  });

  it('are kept over a restart, after which none was read yet: nothing changes, and edits go on', async () => {
    await given.turnOn();
    await given.pass(MINUTE);
    unread(0);
    given.gps.answersDriverIds = false;
    const [first = ids[0] as GpsId] = ids;
    given.gps.put({ gpsId: first, lastName: 'Changed' });
    await look();
    expect(given.driveri.drivers.get(driverId('D1'))).toMatchObject({ lastName: 'Changed' });
    expect(await shownDriver(given, first)).toMatchObject({ status: 'IN_SYNC', problem: null });
    expect(await healthCodes(given)).toEqual(['DRIVER_IDS_BEING_READ']);
    given.gps.answersDriverIds = true;
    unread(40);
    await look();
    expect(await healthCodes(given)).toEqual([]);
    expect(given.driveri.drivers.size).toBe(40);
  });

  it('one that cannot be read is told with the portal’s words, and stops nobody else', async () => {
    const [first = ids[0] as GpsId] = ids;
    given.gps.unreadDriverIds.add(first);
    given.gps.failedDriverIds.set(first, 'Attribute not found');
    await given.turnOn();
    await given.pass(MINUTE);
    expect(given.driveri.drivers.size).toBe(39);
    expect(await healthCodes(given)).toEqual(['DRIVER_IDS_BEING_READ']);
    const [problem] = (await shownHealth(given)).problems;
    expect(problem?.message).toContain(`39 of 40`);
    expect(problem?.message).toContain(`GPS id ${first} could not be read: Attribute not found`);
    unread(40);
    given.gps.failedDriverIds.clear();
    await look();
    await given.pass(MINUTE);
    expect(given.driveri.drivers.size).toBe(40);
    expect(await healthCodes(given)).toEqual([]);
  });

  it('one that a direct reading does not tell stays as it is known', async () => {
    await given.turnOn();
    const [first = ids[0] as GpsId] = ids;
    given.gps.unreadDriverIds.add(first);
    given.gps.put({ gpsId: first, lastName: 'Changed' });
    await given.commands.refreshDriver(MASTER, await keyOf(given, first));
    await given.settle();
    expect(given.driveri.drivers.get(driverId('D1'))).toMatchObject({ lastName: 'Changed' });
    expect(await shownDriver(given, first)).toMatchObject({ status: 'IN_SYNC', problem: null });
  });
});
