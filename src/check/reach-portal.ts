import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { errorCode, errorMessage } from '../platform/error-code';
import { proxyOf, type ProxyInUse } from '../portals/proxy-of';

/** A step on the way to a portal: what it brought, or why it failed. */
export type Step<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'skipped' };

/** A certificate as it was shown. */
export interface ShownCertificate {
  readonly issuer: string;
  /** Epoch ms. */
  readonly validTo: number;
  readonly names: string;
  /** Node's code for why it is not trusted; null when it is. */
  readonly refusal: string | null;
}

/** How far the way to a portal leads. */
export interface Way {
  /** Host and port of the portal. */
  readonly place: string;
  readonly host: string;
  readonly isHttps: boolean;
  readonly proxy: ProxyInUse | null;
  /** The addresses of the name: the portal's, or the proxy's where there is one, which looks up the portal's. */
  readonly name: Step<string>;
  readonly connection: Step<null>;
  /** Through the proxy; skipped without one. */
  readonly tunnel: Step<null>;
  /** Skipped for `http:`. */
  readonly certificate: Step<ShownCertificate>;
  /** Whether a server that is to be spoken to over `http:` speaks TLS; null for `https:`. */
  readonly speaksTls: boolean | null;
}

type Env = Readonly<Record<string, string | undefined>>;

/** How long each step may take. */
const WITHIN_MS = 10_000;
/** A server that does not speak TLS may say nothing to a greeting in it. */
const TLS_WITHIN_MS = 2_000;

/**
 * Goes the way to a portal step by step, as the connectors do: name, connection, proxy, TLS. Sends nothing of the account. Never
 * rejects; a step after a failed one is skipped.
 */
export async function reachPortal(baseUrl: string, env: Env): Promise<Way> {
  const url = new URL(baseUrl);
  const isHttps = url.protocol === 'https:';
  const host = plainHost(url);
  const port = portOf(url);
  const place = `${url.hostname}:${port}`;
  const proxy = proxyOf(baseUrl, env);
  const hop = proxy?.url ?? url;
  const name = await step(async () => (await lookup(plainHost(hop))).address);
  const connection = name.kind === 'done' ? await step(() => tryConnection(hop)) : SKIPPED;
  const tunnel =
    connection.kind !== 'done' || proxy === null
      ? SKIPPED
      : await step(async () => closed(await open(proxy, place)));
  const isOpen = connection.kind === 'done' && tunnel.kind !== 'failed';
  const certificate =
    isOpen && isHttps ? await step(async () => shownBy(await socketTo(url, proxy), host)) : SKIPPED;
  const speaksTls = isOpen && !isHttps ? await greetsInTls(await socketTo(url, proxy), host) : null;
  return { place, host, isHttps, proxy, name, connection, tunnel, certificate, speaksTls };
}

const SKIPPED = { kind: 'skipped' } as const;
const plainHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);

async function step<Value>(take: () => Promise<Value>): Promise<Step<Value>> {
  try {
    return { kind: 'done', value: await take() };
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError')
      return { kind: 'failed', code: 'no answer in time' };
    return { kind: 'failed', code: errorCode(error) ?? errorMessage(error) };
  }
}

async function tryConnection(hop: URL): Promise<null> {
  return closed(await connected(connectTcp({ host: plainHost(hop), port: portOf(hop) })));
}

async function connected(socket: Socket, event = 'connect', withinMs = WITHIN_MS): Promise<Socket> {
  try {
    await once(socket, event, { signal: AbortSignal.timeout(withinMs) });
    // What breaks from here on, breaks the step that uses it.
    return socket.on('error', () => undefined);
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  }
}

function closed(socket: Socket): null {
  socket.destroy();
  return null;
}

function socketTo(url: URL, proxy: ProxyInUse | null): Promise<Socket> {
  if (proxy !== null) return open(proxy, `${url.hostname}:${portOf(url)}`);
  return connected(connectTcp({ host: plainHost(url), port: portOf(url) }));
}

/** Rejects with the proxy's status, when it does not open the tunnel. */
async function open({ url }: ProxyInUse, place: string): Promise<Socket> {
  const host = plainHost(url);
  const socket =
    url.protocol === 'https:'
      ? await connected(connectTls({ host, port: portOf(url), ...serverName(host) }), 'secureConnect')
      : await connected(connectTcp({ host, port: portOf(url) }));
  const secret = decodeURIComponent(url.username) + ':' + decodeURIComponent(url.password);
  const headers =
    url.username === '' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(secret).toString('base64')}` };
  const request = httpRequest({ method: 'CONNECT', path: place, headers, createConnection: () => socket });
  return new Promise((resolve, reject) => {
    request.setTimeout(WITHIN_MS, () => request.destroy(new Error('no answer in time')));
    request.once('error', reject);
    request.once('connect', ({ statusCode }, tunnel: Socket) => {
      if (statusCode === 200) return resolve(tunnel.on('error', () => undefined));
      tunnel.destroy();
      reject(new Error(`it answered ${statusCode ?? 'nothing'}`));
    });
    request.once('response', ({ statusCode }) => {
      request.destroy();
      reject(new Error(`it answered ${statusCode ?? 'nothing'}`));
    });
    request.end();
  });
}

/** An address is no name to ask a server for. */
const serverName = (host: string): { readonly servername?: string } =>
  isIP(host) === 0 ? { servername: host } : {};

async function shownBy(socket: Socket, host: string): Promise<ShownCertificate> {
  const tls = connectTls({ socket, host, ...serverName(host), rejectUnauthorized: false });
  try {
    await connected(tls, 'secureConnect');
    const { issuer, valid_to: validTo, subjectaltname } = tls.getPeerCertificate();
    return {
      issuer: lineOf([issuer.O ?? issuer.CN ?? 'an unnamed authority'].flat().join(', ')),
      validTo: Date.parse(validTo),
      names: lineOf((subjectaltname ?? '').replace(/\b(DNS|IP Address):/g, '')),
      // Node's types say Error; what is there is the reason's code.
      refusal: tls.authorized ? null : String(tls.authorizationError),
    };
  } finally {
    tls.destroy();
    socket.destroy();
  }
}

async function greetsInTls(socket: Socket, host: string): Promise<boolean> {
  const tls = connectTls({ socket, host, ...serverName(host), rejectUnauthorized: false });
  try {
    await connected(tls, 'secureConnect', TLS_WITHIN_MS);
    return true;
  } catch {
    return false;
  } finally {
    tls.destroy();
    socket.destroy();
  }
}

/** A certificate's text on one line, and short: its holder may write anything into it. */
const lineOf = (text: string): string =>
  text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 120);
