import { sql, type Kysely } from 'kysely';

export const name = '0062-process-clocks';

/** Processes whose machine's clock is not the database's: health says so. */
const STATEMENTS: readonly string[] = [
  `create table gateway.process_clock (
    process text primary key,
    apart_ms bigint not null,
    since_at bigint not null,
    measured_at bigint not null
  )`,
  `comment on table gateway.process_clock is 'Processes whose machine''s clock differs from the database''s by more than a few seconds; one whose clock is right has no row. Times by the database''s clock'`,
  `comment on column gateway.process_clock.apart_ms is 'How far the machine''s clock is ahead; negative: behind'`,
  `comment on column gateway.process_clock.measured_at is 'Last measurement, one each minute: an older row is of a process that ended'`,
];

/** Adds the table. Nothing that is there changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
