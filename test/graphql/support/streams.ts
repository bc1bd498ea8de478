import { createClient as createSseClient } from 'graphql-sse';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import type { ApiFixture } from './api-fixture';

/** Answers of one streamed operation, taken one by one. */
export interface Answers {
  /** The next answer; rejects when none comes in time, or the operation ended with an error. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  next(withinMs?: number): Promise<any>;
  /** Resolves when the stream completes; what is left unread counts. */
  completed(withinMs?: number): Promise<void>;
  /** Everything that has come so far and was not taken. */
  readonly waiting: readonly unknown[];
  stop(): void;
}

export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly extensions?: Record<string, unknown>;
}

export function openSocket(
  api: Pick<ApiFixture, 'url'>,
  token: string | undefined,
  options: { retryAttempts?: number } = {},
): Client {
  return createClient({
    url: `${api.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: true,
    retryAttempts: options.retryAttempts ?? 0,
    ...(token !== undefined && { connectionParams: { authorization: `Bearer ${token}` } }),
  });
}

/** Starts an operation on a client of either kind. */
export function start(client: { subscribe: Client['subscribe'] }, operation: Operation): Answers {
  const waiting: unknown[] = [];
  const failures: unknown[] = [];
  let isComplete = false;
  let wake = (): void => undefined;
  const stop = client.subscribe(operation, {
    next: (value) => {
      waiting.push(value);
      wake();
    },
    error: (error) => {
      failures.push(error);
      wake();
    },
    complete: () => {
      isComplete = true;
      wake();
    },
  });

  async function until<Value>(look: () => Value | undefined, withinMs: number, what: string): Promise<Value> {
    const giveUpAt = Date.now() + withinMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const leftMs = giveUpAt - Date.now();
      if (leftMs <= 0) throw new Error(`No ${what} within ${withinMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  return {
    waiting,
    stop,
    next: (withinMs = 60_000) =>
      until(
        () => {
          if (waiting.length > 0) return waiting.shift();
          if (failures.length > 0) throw failures[0];
          if (isComplete) throw new Error('Completed');
          return undefined;
        },
        withinMs,
        'answer',
      ),
    completed: async (withinMs = 60_000) => {
      await until(() => (isComplete ? true : undefined), withinMs, 'end');
    },
  };
}

/** The same operation over one of the transports; what refuses it comes as an answer's errors. */
export type Send = (
  api: ApiFixture,
  token: string | undefined,
  operation: Operation,
) => Promise<{
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  readonly extensions?: Record<string, unknown>;
}>;

const overHttp: Send = async (api, token, operation) => {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(operation),
  });
  return (await response.json()) as Awaited<ReturnType<Send>>;
};

const overWebSocket: Send = async (api, token, operation) => {
  const client = openSocket(api, token);
  const answers = start(client, operation);
  try {
    return await answers.next();
  } catch (error) {
    if (Array.isArray(error)) return { errors: error };
    // A refused connection has nobody to answer: its close code says why.
    const { code } = error as { code?: number };
    return {
      errors: [
        {
          message: String(error),
          extensions: { code: code === 4401 ? 'UNAUTHENTICATED' : String(code ?? error) },
        },
      ],
    };
  } finally {
    answers.stop();
    await client.dispose();
  }
};

export function openEventStream(api: Pick<ApiFixture, 'url'>, token: string | undefined) {
  return createSseClient({
    url: `${api.url}/graphql/stream`,
    singleConnection: false,
    retryAttempts: 0,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  });
}

const overEventStream: Send = async (api, token, operation) => {
  const client = openEventStream(api, token);
  const answers = start(client as unknown as { subscribe: Client['subscribe'] }, operation);
  try {
    return await answers.next();
  } catch (error) {
    const { response } = error as { response?: Response };
    if (!response) throw error;
    return (await response.json()) as Awaited<ReturnType<Send>>;
  } finally {
    answers.stop();
    client.dispose();
  }
};

export const TRANSPORTS = [
  ['HTTP', overHttp],
  ['WebSocket', overWebSocket],
  ['SSE', overEventStream],
] as const satisfies readonly (readonly [string, Send])[];
