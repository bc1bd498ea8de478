import type { WireRequest } from '../wire/request';

/**
 * A call's parameters: those of the query, and over them those of the body, a form or a JSON object (portals.md, D).
 * A body that is neither has none.
 */
export function paramsOf(request: WireRequest): ReadonlyMap<string, string> {
  return new Map([...request.query, ...bodyParams(request)]);
}

function bodyParams({ body, headers }: WireRequest): Iterable<readonly [string, string]> {
  if (body === '') return [];
  const looksLikeJson = (headers['content-type'] ?? '').includes('json') || body.startsWith('{');
  return looksLikeJson ? jsonParams(body) : new URLSearchParams(body);
}

function jsonParams(body: string): readonly (readonly [string, string])[] {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return [];
    return Object.entries(parsed).map(([key, value]) => [key, value === null ? '' : String(value)]);
  } catch {
    return [];
  }
}
