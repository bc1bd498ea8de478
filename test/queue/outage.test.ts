import { once } from 'node:events';
import { Redis } from 'ioredis';
import { accountId } from '../../src/driver/ids';
import { silentLogger, type Logger } from '../../src/platform/logger';
import { createAccountQueue } from '../../src/queue/bull-queue';
import { createWakeUps } from '../../src/queue/wake-up';
import { openDatabase, type Database } from '../../src/store/database/database';
import type { AccountQueue } from '../../src/sync/ports/account-queue';
import { createPostgresDatabase, dropPostgresDatabase, openInMemory } from '../support/databases';
import { runTypeScript } from '../support/run-typescript';
import { freePort, startRedis, type Server } from '../support/servers';
import { Happenings } from './given-queue';

const accounts = (...ids: string[]) => ids.map(accountId);

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

(process.env['TEST_REDIS_URL'] ? describe : describe.skip)('with Redis', () => {
  let port: number;
  let redis: Server;
  let database: Database;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => (database = await openInMemory()));
  beforeEach(async () => {
    port = await freePort();
    redis = await startRedis({ port });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await redis.stop();
  });
  afterAll(() => database.close());

  const options = () => ({ database, redisUrl: `redis://127.0.0.1:${port}`, logger: silentLogger });

  async function openQueue(): Promise<AccountQueue> {
    const queue = await createAccountQueue({ ...options(), workerLivenessMs: 1_000 });
    open.push(queue);
    return queue;
  }

  test('while Redis is gone, jobs are refused within seconds; when it is back, everything goes on by itself', async () => {
    const queue = await openQueue();
    const done = new Happenings<string>();
    await queue.work(async ({ account }) => done.add(account), { concurrency: 1 });
    await until(() => queue.enqueue(accounts('1')));
    await done.atLeast(1);

    await redis.stop();
    const startedAt = performance.now();
    expect(await queue.enqueue(accounts('2'))).toBe(false);
    expect(await queue.enqueue(accounts('2', '3'))).toBe(false);
    await expect(queue.counts()).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(6_000);

    redis = await startRedis({ port });
    await until(() => queue.enqueue(accounts('4')));
    await done.atLeast(2);
    expect(done.seen).toEqual(['1', '4']);
  });

  test('a process may start without Redis, and close without it', async () => {
    await redis.stop();
    const queue = await openQueue();
    const done = new Happenings<string>();
    await queue.work(async ({ account }) => done.add(account), { concurrency: 1 });
    expect(await queue.enqueue(accounts('1'))).toBe(false);
    redis = await startRedis({ port });
    await until(() => queue.enqueue(accounts('2')));
    await done.atLeast(1);
    await redis.stop();
    await queue.close();
    // Neither does a process hang whose Redis never came.
    const another = await openQueue();
    await another.work(async () => undefined, { concurrency: 1 });
    await another.close();
  });

  test('a Redis that goes away while the queue closes holds nobody up', async () => {
    const queue = await openQueue();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const started = new Happenings<string>();
    await queue.work(
      async ({ account }) => {
        started.add(account);
        await held;
      },
      { concurrency: 1 },
    );
    await until(() => queue.enqueue(accounts('1')));
    await started.atLeast(1);
    const closed = queue.close();
    await redis.stop();
    release();
    await closed;
  });

  test('a Redis that loses everything, while jobs wait and work, stops nobody', async () => {
    const queue = await openQueue();
    const done = new Happenings<string>();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const started = new Happenings<string>();
    await queue.work(
      async ({ account }) => {
        started.add(account);
        if (started.seen.length === 1) await held;
        done.add(account);
      },
      { concurrency: 1 },
    );
    await until(() => queue.enqueue(accounts('1')));
    await started.atLeast(1);
    await queue.enqueue(accounts('1', '2', '3'));

    const client = new Redis(port, '127.0.0.1');
    await client.flushall();
    client.disconnect();
    release();
    // As the relay does: what is due is said again.
    expect(await queue.enqueue(accounts('1', '2'))).toBe(true);
    await done.atLeast(3);
    expect(done.seen.slice(1).sort()).toEqual(['1', '2']);
    expect(await queue.enqueue(accounts('1'))).toBe(true);
    await done.atLeast(4);
  });

  test('wake-ups are lost while Redis is gone, without an error, and come again afterwards', async () => {
    const wakeUps = createWakeUps(options());
    open.push(wakeUps);
    const heard = new Happenings<string>();
    await wakeUps.subscribe('a', heard.add);
    // A slow machine may take longer to connect than anybody waits for it.
    await until(async () => {
      await wakeUps.publish('a', '1');
      return heard.seen.length > 0;
    });
    await redis.stop();
    await wakeUps.publish('a', 'lost');
    redis = await startRedis({ port });
    await until(async () => {
      await wakeUps.publish('a', '2');
      return heard.seen.includes('2');
    });
    expect(new Set(heard.seen)).toEqual(new Set(['1', '2']));
  });

  test('wake-ups go on while Redis is full, and the log says so once', async () => {
    const errors: string[] = [];
    const logger: Logger = { ...silentLogger, error: (_fields, message) => errors.push(message) };
    const wakeUps = createWakeUps({ ...options(), logger });
    open.push(wakeUps);
    const heard = new Happenings<string>();
    await wakeUps.subscribe('a', heard.add);
    const admin = new Redis(port, '127.0.0.1');
    await admin.config('SET', 'maxmemory', '1');
    await until(async () => {
      await wakeUps.publish('a', '1');
      return heard.seen.length > 0 && errors.length > 0;
    });
    admin.disconnect();
    expect(errors).toEqual([expect.stringContaining('redis is full')]);
  });

  test('wake-ups leave a Redis that a failover has made a replica of, although it keeps their connections open', async () => {
    const wakeUps = createWakeUps(options());
    open.push(wakeUps);
    const heard = new Happenings<string>();
    await wakeUps.subscribe('a', heard.add);
    const arrives = (payload: string) =>
      until(async () => {
        await wakeUps.publish('a', payload);
        return heard.seen.includes(payload);
      });
    await arrives('before');
    const other = await startRedis();
    const admin = new Redis(port, '127.0.0.1');
    const ids = async () =>
      [...String(await admin.client('LIST')).matchAll(/^id=(\d+) .*? cmd=(?!client)/gm)].map(([, id]) => id);
    const before = await ids();
    await admin.replicaof('127.0.0.1', Number(new URL(other.url).port));
    await until(async () => (await ids()).every((id) => !before.includes(id)));
    await admin.replicaof('NO', 'ONE');
    await arrives('after');
    admin.disconnect();
    await other.stop();
  });

  test('a killed worker’s account is taken by another one', async () => {
    const queue = await openQueue();
    const killed = runTypeScript('test/support/queue-worker.ts', [options().redisUrl, 'gateway', '']);
    await until(() => queue.enqueue(accounts('1')));
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    const done = new Happenings<string>();
    await queue.work(async ({ account }) => done.add(account), { concurrency: 1 });
    expect(await queue.enqueue(accounts('1'))).toBe(true);
    // Its lock has to run out first, and the stalled job to be found.
    await done.atLeast(1);
    expect(done.seen[0]).toBe('1');
  });
});

