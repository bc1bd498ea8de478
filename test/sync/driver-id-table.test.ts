import { driverId, type DriverKey, type GpsId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';

const D = driverId;

describe('the DriverID table, as journeys', () => {
  let database: Database;
  let given: GivenSync;
  let told = 0;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    told = 0;
  });

  /** Turned on, with everybody in sync; what is told from here on is the journey. */
  async function on(): Promise<void> {
    await given.turnOn();
    await passed();
  }

  async function passed(): Promise<void> {
    told = (await given.events()).at(-1)?.seq ?? 0;
    given.clock.advance(30_000);
  }

  /** Both portals are read, as the watchers do, and everything that follows is done. */
  async function look(): Promise<void> {
    given.clock.advance(30_000);
    await given.pollGps();
    await given.pollDriveri();
    await given.settle();
  }

  async function happened(): Promise<readonly string[]> {
    return (await given.events()).filter((event) => event.seq > told).map((event) => event.type);
  }

  const active = (): Record<string, string> => namesOf((removed) => !removed);
  const removed = (): Record<string, string> => namesOf((isRemoved) => isRemoved);

  function namesOf(take: (removed: boolean) => boolean): Record<string, string> {
    const drivers = [...given.driveri.drivers.values()].filter((driver) => take(driver.removed));
    return Object.fromEntries(
      drivers
        .sort((a, b) => (a.driverId < b.driverId ? -1 : 1))
        .map((driver) => [driver.driverId, [driver.firstName, driver.lastName].filter(Boolean).join(' ')]),
    );
  }

  async function links(): Promise<Record<string, string>> {
    const { rows } = await database.pool.query<{ gps_id: string; driver_id: string }>(
      'select gps_id, driver_id from gateway.link order by gps_id',
    );
    return Object.fromEntries(rows.map((row) => [row.gps_id, row.driver_id]));
  }

  async function problemOf(id: GpsId): Promise<string | null> {
    const { rows } = await database.pool.query<{ code: string | null }>(
      "select problem->>'code' as code from gateway.driver_work where gps_id = $1",
      [id],
    );
    return rows[0]?.code ?? null;
  }

  const ana = (id: string): GpsId => given.gps.put({ firstName: 'Ana', lastName: 'Silva', driverId: id });
  const bo = (id: string): GpsId => given.gps.put({ firstName: 'Bo', lastName: 'Ek', driverId: id });
  const cy = (id: string): GpsId => given.gps.put({ firstName: 'Cy', lastName: 'Or', driverId: id });

  describe('a driver whom GPS has', () => {
    it('is created when nobody in Driveri has the DriverID (row 11)', async () => {
      ana('D1');
      await on();
      bo('D2');
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D2: 'Bo Ek' });
      expect(await happened()).toEqual(['GPS_DRIVER_CREATED', 'DRIVERI_DRIVER_CREATED']);
    });

    it('has what differs updated, and nothing when nothing differs (row 6)', async () => {
      const one = ana('D1');
      bo('D2');
      await on();
      given.gps.put({ gpsId: one, lastName: 'Souza' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Souza', D2: 'Bo Ek' });
      expect(await happened()).toEqual(['GPS_DRIVER_UPDATED', 'DRIVERI_DRIVER_UPDATED']);
      const writes = given.driveri.writes.length;
      await look();
      expect(given.driveri.writes).toHaveLength(writes);
    });

    it('is renamed in Driveri when the new DriverID is nobody’s there (row 8)', async () => {
      const one = ana('D1');
      await on();
      const born = given.driveri.drivers.get(D('D1'))?.createdDate;
      given.gps.put({ gpsId: one, driverId: 'D9' });
      await look();
      expect(active()).toEqual({ D9: 'Ana Silva' });
      expect(removed()).toEqual({});
      expect(given.driveri.drivers.get(D('D9'))?.createdDate).toBe(born);
      expect(await happened()).toEqual(['GPS_DRIVER_UPDATED', 'DRIVERI_DRIVER_RENAMED']);
    });

    it('is linked to the free Driveri driver who has the new DriverID; the old one stays, unmanaged (row 12)', async () => {
      const one = ana('D1');
      given.driveri.put({ driverId: D('D9'), firstName: 'Anna', lastName: 'S' });
      await on();
      given.gps.put({ gpsId: one, driverId: 'D9' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D9: 'Ana Silva' });
      expect(await links()).toEqual({ [one]: 'D9' });
      expect(await happened()).toEqual([
        'GPS_DRIVER_UPDATED',
        'DRIVERI_DRIVER_LINKED',
        'DRIVERI_DRIVER_UPDATED',
      ]);
      expect(
        (await given.events()).find((event) => event.type === 'DRIVERI_DRIVER_LINKED')?.message,
      ).toContain('D1 stays in Driveri, unmanaged');
      given.gps.put({ gpsId: one, firstName: 'Anita' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D9: 'Anita Silva' });
    });

    it('is linked when turning on finds the DriverID in Driveri, and what differs is updated (row 12)', async () => {
      const one = ana('D1');
      given.driveri.put({ driverId: D('D1'), firstName: 'A', lastName: 'Silva', email: 'kept@example.com' });
      given.driveri.put({ driverId: D('X7'), firstName: 'Only', lastName: 'Driveri' });
      await given.turnOn();
      expect(active()).toEqual({ D1: 'Ana Silva', X7: 'Only Driveri' });
      expect(given.driveri.drivers.get(D('D1'))?.email).toBe('kept@example.com');
      expect(await links()).toEqual({ [one]: 'D1' });
      expect(given.driveri.writes.map((write) => [write.operation, write.driverId])).toEqual([
        ['update', 'D1'],
      ]);
    });

    it('gets a removed driver’s DriverID with the history: linked and reinstated (row 13)', async () => {
      const one = ana('D1');
      given.driveri.put({ driverId: D('D9'), firstName: 'Old', lastName: 'Timer', removed: true });
      await on();
      const born = given.driveri.drivers.get(D('D9'))?.createdDate;
      given.gps.put({ gpsId: one, driverId: 'D9' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D9: 'Ana Silva' });
      expect(given.driveri.drivers.get(D('D9'))?.createdDate).toBe(born);
      expect(await happened()).toEqual([
        'GPS_DRIVER_UPDATED',
        'DRIVERI_DRIVER_LINKED',
        'DRIVERI_DRIVER_REINSTATED',
      ]);
    });

    it('is reinstated after somebody removed them in Driveri (row 7)', async () => {
      ana('D1');
      await on();
      given.driveri.put({ driverId: D('D1'), removed: true });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva' });
      expect(await happened()).toContain('DRIVERI_DRIVER_REINSTATED');
      expect(given.driveri.writes.map((write) => write.operation)).toEqual(['create', 'reinstate']);
    });

    it('is reinstated, then renamed, when removed in Driveri and changed in GPS (row 9)', async () => {
      const one = ana('D1');
      await on();
      given.driveri.put({ driverId: D('D1'), removed: true });
      given.gps.put({ gpsId: one, driverId: 'D9' });
      await look();
      expect(active()).toEqual({ D9: 'Ana Silva' });
      expect(removed()).toEqual({});
      expect((await happened()).filter((type) => type.startsWith('DRIVERI'))).toEqual([
        'DRIVERI_DRIVER_REINSTATED',
        'DRIVERI_DRIVER_RENAMED',
      ]);
    });

    it('is renamed back when somebody changed the DriverID in Driveri (row 10)', async () => {
      ana('D1');
      await on();
      const born = given.driveri.drivers.get(D('D1'))?.createdDate;
      given.driveri.rename(D('D1'), D('OTHER'));
      await look();
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva' });
      expect(given.driveri.drivers.get(D('D1'))?.createdDate).toBe(born);
      expect(await happened()).toContain('DRIVERI_DRIVER_RENAMED');
      expect(given.driveri.writes.map((write) => write.operation)).toEqual(['create', 'rename']);
    });

    it.each([1, 3])('gets no twin when %i reads do not show the Driveri driver yet', async (times) => {
      const one = ana('D1');
      await on();
      given.gps.put({ gpsId: one, driverId: 'D2' });
      await given.pollGps();
      given.driveri.staleReads = times;
      await given.settle();
      await given.pass(61_000);
      expect(active()).toEqual({ D2: 'Ana Silva' });
      expect(given.driveri.writes.map((write) => write.operation)).toEqual(['create', 'rename']);
    });

    it('is created again when the Driveri driver has vanished without trace (row 10)', async () => {
      const one = ana('D1');
      await on();
      given.driveri.drivers.delete(D('D1'));
      await given.pass(61_000);
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      expect(active()).toEqual({ D1: 'Ana Silva' });
      expect(await links()).toEqual({ [one]: 'D1' });
    });
  });

  describe('a DriverID that several want', () => {
    it('is nobody’s while two unlinked drivers want it, and goes to the one who is left (row 5)', async () => {
      const one = ana('D1');
      const two = bo('D1');
      await on();
      expect(active()).toEqual({});
      expect([await problemOf(one), await problemOf(two)]).toEqual(['CONFLICT', 'CONFLICT']);
      given.gps.put({ gpsId: two, driverId: 'D2' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D2: 'Bo Ek' });
      expect([await problemOf(one), await problemOf(two)]).toEqual([null, null]);
      expect((await happened()).filter((type) => type === 'CONFLICT_CLEARED')).toHaveLength(2);
    });

    it('stays with its holder who wants it too; the other’s own fields go on (row 14)', async () => {
      const one = ana('D1');
      const two = bo('D2');
      await on();
      given.gps.put({ gpsId: two, driverId: 'D1', lastName: 'Ekberg' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D2: 'Bo Ekberg' });
      expect(await problemOf(two)).toBe('CONFLICT');
      expect(await problemOf(one)).toBeNull();
      expect(await happened()).toContain('CONFLICT_DETECTED');
      await passed();
      given.gps.put({ gpsId: one, driverId: 'D3' });
      await look();
      expect(active()).toEqual({ D1: 'Bo Ekberg', D3: 'Ana Silva' });
      expect(await problemOf(two)).toBeNull();
      expect(await happened()).toContain('CONFLICT_CLEARED');
    });

    it('clears by itself when the holder is deleted from GPS: the link moves, nobody is removed (row 2)', async () => {
      const one = ana('D1');
      const two = bo('D2');
      cy('D3');
      cy('D4');
      cy('D5');
      await on();
      given.gps.put({ gpsId: two, driverId: 'D1' });
      await look();
      expect(await problemOf(two)).toBe('CONFLICT');
      given.gps.remove(one);
      await look();
      expect(active()).toMatchObject({ D1: 'Bo Ek', D2: 'Bo Ek' });
      expect((await links())[two]).toBe('D1');
      expect(removed()).toEqual({});
    });

    it('changes hands in a swap: both links move at once, and only fields are written (row 15, circle)', async () => {
      const one = ana('D1');
      const two = bo('D2');
      await on();
      given.gps.put({ gpsId: one, driverId: 'D2' });
      given.gps.put({ gpsId: two, driverId: 'D1' });
      await look();
      expect(active()).toEqual({ D1: 'Bo Ek', D2: 'Ana Silva' });
      expect(await links()).toEqual({ [one]: 'D2', [two]: 'D1' });
      expect(given.driveri.writes.map((write) => write.operation)).toEqual([
        'create',
        'create',
        'update',
        'update',
      ]);
      expect((await happened()).filter((type) => type === 'DRIVERI_DRIVER_LINKED')).toHaveLength(2);
    });

    it('moves around a circle of three (row 15, circle)', async () => {
      const ids = [ana('D1'), bo('D2'), cy('D3')];
      await on();
      ['D2', 'D3', 'D1'].forEach((to, index) => given.gps.put({ gpsId: ids[index]!, driverId: to }));
      await look();
      expect(active()).toEqual({ D1: 'Cy Or', D2: 'Ana Silva', D3: 'Bo Ek' });
      expect(removed()).toEqual({});
    });

    // The circle has a place that nobody holds in Driveri: it ends in a conflict that a person has to resolve.
    it('changes hands in a swap although one of the two was renamed in Driveri meanwhile', async () => {
      const one = ana('D1');
      const two = bo('D2');
      await on();
      given.driveri.rename(D('D1'), D('EDITED'));
      given.gps.put({ gpsId: one, driverId: 'D2' });
      given.gps.put({ gpsId: two, driverId: 'D1' });
      await look();
      await look();
      expect(active()).toEqual({ D1: 'Bo Ek', D2: 'Ana Silva' });
    });

    it('is a conflict in a swap one of whose two has vanished from Driveri without trace', async () => {
      const one = ana('D1');
      const two = bo('D2');
      await on();
      given.driveri.drivers.delete(D('D1'));
      given.gps.put({ gpsId: one, driverId: 'D2' });
      given.gps.put({ gpsId: two, driverId: 'D1' });
      await look();
      await given.pass(61_000);
      expect(active()).toEqual({ D2: 'Bo Ek' });
      expect(await happened()).toContain('CONFLICT_DETECTED');
    });

    it('goes to who waits for it when its holder’s Driveri driver has vanished and a new one is created', async () => {
      const [one, two] = [ana('D1'), bo('D2')];
      await on();
      await given.pass(61_000);
      given.driveri.drivers.delete(D('D2'));
      given.gps.put({ gpsId: one, driverId: 'D2' });
      await given.pollGps();
      given.gps.put({ gpsId: two, driverId: 'D3' });
      await look();
      expect(active()).toEqual({ D2: 'Ana Silva', D3: 'Bo Ek' });
    });

    it('is handed down a chain: who holds it goes first, whatever the order (row 15, chain)', async () => {
      const ids = [ana('D1'), bo('D2'), cy('D3')];
      await on();
      ['D2', 'D3', 'D4'].forEach((to, index) => given.gps.put({ gpsId: ids[index]!, driverId: to }));
      await look();
      expect(active()).toEqual({ D2: 'Ana Silva', D3: 'Bo Ek', D4: 'Cy Or' });
      expect(removed()).toEqual({});
      expect(given.driveri.writes.slice(3).map((write) => [write.operation, write.driverId])).toEqual([
        ['rename', 'D4'],
        ['rename', 'D3'],
        ['rename', 'D2'],
      ]);
    });

    it('is a conflict for a whole chain whose last holder cannot go (row 15)', async () => {
      const ids = [ana('D1'), bo('D2'), cy('D3')];
      await on();
      given.gps.put({ gpsId: ids[0]!, driverId: 'D2' });
      given.gps.put({ gpsId: ids[1]!, driverId: 'D3' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D2: 'Bo Ek', D3: 'Cy Or' });
      expect([await problemOf(ids[0]!), await problemOf(ids[1]!)]).toEqual(['CONFLICT', 'CONFLICT']);
      given.gps.put({ gpsId: ids[2]!, driverId: 'D4' });
      await look();
      expect(active()).toEqual({ D2: 'Ana Silva', D3: 'Bo Ek', D4: 'Cy Or' });
    });
  });

  describe('a driver who is gone from GPS', () => {
    it('is removed in Driveri, and keeps DriverID and history there (row 3)', async () => {
      const one = ana('D1');
      for (const id of ['D2', 'D3', 'D4', 'D5']) bo(id);
      await on();
      given.gps.remove(one);
      await look();
      expect(removed()).toEqual({ D1: 'Ana Silva' });
      expect(await happened()).toEqual(['GPS_DRIVER_DELETED', 'DRIVERI_DRIVER_REMOVED']);
    });

    it('stays while only missing: nothing is removed before it is proven (row 4)', async () => {
      const one = ana('D1');
      for (const id of ['D2', 'D3', 'D4', 'D5']) bo(id);
      await on();
      given.gps.remove(one);
      given.gps.faults = ({ operation }) =>
        operation === 'driver/list' && given.gps.calls.at(-2) === 'driver/list'
          ? { when: 'before', kind: 'server' }
          : null;
      given.clock.advance(30_000);
      await given.pollGps();
      given.gps.faults = () => ({ when: 'before', kind: 'server' });
      await given.settle();
      expect(removed()).toEqual({});
      given.gps.faults = () => null;
      await look();
      expect(removed()).toEqual({ D1: 'Ana Silva' });
    });

    it('is removed when deleted through the gateway, at once (row 3)', async () => {
      const created = await given.commands.createDriver(MASTER, { lastName: 'Solo', driveriDriverId: 'D1' });
      await on();
      await given.commands.deleteDriver(MASTER, created.value!);
      await given.settle();
      expect(removed()).toEqual({ D1: 'Solo' });
      expect(await happened()).toEqual(['GPS_DRIVER_DELETED', 'DRIVERI_DRIVER_REMOVED']);
    });

    it('stays under the DriverID that somebody gave them in Driveri, and that is told (row 3)', async () => {
      const one = ana('D1');
      for (const id of ['D2', 'D3', 'D4', 'D5']) bo(id);
      await on();
      await passed();
      given.driveri.rename(D('D1'), D('EDITED'));
      given.gps.remove(one);
      await look();
      await given.pass(61_000);
      expect(active()).toMatchObject({ EDITED: 'Ana Silva' });
      expect(removed()).toEqual({});
      expect(await happened()).toEqual(['GPS_DRIVER_DELETED', 'DRIFT_DETECTED']);
      expect((await given.events()).at(-1)?.message).toContain('it may be EDITED there now');
    });

    it('comes back after an undelete: reinstated with history, never created again (row 7)', async () => {
      const one = ana('D1');
      for (const id of ['D2', 'D3', 'D4', 'D5']) bo(id);
      await on();
      const born = given.driveri.drivers.get(D('D1'))?.createdDate;
      given.gps.remove(one);
      await look();
      expect(removed()).toEqual({ D1: 'Ana Silva' });
      await passed();
      given.gps.put({ gpsId: one });
      await look();
      expect(active()).toMatchObject({ D1: 'Ana Silva' });
      expect(given.driveri.drivers.get(D('D1'))?.createdDate).toBe(born);
      expect(await happened()).toEqual(['GPS_DRIVER_CREATED', 'DRIVERI_DRIVER_REINSTATED']);
    });

    it('gives the link to the same person made again in GPS before anybody noticed: no removal (row 2)', async () => {
      const one = ana('D1');
      for (const id of ['D2', 'D3', 'D4', 'D5']) bo(id);
      await on();
      const born = given.driveri.drivers.get(D('D1'))?.createdDate;
      given.gps.remove(one);
      const again = ana('D1');
      await look();
      expect(await links()).toMatchObject({ [again]: 'D1' });
      expect(await links()).not.toHaveProperty(one);
      expect(removed()).toEqual({});
      expect(given.driveri.drivers.get(D('D1'))?.createdDate).toBe(born);
      expect((await happened()).filter((type) => type.startsWith('DRIVERI'))).toEqual([
        'DRIVERI_DRIVER_LINKED',
      ]);
    });

    it('gives the link to the same person made again in GPS after the removal: moved and reinstated', async () => {
      const one = ana('D1');
      for (const id of ['D2', 'D3', 'D4', 'D5']) bo(id);
      await on();
      const born = given.driveri.drivers.get(D('D1'))?.createdDate;
      given.gps.remove(one);
      await look();
      expect(removed()).toEqual({ D1: 'Ana Silva' });
      await passed();
      const again = ana('D1');
      await look();
      expect(await links()).toMatchObject({ [again]: 'D1' });
      expect(active()).toMatchObject({ D1: 'Ana Silva' });
      expect(given.driveri.drivers.get(D('D1'))?.createdDate).toBe(born);
      expect((await happened()).filter((type) => type.startsWith('DRIVERI'))).toEqual([
        'DRIVERI_DRIVER_LINKED',
        'DRIVERI_DRIVER_REINSTATED',
      ]);
    });

    it('comes back when undeleted in GPS before any listing was without them', async () => {
      const one = ana('D1');
      bo('D2');
      await on();
      const { rows } = await database.pool.query<{ key: DriverKey }>(
        'select key from gateway.driver where gps_id = $1',
        [one],
      );
      await given.commands.deleteDriver(MASTER, rows[0]!.key);
      await given.settle();
      expect(removed()).toEqual({ D1: 'Ana Silva' });
      given.gps.put({ gpsId: one });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D2: 'Bo Ek' });
    });

    it('is forgotten without a write when it never had a link (row 1)', async () => {
      for (const id of ['D2', 'D3', 'D4', 'D5', 'D6']) bo(id);
      const one = ana('D2');
      await on();
      expect(await problemOf(one)).toBe('CONFLICT');
      const writes = given.driveri.writes.length;
      given.gps.remove(one);
      await look();
      expect(given.driveri.writes).toHaveLength(writes);
      const { rows } = await database.pool.query('select 1 from gateway.driver_work where gps_id = $1', [
        one,
      ]);
      expect(rows).toEqual([]);
    });
  });

  describe('a driver without a DriverID', () => {
    it('gets the Ref ID as DriverID, else GPS-<GPS id>; a later Ref ID changes no link', async () => {
      const one = given.gps.put({ firstName: 'Ana', lastName: 'Silva', referenceId: '00417' });
      const two = given.gps.put({ firstName: 'Bo', lastName: 'Ek' });
      await on();
      expect(active()).toEqual({ '00417': 'Ana Silva', [`GPS-${two}`]: 'Bo Ek' });
      given.gps.put({ gpsId: one, referenceId: '00999' });
      given.gps.put({ gpsId: two, referenceId: '00888' });
      await look();
      expect(active()).toEqual({ '00417': 'Ana Silva', [`GPS-${two}`]: 'Bo Ek' });
    });

    it('keeps the DriverID it is linked to when the field is emptied', async () => {
      const one = ana('D1');
      bo('D2');
      await on();
      given.gps.put({ gpsId: one, driverId: null, referenceId: 'R1', lastName: 'Souza' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Souza', D2: 'Bo Ek' });
    });

    it('is not written at all where the account has no fallback, and says why', async () => {
      given = await givenSync({ database, account: { fallback: 'none' } });
      const one = given.gps.put({ firstName: 'Ana', lastName: 'Silva', referenceId: '00417' });
      bo('D2');
      await on();
      expect(active()).toEqual({ D2: 'Bo Ek' });
      expect(await problemOf(one)).toBe('MISSING_DRIVER_ID');
      given.gps.put({ gpsId: one, driverId: 'D1' });
      await look();
      expect(active()).toEqual({ D1: 'Ana Silva', D2: 'Bo Ek' });
      expect(await problemOf(one)).toBeNull();
    });
  });
});
