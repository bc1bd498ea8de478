import type { Dispatcher } from 'undici';
import { PortalError } from '../driver/ports/portal-error';
import { ACCEPTED_ENCODINGS, readText } from './answer-text';
import { parseBaseUrl, type BaseUrl } from './base-url';
import { createPortalDispatcher, type PortalDispatcher } from './portal-dispatcher';
import { outcomeUnknown, portalFailure, Unreadable, type PortalOperation } from './portal-failure';
import { readDate, readRetryAfter } from './retry-after';
import { isBrokenConnection, transportFailure } from './transport-failure';
import { webPageIn } from './web-page';

/** One HTTP request to a portal. */
export interface HttpRequest {
  readonly operation: PortalOperation;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base URL: begins with a slash, percent-encoded, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Instead of the client's own time-out: listings take longer. */
  readonly timeoutMs?: number | undefined;
}

/** An answer with a status of 2xx or 4xx (429 apart). */
export interface HttpAnswer {
  readonly status: number;
  /** Decompressed and decoded. Empty for a refusal (4xx) whose text cannot be read. */
  readonly body: string;
  /** Epoch ms by the portal's clock, from the `Date` header; null when there is none. */
  readonly date: number | null;
}

export interface HttpClientOptions {
  readonly baseUrl: string;
  /** For a whole call, from connecting to the last byte; a request may have its own. */
  readonly timeoutMs: number;
  /** A longer body, compressed or not, is no answer. */
  readonly maxAnswerBytes: number;
  /** Sockets to the portal. No fewer than calls at a time: a call that waits for one would use up its time unsent. */
  readonly connections: number;
}

/** Sends requests to one portal, on connections of its own, through the environment's proxy if there is one. */
export interface HttpClient {
  /**
   * Throws `PortalError`: `unreachable`, `timeout`, `malformed` (also for a redirect: none is followed), `server` (5xx) and
   * `rate-limited` (429), the latter two with `retryAfterMs` when the portal told. A failed write has the outcome `unknown`
   * unless it certainly had no effect: not connected, or refused as a whole. A read whose connection breaks is sent once
   * more, on a new connection and within the same time-out; a write never is.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Waits for the calls under way. */
  close(): Promise<void>;
}

const USER_AGENT = 'driver-sync-gateway';
const CONNECT_TIMEOUT_MS = 10_000;

interface Client {
  readonly base: BaseUrl;
  readonly options: HttpClientOptions;
  readonly kept: PortalDispatcher;
}

/** Makes a client for the portal at this base URL, which is checked. Nothing is connected before the first request. */
export function createHttpClient(portal: PortalOperation['portal'], options: HttpClientOptions): HttpClient {
  const client: Client = {
    base: parseBaseUrl(portal, options.baseUrl),
    options,
    kept: dispatcherFor(options, options.connections),
  };
  return {
    send: (request) => send(client, request),
    close: () => client.kept.dispatcher.close(),
  };
}

function dispatcherFor(options: HttpClientOptions, connections: number): PortalDispatcher {
  return createPortalDispatcher({
    connections,
    maxAnswerBytes: options.maxAnswerBytes,
    connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs),
  });
}

async function send(client: Client, request: HttpRequest): Promise<HttpAnswer> {
  const timeoutMs = request.timeoutMs ?? client.options.timeoutMs;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const answer = await exchangeTwiceIfBroken(client, request, abort.signal);
    return await judge(request.operation, answer, client.options.maxAnswerBytes);
  } catch (error) {
    if (error instanceof PortalError) throw error;
    const { host, hostname } = new URL(client.base.origin);
    const timedOutMs = abort.signal.aborted ? timeoutMs : null;
    const certificate = client.kept.certificateOf(hostname);
    throw transportFailure({ operation: request.operation, host, timedOutMs, certificate }, error);
  } finally {
    clearTimeout(timer);
  }
}

/** What arrived, before anything is made of it. */
interface RawAnswer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly bytes: Uint8Array;
}

async function exchangeTwiceIfBroken(
  client: Client,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<RawAnswer> {
  try {
    return await exchange(client.kept.dispatcher, client.base, request, signal);
  } catch (error) {
    if (!isRepeatable(request) || !isBrokenConnection(error) || signal.aborted) throw error;
    // Other kept connections may be as dead as this one was.
    const { dispatcher } = dispatcherFor(client.options, 1);
    try {
      return await exchange(dispatcher, client.base, request, signal);
    } finally {
      void dispatcher.destroy().catch(() => undefined);
    }
  }
}

/** Not a POST to Driveri: the one that is a read by our terms makes a token, and a client may have two. */
function isRepeatable({ operation, method }: HttpRequest): boolean {
  return operation.effect === 'read' && (method === 'GET' || operation.portal === 'gps');
}

async function exchange(
  dispatcher: Dispatcher,
  base: BaseUrl,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const answer = await dispatcher.request({
    origin: base.origin,
    path: base.path + request.path,
    method: request.method,
    headers: { 'user-agent': USER_AGENT, 'accept-encoding': ACCEPTED_ENCODINGS, ...request.headers },
    body: request.body ?? null,
    signal,
  });
  const bytes = new Uint8Array(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers, bytes };
}

async function judge(
  operation: PortalOperation,
  { status, headers, bytes }: RawAnswer,
  maxBytes: number,
): Promise<HttpAnswer> {
  const date = readDate(headers.date);
  const portalCode = String(status);
  const outcome = outcomeUnknown(operation);
  if (status >= 200 && status < 300) {
    const body = await readText(bytes, headers, maxBytes).catch((error: unknown) => {
      if (!(error instanceof Unreadable)) throw error;
      const message = `the answer could not be read: ${error.message}`;
      throw portalFailure(operation, 'malformed', message, { outcome, portalCode, status });
    });
    return { status, body, date };
  }
  // What a failure says is only shown: whatever cannot be read of it says nothing.
  const body = await readText(bytes, headers, maxBytes).catch(() => '');
  const page = webPageIn(body);
  const more = page === null ? '' : `: ${page}`;
  const retryAfterMs = readRetryAfter(headers['retry-after'], date ?? Date.now());
  if (status === 429) {
    const causeInWords = `too many requests (status 429)${more}`;
    const extras = { retryAfterMs, portalCode, status, causeInWords };
    throw portalFailure(operation, 'rate-limited', 'too many requests', extras);
  }
  if (status >= 500) {
    const message = `the portal failed (status ${status})`;
    const extras = { outcome, retryAfterMs, portalCode, status, causeInWords: message + more };
    throw portalFailure(operation, 'server', message, extras);
  }
  if (status < 400) {
    const message = `the portal sent the call elsewhere (status ${status}); redirects are not followed`;
    throw portalFailure(operation, 'malformed', message, { outcome, portalCode, status });
  }
  return { status, body, date };
}
