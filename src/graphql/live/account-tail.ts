import type { AccountId } from '../../driver/ids';
import type { Logger } from '../../platform/logger';
import type { GatewayQueries } from '../../gateway/queries';
import { accountChanged } from '../../gateway/commands';
import type { EventView } from '../../gateway/views/event-view';
import type { WakeUps } from '../../gateway/wake-ups';
import { createGate, type Gate } from '../admit/gate';
import { createLoaders, type Loaders } from '../loaders';

/** Wake-ups may be lost: the tail looks by itself, too. */
const LOOK_EVERY_MS = 2_000;
/** States are read at most so often, however many changes come: nobody can follow more with their eyes. */
const STATE_EVERY_MS = 100;
/** Events kept for those who follow closely; whoever is slower reads the log itself. */
const WINDOW = 2_000;
const BATCH = 500;
/** A subscriber who is behind reads so many at a time, and only when those are taken the next ones. */
const BEHIND_BATCH = 100;

export interface TailDependencies {
  readonly queries: GatewayQueries;
  readonly wakeUps: WakeUps;
  readonly logger: Logger;
}

/**
 * Follows one account's log for all its subscribers in this process. Each subscriber has a place in the log of their own:
 *
 *     log     1 … 90 … 1207 1208 … 3205 3206
 *                 ↑       └── window ──┘  ↑
 *             a slow one              the tail's head
 *             reads the log
 *
 * so that none can overflow a buffer, and a slow one costs the others nothing.
 */
export interface AccountTail {
  /** The last event that is known here. */
  head(): number;
  /**
   * Events after this place, oldest first, a few hundred at most; empty when it is the head. The log is read once for all who are
   * at the same place, and for one place at a time.
   */
  read(after: number): Promise<readonly EventView[]>;
  /** Opens when there are new events. */
  readonly events: Gate;
  /** Opens when anything of the account may have changed. */
  readonly changes: Gate;
  /** Shared by everybody who reads at the same change: many subscribers cost one statement. */
  loaders(): Loaders;
  stop(): Promise<void>;
}

/** Starts to follow from the log's end. */
export async function startAccountTail(account: AccountId, given: TailDependencies): Promise<AccountTail> {
  const { queries, wakeUps, logger } = given;
  const events = createGate();
  const changes = createGate();
  let recent: EventView[] = [];
  let loaders = createLoaders(queries, account);
  let looking: Promise<void> | undefined;
  let again = false;
  let stateDue = false;
  let stateTimer: NodeJS.Timeout | undefined;
  let stopped = false;
  const behind = new Map<number, Promise<readonly EventView[]>>();
  let lastRead: Promise<unknown> = Promise.resolve();

  let head = Infinity;
  // Subscribed before the head is read: what is committed in between is told of. Until there is a head, there is nowhere to look from.
  const unsubscribe = await wakeUps.subscribe(accountChanged(account), () => {
    if (head === Infinity) again = true;
    else look();
  });
  head = await lastSeq(queries, account, unsubscribe);
  if (again) look();
  const interval = setInterval(() => look(), LOOK_EVERY_MS);

  function look(): void {
    if (looking) again = true;
    else if (!stopped) looking = lookAround().finally(() => (looking = undefined));
  }

  async function lookAround(): Promise<void> {
    do {
      again = false;
      try {
        await readNew();
      } catch (err) {
        logger.warn({ account, err }, 'log could not be read; trying again');
      }
    } while (again && !stopped);
    scheduleStates();
  }

  async function readNew(): Promise<void> {
    for (;;) {
      const found = await queries.eventsAfter(account, head, BATCH);
      const last = found.at(-1);
      if (last === undefined || stopped) return;
      head = last.seq;
      recent = [...recent, ...found].slice(-WINDOW);
      events.open();
      if (found.length < BATCH) return;
    }
  }

  // The first change shows at once; what comes within the interval after it shows at its end.
  function scheduleStates(): void {
    stateDue = true;
    if (stopped || stateTimer) return;
    stateDue = false;
    loaders = createLoaders(queries, account);
    changes.open();
    stateTimer = setTimeout(() => {
      stateTimer = undefined;
      if (stateDue) scheduleStates();
    }, STATE_EVERY_MS);
  }

  function readBehind(after: number): Promise<readonly EventView[]> {
    const known = behind.get(after);
    if (known) return known;
    const reading = lastRead.then(() => queries.eventsAfter(account, after, BEHIND_BATCH));
    behind.set(after, reading);
    lastRead = reading.catch(() => undefined).finally(() => behind.delete(after));
    return reading;
  }

  return {
    events,
    changes,
    head: () => head,
    loaders: () => loaders,
    async read(after) {
      if (after >= head) return [];
      const first = recent[0];
      if (first === undefined || after < first.seq - 1) return readBehind(after);
      // Numbers have no gaps, but for a log that was cut short while it was followed.
      const guess = after + 1 - first.seq;
      const start = recent[guess]?.seq === after + 1 ? guess : recent.findIndex(({ seq }) => seq > after);
      return recent.slice(start, start + BATCH);
    },
    async stop() {
      stopped = true;
      clearInterval(interval);
      clearTimeout(stateTimer);
      await unsubscribe();
      await looking;
    },
  };
}

async function lastSeq(
  queries: GatewayQueries,
  account: AccountId,
  unsubscribe: () => Promise<void>,
): Promise<number> {
  try {
    return (await queries.eventRange(account)).last;
  } catch (error) {
    await unsubscribe();
    throw error;
  }
}
