import { performance } from 'node:perf_hooks';
import { silentLogger } from '../../src/platform/logger';
import { openDatabase } from '../../src/store/database';
import { migrate } from '../../src/store/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPgGatewayQueries } from '../../src/store/pg-gateway-queries';
import { refreshStatistics } from '../../src/store/query-statistics';
import type { DriverPageRequest } from '../../src/sync/gateway-queries';
import { ACME, seedFleet } from '../graphql/support/fleet';

/**
 * How long pages of 50 take with 10,000 drivers: `node -r ./test/support/register-typescript.cjs test/bench/api-queries.ts`, with
 * `TEST_DATABASE_URL` on that Postgres (it must be empty), otherwise on the embedded database; `--no-statistics` shows it before
 * it has been told how large its tables are.
 */
const DRIVERS = 10_000;
const REPEATS = 40;

async function main(): Promise<void> {
  const url = process.env['TEST_DATABASE_URL'];
  const database = await openDatabase(
    url === undefined ? { kind: 'embedded', dataDir: undefined } : { kind: 'postgres', url },
    silentLogger,
  );
  await migrate(database.kysely, migrations);
  await seedFleet(database.kysely, ACME, DRIVERS);
  if (!process.argv.includes('--no-statistics')) await refreshStatistics(database.kysely);
  const queries = createPgGatewayQueries(database.kysely);
  const page = (given: Partial<DriverPageRequest>): DriverPageRequest => ({
    filter: {},
    sort: 'NAME',
    descending: false,
    fromEnd: false,
    limit: 50,
    ...given,
  });
  const middle = { value: 'ivan muller', key: 'acme-5000' };
  const requests: Record<string, () => Promise<unknown>> = {
    'first page by name': () => queries.drivers(ACME, page({})),
    'page in the middle': () => queries.drivers(ACME, page({ after: middle })),
    'last page': () => queries.drivers(ACME, page({ fromEnd: true })),
    'by last sync, newest first': () =>
      queries.drivers(ACME, page({ sort: 'LAST_SYNCED_AT', descending: true })),
    'search: common word': () => queries.drivers(ACME, page({ filter: { search: 'garcia' } })),
    'search: one driver': () => queries.drivers(ACME, page({ filter: { search: 'driver4711@' } })),
    'search: phone': () => queries.drivers(ACME, page({ filter: { search: '(555) 000-4711' } })),
    'search: nobody': () => queries.drivers(ACME, page({ filter: { search: 'nobody at all' } })),
    'search: two letters': () => queries.drivers(ACME, page({ filter: { search: 'zq' } })),
    'status FAILED': () => queries.drivers(ACME, page({ filter: { status: ['FAILED'] } })),
    'group, rare': () => queries.drivers(ACME, page({ filter: { group: 'Night Shift' } })),
    DriverID: () => queries.drivers(ACME, page({ filter: { driveriDriverId: 'D-4711' } })),
    'count of all': () => queries.countDrivers(ACME, {}),
    'count of a search': () => queries.countDrivers(ACME, { search: 'garcia' }),
    'counts by status': () => queries.counts(ACME),
  };
  process.stdout.write(
    `${database.kind}, ${DRIVERS} drivers, pages of 50: fastest, median, 95th of ${REPEATS}, and CPU time, in ms\n`,
  );
  for (const [name, run] of Object.entries(requests)) {
    for (let n = 0; n < 5; n += 1) await run(); // compiled, and what is read is in memory
    const times: number[] = [];
    const cpuBefore = process.cpuUsage();
    for (let n = 0; n < REPEATS; n += 1) {
      const startedAt = performance.now();
      await run();
      times.push(performance.now() - startedAt);
    }
    const cpu = process.cpuUsage(cpuBefore);
    times.sort((a, b) => a - b);
    const at = (part: number) => (times[Math.floor(part * times.length)] ?? 0).toFixed(1).padStart(7);
    process.stdout.write(
      `${name.padEnd(30)}${at(0)}${at(0.5)}${at(0.95)}${((cpu.user + cpu.system) / 1000 / REPEATS).toFixed(1).padStart(7)}\n`,
    );
  }
  await database.close();
}

void main();
