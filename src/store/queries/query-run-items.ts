import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { AbsenceProof } from '../../driver/absence-proof';
import { foldText } from '../../driver/driver-status';
import type { AccountId, DriverKey, RunId } from '../../driver/ids';
import type { FieldChange, SyncAction } from '../../driver/plan/driver-plan';
import type {
  GatewayQueries,
  HeldItemFilter,
  HeldItemPage,
  Page,
  RunItemFilter,
} from '../../gateway/queries';
import { absenceEvidence } from '../../gateway/views/absence-evidence';
import type { ProblemView } from '../../gateway/views/problem-view';
import type { HeldForView, ItemOutcome, RunItemView } from '../../gateway/views/run-view';

type ItemPage = Parameters<GatewayQueries['runItems']>[2];
type HeldPage = Parameters<GatewayQueries['heldItems']>[1];

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
  readonly held_for: keyof typeof HELD_FOR_OF | null;
  readonly proof: AbsenceProof | null;
  readonly last_seen_at: number | null;
  readonly decided_by: string | null;
  readonly decided_at: number | null;
  readonly decision_reason: string | null;
}

/** How the store calls each reason of a hold. */
const HELD_FOR_OF = {
  removal: 'REMOVAL',
  identity: 'IDENTITY',
  'mass-change': 'MASS_CHANGE',
  'suspicious-driver-id': 'SUSPICIOUS_DRIVER_ID',
} as const satisfies Readonly<Record<string, HeldForView>>;

// A removal is proven where it was planned, where it was proposed, or in the roster: whichever knows of it first.
const itemColumns = sql`
  i.id, i.run_id, i.driver_key, i.driver_name, i.action, i.changes, i.reason, i.outcome, i.problem, i.position, i.held_for,
  i.decided_by, i.decided_at, i.decision_reason,
  case when i.action = 'REMOVE' then coalesce(i.evidence, (
    select m.proof from gateway.removal m
    where m.account = i.account and m.gps_id = i.gps_id and m.proof is not null
    order by m.proposed_at desc limit 1
  ), (
    select g.absence_proof from gateway.gps_driver g where g.account = i.account and g.gps_id = i.gps_id
  )) end as proof,
  case when i.action = 'REMOVE' then coalesce(i.last_seen_at, (
    select coalesce(g.last_listed_at, g.observed_at) from gateway.gps_driver g where g.account = i.account and g.gps_id = i.gps_id
  )) end as last_seen_at`;

