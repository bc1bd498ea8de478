import { sql, type QueryExecutorProvider } from 'kysely';
import { OPEN_FOR_MS, type UserTally, type UseReport, type UseTotals } from '../../gateway/user-tally';
import { storeNow } from './store-now';

export interface PgUserTallyOptions {
  readonly db: QueryExecutorProvider;
  /** Tells this process from the others. */
  readonly process: string;
  /** Epoch ms, for tests that move time; default: the database's clock. */
  readonly now?: (() => number) | undefined;
}

/** Levels that have been at nothing for so long are deleted. */
const SPENT_FOR_MS = 3_600_000;

/** What users take, in Postgres: one statement for each report, whatever the number of users in it. */
export function createPgUserTally(options: PgUserTallyOptions): UserTally {
  const { db, now } = options;
  return {
    report: (report) => tell(options, report),
    async forget() {
      await sql`
        with t as materialized (select ${storeNow(now)} as now),
        gone as (delete from gateway.user_open o using t where o.until < t.now)
        delete from gateway.user_spent s using t where s.at < t.now - ${SPENT_FOR_MS}::float8`.execute(db);
    },
  };
}

/** Rows are locked in one order, so that two processes never wait for each other. A time ahead of the clock counts as now. */
async function tell(
  { db, process, now }: PgUserTallyOptions,
  { spent, open }: UseReport,
): Promise<UseTotals> {
  const column = <Row, Value>(rows: readonly Row[], of: (row: Row) => Value) => rows.map(of);
  const { rows } = await sql<UseTotals>`
    with t as materialized (select ${storeNow(now)} as now),
    spending as (
      select * from unnest(
        ${column(spent, (one) => one.user)}::text[], ${column(spent, (one) => one.limit)}::text[],
        ${column(spent, (one) => one.amount)}::float8[], ${column(spent, (one) => one.perSecond)}::float8[],
        ${column(spent, (one) => one.most)}::float8[]
      ) as given (user_key, limit_name, amount, per_second, most)
    ),
    levels as (
      insert into gateway.user_spent as s (user_key, limit_name, level, at)
      select g.user_key, g.limit_name, least(g.amount, g.most), t.now from spending g, t
      order by g.user_key, g.limit_name
      on conflict (user_key, limit_name) do update set
        level = (
          select least(g.most, g.amount + greatest(0, s.level - greatest(0, excluded.at - s.at) * g.per_second / 1000))
          from spending g where g.user_key = s.user_key and g.limit_name = s.limit_name),
        at = excluded.at
      returning s.user_key, s.limit_name, s.level
    ),
    opening as (
      select * from unnest(
        ${column(open, (one) => one.user)}::text[], ${column(open, (one) => one.limit)}::text[],
        ${column(open, (one) => one.count)}::int[]
      ) as given (user_key, limit_name, count)
    ),
    told as (
      insert into gateway.user_open as o (user_key, limit_name, process, count, until)
      select g.user_key, g.limit_name, ${process}, g.count, t.now + ${OPEN_FOR_MS}::float8 from opening g, t
      order by g.user_key, g.limit_name
      on conflict (user_key, limit_name, process) do update set count = excluded.count, until = excluded.until
    ),
    others as (
      select g.user_key, g.limit_name, coalesce(sum(o.count), 0)::int as count
      from opening g cross join t
      left join gateway.user_open o on o.user_key = g.user_key and o.limit_name = g.limit_name
        and o.process <> ${process} and o.until between t.now and t.now + ${OPEN_FOR_MS}::float8
      group by 1, 2
    )
    select
      (select coalesce(json_agg(json_build_object('user', user_key, 'limit', limit_name, 'level', level)), '[]')
        from levels) as levels,
      (select coalesce(json_agg(json_build_object('user', user_key, 'limit', limit_name, 'count', count)), '[]')
        from others) as elsewhere`.execute(db);
  return rows[0] ?? { levels: [], elsewhere: [] };
}
