import type { AccountId } from '../driver/ids';
import { checkConnection } from './check-connection';
import { startDailyRun } from './daily-run';
import { discardOld } from './discard-old';
import { reconcileDriver } from './reconcile-driver';
import type { ReconcileQueue } from './reconcile-queue';
import { carryOnLeased } from './leased-run';
import type { SyncContext } from './sync-context';
import type { RunRow } from './sync-store';
import type { WakeUps } from './wake-ups';
import { watchDriveri } from './watch-driveri';
import { watchGps } from './watch-gps';

/** How often the relay looks for work that is due. What a mutation or a poll has marked is in the queue before that. */
const RELAY_MS = 1_000;

/** How often runs and daily schedules are looked at. */
const RUNS_MS = 250;

/** How often a worker asks whether it is its turn to discard what is too old. */
const RETENTION_MS = 60_000;

/** How many due drivers the relay hands to the queue at a time. */
const RELAY_BATCH = 500;

export interface SyncWorker {
  /** Look at GPS now: a webhook's hint. Hints that come while one waits are one. */
  hint(account: AccountId): void;
  /** One round of everything, for tests that move the clock: watchers that are due, daily runs, runs, relay. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** What a worker is made of besides the context. */
export interface WorkerParts {
  readonly queue: ReconcileQueue;
  readonly wakeUps: WakeUps;
  readonly concurrency: number;
}

/** The channel on which processes hand a hint to the one that watches. */
export const hintChannel = (account: AccountId): string => `hint-${account}`;

/**
 * A worker process: takes jobs, relays what is due, watches both portals of every account, carries runs on, starts the daily
 * ones, and discards what is too old. Every part may run in any number of processes at once; what they share is in the store.
 */
export async function startSyncWorker(context: SyncContext, parts: WorkerParts): Promise<SyncWorker> {
  const loops: Loop[] = [];
  const hints = new Map<AccountId, () => void>();
  const unsubscribes: (() => Promise<void>)[] = [];
  for (const account of context.accounts.values()) await checkConnection(context, account);
  const relay = startLoop(context, 'relay', RELAY_MS, () => relayDue(context));
  const carrier = createRunCarrier(context);
  const runs = startLoop(context, 'runs', RUNS_MS, () => carrier.takeUp());
  const retention = startLoop(context, 'retention', RETENTION_MS, () => discardAll(context));
  loops.push(relay, runs, retention);
  for (const account of context.accounts.values()) {
    const watch = startLoop(
      context,
      'watch-gps',
      gpsPollInterval(context.settings.gpsPollMs, account.gpsRequestsPerDay),
      () => watchGps(context, account),
    );
    loops.push(watch);
    loops.push(
      startLoop(context, 'watch-driveri', context.settings.driveriPollMs, () =>
        watchDriveri(context, account),
      ),
    );
    hints.set(account.id, watch.now);
    unsubscribes.push(await parts.wakeUps.subscribe(hintChannel(account.id), watch.now));
  }
  await parts.queue.work((job) => reconcileJob(context, job), { concurrency: parts.concurrency });
  return {
    hint: (account) => hints.get(account)?.(),
    tick: async () => {
      for (const loop of loops) await loop.once();
      await carrier.settled();
    },
    stop: async () => {
      for (const unsubscribe of unsubscribes) await unsubscribe();
      await Promise.all(loops.map((loop) => loop.stop()));
      await carrier.settled();
    },
  };
}

async function reconcileJob(
  context: SyncContext,
  job: { readonly account: string; readonly gpsId: string },
): Promise<void> {
  const id = job.account as AccountId; // jobs carry plain text: it is looked up before it is believed
  if (!context.accounts.has(id)) return;
  await reconcileDriver(context, id, job.gpsId as Parameters<typeof reconcileDriver>[2]); // likewise
}

/** Hands what is due and not being worked on to the queue again: the queue may lose everything, the store remembers. */
async function relayDue(context: SyncContext): Promise<void> {
  const due = await context.store.due(context.clock.now(), RELAY_BATCH);
  if (due.length === 0) return;
  await context.queue.enqueueMany(
    due.map(({ account, gpsId }) => ({ account, gpsId, priority: 'run' as const })),
  );
}

async function discardAll(context: SyncContext): Promise<void> {
  for (const id of context.accounts.keys()) await discardOld(context, id);
}

/** Carries runs on side by side: one account's portal that does not answer keeps no other account's run waiting. */
interface RunCarrier {
  /** Starts the daily runs that are due, and takes up every run that nobody has. Resolves when they are taken, not done. */
  takeUp(): Promise<void>;
  /** Resolves when nothing of what was taken up is under way. */
  settled(): Promise<void>;
}

/** A run is a listing of both portals in memory while it is planned. */
const MOST_RUNS = 8;

function createRunCarrier(context: SyncContext): RunCarrier {
  const underWay = new Set<Promise<void>>();
  const carry = (run: RunRow): void => {
    const carried = carryOnLeased(context, run)
      .catch((error: unknown) => {
        context.logger.error({ account: run.account, runId: run.id, err: error }, 'a run was not carried on');
      })
      .finally(() => underWay.delete(carried));
    underWay.add(carried);
  };
  return {
    async takeUp() {
      for (const id of context.accounts.keys()) await startDailyRun(context, id);
      while (underWay.size < MOST_RUNS) {
        const run = await context.store.takeRun(context.owner, context.clock.now(), context.settings.leaseMs);
        if (run === null) return;
        carry(run);
      }
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}

const DAY_MS = 24 * 3_600_000;

/** A poll of GPS: the drivers, and the groups that the user may see. */
const REQUESTS_PER_POLL = 2;

/** How often GPS is polled, in ms: as configured, stretched so that polling takes half of the account's daily budget at most. */
export function gpsPollInterval(gpsPollMs: number, requestsPerDay: number | undefined): number {
  if (requestsPerDay === undefined) return gpsPollMs;
  return Math.max(gpsPollMs, Math.ceil((DAY_MS * REQUESTS_PER_POLL * 2) / requestsPerDay));
}

interface Loop {
  readonly now: () => void;
  readonly once: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Runs a piece of work at an interval, never twice at a time, and at once when asked. A failure is logged and forgotten. */
function startLoop(context: SyncContext, name: string, everyMs: number, work: () => Promise<void>): Loop {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const once = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!stopped) context.logger.error({ loop: name, err: error }, 'a loop of the worker failed');
    }
  };
  const turn = async (): Promise<void> => {
    do {
      again = false;
      await once();
    } while (again && !stopped);
  };
  const now = (): void => {
    if (stopped) return;
    if (running !== null) {
      again = true;
      return;
    }
    clearTimeout(timer);
    running = turn().finally(() => {
      running = null;
      if (!stopped) timer = setTimeout(now, everyMs);
    });
  };
  now();
  return {
    now,
    once,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
