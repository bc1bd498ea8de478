import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { accountId } from '../../src/driver/ids';
import { signSandboxToken } from '../../src/graphql/admit/auth';
import { errorMessage } from '../../src/platform/error-code';
import { Secret } from '../../src/platform/secret';
import type { DriveriSandbox, GpsSandbox } from '../../src/sandbox/sandbox';
import { runTypeScript } from './run-typescript';
import { until } from './until';

const SECRET = 'a secret for processes that has 32 bytes or more';

/** Where both portals are, and what they let the gateway in with. */
export interface PortalAccess {
  readonly gps: Pick<GpsSandbox, 'url' | 'username' | 'appToken'>;
  readonly driveri: Pick<DriveriSandbox, 'url' | 'tenant' | 'clientId' | 'clientSecret'>;
}

/** A gateway as a process of its own, to be killed. */
export interface GatewayProcess {
  /** Of the API; empty for a process that only works. */
  readonly url: string;
  /** True once it has ended, whoever ended it. */
  hasEnded(): boolean;
  ask<Data>(query: string, variables?: Record<string, unknown>, account?: string): Promise<Data>;
  /** A token of the Master User of an account. */
  token(account?: string): Promise<string>;
  /** The accounts file, to be rewritten. */
  readonly accountsFile: string;
  signal(name: 'SIGHUP'): void;
  /** What it has written so far: its log among it. */
  output(): string;
  /** `kill -9`, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

export interface ProcessOptions {
  readonly sandbox: PortalAccess;
  /** A folder of the test's own: the accounts file and the embedded database. */
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  /** Default `all`. */
  readonly role?: 'all' | 'api' | 'worker';
  /** Default `error`. */
  readonly logLevel?: string;
  /** Instead of `src/main.ts`. */
  readonly program?: string;
  /** Further lines of the account in the accounts file. */
  readonly accountLines?: readonly string[];
}

/** Starts the program itself, from its sources, with the configuration that an operator would write. */
export async function startGatewayProcess(options: ProcessOptions): Promise<GatewayProcess> {
  const accounts = path.join(options.dataDir, 'accounts.yaml');
  writeFileSync(accounts, accountsFile(options));
  const child = runTypeScript(options.program ?? 'src/main.ts', [], {
    ...process.env,
    PORT: '0',
    ROLE: options.role ?? 'all',
    DATA_DIR: options.dataDir,
    ACCOUNTS_FILE: accounts,
    AUTH_SECRET: SECRET,
    APP_TOKEN: options.sandbox.gps.appToken,
    CLIENT_SECRET: options.sandbox.driveri.clientSecret,
    GPS_POLL_SECONDS: '1',
    DRIVERI_POLL_SECONDS: '1',
    LOG_LEVEL: options.logLevel ?? 'error',
    DATABASE_URL: options.databaseUrl ?? '',
    REDIS_URL: options.redisUrl ?? '',
  });
  const written = { text: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.text += chunk.toString()));
  const url = await readUrl(child, written, options.role);
  return {
    url,
    token,
    accountsFile: accounts,
    signal: (name) => void child.kill(name),
    output: () => written.text,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    ask: async (query, variables = {}, account) => {
      try {
        return await ask(url, query, variables, account);
      } catch (error) {
        throw new Error(`${errorMessage(error)}\nThe process has said last:\n${written.text.slice(-4_000)}`, {
          cause: error,
        });
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited(child);
    },
    stop: async () => {
      child.kill('SIGTERM');
      return exited(child);
    },
  };
}

function accountsFile({ sandbox: { gps, driveri }, accountLines = [] }: ProcessOptions): string {
  return `accounts:
  - id: acme
    name: Acme Logistics
    tier: PRO
    timeZone: America/Chicago
    gps:
      baseUrl: ${gps.url}
      username: ${gps.username}
      appToken: \${APP_TOKEN}
      requestsPerDay: 1000000
    driveri:
      baseUrl: ${driveri.url}
      tenant: ${driveri.tenant}
      clientId: ${driveri.clientId}
      clientSecret: \${CLIENT_SECRET}
      requestsPerSecond: 200
${accountLines.map((line) => `    ${line}\n`).join('')}`;
}

async function readUrl(
  child: ChildProcess,
  written: { readonly text: string },
  role: ProcessOptions['role'],
): Promise<string> {
  const ready = await until(
    'the process says where it is',
    () => {
      const output = written.text;
      if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}: ${output}`);
      if (role === 'worker') return output.includes('Driver Sync Gateway is ready.') && { url: '' };
      const url = /GraphQL\s+(http:\S+)\/graphql/.exec(output)?.[1];
      return url !== undefined && { url };
    },
    60_000,
  );
  return ready.url;
}

async function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

function token(account = 'acme'): Promise<string> {
  const identity = {
    userId: 'the-master',
    account: accountId(account),
    role: 'MASTER' as const,
    expiresAt: Date.now() + 3_600_000,
  };
  return signSandboxToken(new Secret(SECRET), identity);
}

async function ask<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  account?: string,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token(account)}` },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data: Data; errors?: unknown }; // the gateway answers nothing else
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}
