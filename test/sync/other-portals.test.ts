import { driverId, driverKey, gpsId, type DriverKey, type GpsId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import { checkConnection } from '../../src/sync/account/check-connection';
import type { SyncAccount } from '../../src/sync/sync-context';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';

const MINUTE = 60_000;
const D = driverId;

describe('an account that is connected to other portals than before', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    ids = [1, 2, 3].map((number) =>
      given.gps.put({ firstName: 'First', lastName: `Last${number}`, driverId: `D${number}` }),
    );
    await given.turnOn();
    await given.pass(MINUTE);
  });
  const id = (number: number): GpsId => ids[number - 1] ?? gpsId('none');

  /** The process starts again with another configuration of the account. */
  async function restartWith(changes: Partial<SyncAccount>): Promise<void> {
    Object.assign(given.account, changes);
    await checkConnection(given.context, given.account);
  }
  const codes = async (): Promise<string[]> =>
    (await given.context.store.read(given.account.id, (tx) => tx.account.problems())).map(({ code }) => code);
  const links = async (): Promise<number> =>
    (await given.context.store.read(given.account.id, (tx) => tx.rosters.counts())).linked;
  const keyOf = async (number: number): Promise<DriverKey> => {
    const key = await given.context.store.read(given.account.id, (tx) => tx.drivers.keyOfGps(id(number)));
    return key ?? driverKey('none');
  };

  it('refuses what would write to them, or read them into its rosters (B1)', async () => {
    const before = given.driveri.writes.length;
    await restartWith({ fingerprint: 'others' });
    expect(await codes()).toEqual(['PORTAL_CHANGED']);
    const key = await keyOf(1);
    const { commands } = given;
    const input = { lastName: 'New' };
    const answers = [
      await commands.createDriver(MASTER, input),
      await commands.updateDriver(MASTER, key, null, input),
      await commands.deleteDriver(MASTER, key),
      await commands.refreshDriver(MASTER, key),
      await commands.resyncDrivers(MASTER, [key], true),
      await commands.resyncDrivers(MASTER, null, false),
    ];
    for (const answer of answers)
      expect(answer.userErrors.map(({ code }) => code)).toEqual(['PORTAL_CHANGED']);
    given.gps.put({ gpsId: id(1), lastName: 'Of somebody else' });
    const { discard: _discard, ...reading } = await given.agenda();
    expect(new Set(Object.values(reading))).toEqual(new Set([null]));
    const calls = given.gps.calls.length + given.driveri.calls.length;
    await given.pass(25 * 60 * MINUTE);
    expect(given.gps.calls.length + given.driveri.calls.length).toBe(calls);
    expect(given.driveri.writes).toHaveLength(before);
    expect(await links()).toBe(3);
  });

  it('changes nothing when turning on with them is refused (B1, B2)', async () => {
    await restartWith({ fingerprint: 'others' });
    given.gps.answersDriverIds = false;
    given.gps.put({ lastName: 'Of somebody else', driverId: 'X9' });
    const before = given.driveri.writes.length;
    const answer = await given.commands.setDriverSync(MASTER, true, null);
    expect(answer.userErrors.map(({ code }) => code)).toEqual(['DRIVER_ID_UNREADABLE']);
    await given.pass(25 * 60 * MINUTE);
    expect(await codes()).toEqual(['PORTAL_CHANGED']);
    expect(await links()).toBe(3);
    expect(given.driveri.writes).toHaveLength(before);
    given.gps.answersDriverIds = true;
    await restartWith({ fingerprint: 'the-portals' });
    expect(await links()).toBe(3);
  });

  it('adopts them when it is turned on with them, and sets the old links aside', async () => {
    await restartWith({ fingerprint: 'others' });
    given.driveri.drivers.clear();
    const answer = await given.commands.setDriverSync(MASTER, true, null);
    expect(answer.userErrors).toEqual([]);
    await given.runs();
    await given.pass(MINUTE);
    expect(await codes()).toEqual([]);
    expect([...given.driveri.drivers.keys()].sort()).toEqual(['D1', 'D2', 'D3']);
  });

  it('refuses a plan that was made with the old ones', async () => {
    const plan = await given.commands.resyncDrivers(MASTER, null, true);
    await given.runs();
    await restartWith({ fingerprint: 'others' });
    const answer = await given.commands.setDriverSync(MASTER, true, plan.value);
    expect(answer.userErrors.map(({ code }) => code)).toEqual(['STALE_PLAN']);
    expect(await links()).toBe(3);
  });

  it('shows in a dry run what turning it on with them would do, and reads nothing of them into its rosters (B1)', async () => {
    await restartWith({ fingerprint: 'others' });
    const rosters = async (): Promise<unknown> =>
      (await database.pool.query('select * from gateway.gps_driver order by gps_id')).rows;
    const before = await rosters();
    const writes = given.driveri.writes.length;
    // The same GPS ids are other people there.
    given.gps.put({ gpsId: id(1), firstName: 'Zoe', lastName: 'Zimmer', driverId: 'Z1' });
    given.driveri.put({ driverId: D('D2'), lastName: 'Differs' });
    const plan = await given.commands.resyncDrivers(MASTER, null, true);
    expect(plan.userErrors).toEqual([]);
    const { rows: items } = await database.pool.query(
      `select driver_name as name, action, driver_key as key from gateway.sync_run_item where run_id = $1 order by gps_id`,
      [plan.value],
    );
    expect(items).toEqual([
      { name: 'Zoe Zimmer', action: 'CREATE', key: null },
      { name: 'First Last2', action: 'LINK', key: null },
      { name: 'First Last3', action: 'LINK', key: null },
    ]);
    expect(await rosters()).toEqual(before);
    expect(await links()).toBe(3);
    expect(given.driveri.writes).toHaveLength(writes);
    expect(await codes()).toEqual(['PORTAL_CHANGED']);
  });

  it('adopts them with the plan that was looked at, unless planning again gives something else', async () => {
    await restartWith({ fingerprint: 'others' });
    given.gps.put({ gpsId: id(1), firstName: 'Zoe', lastName: 'Zimmer', driverId: 'Z1' });
    const first = await given.commands.resyncDrivers(MASTER, null, true);
    given.gps.put({ gpsId: id(1), lastName: 'Other' });
    const stale = await given.commands.setDriverSync(MASTER, true, first.value);
    expect(stale.userErrors).toMatchObject([{ code: 'STALE_PLAN', field: ['reviewedRun'] }]);
    expect(stale.userErrors[0]?.message).toContain('Zoe');
    // Whoever has this GPS id in the account's own portals is another person.
    expect(stale.planDifferences).toMatchObject([
      { driverName: 'Zoe Zimmer', driverKey: null, before: { action: 'CREATE' }, now: { action: 'CREATE' } },
    ]);
    expect(await links()).toBe(3);
    expect(await codes()).toEqual(['PORTAL_CHANGED']);
    const second = await given.commands.resyncDrivers(MASTER, null, true);
    const { rows: runs } = await database.pool.query(
      `select r.id, r.status, count(i.id)::int as items from gateway.sync_run r
       left join gateway.sync_run_item i on i.run_id = r.id where r.connection is not null
       group by r.id, r.status order by r.status`,
    );
    expect(runs).toEqual([
      { id: first.value, status: 'CANCELLED', items: 0 },
      { id: second.value, status: 'PLANNED', items: 3 },
    ]);
    const answer = await given.commands.setDriverSync(MASTER, true, second.value);
    expect(answer.userErrors).toEqual([]);
    await given.runs();
    await given.pass(MINUTE);
    expect(given.driveri.drivers.get(D('Z1'))).toMatchObject({ firstName: 'Zoe', lastName: 'Other' });
    expect(await codes()).toEqual([]);
  });

  it('counts in a dry run the links that it had with them before', async () => {
    await given.commands.setDriverSync(MASTER, false, null);
    await restartWith({ fingerprint: 'others' });
    await given.turnOn();
    await restartWith({ fingerprint: 'the-portals' });
    const plan = await given.commands.resyncDrivers(MASTER, null, true);
    const { rows: items } = await database.pool.query(
      `select action from gateway.sync_run_item where run_id = $1 and steps <> '[]'`,
      [plan.value],
    );
    expect(items).toEqual([]);
  });

  it('goes on as if nothing had been when the old ones are back', async () => {
    await restartWith({ fingerprint: 'others' });
    given.gps.put({ gpsId: id(1), lastName: 'Changed' });
    await restartWith({ fingerprint: 'the-portals' });
    expect(await codes()).toEqual([]);
    await given.pollGps();
    await given.settle();
    expect(given.driveri.drivers.get(D('D1'))).toMatchObject({ lastName: 'Changed' });
    expect(await links()).toBe(3);
  });

  it('has its links back when it was off meanwhile (B2)', async () => {
    await given.commands.setDriverSync(MASTER, false, null);
    await restartWith({ fingerprint: 'others' });
    expect(await links()).toBe(0);
    await restartWith({ fingerprint: 'the-portals' });
    await given.turnOn();
    await given.pass(MINUTE);
    expect(await links()).toBe(3);
    expect(given.driveri.drivers.size).toBe(3);
  });

  it('is the same one under the name that an earlier version gave it', async () => {
    await restartWith({ fingerprint: 'new name', formerFingerprints: ['the-portals'] });
    expect(await codes()).toEqual([]);
    expect(await links()).toBe(3);
    await restartWith({ formerFingerprints: [] });
    expect(await codes()).toEqual([]);
  });

  it('keeps its links when another fallback, or none, stands in for the DriverID (B3)', async () => {
    await restartWith({ fallback: 'gps-id' });
    given.gps.put({ gpsId: id(2), lastName: 'Changed' });
    await given.pass(25 * 60 * MINUTE);
    expect([...given.driveri.drivers.keys()].sort()).toEqual(['D1', 'D2', 'D3']);
    expect(given.driveri.drivers.get(D('D2'))).toMatchObject({ lastName: 'Changed' });
  });
});
