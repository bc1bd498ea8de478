import { sql } from 'kysely';
import { createApp } from '../../src/app';
import { sandboxAccount } from '../../src/assembly/sandbox-account';
import { loadConfig } from '../../src/config/config';
import { silentLogger } from '../../src/platform/logger';
import { generateFleet } from '../../src/sandbox/fleet';
import { startSandbox } from '../../src/sandbox/sandbox';
import type { Database } from '../../src/store/database/database';
import { migrate } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createStatisticsKeeper } from '../../src/store/database/statistics-keeper';
import { ACME, seedFleet } from '../graphql/support/fleet';
import { refreshStatistics } from '../../src/store/queries/query-statistics';
import { describeEachDatabase, openInMemory } from '../support/databases';
import { until } from '../support/until';

/** How many rows the planner takes a table to have; below 0: it was never told. */
async function rowsAsPlanned(database: Pick<Database, 'kysely'>, table: string): Promise<number> {
  const { rows } = await sql<{ rows: number }>`
    select reltuples::int as rows from pg_class where oid = ${`gateway.${table}`}::regclass`.execute(
    database.kysely,
  );
  return rows[0]?.rows ?? -1;
}

describeEachDatabase(
  'the statistics after a first load',
  (given) => {
    it('are there after one look, and are not made again for the same tables', async () => {
      const { kysely } = given.open();
      await seedFleet(kysely, ACME, 300);
      const keeper = createStatisticsKeeper(kysely, silentLogger, {
        hasAutovacuum: given.kind === 'postgres',
      });
      await keeper.look();
      for (const table of ['driver', 'gps_driver', 'driveri_driver', 'driver_work']) {
        expect(await rowsAsPlanned(given.open(), table)).toBeGreaterThan(200);
      }
      expect(await refreshStatistics(kysely)).toEqual([]);
      await keeper.stop();
    });
  },
  { migrations },
);

describe('the statistics of the embedded database', () => {
  it('are made anew at a look; looks at the same time are two at most', async () => {
    const database = await openInMemory();
    await migrate(database.kysely, migrations);
    await seedFleet(database.kysely, ACME, 300);
    const lines: string[] = [];
    const logger = { ...silentLogger, debug: (...args: unknown[]) => void lines.push(String(args[1])) };
    const keeper = createStatisticsKeeper(database.kysely, logger as typeof silentLogger);
    await Promise.all(Array.from({ length: 20 }, () => keeper.look()));
    expect(await rowsAsPlanned(database, 'driver')).toBe(300);
    expect(lines).toHaveLength(1);
    await keeper.stop();
    await database.close();
  });

  it('that cannot be made are a warning, and no failure of what called for them', async () => {
    const database = await openInMemory();
    await database.close();
    const lines: string[] = [];
    const logger = { ...silentLogger, warn: (...args: unknown[]) => void lines.push(String(args[1])) };
    const keeper = createStatisticsKeeper(database.kysely, logger as typeof silentLogger);
    await keeper.look();
    expect(lines).toEqual([expect.stringContaining('could not be made anew')]);
    await keeper.stop();
  });

  it('are known as soon as the first rosters were stored, in a gateway as it is started', async () => {
    const sandbox = await startSandbox({ fleet: generateFleet({ drivers: 400, seed: 3, differing: 0 }) });
    const app = await createApp({
      config: loadConfig({
        PORT: '0',
        ACCOUNTS_FILE: 'given-by-the-test',
        AUTH_SECRET: 'a secret for tests that has 32 bytes or more',
      }),
      logger: silentLogger,
      accounts: [sandboxAccount(sandbox)],
      databaseDir: null,
    });
    await app.start();
    try {
      for (const table of ['gps_driver', 'driveri_driver', 'driver']) {
        await until(
          `the planner knows of ${table}`,
          async () => (await rowsAsPlanned(app.database, table)) >= 300,
          30_000,
        );
      }
    } finally {
      await app.stop();
      await sandbox.close();
    }
  });
});
