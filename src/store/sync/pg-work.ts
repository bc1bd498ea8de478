import { sql, type RawBuilder } from 'kysely';
import type { AccountId, GpsId } from '../../driver/ids';
import type { ProblemView } from '../../gateway/views/problem-view';
import type {
  PausedField,
  Postponement,
  Settlement,
  TakeRequest,
  WorkRow,
  WorkStore,
} from '../../sync/ports/work-store';
import { traceParent } from '../../platform/tracing';
import { inChunks } from '../database/in-chunks';
import type { GatewayDb } from '../database/tables';

/** The longest back-off of a driver, with its jitter: a due time further ahead was set by a clock that was wrong (R18). */
const MOST_AHEAD_MS = 5_400_000;

/** The longest that a mark may last: one that lasts longer was put by a clock that was wrong, and counts as expired (R18). */
export const LONGEST_MARK_MS = 600_000;

/**
 * The work list of an account, in Postgres: one row per GPS driver, which has work while `synced_generation < generation`.
 *
 *     touch    generation + 1, due now
 *     mark     generation + 1, due when the mark expires (or earlier, if it was due earlier); see `pg-marks.ts`
 *     take     reads what is due: nothing is locked, because only the account's owner takes
 *     settle   the generation that was looked at is synced; a newer one is due now, an open mark at its expiry
 *     postpone the generation stays unsynced, due later; a newer one keeps its earlier time
 */
export function createPgWork(db: GatewayDb, account: AccountId): WorkStore {
  return {
    take: (request) => take(db, account, request),
    async rows(ids) {
      const rows = await readRows(db, account, sql`w.gps_id = any(${ids}::text[])`);
      return new Map(rows.map((row) => [row.gpsId, row]));
    },
    touch: (ids, now, options) =>
      raise(db, account, ids, { dueAt: now, now, urgent: options?.urgent ?? false, unjudged: null }),
    touchUnjudged: (ids, kind, now) =>
      raise(db, account, ids, { dueAt: now, now, urgent: false, unjudged: kind }),
    unjudged: () => unjudged(db, account),
    async judge(ids) {
      await inChunks(ids, (chunk) =>
        sql`
          update gateway.driver_work set unjudged = null
          where account = ${account} and gps_id = any(${chunk}::text[]) and unjudged is not null`.execute(db),
      );
    },
    stillAt: (expected) => stillAt(db, account, expected),
    generations: (ids) => generations(db, account, ids),
    settle: (settlements, now) => settle(db, account, settlements, now),
    postpone: (postponements) => postpone(db, account, postponements),
    setHold: (ids, hold) =>
      setColumn(db, account, 'identity_hold', sql`text`, new Map(ids.map((id) => [id, hold]))),
    setHolds: (holds) => setColumn(db, account, 'identity_hold', sql`text`, holds),
    setDrift: (drifts) => setColumn(db, account, 'drift', sql`text`, drifts),
    setPausedFields: (paused) => setPaused(db, account, paused),
    settleAll: (now) => settleAll(db, account, now),
    removeSettled: (ids) => removeSettled(db, account, ids),
  };
}

interface WorkColumns {
  readonly gps_id: GpsId;
  readonly generation: number;
  readonly synced_generation: number;
  readonly due_at: number;
  readonly urgent: boolean;
  readonly attempts: number;
  readonly pending_since: number | null;
  readonly problem: ProblemView | null;
  readonly identity_hold: string | null;
  readonly drift: string | null;
  readonly paused_fields: Readonly<Record<string, PausedField>>;
  readonly trace: string | null;
  readonly marks: readonly { readonly id: string; readonly expires_at: number }[] | null;
}

async function readRows(
  db: GatewayDb,
  account: AccountId,
  condition: RawBuilder<unknown>,
  now = Number.MAX_SAFE_INTEGER,
): Promise<readonly WorkRow[]> {
  const { rows } = await sql<WorkColumns>`
    select w.gps_id, w.generation, w.synced_generation, w.due_at, w.urgent, w.attempts, w.pending_since, w.problem,
           w.identity_hold,
           w.drift, w.paused_fields, w.trace, m.marks
    from gateway.driver_work w
    left join lateral (
      select jsonb_agg(jsonb_build_object('id', k.id, 'expires_at', k.expires_at)) as marks
      from gateway.gps_mark k where k.account = w.account and k.gps_id = w.gps_id) m on true
    where w.account = ${account} and ${condition}`.execute(db);
  return rows.map((row) => toWorkRow(row, now));
}

