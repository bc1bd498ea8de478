import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { percentile } from '../report';

/** A GraphQL server, as a client finds it. */
export interface Endpoint {
  /** With its path. */
  readonly url: string;
  /** Requests take turns with them; none: no token is sent. */
  readonly tokens: readonly string[];
}

/** What clients have seen since the last `forget`. */
export interface Seen {
  /** Of the rounds' requests a second, the middle one. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
}

/** One document, asked for again and again over kept connections. */
export interface HttpLoad {
  /** Each connection asks as soon as it has its answer. */
  round(forMs: number): Promise<void>;
  /** One request. */
  once(): Promise<void>;
  seen(): Seen;
  /** In ms, one of each request. */
  latencies(): readonly number[];
  /** What was seen until now was to warm up. */
  forget(): void;
  close(): Promise<void>;
}

/** Opens so many connections. A round rejects at an answer that is an error or lacks something. */
export function createHttpLoad(endpoint: Endpoint, query: string, connections: number): HttpLoad {
  const pool = new Pool(new URL(endpoint.url).origin, { connections, pipelining: 1 });
  const path = new URL(endpoint.url).pathname;
  const body = JSON.stringify({ query });
  let rates: number[] = [];
  let latencies: number[] = [];
  let size: number | undefined;
  const { tokens } = endpoint;
  const headers = tokens.length === 0 ? [headersWith(undefined)] : tokens.map(headersWith);
  let asked = 0;
  const ask = async (): Promise<void> => {
    asked += 1;
    const askedAt = performance.now();
    const response = await pool.request({
      path,
      method: 'POST',
      headers: headers[asked % headers.length] ?? {},
      body,
    });
    const text = await response.body.text();
    latencies.push(performance.now() - askedAt);
    size ??= text.length;
    // What a limit leaves is told in the answer, in a digit more or less.
    if (response.statusCode !== 200 || text.length < size * 0.9 || text.startsWith('{"errors"')) {
      throw new Error(`${endpoint.url}: ${response.statusCode} ${text.slice(0, 300)}`);
    }
  };
  return {
    async round(forMs) {
      const startedAt = performance.now();
      let done = 0;
      const client = async (): Promise<void> => {
        while (performance.now() - startedAt < forMs) {
          await ask();
          done += 1;
        }
      };
      await Promise.all(Array.from({ length: connections }, client));
      rates.push((done * 1_000) / (performance.now() - startedAt));
    },
    once: ask,
    latencies: () => latencies,
    seen: () => ({
      perSecond: percentile(rates, 0.5),
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      requests: latencies.length,
    }),
    forget() {
      rates = [];
      latencies = [];
    },
    close: () => pool.close(),
  };
}

/** Asks once, with the first token; the whole answer. Rejects when it has errors. */
export async function askOnce(endpoint: Endpoint, query: string): Promise<unknown> {
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: headersWith(endpoint.tokens[0]),
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as { readonly data?: unknown; readonly errors?: unknown }; // as GraphQL says
  if (answer.errors !== undefined) throw new Error(`${endpoint.url}: ${JSON.stringify(answer.errors)}`);
  return answer.data;
}

function headersWith(token: string | undefined): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}