(process.env['TEST_DATABASE_URL'] ? describe : describe.skip)('with Postgres', () => {
  let url: string;
  let database: Database;

  beforeAll(async () => {
    url = await createPostgresDatabase();
    database = await openDatabase({ kind: 'postgres', url }, silentLogger);
  });
  afterAll(async () => {
    await database.close();
    await dropPostgresDatabase(url);
  });

  test('broken connections are replaced: jobs and wake-ups go on', async () => {
    const queue = await createAccountQueue({ database, logger: silentLogger });
    const wakeUps = createWakeUps({ database, logger: silentLogger });
    const done = new Happenings<string>();
    const heard = new Happenings<string>();
    await queue.work(async ({ account }) => done.add(account), { concurrency: 1 });
    await wakeUps.subscribe('a', heard.add);
    await queue.enqueue(accounts('1'));
    await wakeUps.publish('a', '1');
    await Promise.all([done.atLeast(1), heard.atLeast(1)]);

    const killer = await openDatabase({ kind: 'postgres', url, maxConnections: 1 }, silentLogger);
    await killer.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await killer.close();

    await until(() => queue.enqueue(accounts('2')));
    await until(async () => {
      await wakeUps.publish('a', '2');
      return heard.seen.length > 1;
    });
    await done.atLeast(2);
    await wakeUps.close();
    await queue.close();
  });

  test('a killed worker’s account is taken by another one', async () => {
    const queue = await createAccountQueue({
      database,
      prefix: 'killed',
      logger: silentLogger,
      workerLivenessMs: 1_000,
    });
    const killed = runTypeScript('test/support/queue-worker.ts', ['', 'killed', url]);
    expect(await queue.enqueue(accounts('1'))).toBe(true);
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    const done = new Happenings<string>();
    await queue.work(async ({ account }) => done.add(account), { concurrency: 1 });
    expect(await queue.enqueue(accounts('1'))).toBe(true);
    await done.atLeast(1);
    await queue.close();
  });
});
