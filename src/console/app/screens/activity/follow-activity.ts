import type { Client } from '@urql/core';
import { followEvents } from '../../api/follow-events';
import type { Live } from '../../api/live';
import { EVENTS, type EventItemFragment, type SyncEventFilter } from '../../generated/documents';

const PAGE = 50;
/** With more lines than the first number the page gets slow: then the oldest are let go, and can be read again. */
const MOST_LINES = 2_000;
const KEPT_LINES = 1_000;

/** What is known of the log. */
export interface ActivityState {
  /** The newest first. */
  readonly events: readonly EventItemFragment[];
  /** What has come in while it was paused, the newest first. */
  readonly waiting: readonly EventItemFragment[];
  readonly isPaused: boolean;
  readonly isKnown: boolean;
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  readonly error: unknown;
}

/** The log, live. */
export interface Activity {
  readonly state: () => ActivityState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Reads the newest lines and follows the log. Gives the function that ends it. */
  readonly start: () => () => void;
  readonly older: () => void;
  /** Paused, nothing moves: what happens is counted. Going on shows it. */
  readonly pause: (isPaused: boolean) => void;
}

/**
 * The lines of the log that match the filter. The place in the log is fixed before the first page is read, and the log is
 * followed from there: nothing is missed in between, and what comes twice is shown once.
 */
export function createActivity(client: Client, live: Live, filter: SyncEventFilter): Activity {
  let state: ActivityState = {
    events: [],
    waiting: [],
    isPaused: false,
    isKnown: false,
    hasOlder: false,
    isLoadingOlder: false,
    error: null,
  };
  const listeners = new Set<() => void>();
  const change = (next: Partial<ActivityState>): void => {
    state = { ...state, ...next };
    for (const listener of [...listeners]) listener();
  };

  async function read(first: number, after: string | null, matching: SyncEventFilter | null) {
    const { data, error } = await client
      .query(EVENTS, { first, after, filter: matching }, { requestPolicy: 'network-only' })
      .toPromise();
    if (error !== undefined || data === undefined) throw error ?? new Error('The gateway answered nothing.');
    return data.syncEvents;
  }

  function hear(event: EventItemFragment): void {
    const isKnown = [...state.waiting, ...state.events].some(({ id }) => id === event.id);
    if (isKnown) return;
    if (state.isPaused) return change({ waiting: [event, ...state.waiting] });
    show([event, ...state.events]);
  }

  function show(events: readonly EventItemFragment[]): void {
    const isTooLong = events.length > MOST_LINES;
    change({
      events: isTooLong ? events.slice(0, KEPT_LINES) : events,
      hasOlder: state.hasOlder || isTooLong,
    });
  }

  async function readOlder(): Promise<void> {
    if (state.isLoadingOlder) return;
    change({ isLoadingOlder: true, error: null });
    try {
      const page = await read(PAGE, state.events.at(-1)?.cursor ?? null, filter);
      change({ events: distinct([...state.events, ...page.nodes]), hasOlder: page.pageInfo.hasNextPage });
    } catch (error) {
      change({ error });
    } finally {
      change({ isLoadingOlder: false });
    }
  }

  function start(): () => void {
    let hasEnded = false;
    let stop = (): void => undefined;
    const open = async (): Promise<void> => {
      change({ error: null });
      const head = (await read(1, null, null)).nodes[0]?.cursor;
      const page = await read(PAGE, null, filter);
      if (hasEnded) return;
      change({ events: page.nodes, hasOlder: page.pageInfo.hasNextPage, isKnown: true });
      stop = followEvents(live, { after: head, filter }, { onEvent: hear, onError: fail });
    };
    const fail = (error: unknown): void => {
      if (!hasEnded) change({ error });
    };
    open().catch(fail);
    return () => {
      hasEnded = true;
      stop();
    };
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start,
    older: () => void readOlder(),
    pause(isPaused) {
      if (isPaused) return change({ isPaused });
      const { waiting, events } = state;
      change({ isPaused, waiting: [] });
      show([...waiting, ...events]);
    },
  };
}

/** Lines of the log for a file: the newest first, at most so many. Rejects when a page cannot be read. */
export async function readLog(
  client: Client,
  filter: SyncEventFilter,
  most: number,
): Promise<readonly EventItemFragment[]> {
  const found: EventItemFragment[] = [];
  let after: string | null = null;
  do {
    const { data, error }: Awaited<ReturnType<typeof readLogPage>> = await readLogPage(client, filter, after);
    if (data === undefined) throw error ?? new Error('The gateway answered nothing.');
    found.push(...data.syncEvents.nodes);
    after = data.syncEvents.pageInfo.hasNextPage ? data.syncEvents.pageInfo.endCursor : null;
  } while (after !== null && found.length < most);
  return found.slice(0, most);
}

const readLogPage = (client: Client, filter: SyncEventFilter, after: string | null) =>
  client.query(EVENTS, { first: 100, after, filter }, { requestPolicy: 'network-only' }).toPromise();

const distinct = (events: readonly EventItemFragment[]): readonly EventItemFragment[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];
