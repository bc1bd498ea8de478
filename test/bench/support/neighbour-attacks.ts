import { once } from 'node:events';
import { setPriority } from 'node:os';
import { Pool } from 'undici';
import WebSocket from 'ws';
import { serveParent } from './child';
import type { NeighbourAddress } from './neighbour-server';

/** What became of an attacker's requests. */
export interface AttackTally {
  answered: number;
  refused: number;
  failed: number;
}

/** The attacker of `measures/neighbours.ts`. */
export interface NeighbourAttacker {
  start(name: AttackName, address: NeighbourAddress): void;
  stop(): Promise<AttackTally>;
}

/** As many connections of one user as are asked with at a time. */
const CONNECTIONS = 8;

interface Attack {
  readonly address: NeighbourAddress;
  readonly pool: Pool;
  readonly tally: AttackTally;
  isOver(): boolean;
}

const page = (fields: string, given = '') => `{ drivers(first: 100${given}) { nodes { ${fields} } } }`;
const DRIVER =
  'id version presence fullName gps { gpsId firstName lastName email groups } driveri { driverId status } sync { status differences { field } }';

/** In one way each. Every way is tried with all connections at once, and again at once when it was refused. */
export const attacks = {
  'largest-page': (attack: Attack) =>
    askAll(attack, () => page(`${DRIVER} events(first: 10) { nodes { id message } }`)),
  pages: (attack: Attack) => askAll(attack, () => page(DRIVER)),
  'many-roots': (attack: Attack) =>
    askAll(
      attack,
      () =>
        `{ ${Array.from({ length: 20 }, (_, n) => `a${n}: drivers(first: 20) { nodes { ${DRIVER} } }`).join(' ')} }`,
    ),
  'search-nobody': (attack: Attack) => askAll(attack, () => page('id', ', filter: { search: "e zq" }')),
  'search-one-letter': (attack: Attack) => askAll(attack, () => page('id', ', filter: { search: "q" }')),
  'search-two-letters': (attack: Attack) => askAll(attack, () => page('id', ', filter: { search: "zq" }')),
  'long-search': (attack: Attack) =>
    askAll(attack, () => page('id', `, filter: { search: "${'an er '.repeat(33)}" }`)),
  counts: (attack: Attack) =>
    askAll(
      attack,
      () =>
        '{ driverSync { counts { total } health { state } } drivers(first: 1, filter: { search: "a" }) { totalCount } heldItems(first: 100) { totalCount nodes { id } } }',
    ),
  statistics: (attack: Attack) =>
    askAll(
      attack,
      () => '{ syncStatistics(from: "2026-01-01T00:00:00Z", to: "2026-12-01T00:00:00Z") { start } }',
    ),
  log: (attack: Attack) =>
    askAll(attack, () => '{ syncEvents(first: 100) { nodes { id message driver { id gps { gpsId } } } } }'),
  'new-documents': (attack: Attack) =>
    askAll(
      attack,
      (n) =>
        `{ ${`d${n}: drivers(first: 1) { nodes { ${'id fullName email '.repeat(3)} } } `.repeat(1)} ${words(n)} }`,
    ),
  'wrong-documents': (attack: Attack) =>
    askAll(attack, (n) => `{ ${Array.from({ length: 900 }, (_, at) => `x${n}y${at}`).join(' ')} }`),
  introspection: (attack: Attack) =>
    askAll(
      attack,
      () => '{ __schema { types { name fields { name args { name } type { name ofType { name } } } } } }',
    ),
  'no-token': (attack: Attack) =>
    askAll(attack, () => '{ __typename }', { authorization: '', padding: 200_000 }),
  'wrong-token': (attack: Attack) =>
    askAll(attack, () => '{ __typename }', { authorization: 'Bearer a.b.c' }),
  sockets: openSockets,
  subscriptions: followLog,
} as const;

/** The name of an attack. */
export type AttackName = keyof typeof attacks;

/** A document that has not been seen. */
const words = (n: number): string =>
  Array.from(
    { length: 10 },
    (_, at) => `w${n}_${at}: driverSync { id enabled changedAt lastRun { id status } }`,
  ).join(' ');

async function askAll(
  { address, pool, tally, isOver }: Attack,
  queryOf: (n: number) => string,
  given: { readonly authorization?: string; readonly padding?: number } = {},
): Promise<void> {
  const authorization = given.authorization ?? `Bearer ${address.attacker}`;
  const headers = { 'content-type': 'application/json', authorization };
  let n = 0;
  await each(async () => {
    while (!isOver()) {
      n += 1;
      const body = JSON.stringify({ query: queryOf(n), variables: { x: 'x'.repeat(given.padding ?? 0) } });
      try {
        const response = await pool.request({ path: '/graphql', method: 'POST', headers, body });
        const text = await response.body.text();
        if (response.statusCode === 200 && !text.startsWith('{"errors"')) tally.answered += 1;
        else tally.refused += 1;
      } catch {
        tally.failed += 1;
      }
    }
  });
}

/** Connects, says too much, and connects again. */
async function openSockets({ address, tally, isOver }: Attack): Promise<void> {
  await each(async () => {
    while (!isOver()) {
      const socket = new WebSocket(`${address.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.on('error', () => (tally.failed += 1));
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(100_000) } })),
      );
      await once(socket, 'close').catch(() => undefined);
      tally.refused += 1;
    }
  });
}

/** As many subscriptions as there may be, each reading the whole log with the driver of each event, again and again. */
async function followLog({ address, tally, isOver }: Attack): Promise<void> {
  const query =
    'subscription { syncEvents(after: "WyJldmVudCIsMF0") { cursor message driver { id gps { gpsId email } driveri { driverId } } } }';
  await each(async () => {
    while (!isOver()) {
      const socket = new WebSocket(`${address.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.on('error', () => undefined);
      socket.on('open', () =>
        socket.send(
          JSON.stringify({
            type: 'connection_init',
            payload: { authorization: `Bearer ${address.attacker}` },
          }),
        ),
      );
      socket.on('message', (message) => {
        const { type } = JSON.parse(String(message)) as { readonly type: string };
        if (type === 'next') tally.answered += 1;
        if (type === 'error') tally.refused += 1;
        if (type !== 'connection_ack') return;
        for (let id = 0; id < 50; id += 1) {
          socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query } }));
        }
      });
      const closed = once(socket, 'close').catch(() => undefined);
      while (!isOver() && socket.readyState <= WebSocket.OPEN)
        await new Promise((resolve) => setTimeout(resolve, 100));
      socket.terminate();
      await closed;
    }
  });
}

const each = (act: () => Promise<void>): Promise<unknown> =>
  Promise.all(Array.from({ length: CONNECTIONS }, act));

let running: { readonly attack: Attack; end(): void; readonly done: Promise<unknown> } | undefined;

const methods: NeighbourAttacker = {
  start(name, address) {
    let isOver = false;
    const attack: Attack = {
      address,
      pool: new Pool(address.url, { connections: CONNECTIONS, pipelining: 1 }),
      tally: { answered: 0, refused: 0, failed: 0 },
      isOver: () => isOver,
    };
    running = { attack, end: () => (isOver = true), done: attacks[name](attack) };
  },
  async stop() {
    running?.end();
    await running?.done;
    const tally = running?.attack.tally ?? { answered: 0, refused: 0, failed: 0 };
    void running?.attack.pool.destroy();
    return tally;
  },
};

if (process.send) {
  // An attacker has a machine of its own: here it must not take what the gateway would have.
  setPriority(10);
  serveParent(methods);
}
