import { createServer as createHttpServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkAccount } from '../../src/check/check-account';
import { checkAccounts, readCheckRequest } from '../../src/check/check-accounts';
import type { Finding } from '../../src/check/finding';
import { loadConfig } from '../../src/config/config';
import type { AccountConfig } from '../../src/config/account-config';
import { sandboxAccount } from '../../src/assembly/sandbox-account';
import { Secret } from '../../src/platform/secret';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { createAuthority } from '../portals/support/own-authority';
import { freePort } from '../support/servers';
import { temporaryDirectory } from '../support/temporary-directory';

let sandbox: Sandbox;
const servers: Server[] = [];
const OFFLINE = { env: {} };

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
afterEach(() => {
  for (const portal of [sandbox.gps, sandbox.driveri]) portal.faults.clear();
  sandbox.gps.setSwitches({
    driverIdIn: 'row',
    driverIdKey: 'driveri_driver_id',
    visibleGroups: 'all',
    unknownDriver: 'error',
  });
  sandbox.driveri.setSwitches({ ignoreOffset: false, unknownDriver: '404' });
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port; // a TCP server that listens has one
}

interface Changes {
  readonly gps?: Partial<AccountConfig['gps']>;
  readonly driveri?: Partial<AccountConfig['driveri']>;
}

function account({ gps = {}, driveri = {} }: Changes = {}): AccountConfig {
  const base = sandboxAccount(sandbox);
  return { ...base, gps: { ...base.gps, ...gps }, driveri: { ...base.driveri, ...driveri } };
}

async function findingsOf(changes: Changes = {}, options = OFFLINE): Promise<readonly Finding[]> {
  return (await checkAccount(account(changes), options)).findings;
}

const notOk = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ state }) => state !== 'ok')
    .map(({ portal, check, state }) => `${portal} ${check} ${state}`);

const foundOf = (findings: readonly Finding[], portal: string, check: string): string =>
  findings
    .filter((one) => one.portal === portal && one.check === check)
    .map(({ found }) => found)
    .join(' | ');

const wrongOf = (findings: readonly Finding[]): Finding => {
  const wrong = findings.filter(({ state }) => state === 'wrong');
  expect(wrong).toHaveLength(1);
  return wrong[0]!;
};

describe('an account that is right', () => {
  it('has no finding that is not ok, and every question of the check has an answer', async () => {
    const before = { gps: sandbox.gps.drivers(), driveri: sandbox.driveri.drivers() };
    sandbox.gps.resetCalls();
    sandbox.driveri.resetCalls();
    const findings = await findingsOf();
    expect(notOk(findings)).toEqual([]);
    expect(findings.filter(({ portal }) => portal === 'gps').map(({ check }) => check)).toEqual([
      ...['proxy', 'name', 'connection', 'scheme', 'logIn', 'drivers', 'groups', 'driverId', 'unknownDriver'],
      ...['rights', 'documented', 'clock', 'requests'],
    ]);
    expect(findings.filter(({ portal }) => portal === 'driveri').map(({ check }) => check)).toEqual([
      ...['proxy', 'name', 'connection', 'scheme', 'logIn', 'tenant', 'scopes', 'statuses', 'total', 'pages'],
      ...['removedShown', 'changes', 'unknownDriver', 'documented', 'clock', 'requests'],
    ]);
    const live = before.gps.filter(({ deleted }) => !deleted);
    const known = live.filter(({ driveriDriverId }) => driveriDriverId.trim() !== '');
    expect(foundOf(findings, 'gps', 'drivers')).toContain(`${live.length}, `);
    expect(foundOf(findings, 'gps', 'driverId')).toBe(
      `in the field driveri_driver_id; ${known.length} of ${live.length} drivers have one`,
    );
    expect(foundOf(findings, 'gps', 'groups')).toContain('ALL DRIVERS among them');
    expect(foundOf(findings, 'driveri', 'statuses')).toBe(
      '1 Active, 2 Inactive, 3 Deleted; 3 Deleted removes a driver',
    );
    expect(foundOf(findings, 'driveri', 'total')).toContain(`${before.driveri.length} drivers`);
    // Read only, and the requests are those that were made.
    expect({ gps: sandbox.gps.drivers(), driveri: sandbox.driveri.drivers() }).toEqual(before);
    const sum = (calls: Readonly<Record<string, number>>) =>
      Object.values(calls).reduce((all, one) => all + one, 0);
    expect(foundOf(findings, 'gps', 'requests')).toBe(String(sum(sandbox.gps.calls())));
    expect(foundOf(findings, 'driveri', 'requests')).toBe(String(sum(sandbox.driveri.calls())));
    expect(JSON.stringify(findings)).not.toContain(sandbox.gps.appToken);
    expect(JSON.stringify(findings)).not.toContain(sandbox.driveri.clientSecret);
  });

  it('whose DriverID is an attribute is told how many of those that were asked have one', async () => {
    sandbox.gps.setSwitches({ driverIdIn: 'attribute', driverIdKey: 'DriveriID' });
    const findings = await findingsOf({
      gps: { driveriDriverIdField: { kind: 'attribute', key: 'driveriid' } },
    });
    expect(notOk(findings)).toEqual([]);
    expect(foundOf(findings, 'gps', 'driverId')).toMatch(
      /^in the attribute driveriid; \d+ of 10 drivers that were asked have one$/,
    );
  });
});

