import { randomBytes } from 'node:crypto';
import type { AccountId } from '../../../src/driver/ids';
import type { GatewayCommands } from '../../../src/gateway/commands';
import { accountChanged } from '../../../src/gateway/commands';
import type { IdempotentAnswers } from '../../../src/gateway/idempotent-answers';
import type { GatewayQueries } from '../../../src/gateway/queries';
import { createTokenVerifier, signSandboxToken } from '../../../src/graphql/admit/auth';
import { createApiServer, type ApiLimits } from '../../../src/graphql/server';
import { systemClock } from '../../../src/platform/clock';
import { silentLogger } from '../../../src/platform/logger';
import { createMetrics } from '../../../src/platform/metrics';
import { Secret } from '../../../src/platform/secret';
import { AMPLE, createLocalWakeUps } from '../../graphql/support/api-fixture';
import { ACME } from '../../graphql/support/fleet';

/** The API alone: whatever it is asked comes from memory. */
export interface MemoryApi {
  /** Without a path. */
  readonly url: string;
  token(userId?: string): Promise<string>;
  wake(account?: AccountId): Promise<void>;
}

/** Starts the API without a database; only these queries can be asked. */
export async function startMemoryApi(
  queries: Partial<GatewayQueries>,
  limits: Partial<ApiLimits> = {},
): Promise<MemoryApi> {
  const secret = new Secret(randomBytes(32).toString('hex'));
  const wakeUps = createLocalWakeUps();
  const server = await createApiServer({
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
    introspection: true,
    limits: { ...AMPLE, keepAliveMs: 1e9, ...limits },
    // A bench asks for nothing else.
    queries: queries as GatewayQueries,
    commands: {} as GatewayCommands,
    idempotentAnswers: {} as IdempotentAnswers,
    wakeUps,
    accounts: new Map([
      [
        ACME,
        {
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
        },
      ],
    ]),
    verifyToken: createTokenVerifier({ key: { secret }, clock: systemClock }),
    readiness: [],
    logger: silentLogger,
    clock: systemClock,
    metrics: createMetrics(),
  });
  const { url } = await server.listen();
  return {
    url,
    token: (userId = 'anna') =>
      signSandboxToken(secret, { userId, account: ACME, role: 'VIEWER', expiresAt: Date.now() + 3_600_000 }),
    wake: (account = ACME) => wakeUps.publish(accountChanged(account)),
  };
}
