import { sql, type Kysely } from 'kysely';

export const name = '0060-gps-attributes';

/** DriverIDs that are a custom attribute in GPS: what was read of each driver outlives the process that read it. */
const STATEMENTS: readonly string[] = [
  `create table gateway.gps_attribute (
    account text not null,
    source text not null,
    gps_id text not null,
    value text,
    read_at bigint,
    tried_at bigint not null,
    failure text,
    ticket bigint not null,
    primary key (account, source, gps_id)
  )`,
  `comment on table gateway.gps_attribute is 'A custom attribute of the account''s GPS drivers as it was last read: it costs a request per driver'`,
  `comment on column gateway.gps_attribute.source is 'The connection and the attribute''s key: another portal''s drivers have the same ids'`,
  `comment on column gateway.gps_attribute.value is 'As the portal told it; null: the driver has none, when read_at is set'`,
  `comment on column gateway.gps_attribute.read_at is 'When the request that brought the value was sent; null: never'`,
  `comment on column gateway.gps_attribute.tried_at is 'The last attempt: the driver''s turn comes again a day later'`,
  `comment on column gateway.gps_attribute.failure is 'Why the last attempt brought no value, in words'`,
  `comment on column gateway.gps_attribute.ticket is 'Drawn before the request: a reading with a lower one never replaces this row'`,
];

/** Adds the table. Nothing that is there changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
