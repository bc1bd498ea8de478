import type { AccountId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import { discardOld } from '../../src/sync/account/discard-old';
import { ownAccount } from '../../src/sync/account/own-account';
import type { SyncAccount } from '../../src/sync/sync-context';
import { givenSyncDatabase, MASTER } from '../support/given-sync';
import {
  healthOf,
  HEALTHY,
  INTERVAL,
  intervals,
  settledWorld,
  wordsOf,
  type World,
} from '../support/settled-world';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What happens to processes, their clocks and their servers: lines B5, F3 and G of the design's `cases.md`. */
describe('the health of an account whose processes have trouble', () => {
  let database: Database;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());

  const runOf = async (world: World): Promise<string | undefined> => {
    const { rows } = await world.database.pool.query<{ status: string }>(
      "select status from gateway.sync_run where kind = 'RESYNC' order by started_at desc limit 1",
    );
    return rows[0]?.status;
  };

  it('B5: taken out of the file with an open run, it is at rest; put back, the run ends and it is HEALTHY', async () => {
    const world = await settledWorld(database, 3);
    const accounts = world.context.accounts as Map<AccountId, SyncAccount>; // made as one by `givenSync`
    await world.commands.resyncDrivers(MASTER, null, false);
    accounts.delete(world.account.id);
    const calls = world.gps.calls.length + world.driveri.calls.length;
    world.clock.advance(HOUR);
    expect(await ownAccount(world.context, world.account.id)).toBe(false);
    // No process has it, and that is what is said: no failure of our own, none of a portal.
    expect(await healthOf(world)).toEqual({
      state: 'BLOCKED',
      codes: ['DRIVERI_READINGS_LATE', 'GPS_READINGS_LATE', 'NOT_WORKED_ON'],
    });
    expect(await wordsOf(world)).toContain('that has this account in its accounts file');
    expect(world.gps.calls.length + world.driveri.calls.length).toBe(calls);
    accounts.set(world.account.id, world.account);
    await intervals(world, 2);
    expect([await runOf(world), await healthOf(world)]).toEqual(['SUCCEEDED', HEALTHY]);
  });

  describe('F3: most of the log looks too old at once', () => {
    const look = (world: World) => world.own((owner) => discardOld(owner));
    const events = async (world: World): Promise<number> => (await world.events()).length;

    async function worldWithLog(): Promise<World> {
      const world = await settledWorld(database, 3, { settings: { retentionMs: 90 * DAY } });
      await world.database.pool.query(
        `insert into gateway.event (account, seq, type, at, message)
         select $1, 10000 + n, 'GPS_DRIVER_UPDATED', $2, 'an event' from generate_series(1, 150) n`,
        [world.account.id, world.clock.now()],
      );
      await world.database.pool.query('update gateway.event_head set last_seq = 10150');
      await look(world);
      return world;
    }

    it.each([120, 400])(
      'because the clock is %s days ahead: nothing is discarded, which is told until the clock is right',
      async (days) => {
        const world = await worldWithLog();
        const before = world.clock.now();
        world.clock.advance(days * DAY);
        await look(world);
        world.clock.advance(HOUR);
        await look(world);
        const { codes } = await healthOf(world);
        expect(codes).toContain('RETENTION_STOPPED');
        expect(await wordsOf(world)).toMatch(/\d+ of \d+ events are older than the retention/);
        expect(await wordsOf(world)).toContain('Check the clock of the database server');
        expect(await events(world)).toBeGreaterThanOrEqual(150);
        world.clock.set(before + MINUTE);
        await look(world);
        await intervals(world, 3);
        expect(await healthOf(world)).toEqual(HEALTHY);
        expect(await events(world)).toBeGreaterThanOrEqual(150);
      },
    );

    it('because it is: told for a day, and over when it was discarded', async () => {
      const world = await worldWithLog();
      for (let step = 0; step < 3; step += 1) {
        world.clock.advance(45 * DAY);
        await intervals(world, 1);
        await look(world);
      }
      world.clock.advance(HOUR);
      await look(world);
      expect((await healthOf(world)).codes).toContain('RETENTION_STOPPED');
      world.clock.advance(25 * HOUR);
      await look(world);
      await intervals(world, 3);
      expect((await healthOf(world)).codes).not.toContain('RETENTION_STOPPED');
      expect(await events(world)).toBeLessThan(150);
    });
  });

  it('G1: three workers read the portals as one, and one that dies while it owns the account is not missed', async () => {
    const world = await settledWorld(database, 3);
    const workers = ['one', 'two', 'three'].map((name) => world.process(name));
    const workAll = () => Promise.all(workers.map(({ context }) => ownAccount(context, world.account.id)));
    const listings = () => world.gps.calls.filter((call) => call === 'driver/list').length;
    for (let round = 0; round < 3; round += 1) {
      const before = listings();
      world.clock.advance(INTERVAL);
      await workAll();
      expect(listings() - before).toBeLessThanOrEqual(1);
      expect(await healthOf(world)).toEqual(HEALTHY);
    }
    // Its ownership ends by the database's clock.
    const { store } = world.context;
    await store.ownership.take(world.account.id, 'dies', 60_000, world.clock.now());
    await world.database.pool.query("update gateway.ownership set expires_at = '-infinity'");
    for (let round = 0; round < 3; round += 1) {
      world.clock.advance(INTERVAL);
      await workAll();
      expect(await healthOf(world)).toEqual(HEALTHY);
    }
  });

  it('R4: three workers in a row die while they own the account: told, and over with one that ends properly', async () => {
    const world = await settledWorld(database, 3);
    for (const worker of ['one', 'two', 'three']) {
      await world.context.store.ownership.take(world.account.id, worker, 60_000, world.clock.now());
      await world.database.pool.query("update gateway.ownership set expires_at = '-infinity'");
    }
    expect(await healthOf(world)).toEqual({ state: 'BLOCKED', codes: ['WORKERS_END'] });
    expect(await wordsOf(world)).toContain('3 worker processes in a row ended');
    await intervals(world, 3);
    expect(await healthOf(world)).toEqual(HEALTHY);
  });

  describe('G5: the database is read-only after a failover', () => {
    const readOnly = (on: boolean) =>
      database.pool.query(`set default_transaction_read_only = ${on ? 'on' : 'off'}`);
    afterEach(() => readOnly(false));

    it('is told at once and as the cause, however old the readings grow, and is over when it takes writes', async () => {
      const world = await settledWorld(database, 3);
      await readOnly(true);
      for (const minutes of [0, 2, 45]) {
        world.clock.advance(minutes * MINUTE);
        await expect(world.pollGps()).rejects.toThrow('read-only');
        expect(await healthOf(world)).toEqual({ state: 'BLOCKED', codes: ['DATABASE_READ_ONLY'] });
        expect(await wordsOf(world)).toContain('The database of the gateway is read-only');
        expect(await wordsOf(world)).toContain('the new primary');
        expect(await wordsOf(world)).not.toContain('ROLE=worker');
      }
      await readOnly(false);
      await intervals(world, 3);
      expect(await healthOf(world)).toEqual(HEALTHY);
    });

    it('is told besides what was wrong before', async () => {
      const world = await settledWorld(database, 3);
      world.gps.faults = () => ({ when: 'before', kind: 'timeout' });
      await intervals(world, 1);
      await readOnly(true);
      expect(await healthOf(world)).toEqual({
        state: 'BLOCKED',
        codes: ['DATABASE_READ_ONLY', 'GPS_UNREACHABLE'],
      });
    });
  });
});
