import { randomUUID } from 'node:crypto';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { AccountId } from '../../driver/ids';
import {
  FIRST_REFUSAL_MS,
  LONGEST_REFUSAL_MS,
  type PortalSessions,
  type SessionRequest,
  type SessionWord,
} from '../../driver/ports/portal-sessions';
import type { PortalName } from '../../driver/ports/portal-error';
import { storeNow } from './store-now';

export interface PgPortalSessionsOptions {
  readonly db: QueryExecutorProvider;
  readonly account: AccountId;
  readonly portal: PortalName;
  /** Epoch ms, for tests that move time; default: the database's clock. */
  readonly now?: (() => number) | undefined;
}

/** An account's sessions in Postgres: one row for each set of credentials. */
export function createPgPortalSessions(options: PgPortalSessionsOptions): PortalSessions {
  return {
    async obtain(request) {
      const row = (await obtain(options, request)) ?? (await obtainOnNewRow(options, request));
      return toWord(row);
    },
    async keep(claim, fingerprint, sealed) {
      const { rows } = await sql<{ version: number }>`
        update gateway.portal_session set
          sealed = ${sealed}, version = version + 1, claim_id = null, refusal = null, refusal_code = null, refusals = 0
        ${ofClaim(options, fingerprint, claim.id)} returning version`.execute(options.db);
      const version = rows[0]?.version;
      return version === undefined ? null : { sealed, version };
    },
    async refuse(claim, fingerprint, { message, portalCode }) {
      await sql`
        update gateway.portal_session set
          claim_id = null, refusal = ${message}, refusal_code = ${portalCode}, refusals = refusals + 1,
          refused_at = ${storeNow(options.now)}
        ${ofClaim(options, fingerprint, claim.id)}`.execute(options.db);
    },
    async release(claim, fingerprint) {
      await sql`
        update gateway.portal_session set claim_id = null, started_at = started_before
        ${ofClaim(options, fingerprint, claim.id)}`.execute(options.db);
    },
  };
}

const ofClaim = ({ account, portal }: PgPortalSessionsOptions, fingerprint: string, claimId: string) => sql`
  where account = ${account} and portal = ${portal} and fingerprint = ${fingerprint} and claim_id = ${claimId}`;

interface DecidedRow {
  readonly decision: 'held' | 'refused' | 'logging-in' | 'too-soon' | 'claimed';
  readonly sealed: string | null;
  readonly version: number;
  readonly refusal: string | null;
  readonly refusal_code: string | null;
  readonly refused_ms: number;
  readonly claimed_ms: number;
  readonly soon_ms: number;
  readonly claim_id: string;
}

/**
 * One statement: locks the account's rows in order, so that one log-in at a time is claimed whatever the credentials, decides,
 * and writes the claim. A time in the future beyond what could have been set counts as over. Undefined: the row is missing.
 */
async function obtain(
  { db, account, portal, now }: PgPortalSessionsOptions,
  { fingerprint, after, fresh, logInEveryMs, claimMs }: SessionRequest,
): Promise<DecidedRow | undefined> {
  const { rows } = await sql<DecidedRow>`
    with locked as materialized (
      select * from gateway.portal_session where account = ${account} and portal = ${portal}
      order by fingerprint for update
    ), clock as materialized (
      select ${storeNow(now)} as now from (select count(*) from locked) counted
    ), timed as (
      select l.*, c.now,
        case when l.claim_id is null or l.claim_until > c.now + ${claimMs}::float8 then 0
          else greatest(0, l.claim_until - c.now) end as claimed_ms,
        case when l.started_at > c.now then 0
          else greatest(0, l.started_at + ${logInEveryMs}::float8 - c.now) end as soon_ms,
        case when l.refusal is null or l.refused_at > c.now then 0
          else greatest(0, l.refused_at - c.now
            + least(${LONGEST_REFUSAL_MS}::float8, ${FIRST_REFUSAL_MS}::float8 * 2 ^ least(l.refusals - 1, 10))) end as refused_ms
      from locked l, clock c
    ), own as (
      select t.*, (select max(o.claimed_ms) from timed o) as any_claimed_ms, (select max(o.soon_ms) from timed o) as any_soon_ms,
        not ${fresh}::boolean or (t.soon_ms > 0 and t.claim_id is null) as is_answered
      from timed t where t.fingerprint = ${fingerprint}
    ), decided as (
      select o.*, ${randomUUID()}::text as new_claim_id, case
        when o.sealed is not null and o.version > ${after}::bigint and o.is_answered
          and not (${fresh}::boolean and o.refusal is not null) then 'held'
        when o.refused_ms > 0 and o.is_answered then 'refused'
        when o.any_claimed_ms > 0 then 'logging-in'
        when o.any_soon_ms > 0 then 'too-soon'
        else 'claimed' end as decision
      from own o
    ), written as (
      update gateway.portal_session s set
        claim_id = d.new_claim_id, claim_until = d.now + ${claimMs}::float8, started_before = s.started_at, started_at = d.now
      from decided d
      where d.decision = 'claimed' and s.account = d.account and s.portal = d.portal and s.fingerprint = d.fingerprint
    )
    select decision, sealed, version, refusal, refusal_code, refused_ms, any_claimed_ms as claimed_ms, any_soon_ms as soon_ms,
      new_claim_id as claim_id
    from decided`.execute(db);
  return rows[0];
}

async function obtainOnNewRow(
  options: PgPortalSessionsOptions,
  request: SessionRequest,
): Promise<DecidedRow> {
  await sql`
    insert into gateway.portal_session (account, portal, fingerprint)
    values (${options.account}, ${options.portal}, ${request.fingerprint})
    on conflict do nothing`.execute(options.db);
  const row = await obtain(options, request);
  if (row === undefined) throw new Error("An account's session was deleted while it was used");
  return row;
}

function toWord(row: DecidedRow): SessionWord {
  switch (row.decision) {
    case 'held':
      return { kind: 'held', session: { sealed: row.sealed ?? '', version: row.version } };
    case 'refused':
      return {
        kind: 'refused',
        refusal: { message: row.refusal ?? '', portalCode: row.refusal_code },
        waitMs: row.refused_ms,
      };
    case 'logging-in':
      return { kind: 'wait', why: 'logging-in', waitMs: row.claimed_ms };
    case 'too-soon':
      return { kind: 'wait', why: 'too-soon', waitMs: row.soon_ms };
    case 'claimed':
      return { kind: 'claimed', claim: { id: row.claim_id } };
  }
}
