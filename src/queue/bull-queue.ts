import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import { systemClock, type Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Database } from '../store/database';
import type { ReconcileJob, ReconcileQueue } from '../sync/reconcile-queue';
import { createFairPriorities } from './fair-priority';
import { openQueueBackend, type AddedJob, type JobWorker, type QueueBackend } from './queue-backend';

type Request = Parameters<ReconcileQueue['enqueue']>[0];

/** What the queue is made of; without `redisUrl`, it lives in the database. */
export interface ReconcileQueueOptions {
  readonly database: Database;
  readonly redisUrl?: string | undefined;
  readonly logger: Logger;
  /** Keeps several gateways apart on one Redis or one database. */
  readonly prefix?: string | undefined;
  readonly clock?: Clock | undefined;
  /** How long a killed worker holds its jobs; much less would take a busy event loop for a death. Default 20 seconds. */
  readonly workerLivenessMs?: number | undefined;
}

/** After this long, a job counts as not taken: whoever enqueues has a person waiting. */
const ENQUEUE_WITHIN_MS = 3_000;

/** Opens the queue. Rejects when the database refuses BullMQ's tables; a Redis that is down at this moment is waited for. */
export async function createReconcileQueue(options: ReconcileQueueOptions): Promise<ReconcileQueue> {
  const {
    database,
    redisUrl,
    logger,
    prefix = 'gateway',
    clock = systemClock,
    workerLivenessMs = 20_000,
  } = options;
  const backend = await openQueueBackend({ database, redisUrl, logger, prefix, workerLivenessMs });
  return new BullReconcileQueue(backend, logger, clock);
}

/**
 * The queue on BullMQ.
 *
 * A job's deduplication id is its driver, with `keepLastIfActive`: at most one waiting and one active job per driver. Its
 * job id is random, for two reasons: BullMQ swallows a job whose id it has seen before, and an id that comes back changed
 * says that an older job has been kept in the new one's place. When the new one was live, the older one is then raised:
 * otherwise an edit would wait behind the bulk that its driver happens to be part of.
 */
class BullReconcileQueue implements ReconcileQueue {
  readonly #backend: QueueBackend;
  readonly #logger: Logger;
  readonly #fairPriority: (account: string) => number;
  #worker: JobWorker | undefined;
  readonly #atWork = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor(backend: QueueBackend, logger: Logger, clock: Clock) {
    this.#backend = backend;
    this.#logger = logger;
    this.#fairPriority = createFairPriorities(clock);
  }

  enqueue(request: Request): Promise<boolean> {
    return this.#taken(1, async () => {
      const { name, data, opts } = this.#toBull(request);
      await raiseKept(request, opts, await this.#backend.queue.add(name, data, opts));
    });
  }

  async enqueueMany(requests: readonly Request[]): Promise<boolean> {
    for (let from = 0; from < requests.length; from += this.#backend.batchSize) {
      const batch = requests.slice(from, from + this.#backend.batchSize);
      // After one refusal the rest would only wait for theirs.
      if (!(await this.#taken(batch.length, () => this.#addBatch(batch)))) return false;
    }
    return true;
  }

  async work(handler: (job: ReconcileJob) => Promise<void>, options: { concurrency: number }): Promise<void> {
    if (this.#worker || this.#closed)
      throw new Error('A queue has one worker in each process, until it is closed');
    this.#worker = this.#backend.startWorker((job) => this.#runOne(handler, job), options.concurrency);
    this.#worker.on('failed', (job, err) => {
      this.#logger.warn(
        { account: job?.data.account, gpsId: job?.data.gpsId, err },
        'a reconcile job failed',
      );
    });
    // Lost connections and lost locks: the worker tries again by itself, and the sync rows know what is due.
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

  async #runOne(handler: (job: ReconcileJob) => Promise<void>, job: ReconcileJob): Promise<void> {
    const running = handler(job);
    this.#atWork.add(running);
    try {
      await running;
    } finally {
      this.#atWork.delete(running);
    }
  }

  async #addBatch(requests: readonly Request[]): Promise<void> {
    const jobs = requests.map((request) => this.#toBull(request));
    const added = await this.#backend.queue.addBulk(jobs);
    for (const [index, request] of requests.entries()) {
      const [job, kept] = [jobs[index], added[index]];
      if (job && kept) await raiseKept(request, job.opts, kept);
    }
  }

  async #taken(jobs: number, add: () => Promise<void>): Promise<boolean> {
    if (this.#closed || !this.#backend.isReachable()) return false;
    try {
      await within(ENQUEUE_WITHIN_MS, add());
      return true;
    } catch (err) {
      this.#logger.warn({ jobs, err }, 'jobs were not taken by the queue');
      return false;
    }
  }

  #toBull({ account, gpsId, priority }: Request): { name: string; data: ReconcileJob; opts: JobsOptions } {
    return {
      name: 'reconcile',
      data: { account, gpsId },
      opts: {
        jobId: randomUUID(),
        deduplication: { id: deduplicationId(account, gpsId), keepLastIfActive: true },
        ...(priority === 'run' && { priority: this.#fairPriority(account) }),
        attempts: 1,
        removeOnComplete: true,
        removeOnFail: true,
      },
    };
  }

  async #close(): Promise<void> {
    if (this.#worker) await this.#closeWorker(this.#worker);
    await this.#backend.close();
  }

  // BullMQ's close waits for its connection as well as for its jobs: without Redis that would be for ever. Its other way of
  // closing waits for neither; then we wait for the jobs.
  async #closeWorker(worker: JobWorker): Promise<void> {
    this.#backend.stopReconnecting();
    if (this.#backend.isReachable()) return worker.close();
    await Promise.allSettled(this.#atWork);
    await worker.close(true);
  }
}

// Ids may hold no ":"; an account's id has no "/", so that two drivers never share an id.
function deduplicationId(account: string, gpsId: string): string {
  return `${account}/${encodeURIComponent(gpsId)}`;
}

async function raiseKept(request: Request, { jobId }: JobsOptions, kept: AddedJob): Promise<void> {
  if (request.priority !== 'live' || kept.id === jobId) return;
  try {
    await kept.changePriority({ priority: 0 });
  } catch {
    // It has finished in the meantime, or is gone with its queue: nothing is left to raise.
  }
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
