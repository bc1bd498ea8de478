import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import type { Logger } from '../../platform/logger';
import type { Database } from './opened-database';
import type { PgLikePool } from './database-pool';
import { PostgresListener } from './database-listener';
import { awaitServer } from './first-connection';
import { connectionConfig, dropIdle, openPool } from './postgres-connection';

const DEFAULT_MAX_CONNECTIONS = 10;

/** How a Postgres server's database is opened. */
export interface PostgresOptions {
  readonly url: string;
  readonly maxConnections?: number;
  /** How long a server that is not there yet is waited for. Default: not at all. */
  readonly waitMs?: number;
  /** How long the server may take for a statement. Default: a minute. */
  readonly statementTimeoutMs?: number;
}

/** Opens a Postgres server's database; see `openDatabase`. */
export async function openPostgresDatabase(options: PostgresOptions, logger: Logger): Promise<Database> {
  const config = connectionConfig(options.url);
  const pooling = await awaitServer(config, options.waitMs ?? 0, logger);
  const { maxConnections: max = DEFAULT_MAX_CONNECTIONS, statementTimeoutMs } = options;
  const pools: Pool[] = [];
  const ownsSession = pooling === 'session';
  const open = (schema?: string, limitMs = statementTimeoutMs) => {
    const limits = limitMs === undefined ? {} : { statementTimeoutMs: limitMs };
    const pool = openPool({ config, max, schema, ownsSession, logger, ...limits });
    pools.push(pool);
    return pool;
  };
  const pool = open();
  const listener = new PostgresListener(config, logger);
  const needSession = (): void => {
    if (pooling === 'transaction') throw new Error(NEEDS_SESSION);
  };
  let closed: Promise<void> | undefined;
  return {
    kind: 'postgres',
    pool: asPgLike(pool),
    kysely: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
    async withoutTimeLimit(work) {
      // Two: Kysely looks for its tables on another connection while it holds the lock.
      const patient = openPool({ config, max: 2, ownsSession, logger, statementTimeoutMs: null });
      try {
        return await work(new Kysely<unknown>({ dialect: new PostgresDialect({ pool: patient }) }));
      } finally {
        await patient.end();
      }
    },
    limitedTo: (limitMs) =>
      new Kysely<unknown>({ dialect: new PostgresDialect({ pool: open(undefined, limitMs) }) }),
    poolFor(schema) {
      needSession();
      return asPgLike(open(schema));
    },
    async listen(channel, onPayload) {
      needSession();
      return listener.listen(channel, onPayload);
    },
    async notify(channel, payload) {
      await pool.query('SELECT pg_notify($1, $2)', [channel, payload]);
    },
    proveWritable: () => proveWritable(pool),
    close() {
      closed ??= listener.close().then(async () => {
        await Promise.all(pools.filter((one) => !one.ending).map((one) => one.end()));
      });
      return closed;
    },
  };
}

const NEEDS_SESSION =
  'DATABASE_URL leads to a connection pooler in transaction mode (such as PgBouncer with pool_mode=transaction), which loses ' +
  'LISTEN and the queue’s session: give the server’s own address, use pool_mode=session, or set REDIS_URL';

/** A message in the log of changes is a write like any other, and leaves nothing behind. */
const WRITE = `select current_setting('transaction_read_only') as read_only,
                      pg_logical_emit_message(true, 'driver-sync-gateway', 'ready')`;

async function proveWritable(pool: Pool): Promise<void> {
  const client = await pool.connect();
  let isWritable = false;
  try {
    const { rows } = await client.query<{ read_only: string }>(WRITE);
    isWritable = rows[0]?.read_only === 'off';
  } finally {
    client.release(!isWritable);
    if (!isWritable) dropIdle(pool);
  }
  if (!isWritable) throw new Error('The database is read-only at the moment');
}

// node-postgres's pool has every method of PgLikePool, with more overloads than TypeScript can match one by one.
function asPgLike(pool: Pool): PgLikePool {
  return pool as unknown as PgLikePool;
}
