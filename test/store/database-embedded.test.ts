import { once } from 'node:events';
import { readFile, readdir, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'kysely';
import { silentLogger, type Logger } from '../../src/platform/logger';
import { openDatabase, type Database } from '../../src/store/database/database';
import {
  DatabaseInUseError,
  DatabaseLostError,
  takeEmbeddedLock,
  type EmbeddedLockOptions,
} from '../../src/store/embedded/embedded-lock';
import { EmbeddedSession } from '../../src/store/embedded/embedded-session';
import { classify } from '../../src/store/embedded/embedded-statement';
import { openInMemory } from '../support/databases';
import { embeddedTemplate } from '../support/embedded-template';
import { runTypeScript } from '../support/run-typescript';
import { temporaryDirectory } from '../support/temporary-directory';

const REFUSED = 'inside of it';

describe('the embedded database in memory', () => {
  let database: Database;
  beforeAll(async () => (database = await openInMemory()));
  afterAll(() => database.close());

  type Tables = { 'pg_catalog.pg_class': { relname: string } };
  const kysely = () => database.kysely.withTables<Tables>();
  const oneRow = () => kysely().selectFrom('pg_catalog.pg_class').select('relname').limit(1).execute();

  test('a query on the pool inside of a transaction is refused at once, instead of waiting for ever', async () => {
    const nested = kysely()
      .transaction()
      .execute(async (trx) => {
        await trx.selectFrom('pg_catalog.pg_class').select('relname').limit(1).execute();
        return oneRow();
      });
    await expect(nested).rejects.toThrow(REFUSED);
    expect(await oneRow()).toHaveLength(1);
  });

  test('so is a second transaction, and a query somewhere deep below', async () => {
    const deep = async () => {
      await new Promise(setImmediate);
      return Promise.all([1].map(() => database.pool.query('SELECT 1')));
    };
    await kysely()
      .transaction()
      .execute(async () => {
        await expect(deep()).rejects.toThrow(REFUSED);
        await expect(kysely().transaction().execute(oneRow)).rejects.toThrow(REFUSED);
        await expect(database.notify('a', 'b')).rejects.toThrow(REFUSED);
      });
  });

  test('outside of it, queries wait and then run', async () => {
    const order: string[] = [];
    let proceed = () => {};
    const gate = new Promise<void>((resolve) => (proceed = resolve));
    const transaction = kysely()
      .transaction()
      .execute(async () => {
        order.push('begun');
        await gate;
        order.push('committing');
      });
    while (order.length === 0) await new Promise(setImmediate);
    const outside = database.pool.query('SELECT 1').then(() => order.push('outside'));
    await new Promise(setImmediate);
    proceed();
    await Promise.all([transaction, outside]);
    expect(order).toEqual(['begun', 'committing', 'outside']);
  });

  test('a statement with a time limit is refused when its turn does not come in time, and never runs', async () => {
    const limited = database.limitedTo(30);
    await sql`create table if not exists public.refused (id int)`.execute(limited);
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const holding = database.kysely.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx);
      begun();
      await gate;
    });
    await started;
    const insert = sql`insert into public.refused values (1)`;
    await expect(insert.execute(limited)).rejects.toMatchObject({ code: '57014' });
    await expect(limited.transaction().execute((trx) => insert.execute(trx))).rejects.toMatchObject({
      code: '57014',
    });
    letGo();
    await holding;
    expect((await sql`select * from public.refused`.execute(limited)).rows).toEqual([]);
    await limited.transaction().execute((trx) => insert.execute(trx));
    expect((await sql`select * from public.refused`.execute(limited)).rows).toHaveLength(1);
  });

  test('after its transaction, the same code may use the pool again', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await expect(database.pool.query('SELECT 1')).rejects.toThrow(REFUSED);
    await client.query('COMMIT');
    await database.pool.query('SELECT 1');
    await client.query('BEGIN');
    client.release();
    await database.pool.query('SELECT 1');
  });

  test('a connected client holds nobody up', async () => {
    const client = await database.pool.connect();
    await client.query('LISTEN for_ever');
    expect(await oneRow()).toHaveLength(1);
    client.release();
    await expect(client.query('SELECT 1')).rejects.toThrow('released');
    expect(() => client.release()).toThrow('already been released');
  });

  test('a transaction cannot be begun on the pool', async () => {
    await expect(database.pool.query('BEGIN')).rejects.toThrow('needs a client');
    await expect(database.pool.query('SELECT 1; BEGIN; SELECT 2')).rejects.toThrow('needs a client');
    expect(await oneRow()).toHaveLength(1);
  });

  test('a client that is released with statements under way leaves no transaction behind', async () => {
    const client = await database.pool.connect();
    const begun = client.query('BEGIN');
    client.release();
    await begun;
    expect(await oneRow()).toHaveLength(1);
  });

  test('a transaction whose context got lost is waited for half a minute only', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    const client = await database.pool.connect();
    // Begun in a context of its own, so that the query below cannot know about it.
    await new Promise<void>((resolve) =>
      setImmediate(() => void client.query('BEGIN').then(() => resolve())),
    );
    const waiting = expect(database.pool.query('SELECT 1')).rejects.toThrow('has held the embedded database');
    await jest.advanceTimersByTimeAsync(30_000);
    await waiting;
    jest.useRealTimers();
    client.release();
    await database.pool.query('SELECT 1');
  });

  test('a long line of statements lets timers through', async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    await Promise.all(
      Array.from({ length: 2_000 }, () => database.pool.query('SELECT count(*) FROM pg_class')),
    );
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  test('a search_path that somebody sets lasts for nobody else', async () => {
    const client = await database.pool.connect();
    await client.query('SET search_path TO somewhere_else');
    client.release();
    expect((await database.pool.query('SHOW search_path')).rows).toEqual([{ search_path: 'public' }]);
  });

  test('an ended pool refuses, and the database goes on', async () => {
    const pool = database.poolFor('other');
    await pool.end();
    await expect(pool.query('SELECT 1')).rejects.toThrow('Cannot use a pool after calling end on the pool');
    await expect(pool.connect()).rejects.toThrow('Cannot use a pool after calling end on the pool');
    expect(await oneRow()).toHaveLength(1);
  });
});

