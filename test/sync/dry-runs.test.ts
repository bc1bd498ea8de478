import type { DriverKey, GpsId, RunId } from '../../src/driver/ids';
import { migrations } from '../../src/store/migrations/all';
import { DISCARD_EVERY_MS, discardOld, DRY_RUNS_KEPT_MS } from '../../src/sync/account/discard-old';
import { describeEachDatabase } from '../support/databases';
import { givenSync, MASTER, type GivenSync } from '../support/given-sync';

interface Stored {
  readonly id: string;
  readonly status: string;
  readonly problem: { readonly code: string } | null;
  readonly items: number;
}

describeEachDatabase(
  'dry runs',
  ({ open }) => {
    let given: GivenSync;
    beforeEach(async () => {
      given = await givenSync({ database: open() });
      for (const number of [1, 2, 3]) {
        given.gps.put({ firstName: 'Ana', lastName: `Silva ${number}`, driverId: `D${number}` });
      }
      await given.pollGps();
    });

    const dryRun = (keys: readonly DriverKey[] | null = null) =>
      given.commands.resyncDrivers(MASTER, keys, true);

    async function planned(keys: readonly DriverKey[] | null = null): Promise<RunId> {
      const { value, userErrors } = await dryRun(keys);
      expect(userErrors).toEqual([]);
      await given.runs();
      given.clock.advance(1_000);
      return value ?? ('' as RunId);
    }

    async function keyOf(number: number): Promise<DriverKey> {
      const id = String(1_000 + number) as GpsId;
      const key = await given.context.store.read(MASTER.account, (tx) => tx.drivers.keyOfGps(id));
      if (key === null) throw new Error(`driver ${id} is not known`);
      return key;
    }

    async function stored(): Promise<readonly Stored[]> {
      const { rows } = await given.database.pool.query<Stored>(
        `select id, status, problem, (select count(*)::int from gateway.sync_run_item i where i.run_id = r.id) as items
         from gateway.sync_run r order by started_at, id`,
      );
      return rows;
    }

    it('are planned one at a time: of five that are asked for at once, all are the same', async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => dryRun()));
      expect(new Set(answers.map(({ value }) => value)).size).toBe(1);
      expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
      expect(await stored()).toMatchObject([{ status: 'PLANNING' }]);
    });

    it('are refused while one for other drivers is being planned, and are the same for the same drivers', async () => {
      const [one, other] = [await keyOf(1), await keyOf(2)];
      const first = await dryRun([one, other]);
      expect(await dryRun([other, one])).toEqual({ value: first.value, userErrors: [] });
      for (const keys of [[one], null]) {
        expect((await dryRun(keys)).userErrors).toMatchObject([{ code: 'RUN_ACTIVE', field: ['dryRun'] }]);
      }
      await given.runs();
      expect((await dryRun([one])).userErrors).toEqual([]);
    });

    it('replace older ones when they are planned, not before: a hundred take as much place as one', async () => {
      const first = await planned();
      const { value: second } = await dryRun();
      expect(await stored()).toMatchObject([
        { id: first, status: 'PLANNED', items: 3 },
        { id: second, status: 'PLANNING', items: 0 },
      ]);
      await given.runs();
      given.clock.advance(1_000);
      expect(await stored()).toMatchObject([
        { id: first, status: 'CANCELLED', items: 0, problem: { code: 'REPLACED' } },
        { id: second, status: 'PLANNED', items: 3, problem: null },
      ]);
      for (let more = 0; more < 4; more += 1) await planned();
      expect((await stored()).map(({ items }) => items)).toEqual([0, 0, 0, 0, 0, 3]);
      const refused = await given.commands.setDriverSync(MASTER, true, first);
      expect(refused.userErrors).toMatchObject([{ code: 'NOT_APPROVABLE' }]);
    });

    it('of some drivers leave one of the whole account as it is', async () => {
      const whole = await planned();
      await planned([await keyOf(1)]);
      const last = await planned([await keyOf(2)]);
      expect((await stored()).map(({ status }) => status)).toEqual(['PLANNED', 'CANCELLED', 'PLANNED']);
      expect((await stored()).filter(({ items }) => items > 0).map(({ id }) => id)).toEqual([whole, last]);
      const turnedOn = await given.commands.setDriverSync(MASTER, true, whole);
      expect(turnedOn.userErrors).toEqual([]);
    });

    it('that were approved are runs like any other, and are not replaced', async () => {
      const approved = await planned();
      await given.commands.setDriverSync(MASTER, true, approved);
      await given.settle();
      await given.runs();
      await planned();
      expect((await stored())[0]).toMatchObject({ id: approved, status: 'SUCCEEDED', items: 3 });
    });

    it('go after a day when nobody used them, not on one reading of a clock', async () => {
      const used = await planned();
      await given.commands.setDriverSync(MASTER, true, used);
      await given.settle();
      await given.runs();
      const look = () => given.own((owner) => discardOld(owner));
      await look();
      given.gps.put({ gpsId: '1001', lastName: 'Souza' });
      const unused = await planned();
      given.clock.advance(DRY_RUNS_KEPT_MS + DISCARD_EVERY_MS);
      await look();
      expect((await stored()).map(({ id }) => id)).toContain(unused);
      given.clock.advance(DISCARD_EVERY_MS);
      await look();
      expect((await stored()).map(({ id }) => id)).toEqual([used]);
    });
  },
  { migrations },
);
