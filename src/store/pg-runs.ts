import { sql, type Selectable, type Updateable } from 'kysely';
import type { AccountId, RunId } from '../driver/ids';
import type { RunRepository, RunRow } from '../sync/sync-store';
import type { RunStatus, RunTotals } from '../sync/views';
import { createPgRunItems } from './pg-run-items';
import type { GatewayDb, SyncRunTable } from './tables';
import { withoutUndefined } from './without-undefined';

const NO_TOTALS: RunTotals = {
  create: 0,
  reinstate: 0,
  link: 0,
  rename: 0,
  update: 0,
  remove: 0,
  unchanged: 0,
  conflict: 0,
  applied: 0,
  failed: 0,
  held: 0,
};

/** The runs of an account with their items, in Postgres. Lists of runs are newest first. */
export function createPgRuns(db: GatewayDb, account: AccountId): RunRepository {
  const withStatus = async (statuses: readonly RunStatus[], dryToo: boolean): Promise<readonly RunRow[]> => {
    const query = db
      .selectFrom('gateway.sync_run')
      .selectAll()
      .where('account', '=', account)
      .where('status', 'in', statuses)
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc');
    const rows = await (dryToo ? query : query.where('dry_run', '=', false)).execute();
    return rows.map(toRunRow);
  };
  return {
    ...createPgRunItems(db, account),
    insert: (run) => insert(db, account, run),
    async byId(id) {
      const row = await db
        .selectFrom('gateway.sync_run')
        .selectAll()
        .where('account', '=', account)
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : toRunRow(row);
    },
    active: () => withStatus(['PLANNING', 'RUNNING'], false),
    awaitingApproval: () => withStatus(['AWAITING_APPROVAL'], true),
    running: () => withStatus(['RUNNING'], true),
    update: (id, patch) => update(db, account, id, patch),
  };
}

async function insert(
  db: GatewayDb,
  account: AccountId,
  run: Parameters<RunRepository['insert']>[0],
): Promise<void> {
  await db
    .insertInto('gateway.sync_run')
    .values({
      id: run.id,
      account,
      kind: run.kind,
      status: run.status,
      dry_run: run.dryRun,
      requested_by: run.requestedBy,
      scope: run.scope === null ? null : JSON.stringify(run.scope),
      started_at: run.startedAt,
      totals: JSON.stringify(NO_TOTALS),
    })
    .execute();
}

async function update(
  db: GatewayDb,
  account: AccountId,
  id: RunId,
  patch: Parameters<RunRepository['update']>[1],
): Promise<void> {
  const columns: Updateable<SyncRunTable> = withoutUndefined({
    status: patch.status,
    planned_at: patch.plannedAt,
    deadline_at: patch.deadlineAt,
    finished_at: patch.finishedAt,
    totals: patch.totals === undefined ? undefined : JSON.stringify(patch.totals),
    problem:
      patch.problem === undefined || patch.problem === null ? patch.problem : JSON.stringify(patch.problem),
    accept_shrunk: patch.acceptShrunk,
    dry_run: patch.dryRun,
    kind: patch.kind,
    requested_by: patch.requestedBy,
    lease_owner: patch.leaseOwner,
    lease_until: patch.leaseOwner === null ? 0 : undefined,
  });
  if (Object.keys(columns).length === 0) return;
  await db
    .updateTable('gateway.sync_run')
    .set(columns)
    .where('account', '=', account)
    .where('id', '=', id)
    .execute();
}

function toRunRow(row: Selectable<SyncRunTable>): RunRow {
  return {
    id: row.id,
    account: row.account,
    kind: row.kind,
    status: row.status,
    dryRun: row.dry_run,
    requestedBy: row.requested_by,
    scope: row.scope,
    startedAt: row.started_at,
    plannedAt: row.planned_at,
    deadlineAt: row.deadline_at,
    totals: { ...NO_TOTALS, ...row.totals },
    problem: row.problem,
    acceptShrunk: row.accept_shrunk,
  };
}

/** See `SyncStore.takeRun`: the oldest of all accounts' runs. Two who ask at once get two runs, without waiting for each other. */
export async function takeRun(
  db: GatewayDb,
  owner: string,
  now: number,
  leaseMs: number,
): Promise<RunRow | null> {
  const { rows } = await sql<Selectable<SyncRunTable>>`
    update gateway.sync_run set lease_owner = ${owner}, lease_until = ${now + leaseMs}::bigint
    where id = (
      select id from gateway.sync_run
      where status in ('PLANNING', 'RUNNING') and lease_until <= ${now}::bigint
      order by started_at, id
      limit 1
      for update skip locked
    )
    returning *`.execute(db);
  return rows[0] === undefined ? null : toRunRow(rows[0]);
}

/** See `SyncStore.renewRun`. False when the run is no longer this worker's. */
export async function renewRun(db: GatewayDb, run: RunId, owner: string, until: number): Promise<boolean> {
  const { rows } = await sql`
    update gateway.sync_run set lease_until = ${until}::bigint
    where id = ${run} and lease_owner = ${owner}
    returning 1`.execute(db);
  return rows.length > 0;
}
