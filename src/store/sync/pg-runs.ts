import { sql, type Selectable, type Updateable } from 'kysely';
import type { AccountId, RunId } from '../../driver/ids';
import type { ProblemView } from '../../gateway/views/problem-view';
import type { RunStatus, RunTotals } from '../../gateway/views/run-view';
import type { RunPatch, RunRow, RunStore } from '../../sync/ports/run-store';
import type { GatewayDb, SyncRunTable } from '../database/tables';
import { withoutUndefined } from '../database/without-undefined';
import { createPgRunItems } from './pg-run-items';

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
export function createPgRuns(db: GatewayDb, account: AccountId): RunStore {
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
    async lock(id) {
      const { rows } = await sql<Selectable<SyncRunTable>>`
        select * from gateway.sync_run where account = ${account} and id = ${id} for update`.execute(db);
      return rows[0] === undefined ? null : toRunRow(rows[0]);
    },
    active: () => withStatus(['PLANNING', 'RUNNING'], false),
    awaitingApproval: () => withStatus(['AWAITING_APPROVAL'], true),
    async open() {
      return [...(await withStatus(['PLANNING', 'RUNNING'], true))].reverse();
    },
    async lastEnded() {
      const { rows } = await sql<Selectable<SyncRunTable>>`
        select * from gateway.sync_run
        where account = ${account} and not dry_run and scope is null and finished_at is not null
        order by started_at desc, id desc limit 1`.execute(db);
      return rows[0] === undefined ? null : toRunRow(rows[0]);
    },
    update: (id, patch) => update(db, account, id, patch),
    replaceDryRuns: (by, now) => replaceDryRuns(db, account, by, now),
  };
}

async function insert(
  db: GatewayDb,
  account: AccountId,
  run: Parameters<RunStore['insert']>[0],
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
      not_before: run.notBefore,
      totals: JSON.stringify(NO_TOTALS),
      connection: run.connection ?? null,
    })
    .execute();
}

async function update(db: GatewayDb, account: AccountId, id: RunId, patch: RunPatch): Promise<void> {
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
    not_before: patch.notBefore,
    tries: patch.tries,
  });
  if (Object.keys(columns).length === 0) return;
  await db
    .updateTable('gateway.sync_run')
    .set(columns)
    .where('account', '=', account)
    .where('id', '=', id)
    .execute();
}

/** Of a dry run that is approved at this moment, whichever transaction comes first decides: it is no dry run, or no PLANNED one, any more. */
async function replaceDryRuns(
  db: GatewayDb,
  account: AccountId,
  by: Pick<RunRow, 'id' | 'scope'>,
  now: number,
): Promise<void> {
  const problem: ProblemView = {
    code: 'REPLACED',
    message: 'A newer dry run has replaced this one.',
    hint: 'Look at the newer one, or make another.',
    since: now,
  };
  const replaced = sql`
    account = ${account} and dry_run and id <> ${by.id} and (scope is not null or ${by.scope === null}::boolean)`;
  await sql`
    update gateway.sync_run set status = 'CANCELLED', finished_at = ${now}::bigint, problem = ${JSON.stringify(problem)}::jsonb
    where ${replaced} and status = 'PLANNED'`.execute(db);
  await sql`
    delete from gateway.sync_run_item where account = ${account} and run_id in (
      select id from gateway.sync_run where ${replaced} and status in ('CANCELLED', 'FAILED'))`.execute(db);
}

function toRunRow(row: Selectable<SyncRunTable>): RunRow {
  return {
    id: row.id,
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
    notBefore: row.not_before,
    tries: row.tries,
    connection: row.connection,
  };
}
