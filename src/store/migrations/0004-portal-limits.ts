import { type Kysely, sql } from 'kysely';

export const name = '0004-portal-limits';

/** What all processes of an account share of a portal: its limits, and its session. Times are the database's own, epoch ms. */
const STATEMENTS: readonly string[] = [
  `create table gateway.portal_allowance (
    account text not null,
    portal text not null check (portal in ('gps', 'driveri')),
    next_free_at double precision not null default 0,
    pause_until bigint not null default 0,
    failures integer not null default 0,
    open_until bigint not null default 0,
    probe_until bigint not null default 0,
    calls_hour bigint not null default 0,
    calls integer[] not null default array_fill(0, array[25]),
    primary key (account, portal)
  ) with (fillfactor = 50)`,
  `comment on table gateway.portal_allowance is 'What an account may ask of a portal now, over all processes and restarts. Times by the database''s clock'`,
  `comment on column gateway.portal_allowance.next_free_at is 'When the next call may be sent; moves by 1/rate with each call reserved'`,
  `comment on column gateway.portal_allowance.pause_until is 'The portal asked for no calls before this'`,
  `comment on column gateway.portal_allowance.failures is 'Failures in a row; from the configured number on, the breaker is open'`,
  `comment on column gateway.portal_allowance.open_until is 'An open breaker turns every call away before this; after it, one call at a time may try'`,
  `comment on column gateway.portal_allowance.probe_until is 'A call tries an open breaker; after this, another may'`,
  `comment on column gateway.portal_allowance.calls_hour is 'The hour, counted from the epoch, of the first element of calls'`,
  `comment on column gateway.portal_allowance.calls is 'Calls reserved by hour, the newest first: 24 full hours and the current one'`,

  `create table gateway.portal_session (
    account text not null,
    portal text not null check (portal in ('gps', 'driveri')),
    fingerprint text not null,
    sealed text,
    version bigint not null default 0,
    claim_id text,
    claim_until bigint not null default 0,
    started_at bigint not null default 0,
    started_before bigint not null default 0,
    refusal text,
    refusal_code text,
    refusals integer not null default 0,
    refused_at bigint not null default 0,
    primary key (account, portal, fingerprint)
  )`,
  `comment on table gateway.portal_session is 'One row for each set of an account''s credentials: the session they gave, who logs in now, and whether they were refused. Times by the database''s clock'`,
  `comment on column gateway.portal_session.fingerprint is 'Tells one set of credentials from another without revealing it'`,
  `comment on column gateway.portal_session.sealed is 'The session, encrypted with a key that only the credentials give'`,
  `comment on column gateway.portal_session.version is 'Goes up with every log-in: a process refused with an older session takes the newer one'`,
  `comment on column gateway.portal_session.claim_id is 'The process that logs in now has it, until claim_until'`,
  `comment on column gateway.portal_session.started_at is 'When the last log-in began; started_before: the one before, for a log-in that brought no answer'`,
  `comment on column gateway.portal_session.refused_at is 'When the portal refused these credentials last; refusals: how often in a row'`,
];

/**
 * A function, because the server keeps its plan: as one statement with common table expressions, planning took most of the time
 * of every call. `at` null: the clock of the database, read after the row is locked. Lengths are in ms.
 */
const RESERVE_CALLS = `
create function gateway.reserve_calls(
  for_account text, for_portal text, at double precision,
  asked integer, unused integer, unused_hour bigint, latest_start double precision, day_limit bigint,
  burst integer, step double precision, ahead double precision,
  opening_failures integer, rest double precision, probe double precision
) returns table (
  paused_ms double precision, open_ms double precision, probe_ms double precision, start_ms double precision,
  failures integer, hour bigint, calls integer[], hour_ends_ms double precision, granted integer
) language plpgsql as $$
declare
  hour_ms constant double precision := 3600000;
  believed gateway.portal_allowance%rowtype;
  is_trying boolean;
  start_at double precision;
  current_hour bigint;
begin
  select * into believed from gateway.portal_allowance a
    where a.account = for_account and a.portal = for_portal for update;
  if not found then return; end if;
  at := coalesce(at, extract(epoch from clock_timestamp()) * 1000);

  -- No stored time is believed further ahead than it could have been set.
  believed.pause_until := least(believed.pause_until, at + 24 * hour_ms);
  believed.open_until := least(believed.open_until, at + rest);
  believed.probe_until := least(believed.probe_until, at + probe);
  believed.next_free_at := least(believed.next_free_at, at + 2 * ahead);
  -- A clock that was set back leaves calls in their later hour, unless that is out of all reason.
  current_hour := floor(at / hour_ms);
  if believed.calls_hour > current_hour and believed.calls_hour <= current_hour + 25 then
    current_hour := believed.calls_hour;
  end if;
  if current_hour <> believed.calls_hour then
    calls := (array_fill(0, array[least(greatest(current_hour - believed.calls_hour, 0), 25)::integer])
      || believed.calls)[1:25];
  else
    calls := believed.calls;
  end if;
  if unused > 0 and unused_hour = current_hour then
    calls[1] := calls[1] - least(unused, calls[1]);
  end if;

  is_trying := believed.failures >= opening_failures;
  start_at := greatest(believed.next_free_at, at - (burst - 1) * step);
  granted := 0;
  if believed.pause_until <= at
    and not (is_trying and greatest(believed.open_until, believed.probe_until) > at)
    and start_at <= at + latest_start
  then
    granted := least(asked, burst);
    if is_trying then granted := least(granted, 1); end if;
    if day_limit is not null then
      granted := greatest(0, least(granted, day_limit - (select sum(one) from unnest(calls) one)));
    end if;
  end if;

  paused_ms := believed.pause_until - at;
  open_ms := believed.open_until - at;
  probe_ms := believed.probe_until - at;
  start_ms := start_at - at;
  failures := believed.failures;
  hour := current_hour;
  hour_ends_ms := (current_hour + 1) * hour_ms - at;
  if granted > 0 then
    believed.next_free_at := start_at + granted * step;
    if is_trying then believed.probe_until := at + probe; end if;
  end if;
  update gateway.portal_allowance a set
    next_free_at = believed.next_free_at,
    pause_until = believed.pause_until,
    open_until = believed.open_until,
    probe_until = believed.probe_until,
    calls_hour = current_hour,
    calls = array[reserve_calls.calls[1] + reserve_calls.granted] || reserve_calls.calls[2:]
  where a.account = for_account and a.portal = for_portal;
  return next;
end $$`;

/** One account's limits and sessions become rows: they hold across processes and restarts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...STATEMENTS, RESERVE_CALLS]) await sql.raw(statement).execute(db);
}
