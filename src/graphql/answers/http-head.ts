import { GraphQLError } from 'graphql';

/** Status and headers that errors ask for. */
export interface HttpHead {
  /** Undefined: 200, and 400 for a request that could not run. */
  readonly status: number | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Nothing is asked for. */
export const NO_HEAD: HttpHead = { status: undefined, headers: [] };

/**
 * What errors say about the HTTP answer, by `extensions.http`; the last one wins. Without such an error: 400 when nothing could
 * run (`isRequestError`), as GraphQL over HTTP says.
 */
export function httpHeadOf(errors: readonly unknown[], isRequestError: boolean): HttpHead {
  let status: number | undefined = isRequestError ? 400 : undefined;
  const headers: (readonly [string, string])[] = [];
  for (const error of errors) {
    const http = error instanceof GraphQLError ? error.extensions['http'] : undefined;
    if (!isHead(http)) continue;
    status = http.status;
    headers.push(...http.headers);
  }
  return { status, headers };
}

/** As `apiError` sets it. */
function isHead(
  http: unknown,
): http is { readonly status: number; readonly headers: ReadonlyMap<string, string> } {
  return typeof http === 'object' && http !== null && 'status' in http && 'headers' in http;
}
