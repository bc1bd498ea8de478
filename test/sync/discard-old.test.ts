import { type DriverId, driverId, type GpsId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import { createPgGatewayQueries } from '../../src/store/queries/pg-gateway-queries';
import { healthAt } from '../support/health-source';
import { discardOld } from '../../src/sync/account/discard-old';
import { ownAccount } from '../../src/sync/account/own-account';
import { startSyncWorker } from '../../src/sync/account/sync-worker';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync, LOOPS_ONLY } from '../support/given-sync';
import { until } from '../support/until';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RETENTION = 90 * DAY;

describe('discarding what is too old', () => {
  let database: Database;
  let given: GivenSync;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database, settings: { retentionMs: RETENTION } });
  });

  const turn = async (process: GivenSync = given): Promise<void> => {
    await process.own((owner) => discardOld(owner));
  };
  /** Two looks an hour apart: the first one notes what is too old, the second discards it (R19). */
  async function discard(): Promise<void> {
    await turn();
    given.clock.advance(HOUR);
    await turn();
  }
  const range = () => createPgGatewayQueries(database.kysely, healthAt(Date.now)).eventRange(MASTER.account);

  /** Both portals are read, as the watchers do, and everything that follows is done. */
  async function look(): Promise<void> {
    given.clock.advance(30_000);
    await given.pollGps();
    await given.pollDriveri();
    await given.settle();
  }

  const put = (id: string): GpsId => given.gps.put({ firstName: 'Ann', lastName: id, driverId: id });
  const remove = async (id: GpsId): Promise<void> => {
    const key = await given.context.store.read(MASTER.account, (tx) => tx.drivers.keyOfGps(id));
    if (key === null) throw new Error(`driver ${id} is not known`);
    await given.commands.deleteDriver(MASTER, key);
    await look();
  };

  describe('has its turn', () => {
    const due = async (): Promise<number | null> =>
      (await given.context.store.read(MASTER.account, (tx) => tx.account.read())).nextDiscardAt;

    it('once an hour, and one of several processes has it', async () => {
      await given.turnOn();
      const processes = ['one', 'two', 'three'].map((owner) => given.process(owner));
      const turns = async (): Promise<number> => {
        // Nothing else is due.
        await given.pollGps();
        await given.pollDriveri();
        await given.settle();
        const before = processes.map((process) => process.operations());
        await Promise.all(processes.map((process) => ownAccount(process.context, MASTER.account)));
        // Taking the account and letting go are two operations, discarding is a third.
        return processes.filter((process, index) => process.operations() > (before[index] ?? 0) + 2).length;
      };
      expect(await turns()).toBe(1);
      expect(await turns()).toBe(0);
      given.clock.advance(HOUR - 1);
      expect(await turns()).toBe(0);
      given.clock.advance(1);
      expect(await turns()).toBe(1);
    });

    it('also while the sync is off, from the worker’s start on', async () => {
      const worker = await startSyncWorker(given.context, LOOPS_ONLY);
      try {
        await until('the worker had its turn', async () => (await due()) !== null);
      } finally {
        await worker.stop();
      }
      expect(await due()).toBe(given.clock.now() + HOUR);
    });
  });

  /** Who is active in Driveri, by what the log says happened after a place in it. */
  async function replayed(from: ReadonlySet<DriverId>, after: number): Promise<readonly DriverId[]> {
    const { rows } = await database.pool.query<{
      type: string;
      driver_id: DriverId;
      changes: readonly { readonly field: string; readonly from: string | null }[];
    }>('select type, driver_id, changes from gateway.event where seq > $1 order by seq', [after]);
    const active = new Set(from);
    for (const { type, driver_id, changes } of rows) {
      if (type === 'DRIVERI_DRIVER_RENAMED') {
        active.delete(driverId(changes.find(({ field }) => field === 'driverId')?.from ?? ''));
      }
      if (/^DRIVERI_DRIVER_(CREATED|REINSTATED|RENAMED)$/.test(type)) active.add(driver_id);
      if (type === 'DRIVERI_DRIVER_REMOVED') active.delete(driver_id);
    }
    return [...active].sort();
  }

  const active = (): readonly DriverId[] =>
    [...given.driveri.drivers.values()]
      .filter((driver) => !driver.removed)
      .map((driver) => driver.driverId)
      .sort();

  it('leaves whoever mirrors the log either a log without gaps, or the word that it is cut', async () => {
    await given.turnOn();
    const mirrors: { readonly seq: number; readonly active: ReadonlySet<DriverId> }[] = [];
    const drivers: GpsId[] = [];
    for (let month = 0; month < 12; month += 1) {
      drivers.push(put(`A${month}`), put(`B${month}`));
      await look();
      const [renamed, gone] = [drivers[month], drivers[month * 2 - 2]];
      if (renamed !== undefined) given.gps.put({ gpsId: renamed, driverId: `C${month}` });
      await look();
      if (gone !== undefined && month % 2 === 0) await remove(gone);
      mirrors.push({ seq: (await range()).last, active: new Set(active()) });
      await given.pass(30 * DAY);
      await discard();
    }
    const { first, last } = await range();
    const { rows } = await database.pool.query<{ seq: number }>(
      'select seq from gateway.event where seq >= $1 order by seq',
      [first],
    );
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: last - first + 1 }, (_, i) => first + i));
    const kept = mirrors.filter(({ seq }) => seq >= first - 1);
    expect([kept.length >= 3, kept.length < mirrors.length]).toEqual([true, true]);
    for (const mirror of kept) expect(await replayed(mirror.active, mirror.seq)).toEqual(active());
  });

  it('leaves no more of a year than of a quarter', async () => {
    await given.turnOn();
    put('A');
    await look();
    const runs = async (): Promise<number> =>
      (await database.pool.query('select 1 from gateway.sync_run')).rows.length;
    for (let day = 0; day < 30; day += 1) await given.pass(12 * DAY);
    const before = await runs();
    await discard();
    expect(before).toBeGreaterThan(25);
    expect(await runs()).toBeLessThanOrEqual(9);
    expect(
      await database.pool.query(
        'select 1 from gateway.sync_run_item i where not exists (select from gateway.sync_run r where r.id = i.run_id)',
      ),
    ).toMatchObject({ rows: [] });
  });

  it('leaves a removal that can be undone, a year after it', async () => {
    const gone = put('A');
    put('B');
    await given.turnOn();
    await remove(gone);
    const removal = (await given.events()).find(({ type }) => type === 'DRIVERI_DRIVER_REMOVED');
    given.clock.advance(365 * DAY);
    await discard();
    expect((await range()).first).toBeGreaterThan(removal?.seq ?? Infinity);
    const undone = await given.commands.undoRemoval(MASTER, removal?.seq ?? 0, true);
    expect(undone.userErrors).toEqual([]);
    expect(active()).toEqual(['A', 'B']);
  });

  it('leaves a rejected removal rejected: a year later the driver is still in Driveri', async () => {
    const drivers = Array.from({ length: 20 }, (_, index) => put(`D${index}`));
    await given.turnOn();
    for (const id of drivers.slice(0, 4)) given.gps.remove(id);
    for (let polls = 0; polls < 3; polls += 1) {
      given.clock.advance(11 * 60_000);
      await look();
    }
    const held = await given.context.store.read(MASTER.account, (tx) => tx.runs.awaitingApproval());
    const run = held[0];
    if (run === undefined) throw new Error('no run is held');
    const items = await given.context.store.read(MASTER.account, (tx) => tx.runs.items(run.id));
    const ids = items.filter((item) => item.outcome === 'HELD').map((item) => item.id);
    expect((await given.commands.rejectSyncRunItems(MASTER, run.id, ids)).userErrors).toEqual([]);
    await given.runs();
    expect(ids).toHaveLength(4);
    for (let month = 0; month < 12; month += 1) {
      await given.pass(30 * DAY);
      await look();
      await discard();
    }
    expect(active()).toHaveLength(20);
    expect((await given.context.store.read(MASTER.account, (tx) => tx.runs.items(run.id))).length).toBe(
      items.length,
    );
  });
});
