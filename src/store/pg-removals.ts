import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { AccountId, GpsId } from '../driver/ids';
import type { RemovalRepository, RemovalRow, RemovalState } from '../sync/sync-store';
import type { GatewayDb, RemovalTable } from './tables';

/** States in which a removal is decided on or carried out yet; a rejected one is open, so that it is not proposed again. */
const OPEN: readonly RemovalState[] = ['proposed', 'allowed', 'held', 'approved', 'rejected'];

/** Every removal of an account, in Postgres. A driver has one open removal at most: a unique index. */
export function createPgRemovals(db: GatewayDb, account: AccountId): RemovalRepository {
  const ofAccount = () => db.selectFrom('gateway.removal').selectAll().where('account', '=', account);
  return {
    openOf: (id) => openOf(db, account, id),
    propose: (removal, now) => propose(db, account, removal, now),
    async setState(ids, state, now, runId) {
      if (ids.length === 0) return;
      await db
        .updateTable('gateway.removal')
        .set({ state, decided_at: now, ...(runId === undefined ? {} : { run_id: runId }) })
        .where('account', '=', account)
        .where('id', '=', sql<string>`any(${ids}::text[])`)
        .execute();
    },
    async setProof(id, proof) {
      await db
        .updateTable('gateway.removal')
        .set({ proof: JSON.stringify(proof) })
        .where('account', '=', account)
        .where('id', '=', id)
        .execute();
    },
    async inferredSince(since) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from gateway.removal
        where account = ${account} and inferred and state in ('allowed', 'approved', 'done')
          and decided_at >= ${since}::bigint`.execute(db);
      return rows[0]?.count ?? 0;
    },
    async openInferred() {
      const rows = await ofAccount()
        .where('inferred', '=', true)
        .where('state', 'in', OPEN)
        .orderBy('proposed_at')
        .orderBy('gps_id')
        .execute();
      return rows.map(toRemoval);
    },
    async ofRun(run) {
      const rows = await ofAccount()
        .where('run_id', '=', run)
        .orderBy('proposed_at')
        .orderBy('gps_id')
        .execute();
      return rows.map(toRemoval);
    },
  };
}

async function openOf(db: GatewayDb, account: AccountId, id: GpsId): Promise<RemovalRow | null> {
  const row = await db
    .selectFrom('gateway.removal')
    .selectAll()
    .where('account', '=', account)
    .where('gps_id', '=', id)
    .where('state', 'in', OPEN)
    .executeTakeFirst();
  return row === undefined ? null : toRemoval(row);
}

/** Where one is open already, that one is answered, as it stands. */
async function propose(
  db: GatewayDb,
  account: AccountId,
  removal: Parameters<RemovalRepository['propose']>[0],
  now: number,
): Promise<RemovalRow> {
  const inserted = await db
    .insertInto('gateway.removal')
    .values({
      id: randomUUID(),
      account,
      gps_id: removal.gpsId,
      driver_id: removal.driverId,
      state: removal.state,
      inferred: removal.inferred,
      proof: removal.proof === null ? null : JSON.stringify(removal.proof),
      run_id: removal.runId,
      proposed_at: now,
      decided_at: removal.state === 'proposed' ? null : now,
      last_known: removal.lastKnown === null ? null : JSON.stringify(removal.lastKnown),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  const row = inserted === undefined ? await openOf(db, account, removal.gpsId) : toRemoval(inserted);
  if (row === null)
    throw new Error(`The removal of GPS driver ${removal.gpsId} was closed while it was proposed`);
  return row;
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
