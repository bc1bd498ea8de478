import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { errorMessage } from '../../platform/error-code';
import type { Logger } from '../../platform/logger';
import { isPassingFailure } from './passing-failure';

/** What stands between this process and the server. */
export type Pooling =
  /** Each connection has its session: directly, or through a pooler in session mode. */
  | 'session'
  /** A pooler gives each transaction any session: what a session remembers is lost. */
  | 'transaction';

const RETRY_MS = 1_000;
const SAY_EVERY_MS = 10_000;

/**
 * Waits until the server answers, at most `waitMs`, and says in the log what it waits for. Throws at once what waiting does not
 * mend: a wrong password, a database that there is none of, a certificate that is not trusted. The error's message holds no password.
 */
export async function awaitServer(config: ClientConfig, waitMs: number, logger: Logger): Promise<Pooling> {
  const giveUpAt = performance.now() + waitMs;
  let sayAt = 0;
  for (;;) {
    try {
      return await lookAtPooling(config);
    } catch (cause) {
      const now = performance.now();
      if (!isPassing(cause) || now >= giveUpAt) {
        throw new Error(`The database (DATABASE_URL) does not answer: ${errorMessage(cause)}`, { cause });
      }
      if (now >= sayAt) {
        const { host, port } = config;
        logger.info({ host, port, reason: errorMessage(cause) }, 'waiting for the database (DATABASE_URL)');
        sayAt = now + SAY_EVERY_MS;
      }
      await sleep(Math.min(RETRY_MS, giveUpAt - now));
    }
  }
}

/** Before anything was asked of it, any time-out is the way to the database. */
const isPassing = (error: unknown): boolean =>
  isPassingFailure(error) || /timeout|terminated/i.test(errorMessage(error));

/**
 * Whether a pooler stands between, and in which mode. A pooler gives each client a number of its own instead of the server's
 * process id. Behind one, two connections show the mode: in transaction mode, while the second holds the session in which the
 * first has set something, the first finds it gone, or the second finds it.
 */
async function lookAtPooling(config: ClientConfig): Promise<Pooling> {
  const first = await connected(config);
  try {
    const { rows } = await first.query<{ pid: number }>('select pg_backend_pid() as pid');
    // node-postgres keeps the number that it was given; its types do not show it.
    const given = (first as unknown as { readonly processID: number | null }).processID;
    if (rows[0]?.pid === given) return 'session';
    const second = await connected(config);
    try {
      return (await sharesSessions(first, second)) ? 'transaction' : 'session';
    } finally {
      await second.end();
    }
  } finally {
    await first.end();
  }
}

async function sharesSessions(first: Client, second: Client): Promise<boolean> {
  const token = randomUUID();
  const read = async (client: Client) => {
    const text = `select current_setting('gateway.pooling', true) as token`;
    return (await client.query<{ token: string | null }>(text)).rows[0]?.token;
  };
  await first.query(`select set_config('gateway.pooling', $1, false)`, [token]);
  await second.query('begin');
  const isSeen = (await read(second)) === token;
  const isKept = (await read(first)) === token;
  await second.query('rollback');
  return isSeen || !isKept;
}

async function connected(config: ClientConfig): Promise<Client> {
  const client = new Client({ ...config, query_timeout: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
