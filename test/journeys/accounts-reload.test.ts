import { readFileSync, writeFileSync } from 'node:fs';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import { temporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const PATIENCE_MS = 60_000;

let acme: Sandbox;
let beta: Sandbox;
let gateway: GatewayProcess;
let original: string;

beforeAll(async () => {
  [acme, beta] = await Promise.all([startSandbox(), startSandbox()]);
  gateway = await startGatewayProcess({ sandbox: acme, dataDir: temporaryDirectory(), logLevel: 'info' });
  original = readFileSync(gateway.accountsFile, 'utf8');
}, 120_000);
afterAll(async () => {
  await gateway.kill();
  await Promise.all([acme.close(), beta.close()]);
});

const betaEntry = () => `  - id: beta
    name: Beta Freight
    tier: PRO
    gps: { baseUrl: ${beta.gps.url}, username: ${beta.gps.username}, appToken: ${beta.gps.appToken} }
    driveri: { baseUrl: ${beta.driveri.url}, tenant: ${beta.driveri.tenant}, clientId: ${beta.driveri.clientId}, clientSecret: ${beta.driveri.clientSecret} }
`;

/** Messages of the log, with their fields. */
const logged = (message: string): readonly Record<string, unknown>[] =>
  gateway
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(JSON.stringify(message).slice(1, -1)))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const refusalOf = (account: string): Promise<string> =>
  gateway.ask('{ viewer { userId } }', {}, account).then(
    () => 'none',
    (error: unknown) => String(error),
  );

const accountName = async (account: string): Promise<string> => {
  const { viewer } = await gateway.ask<{ viewer: { account: { name: string } } }>(
    '{ viewer { account { name } } }',
    {},
    account,
  );
  return viewer.account.name;
};

const usable = async (): Promise<string | undefined> => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return /^gateway_accounts_file_usable (\d)$/m.exec(text)?.[1];
};

const healthOf = async (account: string): Promise<readonly string[]> => {
  const { driverSync } = await gateway.ask<{ driverSync: { health: { problems: { code: string }[] } } }>(
    '{ driverSync { health { problems { code } } } }',
    {},
    account,
  );
  return driverSync.health.problems.map(({ code }) => code);
};

/** A socket that stays open: what came over it, and the code that it was closed with. */
async function watch(account: string) {
  const seen: string[] = [];
  const closed: number[] = [];
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await gateway.token(account)}` },
    retryAttempts: 0,
    on: { closed: (event) => closed.push((event as { code: number }).code) },
  });
  client.subscribe<{ syncEvents: { type: string; driverName: string | null } }>(
    { query: 'subscription { syncEvents { type driverName } }' },
    {
      next: ({ data }) => seen.push(`${data?.syncEvents.type ?? ''} ${data?.syncEvents.driverName ?? ''}`),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return { seen, closed, stop: () => client.dispose() };
}

test('accounts are added, changed and removed while sockets stay open, and an unusable file changes nothing', async () => {
  const ours = await watch('acme');
  expect(await refusalOf('beta')).toContain('UNAUTHENTICATED');

  // Added and changed at once, by SIGHUP.
  writeFileSync(gateway.accountsFile, original.replace('Acme Logistics', 'Acme Worldwide') + betaEntry());
  gateway.signal('SIGHUP');
  await until('beta is served', async () => (await refusalOf('beta')) === 'none', PATIENCE_MS);
  await until(
    'acme has its new name',
    async () => (await accountName('acme')) === 'Acme Worldwide',
    PATIENCE_MS,
  );
  await until(
    'beta is worked on',
    async () => {
      const { drivers } = await gateway.ask<{ drivers: { totalCount: number } }>(
        '{ drivers(first: 1) { totalCount } }',
        {},
        'beta',
      );
      return drivers.totalCount > 0;
    },
    PATIENCE_MS,
  );
  expect(logged('the accounts file was taken in')[0]).toMatchObject({
    added: ['beta'],
    changed: ['acme'],
    removed: [],
  });
  const theirs = await watch('beta');

  // The account that was changed is worked on as before, over the socket that was open all the time.
  acme.gps.insert({ firstname: 'Nova', lastname: 'Quist', email: 'nova@example.com', refId: 'NQ-1' });
  await until(
    'the new driver is told',
    () => ours.seen.some((one) => one.includes('Nova Quist')),
    PATIENCE_MS,
  );
  expect(ours.closed).toEqual([]);

  // Unusable: told in log, metrics and health of both accounts, and nothing else happens.
  const before = readFileSync(gateway.accountsFile, 'utf8');
  writeFileSync(gateway.accountsFile, before.replace('tier: PRO', 'tier: GOLD'));
  gateway.signal('SIGHUP');
  await until('the metric says so', async () => (await usable()) === '0', PATIENCE_MS);
  await until(
    'health says so',
    async () => (await healthOf('beta')).includes('ACCOUNTS_FILE_UNUSABLE'),
    PATIENCE_MS,
  );
  expect(await healthOf('acme')).toContain('ACCOUNTS_FILE_UNUSABLE');
  expect(logged('the accounts file cannot be used; nothing was changed')[0]).toMatchObject({
    problems: [{ where: 'accounts[0].tier', what: 'give STANDARD, PRO or ENTERPRISE' }],
  });
  expect([await accountName('acme'), await refusalOf('beta')]).toEqual(['Acme Worldwide', 'none']);

  // Removed, by the changed file alone.
  writeFileSync(gateway.accountsFile, original);
  await until(
    'beta is refused',
    async () => (await refusalOf('beta')).includes('UNAUTHENTICATED'),
    PATIENCE_MS,
  );
  await until('its socket is closed', () => theirs.closed.length > 0, PATIENCE_MS);
  expect(theirs.closed).toEqual([4403]);
  await until('the metric is right again', async () => (await usable()) === '1', PATIENCE_MS);
  await until(
    'and so is health',
    async () => !(await healthOf('acme')).includes('ACCOUNTS_FILE_UNUSABLE'),
    PATIENCE_MS,
  );
  expect(await accountName('acme')).toBe('Acme Logistics');
  expect(ours.closed).toEqual([]);

  // B5: at rest, and told once.
  beta.gps.resetCalls();
  acme.gps.insert({ firstname: 'Ada', lastname: 'Rest', email: 'ada@example.com', refId: 'AR-1' });
  await until('acme goes on', () => ours.seen.some((one) => one.includes('Ada Rest')), PATIENCE_MS);
  expect(beta.gps.calls()).toEqual({});
  expect(logged('the account is not in the accounts file: it is at rest, and its data is kept')).toHaveLength(
    1,
  );
  expect(gateway.output().match(/^\{"level":"error".*$/gm)).toHaveLength(1);
  await Promise.all([ours.stop(), theirs.stop()]);
}, 240_000);
