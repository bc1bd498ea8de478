import type { AccountId } from '../../driver/ids';

/** An account that wants attention. */
export interface AccountJob {
  readonly account: string;
}

/**
 * Hands accounts to workers. It executes; the database remembers (R1): a job may be lost, doubled, late or out of order
 * without harm, and callers may ignore the answer, because the relay asks again.
 */
export interface AccountQueue {
  /**
   * Says that an account wants attention. Deduplicated by account, keeping the last one while one is active. Never throws for
   * a lost queue: resolves false then, within seconds.
   */
  enqueue(accounts: readonly AccountId[]): Promise<boolean>;
  /**
   * Starts handing jobs to the handler, `concurrency` at a time; called once. When the handler throws, the job is logged and
   * gone. A lost queue is waited for.
   */
  work(handler: (job: AccountJob) => Promise<void>, options: { readonly concurrency: number }): Promise<void>;
  /** Takes no more jobs, waits for those at work, and closes the connections. May be called twice. */
  close(): Promise<void>;
  /** How many jobs there are. Rejects when the queue does not answer. */
  counts(): Promise<{ waiting: number; active: number; delayed: number; failed: number }>;
}
