import { writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../src/config/config';
import { ConfigError } from '../../src/config/config-error';
import { readSandboxSecret } from '../../src/config/sandbox-secret';
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
    probesPort: undefined,
    limits: {
      requestsPerMinute: 1_200,
      socketsPerUser: 20,
      budgetPoints: 20_000,
      budgetPointsPerSecond: 1_000,
      executionsPerUser: 6,
    },
    trustProxy: undefined,
    allowHttp: [],
    host: '127.0.0.1',
    port: 4000,
    role: 'all',
    dataDir: path.resolve('data'),
    databaseUrl: undefined,
    redisUrl: undefined,
    accountsFile: undefined,
    auth: {
      key: { kind: 'sandbox' },
      issuer: undefined,
      audience: undefined,
      claims: { user: ['sub'], account: ['account'], role: ['role'] },
      roleMap: undefined,
      leewayMs: 60_000,
    },
    gpsPollMs: 30_000,
    retentionMs: 90 * 86_400_000,
    driveriPollMs: 60_000,
    publicUrl: undefined,
    tracing: false,
    mail: undefined,
    log: { level: 'info', format: 'json' },
    corsOrigins: [],
    introspection: true,
    sandbox: { enabled: true, gpsPort: 4101, driveriPort: 4102 },
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
  expect(loadConfig({ NODE_ENV: 'production', SANDBOX: '1', INTROSPECTION: 'true' }).introspection).toBe(
    true,
  );
  expect(loadConfig({ INTROSPECTION: 'off' }).introspection).toBe(false);
});

