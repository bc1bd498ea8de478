import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { AccountId } from '../../driver/ids';
import {
  COUNTED_HOURS,
  HOUR_MS,
  aheadMs,
  burstOf,
  dayLimit,
  intervalMs,
  notGranted,
  startsOf,
} from '../../driver/portal-limits';
import {
  LONGEST_PAUSE_MS,
  type AllowanceRequest,
  type AllowanceRules,
  type AllowanceStatus,
  type CallResult,
  type PortalAllowance,
  type Reservation,
} from '../../driver/ports/portal-allowance';
import type { PortalName } from '../../driver/ports/portal-error';
import { storeNow } from './store-now';

export interface PgPortalAllowanceOptions {
  readonly db: QueryExecutorProvider;
  readonly account: AccountId;
  readonly portal: PortalName;
  /** Epoch ms, for tests that move time; default: the database's clock. */
  readonly now?: (() => number) | undefined;
}

/** An account's allowance in Postgres: one row, and one statement for each reservation. */
export function createPgPortalAllowance(options: PgPortalAllowanceOptions): PortalAllowance {
  return {
    async reserve(request, rules) {
      const row = await onItsRow(options, () => reserve(options, request, rules));
      return toReservation(row, request, rules);
    },
    async pause(ms) {
      await onItsRow(options, () => pause(options, Math.min(ms, LONGEST_PAUSE_MS)));
    },
    note: (result, probe, rules) => onItsRow(options, () => note(options, result, probe, rules)),
    async status(rules) {
      return toStatus(await onItsRow(options, () => readGates(options, rules)), rules);
    },
  };
}

/** The first use makes the row: the statement that reserves could not see a row that it makes itself. */
async function onItsRow<Row>(
  { db, account, portal }: PgPortalAllowanceOptions,
  statement: () => Promise<Row | undefined>,
): Promise<Row> {
  const row = await statement();
  if (row !== undefined) return row;
  await sql`
    insert into gateway.portal_allowance (account, portal) values (${account}, ${portal})
    on conflict do nothing`.execute(db);
  const again = await statement();
  if (again === undefined) throw new Error('The allowance of an account was deleted while it was used');
  return again;
}

/** The row's gates, as lengths from now on. */
interface GatesRow {
  readonly paused_ms: number;
  readonly open_ms: number;
  readonly probe_ms: number;
  readonly start_ms: number;
  readonly failures: number;
  readonly hour: number;
  readonly calls: readonly number[];
  readonly hour_ends_ms: number;
}

interface ReservedRow extends GatesRow {
  readonly granted: number;
}

/**
 * Locks the row, reads the clock, cuts stored times to what could have been set, decides, and writes, in one statement: the
 * function is in the migration. Its rules are those of `notGranted`, which says why nothing was granted; one contract suite
 * runs on both implementations.
 */
async function reserve(
  { db, account, portal, now }: PgPortalAllowanceOptions,
  { count, urgency, unused }: AllowanceRequest,
  rules: AllowanceRules,
): Promise<ReservedRow | undefined> {
  const latestStartMs = urgency === 'live' ? aheadMs(rules) : 0;
  const { rows } = await sql<ReservedRow>`
    select * from gateway.reserve_calls(
      ${account}, ${portal}, ${now?.() ?? null}::float8,
      ${count}::int, ${unused?.count ?? 0}::int, ${unused?.hour ?? 0}::bigint, ${latestStartMs}::float8,
      ${dayLimit(urgency, rules)}::bigint,
      ${burstOf(rules)}::int, ${intervalMs(rules)}::float8, ${aheadMs(rules)}::float8,
      ${rules.breakerFailures}::int, ${rules.breakerRestMs}::float8, ${rules.probeMs}::float8
    )`.execute(db);
  return rows[0];
}

/**
 * `believed`: the row with the time of now, read after the lock was had. A clock that was set back leaves calls in their later
 * hour, which counts too much, unless that hour is out of all reason.
 */
