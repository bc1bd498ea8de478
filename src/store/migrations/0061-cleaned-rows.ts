import { sql, type Kysely } from 'kysely';

export const name = '0061-cleaned-rows';

/** What was changed in a portal's row to make it storable is told on the driver. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.gps_driver add column cleaned text`,
  `comment on column gateway.gps_driver.cleaned is 'What was changed in the portal''s row to make it storable, in words; null: nothing'`,
  `alter table gateway.driveri_driver add column cleaned text`,
  `comment on column gateway.driveri_driver.cleaned is 'What was changed in the portal''s row to make it storable, in words; null: nothing'`,
  `alter table gateway.roster add column has_notes boolean not null default false`,
  `comment on column gateway.roster.has_notes is 'Some driver''s unreadable or cleaned is set: readings without such rows look for them only then'`,
  // Rows that the version before has noted as unreadable.
  `update gateway.roster set has_notes = true`,
];

/** Adds the columns. Nothing that is there changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
