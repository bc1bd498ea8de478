import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type QueryExecutorProvider } from 'kysely';
import { assertNever } from '../../driver/assert-never';
import type { AccountId } from '../../driver/ids';
import type { IncidentChange, Notification, OpenIncident } from '../../notify/incident';
import type { DueNotification, IncidentStore, NewNotification } from '../../notify/ports/incident-store';

/** The longest that a next attempt may be ahead; one further ahead was set by a clock that was wrong (engine.md, R18). */
const MOST_AHEAD_MS = 2 * 3_600_000;

/** Incidents and notifications, in Postgres. */
export function createPgIncidents(db: Kysely<unknown>): IncidentStore {
  return {
    open: (accounts) => open(db, accounts),
    apply: (account, changes, recovered, now) =>
      db.transaction().execute(async (tx) => {
        for (const change of changes) await applyOne(tx, account, change, now);
        await insert(tx, account, 'recovered', recovered, now);
      }),
    tell: (account, opened, now) => insert(db, account, 'opened', opened, now),
    async due(targets, now, limit) {
      const { rows } = await sql<DueNotification>`
        select n.id, n.account, n.next_at as "dueAt" from gateway.notification n
        join unnest(${targets.map(({ account }) => account)}::text[], ${targets.map(({ digest }) => digest)}::text[])
          as t(account, digest) on n.account = t.account and n.target = t.digest
        where ${isDue(now)} order by n.next_at limit ${limit}::int`.execute(db);
      return rows;
    },
    claim: (id, now, backOffMs) => claim(db, id, now, backOffMs),
    async taken(id, now) {
      await sql`
        update gateway.notification set taken_at = ${now}::bigint, failure = null
        where id = ${id} and taken_at is null`.execute(db);
    },
    async refused(id, failure, nextAt) {
      await sql`
        update gateway.notification set failure = ${failure}, next_at = coalesce(${nextAt}::bigint, next_at)
        where id = ${id} and taken_at is null`.execute(db);
    },
    async discard(before) {
      await sql`
        delete from gateway.incident where id in (
          select id from gateway.incident where closed_at < ${before}::bigint limit 1000)`.execute(db);
    },
  };
}

