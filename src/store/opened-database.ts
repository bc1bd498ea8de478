import type { Kysely } from 'kysely';
import type { PgLikePool } from './database-pool';

/** The database, whichever it is: the same SQL does the same on both kinds (Postgres 15 and newer). */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** For Kysely, BullMQ and hand-written SQL. Our tables are named with their schema (`gateway.…`). */
  readonly pool: PgLikePool;
  /** On the same pool. Its tables are the caller's to say: `kysely.withTables<…>()`. */
  readonly kysely: Kysely<unknown>;
  /** A pool whose unqualified names mean this schema, for BullMQ. Lives as long as the database; made anew at each call. */
  poolFor(schema: string): PgLikePool;
  /**
   * Calls `onPayload` for every message of the channel, from now until the returned function is called. Messages may be lost
   * while a connection is down, which is mended in the background: a message says "look", never what there is to see.
   */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  /** Sends a message (less than 8,000 bytes) to all who listen, in this process and in others. */
  notify(channel: string, payload: string): Promise<void>;
  /** Closes every connection; what runs is finished first. May be called twice. */
  close(): Promise<void>;
}
