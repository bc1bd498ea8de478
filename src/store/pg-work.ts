import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { AccountId, GpsId } from '../driver/ids';
import type { Lease, NewMark, SyncRow, WorkRepository } from '../sync/sync-store';
import type { GatewayDb, SyncRowTable } from './tables';

/**
 * The work list of an account, in Postgres: one row per GPS driver, which has work while `synced_generation < generation`.
 *
 *     touch    generation + 1, due now
 *     mark     generation + 1, due when the mark expires (or earlier, if it was due earlier)
 *     acquire  a lease with a new fence, if there is work: whatever an older fence tries to record is ignored
 *     settle   the generation read at the start is synced; one that came meanwhile is due now, an open mark at its expiry
 *     postpone the generation stays unsynced, due later; one that came meanwhile keeps its earlier time
 */
export function createPgWork(db: GatewayDb, account: AccountId): WorkRepository {
  return {
    mark: (id, begun) => mark(db, account, id, begun),
    async release(markId) {
      await sql`delete from gateway.mark where id = ${markId} and account = ${account}`.execute(db);
    },
    async leave(markId) {
      await sql`update gateway.mark set writer_until = 0 where id = ${markId} and account = ${account}`.execute(
        db,
      );
    },
    async beingWritten(now) {
      const { rows } = await sql<{ gps_id: GpsId | null }>`
        select gps_id from gateway.mark where account = ${account} and writer_until > ${now}::bigint`.execute(
        db,
      );
      const ids = rows.map((row) => row.gps_id);
      return { ids: new Set(ids.filter((id) => id !== null)), creating: ids.includes(null) };
    },
    async expiredCreateMarks(now) {
      const { rows } = await sql<{ id: string }>`
        select id from gateway.mark
        where account = ${account} and gps_id is null and expires_at <= ${now}::bigint
        order by expires_at`.execute(db);
      return rows.map((row) => row.id);
    },
    touch: (ids, now) => touch(db, account, ids, now),
    generations: (ids) => generations(db, account, ids),
    row: (id) => readRow(db, account, id),
    async pendingIds() {
      const { rows } = await sql<{ gps_id: GpsId }>`
        select gps_id from gateway.sync_row
        where account = ${account} and synced_generation < generation`.execute(db);
      return new Set(rows.map((row) => row.gps_id));
    },
    acquire: (id, owner, now, leaseMs) => acquire(db, account, id, owner, now, leaseMs),
    async holds(lease) {
      const { rows } = await sql`
        select 1 from gateway.sync_row where ${isHeld(account, lease)} for update`.execute(db);
      return rows.length > 0;
    },
    async renew(lease, until) {
      const { rows } = await sql`
        update gateway.sync_row set lease_until = ${until}::bigint
        where ${isHeld(account, lease)} returning 1`.execute(db);
      return rows.length > 0;
    },
    settle: (lease, outcome) => settle(db, account, lease, outcome),
    postpone: (lease, outcome) => postpone(db, account, lease, outcome),
    async free(lease) {
      await sql`
        update gateway.sync_row set lease_owner = null, lease_until = 0 where ${isHeld(account, lease)}`.execute(
        db,
      );
    },
    async setIdentityHold(ids, hold) {
      await setColumn(db, account, ids, 'identity_hold', sql`${hold}::text`, hold !== null);
    },
    async setDrift(id, drift) {
      await setColumn(db, account, [id], 'drift', sql`${drift}::text`, drift !== null);
    },
    async setPausedFields(id, paused) {
      const isAny = Object.keys(paused).length > 0;
      await setColumn(db, account, [id], 'paused_fields', sql`${JSON.stringify(paused)}::jsonb`, isAny);
    },
    settleAll: (now) => settleAll(db, account, now),
    removeSettled: (ids) => removeSettled(db, account, ids),
  };
}

/** The lease is still this one: nobody has taken the driver over. */
const isHeld = (account: AccountId, lease: Lease) => sql<boolean>`
  account = ${account} and gps_id = ${lease.gpsId} and fence = ${lease.fence} and lease_owner = ${lease.owner}`;

