/** @import { TypedDocument } from './documents.js' */

/** What the API answered instead of data: its message, its code, and the id that finds the request in the log. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ code?: string | undefined, requestId?: string | undefined, cause?: unknown }} [details]
   */
  constructor(message, { code = 'UNKNOWN', requestId, cause } = {}) {
    super(message, { cause });
    this.code = code;
    this.requestId = requestId;
  }
}

/**
 * What a document has to be given: nothing at all when all of it may be left out.
 *
 * @template Variables
 * @typedef {Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables]} VariablesFor
 */

/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * An error as it stands in an answer.
 * @typedef {{ message: string, extensions?: { code?: string, requestId?: string } }} AnsweredError
 */

/**
 * GraphQL over HTTP. `run` gives the data or throws an `ApiError`; a mutation gets an idempotency key, so that the browser
 * may safely send it twice. `onRefused` is called when the token is not, or no longer, taken.
 *
 * @param {{ url: string, token: string, fetch?: typeof globalThis.fetch, onRefused?: (error: ApiError) => void }} options
 */
export function createApi({ url, token, fetch = (...args) => globalThis.fetch(...args), onRefused }) {
  /**
   * @template Result, Variables
   * @param {TypedDocument<Result, Variables>} query
   * @param {VariablesFor<NoInfer<Variables>>} given its variables
   * @returns {Promise<Result>}
   */
  async function run(query, ...given) {
    const [variables = {}] = given;
    /** @type {Record<string, string>} */
    const headers = {
      accept: 'application/graphql-response+json, application/json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    };
    if (query.startsWith('mutation')) headers['idempotency-key'] = randomKey();
    const response = await send({ method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const requestId = response.headers.get('x-request-id') ?? undefined;
    const answer = await readAnswer(response, requestId);
    const [first] = answer.errors ?? [];
    if (first === undefined) return answer.data;
    const error = toApiError(first, requestId);
    if (error.code === 'UNAUTHENTICATED') onRefused?.(error);
    throw error;
  }

  /** @param {RequestInit} request */
  async function send(request) {
    try {
      return await fetch(url, { ...request, credentials: 'omit', cache: 'no-store', redirect: 'error' });
    } catch (cause) {
      throw new ApiError('The gateway cannot be reached.', { code: 'UNREACHABLE', cause });
    }
  }

  return { run };
}

/**
 * @param {Response} response
 * @param {string | undefined} requestId
 * @returns {Promise<{ data?: any, errors?: AnsweredError[] }>} `data` as the document says: the gateway keeps to its schema
 */
async function readAnswer(response, requestId) {
  try {
    return await response.json();
  } catch (cause) {
    const message = `The gateway answered ${response.status} with something that is not an answer.`;
    throw new ApiError(message, { code: 'UNREADABLE', requestId, cause });
  }
}

/**
 * @param {AnsweredError} error
 * @param {string} [requestId] of the whole request, when the error has none
 */
export function toApiError({ message, extensions = {} }, requestId) {
  return new ApiError(message, { code: extensions.code, requestId: extensions.requestId ?? requestId });
}

// `crypto.randomUUID` is not there on a page that was loaded over plain HTTP from another machine.
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
