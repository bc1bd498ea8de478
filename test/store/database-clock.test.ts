import { accountId } from '../../src/driver/ids';
import { createDatabaseClock } from '../../src/store/database/database-clock';
import { health } from '../../src/store/queries/query-account';
import { migrations } from '../../src/store/migrations/all';
import { createManualClock } from '../../src/platform/clock';
import { describeEachDatabase } from '../support/databases';
import { healthAt } from '../support/health-source';

const HOUR_MS = 3_600_000;

/** As far as two readings of one clock may be apart on a busy machine. */
const CLOSE_MS = 60_000;

describeEachDatabase(
  "the database's clock",
  (database) => {
    const acme = accountId('acme');
    beforeEach(async () => {
      await database.open().pool.query('truncate gateway.account, gateway.process_clock cascade');
      await database.open().pool.query(`insert into gateway.account (account) values ($1)`, [acme]);
    });
    const made = (machineMs: number) => {
      const machine = createManualClock(machineMs);
      const monotonic = { ms: 1_000 };
      const { kysely: db } = database.open();
      const clock = createDatabaseClock({ db, process: 'worker-7', machine, monotonic: () => monotonic.ms });
      return { machine, monotonic, clock };
    };
    const codes = async (): Promise<readonly string[]> => {
      const { problems } = await health(
        database.open().kysely,
        acme,
        healthAt(() => Date.now()),
      );
      return problems.map(({ code }) => code).filter((code) => code === 'CLOCKS_APART');
    };

    test('a machine that is six hours ahead goes by the database all the same', async () => {
      const { clock, monotonic } = made(Date.now() + 6 * HOUR_MS);
      expect(clock.now() - Date.now()).toBeGreaterThan(5 * HOUR_MS);
      await clock.measure();
      expect(Math.abs(clock.now() - Date.now())).toBeLessThan(CLOSE_MS);
      const before = clock.now();
      monotonic.ms += 5_000;
      expect(clock.now() - before).toBe(5_000);
    });

    test('a wall clock that is set between two measurements moves nothing', async () => {
      const { clock, machine } = made(Date.now());
      await clock.measure();
      const before = clock.now();
      machine.set(machine.now() - 400 * 24 * HOUR_MS);
      expect(clock.now()).toBe(before);
    });

    test('health tells of the distance, and no more when it is over', async () => {
      const { clock, machine } = made(Date.now() + 6 * HOUR_MS);
      await clock.measure();
      expect(clock.apartMs).toBeGreaterThan(5 * HOUR_MS);
      expect(await codes()).toEqual(['CLOCKS_APART']);
      await clock.measure();
      expect(await codes()).toEqual(['CLOCKS_APART']);
      machine.set(clock.now());
      await clock.measure();
      expect(await codes()).toEqual([]);
    });

    test('a process that ended is not told of for ever', async () => {
      const { clock } = made(Date.now() - HOUR_MS);
      await clock.measure();
      await database.open().pool.query('update gateway.process_clock set measured_at = measured_at - 200000');
      expect(await codes()).toEqual([]);
    });

    test('one that ends in order takes its row with it', async () => {
      const { clock } = made(Date.now() - HOUR_MS);
      await clock.measure();
      await clock.close();
      expect(await codes()).toEqual([]);
    });

    test('a database that does not answer leaves the clock as it was', async () => {
      const failures: unknown[] = [];
      const { clock, monotonic } = made(Date.now() + HOUR_MS);
      await clock.measure();
      const before = clock.now();
      await database.open().pool.query('alter table gateway.process_clock rename to process_clock_away');
      try {
        const { kysely: db } = database.open();
        const other = createDatabaseClock({
          db,
          process: 'worker-8',
          machine: createManualClock(0),
          onFailure: (cause) => failures.push(cause),
        });
        await other.measure();
      } finally {
        await database.open().pool.query('alter table gateway.process_clock_away rename to process_clock');
      }
      expect(failures).toHaveLength(1);
      monotonic.ms += 10;
      expect(clock.now()).toBe(before + 10);
    });
  },
  { migrations },
);
