import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorMessage } from './error-code';
import type { Logger } from './logger';
import type { Metrics } from './metrics';

/** Something that has to work before traffic may come. Rejects when it does not. */
export interface Readiness {
  readonly name: string;
  check(): Promise<void>;
}

/** What the probes answer from. */
export interface ProbeServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly readiness: readonly Readiness[];
  readonly logger: Logger;
}

/** A listening server. */
export interface ProbeServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Takes no more requests and resolves when the port is free. */
  close(): Promise<void>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** An answer about readiness is good for so long: however often it is asked for, the database is asked once a second. */
const READINESS_LASTS_MS = 1_000;

/**
 * `/livez`, `/readyz` and `/metrics` on a port of their own: for a process that only works, and for an operator who keeps them
 * from the public one. `/livez`: the process answers. `/readyz`: what it needs works, by name, with 503 when something does not.
 * None needs a token, and none tells more. Rejects when the port cannot be had.
 */
export async function startProbeServer(options: ProbeServerOptions): Promise<ProbeServer> {
  const readiness = createReadiness(options.readiness);
  const server = createServer((request, response) => {
    answer(request, response, options, readiness).catch((error: unknown) => {
      options.logger.warn({ reason: errorMessage(error) }, 'a probe was not answered');
      response.destroy();
    });
  });
  // A probe that sends nothing holds no connection for long.
  server.requestTimeout = 5_000;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { address, port, family } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
  { metrics }: ProbeServerOptions,
  readiness: () => Promise<ReadinessReport>,
): Promise<void> {
  const path = url.split('?')[0];
  if (method !== 'GET' && method !== 'HEAD') return send(response, 405, { error: 'give GET' });
  switch (path) {
    case '/livez':
      return send(response, 200, { status: 'ok' });
    case '/readyz': {
      const report = await readiness();
      return send(response, report.status === 'ok' ? 200 : 503, report);
    }
    case '/metrics':
      response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
      return;
    default:
      return send(response, 404, { error: 'there are /livez, /readyz and /metrics' });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

interface ReadinessReport {
  readonly status: 'ok' | 'unavailable';
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

function createReadiness(checks: readonly Readiness[]): () => Promise<ReadinessReport> {
  let latest: Promise<ReadinessReport> | undefined;
  let askedAt = 0;
  return () => {
    const now = performance.now();
    if (latest === undefined || now - askedAt > READINESS_LASTS_MS) {
      askedAt = now;
      latest = lookAt(checks);
    }
    return latest;
  };
}

/** Each check's name, and whether it holds now; one that does not answer within two seconds does not. */
export async function readinessNow(
  checks: readonly Readiness[],
): Promise<readonly (readonly [string, boolean])[]> {
  return Promise.all(checks.map(async (one) => [one.name, (await outcomeOf(one)) === 'ok'] as const));
}

async function lookAt(checks: readonly Readiness[]): Promise<ReadinessReport> {
  const results = await Promise.all(checks.map(async (one) => [one.name, await outcomeOf(one)] as const));
  const isReady = results.every(([, outcome]) => outcome === 'ok');
  return { status: isReady ? 'ok' : 'unavailable', checks: Object.fromEntries(results) };
}

async function outcomeOf({ check }: Readiness): Promise<'ok' | 'failed'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'failed'>((resolve) => {
    timer = setTimeout(() => resolve('failed'), CHECK_TIMEOUT_MS);
  });
  const outcome = check().then(
    () => 'ok' as const,
    () => 'failed' as const,
  );
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}
