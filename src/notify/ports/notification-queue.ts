/** A notification that wants to be sent. */
export interface NotificationJob {
  readonly notification: string;
}

/**
 * Hands notifications to the processes that send them. It executes; the store remembers: a job may be lost, doubled or late
 * without harm, because the notifier looks again.
 */
export interface NotificationQueue {
  /** Deduplicated by notification. Never throws for a lost queue: resolves false then, within seconds. */
  enqueue(notifications: readonly string[]): Promise<boolean>;
  /** Starts handing jobs to the handler, `concurrency` at a time; called once. */
  work(
    handler: (job: NotificationJob) => Promise<void>,
    options: { readonly concurrency: number },
  ): Promise<void>;
  /** Takes no more jobs, waits for those at work, and closes the connections. May be called twice. */
  close(): Promise<void>;
  /** How many jobs there are. Rejects when the queue does not answer. */
  counts(): Promise<{ waiting: number; active: number; delayed: number; failed: number }>;
}
