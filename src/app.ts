import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { consoleDocuments } from './console/console-documents';
import { serveConsole, type ConsoleOptions } from './console/serve-console';
import type { SignInOffer } from './console/sign-in-offer';
import { accountId } from './driver/ids';
import { createTokenVerifier, type VerifyToken } from './graphql/admit/auth';
import { API_LIMITS, createApiServer, type ApiLimits, type ApiServer } from './graphql/server';
import type { AccountConfig } from './config/account-config';
import type { AccountsReload } from './config/account-changes';
import { readAccounts } from './config/accounts-file';
import { secretFiles } from './config/accounts-reload';
import type { Config } from './config/config';
import { readSandboxSecret } from './config/sandbox-secret';
import { systemClock, type Clock } from './platform/clock';
import { createLifecycle, type Part } from './platform/lifecycle';
import type { Logger } from './platform/logger';
import { createMetrics, type Metrics } from './platform/metrics';
import { readinessNow, startProbeServer, type ProbeServer, type Readiness } from './platform/probe-server';
import { Secret } from './platform/secret';
import { startTracing, type StopTracing } from './platform/tracing';
import { createNotifier, type Notifier, type NotifierSettings } from './notify/notifier';
import { createAccountMetrics } from './measure/account-metrics';
import { createQueueMetrics } from './measure/queue-metrics';
import { createSyncMetrics } from './measure/sync-metrics';
import type { NotificationMetrics } from './notify/attempt-delivery';
import { createMailSender } from './notify/send-mail';
import { createWebhookSender } from './notify/send-webhook';
import { createAccountQueue, createNotificationQueue } from './queue/bull-queue';
import { createWakeUps } from './queue/wake-up';
import type { Sandbox } from './sandbox/sandbox';
import { openDatabase, type Database } from './store/database/database';
import type { DatabaseClock } from './store/database/database-clock';
import { migrate } from './store/database/migrate';
import { migrations } from './store/migrations/all';
import { createPgIncidents } from './store/notify/pg-incidents';
import { createPgAccountFacts } from './store/queries/query-account-facts';
import { createPgGatewayQueries } from './store/queries/pg-gateway-queries';
import type { HealthSource } from './store/queries/query-account';
import { createPgIdempotentAnswers } from './store/queries/pg-idempotent-answers';
import { withDatabaseFailures, type DatabaseFailureOptions } from './store/queries/with-database-failures';
import { createPgUserTally } from './store/limits/pg-user-tally';
import { createPgSyncStore } from './store/sync/pg-sync-store';
import { createStatisticsKeeper, type StatisticsKeeper } from './store/database/statistics-keeper';
import { createFairGate } from './sync/account/fair-gate';
import { startSyncWorker, type SyncWorker } from './sync/account/sync-worker';
import { gpsPollInterval } from './sync/observe/poll-interval';
import { createGatewayCommands } from './sync/command/create-commands';
import type { AccountQueue } from './sync/ports/account-queue';
import type { GatewayCommands } from './gateway/commands';
import { DEFAULT_SETTINGS, type SyncContext, type SyncSettings } from './sync/sync-context';
import type { WakeUps } from './gateway/wake-ups';
import { createAccountsFile } from './assembly/accounts-file-part';
import { createAccountsInUse, type AccountsInUse } from './assembly/accounts-in-use';
import { clockPart, openDatabaseClock } from './assembly/clock-part';
import { hookSecretFrom, openSandbox, sandboxAccount, sandboxTokens } from './assembly/sandbox-account';

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
  /** Times of the notifier, where a test wants others. */
  readonly notifier?: Partial<NotifierSettings>;
  /** The API's limits, where a test wants others. */
  readonly limits?: Partial<ApiLimits>;
  /** How long a statement of the API may take, where a test wants another time. */
  readonly apiStatementMs?: number;
}

/** The whole gateway, started or not. */
export interface App {
  /** Where the API listens; null until it has started, and in a process that only works. */
  readonly url: string | null;
  /** Where `/livez`, `/readyz` and `/metrics` have a port of their own; null where they are on the API's. */
  readonly probesUrl: string | null;
  /** Both emulated portals, when the sandbox account is used. */
  readonly sandbox: Sandbox | null;
  readonly commands: GatewayCommands;
  readonly context: SyncContext;
  readonly database: Database;
  readonly worker: SyncWorker | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes the accounts file in again; null where there is none. It is also watched, and taken in when it changes. */
  readonly accountsReload: AccountsReload | null;
  /** A token for each role of the sandbox account; empty with real accounts. */
  sandboxTokens(): Promise<readonly { readonly role: string; readonly token: string }[]>;
}

