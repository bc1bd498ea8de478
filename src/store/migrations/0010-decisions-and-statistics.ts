import { type Kysely, sql } from 'kysely';

export const name = '0010-decisions-and-statistics';

/** What the second version of the API shows: decisions, evidence, consequences of a run, and what the sync did over time. */
const STATEMENTS: readonly string[] = [
  `alter table gateway.sync_run_item
    add column decided_by text,
    add column decided_at bigint,
    add column evidence jsonb,
    add column last_seen_at bigint,
    add column overwrites boolean not null generated always as (jsonb_path_exists(changes,
      '$[*] ? ((@.field == "firstName" || @.field == "lastName" || @.field == "email") && @.from != null && @.from != "")'))
      stored`,
  `comment on column gateway.sync_run_item.decided_by is 'User id of the person who approved or rejected the item; decided_at: when'`,
  `comment on column gateway.sync_run_item.evidence is 'The proof of absence that a REMOVE was planned with; last_seen_at: when GPS last listed the driver'`,
  `comment on column gateway.sync_run_item.overwrites is 'The item replaces a name or an e-mail that Driveri has now'`,
  `alter table gateway.sync_run_item drop constraint sync_run_item_held_for_check`,
  `alter table gateway.sync_run_item add constraint sync_run_item_held_for_check
    check (held_for in ('removal', 'identity', 'mass-change', 'suspicious-driver-id'))`,
  `create index sync_run_item_held on gateway.sync_run_item (account, run_id, position) where outcome = 'HELD'`,
  `create index sync_run_item_overwriting on gateway.sync_run_item (run_id) where overwrites and not rejected`,
  `create index sync_run_item_rejected on gateway.sync_run_item (run_id) where rejected`,
  `create index removal_by_driver on gateway.removal (account, gps_id, proposed_at desc)`,

  `alter table gateway.event add column delay_ms bigint`,
  `comment on column gateway.event.delay_ms is 'From the change in GPS, as far as it is known, to its confirmation in Driveri; null for other events'`,
  `create index event_by_time on gateway.event (account, at)`,
  `create index event_by_run on gateway.event (account, run_id, seq desc) where run_id is not null`,
  `create index event_by_actor on gateway.event (account, actor, seq desc) where actor is not null`,
];

/** Decisions, evidence and consequences of run items; delays of events. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