async function open(
  db: QueryExecutorProvider,
  accounts: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, readonly OpenIncident[]>> {
  interface Row {
    readonly id: string;
    readonly account: AccountId;
    readonly kind: OpenIncident['kind'];
    readonly key: string;
    readonly seen_at: number;
    readonly opened_at: number | null;
    readonly quiet_since: number | null;
    readonly told: readonly string[];
  }
  const { rows } = await sql<Row>`
    select i.id, i.account, i.kind, i.key, i.seen_at, i.opened_at, i.quiet_since,
      array(select n.target from gateway.notification n where n.incident_id = i.id and n.phase = 'opened') as told
    from gateway.incident i where i.closed_at is null and i.account = any(${[...accounts]}::text[])`.execute(
    db,
  );
  const byAccount = new Map<AccountId, OpenIncident[]>();
  for (const row of rows) {
    const incident: OpenIncident = {
      id: row.id,
      kind: row.kind,
      key: row.key,
      seenAt: row.seen_at,
      openedAt: row.opened_at,
      quietSince: row.quiet_since,
      told: new Set(row.told),
    };
    byAccount.set(row.account, [...(byAccount.get(row.account) ?? []), incident]);
  }
  return byAccount;
}

async function applyOne(
  tx: QueryExecutorProvider,
  account: AccountId,
  change: IncidentChange,
  now: number,
): Promise<void> {
  switch (change.do) {
    case 'see': {
      const { kind, key, code, summary, hint } = change.sighting;
      await sql`
        insert into gateway.incident (id, account, kind, key, code, summary, hint, seen_at, opened_at)
        values (${randomUUID()}, ${account}, ${kind}, ${key}, ${code}, ${summary}, ${hint}, ${now}::bigint,
          ${change.opens ? now : null}::bigint)
        on conflict (account, kind, key) where closed_at is null do nothing`.execute(tx);
      return;
    }
    case 'open': {
      const { code, summary, hint } = change.sighting;
      await sql`
        update gateway.incident
        set opened_at = ${now}::bigint, code = ${code}, summary = ${summary}, hint = ${hint}
        where id = ${change.id} and opened_at is null and closed_at is null`.execute(tx);
      return;
    }
    case 'return':
      await sql`update gateway.incident set quiet_since = null where id = ${change.id} and closed_at is null`.execute(
        tx,
      );
      return;
    case 'quieten':
      await sql`
        update gateway.incident set quiet_since = ${now}::bigint
        where id = ${change.id} and quiet_since is null and closed_at is null`.execute(tx);
      return;
    case 'forget':
      await sql`delete from gateway.incident where id = ${change.id} and opened_at is null`.execute(tx);
      return;
    case 'close':
      await sql`update gateway.incident set closed_at = ${now}::bigint where id = ${change.id} and closed_at is null`.execute(
        tx,
      );
      return;
    default:
      return assertNever(change);
  }
}

async function insert(
  db: QueryExecutorProvider,
  account: AccountId,
  phase: 'opened' | 'recovered',
  notifications: readonly NewNotification[],
  now: number,
): Promise<void> {
  for (const { incidentId, target } of notifications) {
    await sql`
      insert into gateway.notification (id, account, incident_id, phase, target, target_name, created_at, next_at)
      values (${randomUUID()}, ${account}, ${incidentId}, ${phase}, ${target.digest}, ${target.name},
        ${now}::bigint, ${now}::bigint)
      on conflict (incident_id, phase, target) do nothing`.execute(db);
  }
}

/** Of one target: first that it began, then that it is over. */
const isDue = (now: number) => sql`
  n.taken_at is null and (n.next_at <= ${now}::bigint or n.next_at > ${now + MOST_AHEAD_MS}::bigint)
  and (n.phase = 'opened' or not exists (
    select from gateway.notification o
    where o.incident_id = n.incident_id and o.target = n.target and o.phase = 'opened' and o.taken_at is null))`;

async function claim(
  db: QueryExecutorProvider,
  id: string,
  now: number,
  backOffMs: (attempts: number) => number,
): Promise<Notification | null> {
  interface Row {
    readonly id: string;
    readonly account: AccountId;
    readonly phase: Notification['phase'];
    readonly target: string;
    readonly attempts: number;
    readonly created_at: number;
    readonly incident_id: string;
    readonly kind: Notification['incident']['kind'];
    readonly code: string;
    readonly summary: string;
    readonly hint: string;
    readonly opened_at: number;
    readonly closed_at: number | null;
  }
  const { rows: known } = await sql<{ attempts: number }>`
    select attempts from gateway.notification where id = ${id}`.execute(db);
  const attempts = (known[0]?.attempts ?? 0) + 1;
  const { rows } = await sql<Row>`
    update gateway.notification n
    set attempts = ${attempts}::int, next_at = ${now + backOffMs(attempts)}::bigint
    from gateway.incident i
    where n.id = ${id} and n.attempts = ${attempts - 1}::int and ${isDue(now)} and i.id = n.incident_id
    returning n.id, n.account, n.phase, n.target, n.attempts, n.created_at, n.incident_id,
      i.kind, i.code, i.summary, i.hint, coalesce(i.opened_at, i.seen_at) as opened_at, i.closed_at`.execute(
    db,
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    account: row.account,
    phase: row.phase,
    target: row.target,
    attempts: row.attempts,
    createdAt: row.created_at,
    incident: {
      id: row.incident_id,
      kind: row.kind,
      code: row.code,
      summary: row.summary,
      hint: row.hint,
      openedAt: row.opened_at,
      closedAt: row.closed_at,
    },
  };
}
