import { sql, type QueryExecutorProvider } from 'kysely';
import type { AccountId } from '../driver/ids';
import {
  DRIVER_SYNC_STATUSES,
  type DriverSyncCountsView,
  type DriverSyncStatus,
  type DriverSyncView,
  type ProblemView,
  type SyncHealthView,
} from '../sync/views';
import { isEnabled } from './query-driver-filter';

/** See `GatewayQueries.driverSync`. An account that has no row yet is off. */
export async function driverSync(db: QueryExecutorProvider, account: AccountId): Promise<DriverSyncView> {
  const { rows } = await sql<{
    enabled: boolean;
    changed_at: number | null;
    changed_by: string | null;
    next_run_at: number | null;
  }>`select enabled, changed_at, changed_by, next_run_at from gateway.account where account = ${account}`.execute(
    db,
  );
  const row = rows[0];
  return {
    enabled: row?.enabled ?? false,
    changedAt: row?.changed_at ?? null,
    changedBy: row?.changed_by ?? null,
    nextRunAt: row?.enabled === true ? row.next_run_at : null,
  };
}

/** See `GatewayQueries.counts`. */
export async function counts(db: QueryExecutorProvider, account: AccountId): Promise<DriverSyncCountsView> {
  const enabled = await isEnabled(db, account);
  const { rows } = await sql<{ status: DriverSyncStatus; count: number }>`
    select status, count(*)::int as count from gateway.driver
    where account = ${account} and listed
    group by status`.execute(db);
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const byStatus = new Map<DriverSyncStatus, number>(
    enabled ? rows.map((row) => [row.status, row.count]) : [['OFF', total]],
  );
  const each = DRIVER_SYNC_STATUSES.map((status) => [status, byStatus.get(status) ?? 0]);
  // fromEntries forgets its keys: they are all the statuses there are.
  return { total, ...(Object.fromEntries(each) as Record<DriverSyncStatus, number>) };
}

interface HealthRow {
  readonly enabled: boolean;
  readonly gps_observed_at: number | null;
  readonly driveri_observed_at: number | null;
  readonly needs_attention: boolean;
}

/** See `GatewayQueries.health`. What blocks is shown even while off: it would be in the way of turning it on. */
export async function health(db: QueryExecutorProvider, account: AccountId): Promise<SyncHealthView> {
  const problems = await readProblems(db, account);
  const { rows } = await sql<HealthRow>`
    select
      coalesce((select enabled from gateway.account where account = ${account}), false) as enabled,
      (select complete_at from gateway.roster where account = ${account} and portal = 'gps') as gps_observed_at,
      (select complete_at from gateway.roster where account = ${account} and portal = 'driveri')
        as driveri_observed_at,
      exists (select 1 from gateway.driver
              where account = ${account} and listed and status in ('FAILED', 'CONFLICT')) as needs_attention`.execute(
    db,
  );
  const row = rows[0];
  return {
    state: healthState(row, problems),
    problems: problems.map(({ code, message, hint, since }) => ({ code, message, hint, since })),
    gpsObservedAt: row?.gps_observed_at ?? null,
    driveriObservedAt: row?.driveri_observed_at ?? null,
  };
}

type SevereProblem = ProblemView & { readonly severity: 'degraded' | 'blocked' };

function healthState(
  row: HealthRow | undefined,
  problems: readonly SevereProblem[],
): SyncHealthView['state'] {
  if (problems.some((problem) => problem.severity === 'blocked')) return 'BLOCKED';
  if (row?.enabled !== true) return 'OFF';
  return problems.length > 0 || row.needs_attention ? 'DEGRADED' : 'HEALTHY';
}

async function readProblems(
  db: QueryExecutorProvider,
  account: AccountId,
): Promise<readonly SevereProblem[]> {
  const { rows } = await sql<SevereProblem>`
    select code, message, hint, since_at as since, severity from gateway.account_problem
    where account = ${account}
    order by severity, since_at, code`.execute(db);
  return rows;
}
