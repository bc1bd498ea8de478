import { sql } from 'kysely';
import type { Database } from './database';

/**
 * Frees every lease. Only for the embedded database, at start-up: its lock file says that no other process lives, so whoever
 * holds a lease is dead, and nobody has to wait for it to run out.
 */
export async function freeLeasesOfTheDead({ kysely }: Pick<Database, 'kysely'>): Promise<void> {
  await sql`update gateway.sync_row set lease_until = 0 where lease_until > 0`.execute(kysely);
  await sql`update gateway.sync_run set lease_until = 0 where lease_until > 0`.execute(kysely);
}
