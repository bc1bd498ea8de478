import { request } from 'node:http';
import { connect } from 'node:net';
import { createManualClock } from '../../src/platform/clock';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME } from './support/fleet';
import { TRANSPORTS } from './support/streams';

const clock = createManualClock(Date.now());
let api: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi({ clock, server: { limits: { requestsPerMinute: 600, requestBurst: 40 } } });
  token = await api.token();
});
afterAll(() => api.close());
beforeEach(() => clock.advance(10_000));

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

async function send({ method = 'POST', path = '/graphql', headers = {}, body }: Sent) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

const json = { 'content-type': 'application/json' };

describe('what graphql-cop looks for', () => {
  it('batching: an array of operations is refused', async () => {
    const { status, text } = await send({
      headers: json,
      body: JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{ __typename }' }))),
    });
    expect(status).toBe(400);
    expect(text).not.toContain('"__typename"');
  });

  it('mutations over GET are refused', async () => {
    const query = encodeURIComponent('mutation { deleteDriver(id: "x") { deletedDriverId } }');
    const { status } = await send({
      method: 'GET',
      path: `/graphql?query=${query}`,
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(status).toBe(405);
    expect(api.commands.calls).toEqual([]);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'a POST as a form could send it (%s) is refused',
    async (type) => {
      const { status, text } = await send({
        headers: { 'content-type': type },
        body: 'query=%7B__typename%7D',
      });
      expect([400, 415]).toContain(status);
      expect(text).not.toContain('"__typename"');
    },
  );

  it('a GET as any page could send it is refused', async () => {
    const { status } = await send({ method: 'GET', path: '/graphql?query=%7B__typename%7D' });
    expect(status).toBe(400);
  });

  it('no console is served to a browser on the endpoint', async () => {
    const { status, headers } = await send({ method: 'GET', headers: { accept: 'text/html' } });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('no tracing is answered, also when it is asked for', async () => {
    const { text } = await send({
      headers: { ...json, 'apollo-federation-include-trace': 'ftv1', 'x-apollo-tracing': '1' },
      body: '{"query":"{ __typename }"}',
    });
    expect(JSON.parse(text)).toEqual({
      data: { __typename: 'Query' },
      extensions: { cost: 0, budget: expect.any(Object) },
    });
  });

  it('persisted queries are not stored for strangers to find', async () => {
    const { text } = await send({
      headers: json,
      body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
    });
    expect(JSON.parse(text).errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  it.each([
    '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
  ])('introspection in circles is refused: %s', async (query) => {
    const { text } = await send({ headers: json, body: JSON.stringify({ query }) });
    expect(JSON.parse(text).errors[0].extensions.code).toMatch(/VALIDATION_FAILED|TOO_DEEP/);
  });

  it('errors carry no stack', async () => {
    api.commands.failNext(new Error('boom in /srv/gateway/secret.ts'));
    const { text, status } = await send({
      headers: json,
      body: JSON.stringify({
        query: 'mutation { createDriver(input: { lastName: "X" }) { driver { id } } }',
      }),
    });
    const [error] = JSON.parse(text).errors;
    expect(status).toBe(200);
    expect(error.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) });
    expect(text).not.toMatch(/boom|stack|\.ts|node_modules/);
    expect(api.log()).toContain('boom');
    expect(api.log()).toContain(error.extensions.requestId);
  });
});

describe('malformed requests', () => {
  it.each([
    ['no body', undefined, json],
    ['not JSON', '{"query":', json],
    ['JSON that is no object', '42', json],
    ['an empty object', '{}', json],
    ['a query that is no text', '{"query":{"kind":"Document"}}', json],
    ['variables that are none', '{"query":"{ __typename }","variables":"x"}', json],
    ['variables that are a list', '{"query":"{ __typename }","variables":[1]}', json],
    ['extensions that are none', '{"query":"{ __typename }","extensions":4}', json],
    ['a prototype to poison', '{"query":"{ __typename }","__proto__":{"x":1}}', json],
    [
      'nested without end',
      `{"query":"{ __typename }","variables":{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`,
      json,
    ],
  ])('%s: 4xx with a code and the request id, never a 500', async (_what, body, headers) => {
    const { status, text, headers: answered } = await send({ headers, body });
    const [error] = JSON.parse(text).errors;
    expect(status >= 400 && status < 500 ? 'refused' : `${status} ${error?.extensions.code}`).toMatch(
      /refused|200 VARIABLES_TOO_DEEP/,
    );
    expect(error.extensions).toMatchObject({
      code: expect.any(String),
      requestId: answered.get('x-request-id'),
    });
  });

  it('a huge body is refused before it is read', async () => {
    const { status, text } = await send({
      headers: json,
      body: JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(300_000) } }),
    });
    expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it.each(['/%', '/%ff', '/nothing', '/graphql/', '/../etc/passwd', '/hooks/gps/'])(
    'the address %s is answered without repeating it',
    async (path) => {
      const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        request(`${api.url}`, { path, headers: { accept: 'application/json' } }, (response) => {
          let text = '';
          response.on('data', (chunk) => (text += String(chunk)));
          response.on('end', () => resolve({ status: response.statusCode, text }));
        })
          .on('error', reject)
          .end();
      });
      expect([400, 404]).toContain(answer.status);
      expect(answer.text).not.toContain('passwd');
      expect(JSON.parse(answer.text).errors[0].extensions.code).toMatch(/NOT_FOUND|BAD_REQUEST/);
    },
  );

  it('a Host that is none is no 500', async () => {
    const { hostname, port } = new URL(api.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: [\r\napollo-require-preflight: 1\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
        ),
      );
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 [24]/);
  });
});

describe('headers', () => {
  it.each(['/livez', '/readyz', '/metrics', '/nothing'])('%s has the security headers', async (path) => {
    const { headers } = await send({ method: 'GET', path });
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'strict-transport-security': expect.any(String),
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
    });
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('takes a harmless request id, and makes one instead of another', async () => {
    const idOf = async (given: string) =>
      (await send({ method: 'GET', path: '/livez', headers: { 'x-request-id': given } })).headers.get(
        'x-request-id',
      );
    expect(await idOf('abc-12345')).toBe('abc-12345');
    expect(await idOf('short')).toMatch(/^[\w-]{36}$/);
    expect(await idOf('with space and "quotes"')).toMatch(/^[\w-]{36}$/);
  });

  it.each([
    ['https://fleet.example.com', 'https://fleet.example.com'],
    ['https://evil.example.com', null],
    ['https://fleet.example.com.evil.com', null],
    ['null', null],
  ])('CORS for %s: %s', async (origin, allowed) => {
    const preflight = await send({
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(preflight.headers.get('access-control-allow-headers')?.includes('authorization') ?? null).toBe(
      allowed === null ? null : true,
    );
    const answer = await send({ headers: { ...json, origin }, body: '{"query":"{ __typename }"}' });
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('rates', () => {
  it('are limited for each user, with Retry-After; another user is not held up', async () => {
    const busy = await api.token({ userId: 'busy' });
    const ask = (given: string) =>
      send({ headers: { ...json, authorization: `Bearer ${given}` }, body: '{"query":"{ __typename }"}' });
    const answers = await Promise.all(Array.from({ length: 45 }, () => ask(busy)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(JSON.parse(refused?.text ?? '').errors[0].extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 1,
    });
    expect((await ask(await api.token({ userId: 'calm' }))).status).toBe(200);
    clock.advance(1_000);
    expect((await ask(busy)).status).toBe(200);
  });
});

describe.each(TRANSPORTS)('the rate over %s', (name, transport) => {
  it('is limited for each user by the same bucket, with the time to wait', async () => {
    const busy = await api.token({ userId: `busy-${name}` });
    const ask = (given: string) => transport(api, given, { query: '{ __typename }' });
    for (let n = 0; n < 40; n += 1) expect((await ask(busy)).errors).toBeUndefined();
    const { errors } = await ask(busy);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    // The same user by another door.
    const { status } = await send({
      headers: { ...json, authorization: `Bearer ${busy}` },
      body: '{"query":"{ __typename }"}',
    });
    expect(status).toBe(429);
    expect((await ask(await api.token({ userId: `calm-${name}` }))).errors).toBeUndefined();
    clock.advance(1_000);
    expect((await ask(busy)).errors).toBeUndefined();
  });
});

describe('an event stream', () => {
  const stream = (body: string, headers: Record<string, string> = json) =>
    send({ path: '/graphql/stream', headers, body });

  it('takes no body that is too large, and no form', async () => {
    const large = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(300_000) } });
    expect((await stream(large)).status).toBe(413);
    expect((await stream('query=x', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    );
    expect((await send({ method: 'GET', path: '/graphql/stream?query=%7B__typename%7D' })).status).toBe(404);
  });

  it.each([
    '',
    '{',
    '42',
    '[]',
    '{}',
    '{"query":5}',
    '{"query":""}',
    '{"query":"{ __typename }","variables":[1]}',
  ])('refuses the body %j with a code, and ends', async (body) => {
    const { status, text } = await stream(body);
    expect(status).toBeLessThan(500);
    expect(text).toMatch(/"code":"(BAD_REQUEST|OPERATION_NOT_FOUND)"/);
  });

  it('has the security headers, and CORS as everything else', async () => {
    const { headers } = await stream('{"query":"{ __typename }"}', {
      ...json,
      origin: 'https://fleet.example.com',
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'access-control-allow-origin': 'https://fleet.example.com',
      'content-type': expect.stringContaining('text/event-stream'),
    });
  });
});

describe('the webhook', () => {
  const hook = (account: string, headers: Record<string, string>, body = '{"any":"thing"}') =>
    send({ path: `/hooks/gps/${account}`, headers: { authorization: '', ...json, ...headers }, body });
  beforeEach(() => {
    clock.advance(120_000);
    api.commands.calls.splice(0);
  });

  it.each([
    ['bearer', () => ({ authorization: `Bearer ${api.hookSecret}` })],
    ['header', () => ({ 'x-hook-secret': api.hookSecret })],
  ])('takes a hint with the secret (%s), whatever the body is', async (_how, headers) => {
    for (const [type, body] of [
      ['application/json', '{'],
      ['text/xml', '<a/>'],
      ['application/octet-stream', '\0\u0001'],
    ] as const) {
      expect((await hook('acme', { ...headers(), 'content-type': type }, body)).status).toBe(202);
    }
    expect(api.commands.calls).toEqual(Array.from({ length: 3 }, () => ({ name: 'hint', args: [ACME] })));
  });

  it('answers alike for a wrong secret, for none, for an account that takes no hints, and for one that is not there', async () => {
    const answers = await Promise.all([
      hook('acme', { 'x-hook-secret': 'wrong' }),
      hook('acme', {}),
      hook('acme', { 'x-hook-secret': `${api.hookSecret}x` }),
      hook('other', { 'x-hook-secret': '' }),
      hook('other', { 'x-hook-secret': 'undefined' }),
      hook('nowhere', { 'x-hook-secret': api.hookSecret }),
      hook('__proto__', { 'x-hook-secret': api.hookSecret }),
    ]);
    const bodies = new Set(answers.map(({ text }) => text.replace(/"requestId":"[^"]+"/, '')));
    expect([[...new Set(answers.map(({ status }) => status))], bodies.size]).toEqual([[401], 1]);
    expect(api.commands.calls).toEqual([]);
  });

  it('limits hints, and those who try secrets', async () => {
    const good = await Promise.all(
      Array.from({ length: 15 }, () => hook('acme', { 'x-hook-secret': api.hookSecret })),
    );
    expect(good.filter(({ status }) => status === 202)).toHaveLength(10);
    expect(good.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
    const bad = await Promise.all(
      Array.from({ length: 80 }, () => hook('acme', { 'x-hook-secret': 'guess' })),
    );
    expect(bad.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
  });

  it('does not read a large body, announced or not', async () => {
    const answer = await hook('acme', { 'x-hook-secret': api.hookSecret }, 'x'.repeat(20_000));
    expect([answer.status, JSON.parse(answer.text).errors[0].extensions.code]).toEqual([
      413,
      'PAYLOAD_TOO_LARGE',
    ]);
    expect(await chunked({ 'x-hook-secret': api.hookSecret }, 20)).toBe(413);
    expect(api.commands.calls).toEqual([]);
  });

  it('asks for the secret before it reads anything, so that large bodies count among the tries', async () => {
    const large = await Promise.all(
      Array.from({ length: 70 }, () => hook('acme', { 'x-hook-secret': 'guess' }, 'x'.repeat(20_000))),
    );
    const statuses = large.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(60);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });

  it.each([
    ['no type of body', { 'content-type': '' }, 'x'],
    ['a type that is none', { 'content-type': ';;;' }, 'x'],
    ['a compressed body', { 'content-encoding': 'gzip' }, '\u001f\u008b nonsense'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=%ff&b'],
    ['a form of parts that is cut off', { 'content-type': 'multipart/form-data; boundary=x' }, '--x'],
    ['no body', {}, ''],
  ] as const)('takes a hint with %s, or refuses it with 4xx; never a 500', async (_what, headers, body) => {
    const { status } = await hook('acme', { 'x-hook-secret': api.hookSecret, ...headers }, body);
    expect([202, 400, 415]).toContain(status);
    expect(api.commands.calls.length).toBe(status === 202 ? 1 : 0);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('is nothing for %s', async (method) => {
    const { status } = await send({
      method,
      path: '/hooks/gps/acme',
      headers: { 'x-hook-secret': api.hookSecret },
    });
    expect(status).toBe(404);
    expect(api.commands.calls).toEqual([]);
  });

  it.each(['%00', '%ff', 'a%2fb', 'a'.repeat(500), '%E2%80%AE'])(
    'answers for the account %s as for one that is not there',
    async (account) => {
      const { status, text } = await hook(account, { 'x-hook-secret': api.hookSecret });
      expect([400, 401, 404, 414]).toContain(status);
      expect(text).not.toContain(account);
    },
  );

  it('does not tell what failed when a hint cannot be passed on', async () => {
    api.commands.failNext(new Error('redis://user:password@host is down'));
    const { status, text } = await hook('acme', { 'x-hook-secret': api.hookSecret });
    expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(text).not.toContain('redis');
  });

  /** Posts so many kilobytes without saying how many. */
  async function chunked(headers: Record<string, string>, kilobytes: number): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const post = request(`${api.url}/hooks/gps/acme`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      post.on('error', reject);
      for (let n = 0; n < kilobytes; n += 1) post.write('x'.repeat(1_024));
      post.end();
    });
  }
});

describe('probes', () => {
  it('say that it lives, and whether it is ready', async () => {
    expect(await (await fetch(`${api.url}/livez`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${api.url}/readyz`)).json()).toEqual({
      status: 'ok',
      checks: { database: 'ok' },
    });
    const sick = await startApi({
      drivers: 1,
      server: {
        readiness: [
          { name: 'database', check: () => Promise.reject(new Error('postgres://user:password@host')) },
        ],
      },
    });
    const response = await fetch(`${sick.url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'unavailable', checks: { database: 'failed' } },
    ]);
    await sick.close();
  });
});