test('every problem is reported at once, with the name and what would be right', () => {
  const problems = problemsOf({
    PORT: '70000',
    ROLE: 'boss',
    REDIS_URL: 'http://cache',
    AUTH_SECRET: 'too-short-to-print',
    SANDBOX: '1',
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
    env: { REDIS_URL: 'redis://cache', SANDBOX: '1' },
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
  {
    reason: 'the sandbox in production',
    env: { NODE_ENV: 'production' },
    where: 'ACCOUNTS_FILE',
    says: 'SANDBOX=1',
  },
  {
    reason: 'the sandbox on a real database',
    env: { DATABASE_URL: 'postgres://db/gateway' },
    where: 'ACCOUNTS_FILE',
    says: 'is needed with DATABASE_URL',
  },
  {
    reason: 'the sandbox with a secret of its own',
    env: { AUTH_SECRET: SECRET },
    where: 'ACCOUNTS_FILE',
    says: 'is needed with AUTH_SECRET',
  },
  {
    reason: 'neither the sandbox nor accounts',
    env: { SANDBOX: '0' },
    where: 'ACCOUNTS_FILE',
    says: 'is needed with SANDBOX=0',
  },
  {
    reason: 'the sandbox beside accounts',
    env: { SANDBOX: '1', ACCOUNTS_FILE: 'accounts.yaml', AUTH_SECRET: SECRET },
    where: 'SANDBOX',
    says: 'ACCOUNTS_FILE',
  },
  {
    reason: 'the sandbox in two processes',
    env: { SANDBOX: '1', ROLE: 'api', DATABASE_URL: 'postgres://db/gateway' },
    where: 'ROLE',
    says: 'one process',
  },
  {
    reason: 'a key server over plain HTTP',
    env: { AUTH_JWKS_URL: 'http://id.example.com/keys', ACCOUNTS_FILE: 'accounts.yaml' },
    where: 'AUTH_JWKS_URL',
    says: 'ALLOW_HTTP=id.example.com',
  },
])('$reason is refused', ({ env, where, says }) => {
  expect(problemsOf(env as Record<string, string>)[where]).toContain(says);
});

test('a secret counts in bytes, not in characters', () => {
  expect(problemsOf({ AUTH_SECRET: 'é'.repeat(16), SANDBOX: '1' })).toEqual({});
  expect(problemsOf({ AUTH_SECRET: 'x'.repeat(31) })).toHaveProperty('AUTH_SECRET');
});

test('the sandbox secret is made once, for its owner only', async () => {
  const dataDir = path.join(temporaryDirectory(), 'data');
  const [first, second] = await Promise.all([readSandboxSecret(dataDir), readSandboxSecret(dataDir)]);
  expect(first.reveal()).toBe(second.reveal());
  expect((await readSandboxSecret(dataDir)).reveal()).toBe(first.reveal());
  expect((await stat(path.join(dataDir, 'auth-secret'))).mode & 0o777).toBe(0o600);
});

test('the sandbox may be asked for where it is not expected', () => {
  const env = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/gateway', AUTH_SECRET: SECRET };
  expect(loadConfig({ ...env, SANDBOX: '1' }).sandbox.enabled).toBe(true);
  expect(loadConfig({ ...env, ACCOUNTS_FILE: 'accounts.yaml' }).sandbox.enabled).toBe(false);
});

test('claims, roles, limits and proxies are read', () => {
  const { auth, limits, trustProxy, probesPort, allowHttp } = loadConfig({
    AUTH_CLAIM_USER: 'oid',
    AUTH_CLAIM_ACCOUNT: 'https://fleet.example.com/account',
    AUTH_CLAIM_ROLE: 'resource_access.gateway.roles',
    AUTH_ROLE_MAP: 'fleet-admin=MASTER, a=b=VIEWER',
    AUTH_LEEWAY_SECONDS: '0',
    REQUESTS_PER_MINUTE: '60',
    SOCKETS_PER_USER: '2',
    BUDGET_POINTS: '5000',
    BUDGET_POINTS_PER_SECOND: '50',
    EXECUTIONS_PER_USER: '3',
    TRUST_PROXY: '10.0.0.0/8, ::1',
    PROBES_PORT: '9000',
    ALLOW_HTTP: 'Portal.Internal',
  });
  expect(auth.claims).toEqual({
    user: ['oid'],
    account: ['https://fleet.example.com/account'],
    role: ['resource_access', 'gateway', 'roles'],
  });
  expect([...(auth.roleMap ?? [])]).toEqual([
    ['fleet-admin', 'MASTER'],
    ['a=b', 'VIEWER'],
  ]);
  expect({ leewayMs: auth.leewayMs, limits, trustProxy, probesPort, allowHttp }).toEqual({
    leewayMs: 0,
    limits: {
      requestsPerMinute: 60,
      socketsPerUser: 2,
      budgetPoints: 5_000,
      budgetPointsPerSecond: 50,
      executionsPerUser: 3,
    },
    trustProxy: ['10.0.0.0/8', '::1'],
    probesPort: 9000,
    allowHttp: ['portal.internal'],
  });
  expect(loadConfig({ TRUST_PROXY: '2' }).trustProxy).toBe(2);
});

test.each([
  'REQUESTS_PER_MINUTE',
  'SOCKETS_PER_USER',
  'BUDGET_POINTS',
  'BUDGET_POINTS_PER_SECOND',
  'EXECUTIONS_PER_USER',
])('the largest number that a refusal of %s names is taken, and no larger one', (name) => {
  const refusal = problemsOf({ [name]: '9'.repeat(40) })[name] ?? '';
  const largest = /to (\d+)$/.exec(refusal)?.[1];
  expect(largest).toBeDefined();
  expect(() => loadConfig({ [name]: largest })).not.toThrow();
  expect(problemsOf({ [name]: `${Number(largest) + 1}` })).toHaveProperty(name);
});

test.each([
  ['texts by id', { abc: '{ viewer { userId } }' }],
  [
    'a manifest',
    {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: 'abc', name: 'V', type: 'query', body: '{ viewer { userId } }' }],
    },
  ],
])('trusted documents are read from a file of %s', (_, content) => {
  const file = path.join(temporaryDirectory(), 'documents.json');
  writeFileSync(file, JSON.stringify(content));
  const { trustedDocuments } = loadConfig({ TRUSTED_DOCUMENTS: file });
  expect(trustedDocuments).toEqual(new Map([['abc', '{ viewer { userId } }']]));
});

