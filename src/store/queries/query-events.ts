import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { FieldChange } from '../../driver/plan/driver-plan';
import type { AccountId, DriverKey, RunId } from '../../driver/ids';
import type { EventFilter, Page } from '../../gateway/queries';
import type { EventView, SyncEventType } from '../../gateway/views/event-view';

interface EventRow {
  readonly seq: number;
  readonly type: SyncEventType;
  readonly at: number;
  readonly actor: string | null;
  readonly driver_key: DriverKey | null;
  readonly driver_name: string | null;
  readonly run_id: RunId | null;
  readonly changes: readonly FieldChange[];
  readonly message: string;
}

const eventColumns = sql`
  e.seq, e.type, e.at, e.actor, e.driver_key, e.driver_name, e.run_id, e.changes, e.message`;

/** The driver's own key and every key that it was merged with: events keep the key of their time. */
const keysOf = (account: AccountId, asked: RawBuilder<unknown>) => sql`
  select coalesce(d.merged_into, d.key) from gateway.driver d
  where d.account = ${account} and d.key = ${asked}
  union
  select k.key from gateway.driver d
  join gateway.driver k on k.account = d.account and k.merged_into = coalesce(d.merged_into, d.key)
  where d.account = ${account} and d.key = ${asked}`;

/** See `GatewayQueries.eventsNewestFirst`. */
export async function eventsNewestFirst(
  db: QueryExecutorProvider,
  account: AccountId,
  page: { readonly limit: number; readonly before?: number; readonly filter: EventFilter },
): Promise<Page<EventView>> {
  const parts = [sql`e.account = ${account}`];
  if (page.before !== undefined) parts.push(sql`e.seq < ${page.before}::bigint`);
  if (page.filter.types) parts.push(sql`e.type = any(${[...page.filter.types]}::text[])`);
  if (page.filter.runId !== undefined) parts.push(sql`e.run_id = ${page.filter.runId}`);
  if (page.filter.actor !== undefined) parts.push(sql`e.actor = ${page.filter.actor}`);
  if (page.filter.from !== undefined) parts.push(sql`e.at >= ${page.filter.from}::bigint`);
  if (page.filter.to !== undefined) parts.push(sql`e.at < ${page.filter.to}::bigint`);
  const { driverKey } = page.filter;
  if (driverKey !== undefined) {
    parts.push(sql`e.driver_key = any(array(${keysOf(account, sql`${driverKey}`)}))`);
  }
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from gateway.event e
    where ${sql.join(parts, sql` and `)}
    order by e.seq desc
    limit ${page.limit + 1}`.execute(db);
  return cut(rows, page.limit);
}

/** See `GatewayQueries.eventsOfDrivers`: one statement, however many drivers. */
export async function eventsOfDrivers(
  db: QueryExecutorProvider,
  account: AccountId,
  keys: readonly DriverKey[],
  limit: number,
): Promise<readonly Page<EventView>[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<EventRow & { readonly asked: DriverKey }>`
    select asked.key as asked, ${eventColumns}
    from unnest(${[...keys]}::text[]) as asked(key)
    cross join lateral (
      select * from gateway.event e
      where e.account = ${account} and e.driver_key = any(array(${keysOf(account, sql`asked.key`)}))
      order by e.seq desc
      limit ${limit + 1}
    ) e
    order by e.seq desc`.execute(db);
  const byDriver = new Map<DriverKey, EventRow[]>(keys.map((key) => [key, []]));
  for (const row of rows) byDriver.get(row.asked)?.push(row);
  return keys.map((key) => cut(byDriver.get(key) ?? [], limit));
}

/** See `GatewayQueries.eventsAfter`. */
export async function eventsAfter(
  db: QueryExecutorProvider,
  account: AccountId,
  seq: number,
  limit: number,
): Promise<readonly EventView[]> {
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from gateway.event e
    where e.account = ${account} and e.seq > ${seq}::bigint
    order by e.seq
    limit ${limit}`.execute(db);
  return rows.map(toEventView);
}

/** See `GatewayQueries.eventsBySeq`. */
export async function eventsBySeq(
  db: QueryExecutorProvider,
  account: AccountId,
  seqs: readonly number[],
): Promise<readonly (EventView | null)[]> {
  if (seqs.length === 0) return [];
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from gateway.event e
    where e.account = ${account} and e.seq = any(${[...seqs]}::bigint[])`.execute(db);
  const bySeq = new Map(rows.map((row) => [row.seq, toEventView(row)]));
  return seqs.map((seq) => bySeq.get(seq) ?? null);
}

/** See `GatewayQueries.eventRange`. The head is read first: a number is given out before its row can be seen. */
export async function eventRange(
  db: QueryExecutorProvider,
  account: AccountId,
): Promise<{ readonly first: number; readonly last: number }> {
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select h.last_seq as last,
           (select min(seq) from gateway.event e where e.account = h.account and e.seq >= h.first_seq) as first
    from gateway.event_head h where h.account = ${account}`.execute(db);
  const last = rows[0]?.last ?? 0;
  // A log that was emptied by its retention keeps counting.
  return { first: rows[0]?.first ?? last + 1, last };
}

function cut(rows: readonly EventRow[], limit: number): Page<EventView> {
  return { rows: rows.slice(0, limit).map(toEventView), hasAfter: rows.length > limit };
}

function toEventView(row: EventRow): EventView {
  return {
    seq: row.seq,
    type: row.type,
    at: row.at,
    actor: row.actor,
    driverKey: row.driver_key,
    driverName: row.driver_name,
    runId: row.run_id,
    changes: row.changes,
    message: row.message,
  };
}
