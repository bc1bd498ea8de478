import { explainStartError } from '../../src/config/start-error';

const places = {
  host: '127.0.0.1',
  port: 4000,
  dataDir: '/srv/gateway/data',
  sandbox: { gpsPort: 4101, driveriPort: 4102 },
};

const systemError = (fields: Record<string, unknown>, cause?: unknown): Error =>
  Object.assign(new Error(`${String(fields['syscall'])} ${String(fields['code'])}`, { cause }), fields);

const refusedToListen = (code: string, port: number) => systemError({ syscall: 'listen', code, port });
const refusedFile = (code: string, path: string) => systemError({ syscall: 'open', code, path });

test.each([
  ['the port', refusedToListen('EADDRINUSE', 4000), 'PORT: 4000 is in use on 127.0.0.1'],
  ['a sandbox portal’s port', refusedToListen('EADDRINUSE', 4101), 'SANDBOX_GPS_PORT: 4101 is in use'],
  ['the other’s', refusedToListen('EADDRINUSE', 4102), 'SANDBOX_DRIVERI_PORT: 4102 is in use'],
  ['a port that only root may use', refusedToListen('EACCES', 4000), 'PORT: 4000 is not for this user'],
  ['another machine’s address', refusedToListen('EADDRNOTAVAIL', 4000), 'HOST: 127.0.0.1 is not an address'],
  [
    'a host that nobody knows',
    systemError({ syscall: 'getaddrinfo', code: 'ENOTFOUND', hostname: '127.0.0.1' }),
    'HOST: 127.0.0.1 is not an address',
  ],
  ['a directory that is not ours', refusedFile('EACCES', '/srv/gateway/data'), 'DATA_DIR: /srv/gateway/data'],
  ['a file in it', refusedFile('EACCES', '/srv/gateway/data/database/lock'), 'DATA_DIR: /srv/gateway/data'],
  ['its parent', refusedFile('EROFS', '/srv/gateway'), 'DATA_DIR: /srv/gateway/data'],
  ['a file in its place', refusedFile('EEXIST', '/srv/gateway/data'), 'DATA_DIR: /srv/gateway/data'],
])('a start that fails for %s names the variable', (_what, error, says) => {
  const wrapped = new Error('Could not start api', { cause: error });
  for (const thrown of [error, wrapped]) {
    const text = explainStartError(thrown, places);
    expect(text).toContain('The environment cannot be used:');
    expect(text).toContain(says);
    expect(text).toContain('give ');
  }
});

test.each([
  ['another host', systemError({ syscall: 'getaddrinfo', code: 'ENOTFOUND', hostname: 'db.example.com' })],
  ['a file elsewhere', refusedFile('EACCES', '/etc/hosts')],
  ['a file that is missing', refusedFile('ENOENT', '/srv/gateway/data/x')],
  ['a connection', systemError({ syscall: 'connect', code: 'ECONNREFUSED', port: 4000 })],
  ['another refusal to listen', refusedToListen('EINVAL', 4000)],
])('a start that fails for %s says what came back', (_what, error) => {
  expect(explainStartError(error, places)).toBe(error.message);
});

test('a cause is told once: not when the error has said it already', () => {
  const cause = new Error('connection refused');
  const saysIt = new Error('The database does not answer: connection refused', { cause });
  expect(explainStartError(saysIt, places)).toBe('The database does not answer: connection refused');
  const hidesIt = new Error('The database could not be brought up to date', { cause });
  expect(explainStartError(hidesIt, undefined)).toBe(
    'The database could not be brought up to date\n  because: connection refused',
  );
});

test('whatever is thrown is told', () => {
  expect(explainStartError('no', places)).toBe('no');
  expect(explainStartError(null, undefined)).toBe('null');
});
