import { driverId, gpsId, type GpsId } from '../../../src/driver/ids';
import type { DriveriDriver } from '../../../src/driver/driveri-driver';
import type { GpsDriver } from '../../../src/driver/gps-driver';
import { recordDriveri, recordGpsDriver } from '../../../src/sync/observe/record-reading';
import { storeDriveriListing } from '../../../src/sync/observe/store-driveri-listing';
import { discardOld } from '../../../src/sync/account/discard-old';
import { ownAccount } from '../../../src/sync/account/own-account';
import type { Database } from '../../../src/store/database/database';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../../support/given-sync';

const D = driverId;
const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('the rules of the door and of time', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());

  async function fleet(size: number): Promise<void> {
    given = await givenSync({ database, settings: { retentionMs: 90 * DAY } });
    ids = Array.from({ length: size }, (_, index) =>
      given.gps.put({ firstName: 'First', lastName: `Last${index + 1}`, driverId: `D${index + 1}` }),
    );
    await given.turnOn();
    await given.pass(HOUR);
    await given.pollGps();
    await given.pollDriveri();
    await given.settle();
  }
  const id = (number: number): GpsId => ids[number - 1] ?? gpsId('none');
  const rows = async (text: string): Promise<readonly Record<string, unknown>[]> =>
    (await database.pool.query<Record<string, unknown>>(text)).rows;
  const eventsOf = async (type: string): Promise<number> =>
    (await given.events()).filter((event) => event.type === type).length;

  describe('R14', () => {
    it('nothing becomes due by a listing before its last transaction, and the next one judges the whole', async () => {
      await fleet(40);
      for (const gps of ids.slice(0, 25)) given.gps.put({ gpsId: gps, lastName: 'X' });
      // It takes the account, stores the chunk, and dies before the last transaction.
      await expect(given.process('first', 3).pollGps()).rejects.toThrow('died');
      expect(await rows("select 1 from gateway.gps_driver where last_name = 'X'")).toHaveLength(25);
      expect(await given.settle()).toBe(0);
      // What the second listing shows is no news any more; it is judged nevertheless.
      await given.pollGps();
      await given.settle();
      expect([...given.driveri.drivers.values()].filter(({ lastName }) => lastName === 'X')).toEqual([]);
      expect(await rows('select 1 from gateway.driver_work where identity_hold is not null')).toHaveLength(
        25,
      );
    });

    it('what was before is the stored row: two readings of one change are one event', async () => {
      await fleet(2);
      given.gps.put({ gpsId: id(1), lastName: 'Edited' });
      const driver = given.gps.drivers.get(id(1));
      if (driver === undefined) throw new Error('GPS has the driver');
      let isRead = false;
      given.gps.distort = (drivers) => drivers;
      given.gps.onCall = async () => {
        if (isRead) return;
        isRead = true;
        await read(driver, await given.context.store.drawTicket());
      };
      await given.pollGps();
      expect(await eventsOf('GPS_DRIVER_UPDATED')).toBe(1);
    });
  });

  async function read(driver: GpsDriver, ticket: number): Promise<number> {
    const now = given.clock.now();
    return given.context.store.transaction(MASTER.account, async (tx) => {
      const found = await recordGpsDriver(tx, given.account, driver, { ticket, at: now }, now);
      await tx.events.append(found.events);
      return found.touched.length;
    });
  }

  async function readX(driver: DriveriDriver, ticket: number): Promise<number> {
    const now = given.clock.now();
    const graceMs = given.context.settings.confirmGraceMs;
    return given.context.store.transaction(MASTER.account, async (tx) => {
      const seen = { ticket, at: now };
      const found = await recordDriveri(tx, given.account, [driver], seen, now, { graceMs });
      await tx.events.append(found.events);
      return found.events.length;
    });
  }

  const draw = () => given.context.store.drawTicket();
  const known = (number: number): GpsDriver => {
    const driver = given.gps.drivers.get(id(number));
    if (driver === undefined) throw new Error('GPS has the driver');
    return driver;
  };
  const knownX = (name: string): DriveriDriver => {
    const driver = given.driveri.drivers.get(D(name));
    if (driver === undefined) throw new Error('Driveri has the driver');
    return driver;
  };

  describe('R16', () => {
    beforeEach(() => fleet(3));

    it('a reading with a lower ticket never replaces one with a higher, whatever the clocks say', async () => {
      const [older, newer] = [await draw(), await draw()];
      expect(await read({ ...known(1), lastName: 'Newer' }, newer)).toBeGreaterThan(0);
      given.clock.advance(HOUR);
      expect(await read({ ...known(1), lastName: 'Older' }, older)).toBe(0);
      given.clock.set(given.clock.now() - 2 * HOUR);
      expect(await read({ ...known(1), lastName: 'Newest' }, await draw())).toBeGreaterThan(0);
      const names = await rows(`select last_name from gateway.gps_driver where gps_id = '${id(1)}'`);
      expect(names).toEqual([{ last_name: 'Newest' }]);
    });

    it('a row that a newer observation kept out holds Driveri’s watermark back', async () => {
      const older = await draw();
      const seen = { ...knownX('D1'), lastName: 'Edited', updatedDate: given.clock.now() };
      await readX(seen, await draw());
      const watermark = () => rows("select watermark from gateway.roster where portal = 'driveri'");
      const before = await watermark();
      const late = { ...seen, updatedDate: given.clock.now() + 5 * SECOND };
      const listing = {
        drivers: [late],
        sentAt: given.clock.now(),
        setAside: [],
        cleaned: new Map<string, readonly string[]>(),
        provesAbsence: false,
      };
      await given.own((owner) =>
        storeDriveriListing(owner, listing, { ticket: older, at: given.clock.now() }, false),
      );
      expect(await watermark()).toEqual(before);
      const ticket = await draw();
      await given.own((owner) =>
        storeDriveriListing(owner, listing, { ticket, at: given.clock.now() }, false),
      );
      expect(await watermark()).toEqual([{ watermark: late.updatedDate }]);
    });

    it('a driver that was observed after a listing began is not missing from it', async () => {
      given.gps.distort = (drivers) => drivers.filter(({ gpsId: of }) => of !== id(1));
      given.gps.onCall = async (operation) => {
        given.gps.onCall = () => undefined;
        if (operation === 'driver/list') await read({ ...known(1), lastName: 'Read' }, await draw());
      };
      await given.pollGps();
      expect(await rows("select 1 from gateway.gps_driver where presence <> 'present'")).toEqual([]);
    });
  });

  describe('R17: a reading of Driveri that is behind', () => {
    let before: DriveriDriver;
    beforeEach(async () => {
      await fleet(3);
      before = knownX('D1');
      given.clock.advance(30 * SECOND);
      given.gps.put({ gpsId: id(1), lastName: 'Edited' });
      await given.pollGps();
      await given.settle();
    });
    const stored = () => rows("select last_name from gateway.driveri_driver where driver_id = 'D1'");

    it('shows what stood before our write, within the grace: it is not news', async () => {
      const { updatedDate } = knownX('D1');
      given.clock.advance(50 * SECOND);
      await readX({ ...before }, await draw());
      expect(await eventsOf('DRIFT_DETECTED')).toBe(0);
      expect(await stored()).toEqual([{ last_name: 'Edited' }]);
      expect(updatedDate).not.toBe(before.updatedDate);
    });

    it('has an older date of change than the row: it is not news, however late it is', async () => {
      given.clock.advance(HOUR);
      const older = { ...knownX('D1'), lastName: 'Other', updatedDate: (before.updatedDate ?? 0) + 1 };
      await readX(older, await draw());
      expect(await stored()).toEqual([{ last_name: 'Edited' }]);
    });

    it('that shows the values of before with a new date, after the grace, is drift', async () => {
      given.clock.advance(61 * SECOND);
      await readX({ ...before, updatedDate: given.clock.now() }, await draw());
      expect(await eventsOf('DRIFT_DETECTED')).toBe(1);
    });
  });

  describe('R18', () => {
    it.each([2, 6, 24 * 400])(
      'a driver that a wrong clock made due in %s hours is looked at now',
      async (hours) => {
        await fleet(3);
        given.gps.put({ gpsId: id(1), lastName: 'Edited' });
        await given.pollGps();
        await database.pool.query('update gateway.driver_work set due_at = $1', [
          given.clock.now() + hours * HOUR,
        ]);
        await database.pool.query('update gateway.account_due set due_at = $1', [
          given.clock.now() + hours * HOUR,
        ]);
        const due = await given.context.store.ownership.due([MASTER.account], given.clock.now(), 1);
        expect(due).toHaveLength(1);
        await ownAccount(given.context, MASTER.account);
        expect(knownX('D1').lastName).toBe('Edited');
      },
    );
  });

  describe('R19', () => {
    beforeEach(() => fleet(3));
    const look = () => given.own((owner) => discardOld(owner));
    const count = async (): Promise<number> => (await given.events()).length;
    const problems = () => rows("select code from gateway.account_problem where code = 'RETENTION_STOPPED'");
    const fill = (old: number, young: number) =>
      database.pool.query(
        `insert into gateway.event (account, seq, type, at, message)
         select 'acme', 1000 + n, 'HEALTH_CHANGED', case when n <= $1 then $2::bigint else $3::bigint end, 'filled'
         from generate_series(1, $1::int + $4::int) n`,
        [old, given.clock.now() - 91 * DAY, given.clock.now(), young],
      );

    it('one reading of a clock destroys nothing: a clock that was 120 days ahead once leaves the log', async () => {
      await look();
      const before = await count();
      const right = given.clock.now();
      given.clock.advance(120 * DAY);
      await look();
      given.clock.set(right + HOUR);
      await look();
      expect(await count()).toBe(before);
    });

    it('what was too old at the last look is discarded at the next one', async () => {
      await look();
      given.clock.advance(120 * DAY);
      await look();
      const before = await count();
      expect(before).toBeGreaterThan(3);
      given.clock.advance(HOUR);
      await look();
      expect(await count()).toBeLessThan(before);
    });

    it('more than a tenth of a long log at once stops it, with a health problem, for a day', async () => {
      await fill(20, 100);
      await look();
      const before = await count();
      given.clock.advance(HOUR);
      await look();
      expect(await problems()).toHaveLength(1);
      expect(await rows("select 1 from gateway.event where message = 'filled'")).toHaveLength(120);
      given.clock.advance(23 * HOUR);
      await look();
      expect(await count()).toBeGreaterThanOrEqual(before);
      given.clock.advance(HOUR);
      await look();
      expect(await problems()).toEqual([]);
    });
  });
});
