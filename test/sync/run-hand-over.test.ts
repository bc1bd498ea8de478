import { doNow, ownAccount } from '../../src/sync/account/own-account';
import type { AccountOwner } from '../../src/sync/account/account-owner';
import { OwnershipLost } from '../../src/sync/ports/ownership-store';
import type { Look } from '../../src/sync/reconcile/look';
import { workDrivers } from '../../src/sync/reconcile/turn';
import { carryOnRuns } from '../../src/sync/run/carry-on-run';
import type { SyncContext } from '../../src/sync/sync-context';
import type { Database } from '../../src/store/database/database';
import {
  givenSync,
  givenSyncDatabase,
  MASTER,
  type GivenProcess,
  type GivenSync,
} from '../support/given-sync';
import { until } from '../support/until';

/** Waves of four writes. */
const SLOW_PORTAL = { driveriRequestsPerSecond: 0.8 };

describe('a run', () => {
  let database: Database;
  let given: GivenSync;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database, account: SLOW_PORTAL });
    await given.turnOn();
    given.clock.advance(30_000);
    for (let number = 0; number < 9; number += 1) {
      given.gps.put({ firstName: 'First', lastName: `Last${number}`, driverId: `D${number}` });
    }
    await given.commands.resyncDrivers(MASTER, null, false);
  });

  /** Whether this process could take the account. */
  const canTake = async (process: GivenProcess): Promise<boolean> =>
    (await process.own(() => Promise.resolve(true))) ?? false;

  /** The ownership ends, as it does by the database's clock when its owner no longer renews it. */
  const expire = () => database.pool.query("update gateway.ownership set expires_at = '-infinity'");

  async function outcomes(): Promise<Record<string, number>> {
    const { rows } = await database.pool.query<{ outcome: string; count: number }>(
      `select outcome, count(*)::int as count from gateway.sync_run_item i
       join gateway.sync_run r on r.id = i.run_id where r.kind = 'RESYNC' group by outcome`,
    );
    return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
  }

  async function statusOfRun(): Promise<string | undefined> {
    const { rows } = await database.pool.query<{ status: string }>(
      "select status from gateway.sync_run where kind = 'RESYNC'",
    );
    return rows[0]?.status;
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

  /** The same process, which cannot say that it ends: it dies with its ownership. */
  function dying({ context }: GivenProcess): SyncContext {
    const { store } = context;
    const letGo = () => Promise.reject(new Error('the process has died'));
    return { ...context, store: { ...store, ownership: { ...store.ownership, letGo } } };
  }

  const creates = (): readonly string[] => given.driveri.writes.map(({ driverId }) => driverId).sort();
  const everybody = Array.from({ length: 9 }, (_, number) => `D${number}`);

  it('whose owner dies half-way is taken over where it stopped: nothing is planned or written again', async () => {
    await doNow(dying(given.process('first')), MASTER.account, async (owner, recorder) => {
      await carryOnRuns(owner);
      // One wave of four of nine.
      await workDrivers(owner, recorder);
      await owner.settled();
    });
    expect(await outcomes()).toEqual({ APPLIED: 4, PENDING: 5 });
    const listings = given.gps.calls.length;

    expect(await canTake(given.process('second'))).toBe(false);
    await expire();
    await given.settle();
    await given.runs();
    expect(await outcomes()).toEqual({ APPLIED: 9 });
    expect(creates()).toEqual(everybody);
    expect(given.gps.calls).toHaveLength(listings);
    const types = (await given.events()).slice(-1);
    expect(types.map(({ type }) => type)).toEqual(['RUN_FINISHED']);
  });

  it('is planned once, although the owner that lost the account comes back with its own plan', async () => {
    const [slow, quick] = [given.process('slow'), given.process('quick')];
    const gate = holdTheNextCall();
    const lost = slow.own((owner) => carryOnRuns(owner));
    const ended = expect(lost).rejects.toBeInstanceOf(OwnershipLost);
    await gate.reached;
    expect(await canTake(quick)).toBe(false);

    await expire();
    await quick.own((owner) => carryOnRuns(owner));
    expect(await outcomes()).toEqual({ PENDING: 9 });
    const before = (await given.events()).length;
    gate.letGo();
    await ended;
    expect(await outcomes()).toEqual({ PENDING: 9 });
    expect(await given.events()).toHaveLength(before);
    await given.settle();
    await given.runs();
    expect(await outcomes()).toEqual({ APPLIED: 9 });
    expect(creates()).toEqual(everybody);
  });

  it('is not taken from an owner that lives and waits for a portal; it is from one that is frozen', async () => {
    const settings = { ...given.context.settings, ownershipMs: 2_000 };
    const waiting = given.process('waiting');
    let isFrozen = false;
    const { store } = waiting.context;
    let renewals = 0;
    const renew: typeof store.ownership.renew = async (...asked) => {
      if (isFrozen) return new Promise(() => undefined);
      renewals += 1;
      return store.ownership.renew(...asked);
    };
    const context = {
      ...waiting.context,
      settings,
      store: { ...store, ownership: { ...store.ownership, renew } },
    };
    // The call that is held is then the run's: polls have been made, and what they found is for the run to write.
    await given.pollDriveri();
    await given.pollGps();
    await given.settle();
    const gate = holdTheNextCall();
    const lost = ownAccount(context, MASTER.account);
    await gate.reached;
    const next = given.process('next');
    // Each renewal is a third of the ownership's length: eight of them are more than two lengths.
    await until('it has renewed often enough', async () => {
      expect(await canTake(next)).toBe(false);
      return renewals >= 8;
    });
    isFrozen = true;
    await until('another process can take the account', () => canTake(next));
    // The owner has polled GPS as well, while it lived.
    const before = given.driveri.writes.length;
    gate.letGo();
    // A loss is no failure: the job ends.
    expect(await lost).toBe(true);
    expect(await statusOfRun()).toBe('PLANNING');
    expect(await outcomes()).toEqual({});
    expect(given.driveri.writes).toHaveLength(before);
    const { rows } = await database.pool.query('select 1 from gateway.account_problem');
    expect(rows).toEqual([]);
  });

  it('ends, although it was planned between the look at a driver that is gone and forgetting it', async () => {
    await given.settle();
    await given.runs();
    const id = given.gps.put({ firstName: 'Never', lastName: 'Linked', driverId: 'N1' });
    await given.pollGps();
    given.gps.remove(id);
    given.clock.advance(given.context.settings.gpsLagMs + 1);
    await given.pollGps();
    const { store, ...parts } = given.process('worker').context;
    let isPlanned = false;
    let current: AccountOwner | null = null;
    const planARun = async (): Promise<void> => {
      isPlanned = true;
      await given.commands.resyncDrivers(MASTER, null, false);
      if (current !== null) await carryOnRuns(current);
    };
    // The owner has seen that the driver is gone; before it does what follows from that, the run is planned.
    const looking: typeof store = {
      ...store,
      read: async (account, work) => {
        const seen = await store.read(account, work);
        const look = seen as Partial<Look> | null; // of all that is read, only a look has these fields
        if (!isPlanned && look?.gps instanceof Map && look.gps.get(id)?.presence === 'gone') await planARun();
        return seen;
      },
    };
    await doNow({ ...parts, store: looking }, MASTER.account, async (owner, recorder) => {
      current = owner;
      await workDrivers(owner, recorder);
      await owner.settled();
      await workDrivers(owner, recorder);
    });
    expect(isPlanned).toBe(true);
    await given.settle();
    await given.runs();
    const { rows } = await database.pool.query(
      'select action, outcome, r.status from gateway.sync_run_item i join gateway.sync_run r on r.id = i.run_id where i.gps_id = $1',
      [id],
    );
    expect(rows).toEqual([{ action: 'NONE', outcome: 'SKIPPED', status: 'SUCCEEDED' }]);
    expect(
      (await database.pool.query('select gps_id from gateway.driver_work where gps_id = $1', [id])).rows,
    ).toEqual([]);
  });
});