/** How many accounts a process works on at a time: waiting for a portal costs nothing. */
const CONCURRENCY = 200;

/** How many pieces of database work and planning a process does at a time. */
const PLACES = 4;

/** How long a statement that the API makes may take. The sync's may take a minute: a caller has no use for an answer so late. */
const API_STATEMENT_MS = 20_000;

/** The composition root: the only file that knows every room. Opens what has to be open, and starts nothing yet. */
export async function createApp(options: AppOptions): Promise<App> {
  const configured = configuredAccounts(options);
  // The first thing that is opened: another process on the same DATA_DIR is refused before it touches anything.
  const database = await openDatabaseOf(options);
  const opened: Closable[] = [database];
  try {
    return await createAppOn(database, configured, options, opened);
  } catch (error) {
    // Each on its own: one that cannot be closed must not keep the others open, nor hide why the start failed.
    for (const one of opened.reverse()) await one.close().catch(() => undefined);
    throw error;
  }
}

interface Closable {
  close(): Promise<void>;
}

async function createAppOn(
  database: Database,
  configured: readonly AccountConfig[] | null,
  options: AppOptions,
  opened: Closable[],
): Promise<App> {
  const { config, logger } = options;
  const metrics = createMetrics({ processMetrics: true });
  const made = await database.withoutTimeLimit((db) => migrate(db, migrations));
  if (made.length > 0) logger.info({ migrations: made }, 'the database was brought up to date');
  const databaseClock = options.clock === undefined ? await openDatabaseClock(database, logger) : null;
  const clock = options.clock ?? databaseClock ?? systemClock;
  const sandbox = configured === null ? await openSandbox(config, options.clock) : null;
  if (sandbox !== null) opened.push(sandbox);
  const secret = await secretOf(config);
  const accounts =
    sandbox === null ? (configured ?? []) : [sandboxAccount(sandbox, 'sandbox', hookSecretFrom(secret))];
  const redisUrl = config.redisUrl?.reveal();
  const prefix = options.prefix === undefined ? {} : { prefix: options.prefix };
  const wakeUps = createWakeUps({ database, redisUrl, logger, ...prefix });
  opened.push(wakeUps);
  const queue = await createAccountQueue({ database, redisUrl, logger, ...prefix });
  opened.push(queue);
  // A server keeps its own.
  const statistics = createStatisticsKeeper(database.kysely, logger, {
    hasAutovacuum: database.kind === 'postgres',
  });
  const inUse = createAccountsInUse(accounts, { config, database, metrics, logger, clock });
  const apiTables = database.limitedTo(options.apiStatementMs ?? API_STATEMENT_MS);
  const { context, apiContext } = createContexts(
    { ...options, clock },
    inUse,
    { sync: database, api: { kysely: apiTables } },
    metrics,
    wakeUps,
    queue,
    statistics,
  );
  // The embedded database's lock says that no other process lives: its ownerships are of the dead.
  if (database.kind === 'embedded') await context.store.ownership.releaseAll();
  const commands = withDatabaseFailures(createGatewayCommands(apiContext), timeLimitOf(options, 'writes'));
  measureReadiness(metrics, readinessOf({ database, queue }));
  createQueueMetrics(metrics, { accounts: { counts: () => queue.counts() } });
  measureAccounts(metrics, context, database, clock);
  const running: Running = { api: null, url: null, probesUrl: null, worker: null };
  const parts: Parts = {
    options,
    inUse,
    database,
    apiTables,
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
    databaseClock,
  };
  const watched = watchedFiles(options);
  const accountsFile = sandbox === null ? accountsFileOf(parts, watched) : null;
  const list = partsOf(parts);
  const lifecycle = createLifecycle(
    accountsFile === null || watched.length === 0 ? list : [...list, accountsFile.part],
    { logger },
  );
  return {
    get url() {
      return running.url;
    },
    get probesUrl() {
      return running.probesUrl;
    },
    get worker() {
      return running.worker;
    },
    sandbox,
    accountsReload: accountsFile?.reload ?? null,
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
  probesUrl: string | null;
  worker: SyncWorker | null;
}

/** Everything that the parts of the process are made of. */
export interface Parts {
  readonly options: AppOptions;
  readonly inUse: AccountsInUse;
  readonly database: Database;
  /** The same database, for the API's statements: each of them has a time limit. */
  readonly apiTables: Database['kysely'];
  readonly statistics: StatisticsKeeper;
  readonly wakeUps: WakeUps;
  readonly queue: AccountQueue;
  readonly context: SyncContext;
  readonly commands: GatewayCommands;
  readonly metrics: Metrics;
  readonly secret: Secret | null;
  readonly sandbox: Sandbox | null;
  readonly running: Running;
  readonly clock: Clock;
  /** Null where a clock is given, or the database has this machine's. */
  readonly databaseClock: DatabaseClock | null;
}

/** In the order of starting; stopped in reverse, so that the API closes first and the database last. */
function partsOf(parts: Parts): readonly Part[] {
  const { config } = parts.options;
  const serves = config.role !== 'worker';
  const works = config.role !== 'api';
  const list: Part[] = [
    tracingPart(parts),
    { name: 'sandbox', stop: () => parts.sandbox?.close() },
    { name: 'database', stop: () => parts.database.close() },
    clockPart(parts.databaseClock),
    { name: 'statistics', start: () => parts.statistics.start(), stop: () => parts.statistics.stop() },
    { name: 'wake-ups', stop: () => parts.wakeUps.close() },
    { name: 'portals', stop: () => parts.inUse.close() },
    { name: 'queue', stop: () => parts.queue.close() },
  ];
  if (!serves) list.push(probesPart(parts));
  if (works) list.push(workerPart(parts), notifierPart(parts));
  if (serves) list.push(apiPart(parts));
  return list;
}

/** The accounts file and the files that its secrets come from; none where the accounts come from elsewhere. */
function watchedFiles({ config, accounts }: AppOptions): readonly string[] {
  if (config.accountsFile === undefined || accounts !== undefined) return [];
  return [config.accountsFile, ...secretFiles(process.env)];
}

function accountsFileOf(parts: Parts, watched: readonly string[]): ReturnType<typeof createAccountsFile> {
  const { options, inUse, context, database, metrics, running } = parts;
  return createAccountsFile({
    config: options.config,
    watched,
    read: () => configuredAccounts(options) ?? [],
    inUse,
    context,
    database,
    metrics,
    logger: options.logger,
    worker: () => running.worker,
    api: () => running.api,
  });
}

/** First, so that it is stopped last: the spans of what stops are sent, too. */
function tracingPart({ options: { config, logger } }: Parts): Part {
  let stop: StopTracing | undefined;
  return {
    name: 'tracing',
    start: async () => {
      if (config.tracing) stop = await startTracing({ role: config.role }, logger);
    },
    stop: () => stop?.(),
  };
}

function workerPart({ context, database, queue, wakeUps, running, options }: Parts): Part {
  return {
    name: 'worker',
    start: async () => {
      const concurrency = options.concurrency ?? CONCURRENCY;
      // The embedded database has one process: the queue could only hand it its own work.
      const alone = database.kind === 'embedded' ? { queuePatienceMs: 0 } : {};
      running.worker = await startSyncWorker(context, { queue, wakeUps, concurrency, ...alone });
    },
    stop: () => running.worker?.stop(),
  };
}

/** Started after the worker, and stopped before it: what it says is what the worker has found. */
function notifierPart({ inUse, clock, context, database, metrics, options }: Parts): Part {
  const { config, logger, prefix } = options;
  let notifier: Notifier | undefined;
  return {
    name: 'notifier',
    start: () => {
      const queue = { database, redisUrl: config.redisUrl?.reveal(), logger, prefix };
      notifier = createNotifier({
        accounts: () => [...inUse.configs.values()],
        intervals: intervalsOf(context),
        facts: createPgAccountFacts(database.kysely),
        store: createPgIncidents(database.kysely),
        ...(database.kind === 'embedded' ? {} : { openQueue: () => createNotificationQueue(queue) }),
        webhooks: createWebhookSender(),
        mail: createMailSender(config.mail),
        publicUrl: config.publicUrl,
        clock,
        logger,
        metrics: notificationMetrics(metrics),
        settings: { keepMs: context.settings.retentionMs, ...options.notifier },
      });
      notifier.start();
    },
    stop: () => notifier?.stop(),
  };
}

function notificationMetrics(metrics: Metrics): NotificationMetrics {
  const help = 'Attempts to deliver notifications, by how they ended: taken, or the cause of the refusal';
  const attempts = metrics.counter('gateway_notification_attempts_total', help, ['channel', 'result']);
  return { delivered: (_account, channel, result) => attempts.inc({ channel, result }) };
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

/** A worker answers probes on PROBES_PORT, or else on PORT; the API's server has its own. */
function probesPart(parts: Parts): Part {
  const { config, logger } = parts.options;
  let probes: ProbeServer | undefined;
  return {
    name: 'probes',
    start: async () => {
      const port = config.probesPort ?? config.port;
      probes = await startProbeServer({
        host: config.host,
        port,
        metrics: parts.metrics,
        readiness: readinessOf(parts),
        logger,
      });
      parts.running.probesUrl = probes.url;
    },
    stop: () => probes?.close(),
  };
}

function readinessOf({ database, queue }: Pick<Parts, 'database' | 'queue'>): readonly Readiness[] {
  return [
    { name: 'database', check: () => database.proveWritable() },
    { name: 'queue', check: async () => void (await queue.counts()) },
  ];
}

/** At each scrape, whether what the process needs works: so that an alert can name what does not. */
function measureReadiness(metrics: Metrics, checks: readonly Readiness[]): void {
  const help = 'Whether a server that the process needs works: 1 or 0';
  metrics.gauge('gateway_ready', help, ['check'], async (gauge) => {
    for (const [check, isReady] of await readinessNow(checks)) gauge.set({ check }, isReady ? 1 : 0);
  });
}

function measureAccounts(metrics: Metrics, context: SyncContext, database: Database, clock: Clock): void {
  createAccountMetrics({
    metrics,
    facts: createPgAccountFacts(database.kysely),
    accounts: () =>
      [...context.accounts.values()].map(({ id, gpsRequestsPerDay }) => ({ id, gpsRequestsPerDay })),
    intervals: intervalsOf(context),
    clock,
  });
}

function openApi(parts: Parts): Promise<ApiServer> {
  const { apiTables, clock, database, metrics, options } = parts;
  const { config, logger } = options;
  return createApiServer({
    host: config.host,
    port: config.port,
    corsOrigins: config.corsOrigins,
    introspection: config.introspection,
    // The page of this server works whatever the list says.
    trustedDocuments: config.trustedDocuments && new Map([...config.trustedDocuments, ...consoleDocuments()]),
    ...(config.probesPort === undefined ? {} : { probes: { host: config.host, port: config.probesPort } }),
    ...(config.trustProxy === undefined ? {} : { trustProxy: toFastifyTrust(config.trustProxy) }),
    limits: {
      requestsPerMinute: config.limits.requestsPerMinute,
      requestBurst: Math.min(API_LIMITS.requestBurst, config.limits.requestsPerMinute),
      streamsPerUser: config.limits.socketsPerUser,
      budgetPoints: config.limits.budgetPoints,
      budgetPointsPerSecond: config.limits.budgetPointsPerSecond,
      executionsPerUser: config.limits.executionsPerUser,
      ...options.limits,
    },
    queries: withDatabaseFailures(
      createPgGatewayQueries(apiTables, {
        now: () => clock.now(),
        intervals: intervalsOf(parts.context),
      }),
      timeLimitOf(options, 'reads'),
    ),
    commands: parts.commands,
    wakeUps: parts.wakeUps,
    idempotentAnswers: withDatabaseFailures(
      createPgIdempotentAnswers(apiTables, clock),
      timeLimitOf(options, 'writes'),
    ),
    // The embedded database serves one process.
    userTally:
      database.kind === 'postgres'
        ? createPgUserTally({ db: apiTables, process: parts.context.owner })
        : undefined,
    accounts: parts.inUse.served,
    verifyToken: verifierOf(parts),
    readiness: readinessOf(parts),
    logger,
    clock,
    metrics,
    console: (fastify) => serveConsole(fastify, consoleOptions(parts)),
  });
}

/** How often an account's portals are read, from the configuration as it is at that moment. */
function intervalsOf({ settings, accounts }: SyncContext): HealthSource['intervals'] {
  return (id) => ({
    gpsMs: gpsPollInterval(settings.gpsPollMs, accounts.get(id) ?? {}),
    driveriMs: settings.driveriPollMs,
  });
}

function consoleOptions(parts: Parts): ConsoleOptions {
  const { consoleSignIn, publicUrl } = parts.options.config;
  return { signIn: () => signInOffer(parts), providerOrigins: consoleSignIn?.origins ?? [], publicUrl };
}

/** With an identity provider its page, with the sandbox a role is chosen; otherwise a token is pasted. */
async function signInOffer({ options, secret, clock, sandbox }: Parts): Promise<SignInOffer> {
  const provider = options.config.consoleSignIn;
  if (provider !== undefined) {
    const { issuer, clientId, scope, audience, resource } = provider;
    return {
      kind: 'oidc',
      issuer,
      clientId,
      scope,
      ...(audience === undefined ? {} : { audience }),
      ...(resource === undefined ? {} : { resource }),
    };
  }
  if (sandbox === null) return { kind: 'token' };
  return { kind: 'sandbox', tokens: await sandboxTokens(options.config, secret, clock, sandbox) };
}

const toFastifyTrust = (trust: number | readonly string[]): number | string[] =>
  typeof trust === 'number' ? trust : [...trust];

function verifierOf({ options, inUse, secret, clock }: Parts): VerifyToken {
  const { config, logger } = options;
  const { key, issuer, audience, claims, roleMap, leewayMs } = config.auth;
  const given = {
    issuer,
    audience,
    // A path is written with dots; a name that is a URL stays one name.
    claims: { user: claims.user.join('.'), account: claims.account.join('.'), role: claims.role.join('.') },
    roleMap: roleMap === undefined ? undefined : Object.fromEntries(roleMap),
    leewaySeconds: leewayMs / 1_000,
    isAccount: (id: string) => inUse.served.has(accountId(id)),
    clock,
    logger,
  };
  if (key.kind === 'jwks') return createTokenVerifier({ key: { jwksUrl: key.url }, ...given });
  if (secret === null) throw new Error('there is no secret to verify tokens with');
  return createTokenVerifier({ key: { secret }, ...given });
}

/** How long a start waits for the database before it gives up. */
const AWAIT_SERVERS_MS = 60_000;

/** Null: there are none, and the sandbox takes their place. */
function configuredAccounts({ config, accounts }: AppOptions): readonly AccountConfig[] | null {
  if (accounts !== undefined) return accounts;
  if (config.sandbox.enabled || config.accountsFile === undefined) return null;
  return readAccounts(config.accountsFile, process.env, config);
}

async function openDatabaseOf({ config, logger, databaseDir }: AppOptions): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    return openDatabase(
      { kind: 'postgres', url: config.databaseUrl.reveal(), waitMs: AWAIT_SERVERS_MS },
      logger,
    );
  }
  const dataDir = databaseDir === undefined ? config.dataDir : (databaseDir ?? undefined);
  return openDatabase({ kind: 'embedded', dataDir }, logger);
}

