import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assetsFolder } from './assets-folder';
import type { SignInOffer } from './sign-in-offer';

/** What the console of this deployment is told. */
export interface ConsoleOptions {
  /** How its users sign in; asked at each visit. */
  readonly signIn: () => Promise<SignInOffer>;
  /** Origins of the identity provider, which the page may call beside its own. */
  readonly providerOrigins?: readonly string[];
  /** Where people reach the page, when a proxy in between asks for it by another host. */
  readonly publicUrl?: string | undefined;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The addresses of the screens: each is answered with the page, which shows the screen. */
const ADDRESSES = [
  '/',
  '/sign-in',
  '/drivers',
  '/drivers/*',
  '/approvals',
  '/runs',
  '/runs/*',
  '/turn-on',
  '/activity',
  '/settings',
];

/** The compressed forms, the smallest first: ending of the file, and name of the coding. */
const CODINGS = [
  ['.br', 'br'],
  ['.gz', 'gzip'],
] as const;

/**
 * Adds the console: its page at the address of each screen, what the page loads below `/console/`. Everything is read once,
 * here, and served from memory; a file that is not there is nobody's route. Throws when the assets are missing. Browsers ask
 * each time whether the page is still the same, so that a deployment is seen at once; the other files have a digest in their
 * names and are kept. The page holds no data and no secret: it needs no token.
 */
export function serveConsole(fastify: FastifyInstance, options: ConsoleOptions): void {
  const { providerOrigins = [], publicUrl } = options;
  const published = publicUrl === undefined ? [] : [new URL(publicUrl).origin.replace(/^http/, 'ws')];
  const policy = (request: FastifyRequest): string =>
    policyWith([...new Set([...socketOf(request), ...published]), ...providerOrigins]);
  for (const asset of readAssets()) {
    const urls = asset.name === 'index.html' ? ADDRESSES : [`/console/${asset.name}`];
    for (const url of urls)
      fastify.get(url, (request, reply) => send(asset, policy(request), request, reply));
  }
  fastify.get('/console/sign-in.json', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
    return options.signIn();
  });
}

/**
 * Only files of ours, the API beside them, and nothing that a text could smuggle in: no inline script or style, no frame, no
 * form that is sent anywhere, and no way for a script to make elements out of text.
 */
function policyWith(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    ["connect-src 'self'", ...origins].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/**
 * The WebSocket of the host that the page was asked from: not every browser takes 'self' for it. `ws:` allows `wss:` as well,
 * so it is right behind a proxy that ends TLS. A host that is none, or that the policy has no form for, is left out.
 */
function socketOf({ host, protocol }: FastifyRequest): readonly string[] {
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(host)) return [];
  return [`${protocol === 'https' ? 'wss' : 'ws'}://${host}`];
}

interface Asset {
  readonly name: string;
  readonly contentType: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly body: Buffer;
  /** By the coding's name, the smallest first. */
  readonly compressed: ReadonlyMap<string, Buffer>;
}

function readAssets(): readonly Asset[] {
  const folder = assetsFolder();
  return readdirSync(folder).flatMap((name) => {
    const contentType = CONTENT_TYPES[path.extname(name)];
    return contentType === undefined ? [] : [readAsset(folder, name, contentType)];
  });
}

function readAsset(folder: string, name: string, contentType: string): Asset {
  const body = readFileSync(path.join(folder, name));
  const compressed = CODINGS.flatMap(([ending, coding]): [string, Buffer][] => {
    const file = path.join(folder, name + ending);
    return existsSync(file) ? [[coding, readFileSync(file)]] : [];
  });
  return {
    name,
    contentType,
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 27),
    cacheControl: name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
    body,
    compressed: new Map(compressed),
  };
}

function send(asset: Asset, policy: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const accepted = acceptedCodings(request.headers['accept-encoding']);
  const coding = [...asset.compressed.keys()].find((one) => accepted.has(one));
  const body = coding === undefined ? asset.body : (asset.compressed.get(coding) ?? asset.body);
  // Each form is an answer of its own, which a cache must not confuse.
  const etag = `"${asset.etag}${coding === undefined ? '' : `-${coding}`}"`;
  reply.headers({
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cache-control': asset.cacheControl,
    vary: 'Accept-Encoding',
    etag,
  });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  if (coding !== undefined) void reply.header('content-encoding', coding);
  return reply.header('content-type', asset.contentType).send(body);
}

/** The codings that a client takes; those with a weight of zero it does not. */
function acceptedCodings(header: string | string[] | undefined): ReadonlySet<string> {
  const parts = String(header ?? '').split(',');
  return new Set(
    parts.flatMap((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name];
    }),
  );
}