const gpsUrl = (change: (url: string) => string) => () => ({ gps: { baseUrl: change(sandbox.gps.url) } });
const driveriUrl = (change: (url: string) => string) => () => ({
  driveri: { baseUrl: change(sandbox.driveri.url) },
});

/** What is wrong with the configuration, and the one finding that tells it apart from everything else. */
const WRONG: readonly (readonly [string, () => Changes, string, string, string])[] = [
  [
    'GPS App Token',
    () => ({ gps: { appToken: new Secret('no') } }),
    'gps logIn',
    'gps.username, gps.appToken',
    'App Token',
  ],
  ['GPS host', () => ({ gps: { baseUrl: 'http://portal.invalid/v2' } }), 'gps name', 'gps.baseUrl', 'host'],
  ['GPS scheme', gpsUrl((url) => url.replace('http:', 'https:')), 'gps scheme', 'gps.baseUrl', 'http://'],
  [
    'GPS version in the path',
    gpsUrl((url) => url.replace('/v2', '/v9')),
    'gps address',
    'gps.baseUrl',
    '/v2',
  ],
  ['GPS path', gpsUrl((url) => `${url}/api`), 'gps address', 'gps.baseUrl', '/v2'],
  [
    'GPS field',
    () => ({ gps: { driveriDriverIdField: { kind: 'field', name: 'mistyped' } } }),
    'gps driverId',
    'gps.driveriDriverIdField',
    'driveri_driver_id',
  ],
  [
    'GPS attribute',
    () => ({ gps: { driveriDriverIdField: { kind: 'attribute', key: 'mistyped' } } }),
    'gps driverId',
    'gps.driveriDriverIdField',
    'driveri_driver_id',
  ],
  [
    'Driveri secret',
    () => ({ driveri: { clientSecret: new Secret('no') } }),
    'driveri logIn',
    'driveri.clientId, driveri.clientSecret',
    'client secret',
  ],
  [
    'Driveri tenant',
    () => ({ driveri: { tenant: 'acme' } }),
    'driveri tenant',
    'driveri.tenant',
    'unique name',
  ],
  ['Driveri path', driveriUrl((url) => `${url}/v1`), 'driveri address', 'driveri.baseUrl', '/driveri'],
  [
    'Driveri path, missing',
    driveriUrl((url) => url.replace('/driveri', '')),
    'driveri address',
    'driveri.baseUrl',
    '/driveri',
  ],
  [
    'removedStatus',
    () => ({ driveri: { removedStatus: 'Gone' } }),
    'driveri statuses',
    'driveri.removedStatus',
    'code',
  ],
];

describe('what is wrong in the accounts file is told apart, with what to change and where:', () => {
  it.each(WRONG)('%s', async (_name, changes, subject, where, change) => {
    const finding = wrongOf(await findingsOf(changes()));
    expect(`${finding.portal} ${finding.check}`).toBe(subject);
    expect(finding.where).toBe(where);
    expect(finding.change).toContain(change);
  });
});

