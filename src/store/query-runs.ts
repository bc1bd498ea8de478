import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { FieldChange, SyncAction } from '../driver/driver-plan';
import type { AccountId, DriverKey, RunId } from '../driver/ids';
import type { GatewayQueries, Page } from '../sync/gateway-queries';
import type {
  ItemOutcome,
  ProblemView,
  RunItemView,
  RunKind,
  RunStatus,
  RunTotals,
  RunView,
} from '../sync/views';

type ItemFilter = Parameters<GatewayQueries['countRunItems']>[2];
type ItemPage = Parameters<GatewayQueries['runItems']>[2];

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
}

const runColumns = sql`
  r.id, r.kind, r.status, r.dry_run, r.requested_by, r.started_at, r.finished_at, r.totals, r.problem,
  coalesce(i.items, 0) as items, coalesce(i.settled, 0) as settled,
  coalesce(i.applied, 0) as applied, coalesce(i.failed, 0) as failed, coalesce(i.held, 0) as held`;

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
  page: { readonly limit: number; readonly after?: RunId },
): Promise<Page<RunView>> {
  const behind =
    page.after === undefined
      ? sql``
      : sql`and (r.started_at, r.id) < (
          select started_at, id from gateway.sync_run where account = ${account} and id = ${page.after})`;
  const { rows } = await sql<RunViewRow>`
    select ${runColumns} from gateway.sync_run r ${progressJoin}
    where r.account = ${account} ${behind}
    order by r.started_at desc, r.id desc
    limit ${page.limit + 1}`.execute(db);
  return cut(rows.map(toRunView), page.limit);
}

/** See `GatewayQueries.countRuns`. */
export async function countRuns(db: QueryExecutorProvider, account: AccountId): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from gateway.sync_run where account = ${account}`.execute(db);
  return rows[0]?.count ?? 0;
}

interface ItemRow {
  readonly id: string;
  readonly run_id: RunId;
  readonly driver_key: DriverKey | null;
  readonly driver_name: string;
  readonly action: SyncAction;
  readonly changes: readonly FieldChange[];
  readonly reason: string;
  readonly outcome: ItemOutcome;
  readonly problem: ProblemView | null;
  readonly position: number;
}

const itemColumns = sql`
  id, run_id, driver_key, driver_name, action, changes, reason, outcome, problem, position`;

/** See `GatewayQueries.runItems`. */
export async function runItems(
  db: QueryExecutorProvider,
  account: AccountId,
  run: RunId,
  page: ItemPage,
): Promise<Page<RunItemView>> {
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from gateway.sync_run_item
    where ${itemCondition(account, run, page)} and position > ${page.after ?? -1}
    order by position
    limit ${page.limit + 1}`.execute(db);
  return cut(rows.map(toItemView), page.limit);
}

/** See `GatewayQueries.countRunItems`. */
export async function countRunItems(
  db: QueryExecutorProvider,
  account: AccountId,
  run: RunId,
  filter: ItemFilter,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from gateway.sync_run_item
    where ${itemCondition(account, run, filter)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** See `GatewayQueries.runItemsById`. */
export async function runItemsById(
  db: QueryExecutorProvider,
  account: AccountId,
  ids: readonly string[],
): Promise<readonly (RunItemView | null)[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from gateway.sync_run_item
    where account = ${account} and id = any(${[...ids]}::text[])`.execute(db);
  const byId = new Map(rows.map((row) => [row.id, toItemView(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

function itemCondition(account: AccountId, run: RunId, filter: ItemFilter): RawBuilder<unknown> {
  const parts = [sql`account = ${account} and run_id = ${run}`];
  if (filter.action) parts.push(sql`action = any(${[...filter.action]}::text[])`);
  if (filter.outcome) parts.push(sql`outcome = any(${[...filter.outcome]}::text[])`);
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

function toItemView(row: ItemRow): RunItemView {
  return {
    id: row.id,
    runId: row.run_id,
    driverKey: row.driver_key,
    driverName: row.driver_name,
    action: row.action,
    changes: row.changes,
    reason: row.reason,
    outcome: row.outcome,
    problem: row.problem,
    position: row.position,
  };
}