test.each([
  ['no JSON', '{ query'],
  ['another form', '["{ viewer { userId } }"]'],
  ['the document abc', '{"abc":"{ viewer {"}'],
])('a file of trusted documents with %s is refused', (why, content) => {
  const file = path.join(temporaryDirectory(), 'documents.json');
  writeFileSync(file, content);
  expect(problemsOf({ TRUSTED_DOCUMENTS: file })['TRUSTED_DOCUMENTS']).toContain(
    why === 'no JSON' ? 'JSON' : why,
  );
});

test('a wrong claim, role, limit, proxy or certificate file is named', () => {
  const file = path.join(temporaryDirectory(), 'ca.pem');
  writeFileSync(file, 'no certificate');
  const problems = problemsOf({
    AUTH_CLAIM_ROLE: 'roles..gateway',
    AUTH_ROLE_MAP: 'admin=BOSS',
    AUTH_LEEWAY_SECONDS: '601',
    REQUESTS_PER_MINUTE: '0',
    SOCKETS_PER_USER: 'many',
    BUDGET_POINTS: '100',
    TRUST_PROXY: 'load-balancer',
    ALLOW_HTTP: 'http://portal',
    HTTPS_PROXY: 'socks://proxy',
    NODE_EXTRA_CA_CERTS: file,
  });
  expect(Object.keys(problems).sort()).toEqual([
    'ALLOW_HTTP',
    'AUTH_CLAIM_ROLE',
    'AUTH_LEEWAY_SECONDS',
    'AUTH_ROLE_MAP',
    'BUDGET_POINTS',
    'HTTPS_PROXY',
    'NODE_EXTRA_CA_CERTS',
    'REQUESTS_PER_MINUTE',
    'SOCKETS_PER_USER',
    'TRUST_PROXY',
  ]);
  expect(problems['AUTH_ROLE_MAP']).toContain('MASTER, ADMIN, VIEWER');
  expect(problems['NODE_EXTRA_CA_CERTS']).toContain('holds no certificate');
  expect(problemsOf({ NODE_EXTRA_CA_CERTS: '/nowhere.pem' })['NODE_EXTRA_CA_CERTS']).toContain('ENOENT');
  expect(problemsOf({ AUTH_ROLE_MAP: 'a=VIEWER,a=ADMIN' })['AUTH_ROLE_MAP']).toContain('twice');
});

