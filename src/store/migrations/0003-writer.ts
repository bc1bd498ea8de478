import { type Kysely, sql } from 'kysely';

export const name = '0003-writer';

/** Who tells of a write to GPS: its writer, as long as there is one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table gateway.mark add column writer_until bigint not null default 0`).execute(db);
  await sql
    .raw(
      `comment on column gateway.mark.writer_until is 'Until then a listing leaves the driver to the writer, who stores and tells of them; 0 when the writer has given up'`,
    )
    .execute(db);
}
