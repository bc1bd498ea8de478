import { type Kysely, sql } from 'kysely';

export const name = '0011-driver-document';

/** One document per driver for lists, an order by status, and rows that may change places in one statement. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.driver
    add column document jsonb not null default '{"gps": null, "inGpsListing": false, "driveri": null, "sync": {"pendingSince": null, "lastSyncedAt": null, "attempts": 0, "nextAttemptAt": null, "problem": null}}',
    add column status_rank smallint not null generated always as (case status
      when 'FAILED' then 1 when 'CONFLICT' then 2 when 'HELD' then 3 when 'DRIFTED' then 4
      when 'PENDING' then 5 when 'UNMANAGED' then 6 else 7 end) stored`,
  `comment on column gateway.driver.document is 'What a list shows of the driver: both portals'' parts and the state of the sync, as if Driver Sync were on'`,
  `comment on column gateway.driver.status_rank is 'Order by status: what needs a person first, what is in sync last'`,
  `create index driver_by_status_rank on gateway.driver (account, status_rank, key) where listed`,
  // Deferrable: checked when the statement has ended, so that drivers can change places in one statement.
  `drop index gateway.driver_by_gps`,
  `drop index gateway.driver_by_driveri`,
  `alter table gateway.driver add constraint driver_by_gps unique (account, gps_id) deferrable initially immediate`,
  `alter table gateway.driver add constraint driver_by_driveri unique (account, driver_id) deferrable initially immediate`,
];

/** Documents of drivers, made for those that are there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  await makeDocuments(db);
}

/**
 * Makes every driver's document from both rosters and the work list. The work list is found by its columns: it may have another
 * name by the time this runs, and without one the work is filled in when the driver is next looked at.
 */
export async function makeDocuments(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select c.table_name as name from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
    where c.table_schema = 'gateway' and t.table_type = 'BASE TABLE' and c.column_name in (
      'account', 'gps_id', 'generation', 'synced_generation', 'due_at', 'attempts', 'pending_since', 'last_synced_at', 'problem')
    group by 1 having count(*) = 9 order by 1 limit 1`.execute(db);
  const workList = rows[0]?.name;
  const work =
    workList === undefined
      ? sql`(select null::text as account, null::text as gps_id, null::int as generation, null::int as synced_generation,
          null::bigint as due_at, null::int as attempts, null::bigint as pending_since, null::bigint as last_synced_at,
          null::jsonb as problem)`
      : sql.table(`gateway.${workList}`);
  await sql`
    update gateway.driver d set document = jsonb_build_object(
      'gps', case when g.gps_id is not null then jsonb_build_object(
        'gpsId', g.gps_id, 'firstName', g.first_name, 'lastName', g.last_name, 'email', g.email, 'phone', g.phone,
        'timeZone', g.time_zone, 'referenceId', g.reference_id,
        'driveriDriverId', case when g.driver_id_state = 'known' then g.driver_id end,
        'groups', to_jsonb(g.groups), 'observedAt', g.observed_at) end,
      'inGpsListing', coalesce(g.presence = 'present', false),
      'driveri', case when r.driver_id is not null then jsonb_build_object(
        'driverId', r.driver_id, 'firstName', r.first_name, 'lastName', r.last_name, 'email', r.email,
        'userName', r.user_name, 'mobileApp', r.mobile_app, 'group', r.driver_group, 'status', r.status,
        'active', r.active, 'updatedAt', r.updated_date, 'observedAt', r.observed_at) end,
      'sync', jsonb_build_object(
        'pendingSince', s.pending_since, 'lastSyncedAt', s.last_synced_at, 'attempts', coalesce(s.attempts, 0),
        'nextAttemptAt', case when s.synced_generation < s.generation then s.due_at end, 'problem', s.problem))
    from gateway.driver o
    left join gateway.gps_driver g on g.account = o.account and g.gps_id = o.gps_id and g.presence <> 'gone'
    left join gateway.driveri_driver r on r.account = o.account and r.driver_id = o.driver_id and not r.removed
    left join ${work} s on s.account = o.account and s.gps_id = o.gps_id
    where o.account = d.account and o.key = d.key`.execute(db);
}
