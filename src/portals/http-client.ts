import { Pool } from 'undici';
import { PortalError, type PortalErrorKind } from '../driver/portal-error';
import { parseBaseUrl } from './base-url';
import { outcomeUnknown, portalFailure, type PortalOperation } from './portal-failure';

/** One HTTP request to a portal. */
export interface HttpRequest {
  readonly operation: PortalOperation;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base URL: begins with a slash, percent-encoded, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** An answer with a status of 2xx or 4xx (429 apart). */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface HttpClientOptions {
  readonly baseUrl: string;
  /** For a whole call, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** A longer body is no answer. */
  readonly maxAnswerBytes: number;
  /** Sockets to the portal. No fewer than calls at a time: a call that waits for one would use up its time unsent. */
  readonly connections: number;
}

/** Sends requests to one portal, on connections of its own. */
export interface HttpClient {
  /**
   * Throws `PortalError`: `unreachable`, `timeout`, `malformed` (also for a redirect: none is followed), `server` (5xx) and
   * `rate-limited` (429), the latter two with `retryAfterMs` when the portal told. A failed write has the outcome `unknown`
   * unless it certainly had no effect: not connected, or refused as a whole.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Waits for the calls under way. */
  close(): Promise<void>;
}

const USER_AGENT = 'driver-sync-gateway';
const CONNECT_TIMEOUT_MS = 10_000;

/** Makes a client for the portal at this base URL, which is checked. Nothing is connected before the first request. */
export function createHttpClient(portal: PortalOperation['portal'], options: HttpClientOptions): HttpClient {
  const base = parseBaseUrl(portal, options.baseUrl);
  const pool = new Pool(base.origin, {
    connections: options.connections,
    maxResponseSize: options.maxAnswerBytes,
    connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs) },
    // One deadline for the whole call instead; see `send`.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: (request) => send(pool, base.path, request, options.timeoutMs),
    close: () => pool.close(),
  };
}

async function send(
  pool: Pool,
  basePath: string,
  request: HttpRequest,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const answer = await pool.request({
      path: basePath + request.path,
      method: request.method,
      headers: { 'user-agent': USER_AGENT, ...request.headers },
      body: request.body ?? null,
      signal: abort.signal,
    });
    const body = await answer.body.text();
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after']);
    return judgeStatus(request.operation, answer.statusCode, body, retryAfterMs);
  } catch (error) {
    if (error instanceof PortalError) throw error;
    throw transportFailure(request.operation, error, abort.signal.aborted ? timeoutMs : null);
  } finally {
    clearTimeout(timer);
  }
}

function judgeStatus(
  operation: PortalOperation,
  status: number,
  body: string,
  retryAfterMs: number | undefined,
): HttpAnswer {
  const portalCode = String(status);
  if (status === 429) {
    throw portalFailure(operation, 'rate-limited', 'too many requests', { retryAfterMs, portalCode });
  }
  const outcome = outcomeUnknown(operation);
  if (status >= 500) {
    const message = `the portal failed (status ${status})`;
    throw portalFailure(operation, 'server', message, { outcome, retryAfterMs, portalCode });
  }
  if (status < 200 || (status >= 300 && status < 400)) {
    const message = `the portal sent the call elsewhere (status ${status}); redirects are not followed`;
    throw portalFailure(operation, 'malformed', message, { outcome, portalCode });
  }
  return { status, body };
}

/** Errors of connecting: nothing was sent. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|UND_ERR_CLOSED|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/;
/** Errors of an answer that is no HTTP, or too long. */
const NO_ANSWER = /^(HPE_\w+|UND_ERR_RES_\w+|UND_ERR_HEADERS_OVERFLOW)$/;

/** The error itself is not kept: undici's hold addresses and pieces of bodies. Its code says what there is to know. */
function transportFailure(
  operation: PortalOperation,
  error: unknown,
  timedOutMs: number | null,
): PortalError {
  const portalCode = errorCode(error);
  const notSent = portalCode !== undefined && NOT_CONNECTED.test(portalCode);
  const outcome = notSent ? 'none' : outcomeUnknown(operation);
  if (timedOutMs !== null && !notSent) {
    return portalFailure(operation, 'timeout', `no answer within ${timedOutMs / 1000} s`, { outcome });
  }
  const isNoAnswer = portalCode !== undefined && NO_ANSWER.test(portalCode);
  const kind: PortalErrorKind = isNoAnswer ? 'malformed' : 'unreachable';
  const what = isNoAnswer
    ? 'the answer could not be read'
    : notSent
      ? 'no connection'
      : 'the connection broke';
  return portalFailure(operation, kind, `${what} (${portalCode ?? 'unknown'})`, { outcome, portalCode });
}

function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Not every error of undici's parser has a code.
  return 'name' in error && error.name === 'HTTPParserError' ? 'HPE_INVALID' : undefined;
}

const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Seconds, or a date (RFC 9110); undefined for neither. */
function parseRetryAfter(header: string | readonly string[] | undefined): number | undefined {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (text === undefined || text === '') return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_WAIT_MS);
}
