import { createHash } from 'node:crypto';
import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import type { IdempotencyKey, IdempotentAnswers } from '../../gateway/idempotent-answers';
import { apiError } from '../answers/api-error';
import type { Identity } from './auth';
import { loggableError } from '../answers/loggable-error';

/** Longer than a portal call may take: a request that has given no answer by then has died. */
const IN_PROGRESS_MS = 120_000;

export interface KeyedRequest {
  readonly identity: Identity;
  /** As it was sent: a header, or an extension of any type. */
  readonly key: unknown;
  readonly source: string;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** With several, one may have been done before another failed. */
  readonly rootFields: number;
}

/** What to do with a request that carries a key. */
export type Keyed =
  | { readonly kind: 'refused'; readonly error: GraphQLError }
  | { readonly kind: 'replay'; readonly result: FormattedExecutionResult }
  /** Run it, and tell what came of it. */
  | { readonly kind: 'run'; finish(result: FormattedExecutionResult): Promise<void> };

export interface Idempotency {
  begin(request: KeyedRequest): Promise<Keyed>;
}

/**
 * The same key and the same request give the first answer again; another request under the same key is refused. A request that
 * died half way is never run again: nobody knows how far it came.
 */
export function createIdempotency(answers: IdempotentAnswers, clock: Clock, logger: Logger): Idempotency {
  // The request was carried out: that its answer cannot be kept is not its fault. From then on, its key stands for a request
  // that died.
  const tell = (error: unknown) =>
    logger.error({ error: loggableError(error) }, 'answer could not be kept under its idempotency key');
  return {
    async begin(request) {
      const { key, identity } = request;
      if (!isKey(key)) return { kind: 'refused', error: invalidKey() };
      const id = { account: identity.account, userId: identity.userId, key };
      const digest = digestOf(request);
      const claim = await answers.claim(id, digest);
      if (claim.state === 'new') {
        return { kind: 'run', finish: (result) => finish(answers, id, request, result).catch(tell) };
      }
      if (claim.digest !== digest) return refuse('IDEMPOTENCY_KEY_REUSED', REUSED);
      if (claim.state === 'answered') {
        // Stored by `finish`, in this shape.
        return { kind: 'replay', result: claim.answer as FormattedExecutionResult };
      }
      return clock.now() - claim.since < IN_PROGRESS_MS
        ? refuse('IDEMPOTENCY_IN_PROGRESS', 'The same request is being worked on.', 1_000)
        : refuse('OUTCOME_UNKNOWN', DIED);
    },
  };
}

function isKey(key: unknown): key is string {
  return typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key);
}

export function invalidKey(): GraphQLError {
  return apiError(
    'IDEMPOTENCY_KEY_INVALID',
    'An Idempotency-Key is 1 to 200 printable ASCII characters without spaces.',
  );
}

const REUSED = 'This Idempotency-Key was used for another request. A new request needs a new key.';
const DIED =
  'The first request with this Idempotency-Key was interrupted. Look whether its change was made; then use a new key.';

function refuse(code: Parameters<typeof apiError>[0], message: string, retryAfterMs?: number): Keyed {
  return {
    kind: 'refused',
    error: apiError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

async function finish(
  answers: IdempotentAnswers,
  id: IdempotencyKey,
  request: KeyedRequest,
  result: FormattedExecutionResult,
): Promise<void> {
  if (nothingWasDone(request, result)) return answers.release(id);
  const { data, errors } = result;
  return answers.store(id, { ...(errors && { errors }), ...(data !== undefined && { data }) });
}

/** An error whose code says that nothing was changed: the request may be tried again under its key. */
function nothingWasDone(request: KeyedRequest, { data, errors = [] }: FormattedExecutionResult): boolean {
  const isUncertain = errors.some(({ extensions }) =>
    ['OUTCOME_UNKNOWN', 'INTERNAL_SERVER_ERROR', 'DATABASE_TIMEOUT', 'DATABASE_UNAVAILABLE'].includes(
      String(extensions?.['code']),
    ),
  );
  return data == null && errors.length > 0 && !isUncertain && request.rootFields === 1;
}

function digestOf({ source, operationName, variables }: KeyedRequest): string {
  const text = JSON.stringify([source, operationName ?? null, sorted(variables)]);
  return createHash('sha256').update(text).digest('base64url');
}

/** The same object, whatever the order of its keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
