import { sql, type QueryExecutorProvider } from 'kysely';
import type { AccountId } from '../../driver/ids';
import { DRIVER_SYNC_STATUSES, type DriverSyncStatus } from '../../gateway/views/driver-view';
import {
  type DriverSyncCountsView,
  type DriverSyncView,
  type SyncHealthView,
} from '../../gateway/views/sync-view';
import { accountHealth, type ReadingIntervals } from '../../gateway/account-health';
import { accountFacts } from './query-account-facts';
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

/** What health is judged by, besides what is stored. */
export interface HealthSource {
  /** The gateway's time, epoch ms. */
  readonly now: () => number;
  readonly intervals: (account: AccountId) => ReadingIntervals;
}

/** See `GatewayQueries.health`. What blocks is shown even while off: it would be in the way of turning it on. */
export async function health(
  db: QueryExecutorProvider,
  account: AccountId,
  { now, intervals }: HealthSource,
): Promise<SyncHealthView> {
  const at = now();
  const [facts] = await accountFacts(db, [account], at);
  if (facts === undefined)
    return { state: 'OFF', problems: [], gpsObservedAt: null, driveriObservedAt: null };
  const { state, problems } = accountHealth(facts, intervals(account), at);
  return {
    state,
    problems: problems.map(({ code, message, hint, since }) => ({ code, message, hint, since })),
    gpsObservedAt: facts.gps.completeAt,
    driveriObservedAt: facts.driveri.completeAt,
  };
}
