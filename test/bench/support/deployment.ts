import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { accountId } from '../../../src/driver/ids';
import { signSandboxToken } from '../../../src/graphql/admit/auth';
import { Secret } from '../../../src/platform/secret';
import type { PortalAccess } from '../../support/gateway-process';
import type { BenchServers } from './bench-servers';
import { startChild, type Child } from './child';
import type { GatewayProgram } from './gateway-program';
import { perOne, statementsBetween, workOf, type StatementCount } from './statement-kinds';

/** How the gateway is deployed: each of its processes is a real one. */
export const MODES = ['embedded', 'postgres', 'redis, 1 worker', 'redis, 2 workers'] as const;
export type Mode = (typeof MODES)[number];

/** What a deployment is made from. */
export interface DeploymentOptions {
  readonly mode: Mode;
  readonly access: readonly PortalAccess[];
  readonly servers: BenchServers;
  /** On a server. */
  readonly databaseUrl: string;
  /** A folder of its own: accounts file, embedded database. */
  readonly dataDir: string;
  /** Default: so long that no poll falls into a measurement. `default`: the product's own. */
  readonly polls?: 'default';
}

/** A running gateway. */
export interface Deployment {
  readonly mode: Mode;
  /** Asks the API as the Master User of that account, counted from 0. Rejects when the answer has errors. */
  ask<Data>(query: string, variables?: Record<string, unknown>, account?: number): Promise<Data>;
  /** The GPS portal's webhook: look now. */
  hint(): Promise<void>;
  /** Since the start. */
  statements(): Promise<StatementCount>;
  /** Commands that Redis has processed; none in a mode without it. */
  redisCommands(): Promise<number>;
  /** All its processes; the first one works. */
  readonly processes: readonly Child<GatewayProgram>[];
  stop(): Promise<void>;
}

/** The bench asks more often than people do; the limits have tests of their own. */
const AMPLE_LIMITS = {
  REQUESTS_PER_MINUTE: '1000000',
  BUDGET_POINTS: '1000000000',
  BUDGET_POINTS_PER_SECOND: '1000000000',
  EXECUTIONS_PER_USER: '1000',
};

const SECRET = 'a secret for benchmarks that has 32 bytes or more';
const HOOK_SECRET = 'a hook secret for benchmarks';

/** Starts the processes of a mode and waits until each is ready. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { mode, servers, databaseUrl, dataDir } = options;
  writeAccountsFile(options);
  const prefix = `bench-${path.basename(dataDir)}`;
  const processes: Child<GatewayProgram>[] = [];
  let url = '';
  try {
    for (const role of rolesOf(mode)) {
      const child = await startChild<GatewayProgram>('test/bench/support/gateway-program.ts');
      processes.push(child);
      url = (await child.methods.start(gatewayEnvironment(options, role), prefix)) ?? url;
    }
  } catch (error) {
    await Promise.all(processes.map((child) => child.stop()));
    throw error;
  }
  const [first] = processes;
  return {
    mode,
    processes,
    ask: (query, variables = {}, account = 0) => ask(url, query, variables, account),
    hint: async () => {
      const answer = await fetch(`${url}/hooks/gps/${accountName(0)}`, {
        method: 'POST',
        headers: { 'x-hook-secret': HOOK_SECRET },
      });
      if (answer.status !== 202) throw new Error(`the hint was answered with ${answer.status}`);
    },
    statements: async () => {
      if (mode !== 'embedded') return servers.statements(databaseUrl);
      if (first === undefined) throw new Error('a deployment has a process');
      return first.methods.embeddedStatements();
    },
    redisCommands: () => (mode.startsWith('redis') ? servers.redisCommands() : Promise.resolve(0)),
    stop: async () => {
      for (const child of [...processes].reverse()) {
        await child.methods.stop();
        await child.stop();
      }
    },
  };
}

/** Statements a second while nothing happens. */
export async function idleRate(deployment: Deployment, forMs: number): Promise<StatementCount> {
  const before = await deployment.statements();
  const startedAt = performance.now();
  await pause(forMs);
  const between = statementsBetween(before, await deployment.statements());
  return perOne(between, (performance.now() - startedAt) / 1000);
}

