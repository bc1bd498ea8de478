import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_LIMITS } from '../../src/driver/guard/guards';
import { stringify } from 'yaml';
import { fingerprint, type AccountConfig } from '../../src/config/account-config';
import { parseAccounts, readAccounts } from '../../src/config/accounts-file';
import { ConfigError } from '../../src/config/config-error';
import { temporaryDirectory } from '../support/temporary-directory';

const ACME = `
accounts:
  - id: acme
    name: Acme Logistics
    tier: STANDARD
    timeZone: America/Chicago
    gps:
      baseUrl: https://api.gpsinsight.com/v2/
      username: \${ACME_USER}
      appToken: \${ACME_TOKEN}
    driveri:
      baseUrl: https://api.netradyne.com/driveri
      tenant: acme
      clientId: client
      clientSecret: \${ACME_SECRET}
`;
const ENV = { ACME_USER: 'acme-api', ACME_TOKEN: 'to: "tok" #1', ACME_SECRET: 's' };

type Tree = { [key: string]: unknown };

function entry(changes: { top?: Tree; gps?: Tree; driveri?: Tree; guards?: Tree } = {}): Tree {
  return {
    id: 'acme',
    name: 'Acme',
    tier: 'PRO',
    gps: { baseUrl: 'https://gps.example.com/v2', username: 'acme', appToken: 't', ...changes.gps },
    driveri: {
      baseUrl: 'https://driveri.example.com',
      tenant: 'acme',
      clientId: 'c',
      clientSecret: 's',
      ...changes.driveri,
    },
    ...(changes.guards && { guards: changes.guards }),
    ...changes.top,
  };
}

const parse = (...accounts: Tree[]) =>
  parseAccounts(stringify({ accounts }), {}, 'accounts.yaml', { mail: {} });

function one(changes?: Parameters<typeof entry>[0]): AccountConfig {
  const [account] = parse(entry(changes));
  return account!;
}

function problemsOf(read: () => unknown): Record<string, string> {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) {
      return Object.fromEntries(error.problems.map(({ where, what }) => [where, what]));
    }
    throw error;
  }
  return {};
}

test('an account is read with its defaults, and variables are filled in whatever they hold', () => {
  const [acme] = parseAccounts(ACME, ENV, 'accounts.yaml');
  expect(acme).toMatchObject({
    id: 'acme',
    driverSyncAvailable: false,
    dailyRunAt: '03:00',
    driverIdFallback: 'reference-id',
    driftPolicy: 'daily',
    gps: {
      baseUrl: 'https://api.gpsinsight.com/v2',
      username: 'acme-api',
      requestsPerDay: 20_000,
      driveriDriverIdField: { kind: 'field', name: 'driveri_driver_id' },
      hookSecret: undefined,
    },
    driveri: { requestsPerSecond: 5, removedStatus: undefined },
    guards: {
      maxInferredRemovals: 3,
      maxInferredRemovalsPercent: 5,
      maxIdentityChanges: 10,
      maxIdentityChangesPercent: 10,
      warnChangedPercent: 25,
      holdChangedPercent: 60,
      minCompletePercent: 80,
      maxDriverIdsLost: 3,
      maxDriverIdsLostPercent: 5,
      maxUnremarkableChanges: 10,
    },
  });
  expect(acme?.gps.appToken.reveal()).toBe('to: "tok" #1');
  expect(JSON.stringify(acme)).not.toContain('tok');
});

test('every limit can be set for an account', () => {
  const account = one({
    top: { driftPolicy: 'immediate', dailyRunAt: '23:59', driverSyncAvailable: false },
    gps: { requestsPerDay: 10, hookSecret: '0123456789abcdef', driveriDriverIdField: 'attribute:Driveri ID' },
    driveri: { requestsPerSecond: 0.5, removedStatus: 3 },
    guards: { maxInferredRemovals: 0, minCompletePercent: 95 },
  });
  expect(account).toMatchObject({
    driftPolicy: 'immediate',
    dailyRunAt: '23:59',
    driverSyncAvailable: false,
    gps: { requestsPerDay: 10, driveriDriverIdField: { kind: 'attribute', key: 'Driveri ID' } },
    driveri: { requestsPerSecond: 0.5, removedStatus: '3' },
    guards: { maxInferredRemovals: 0, maxInferredRemovalsPercent: 5, minCompletePercent: 95 },
  });
  expect(account.gps.hookSecret?.reveal()).toBe('0123456789abcdef');
});

test('every guard of the sync can be set for an account, and has the same default in both places', () => {
  expect(one({}).guards).toEqual(DEFAULT_LIMITS);
  const own = Object.fromEntries(
    Object.keys(DEFAULT_LIMITS).map((limit, index) => [
      limit,
      limit === 'warnChangedPercent' ? 1 : index + 2,
    ]),
  );
  expect(one({ guards: own }).guards).toEqual(own);
});

test('every missing variable is reported by name', () => {
  expect(Object.keys(problemsOf(() => parseAccounts(ACME, { ACME_USER: 'u', ACME_TOKEN: '' }, 'f')))).toEqual(
    ['ACME_TOKEN', 'ACME_SECRET'],
  );
});

