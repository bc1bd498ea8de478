import { sql } from 'kysely';
import type { AccountId, RunId } from '../../driver/ids';
import type { RetentionStore } from '../../sync/ports/retention-store';
import type { GatewayDb } from '../database/tables';

/**
 * Discards old rows of an account, in Postgres. The log comes last: its head is the last lock that a transaction takes.
 *
 *     log   … 7 8 9 │ 10 11 12 …     only ever cut at its beginning, never thinned out: a mirror that stands at 9 or later
 *           ^ first_seq = 10         goes on without a gap, and one that stands before it is told CURSOR_EXPIRED
 *
 * Below the cut, the last removal of every driver who is still removed stays: undoing it needs the driver as it was.
 */
export function createPgRetention(db: GatewayDb, account: AccountId): RetentionStore {
  return {
    async discard(before, answersBefore, limit) {
      const run = await discardOldestRun(db, account, before);
      const intents = await discardIntents(db, account, before, limit);
      const removals = await discardRemovals(db, account, before, limit);
      const answers = await discardAnswers(db, account, answersBefore, limit);
      const log = await cutLog(db, account, before, limit);
      const isLast =
        run === null &&
        Math.max(intents, removals, answers) < limit &&
        log.passed < limit &&
        log.undone < limit;
      return {
        events: log.discarded,
        runs: run === null ? 0 : 1,
        items: run?.items ?? 0,
        intents,
        removals,
        answers,
        isLast,
      };
    },
    async discardDryRuns(before, limit) {
      // One that is being approved is locked, and stays.
      const { rows } = await sql<{ id: RunId }>`
        select id from gateway.sync_run
        where account = ${account} and dry_run and status in ('PLANNED', 'FAILED', 'CANCELLED')
          and coalesce(finished_at, planned_at, started_at) < ${before}::bigint
        order by started_at, id limit ${limit}
        for update skip locked`.execute(db);
      const ids = rows.map(({ id }) => id);
      await sql`delete from gateway.sync_run_item where account = ${account} and run_id = any(${ids}::text[])`.execute(
        db,
      );
      await sql`delete from gateway.sync_run where account = ${account} and id = any(${ids}::text[])`.execute(
        db,
      );
      return ids.length;
    },
    async logAges(before) {
      const { rows } = await sql<{ all: number; old: number }>`
        select count(*)::int as all, count(*) filter (where at < ${before}::bigint)::int as old
        from gateway.event where account = ${account}`.execute(db);
      return rows[0] ?? { all: 0, old: 0 };
    },
  };
}

/**
 * A run goes with all its items, so that nobody ever sees half of one. It stays while an open removal or a held change of
 * DriverID refers to it (who rejected them wants to know where), and the newest stays as the account's last.
 */
async function discardOldestRun(
  db: GatewayDb,
  account: AccountId,
  before: number,
): Promise<{ readonly items: number } | null> {
  const { rows } = await sql<{ id: RunId }>`
    select r.id from gateway.sync_run r
    where r.account = ${account} and r.status in ('PLANNED', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED')
      and r.started_at < ${before}::bigint
      and coalesce(r.finished_at, r.planned_at, r.started_at) < ${before}::bigint
      and exists (
        select from gateway.sync_run newer
        where newer.account = r.account and (newer.started_at, newer.id) > (r.started_at, r.id))
      and not exists (
        select from gateway.removal o
        where o.account = r.account and o.run_id = r.id and o.state not in ('done', 'void'))
      and not exists (
        select from gateway.driver_work s where s.account = r.account and s.identity_hold = r.id)
    order by r.started_at, r.id
    limit 1`.execute(db);
  const run = rows[0];
  if (run === undefined) return null;
  const items = await count(db, sql`delete from gateway.sync_run_item where run_id = ${run.id}`);
  await sql`delete from gateway.sync_run where account = ${account} and id = ${run.id}`.execute(db);
  return { items };
}

