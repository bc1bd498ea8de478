import { toApiError } from './api.js';

/**
 * @import { AnsweredError } from './api.js'
 * @import { TypedDocument } from './documents.js'
 */

const ACK_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 20_000;
const PONG_TIMEOUT_MS = 10_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;

/** The token is not taken (4401), or has expired (4403): trying again would not help. */
const REFUSED = new Set([4401, 4403]);

/**
 * How long to wait before the next attempt: doubled each time, and never two clients at the same moment.
 *
 * @param {number} attempt 0 for the first
 * @param {number} [random] 0 to 1
 */
export function reconnectDelay(attempt, random = Math.random()) {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest / 2 + (longest / 2) * random;
}

/** @typedef {ReturnType<typeof createLive>} Live */

/**
 * What the other end says, as far as it is read here.
 *
 * @typedef {{ type: 'connection_ack' | 'ping' | 'pong' }
 *   | { type: 'next', id: string, payload: { data?: any, errors?: AnsweredError[] } }
 *   | { type: 'error', id: string, payload: [AnsweredError] }
 *   | { type: 'complete', id: string }} Message
 */

/**
 * Who hears what a subscription answers.
 *
 * @template Result
 * @typedef {{ next: (data: Result) => void, error?: (error: Error) => void, end?: () => void }} Sink
 */

/**
 * Subscriptions over one WebSocket, by the protocol graphql-transport-ws. When the socket is lost it is opened again, and every
 * subscription that has not ended goes on with the variables that it wants by then: that is how a log is read without a gap.
 *
 * `onState`: 'connecting', 'live', 'waiting' (until the next attempt), 'closed'. `onRefused`: the token is not taken any more.
 *
 * @param {{
 *   url: string,
 *   token: string,
 *   onState?: (state: 'connecting' | 'live' | 'waiting' | 'closed') => void,
 *   onRefused?: () => void,
 *   WebSocket?: typeof globalThis.WebSocket,
 * }} options
 */
export function createLive({
  url,
  token,
  onState = () => {},
  onRefused = () => {},
  WebSocket = globalThis.WebSocket,
}) {
  /** @type {Map<string, { query: string, variables: () => unknown } & Required<Sink<any>>>} */
  const operations = new Map();
  let nextId = 1;
  let attempt = 0;
  let isLive = false;
  let isClosed = false;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {number | undefined} */
  let reconnectTimer;
  /** @type {number | undefined} */
  let watchTimer;

  function connect() {
    clearTimeout(reconnectTimer);
    onState('connecting');
    const opened = new WebSocket(url, 'graphql-transport-ws');
    socket = opened;
    opened.onopen = () => {
      send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
      watch(ACK_TIMEOUT_MS);
    };
    opened.onmessage = ({ data }) => opened === socket && receive(JSON.parse(data));
    opened.onclose = ({ code }) => opened === socket && lost(code);
  }

  /** @param {Message} message */
  function receive(message) {
    const operation = 'id' in message ? operations.get(message.id) : undefined;
    switch (message.type) {
      case 'connection_ack':
        isLive = true;
        attempt = 0;
        onState('live');
        for (const id of operations.keys()) start(id);
        return pingLater();
      case 'ping':
        return send({ type: 'pong' });
      case 'pong':
        return pingLater();
      case 'next': {
        const [error] = message.payload.errors ?? [];
        return error === undefined
          ? operation?.next(message.payload.data)
          : operation?.error(toApiError(error));
      }
      case 'error':
        operations.delete(message.id);
        return operation?.error(toApiError(message.payload[0]));
      case 'complete':
        operations.delete(message.id);
        return operation?.end();
      default:
        return undefined;
    }
  }

  /** @param {number} code why the socket is closed */
  function lost(code) {
    clearTimeout(watchTimer);
    isLive = false;
    socket = null;
    if (isClosed) return;
    if (REFUSED.has(code)) {
      close();
      onRefused();
      return;
    }
    onState('waiting');
    reconnectTimer = setTimeout(connect, reconnectDelay(attempt));
    attempt += 1;
  }

  function pingLater() {
    clearTimeout(watchTimer);
    watchTimer = setTimeout(() => {
      send({ type: 'ping' });
      watch(PONG_TIMEOUT_MS);
    }, PING_EVERY_MS);
  }

  /**
   * A socket whose other end has vanished may never say so: what does not answer in time is given up.
   * @param {number} timeoutMs
   */
  function watch(timeoutMs) {
    clearTimeout(watchTimer);
    watchTimer = setTimeout(() => {
      const silent = socket;
      if (silent === null) return;
      lost(1006);
      silent.close();
    }, timeoutMs);
  }

  /** @param {string} id */
  function start(id) {
    const operation = operations.get(id);
    if (operation === undefined) return;
    const { query, variables } = operation;
    send({ id, type: 'subscribe', payload: { query, variables: variables() } });
  }

  /** @param {object} message */
  function send(message) {
    if (socket?.readyState === 1) socket.send(JSON.stringify(message));
  }

  /**
   * Starts a subscription, and gives the function that ends it.
   *
   * @template Result, Variables
   * @param {TypedDocument<Result, Variables>} query
   * @param {() => NoInfer<Variables>} variables asked for again on every connection
   * @param {Sink<Result>} sink
   * @returns {() => void}
   */
  function subscribe(query, variables, { next, error = () => {}, end = () => {} }) {
    const id = String(nextId++);
    operations.set(id, { query, variables, next, error, end });
    if (isLive) start(id);
    return () => {
      if (operations.delete(id) && isLive) send({ id, type: 'complete' });
    };
  }

  function close() {
    isClosed = true;
    clearTimeout(reconnectTimer);
    clearTimeout(watchTimer);
    operations.clear();
    socket?.close(1000, 'Done');
    onState('closed');
  }

  /** Without waiting any longer: for a browser that has just come back online. */
  function retryNow() {
    if (!isClosed && socket === null) connect();
  }

  connect();
  return { subscribe, retryNow, close };
}
