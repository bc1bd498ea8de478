import { once } from 'node:events';
import WebSocket from 'ws';
import { until } from '../../support/until';
import { figure, percentile, type Row } from '../report';
import type { SubscriberSizes } from '../sizes';
import type { Bench } from '../support/bench';
import { startChild } from '../support/child';
import type { MemoryGatewayProgram } from '../support/memory-gateway-program';
import { startGraphqlWs } from '../support/peers';
import { cpuMs } from '../support/process-watch';

const QUERY = 'subscription { syncEvents { cursor type at message } }';
const SOCKETS_PER_USER = 20;

/**
 * Many subscribers, each on a socket of its own, get the same events: the gateway without a database, beside graphql-ws alone
 * with the same shape. In turn, several times.
 */
export async function measureSubscribers(bench: Bench, sizes: SubscriberSizes): Promise<Row[]> {
  const peers = await startGraphqlWs(bench.tell);
  const gateway = await startGateway(sizes.subscribers);
  const servers = [...peers.running, gateway];
  try {
    const candidates = [];
    for (const server of servers) candidates.push(await subscribeAll(server, sizes));
    for (const candidate of candidates) await candidate.announce(); // to warm up
    const measured: Delivery[][] = candidates.map(() => []);
    for (let round = 0; round < sizes.rounds; round += 1) {
      for (const [index, candidate] of candidates.entries()) {
        measured[index]?.push(await candidate.announce());
      }
    }
    for (const candidate of candidates) candidate.close();
    return rowsOf(sizes, servers, measured);
  } finally {
    await Promise.all([gateway.stop(), peers.stop()]);
  }
}

interface Server {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly tokens?: readonly string[];
  announce(count: number): Promise<void>;
}

async function startGateway(subscribers: number): Promise<Server & { stop(): Promise<void> }> {
  const child = await startChild<MemoryGatewayProgram>('test/bench/support/memory-gateway-program.ts');
  const { url, tokens } = await child.methods.start(Math.ceil(subscribers / SOCKETS_PER_USER));
  return {
    name: 'gateway, from memory',
    url: url.replace('http', 'ws'),
    tokens,
    pid: child.pid,
    announce: child.methods.announce,
    stop: child.stop,
  };
}

/** What delivering one round's events to all took. */
interface Delivery {
  readonly perSecond: number;
  readonly cpuMicrosEach: number;
}

interface Subscribed {
  /** Announces a round's events and waits until all have them. */
  announce(): Promise<Delivery>;
  close(): void;
}

async function subscribeAll(server: Server, { subscribers, events }: SubscriberSizes): Promise<Subscribed> {
  const received = { count: 0 };
  const { tokens = [] } = server;
  const sockets = await Promise.all(
    Array.from({ length: subscribers }, (_, n) => subscribe(server.url, tokens[n % tokens.length], received)),
  );
  await untilAllFollow(server, received, subscribers);
  return {
    async announce() {
      received.count = 0;
      const cpuBefore = cpuMs(server.pid);
      const startedAt = performance.now();
      await server.announce(events);
      await until('all have all events', () => received.count >= subscribers * events, 120_000, 2);
      const seconds = (performance.now() - startedAt) / 1_000;
      return {
        perSecond: received.count / seconds,
        cpuMicrosEach: ((cpuMs(server.pid) - cpuBefore) * 1_000) / received.count,
      };
    },
    close() {
      for (const socket of sockets) socket.terminate();
    },
  };
}

async function subscribe(
  url: string,
  token: string | undefined,
  received: { count: number },
): Promise<WebSocket> {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  await once(socket, 'open');
  const payload = token === undefined ? {} : { authorization: `Bearer ${token}` };
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await once(socket, 'message');
  // Not parsed: the client is not what is measured.
  socket.on('message', (message: Buffer) => {
    if (message.includes('"next"')) received.count += 1;
  });
  socket.send(JSON.stringify({ type: 'subscribe', id: 'events', payload: { query: QUERY } }));
  return socket;
}

/** A subscription begins a moment after it was asked for: events are announced one by one until one of them reaches all. */
async function untilAllFollow(
  server: Server,
  received: { count: number },
  subscribers: number,
): Promise<void> {
  await until(
    'all subscriptions have begun',
    async () => {
      received.count = 0;
      await server.announce(1);
      const all = until('all have it', () => received.count >= subscribers, 2_000, 5);
      return all.catch(() => false);
    },
    60_000,
  );
}

function rowsOf(
  { subscribers, events }: SubscriberSizes,
  servers: readonly Server[],
  measured: readonly (readonly Delivery[])[],
): Row[] {
  const middle = (index: number, of: (one: Delivery) => number): number =>
    percentile((measured[index] ?? []).map(of), 0.5);
  const gateway = servers.length - 1;
  const ratio = (of: (one: Delivery) => number): number => middle(gateway, of) / middle(0, of);
  return servers.map(({ name }, index) => ({
    measure: `${subscribers} subscribers × ${events} events`,
    mode: name,
    value: `${figure(middle(index, (one) => one.perSecond))} deliveries/s`,
    ...(index === gateway
      ? { ratio: '', target: '', before: '' }
      : { ratio: figure(ratio((one) => one.perSecond)), target: '0.8', before: '0.34 to 0.38' }),
    note: `${figure(middle(index, (one) => one.cpuMicrosEach))} µs of CPU time each${index === gateway ? '' : `; by CPU time ${figure(1 / ratio((one) => one.cpuMicrosEach))}`}`,
  }));
}