describe('a secret', () => {
  const accounts = { ACCOUNTS_FILE: 'accounts.yaml' };
  const inFile = (content: string): string => {
    const file = path.join(temporaryDirectory(), 'secret');
    writeFileSync(file, content);
    return file;
  };

  test.each(['DATABASE_URL', 'REDIS_URL', 'AUTH_SECRET'])('%s may come from a file', (name) => {
    const given = { DATABASE_URL: 'postgres://db/x', REDIS_URL: 'redis://cache', AUTH_SECRET: SECRET };
    const { [name as keyof typeof given]: value, ...others } = given;
    const config = loadConfig({ ...accounts, ...others, [`${name}_FILE`]: inFile(`${value}\r\n`) });
    const found = {
      DATABASE_URL: config.databaseUrl,
      REDIS_URL: config.redisUrl,
      AUTH_SECRET: config.auth.key.kind === 'secret' ? config.auth.key.secret : undefined,
    };
    expect(found[name as keyof typeof found]?.reveal()).toBe(value);
  });

  test.each([
    { reason: 'a file that is not there', env: { AUTH_SECRET_FILE: '/nowhere' }, says: 'cannot be read' },
    { reason: 'an empty file', env: { AUTH_SECRET_FILE: inFile('\n') }, says: 'empty file' },
    { reason: 'both', env: { AUTH_SECRET: SECRET, AUTH_SECRET_FILE: inFile(SECRET) }, says: 'exactly one' },
    { reason: 'two lines', env: { AUTH_SECRET_FILE: inFile(`${SECRET}\n${SECRET}`) }, says: 'line break' },
  ])('from $reason is refused by the name of the variable', ({ env, says }) => {
    expect(problemsOf({ ...accounts, ...(env as Record<string, string>) })['AUTH_SECRET_FILE']).toContain(
      says,
    );
  });

  test('loses what was stored at its ends, and is refused by name in quotes or with a line break inside', () => {
    const config = loadConfig({ ...accounts, AUTH_SECRET: ` ${SECRET}\r\n`, PORT: '4000 ' });
    expect(config.auth.key.kind === 'secret' && config.auth.key.secret.reveal()).toBe(SECRET);
    const problems = problemsOf({
      ...accounts,
      AUTH_SECRET: `"${SECRET}"`,
      REDIS_URL: "'redis://cache'",
      DATABASE_URL: 'postgres://db/\nx',
    });
    expect(problems['AUTH_SECRET']).toContain('wrapped in quotes');
    expect(problems['REDIS_URL']).toContain('wrapped in quotes');
    expect(problems['DATABASE_URL']).toContain('line break');
    expect(JSON.stringify(problems)).not.toContain(SECRET);
  });
});

test('mail needs a server and a sender, and links lose their slash at the end', () => {
  const env = { SMTP_URL: 'smtps://user:hush@mail.example.com', MAIL_FROM: 'Gateway <gateway@example.com>' };
  const config = loadConfig({ ...env, PUBLIC_URL: 'https://drivers.example.com/gateway/' });
  expect(config.publicUrl).toBe('https://drivers.example.com/gateway');
  expect(config.mail).toMatchObject({ from: 'Gateway <gateway@example.com>' });
  expect(JSON.stringify(config)).not.toContain('hush');
  expect(Object.keys(problemsOf({ SMTP_URL: env.SMTP_URL }))).toEqual(['MAIL_FROM']);
  expect(Object.keys(problemsOf({ MAIL_FROM: 'gateway@example.com' }))).toEqual(['SMTP_URL']);
  expect(Object.keys(problemsOf({ ...env, SMTP_URL: 'mail.example.com:25' }))).toEqual(['SMTP_URL']);
});

describe('signing in to the console with an identity provider', () => {
  const env = {
    ACCOUNTS_FILE: 'accounts.yaml',
    AUTH_JWKS_URL: 'https://id.example.com/jwks',
    AUTH_ISSUER: 'https://id.example.com/realms/fleet',
    AUTH_AUDIENCE: 'gateway',
  };

  it('is off without a client id', () => {
    expect(loadConfig(env).consoleSignIn).toBeUndefined();
  });

  it('takes the issuer and the audience of the tokens', () => {
    const given = { CONSOLE_CLIENT_ID: 'console', CONSOLE_PROVIDER_ORIGINS: 'https://token.example.com' };
    expect(loadConfig({ ...env, ...given }).consoleSignIn).toEqual({
      issuer: 'https://id.example.com/realms/fleet',
      clientId: 'console',
      scope: 'openid offline_access',
      audience: 'gateway',
      resource: undefined,
      origins: ['https://id.example.com', 'https://token.example.com'],
    });
  });

  it.each([
    [undefined, 'is needed with CONSOLE_CLIENT_ID'],
    ['fleet', 'is no URL'],
    ['http://id.example.com', 'would be read over http://'],
  ])('refuses the issuer %s', (issuer, what) => {
    const given = { ...env, AUTH_ISSUER: issuer, CONSOLE_CLIENT_ID: 'console' };
    expect(() => loadConfig(given)).toThrow(what);
  });
});
