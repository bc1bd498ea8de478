import { sql, type Kysely } from 'kysely';

export const name = '0020-engine';

/** Of a driver `w` no write is under way: its intent says when it is due. */
const NOTHING_OPEN = `not exists (
  select from gateway.driveri_intent i where i.account = w.account and i.gps_id = w.gps_id and i.state <> 'closed')`;

/**
 * One account, one owner. `sync_row`, `intent` and `mark` get new names, so that a process of the version before can neither
 * intend nor mark from this commit on (R20). What is pending, held, linked and logged stays; open intents become fence 0;
 * every account is due; every ticket is 0.
 */
const STATEMENTS: readonly string[] = [
  // --- the work list -------------------------------------------------------------------------------------------------
  `alter table gateway.sync_row rename to driver_work`,
  `alter index gateway.sync_row_pkey rename to driver_work_pkey`,
  `alter index gateway.sync_row_due rename to driver_work_due`,
  `alter table gateway.driver_work
     drop column lease_owner, drop column lease_until, drop column fence,
     add column urgent boolean not null default false,
     add column unjudged text check (unjudged in ('new', 'changed'))`,
  `comment on column gateway.driver_work.urgent is 'A person waits for this driver: it goes before all that is not urgent'`,
  `comment on column gateway.driver_work.unjudged is 'A listing stored this driver''s change, and has not decided yet whether it is part of a mass change: not taken until then'`,
  `create index driver_work_urgent on gateway.driver_work (account, due_at) where synced_generation < generation and urgent`,
  `create index driver_work_unjudged on gateway.driver_work (account) where unjudged is not null`,

  // --- marks and intents ---------------------------------------------------------------------------------------------
  `alter table gateway.mark rename to gps_mark`,
  `alter index gateway.mark_pkey rename to gps_mark_pkey`,
  `alter index gateway.mark_by_driver rename to gps_mark_by_driver`,
  // The writers of the version before are dead by now, or cannot store anything: what became of their writes is found out.
  `update gateway.gps_mark set writer_until = 0`,
  `alter table gateway.gps_mark add column driver_id text`,
  `comment on column gateway.gps_mark.driver_id is 'The DriverID that the writer claims: no other writer may claim it meanwhile'`,
  `create unique index gps_mark_writer on gateway.gps_mark (account, gps_id) where writer_until > 0 and gps_id is not null`,
  `create unique index gps_mark_claim on gateway.gps_mark (account, driver_id) where writer_until > 0 and driver_id is not null`,

  `alter table gateway.intent rename to driveri_intent`,
  `alter index gateway.intent_pkey rename to driveri_intent_pkey`,
  `alter index gateway.intent_open rename to driveri_intent_open`,
  `alter index gateway.intent_sending rename to driveri_intent_sending`,
  `alter index gateway.intent_closed rename to driveri_intent_closed`,
  `alter table gateway.driveri_intent
     add column fence bigint not null default 0,
     add column check_at bigint not null default 0`,
  `comment on column gateway.driveri_intent.fence is 'The ownership under which it was stored; 0: by an earlier version of the program'`,
  `comment on column gateway.driveri_intent.check_at is 'When its outcome is looked up; for one that is being sent, when the answer must have come'`,
  `create index driveri_intent_by_driver on gateway.driveri_intent (account, gps_id, created_at)`,
  `create index driveri_intent_check on gateway.driveri_intent (account, check_at) where state <> 'closed'`,
  `alter table gateway.identity_lease rename to intent_driver_id`,
  `alter index gateway.identity_lease_pkey rename to intent_driver_id_pkey`,
  `alter index gateway.identity_lease_by_intent rename to intent_driver_id_by_intent`,

  `alter table gateway.removal drop constraint removal_state_check`,
  `alter table gateway.removal add constraint removal_state_check
     check (state in ('proposed', 'allowed', 'held', 'approved', 'rejected', 'sending', 'done', 'void'))`,
  `drop index gateway.removal_open`,
  `create unique index removal_open on gateway.removal (account, gps_id)
     where state in ('proposed', 'allowed', 'held', 'approved', 'rejected', 'sending')`,

  // --- rosters and links ---------------------------------------------------------------------------------------------
  `create sequence gateway.ticket cache 1`,
  `comment on sequence gateway.ticket is 'Drawn before a portal is asked: of two observations, the one with the higher ticket is newer'`,
  `alter table gateway.gps_driver add column ticket bigint not null default 0`,
  `alter table gateway.driveri_driver
     add column ticket bigint not null default 0,
     add column version text not null default ''`,
  `comment on column gateway.driveri_driver.version is 'Digest of what Driveri says, its date of change apart; empty: not computed yet, counts as differing'`,
  `alter table gateway.roster_tombstone add column ticket bigint not null default 0`,
  `alter table gateway.roster
     drop column accepted_count,
     add column next_read_at bigint not null default 0,
     add column failures integer not null default 0`,
  `alter table gateway.link add column settled text`,
  `comment on column gateway.link.settled is 'Digest of both rows'' versions and of the rules with which nothing was left to do: while it fits, a run does not load the driver'`,
  `alter table gateway.link_set_aside
     add column created_date bigint,
     add column written jsonb not null default '{}',
     add column phone_hash text`,

  // --- runs ----------------------------------------------------------------------------------------------------------
  `alter table gateway.sync_run
     drop column held_all, drop column lease_owner, drop column lease_until,
     add column not_before bigint not null default 0`,
  `comment on column gateway.sync_run.not_before is 'When a run that waits for its turn, or is tried again, is planned'`,
  // What was being planned is planned again by the new engine; nothing of it was carried out.
  `delete from gateway.sync_run_item where run_id in (select id from gateway.sync_run where status = 'PLANNING')`,
  `alter table gateway.sync_run_item drop constraint sync_run_item_held_for_check`,
  `alter table gateway.sync_run_item add constraint sync_run_item_held_for_check
     check (held_for in ('removal', 'identity', 'mass-change', 'suspicious-driver-id'))`,

  // --- ownership -----------------------------------------------------------------------------------------------------
  `create table gateway.ownership (
    account text primary key,
    owner text,
    fence bigint not null default 0,
    expires_at timestamptz not null default '-infinity'
  ) with (fillfactor = 50)`,
  `comment on table gateway.ownership is 'The one process that makes an account''s decisions at this moment; expiry by clock_timestamp()'`,
  `create table gateway.account_due (
    account text primary key,
    due_at bigint not null default 0,
    takings integer not null default 0,
    rest_until bigint not null default 0
  ) with (fillfactor = 50)`,
  `comment on table gateway.account_due is 'When an account wants attention next'`,
  `comment on column gateway.account_due.takings is 'Takings in a row that did not end properly, the present one included'`,
  `comment on column gateway.account_due.rest_until is 'Before this time nothing makes the account due: its last owners did not end properly'`,
  `create index account_due_by_time on gateway.account_due (due_at)`,
  `insert into gateway.ownership (account) select account from gateway.account`,
  `insert into gateway.account_due (account) select account from gateway.account`,

  `create table gateway.owner_request (
    id text primary key,
    account text not null,
    kind text not null,
    actor text not null,
    payload jsonb not null,
    created_at bigint not null,
    answer jsonb,
    answered_at bigint
  )`,
  `comment on table gateway.owner_request is 'What an API process asks the owner of an account to carry out, with the owner''s answer'`,
  `create index owner_request_open on gateway.owner_request (account, created_at) where answered_at is null`,
  `create index owner_request_by_age on gateway.owner_request (created_at)`,

  agendaFunction(),
  takeFunction(),
  letGoFunction(),
];

