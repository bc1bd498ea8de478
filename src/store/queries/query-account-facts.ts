import { sql, type QueryExecutorProvider } from 'kysely';
import type { AccountId } from '../../driver/ids';
import type {
  AccountFacts,
  AccountFactsSource,
  RefusedNotification,
  SevereProblem,
} from '../../gateway/account-facts';

/** A notification whose next attempt is this far overdue is tried by nobody: its target is no longer configured. */
const ABANDONED_MS = 2 * 3_600_000;

/** A process measures its clock each minute: one that has not for this long has ended. */
const MEASURED_MS = 3 * 60_000;

/** A worker says every thirty seconds that its queue takes no jobs: one that has not for this long has ended. */
const NOTED_MS = 3 * 60_000;

interface FactsRow {
  readonly account: AccountId;
  readonly enabled: boolean;
  readonly next_run_at: number | null;
  readonly problems: readonly SevereProblem[];
  readonly gps: AccountFacts['gps'] | null;
  readonly driveri: AccountFacts['driveri'] | null;
  readonly due_at: number | null;
  readonly takings: number | null;
  readonly is_owned: boolean;
  readonly due_drivers: number;
  readonly oldest_due_at: number | null;
  readonly troubled: number;
  readonly troubled_since: number | null;
  readonly held: { readonly counts: AccountFacts['held']; readonly since: number | null };
  readonly last_run: AccountFacts['lastRun'];
  readonly active_run_since: number | null;
  readonly refused: readonly RefusedNotification[];
  readonly waiting: number;
  readonly clocks_apart: AccountFacts['clocksApart'];
  readonly queue_refuses_since: number | null;
  readonly is_read_only: boolean;
  readonly calls: { readonly gps?: number; readonly driveri?: number };
}

const UNREAD = { observedAt: null, completeAt: null, failures: 0, lastFailure: null };

/** See `AccountFactsSource`. */
export function createPgAccountFacts(db: QueryExecutorProvider): AccountFactsSource {
  return { facts: (accounts, now) => accountFacts(db, accounts, now) };
}

