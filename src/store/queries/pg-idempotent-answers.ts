import { sql, type QueryExecutorProvider } from 'kysely';
import type { Clock } from '../../platform/clock';
import {
  ANSWERS_KEPT_MS,
  type IdempotencyKey,
  type IdempotentAnswers,
} from '../../gateway/idempotent-answers';

interface KeyRow {
  readonly request_digest: string;
  readonly response: { readonly answer: unknown } | null;
  readonly created_at: number;
}

/** Idempotency keys in Postgres. What is older than a day is forgotten when the user's next key comes. */
export function createPgIdempotentAnswers(db: QueryExecutorProvider, clock: Clock): IdempotentAnswers {
  return {
    async claim(id, digest) {
      await forgetOld(db, id, clock.now());
      // Inserting decides who has it: no two requests can both have looked before.
      const { rows: inserted } = await sql`
        insert into gateway.idempotency (account, user_id, key, request_digest, created_at)
        values (${id.account}, ${id.userId}, ${id.key}, ${digest}, ${clock.now()}::bigint)
        on conflict do nothing returning 1`.execute(db);
      if (inserted.length > 0) return { state: 'new' };
      const { rows } = await sql<KeyRow>`
        select request_digest, response, created_at from gateway.idempotency ${where(id)}`.execute(db);
      const row = rows[0];
      // Released between the two statements: its owner did nothing, but somebody else may be at it by now.
      if (row === undefined) return { state: 'open', digest, since: clock.now() };
      if (row.response === null) return { state: 'open', digest: row.request_digest, since: row.created_at };
      return { state: 'answered', digest: row.request_digest, answer: row.response.answer };
    },
    async store(id, answer) {
      await sql`
        update gateway.idempotency set response = ${JSON.stringify({ answer })}::jsonb ${where(id)}`.execute(
        db,
      );
    },
    async release(id) {
      await sql`delete from gateway.idempotency ${where(id)} and response is null`.execute(db);
    },
  };
}

const where = (id: IdempotencyKey) =>
  sql`where account = ${id.account} and user_id = ${id.userId} and key = ${id.key}`;

async function forgetOld(db: QueryExecutorProvider, id: IdempotencyKey, now: number): Promise<void> {
  await sql`
    delete from gateway.idempotency
    where account = ${id.account} and user_id = ${id.userId} and created_at < ${now - ANSWERS_KEPT_MS}::bigint`.execute(
    db,
  );
}
