import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { silentLogger } from '../../src/platform/logger';
import { openDatabase, type Database } from '../../src/store/database/database';
import { migrate } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPgGatewayQueries } from '../../src/store/queries/pg-gateway-queries';
import { healthAt } from '../support/health-source';
import type { DriverPageRequest } from '../../src/gateway/queries';
import { ACME, seedFleet } from '../graphql/support/fleet';

/**
 * How long pages of 50 take: `node -r ./test/support/register-typescript.cjs test/bench/api-queries.ts [drivers …]`, with
 * `TEST_DATABASE_URL` on that Postgres (it must be empty), otherwise on the embedded database. Numbers of drivers grow in the
 * order given; without any it is 10,000 (on Postgres 1,000, 10,000 and 100,000). `--no-statistics` shows it before the planner
 * has been told how large its tables are, `--short` only pages and searches.
 */
const SIZES = { embedded: [10_000], postgres: [1_000, 10_000, 100_000] } as const;
const REPEATS = 40;

async function main(): Promise<void> {
  const url = process.env['TEST_DATABASE_URL'];
  const database = await openDatabase(
    url === undefined ? { kind: 'embedded', dataDir: undefined } : { kind: 'postgres', url },
    silentLogger,
  );
  await migrate(database.kysely, migrations);
  const asked = process.argv.slice(2).map(Number).filter(Number.isInteger);
  for (const drivers of asked.length > 0 ? asked : SIZES[database.kind]) await measure(database, drivers);
  await database.close();
}

async function measure(database: Database, drivers: number): Promise<void> {
  await sql`truncate gateway.driver, gateway.gps_driver, gateway.driveri_driver, gateway.driver_work`.execute(
    database.kysely,
  );
  await seedFleet(database.kysely, ACME, drivers);
  // The tables have been written twice by now: without it, pages would walk past the first rows.
  if (database.kind === 'postgres') await sql`vacuum gateway.driver`.execute(database.kysely);
  if (!process.argv.includes('--no-statistics')) await sql`analyze`.execute(database.kysely);
  const queries = createPgGatewayQueries(database.kysely, healthAt(Date.now));
  const page = (given: Partial<DriverPageRequest>): DriverPageRequest => ({
    filter: {},
    sort: 'NAME',
    descending: false,
    fromEnd: false,
    limit: 50,
    ...given,
  });
  const middle = { value: 'ivan muller', key: `acme-${drivers / 2}` };
  const deep = { value: 'zoe smith', key: 'acme-1' };
  const requests: Record<string, () => Promise<unknown>> = {
    'first page by name': () => queries.drivers(ACME, page({})),
    'page in the middle': () => queries.drivers(ACME, page({ after: middle })),
    'deep page': () => queries.drivers(ACME, page({ after: deep })),
    'last page': () => queries.drivers(ACME, page({ fromEnd: true })),
    'by last sync, newest first': () =>
      queries.drivers(ACME, page({ sort: 'LAST_SYNCED_AT', descending: true })),
    'search: common word': () => queries.drivers(ACME, page({ filter: { search: 'garcia' } })),
    'search by relevance': () =>
      queries.drivers(ACME, page({ sort: 'RELEVANCE', filter: { search: 'garcia' } })),
    'search by relevance: d-47': () =>
      queries.drivers(ACME, page({ sort: 'RELEVANCE', filter: { search: 'd-47' } })),
    'by relevance: one letter': () =>
      queries.drivers(ACME, page({ sort: 'RELEVANCE', filter: { search: 'e' } })),
    'search: one driver': () => queries.drivers(ACME, page({ filter: { search: 'driver711@' } })),
    'search: phone': () => queries.drivers(ACME, page({ filter: { search: '(555) 000-0711' } })),
    'search: nobody': () => queries.drivers(ACME, page({ filter: { search: 'nobody at all' } })),
    'search: two letters': () => queries.drivers(ACME, page({ filter: { search: 'zq' } })),
    'status FAILED': () => queries.drivers(ACME, page({ filter: { status: ['FAILED'] } })),
    'group, rare': () => queries.drivers(ACME, page({ filter: { group: 'Night Shift' } })),
    DriverID: () => queries.drivers(ACME, page({ filter: { driveriDriverId: 'D-711' } })),
    'count of all': () => queries.countDrivers(ACME, {}),
    'count of a search': () => queries.countDrivers(ACME, { search: 'garcia' }),
    'counts by status': () => queries.counts(ACME),
  };
  process.stdout.write(
    `${database.kind}, ${drivers} drivers, pages of 50: fastest, median, 95th of ${REPEATS}, and CPU time, in ms\n`,
  );
  const isShort = process.argv.includes('--short');
  for (const [name, run] of Object.entries(requests)) {
    if (isShort && !/page|search|relevance/.test(name)) continue;
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
}

void main();
