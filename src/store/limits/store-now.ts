import { sql, type RawBuilder } from 'kysely';

/** Epoch ms as SQL. Tests that move time give `now`; otherwise it is the database's clock, read when the row is locked. */
export function storeNow(now: (() => number) | undefined): RawBuilder<number> {
  if (now !== undefined) return sql<number>`${now()}::float8`;
  return sql<number>`(extract(epoch from clock_timestamp()) * 1000)::float8`;
}
