import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { PortalError } from '../../driver/ports/portal-error';
import { DatabaseFailure } from '../../gateway/database-failure';
import { isApiErrorCode } from './api-error';
import { describePortalError } from './portal-error-codes';

/** What a caller gets to see of an error, and whether it was one that nobody foresaw and the log should have. */
export interface PublicError {
  readonly formatted: GraphQLFormattedError;
  readonly unexpected: unknown;
  /** The portal's failure behind it: its cause is for operators, not for callers. */
  readonly portalError: PortalError | undefined;
}

export interface PublicErrorOptions {
  readonly requestId: string;
  /** Without introspection, a mistyped field must not tell what the right ones are. */
  readonly hideSuggestions: boolean;
}

const MASKED = 'Something went wrong here. It has been logged; the request id helps to find it.';

const NO_PERSISTED_QUERIES =
  'Send the text of the operation in "query": documents are not kept by their hash here.';

/**
 * The only way for an error to leave the API, over any transport. Foreseen ones keep code and message, GraphQL's own tell what
 * is wrong with the document, a portal's go through their table; all others are masked.
 */
export function toPublicError(error: unknown, options: PublicErrorOptions): PublicError {
  const located = error instanceof GraphQLError ? error : undefined;
  const cause = causeOf(error);
  const where = {
    ...(located?.locations !== undefined && { locations: located.locations }),
    ...(located?.path !== undefined && { path: located.path }),
  };
  const show = (message: string, extensions: Readonly<Record<string, unknown>>): PublicError => ({
    formatted: { message, ...where, extensions: { ...extensions, requestId: options.requestId } },
    unexpected: undefined,
    portalError: undefined,
  });
  if (cause instanceof PortalError) {
    const { message, extensions } = describePortalError(cause);
    return { ...show(message, extensions), portalError: cause };
  }
  if (cause instanceof DatabaseFailure) return show(cause.message, { code: cause.code });
  const shorten = options.hideSuggestions ? withoutSuggestion : (message: string) => message;
  if (located && isAboutVariables(located)) return show(shorten(located.message), { code: 'BAD_USER_INPUT' });
  if (cause instanceof GraphQLError) {
    const { http: _http, stacktrace: _stacktrace, ...extensions } = cause.extensions;
    if (isApiErrorCode(extensions['code'])) return show(cause.message, extensions);
    const code = requestCodeOf(located, cause);
    if (code === 'PERSISTED_QUERY_NOT_SUPPORTED') return show(NO_PERSISTED_QUERIES, { code });
    if (code !== undefined) return show(shorten(cause.message), { code });
  }
  return { ...show(MASKED, { code: 'INTERNAL_SERVER_ERROR' }), unexpected: cause };
}

/** GraphQL wraps what a resolver threw, Apollo wraps what GraphQL made: the innermost is what happened. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

// Codes that Apollo or the pipeline give to errors of graphql-js: all about the request, none about us.
const REQUEST_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

function requestCodeOf(outermost: GraphQLError | undefined, cause: GraphQLError): string | undefined {
  if (cause.message.startsWith('Syntax Error: Document contains more')) return 'DOCUMENT_TOO_LARGE';
  if (cause.message.startsWith('Syntax Error')) return 'GRAPHQL_PARSE_FAILED';
  const codes = [outermost?.extensions['code'], cause.extensions['code']];
  const known = codes.find((code) => typeof code === 'string' && REQUEST_CODES.has(code));
  return typeof known === 'string' ? known : undefined;
}

/** Variables that do not fit their types: raised by graphql-js before anything runs, so without a path. It quotes what was sent. */
function isAboutVariables({ path, nodes, extensions }: GraphQLError): boolean {
  const { code = 'BAD_USER_INPUT' } = extensions; // Apollo's; validation has another for variables that are not used
  const isAtVariable = nodes?.some(({ kind }) => kind === Kind.VARIABLE_DEFINITION) === true;
  return path === undefined && code === 'BAD_USER_INPUT' && isAtVariable;
}

function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean .*$/s, '');
}
