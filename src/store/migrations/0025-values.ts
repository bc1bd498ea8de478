import { type Kysely, sql } from 'kysely';

export const name = '0025-values';

/** What keeps a stranger from being taken for a driver who has vanished; and how often a run was tried. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.driveri_driver add column first_ticket bigint not null default 0`,
  `comment on column gateway.driveri_driver.first_ticket is 'The ticket of the observation that first showed this DriverID; 0: before tickets were kept'`,
  `alter table gateway.roster add column complete_ticket bigint not null default 0`,
  `comment on column gateway.roster.complete_ticket is 'The ticket of the last complete listing'`,
  `alter table gateway.roster_tombstone add column known_before bigint`,
  `comment on column gateway.roster_tombstone.known_before is 'The last complete listing before this driver vanished: what was first seen by then cannot be this driver under another DriverID'`,
  `alter table gateway.sync_run add column tries integer not null default 0`,
  `comment on column gateway.sync_run.tries is 'How often reading the portals for this run has failed'`,
  `alter table gateway.driveri_intent add column answered boolean not null default false`,
  `comment on column gateway.driveri_intent.answered is 'Driveri answered that it took the write: a read that never shows it means that the value is not stored'`,
  `alter table gateway.gps_driver add column last_listed_at bigint, add column unreadable text`,
  `comment on column gateway.gps_driver.last_listed_at is 'When GPS last listed the driver before it was missing'`,
  `comment on column gateway.gps_driver.unreadable is 'Why the portal''s row of this driver cannot be read now; what is known of it stays'`,
  `alter table gateway.driveri_driver add column unreadable text`,
  `comment on column gateway.driveri_driver.unreadable is 'Why the portal''s row of this driver cannot be read now; what is known of it stays'`,
];

/** Tickets of first sight and of complete listings; tries of runs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
