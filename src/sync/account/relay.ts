import type { AccountId } from '../../driver/ids';
import type { SyncContext } from '../sync-context';

/** How many accounts the relay hands on in one look. */
const MOST = 500;

/** R1: an account that has been due and unowned for so long is worked on directly, whatever the queue says. */
const QUEUE_PATIENCE_MS = 3_000;

/** While the queue takes no jobs, this is noted again so often: health ignores a note that is older than three minutes. */
const SAY_AGAIN_MS = 30_000;

/** Looks for accounts that are due and that no process owns. */
export interface Relay {
  /** One indexed statement, whatever the number of accounts. Hands what it finds to the queue, or works on it directly. */
  look(): Promise<void>;
}

/**
 * The relay of a worker. The queue is never the only road: an account is handed to it once per second, and after `patienceMs`
 * the relay works on it itself. Both roads take the same ownership row, so they cannot collide.
 */
export function createRelay(
  context: SyncContext,
  work: (account: AccountId) => void,
  patienceMs = QUEUE_PATIENCE_MS,
): Relay {
  /** Since when each account has been seen due and unowned, in this process's monotonic time. */
  const waiting = new Map<AccountId, number>();
  const noteQueue = createQueueNotes(context);
  return {
    async look() {
      const due = await context.store.ownership.due([...context.accounts.keys()], context.clock.now(), MOST);
      const now = performance.now();
      const seen = new Set(due.map(({ account }) => account));
      for (const account of waiting.keys()) if (!seen.has(account)) waiting.delete(account);
      for (const { account } of due) if (!waiting.has(account)) waiting.set(account, now);
      const late = [...seen].filter((account) => now - (waiting.get(account) ?? now) >= patienceMs);
      for (const account of late) work(account);
      const queued = [...seen].filter((account) => !late.includes(account));
      if (queued.length > 0) await noteQueue(await context.queue.enqueue(queued));
    },
  };
}

/** Tells health when the queue takes no jobs, and when it does again. */
function createQueueNotes({ store, clock, owner }: SyncContext): (takesJobs: boolean) => Promise<void> {
  let refusesSince: number | null = null;
  let saidAt = 0;
  return async (takesJobs) => {
    const now = clock.now();
    if (takesJobs) {
      if (refusesSince === null) return;
      refusesSince = null;
      await store.ownership.noteQueue(owner, null, now);
      return;
    }
    const isNew = refusesSince === null;
    refusesSince ??= now;
    if (!isNew && Math.abs(now - saidAt) < SAY_AGAIN_MS) return;
    saidAt = now;
    await store.ownership.noteQueue(owner, refusesSince, now);
  };
}
