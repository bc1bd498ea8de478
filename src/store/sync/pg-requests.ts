import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { OwnerRequest, RequestStore } from '../../sync/ports/request-store';
import type { GatewayDb } from '../database/tables';

/** How long an answered request is kept. */
const KEPT_MS = 3_600_000;

/** Requests to the owners of accounts, in Postgres. */
export function createPgRequests(db: GatewayDb): RequestStore {
  return {
    async ask(account, { kind, actor, payload, trace }, now) {
      const id = randomUUID();
      await sql`
        with old as (delete from gateway.owner_request
                     where created_at < ${now - KEPT_MS}::bigint and answered_at is not null)
        insert into gateway.owner_request (id, account, kind, actor, payload, created_at, trace)
        values (${id}, ${account}, ${kind}, ${actor}, ${JSON.stringify(payload)}::jsonb, ${now}, ${trace})`.execute(
        db,
      );
      return id;
    },
    async answerOf(account, id) {
      const { rows } = await sql<{ answer: unknown; answered_at: number | null }>`
        select answer, answered_at from gateway.owner_request
        where account = ${account} and id = ${id}`.execute(db);
      const row = rows[0];
      return row === undefined || row.answered_at === null ? null : { answer: row.answer };
    },
    async open(account) {
      const { rows } = await sql<OwnerRequest>`
        select id, kind, actor, payload, trace from gateway.owner_request
        where account = ${account} and answered_at is null order by created_at, id`.execute(db);
      return rows;
    },
    async answer(account, id, answer) {
      await sql`
        update gateway.owner_request
        set answer = ${JSON.stringify(answer)}::jsonb, answered_at = (extract(epoch from clock_timestamp()) * 1000)::bigint
        where account = ${account} and id = ${id} and answered_at is null`.execute(db);
    },
    async withdraw(account, id) {
      await sql`delete from gateway.owner_request where account = ${account} and id = ${id}`.execute(db);
    },
  };
}
