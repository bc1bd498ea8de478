import { sql, type QueryExecutorProvider } from 'kysely';

/** R16: the next number of the one sequence that orders observations; drawn before a portal is asked. */
export async function drawTicket(db: QueryExecutorProvider): Promise<number> {
  const { rows } = await sql<{ ticket: number }>`
    select nextval('gateway.ticket')::bigint as ticket`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('a sequence answered nothing');
  return row.ticket;
}
