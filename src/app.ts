import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { serveConsole } from './console/serve-console';
import { accountId, type AccountId } from './driver/ids';
import { createTokenVerifier, signSandboxToken, type VerifyToken } from './graphql/auth';
import { createApiServer, type ApiLimits, type ApiServer, type ServedAccount } from './graphql/server';
import { fingerprint, readAccounts, type AccountConfig } from './platform/accounts';
import { systemClock, type Clock } from './platform/clock';
import type { Config } from './platform/config';
import { createLifecycle, type Part } from './platform/lifecycle';
import type { Logger } from './platform/logger';
import { createMetrics, type Metrics } from './platform/metrics';
import { readSandboxSecret } from './platform/sandbox-secret';
import { Secret } from './platform/secret';
import { createDriveriPortal } from './portals/driveri/driveri-portal';
import { createGpsPortal } from './portals/gps/gps-portal';
import type { CallMetric } from './portals/pacing';
import { createReconcileQueue } from './queue/bull-queue';
import { createWakeUps } from './queue/wake-up';
import { startSandbox, type Sandbox } from './sandbox/sandbox';
import { openDatabase, type Database } from './store/database';
import { freeLeasesOfTheDead } from './store/free-leases';
import { migrate } from './store/migrate';
import { migrations } from './store/migrations/all';
import { createPgGatewayQueries } from './store/pg-gateway-queries';
import { createPgIdempotentAnswers } from './store/pg-idempotent-answers';
import { createPgSyncStore } from './store/pg-sync-store';
import { createStatisticsKeeper, type StatisticsKeeper } from './store/statistics-keeper';
import { createGatewayCommands } from './sync/create-commands';
import type { GatewayCommands } from './sync/gateway-commands';
import type { ReconcileQueue } from './sync/reconcile-queue';
import { DEFAULT_SETTINGS, type SyncAccount, type SyncContext, type SyncSettings } from './sync/sync-context';
import { startSyncWorker, type SyncWorker } from './sync/sync-worker';
import type { WakeUps } from './sync/wake-ups';

/** What the process is made from; everything but the configuration and the log has a default for production. */
export interface AppOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly settings?: Partial<SyncSettings>;
  /** Instead of `ACCOUNTS_FILE`, for tests. */
  readonly accounts?: readonly AccountConfig[];
  /** Instead of `DATA_DIR`: `null` keeps the embedded database in memory, for tests. */
  readonly databaseDir?: string | null;
  /** Keeps several gateways apart on one Redis, for tests. */
  readonly prefix?: string;
  readonly concurrency?: number;
  /** The API's limits, where a test wants others. */
  readonly limits?: Partial<ApiLimits>;
}

/** The whole gateway, started or not. */
export interface App {
  /** Where the API listens; null until it has started, and in a process that only works. */
  readonly url: string | null;
  /** Both emulated portals, when the sandbox account is used. */
  readonly sandbox: Sandbox | null;
  readonly commands: GatewayCommands;
  readonly context: SyncContext;
  readonly database: Database;
  readonly worker: SyncWorker | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A token for each role of the sandbox account; empty with real accounts. */
  sandboxTokens(): Promise<readonly { readonly role: string; readonly token: string }[]>;
}

/** How many drivers a process reconciles at a time. */
const CONCURRENCY = 8;

