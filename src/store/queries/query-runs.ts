import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { AccountId, RunId } from '../../driver/ids';
import type { Page, RunFilter } from '../../gateway/queries';
import type { RunKind, RunStatus, RunTotals, RunView } from '../../gateway/views/run-view';
import type { ProblemView } from '../../gateway/views/problem-view';

interface RunViewRow {
  readonly id: RunId;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly dry_run: boolean;
  readonly requested_by: string | null;
  readonly started_at: number;
  readonly finished_at: number | null;
  readonly totals: Partial<RunTotals>;
  readonly problem: ProblemView | null;
  readonly items: number;
  readonly settled: number;
  readonly applied: number;
  readonly failed: number;
  readonly held: number;
  readonly overwrites: number;
  readonly rejected: number;
}

const runColumns = sql`
  r.id, r.kind, r.status, r.dry_run, r.requested_by, r.started_at, r.finished_at, r.totals, r.problem,
  coalesce(i.items, 0) as items, coalesce(i.settled, 0) as settled,
  coalesce(i.applied, 0) as applied, coalesce(i.failed, 0) as failed, coalesce(i.held, 0) as held,
  (select count(*)::int from gateway.sync_run_item c where c.run_id = r.id and c.overwrites and not c.rejected) as overwrites,
  (select count(*)::int from gateway.sync_run_item c where c.run_id = r.id and c.rejected) as rejected`;

// Counted only for a run that is under way: an ended one is done, a planned one has settled nothing.
const progressJoin = sql`
  left join lateral (
    select count(*)::int as items, count(*) filter (where outcome <> 'PENDING')::int as settled,
      count(*) filter (where outcome = 'APPLIED')::int as applied,
      count(*) filter (where outcome = 'FAILED')::int as failed,
      count(*) filter (where outcome = 'HELD')::int as held
    from gateway.sync_run_item where run_id = r.id and r.status in ('RUNNING', 'AWAITING_APPROVAL')
  ) i on true`;

/** See `GatewayQueries.runsById`. */
export async function runsById(
  db: QueryExecutorProvider,
  account: AccountId,
  ids: readonly RunId[],
): Promise<readonly (RunView | null)[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<RunViewRow>`
    select ${runColumns} from gateway.sync_run r ${progressJoin}
    where r.account = ${account} and r.id = any(${[...ids]}::text[])`.execute(db);
  const byId = new Map(rows.map((row) => [row.id, toRunView(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** See `GatewayQueries.runs`. Behind a run that is not there is nothing. */
export async function runs(
  db: QueryExecutorProvider,
  account: AccountId,
  page: { readonly limit: number; readonly after?: RunId; readonly filter?: RunFilter },
): Promise<Page<RunView>> {
  const behind =
    page.after === undefined
      ? sql``
      : sql`and (r.started_at, r.id) < (
          select started_at, id from gateway.sync_run where account = ${account} and id = ${page.after})`;
  const { rows } = await sql<RunViewRow>`
    select ${runColumns} from gateway.sync_run r ${progressJoin}
    where ${runCondition(account, page.filter)} ${behind}
    order by r.started_at desc, r.id desc
    limit ${page.limit + 1}`.execute(db);
  return cut(rows.map(toRunView), page.limit);
}

/** See `GatewayQueries.countRuns`. */
export async function countRuns(
  db: QueryExecutorProvider,
  account: AccountId,
  filter?: RunFilter,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from gateway.sync_run r where ${runCondition(account, filter)}`.execute(db);
  return rows[0]?.count ?? 0;
}

function runCondition(account: AccountId, filter: RunFilter = {}): RawBuilder<unknown> {
  const parts = [sql`r.account = ${account}`];
  if (filter.kinds) parts.push(sql`r.kind = any(${[...filter.kinds]}::text[])`);
  if (filter.statuses) parts.push(sql`r.status = any(${[...filter.statuses]}::text[])`);
  if (filter.dryRun !== undefined) parts.push(sql`r.dry_run = ${filter.dryRun}::boolean`);
  if (filter.from !== undefined) parts.push(sql`r.started_at >= ${filter.from}::bigint`);
  if (filter.to !== undefined) parts.push(sql`r.started_at < ${filter.to}::bigint`);
  return sql.join(parts, sql` and `);
}

function cut<Row>(rows: readonly Row[], limit: number): Page<Row> {
  return { rows: rows.slice(0, limit), hasAfter: rows.length > limit };
}

function toRunView(row: RunViewRow): RunView {
  // What came of the items is counted while the run is under way; its end has written it down.
  const isUnderWay = row.status === 'RUNNING' || row.status === 'AWAITING_APPROVAL';
  const totals = isUnderWay
    ? { ...row.totals, applied: row.applied, failed: row.failed, held: row.held }
    : row.totals;
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    dryRun: row.dry_run,
    requestedBy: row.requested_by,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    progress: progressOf(row),
    totals: {
      create: totals.create ?? 0,
      reinstate: totals.reinstate ?? 0,
      link: totals.link ?? 0,
      rename: totals.rename ?? 0,
      update: totals.update ?? 0,
      remove: totals.remove ?? 0,
      unchanged: totals.unchanged ?? 0,
      conflict: totals.conflict ?? 0,
      applied: totals.applied ?? 0,
      failed: totals.failed ?? 0,
      held: totals.held ?? 0,
      overwrites: row.overwrites,
      rejected: row.rejected,
    },
    problem: row.problem,
  };
}

function progressOf({ status, items, settled }: RunViewRow): number {
  switch (status) {
    case 'PLANNING':
    case 'PLANNED':
      return 0;
    case 'RUNNING':
    case 'AWAITING_APPROVAL':
      return items === 0 ? 0 : settled / items;
    case 'SUCCEEDED':
    case 'PARTIAL':
    case 'FAILED':
    case 'CANCELLED':
      return 1;
  }
}
