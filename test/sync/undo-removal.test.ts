import { driverId, type GpsId } from '../../src/driver/ids';
import { PortalError } from '../../src/driver/ports/portal-error';
import type { Database } from '../../src/store/database/database';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';

const D = driverId;

describe('undoing a removal', () => {
  let database: Database;
  let given: GivenSync;
  let ana: GpsId;
  let removal: number;

  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());

  beforeEach(async () => {
    given = await givenSync({ database });
    ana = given.gps.put({ firstName: 'Ana', lastName: 'Silva', driverId: 'D1' });
    for (const number of [2, 3, 4, 5, 6])
      given.gps.put({ lastName: `Other${number}`, driverId: `D${number}` });
    await given.turnOn();
    given.gps.remove(ana);
    await look();
    expect(isActive()).toBe(false);
    removal = (await given.events()).find(({ type }) => type === 'DRIVERI_DRIVER_REMOVED')?.seq ?? 0;
  });

  const undo = (force: boolean) => given.commands.undoRemoval(MASTER, removal, force);
  const isActive = () => given.driveri.drivers.get(D('D1'))?.removed === false;

  async function look(): Promise<void> {
    given.clock.advance(30_000);
    await given.pollGps();
    await given.pollDriveri();
    await given.settle();
  }

  /** A day later, after a run: whatever the sync would do about the driver, it has done. */
  async function later(): Promise<void> {
    given.clock.advance(24 * 3_600_000);
    await look();
    await given.commands.resyncDrivers(MASTER, null, false);
    await given.runs();
    await look();
  }

  async function told(): Promise<readonly string[]> {
    const events = await given.events();
    return events.filter(({ seq }) => seq > removal).map(({ type }) => type);
  }

  it('is refused while GPS does not have the driver, and the user does not say so', async () => {
    expect((await undo(false)).userErrors).toMatchObject([{ code: 'NOT_IN_GPS', field: ['event'] }]);
    await later();
    expect(isActive()).toBe(false);
  });

  it('reinstates whom GPS has again, linked as before', async () => {
    given.gps.put({ gpsId: ana });
    given.clock.advance(30_000);
    await given.pollGps();
    expect((await undo(false)).userErrors).toEqual([]);
    await given.settle();
    expect(isActive()).toBe(true);
    const { rows } = await database.pool.query('select driver_id from gateway.link where gps_id = $1', [ana]);
    expect(rows).toEqual([{ driver_id: 'D1' }]);
  });

  it('brings back in Driveri whom GPS does not have, unmanaged: no run removes them again', async () => {
    expect((await undo(true)).userErrors).toEqual([]);
    expect(isActive()).toBe(true);
    const events = await given.database.pool.query(
      "select actor, driver_id, message from gateway.event where type = 'DRIVERI_DRIVER_REINSTATED'",
    );
    expect(events.rows).toEqual([
      { actor: 'maria', driver_id: 'D1', message: 'A removal was undone: back in Driveri, unmanaged' },
    ]);
    await later();
    expect(isActive()).toBe(true);
    expect(given.driveri.writes.slice(6).map((write) => write.operation)).toEqual(['remove', 'reinstate']);
  });

  it('leaves whom somebody has reinstated in Driveri already, unmanaged', async () => {
    given.driveri.put({ driverId: D('D1'), removed: false });
    expect((await undo(true)).userErrors).toEqual([]);
    await later();
    expect(isActive()).toBe(true);
    expect(given.driveri.writes.slice(6).map((write) => write.operation)).toEqual(['remove']);
  });

  it('is refused of somebody whom Driveri does not have any more, and of what is no removal', async () => {
    given.driveri.drivers.delete(D('D1'));
    expect((await undo(true)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await given.commands.undoRemoval(MASTER, 1, true)).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
  });

  it('is refused while the sync is off, also when it is turned off in the middle', async () => {
    given.driveri.onCall = async (operation) => {
      if (operation === 'driver.get') await given.commands.setDriverSync(MASTER, false, null);
    };
    expect((await undo(true)).userErrors).toMatchObject([{ code: 'SYNC_OFF' }]);
    given.driveri.onCall = () => undefined;
    expect((await undo(true)).userErrors).toMatchObject([{ code: 'SYNC_OFF' }]);
    expect(isActive()).toBe(false);
  });

  it.each([
    ['after', true],
    ['late', true],
    ['lost', false],
  ] as const)(
    'of which nobody knows the outcome is told of, and found out: its effect %s',
    async (when, comes) => {
      given.driveri.faults = ({ write }) => (write ? { when, kind: 'timeout' } : null);
      await expect(undo(true)).rejects.toBeInstanceOf(PortalError);
      given.driveri.faults = () => null;
      await given.pass(120_000);
      await later();
      expect(isActive()).toBe(comes);
      expect((await told()).filter((type) => type === 'DRIVERI_DRIVER_REINSTATED')).toHaveLength(
        comes ? 1 : 0,
      );
      expect((await told()).filter((type) => type === 'DRIVERI_DRIVER_REMOVED')).toEqual([]);
      if (!comes) {
        expect((await undo(true)).userErrors).toEqual([]);
        expect(isActive()).toBe(true);
      }
    },
  );

  it('that a stale read does not confirm at once is confirmed later, with one event', async () => {
    given.driveri.onCall = (operation) => {
      if (operation === 'drivers.reinstate') given.driveri.staleReads = 1;
    };
    expect((await undo(true)).userErrors).toEqual([]);
    await given.pass(60_000);
    await later();
    expect(isActive()).toBe(true);
    expect((await told()).filter((type) => type === 'DRIVERI_DRIVER_REINSTATED')).toHaveLength(1);
  });
});
