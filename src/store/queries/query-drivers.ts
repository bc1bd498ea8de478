import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import { foldText } from '../../driver/driver-status';
import type { AccountId, DriverKey } from '../../driver/ids';
import type {
  DriverPage,
  DriverPageRequest,
  DriverPortalKey,
  DriverPosition,
  DriverQueryFilter,
  DriverSort,
} from '../../gateway/queries';
import type { DriverView } from '../../gateway/views/driver-view';
import { driverCondition, driverIdCondition } from './query-driver-filter';
import { rankCondition, rankOf, ranksOf, type Rank } from './query-driver-relevance';
import {
  accountFacts,
  driverColumns,
  toDriverView,
  type AccountFacts,
  type DriverViewRow,
} from './query-driver-view';

/** Each has an index with the key behind it: a page is a walk along it, from a place on. */
const SORT_COLUMNS: Readonly<Record<DriverSort, RawBuilder<unknown>>> = {
  NAME: sql`d.name_key`,
  REFERENCE_ID: sql`d.reference_key`,
  DRIVERI_DRIVER_ID: sql`d.driver_id_key`,
  LAST_SYNCED_AT: sql`coalesce(d.last_synced_at, 0)`,
  STATUS: sql`d.status_rank`,
  // Within one rank.
  RELEVANCE: sql`d.name_key`,
};

const NUMERIC: ReadonlySet<DriverSort> = new Set(['LAST_SYNCED_AT', 'STATUS']);

interface PageRow extends DriverViewRow {
  readonly sort_value: string | number;
  readonly rank?: Rank;
}

/** What drivers are ranked by; null for a list in another order. */
function searchOf({ sort, filter }: DriverPageRequest): string | null {
  return sort === 'RELEVANCE' && (filter.search ?? '').trim() !== '' ? (filter.search ?? '') : null;
}

/** See `GatewayQueries.drivers`. One row more than asked tells whether there are others; the other side is looked up. */
export async function driverPage(
  db: QueryExecutorProvider,
  account: AccountId,
  request: DriverPageRequest,
): Promise<DriverPage> {
  const condition = await driverCondition(db, account, request.filter);
  const search = searchOf(request);
  const { page: found, facts } =
    search === null
      ? await readRows(db, account, request, condition)
      : await readRanks(db, account, request, condition, search);
  const rows = found.slice(0, request.limit);
  const isMore = found.length > request.limit;
  if (request.fromEnd) rows.reverse();
  const exists = (side: 'before' | 'after', place: DriverPosition | undefined) =>
    place === undefined ? Promise.resolve(false) : existsBeside(db, request, condition, side, place);
  return {
    rows: rows.map((row) => ({
      driver: toDriverView(row, facts),
      position: {
        value: row.sort_value,
        key: row.key,
        ...(row.rank !== undefined && { rank: row.rank }),
      },
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
  const { rows } = await sql<DriverViewRow & AccountFacts & { readonly asked_key: DriverKey }>`
    select asked.key as asked_key, ${driverColumns}, ${accountFacts(account)}
    from gateway.driver asked
    join gateway.driver d on d.account = ${account} and d.key = coalesce(asked.merged_into, asked.key)
    where asked.account = ${account} and asked.key = any(${[...keys]}::text[]) and d.listed`.execute(db);
  const byKey = new Map(rows.map((row) => [row.asked_key, row]));
  return keys.map((key) => {
    const row = byKey.get(key);
    return row === undefined ? null : toDriverView(row, row);
  });
}

/** See `GatewayQueries.driverBy`. */
export async function driverBy(
  db: QueryExecutorProvider,
  account: AccountId,
  key: DriverPortalKey,
): Promise<DriverView | null> {
  const { rows } = await sql<{ key: DriverKey }>`
    select d.key from gateway.driver d
    left join gateway.gps_driver g on g.account = d.account and g.gps_id = d.gps_id and g.presence <> 'gone'
    where d.account = ${account} and d.listed and ${portalKeyCondition(account, key)}
    order by (g.gps_id is null), d.created_at, d.key
    limit 1`.execute(db);
  const found = rows[0];
  return found === undefined ? null : ((await driversByKey(db, account, [found.key]))[0] ?? null);
}

/** Compared exactly, case included; the folded keys are for the index. */
function portalKeyCondition(account: AccountId, key: DriverPortalKey): RawBuilder<unknown> {
  if ('gpsId' in key) return sql`d.gps_id = ${key.gpsId} and g.gps_id is not null`;
  if ('driveriDriverId' in key) return driverIdCondition(account, key.driveriDriverId);
  const exact = key.referenceId.trim();
  return sql`d.reference_key = ${foldText(exact)} and trim(g.reference_id) = ${exact}`;
}

/** The ranks of a search, one after the other until the page is full. */
async function readRanks(
  db: QueryExecutorProvider,
  account: AccountId,
  request: DriverPageRequest,
  condition: RawBuilder<unknown>,
  search: string,
): Promise<{ readonly page: readonly PageRow[]; readonly facts: AccountFacts }> {
  const { after, before, ...rest } = request;
  const page: PageRow[] = [];
  let facts = UNKNOWN_ACCOUNT;
  const ranks = ranksOf(search);
  for (const rank of request.fromEnd ? [...ranks].reverse() : ranks) {
    if (rank < (after?.rank ?? 0) || rank > (before?.rank ?? 2)) continue;
    const found = await readRows(
      db,
      account,
      {
        ...rest,
        limit: request.limit - page.length,
        ...(after?.rank === rank && { after }),
        ...(before?.rank === rank && { before }),
      },
      sql`${condition} and ${rankCondition(search, rank)}`,
    );
    facts = found.facts;
    page.push(...found.page.map((row) => ({ ...row, rank })));
    if (page.length > request.limit) break;
  }
  return { page, facts };
}

async function readRows(
  db: QueryExecutorProvider,
  account: AccountId,
  request: DriverPageRequest,
  condition: RawBuilder<unknown>,
): Promise<{ readonly page: readonly PageRow[]; readonly facts: AccountFacts }> {
  const column = SORT_COLUMNS[request.sort];
  const range = [
    request.after && beside(request, 'after', request.after, false),
    request.before && beside(request, 'before', request.before, false),
  ].filter((part) => part !== undefined);
  // One JSON text: decoding the columns of each row one by one is what the embedded database took most of its time for.
  const { rows } = await sql<AccountFacts & { readonly page: readonly PageRow[] }>`
    select ${accountFacts(account)}, coalesce((
      select json_agg(one) from (
        select ${driverColumns}, ${column} as sort_value from gateway.driver d
        where ${sql.join([condition, ...range], sql` and `)}
        order by ${column} ${direction(request)}, d.key ${direction(request)}
        limit ${request.limit + 1}
      ) one), '[]') as page`.execute(db);
  const { page = [], ...facts } = rows[0] ?? { page: [], ...UNKNOWN_ACCOUNT };
  return { page, facts };
}

const UNKNOWN_ACCOUNT: AccountFacts = { enabled: false, gpsListedAt: null, driveriListedAt: null };

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
  const search = searchOf(request);
  if (search !== null && inclusive) {
    return sql`(${rankOf(search)}, d.name_key, d.key) ${operator}
      (${place.rank ?? 0}::int, ${String(place.value)}::text, ${place.key}::text)`;
  }
  const value = NUMERIC.has(request.sort) ? sql`${place.value}::bigint` : sql`${String(place.value)}::text`;
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
