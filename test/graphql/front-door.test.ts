import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import WebSocket from 'ws';
import { createManualClock } from '../../src/platform/clock';
import { originMatcher } from '../../src/graphql/transports/web-security';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents } from './support/fleet';
import { openSocket, start } from './support/streams';

let api: ApiFixture;
let token: string;
let checks = 0;
const clock = createManualClock(Date.now());
beforeAll(async () => {
  api = await startApi({
    drivers: 30,
    clock,
    server: {
      corsOrigins: ['https://fleet.example.com', 'https://*.preview.example.com'],
      limits: {
        budgetPoints: 1_000,
        budgetPointsPerSecond: 100,
        executionsPerUser: 2,
        requestWithinMs: 2_000,
      },
      readiness: [{ name: 'database', check: async () => void (checks += 1) }],
    },
  });
  token = await api.token();
});
afterAll(() => api.close());
// Nothing that a test is not about is spent.
beforeEach(() => clock.advance(10_000));

const post = (body: unknown, headers: Record<string, string> = {}, path = '/graphql') =>
  fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(body),
  });
const errorOf = async (response: Response) =>
  ((await response.json()) as { errors: { message: string; extensions: Record<string, unknown> }[] })
    .errors[0];

describe('a page of another origin', () => {
  const preflight = (origin: string, headers: string) =>
    fetch(`${api.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers },
    });

  it.each([
    'apollographql-client-name,apollographql-client-version,content-type',
    'authorization, traceparent, tracestate, baggage',
    'sentry-trace,x-requested-with',
    'graphql-require-preflight, x-datadog-trace-id',
  ])('may send the headers %s when it is allowed (G12)', async (headers) => {
    const { headers: answered, status } = await preflight('https://fleet.example.com', headers);
    expect([status, answered.get('access-control-allow-headers')]).toEqual([204, headers]);
    const foreign = await preflight('https://evil.example.com', headers);
    expect(foreign.headers.get('access-control-allow-headers')).toBeNull();
  });

  it('reads what it needs to wait and to report', async () => {
    const { headers } = await post({ query: '{ __typename }' }, { origin: 'https://fleet.example.com' });
    const exposed = headers.get('access-control-expose-headers')?.split(', ') ?? [];
    expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'retry-after', 'ratelimit-remaining']));
    expect(headers.get('ratelimit-limit')).toBe('1000');
  });

  it.each([
    ['https://a.preview.example.com', true],
    ['https://a.b.preview.example.com', true],
    ['https://preview.example.com', false],
    ['http://a.preview.example.com', false],
    ['https://a.preview.example.com.evil.com', false],
    ['https://evil.com/.preview.example.com', false],
    ['https://a.previewxexample.com', false],
  ])('of the origin %s: %s', async (origin, isAllowed) => {
    const { headers } = await preflight(origin, 'authorization');
    expect(headers.get('access-control-allow-origin')).toBe(isAllowed ? origin : null);
  });

  it.each(['*', 'https://*', 'https://fleet.*.com', 'https://*.com', 'https://a*.example.com'])(
    'is not allowed by %s: that is refused at the start',
    (origin) => {
      expect(() => originMatcher([origin])).toThrow('is not an allowed origin');
    },
  );
});

describe('what works elsewhere is told what to change', () => {
  it.each([
    [
      'a batch',
      () => post([{ query: '{ __typename }' }]),
      'BATCHING_NOT_SUPPORTED',
      'one operation in each request',
    ],
    [
      'a GET',
      () =>
        fetch(`${api.url}/graphql?query=%7B__typename%7D`, { headers: { authorization: `Bearer ${token}` } }),
      'GET_NEEDS_HEADER',
      'by POST as application/json',
    ],
    [
      'a persisted query without its text',
      () => post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
      'PERSISTED_QUERY_NOT_SUPPORTED',
      'Send the text of the operation',
    ],
  ])('%s', async (_what, ask, code, advice) => {
    const error = await errorOf(await ask());
    expect(error).toMatchObject({ message: expect.stringContaining(advice), extensions: { code } });
  });

  it.each([[['graphql-ws']], [[]]])('a socket with the subprotocols %j', async (protocols) => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, protocols);
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, String(reason)]).toEqual([4406, expect.stringContaining('graphql-transport-ws')]);
  });

  it.each(['search', 'group', 'referenceId', 'driveriDriverId'])('a filter with a long %s', async (name) => {
    const query = `query ($t: String) { drivers(filter: { ${name}: $t }) { nodes { id } } }`;
    const error = await errorOf(await post({ query, variables: { t: 'x'.repeat(201) } }));
    expect(error).toMatchObject({
      message: `"${name}" may have up to 200 characters.`,
      extensions: { code: 'TEXT_TOO_LONG' },
    });
    const { errors } = (await (await post({ query, variables: { t: 'x'.repeat(200) } })).json()) as {
      errors?: unknown;
    };
    expect(errors).toBeUndefined();
  });
});

describe('an event stream', () => {
  it.each(['text/event-stream', 'text/event-stream, multipart/mixed'])(
    'is answered at /graphql for %s',
    async (accept) => {
      const response = await post({ query: '{ __typename }' }, { accept });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      expect(await response.text()).toContain('"__typename":"Query"');
    },
  );

  it('is not for a client that takes JSON as well', async () => {
    const accept = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
    const response = await post({ query: '{ __typename }' }, { accept });
    expect(response.headers.get('content-type')).toContain('application/graphql-response+json');
  });
});

describe('before the token', () => {
  it('no body is read', async () => {
    for (const path of ['/graphql', '/graphql/stream']) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const sent = request(`${api.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': '200000' },
        });
        sent.on('response', (response) => resolve(response.statusCode)).on('error', reject);
        // The rest never comes.
        sent.write('{"query":');
      });
      expect(status).toBe(401);
    }
  });

  it('a socket takes one small message', async () => {
    const large = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(large, 'open');
    large.send(JSON.stringify({ type: 'connection_init', payload: { x: 'x'.repeat(20_000) } }));
    expect((await once(large, 'close'))[0]).toBe(1009);
    const chatty = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(chatty, 'open');
    for (let n = 0; n < 3; n += 1) chatty.send('{"type":"ping"}');
    expect((await once(chatty, 'close'))[0]).toBe(4401);
  });

  it('readiness is looked up once a second, however often it is asked', async () => {
    checks = 0;
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await fetch(`${api.url}/readyz`)).status),
    );
    expect([new Set(statuses), checks <= 2]).toEqual([new Set([200]), true]);
  });
});

