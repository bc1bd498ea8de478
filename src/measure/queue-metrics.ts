import type { Metrics } from '../platform/metrics';

/** What a queue says of itself. */
export interface CountedQueue {
  /** Rejects when the queue does not answer. */
  counts(): Promise<{ waiting: number; active: number; delayed: number; failed: number }>;
}

/** A scrape waits for a queue so long at most. */
const WITHIN_MS = 2_000;

/** Jobs by queue and state, asked for at a scrape. A queue that does not answer is left out. */
export function createQueueMetrics(metrics: Metrics, queues: Readonly<Record<string, CountedQueue>>): void {
  metrics.gauge('gateway_queue_jobs', 'Jobs in the queues, by state', ['queue', 'state'], async (gauge) => {
    gauge.reset();
    for (const [queue, { counts }] of Object.entries(queues)) {
      const jobs = await within(counts()).catch(() => null);
      for (const [state, number] of Object.entries(jobs ?? {})) gauge.set({ queue, state }, number);
    }
  });
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the queue does not answer')), WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
