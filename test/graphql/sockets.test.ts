import { once } from 'node:events';
import { sql } from 'kysely';
import WebSocket from 'ws';
import { createAccountFeeds } from '../../src/graphql/account-feed';
import { silentLogger } from '../../src/platform/logger';
import { ACME, appendEvents } from './support/fleet';
import { createLocalWakeUps, startApi, type ApiFixture } from './support/api-fixture';
import { openEventStream, openSocket, start } from './support/streams';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({
    drivers: 3,
    server: {
      limits: {
        requestsPerMinute: 1e9,
        requestBurst: 1e9,
        initTimeoutMs: 300,
        keepAliveMs: 200,
        messageBytes: 64 * 1024,
        streamsPerUser: 20,
      },
    },
  });
});
afterAll(() => api.close());

const EVENTS = 'subscription ($after: String) { syncEvents(after: $after) { cursor message } }';
const FROM_START = { after: Buffer.from('["event",0]').toString('base64url') };

/** A socket without a client library. */
async function rawSocket(protocol = 'graphql-transport-ws'): Promise<WebSocket> {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, protocol);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
}

const closeCode = async (socket: WebSocket): Promise<number> => (await once(socket, 'close'))[0] as number;

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${api.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 'NaN');
}

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await look())) {
    if (Date.now() > giveUpAt) throw new Error('Not within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a socket', () => {
  it('is closed with 4401 when its token is not good, with 4401 without one, and with 4408 when it says nothing', async () => {
    const bad = await rawSocket();
    bad.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } }));
    expect(await closeCode(bad)).toBe(4401);
    const none = await rawSocket();
    none.send(JSON.stringify({ type: 'connection_init' }));
    expect(await closeCode(none)).toBe(4401);
    const early = await rawSocket();
    early.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ __typename }' } }));
    expect(await closeCode(early)).toBe(4401);
    expect(await closeCode(await rawSocket())).toBe(4408);
  });

  it('does not take a token in its address', async () => {
    const socket = new WebSocket(
      `${api.url.replace('http', 'ws')}/graphql?token=${await api.token()}`,
      'graphql-transport-ws',
    );
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    expect(await closeCode(socket)).toBe(4401);
  });

  it('is closed with 4403 when its token expires, in the middle of a subscription', async () => {
    const client = openSocket(api, await api.token({ expiresAt: Date.now() + 1_900 }));
    const events = start(client, { query: 'subscription { driverSync { enabled } }' });
    await events.next();
    await expect(events.next()).rejects.toMatchObject({ code: 4403, reason: 'Token expired' });
  });

  it('is closed by a message that is too large, or is none, and no other one with it', async () => {
    const client = openSocket(api, await api.token());
    const states = start(client, { query: 'subscription { driverSync { enabled } }' });
    await states.next();
    const large = await rawSocket();
    large.send('x'.repeat(65 * 1024));
    expect(await closeCode(large)).toBe(1009);
    const broken = await rawSocket();
    broken.send('{"type":');
    expect(await closeCode(broken)).toBe(4400);
    await sql`update gateway.account set enabled = not enabled where account = ${ACME}`.execute(api.db);
    await api.wake();
    await states.next();
    await client.dispose();
  });

  it('speaks graphql-transport-ws only', async () => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-ws');
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toMatch(/protocol/i);
  });

  it('has 50 operations at a time: the next one is answered with an error, and the others go on', async () => {
    const client = openSocket(api, await api.token());
    const many = Array.from({ length: 50 }, () =>
      start(client, { query: 'subscription { driverSync { enabled } }' }),
    );
    await Promise.all(many.map((one) => one.next()));
    await expect(start(client, { query: '{ __typename }' }).next()).rejects.toEqual([
      expect.objectContaining({
        extensions: expect.objectContaining({ code: 'TOO_MANY_OPERATIONS', limit: 50 }),
      }),
    ]);
    many[0]!.stop();
    await until(async () => (await metric('gateway_api_subscriptions')) === 49);
    await expect(start(client, { query: '{ __typename }' }).next()).resolves.toMatchObject({
      data: { __typename: 'Query' },
    });
    await client.dispose();
  });

  it('is one of 20 for a user, event streams included: the next is closed with 4429', async () => {
    await until(async () => (await metric('gateway_api_subscriptions')) === 0);
    const token = await api.token({ userId: 'greedy' });
    const clients = Array.from({ length: 20 }, (_, n) =>
      n % 2 ? openSocket(api, token) : openEventStream(api, token),
    );
    await Promise.all(
      clients.map((client) =>
        start(client as ReturnType<typeof openSocket>, {
          query: 'subscription { driverSync { enabled } }',
        }).next(),
      ),
    );
    await expect(start(openSocket(api, token), { query: '{ __typename }' }).next()).rejects.toMatchObject({
      code: 4429,
    });
    const stream = await fetch(`${api.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: '{"query":"{ __typename }"}',
    });
    expect(stream.status).toBe(429);
    // Another user of the same account has seats of their own.
    const other = openSocket(api, await api.token({ userId: 'other' }));
    await start(other, { query: '{ __typename }' }).next();
    await Promise.all([...clients, other].map(async (client) => client.dispose()));
    await until(async () => (await metric('gateway_api_subscriptions')) === 0);
    const again = openSocket(api, token);
    await start(again, { query: '{ __typename }' }).next();
    await again.dispose();
  });

  it('that does not answer pings is dropped', async () => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      autoPong: false,
    });
    await once(socket, 'open');
    socket.send(
      JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${await api.token()}` } }),
    );
    expect(await closeCode(socket)).toBe(1006);
  });
});