describe('a wrong hook secret', () => {
  it('does not lock out the right one from the same address', async () => {
    const hook = (secret: string) =>
      post({}, { 'x-hook-secret': secret, authorization: '' }, '/hooks/gps/acme');
    const wrong = await Promise.all(Array.from({ length: 80 }, () => hook('guess')));
    expect(wrong.at(-1)?.status).toBe(429);
    expect((await hook(api.hookSecret)).status).toBe(202);
  });
});

describe('a budget', () => {
  const PAGE = '{ drivers(first: 100) { nodes { id gps { gpsId } } } }';

  it('is spent by the cost of what is asked, told in each answer, and comes back', async () => {
    const spender = await api.token({ userId: 'spender' });
    const ask = () => post({ query: PAGE }, { authorization: `Bearer ${spender}` });
    const first = (await (await ask()).json()) as { extensions: unknown };
    expect(first.extensions).toEqual({
      cost: 201,
      budget: { available: 799, capacity: 1_000, restoredPerSecond: 100 },
    });
    for (let n = 0; n < 3; n += 1) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([
      refused.status,
      refused.headers.get('retry-after'),
      refused.headers.get('ratelimit-remaining'),
    ]).toEqual([429, '1', '196']);
    expect(await errorOf(refused)).toMatchObject({
      extensions: { code: 'RATE_LIMITED', cost: 201, available: 196 },
    });
    // Another user has a budget of their own.
    expect((await post({ query: PAGE })).status).toBe(200);
    clock.advance(100);
    expect((await ask()).status).toBe(200);
  });

  it('is spent by sockets and streams of the same user as well', async () => {
    const spender = await api.token({ userId: 'streamer' });
    const client = openSocket(api, spender);
    for (let n = 0; n < 4; n += 1) await start(client, { query: PAGE }).next();
    await expect(start(client, { query: PAGE }).next()).rejects.toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'RATE_LIMITED' }) }),
    ]);
    expect((await post({ query: PAGE }, { authorization: `Bearer ${spender}` })).status).toBe(429);
    await client.dispose();
  });

  it('that is spent makes events of a subscription wait, and loses none', async () => {
    const client = openSocket(api, await api.token({ userId: 'listener' }));
    const { last } = await api.queries.eventRange(ACME);
    const after = Buffer.from(JSON.stringify(['event', last])).toString('base64url');
    const events = start(client, {
      query:
        'subscription ($after: String) { syncEvents(after: $after) { message driver { gps { gpsId } driveri { driverId } sync { differences { field } } } } }',
      variables: { after },
    });
    const COUNT = 300;
    await appendEvents(
      api.db,
      ACME,
      Array.from({ length: COUNT }, (_, n) => ({ message: `event ${n}` })),
    );
    await api.wake();
    const seen: string[] = [];
    while (seen.length < COUNT) {
      // Time is the test's: what waits looks again soon.
      clock.advance(1_000);
      seen.push((await events.next()).data.syncEvents.message as string);
    }
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, n) => `event ${n}`));
    await client.dispose();
  });
});

describe('a request that does not arrive', () => {
  it('is answered with 408 in the time that is configured, not in twice that', async () => {
    const { hostname, port } = new URL(api.url);
    const startedAt = Date.now();
    const text = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
        ),
      );
      let all = '';
      socket.on('data', (chunk) => (all += String(chunk)));
      socket.on('close', () => resolve(all));
    });
    expect(text).toContain('408');
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });
});

it('probes and metrics can have a port of their own', async () => {
  const probe = await import('node:net').then(async ({ createServer }) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    return port;
  });
  const own = await startApi({ drivers: 1, server: { probes: { host: '127.0.0.1', port: probe } } });
  for (const path of ['/livez', '/readyz', '/metrics']) {
    expect((await fetch(`http://127.0.0.1:${probe}${path}`)).status).toBe(200);
    expect((await fetch(`${own.url}${path}`)).status).toBe(404);
  }
  await own.close();
});