/** Waits until statements come no faster than an idle gateway's, for at most 20 seconds. */
export async function untilQuiet(deployment: Deployment, idlePerSecond: StatementCount): Promise<void> {
  const end = performance.now() + 20_000;
  while (performance.now() < end) {
    const now = workOf(await idleRate(deployment, 500));
    if (now <= workOf(idlePerSecond) * 1.5 + 8) return;
  }
}

/** Waits until statements come at a steady pace: the start is over. For at most 20 seconds. */
export async function untilSteady(deployment: Deployment): Promise<void> {
  const end = performance.now() + 20_000;
  let before = workOf(await idleRate(deployment, 1_000));
  while (performance.now() < end) {
    const now = workOf(await idleRate(deployment, 1_000));
    if (now >= before * 0.8) return;
    before = now;
  }
}

/** Lets so many milliseconds pass. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function rolesOf(mode: Mode): readonly ('all' | 'api' | 'worker')[] {
  switch (mode) {
    case 'embedded':
    case 'postgres':
      return ['all'];
    case 'redis, 1 worker':
      return ['worker', 'api'];
    case 'redis, 2 workers':
      return ['worker', 'worker', 'api'];
  }
}

/** Writes what `gatewayEnvironment` names into the deployment's folder. */
export function writeAccountsFile({ dataDir, access }: Pick<DeploymentOptions, 'dataDir' | 'access'>): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path.join(dataDir, 'accounts.yaml'), accountsFile(access));
}

/** What an operator would set for a process of this deployment. */
export function gatewayEnvironment(
  { mode, servers, databaseUrl, dataDir, polls }: Omit<DeploymentOptions, 'access'>,
  role: string,
): Readonly<Record<string, string>> {
  return {
    PORT: '0',
    ROLE: role,
    DATA_DIR: dataDir,
    ACCOUNTS_FILE: path.join(dataDir, 'accounts.yaml'),
    AUTH_SECRET: SECRET,
    LOG_LEVEL: 'error',
    LOG_FORMAT: 'json',
    ...AMPLE_LIMITS,
    ...(polls === 'default' ? {} : { GPS_POLL_SECONDS: '3600', DRIVERI_POLL_SECONDS: '3600' }),
    ...(mode === 'embedded' ? {} : { DATABASE_URL: databaseUrl }),
    ...(mode.startsWith('redis') ? { REDIS_URL: servers.redisUrl } : {}),
  };
}

/** The name of an account, counted from 0. */
export const accountName = (index: number): string => `bench-${index}`;

function accountsFile(access: readonly PortalAccess[]): string {
  const accounts = access.map(
    ({ gps, driveri }, index) => `
  - id: ${accountName(index)}
    name: Bench ${index}
    tier: PRO
    timeZone: America/Chicago
    gps:
      baseUrl: ${gps.url}
      username: ${gps.username}
      appToken: ${gps.appToken}
      requestsPerDay: 10000000
      hookSecret: ${HOOK_SECRET}
    driveri:
      baseUrl: ${driveri.url}
      tenant: ${driveri.tenant}
      clientId: ${driveri.clientId}
      clientSecret: ${driveri.clientSecret}
      requestsPerSecond: 1000`,
  );
  return `accounts:${accounts.join('')}\n`;
}

const tokens = new Map<number, Promise<string>>();

function masterToken(account: number): Promise<string> {
  const known = tokens.get(account);
  if (known !== undefined) return known;
  const token = userToken('the-master', 'MASTER', account);
  tokens.set(account, token);
  return token;
}

/** A token for the API of any deployment; accounts are counted from 0. */
export function userToken(userId: string, role: 'MASTER' | 'VIEWER', account = 0): Promise<string> {
  return signSandboxToken(new Secret(SECRET), {
    userId,
    account: accountId(accountName(account)),
    role,
    expiresAt: Date.now() + 24 * 3_600_000,
  });
}

async function ask<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  account: number,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await masterToken(account)}` },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data: Data; errors?: unknown }; // the gateway answers nothing else
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}
