import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What a portal sees of one HTTP call. `signal` fires when the portal stops; a caller that hangs up does not fire it. */
export interface WireRequest {
  readonly method: string;
  /** The request target as it was sent, query included. */
  readonly target: string;
  /** The path, split at its slashes before decoding, so that an encoded slash stays inside its segment. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly signal: AbortSignal;
}

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** A call that cannot be read: its body breaks off or is larger than ten megabytes, or its path has a bad escape. */
export type Unreadable = 'broken' | 'bad-path';

/** Reads one call whole. */
export async function readRequest(
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<WireRequest | Unreadable> {
  const body = await readBody(incoming);
  if (body === null) return 'broken';
  const target = incoming.url ?? '/';
  const queryStart = target.indexOf('?');
  const segments = splitPath(queryStart === -1 ? target : target.slice(0, queryStart));
  if (segments === null) return 'bad-path';
  return {
    method: incoming.method ?? 'GET',
    target,
    segments,
    query: new URLSearchParams(queryStart === -1 ? '' : target.slice(queryStart + 1)),
    headers: incoming.headers,
    body,
    signal,
  };
}

function splitPath(path: string): readonly string[] | null {
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
