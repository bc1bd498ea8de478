import { sql, type Selectable } from 'kysely';
import type { AccountId, DriverId, RunId } from '../driver/ids';
import type { IntentRepository, IntentRow } from '../sync/sync-store';
import type { GatewayDb, IntentTable } from './tables';

/** Writes to Driveri that are or may be under way, in Postgres. An open one has the lease of every DriverID it touches. */
export function createPgIntents(db: GatewayDb, account: AccountId): IntentRepository {
  return {
    open: (intent, driverIds, runId) => open(db, account, intent, driverIds, runId),
    close: (id) => close(db, account, id),
    async setState(id, state) {
      await sql`
        update gateway.intent set state = ${state}
        where account = ${account} and id = ${id} and state <> 'closed'`.execute(db);
    },
    async openOf(id) {
      const rows = await db
        .selectFrom('gateway.intent')
        .selectAll()
        .where('account', '=', account)
        .where('gps_id', '=', id)
        .where('state', '<>', 'closed')
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toIntent);
    },
    sendingBefore: (epoch, now, timeoutMs) =>
      count(
        db,
        sql`account = ${account} and state = 'sending' and epoch < ${epoch}::int
                    and send_before + ${timeoutMs}::bigint > ${now}::bigint`,
      ),
    openCount: () => count(db, sql`account = ${account} and state <> 'closed'`),
  };
}

async function count(db: GatewayDb, condition: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from gateway.intent where ${condition}`.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * A DriverID that is leased already must not break off the surrounding transaction: it is skipped, and the count tells. In
 * order, so that two openers of the same DriverIDs wait for each other instead of deadlocking.
 */
async function open(
  db: GatewayDb,
  account: AccountId,
  intent: Omit<IntentRow, 'state'>,
  driverIds: readonly DriverId[],
  runId: RunId | null,
): Promise<boolean> {
  const ids = [...new Set(driverIds)].sort();
  const { rows } = await sql`
    with intent as (
      insert into gateway.intent (id, account, gps_id, epoch, action, step, changes, phone_hash, before,
                                  state, send_before, created_at, run_id)
      values (${intent.id}, ${account}, ${intent.gpsId}, ${intent.epoch}, ${intent.action},
              ${JSON.stringify(intent.step)}::jsonb, ${JSON.stringify(intent.changes)}::jsonb, ${intent.phoneHash},
              ${intent.before === null ? null : JSON.stringify(intent.before)}::jsonb,
              'sending', ${intent.sendBefore}, ${intent.createdAt}, ${runId})
    )
    insert into gateway.identity_lease (account, driver_id, intent_id)
    select ${account}, driver_id, ${intent.id} from unnest(${ids}::text[]) as driver_id order by driver_id
    on conflict (account, driver_id) do nothing
    returning driver_id`.execute(db);
  if (rows.length === ids.length) return true;
  await sql`delete from gateway.identity_lease where intent_id = ${intent.id}`.execute(db);
  await sql`delete from gateway.intent where id = ${intent.id} and account = ${account}`.execute(db);
  return false;
}

async function close(db: GatewayDb, account: AccountId, id: string): Promise<boolean> {
  const { rows } = await sql`
    with closed as (
      update gateway.intent set state = 'closed'
      where account = ${account} and id = ${id} and state <> 'closed'
      returning id
    ), freed as (
      delete from gateway.identity_lease using closed where intent_id = closed.id
    )
    select id from closed`.execute(db);
  return rows.length > 0;
}

function toIntent(row: Selectable<IntentTable>): IntentRow {
  return {
    id: row.id,
    gpsId: row.gps_id,
    epoch: row.epoch,
    action: row.action,
    step: row.step,
    phoneHash: row.phone_hash,
    before: row.before,
    state: row.state,
    sendBefore: row.send_before,
    createdAt: row.created_at,
    changes: row.changes,
  };
}
