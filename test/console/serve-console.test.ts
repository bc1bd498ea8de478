import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import createFastify, { type FastifyInstance } from 'fastify';
import { serveConsole } from '../../src/console/serve-console';

const ASSETS = path.resolve(__dirname, '../../src/console/assets');
const files = readdirSync(ASSETS);
const plain = files.filter((file) => !/\.(br|gz)$/.test(file));
const bytesOf = (file: string): Buffer => readFileSync(path.join(ASSETS, file));
const oneOf = (pattern: RegExp): string => {
  const found = plain.find((file) => pattern.test(file));
  if (found === undefined) throw new Error(`no asset is like ${String(pattern)}`);
  return found;
};

let fastify: FastifyInstance;
let origin: string;

beforeAll(async () => {
  fastify = createFastify();
  serveConsole(fastify, {
    signIn: async () => ({ kind: 'token' }),
    providerOrigins: ['https://login.example.com'],
  });
  origin = await fastify.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => fastify.close());

interface Answer {
  readonly statusCode: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** As it comes over the wire: nothing is unpacked, and an address is sent as it is written. */
const get = (url: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(origin, { path: url, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ statusCode: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });

describe('serving the console', () => {
  it.each(['/', '/sign-in', '/drivers?q=ada', '/drivers/some-id', '/runs/some-id', '/turn-on', '/settings'])(
    'answers %s with the page: the address of a screen can be sent to a colleague',
    async (url) => {
      const page = await get(url);
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.body).toEqual(bytesOf('index.html'));
    },
  );

  it('has everything that the page loads', async () => {
    const html = bytesOf('index.html').toString();
    const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
    expect(loaded.some((url) => /^\/console\/main-[\w-]+\.js$/.test(url))).toBe(true);
    for (const url of loaded) expect([url, (await get(url)).statusCode]).toEqual([url, 200]);
  });

  it.each([
    [/^main-.*\.js$/, 'text/javascript; charset=utf-8'],
    [/\.css$/, 'text/css; charset=utf-8'],
    [/\.svg$/, 'image/svg+xml'],
  ])('says what %s is, that it is nothing else, and that it never changes', async (pattern, contentType) => {
    const file = oneOf(pattern);
    const { headers, body } = await get(`/console/${file}`);
    expect(headers['content-type']).toBe(contentType);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(body).toEqual(bytesOf(file));
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ])('to a client that takes "%s" it sends %s', async (accepted, coding, unpack) => {
    const file = oneOf(/^main-.*\.js$/);
    const { headers, body } = await get(`/console/${file}`, { 'accept-encoding': accepted });
    expect([headers['content-encoding'], headers['vary']]).toEqual([coding, 'Accept-Encoding']);
    expect(unpack(body)).toEqual(bytesOf(file));
  });

  it.each(['identity', 'gzip;q=0, br;q=0.0', ''])(
    'to a client that takes "%s" it sends nothing compressed',
    async (accepted) => {
      const { headers, body } = await get('/', { 'accept-encoding': accepted });
      expect(headers['content-encoding']).toBeUndefined();
      expect(body).toEqual(bytesOf('index.html'));
    },
  );

  it('lets the page load and call only this server and the identity provider, and run nothing inline', async () => {
    const policy = String((await get('/')).headers['content-security-policy']);
    const directives = new Map(policy.split('; ').map((line) => [line.split(' ')[0], line]));
    expect(directives.get('default-src')).toBe("default-src 'none'");
    expect(directives.get('script-src')).toBe("script-src 'self'");
    expect(directives.get('style-src')).toBe("style-src 'self'");
    expect(directives.get('connect-src')).toBe(
      `connect-src 'self' ws://${new URL(origin).host} https://login.example.com`,
    );
    expect(directives.get('frame-ancestors')).toBe("frame-ancestors 'none'");
    expect(directives.get('form-action')).toBe("form-action 'none'");
    expect(directives.get('require-trusted-types-for')).toBe("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
  });

  const connectOf = async (headers: Record<string, string>, url = '/'): Promise<string | undefined> =>
    String((await get(url, headers)).headers['content-security-policy'])
      .split('; ')
      .find((line) => line.startsWith('connect-src'));

  it.each([
    ['console.example.com', "connect-src 'self' ws://console.example.com https://login.example.com"],
    [
      'Console.Example.com:8443',
      "connect-src 'self' ws://Console.Example.com:8443 https://login.example.com",
    ],
    ['[::1]:4000', "connect-src 'self' https://login.example.com"],
    ["evil.example; script-src 'unsafe-inline'", "connect-src 'self' https://login.example.com"],
    ['*', "connect-src 'self' https://login.example.com"],
    ['evil.example *', "connect-src 'self' https://login.example.com"],
  ])('names for the host "%s" just what the page calls', async (host, expected) => {
    expect(await connectOf({ host })).toBe(expected);
    expect(await connectOf({ host }, '/drivers')).toBe(expected);
  });

  it('names no provider where there is none, and the secure socket behind a proxy that is trusted', async () => {
    const behind = createFastify({ trustProxy: true });
    serveConsole(behind, { signIn: async () => ({ kind: 'token' }) });
    const url = await behind.listen({ host: '127.0.0.1', port: 0 });
    const { headers } = await fetch(url, {
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'fleet.example.com' },
    });
    expect(headers.get('content-security-policy')).toContain("connect-src 'self' wss://fleet.example.com;");
    await behind.close();
  });

  it('names the public address as well, for a proxy that asks for another host', async () => {
    const inside = createFastify();
    serveConsole(inside, {
      signIn: async () => ({ kind: 'token' }),
      publicUrl: 'https://drivers.example.com/console',
    });
    const url = await inside.listen({ host: '127.0.0.1', port: 0 });
    const { headers } = await fetch(url);
    expect(headers.get('content-security-policy')).toContain(
      `connect-src 'self' ws://${new URL(url).host} wss://drivers.example.com;`,
    );
    await inside.close();
  });

  it('is asked for the page each time, and answers briefly when nothing has changed', async () => {
    const first = await get('/');
    expect(first.headers['cache-control']).toBe('no-cache');
    const etag = String(first.headers['etag']);
    const second = await get('/', { 'if-none-match': etag });
    expect([second.statusCode, second.body.length]).toEqual([304, 0]);
    expect((await get('/', { 'if-none-match': '"another"' })).statusCode).toBe(200);
    const packed = await get('/', { 'if-none-match': etag, 'accept-encoding': 'br' });
    expect(packed.statusCode).toBe(200);
  });

  it('tells how to sign in, and lets nothing keep it', async () => {
    const { headers, body } = await get('/console/sign-in.json');
    expect([headers['cache-control'], JSON.parse(body.toString())]).toEqual(['no-store', { kind: 'token' }]);
  });

  it.each([
    '/console/',
    '/console/index.html',
    '/console/nothing.js',
    '/console/index.html.br',
    '/console/..%2fserve-console.ts',
    '/console/..%2fconsole.graphql',
    '/console/../serve-console.ts',
    '/console/console.graphql',
    '/index.html',
    '/drivers.html',
    '/nothing',
  ])('has nothing at %s', async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });
});

describe('the assets', () => {
  it('have both compressed forms of every file', () => {
    for (const file of plain) {
      expect([file, brotliDecompressSync(bytesOf(`${file}.br`)).equals(bytesOf(file))]).toEqual([file, true]);
      expect([file, gunzipSync(bytesOf(`${file}.gz`)).equals(bytesOf(file))]).toEqual([file, true]);
    }
  });

  it('have no inline script, style or event handler in the page', () => {
    const html = bytesOf('index.html').toString();
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([^<]*)/g)) {
      expect(attributes).toMatch(/\bsrc="\/console\//);
      expect(body).toBe('');
    }
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
  });

  it('say nothing of the machine that built them', () => {
    for (const file of plain) expect([file, bytesOf(file).includes(process.cwd())]).toEqual([file, false]);
  });
});
