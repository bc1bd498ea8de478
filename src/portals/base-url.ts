import type { PortalName } from '../driver/ports/portal-error';

/** A portal's base URL, taken apart. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What every call's path begins with; without a slash at the end, `''` for none. */
  readonly path: string;
}

/** Throws a `TypeError` for anything but a plain http or https URL: what else stands in it would get into logs, or be lost. */
export function parseBaseUrl(portal: PortalName, text: string): BaseUrl {
  if (!URL.canParse(text)) throw new TypeError(`The base URL of ${portal} is not a URL`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`The base URL of ${portal} has to begin with https:// or http://`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError(`The base URL of ${portal} may hold no credentials, query or fragment`);
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}