/**
 * The longest that each kind of time may be ahead (R18); one further ahead counts as due. A portal is read at least every two
 * hours; only after a failure may it have asked for a longer pause. While the account is connected to other portals than its
 * rosters and links are about, only what people ask for is done.
 */
function agendaFunction(): string {
  return `create function gateway.agenda(p_account text, p_now bigint, out drivers bigint, out intents bigint, out gps bigint,
      out driveri bigint, out daily_run bigint, out runs bigint, out requests bigint, out discard bigint)
    language sql stable as $$
    with a as (
      select enabled, next_run_at, next_discard_at,
        (select max(coalesce(p.retry_at, 9007199254740991)) from gateway.account_problem p
         where p.account = p_account and p.severity = 'blocked'
           and (p.retry_at is null or (p.retry_at > p_now and p.retry_at <= p_now + 3600000))) as blocked_until,
        exists (select from gateway.account_problem p
                where p.account = p_account and p.code = 'PORTAL_CHANGED') as changed
      from gateway.account where account = p_account
    )
    select
      case when a.enabled and a.blocked_until is distinct from 9007199254740991 then greatest(a.blocked_until, coalesce(
        (select p_now where exists (
           select from gateway.driver_work w
           where w.account = p_account and w.synced_generation < w.generation and w.unjudged is null
             and w.due_at > p_now + 5400000 and ${NOTHING_OPEN})),
        -- In the order of the index, and no further than the first.
        (select w.due_at from gateway.driver_work w
         where w.account = p_account and w.synced_generation < w.generation and w.unjudged is null
           and ${NOTHING_OPEN} order by w.due_at limit 1))) end,
      case when not a.changed then (
        select min(case when i.check_at > p_now + 3600000 then p_now else i.check_at end) from gateway.driveri_intent i
        where i.account = p_account and i.state <> 'closed') end,
      case when not a.changed then (
        select case when r.next_read_at > p_now + case when r.failures = 0 then 7200000 else 90000000 end
               then p_now else r.next_read_at end
        from gateway.roster r where r.account = p_account and r.portal = 'gps') end,
      case when not a.changed then (
        select case when r.next_read_at > p_now + case when r.failures = 0 then 7200000 else 90000000 end
               then p_now else r.next_read_at end
        from gateway.roster r where r.account = p_account and r.portal = 'driveri') end,
      case when a.enabled and not a.changed then
        case when a.next_run_at is null or a.next_run_at > p_now + 90000000 then p_now else a.next_run_at end end,
      case when not a.changed then (select min(case
          when r.status = 'PLANNING' then case when r.not_before > p_now + 7200000 then p_now else r.not_before end
          when exists (select from gateway.sync_run_item i
                       where i.run_id = r.id and i.outcome = 'PENDING' and i.generation is null) then p_now
          when exists (select from gateway.sync_run_item i
                       where i.run_id = r.id and i.outcome = 'PENDING') then coalesce(r.deadline_at, p_now)
          else p_now end)
       from gateway.sync_run r where r.account = p_account and r.status in ('PLANNING', 'RUNNING')) end,
      (select p_now where exists (
         select from gateway.owner_request q where q.account = p_account and q.answered_at is null)),
      case when a.next_discard_at is null or a.next_discard_at > p_now + 7200000 then p_now else a.next_discard_at end
    from a $$`;
}

