import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { AccountId, GpsId, RunId } from '../../driver/ids';
import type { ItemOutcome } from '../../gateway/views/run-view';
import type { ItemSettlement, NewRunItem, RunItemRow, RunStore } from '../../sync/ports/run-store';
import { inChunks } from '../database/in-chunks';
import type { GatewayDb, SyncRunItemTable } from '../database/tables';

type RunItemStore = Pick<
  RunStore,
  | 'addItems'
  | 'clearItems'
  | 'items'
  | 'updateItems'
  | 'noteGenerations'
  | 'outcomeCounts'
  | 'waitingFor'
  | 'noteApplied'
  | 'settleItems'
  | 'releaseHeld'
  | 'heldCount'
>;

/** What runs planned for each driver, in Postgres. */
export function createPgRunItems(db: GatewayDb, account: AccountId): RunItemStore {
  /** Drivers that no run waited for when this transaction asked: there is nothing to note or to settle for them. */
  const unawaited = new Set<GpsId>();
  const isAwaited = ({ gpsId }: { readonly gpsId: GpsId }): boolean => !unawaited.has(gpsId);
  return {
    addItems: (id, items) => addItems(db, account, id, items),
    async clearItems(id) {
      await sql`delete from gateway.sync_run_item where account = ${account} and run_id = ${id}`.execute(db);
    },
    async items(id, outcomes) {
      const only = outcomes === undefined ? sql`` : sql`and outcome = any(${outcomes}::text[])`;
      const { rows } = await sql<Selectable<SyncRunItemTable>>`
        select * from gateway.sync_run_item
        where account = ${account} and run_id = ${id} ${only} order by position`.execute(db);
      return rows.map(toItem);
    },
    updateItems: (ids, patch) => updateItems(db, account, ids, patch),
    async noteGenerations(id, of) {
      await sql`
        update gateway.sync_run_item i set generation = w.generation
        from gateway.driver_work w
        where i.account = ${account} and i.run_id = ${id} and i.outcome = 'PENDING'
          and i.gps_id = any(${of}::text[]) and w.account = i.account and w.gps_id = i.gps_id`.execute(db);
    },
    outcomeCounts: (id) => outcomeCounts(db, account, id),
    async waitingFor(ids) {
      const runs = await runsOf(db, account, ids);
      for (const id of ids) if (!runs.has(id)) unawaited.add(id);
      return runs;
    },
    noteApplied: (applied) => noteApplied(db, account, applied.filter(isAwaited)),
    settleItems: (settlements) => settleItems(db, account, settlements.filter(isAwaited)),
    releaseHeld: (of, now) => releaseHeld(db, account, of, now),
    async heldCount(heldFor) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from gateway.sync_run_item i join gateway.sync_run r on r.id = i.run_id
        where i.account = ${account} and i.outcome = 'HELD' and i.held_for = ${heldFor}
          and not r.dry_run and r.status in ('PLANNING', 'RUNNING', 'AWAITING_APPROVAL')`.execute(db);
      return rows[0]?.count ?? 0;
    },
  };
}

/** Items that wait for their driver. Those of a dry run wait for nothing, nor do those of a run that has ended. */
const waitingItem = (account: AccountId) => sql`
  i.account = ${account} and i.outcome = 'PENDING' and exists (
    select from gateway.sync_run r
    where r.id = i.run_id and not r.dry_run and r.status in ('PLANNING', 'RUNNING', 'AWAITING_APPROVAL'))`;

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
        reason, outcome, held_for, rejected, problem, generation, evidence, last_seen_at)
      select r.id, ${run}, ${account}, last.position + r.place + 1, r.gps_id, d.key, r.driver_name, r.action,
             r.row_number, r.steps, r.changes, r.reason, r.outcome, r.held_for, r.rejected, nullif(r.problem, 'null'::jsonb),
             r.generation, nullif(r.evidence, 'null'::jsonb), r.last_seen_at
      from jsonb_to_recordset(${JSON.stringify(chunk.map(toColumns))}::jsonb) as r(
        id text, place integer, gps_id text, driver_name text, action text, row_number integer, steps jsonb,
        changes jsonb, reason text, outcome text, held_for text, rejected boolean, problem jsonb, generation integer,
        evidence jsonb, last_seen_at bigint)
      cross join (select coalesce(max(position), -1) as position from gateway.sync_run_item
                  where account = ${account} and run_id = ${run}) last
      left join gateway.driver d on d.account = ${account} and d.gps_id = r.gps_id
        -- Elsewhere, a driver with the same GPS id is another person.
        and not exists (select from gateway.sync_run s where s.id = ${run} and s.connection is not null)`.execute(
      db,
    ),
  );
}

