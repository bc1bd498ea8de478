import { sql, type Selectable } from 'kysely';
import type { AccountId, DriverId, GpsId } from '../../driver/ids';
import type { IntentRow, IntentStore, NewIntent, RecentWrite } from '../../sync/ports/intent-store';
import type { DriveriIntentTable, GatewayDb } from '../database/tables';
import { pendingRuns } from './pg-run-items';

/** How long after its deadline a request may still be answered, and then some: an intent of a dead send is looked up then. */
const ANSWERED_WITHIN_MS = 30_000;

/** Writes to Driveri that are or may be under way, in Postgres. */
export function createPgIntents(db: GatewayDb, account: AccountId): IntentStore {
  return {
    open: (intents, now) => open(db, account, intents, now),
    close: (ids, effect) => close(db, account, ids, effect),
    async suspend(checks) {
      if (checks.length === 0) return;
      await sql`
        update gateway.driveri_intent i set state = 'unconfirmed', check_at = c.check_at,
          answered = i.answered or c.answered
        from unnest(${checks.map((check) => check.id)}::text[], ${checks.map((check) => check.checkAt)}::bigint[],
                    ${checks.map((check) => check.answered ?? false)}::boolean[]) as c(id, check_at, answered)
        where i.account = ${account} and i.id = c.id and i.state <> 'closed'`.execute(db);
    },
    async dueForCheck(now, except) {
      const { rows } = await sql<Selectable<DriveriIntentTable>>`
        select * from gateway.driveri_intent
        where account = ${account} and state <> 'closed'
          and (check_at <= ${now}::bigint or check_at > ${now + 3_600_000}::bigint)
          and id <> all(${except}::text[])
        order by created_at, id limit 200`.execute(db);
      return rows.map(toIntent);
    },
    async sendingBefore(epoch, now, timeoutMs) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from gateway.driveri_intent
        where account = ${account} and state = 'sending' and epoch < ${epoch}::int
          and send_before + ${timeoutMs}::bigint > ${now}::bigint`.execute(db);
      return rows[0]?.count ?? 0;
    },
    recentOf: (ids, since) => recentOf(db, account, ids, since),
  };
}

/**
 * Three statements for any number of intents: which drivers are still at the generation that was looked at (their rows stay
 * locked until the commit), which removals may be sent, and what goes in. An intent whose DriverIDs another one has leased is
 * taken out again: the owner keeps these apart, so that this is the last line and rare.
 */
async function open(
  db: GatewayDb,
  account: AccountId,
  intents: readonly NewIntent[],
  now: number,
): Promise<ReadonlySet<string>> {
  if (intents.length === 0) return new Set();
  const current = await atTheirGeneration(db, account, intents);
  const permitted = await permittedRemovals(db, account, current, now);
  const admitted = current.filter(({ intent }) => intent.action !== 'REMOVE' || permitted.has(intent.gpsId));
  if (admitted.length === 0) return new Set();
  return insert(db, account, admitted);
}

async function atTheirGeneration(
  db: GatewayDb,
  account: AccountId,
  intents: readonly NewIntent[],
): Promise<readonly NewIntent[]> {
  const { rows } = await sql<{ gps_id: GpsId; generation: number }>`
    select gps_id, generation from gateway.driver_work
    where account = ${account} and gps_id = any(${intents.map(({ intent }) => intent.gpsId)}::text[])
    order by gps_id for update`.execute(db);
  const generations = new Map(rows.map((row) => [row.gps_id, row.generation]));
  return intents.filter(({ intent, generation }) => generations.get(intent.gpsId) === generation);
}

/** A REMOVE waits for writers: one of them may be bringing this very driver back. */
async function permittedRemovals(
  db: GatewayDb,
  account: AccountId,
  intents: readonly NewIntent[],
  now: number,
): Promise<ReadonlySet<GpsId>> {
  const ids = intents.filter(({ intent }) => intent.action === 'REMOVE').map(({ intent }) => intent.gpsId);
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ gps_id: GpsId }>`
    update gateway.removal r set state = 'sending', decided_at = coalesce(r.decided_at, ${now}::bigint)
    where r.account = ${account} and r.gps_id = any(${ids}::text[]) and r.state in ('allowed', 'approved')
      and not exists (
        select from gateway.gps_mark m
        where m.account = r.account and (m.gps_id = r.gps_id or m.gps_id is null) and m.expires_at > ${now}::bigint)
    returning r.gps_id`.execute(db);
  return new Set(rows.map((row) => row.gps_id));
}

async function insert(
  db: GatewayDb,
  account: AccountId,
  intents: readonly NewIntent[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ intent_id: string; leased: number }>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(intents.map(toColumns))}::jsonb) as g(
        id text, gps_id text, epoch integer, fence bigint, action text, step jsonb, changes jsonb, phone_hash text,
        before jsonb, send_before bigint, created_at bigint, driver_ids jsonb)
    ), runs as (${pendingRuns(account, sql`(select gps_id from given)`)}
    ), stored as (
      insert into gateway.driveri_intent (id, account, gps_id, epoch, fence, action, step, changes, phone_hash, before,
                                          state, send_before, created_at, check_at, run_id)
      select g.id, ${account}, g.gps_id, g.epoch, g.fence, g.action, g.step, g.changes, g.phone_hash,
             nullif(g.before, 'null'::jsonb), 'sending', g.send_before, g.created_at,
             g.send_before + ${ANSWERED_WITHIN_MS}::bigint, r.run_id
      from given g left join runs r on r.gps_id = g.gps_id
    ), leased as (
      insert into gateway.intent_driver_id (account, driver_id, intent_id)
      select ${account}, d.driver_id, g.id from given g
      cross join lateral (select distinct jsonb_array_elements_text(g.driver_ids) as driver_id) d
      order by d.driver_id
      on conflict (account, driver_id) do nothing
      returning intent_id
    )
    select intent_id, count(*)::int as leased from leased group by intent_id`.execute(db);
  const leased = new Map(rows.map((row) => [row.intent_id, row.leased]));
  const whole = intents.filter(
    ({ intent, driverIds }) => (leased.get(intent.id) ?? 0) === new Set(driverIds).size,
  );
  if (whole.length < intents.length) await takeBack(db, account, intents, whole);
  return new Set(whole.map(({ intent }) => intent.id));
}

async function takeBack(
  db: GatewayDb,
  account: AccountId,
  intents: readonly NewIntent[],
  whole: readonly NewIntent[],
): Promise<void> {
  const kept = new Set(whole);
  const refused = intents.filter((one) => !kept.has(one));
  const ids = refused.map(({ intent }) => intent.id);
  await sql`delete from gateway.intent_driver_id where intent_id = any(${ids}::text[])`.execute(db);
  await giveBackRemovals(
    db,
    account,
    refused.filter(({ intent }) => intent.action === 'REMOVE').map(({ intent }) => intent.gpsId),
  );
  await sql`delete from gateway.driveri_intent where account = ${account} and id = any(${ids}::text[])`.execute(
    db,
  );
}

/** A driver who has come back to GPS meanwhile is not removed by an old decision: that removal is over. */
async function giveBackRemovals(db: GatewayDb, account: AccountId, ids: readonly GpsId[]): Promise<void> {
  await sql`
    update gateway.removal r set state = case when exists (
        select from gateway.gps_driver g
        where g.account = r.account and g.gps_id = r.gps_id and g.presence = 'present')
      then 'void' else 'allowed' end
    where r.account = ${account} and r.gps_id = any(${ids}::text[]) and r.state = 'sending'`.execute(db);
}

async function close(
  db: GatewayDb,
  account: AccountId,
  ids: readonly string[],
  effect: 'recorded' | 'none',
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string; gps_id: GpsId; action: string }>`
    with closed as (
      update gateway.driveri_intent set state = 'closed'
      where account = ${account} and id = any(${ids}::text[]) and state <> 'closed'
      returning id, gps_id, action
    ), freed as (
      delete from gateway.intent_driver_id using closed where intent_id = closed.id
    )
    select id, gps_id, action from closed`.execute(db);
  const removals = rows.filter((row) => row.action === 'REMOVE').map((row) => row.gps_id);
  if (effect === 'none' && removals.length > 0) await giveBackRemovals(db, account, removals);
  return new Set(rows.map((row) => row.id));
}