function believedRow(
  { account, portal, now }: PgPortalAllowanceOptions,
  rules: AllowanceRules,
  lock: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const lagMs = (burstOf(rules) - 1) * intervalMs(rules);
  return sql`
    locked as materialized (
      select * from gateway.portal_allowance where account = ${account} and portal = ${portal} ${lock}
    ), timed as materialized (
      select l.*, ${storeNow(now)} as now from locked l
    ), hours as (
      select t.*, case
        when t.calls_hour > floor(t.now / ${HOUR_MS}) and t.calls_hour <= floor(t.now / ${HOUR_MS}) + ${COUNTED_HOURS}
        then t.calls_hour else floor(t.now / ${HOUR_MS})::bigint end as hour
      from timed t
    ), believed as (
      select h.account, h.portal, h.now, h.failures, h.hour,
        h.failures >= ${rules.breakerFailures}::int as is_trying,
        least(h.pause_until, h.now + ${LONGEST_PAUSE_MS}::float8) as pause_until,
        least(h.open_until, h.now + ${rules.breakerRestMs}::float8) as open_until,
        least(h.probe_until, h.now + ${rules.probeMs}::float8) as probe_until,
        least(h.next_free_at, h.now + ${2 * aheadMs(rules)}::float8) as next_free_at,
        greatest(least(h.next_free_at, h.now + ${2 * aheadMs(rules)}::float8), h.now - ${lagMs}::float8) as start_at,
        (array_fill(0, array[least(greatest(h.hour - h.calls_hour, 0), ${COUNTED_HOURS})::int]) || h.calls)
          [1:${COUNTED_HOURS}::int] as calls
      from hours h
    )`;
}

function gateColumns(calls: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    d.pause_until - d.now as paused_ms, d.open_until - d.now as open_ms, d.probe_until - d.now as probe_ms,
    d.start_at - d.now as start_ms, d.failures, d.hour, ${calls} as calls,
    (d.hour + 1) * ${HOUR_MS}::float8 - d.now as hour_ends_ms`;
}

function toReservation(row: ReservedRow, { urgency }: AllowanceRequest, rules: AllowanceRules): Reservation {
  const isTrying = row.failures >= rules.breakerFailures;
  if (row.granted > 0) {
    const { hour, failures } = row;
    return {
      outcome: 'granted',
      waitMs: startsOf(row.start_ms, row.granted, rules),
      hour,
      probe: isTrying,
      failures,
    };
  }
  const gates = {
    pausedMs: row.paused_ms,
    isTrying,
    openMs: row.open_ms,
    probeMs: row.probe_ms,
    startMs: row.start_ms,
    calls: row.calls,
    hourEndsMs: row.hour_ends_ms,
  };
  const refused = notGranted(gates, urgency, rules);
  if (refused === null) throw new Error('A reservation was not granted, and nothing stood against it');
  return refused;
}

async function pause(
  { db, account, portal, now }: PgPortalAllowanceOptions,
  ms: number,
): Promise<object | undefined> {
  const { rows } = await sql<{ paused: boolean }>`
    update gateway.portal_allowance a set
      pause_until = least(greatest(a.pause_until, t.now + ${ms}::float8), t.now + ${LONGEST_PAUSE_MS}::float8)
    from (select ${storeNow(now)} as now offset 0) t
    where a.account = ${account} and a.portal = ${portal}
    returning true as paused`.execute(db);
  return rows[0];
}

/** A call that was sent before the breaker opened changes nothing about it: only the probe does. */
async function note(
  options: PgPortalAllowanceOptions,
  result: CallResult,
  probe: boolean,
  rules: AllowanceRules,
): Promise<{ readonly opened: boolean } | undefined> {
  const failures = { answered: sql`0`, failed: sql`b.failures + 1`, unsent: sql`b.failures` }[result];
  const { rows } = await sql<{ opened: boolean }>`
    with ${believedRow(options, rules, sql`for update`)},
    noted as (
      select b.*, ${probe}::boolean or not b.is_trying as counts, ${failures} as failures_now from believed b
    )
    update gateway.portal_allowance a set
      failures = case when n.counts then n.failures_now else n.failures end,
      probe_until = case when ${probe}::boolean then 0 else n.probe_until end,
      open_until = case
        when n.counts and ${result === 'failed'}::boolean and n.failures_now >= ${rules.breakerFailures}::int
        then n.now + ${rules.breakerRestMs}::float8 else n.open_until end
    from noted n
    where a.account = n.account and a.portal = n.portal
    returning a.open_until > n.now as opened`.execute(options.db);
  return rows[0];
}

async function readGates(
  options: PgPortalAllowanceOptions,
  rules: AllowanceRules,
): Promise<GatesRow | undefined> {
  const { rows } = await sql<GatesRow>`
    with ${believedRow(options, rules, sql``)} select ${gateColumns(sql`d.calls`)} from believed d`.execute(
    options.db,
  );
  return rows[0];
}

function toStatus(row: GatesRow, rules: AllowanceRules): AllowanceStatus {
  const isTrying = row.failures >= rules.breakerFailures;
  const spent = row.calls.reduce((total, one) => total + one, 0);
  return {
    pausedMs: Math.max(0, row.paused_ms),
    breaker: !isTrying ? 'closed' : row.open_ms > 0 ? 'open' : 'half-open',
    budgetLeft: rules.requestsPerDay === null ? null : Math.max(0, rules.requestsPerDay - spent),
  };
}
