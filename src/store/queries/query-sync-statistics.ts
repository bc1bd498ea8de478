import { sql, type QueryExecutorProvider } from 'kysely';
import type { AccountId } from '../../driver/ids';
import type { SyncStatisticsView } from '../../gateway/views/statistics-view';

interface BucketRow {
  readonly bucket: number;
  readonly created: number;
  readonly reinstated: number;
  readonly linked: number;
  readonly renamed: number;
  readonly updated: number;
  readonly removed: number;
  readonly drift_detected: number;
  readonly failed: number;
  readonly held: number;
  readonly delay_p50: number | null;
  readonly delay_p95: number | null;
}

/** See `GatewayQueries.statistics`. One statement; buckets without events are filled in here. */
export async function statistics(
  db: QueryExecutorProvider,
  account: AccountId,
  limits: readonly number[],
): Promise<readonly SyncStatisticsView[]> {
  const first = limits[0];
  const last = limits.at(-1);
  if (first === undefined || last === undefined || limits.length < 2) return [];
  const count = (...types: readonly string[]) =>
    sql`count(*) filter (where e.type = any(${[...types]}::text[]))::int`;
  const percentile = (part: number) =>
    sql`round(percentile_cont(${part}::float8) within group (order by e.delay_ms))::bigint`;
  const { rows } = await sql<BucketRow>`
    select width_bucket(e.at, ${[...limits]}::bigint[]) as bucket,
      ${count('DRIVERI_DRIVER_CREATED')} as created, ${count('DRIVERI_DRIVER_REINSTATED')} as reinstated,
      ${count('DRIVERI_DRIVER_LINKED')} as linked, ${count('DRIVERI_DRIVER_RENAMED')} as renamed,
      ${count('DRIVERI_DRIVER_UPDATED', 'DRIFT_OVERRIDDEN')} as updated, ${count('DRIVERI_DRIVER_REMOVED')} as removed,
      ${count('DRIFT_DETECTED')} as drift_detected, ${count('SYNC_FAILED')} as failed, ${count('REMOVALS_HELD')} as held,
      ${percentile(0.5)} as delay_p50, ${percentile(0.95)} as delay_p95
    from gateway.event e
    where e.account = ${account} and e.at >= ${first}::bigint and e.at < ${last}::bigint
    group by 1`.execute(db);
  const byBucket = new Map(rows.map((row) => [row.bucket, row]));
  return limits.slice(0, -1).map((start, index) => toView(start, byBucket.get(index + 1)));
}

function toView(start: number, row: BucketRow | undefined): SyncStatisticsView {
  return {
    start,
    created: row?.created ?? 0,
    reinstated: row?.reinstated ?? 0,
    linked: row?.linked ?? 0,
    renamed: row?.renamed ?? 0,
    updated: row?.updated ?? 0,
    removed: row?.removed ?? 0,
    driftDetected: row?.drift_detected ?? 0,
    failed: row?.failed ?? 0,
    held: row?.held ?? 0,
    delayP50Ms: toInt(row?.delay_p50),
    delayP95Ms: toInt(row?.delay_p95),
  };
}

/** GraphQL's integers end at 2^31 - 1 ms, 24 days: a longer delay is shown as that. */
function toInt(ms: number | null | undefined): number | null {
  return ms == null ? null : Math.min(ms, 2_147_483_647);
}
