import type { WireRequest } from './request';

/**
 * Whether a call may change things through a portal's page or its control API: it comes from the page itself, or from
 * no browser at all. A page of another site, in the same browser, can post forms here; its browser says so in
 * `Sec-Fetch-Site` or `Origin`.
 */
export function comesFromHere(request: WireRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.headers.origin;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.host;
}
