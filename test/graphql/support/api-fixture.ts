import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { AccountId } from '../../../src/driver/ids';
import { systemClock, type Clock } from '../../../src/platform/clock';
import { createLogger, type Logger } from '../../../src/platform/logger';
import { createMetrics } from '../../../src/platform/metrics';
import { Secret } from '../../../src/platform/secret';
import { createTokenVerifier, signSandboxToken, type Identity } from '../../../src/graphql/auth';
import { createApiServer, type ApiServer, type ApiServerOptions } from '../../../src/graphql/server';
import type { Database } from '../../../src/store/database';
import { migrate } from '../../../src/store/migrate';
import { migrations } from '../../../src/store/migrations/all';
import { createPgGatewayQueries } from '../../../src/store/pg-gateway-queries';
import { createPgIdempotentAnswers } from '../../../src/store/pg-idempotent-answers';
import { accountChanged } from '../../../src/sync/gateway-commands';
import type { IdempotentAnswers } from '../../../src/sync/idempotent-answers';
import type { WakeUps } from '../../../src/sync/wake-ups';
import { openInMemory } from '../../support/databases';
import { createFakeCommands, type FakeCommands } from './fake-commands';
import { ACME, OTHER, seedFleet } from './fleet';

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
  readonly clock?: Clock;
  readonly server?: Partial<ApiServerOptions>;
  readonly wrapQueries?: (queries: ApiServerOptions['queries']) => ApiServerOptions['queries'];
  readonly wrapAnswers?: (answers: IdempotentAnswers) => IdempotentAnswers;
}

export async function startApi(options: ApiFixtureOptions = {}): Promise<ApiFixture> {
  const database = await openInMemory();
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
  const plainQueries = createPgGatewayQueries(db);
  const queries = options.wrapQueries ? options.wrapQueries(plainQueries) : plainQueries;
  const server = await createApiServer({
    host: '127.0.0.1',
    port: 0,
    corsOrigins: ['https://fleet.example.com'],
    introspection: true,
    limits: { requestsPerMinute: 1_000_000, requestBurst: 100_000 },
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
