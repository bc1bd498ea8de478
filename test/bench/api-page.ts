import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { Pool } from 'undici';
import type { DriverView } from '../../src/gateway/views/driver-view';
import { driverKey, gpsId } from '../../src/driver/ids';
import { startApi } from '../graphql/support/api-fixture';
import { forkTypeScript } from '../support/run-typescript';
import { startMemoryApi } from './support/memory-api';

/**
 * Pages of 50 drivers with seven GPS and three Driveri fields, in requests a second over 20 connections, beside Apollo Server
 * answering the same shape from memory, in one run:
 *
 *     node -r ./test/support/register-typescript.cjs test/bench/api-page.ts
 *
 * Each server is a process of its own; they are measured in turn, several times, so that a busy machine is busy for all.
 * `--cpu-prof` of a server: `BENCH_PROFILE=<directory>`.
 */
const CONNECTIONS = 20;
const ROUNDS = 5;
const ROUND_MS = 2_000;
const DRIVERS = 50;

const PAGE = `{ drivers(first: ${DRIVERS}) { nodes { id
  gps { gpsId firstName lastName email phone referenceId observedAt }
  driveri { driverId status observedAt } } } }`;

const SERVERS = {
  apollo: startApollo,
  memory: startOnMemory,
  embedded: startOnDatabase,
} as const;

type Name = keyof typeof SERVERS;

const LABELS: Readonly<Record<Name, string>> = {
  apollo: 'Apollo Server, from memory',
  memory: 'gateway, from memory',
  embedded: 'gateway, embedded database',
};

interface Address {
  readonly url: string;
  readonly authorization: string;
}

async function startApollo(): Promise<Address> {
  const nodes = Array.from({ length: DRIVERS }, (_, n) => {
    const view = viewOf(n);
    const shown = (part: { readonly observedAt: number }) => ({
      ...part,
      observedAt: new Date(part.observedAt).toISOString(),
    });
    return {
      id: `driver-${n}`,
      gps: view.gps && shown(view.gps),
      driveri: view.driveri && shown(view.driveri),
    };
  });
  const server = new ApolloServer({
    typeDefs: `
      type Gps { gpsId: ID! firstName: String lastName: String email: String phone: String referenceId: String observedAt: String! }
      type Driveri { driverId: String! status: String! observedAt: String! }
      type Driver { id: ID! gps: Gps driveri: Driveri }
      type Drivers { nodes: [Driver!]! }
      type Query { drivers(first: Int): Drivers! }`,
    resolvers: { Query: { drivers: async () => ({ nodes }) } },
    // As the gateway does: it takes half of Apollo's throughput.
    plugins: [ApolloServerPluginCacheControlDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { url: url.replace(/\/$/, ''), authorization: '' };
}

async function startOnMemory(): Promise<Address> {
  const drivers = Array.from({ length: DRIVERS }, (_, n) => viewOf(n));
  const page = {
    rows: drivers.map((driver) => ({ driver, position: { value: driver.fullName, key: driver.key } })),
    hasBefore: false,
    hasAfter: true,
  };
  const api = await startMemoryApi({ drivers: async () => page });
  return { url: `${api.url}/graphql`, authorization: `Bearer ${await api.token()}` };
}

async function startOnDatabase(): Promise<Address> {
  const limits = { requestsPerMinute: 1e9, requestBurst: 1e9 };
  const api = await startApi({ drivers: 10_000, server: { limits } });
  return { url: `${api.url}/graphql`, authorization: `Bearer ${await api.token()}` };
}

function viewOf(n: number): DriverView {
  const name = randomBytes(4).toString('hex');
  const observedAt = Date.UTC(2026, 10, 23) + n;
  return {
    key: driverKey(`acme-${n}`),
    version: 'v1',
    presence: 'BOTH',
    fullName: `Ana ${name}`,
    gps: {
      gpsId: gpsId(`g${n}`),
      firstName: 'Ana',
      lastName: name,
      email: `${name}@example.com`,
      phone: '5550000000',
      timeZone: 'US/Arizona',
      referenceId: `R-${n}`,
      driveriDriverId: `D-${n}`,
      groups: ['North'],
      observedAt,
    },
    driveri: {
      driverId: `D-${n}`,
      firstName: 'Ana',
      lastName: name,
      email: `${name}@example.com`,
      userName: null,
      mobileApp: true,
      group: 'North',
      status: 'Active',
      active: true,
      updatedAt: observedAt,
      observedAt,
    },
    sync: {
      status: 'IN_SYNC',
      differences: [],
      pendingSince: null,
      lastSyncedAt: observedAt,
      attempts: 0,
      nextAttemptAt: null,
      problem: null,
    },
  };
}

interface Running extends Address {
  readonly pool: Pool;
  readonly rates: number[];
  readonly latencies: number[];
  stop(): void;
}

async function start(name: Name): Promise<Running> {
  const child = forkTypeScript('test/bench/api-page.ts');
  const address = await new Promise<Address>((resolve) => {
    child.once('message', (message) => resolve(message as Address));
    child.send(name);
  });
  const pool = new Pool(new URL(address.url).origin, { connections: CONNECTIONS, pipelining: 1 });
  const stop = (): void => {
    void pool.close();
    // Profiles are written when a process ends by itself.
    child.send('stop');
  };
  return { ...address, pool, rates: [], latencies: [], stop };
}

async function measure(server: Running, forMs: number): Promise<void> {
  const { pool, url, authorization } = server;
  const body = JSON.stringify({ query: PAGE });
  const path = new URL(url).pathname;
  const headers = { 'content-type': 'application/json', authorization };
  const startedAt = performance.now();
  let done = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - startedAt < forMs) {
      const askedAt = performance.now();
      const response = await pool.request({ path, method: 'POST', headers, body });
      const text = await response.body.text();
      if (response.statusCode !== 200 || text.length < 5_000) throw new Error(text.slice(0, 200));
      server.latencies.push(performance.now() - askedAt);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  server.rates.push((done * 1_000) / (performance.now() - startedAt));
}

const median = (values: readonly number[], part = 0.5): number =>
  [...values].sort((a, b) => a - b)[Math.floor(part * values.length)] ?? 0;

async function main(): Promise<void> {
  const names = Object.keys(SERVERS) as Name[]; // its own keys
  const servers = new Map<Name, Running>();
  for (const name of names) servers.set(name, await start(name));
  for (const server of servers.values()) {
    await measure(server, ROUND_MS);
    server.rates.length = 0;
    server.latencies.length = 0;
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const server of servers.values()) await measure(server, ROUND_MS);
  }
  const peer = median(servers.get('apollo')?.rates ?? []);
  say(
    `pages of ${DRIVERS} drivers over ${CONNECTIONS} connections, Node ${process.version}, median of ${ROUNDS} rounds`,
  );
  for (const [name, { rates, latencies }] of servers) {
    const rate = median(rates);
    say(
      `${LABELS[name].padEnd(30)}${rate.toFixed(0).padStart(6)} requests/s  p50 ${median(latencies).toFixed(1)} ms  p99 ${median(latencies, 0.99).toFixed(1)} ms  ${(rate / peer).toFixed(2)} of Apollo`,
    );
  }
  for (const server of servers.values()) server.stop();
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function serve(): void {
  process.on('message', (message) => {
    if (message === 'stop') process.exit(0);
    void SERVERS[message as Name]().then((address) => process.send?.(address)); // the parent sends nothing else
  });
}

if (process.send) serve();
else void main();
