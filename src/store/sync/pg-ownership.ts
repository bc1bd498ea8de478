import { sql } from 'kysely';
import type { AccountId } from '../../driver/ids';
import type { Agenda, Ownership, OwnershipStore } from '../../sync/ports/ownership-store';
import { OwnershipLost } from '../../sync/ports/ownership-store';
import type { GatewayDb } from '../database/tables';

/** The longest that an account's due time may be ahead, the longest back-off and a bit: one further ahead was set by a clock that was wrong (R18). */
const MOST_AHEAD_MS = 3_900_000;

/** Ownership of accounts, in Postgres. Taking and letting go are functions of the database: one round trip each. */
export function createPgOwnership(db: GatewayDb): OwnershipStore {
  return {
    async take(account, owner, lengthMs, now) {
      const { rows } = await sql<{ fence: number | null }>`
        select gateway.take_account(${account}, ${owner}, ${lengthMs}::bigint, ${now}::bigint) as fence`.execute(
        db,
      );
      const fence = rows[0]?.fence ?? null;
      return fence === null ? null : { account, owner, fence };
    },
    async renew({ account, owner, fence }, lengthMs) {
      const { rows } = await sql`
        update gateway.ownership set expires_at = clock_timestamp() + ${lengthMs}::bigint * interval '1 ms'
        where account = ${account} and owner = ${owner} and fence = ${fence}::bigint returning 1`.execute(db);
      return rows.length > 0;
    },
    async agenda(account, now) {
      const { rows } = await sql<AgendaRow>`
        select * from gateway.agenda(${account}, ${now}::bigint)`.execute(db);
      return toAgenda(rows[0]);
    },
    letGo: (ownership, now, options) => letGo(db, ownership, now, options?.force ?? false),
    async due(accounts, now, limit) {
      const { rows } = await sql<{ account: AccountId; dueAt: number }>`
        select d.account, least(d.due_at, ${now}::bigint) as "dueAt"
        from gateway.account_due d join gateway.ownership o on o.account = d.account
        where (d.due_at <= ${now}::bigint or d.due_at > ${now + MOST_AHEAD_MS}::bigint)
          and o.expires_at <= clock_timestamp() and d.account = any(${accounts}::text[])
        order by d.due_at limit ${limit}::int`.execute(db);
      return rows;
    },
    async lower(account, at) {
      await sql`
        update gateway.account_due set due_at = greatest(${at}::bigint, least(rest_until, ${at + 3_600_000}::bigint))
        where account = ${account} and due_at > greatest(${at}::bigint, rest_until)`.execute(db);
    },
    async noteQueue(owner, refusesSince, now) {
      if (refusesSince === null) {
        await sql`delete from gateway.queue_outage where process = ${owner}`.execute(db);
        return;
      }
      await sql`
        insert into gateway.queue_outage (process, since_at, noted_at)
        values (${owner}, ${refusesSince}::bigint, ${now}::bigint)
        on conflict (process) do update set since_at = excluded.since_at, noted_at = excluded.noted_at`.execute(
        db,
      );
    },
    async releaseAll() {
      await sql`update gateway.ownership set owner = null, expires_at = '-infinity'`.execute(db);
      await sql`update gateway.account_due set due_at = 0, takings = 0, rest_until = 0`.execute(db);
    },
  };
}

async function letGo(
  db: GatewayDb,
  { account, owner, fence }: Ownership,
  now: number,
  force: boolean,
): Promise<{ readonly released: boolean; readonly agenda: Agenda }> {
  const { rows } = await sql<{ result: { released: boolean; agenda: AgendaRow } | null }>`
    select gateway.let_go(${account}, ${owner}, ${fence}::bigint, ${now}::bigint, ${force}) as result`.execute(
    db,
  );
  const result = rows[0]?.result ?? null;
  if (result === null) throw new OwnershipLost(account);
  return { released: result.released, agenda: toAgenda(result.agenda) };
}

interface AgendaRow {
  readonly drivers: number | null;
  readonly intents: number | null;
  readonly gps: number | null;
  readonly driveri: number | null;
  readonly daily_run: number | null;
  readonly runs: number | null;
  readonly requests: number | null;
  readonly discard: number | null;
}

function toAgenda(row: AgendaRow | undefined): Agenda {
  return {
    drivers: row?.drivers ?? null,
    intents: row?.intents ?? null,
    gps: row?.gps ?? null,
    driveri: row?.driveri ?? null,
    dailyRun: row?.daily_run ?? null,
    runs: row?.runs ?? null,
    requests: row?.requests ?? null,
    discard: row?.discard ?? null,
  };
}