async function secretOf(config: Config): Promise<Secret | null> {
  const { key } = config.auth;
  if (key.kind === 'secret') return key.secret;
  return key.kind === 'sandbox' ? readSandboxSecret(config.dataDir) : null;
}

/** What the sync works with, and what the commands of the API work with: the same, but for how long a statement may take. */
function createContexts(
  options: AppOptions,
  inUse: AccountsInUse,
  databases: { readonly sync: Pick<Database, 'kysely'>; readonly api: Pick<Database, 'kysely'> },
  metrics: Metrics,
  wakeUps: WakeUps,
  queue: AccountQueue,
  statistics: StatisticsKeeper,
): { readonly context: SyncContext; readonly apiContext: SyncContext } {
  const { config, logger, clock = systemClock } = options;
  const counters = createSyncMetrics(metrics);
  const storeOn = (database: Pick<Database, 'kysely'>): SyncContext['store'] => {
    const store = createPgSyncStore({
      database,
      wakeUps,
      onCompleteRoster: () => void statistics.look(),
      onCommit: counters.committed,
    });
    return { ...store, ownership: counters.counting(store.ownership) };
  };
  const context: SyncContext = {
    store: storeOn(databases.sync),
    accounts: inUse.synced,
    queue,
    wakeUps,
    gate: createFairGate(PLACES),
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
  return { context, apiContext: { ...context, store: storeOn(databases.api) } };
}

function timeLimitOf(options: AppOptions, kind: DatabaseFailureOptions['kind']): DatabaseFailureOptions {
  return { limitMs: options.apiStatementMs ?? API_STATEMENT_MS, kind, logger: options.logger };
}
