import { GraphQLError } from 'graphql';

/** Errors that the API raises itself, with the HTTP status of those that refuse a request before it runs. */
const STATUS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  AUTHENTICATION_UNAVAILABLE: 503,
  DOCUMENT_TOO_LARGE: 400,
  DOCUMENT_TOO_DEEP: 400,
  TOO_MANY_ALIASES: 400,
  TOO_MANY_DIRECTIVES: 400,
  TOO_MANY_REPETITIONS: 400,
  TOO_MANY_ROOT_FIELDS: 400,
  COST_LIMIT_EXCEEDED: 400,
  INTROSPECTION_DISABLED: 400,
  DOCUMENT_NOT_TRUSTED: 400,
  INVALID_TEXT: 400,
  VARIABLES_TOO_DEEP: 400,
  OPERATION_NOT_FOUND: 400,
  SUBSCRIPTION_NEEDS_STREAM: 400,
  BATCHING_NOT_SUPPORTED: 400,
  GET_NEEDS_HEADER: 400,
  TOO_MANY_OPERATIONS: 429,
  IDEMPOTENCY_KEY_INVALID: 400,
  IDEMPOTENCY_KEY_REUSED: 422,
  IDEMPOTENCY_IN_PROGRESS: 409,
  OUTCOME_UNKNOWN: 409,
  // Raised by a resolver: the rest of the answer stands.
  INVALID_CURSOR: undefined,
  INVALID_PAGE_SIZE: undefined,
  TOO_MANY_IDS: undefined,
  TOO_MANY_INPUTS: undefined,
  TOO_MANY_BUCKETS: undefined,
  ONE_KEY_NEEDED: undefined,
  TEXT_TOO_LONG: undefined,
  CURSOR_EXPIRED: undefined,
  NOT_FOUND: undefined,
} as const satisfies Readonly<Record<string, number | undefined>>;

export type ApiErrorCode = keyof typeof STATUS;

/** What goes along with an error, besides its code. `retryAfterMs` becomes the header Retry-After over HTTP. */
export interface ApiErrorDetails {
  readonly retryAfterMs?: number;
  readonly [name: string]: string | number | readonly string[] | undefined;
}

/** An error for the caller: its message and its details are shown as they are. */
export function apiError(code: ApiErrorCode, message: string, details: ApiErrorDetails = {}): GraphQLError {
  const { retryAfterMs, ...shown } = details;
  const seconds = retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(retryAfterMs / 1000));
  const status = STATUS[code];
  return new GraphQLError(message, {
    extensions: {
      code,
      ...shown,
      ...(seconds !== undefined && { retryAfterSeconds: seconds }),
      ...(status !== undefined && { http: { status, headers: headersOf(seconds) } }),
    },
  });
}

/** Whether a code is one of ours: what has another one is shown only when GraphQL itself made it. */
export function isApiErrorCode(code: unknown): code is ApiErrorCode {
  return typeof code === 'string' && Object.hasOwn(STATUS, code);
}

function headersOf(retryAfterSeconds: number | undefined): ReadonlyMap<string, string> {
  return new Map(retryAfterSeconds === undefined ? [] : [['retry-after', String(retryAfterSeconds)]]);
}