test('a key that there is none of, and a section that is missing, are told with what would be right', () => {
  const misspelt = problemsOf(() => parse(entry({ gps: { driveriDriverIdFeld: 'x' } })));
  expect(misspelt['accounts[0].gps']).toMatch(/^has no "driveriDriverIdFeld"; give .*driveriDriverIdField/);
  const missing = problemsOf(() => parse(entry({ top: { driveri: undefined } })));
  expect(missing['accounts[0].driveri']).toBe('is missing; give a section with its keys');
});

test('every wrong value is reported with its place', () => {
  const problems = problemsOf(() =>
    parse(
      entry({
        top: { id: 'Acme!', tier: 'GOLD', timeZone: 'Mars/Olympus', dailyRunAt: '25:00', colour: 'red' },
        gps: { baseUrl: 'https://user:pw@gps.example.com', requestsPerDay: -1, hookSecret: 'short' },
        driveri: { clientSecret: undefined },
        guards: { warnChangedPercent: 90 },
      }),
    ),
  );
  expect(Object.keys(problems).sort()).toEqual([
    'accounts[0]',
    'accounts[0].dailyRunAt',
    'accounts[0].driveri.clientSecret',
    'accounts[0].gps.baseUrl',
    'accounts[0].gps.hookSecret',
    'accounts[0].gps.requestsPerDay',
    'accounts[0].guards.warnChangedPercent',
    'accounts[0].id',
    'accounts[0].tier',
    'accounts[0].timeZone',
  ]);
  expect(problems['accounts[0]']).toContain('colour');
  expect(JSON.stringify(problems)).not.toContain('pw@');
});

test('one name on two portals is two accounts', () => {
  const other = entry({
    top: { id: 'other' },
    gps: { baseUrl: 'https://gps2.example.com/v2' },
    driveri: { baseUrl: 'https://driveri2.example.com' },
  });
  expect(parse(entry(), other)).toHaveLength(2);
});

test('two spellings of one base URL are one portal', () => {
  const other = entry({
    top: { id: 'other' },
    gps: { baseUrl: 'https://GPS.example.com:443/v2/' },
    driveri: { tenant: 'other' },
  });
  expect(problemsOf(() => parse(entry(), other))).toHaveProperty(['accounts[1].gps.username']);
});

test('what YAML made a number or a boolean of is named', () => {
  const text = (lines: string) =>
    `accounts:\n  - id: 007\n    name: true\n    tier: PRO\n    gps: {${lines}}\n    driveri: { baseUrl: https://d.example.com, tenant: 1e5, clientId: ~, clientSecret: [a] }\n`;
  const problems = problemsOf(() =>
    parseAccounts(
      text('baseUrl: https://g.example.com, username: 123456789012345678901, appToken: 0x1F'),
      {},
      'f',
    ),
  );
  for (const where of [
    'accounts[0].id',
    'accounts[0].gps.username',
    'accounts[0].gps.appToken',
    'accounts[0].driveri.tenant',
  ]) {
    expect(problems[where]).toContain('was read as a number');
  }
  expect(problems['accounts[0].name']).toContain('put the value in quotes');
  expect(problems['accounts[0].driveri.clientId']).toContain('is missing');
  expect(problems['accounts[0].driveri.clientSecret']).toContain('is a list');
});

test('every key that is there twice is named, with both lines', () => {
  const text = 'accounts:\n  - id: a\n    id: b\n    gps:\n      username: x\n      username: y\n';
  expect(problemsOf(() => parseAccounts(text, {}, 'f'))).toEqual({
    'line 3': 'has "id" a second time, after line 2; give each key once',
    'line 6': 'has "username" a second time, after line 5; give each key once',
  });
});

test('a variable of the file may come from a file of its own, and is refused by name when it was copied badly', () => {
  const file = path.join(temporaryDirectory(), 'token');
  writeFileSync(file, 'from-a-file\n');
  const env = { ACME_USER: 'u', ACME_TOKEN_FILE: file, ACME_SECRET: 's' };
  expect(parseAccounts(ACME, env, 'f')[0]?.gps.appToken.reveal()).toBe('from-a-file');
  const problems = problemsOf(() =>
    parseAccounts(ACME, { ...env, ACME_SECRET: '"s"', ACME_USER: 'a\nb' }, 'f'),
  );
  expect(problems['ACME_SECRET']).toContain('wrapped in quotes');
  expect(problems['ACME_USER']).toContain('line break');
});

test('a portal or a hook over plain HTTP is refused, unless it is on this machine or allowed by name', () => {
  const plain = entry({
    top: { notify: [{ webhook: 'http://hooks.example.com/x?key=hush' }] },
    gps: { baseUrl: 'http://gps.internal/v2' },
    driveri: { baseUrl: 'http://127.0.0.1:4102' },
  });
  const problems = problemsOf(() => parse(plain));
  expect(Object.keys(problems).sort()).toEqual(['accounts[0].gps.baseUrl', 'accounts[0].notify[0].webhook']);
  expect(problems['accounts[0].gps.baseUrl']).toContain('ALLOW_HTTP=gps.internal');
  expect(JSON.stringify(problems)).not.toContain('hush');
  const allowHttp = ['gps.internal', 'hooks.example.com'];
  expect(parseAccounts(stringify({ accounts: [plain] }), {}, 'f', { allowHttp })).toHaveLength(1);
});

