import { sql, type Kysely } from 'kysely';

export const name = '0050-incidents';

/** Notifications: incidents, what is told of them and to which target; the last failure of reading a portal. */
const STATEMENTS: readonly string[] = [
  `create table gateway.incident (
    id text primary key,
    account text not null,
    kind text not null check (kind in ('held', 'blocked', 'run-failed', 'failures')),
    key text not null,
    code text not null,
    summary text not null,
    hint text not null,
    seen_at bigint not null,
    opened_at bigint,
    quiet_since bigint,
    closed_at bigint
  )`,
  `comment on table gateway.incident is 'Trouble of an account of which its notification targets are told once, and once when it is over'`,
  `comment on column gateway.incident.key is 'Tells incidents of one kind apart, for example the code of a health problem; at most one of a key is not closed'`,
  `comment on column gateway.incident.opened_at is 'Null: seen, but not for long enough to tell anybody'`,
  `comment on column gateway.incident.quiet_since is 'Since when it is not seen any more: it is closed when it stays away'`,
  `create unique index incident_not_closed on gateway.incident (account, kind, key) where closed_at is null`,
  `create index incident_closed on gateway.incident (account, closed_at) where closed_at is not null`,

  `create table gateway.notification (
    id text primary key,
    account text not null,
    incident_id text not null references gateway.incident (id) on delete cascade,
    phase text not null check (phase in ('opened', 'recovered')),
    target text not null,
    target_name text not null,
    created_at bigint not null,
    attempts integer not null default 0,
    next_at bigint not null,
    taken_at bigint,
    failure text,
    unique (incident_id, phase, target)
  )`,
  `comment on table gateway.notification is 'What one target is told of an incident: repeated until it is taken'`,
  `comment on column gateway.notification.target is 'Digest of where it goes: neither a secret URL nor an address'`,
  `comment on column gateway.notification.failure is 'Why the last attempt was not taken'`,
  `create index notification_waiting on gateway.notification (account, next_at) where taken_at is null`,

  `alter table gateway.roster add column last_failure text`,
  `comment on column gateway.roster.last_failure is 'Why the last reading failed, in words; null: it did not'`,
];

/** Adds what notifications need. Nothing that is there changes, so that the version before runs beside this one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
