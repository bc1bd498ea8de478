import { sql, type Kysely } from 'kysely';

export const name = '0064-queue-outages';

/** Workers whose queue takes no jobs: health says so, because a queue that is full or read-only is seen by nobody else. */
const STATEMENTS: readonly string[] = [
  `create table gateway.queue_outage (
    process text primary key,
    since_at bigint not null,
    noted_at bigint not null
  )`,
  `comment on table gateway.queue_outage is 'Workers whose queue does not take jobs at the moment; accounts are worked on without it'`,
  `comment on column gateway.queue_outage.noted_at is 'Said again while it lasts: an older row is of a process that ended'`,
];

/** Adds the table. Nothing that is there changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
