import { driverId, gpsId, type GpsId, runId, type RunId } from '../../src/driver/ids';
import type { DriveriDriver } from '../../src/driver/driveri-driver';
import { doNow } from '../../src/sync/account/own-account';
import { permitRemovals } from '../../src/sync/reconcile/permit-removals';
import { workDrivers } from '../../src/sync/reconcile/turn';
import type { Database } from '../../src/store/database/database';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';
import { keyOf } from '../support/shown';

const D = driverId;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the guards of the sync', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
  });

  /** So many drivers in GPS, D1, D2 and so on, in Driveri as well. */
  async function fleet(size: number): Promise<void> {
    ids = Array.from({ length: size }, (_, index) =>
      given.gps.put({
        firstName: `First${index + 1}`,
        lastName: `Last${index + 1}`,
        driverId: `D${index + 1}`,
      }),
    );
    await given.turnOn();
    given.clock.advance(30_000);
  }

  const id = (number: number): GpsId => ids[number - 1] ?? gpsId('nobody');
  const numbers = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  /** Both portals are read, as the watchers do, and everything that follows is done. */
  async function look(after = 30_000): Promise<void> {
    given.clock.advance(after);
    await given.pollGps();
    await given.pollDriveri();
    await given.settle();
  }

  /** Gives the owner a reason to look at this driver, and lets it do so. */
  async function lookAgainAt(number: number): Promise<void> {
    await touch([id(number)]);
    await given.settle();
  }

  async function touch(drivers: readonly GpsId[]): Promise<void> {
    const now = given.clock.now();
    await given.context.store.transaction(given.account.id, (tx) => tx.work.touch(drivers, now));
  }

  async function lookTwice(): Promise<void> {
    await look();
    await look(11 * MINUTE);
    await look(11 * MINUTE);
  }

  const removed = (): readonly string[] =>
    [...given.driveri.drivers.values()]
      .filter((driver) => driver.removed)
      .map((driver) => driver.driverId)
      .sort();
  const lastName = (id: string): string | null | undefined => given.driveri.drivers.get(D(id))?.lastName;
  const writes = (): readonly string[] =>
    given.driveri.writes.map((write) => `${write.operation} ${write.driverId}`);

  async function sql<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await database.pool.query<Row & Record<string, unknown>>(text, [...values])).rows;
  }

  async function waiting(): Promise<RunId> {
    const rows = await sql<{ id: string }>(
      "select id from gateway.sync_run where status = 'AWAITING_APPROVAL'",
    );
    expect(rows).toHaveLength(1);
    return runId(rows[0]?.id ?? '');
  }

  const itemsOf = (run: RunId) =>
    sql<{ id: string; gps_id: GpsId; action: string; outcome: string; held_for: string | null }>(
      'select id, gps_id, action, outcome, held_for from gateway.sync_run_item where run_id = $1 order by position',
      [run],
    );

  async function statusOf(run: RunId): Promise<string | undefined> {
    return (await sql<{ status: string }>('select status from gateway.sync_run where id = $1', [run]))[0]
      ?.status;
  }

  async function healthCodes(): Promise<readonly string[]> {
    const rows = await sql<{ code: string }>('select code from gateway.account_problem order by code');
    return rows.map((row) => row.code);
  }

  async function statusOfDriver(number: number): Promise<string | undefined> {
    const rows = await sql<{ status: string }>('select status from gateway.driver where gps_id = $1', [
      id(number),
    ]);
    return rows[0]?.status;
  }

  async function problemOf(number: number): Promise<string | null> {
    const rows = await sql<{ code: string | null }>(
      "select problem->>'code' as code from gateway.driver_work where gps_id = $1",
      [id(number)],
    );
    return rows[0]?.code ?? null;
  }

  async function approve(run: RunId, items: readonly string[] | null = null): Promise<void> {
    const result = await given.commands.approveSyncRun(MASTER, run, items);
    expect(result.userErrors).toEqual([]);
    await given.settle();
    await given.runs();
  }

  const types = async (): Promise<readonly string[]> => (await given.events()).map((event) => event.type);

  describe('a listing that lies', () => {
    it('removes nobody when it is empty, however often it comes', async () => {
      await fleet(5);
      given.gps.distort = () => [];
      await lookTwice();
      expect(removed()).toEqual([]);
      expect(await healthCodes()).toEqual(['ROSTER_SHRUNK']);
      given.gps.distort = (drivers) => drivers;
      await look();
      expect(await healthCodes()).toEqual([]);
    });

    it('removes nobody when it has less than 80 % of the last one, and still takes in what it shows', async () => {
      await fleet(10);
      for (const number of [8, 9, 10]) given.gps.remove(id(number));
      given.gps.put({ gpsId: id(1), lastName: 'Changed' });
      await lookTwice();
      expect(removed()).toEqual([]);
      expect(lastName('D1')).toBe('Changed');
      expect(await healthCodes()).toEqual(['ROSTER_SHRUNK']);
    });

    it('removes nobody when the GPS user sees fewer driver groups than before', async () => {
      await fleet(10);
      // Whoever is in a group that the user cannot see is not listed, and unknown when asked for directly.
      given.gps.visibleGroups = 2;
      given.gps.remove(id(10));
      await lookTwice();
      expect(removed()).toEqual([]);
    });

    it('removes nobody who is missing from one listing and answers when asked directly', async () => {
      await fleet(10);
      given.gps.distort = (drivers) => drivers.slice(0, 9);
      await lookTwice();
      expect(removed()).toEqual([]);
    });

    it('proves nothing of who has only just appeared: the list and the answer may both be behind', async () => {
      await fleet(5);
      const newest = given.gps.put({ firstName: 'New', lastName: 'Comer', driverId: 'D6' });
      await look();
      expect(given.driveri.drivers.has(D('D6'))).toBe(true);
      given.gps.remove(newest); // as portals look that show what was ten seconds ago
      await look(5_000);
      given.gps.put({ gpsId: newest });
      await look(30_000);
      await look(11 * MINUTE);
      expect(writes().filter((write) => write.endsWith('D6'))).toEqual(['create D6']);
      expect(await sql('select 1 from gateway.removal')).toEqual([]);
    });

    it('removes who has gone as soon as no answer can be behind', async () => {
      await fleet(5);
      const newest = given.gps.put({ firstName: 'New', lastName: 'Comer', driverId: 'D6' });
      await look();
      given.gps.remove(newest);
      await look(5_000);
      expect(removed()).toEqual([]);
      await given.pass(30_000);
      expect(removed()).toEqual(['D6']);
    });

    it('removes nobody who came back while Driveri could not be written and GPS was not read', async () => {
      await fleet(5);
      given.driveri.faults = ({ write }) => (write ? { when: 'before', kind: 'unreachable' } : null);
      given.gps.remove(id(1));
      await look();
      expect(await sql("select 1 from gateway.removal where state = 'allowed'")).toHaveLength(1);
      given.gps.put({ gpsId: id(1) });
      given.clock.advance(5 * MINUTE);
      given.driveri.faults = () => null;
      await given.pass(10 * MINUTE);
      expect(removed()).toEqual([]);
      expect(await sql("select 1 from gateway.removal where state = 'void'")).toHaveLength(1);
      expect(await statusOfDriver(1)).toBe('IN_SYNC');
    });

    it('removes nobody who came back while somebody was creating a driver, or has died in it', async () => {
      await fleet(5);
      given.driveri.faults = ({ write }) => (write ? { when: 'before', kind: 'unreachable' } : null);
      given.gps.remove(id(1));
      await look();
      const died = given.process('api', 3).commands;
      await expect(died.createDriver(MASTER, { firstName: 'Bo', lastName: 'Ek' })).rejects.toThrow('died');
      expect(await sql('select 1 from gateway.gps_mark where gps_id is null')).toHaveLength(1);
      given.gps.put({ gpsId: id(1) });
      given.driveri.faults = () => null;
      await given.pollGps();
      await given.pass(50_000);
      expect(removed()).toEqual([]);
    });

    it('proves nothing with an answer about another driver: two rosters ten minutes apart do', async () => {
      await fleet(10);
      given.gps.remove(id(10));
      given.gps.readDriver = () =>
        Promise.resolve({ found: 'ambiguous' as const, sentAt: given.clock.now() });
      await look();
      await look();
      expect(removed()).toEqual([]);
      await look(11 * MINUTE);
      expect(removed()).toEqual(['D10']);
    });

    it('makes a run wait; approving it accepts the new baseline, and the removals are held on their own', async () => {
      await fleet(10);
      for (const number of numbers(5, 10)) given.gps.remove(id(number));
      const started = await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      expect(await statusOf(started.value ?? runId(''))).toBe('AWAITING_APPROVAL');
      expect(removed()).toEqual([]);
      await given.commands.approveSyncRun(MASTER, started.value ?? runId(''), null);
      await given.runs();
      expect(removed()).toEqual([]);
      await look(11 * MINUTE);
      await approve(await waiting());
      expect(removed()).toEqual(
        numbers(5, 10)
          .map((number) => `D${number}`)
          .sort(),
      );
    });
  });

  describe('a listing of Driveri that lies', () => {
    const without =
      (lost: string) =>
      (drivers: readonly DriveriDriver[]): readonly DriveriDriver[] =>
        drivers.filter((driver) => driver.driverId !== D(lost));

    /** Long after the links were made, and after what is asked for as changed of late. */
    async function oldFleet(size: number): Promise<void> {
      await fleet(size);
      given.clock.advance(HOUR);
      given.driveri.put({ driverId: D(`D${size}`) });
      await look();
    }

    it('makes no twin of a driver whom it lacks, however often it comes: they are renamed', async () => {
      await oldFleet(5);
      given.driveri.distort = without('D1');
      given.gps.put({ gpsId: id(1), driverId: 'N1' });
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      await look(5 * MINUTE);
      expect([...given.driveri.drivers.keys()].sort()).toEqual(['D2', 'D3', 'D4', 'D5', 'N1']);
    });

    it('lets nobody be forgotten whom it lacks, however often it comes: they are removed', async () => {
      await oldFleet(5);
      given.driveri.distort = without('D1');
      given.gps.remove(id(1));
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      await look(5 * MINUTE);
      expect(removed()).toEqual(['D1']);
    });

    it.each([
      ['is empty', 0],
      ['has less than 80 % of the last one', 7],
    ])('changes nothing when it %s: the run fails, and says so', async (_what, count) => {
      await fleet(11);
      given.driveri.distort = (drivers) => drivers.slice(0, count);
      const run = await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      // It is planned again after 5, 15 and 60 minutes before it is given up.
      for (const minutes of [5, 15, 60]) {
        expect(await statusOf(run.value ?? runId(''))).toBe('PLANNING');
        expect([...(await healthCodes())].sort()).toEqual(['DRIVERI_UNREACHABLE', 'RUN_TRIED_AGAIN']);
        given.clock.advance(minutes * MINUTE);
        await given.runs();
      }
      expect(await statusOf(run.value ?? runId(''))).toBe('FAILED');
      expect(await sql('select from gateway.driveri_driver')).toHaveLength(11);
      expect(await healthCodes()).toEqual(['DRIVERI_UNREACHABLE']);
      given.driveri.distort = (drivers) => drivers;
      await look();
      expect(await healthCodes()).toEqual([]);
    });
  });

  describe('a mass change', () => {
    async function changeOf(count: number): Promise<void> {
      await fleet(40);
      for (const number of numbers(1, count)) given.gps.put({ gpsId: id(number), lastName: 'Changed' });
      given.gps.put({ firstName: 'New', lastName: 'Comer', driverId: 'N1' });
      await look();
    }
    const changed = (): number =>
      [...given.driveri.drivers.values()].filter((driver) => driver.lastName === 'Changed').length;

    it('is none up to a quarter of the linked drivers', async () => {
      await changeOf(10);
      expect([changed(), await healthCodes()]).toEqual([10, []]);
    });

    it('warns above a quarter, and goes on; the next run that finds nothing ends the warning', async () => {
      await changeOf(11);
      expect([changed(), await healthCodes()]).toEqual([11, ['MASS_CHANGE']]);
      expect(await types()).toContain('HEALTH_CHANGED');
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      expect(await healthCodes()).toEqual([]);
    });

    it('is held above 60 % as soon as a poll sees it, while who is new goes on; approving lets it through', async () => {
      await changeOf(25);
      expect(changed()).toBe(0);
      expect(given.driveri.drivers.has(D('N1'))).toBe(true);
      expect([await statusOfDriver(2), await problemOf(2)]).toEqual(['HELD', 'HELD']);
      // Another edit of somebody who is held, and a restless relay, do not let it slip.
      given.gps.put({ gpsId: id(3), email: 'three@fleet.example' });
      await look();
      expect(changed()).toBe(0);
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      const run = await waiting();
      const items = await itemsOf(run);
      expect(items.filter((item) => item.outcome === 'HELD')).toHaveLength(25);
      await approve(run);
      expect(changed()).toBe(25);
      expect(await statusOf(run)).toBe('SUCCEEDED');
      expect(await statusOfDriver(2)).toBe('IN_SYNC');
    });

    it('is held as well when a run finds it in Driveri, where nobody else may write it meanwhile', async () => {
      await fleet(40);
      for (const number of numbers(1, 25))
        given.driveri.put({ driverId: D(`D${number}`), lastName: 'Edited' });
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      given.gps.put({ gpsId: id(1), email: 'one@fleet.example' });
      await look();
      expect(lastName('D1')).toBe('Edited');
    });

    it('is one no longer when GPS takes most of it back: the next run lets the rest through', async () => {
      await changeOf(25);
      for (const number of numbers(2, 25)) given.gps.put({ gpsId: id(number), lastName: `Last${number}` });
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      await look();
      expect([changed(), lastName('D1')]).toEqual([1, 'Changed']);
    });
  });

  describe('the cap on removals', () => {
    /** Four of twenty: exactly 80 % are left, so that the roster is complete; one more than the cap of three. */
    async function fourDisappear(): Promise<void> {
      await fleet(20);
      for (const number of [3, 7, 11, 15]) given.gps.remove(id(number));
      given.gps.put({ gpsId: id(1), lastName: 'Changed' });
      await lookTwice();
    }

    it('lets three go by themselves', async () => {
      await fleet(20);
      for (const number of [3, 7, 11]) given.gps.remove(id(number));
      await look();
      expect(removed()).toEqual(['D11', 'D3', 'D7']);
    });

    it('holds all four, none of them allowed, while everything else goes on', async () => {
      await fourDisappear();
      expect(removed()).toEqual([]);
      expect(lastName('D1')).toBe('Changed');
      const items = await itemsOf(await waiting());
      expect(items.map((item) => [item.gps_id, item.action, item.outcome, item.held_for])).toEqual(
        [3, 7, 11, 15].map((number) => [id(number), 'REMOVE', 'HELD', 'removal']),
      );
      expect(await types()).toContain('REMOVALS_HELD');
      expect(await statusOfDriver(3)).toBe('HELD');
      expect(await problemOf(3)).toBe('REMOVAL_HELD');
    });

    it('holds four that are missing when a run finds them', async () => {
      await fleet(20);
      for (const number of [3, 7, 11, 15]) given.gps.remove(id(number));
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      given.clock.advance(11 * MINUTE);
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      expect(removed()).toEqual([]);
      await approve(await waiting());
      expect(removed()).toEqual(['D11', 'D15', 'D3', 'D7']);
    });

    it('holds one that is proven while four others are missing, of whom nothing is proven yet', async () => {
      await fleet(30);
      for (const number of [3, 7, 11, 15]) given.gps.remove(id(number));
      await given.pollGps();
      const proof = { kind: 'MissingThenRead', missingAt: 0, readAt: given.clock.now() } as const;
      const permitted = await given.own((owner) =>
        owner.transaction('bulk', (tx) =>
          permitRemovals(tx, given.account, [{ gpsId: id(20), proof }], given.clock.now()),
        ),
      );
      expect(permitted).toEqual(new Set());
      expect(await sql('select state from gateway.removal where gps_id = $1', [id(20)])).toEqual([
        { state: 'held' },
      ]);
    });

    it('removes them once a person approves, and the run ends', async () => {
      await fourDisappear();
      const run = await waiting();
      await approve(run);
      expect(removed()).toEqual(['D11', 'D15', 'D3', 'D7']);
      expect(await statusOf(run)).toBe('SUCCEEDED');
      expect((await itemsOf(run)).map((item) => item.outcome)).toEqual(Array(4).fill('APPLIED'));
    });

    it('holds no longer what GPS has again: nothing waits, and the run ends', async () => {
      await fourDisappear();
      const run = await waiting();
      for (const number of [3, 7, 11]) given.gps.put({ gpsId: id(number) });
      await look();
      expect((await itemsOf(run)).map((item) => item.outcome).sort()).toEqual([
        'HELD',
        'SKIPPED',
        'SKIPPED',
        'SKIPPED',
      ]);
      given.gps.put({ gpsId: id(15) });
      await look();
      await given.runs();
      expect(await statusOf(run)).toBe('SUCCEEDED');
      expect(removed()).toEqual([]);
    });

    it('removes only those that are approved, and leaves the rejected ones for good', async () => {
      await fourDisappear();
      const run = await waiting();
      const items = await itemsOf(run);
      const [first, ...others] = items.map((item) => item.id);
      await given.commands.rejectSyncRunItems(MASTER, run, others);
      await approve(run, [first ?? '']);
      expect(removed()).toEqual(['D3']);
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      await given.pass(25 * HOUR);
      await lookTwice();
      await given.runs();
      expect(removed()).toEqual(['D3']);
    });

    it('keeps who rejected a removal and why, with the item and in the log', async () => {
      await fourDisappear();
      const run = await waiting();
      const [first, second] = (await itemsOf(run)).map((item) => item.id);
      const reject = (items: readonly (string | undefined)[], reason: string | null) =>
        given.commands.rejectSyncRunItems(MASTER, run, items as string[], reason);
      expect((await reject([first], '  On leave until May ')).userErrors).toEqual([]);
      expect((await reject([second], ' ')).userErrors).toEqual([]);
      const { rows: items } = await given.database.pool.query(
        'select decided_by, decision_reason from gateway.sync_run_item where rejected order by position',
      );
      expect(items).toEqual([
        { decided_by: MASTER.userId, decision_reason: 'On leave until May' },
        { decided_by: MASTER.userId, decision_reason: null },
      ]);
      const { rows: events } = await given.database.pool.query(
        "select actor, message from gateway.event where type = 'ITEM_REJECTED' order by seq",
      );
      expect(events).toEqual([
        { actor: MASTER.userId, message: 'The held REMOVE was rejected: On leave until May' },
        { actor: MASTER.userId, message: 'The held REMOVE was rejected' },
      ]);
    });

    it.each([
      ['a line break', 'one\ntwo', 'INVALID_TEXT'],
      ['501 characters', 'x'.repeat(501), 'TOO_LONG'],
    ])('refuses a reason with %s, and decides nothing', async (_, reason, code) => {
      await fourDisappear();
      const run = await waiting();
      const ids = (await itemsOf(run)).map((item) => item.id);
      const { value, userErrors } = await given.commands.rejectSyncRunItems(MASTER, run, ids, reason);
      expect({ value, userErrors }).toMatchObject({ value: null, userErrors: [{ code, field: ['reason'] }] });
      expect((await itemsOf(run)).map((item) => item.outcome)).toEqual(Array(4).fill('HELD'));
    });

    it('asks nobody again about those that were rejected, not even when the sync is turned on anew', async () => {
      await fourDisappear();
      const run = await waiting();
      const ids = (await itemsOf(run)).map((item) => item.id);
      await given.commands.rejectSyncRunItems(MASTER, run, ids);
      await given.runs();
      await given.commands.setDriverSync(MASTER, false, null);
      await given.turnOn();
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      const { rows } = await given.database.pool.query(
        "select status from gateway.sync_run where status in ('AWAITING_APPROVAL', 'RUNNING', 'PLANNING')",
      );
      expect(rows).toEqual([]);
      expect(removed()).toEqual([]);
    });

    it('removes only the one that is approved while the others go on waiting', async () => {
      await fourDisappear();
      const run = await waiting();
      const [first] = await itemsOf(run);
      await approve(run, [first?.id ?? '']);
      expect(removed()).toEqual(['D3']);
      expect((await itemsOf(await waiting())).filter((item) => item.outcome === 'HELD')).toHaveLength(3);
    });

    it('takes another approval while what was approved before is still being carried out, each only once', async () => {
      await fourDisappear();
      const run = await waiting();
      const [first, second, ...others] = (await itemsOf(run)).map((item) => item.id);
      const asked = (items: readonly string[]) => given.commands.approveSyncRun(MASTER, run, items);
      expect((await asked([first ?? ''])).userErrors).toEqual([]);
      expect(await statusOf(run)).toBe('RUNNING');
      expect((await asked([second ?? ''])).userErrors).toEqual([]);
      expect((await asked([second ?? ''])).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
      expect(removed()).toEqual([]);
      expect((await types()).filter((type) => type === 'RUN_STARTED')).toHaveLength(2);
      await given.settle();
      await given.runs();
      expect(removed()).toEqual(['D3', 'D7']);
      expect(await statusOf(run)).toBe('AWAITING_APPROVAL');
      await approve(run, others);
      expect(removed()).toHaveLength(4);
      expect(await statusOf(run)).toBe('SUCCEEDED');
      await given.pass(1_000);
      expect((await asked(others)).userErrors).toMatchObject([{ code: 'NOT_APPROVABLE' }]);
    });

    it('carries out none that was rejected, although it would be under the cap', async () => {
      await fleet(20);
      await given.commands.setDriverSync(MASTER, false, null);
      given.gps.remove(id(3));
      await lookTwice();
      await given.turnOn();
      await look();
      const run = await waiting();
      const items = (await itemsOf(run)).map((item) => item.id);
      await given.commands.rejectSyncRunItems(MASTER, run, items);
      await lookAgainAt(3);
      await lookTwice();
      expect(removed()).toEqual([]);
    });

    it('holds what disappeared while the sync was off before any run: a worker may be quicker', async () => {
      await fleet(20);
      await given.commands.setDriverSync(MASTER, false, null);
      given.gps.remove(id(3));
      await lookTwice();
      await given.commands.setDriverSync(MASTER, true, null);
      await lookAgainAt(3);
      expect(removed()).toEqual([]);
    });

    it('voids a held removal when the driver is seen again: nobody can approve it then, and the others wait on', async () => {
      await fourDisappear();
      const run = await waiting();
      const shown = (await itemsOf(run)).map((item) => item.id);
      given.gps.put({ gpsId: id(7) });
      await look();
      const states = await sql<{ state: string }>('select state from gateway.removal where gps_id = $1', [
        id(7),
      ]);
      expect(states).toEqual([{ state: 'void' }]);
      const result = await given.commands.approveSyncRun(MASTER, run, shown);
      expect(result.userErrors.map((error) => error.code)).toEqual(['NOT_FOUND']);
      expect(removed()).toEqual([]);
      expect((await itemsOf(run)).filter((item) => item.outcome === 'HELD')).toHaveLength(3);
      const others = (await itemsOf(run)).filter((item) => item.gps_id !== id(7)).map((item) => item.id);
      await approve(run, others);
      expect(removed()).toEqual(['D11', 'D15', 'D3']);
    });

    it('counts over a rolling 24 hours: the fourth of one day waits, the fourth of the next day goes', async () => {
      await fleet(20);
      for (const number of [1, 2, 3]) {
        given.gps.remove(id(number));
        await look(HOUR);
      }
      expect(removed()).toEqual(['D1', 'D2', 'D3']);
      given.gps.remove(id(4));
      await look(HOUR);
      expect(removed()).toEqual(['D1', 'D2', 'D3']);
      await approve(await waiting());
      expect(removed()).toEqual(['D1', 'D2', 'D3', 'D4']);
      await given.pass(25 * HOUR);
      given.gps.remove(id(5));
      await look();
      expect(removed()).toEqual(['D1', 'D2', 'D3', 'D4', 'D5']);
    });

    it('does not let a trickle past a hold: who disappears while others are held is held as well', async () => {
      await fourDisappear();
      given.gps.remove(id(20));
      await look(HOUR);
      expect(removed()).toEqual([]);
      expect(await itemsOf(await waiting())).toHaveLength(5);
    });

    it('does not count, nor hold, what was deleted through this gateway', async () => {
      await fourDisappear();
      const keys = await sql<{ key: string }>('select key from gateway.driver where gps_id = any($1)', [
        [id(16), id(17), id(18), id(19)],
      ]);
      for (const { key } of keys) await given.commands.deleteDriver(MASTER, key as never);
      await given.settle();
      expect(removed()).toEqual(['D16', 'D17', 'D18', 'D19']);
    });

    it('holds at the INITIAL run what disappeared while the sync was off', async () => {
      await fleet(20);
      await given.commands.setDriverSync(MASTER, false, null);
      given.gps.remove(id(3));
      await lookTwice();
      expect(removed()).toEqual([]);
      await given.turnOn();
      await look();
      expect(removed()).toEqual([]);
      const run = await waiting();
      expect((await itemsOf(run)).map((item) => [item.gps_id, item.outcome])).toEqual([[id(3), 'HELD']]);
      await approve(run);
      expect(removed()).toEqual(['D3']);
    });

    it('takes a reviewed run for the approval of the removals that it showed, more than the cap included', async () => {
      await fleet(30);
      await given.commands.setDriverSync(MASTER, false, null);
      for (const number of numbers(1, 5)) given.gps.remove(id(number));
      await lookTwice();
      const dry = await given.commands.resyncDrivers(MASTER, null, true);
      await given.runs();
      const run = dry.value ?? runId('');
      expect((await itemsOf(run)).map((item) => item.action)).toEqual(Array(5).fill('REMOVE'));
      const result = await given.commands.setDriverSync(MASTER, true, run);
      expect(result.userErrors).toEqual([]);
      await given.settle();
      await given.runs();
      expect(removed()).toEqual(['D1', 'D2', 'D3', 'D4', 'D5']);
      expect(await statusOf(run)).toBe('SUCCEEDED');
    });

    it('refuses a reviewed run when somebody else has disappeared since', async () => {
      await fleet(20);
      await given.commands.setDriverSync(MASTER, false, null);
      given.gps.remove(id(1));
      await lookTwice();
      const dry = await given.commands.resyncDrivers(MASTER, null, true);
      await given.runs();
      given.gps.remove(id(2));
      await lookTwice();
      const result = await given.commands.setDriverSync(MASTER, true, dry.value);
      expect(result.userErrors.map((error) => error.code)).toEqual(['STALE_PLAN']);
      expect(removed()).toEqual([]);
    });

    it('holds at the INITIAL run who was missing, not proven gone, when it was turned on', async () => {
      await fleet(20);
      await given.commands.setDriverSync(MASTER, false, null);
      given.gps.remove(id(3));
      await given.turnOn();
      expect(removed()).toEqual([]);
      await approve(await waiting());
      expect(removed()).toEqual(['D3']);
    });

    it('removes again who is reinstated in Driveri although GPS does not have them, under the same cap', async () => {
      await fleet(20);
      given.gps.remove(id(3));
      await look();
      given.driveri.put({ driverId: D('D3'), removed: false });
      await look();
      await given.pass(25 * HOUR);
      await given.pollGps();
      await given.runs();
      expect(removed()).toEqual(['D3']);
    });
  });

  describe('the cap on changes of identity', () => {
    async function renumber(count: number): Promise<void> {
      await fleet(50);
      for (const number of numbers(1, count)) given.gps.put({ gpsId: id(number), driverId: `N${number}` });
      given.gps.put({ gpsId: id(1), lastName: 'Changed' });
      await look();
    }

    it('lets ten of fifty go by themselves', async () => {
      await renumber(10);
      expect(writes().filter((write) => write.startsWith('rename'))).toHaveLength(10);
    });

    it('holds all eleven of fifty; their other fields go on; approving renames them', async () => {
      await renumber(11);
      expect(writes().filter((write) => write.startsWith('rename'))).toEqual([]);
      expect(lastName('D1')).toBe('Changed');
      const run = await waiting();
      expect(await itemsOf(run)).toHaveLength(11);
      expect(await problemOf(2)).toBe('HELD');
      expect(await statusOfDriver(2)).toBe('HELD');
      await approve(run);
      expect(writes().filter((write) => write.startsWith('rename'))).toHaveLength(11);
      expect(given.driveri.drivers.has(D('N11'))).toBe(true);
      expect(removed()).toEqual([]);
    });

    it.each([
      ['before the last transaction of the listing', 3, 0],
      ['right after the listing was stored', 4, 11],
    ])(
      'holds them in the transaction that finds them, although the poll dies %s',
      async (_when, diesBefore, held) => {
        await fleet(50);
        for (const number of numbers(1, 11)) given.gps.put({ gpsId: id(number), driverId: `N${number}` });
        given.clock.advance(30_000);
        await expect(given.process('poller', diesBefore).pollGps()).rejects.toThrow('died');
        await given.settle();
        expect(writes().filter((write) => write.startsWith('rename'))).toEqual([]);
        if (held > 0) expect(await itemsOf(await waiting())).toHaveLength(held);
        await look();
        expect(writes().filter((write) => write.startsWith('rename'))).toEqual([]);
        expect(await itemsOf(await waiting())).toHaveLength(11);
      },
    );

    it('holds them when a run finds them, and forgets the hold when GPS takes the change back', async () => {
      await fleet(50);
      for (const number of numbers(1, 11)) given.gps.put({ gpsId: id(number), driverId: `N${number}` });
      await given.commands.resyncDrivers(MASTER, null, false);
      await given.runs();
      expect(writes().filter((write) => write.startsWith('rename'))).toEqual([]);
      for (const number of numbers(1, 11)) given.gps.put({ gpsId: id(number), driverId: `D${number}` });
      await look();
      given.gps.put({ gpsId: id(1), driverId: 'N1' });
      await look();
      expect(writes().filter((write) => write.startsWith('rename'))).toEqual(['rename N1']);
    });

    it('shows them held in a dry run while the sync is off: that is what turning on will do', async () => {
      await fleet(50);
      await given.commands.setDriverSync(MASTER, false, null);
      for (const number of numbers(1, 11)) given.gps.put({ gpsId: id(number), driverId: `N${number}` });
      const { value } = await given.commands.resyncDrivers(MASTER, null, true);
      await given.runs();
      const shown = (await itemsOf(value ?? runId(''))).map((item) => [item.outcome, item.held_for]);
      expect(shown).toEqual(Array(11).fill(['HELD', 'identity']));
    });
  });

  describe('a DriverID column that cannot be read', () => {
    it('renames, links and creates nobody; other fields go on; its return clears it', async () => {
      await fleet(6);
      given.gps.answersDriverIds = false;
      given.gps.put({ gpsId: id(1), lastName: 'Changed', driverId: 'N1' });
      given.gps.put({ firstName: 'New', lastName: 'Comer', driverId: 'N2', referenceId: 'R2' });
      const before = given.driveri.writes.length;
      await look();
      expect(writes().slice(before)).toEqual(['update D1']);
      expect(await healthCodes()).toEqual(['DRIVER_ID_UNREADABLE']);
      given.gps.answersDriverIds = true;
      await look();
      expect(await healthCodes()).toEqual([]);
      expect([...given.driveri.drivers.keys()].sort()).toEqual(['D2', 'D3', 'D4', 'D5', 'D6', 'N1', 'N2']);
    });

    it('is assumed when more than three lose theirs at once; nobody falls back to another DriverID', async () => {
      await fleet(6);
      for (const number of numbers(1, 4))
        given.gps.put({ gpsId: id(number), driverId: null, referenceId: `R${number}` });
      given.gps.put({ lastName: 'Comer', driverId: 'N2' });
      const before = given.driveri.writes.length;
      await look();
      expect(writes().slice(before)).toEqual([]);
      expect(await healthCodes()).toEqual(['DRIVER_ID_UNREADABLE']);
    });

    it('refuses turning on', async () => {
      given.gps.put({ lastName: 'Silva', driverId: 'D1' });
      given.gps.answersDriverIds = false;
      const result = await given.commands.setDriverSync(MASTER, true, null);
      expect(result.userErrors.map((error) => error.code)).toEqual(['DRIVER_ID_UNREADABLE']);
      expect(given.driveri.writes).toEqual([]);
    });
  });

  describe('an edit made in Driveri', () => {
    it('is told of as drift, left alone, and overridden by the daily run, which says so', async () => {
      await fleet(3);
      given.driveri.put({ driverId: D('D1'), lastName: 'Edited' });
      const before = given.driveri.writes.length;
      await look();
      expect(lastName('D1')).toBe('Edited');
      expect(given.driveri.writes).toHaveLength(before);
      expect(await types()).toContain('DRIFT_DETECTED');
      expect(await statusOfDriver(1)).toBe('DRIFTED');
      await look();
      expect((await types()).filter((type) => type === 'DRIFT_DETECTED')).toHaveLength(1);
      await given.pass(24 * HOUR);
      expect(lastName('D1')).toBe('Last1');
      expect(writes().slice(before)).toEqual(['update D1']);
      expect(await types()).toContain('DRIFT_OVERRIDDEN');
      expect(await statusOfDriver(1)).toBe('IN_SYNC');
    });

    it('waits for the night of the account’s own time zone', async () => {
      await fleet(3);
      given.driveri.put({ driverId: D('D1'), lastName: 'Edited' });
      await look();
      // 12:00 UTC is 06:00 in Chicago: the next 03:00 there is 21 hours away, with up to ten minutes of jitter.
      await given.pass(20.9 * HOUR);
      expect(lastName('D1')).toBe('Edited');
      await given.pass(0.3 * HOUR);
      expect(lastName('D1')).toBe('Last1');
    });

    it('is overridden at once where the account is set so', async () => {
      given = await givenSync({ database, account: { driftPolicy: 'immediate' } });
      await fleet(3);
      given.driveri.put({ driverId: D('D1'), lastName: 'Edited' });
      await look();
      expect(lastName('D1')).toBe('Last1');
      expect(await types()).toEqual(expect.arrayContaining(['DRIFT_DETECTED', 'DRIFT_OVERRIDDEN']));
    });

    it('never reaches GPS', async () => {
      await fleet(1);
      given.driveri.put({ driverId: D('D1'), lastName: 'Edited', email: 'edited@example.com' });
      await look();
      expect(given.gps.drivers.get(id(1))).toMatchObject({ lastName: 'Last1', email: null });
    });
  });

  describe('two writers that fight', () => {
    it('are parted: the field that went back and forth three times is paused, the others go on', async () => {
      given = await givenSync({ database, account: { driftPolicy: 'immediate' } });
      await fleet(3);
      for (let round = 0; round < 6; round += 1) {
        given.driveri.put({ driverId: D('D1'), lastName: 'Robot' });
        await look(10 * MINUTE);
      }
      const fights = writes().filter((write) => write === 'update D1').length;
      expect(fights).toBe(3);
      expect(lastName('D1')).toBe('Robot');
      expect(await problemOf(1)).toBe('FLAPPING');
      given.gps.put({ gpsId: id(1), firstName: 'Renewed' });
      await look();
      expect(given.driveri.drivers.get(D('D1'))).toMatchObject({ firstName: 'Renewed', lastName: 'Robot' });
      await given.pass(25 * HOUR);
      expect(lastName('D1')).toBe('Last1');
    });

    it('are no writers who change a field three times in GPS', async () => {
      await fleet(3);
      for (const name of ['One', 'Two', 'One', 'Two', 'One', 'Two', 'Last']) {
        given.gps.put({ gpsId: id(1), lastName: name });
        await look(10 * MINUTE);
        expect(lastName('D1')).toBe(name);
      }
    });
  });

  describe('a PUT that clears what it was not sent', () => {
    it('halts all updates after the second driver in a row, until the sync is turned on again', async () => {
      await fleet(5);
      for (const number of numbers(1, 5)) {
        given.driveri.put({ driverId: D(`D${number}`), email: `d${number}@example.com` });
      }
      await look();
      given.driveri.afterPut = () => ({ email: null });
      for (const number of numbers(1, 5)) given.gps.put({ gpsId: id(number), lastName: 'Changed' });
      const before = given.driveri.writes.length;
      await look();
      expect(given.driveri.writes.length - before).toBe(2);
      expect(await healthCodes()).toEqual(['UNEXPECTED_CHANGE']);
      await look(HOUR);
      expect(given.driveri.writes.length - before).toBe(2);
      given.driveri.afterPut = () => ({});
      await given.turnOn();
      expect(numbers(1, 5).map((number) => lastName(`D${number}`))).toEqual(Array(5).fill('Changed'));
    });

    it('is not suspected when one driver’s field was emptied by somebody at the same moment', async () => {
      await fleet(5);
      for (const number of numbers(1, 5)) {
        given.driveri.put({ driverId: D(`D${number}`), email: `d${number}@example.com` });
      }
      await look();
      given.driveri.afterPut = (driver) => (driver.driverId === 'D1' ? { email: null } : {});
      for (const number of numbers(1, 5)) given.gps.put({ gpsId: id(number), lastName: 'Changed' });
      await look();
      expect(await healthCodes()).toEqual([]);
      expect(lastName('D5')).toBe('Changed');
    });
  });

  describe('off', () => {
    it('means off: nothing is written after it has returned, by whatever is due', async () => {
      await fleet(3);
      given.gps.put({ gpsId: id(1), lastName: 'Changed' });
      given.gps.put({ lastName: 'Comer', driverId: 'N1' });
      given.clock.advance(30_000);
      await given.pollGps();
      await given.commands.setDriverSync(MASTER, false, null);
      const before = given.driveri.writes.length;
      await given.settle();
      await given.runs();
      await lookTwice();
      await touch(ids);
      await given.settle();
      await given.own((owner, recorder) => workDrivers(owner, recorder));
      expect(given.driveri.writes).toHaveLength(before);
      await given.pass(48 * HOUR);
      expect(given.driveri.writes).toHaveLength(before);
      await given.turnOn();
      expect(lastName('D1')).toBe('Changed');
      expect(given.driveri.drivers.get(D('N1'))).toMatchObject({ firstName: 'Comer', lastName: null });
    });

    /** Two drivers are deleted through the gateway while the sync is off. */
    async function deletedWhileOff(): Promise<void> {
      await fleet(10);
      await given.commands.setDriverSync(MASTER, false, null);
      for (const number of [2, 5]) await given.commands.deleteDriver(MASTER, await keyOf(given, id(number)));
    }

    it('holds what was deleted through the gateway meanwhile when it is turned on without a review (H6)', async () => {
      await deletedWhileOff();
      await given.turnOn();
      await given.pass(25 * HOUR);
      expect(removed()).toEqual([]);
      await approve(await waiting());
      expect(removed()).toEqual(['D2', 'D5']);
    });

    it('removes what was deleted meanwhile when it is turned on with a dry run that shows it', async () => {
      await deletedWhileOff();
      const { value } = await given.commands.resyncDrivers(MASTER, null, true);
      await given.runs();
      const shown = (await itemsOf(value ?? runId(''))).map((item) => [item.action, item.outcome]);
      expect(shown).toEqual(Array(2).fill(['REMOVE', 'PENDING']));
      expect((await given.commands.setDriverSync(MASTER, true, value)).userErrors).toEqual([]);
      await given.runs();
      expect(removed()).toEqual(['D2', 'D5']);
    });

    it('stops a turn that reads before its write: the intent is refused', async () => {
      await fleet(3);
      given.gps.put({ gpsId: id(1), driverId: 'N1' });
      given.clock.advance(30_000);
      await given.pollGps();
      const before = given.driveri.writes.length;
      let asked = 0;
      given.driveri.onCall = async (operation) => {
        asked += 1;
        if (operation === 'driver.get' && asked === 1)
          await given.commands.setDriverSync(MASTER, false, null);
      };
      await given.settle();
      expect(asked).toBeGreaterThan(0);
      expect(given.driveri.writes).toHaveLength(before);
    });

    it('stops a turn that has planned its write already, before the intent', async () => {
      await fleet(3);
      given.gps.put({ gpsId: id(1), lastName: 'Changed' });
      given.clock.advance(30_000);
      await given.pollGps();
      const { store } = given.context;
      // The look decides; then the sync is turned off, and the turn goes on.
      let looks = 0;
      const read: typeof store.read = async (account, work) => {
        const found = await store.read(account, work);
        looks += 1;
        if (looks === 1) await given.commands.setDriverSync(MASTER, false, null);
        return found;
      };
      const before = given.driveri.writes.length;
      const context = { ...given.context, store: { ...store, read } };
      await doNow(context, given.account.id, (owner, recorder) => workDrivers(owner, recorder));
      expect(looks).toBe(1);
      expect(given.driveri.writes).toHaveLength(before);
      expect(await sql("select 1 from gateway.driveri_intent where action = 'UPDATE'")).toEqual([]);
    });

    it('refuses a resync and an approval, but not a dry run', async () => {
      given.gps.put({ firstName: 'Ana', lastName: 'Silva', driverId: 'D1' });
      await given.pollGps();
      const resync = await given.commands.resyncDrivers(MASTER, null, false);
      expect(resync.userErrors.map((error) => error.code)).toEqual(['SYNC_OFF']);
      const dry = await given.commands.resyncDrivers(MASTER, null, true);
      expect(dry.userErrors).toEqual([]);
      await given.runs();
      const approval = await given.commands.approveSyncRun(MASTER, dry.value ?? runId(''), null);
      expect(approval.userErrors.map((error) => error.code)).toEqual(['SYNC_OFF']);
      expect(given.driveri.writes).toEqual([]);
    });
  });

  describe('a dry run', () => {
    async function planned(): Promise<RunId> {
      given.gps.put({ firstName: 'Ana', lastName: 'Silva', driverId: 'D1' });
      given.gps.put({ firstName: 'Bo', lastName: 'Ek', driverId: 'D2' });
      given.driveri.put({ driverId: D('D2'), firstName: 'Robert', lastName: 'Ek' });
      const { value } = await given.commands.resyncDrivers(MASTER, null, true);
      await given.runs();
      return value ?? runId('');
    }

    it('writes nothing, and turning on with it does what it showed', async () => {
      const run = await planned();
      expect(given.driveri.writes).toEqual([]);
      expect((await itemsOf(run)).map((item) => [item.action, item.outcome])).toEqual([
        ['CREATE', 'PENDING'],
        ['LINK', 'PENDING'],
      ]);
      const result = await given.commands.setDriverSync(MASTER, true, run);
      expect(result.userErrors).toEqual([]);
      await given.settle();
      await given.runs();
      expect([...writes()].sort()).toEqual(['create D1', 'update D2']);
      expect(given.driveri.drivers.get(D('D2'))).toMatchObject({ firstName: 'Bo' });
      expect((await itemsOf(run)).map((item) => item.outcome)).toEqual(['APPLIED', 'APPLIED']);
      expect(await statusOf(run)).toBe('SUCCEEDED');
    });

    it('says driver by driver, from what to what, why it is refused', async () => {
      const run = await planned();
      const [first, second] = await itemsOf(run);
      given.gps.put({ gpsId: first?.gps_id ?? '', lastName: 'Souza' });
      given.driveri.put({ driverId: D('D2'), firstName: 'Bo', lastName: 'Ek' });
      given.gps.put({ firstName: 'Cy', lastName: 'New', driverId: 'D3' });
      given.clock.advance(1_000);
      const { userErrors, planDifferences } = await given.commands.setDriverSync(MASTER, true, run);
      expect(userErrors).toMatchObject([{ code: 'STALE_PLAN', field: ['reviewedRun'] }]);
      expect(planDifferences).toEqual([
        {
          driverName: 'Ana Silva',
          driverKey: expect.any(String),
          itemId: first?.id,
          before: expect.objectContaining({
            action: 'CREATE',
            changes: expect.arrayContaining([{ field: 'lastName', from: null, to: 'Silva' }]),
          }),
          now: expect.objectContaining({
            action: 'CREATE',
            changes: expect.arrayContaining([{ field: 'lastName', from: null, to: 'Souza' }]),
          }),
        },
        {
          driverName: 'Bo Ek',
          driverKey: expect.any(String),
          itemId: second?.id,
          before: expect.objectContaining({
            action: 'LINK',
            changes: expect.arrayContaining([{ field: 'firstName', from: 'Robert', to: 'Bo' }]),
          }),
          now: expect.objectContaining({
            action: 'LINK',
            changes: [{ field: 'driverId', from: null, to: 'D2' }],
          }),
        },
        {
          driverName: 'Cy New',
          driverKey: expect.any(String),
          itemId: null,
          before: null,
          now: expect.objectContaining({ action: 'CREATE' }),
        },
      ]);
    });

    it.each([
      ['a field in GPS', (sync: GivenSync) => sync.gps.put({ gpsId: '1001', lastName: 'Souza' })],
      ['another driver in GPS', (sync: GivenSync) => sync.gps.put({ lastName: 'New', driverId: 'D3' })],
      [
        'somebody in Driveri',
        (sync: GivenSync) => sync.driveri.put({ driverId: D('D1'), firstName: 'Taken' }),
      ],
    ])('is refused as STALE_PLAN when %s has changed, and nothing is turned on', async (_what, change) => {
      const run = await planned();
      change(given);
      given.clock.advance(1_000);
      const result = await given.commands.setDriverSync(MASTER, true, run);
      expect(result.userErrors.map((error) => error.code)).toEqual(['STALE_PLAN']);
      await given.settle();
      await given.runs();
      expect(given.driveri.writes).toEqual([]);
      expect(await sql('select 1 from gateway.account where enabled')).toEqual([]);
    });
  });
});
