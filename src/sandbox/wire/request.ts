import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What a portal sees of one HTTP call. `signal` fires when the portal stops; a caller that hangs up does not fire it. */
export interface WireRequest {
  readonly method: string;
  /** The request target as it was sent, query included. */
  readonly target: string;
  readonly segments: PathSegments;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** The path, split at its slashes before decoding, so that an encoded slash stays inside its segment; null: malformed. */
export type PathSegments = readonly string[] | null;

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** Reads one call whole. Resolves to null when its body is larger than ten megabytes or breaks off. */
export async function readRequest(
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<WireRequest | null> {
  const body = await readBody(incoming);
  if (body === null) return null;
  const target = incoming.url ?? '/';
  const queryStart = target.indexOf('?');
  const path = queryStart === -1 ? target : target.slice(0, queryStart);
  return {
    method: incoming.method ?? 'GET',
    target,
    segments: splitPath(path),
    query: new URLSearchParams(queryStart === -1 ? '' : target.slice(queryStart + 1)),
    headers: incoming.headers,
    body,
    signal,
  };
}

/** Splits a raw path into decoded segments, leaving out empty ones; null when an escape is malformed. */
export function splitPath(path: string): PathSegments {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => decodeURIComponent(segment));
  } catch {
    return null;
  }
}

function readBody(incoming: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) resolve(null);
      else chunks.push(chunk);
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    incoming.on('error', () => resolve(null));
    incoming.on('close', () => resolve(null));
  });
}
