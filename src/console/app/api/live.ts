import type { ExecutionResult } from '@urql/core';
import { createClient, type Client } from 'graphql-ws';
import type { Session } from '../session/session';

/** How the connection for live data is. `waiting`: lost, until the next attempt. */
export type Connection = 'connecting' | 'live' | 'waiting';

/** What a subscription is asked with. `variables` is asked for again on every connection. */
export interface LiveRequest {
  readonly query: string;
  readonly variables: () => Readonly<Record<string, unknown>>;
}

/** What hears a subscription. After `error` or `complete` nothing comes any more. */
export interface LiveSink {
  readonly next: (result: ExecutionResult) => void;
  readonly error: (error: Error) => void;
  readonly complete: () => void;
}

/** Subscriptions over one WebSocket. */
export interface Live {
  /** Gives the function that ends the subscription. */
  readonly subscribe: (request: LiveRequest, sink: LiveSink) => () => void;
  readonly state: () => Connection;
  readonly onState: (listener: () => void) => () => void;
  readonly close: () => void;
}

const ACK_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 15_000;
const PONG_TIMEOUT_MS = 10_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;

/** The token is not taken, or has expired. */
const REFUSED: readonly number[] = [4401, 4403];

/** How long to wait before the next attempt: doubled each time, and never two clients at the same moment. `attempt`: 0 for the first. */
export function reconnectDelay(attempt: number, random = Math.random()): number {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest / 2 + (longest / 2) * random;
}

/**
 * Opens a socket with the first subscription, and again whenever it is lost. Every subscription that has not ended goes on
 * with the variables that it wants by then: that is how a log is read without a gap. While the session is expired nothing is
 * sent; after the user has signed in again everything goes on.
 */
export function createLive(options: {
  readonly url: string;
  readonly session: Session;
  readonly webSocketImpl?: unknown;
}): Live {
  const { session } = options;
  const listeners = new Set<() => void>();
  let state: Connection = 'connecting';
  let tokenInUse = '';
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const show = (next: Connection): void => {
    if (next === state) return;
    state = next;
    for (const listener of [...listeners]) listener();
  };
  const client: Client = createClient({
    url: async () => {
      tokenInUse = await session.usableToken();
      return options.url;
    },
    connectionParams: () => ({ authorization: `Bearer ${tokenInUse}` }),
    connectionAckWaitTimeout: ACK_TIMEOUT_MS,
    lazyCloseTimeout: 2_000,
    keepAlive: PING_EVERY_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (attempt) => pause(reconnectDelay(attempt)),
    ...(options.webSocketImpl === undefined ? {} : { webSocketImpl: options.webSocketImpl }),
    on: {
      connecting: () => show('connecting'),
      connected: () => show('live'),
      // A socket whose other end has vanished may never say so: what does not answer in time is given up.
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => client.terminate(), PONG_TIMEOUT_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: (event) => {
        clearTimeout(pongTimer);
        if (REFUSED.includes(codeOf(event))) session.refuse(tokenInUse);
        // 1000: nobody subscribes any more.
        show(codeOf(event) === 1000 ? 'connecting' : 'waiting');
      },
    },
  });
  return {
    subscribe: (request, sink) => subscribeForGood(client, request, sink),
    state: () => state,
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => void client.dispose(),
  };
}

/** As the client's own `subscribe`, also past what it takes for final: a refused token (4401), too many subscriptions. */
function subscribeForGood(client: Client, request: LiveRequest, sink: LiveSink): () => void {
  let end = (): void => undefined;
  let ended = false;
  let attempt = 0;
  // The client serialises the payload on every connection: the getter is asked each time.
  const payload = {
    query: request.query,
    get variables() {
      return request.variables();
    },
  };
  const start = (): void => {
    if (ended) return;
    end = client.subscribe(payload, {
      next: (result) => {
        attempt = 0;
        sink.next(result as ExecutionResult); // the same thing, in graphql-ws's own words
      },
      error: (error) => {
        if (codeOf(error) === 0) return sink.error(toError(error));
        // Closed for good, from the client's point of view.
        void pause(reconnectDelay(attempt)).then(start);
        attempt += 1;
      },
      complete: () => {
        if (!ended) sink.complete();
      },
    });
  };
  start();
  return () => {
    ended = true;
    end();
  };
}

/** For so long, or until the browser says that it is online again. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    addEventListener('online', go);
  });
}

const codeOf = (event: unknown): number =>
  typeof event === 'object' && event !== null && 'code' in event && typeof event.code === 'number'
    ? event.code
    : 0;

function toError(error: unknown): Error {
  if (error instanceof Error) return error;
  const [first] = Array.isArray(error) ? (error as { message?: string }[]) : [];
  return new Error(first?.message ?? 'The subscription ended.', { cause: error });
}
