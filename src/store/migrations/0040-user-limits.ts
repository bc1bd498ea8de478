import { type Kysely, sql } from 'kysely';

export const name = '0040-user-limits';

/** What users take in all processes. Unlogged: nothing is lost that matters when the server crashes. Times are the database's own, epoch ms. */
const STATEMENTS: readonly string[] = [
  `create unlogged table gateway.user_spent (
    user_key text not null,
    limit_name text not null,
    level double precision not null,
    at double precision not null,
    primary key (user_key, limit_name)
  ) with (fillfactor = 50)`,
  `comment on table gateway.user_spent is 'What a user has taken of a limit and has not got back yet, over all processes'`,
  `comment on column gateway.user_spent.level is 'At the time in "at"; it goes down from there'`,
  `create unlogged table gateway.user_open (
    user_key text not null,
    limit_name text not null,
    process text not null,
    count integer not null,
    until double precision not null,
    primary key (user_key, limit_name, process)
  ) with (fillfactor = 50)`,
  `comment on table gateway.user_open is 'What each process has open of a user now: executions, sockets and event streams'`,
  `comment on column gateway.user_open.until is 'A process that has not reported by then has died'`,
];

/** A user's limits count over all processes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
