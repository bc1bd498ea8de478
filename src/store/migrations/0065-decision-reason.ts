import { sql, type Kysely } from 'kysely';

export const name = '0065-decision-reason';

/** Why a person rejected what was held. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.sync_run_item add column decision_reason text`,
  `comment on column gateway.sync_run_item.decision_reason is 'Why, in the words of the person who decided (decided_by); null: no reason was given'`,
];

/** Adds the column. Nothing that is there changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
