import { sql, type QueryExecutorProvider } from 'kysely';

const TABLES = ['driver', 'gps_driver', 'driveri_driver', 'link', 'driver_work', 'sync_run_item', 'event'];

/** A table that has grown by this much is another table to the planner. */
const GROWN = 1.5;

/**
 * Tells the planner how large tables are, where that has changed. A Postgres server does so by itself after a minute or more,
 * the embedded database never; until then a page of 10,000 drivers takes up to a hundred times as long. Cheap when there is
 * nothing to do: called after a whole roster was stored, and every minute on the embedded database. Resolves to the tables that
 * were analysed.
 */
export async function refreshStatistics(db: QueryExecutorProvider): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'gateway'
    where c.relkind = 'r' and c.relname = any(${TABLES}::text[])
      and pg_relation_size(c.oid) / current_setting('block_size')::int > c.relpages * ${GROWN}::float8`.execute(
    db,
  );
  const names = rows.map(({ name }) => name);
  if (names.length > 0) {
    // What another process looks at already is left to it.
    await sql`analyze (skip_locked) ${sql.join(names.map((name) => sql.table(`gateway.${name}`)))}`.execute(
      db,
    );
  }
  return names;
}