async function recentOf(
  db: GatewayDb,
  account: AccountId,
  ids: readonly DriverId[],
  since: number,
): Promise<ReadonlyMap<DriverId, readonly RecentWrite[]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Omit<RecentWrite, 'createdAt'> & { driver_id: DriverId; created_at: number }>`
    select l.driver_id, i.step, i.before, i.created_at
    from gateway.link l
    join gateway.driveri_intent i on i.account = l.account and i.gps_id = l.gps_id
    where l.account = ${account} and l.driver_id = any(${ids}::text[]) and i.created_at >= ${since}::bigint
    order by i.created_at`.execute(db);
  const found = new Map<DriverId, RecentWrite[]>();
  for (const { driver_id: id, step, before, created_at: createdAt } of rows) {
    found.set(id, [...(found.get(id) ?? []), { step, before, createdAt }]);
  }
  return found;
}

function toColumns({ intent, driverIds }: NewIntent) {
  return {
    id: intent.id,
    gps_id: intent.gpsId,
    epoch: intent.epoch,
    fence: intent.fence,
    action: intent.action,
    step: intent.step,
    changes: intent.changes,
    phone_hash: intent.phoneHash,
    before: intent.before,
    send_before: intent.sendBefore,
    created_at: intent.createdAt,
    driver_ids: driverIds,
  };
}

function toIntent(row: Selectable<DriveriIntentTable>): IntentRow {
  return {
    id: row.id,
    gpsId: row.gps_id,
    epoch: row.epoch,
    fence: row.fence,
    action: row.action,
    step: row.step,
    phoneHash: row.phone_hash,
    before: row.before,
    state: row.state,
    sendBefore: row.send_before,
    createdAt: row.created_at,
    changes: row.changes,
    answered: row.answered,
  };
}
