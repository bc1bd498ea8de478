import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import { errorMessage } from '../platform/error-code';
import type { Logger } from '../platform/logger';
import type { Database } from './opened-database';
import type { PgLikePool } from './database-pool';
import { valueParser } from './database-values';
import { PostgresListener } from './database-listener';

const DEFAULT_MAX_CONNECTIONS = 10;

/** Opens a Postgres server's database; see `openDatabase`. */
export async function openPostgresDatabase(
  options: { readonly url: string; readonly maxConnections?: number },
  logger: Logger,
): Promise<Database> {
  const config = poolConfig(options.url, options.maxConnections ?? DEFAULT_MAX_CONNECTIONS);
  const pools: Pool[] = [];
  const openPool = (schema?: string) => {
    const pool = new Pool(schema === undefined ? config : withSearchPath(config, schema));
    // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
    pool.on('error', (err) => logger.warn({ err }, 'an idle database connection broke'));
    // One that breaks while it is taken is nobody's listener's business in the pool: what it was asked next fails, and says so.
    pool.on('connect', (client) => client.on('error', (err) => logger.debug({ err }, 'a connection broke')));
    pools.push(pool);
    return pool;
  };
  const pool = openPool();
  await proveThatItAnswers(pool);
  const listener = new PostgresListener(config, logger);
  let closed: Promise<void> | undefined;
  return {
    kind: 'postgres',
    pool: asPgLike(pool),
    kysely: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
    poolFor: (schema) => asPgLike(openPool(schema)),
    listen: (channel, onPayload) => listener.listen(channel, onPayload),
    async notify(channel, payload) {
      await pool.query('SELECT pg_notify($1, $2)', [channel, payload]);
    },
    close() {
      closed ??= listener.close().then(async () => {
        await Promise.all(pools.filter((one) => !one.ending).map((one) => one.end()));
      });
      return closed;
    },
  };
}

function poolConfig(url: string, maxConnections: number): PoolConfig {
  return {
    connectionString: url,
    max: maxConnections,
    application_name: 'driver-sync-gateway',
    connectionTimeoutMillis: 10_000,
    // BullMQ looks for this on the pool: a silently dropped LISTEN connection would cost it ten seconds a job otherwise.
    keepAlive: true,
    // A server that vanished without a word is noticed in minutes, not in the two hours that are the system's default.
    keepAliveInitialDelayMillis: 10_000,
    // Nobody waits for ever for the locks of a process that is stuck in a transaction.
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser: parserFor },
  };
}

// node-postgres asks for text parsers only; binary results have to be asked for, and nobody here does.
function parserFor(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (format === 'binary') throw new Error('Binary results are not used');
  return valueParser(oid);
}

// As the connection's option, not as a statement: then no connection is ever handed out without it.
function withSearchPath(config: PoolConfig, schema: string): PoolConfig {
  const url = new URL(config.connectionString ?? '');
  const given = url.searchParams.get('options');
  url.searchParams.set('options', `${given ?? ''} -c search_path=${schema}`.trim());
  return { ...config, connectionString: url.href };
}

async function proveThatItAnswers(pool: Pool): Promise<void> {
  try {
    await pool.query('SELECT 1');
  } catch (cause) {
    await pool.end();
    throw new Error(`The database (DATABASE_URL) does not answer: ${errorMessage(cause)}`, { cause });
  }
}

// node-postgres's pool has every method of PgLikePool, with more overloads than TypeScript can match one by one.
function asPgLike(pool: Pool): PgLikePool {
  return pool as unknown as PgLikePool;
}
