import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { createHttpClient, type HttpRequest } from '../../src/portals/http-client';
import { runTypeScript } from '../support/run-typescript';
import { temporaryDirectory } from '../support/temporary-directory';
import { failureOf } from './support/failure-of';
import { createAuthority, type Identity } from './support/own-authority';
import { reply, startStub } from './support/stub-portal';

const READ: HttpRequest = {
  operation: { portal: 'gps', name: 'driver/list', effect: 'read' },
  method: 'GET',
  path: '/driver/list?secret-in-url',
  headers: { authorization: 'secret-in-header' },
};
const WRITE: HttpRequest = { ...READ, method: 'POST', operation: { ...READ.operation, effect: 'write' } };

const open: { close(): unknown }[] = [];
const OLD_ENVIRONMENT = { ...process.env };

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    Reflect.deleteProperty(process.env, name);
    Reflect.deleteProperty(process.env, name.toLowerCase());
  }
});
afterEach(async () => {
  process.env = { ...OLD_ENVIRONMENT };
  for (const one of open.splice(0).reverse()) await one.close();
});

function clientFor(baseUrl: string) {
  const client = createHttpClient('gps', {
    baseUrl,
    timeoutMs: 5_000,
    maxAnswerBytes: 10_000,
    connections: 2,
  });
  open.push(client);
  return client;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port; // it listens on a port
}

/** A portal over TLS. */
async function securePortal(identity: Identity): Promise<number> {
  return listening(createHttpsServer(identity, (_request, response) => response.end('over TLS')));
}

/** A proxy that tunnels every host to this port, or answers with a status. It remembers what it was asked. */
async function proxyTo(port: number, status = 200) {
  const asked: string[] = [];
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, client) => {
    asked.push(request.url ?? '');
    client.on('error', () => undefined);
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, asked };
}

describe('the cause of a failed connection, in words', () => {
  const authority = createAuthority('Corporate Inspection');

  test('a name that is not found', async () => {
    const failure = await failureOf(clientFor('https://no-such-host.invalid/v2').send(WRITE));
    expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'none' });
    expect(failure.causeInWords).toMatch(
      /^the name no-such-host\.invalid (was not found|could not be looked up)/,
    );
  });

  test('a refused connection', async () => {
    const stub = await startStub((_seen, response) => reply(response, 200, ''));
    await stub.close();
    const failure = await failureOf(clientFor(stub.origin).send(WRITE));
    expect(failure.causeInWords).toBe(`${new URL(stub.origin).host} refused the connection`);
  });

  test('a certificate that is not trusted, and by which authority it was issued', async () => {
    const port = await securePortal(authority.issue('localhost'));
    const failure = await failureOf(clientFor(`https://localhost:${port}`).send(WRITE));
    expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'none' });
    expect(failure.causeInWords).toMatch(
      /^the certificate of localhost is not trusted, issued by “Corporate Inspection”: .*NODE_EXTRA_CA_CERTS$/,
    );
    expect(inspect(failure, { depth: 9 })).not.toContain('secret');
  });

  test('https where http is spoken', async () => {
    const stub = await startStub((_seen, response) => reply(response, 200, ''));
    open.push(stub);
    const failure = await failureOf(clientFor(stub.origin.replace('http:', 'https:')).send(WRITE));
    expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'none' });
    expect(failure.causeInWords).toContain('does not speak TLS');
  });
});

describe('an own certificate authority, in NODE_EXTRA_CA_CERTS', () => {
  const authority = createAuthority('Own Authority');
  const file = path.join(temporaryDirectory(), 'ca.pem');
  writeFileSync(file, authority.cert);
  /** From a process of its own: Node reads that variable when it starts. */
  const sendFrom = async (baseUrl: string, environment: Record<string, string> = {}): Promise<string> => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: file, ...environment };
    const child = runTypeScript('test/portals/support/send-once.ts', [baseUrl], env);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer); // a pipe's chunks
    return Buffer.concat(chunks).toString('utf8');
  };

  test('is trusted, directly and through HTTPS_PROXY', async () => {
    const port = await securePortal(authority.issue('localhost'));
    const proxy = await proxyTo(port);
    expect(await sendFrom(`https://localhost:${port}`)).toBe('over TLS');
    expect(await sendFrom('https://localhost:444', { HTTPS_PROXY: proxy.url })).toBe('over TLS');
    expect(proxy.asked).toEqual(['localhost:444']);
  }, 60_000);

  test('a certificate of it that has expired, and one for another host', async () => {
    const expired = await securePortal(authority.issue('localhost', -1));
    const other = await securePortal(authority.issue('portal.example'));
    expect(await sendFrom(`https://localhost:${expired}`)).toMatch(
      /^the certificate of localhost expired on .* GMT, issued by “Own Authority”$/,
    );
    expect(await sendFrom(`https://localhost:${other}`)).toBe(
      'the certificate is for portal.example, not for localhost, issued by “Own Authority”',
    );
  }, 60_000);
});

describe('E5: a proxy', () => {
  test('HTTP_PROXY is used, and NO_PROXY is kept', async () => {
    const stub = await startStub((_seen, response) => reply(response, 200, 'hello'));
    open.push(stub);
    const proxy = await proxyTo(Number(new URL(stub.origin).port));
    process.env['HTTP_PROXY'] = proxy.url;
    await expect(clientFor('http://portal.example/v2').send(READ)).resolves.toMatchObject({ body: 'hello' });
    expect(proxy.asked).toEqual(['portal.example:80']);
    process.env['NO_PROXY'] = '127.0.0.1';
    await expect(clientFor(stub.origin).send(READ)).resolves.toMatchObject({ body: 'hello' });
    expect(proxy.asked).toHaveLength(1);
  });

  test.each([
    [407, 'the proxy wants credentials'],
    [403, 'the proxy did not connect'],
    [502, 'the proxy did not connect'],
  ])('one that answers %s is named, and nothing was sent', async (status, message) => {
    const proxy = await proxyTo(1, status);
    process.env['HTTPS_PROXY'] = proxy.url;
    const failure = await failureOf(clientFor('https://portal.example').send(WRITE));
    expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'none', message });
    expect(failure.causeInWords).toBe(`${message} (proxy ${new URL(proxy.url).host}: it answered ${status})`);
  });

  test('one that is not there is named, without its password', async () => {
    const stub = await startStub((_seen, response) => reply(response, 200, ''));
    await stub.close();
    const { host } = new URL(stub.origin);
    process.env['HTTPS_PROXY'] = `http://user:secret-password@${host}`;
    const failure = await failureOf(clientFor('https://portal.example').send(WRITE));
    expect(failure).toMatchObject({ kind: 'unreachable', outcome: 'none' });
    expect(failure.causeInWords).toContain(`(proxy ${host}: ${host} refused the connection)`);
    expect(inspect(failure, { depth: 9 })).not.toContain('secret');
  });

  test('an address that is none is refused at the start', () => {
    process.env['HTTPS_PROXY'] = 'secret password';
    expect(() => clientFor('https://portal.example')).toThrow(
      'HTTPS_PROXY or HTTP_PROXY is not the address of a proxy',
    );
  });
});