describe('an event stream', () => {
  it('ends when its token expires', async () => {
    const client = openEventStream(api, await api.token({ expiresAt: Date.now() + 1_900 }));
    const states = start(client as unknown as ReturnType<typeof openSocket>, {
      query: 'subscription { driverSync { enabled } }',
    });
    await states.next();
    await expect(states.next()).rejects.toThrow();
    await until(async () => (await metric('gateway_api_streams{transport="sse"}')) === 0);
  });
});

describe('following an account', () => {
  it('leaves nothing behind after 10,000 subscriptions that came and went', async () => {
    const wakeUps = createLocalWakeUps();
    const feeds = createAccountFeeds({ queries: api.queries, wakeUps, logger: silentLogger });
    const keeper = feeds.states(ACME, async () => ({}));
    await keeper.next();
    for (let round = 0; round < 100; round += 1) {
      const streams = Array.from({ length: 100 }, (_, n) =>
        n % 2 ? feeds.events(ACME, 0) : feeds.states(ACME, async () => ({})),
      );
      // Some wait for what never comes, some are ended before they have begun.
      const waiting = streams.map((stream, n) => (n % 3 ? stream.next() : undefined));
      if (round % 2) await Promise.race(waiting.filter((one) => one !== undefined));
      await Promise.all(streams.map(async (stream) => stream.return?.()));
    }
    expect(feeds.size()).toEqual({ subscriptions: 1, accounts: 1 });
    expect(wakeUps.listeners()).toBe(1);
    await keeper.return?.();
    expect(feeds.size()).toEqual({ subscriptions: 0, accounts: 0 });
    expect(wakeUps.listeners()).toBe(0);
  });

  it('reads a log once, however many follow it, and starts anew for whoever comes after the last has gone', async () => {
    let reads = 0;
    const queries = {
      ...api.queries,
      eventsAfter: (...args: Parameters<typeof api.queries.eventsAfter>) => {
        reads += 1;
        return api.queries.eventsAfter(...args);
      },
    };
    const wakeUps = createLocalWakeUps();
    const feeds = createAccountFeeds({ queries, wakeUps, logger: silentLogger });
    const { last } = await api.queries.eventRange(ACME);
    const streams = Array.from({ length: 200 }, () => feeds.events(ACME, last));
    const firsts = streams.map((stream) => stream.next());
    await until(() => feeds.size().subscriptions === 200);
    await appendEvents(api.db, ACME, [{ message: 'for all' }]);
    await wakeUps.publish(`account-${ACME}`);
    const events = await Promise.all(firsts);
    expect(new Set(events.map(({ value }) => value?.message))).toEqual(new Set(['for all']));
    expect(reads).toBeLessThan(5);
    await feeds.close();
    expect(feeds.size()).toEqual({ subscriptions: 0, accounts: 0 });
  });

  it('survives a store that fails for a while', async () => {
    let isDown = false;
    const queries = {
      ...api.queries,
      eventsAfter: (...args: Parameters<typeof api.queries.eventsAfter>) =>
        isDown ? Promise.reject(new Error('down')) : api.queries.eventsAfter(...args),
    };
    const wakeUps = createLocalWakeUps();
    const feeds = createAccountFeeds({ queries, wakeUps, logger: silentLogger });
    const { last } = await api.queries.eventRange(ACME);
    const stream = feeds.events(ACME, last);
    const next = stream.next();
    await until(() => wakeUps.listeners() === 1);
    isDown = true;
    await appendEvents(api.db, ACME, [{ message: 'while down' }]);
    await wakeUps.publish(`account-${ACME}`);
    isDown = false;
    expect((await next).value?.message).toBe('while down');
    await feeds.close();
  });
});

