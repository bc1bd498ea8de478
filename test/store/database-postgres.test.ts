import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import path from 'node:path';
import { sql, type Kysely } from 'kysely';
import { Pool } from 'pg';
import { silentLogger, type Logger } from '../../src/platform/logger';
import { openDatabase, type Database } from '../../src/store/database/database';
import { migrate } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { freePort } from '../support/servers';
import { temporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const PGBOUNCER = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((file) => existsSync(file));

(process.env['TEST_DATABASE_URL'] ? describe : describe.skip)('a Postgres server', () => {
  let url: string;
  const opened: Database[] = [];
  const closing: (() => unknown)[] = [];

  beforeAll(async () => (url = await createPostgresDatabase()));
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => dropPostgresDatabase(url));

  async function open(
    options: Partial<Extract<Parameters<typeof openDatabase>[0], { kind: 'postgres' }>> = {},
  ) {
    const database = await openDatabase({ kind: 'postgres', url, ...options }, silentLogger);
    opened.push(database);
    return database;
  }

  const name = () => new URL(url).pathname.slice(1);
  const readOnly = (database: Database, on: boolean) =>
    database.pool.query(`alter database ${name()} set default_transaction_read_only = ${on ? 'on' : 'off'}`);
  const pids = async (database: Database, count: number) => {
    const clients = await Promise.all(Array.from({ length: count }, () => database.pool.connect()));
    const found = await Promise.all(
      clients.map((one) => one.query<{ pid: number }>('select pg_backend_pid() as pid')),
    );
    for (const client of clients) client.release();
    return found.map(({ rows }) => rows[0]?.pid);
  };

  test('that is read-only for a while is not ready, and its connections are given up: the next statement works', async () => {
    const admin = await open({ maxConnections: 1 });
    await admin.pool.query('create table if not exists written (id int)');
    await readOnly(admin, true);
    const database = await open({ maxConnections: 4 });
    const before = await pids(database, 3);
    await expect(database.proveWritable()).rejects.toThrow('read-only');
    await expect(database.pool.query('insert into written values (1)')).rejects.toMatchObject({
      code: '25006',
    });
    const inTransaction = database.kysely.transaction().execute(async (trx) => {
      await trx.executeQuery({ sql: 'insert into written values (1)', parameters: [] } as never);
    });
    await expect(inTransaction).rejects.toMatchObject({ code: '25006' });
    const owner = await open({
      url: `${url}?options=-c%20default_transaction_read_only%3Doff`,
      maxConnections: 1,
    });
    await readOnly(owner, false);
    await database.proveWritable();
    await database.pool.query('insert into written values (2)');
    const after = await pids(database, 3);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  });

  test('that takes too long for a statement ends it, on every pool', async () => {
    const database = await open({ statementTimeoutMs: 200 });
    await database.pool.query('create schema if not exists other');
    for (const pool of [database.pool, database.poolFor('other')]) {
      await expect(pool.query('select pg_sleep(20)')).rejects.toMatchObject({ code: '57014' });
    }
  });

  test('ends a statement of a caller who has less time, and lets others of the same moment go on', async () => {
    const database = await open();
    const limited = database.limitedTo(200);
    const patient = database.pool.query<{ done: string }>(`select 'yes' as done from pg_sleep(1)`);
    await expect(sql`select pg_sleep(20)`.execute(limited)).rejects.toMatchObject({ code: '57014' });
    await expect(
      limited.transaction().execute((tx) => sql`select pg_sleep(20)`.execute(tx)),
    ).rejects.toMatchObject({ code: '57014' });
    expect((await patient).rows).toEqual([{ done: 'yes' }]);
    expect((await sql<{ one: number }>`select 1 as one`.execute(limited)).rows).toEqual([{ one: 1 }]);
  });

  test('that hangs without closing the connection is given up, and a new connection is made', async () => {
    const proxy = await startProxy(new URL(url));
    closing.push(() => proxy.close());
    const database = await open({ url: proxy.url, statementTimeoutMs: 100, maxConnections: 1 });
    await database.pool.query('select 1');
    proxy.freeze();
    const startedAt = performance.now();
    await expect(database.kysely.transaction().execute(() => Promise.resolve())).rejects.toThrow('timeout');
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    // New connections work; the frozen one stays frozen.
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('that is not there yet is waited for, and the log says for what', async () => {
    const port = await freePort();
    const lines: object[] = [];
    const logger: Logger = { ...silentLogger, info: (fields, message) => lines.push({ ...fields, message }) };
    const late = new URL(url);
    const target = `${late.hostname}:${late.port}`;
    late.port = String(port);
    const opening = openDatabase({ kind: 'postgres', url: late.href, waitMs: 20_000 }, logger);
    await until('the wait is told', () => lines.length > 0);
    const proxy = await startProxy(new URL(`tcp://${target}`), port);
    closing.push(() => proxy.close());
    opened.push(await opening);
    expect(lines).toEqual([
      {
        host: '127.0.0.1',
        port,
        reason: expect.any(String),
        message: 'waiting for the database (DATABASE_URL)',
      },
    ]);
  });

  test('that refuses for good is not waited for', async () => {
    const unknown = new URL(url);
    unknown.pathname = '/nowhere';
    const startedAt = performance.now();
    await expect(open({ url: unknown.href, waitMs: 60_000 })).rejects.toThrow('"nowhere" does not exist');
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  test('is reached with the same sslmode by every connection', async () => {
    const proxy = await startProxy(new URL(url));
    closing.push(() => proxy.close());
    // This server has no TLS: whoever asks for it is refused, and whoever does not ask would get in.
    await expect(open({ url: `${proxy.url}?sslmode=require` })).rejects.toThrow('does not support SSL');
    const database = await open({ url: `${proxy.url}?sslmode=disable` });
    await database.pool.query('create schema if not exists other');
    await database.poolFor('other').query('select 1');
    await (
      await database.listen('a', () => undefined)
    )();
    expect(proxy.asked()).toEqual([
      'ssl',
      ...Array.from({ length: proxy.asked().length - 1 }, () => 'plain'),
    ]);
    expect(proxy.asked().length).toBeGreaterThanOrEqual(5);
  });

  test('lets many processes that start at once migrate once', async () => {
    const fresh = await createPostgresDatabase();
    const databases = await Promise.all(
      Array.from({ length: 6 }, () => open({ url: fresh, maxConnections: 2 })),
    );
    const made = await Promise.all(databases.map(({ kysely }) => migrate(kysely, migrations)));
    expect(made.flat().sort()).toEqual(migrations.map((one) => one.name));
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await dropPostgresDatabase(fresh);
  });

  test('lets a migration take longer than a statement may, and another process wait for it', async () => {
    const fresh = await createPostgresDatabase();
    // A pooler's or a role's own limit is none either.
    const pool = new Pool({ connectionString: fresh });
    await pool.query(`alter database ${new URL(fresh).pathname.slice(1)} set statement_timeout = 300`);
    await pool.end();
    const slow = {
      name: '0001-slow',
      up: async (db: Kysely<unknown>) => void (await sql`select pg_sleep(6)`.execute(db)),
    };
    // The process gives a statement up 5 s after the server should have.
    const given = { url: fresh, statementTimeoutMs: 300 };
    const databases = await Promise.all([open(given), open(given)]);
    const made = await Promise.all(databases.map((one) => one.withoutTimeLimit((db) => migrate(db, [slow]))));
    expect(made.flat()).toEqual(['0001-slow']);
    await expect(databases[0]?.pool.query('select pg_sleep(3)')).rejects.toThrow('statement timeout');
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await dropPostgresDatabase(fresh);
  }, 60_000);

  (PGBOUNCER === undefined && process.env['REQUIRE_SERVERS'] !== '1' ? describe.skip : describe)(
    'behind PgBouncer',
    () => {
      test('in session mode works whole', async () => {
        const bouncer = await startPgBouncer(new URL(url), 'session');
        closing.push(() => stop(bouncer.child));
        const database = await open({ url: bouncer.url, maxConnections: 3 });
        await database.pool.query('create schema if not exists other');
        await database.proveWritable();
        const { rows } = await database.poolFor('other').query('show search_path');
        expect(rows).toEqual([{ search_path: 'other' }]);
        const heard = new Promise<string>((resolve) => void database.listen('a', resolve));
        await until('the message arrives', async () => {
          await database.notify('a', 'x');
          return Promise.race([heard, Promise.resolve(null)]);
        });
      });

      test('in transaction mode migrates and works on tables, and refuses what needs a session with one sentence', async () => {
        const bouncer = await startPgBouncer(new URL(url), 'transaction');
        closing.push(() => stop(bouncer.child));
        const database = await open({ url: bouncer.url });
        await migrate(database.kysely, migrations);
        await Promise.all(
          Array.from({ length: 20 }, (_, id) =>
            database.kysely.transaction().execute(async (trx) => {
              await trx.executeQuery({
                sql: 'insert into gateway.setting (name, value) values ($1, $2)',
                parameters: [`n${id}`, 'x'],
              } as never);
            }),
          ),
        );
        await database.proveWritable();
        const { rows } = await database.pool.query(
          `select count(*) as count from gateway.setting where value = 'x'`,
        );
        expect(rows).toEqual([{ count: 20 }]);
        expect(() => database.poolFor('bullmq')).toThrow(/pooler in transaction mode \(such as PgBouncer/);
        await expect(database.listen('a', () => undefined)).rejects.toThrow('set REDIS_URL');
      });
    },
  );
});

interface Proxy {
  readonly url: string;
  /** From now on, nothing of the open connections arrives, and none is closed. */
  freeze(): void;
  /** How each connection began. */
  asked(): readonly ('ssl' | 'plain')[];
  close(): void;
}

/** Stands before the server, and looks at how connections begin. */
async function startProxy(target: URL, port = 0): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const asked: ('ssl' | 'plain')[] = [];
  const server: TcpServer = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.once('data', (first) => asked.push(first.readUInt32BE(4) === 80_877_103 ? 'ssl' : 'plain'));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const { port: listening } = server.address() as AddressInfo; // a TCP server that listens has one
  const url = new URL(target.href.replace(/^tcp:/, 'postgres:'));
  url.hostname = '127.0.0.1';
  url.port = String(listening);
  return {
    url: url.href,
    freeze() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    asked: () => asked,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function startPgBouncer(target: URL, mode: 'session' | 'transaction') {
  const directory = temporaryDirectory();
  const port = await freePort();
  const database = target.pathname.slice(1);
  writeFileSync(path.join(directory, 'users.txt'), '"postgres" ""\n');
  const file = path.join(directory, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
${database} = host=${target.hostname} port=${target.port} dbname=${database} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${directory}/users.txt
pool_mode = ${mode}
default_pool_size = 10
`,
  );
  chmodSync(directory, 0o755);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(directory, idOf('-u'), idOf('-g'));
  const child = spawn(PGBOUNCER ?? '', [...(isRoot ? ['-u', 'postgres'] : []), file], { stdio: 'ignore' });
  const url = `postgres://postgres@127.0.0.1:${port}/${database}`;
  await until('PgBouncer listens', async () => {
    const socket = connect(port, '127.0.0.1');
    const [event] = await Promise.race([
      once(socket, 'connect').then(() => ['connect']),
      once(socket, 'error').then(() => ['error']),
    ]).catch(() => ['error']);
    socket.destroy();
    return event === 'connect' ? true : null;
  });
  return { url, child };
}

function idOf(flag: string): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
}