test('time-outs and notifications are read', () => {
  const account = one({
    top: {
      timeouts: { list: 300 },
      notify: [
        { webhook: 'https://hooks.example.com/x', format: 'slack', secret: '0123456789abcdef', on: ['held'] },
        { mail: 'fleet@acme.example', failuresAbove: 0 },
      ],
    },
  });
  expect(account.timeouts).toEqual({ listMs: 300_000, requestMs: 15_000 });
  expect(account.notify).toEqual([
    {
      kind: 'webhook',
      url: expect.objectContaining({}),
      format: 'slack',
      secret: expect.objectContaining({}),
      on: ['held'],
      failuresAbove: 10,
    },
    {
      kind: 'mail',
      to: ['fleet@acme.example'],
      on: ['held', 'blocked', 'run-failed', 'failures', 'recovered'],
      failuresAbove: 0,
    },
  ]);
  const problems = problemsOf(() =>
    parse(
      entry({
        top: {
          timeouts: { list: 1 },
          notify: [
            { mail: ['nobody'] },
            {},
            { mail: 'a@b.example', format: 'slack' },
            { webhook: 'x', on: [] },
          ],
        },
      }),
    ),
  );
  expect(Object.keys(problems).sort()).toEqual([
    'accounts[0].notify[0].mail[0]',
    'accounts[0].notify[1]',
    'accounts[0].notify[2]',
    'accounts[0].notify[3].on',
    'accounts[0].notify[3].webhook',
    'accounts[0].timeouts.list',
  ]);
});

test('a target of mail needs a mail server', () => {
  const text = stringify({ accounts: [entry({ top: { notify: [{ mail: 'fleet@acme.example' }] } })] });
  const problems = problemsOf(() => parseAccounts(text, {}, 'f'));
  expect(problems['accounts[0].notify[0].mail']).toContain('SMTP_URL');
  expect(parseAccounts(text, {}, 'f', { mail: {} })).toHaveLength(1);
});

test.each([
  { reason: 'one id', second: { top: { id: 'acme' } }, where: 'accounts[1].id' },
  { reason: 'one GPS user', second: { gps: { username: 'ACME' } }, where: 'accounts[1].gps.username' },
  { reason: 'one tenant', second: { driveri: { tenant: 'Acme' } }, where: 'accounts[1].driveri.tenant' },
])('two accounts with $reason are refused', ({ second, where }) => {
  const other = entry({
    top: { id: 'other', ...(second as { top?: Tree }).top },
    gps: { username: 'other', ...(second as { gps?: Tree }).gps },
    driveri: { tenant: 'other', ...(second as { driveri?: Tree }).driveri },
  });
  expect(problemsOf(() => parse(entry(), other))).toEqual({
    [where]: expect.stringContaining('accounts[0]'),
  });
});

test.each([
  { reason: 'no YAML', text: 'accounts: [secret: {{', where: 'line 1' },
  { reason: 'no accounts', text: 'accounts: []', where: 'accounts' },
  { reason: 'an empty file', text: '', where: 'the file' },
])('$reason is refused, without showing what the file holds', ({ text, where }) => {
  const problems = problemsOf(() => parseAccounts(text, {}, 'f'));
  expect(Object.keys(problems)).toEqual([where]);
  expect(JSON.stringify(problems)).not.toContain('secret');
});

test('a file that cannot be read is reported as ACCOUNTS_FILE', () => {
  expect(problemsOf(() => readAccounts('/nowhere/accounts.yaml', {}))).toHaveProperty('ACCOUNTS_FILE');
});

test('the fingerprint changes with what decides who is who, and with nothing else', () => {
  const same = [
    one({ top: { name: 'New name', driftPolicy: 'immediate' } }),
    one({ gps: { appToken: 'rotated', requestsPerDay: 1, baseUrl: 'https://gps.example.com/v2/' } }),
    one({ gps: { driveriDriverIdField: 'attribute:driveri_driver_id' } }),
    one({ top: { driverIdFallback: 'none' } }),
    one({ driveri: { clientSecret: 'rotated', clientId: 'other' }, guards: { maxIdentityChanges: 1 } }),
  ];
  const different = [
    one({ gps: { baseUrl: 'https://gps2.example.com/v2' } }),
    one({ gps: { username: 'other' } }),
    one({ driveri: { baseUrl: 'https://driveri2.example.com' } }),
    one({ driveri: { tenant: 'other' } }),
  ];
  expect(new Set(same.map(fingerprint))).toEqual(new Set([fingerprint(one())]));
  expect(new Set([...different, one()].map(fingerprint)).size).toBe(different.length + 1);
  expect(fingerprint(one())).toMatch(/^[0-9a-f]{64}$/);
});