/** See `GatewayQueries.runItems`. */
export async function runItems(
  db: QueryExecutorProvider,
  account: AccountId,
  run: RunId,
  page: ItemPage,
): Promise<Page<RunItemView>> {
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from gateway.sync_run_item i
    where ${itemCondition(account, run, page)} and i.position > ${page.after ?? -1}
    order by i.position
    limit ${page.limit + 1}`.execute(db);
  return { rows: rows.slice(0, page.limit).map(toItemView), hasAfter: rows.length > page.limit };
}

/** See `GatewayQueries.countRunItems`. */
export async function countRunItems(
  db: QueryExecutorProvider,
  account: AccountId,
  run: RunId,
  filter: RunItemFilter,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from gateway.sync_run_item i
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
    select ${itemColumns} from gateway.sync_run_item i
    where i.account = ${account} and i.id = any(${[...ids]}::text[])`.execute(db);
  const byId = new Map(rows.map((row) => [row.id, toItemView(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** See `GatewayQueries.heldItems`. */
export async function heldItems(
  db: QueryExecutorProvider,
  account: AccountId,
  page: HeldPage,
): Promise<HeldItemPage> {
  const behind =
    page.after === undefined
      ? sql``
      : sql`and (r.started_at, r.id, i.position) >
          (${page.after.runStartedAt}::bigint, ${page.after.run}::text, ${page.after.position}::integer)`;
  const { rows } = await sql<ItemRow & { readonly run_started_at: number }>`
    select ${itemColumns}, r.started_at as run_started_at
    from gateway.sync_run_item i
    join gateway.sync_run r on r.id = i.run_id
    where ${heldCondition(account, page.filter)} ${behind}
    order by r.started_at, r.id, i.position
    limit ${page.limit + 1}`.execute(db);
  return {
    rows: rows.slice(0, page.limit).map((row) => ({
      item: toItemView(row),
      position: { runStartedAt: row.run_started_at, run: row.run_id, position: row.position },
    })),
    hasAfter: rows.length > page.limit,
  };
}

/** See `GatewayQueries.countHeldItems`. */
export async function countHeldItems(
  db: QueryExecutorProvider,
  account: AccountId,
  filter: HeldItemFilter,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count
    from gateway.sync_run_item i
    join gateway.sync_run r on r.id = i.run_id
    where ${heldCondition(account, filter)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** A preview holds nothing, and what a run held when it ended is held by another run. */
function heldCondition(account: AccountId, filter: HeldItemFilter): RawBuilder<unknown> {
  const parts = [
    sql`i.account = ${account} and i.outcome = 'HELD'`,
    sql`not r.dry_run and r.status in ('PLANNING', 'RUNNING', 'AWAITING_APPROVAL')`,
  ];
  if (filter.heldFor) parts.push(sql`i.held_for = any(${filter.heldFor.map(storedName)}::text[])`);
  if (filter.search !== undefined) parts.push(searchCondition(filter.search));
  return sql.join(parts, sql` and `);
}

function itemCondition(account: AccountId, run: RunId, filter: RunItemFilter): RawBuilder<unknown> {
  const parts = [sql`i.account = ${account} and i.run_id = ${run}`];
  if (filter.action) parts.push(sql`i.action = any(${[...filter.action]}::text[])`);
  if (filter.outcome) parts.push(sql`i.outcome = any(${[...filter.outcome]}::text[])`);
  if (filter.overwrites !== undefined) parts.push(sql`i.overwrites = ${filter.overwrites}::boolean`);
  if (filter.search !== undefined) parts.push(searchCondition(filter.search));
  return sql.join(parts, sql` and `);
}

/** The name of the time, the name and DriverID of now, or a DriverID that the plan speaks of. */
function searchCondition(search: string): RawBuilder<unknown> {
  const pattern = `%${foldText(search.trim()).replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(
    ${folded(sql`i.driver_name`)} like ${pattern}::text
    or exists (
      select from gateway.driver d
      where d.account = i.account and d.key = i.driver_key
        and (d.name_key like ${pattern}::text or d.driver_id_key like ${pattern}::text))
    or exists (
      select from (
        select step ->> 'driverId' as id from jsonb_array_elements(i.steps) step
        union all select step ->> 'from' from jsonb_array_elements(i.steps) step
        union all select step ->> 'to' from jsonb_array_elements(i.steps) step
        union all select step #>> '{driver,driverId}' from jsonb_array_elements(i.steps) step
        union all select change ->> 'from' from jsonb_array_elements(i.changes) change where change ->> 'field' = 'driverId'
        union all select change ->> 'to' from jsonb_array_elements(i.changes) change where change ->> 'field' = 'driverId'
      ) named where ${folded(sql`named.id`)} like ${pattern}::text))`;
}

/** As `foldText` folds, but for what only JavaScript's rules of case know. */
const folded = (text: RawBuilder<unknown>) =>
  sql`lower(regexp_replace(normalize(${text}, NFD), '[\\u0300-\\u036f]', '', 'g'))`;

function storedName(heldFor: HeldForView): string {
  const found = Object.entries(HELD_FOR_OF).find(([, name]) => name === heldFor);
  return found?.[0] ?? '';
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
    heldFor: row.held_for === null ? null : HELD_FOR_OF[row.held_for],
    evidence: row.proof === null ? null : absenceEvidence(row.proof, row.last_seen_at),
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    decisionReason: row.decision_reason,
  };
}
