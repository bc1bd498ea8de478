import type { AccountId } from '../../driver/ids';
import type { EventView } from '../../gateway/views/event-view';
import { startAccountTail, type AccountTail, type TailDependencies } from './account-tail';
import { apiError } from '../answers/api-error';
import type { Loaders } from '../loaders';

/** What subscriptions read: an account's events from a place on, and its state whenever it may have changed. */
export interface AccountFeeds {
  /**
   * Every event after this place that is wanted, in order, none left out and none twice. Ends with `CURSOR_EXPIRED` when the log
   * does not reach back so far. Payloads of one event hold the same view for all who follow the account.
   */
  events(
    account: AccountId,
    after: number,
    isWanted?: (event: EventView) => boolean | Promise<boolean>,
  ): AsyncIterableIterator<{ readonly view: EventView }>;
  /** What `read` gives now, and again whenever it may have changed. */
  states<State>(account: AccountId, read: (loaders: Loaders) => Promise<State>): AsyncIterableIterator<State>;
  /** How many subscriptions are open in this process, and how many accounts are followed for them. */
  size(): { readonly subscriptions: number; readonly accounts: number };
  /** Ends every subscription. */
  close(): Promise<void>;
}

interface Following {
  readonly tail: Promise<AccountTail>;
  users: number;
}

/** One tail for each account that somebody follows; with its last subscriber, it goes. */
export function createAccountFeeds(given: TailDependencies): AccountFeeds {
  const followed = new Map<AccountId, Following>();
  const open = new Set<AsyncIterableIterator<unknown>>();

  function acquire(account: AccountId): Following {
    const following = followed.get(account) ?? { tail: startAccountTail(account, given), users: 0 };
    following.users += 1;
    followed.set(account, following);
    return following;
  }

  async function release(account: AccountId, following: Following): Promise<void> {
    following.users -= 1;
    if (following.users > 0) return;
    if (followed.get(account) === following) followed.delete(account);
    // One that could not start has nothing to stop, and has told its subscribers so.
    const tail = await following.tail.catch(() => undefined);
    await tail?.stop();
  }

  function follow<Item>(
    account: AccountId,
    produce: (tail: AccountTail, signal: AbortSignal) => AsyncGenerator<Item, void, void>,
  ): AsyncIterableIterator<Item> {
    const controller = new AbortController();
    let following: Following | undefined;
    let items: Promise<AsyncGenerator<Item, void, void>> | undefined;

    async function begin(): Promise<AsyncGenerator<Item, void, void>> {
      following = acquire(account);
      open.add(stream);
      return produce(await following.tail, controller.signal);
    }

    async function end(): Promise<void> {
      open.delete(stream);
      const released = following;
      following = undefined;
      if (released) await release(account, released);
    }

    const stream: AsyncIterableIterator<Item> = {
      async next() {
        if (controller.signal.aborted) return { done: true, value: undefined };
        try {
          const step = await (await (items ??= begin())).next();
          if (step.done) await end();
          return step;
        } catch (error) {
          await end();
          throw error;
        }
      },
      async return() {
        // First: a producer that waits hears nothing else.
        controller.abort();
        await items?.then((producer) => producer.return()).catch(() => undefined);
        await end();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => stream,
    };
    return stream;
  }

  return {
    events: (account, after, isWanted) =>
      follow(account, (tail, signal) =>
        eventsFrom(tail, after, isWanted, (place) => assertKept(given, account, place), signal),
      ),
    states: (account, read) => follow(account, (tail, signal) => statesOf(tail, read, signal)),
    size: () => ({ subscriptions: open.size, accounts: followed.size }),
    async close() {
      await Promise.all([...open].map(async (stream) => stream.return?.()));
    },
  };
}

async function* eventsFrom(
  tail: AccountTail,
  after: number,
  isWanted: (event: EventView) => boolean | Promise<boolean> = () => true,
  assertStillKept: (place: number) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<{ readonly view: EventView }, void, void> {
  let place = after;
  while (!signal.aborted) {
    const events = await tail.read(place);
    // Numbers have no gaps: where one is missing, the log was cut short behind this subscriber's back.
    if ((events[0]?.seq ?? tail.head() + 1) > place + 1) await assertStillKept(place);
    for (const event of events) {
      if (signal.aborted) return;
      place = event.seq;
      const wanted = isWanted(event);
      // Not awaited when it is known: a thousand subscribers come through here for each event.
      if (wanted === true || (wanted !== false && (await wanted))) yield { view: event };
    }
    if (place >= tail.head() || events.length === 0) await tail.events.wait(signal);
  }
}

async function* statesOf<State>(
  tail: AccountTail,
  read: (loaders: Loaders) => Promise<State>,
  signal: AbortSignal,
): AsyncGenerator<State, void, void> {
  while (!signal.aborted) {
    // Taken before reading: what changes meanwhile is told of by other loaders than these.
    const loaders = tail.loaders();
    yield await read(loaders);
    if (loaders === tail.loaders()) await tail.changes.wait(signal);
  }
}

/** Throws `CURSOR_EXPIRED` when events after this place are no longer there. */
async function assertKept(given: TailDependencies, account: AccountId, place: number): Promise<void> {
  const { first } = await given.queries.eventRange(account);
  if (first > place + 1) throw cursorExpired();
}

export function cursorExpired() {
  return apiError(
    'CURSOR_EXPIRED',
    'The log does not reach back to this cursor. Read the state anew, and subscribe without "after".',
    { argument: 'after' },
  );
}
