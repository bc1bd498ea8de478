import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Only files of ours, the API beside them, and nothing that a text could smuggle in: no inline script or style, no frame, no
 * form that is sent anywhere, and no way for a script to make elements out of text.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  // Not every browser takes 'self' for the WebSocket of the same host.
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/**
 * Adds the console: its page at `/`, what the page loads below `/console/`. Everything is read once, here, and served from
 * memory; a file that is not there is nobody's route. Throws when the assets are missing. Browsers ask each time whether a
 * file is still the same, so that a deployment is seen at once. The page holds no data and no secret: it needs no token.
 */
export function serveConsole(fastify: FastifyInstance): void {
  for (const asset of readAssets()) {
    const url = asset.name === 'index.html' ? '/' : `/console/${asset.name}`;
    fastify.get(url, (request, reply) => send(asset, request, reply));
  }
}

interface Asset {
  readonly name: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly etag: string;
}

function readAssets(): readonly Asset[] {
  const folder = assetsFolder();
  return readdirSync(folder).flatMap((name) => {
    const contentType = CONTENT_TYPES[path.extname(name)];
    if (contentType === undefined) return [];
    const body = readFileSync(path.join(folder, name));
    const digest = createHash('sha256').update(body).digest('base64url').slice(0, 27);
    return [{ name, contentType, body, etag: `"${digest}"` }];
  });
}

/** The compiler leaves the assets where they are: compiled, this file runs from `dist/console`, two levels below the project. */
function assetsFolder(): string {
  const candidates = [path.join(__dirname, 'assets'), path.join(__dirname, '../../src/console/assets')];
  const folder = candidates.find((candidate) => existsSync(path.join(candidate, 'index.html')));
  if (folder === undefined)
    throw new Error(`The console has no assets: looked for ${candidates.join(' and ')}`);
  return folder;
}

function send(asset: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
    etag: asset.etag,
  });
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
  return reply.header('content-type', asset.contentType).send(asset.body);
}
