/** A driver who may have work: who, never what. */
export interface ReconcileJob {
  readonly account: string;
  readonly gpsId: string;
}

/**
 * Hands drivers to workers. It executes; the sync rows remember (design, 3.2): a job may be lost, doubled, late or out of
 * order without harm, and whoever enqueues may ignore the answer, because the relay asks again.
 */
export interface ReconcileQueue {
  /**
   * Says that a driver may have work. Deduplicated per driver, keeping the last one while one is active: what is said while
   * a worker has the driver makes one more job after it. `live` (somebody waits for it) overtakes `run` (bulk), also when it
   * is the same driver's job that waits already. Never throws for a lost queue: resolves false then, within seconds.
   */
  enqueue(job: ReconcileJob & { readonly priority: 'live' | 'run' }): Promise<boolean>;
  /** As `enqueue`, for many. False when any of them may not have been taken. */
  enqueueMany(jobs: readonly (ReconcileJob & { readonly priority: 'live' | 'run' })[]): Promise<boolean>;
  /**
   * Starts handing jobs to the handler, `concurrency` at a time; called once. The handler records its own outcome and plans
   * its own retries; when it throws, the job is logged and gone. A lost queue is waited for, as long as it takes.
   */
  work(
    handler: (job: ReconcileJob) => Promise<void>,
    options: { readonly concurrency: number },
  ): Promise<void>;
  /** Takes no more jobs, waits for those at work, and closes the connections. May be called twice. */
  close(): Promise<void>;
  /** How many jobs there are, for metrics. Rejects when the queue does not answer. */
  counts(): Promise<{ waiting: number; active: number; delayed: number; failed: number }>;
}
