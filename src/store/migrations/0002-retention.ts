import { type Kysely, sql } from 'kysely';

export const name = '0002-retention';

/** What discarding old rows needs: whose turn it is, where the log begins, and a way to the oldest rows that reads nothing else. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.account add column next_discard_at bigint`,
  `comment on column gateway.account.next_discard_at is 'When what is too old is discarded next; whoever moves it on has the turn'`,

  `alter table gateway.event_head add column first_seq bigint not null default 1`,
  `comment on column gateway.event_head.first_seq is 'Where the log begins: from here on nothing is left out. Below it, only removals that can still be undone'`,
  `create index event_of_removals on gateway.event (account, driver_id, seq) where type = 'DRIVERI_DRIVER_REMOVED'`,

  `create index intent_closed on gateway.intent (account, created_at) where state = 'closed'`,
  `create index idempotency_by_age on gateway.idempotency (account, created_at)`,

  // Written by nobody, read by nobody: what has changed is found row by row, by their versions.
  `alter table gateway.roster drop column digest`,
];

/** Retention; and the digest of a listing goes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
