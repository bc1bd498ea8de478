import { reconcileDriver } from '../../src/sync/reconcile-driver';
import { carryOnLeased } from '../../src/sync/leased-run';
import type { Look } from '../../src/sync/look-at-driver';
import { carryOnRun } from '../../src/sync/run-fleet';
import type { RunRow } from '../../src/sync/sync-store';
import type { Database } from '../../src/store/database';
import {
  givenSync,
  givenSyncDatabase,
  MASTER,
  type GivenProcess,
  type GivenSync,
} from '../support/given-sync';

describe('a run', () => {
  let database: Database;
  let given: GivenSync;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    await given.turnOn();
    given.clock.advance(30_000);
    for (let number = 0; number < 9; number += 1) {
      given.gps.put({ firstName: 'First', lastName: `Last${number}`, driverId: `D${number}` });
    }
    await given.commands.resyncDrivers(MASTER, null, false);
  });

  const take = (worker: GivenProcess): Promise<RunRow | null> =>
    worker.context.store.takeRun(worker.context.owner, given.clock.now(), given.context.settings.leaseMs);

  async function outcomes(): Promise<Record<string, number>> {
    const { rows } = await database.pool.query<{ outcome: string; count: number }>(
      `select outcome, count(*)::int as count from gateway.sync_run_item i
       join gateway.sync_run r on r.id = i.run_id where r.kind = 'RESYNC' group by outcome`,
    );
    return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
  }

  /** The next call to Driveri does not end until it is let go; others do. */
  function holdTheNextCall(): { readonly reached: Promise<void>; letGo(): void } {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const reached = new Promise<void>((resolve) => {
      given.driveri.onCall = () => {
        given.driveri.onCall = () => undefined;
        resolve();
        return held;
      };
    });
    return { reached, letGo };
  }

  const creates = (): readonly string[] => given.driveri.writes.map(({ driverId }) => driverId).sort();
  const everybody = Array.from({ length: 9 }, (_, number) => `D${number}`);

  it('whose worker dies half-way is taken over where it stopped: nothing is planned or written again', async () => {
    const first = given.process('first');
    const run = await take(first);
    if (run === null) throw new Error('there is a run');
    await carryOnRun(first.context, run);
    // Four of nine are done when the first one dies: it does not give its lease back.
    for (const { account, gpsId } of (await first.context.store.due(given.clock.now(), 4)).slice(0, 4)) {
      await reconcileDriver(first.context, account, gpsId);
    }
    expect(await outcomes()).toEqual({ APPLIED: 4, PENDING: 5 });

    expect(await take(given.process('second'))).toBeNull();
    given.clock.advance(given.context.settings.leaseMs + 1);
    await given.settle();
    await given.runs();
    expect(await outcomes()).toEqual({ APPLIED: 9 });
    expect(creates()).toEqual(everybody);
    const types = (await given.events()).slice(-1);
    expect(types.map(({ type }) => type)).toEqual(['RUN_FINISHED']);
  });

  it('is planned once, although the worker that lost it comes back with its own plan', async () => {
    const [slow, quick] = [given.process('slow'), given.process('quick')];
    const run = await take(slow);
    if (run === null) throw new Error('there is a run');
    const gate = holdTheNextCall();
    const lost = carryOnRun(slow.context, run);
    await gate.reached;
    expect(await take(quick)).toBeNull();

    given.clock.advance(given.context.settings.leaseMs + 1);
    const again = await take(quick);
    if (again === null) throw new Error('it is taken over');
    await carryOnRun(quick.context, again);
    expect(await outcomes()).toEqual({ PENDING: 9 });
    gate.letGo();
    await lost;
    expect(await outcomes()).toEqual({ PENDING: 9 });
    await given.settle();
    await given.runs();
    expect(await outcomes()).toEqual({ APPLIED: 9 });
    expect(creates()).toEqual(everybody);
  });

  it('is taken from a worker that is stuck in its planning, and from no other', async () => {
    // Renewals go by real time, what they renew to by the clock of the test.
    const renewed = () => new Promise((resolve) => setTimeout(resolve, 60));
    const stuck = given.process('stuck');
    const context = { ...stuck.context, settings: { ...stuck.context.settings, leaseMs: 30 } };
    const run = await context.store.takeRun('stuck', given.clock.now(), 30);
    if (run === null) throw new Error('there is a run');
    const gate = holdTheNextCall();
    const lost = carryOnLeased(context, run);
    await gate.reached;
    for (let minute = 0; minute < 14; minute += 1) {
      given.clock.advance(60_000);
      await renewed();
      expect(await take(given.process('next'))).toBeNull();
    }
    given.clock.advance(2 * 60_000);
    await renewed();
    expect(await take(given.process('next'))).toMatchObject({ id: run.id });
    gate.letGo();
    await lost;
  });

  it('ends, although it was planned while a worker was forgetting somebody who is in it', async () => {
    await given.settle();
    await given.runs();
    const id = given.gps.put({ firstName: 'Never', lastName: 'Linked', driverId: 'N1' });
    await given.pollGps();
    given.gps.remove(id);
    given.clock.advance(given.context.settings.gpsLagMs + 1);
    await given.pollGps();
    const { store, ...parts } = given.process('worker').context;
    let isPlanned = false;
    const planARun = async (): Promise<void> => {
      isPlanned = true;
      await given.commands.resyncDrivers(MASTER, null, false);
      const run = await take(given.process('planner'));
      if (run === null) throw new Error('there is a run');
      await carryOnRun(given.context, run);
    };
    // The worker has seen that the driver is gone; before it does what follows from that, the run is planned.
    const looking: typeof store = Object.assign(Object.create(store) as typeof store, {
      read: async (...asked: Parameters<typeof store.read>) => {
        const seen: unknown = await store.read(...asked);
        if (!isPlanned && (seen as Partial<Look>).presence === 'gone') await planARun();
        return seen;
      },
    });
    await reconcileDriver({ ...parts, store: looking }, given.account.id, id);
    expect(isPlanned).toBe(true);
    await given.settle();
    given.clock.advance(given.context.settings.leaseMs + 1);
    await given.runs();
    const { rows } = await database.pool.query(
      'select action, outcome, r.status from gateway.sync_run_item i join gateway.sync_run r on r.id = i.run_id where i.gps_id = $1',
      [id],
    );
    expect(rows).toEqual([{ action: 'NONE', outcome: 'SKIPPED', status: 'SUCCEEDED' }]);
    expect(
      (await database.pool.query('select gps_id from gateway.sync_row where gps_id = $1', [id])).rows,
    ).toEqual([]);
  });
});
