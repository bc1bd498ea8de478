import { sql, type Selectable, type Updateable } from 'kysely';
import type { AccountId, DriverId } from '../../driver/ids';
import type { PortalName } from '../../driver/ports/portal-error';
import type {
  AccountOverview,
  AccountProblem,
  AccountState,
  AccountStore,
} from '../../sync/ports/account-store';
import type { AccountProblemTable, AccountTable, GatewayDb, RosterTable } from '../database/tables';
import { withoutUndefined } from '../database/without-undefined';
import { toRosterState } from './roster-rows';

/** The account's row and its health, within one transaction. */
export interface PgAccounts extends AccountStore {
  /** Which problems there are, from here to the end of the transaction: clearing others costs no statement then. */
  knowProblems(codes: readonly string[]): void;
}

/** The account's row and its health, in Postgres. */
export function createPgAccounts(db: GatewayDb, account: AccountId): PgAccounts {
  let known: Set<string> | null = null;
  return {
    knowProblems(codes) {
      known = new Set(codes);
    },
    ensure: () => ensure(db, account),
    read: () => readState(db, account, 'none'),
    overview: () => overview(db, account),
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
    setProblem(problem) {
      known?.add(problem.code);
      return setProblem(db, account, problem);
    },
    async clearProblems(asked) {
      const codes = known === null ? asked : asked.filter((code) => known?.has(code));
      if (codes.length === 0) return [];
      const { rows } = await sql<{ code: string }>`
        delete from gateway.account_problem
        where account = ${account} and code = any(${codes}::text[]) returning code`.execute(db);
      return rows.map((row) => row.code);
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
    ), ownership as (
      insert into gateway.ownership (account) values (${account}) on conflict do nothing
    ), due as (
      insert into gateway.account_due (account) values (${account}) on conflict do nothing
    )
    insert into gateway.event_head (account) values (${account}) on conflict do nothing`.execute(db);
}

async function overview(db: GatewayDb, account: AccountId): Promise<AccountOverview> {
  const { rows } = await sql<{
    state: Selectable<AccountTable>;
    codes: readonly string[];
    rosters: readonly Selectable<RosterTable>[];
    driver_ids: readonly DriverId[];
  }>`
    select to_jsonb(a) as state,
      array(select p.code from gateway.account_problem p where p.account = a.account) as codes,
      (select coalesce(jsonb_agg(r), '[]') from gateway.roster r where r.account = a.account) as rosters,
      array(select i.driver_id from gateway.intent_driver_id i where i.account = a.account) as driver_ids
    from gateway.account a where a.account = ${account}`.execute(db);
  const row = rows[0];
  if (row === undefined) throw withoutRow(account);
  const roster = (portal: PortalName) => toRosterState(row.rosters.find((one) => one.portal === portal));
  return {
    state: toState(row.state),
    problemCodes: row.codes,
    gpsRoster: roster('gps'),
    driveriRoster: roster('driveri'),
    inFlight: new Set(row.driver_ids),
  };
}

const withoutRow = (account: AccountId): Error =>
  new Error(`Account ${account} has no row yet: call ensure() first`);

async function readState(db: GatewayDb, account: AccountId, lock: 'none' | 'update'): Promise<AccountState> {
  const query = db.selectFrom('gateway.account').selectAll().where('account', '=', account);
  const locking = { none: query, update: query.forUpdate() }[lock];
  const row = await locking.executeTakeFirst();
  if (row === undefined) throw withoutRow(account);
  return toState(row);
}

/** The account's state as its row tells it. */
export function toState(row: Selectable<AccountTable>): AccountState {
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
