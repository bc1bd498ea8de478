import { Client, Pool, type ClientConfig, type PoolConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { errorCode, errorMessage } from '../../platform/error-code';
import type { Logger } from '../../platform/logger';
import { quoteName } from '../embedded/embedded-statement';
import { valueParser } from './database-values';
import { ADMIN_SHUTDOWN, QUERY_READ_TIMEOUT, READ_ONLY } from './sql-states';

/** No statement of ours takes as long on a healthy server; what does is given up, and its connection with it. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** The server ends a long statement by itself; when it says nothing for this much longer, it hangs. */
const SILENCE_AFTER_MS = 5_000;

/** How every connection to the server is made: pools, the listener and the first look alike, TLS (`sslmode`) included. */
export function connectionConfig(url: string): ClientConfig {
  const target = parseIntoClientConfig(url);
  return {
    ...target,
    application_name: target.application_name ?? 'driver-sync-gateway',
    connectionTimeoutMillis: 10_000,
    // BullMQ looks for this on the pool: a silently dropped LISTEN connection would cost it ten seconds a job otherwise.
    keepAlive: true,
    // A server that vanished without a word is noticed in minutes, not in the two hours that are the system's default.
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: parserFor },
  };
}

/** What a pool is for. */
export interface PoolOptions {
  readonly config: ClientConfig;
  readonly max: number;
  /** What unqualified names mean. Undefined: what the role's default says. */
  readonly schema?: string | undefined;
  /** False behind a pooler that gives each transaction another session: then nothing may be set for a session. */
  readonly ownsSession: boolean;
  /** Null: as long as it takes. */
  readonly statementTimeoutMs?: number | null;
  readonly logger: Logger;
}

/**
 * Opens a pool whose statements are bounded: by the server, and by this process when the server hangs without closing the
 * connection. A connection that found its server read-only, shutting down or silent is not used again, and neither are the idle
 * ones beside it: after a failover, the next statement finds the new server.
 */
export function openPool(options: PoolOptions): Pool {
  const { config, max, logger, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const pool = new Pool({
    ...config,
    max,
    ...(statementTimeoutMs === null ? {} : { query_timeout: statementTimeoutMs + SILENCE_AFTER_MS }),
    // As statements, not as parameters of the start: a pooler refuses those. The pool waits for them before anyone gets the connection.
    onConnect: async (client) => {
      if (options.ownsSession) await client.query(sessionSettings(options.schema, statementTimeoutMs));
    },
    Client: WatchedClient,
    // `Client` and `onConnect` are the pool's own options, which the types of this version leave out.
  } as PoolConfig);
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (err) => logger.warn({ err }, 'an idle database connection broke'));
  // One that breaks while it is taken is no listener's business in the pool: its next statement fails, and says so.
  pool.on('connect', (client) => client.on('error', (err) => logger.debug({ err }, 'a connection broke')));
  pool.on('release', (_error, client) => {
    if (!(client instanceof WatchedClient) || client.unusable === undefined) return;
    logger.warn({ reason: client.unusable }, 'a database connection is given up');
    // Before the pool looks whether it can be used again.
    void client.end().catch(() => undefined);
    dropIdle(pool);
  });
  return pool;
}

/** Gives up what is idle: the next statement connects anew. */
export function dropIdle(pool: Pool): void {
  for (let left = pool.idleCount; left > 0 && !pool.ending; left -= 1) {
    pool.connect().then(
      (client) => client.release(true),
      () => undefined,
    );
  }
}

/** Settings that a session of ours has; the listener's, too. */
export function sessionSettings(schema: string | undefined, statementTimeoutMs: number | null): string {
  return [
    // 0: without a limit, whatever the role's default is.
    `set statement_timeout = ${statementTimeoutMs ?? 0}`,
    // Nothing waits for ever for the locks of a process that is stuck in a transaction.
    `set idle_in_transaction_session_timeout = ${statementTimeoutMs === null ? 0 : 60_000}`,
    ...(schema === undefined ? [] : [`set search_path to ${quoteName(schema)}`]),
  ].join('; ');
}

/** A connection that remembers why it must not be used again. */
class WatchedClient extends Client {
  unusable: string | undefined;

  // As the base class: which form is called is for its overloads to say.
  override query(...given: unknown[]): never {
    const answer: unknown = (super.query as (...all: unknown[]) => unknown).apply(this, given);
    if (answer instanceof Promise) answer.catch((error: unknown) => this.#look(error));
    return answer as never;
  }

  #look(error: unknown): void {
    const code = errorCode(error);
    const isSilent = errorMessage(error) === QUERY_READ_TIMEOUT;
    if (code === READ_ONLY || code === ADMIN_SHUTDOWN || isSilent) this.unusable ??= errorMessage(error);
  }
}

// node-postgres asks for text parsers only; binary results have to be asked for, and nothing here does.
function parserFor(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (format === 'binary') throw new Error('Binary results are not used');
  return valueParser(oid);
}
