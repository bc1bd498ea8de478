import { type Kysely, sql } from 'kysely';

export const name = '0003-gps-readings';

/** What a reading of GPS is worth: whose write it shows, and whether it may be behind. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.mark add column writer_until bigint not null default 0`,
  `comment on column gateway.mark.writer_until is 'Until then a listing leaves the driver to the writer, who stores and tells of them; 0 when the writer has given up'`,

  `alter table gateway.gps_driver add column appeared_at bigint not null default 0`,
  `comment on column gateway.gps_driver.appeared_at is 'When the driver was seen for the first time, or for the first time after an absence'`,
];

/** Who tells of a write to GPS; and since when a driver is there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
