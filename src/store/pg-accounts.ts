import { sql, type Selectable, type Updateable } from 'kysely';
import type { AccountId } from '../driver/ids';
import type { AccountProblem, AccountRepository, AccountState } from '../sync/sync-store';
import type { AccountProblemTable, AccountTable, GatewayDb } from './tables';
import { withoutUndefined } from './without-undefined';

/** The account's row and its health, in Postgres. */
export function createPgAccounts(db: GatewayDb, account: AccountId): AccountRepository {
  return {
    ensure: () => ensure(db, account),
    read: () => readState(db, account, 'none'),
    lockShared: () => readState(db, account, 'share'),
    lockExclusive: () => readState(db, account, 'update'),
    async update(patch) {
      const columns = toColumns(patch);
      if (Object.keys(columns).length === 0) return;
      await db.updateTable('gateway.account').set(columns).where('account', '=', account).execute();
    },
    async problems() {
      const rows = await db
        .selectFrom('gateway.account_problem')
        .selectAll()
        .where('account', '=', account)
        .orderBy('since_at')
        .orderBy('code')
        .execute();
      return rows.map(toProblem);
    },
    setProblem: (problem) => setProblem(db, account, problem),
    async clearProblem(code) {
      const deleted = await db
        .deleteFrom('gateway.account_problem')
        .where('account', '=', account)
        .where('code', '=', code)
        .returning('code')
        .execute();
      return deleted.length > 0;
    },
  };
}

async function ensure(db: GatewayDb, account: AccountId): Promise<void> {
  await sql`
    with account as (
      insert into gateway.account (account) values (${account}) on conflict do nothing
    ), roster as (
      insert into gateway.roster (account, portal) values (${account}, 'gps'), (${account}, 'driveri')
      on conflict do nothing
    )
    insert into gateway.event_head (account) values (${account}) on conflict do nothing`.execute(db);
}

async function readState(
  db: GatewayDb,
  account: AccountId,
  lock: 'none' | 'share' | 'update',
): Promise<AccountState> {
  const query = db.selectFrom('gateway.account').selectAll().where('account', '=', account);
  const locking = { none: query, share: query.forShare(), update: query.forUpdate() }[lock];
  const row = await locking.executeTakeFirst();
  if (row === undefined) throw new Error(`Account ${account} has no row yet: call ensure() first`);
  return toState(row);
}

function toState(row: Selectable<AccountTable>): AccountState {
  return {
    enabled: row.enabled,
    epoch: row.epoch,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    fingerprint: row.fingerprint,
    driverIdField: row.driver_id_field,
    driveriListingNeeded: row.driveri_listing_needed,
    putHalted: row.put_halted,
    nextRunAt: row.next_run_at,
    nextDiscardAt: row.next_discard_at,
  };
}

function toColumns(patch: Partial<AccountState>): Updateable<AccountTable> {
  return withoutUndefined({
    enabled: patch.enabled,
    epoch: patch.epoch,
    changed_at: patch.changedAt,
    changed_by: patch.changedBy,
    fingerprint: patch.fingerprint,
    driver_id_field: patch.driverIdField,
    driveri_listing_needed: patch.driveriListingNeeded,
    put_halted: patch.putHalted,
    next_run_at: patch.nextRunAt,
    next_discard_at: patch.nextDiscardAt,
  });
}

async function setProblem(db: GatewayDb, account: AccountId, problem: AccountProblem): Promise<boolean> {
  const { code, message, hint, severity, sinceAt, retryAt } = problem;
  // xmax is 0 on a row that this statement inserted, and the updater's own number on one that was there.
  const { rows } = await sql<{ is_new: boolean }>`
    insert into gateway.account_problem (account, code, message, hint, severity, since_at, retry_at)
    values (${account}, ${code}, ${message}, ${hint}, ${severity}, ${sinceAt}, ${retryAt})
    on conflict (account, code) do update set
      message = excluded.message, hint = excluded.hint, severity = excluded.severity, retry_at = excluded.retry_at
    returning xmax = 0 as is_new`.execute(db);
  return rows[0]?.is_new ?? false;
}

function toProblem(row: Selectable<AccountProblemTable>): AccountProblem {
  return {
    code: row.code,
    message: row.message,
    hint: row.hint,
    severity: row.severity,
    sinceAt: row.since_at,
    retryAt: row.retry_at,
  };
}
