import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { silentLogger } from '../../src/platform/logger';
import { accountId, driverId, gpsId } from '../../src/driver/ids';
import { openDatabase } from '../../src/store/database/database';
import { migrate } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPgSyncStore } from '../../src/store/sync/pg-sync-store';
import { refreshStatistics } from '../../src/store/queries/query-statistics';

/**
 * What it costs to bring unified drivers up to date: `node -r ./test/support/register-typescript.cjs
 * test/bench/driver-directory.ts`, with `TEST_DATABASE_URL` on that Postgres (it must be empty), otherwise on the embedded
 * database.
 */
const ACME = accountId('acme');
const DRIVERS = 10_000;
const ROUNDS = 20;

async function main(): Promise<void> {
  const url = process.env['TEST_DATABASE_URL'];
  const database = await openDatabase(
    url === undefined ? { kind: 'embedded', dataDir: undefined } : { kind: 'postgres', url },
    silentLogger,
  );
  await migrate(database.kysely, migrations);
  const counted = { statements: 0 };
  const store = createPgSyncStore({
    database: { kysely: database.kysely.withPlugin(counting(counted)) },
  });
  await store.transaction(ACME, (tx) => tx.account.ensure());
  await seed(database.kysely);
  const startedAt = performance.now();
  await store.transaction(ACME, (tx) => tx.drivers.refreshAll(1));
  const all = performance.now() - startedAt;
  await refreshStatistics(database.kysely);
  process.stdout.write(`${database.kind}, ${DRIVERS} drivers; all at once: ${all.toFixed(0)} ms\n`);
  for (const size of [1, 200, 1_000]) {
    const times: number[] = [];
    counted.statements = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const numbers = Array.from({ length: size }, (_, n) => ((round * size + n * 7) % DRIVERS) + 1);
      const ids = numbers.map((n) => gpsId(n));
      const driverIds = numbers.map((n) => driverId(`D-${n}`));
      await sql`
        update gateway.gps_driver set last_name = 'Name ' || ${round}::int, version = 'v' || ${round}::int
        where account = 'acme' and gps_id = any(${ids}::text[])`.execute(database.kysely);
      const before = counted.statements;
      await store.transaction(ACME, async (tx) => {
        const began = performance.now();
        await tx.drivers.refresh(ids, driverIds, 2);
        await tx.drivers.keyOfGps(gpsId('nobody')); // brings them up to date
        times.push(performance.now() - began);
      });
      if (round > 0) continue;
      counted.statements -= before; // of one call, with the look-up that it ends with
      process.stdout.write(`${String(size).padStart(6)} drivers: ${counted.statements - 1} statements`);
    }
    times.sort((a, b) => a - b);
    const at = (part: number) => (times[Math.floor(part * times.length)] ?? 0).toFixed(1);
    process.stdout.write(`, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms\n`);
  }
  await database.close();
}

/** Half of them with a DriverID of their own; all linked, some of them drifted. */
async function seed(db: Parameters<typeof migrate>[0]): Promise<void> {
  await sql`
    insert into gateway.gps_driver (account, gps_id, first_name, last_name, email, phone, reference_id, driver_id,
      driver_id_state, groups, version, presence, observed_at)
    select 'acme', n::text, 'First' || n, 'Last' || n % 977, 'driver' || n || '@example.com', (5550000000 + n)::text, 'R-' || n,
      'D-' || n, 'known', '{North}', 'v', 'present', 1 from generate_series(1, ${DRIVERS}::int) n`.execute(
    db,
  );
  await sql`
    insert into gateway.driveri_driver (account, driver_id, first_name, last_name, email, status, removed, active, observed_at)
    select 'acme', 'D-' || n, 'First' || n, 'Last' || n % 977, 'driver' || n || '@example.com', 'Active', false, true, 1
    from generate_series(1, ${DRIVERS}::int) n`.execute(db);
  await sql`
    insert into gateway.link (account, gps_id, driver_id, linked_at)
    select 'acme', n::text, 'D-' || n, 1 from generate_series(1, ${DRIVERS}::int) n`.execute(db);
  await sql`
    insert into gateway.sync_row (account, gps_id, generation, synced_generation, due_at)
    select 'acme', n::text, 1, 1, 0 from generate_series(1, ${DRIVERS}::int) n`.execute(db);
  await sql`analyze`.execute(db);
}

const counting = (counted: { statements: number }) => ({
  transformQuery: <Args extends { readonly node: Node }, Node>(args: Args) => {
    counted.statements += 1;
    return args.node;
  },
  transformResult: <Result>(args: { readonly result: Result }) => Promise.resolve(args.result),
});

void main();
