import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import createFastify, { type FastifyInstance } from 'fastify';
import { serveConsole } from '../../src/console/serve-console';

const ASSETS = path.resolve(__dirname, '../../src/console/assets');
const files = readdirSync(ASSETS);
const scripts = files.filter((file) => file.endsWith('.js'));
const textOf = (file: string): string => readFileSync(path.join(ASSETS, file), 'utf8');

let fastify: FastifyInstance;
let origin: string;

beforeAll(async () => {
  fastify = createFastify();
  serveConsole(fastify);
  origin = await fastify.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => fastify.close());

const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(origin + url, { headers });
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
};

describe('serving the console', () => {
  it('serves the page at the root, and everything it loads below /console', async () => {
    const page = await get('/');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toBe(textOf('index.html'));
    const loaded = [...page.body.matchAll(/(?:src|href)="(console\/[^"]+)"/g)].map(([, url]) => url);
    expect(loaded).toContain('console/console.js');
    for (const url of loaded) expect((await get(`/${url}`)).statusCode).toBe(200);
  });

  it.each([
    ['console.js', 'text/javascript; charset=utf-8'],
    ['console.css', 'text/css; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ])('says what %s is, and that it is nothing else', async (file, contentType) => {
    const { headers, body } = await get(`/console/${file}`);
    expect(headers['content-type']).toBe(contentType);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toBe(textOf(file));
  });

  it('lets the page load and call only this server, and run nothing inline', async () => {
    const policy = String((await get('/')).headers['content-security-policy']);
    const directives = new Map(policy.split('; ').map((line) => [line.split(' ')[0], line]));
    expect(directives.get('default-src')).toBe("default-src 'none'");
    expect(directives.get('script-src')).toBe("script-src 'self'");
    expect(directives.get('style-src')).toBe("style-src 'self'");
    expect(directives.get('connect-src')).toBe("connect-src 'self' ws: wss:");
    expect(directives.get('frame-ancestors')).toBe("frame-ancestors 'none'");
    expect(directives.get('form-action')).toBe("form-action 'none'");
    expect(directives.get('require-trusted-types-for')).toBe("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
  });

  it('is asked again each time, and answers briefly when nothing has changed', async () => {
    const first = await get('/console/console.js');
    expect(first.headers['cache-control']).toBe('no-cache');
    const etag = String(first.headers['etag']);
    const second = await get('/console/console.js', { 'if-none-match': etag });
    expect([second.statusCode, second.body]).toEqual([304, '']);
    const third = await get('/console/console.js', { 'if-none-match': '"another"' });
    expect(third.statusCode).toBe(200);
  });

  it.each([
    '/console/',
    '/console/index.html',
    '/console/nothing.js',
    '/console/..%2fserve-console.ts',
    '/console/..%2fconsole.graphql',
    '/console/console.graphql',
    '/console/documents.d.ts',
    '/console/desk.d.ts',
    '/console/tsconfig.json',
    '/index.html',
  ])('has nothing at %s', async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });
});

describe('the assets', () => {
  it('have no inline script, style or event handler in the page', () => {
    const html = textOf('index.html');
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([^<]*)/g)) {
      expect(attributes).toMatch(/\bsrc="console\//);
      expect(body).toBe('');
    }
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
  });

  it('load nothing from elsewhere', () => {
    for (const file of files.filter((name) => name !== 'icon.svg')) {
      expect([file, textOf(file)]).not.toEqual([
        file,
        expect.stringMatching(/https?:\/\/|@import\s+(url|['"])/),
      ]);
    }
  });

  it('import only modules that are there, by names that they export', () => {
    for (const script of scripts) {
      const imports = textOf(script).matchAll(/^import\s*\{([^}]*)\}\s*from\s*'([^']+)'/gm);
      for (const [, names = '', target = ''] of imports) {
        expect([script, target, existsSync(path.join(ASSETS, target))]).toEqual([script, target, true]);
        const exported = [
          ...textOf(target).matchAll(/export (?:async )?(?:function|const|class) (\w+)/g),
        ].map(([, name]) => name);
        const wanted = names
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean);
        expect([script, target, wanted.filter((name) => !exported.includes(name))]).toEqual([
          script,
          target,
          [],
        ]);
      }
    }
  });

  it('never make elements out of text, and keep the token out of addresses and lasting storage', () => {
    const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage|cookie/;
    for (const script of scripts) expect([script, forbidden.exec(textOf(script))]).toEqual([script, null]);
  });
});
