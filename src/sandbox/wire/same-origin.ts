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

/**
 * Whether a call was meant for this machine. A page of another site can have its own name resolved to 127.0.0.1 (DNS rebinding):
 * to the browser it then calls its own origin, and only the Host header tells. A portal that listens on other addresses as well
 * has names that it cannot know.
 */
export function isForHost(listensOn: string, asked: string | undefined): boolean {
  if (!isLoopback(listensOn)) return true;
  const url = `http://${asked ?? ''}`;
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || name === '[::1]' || /^127(\.\d+){3}$/.test(name);
}
