import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { AccountId, GpsId } from '../../driver/ids';
import type { NewRemoval, RemovalRow, RemovalStore } from '../../sync/ports/removal-store';
import { inChunks } from '../database/in-chunks';
import { releaseRemovals } from './pg-run-items';
import type { GatewayDb, RemovalTable } from '../database/tables';

/** States in which a removal is being decided or carried out; a rejected one is open, so that it is not proposed again. */
const IS_OPEN = sql`state in ('proposed', 'allowed', 'held', 'approved', 'rejected', 'sending')`;

/** The removals of an account, in Postgres. A driver has at most one that is open: a unique index. */
export function createPgRemovals(db: GatewayDb, account: AccountId): RemovalStore {
  return {
    openOf: (ids) => openOf(db, account, ids),
    propose: (removals, now) => propose(db, account, removals, now),
    async move(ids, from, to, now, runId) {
      if (ids.length === 0) return new Set();
      const run = runId === undefined ? sql`run_id` : sql`${runId}::text`;
      const { rows } = await sql<{ id: string }>`
        update gateway.removal set state = ${to}, decided_at = ${now}::bigint, run_id = ${run}
        where account = ${account} and id = any(${ids}::text[]) and state = any(${from}::text[])
        returning id`.execute(db);
      return new Set(rows.map((row) => row.id));
    },
    async holdOpen(now) {
      await sql`
        update gateway.removal set state = 'held', decided_at = ${now}::bigint
        where account = ${account} and state in ('proposed', 'allowed')`.execute(db);
    },
    async voidOf(ids, now) {
      if (ids.length === 0) return;
      // Decisions about items lock them before removals.
      await releaseRemovals(db, account, ids, now);
      // One that is being sent stays: its intent says what became of it.
      await sql`
        update gateway.removal set state = 'void', decided_at = ${now}::bigint
        where account = ${account} and gps_id = any(${ids}::text[]) and ${IS_OPEN} and state <> 'sending'`.execute(
        db,
      );
    },
    async inferredSince(since) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from gateway.removal
        where account = ${account} and inferred and state in ('allowed', 'approved', 'sending', 'done')
          and decided_at >= ${since}::bigint`.execute(db);
      return rows[0]?.count ?? 0;
    },
    async openInferred() {
      const { rows } = await sql<Selectable<RemovalTable>>`
        select * from gateway.removal
        where account = ${account} and inferred and ${IS_OPEN} order by proposed_at, gps_id`.execute(db);
      return rows.map(toRemoval);
    },
  };
}

async function openOf(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
): Promise<ReadonlyMap<GpsId, RemovalRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Selectable<RemovalTable>>`
    select * from gateway.removal
    where account = ${account} and gps_id = any(${ids}::text[]) and ${IS_OPEN}`.execute(db);
  return new Map(rows.map((row) => [row.gps_id, toRemoval(row)]));
}

async function propose(
  db: GatewayDb,
  account: AccountId,
  removals: readonly NewRemoval[],
  now: number,
): Promise<void> {
  await inChunks(removals.map(toColumns), (chunk) =>
    sql`
      insert into gateway.removal as o (
        id, account, gps_id, driver_id, state, inferred, proof, proposed_at, decided_at, last_known)
      select g.id, ${account}, g.gps_id, g.driver_id, case when g.inferred then 'proposed' else 'allowed' end,
             g.inferred, g.proof, ${now}::bigint, case when g.inferred then null else ${now}::bigint end,
             nullif(g.last_known, 'null'::jsonb)
      from jsonb_to_recordset(${JSON.stringify(chunk)}::jsonb) as g(
        id text, gps_id text, driver_id text, inferred boolean, proof jsonb, last_known jsonb)
      order by g.gps_id
      on conflict (account, gps_id)
        where state in ('proposed', 'allowed', 'held', 'approved', 'rejected', 'sending')
      do update set
        proof = excluded.proof,
        inferred = o.inferred and excluded.inferred,
        state = case when excluded.inferred or o.state = 'sending' then o.state else 'allowed' end,
        decided_at = case when excluded.inferred or o.state = 'sending' then o.decided_at
                          else excluded.decided_at end`.execute(db),
  );
}

function toColumns(removal: NewRemoval) {
  return {
    id: randomUUID(),
    gps_id: removal.gpsId,
    driver_id: removal.driverId,
    inferred: removal.inferred,
    proof: removal.proof,
    last_known: removal.lastKnown,
  };
}

function toRemoval(row: Selectable<RemovalTable>): RemovalRow {
  return {
    id: row.id,
    gpsId: row.gps_id,
    driverId: row.driver_id,
    state: row.state,
    inferred: row.inferred,
    proof: row.proof,
    runId: row.run_id,
  };
}