describe('200,000 events and a client that does not read', () => {
  it('cost no crash and bounded memory, and every healthy client gets every event', async () => {
    const COUNT = 200_000;
    // Without pings: a client that stays silent for so long would be dropped.
    const own = await startApi({ drivers: 1, server: { limits: { keepAliveMs: 1e9 } } });
    const paused = new WebSocket(`${own.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(paused, 'open');
    paused.send(
      JSON.stringify({
        type: 'connection_init',
        payload: { authorization: `Bearer ${await own.token({ userId: 'paused' })}` },
      }),
    );
    await once(paused, 'message');
    paused.send(
      JSON.stringify({ type: 'subscribe', id: '1', payload: { query: EVENTS, variables: FROM_START } }),
    );
    paused.pause();

    const client = openSocket(own, await own.token());
    let received = 0;
    let inOrder = true;
    let lastSeq = 0;
    client.subscribe(
      { query: EVENTS, variables: FROM_START },
      {
        next: ({ data }) => {
          const [, seq] = JSON.parse(
            Buffer.from(
              (data as { syncEvents: { cursor: string } }).syncEvents.cursor,
              'base64url',
            ).toString(),
          ) as [string, number];
          inOrder &&= seq === lastSeq + 1;
          lastSeq = seq;
          received += 1;
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    const startedAt = Date.now();
    let highest = before;
    for (let done = 0; done < COUNT; done += 20_000) {
      await sql`
        insert into gateway.event (account, seq, type, at, message)
        select ${ACME}, n, 'GPS_DRIVER_UPDATED', 0, 'Event ' || n from generate_series(${done + 1}::int, ${done + 20_000}::int) n`.execute(
        own.db,
      );
      await sql`update gateway.event_head set last_seq = ${done + 20_000}::bigint where account = ${ACME}`.execute(
        own.db,
      );
      await own.wake();
      await until(() => received === done + 20_000);
      highest = Math.max(highest, process.memoryUsage().heapUsed);
    }
    expect({ received, inOrder }).toEqual({ received: COUNT, inOrder: true });
    process.stdout.write(
      `200,000 events in ${Date.now() - startedAt} ms, ${Math.round((highest - before) / 1e6)} MB above the start\n`,
    );
    // Garbage included: what was kept for the paused one would be several times as much.
    expect(highest - before).toBeLessThan(250 * 1024 * 1024);
    paused.terminate();
    await client.dispose();
    await own.close();
  }, 180_000);
});

describe('closing the server', () => {
  it('ends sockets, streams and subscriptions at once', async () => {
    const own = await startApi({ drivers: 1 });
    const token = await own.token();
    const socket = openSocket(own, token);
    const stream = openEventStream(own, token) as unknown as ReturnType<typeof openSocket>;
    const answers = [socket, stream].map((client) =>
      start(client, { query: 'subscription { driverSync { enabled } }' }),
    );
    await Promise.all(answers.map((one) => one.next()));
    const startedAt = Date.now();
    await own.close();
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    await socket.dispose();
    await stream.dispose();
  });
});