test('a closed database rolls back what was open, refuses what waits, and closes twice', async () => {
  const database = await openInMemory();
  const client = await database.pool.connect();
  await client.query('BEGIN');
  // From outside of the transaction's context.
  const waiting = new Promise((resolve, reject) =>
    setTimeout(() => database.pool.query('SELECT 1').then(resolve, reject), 0),
  );
  waiting.catch(() => undefined);
  await database.close();
  await database.close();
  await expect(waiting).rejects.toThrow(/clos|inside of it/);
  await expect(database.pool.query('SELECT 1')).rejects.toThrow('closed');
});

test.each([
  ['begin', { kind: 'begin' }],
  ['  -- note\n/* more */ START  TRANSACTION isolation level serializable', { kind: 'begin' }],
  ['beginning', { kind: 'other' }],
  ['LISTEN Jobs;', { kind: 'listen', channel: 'jobs' }],
  ['-- c\nlisten "a ""b"""', { kind: 'listen', channel: 'a "b"' }],
  ['UNLISTEN *', { kind: 'unlisten', channel: undefined }],
  ['unlisten "X"', { kind: 'unlisten', channel: 'X' }],
  ['SELECT 1 -- LISTEN x', { kind: 'other' }],
])('%j is seen as what it is', (text, statement) => {
  expect(classify(text)).toEqual(statement);
});

