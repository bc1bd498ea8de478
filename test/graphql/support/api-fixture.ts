import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { AccountId } from '../../../src/driver/ids';
import { systemClock, type Clock } from '../../../src/platform/clock';
import { createLogger, type Logger } from '../../../src/platform/logger';
import { createMetrics } from '../../../src/platform/metrics';
import { Secret } from '../../../src/platform/secret';
import { createTokenVerifier, signSandboxToken, type Identity } from '../../../src/graphql/admit/auth';
import { createApiServer, type ApiServer, type ApiServerOptions } from '../../../src/graphql/server';
import type { Database } from '../../../src/store/database/database';
import { migrate } from '../../../src/store/database/migrate';
import { migrations } from '../../../src/store/migrations/all';
import { createPgGatewayQueries } from '../../../src/store/queries/pg-gateway-queries';
import { healthAt } from '../../support/health-source';
import { createPgIdempotentAnswers } from '../../../src/store/queries/pg-idempotent-answers';
import { accountChanged } from '../../../src/gateway/commands';
import type { IdempotentAnswers } from '../../../src/gateway/idempotent-answers';
import type { WakeUps } from '../../../src/gateway/wake-ups';
import { openInMemory } from '../../support/databases';
import { createFakeCommands, type FakeCommands } from './fake-commands';
import { ACME, OTHER, seedFleet, SEEDED_AT } from './fleet';

/** Nothing that a test is not about runs out. */
export const AMPLE = {
  requestsPerMinute: 1e9,
  requestBurst: 1e9,
  budgetPoints: 1e9,
  budgetPointsPerSecond: 1e9,
};

export type Role = Identity['role'];

/** One running API on a database of its own, with two accounts. */
export interface ApiFixture {
  readonly url: string;
  readonly db: Kysely<unknown>;
  readonly database: Database;
  readonly commands: FakeCommands;
  readonly server: ApiServer;
  readonly queries: ApiServerOptions['queries'];
  readonly hookSecret: string;
  /** Everything that was logged, as text. */
  log(): string;
  token(options?: Partial<Pick<Identity, 'userId' | 'account' | 'role' | 'expiresAt'>>): Promise<string>;
  /** One operation over HTTP. */
  run(
    query: string,
    options?: {
      readonly variables?: Readonly<Record<string, unknown>>;
      readonly token?: string;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<ApiAnswer>;
  /** Says that something about an account has changed. */
  wake(account?: AccountId): Promise<void>;
  close(): Promise<void>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers of any shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface ApiFixtureOptions {
  readonly drivers?: number;
  /** An empty one, closed with the API; otherwise one in memory. */
  readonly database?: Database;
  readonly clock?: Clock;
  readonly server?: Partial<ApiServerOptions>;
  readonly wrapQueries?: (queries: ApiServerOptions['queries']) => ApiServerOptions['queries'];
  readonly wrapAnswers?: (answers: IdempotentAnswers) => IdempotentAnswers;
}

const SETTINGS = {
  driverIdFallback: 'reference-id',
  driftPolicy: 'daily',
  dailyRunAt: '03:00',
  gpsPollSeconds: 30,
  driveriPollSeconds: 60,
  maxInferredRemovals: 3,
  maxInferredRemovalsPercent: 5,
  maxIdentityChanges: 10,
  maxIdentityChangesPercent: 10,
  holdChangedPercent: 60,
};

export async function startApi(options: ApiFixtureOptions = {}): Promise<ApiFixture> {
  const database = options.database ?? (await openInMemory());
  const db = database.kysely;
  await migrate(db, migrations);
  await seedFleet(db, ACME, options.drivers ?? 60);
  await seedFleet(db, OTHER, 5);
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logger: Logger = createLogger({ level: 'debug', format: 'json' }, sink);
  const clock = options.clock ?? systemClock;
  const secret = new Secret(randomBytes(32).toString('hex'));
  const hookSecret = randomBytes(16).toString('hex');
  const wakeUps = createLocalWakeUps();
  const commands = createFakeCommands(db);
  const answers = createPgIdempotentAnswers(db, clock);
  // The fleet is one that was read a moment ago; no worker reads it again.
  const plainQueries = createPgGatewayQueries(
    db,
    healthAt(() => SEEDED_AT),
  );
  const queries = options.wrapQueries ? options.wrapQueries(plainQueries) : plainQueries;
  const server = await createApiServer({
    host: '127.0.0.1',
    port: 0,
    corsOrigins: ['https://fleet.example.com'],
    introspection: true,
    queries,
    commands,
    wakeUps,
    idempotentAnswers: options.wrapAnswers?.(answers) ?? answers,
    accounts: new Map([
      [
        ACME,
        {
          name: 'Acme Logistics',
          tier: 'PRO',
          driverSyncAvailable: true,
          timeZone: 'America/Chicago',
          settings: SETTINGS,
          hookSecret: new Secret(hookSecret),
        },
      ],
      [
        OTHER,
        {
          name: 'Other Fleet',
          tier: 'STANDARD',
          driverSyncAvailable: false,
          timeZone: 'America/Phoenix',
          settings: SETTINGS,
          hookSecret: undefined,
        },
      ],
    ]),
    verifyToken: createTokenVerifier({ key: { secret }, clock }),
    readiness: [{ name: 'database', check: async () => void (await queries.eventRange(ACME)) }],
    logger,
    clock,
    metrics: createMetrics(),
    ...options.server,
    limits: { ...AMPLE, ...options.server?.limits },
  });
  const { url } = await server.listen();
  const token: ApiFixture['token'] = (given = {}) =>
    signSandboxToken(secret, {
      userId: 'admin-user',
      account: ACME,
      role: 'ADMIN',
      expiresAt: clock.now() + 3_600_000,
      ...given,
    });
  const defaultToken = await token();
  return {
    url,
    db,
    database,
    commands,
    server,
    queries,
    hookSecret,
    token,
    log: () => lines.join(''),
    async run(query, given = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${given.token ?? defaultToken}`,
          ...given.headers,
        },
        body: JSON.stringify({ query, variables: given.variables }),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    wake: (account = ACME) => wakeUps.publish(accountChanged(account)),
    async close() {
      await server.close();
      await database.close();
    },
  };
}

/** Wake-ups within this process, as the embedded ones, without a database behind. */
export function createLocalWakeUps(): WakeUps & { listeners(): number } {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  return {
    listeners: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
    async publish(channel, payload = '') {
      for (const listener of listeners.get(channel) ?? []) listener(payload);
    },
    async subscribe(channel, listener) {
      const set = listeners.get(channel) ?? new Set();
      set.add(listener);
      listeners.set(channel, set);
      return async () => void set.delete(listener);
    },
    close: async () => listeners.clear(),
  };
}
