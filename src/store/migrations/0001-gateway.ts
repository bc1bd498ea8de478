import { type Kysely, sql } from 'kysely';

export const name = '0001-gateway';

/**
 * Everything the gateway remembers. Times are epoch milliseconds (bigint, `_at`, `_until`), so that one injected clock rules
 * them all; text that a portal leaves empty is null. All tables live in the schema `gateway` and are always named with it.
 */
const STATEMENTS: readonly string[] = [
  `create extension if not exists pg_trgm`,
  `create schema if not exists gateway`,

  `create table gateway.setting (
    name text primary key,
    value text not null
  )`,
  `comment on table gateway.setting is 'What this installation made up for itself once: the key of the phone hashes'`,
  `insert into gateway.setting (name, value)
    values ('phone-hash-key', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''))`,

  `create table gateway.account (
    account text primary key,
    enabled boolean not null default false,
    epoch integer not null default 0,
    changed_at bigint,
    changed_by text,
    fingerprint text,
    driver_id_field text not null default 'unread' check (driver_id_field in ('unread', 'readable', 'unreadable')),
    driveri_listing_needed boolean not null default true,
    put_halted boolean not null default false,
    next_run_at bigint
  )`,
  `comment on table gateway.account is 'One row per account: the toggle, its epoch, and what the sync knows of the account as a whole'`,

  `create table gateway.account_problem (
    account text not null,
    code text not null,
    message text not null,
    hint text not null,
    severity text not null check (severity in ('degraded', 'blocked')),
    since_at bigint not null,
    retry_at bigint,
    primary key (account, code)
  )`,
  `comment on table gateway.account_problem is 'Health: what is wrong with an account now, besides single drivers'`,

  `create table gateway.roster (
    account text not null,
    portal text not null check (portal in ('gps', 'driveri')),
    observed_at bigint,
    complete_at bigint,
    complete_count integer,
    visible_groups integer,
    digest text,
    watermark bigint,
    groups_at bigint,
    accepted_count integer,
    primary key (account, portal)
  )`,
  `comment on table gateway.roster is 'What is known of a portal''s listing: when it was last read, when completely, and up to where changes were read'`,

  `create table gateway.gps_driver (
    account text not null,
    gps_id text not null,
    first_name text,
    last_name text,
    email text,
    phone text,
    time_zone text,
    reference_id text,
    driver_id text,
    driver_id_state text not null check (driver_id_state in ('known', 'empty', 'unknown')),
    fallback_id text,
    groups text[] not null default '{}',
    version text not null,
    presence text not null check (presence in ('present', 'missing', 'gone')),
    missing_since bigint,
    absence_proof jsonb,
    observed_at bigint not null,
    primary key (account, gps_id)
  ) with (fillfactor = 80)`,
  `comment on table gateway.gps_driver is 'The GPS roster: each driver as last observed, gone ones included for as long as they are linked'`,
  `create index gps_driver_by_driver_id on gateway.gps_driver (account, driver_id, gps_id) where driver_id is not null`,
  `create index gps_driver_by_fallback on gateway.gps_driver (account, fallback_id, gps_id) where driver_id_state = 'empty'`,
  `create index gps_driver_in_group on gateway.gps_driver using gin (groups)`,
  `create index gps_driver_absent on gateway.gps_driver (account) where presence <> 'present'`,

  `create table gateway.driveri_driver (
    account text not null,
    driver_id text not null,
    first_name text,
    last_name text,
    email text,
    user_name text,
    mobile_app boolean,
    driver_group text,
    status_code integer,
    status text not null,
    removed boolean not null,
    active boolean not null,
    created_date bigint,
    updated_date bigint,
    observed_at bigint not null,
    primary key (account, driver_id)
  ) with (fillfactor = 80)`,
  `comment on table gateway.driveri_driver is 'The Driveri roster: each driver as last observed, removed ones included'`,
  `create index driveri_driver_by_created on gateway.driveri_driver (account, created_date, driver_id)`,

  `create table gateway.roster_tombstone (
    account text not null,
    portal text not null check (portal in ('gps', 'driveri')),
    id text not null,
    observed_at bigint not null,
    primary key (account, portal, id)
  )`,
  `comment on table gateway.roster_tombstone is 'Who was taken out of a roster, and when they were known to be gone: a listing sent before that does not bring them back'`,

  `create table gateway.link (
    account text not null,
    gps_id text not null,
    driver_id text not null,
    created_date bigint,
    written jsonb not null default '{}',
    phone_hash text,
    linked_at bigint not null,
    primary key (account, gps_id),
    unique (account, driver_id)
  )`,
  `comment on table gateway.link is 'This GPS driver is that Driveri driver: at most one link on either side'`,

  `create index link_by_created on gateway.link (account, created_date, gps_id)`,

  `create table gateway.link_set_aside (
    account text not null,
    fingerprint text not null,
    gps_id text not null,
    driver_id text not null,
    set_aside_at bigint not null
  )`,
  `comment on table gateway.link_set_aside is 'Links into portals that the account is no longer connected to: never acted on'`,

  `create table gateway.driver (
    account text not null,
    key text not null,
    gps_id text,
    driver_id text,
    wanted_id text,
    merged_into text,
    created_at bigint not null,
    listed boolean not null default true,
    presence text not null check (presence in ('BOTH', 'GPS_ONLY', 'DRIVERI_ONLY')),
    status text not null,
    full_name text not null,
    name_key text not null,
    reference_key text not null,
    driver_id_key text not null,
    last_synced_at bigint,
    search_text text not null,
    version text not null,
    differences jsonb not null default '[]',
    primary key (account, key)
  )`,
  `comment on table gateway.driver is 'The unified driver: its own id, which GPS driver and which Driveri driver it is, and what lists are filtered and sorted by (status as if Driver Sync were on)'`,
  `comment on column gateway.driver.wanted_id is 'The DriverID that the GPS driver wanted when the row was made: when it wants another, whoever else wants this one is looked at'`,
  `create unique index driver_by_gps on gateway.driver (account, gps_id) where gps_id is not null`,
  `create unique index driver_by_driveri on gateway.driver (account, driver_id) where driver_id is not null`,
  `create index driver_by_survivor on gateway.driver (account, merged_into) where merged_into is not null`,
  `create index driver_by_name on gateway.driver (account, name_key, key) where listed`,
  `create index driver_by_reference on gateway.driver (account, reference_key, key) where listed`,
  `create index driver_by_driver_id_key on gateway.driver (account, driver_id_key, key) where listed`,
  `create index driver_by_last_synced on gateway.driver (account, (coalesce(last_synced_at, 0)), key) where listed`,
  `create index driver_by_status on gateway.driver (account, status) where listed`,
  `create index driver_search on gateway.driver using gin (search_text gin_trgm_ops)`,

  `create table gateway.sync_row (
    account text not null,
    gps_id text not null,
    generation integer not null default 1,
    synced_generation integer not null default 0,
    due_at bigint not null,
    attempts integer not null default 0,
    pending_since bigint,
    last_synced_at bigint,
    problem jsonb,
    identity_hold text,
    paused_fields jsonb not null default '{}',
    drift text,
    lease_owner text,
    lease_until bigint not null default 0,
    fence integer not null default 0,
    primary key (account, gps_id)
  ) with (fillfactor = 80)`,
  `comment on table gateway.sync_row is 'The work list: a driver has work when synced_generation < generation'`,
  `create index sync_row_due on gateway.sync_row (account, due_at) where synced_generation < generation`,

  `create table gateway.mark (
    id text primary key,
    account text not null,
    gps_id text,
    expires_at bigint not null
  )`,
  `comment on table gateway.mark is 'A write to GPS that may be under way: put before it, so that no acknowledged write is forgotten. Without a gps_id: a create'`,
  `create index mark_by_driver on gateway.mark (account, gps_id)`,

  `create table gateway.intent (
    id text primary key,
    account text not null,
    gps_id text not null,
    epoch integer not null,
    action text not null,
    step jsonb not null,
    changes jsonb not null default '[]',
    phone_hash text,
    before jsonb,
    state text not null check (state in ('sending', 'unconfirmed', 'closed')),
    send_before bigint not null,
    created_at bigint not null,
    run_id text
  )`,
  `comment on table gateway.intent is 'A write to Driveri, stored before it is sent, so that a crash leaves a trace'`,
  `create index intent_open on gateway.intent (account, gps_id) where state <> 'closed'`,
  `create index intent_sending on gateway.intent (account, epoch) where state = 'sending'`,
  `create table gateway.identity_lease (
    account text not null,
    driver_id text not null,
    intent_id text not null references gateway.intent (id),
    primary key (account, driver_id)
  )`,
  `create index identity_lease_by_intent on gateway.identity_lease (intent_id)`,
  `comment on table gateway.identity_lease is 'The DriverIDs that an open intent touches: one open intent per DriverID'`,

  `create table gateway.removal (
    id text primary key,
    account text not null,
    gps_id text not null,
    driver_id text not null,
    state text not null check (state in ('proposed', 'allowed', 'held', 'approved', 'rejected', 'done', 'void')),
    inferred boolean not null,
    proof jsonb,
    run_id text,
    proposed_at bigint not null,
    decided_at bigint,
    last_known jsonb
  )`,
  `comment on table gateway.removal is 'Every removal from Driveri, from the proposal to its end, with the driver as last known'`,
  `create unique index removal_open on gateway.removal (account, gps_id) where state in ('proposed', 'allowed', 'held', 'approved', 'rejected')`,
  `create index removal_by_run on gateway.removal (account, run_id) where run_id is not null`,
  `create index removal_decided on gateway.removal (account, decided_at)`,

  `create table gateway.sync_run (
    id text primary key,
    account text not null,
    kind text not null check (kind in ('INITIAL', 'DAILY', 'RESYNC')),
    status text not null,
    dry_run boolean not null,
    requested_by text,
    scope jsonb,
    started_at bigint not null,
    planned_at bigint,
    deadline_at bigint,
    finished_at bigint,
    totals jsonb not null default '{}',
    problem jsonb,
    accept_shrunk boolean not null default false,
    held_all boolean not null default false,
    lease_owner text,
    lease_until bigint not null default 0
  )`,
  `comment on table gateway.sync_run is 'One comparison of two whole rosters and what came of it'`,
  `create index sync_run_by_start on gateway.sync_run (account, started_at desc, id desc)`,
  `create unique index sync_run_active on gateway.sync_run (account) where status in ('PLANNING', 'RUNNING') and not dry_run`,

  `create table gateway.sync_run_item (
    id text primary key,
    run_id text not null references gateway.sync_run (id),
    account text not null,
    position integer not null,
    gps_id text not null,
    driver_key text,
    driver_name text not null,
    action text not null,
    row_number integer not null,
    steps jsonb not null default '[]',
    changes jsonb not null default '[]',
    reason text not null,
    outcome text not null check (outcome in ('PENDING', 'APPLIED', 'SKIPPED', 'FAILED', 'HELD')),
    held_for text check (held_for in ('removal', 'identity', 'mass-change')),
    rejected boolean not null default false,
    applied boolean not null default false,
    problem jsonb,
    generation integer,
    unique (run_id, position)
  )`,
  `comment on table gateway.sync_run_item is 'What a run planned for one driver, and what came of it'`,
  `create index sync_run_item_pending on gateway.sync_run_item (account, gps_id) where outcome in ('PENDING', 'HELD')`,

  `create table gateway.event_head (
    account text primary key,
    last_seq bigint not null default 0
  )`,
  `comment on table gateway.event_head is 'The last sequence number given out: always the last lock that a transaction takes'`,
  `create table gateway.event (
    account text not null,
    seq bigint not null,
    type text not null,
    at bigint not null,
    actor text,
    driver_key text,
    driver_name text,
    gps_id text,
    driver_id text,
    run_id text,
    changes jsonb not null default '[]',
    message text not null,
    before jsonb,
    primary key (account, seq)
  )`,
  `comment on table gateway.event is 'The append-only log of an account: order of seq is order of commit'`,
  `create index event_by_driver on gateway.event (account, driver_key, seq desc) where driver_key is not null`,
  `create index event_of_field_writes on gateway.event (account, gps_id, seq) where type in ('DRIVERI_DRIVER_UPDATED', 'DRIFT_OVERRIDDEN')`,
  `create index event_by_type on gateway.event (account, type, seq desc)`,

  `create table gateway.idempotency (
    account text not null,
    user_id text not null,
    key text not null,
    request_digest text not null,
    response jsonb,
    created_at bigint not null,
    primary key (account, user_id, key)
  )`,
  `comment on table gateway.idempotency is 'Answers to mutations that carried an Idempotency-Key, per user'`,
];

/** Creates the schema `gateway` with all its tables. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
