import type { AccountId } from '../../driver/ids';
import { logging } from '../../platform/logger';
import type { WakeUps } from '../../gateway/wake-ups';
import type { AccountQueue } from '../ports/account-queue';
import { WORK_CHANNEL, type SyncContext } from '../sync-context';
import { checkConnection } from './check-connection';
import { ownAccount, type OwnedAccount } from './own-account';
import { createRelay } from './relay';

/** How often the relay looks for accounts that are due. What a mutation or a hint has told is in the queue before that. */
const RELAY_MS = 1_000;

/** A worker process. */
export interface SyncWorker {
  /** Accounts that this process owns at this moment. */
  owned(): readonly AccountId[];
  /**
   * Changes what the account is: lets go of it, waits until nothing of it goes on here, runs `change`, and works on it again as
   * the context has it then. An account that the context no longer has stays at rest.
   */
  exchange(id: AccountId, change: () => void): Promise<void>;
  /** Takes nothing more, finishes what is under way, and lets go of every account. May be called twice. */
  stop(): Promise<void>;
}

/** What a worker is made of besides the context. */
export interface WorkerParts {
  readonly queue: AccountQueue;
  readonly wakeUps: Pick<WakeUps, 'subscribe'>;
  /** How many accounts are worked on at a time: waiting for HTTP costs nothing, so many. */
  readonly concurrency: number;
  /** How long the relay leaves an account that is due to the queue. Zero where this is the only process. Default 3,000. */
  readonly queuePatienceMs?: number;
}

/**
 * Starts a worker: takes account jobs from the queue, and relays what is due. Any number of workers may run: the ownership row
 * decides which of them makes an account's decisions.
 */
export async function startSyncWorker(context: SyncContext, parts: WorkerParts): Promise<SyncWorker> {
  for (const account of context.accounts.values()) await checkConnection(context, account);
  const owned = new Map<AccountId, OwnedAccount>();
  /** Accounts that are taken, worked on or let go of. */
  const atWork = new Map<AccountId, Promise<void>>();
  const beingExchanged = new Set<AccountId>();
  const underWay = new Set<Promise<void>>();
  let isStopped = false;

  function work(id: AccountId): Promise<void> {
    if (isStopped || beingExchanged.has(id) || atWork.has(id)) return Promise.resolve();
    const done = own(id).finally(() => atWork.delete(id));
    atWork.set(id, done);
    return done;
  }
  async function own(id: AccountId): Promise<void> {
    const noteOwned = (handle: OwnedAccount | null): void => {
      if (handle === null) owned.delete(id);
      else owned.set(id, handle);
      if (isStopped || beingExchanged.has(id)) void handle?.stop();
    };
    try {
      // A request may be what began it; it is not only that request's work.
      await logging({ requestId: undefined }, () => ownAccount(context, id, noteOwned));
    } catch (error) {
      context.logger.error({ account: id, err: error }, 'an account could not be worked on');
    }
  }
  const start = (id: AccountId): void => {
    if (underWay.size >= parts.concurrency) return;
    const done = work(id).finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const relay = createRelay(context, start, parts.queuePatienceMs);
  const unsubscribe = await parts.wakeUps.subscribe(WORK_CHANNEL, (account) => {
    owned.get(account as AccountId)?.wake(); // a message is plain text: it is only looked up
  });
  await parts.queue.work((job) => work(job.account as AccountId), { concurrency: parts.concurrency });
  const timer = everySecond(context, () => relay.look());
  return {
    owned: () => [...owned.keys()],
    async exchange(id, change) {
      beingExchanged.add(id);
      try {
        void owned.get(id)?.stop();
        await atWork.get(id);
        change();
        const account = context.accounts.get(id);
        if (account === undefined) return;
        // Before anything of it is read or written: it may be connected to other portals now.
        await checkConnection(context, account);
      } finally {
        beingExchanged.delete(id);
      }
      start(id);
    },
    async stop() {
      isStopped = true;
      await timer.stop();
      await unsubscribe();
      await Promise.all([...owned.values()].map((account) => account.stop()));
      await Promise.all(underWay);
    },
  };
}

/** Runs the look once a second, never twice at a time. A failure is logged, once until it ends. */
function everySecond(
  context: SyncContext,
  look: () => Promise<void>,
): { readonly stop: () => Promise<void> } {
  let isStopped = false;
  let hasFailed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    try {
      await look();
      if (hasFailed) context.logger.info({}, 'the relay works again');
      hasFailed = false;
    } catch (error) {
      if (!hasFailed && !isStopped)
        context.logger.error({ err: error }, 'the relay failed; it tries again every second');
      hasFailed = true;
    }
    if (!isStopped) timer = setTimeout(() => (running = turn()), RELAY_MS);
  };
  running = turn();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
