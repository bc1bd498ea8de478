import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { accountId, driverId, gpsId } from '../../../src/driver/ids';
import { silentLogger } from '../../../src/platform/logger';
import { openDatabase } from '../../../src/store/database/database';
import { migrate } from '../../../src/store/database/migrate';
import { migrations } from '../../../src/store/migrations/all';
import { refreshStatistics } from '../../../src/store/queries/query-statistics';
import { createPgSyncStore } from '../../../src/store/sync/pg-sync-store';
import { figure, percentile, type Row } from '../report';
import type { ProjectionSizes } from '../sizes';
import type { Bench } from '../support/bench';

const ACME = accountId('acme');
const CHANGED_AT_ONCE = [1, 200, 1_000];

/** What it costs to bring unified drivers up to date: all of a fleet at once, then some of them after they have changed in GPS. */
export async function measureProjection(
  bench: Bench,
  mode: 'embedded' | 'postgres',
  { drivers, rounds }: ProjectionSizes,
): Promise<Row[]> {
  const database = await openDatabase(
    mode === 'embedded'
      ? { kind: 'embedded', dataDir: undefined }
      : { kind: 'postgres', url: await bench.servers.createDatabase() },
    silentLogger,
  );
  await migrate(database.kysely, migrations);
  const counted = { statements: 0 };
  const store = createPgSyncStore({ database: { kysely: database.kysely.withPlugin(counting(counted)) } });
  await store.transaction(ACME, (tx) => tx.account.ensure());
  await seed(database.kysely, drivers);
  const startedAt = performance.now();
  await store.transaction(ACME, (tx) => tx.drivers.refreshAll(1));
  const rows = [rowOf(mode, `all of ${drivers}`, [performance.now() - startedAt])];
  await refreshStatistics(database.kysely);
  for (const size of CHANGED_AT_ONCE) {
    const times: number[] = [];
    let statements = 0;
    for (let round = 0; round < rounds; round += 1) {
      const numbers = Array.from({ length: size }, (_, n) => ((round * size + n * 7) % drivers) + 1);
      const ids = numbers.map((n) => gpsId(n));
      const driverIds = numbers.map((n) => driverId(`D-${n}`));
      await sql`
        update gateway.gps_driver set last_name = 'Name ' || ${round}::int, version = 'v' || ${round}::int
        where account = 'acme' and gps_id = any(${ids}::text[])`.execute(database.kysely);
      await store.transaction(ACME, async (tx) => {
        const [began, before] = [performance.now(), counted.statements];
        await tx.drivers.refresh(ids, driverIds, 2);
        await tx.drivers.keyOfGps(gpsId('nobody')); // brings them up to date
        times.push(performance.now() - began);
        statements += counted.statements - before;
      });
    }
    const each = statements / rounds - 1; // without the look-up that each ends with
    rows.push(rowOf(mode, `${size} of ${drivers}`, times, `${figure(each)} statements`));
  }
  await database.close();
  return rows;
}

function rowOf(mode: string, which: string, times: readonly number[], note = ''): Row {
  return {
    measure: `bringing unified drivers up to date: ${which}`,
    mode,
    value: `p50 ${figure(percentile(times, 0.5))} ms; p95 ${figure(percentile(times, 0.95))} ms`,
    ratio: '',
    target: '',
    before: '',
    note,
  };
}

/** Half of them with a DriverID of their own; all linked, some of them drifted. */
async function seed(db: Parameters<typeof migrate>[0], drivers: number): Promise<void> {
  await sql`
    insert into gateway.gps_driver (account, gps_id, first_name, last_name, email, phone, reference_id, driver_id,
      driver_id_state, groups, version, presence, observed_at)
    select 'acme', n::text, 'First' || n, 'Last' || n % 977, 'driver' || n || '@example.com', (5550000000 + n)::text, 'R-' || n,
      'D-' || n, 'known', '{North}', 'v', 'present', 1 from generate_series(1, ${drivers}::int) n`.execute(
    db,
  );
  await sql`
    insert into gateway.driveri_driver (account, driver_id, first_name, last_name, email, status, removed, active, observed_at)
    select 'acme', 'D-' || n, 'First' || n, 'Last' || n % 977, 'driver' || n || '@example.com', 'Active', false, true, 1
    from generate_series(1, ${drivers}::int) n`.execute(db);
  await sql`
    insert into gateway.link (account, gps_id, driver_id, linked_at)
    select 'acme', n::text, 'D-' || n, 1 from generate_series(1, ${drivers}::int) n`.execute(db);
  await sql`
    insert into gateway.sync_row (account, gps_id, generation, synced_generation, due_at)
    select 'acme', n::text, 1, 1, 0 from generate_series(1, ${drivers}::int) n`.execute(db);
  await sql`analyze`.execute(db);
}

const counting = (counted: { statements: number }) => ({
  transformQuery: <Args extends { readonly node: Node }, Node>(args: Args) => {
    counted.statements += 1;
    return args.node;
  },
  transformResult: <Result>(args: { readonly result: Result }) => Promise.resolve(args.result),
});