// FOR UPDATE, so that it waits for the transactions of an owner that hold FOR KEY SHARE; a renewal does not.
function takeFunction(): string {
  return `create function gateway.take_account(p_account text, p_owner text, p_length_ms bigint, p_now bigint)
    returns bigint language plpgsql as $$
    declare v_fence bigint;
    begin
      perform 1 from gateway.ownership o
        where o.account = p_account and o.expires_at <= clock_timestamp() for update;
      update gateway.ownership o
        set owner = p_owner, fence = o.fence + 1, expires_at = clock_timestamp() + p_length_ms * interval '1 ms'
        where o.account = p_account and o.expires_at <= clock_timestamp()
        returning o.fence into v_fence;
      if v_fence is null then return null; end if;
      update gateway.account_due d set
          takings = d.takings + 1,
          rest_until = case when d.takings = 0 then 0 else p_now + gateway.taking_backoff_ms(d.takings) end,
          due_at = p_now + gateway.taking_backoff_ms(d.takings)
        where d.account = p_account;
      return v_fence;
    end $$`;
}

function letGoFunction(): string {
  return `create function gateway.let_go(p_account text, p_owner text, p_fence bigint, p_now bigint, p_force boolean)
    returns jsonb language plpgsql as $$
    declare v_agenda record; v_next bigint;
    begin
      perform 1 from gateway.ownership o
        where o.account = p_account and o.owner = p_owner and o.fence = p_fence for update;
      if not found then return null; end if;
      -- The due row first, then the agenda in a statement of its own: a wake-up that commits in between is seen (R2).
      perform 1 from gateway.account_due d where d.account = p_account for update;
      select * into v_agenda from gateway.agenda(p_account, p_now);
      v_next := least(v_agenda.drivers, v_agenda.intents, v_agenda.gps, v_agenda.driveri, v_agenda.daily_run,
                      v_agenda.runs, v_agenda.requests, v_agenda.discard);
      if v_next <= p_now and not p_force then
        return jsonb_build_object('released', false, 'agenda', to_jsonb(v_agenda));
      end if;
      -- Never further ahead than the longest back-off: a clock that was ahead costs a turn (R18).
      update gateway.account_due d
        set due_at = least(v_next, p_now + 3600000), takings = 0, rest_until = 0 where d.account = p_account;
      update gateway.ownership o set owner = null, expires_at = '-infinity' where o.account = p_account;
      return jsonb_build_object('released', true, 'agenda', to_jsonb(v_agenda));
    end $$`;
}

const BACKOFF = `create function gateway.taking_backoff_ms(p_takings integer) returns bigint language sql immutable as $$
  select (array[1000, 4000, 15000, 60000, 300000, 900000, 3600000])[least(p_takings + 1, 7)]::bigint $$`;

/** The engine's tables: ownership, due times, requests, tickets; and new names for what the old engine wrote. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(BACKOFF).execute(db);
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