function toColumns(item: NewRunItem, place: number) {
  return {
    id: randomUUID(),
    place,
    gps_id: item.gpsId,
    driver_name: item.driverName,
    action: item.action,
    row_number: item.rowNumber,
    steps: item.steps,
    changes: item.changes,
    reason: item.reason,
    outcome: item.outcome,
    held_for: item.heldFor,
    rejected: item.rejected,
    problem: item.problem,
    generation: item.generation,
    evidence: item.evidence ?? null,
    last_seen_at: item.lastSeenAt ?? null,
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
  patch: Parameters<RunStore['updateItems']>[1],
): Promise<void> {
  const { outcome, problem, heldFor, rejected, decision } = patch;
  const sets = [
    ...(outcome === undefined ? [] : [sql`outcome = ${outcome}`]),
    ...(problem === undefined
      ? []
      : [sql`problem = ${problem === null ? null : JSON.stringify(problem)}::jsonb`]),
    ...(heldFor === undefined ? [] : [sql`held_for = ${heldFor}`]),
    ...(rejected === undefined ? [] : [sql`rejected = ${rejected}`]),
    ...(decision === undefined
      ? []
      : [
          sql`decided_by = ${decision.by}`,
          sql`decided_at = ${decision.at}`,
          sql`decision_reason = ${decision.reason}`,
        ]),
  ];
  if (sets.length === 0) return;
  await inChunks(ids, (chunk) =>
    sql`
      update gateway.sync_run_item set ${sql.join(sets)}
      where account = ${account} and id = any(${chunk}::text[])`.execute(db),
  );
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

async function noteApplied(
  db: GatewayDb,
  account: AccountId,
  applied: Parameters<RunStore['noteApplied']>[0],
): Promise<void> {
  const pairs = applied.flatMap(({ gpsId, actions }) => actions.map((action) => ({ gpsId, action })));
  await inChunks(pairs, (chunk) =>
    sql`
      update gateway.sync_run_item i set applied = true
      from unnest(${chunk.map((pair) => pair.gpsId)}::text[], ${chunk.map((pair) => pair.action)}::text[])
        as a(gps_id, action)
      where ${waitingItem(account)} and i.gps_id = a.gps_id and i.action = a.action and not i.applied`.execute(
      db,
    ),
  );
}

async function settleItems(
  db: GatewayDb,
  account: AccountId,
  settlements: readonly ItemSettlement[],
): Promise<void> {
  const rows = settlements.map((it) => ({
    gps_id: it.gpsId,
    generation: it.generation,
    failed: it.failed,
    problem: it.problem,
  }));
  await inChunks(rows, (chunk) =>
    sql`
      update gateway.sync_run_item i set
        outcome = case when s.failed then 'FAILED' when i.applied then 'APPLIED' else 'SKIPPED' end,
        problem = nullif(s.problem, 'null'::jsonb)
      from jsonb_to_recordset(${JSON.stringify(chunk)}::jsonb) as s(
        gps_id text, generation integer, failed boolean, problem jsonb)
      where ${waitingItem(account)} and i.gps_id = s.gps_id and i.generation <= s.generation`.execute(db),
  );
}

/** The run of each driver's oldest pending item. Items of dry runs, and of runs that have ended, wait for nothing. */
export const pendingRuns = (account: AccountId, ids: ReturnType<typeof sql>) => sql`
  select distinct on (i.gps_id) i.gps_id, i.run_id from gateway.sync_run_item i
  join gateway.sync_run r on r.id = i.run_id
  where i.account = ${account} and i.gps_id in ${ids} and i.outcome = 'PENDING'
    and not r.dry_run and r.status in ('PLANNING', 'RUNNING', 'AWAITING_APPROVAL')
  order by i.gps_id, r.started_at, i.position`;

async function runsOf(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
): Promise<ReadonlyMap<GpsId, RunId>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ gps_id: GpsId; run_id: RunId }>`
    ${pendingRuns(account, sql`(select unnest(${ids}::text[]))`)}`.execute(db);
  return new Map(rows.map((row) => [row.gps_id, row.run_id]));
}

/** A run whose last held item goes is RUNNING for a moment, and is ended as any other. One that waits for a smaller fleet stays. */
async function releaseHeld(
  db: GatewayDb,
  account: AccountId,
  of: readonly GpsId[],
  now: number,
): Promise<void> {
  await skipHeld(db, account, of, sql`i.held_for <> 'removal'`);
  await endEmpty(db, account, now);
}

/** The same of removals that are void: nothing costs a statement where no run holds one of these. */
export async function releaseRemovals(
  db: GatewayDb,
  account: AccountId,
  of: readonly GpsId[],
  now: number,
): Promise<void> {
  if ((await skipHeld(db, account, of, sql`i.held_for = 'removal'`)) > 0) await endEmpty(db, account, now);
}

async function skipHeld(
  db: GatewayDb,
  account: AccountId,
  of: readonly GpsId[],
  which: ReturnType<typeof sql>,
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update gateway.sync_run_item i set outcome = 'SKIPPED'
    from gateway.sync_run r
    where i.account = ${account} and i.outcome = 'HELD' and ${which} and i.gps_id = any(${of}::text[])
      and r.id = i.run_id and not r.dry_run and r.status in ('RUNNING', 'AWAITING_APPROVAL')`.execute(db);
  return Number(numAffectedRows);
}

async function endEmpty(db: GatewayDb, account: AccountId, now: number): Promise<void> {
  await sql`
    update gateway.sync_run r set status = 'RUNNING', deadline_at = ${now}::bigint
    where r.account = ${account} and r.status = 'AWAITING_APPROVAL' and r.problem is null
      and not exists (select from gateway.sync_run_item i
                      where i.run_id = r.id and i.outcome in ('HELD', 'PENDING'))`.execute(db);
}
