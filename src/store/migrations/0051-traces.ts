import { sql, type Kysely } from 'kysely';

export const name = '0051-traces';

/** Where work came from, so that a trace goes on in the process that does it. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.driver_work add column trace text`,
  `comment on column gateway.driver_work.trace is 'W3C traceparent of what last gave a reason to look at the driver; null: it was not traced'`,
  `alter table gateway.owner_request add column trace text`,
  `comment on column gateway.owner_request.trace is 'W3C traceparent of the command; null: it was not traced'`,
];

/** Adds the columns. Nothing that is there changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