function toWorkRow(row: WorkColumns, now: number): WorkRow {
  return {
    gpsId: row.gps_id,
    generation: row.generation,
    syncedGeneration: row.synced_generation,
    dueAt: row.due_at,
    urgent: row.urgent,
    attempts: row.attempts,
    pendingSince: row.pending_since,
    problem: row.problem,
    hold: row.identity_hold,
    drift: row.drift,
    pausedFields: row.paused_fields,
    trace: row.trace,
    expiredMarks: (row.marks ?? [])
      .filter((mark) => mark.expires_at <= now || mark.expires_at > now + LONGEST_MARK_MS)
      .map((mark) => mark.id),
  };
}

/** Urgent ones first, each kind oldest first: two walks of an index, whatever else is pending. */
async function take(
  db: GatewayDb,
  account: AccountId,
  { now, limit, urgentOnly, except }: TakeRequest,
): Promise<readonly WorkRow[]> {
  const due = sql`
    select w.gps_id, w.due_at, w.urgent from gateway.driver_work w
    where w.account = ${account} and w.synced_generation < w.generation and w.unjudged is null
      and (w.due_at <= ${now}::bigint or w.due_at > ${now + MOST_AHEAD_MS}::bigint)
      and w.gps_id <> all(${except}::text[])
      and not exists (select from gateway.driveri_intent i
                      where i.account = w.account and i.gps_id = w.gps_id and i.state <> 'closed')`;
  const bulk = urgentOnly
    ? sql``
    : sql`union all (${due} and not w.urgent order by w.due_at, w.gps_id limit ${limit}::int)`;
  const rows = await readRows(
    db,
    account,
    sql`w.gps_id in (
      select gps_id from (
        (${due} and w.urgent order by w.due_at, w.gps_id limit ${limit}::int) ${bulk}
      ) due order by urgent desc, due_at, gps_id limit ${limit}::int)`,
    now,
  );
  return [...rows].sort(byUrgency);
}

function byUrgency(a: WorkRow, b: WorkRow): number {
  if (a.urgent !== b.urgent) return a.urgent ? -1 : 1;
  return a.dueAt - b.dueAt || (a.gpsId < b.gpsId ? -1 : 1);
}

/** Why a driver is looked at, and when. */
export interface Reason {
  readonly dueAt: number;
  readonly now: number;
  readonly urgent: boolean;
  readonly unjudged: 'new' | 'changed' | null;
  /** Keep the count of attempts: nothing is known to have changed. */
  readonly keepsAttempts?: boolean;
}

/** One generation more: due at that time if nothing was pending, and never later than it was due already. */
export async function raise(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
  { dueAt, now, urgent, unjudged, keepsAttempts }: Reason,
): Promise<void> {
  const unique = [...new Set(ids)].sort();
  await inChunks(unique, (chunk) =>
    sql`
      insert into gateway.driver_work as r (
        account, gps_id, generation, synced_generation, due_at, pending_since, urgent, unjudged, trace)
      select ${account}, id, 1, 0, ${dueAt}::bigint, ${now}::bigint, ${urgent}::boolean, ${unjudged}::text,
        ${traceParent()}::text
      from unnest(${chunk}::text[]) as id
      order by id
      on conflict (account, gps_id) do update set
        generation = r.generation + 1,
        due_at = case when r.synced_generation < r.generation then least(r.due_at, excluded.due_at)
                      else excluded.due_at end,
        pending_since = case when r.synced_generation < r.generation
                             then coalesce(r.pending_since, excluded.pending_since)
                             else excluded.pending_since end,
        urgent = r.urgent and r.synced_generation < r.generation or excluded.urgent,
        -- A person who edits the driver has looked at it; another listing keeps the first reason.
        unjudged = case when excluded.urgent then null else coalesce(r.unjudged, excluded.unjudged) end,
        trace = case when r.synced_generation < r.generation then coalesce(excluded.trace, r.trace)
                     else excluded.trace end,
        attempts = ${keepsAttempts === true ? sql`r.attempts` : sql`0`}`.execute(db),
  );
}

