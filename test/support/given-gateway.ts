import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createApp, type App } from '../../src/app';
import { sandboxAccount } from '../../src/assembly/sandbox-account';
import { accountId } from '../../src/driver/ids';
import { signSandboxToken } from '../../src/graphql/admit/auth';
import type { AccountConfig } from '../../src/config/account-config';
import type { NotifierSettings } from '../../src/notify/notifier';
import type { Clock } from '../../src/platform/clock';
import { loadConfig } from '../../src/config/config';
import { silentLogger, type Logger } from '../../src/platform/logger';
import { Secret } from '../../src/platform/secret';
import type { Fleet } from '../../src/sandbox/fleet';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import type { SyncSettings } from '../../src/sync/sync-context';
import { until } from './until';

export type TestRole = 'MASTER' | 'ADMIN' | 'VIEWER';

/** An answer over HTTP, as a client sees it. */
export interface GraphqlAnswer<Data> {
  readonly data: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
}

/** A whole gateway with both sandbox portals, used as a user would: over HTTP and WebSocket. */
export interface GivenGateway {
  readonly app: App;
  readonly sandbox: Sandbox;
  readonly url: string;
  token(role: TestRole, account?: string): Promise<string>;
  /** Asks as this role; throws when the answer has errors. */
  ask<Data>(query: string, variables?: Record<string, unknown>, role?: TestRole): Promise<Data>;
  /** Asks as this role and answers everything. */
  request<Data>(
    query: string,
    variables?: Record<string, unknown>,
    role?: TestRole,
    account?: string,
  ): Promise<GraphqlAnswer<Data>>;
  /** Subscribes over WebSocket; what has come so far is in `seen`. */
  subscribe<Data>(
    query: string,
    variables?: Record<string, unknown>,
    role?: TestRole,
  ): Promise<Subscribed<Data>>;
  /** Turns Driver Sync on and waits for the end of the INITIAL run. */
  turnOn(): Promise<void>;
  close(): Promise<void>;
}

export interface Subscribed<Data> {
  readonly seen: Data[];
  readonly errors: unknown[];
  readonly ended: () => boolean;
  stop(): Promise<void>;
}

export interface GatewayOptions {
  readonly fleet?: Fleet | 'demo' | 'empty';
  readonly account?: Partial<AccountConfig>;
  /** Accounts beside it. */
  readonly others?: readonly AccountConfig[];
  readonly settings?: Partial<SyncSettings>;
  readonly notifier?: Partial<NotifierSettings>;
  readonly publicUrl?: string;
  readonly clock?: Clock;
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly logger?: Logger;
  /** The sandbox of an earlier gateway, to start again on. */
  readonly sandbox?: Sandbox;
  readonly dataDir?: string;
  /** How long a statement of the API may take. */
  readonly apiStatementMs?: number;
}

const SECRET = 'a secret for tests that has 32 bytes or more';

/** Portals are polled often here, and are never behind. */
const SETTINGS: Partial<SyncSettings> = { gpsPollMs: 300, driveriPollMs: 500, gpsLagMs: 0 };

export async function givenGateway(options: GatewayOptions = {}): Promise<GivenGateway> {
  const sandbox = options.sandbox ?? (await startSandbox({ fleet: options.fleet ?? 'demo' }));
  const config = loadConfig({
    PORT: '0',
    ACCOUNTS_FILE: 'given-by-the-test',
    AUTH_SECRET: SECRET,
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    ...(options.dataDir === undefined ? {} : { DATA_DIR: options.dataDir }),
    ...(options.publicUrl === undefined ? {} : { PUBLIC_URL: options.publicUrl }),
  });
  const app = await createApp({
    config,
    logger: options.logger ?? silentLogger,
    accounts: [
      { ...sandboxAccount(sandbox, 'sandbox', new Secret('sandbox-hook-secret')), ...options.account },
      ...(options.others ?? []),
    ],
    ...(options.dataDir === undefined ? { databaseDir: null } : {}),
    settings: { ...SETTINGS, ...options.settings },
    ...(options.apiStatementMs === undefined ? {} : { apiStatementMs: options.apiStatementMs }),
    notifier: { lookEveryMs: 100, decideAfterMs: 0, ...options.notifier },
    // A test asks again and again until something is so; the limits have tests of their own.
    limits: {
      requestsPerMinute: 1_000_000,
      requestBurst: 1_000_000,
      budgetPoints: 1_000_000_000,
      budgetPointsPerSecond: 1_000_000_000,
    },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  await app.start();
  if (app.url === null) throw new Error('the gateway has no address');
  return new RunningGateway(app, sandbox, app.url, options.sandbox === undefined);
}

class RunningGateway implements GivenGateway {
  private readonly clients: Client[] = [];

  constructor(
    readonly app: App,
    readonly sandbox: Sandbox,
    readonly url: string,
    private readonly ownsSandbox: boolean,
  ) {}

  token(role: TestRole, account = 'sandbox'): Promise<string> {
    const expiresAt = this.app.context.clock.now() + 30 * 24 * 3_600_000;
    const identity = { userId: `the-${role.toLowerCase()}`, account: accountId(account), role, expiresAt };
    return signSandboxToken(new Secret(SECRET), identity);
  }

  async ask<Data>(
    query: string,
    variables: Record<string, unknown> = {},
    role: TestRole = 'MASTER',
  ): Promise<Data> {
    const answer = await this.request<Data>(query, variables, role);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  async request<Data>(
    query: string,
    variables: Record<string, unknown> = {},
    role: TestRole = 'MASTER',
    account = 'sandbox',
  ): Promise<GraphqlAnswer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await this.token(role, account)}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlAnswer<Data>; // the gateway answers nothing else
  }

  async subscribe<Data>(
    query: string,
    variables: Record<string, unknown> = {},
    role: TestRole = 'VIEWER',
  ): Promise<Subscribed<Data>> {
    const authorization = `Bearer ${await this.token(role)}`;
    const client = createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => undefined,
    });
    this.clients.push(client);
    const seen: Data[] = [];
    const errors: unknown[] = [];
    let ended = false;
    const end = client.subscribe<Data>(
      { query, variables },
      {
        next: (message) => {
          if (message.data != null) seen.push(message.data as Data); // typed by the caller
          if (message.errors !== undefined) errors.push(message.errors);
        },
        error: (error) => errors.push(error),
        complete: () => {
          ended = true;
        },
      },
    );
    return {
      seen,
      errors,
      ended: () => ended,
      stop: async () => {
        end();
        await client.dispose();
      },
    };
  }

  async turnOn(): Promise<void> {
    const { setDriverSync } = await this.ask<{
      setDriverSync: { run: { id: string }; userErrors: readonly unknown[] };
    }>('mutation { setDriverSync(enabled: true) { run { id } userErrors { code message } } }');
    if (setDriverSync.userErrors.length > 0) throw new Error(JSON.stringify(setDriverSync.userErrors));
    await this.runEnded(setDriverSync.run.id);
  }

  private async runEnded(id: string): Promise<string> {
    return until(
      'the run has ended',
      async () => {
        const { syncRun } = await this.ask<{ syncRun: { status: string } }>(
          'query ($id: ID!) { syncRun(id: $id) { status } }',
          { id },
        );
        return ['PLANNING', 'RUNNING'].includes(syncRun.status) ? null : syncRun.status;
      },
      60_000,
    );
  }

  async close(): Promise<void> {
    for (const client of this.clients) await client.dispose();
    await this.app.stop();
    if (this.ownsSandbox) await this.sandbox.close();
  }
}
