import { gpsId, type GpsId } from '../../src/driver/ids';
import { silentLogger } from '../../src/platform/logger';
import { openDatabase, type Database } from '../../src/store/database/database';
import { migrate } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';
import { permitRemovals } from '../../src/sync/reconcile/permit-removals';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { givenSync, type GivenSync } from '../support/given-sync';
import { until } from '../support/until';

(process.env['TEST_DATABASE_URL'] ? describe : describe.skip)('the cap on removals, on Postgres', () => {
  let url: string;
  let database: Database;
  let given: GivenSync;
  beforeAll(async () => {
    url = await createPostgresDatabase();
    database = await openDatabase({ kind: 'postgres', url }, silentLogger);
    await migrate(database.kysely, migrations);
    given = await givenSync({ database });
  });
  afterAll(async () => {
    await database.close();
    await dropPostgresDatabase(url);
  });

  /** Resolves when so many sessions wait for a lock. */
  const waiting = (count: number) =>
    until(`${count} wait for the lock`, async () => {
      const { rows } = await database.pool.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0]?.waiting === count;
    });

  it('gives the last place to one of two owners that decide at the same moment: the second waits for the first', async () => {
    const ids = Array.from({ length: 20 }, (_, index): GpsId =>
      given.gps.put({ firstName: 'First', lastName: `Last${index}`, driverId: `D${index}` }),
    );
    await given.turnOn();
    for (const id of ids.slice(0, 2)) {
      given.gps.remove(id);
      given.clock.advance(30_000);
      await given.pollGps();
      await given.settle();
    }
    expect([...given.driveri.drivers.values()].filter((driver) => driver.removed)).toHaveLength(2);

    // Neither is proposed yet, so that each of them sees only itself unless it waits for the other.
    const proof = { kind: 'MissingThenRead', missingAt: 0, readAt: given.clock.now() } as const;
    const permit = (owner: string, id: GpsId | undefined) =>
      given
        .process(owner)
        .own((it) =>
          it.transaction('bulk', (tx) =>
            permitRemovals(tx, given.account, [{ gpsId: id ?? gpsId(''), proof }], given.clock.now()),
          ),
        );
    const holder = await database.pool.connect();
    await holder.query('begin');
    await holder.query('select from gateway.account for update');
    const first = permit('the first', ids[2]);
    await waiting(1);
    // The first owner is in its transaction, and its ownership ends: the second cannot take the account before the commit.
    await database.pool.query("update gateway.ownership set expires_at = '-infinity'");
    const second = permit('the second', ids[3]);
    await waiting(2);
    await holder.query('commit');
    holder.release();
    const permissions = await Promise.all([first, second]);
    expect(permissions).toEqual([new Set([ids[2]]), new Set()]);
  });
});
