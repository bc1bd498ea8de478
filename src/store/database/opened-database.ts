import type { Kysely } from 'kysely';
import type { PgLikePool } from './database-pool';

/** The database, whichever it is: the same SQL does the same on both kinds (Postgres 15 and newer). */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** For Kysely, BullMQ and hand-written SQL. Our tables are named with their schema (`gateway.…`). */
  readonly pool: PgLikePool;
  /** On the same pool. Its tables are the caller's to say: `kysely.withTables<…>()`. */
  readonly kysely: Kysely<unknown>;
  /**
   * Works on a connection of its own whose statements, locks and pauses between statements may take as long as they need: for
   * migrations, which rewrite large tables and wait for each other. Everywhere else statements are bounded.
   */
  withoutTimeLimit<Result>(work: (db: Kysely<unknown>) => Promise<Result>): Promise<Result>;
  /**
   * The same tables for statements that may take so long each and no longer: a longer one rejects with the SQLSTATE 57014. On
   * Postgres they have connections of their own, as many as `pool`. The embedded database cannot stop a statement that runs: it
   * refuses one that has waited so long for its turn. Lives as long as the database; made anew at each call.
   */
  limitedTo(limitMs: number): Kysely<unknown>;
  /** A pool whose unqualified names mean this schema, for BullMQ. Lives as long as the database; made anew at each call. */
  poolFor(schema: string): PgLikePool;
  /**
   * Calls `onPayload` for every message of the channel, from now until the returned function is called. Messages may be lost
   * while a connection is down, which is mended in the background: a message says "look", never what there is to see.
   */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  /** Sends a message (less than 8,000 bytes) to all who listen, in this process and in others. */
  notify(channel: string, payload: string): Promise<void>;
  /** Resolves when the database takes a write at this moment; rejects when it is read-only, away, or another process's. */
  proveWritable(): Promise<void>;
  /** Closes every connection; what runs is finished first. May be called twice. */
  close(): Promise<void>;
}