/** See `AccountFactsSource.facts`: one statement. */
export async function accountFacts(
  db: QueryExecutorProvider,
  accounts: readonly AccountId[],
  now: number,
): Promise<readonly AccountFacts[]> {
  const roster = (portal: 'gps' | 'driveri') => sql`(
    select jsonb_build_object('observedAt', r.observed_at, 'completeAt', r.complete_at,
      'failures', r.failures, 'lastFailure', r.last_failure)
    from gateway.roster r where r.account = a.account and r.portal = ${sql.lit(portal)})`;
  const { rows } = await sql<FactsRow>`
    select a.account, a.enabled, a.next_run_at,
      (select coalesce(jsonb_agg(jsonb_build_object('code', p.code, 'message', p.message, 'hint', p.hint,
          'severity', p.severity, 'since', p.since_at)), '[]')
        from gateway.account_problem p where p.account = a.account) as problems,
      ${roster('gps')} as gps, ${roster('driveri')} as driveri,
      u.due_at, u.takings, coalesce(o.expires_at > clock_timestamp(), false) as is_owned,
      w.due_drivers, w.oldest_due_at, t.troubled, t.troubled_since,
      (select jsonb_build_object('counts', coalesce(jsonb_object_agg(h.held_for, h.items), '{}'), 'since', min(h.since)) from (
          select i.held_for, count(*)::int as items, min(coalesce(r.planned_at, r.started_at)) as since
          from gateway.sync_run_item i join gateway.sync_run r on r.id = i.run_id
          where i.account = a.account and i.outcome = 'HELD' and i.held_for is not null
            and not r.dry_run and r.status in ('PLANNING', 'RUNNING', 'AWAITING_APPROVAL')
          group by i.held_for) h) as held,
      (select jsonb_build_object('id', r.id, 'kind', r.kind, 'hasFailed', r.status = 'FAILED',
          'endedAt', coalesce(r.finished_at, r.planned_at, r.started_at), 'reason', r.problem ->> 'message')
        from gateway.sync_run r
        where r.account = a.account and not r.dry_run and r.scope is null
          and r.status in ('RUNNING', 'AWAITING_APPROVAL', 'SUCCEEDED', 'PARTIAL', 'FAILED')
        order by r.started_at desc, r.id desc limit 1) as last_run,
      (select min(r.started_at) from gateway.sync_run r
        where r.account = a.account and not r.dry_run and r.status in ('PLANNING', 'RUNNING')) as active_run_since,
      (select coalesce(jsonb_agg(jsonb_build_object('target', n.target_name, 'failure', n.failure, 'since', n.since)), '[]')
        from (select distinct on (target) target_name, failure, min(created_at) over (partition by target) as since
          from gateway.notification
          where account = a.account and taken_at is null and failure is not null
            and next_at > ${now - ABANDONED_MS}::bigint
          order by target, created_at desc) n) as refused,
      (select count(*)::int from gateway.notification n
        where n.account = a.account and n.taken_at is null and n.next_at > ${now - ABANDONED_MS}::bigint) as waiting,
      (select coalesce(jsonb_agg(jsonb_build_object('process', c.process, 'apartMs', c.apart_ms, 'since', c.since_at)), '[]')
        from gateway.process_clock c
        where c.measured_at > extract(epoch from clock_timestamp()) * 1000 - ${MEASURED_MS}::float8) as clocks_apart,
      (select min(q.since_at) from gateway.queue_outage q
        where q.noted_at between ${now - NOTED_MS}::bigint and ${now + NOTED_MS}::bigint) as queue_refuses_since,
      (current_setting('default_transaction_read_only') = 'on' or pg_is_in_recovery()) as is_read_only,
      (select coalesce(jsonb_object_agg(c.portal, c.calls), '{}') from (
          select p.portal, sum(h.calls) as calls
          from gateway.portal_allowance p cross join unnest(p.calls) with ordinality as h(calls, place)
          where p.account = a.account
            and floor(extract(epoch from clock_timestamp()) / 3600) - p.calls_hour + h.place <= 25
          group by p.portal) c) as calls
    from gateway.account a
    left join gateway.account_due u on u.account = a.account
    left join gateway.ownership o on o.account = a.account
    cross join lateral (
      select count(*)::int as due_drivers, min(d.due_at) as oldest_due_at from gateway.driver_work d
      where d.account = a.account and d.synced_generation < d.generation and d.unjudged is null
        and d.due_at <= ${now}::bigint
        and not exists (select from gateway.driveri_intent i
          where i.account = d.account and i.gps_id = d.gps_id and i.state <> 'closed')) w
    cross join lateral (
      select count(*)::int as troubled, min((s.problem ->> 'since')::bigint) as troubled_since
      from gateway.driver d
      left join gateway.driver_work s on s.account = d.account and s.gps_id = d.gps_id
      where d.account = a.account and d.listed and d.status in ('FAILED', 'CONFLICT')) t
    where a.account = any(${[...accounts]}::text[])`.execute(db);
  return rows.map(toFacts);
}

function toFacts(row: FactsRow): AccountFacts {
  const takings = row.takings ?? 0;
  return {
    account: row.account,
    enabled: row.enabled,
    problems: row.problems,
    gps: row.gps ?? UNREAD,
    driveri: row.driveri ?? UNREAD,
    dueAt: row.due_at ?? 0,
    isOwned: row.is_owned,
    lostOwners: Math.max(0, takings - (row.is_owned ? 1 : 0)),
    dueDrivers: row.due_drivers,
    oldestDueAt: row.oldest_due_at,
    troubled: row.troubled,
    troubledSince: row.troubled_since,
    held: row.held.counts,
    heldSince: row.held.since,
    nextRunAt: row.enabled ? row.next_run_at : null,
    lastRun: row.last_run,
    activeRunSince: row.active_run_since,
    refusedNotifications: row.refused,
    waitingNotifications: row.waiting,
    clocksApart: row.clocks_apart,
    queueRefusesSince: row.queue_refuses_since,
    isDatabaseReadOnly: row.is_read_only,
    calls: { gps: row.calls.gps ?? 0, driveri: row.calls.driveri ?? 0 },
  };
}