/** The composition root: the only file that knows every room. Opens what has to be open, and starts nothing yet. */
export async function createApp(options: AppOptions): Promise<App> {
  const configured = configuredAccounts(options);
  // The first thing that is opened: another process on the same DATA_DIR is refused before it touches anything.
  const database = await openDatabaseOf(options);
  try {
    return await createAppOn(database, configured, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function createAppOn(
  database: Database,
  configured: readonly AccountConfig[] | null,
  options: AppOptions,
): Promise<App> {
  const { config, logger, clock = systemClock } = options;
  const metrics = createMetrics({ processMetrics: true });
  await migrate(database.kysely, migrations);
  if (database.kind === 'embedded') await freeLeasesOfTheDead(database);
  const sandbox = configured === null ? await openSandbox(options) : null;
  const accounts = sandbox === null ? (configured ?? []) : [sandboxAccount(sandbox)];
  const secret = await secretOf(config);
  const redisUrl = config.redisUrl?.reveal();
  const prefix = options.prefix === undefined ? {} : { prefix: options.prefix };
  const wakeUps = createWakeUps({ database, redisUrl, logger, ...prefix });
  const queue = await createReconcileQueue({ database, redisUrl, logger, ...prefix });
  // A server keeps its own.
  const statistics = database.kind === 'embedded' ? createStatisticsKeeper(database.kysely, logger) : null;
  const context = createContext(options, accounts, database, wakeUps, queue, metrics, statistics);
  const commands = createGatewayCommands(context, wakeUps);
  const running: Running = { api: null, url: null, worker: null };
  const lifecycle = createLifecycle(
    partsOf({
      options,
      accounts,
      database,
      statistics,
      wakeUps,
      queue,
      context,
      commands,
      metrics,
      secret,
      sandbox,
      running,
      clock,
    }),
    { logger },
  );
  return {
    get url() {
      return running.url;
    },
    get worker() {
      return running.worker;
    },
    sandbox,
    commands,
    context,
    database,
    start: () => lifecycle.start(),
    stop: () => lifecycle.stop(),
    sandboxTokens: () => sandboxTokens(config, secret, clock, sandbox),
  };
}

interface Running {
  api: ApiServer | null;
  url: string | null;
  worker: SyncWorker | null;
}

/** Everything that the parts of the process are made of. */
export interface Parts {
  readonly options: AppOptions;
  readonly accounts: readonly AccountConfig[];
  readonly database: Database;
  readonly statistics: StatisticsKeeper | null;
  readonly wakeUps: WakeUps;
  readonly queue: ReconcileQueue;
  readonly context: SyncContext;
  readonly commands: GatewayCommands;
  readonly metrics: Metrics;
  readonly secret: Secret | null;
  readonly sandbox: Sandbox | null;
  readonly running: Running;
  readonly clock: Clock;
}

/** In the order of starting; stopped in reverse, so that the API closes first and the database last. */
function partsOf(parts: Parts): readonly Part[] {
  const { config } = parts.options;
  const serves = config.role !== 'worker';
  const works = config.role !== 'api';
  const list: Part[] = [
    { name: 'sandbox', stop: () => parts.sandbox?.close() },
    { name: 'database', stop: () => parts.database.close() },
    { name: 'statistics', start: () => parts.statistics?.start(), stop: () => parts.statistics?.stop() },
    { name: 'wake-ups', stop: () => parts.wakeUps.close() },
    { name: 'portals', stop: () => closePortals(parts.context) },
    { name: 'queue', stop: () => parts.queue.close() },
  ];
  if (works) list.push(workerPart(parts));
  if (serves) list.push(apiPart(parts));
  return list;
}

function workerPart({ context, queue, wakeUps, running, options }: Parts): Part {
  return {
    name: 'worker',
    start: async () => {
      const concurrency = options.concurrency ?? CONCURRENCY;
      running.worker = await startSyncWorker(context, { queue, wakeUps, concurrency });
    },
    stop: () => running.worker?.stop(),
  };
}

function apiPart(parts: Parts): Part {
  const { running } = parts;
  return {
    name: 'api',
    start: async () => {
      running.api = await openApi(parts);
      running.url = (await running.api.listen()).url;
    },
    stop: () => running.api?.close(),
  };
}

function openApi(parts: Parts): Promise<ApiServer> {
  const { clock, database, metrics, queue, options } = parts;
  const { config, logger } = options;
  return createApiServer({
    host: config.host,
    port: config.port,
    corsOrigins: config.corsOrigins,
    introspection: config.introspection,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    queries: createPgGatewayQueries(database.kysely),
    commands: parts.commands,
    wakeUps: parts.wakeUps,
    idempotentAnswers: createPgIdempotentAnswers(database.kysely, clock),
    accounts: new Map(parts.accounts.map((account) => [accountId(account.id), toServedAccount(account)])),
    verifyToken: verifierOf(parts),
    readiness: [
      { name: 'database', check: async () => void (await database.pool.query('select 1')) },
      { name: 'queue', check: async () => void (await queue.counts()) },
    ],
    logger,
    clock,
    metrics,
    console: serveConsole,
  });
}

function toServedAccount(account: AccountConfig): ServedAccount {
  const { name, tier, driverSyncAvailable, timeZone } = account;
  // Every tier but STANDARD has Driver Sync; a STANDARD account has it when its Account Manager says so.
  const isAvailable = tier !== 'STANDARD' || driverSyncAvailable;
  return { name, tier, driverSyncAvailable: isAvailable, timeZone, hookSecret: account.gps.hookSecret };
}

function verifierOf({ options, secret, clock }: Parts): VerifyToken {
  const { key, issuer, audience } = options.config.auth;
  if (key.kind === 'jwks') return createTokenVerifier({ key: { jwksUrl: key.url }, issuer, audience, clock });
  if (secret === null) throw new Error('there is no secret to verify tokens with');
  return createTokenVerifier({ key: { secret }, issuer, audience, clock });
}

const SANDBOX_TOKEN_MS = 30 * 24 * 3_600_000;

/** A token for each role, ready to paste: only for the sandbox account, whose secret this process has made. */
async function sandboxTokens(
  config: Config,
  secret: Secret | null,
  clock: Clock,
  sandbox: Sandbox | null,
): Promise<readonly { readonly role: string; readonly token: string }[]> {
  if (sandbox === null || secret === null) return [];
  const { issuer, audience } = config.auth;
  const expiresAt = clock.now() + SANDBOX_TOKEN_MS;
  const roles = ['MASTER', 'ADMIN', 'VIEWER'] as const;
  return Promise.all(
    roles.map(async (role) => {
      const identity = {
        userId: `sandbox-${role.toLowerCase()}`,
        account: accountId('sandbox'),
        role,
        expiresAt,
      };
      return { role, token: await signSandboxToken(secret, identity, { issuer, audience }) };
    }),
  );
}

/** Null: there are none, and the sandbox takes their place. */
function configuredAccounts({ config, accounts }: AppOptions): readonly AccountConfig[] | null {
  if (accounts !== undefined) return accounts;
  return config.accountsFile === undefined ? null : readAccounts(config.accountsFile, process.env);
}

async function openSandbox({ config, clock }: AppOptions): Promise<Sandbox> {
  const { gpsPort, driveriPort } = config.sandbox;
  const now = clock === undefined ? {} : { now: () => clock.now() };
  return startSandbox({ host: config.host, gpsPort, driveriPort, dataDir: config.dataDir, ...now });
}

/** The account that is there without `ACCOUNTS_FILE`: both its portals are emulated by this process. */
export function sandboxAccount(sandbox: Sandbox, id = 'sandbox'): AccountConfig {
  return {
    id,
    name: 'Sandbox Logistics',
    tier: 'PRO',
    driverSyncAvailable: true,
    timeZone: 'America/Chicago',
    dailyRunAt: '03:00',
    driverIdFallback: 'reference-id',
    driftPolicy: 'daily',
    gps: {
      baseUrl: sandbox.gps.url,
      username: sandbox.gps.username,
      appToken: new Secret(sandbox.gps.appToken),
      requestsPerDay: 1_000_000,
      driveriDriverIdField: { kind: 'field', name: 'driveri_driver_id' },
      hookSecret: new Secret('sandbox-hook-secret'),
    },
    driveri: {
      baseUrl: sandbox.driveri.url,
      tenant: sandbox.driveri.tenant,
      clientId: sandbox.driveri.clientId,
      clientSecret: new Secret(sandbox.driveri.clientSecret),
      requestsPerSecond: 500,
      removedStatus: undefined,
    },
    guards: SANDBOX_GUARDS,
  };
}

const SANDBOX_GUARDS: AccountConfig['guards'] = {
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
};

async function openDatabaseOf({ config, logger, databaseDir }: AppOptions): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    return openDatabase({ kind: 'postgres', url: config.databaseUrl.reveal() }, logger);
  }
  const dataDir = databaseDir === undefined ? config.dataDir : (databaseDir ?? undefined);
  return openDatabase({ kind: 'embedded', dataDir }, logger);
}

async function secretOf(config: Config): Promise<Secret | null> {
  const { key } = config.auth;
  if (key.kind === 'secret') return key.secret;
  return key.kind === 'sandbox' ? readSandboxSecret(config.dataDir) : null;
}

function createContext(
  options: AppOptions,
  accounts: readonly AccountConfig[],
  database: Database,
  wakeUps: WakeUps,
  queue: ReconcileQueue,
  metrics: Metrics,
  statistics: StatisticsKeeper | null,
): SyncContext {
  const { config, logger, clock = systemClock } = options;
  const onCall = portalMetrics(metrics);
  const pairs = accounts.map((account): [AccountId, SyncAccount] => [
    accountId(account.id),
    toSyncAccount(account, clock, onCall),
  ]);
  return {
    store: createPgSyncStore({
      database,
      wakeUps,
      onCompleteRoster: () => void statistics?.look(),
    }),
    accounts: new Map(pairs),
    queue,
    clock,
    logger,
    settings: {
      ...DEFAULT_SETTINGS,
      gpsPollMs: config.gpsPollMs,
      driveriPollMs: config.driveriPollMs,
      retentionMs: config.retentionMs,
      ...options.settings,
    },
    owner: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
  };
}

function toSyncAccount(
  account: AccountConfig,
  clock: Clock,
  onCall: (metric: CallMetric) => void,
): SyncAccount {
  const { gps, driveri } = account;
  return {
    id: accountId(account.id),
    name: account.name,
    tier: account.tier,
    driverSyncAvailable: account.driverSyncAvailable,
    timeZone: account.timeZone,
    dailyRunAt: account.dailyRunAt,
    fallback: account.driverIdFallback,
    driftPolicy: account.driftPolicy,
    guards: account.guards,
    gpsRequestsPerDay: gps.requestsPerDay,
    fingerprint: fingerprint(account),
    gps: createGpsPortal({
      baseUrl: gps.baseUrl,
      username: gps.username,
      appToken: () => gps.appToken.reveal(),
      requestsPerDay: gps.requestsPerDay,
      requestsPerSecond: 50, // GPS limits the day, not the second
      driveriDriverIdField: gps.driveriDriverIdField,
      now: () => clock.now(),
      onCall,
    }),
    driveri: createDriveriPortal({
      baseUrl: driveri.baseUrl,
      tenant: driveri.tenant,
      clientId: driveri.clientId,
      clientSecret: () => driveri.clientSecret.reveal(),
      requestsPerSecond: driveri.requestsPerSecond,
      removedStatus: driveri.removedStatus,
      now: () => clock.now(),
      onCall,
    }),
  };
}

function portalMetrics(metrics: Metrics): (metric: CallMetric) => void {
  const calls = metrics.counter('gateway_portal_calls_total', 'Calls to portals', [
    'portal',
    'operation',
    'result',
  ]);
  const seconds = metrics.durations('gateway_portal_call_seconds', 'How long calls to portals take', [
    'portal',
  ]);
  return ({ portal, operation, result, sent, durationMs }) => {
    calls.inc({ portal, operation, result });
    if (sent) seconds.observe({ portal }, durationMs / 1000);
  };
}

async function closePortals(context: SyncContext): Promise<void> {
  for (const account of context.accounts.values()) {
    for (const portal of [account.gps, account.driveri]) {
      if ('close' in portal && typeof portal.close === 'function')
        await (portal.close as () => Promise<void>)(); // the HTTP connectors have it
    }
  }
}
