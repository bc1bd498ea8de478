import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgres, startRedis } from '../../support/servers';
import { countStatement, NO_STATEMENTS, type StatementCount } from './statement-kinds';

/** A Postgres that counts statements, and a Redis: this run's own. */
export interface BenchServers {
  readonly redisUrl: string;
  /** The URL of a new database: empty, or a copy of another that nobody is connected to. */
  createDatabase(template?: string): Promise<string>;
  /** Statements on that database since its creation, counted by the server (pg_stat_statements). */
  statements(url: string): Promise<StatementCount>;
  /** Commands that Redis has processed since its start, by its own count. */
  redisCommands(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts both. The Postgres has no fsync: what is measured is the gateway's work, not the disk's. */
export async function startBenchServers(): Promise<BenchServers> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  await withClient(postgres.url, (client) =>
    client.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'"),
  );
  await postgres.crash(); // a library is loaded at a start only
  const admin = new Client(postgres.url);
  await admin.connect();
  const commands = new Redis(redis.url);
  await admin.query('CREATE EXTENSION pg_stat_statements');
  return {
    redisUrl: redis.url,
    async createDatabase(template) {
      const name = `bench_${randomBytes(6).toString('hex')}`;
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template ? nameOf(template) : 'template0'}`);
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    statements: (url) => readStatements(admin, nameOf(url)),
    redisCommands: async () => {
      const told = /total_commands_processed:(\d+)/.exec(await commands.info('stats'));
      return Number(told?.[1]);
    },
    async stop() {
      commands.disconnect();
      await admin.end();
      await Promise.all([postgres.stop(), redis.stop()]);
    },
  };
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

async function readStatements(admin: Client, database: string): Promise<StatementCount> {
  const { rows } = await admin.query<{ query: string; calls: string }>(
    'SELECT s.query, s.calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = $1',
    [database],
  );
  const { rows: lost } = await admin.query<{ dealloc: string }>(
    'SELECT dealloc FROM pg_stat_statements_info',
  );
  // The server keeps 5,000 different statements and forgets the rarest beyond that.
  if (Number(lost[0]?.dealloc ?? 0) > 0) throw new Error('pg_stat_statements has dropped statements');
  return rows.reduce(
    (count, { query, calls }) => countStatement(count, query, undefined, Number(calls)),
    NO_STATEMENTS,
  );
}

async function withClient(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await work(client);
  await client.end();
}
