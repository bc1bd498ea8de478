import { driverId, gpsId, type GpsId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import { keyOf, shownDriver } from '../support/shown';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';

const MINUTE = 60_000;
const D = driverId;

describe('what a portal does not show', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    ids = Array.from({ length: 10 }, (_, index) =>
      given.gps.put({ firstName: 'First', lastName: `Last${index + 1}`, driverId: `D${index + 1}` }),
    );
    await given.turnOn();
    await look();
  });
  const id = (number: number): GpsId => ids[number - 1] ?? gpsId('none');

  async function look(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      given.clock.advance(5 * MINUTE);
      await given.pollGps();
      await given.pollDriveri();
      await given.settle();
    }
  }
  const health = (): Promise<readonly { readonly code: string; readonly message: string }[]> =>
    given.context.store.read(given.account.id, (tx) => tx.account.problems());
  const codes = async (): Promise<string[]> => (await health()).map(({ code }) => code);
  const removed = (): string[] =>
    [...given.driveri.drivers.values()].filter((driver) => driver.removed).map((driver) => driver.driverId);

  it('a row of GPS that cannot be read makes nobody gone, shows, and the others go on', async () => {
    given.gps.unreadable.set(id(1), 'last_name is not a text');
    given.gps.put({ gpsId: id(2), lastName: 'Changed' });
    given.gps.remove(id(3));
    await look(4);
    expect(given.driveri.drivers.get(D('D2'))).toMatchObject({ lastName: 'Changed' });
    expect(removed()).toEqual([]);
    expect(await codes()).toEqual(['GPS_ROWS_SET_ASIDE']);
    expect((await health())[0]?.message).toContain(`${id(1)}: last_name is not a text`);
    const shown = await shownDriver(given, id(1));
    expect({ status: shown.status, code: shown.problem?.code }).toEqual({
      status: 'FAILED',
      code: 'UNREADABLE',
    });
    expect(shown.problem?.message).toContain('last_name is not a text');
    given.gps.unreadable.clear();
    await look(4);
    expect(removed()).toEqual(['D3']);
    expect(await codes()).toEqual([]);
    expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC', problem: null });
  });

  it('a row of GPS whose reading fails directly is its driver’s trouble, not the account’s', async () => {
    given.gps.unreadable.set(id(1), 'last_name is not a text');
    given.driveri.put({ driverId: D('D1'), lastName: 'Edited' });
    await look(2);
    given.gps.put({ gpsId: id(2), lastName: 'Changed' });
    await look();
    expect(given.driveri.drivers.get(D('D2'))).toMatchObject({ lastName: 'Changed' });
    expect(await codes()).toEqual(['GPS_ROWS_SET_ASIDE']);
  });

  it('a row of Driveri that cannot be read is not made a second time, and the others go on', async () => {
    given.driveri.unreadable.set('D1', 'status is unknown');
    given.gps.put({ gpsId: id(1), lastName: 'Late' });
    given.gps.put({ gpsId: id(2), lastName: 'Changed' });
    await look(2);
    expect(given.driveri.drivers.size).toBe(10);
    expect(given.driveri.drivers.get(D('D2'))).toMatchObject({ lastName: 'Changed' });
    expect(await codes()).toEqual(['DRIVERI_ROWS_SET_ASIDE']);
    given.driveri.unreadable.clear();
    await given.pass(25 * 60 * MINUTE);
    expect(given.driveri.drivers.get(D('D1'))).toMatchObject({ lastName: 'Late' });
    expect(await codes()).toEqual([]);
  });

  it('a row of GPS that was changed to be stored says so on its driver, and nothing is written because of it', async () => {
    given.gps.cleaned.set(id(1), ['last name: NUL was taken out']);
    const [writes, calls] = [given.driveri.writes.length, given.gps.calls.length];
    await look();
    const shown = await shownDriver(given, id(1));
    expect(shown).toMatchObject({ status: 'IN_SYNC', problem: { code: 'VALUE_CLEANED' } });
    expect(shown.problem?.message).toContain('GPS');
    expect(shown.problem?.message).toContain('last name: NUL was taken out');
    expect(given.driveri.writes).toHaveLength(writes);
    expect(given.gps.calls.slice(calls)).not.toContain('driver/update');
    expect(await codes()).toEqual([]);
    given.gps.cleaned.clear();
    await look();
    expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC', problem: null });
  });

  it('a row of Driveri that was changed to be stored says so on its driver until it is read clean', async () => {
    given.driveri.cleaned.set('D2', ['group: U+0007 became a space']);
    given.driveri.put({ driverId: D('D2'), group: 'North' });
    await look();
    expect(await shownDriver(given, id(2))).toMatchObject({
      status: 'IN_SYNC',
      problem: { code: 'VALUE_CLEANED', message: expect.stringContaining('Driveri') as unknown },
    });
    given.driveri.cleaned.clear();
    given.driveri.put({ driverId: D('D2'), group: 'South' });
    await look();
    expect(await shownDriver(given, id(2))).toMatchObject({ status: 'IN_SYNC', problem: null });
  });

  it('a person’s edit of a driver whose row was changed sends what was edited, and nothing else', async () => {
    given.gps.cleaned.set(id(1), ['last name: NUL was taken out']);
    await look();
    const updated: unknown[] = [];
    const update = given.gps.updateDriver;
    given.gps.updateDriver = (gps, changes) => {
      updated.push(changes);
      return update(gps, changes);
    };
    await given.commands.updateDriver(MASTER, await keyOf(given, id(1)), null, { firstName: 'Anna' });
    expect(updated).toEqual([{ firstName: 'Anna' }]);
  });

  it('a GPS user who does not see all drivers makes nobody gone without a person (B6)', async () => {
    given.gps.seesAllDrivers = false;
    await look();
    expect(await codes()).toEqual(['GPS_VIEW_RESTRICTED']);
    given.gps.remove(id(3));
    given.gps.put({ gpsId: id(2), lastName: 'Changed' });
    await look(4);
    expect(removed()).toEqual([]);
    expect(given.driveri.drivers.get(D('D2'))).toMatchObject({ lastName: 'Changed' });
    expect((await given.events()).map((event) => event.type)).toContain('REMOVALS_HELD');
    given.gps.seesAllDrivers = true;
    await look();
    expect(await codes()).toEqual([]);
  });
});