async function unjudged(
  db: GatewayDb,
  account: AccountId,
): Promise<readonly { readonly gpsId: GpsId; readonly kind: 'new' | 'changed' }[]> {
  const { rows } = await sql<{ gpsId: GpsId; kind: 'new' | 'changed' }>`
    select gps_id as "gpsId", unjudged as kind from gateway.driver_work
    where account = ${account} and unjudged is not null order by gps_id`.execute(db);
  return rows;
}

async function stillAt(
  db: GatewayDb,
  account: AccountId,
  expected: ReadonlyMap<GpsId, number>,
): Promise<ReadonlySet<GpsId>> {
  if (expected.size === 0) return new Set();
  const { rows } = await sql<{ gps_id: GpsId; generation: number }>`
    select gps_id, generation from gateway.driver_work
    where account = ${account} and gps_id = any(${[...expected.keys()]}::text[])
    order by gps_id for update`.execute(db);
  return new Set(rows.filter((row) => expected.get(row.gps_id) === row.generation).map((row) => row.gps_id));
}

async function generations(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
): Promise<ReadonlyMap<GpsId, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ gps_id: GpsId; generation: number }>`
    select gps_id, generation from gateway.driver_work
    where account = ${account} and gps_id = any(${ids}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.gps_id, row.generation]));
}

/**
 * The problem and the time of the last sync are stored whether or not the driver comes to rest: they are what is known now. A
 * driver with an open mark is never at rest: GPS may accept the write after the reading that was synced. A hold goes only
 * with the generation that was looked at (R11).
 */
async function settle(
  db: GatewayDb,
  account: AccountId,
  settlements: readonly Settlement[],
  now: number,
): Promise<void> {
  const rows = settlements.map((it) => ({
    gps_id: it.gpsId,
    generation: it.generation,
    problem: it.problem,
    synced_at: it.syncedAt,
    releases: it.releasesHold,
  }));
  await inChunks(rows, (chunk) =>
    sql`
      with given as (
        select g.*, (select min(m.expires_at) from gateway.gps_mark m
                     where m.account = ${account} and m.gps_id = g.gps_id and m.expires_at > ${now}::bigint
                       and m.expires_at <= ${now + LONGEST_MARK_MS}::bigint) as mark_until
        from jsonb_to_recordset(${JSON.stringify(chunk)}::jsonb) as g(
          gps_id text, generation integer, problem jsonb, synced_at bigint, releases boolean)
      )
      update gateway.driver_work r set
        synced_generation = case when g.mark_until is null then greatest(r.synced_generation, g.generation)
                                 else least(g.generation, r.generation - 1) end,
        due_at = case when r.generation > g.generation then least(r.due_at, ${now}::bigint)
                      else coalesce(g.mark_until, r.due_at) end,
        pending_since = case when r.generation > g.generation or g.mark_until is not null
                             then coalesce(r.pending_since, ${now}::bigint) end,
        urgent = r.urgent and r.generation > g.generation,
        attempts = 0,
        problem = nullif(g.problem, 'null'::jsonb),
        identity_hold = case when g.releases and r.generation = g.generation then null else r.identity_hold end,
        last_synced_at = coalesce(g.synced_at, r.last_synced_at)
      from given g
      where r.account = ${account} and r.gps_id = g.gps_id`.execute(db),
  );
}

async function postpone(
  db: GatewayDb,
  account: AccountId,
  postponements: readonly Postponement[],
): Promise<void> {
  const rows = postponements.map((it) => ({
    gps_id: it.gpsId,
    generation: it.generation,
    due_at: it.dueAt,
    attempts: it.attempts,
    problem: it.problem,
  }));
  await inChunks(rows, (chunk) =>
    sql`
      update gateway.driver_work r set
        due_at = case when r.generation > g.generation then least(r.due_at, g.due_at) else g.due_at end,
        attempts = case when r.generation > g.generation then r.attempts else g.attempts end,
        problem = nullif(g.problem, 'null'::jsonb)
      from jsonb_to_recordset(${JSON.stringify(chunk)}::jsonb) as g(
        gps_id text, generation integer, due_at bigint, attempts integer, problem jsonb)
      where r.account = ${account} and r.gps_id = g.gps_id`.execute(db),
  );
}

/**
 * Sets one column of some rows. A driver without a row gets one that is settled, so that what is noted about a driver is never
 * lost; to take a note away makes no row.
 */
async function setColumn(
  db: GatewayDb,
  account: AccountId,
  column: 'identity_hold' | 'drift',
  type: RawBuilder<unknown>,
  values: ReadonlyMap<GpsId, string | null>,
): Promise<void> {
  const name = sql.ref(column);
  const noted = [...values].filter(([, value]) => value !== null);
  const cleared = [...values].filter(([, value]) => value === null).map(([id]) => id);
  await inChunks(noted, (chunk) =>
    sql`
      insert into gateway.driver_work (account, gps_id, generation, synced_generation, due_at, ${name})
      select ${account}, v.id, 1, 1, 0, v.value::${type}
      from unnest(${chunk.map(([id]) => id)}::text[], ${chunk.map(([, value]) => value)}::text[]) as v(id, value)
      order by v.id
      on conflict (account, gps_id) do update set ${name} = excluded.${name}`.execute(db),
  );
  await inChunks(cleared, (chunk) =>
    sql`
      update gateway.driver_work set ${name} = null
      where account = ${account} and gps_id = any(${chunk}::text[]) and ${name} is not null`.execute(db),
  );
}

async function setPaused(
  db: GatewayDb,
  account: AccountId,
  paused: ReadonlyMap<GpsId, Readonly<Record<string, PausedField>>>,
): Promise<void> {
  const rows = [...paused].map(([gps_id, fields]) => ({ gps_id, fields }));
  const isAny = ({ fields }: (typeof rows)[number]) => Object.keys(fields).length > 0;
  await inChunks(rows.filter(isAny), (chunk) =>
    sql`
      insert into gateway.driver_work as r (account, gps_id, generation, synced_generation, due_at, paused_fields)
      select ${account}, p.gps_id, 1, 1, 0, p.fields
      from jsonb_to_recordset(${JSON.stringify(chunk)}::jsonb) as p(gps_id text, fields jsonb)
      order by p.gps_id
      on conflict (account, gps_id) do update set paused_fields = excluded.paused_fields
      where r.paused_fields <> excluded.paused_fields`.execute(db),
  );
  const cleared = rows.filter((row) => !isAny(row)).map((row) => row.gps_id);
  await inChunks(cleared, (chunk) =>
    sql`
      update gateway.driver_work set paused_fields = '{}'
      where account = ${account} and gps_id = any(${chunk}::text[]) and paused_fields <> '{}'`.execute(db),
  );
}

/**
 * A mark is a write to GPS with unknown outcome: its driver stays due at its expiry, even if that has passed. An open intent is
 * one to Driveri: settled, nothing would look it up any more, and it would keep its DriverIDs for ever.
 */
async function settleAll(db: GatewayDb, account: AccountId, now: number): Promise<void> {
  await sql`
    with marked as (
      select gps_id, min(expires_at) as expires_at from (
        select gps_id, expires_at from gateway.gps_mark where account = ${account} and gps_id is not null
        union all
        select gps_id, ${now}::bigint from gateway.driveri_intent where account = ${account} and state <> 'closed'
      ) unknown
      group by gps_id
    ), known as (
      select r.gps_id, m.expires_at from gateway.driver_work r left join marked m on m.gps_id = r.gps_id
      where r.account = ${account} order by r.gps_id for update of r
    )
    update gateway.driver_work r set
      synced_generation = case when known.expires_at is null then r.generation else r.generation - 1 end,
      due_at = coalesce(known.expires_at, r.due_at),
      pending_since = case when known.expires_at is not null then coalesce(r.pending_since, ${now}::bigint) end,
      attempts = 0,
      unjudged = null,
      problem = null
    from known
    where r.account = ${account} and r.gps_id = known.gps_id`.execute(db);
}

async function removeSettled(db: GatewayDb, account: AccountId, ids: readonly GpsId[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    with gone as (
      delete from gateway.driver_work
      where account = ${account} and gps_id = any(${ids}::text[]) and synced_generation >= generation
      returning gps_id
    )
    delete from gateway.gps_mark m using gone where m.account = ${account} and m.gps_id = gone.gps_id`.execute(
    db,
  );
}