function discardIntents(db: GatewayDb, account: AccountId, before: number, limit: number): Promise<number> {
  return count(
    db,
    sql`delete from gateway.driveri_intent where id in (
      select id from gateway.driveri_intent
      where account = ${account} and state = 'closed' and created_at < ${before}::bigint
      order by created_at limit ${limit})`,
  );
}

/** Only those that are over. A rejected one is not: it keeps the removal from being proposed again. */
function discardRemovals(db: GatewayDb, account: AccountId, before: number, limit: number): Promise<number> {
  return count(
    db,
    sql`delete from gateway.removal where id in (
      select id from gateway.removal
      where account = ${account} and state in ('done', 'void') and decided_at < ${before}::bigint
      order by decided_at limit ${limit})`,
  );
}

function discardAnswers(db: GatewayDb, account: AccountId, before: number, limit: number): Promise<number> {
  return count(
    db,
    sql`delete from gateway.idempotency where (account, user_id, key) in (
      select account, user_id, key from gateway.idempotency
      where account = ${account} and created_at < ${before}::bigint
      order by created_at limit ${limit})`,
  );
}

/** Passes up to `limit` events from the log's beginning on, to the first that is young enough; by `seq`, whatever clocks did. */
async function cutLog(
  db: GatewayDb,
  account: AccountId,
  before: number,
  limit: number,
): Promise<{ readonly passed: number; readonly discarded: number; readonly undone: number }> {
  const { rows } = await sql<{ first: number; passed: number }>`
    with head as (
      select first_seq from gateway.event_head where account = ${account}
    ), oldest as (
      select e.seq, e.at from gateway.event e, head
      where e.account = ${account} and e.seq >= head.first_seq
      order by e.seq limit ${limit}
    ), young as (
      select min(seq) as seq from oldest where at >= ${before}::bigint
    )
    select coalesce(young.seq, max(oldest.seq) + 1, head.first_seq) as first,
           count(oldest.seq) filter (where young.seq is null or oldest.seq < young.seq)::int as passed
    from head cross join young left join oldest on true
    group by head.first_seq, young.seq`.execute(db);
  const cut = rows[0] ?? { first: 1, passed: 0 };
  const undone = await discardUndone(db, account, limit);
  const discarded =
    cut.passed === 0
      ? 0
      : await count(
          db,
          sql`delete from gateway.event e
          where e.account = ${account} and e.seq < ${cut.first}::bigint
            and e.seq >= (select first_seq from gateway.event_head where account = ${account})
            and not ${canBeUndone}`,
        );
  if (cut.passed > 0) {
    await sql`
      update gateway.event_head set first_seq = greatest(first_seq, ${cut.first}::bigint)
      where account = ${account}`.execute(db);
  }
  return { passed: cut.passed, discarded: discarded + undone, undone };
}

/** Removals below the beginning of the log that have been undone meanwhile. */
function discardUndone(db: GatewayDb, account: AccountId, limit: number): Promise<number> {
  return count(
    db,
    sql`delete from gateway.event where account = ${account} and seq in (
      select e.seq from gateway.event e
      where e.account = ${account} and e.type = 'DRIVERI_DRIVER_REMOVED'
        and e.seq < (select first_seq from gateway.event_head where account = ${account})
        and not ${canBeUndone}
      limit ${limit})`,
  );
}

/**
 * The event `e` is the last removal of a driver who is not known to be back. Not known: a roster that was emptied, because the
 * account was connected to another portal, proves nothing.
 */
const canBeUndone = sql`(
  e.type = 'DRIVERI_DRIVER_REMOVED' and e.before is not null
  and not exists (
    select from gateway.event later
    where later.account = e.account and later.type = 'DRIVERI_DRIVER_REMOVED'
      and later.driver_id = e.driver_id and later.seq > e.seq)
  and not exists (
    select from gateway.driveri_driver d
    where d.account = e.account and d.driver_id = e.driver_id and not d.removed))`;

async function count(db: GatewayDb, statement: ReturnType<typeof sql>): Promise<number> {
  const { numAffectedRows } = await statement.execute(db);
  return Number(numAffectedRows ?? 0);
}