describe('on disk', () => {
  let dataDir: string;
  beforeEach(() => void (dataDir = temporaryDirectory()));

  const open = () => openDatabase({ kind: 'embedded', dataDir }, silentLogger);

  /** Another process that opens the database, writes committed and uncommitted rows for ever, and tells how far it is. */
  async function anotherProcess() {
    const child = runTypeScript('test/support/embedded-writer.ts', [dataDir]);
    let committed = 0;
    await new Promise<void>((resolve, reject) => {
      child.on('exit', () => reject(new Error('The writer ended by itself')));
      child.stdout.on('data', (chunk: Buffer) => {
        committed = Number(String(chunk).trim().split('\n').at(-1));
        if (committed > 20) resolve();
      });
    });
    return { child, committed: () => committed };
  }

  test('kill -9 loses nothing that was committed, and the lock is taken over', async () => {
    const { child, committed } = await anotherProcess();
    const exited = once(child, 'exit');
    await expect(open()).rejects.toThrow(`in use by process ${child.pid}`);
    child.kill('SIGKILL');
    await exited;
    const database = await open();
    const { rows } = await database.pool.query<{ id: number; done: boolean }>(
      'SELECT id, done FROM written ORDER BY id',
    );
    expect(rows.length).toBeGreaterThanOrEqual(committed());
    expect(rows.every(({ done }) => done)).toBe(true);
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => index + 1));
    await database.close();
  });

  test('what was written is there after a restart, and the lock is gone', async () => {
    const first = await open();
    await first.pool.query('CREATE TABLE kept AS SELECT 1 AS one');
    await expect(open()).rejects.toThrow(DatabaseInUseError);
    await first.close();
    expect(await readdir(dataDir)).toEqual(['database']);
    const second = await open();
    expect((await second.pool.query('SELECT * FROM kept')).rows).toEqual([{ one: 1 }]);
    await second.close();
  });
});

