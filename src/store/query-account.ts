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
  /** How many drivers are FAILED or in CONFLICT, and since when the first of them is. */
  readonly troubled: number;
  readonly troubled_since: number | null;
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
      t.troubled, t.troubled_since
    from (
      select count(*)::int as troubled, min((s.problem->>'since')::bigint) as troubled_since
      from gateway.driver d
      left join gateway.sync_row s on s.account = d.account and s.gps_id = d.gps_id
      where d.account = ${account} and d.listed and d.status in ('FAILED', 'CONFLICT')
    ) t`.execute(db);
  const row = rows[0];
  return {
    state: healthState(row, problems),
    problems: [...problems.map(toProblem), ...troubledDrivers(row)],
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
  return problems.length > 0 || row.troubled > 0 ? 'DEGRADED' : 'HEALTHY';
}

const toProblem = ({ code, message, hint, since }: SevereProblem): ProblemView => ({
  code,
  message,
  hint,
  since,
});

/** Why an account is DEGRADED although both portals are well: some of its drivers wait for a person. */
function troubledDrivers(row: HealthRow | undefined): readonly ProblemView[] {
  if (row?.enabled !== true || row.troubled === 0) return [];
  return [
    {
      code: 'DRIVERS_NEED_ATTENTION',
      message: `${row.troubled} driver(s) have failed or are in conflict`,
      hint: 'List them with drivers(filter: { status: [FAILED, CONFLICT] }): each says what would help.',
      since: row.troubled_since ?? 0,
    },
  ];
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
