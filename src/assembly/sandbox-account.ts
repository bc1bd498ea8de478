import { createHmac } from 'node:crypto';
import type { AccountConfig } from '../config/account-config';
import type { Config } from '../config/config';
import { DEFAULT_LIMITS } from '../driver/guard/guards';
import { accountId } from '../driver/ids';
import { signSandboxToken } from '../graphql/admit/auth';
import type { Clock } from '../platform/clock';
import { Secret } from '../platform/secret';
import { startSandbox, type Sandbox } from '../sandbox/sandbox';

/** Starts both emulated portals, with the state that `DATA_DIR` has of them. */
export async function openSandbox(config: Config, clock: Clock | undefined): Promise<Sandbox> {
  const { gpsPort, driveriPort } = config.sandbox;
  const now = clock === undefined ? {} : { now: () => clock.now() };
  // Whatever HOST says: its portals let anybody in who can reach them.
  return startSandbox({ host: '127.0.0.1', gpsPort, driveriPort, dataDir: config.dataDir, ...now });
}

/** The sandbox account's hook secret: as secret as the key of its tokens, and no help in guessing that one. */
export function hookSecretFrom(secret: Secret | null): Secret | undefined {
  if (secret === null) return undefined;
  return new Secret(createHmac('sha256', secret.reveal()).update('sandbox hook').digest('hex'));
}

/** The account that is there without `ACCOUNTS_FILE`: both its portals are emulated by this process. */
export function sandboxAccount(sandbox: Sandbox, id = 'sandbox', hookSecret?: Secret): AccountConfig {
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
      hookSecret,
    },
    driveri: {
      baseUrl: sandbox.driveri.url,
      tenant: sandbox.driveri.tenant,
      clientId: sandbox.driveri.clientId,
      clientSecret: new Secret(sandbox.driveri.clientSecret),
      requestsPerSecond: 500,
      removedStatus: undefined,
    },
    guards: DEFAULT_LIMITS,
    timeouts: { listMs: 120_000, requestMs: 15_000 },
    notify: [],
  };
}

const SANDBOX_TOKEN_MS = 30 * 24 * 3_600_000;

/** A token for each role, ready to paste: only for the sandbox account, whose secret this process has made. */
export async function sandboxTokens(
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
