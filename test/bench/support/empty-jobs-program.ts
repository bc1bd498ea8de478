import { randomUUID } from 'node:crypto';
import { createPostgresBackend, Queue, runMigrations, Worker, type JobsOptions } from 'bullmq';
import { silentLogger } from '../../../src/platform/logger';
import { openDatabase, type DatabaseOptions } from '../../../src/store/database/database';
import { serveParent } from './child';
import { stamp } from './clock';

/** The queue's backend, as the gateway has it in that mode. */
export type EmptyJobsQueue = { readonly redisUrl: string } | { readonly database: DatabaseOptions };

/** BullMQ without the gateway: what a job costs that does nothing. */
export type EmptyJobsProgram = typeof methods;

const CONCURRENCY = 8;
const WARM_UP = 50;

const methods = {
  /** Adds so many jobs, each with a deduplication id, and works them; jobs a second. */
  async perSecond(backend: EmptyJobsQueue, count: number): Promise<number> {
    let done = 0;
    const work = (): Promise<void> => {
      done += 1;
      return Promise.resolve();
    };
    const opened = await open(backend, work);
    const runAll = async (jobs: number): Promise<number> => {
      done = 0;
      const startedAt = stamp();
      for (let from = 0; from < jobs; from += opened.batchSize) {
        await opened.add(Array.from({ length: Math.min(opened.batchSize, jobs - from) }, emptyJob));
      }
      while (done < jobs) await new Promise((resolve) => setTimeout(resolve, 2));
      return stamp() - startedAt;
    };
    await runAll(WARM_UP);
    const took = await runAll(count);
    await opened.close();
    return (count * 1000) / took;
  },
};

interface OpenQueue {
  readonly batchSize: number;
  add(jobs: readonly ReturnType<typeof emptyJob>[]): Promise<unknown>;
  close(): Promise<void>;
}

async function open(backend: EmptyJobsQueue, work: () => Promise<void>): Promise<OpenQueue> {
  return 'redisUrl' in backend ? openOnRedis(backend.redisUrl, work) : openOnDatabase(backend.database, work);
}

function openOnRedis(redisUrl: string, work: () => Promise<void>): OpenQueue {
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const queue = new Queue('empty', { connection, prefix: `empty-${randomUUID()}` });
  const worker = new Worker('empty', work, {
    connection,
    prefix: queue.opts.prefix ?? '',
    concurrency: CONCURRENCY,
  });
  return {
    batchSize: 500,
    add: (jobs) => queue.addBulk([...jobs]),
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
}

async function openOnDatabase(options: DatabaseOptions, work: () => Promise<void>): Promise<OpenQueue> {
  const database = await openDatabase(options, silentLogger);
  const connection = database.poolFor('bullmq');
  const client = await connection.connect();
  await runMigrations(client, 'bullmq');
  client.release();
  const queue = new Queue('empty', { connection }, createPostgresBackend);
  const worker = new Worker('empty', work, { connection, concurrency: CONCURRENCY }, createPostgresBackend);
  return {
    batchSize: database.kind === 'embedded' ? 100 : 500,
    add: (jobs) => queue.addBulk([...jobs]),
    close: async () => {
      await worker.close();
      await queue.close();
      await connection.end();
      await database.close();
    },
  };
}

function emptyJob(): { name: string; data: object; opts: JobsOptions } {
  const id = randomUUID();
  const deduplication = { id, keepLastIfActive: true };
  return {
    name: 'empty',
    data: { account: 'bench', id },
    opts: { jobId: randomUUID(), deduplication, removeOnComplete: true, removeOnFail: true },
  };
}

serveParent(methods);