describe('what is wrong at a portal is told apart:', () => {
  it('a scope that the API key lacks, whichever it is', async () => {
    const all = sandbox.driveri.switches().scopes;
    const without = async (scope: string) => {
      sandbox.driveri.setScopes(all.filter((one) => one !== scope));
      const findings = await findingsOf();
      sandbox.driveri.setScopes(all);
      return findings
        .filter(({ state }) => state === 'wrong')
        .map(({ check, found }) => `${check}: ${found}`)
        .join(' | ');
    };
    for (const scope of [
      'View Drivers',
      'Update Drivers',
      'View Fleet Configurations',
      'View Access Token',
    ]) {
      expect(await without(scope)).toMatch(new RegExp(`^scopes: .*${scope}`));
    }
  });

  it('rights of the GPS user: a part of the groups, and calls that are not allowed', async () => {
    sandbox.gps.setSwitches({
      visibleGroups: [sandbox.gps.groups().find(({ name }) => name !== 'ALL DRIVERS')!.name],
    });
    expect(notOk(await findingsOf())).toEqual(['gps groups warning']);
    sandbox.gps.setSwitches({ visibleGroups: 'all' });
    sandbox.gps.faults.set({ kind: 'refuse-credentials', operation: 'driver/list' });
    expect(wrongOf(await findingsOf())).toMatchObject({ portal: 'gps', check: 'rights' });
  });

  it('an unknown driver, by each form of the answer', async () => {
    sandbox.gps.setSwitches({ unknownDriver: 'empty' });
    sandbox.driveri.setSwitches({ unknownDriver: 'empty' });
    const findings = await findingsOf();
    expect(notOk(findings)).toEqual([]);
    expect(foundOf(findings, 'gps', 'unknownDriver')).toContain('two complete listings');
    expect(foundOf(findings, 'driveri', 'unknownDriver')).toBe('is an empty list');
  });

  it('an empty fleet, rows that cannot be read, and a DriverID in another place', async () => {
    sandbox.gps.faults.set({ kind: 'empty-list', operation: 'driver/list' });
    expect(wrongOf(await findingsOf())).toMatchObject({ portal: 'gps', check: 'drivers' });
    sandbox.gps.faults.clear();
    sandbox.gps.faults.set({ kind: 'set-field', operation: 'driver/list', field: 'lastname', json: '[]' });
    expect(notOk(await findingsOf())).toContain('gps unreadable warning');
    sandbox.gps.faults.clear();
    sandbox.gps.setSwitches({ driverIdIn: 'attribute', driverIdKey: 'Driveri DriverID' });
    expect(wrongOf(await findingsOf())).toMatchObject({
      check: 'driverId',
      change: expect.stringContaining('attribute:Driveri DriverID'),
    });
  });

  it('maintenance, a redirect, and a portal that fails or limits', async () => {
    const one = async (portal: 'gps' | 'driveri', fault: Parameters<Sandbox['gps']['faults']['set']>[0]) => {
      sandbox[portal].faults.set(fault);
      const { check, found, change } = wrongOf(await findingsOf());
      sandbox[portal].faults.clear();
      return `${check}: ${found} ${change}`;
    };
    expect(await one('gps', { kind: 'html' })).toMatch(/^address: .*Scheduled maintenance/);
    expect(await one('gps', { kind: 'redirect' })).toMatch(/^address: .*302.*redirects to/);
    expect(await one('driveri', { kind: 'redirect' })).toMatch(/^address: .*302.*redirects to/);
    expect(await one('driveri', { kind: 'server-error' })).toMatch(/^portal: .*500/);
    expect(await one('gps', { kind: 'rate-limit' })).toMatch(/^portal: .*too many/i);
  });

  it('a clock that is apart from the portals', async () => {
    const now = (byMs: number) => ({ env: {}, now: () => Date.now() + byMs });
    expect(notOk(await findingsOf({}, now(600_000)))).toEqual(['gps clock warning', 'driveri clock warning']);
    const findings = await findingsOf({}, now(-5 * 3_600_000));
    expect(notOk(findings)).toEqual(['gps clock wrong', 'driveri clock wrong']);
    expect(foundOf(findings, 'gps', 'clock')).toBe("the portal's is 5 h ahead of this machine's");
  });

  it('pages that ignore the offset, and a list that may be cut off', async () => {
    const seeds = Array.from({ length: 201 }, (_, index) => ({ driverId: `P-${index}`, firstName: 'Pat' }));
    const large = await startSandbox({
      fleet: { gps: { drivers: [] }, driveri: { drivers: seeds } } as never,
    });
    try {
      const url = { driveri: { baseUrl: large.driveri.url } };
      expect(foundOf(await findingsOf(url), 'driveri', 'pages')).toBe(
        'of 200 drivers, as asked; the offset is kept',
      );
      large.driveri.setSwitches({ ignoreOffset: true });
      expect(wrongOf(await findingsOf(url))).toMatchObject({ portal: 'driveri', check: 'pages' });
    } finally {
      await large.close();
    }
  });
});

