import { randomUUID } from 'node:crypto';
import { sql, type Selectable, type Updateable } from 'kysely';
import type { AccountId, GpsId, RunId } from '../driver/ids';
import type { NewRunItem, RunItemRow, RunRepository } from '../sync/sync-store';
import type { ItemOutcome } from '../sync/views';
import { inChunks } from './in-chunks';
import type { GatewayDb, SyncRunItemTable } from './tables';
import { withoutUndefined } from './without-undefined';

type RunItemRepository = Pick<
  RunRepository,
  | 'addItems'
  | 'items'
  | 'pendingItemsOf'
  | 'updateItems'
  | 'setItemGenerations'
  | 'outcomeCounts'
  | 'noteApplied'
  | 'appliedItems'
  | 'nextPosition'
>;

/** What runs planned for each driver, in Postgres. */
export function createPgRunItems(db: GatewayDb, account: AccountId): RunItemRepository {
  return {
    addItems: (id, items) => addItems(db, account, id, items),
    async items(id) {
      const rows = await db
        .selectFrom('gateway.sync_run_item')
        .selectAll()
        .where('account', '=', account)
        .where('run_id', '=', id)
        .orderBy('position')
        .execute();
      return rows.map(toItem);
    },
    async pendingItemsOf(id) {
      const { rows } = await sql<Selectable<SyncRunItemTable>>`
        select i.* ${pendingOf(account, id)} order by r.started_at, i.position`.execute(db);
      return rows.map(toItem);
    },
    updateItems: (ids, patch) => updateItems(db, account, ids, patch),
    setItemGenerations: (id, generations) => setItemGenerations(db, account, id, generations),
    outcomeCounts: (id) => outcomeCounts(db, account, id),
    async noteApplied(id, ...actions) {
      await sql`
        update gateway.sync_run_item set applied = true
        where id in (select i.id ${pendingOf(account, id)} and i.action = any(${actions}::text[]))`.execute(
        db,
      );
    },
    async appliedItems(ids) {
      if (ids.length === 0) return new Set();
      const { rows } = await sql<{ id: string }>`
        select id from gateway.sync_run_item
        where account = ${account} and id = any(${ids}::text[]) and applied`.execute(db);
      return new Set(rows.map((row) => row.id));
    },
    nextPosition: (id) => nextPosition(db, account, id),
  };
}

/** Items that wait for a reconcile. Those of a dry run wait for nothing, nor do those of a run that has ended. */
const pendingOf = (account: AccountId, id: GpsId) => sql`
  from gateway.sync_run_item i
  join gateway.sync_run r on r.id = i.run_id
  where i.account = ${account} and i.gps_id = ${id} and i.outcome = 'PENDING'
    and not r.dry_run and r.status in ('PLANNING', 'RUNNING', 'AWAITING_APPROVAL')`;

async function addItems(
  db: GatewayDb,
  account: AccountId,
  run: RunId,
  items: readonly NewRunItem[],
): Promise<void> {
  await inChunks(items, (chunk) =>
    sql`
      insert into gateway.sync_run_item (
        id, run_id, account, position, gps_id, driver_key, driver_name, action, row_number, steps, changes,
        reason, outcome, held_for, problem, generation)
      select r.id, ${run}, ${account}, r.position, r.gps_id, d.key, r.driver_name, r.action, r.row_number, r.steps,
             r.changes, r.reason, r.outcome, r.held_for, r.problem, r.generation
      from jsonb_to_recordset(${JSON.stringify(chunk.map(toColumns))}::jsonb) as r(
        id text, position integer, gps_id text, driver_name text, action text, row_number integer, steps jsonb,
        changes jsonb, reason text, outcome text, held_for text, problem jsonb, generation integer)
      left join gateway.driver d on d.account = ${account} and d.gps_id = r.gps_id`.execute(db),
  );
}

function toColumns(item: NewRunItem) {
  return {
    id: randomUUID(),
    position: item.position,
    gps_id: item.gpsId,
    driver_name: item.driverName,
    action: item.action,
    row_number: item.rowNumber,
    steps: item.steps,
    changes: item.changes,
    reason: item.reason,
    outcome: item.outcome,
    held_for: item.heldFor,
    problem: item.problem,
    generation: item.generation,
  };
}

function toItem(row: Selectable<SyncRunItemTable>): RunItemRow {
  return {
    id: row.id,
    runId: row.run_id,
    position: row.position,
    gpsId: row.gps_id,
    driverName: row.driver_name,
    action: row.action,
    rowNumber: row.row_number,
    steps: row.steps,
    changes: row.changes,
    reason: row.reason,
    outcome: row.outcome,
    heldFor: row.held_for,
    rejected: row.rejected,
    problem: row.problem,
    generation: row.generation,
  };
}

async function updateItems(
  db: GatewayDb,
  account: AccountId,
  ids: readonly string[],
  patch: Parameters<RunRepository['updateItems']>[1],
): Promise<void> {
  const { problem } = patch;
  const columns: Updateable<SyncRunItemTable> = withoutUndefined({
    outcome: patch.outcome,
    problem: problem === undefined || problem === null ? problem : JSON.stringify(problem),
    generation: patch.generation,
    held_for: patch.heldFor,
    rejected: patch.rejected,
  });
  if (ids.length === 0 || Object.keys(columns).length === 0) return;
  await db
    .updateTable('gateway.sync_run_item')
    .set(columns)
    .where('account', '=', account)
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute();
}

async function setItemGenerations(
  db: GatewayDb,
  account: AccountId,
  run: RunId,
  generations: ReadonlyMap<GpsId, number>,
): Promise<void> {
  if (generations.size === 0) return;
  await sql`
    update gateway.sync_run_item i set generation = g.generation
    from unnest(${[...generations.keys()]}::text[], ${[...generations.values()]}::int[]) as g(gps_id, generation)
    where i.account = ${account} and i.run_id = ${run} and i.gps_id = g.gps_id`.execute(db);
}

async function outcomeCounts(
  db: GatewayDb,
  account: AccountId,
  run: RunId,
): Promise<Readonly<Record<ItemOutcome, number>>> {
  const counts: Record<ItemOutcome, number> = { PENDING: 0, APPLIED: 0, SKIPPED: 0, FAILED: 0, HELD: 0 };
  const { rows } = await sql<{ outcome: ItemOutcome; count: number }>`
    select outcome, count(*)::int as count from gateway.sync_run_item
    where account = ${account} and run_id = ${run}
    group by outcome`.execute(db);
  for (const row of rows) counts[row.outcome] = row.count;
  return counts;
}

async function nextPosition(db: GatewayDb, account: AccountId, run: RunId): Promise<number> {
  const { rows } = await sql<{ next: number }>`
    select coalesce(max(position) + 1, 0) as next from gateway.sync_run_item
    where account = ${account} and run_id = ${run}`.execute(db);
  return rows[0]?.next ?? 0;
}
