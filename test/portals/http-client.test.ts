import { inspect } from 'node:util';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../src/portals/http-client';
import { failureOf } from './support/failure-of';
import { reply, startStub, type Answerer, type StubPortal } from './support/stub-portal';

const READ: HttpRequest = {
  operation: { portal: 'gps', name: 'driver/list', effect: 'read' },
  method: 'GET',
  path: '/driver/list?secret-in-url',
  headers: { authorization: 'secret-in-header' },
};
const WRITE: HttpRequest = {
  operation: { portal: 'gps', name: 'driver/update', effect: 'write' },
  method: 'POST',
  path: '/driver/update',
  headers: { authorization: 'secret-in-header' },
  body: 'secret-in-body',
};

let stub: StubPortal | undefined;
let client: HttpClient | undefined;

async function against(answer: Answerer, options: Partial<Parameters<typeof createHttpClient>[1]> = {}) {
  stub = await startStub(answer);
  client = createHttpClient('gps', {
    baseUrl: `${stub.origin}/v2/`,
    timeoutMs: 2_000,
    maxAnswerBytes: 1_000,
    connections: 4,
    ...options,
  });
  return client;
}

afterEach(async () => {
  await stub?.close();
  await client?.close();
  stub = client = undefined;
});

test('a call goes below the base URL and brings status and body', async () => {
  const http = await against((_seen, response) => reply(response, 200, 'grüß Gott'));
  await expect(http.send(WRITE)).resolves.toMatchObject({ status: 200, body: 'grüß Gott' });
  expect(stub?.seen).toMatchObject([{ method: 'POST', url: '/v2/driver/update', body: 'secret-in-body' }]);
});

test('a refusal (4xx) is an answer: what it means is for the portal to say', async () => {
  const http = await against((_seen, response) => reply(response, 404, 'no'));
  await expect(http.send(WRITE)).resolves.toMatchObject({ status: 404, body: 'no' });
});

describe('what a failed call is called, and what is known of a write', () => {
  const cases: {
    readonly reason: string;
    readonly answer: Answerer;
    readonly kind: string;
    readonly write: 'none' | 'unknown';
    /** How often the read is sent: once more when its connection broke. */
    readonly reads?: number;
    readonly options?: Partial<Parameters<typeof createHttpClient>[1]>;
  }[] = [
    {
      reason: 'no answer in time: it may have been carried out',
      answer: () => undefined,
      kind: 'timeout',
      write: 'unknown',
      options: { timeoutMs: 50 },
    },
    {
      reason: 'half an answer, and then nothing',
      answer: (_seen, response) => void response.writeHead(200, { 'content-length': '10' }).write('half'),
      kind: 'timeout',
      write: 'unknown',
      options: { timeoutMs: 50 },
    },
    {
      reason: 'the connection breaks before the answer',
      answer: (_seen, response) => void response.destroy(),
      kind: 'unreachable',
      write: 'unknown',
      reads: 2,
    },
    {
      reason: 'the connection breaks in the answer',
      answer: (_seen, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('half', () => response.destroy());
      },
      kind: 'unreachable',
      write: 'unknown',
      reads: 2,
    },
    {
      reason: 'not HTTP',
      answer: (_seen, response) => void response.socket?.end('what?\r\n\r\n'),
      kind: 'malformed',
      write: 'unknown',
    },
    {
      reason: 'longer than allowed',
      answer: (_seen, response) => reply(response, 200, 'x'.repeat(2_000)),
      kind: 'malformed',
      write: 'unknown',
    },
    ...[500, 502, 503, 504].map((status) => ({
      reason: `${status}: failed, nobody knows how far it got`,
      answer: ((_seen, response) => reply(response, status, 'oops')) satisfies Answerer,
      kind: 'server',
      write: 'unknown' as const,
    })),
    {
      reason: 'a redirect is not followed',
      answer: (_seen, response) => reply(response, 302, '', { location: 'http://127.0.0.1:1/elsewhere' }),
      kind: 'malformed',
      write: 'unknown',
    },
    {
      reason: '429: refused as a whole',
      answer: (_seen, response) => reply(response, 429, 'slow down'),
      kind: 'rate-limited',
      write: 'none',
    },
  ];

  test.each(cases)('$reason', async ({ answer, kind, write, reads = 1, options }) => {
    const http = await against(answer, options);
    await expect(failureOf(http.send(READ))).resolves.toMatchObject({ kind, outcome: 'none' });
    const failure = await failureOf(http.send(WRITE));
    expect(failure).toMatchObject({ kind, outcome: write, operation: 'driver/update' });
    expect(stub?.seen).toHaveLength(reads + 1); // a write is never sent twice
    expect(inspect(failure, { depth: 9 })).not.toMatch(/secret|127\.0\.0\.1/);
  });

  test('nobody listens: nothing was sent, so a write had no effect', async () => {
    const http = await against((_seen, response) => reply(response, 200, ''));
    await stub?.close();
    const failure = await failureOf(http.send(WRITE));
    expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'none', portalCode: 'ECONNREFUSED' });
  });
});

test.each([
  ['7', 7_000],
  ['0', undefined],
  ['0.5', undefined],
  ['-1', undefined],
  ['soon', undefined],
  ['7200', 3_600_000],
  ['99999999', undefined],
])('Retry-After %s is %s ms', async (header, retryAfterMs) => {
  const http = await against((_seen, response) => reply(response, 429, '', { 'retry-after': header }));
  expect((await failureOf(http.send(READ))).retryAfterMs).toBe(retryAfterMs);
});

test('Retry-After may be a date', async () => {
  const date = new Date(Date.now() + 60_000).toUTCString();
  const http = await against((_seen, response) => reply(response, 503, '', { 'retry-after': date }));
  const { retryAfterMs } = await failureOf(http.send(READ));
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('closing waits for the call under way', async () => {
  let finish: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (arrived = resolve));
  const http = await against((_seen, response) => {
    finish = () => reply(response, 200, 'late');
    arrived();
  });
  const call = http.send(READ);
  await reached;
  const closed = http.close();
  finish();
  await expect(call).resolves.toMatchObject({ body: 'late' });
  await closed;
  client = undefined;
});

test.each([
  'not a url',
  'ftp://portal.example/v2',
  'https://user:password@portal.example/v2',
  'https://portal.example/v2?key=1',
  'https://portal.example/v2#top',
])('%s is no base URL', (baseUrl) => {
  const options = { baseUrl, timeoutMs: 1, maxAnswerBytes: 1, connections: 1 };
  expect(() => createHttpClient('gps', options)).toThrow(TypeError);
  expect(() => createHttpClient('gps', options)).not.toThrow(/password/);
});
