import { sql, type Kysely } from 'kysely';

export const name = '0063-previews';

/** A dry run may show what would happen with portals that the account has not adopted yet. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.sync_run add column connection text`,
  `comment on column gateway.sync_run.connection is 'Fingerprint of the portals that a dry run was planned from, where the account had not adopted them; null: planned from its rosters'`,
];

/** Adds the column. Nothing that is there changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