async function mark(
  db: GatewayDb,
  account: AccountId,
  id: GpsId | null,
  { now, expiresAt, writerUntil }: NewMark,
): Promise<string> {
  const markId = randomUUID();
  await sql`
    insert into gateway.mark (id, account, gps_id, expires_at, writer_until)
    values (${markId}, ${account}, ${id}, ${expiresAt}, ${writerUntil})`.execute(db);
  if (id !== null) await raise(db, account, [id], { dueAt: expiresAt, now, attempts: sql`r.attempts` });
  return markId;
}

async function touch(db: GatewayDb, account: AccountId, ids: readonly GpsId[], now: number): Promise<void> {
  if (ids.length > 0) await raise(db, account, ids, { dueAt: now, now, attempts: sql`0` });
}

/** One generation more: due at that time if nothing was pending, and never later than it was due already. */
async function raise(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
  reason: { readonly dueAt: number; readonly now: number; readonly attempts: RawBuilder<unknown> },
): Promise<void> {
  const { dueAt, now, attempts } = reason;
  await sql`
    insert into gateway.sync_row as r (account, gps_id, generation, synced_generation, due_at, pending_since)
    select ${account}, id, 1, 0, ${dueAt}::bigint, ${now}::bigint
    from (select distinct id from unnest(${ids}::text[]) as id) as ids
    order by id
    on conflict (account, gps_id) do update set
      generation = r.generation + 1,
      due_at = case when r.synced_generation < r.generation then least(r.due_at, excluded.due_at)
                    else excluded.due_at end,
      pending_since = case when r.synced_generation < r.generation
                           then coalesce(r.pending_since, excluded.pending_since)
                           else excluded.pending_since end,
      attempts = ${attempts}`.execute(db);
}

