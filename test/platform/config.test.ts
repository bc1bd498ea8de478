import { stat } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../src/platform/config';
import { ConfigError } from '../../src/platform/config-error';
import { readSandboxSecret } from '../../src/platform/sandbox-secret';
import { temporaryDirectory } from '../support/temporary-directory';

const SECRET = 'x'.repeat(32);

function problemsOf(env: Record<string, string>): Record<string, string> {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) {
      return Object.fromEntries(error.problems.map(({ where, what }) => [where, what]));
    }
    throw error;
  }
  return {};
}

test('an empty environment is a working sandbox', () => {
  expect(loadConfig({ PORT: '' }, { terminal: false })).toEqual({
    production: false,
    host: '127.0.0.1',
    port: 4000,
    role: 'all',
    dataDir: path.resolve('data'),
    databaseUrl: undefined,
    redisUrl: undefined,
    accountsFile: undefined,
    auth: { key: { kind: 'sandbox' }, issuer: undefined, audience: undefined },
    gpsPollMs: 30_000,
    retentionMs: 90 * 86_400_000,
    driveriPollMs: 60_000,
    log: { level: 'info', format: 'json' },
    corsOrigins: [],
    introspection: true,
    sandbox: { gpsPort: 4101, driveriPort: 4102 },
  });
});

test('a production environment is read whole', () => {
  const config = loadConfig({
    NODE_ENV: 'production',
    ROLE: 'worker',
    DATABASE_URL: 'postgres://gateway:pw@db/gateway',
    REDIS_URL: 'rediss://cache:6380/1',
    ACCOUNTS_FILE: '/etc/gateway/accounts.yaml',
    AUTH_SECRET: SECRET,
    AUTH_ISSUER: 'https://id.example.com',
    CORS_ORIGINS: 'https://a.example.com, http://localhost:5173',
    GPS_POLL_SECONDS: '10',
    RETENTION_DAYS: '30',
    LOG_FORMAT: 'pretty',
  });
  expect(config).toMatchObject({
    production: true,
    role: 'worker',
    accountsFile: '/etc/gateway/accounts.yaml',
    introspection: false,
    corsOrigins: ['https://a.example.com', 'http://localhost:5173'],
    gpsPollMs: 10_000,
    retentionMs: 30 * 86_400_000,
    log: { format: 'pretty' },
  });
  expect(config.databaseUrl?.reveal()).toBe('postgres://gateway:pw@db/gateway');
  expect(config.auth.key.kind === 'secret' && config.auth.key.secret.reveal()).toBe(SECRET);
  expect(JSON.stringify(config)).not.toContain('pw');
});

test('introspection can be asked for in production, and turned off elsewhere', () => {
  expect(loadConfig({ NODE_ENV: 'production', INTROSPECTION: 'true' }).introspection).toBe(true);
  expect(loadConfig({ INTROSPECTION: 'off' }).introspection).toBe(false);
});

test('every problem is reported at once, with the name and what would be right', () => {
  const problems = problemsOf({
    PORT: '70000',
    ROLE: 'boss',
    REDIS_URL: 'http://cache',
    AUTH_SECRET: 'too-short-to-print',
    GPS_POLL_SECONDS: 'often',
    RETENTION_DAYS: '1',
    LOG_LEVEL: 'loud',
    CORS_ORIGINS: 'https://a.example.com/path',
    INTROSPECTION: 'maybe',
  });
  expect(Object.keys(problems).sort()).toEqual([
    'AUTH_SECRET',
    'CORS_ORIGINS',
    'GPS_POLL_SECONDS',
    'INTROSPECTION',
    'LOG_LEVEL',
    'PORT',
    'REDIS_URL',
    'RETENTION_DAYS',
    'ROLE',
  ]);
  expect(problems['PORT']).toContain('0 to 65535');
  expect(problems['RETENTION_DAYS']).toContain('2 to 36500');
  expect(problems['ROLE']).toContain('all, api or worker');
  expect(Object.values(problems).join()).not.toContain('too-short-to-print');
});

test.each([
  {
    reason: 'Redis without Postgres',
    env: { REDIS_URL: 'redis://cache' },
    where: 'REDIS_URL',
    says: 'DATABASE_URL',
  },
  {
    reason: 'two processes on one embedded database',
    env: { ROLE: 'api' },
    where: 'ROLE',
    says: 'DATABASE_URL',
  },
  {
    reason: 'two ways to verify tokens',
    env: { AUTH_SECRET: SECRET, AUTH_JWKS_URL: 'https://id.example.com/keys' },
    where: 'AUTH_SECRET',
    says: 'exactly one',
  },
  {
    reason: 'accounts without a way to verify tokens',
    env: { ACCOUNTS_FILE: 'accounts.yaml' },
    where: 'AUTH_JWKS_URL',
    says: 'AUTH_SECRET',
  },
])('$reason is refused', ({ env, where, says }) => {
  expect(problemsOf(env as Record<string, string>)[where]).toContain(says);
});

test('a secret counts in bytes, not in characters', () => {
  expect(problemsOf({ AUTH_SECRET: 'é'.repeat(16) })).toEqual({});
  expect(problemsOf({ AUTH_SECRET: 'x'.repeat(31) })).toHaveProperty('AUTH_SECRET');
});

test('the sandbox secret is made once, for its owner only', async () => {
  const dataDir = path.join(temporaryDirectory(), 'data');
  const [first, second] = await Promise.all([readSandboxSecret(dataDir), readSandboxSecret(dataDir)]);
  expect(first.reveal()).toBe(second.reveal());
  expect((await readSandboxSecret(dataDir)).reveal()).toBe(first.reveal());
  expect((await stat(path.join(dataDir, 'auth-secret'))).mode & 0o777).toBe(0o600);
});
