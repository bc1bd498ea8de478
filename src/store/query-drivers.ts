import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { AccountId, DriverKey } from '../driver/ids';
import type {
  DriverPage,
  DriverPageRequest,
  DriverPosition,
  DriverQueryFilter,
  DriverSort,
} from '../sync/gateway-queries';
import type { DriverView } from '../sync/views';
import { driverCondition } from './query-driver-filter';
import { driverColumns, driverJoins, toDriverView, type DriverViewRow } from './query-driver-view';

/** Each has an index with the key behind it: a page is a walk along it, from a place on. */
const SORT_COLUMNS: Readonly<Record<DriverSort, RawBuilder<unknown>>> = {
  NAME: sql`d.name_key`,
  REFERENCE_ID: sql`d.reference_key`,
  DRIVERI_DRIVER_ID: sql`d.driver_id_key`,
  LAST_SYNCED_AT: sql`coalesce(d.last_synced_at, 0)`,
};

interface PageRow extends DriverViewRow {
  readonly sort_value: string | number;
}

/** See `GatewayQueries.drivers`. One row more than asked tells whether there are others; the other side is looked up. */
export async function driverPage(
  db: QueryExecutorProvider,
  account: AccountId,
  request: DriverPageRequest,
): Promise<DriverPage> {
  const condition = await driverCondition(db, account, request.filter);
  const found = await readRows(db, account, request, condition);
  const rows = found.slice(0, request.limit);
  const isMore = found.length > request.limit;
  if (request.fromEnd) rows.reverse();
  const exists = (side: 'before' | 'after', place: DriverPosition | undefined) =>
    place === undefined ? Promise.resolve(false) : existsBeside(db, request, condition, side, place);
  return {
    rows: rows.map((row) => ({
      driver: toDriverView(row),
      position: { value: row.sort_value, key: row.key },
    })),
    hasBefore: (request.fromEnd && isMore) || (await exists('before', request.after)),
    hasAfter: (!request.fromEnd && isMore) || (await exists('after', request.before)),
  };
}

/** See `GatewayQueries.countDrivers`. */
export async function countDrivers(
  db: QueryExecutorProvider,
  account: AccountId,
  filter: DriverQueryFilter,
): Promise<number> {
  const condition = await driverCondition(db, account, filter);
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from gateway.driver d where ${condition}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** See `GatewayQueries.driversByKey`. */
export async function driversByKey(
  db: QueryExecutorProvider,
  account: AccountId,
  keys: readonly DriverKey[],
): Promise<readonly (DriverView | null)[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<DriverViewRow & { readonly asked_key: DriverKey }>`
    select asked.key as asked_key, ${driverColumns}
    from gateway.driver asked
    join gateway.driver d on d.account = ${account} and d.key = coalesce(asked.merged_into, asked.key)
    ${driverJoins(account)}
    where asked.account = ${account} and asked.key = any(${[...keys]}::text[]) and d.listed`.execute(db);
  const byKey = new Map(rows.map((row) => [row.asked_key, row]));
  return keys.map((key) => {
    const row = byKey.get(key);
    return row === undefined ? null : toDriverView(row);
  });
}

async function readRows(
  db: QueryExecutorProvider,
  account: AccountId,
  request: DriverPageRequest,
  condition: RawBuilder<unknown>,
): Promise<PageRow[]> {
  const column = SORT_COLUMNS[request.sort];
  const range = [
    request.after && beside(request, 'after', request.after, false),
    request.before && beside(request, 'before', request.before, false),
  ].filter((part) => part !== undefined);
  // The page is cut from the index first; joins are for its rows only. It comes as one JSON text: decoding thirty columns of
  // each row one by one is what the embedded database took most of its time for.
  const { rows } = await sql<{ page: PageRow[] }>`
    with d as materialized (
      select d.*, ${column} as sort_value from gateway.driver d
      where ${sql.join([condition, ...range], sql` and `)}
      order by ${column} ${direction(request)}, d.key ${direction(request)}
      limit ${request.limit + 1}
    )
    select coalesce(json_agg(one), '[]') as page from (
      select ${driverColumns}, d.sort_value from d ${driverJoins(account)}
      order by d.sort_value ${direction(request)}, d.key ${direction(request)}
    ) one`.execute(db);
  return rows[0]?.page ?? [];
}

/** Which way the index is walked: a page from the end is read backwards and turned round. */
const direction = (request: DriverPageRequest) =>
  request.descending === request.fromEnd ? sql`asc` : sql`desc`;

/** Rows on one side of a place in the list, as the list is sorted. */
function beside(
  request: DriverPageRequest,
  side: 'before' | 'after',
  place: DriverPosition,
  inclusive: boolean,
): RawBuilder<unknown> {
  const isGreater = (side === 'after') !== request.descending;
  const operator = sql.raw(`${isGreater ? '>' : '<'}${inclusive ? '=' : ''}`);
  const value =
    request.sort === 'LAST_SYNCED_AT' ? sql`${place.value}::bigint` : sql`${String(place.value)}::text`;
  return sql`(${SORT_COLUMNS[request.sort]}, d.key) ${operator} (${value}, ${place.key}::text)`;
}

async function existsBeside(
  db: QueryExecutorProvider,
  request: DriverPageRequest,
  condition: RawBuilder<unknown>,
  side: 'before' | 'after',
  place: DriverPosition,
): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select 1 from gateway.driver d where ${condition} and ${beside(request, side, place, true)}
    ) as found`.execute(db);
  return rows[0]?.found ?? false;
}