async function generations(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
): Promise<ReadonlyMap<GpsId, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ gps_id: GpsId; generation: number }>`
    select gps_id, generation from gateway.sync_row
    where account = ${account} and gps_id = any(${ids}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.gps_id, row.generation]));
}

async function readRow(db: GatewayDb, account: AccountId, id: GpsId): Promise<SyncRow | null> {
  const row = await db
    .selectFrom('gateway.sync_row')
    .selectAll()
    .where('account', '=', account)
    .where('gps_id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : toSyncRow(row);
}

function toSyncRow(row: Selectable<SyncRowTable>): SyncRow {
  return {
    gpsId: row.gps_id,
    generation: row.generation,
    syncedGeneration: row.synced_generation,
    dueAt: row.due_at,
    attempts: row.attempts,
    problem: row.problem,
    identityHold: row.identity_hold,
    drift: row.drift,
    pausedFields: row.paused_fields,
  };
}

async function acquire(
  db: GatewayDb,
  account: AccountId,
  id: GpsId,
  owner: string,
  now: number,
  leaseMs: number,
): Promise<Lease | null> {
  const { rows } = await sql<Selectable<SyncRowTable> & { expired_marks: string[] }>`
    update gateway.sync_row r
    set lease_owner = ${owner}, lease_until = ${now + leaseMs}::bigint, fence = fence + 1
    where account = ${account} and gps_id = ${id} and synced_generation < generation
      and (lease_until <= ${now}::bigint or lease_owner = ${owner})
    returning r.*, array(
      select m.id from gateway.mark m
      where m.account = r.account and m.gps_id = r.gps_id and m.expires_at <= ${now}::bigint
      order by m.expires_at) as expired_marks`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return { gpsId: id, owner, fence: row.fence, row: toSyncRow(row), expiredMarks: row.expired_marks };
}

/**
 * The problem and the time of the last sync are stored whether or not the driver comes to rest: they are what is known now. A
 * driver with an open mark is never at rest: the write to GPS may be accepted after the reading that was synced.
 */
async function settle(
  db: GatewayDb,
  account: AccountId,
  lease: Lease,
  outcome: Parameters<WorkRepository['settle']>[1],
): Promise<void> {
  const { generation, problem, syncedAt, now } = outcome;
  await sql`
    update gateway.sync_row r set
      synced_generation = case when m.expires_at is null then ${generation}::int
                               else least(${generation}::int, r.generation - 1) end,
      due_at = case when r.generation > ${generation}::int then ${now}::bigint
                    else coalesce(m.expires_at, r.due_at) end,
      pending_since = case when r.generation > ${generation}::int or m.expires_at is not null
                           then coalesce(r.pending_since, ${now}::bigint) end,
      attempts = 0,
      problem = ${toJson(problem)}::jsonb,
      last_synced_at = coalesce(${syncedAt}::bigint, r.last_synced_at),
      lease_owner = null, lease_until = 0
    from (select min(expires_at) as expires_at from gateway.mark
          where account = ${account} and gps_id = ${lease.gpsId} and expires_at > ${now}::bigint) m
    where ${isHeld(account, lease)}`.execute(db);
}

async function postpone(
  db: GatewayDb,
  account: AccountId,
  lease: Lease,
  outcome: Parameters<WorkRepository['postpone']>[1],
): Promise<void> {
  const { dueAt, attempts, problem } = outcome;
  const hasMoved = sql`generation > ${lease.row.generation}::int`;
  await sql`
    update gateway.sync_row set
      due_at = case when ${hasMoved} then least(due_at, ${dueAt}::bigint) else ${dueAt}::bigint end,
      attempts = case when ${hasMoved} then attempts else ${attempts}::int end,
      problem = ${toJson(problem)}::jsonb,
      lease_owner = null, lease_until = 0
    where ${isHeld(account, lease)}`.execute(db);
}

/**
 * Sets one column of some rows. A driver without a row gets one that is settled, so that what is noted about a driver is never
 * lost; to take a note away makes no row.
 */
async function setColumn(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
  column: 'identity_hold' | 'drift' | 'paused_fields',
  value: RawBuilder<unknown>,
  makesRow: boolean,
): Promise<void> {
  if (ids.length === 0) return;
  const name = sql.ref(column);
  const statement = makesRow
    ? sql`
        insert into gateway.sync_row (account, gps_id, generation, synced_generation, due_at, ${name})
        select ${account}, id, 1, 1, 0, ${value}
        from (select distinct id from unnest(${ids}::text[]) as id) as ids
        order by id
        on conflict (account, gps_id) do update set ${name} = excluded.${name}`
    : sql`
        update gateway.sync_row set ${name} = ${value}
        where account = ${account} and gps_id = any(${ids}::text[]) and ${name} is distinct from ${value}`;
  await statement.execute(db);
}

/**
 * A mark is a write to GPS that nobody knows the outcome of: its driver stays due at its expiry, even if that has passed. An
 * open intent is one to Driveri: settled, nobody would look it up any more, and it would keep its DriverIDs leased for ever.
 */
async function settleAll(db: GatewayDb, account: AccountId, now: number): Promise<void> {
  await sql`
    with marked as (
      select gps_id, min(expires_at) as expires_at from (
        select gps_id, expires_at from gateway.mark where account = ${account} and gps_id is not null
        union all
        select gps_id, ${now}::bigint from gateway.intent where account = ${account} and state <> 'closed'
      ) unknown
      group by gps_id
    ), known as (
      select r.gps_id, m.expires_at from gateway.sync_row r left join marked m on m.gps_id = r.gps_id
      where r.account = ${account} order by r.gps_id for update of r
    )
    update gateway.sync_row r set
      synced_generation = case when known.expires_at is null then r.generation else r.generation - 1 end,
      due_at = coalesce(known.expires_at, r.due_at),
      pending_since = case when known.expires_at is not null then coalesce(r.pending_since, ${now}::bigint) end,
      attempts = 0,
      problem = null
    from known
    where r.account = ${account} and r.gps_id = known.gps_id`.execute(db);
}

async function removeSettled(db: GatewayDb, account: AccountId, ids: readonly GpsId[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    with gone as (
      delete from gateway.sync_row
      where account = ${account} and gps_id = any(${ids}::text[])
        and synced_generation >= generation and lease_owner is null
      returning gps_id
    )
    delete from gateway.mark m using gone where m.account = ${account} and m.gps_id = gone.gps_id`.execute(
    db,
  );
}

const toJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
