import { EventEmitter, on, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import WebSocket, { WebSocketServer } from 'ws';
import type { EventView } from '../../src/gateway/views/event-view';
import { forkTypeScript } from '../support/run-typescript';
import { startMemoryApi } from './support/memory-api';

/**
 * 1,000 subscribers, each on a socket of its own, get 100 events; beside graphql-ws alone with the same shape from memory:
 *
 *     node -r ./test/support/register-typescript.cjs test/bench/api-subscribers.ts
 *
 * Each server is a process of its own. Deliveries a second, and microseconds of the server's CPU time for a delivery.
 */
const SUBSCRIBERS = 1_000;
const EVENTS = 100;
const ROUNDS = 3;
const SOCKETS_PER_USER = 20;
const QUERY = 'subscription { syncEvents { cursor type at message } }';

interface Served {
  readonly url: string;
  readonly tokens: readonly string[];
  /** Announces so many events. */
  announce(count: number): void;
}

const eventOf = (seq: number): EventView => ({
  seq,
  type: 'GPS_DRIVER_UPDATED',
  at: 1_764_288_000_000 + seq,
  actor: null,
  driverKey: null,
  driverName: null,
  runId: null,
  changes: [],
  message: `Event ${seq}`,
});

async function serveGateway(): Promise<Served> {
  let head = 0;
  const api = await startMemoryApi({
    eventRange: async () => ({ first: 1, last: head }),
    eventsAfter: async (_account, after, limit) =>
      Array.from({ length: Math.min(limit, head - after) }, (_, n) => eventOf(after + n + 1)),
  });
  const users = Array.from({ length: SUBSCRIBERS / SOCKETS_PER_USER }, (_, n) => `user-${n}`);
  const tokens = await Promise.all(users.map((userId) => api.token(userId)));
  const announce = (count: number): void => {
    head += count;
    void api.wake();
  };
  return { url: `${api.url.replace('http', 'ws')}/graphql`, tokens, announce };
}

async function serveRaw(): Promise<Served> {
  const schema = buildSchema(`
    enum SyncEventType { GPS_DRIVER_UPDATED }
    type SyncEvent { cursor: String! type: SyncEventType! at: String! message: String! }
    type Query { none: Int }
    type Subscription { syncEvents: SyncEvent! }`);
  const emitter = new EventEmitter().setMaxListeners(0);
  const field = schema.getSubscriptionType()?.getFields()['syncEvents'];
  if (!field) throw new Error('The schema has no subscription');
  field.subscribe = async function* () {
    for await (const [event] of on(emitter, 'event') as AsyncIterable<[EventView]>) {
      const { seq, type, at, message } = event;
      yield { syncEvents: { cursor: String(seq), type, at: new Date(at).toISOString(), message } };
    }
  };
  const http = createServer();
  useServer({ schema }, new WebSocketServer({ server: http, path: '/graphql' }));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const announce = (count: number): void => {
    for (let n = 1; n <= count; n += 1) emitter.emit('event', eventOf(n));
  };
  return { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`, tokens: [''], announce };
}

const SERVERS = { 'graphql-ws alone': serveRaw, gateway: serveGateway } as const;
type Name = keyof typeof SERVERS;

interface Measured {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

async function start(name: Name) {
  const child = forkTypeScript('test/bench/api-subscribers.ts');
  const ask = <Answer>(message: unknown): Promise<Answer> =>
    new Promise((resolve) => {
      child.once('message', (answer) => resolve(answer as Answer));
      child.send(message as string); // text or a number
    });
  const { url, tokens } = await ask<Pick<Served, 'url' | 'tokens'>>(name);
  const received = { count: 0 };
  const sockets = await Promise.all(
    Array.from({ length: SUBSCRIBERS }, (_, n) => subscribe(url, tokens[n % tokens.length] ?? '', received)),
  );
  return {
    async measure(): Promise<Measured> {
      received.count = 0;
      const cpuBefore = await ask<number>('cpu');
      const startedAt = performance.now();
      child.send(EVENTS);
      while (received.count < SUBSCRIBERS * EVENTS)
        await new Promise((resolve) => void setTimeout(resolve, 2));
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpu = (await ask<number>('cpu')) - cpuBefore;
      return { perSecond: received.count / seconds, cpuMicros: cpu / received.count };
    },
    stop(): void {
      for (const socket of sockets) socket.terminate();
      child.send('stop');
    },
  };
}

async function subscribe(url: string, token: string, received: { count: number }): Promise<WebSocket> {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  // Not parsed: the client is not what is measured.
  socket.on('message', (message: Buffer) => {
    if (message.includes('"next"')) received.count += 1;
  });
  socket.send(JSON.stringify({ type: 'subscribe', id: 'events', payload: { query: QUERY } }));
  return socket;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function main(): Promise<void> {
  say(`${SUBSCRIBERS} subscribers × ${EVENTS} events, Node ${process.version}, median of ${ROUNDS} rounds`);
  const names = Object.keys(SERVERS) as Name[]; // its own keys
  const running = await Promise.all(
    names.map(async (name) => ({ name, server: await start(name), all: [] as Measured[] })),
  );
  // A subscription begins a moment after it was asked for.
  await new Promise((resolve) => void setTimeout(resolve, 2_000));
  for (const { server } of running) await server.measure();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { server, all } of running) all.push(await server.measure());
  }
  const results = running.map(({ name, all }) => ({
    name,
    perSecond: median(all.map((one) => one.perSecond)),
    cpuMicros: median(all.map((one) => one.cpuMicros)),
  }));
  const [peer] = results;
  for (const { name, perSecond, cpuMicros } of results) {
    const ratio = perSecond / (peer?.perSecond ?? 1);
    const cpuRatio = (peer?.cpuMicros ?? 1) / cpuMicros;
    say(
      `${name.padEnd(18)}${perSecond.toFixed(0).padStart(8)} deliveries/s  ${cpuMicros.toFixed(1)} µs CPU each  ${ratio.toFixed(2)} of graphql-ws (${cpuRatio.toFixed(2)} by CPU)`,
    );
  }
  for (const { server } of running) server.stop();
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function serve(): void {
  let served: Served | undefined;
  const cpu = (): number => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  process.on('message', (message: Name | 'cpu' | 'stop' | number) => {
    if (message === 'stop') process.exit(0);
    else if (message === 'cpu') process.send?.(cpu());
    else if (typeof message === 'number') served?.announce(message);
    else
      void SERVERS[message]().then((made) => {
        served = made;
        process.send?.({ url: made.url, tokens: made.tokens });
      });
  });
}

if (process.send) serve();
else void main();
