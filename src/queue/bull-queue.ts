import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { Logger } from '../platform/logger';
import type { NotificationJob, NotificationQueue } from '../notify/ports/notification-queue';
import type { Database } from '../store/database/database';
import type { AccountJob, AccountQueue } from '../sync/ports/account-queue';
import { openQueueBackend, type JobWorker, type QueueBackend } from './queue-backend';

/** What the queue is made of; without `redisUrl`, it lives in the database. */
export interface QueueOptions {
  readonly database: Database;
  readonly redisUrl?: string | undefined;
  readonly logger: Logger;
  /** Keeps several installations apart on one Redis or one database. */
  readonly prefix?: string | undefined;
  /** How long a killed worker holds its jobs; much less would take a busy event loop for a death. Default 20 seconds. */
  readonly workerLivenessMs?: number | undefined;
}

/** Another name than the version before used: its jobs mean something else (R20). */
const ACCOUNTS = 'accounts';

const NOTIFICATIONS = 'notifications';

/** After this long, a job counts as not taken: whatever enqueues may have a person waiting. */
const ENQUEUE_WITHIN_MS = 3_000;

/** Opens the queue of accounts. Rejects when the database refuses BullMQ's tables; a Redis that is down at this moment is waited for. */
export async function createAccountQueue(options: QueueOptions): Promise<AccountQueue> {
  const queue = await openQueue<AccountJob>(ACCOUNTS, options);
  return {
    enqueue: (accounts) => queue.enqueue(accounts.map((account) => toBull('account', { account }, account))),
    work: (handler, { concurrency }) => queue.work(handler, concurrency),
    close: () => queue.close(),
    counts: () => queue.counts(),
  };
}

/** As `createAccountQueue`, of notifications. */
export async function createNotificationQueue(options: QueueOptions): Promise<NotificationQueue> {
  const queue = await openQueue<NotificationJob>(NOTIFICATIONS, options);
  return {
    enqueue: (notifications) =>
      queue.enqueue(notifications.map((one) => toBull('notification', { notification: one }, one))),
    work: (handler, { concurrency }) => queue.work(handler, concurrency),
    close: () => queue.close(),
    counts: () => queue.counts(),
  };
}

async function openQueue<Job>(name: string, options: QueueOptions): Promise<BullQueue<Job>> {
  const { database, redisUrl, logger, prefix = 'gateway', workerLivenessMs = 20_000 } = options;
  const backend = await openQueueBackend<Job>({ name, database, redisUrl, logger, prefix, workerLivenessMs });
  return new BullQueue(backend, logger);
}

interface BullJob<Job> {
  readonly name: string;
  readonly data: Job;
  readonly opts: JobsOptions;
}

/**
 * A queue on BullMQ.
 *
 * A job's deduplication id is what it is about, with `keepLastIfActive`: at most one waiting and one active job each. Its job id is
 * random: BullMQ swallows a job whose id it has seen before.
 */
class BullQueue<Job> {
  readonly #backend: QueueBackend<Job>;
  readonly #logger: Logger;
  #worker: JobWorker<Job> | undefined;
  readonly #atWork = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;
  #isRefusing = false;

  constructor(backend: QueueBackend<Job>, logger: Logger) {
    this.#backend = backend;
    this.#logger = logger;
  }

  async enqueue(jobs: readonly BullJob<Job>[]): Promise<boolean> {
    if (this.#closed || !this.#backend.isReachable()) return false;
    const [only] = jobs;
    try {
      if (jobs.length === 1 && only !== undefined) await within(ENQUEUE_WITHIN_MS, this.#add(only));
      else await within(ENQUEUE_WITHIN_MS, this.#backend.queue.addBulk([...jobs]));
      this.#isRefusing = false;
      return true;
    } catch (err) {
      // Said once: the relay works without the queue, and tries it again every second.
      if (!this.#isRefusing)
        this.#logger.warn({ jobs: jobs.length, err }, 'jobs were not taken by the queue');
      this.#isRefusing = true;
      return false;
    }
  }

  async work(handler: (job: Job) => Promise<void>, concurrency: number): Promise<void> {
    if (this.#worker || this.#closed)
      throw new Error('A queue has one worker in each process, until it is closed');
    this.#worker = this.#backend.startWorker((job) => this.#runOne(handler, job), concurrency);
    this.#worker.on('failed', (job, err) => {
      this.#logger.warn({ ...job?.data, err }, 'a job failed');
    });
    // Lost connections and lost locks: the worker tries again by itself, and the due rows know what is due.
    this.#worker.on('error', (err) => this.#logger.debug({ err }, 'the worker has a problem with its queue'));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async counts(): Promise<{ waiting: number; active: number; delayed: number; failed: number }> {
    const counts = await this.#backend.queue.getJobCounts(
      'wait',
      'prioritized',
      'active',
      'delayed',
      'failed',
    );
    const of = (state: string) => counts[state] ?? 0;
    return {
      waiting: of('wait') + of('prioritized'),
      active: of('active'),
      delayed: of('delayed'),
      failed: of('failed'),
    };
  }

  async #add({ name, data, opts }: BullJob<Job>): Promise<void> {
    await this.#backend.queue.add(name, data, opts);
  }

  async #runOne(handler: (job: Job) => Promise<void>, job: Job): Promise<void> {
    const running = handler(job);
    this.#atWork.add(running);
    try {
      await running;
    } finally {
      this.#atWork.delete(running);
    }
  }

  async #close(): Promise<void> {
    if (this.#worker) await this.#closeWorker(this.#worker);
    await this.#backend.close();
  }

  // BullMQ's close waits for its connection as well as for its jobs: without Redis that would be for ever. Its other way of
  // closing waits for neither; then we wait for the jobs.
  async #closeWorker(worker: JobWorker<Job>): Promise<void> {
    this.#backend.stopReconnecting();
    if (this.#backend.isReachable()) return worker.close();
    await Promise.allSettled(this.#atWork);
    await worker.close(true);
  }
}

function toBull<Job>(name: string, data: Job, about: string): BullJob<Job> {
  return {
    name,
    data,
    opts: {
      jobId: randomUUID(),
      // Ids may hold no ":", which neither kind of id has either way.
      deduplication: { id: encodeURIComponent(about), keepLastIfActive: true },
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