describe('TLS', () => {
  const authority = createAuthority('Acme Test Authority');
  const secure = async (days?: number) => {
    const identity = authority.issue('localhost', days);
    const server = createTlsServer(identity, (socket) => socket.on('error', () => undefined).end());
    return listening(server.on('tlsClientError', () => undefined));
  };

  it('a certificate of an unknown authority, or one that has expired, is told with issuer and end', async () => {
    const unknown = wrongOf(await findingsOf({ gps: { baseUrl: `https://localhost:${await secure()}/v2` } }));
    expect(unknown).toMatchObject({ portal: 'gps', check: 'certificate', where: 'NODE_EXTRA_CA_CERTS' });
    expect(unknown.found).toMatch(
      /^issued by “Acme Test Authority”, valid until \d{4}-\d\d-\d\d; not trusted/,
    );
  });

  it('http:// to a port that speaks TLS is told as the scheme', async () => {
    const finding = wrongOf(await findingsOf({ gps: { baseUrl: `http://localhost:${await secure()}/v2` } }));
    expect(finding).toMatchObject({
      check: 'scheme',
      where: 'gps.baseUrl',
      change: 'Begin it with https://.',
    });
  });

  it('a server that says nothing to a greeting, and a port where nobody is', async () => {
    const port = await listening(
      createTcpServer((socket) => socket.on('error', () => undefined).end('no\r\n')),
    );
    expect(wrongOf(await findingsOf({ gps: { baseUrl: `https://localhost:${port}/v2` } }))).toMatchObject({
      check: 'scheme',
    });
    const free = await freePort();
    const finding = wrongOf(await findingsOf({ driveri: { baseUrl: `https://127.0.0.1:${free}/driveri` } }));
    expect(finding).toMatchObject({ portal: 'driveri', check: 'connection' });
    expect(finding.found).toContain('ECONNREFUSED');
  });
});

describe('a proxy', () => {
  const proxyTo = async (status: number) => {
    const asked: string[] = [];
    const server = createHttpServer();
    server.on('connect', (request, client) => {
      asked.push(request.url ?? '');
      client.on('error', () => undefined);
      if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const [, port = ''] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('close', () => upstream.destroy());
    });
    return { asked, env: { HTTP_PROXY: `http://user:proxy-secret@127.0.0.1:${await listening(server)}` } };
  };
  const old = process.env;
  afterEach(() => {
    process.env = old;
  });

  it('is named, and used for the whole check', async () => {
    const { asked, env } = await proxyTo(200);
    process.env = { ...old, ...env };
    const findings = await findingsOf({}, { env });
    expect(notOk(findings)).toEqual([]);
    expect(foundOf(findings, 'gps', 'proxy')).toMatch(/^127\.0\.0\.1:\d+, by HTTP_PROXY$/);
    expect(new Set(asked)).toEqual(
      new Set([new URL(sandbox.gps.url).host, new URL(sandbox.driveri.url).host]),
    );
    expect(JSON.stringify(findings)).not.toContain('proxy-secret');
  });

  it.each([
    [407, 'HTTP_PROXY'],
    [403, 'HTTP_PROXY, or NO_PROXY for the exception'],
  ])('that answers %s is what has to be changed', async (status, where) => {
    const { env } = await proxyTo(status);
    const findings = await findingsOf({}, { env });
    expect(notOk(findings)).toEqual(['gps proxy wrong', 'driveri proxy wrong']);
    expect(findings.find(({ state }) => state === 'wrong')).toMatchObject({ where });
  });
});

test('the command refuses an account that is not in the file, and takes --json from npm as well', async () => {
  const file = path.join(temporaryDirectory(), 'accounts.yaml');
  const { gps, driveri } = sandbox;
  writeFileSync(
    file,
    `accounts:
  - id: acme
    name: Acme
    tier: PRO
    gps: { baseUrl: ${gps.url}, username: ${gps.username}, appToken: ${gps.appToken} }
    driveri: { baseUrl: ${driveri.url}, tenant: other, clientId: ${driveri.clientId}, clientSecret: ${driveri.clientSecret} }
`,
  );
  const config = loadConfig({ ACCOUNTS_FILE: file, AUTH_SECRET: 'a secret that has 32 bytes or more' });
  const written: string[] = [];
  const check = (accounts: readonly string[], json: boolean) =>
    checkAccounts(config, { accounts, json }, (text) => written.push(text));
  await expect(check(['amce'], false)).rejects.toThrow(`amce: is no account of ${file}; give some of acme`);
  expect(await check(['acme'], true)).toBe(1);
  expect(JSON.parse(written.join(''))).toMatchObject({ stopsSync: true, accounts: [{ account: 'acme' }] });
  expect(readCheckRequest(['acme'], { npm_config_json: 'true' })).toEqual({ accounts: ['acme'], json: true });
  expect(readCheckRequest(['--json'], {})).toEqual({ accounts: [], json: true });
});
