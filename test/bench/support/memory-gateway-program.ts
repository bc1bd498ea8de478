import { randomBytes } from 'node:crypto';
import { driverKey, gpsId } from '../../../src/driver/ids';
import { accountChanged, type GatewayCommands } from '../../../src/gateway/commands';
import type { IdempotentAnswers } from '../../../src/gateway/idempotent-answers';
import type { GatewayQueries } from '../../../src/gateway/queries';
import type { DriverView } from '../../../src/gateway/views/driver-view';
import type { EventView } from '../../../src/gateway/views/event-view';
import { createTokenVerifier, signSandboxToken } from '../../../src/graphql/admit/auth';
import { createApiServer } from '../../../src/graphql/server';
import { systemClock } from '../../../src/platform/clock';
import { silentLogger } from '../../../src/platform/logger';
import { createMetrics } from '../../../src/platform/metrics';
import { Secret } from '../../../src/platform/secret';
import { AMPLE, createLocalWakeUps } from '../../graphql/support/api-fixture';
import { ACME } from '../../graphql/support/fleet';
import { serveParent } from './child';
import type { Endpoint } from './http-load';

/** The API without a database: pages of drivers and events come from memory. What it costs is the API's own. */
export type MemoryGatewayProgram = typeof methods;

/** As many as a page has. */
const DRIVERS = 50;

const wakeUps = createLocalWakeUps();
let lastEvent = 0;

const methods = {
  /** Starts it; a token for each of so many users. */
  async start(users: number): Promise<Endpoint> {
    const secret = new Secret(randomBytes(32).toString('hex'));
    const server = await createApiServer({
      host: '127.0.0.1',
      port: 0,
      corsOrigins: [],
      introspection: true,
      limits: { ...AMPLE, executionsPerUser: 1_000, keepAliveMs: 1e9 },
      queries: memoryQueries() as GatewayQueries, // a bench asks for nothing else
      commands: {} as GatewayCommands,
      idempotentAnswers: {} as IdempotentAnswers,
      wakeUps,
      accounts: new Map([[ACME, ACCOUNT]]),
      verifyToken: createTokenVerifier({ key: { secret }, clock: systemClock }),
      readiness: [],
      logger: silentLogger,
      clock: systemClock,
      metrics: createMetrics(),
    });
    const { url } = await server.listen();
    const expiresAt = Date.now() + 24 * 3_600_000;
    const tokens = await Promise.all(
      Array.from({ length: users }, (_, n) =>
        signSandboxToken(secret, { userId: `user-${n}`, account: ACME, role: 'VIEWER', expiresAt }),
      ),
    );
    return { url: `${url}/graphql`, tokens };
  },
  /** So many events more are in the log. */
  async announce(count: number): Promise<void> {
    lastEvent += count;
    await wakeUps.publish(accountChanged(ACME));
  },
};

const ACCOUNT = {
  name: 'Acme',
  tier: 'PRO',
  driverSyncAvailable: true,
  timeZone: 'UTC',
  hookSecret: undefined,
  settings: {
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
  },
} as const;

function memoryQueries(): Partial<GatewayQueries> {
  const drivers = Array.from({ length: DRIVERS }, (_, n) => viewOf(n));
  const page = {
    rows: drivers.map((driver) => ({ driver, position: { value: driver.fullName, key: driver.key } })),
    hasBefore: false,
    hasAfter: true,
  };
  return {
    drivers: async () => page,
    eventRange: async () => ({ first: 1, last: lastEvent }),
    eventsAfter: async (_account, after, limit) =>
      Array.from({ length: Math.min(limit, lastEvent - after) }, (_, n) => eventOf(after + n + 1)),
  };
}

const eventOf = (seq: number): EventView => ({
  seq,
  type: 'GPS_DRIVER_UPDATED',
  at: 1_764_288_000_000 + seq,
  actor: null,
  driverKey: null,
  driverName: null,
  runId: null,
  changes: [],
  message: `Event ${seq}`,
});

function viewOf(n: number): DriverView {
  const name = randomBytes(4).toString('hex');
  const observedAt = Date.UTC(2026, 10, 23) + n;
  return {
    key: driverKey(`acme-${n}`),
    version: 'v1',
    presence: 'BOTH',
    fullName: `Ana ${name}`,
    gps: {
      gpsId: gpsId(`g${n}`),
      firstName: 'Ana',
      lastName: name,
      email: `${name}@example.com`,
      phone: '5550000000',
      timeZone: 'US/Arizona',
      referenceId: `R-${n}`,
      driveriDriverId: `D-${n}`,
      groups: ['North'],
      observedAt,
    },
    driveri: {
      driverId: `D-${n}`,
      firstName: 'Ana',
      lastName: name,
      email: `${name}@example.com`,
      userName: null,
      mobileApp: true,
      group: 'North',
      status: 'Active',
      active: true,
      updatedAt: observedAt,
      observedAt,
    },
    sync: {
      status: 'IN_SYNC',
      differences: [],
      pendingSince: null,
      lastSyncedAt: observedAt,
      attempts: 0,
      nextAttemptAt: null,
      problem: null,
    },
  };
}

serveParent(methods);