describe('the lock', () => {
  let file: string;
  beforeEach(() => void (file = path.join(temporaryDirectory(), 'database.lock')));

  const HEARTBEAT_MS = 20;
  const STALE_MS = 200;
  const waits = () => {
    const lines: string[] = [];
    const logger: Logger = { ...silentLogger, info: (_fields, message) => lines.push(message) };
    return { lines, logger };
  };
  const take = (options: Partial<EmbeddedLockOptions> = {}) =>
    takeEmbeddedLock(file, {
      logger: silentLogger,
      onLost: () => undefined,
      heartbeatMs: HEARTBEAT_MS,
      staleMs: STALE_MS,
      ...options,
    });
  const ownerFile = async (changes: object) => {
    const lock = await take();
    const mine: object = JSON.parse(await readFile(file, 'utf8'));
    await lock.release();
    await writeFile(file, JSON.stringify({ ...mine, ...changes }));
  };
  const minutesAgo = new Date(Date.now() - 120_000);

  test.each([
    { reason: 'its process is gone', changes: { pid: 2 ** 22 + 1 }, old: false, taken: true },
    {
      reason: 'its pid is a later process',
      changes: { processStarted: 'long ago' },
      old: false,
      taken: true,
    },
    { reason: 'its process lives, and is frozen', changes: {}, old: true, taken: false },
    {
      reason: 'its container has our host name and our pid, and was seen just now',
      changes: { place: 'another container', pid: process.pid },
      old: false,
      taken: true,
    },
    {
      reason: 'another container has not touched it for long',
      changes: { place: 'elsewhere' },
      old: true,
      taken: true,
    },
    { reason: 'an older version wrote it', changes: { place: undefined }, old: true, taken: true },
  ])('is taken over or not, when $reason', async ({ changes, old, taken }) => {
    await ownerFile(changes);
    if (old) await utimes(file, minutesAgo, minutesAgo);
    const lock = await take().catch((error: unknown) => error);
    expect(lock instanceof DatabaseInUseError).toBe(!taken);
    if (taken) await (lock as { release(): Promise<void> }).release();
  });

  test('a fresh heartbeat from where nothing can be seen is waited for, and the wait is told', async () => {
    await ownerFile({ place: 'elsewhere' });
    const { lines, logger } = waits();
    const startedAt = performance.now();
    await (await take({ logger })).release();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(STALE_MS);
    expect(lines).toEqual([expect.stringContaining('waiting for the embedded database')]);
  });

  test('an owner elsewhere that goes on touching the file keeps it, whatever its clock says', async () => {
    await ownerFile({ place: 'elsewhere', host: 'other-host' });
    let moment = minutesAgo.getTime();
    const touching = setInterval(() => {
      moment += 1_000;
      void utimes(file, new Date(moment), new Date(moment));
    }, HEARTBEAT_MS);
    await expect(take()).rejects.toThrow(/in use by process \d+ on other-host/);
    clearInterval(touching);
  });

  test('is taken over when the file is garbage that nobody touches', async () => {
    await writeFile(file, '');
    await (await take()).release();
  });

  test('of many who want a stale one, one gets it', async () => {
    await ownerFile({ pid: 2 ** 22 + 1 });
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => take()));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(path.dirname(file))).toEqual(['database.lock']);
  });

  test.each([
    { reason: 'was taken over', change: () => writeFile(file, '{"id":"another"}') },
    { reason: 'is gone with its volume', change: () => unlink(file) },
  ])('that $reason is told as lost, once, at the next beat', async ({ change }) => {
    const told: unknown[] = [];
    const lost = new Promise<void>((resolve) => {
      void take({ onLost: (error) => (told.push(error), resolve()) }).then(change);
    });
    await lost;
    expect(told).toEqual([expect.any(DatabaseLostError)]);
  });

  test('a lost one lets no statement through, not even at the close', async () => {
    const pglite = await PGlite.create({ loadDataDir: await embeddedTemplate() });
    let lost = false;
    const session = new EmbeddedSession(pglite, () => {
      if (lost) throw new DatabaseLostError('taken over');
    });
    const user = { searchPath: 'public' };
    await session.run(user, 'CREATE TABLE written (id int)', [], false);
    await session.run(user, 'BEGIN', [], true);
    await session.run(user, 'INSERT INTO written VALUES (1)', [], false);
    lost = true;
    await expect(session.run(user, 'COMMIT', [], false)).rejects.toThrow(DatabaseLostError);
    await expect(session.close()).rejects.toThrow(DatabaseLostError);
    await pglite.exec('ROLLBACK');
    expect((await pglite.query('SELECT * FROM written')).rows).toEqual([]);
    await pglite.close();
  });

  test('a lost one leaves the new owner’s file alone', async () => {
    const lock = await take();
    await writeFile(file, '{"id":"another"}');
    await lock.release();
    expect(await readFile(file, 'utf8')).toBe('{"id":"another"}');
  });

  test('an owner that was frozen while another process took over ends itself, and nothing of it is written any more', async () => {
    const dataDir = temporaryDirectory();
    const child = runTypeScript('test/support/embedded-writer.ts', [dataDir]);
    const exited = once(child, 'exit');
    let committed = 0;
    await new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk: Buffer) => {
        committed = Number(String(chunk).trim().split('\n').at(-1));
        if (committed > 5) resolve();
      }),
    );
    // As another container on the same volume sees it: neither its pid nor its start mean anything there.
    const lockFile = path.join(dataDir, 'database.lock');
    const owner: object = JSON.parse(await readFile(lockFile, 'utf8'));
    child.kill('SIGSTOP');
    await writeFile(lockFile, JSON.stringify({ ...owner, place: 'another container' }));
    const database = await openDatabase(
      { kind: 'embedded', dataDir, lock: { heartbeatMs: 50, staleMs: 500 } },
      silentLogger,
    );
    const count = async () =>
      (await database.pool.query<{ rows: number }>('SELECT count(*) AS rows FROM written')).rows[0]?.rows;
    const before = await count();
    expect(before).toBeGreaterThanOrEqual(committed);
    child.kill('SIGCONT');
    expect(await exited).toEqual([1, null]);
    // Nothing more was written, and nothing more was acknowledged.
    expect(await count()).toBe(before);
    expect(before).toBeGreaterThanOrEqual(committed);
    await database.close();
  });
});
