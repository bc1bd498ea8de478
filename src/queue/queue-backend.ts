import { createPostgresBackend, Queue, runMigrations, Worker, type JobsOptions } from 'bullmq';
import type { Logger } from '../platform/logger';
import type { Database } from '../store/database/database';
import { connectSender, disconnect, RECONNECTING } from './redis-connection';

/** The part of BullMQ's `Queue` that we use: its full type differs from backend to backend. */
export interface JobQueue<Job> {
  add(name: string, job: Job, options: JobsOptions): Promise<unknown>;
  addBulk(jobs: { name: string; data: Job; opts: JobsOptions }[]): Promise<unknown>;
  getJobCounts(
    ...states: ('wait' | 'prioritized' | 'active' | 'delayed' | 'failed')[]
  ): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** The part of BullMQ's `Worker` that we use. */
export interface JobWorker<Job> {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: { data: Job } | undefined, error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
}

/** What carries the jobs. */
export interface QueueBackend<Job> {
  readonly queue: JobQueue<Job>;
  /** False when it is known that a command would fail now. */
  isReachable(): boolean;
  startWorker(work: (job: Job) => Promise<void>, concurrency: number): JobWorker<Job>;
  /** From now on, the worker's lost connections stay lost; before its close, which otherwise waits for them. */
  stopReconnecting(): void;
  close(): Promise<void>;
}

/** What a backend needs. */
export interface QueueBackendOptions {
  /** What the queue is called: each kind of job has its own. */
  readonly name: string;
  readonly database: Database;
  readonly redisUrl: string | undefined;
  readonly logger: Logger;
  /** Keeps several gateways apart on one Redis or one database. */
  readonly prefix: string;
  /** A worker that has not shown itself for so long is dead, and its jobs are given to others. */
  readonly workerLivenessMs: number;
}

/** The schema of BullMQ's tables. Given a ready pool, BullMQ looks into this one and no other. */
const BULLMQ_SCHEMA = 'bullmq';

/** Redis when there is a URL; otherwise the database, whose tables for it are made if they are not there. */
export function openQueueBackend<Job>(options: QueueBackendOptions): Promise<QueueBackend<Job>> {
  return options.redisUrl === undefined
    ? openPostgresBackend<Job>(options)
    : Promise.resolve(openRedisBackend<Job>(options, options.redisUrl));
}

async function openPostgresBackend<Job>({
  name: kind,
  database,
  prefix,
  workerLivenessMs,
  logger,
}: QueueBackendOptions): Promise<QueueBackend<Job>> {
  const connection = database.poolFor(BULLMQ_SCHEMA);
  const client = await connection.connect();
  try {
    await runMigrations(client, BULLMQ_SCHEMA);
  } finally {
    client.release();
  }
  const name = `${prefix}-${kind}`;
  const queue = new Queue(name, { connection }, createPostgresBackend);
  queue.on('error', (err) => logger.warn({ err }, 'the queue has a problem'));
  return {
    queue,
    isReachable: () => true,
    startWorker: (work, concurrency) =>
      new Worker(
        name,
        ({ data }: { data: Job }) => work(data),
        { connection, concurrency, ...livenessOptions(workerLivenessMs) },
        createPostgresBackend,
      ),
    // BullMQ connects anew when it needs to, not by itself.
    stopReconnecting: () => undefined,
    async close() {
      await queue.close();
      await connection.end();
    },
  };
}

function openRedisBackend<Job>(
  { name, prefix, workerLivenessMs, logger }: QueueBackendOptions,
  url: string,
): QueueBackend<Job> {
  const sender = connectSender(url, logger);
  let stopped = false;
  const queue = new Queue(name, { connection: sender, prefix });
  // Outages are told by the connection, once; what else the queue reports about them is the same again.
  queue.on('error', (err) => logger.debug({ err }, 'the queue has a problem'));
  return {
    queue,
    isReachable: () => sender.status === 'ready',
    startWorker: (work, concurrency) =>
      new Worker<Job>(name, ({ data }) => work(data), {
        // A worker waits for a lost Redis as long as it takes; BullMQ wants it said like this.
        connection: {
          ...RECONNECTING,
          url,
          maxRetriesPerRequest: null,
          retryStrategy: (times: number) => (stopped ? null : RECONNECTING.retryStrategy(times)),
        },
        prefix,
        concurrency,
        ...livenessOptions(workerLivenessMs),
      }),
    stopReconnecting() {
      stopped = true;
    },
    async close() {
      // First: BullMQ waits for a connection that is being made before it closes the queue.
      disconnect(sender);
      await queue.close();
    },
  };
}

// A job that outlives ten workers is not to blame; it fails then, and the sync row still says that its driver is due.
function livenessOptions(ms: number) {
  return { lockDuration: ms, stalledInterval: ms / 2, maxStalledCount: 10 };
}
