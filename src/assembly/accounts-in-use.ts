import { fingerprint, formerFingerprints, type AccountConfig } from '../config/account-config';
import type { Config } from '../config/config';
import { accountId, type AccountId } from '../driver/ids';
import type { AttributeReadings } from '../driver/ports/attribute-readings';
import type { PortalAllowance } from '../driver/ports/portal-allowance';
import type { PortalName } from '../driver/ports/portal-error';
import type { PortalSessions } from '../driver/ports/portal-sessions';
import type { ServedAccount } from '../graphql/server';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Metrics } from '../platform/metrics';
import { createDriveriPortal } from '../portals/driveri/driveri-portal';
import { createGpsPortal } from '../portals/gps/gps-portal';
import type { CallMetric } from '../portals/pacing';
import type { Database } from '../store/database/database';
import { createPgAttributeReadings } from '../store/limits/pg-attribute-readings';
import { createPgPortalAllowance } from '../store/limits/pg-portal-allowance';
import { createPgPortalSessions } from '../store/limits/pg-portal-sessions';
import type { SyncAccount } from '../sync/sync-context';
import { createPortalCallObserver } from './portal-call-observer';

/** How long connections of an account as it was are kept for commands that are under way: longer than a write to GPS may take. */
const RETIRE_MS = 180_000;

/** The accounts of this process, as they are at this moment, in each of their views. */
export interface AccountsInUse {
  readonly configs: ReadonlyMap<AccountId, AccountConfig>;
  readonly synced: ReadonlyMap<AccountId, SyncAccount>;
  readonly served: ReadonlyMap<AccountId, ServedAccount>;
  /** Adds an account, or puts it in the place of the one that it was. Commands that are under way keep the former connections. */
  put(account: AccountConfig): void;
  remove(id: AccountId): void;
  /** Closes the connections to all portals, those that were replaced included. */
  close(): Promise<void>;
}

/** What accounts are put into use with. */
export interface AccountsInUseOptions {
  readonly config: Config;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Puts the accounts into use: each with connections to its portals, which are opened by their first call. */
export function createAccountsInUse(
  accounts: readonly AccountConfig[],
  { config, database, metrics, logger, clock }: AccountsInUseOptions,
): AccountsInUse {
  const onCall = createPortalCallObserver(metrics, logger);
  const configs = new Map<AccountId, AccountConfig>();
  const synced = new Map<AccountId, SyncAccount>();
  const served = new Map<AccountId, ServedAccount>();
  const retired = new Map<SyncAccount, NodeJS.Timeout>();
  const retire = (account: SyncAccount): void => {
    const close = (): void => {
      retired.delete(account);
      void closePortals(account);
    };
    retired.set(account, setTimeout(close, RETIRE_MS).unref());
  };
  const inUse: AccountsInUse = {
    configs,
    synced,
    served,
    put(account) {
      const id = accountId(account.id);
      const former = synced.get(id);
      if (former !== undefined) retire(former);
      configs.set(id, account);
      synced.set(
        id,
        toSyncAccount(
          account,
          clock,
          (call) => onCall(account.id, call),
          (portal) => sharedLimits(database, id, portal),
          (key) =>
            createPgAttributeReadings({
              db: database.kysely,
              account: id,
              source: `${fingerprint(account)}:${key}`,
            }),
        ),
      );
      served.set(id, toServedAccount(account, config));
    },
    remove(id) {
      const former = synced.get(id);
      if (former !== undefined) retire(former);
      for (const view of [configs, synced, served]) view.delete(id);
    },
    async close() {
      for (const timer of retired.values()) clearTimeout(timer);
      for (const account of [...retired.keys(), ...synced.values()]) await closePortals(account);
    },
  };
  for (const account of accounts) inUse.put(account);
  return inUse;
}

function toServedAccount(account: AccountConfig, config: Config): ServedAccount {
  const { name, tier, driverSyncAvailable, timeZone } = account;
  // Every tier but STANDARD has Driver Sync; a STANDARD account has it when its Account Manager says so.
  const isAvailable = tier !== 'STANDARD' || driverSyncAvailable;
  const settings: ServedAccount['settings'] = {
    driverIdFallback: account.driverIdFallback,
    driftPolicy: account.driftPolicy,
    dailyRunAt: account.dailyRunAt,
    gpsPollSeconds: Math.round(config.gpsPollMs / 1000),
    driveriPollSeconds: Math.round(config.driveriPollMs / 1000),
    maxInferredRemovals: account.guards.maxInferredRemovals,
    maxInferredRemovalsPercent: account.guards.maxInferredRemovalsPercent,
    maxIdentityChanges: account.guards.maxIdentityChanges,
    maxIdentityChangesPercent: account.guards.maxIdentityChangesPercent,
    holdChangedPercent: account.guards.holdChangedPercent,
  };
  const { hookSecret } = account.gps;
  return { name, tier, driverSyncAvailable: isAvailable, timeZone, settings, hookSecret };
}

/** What all processes of an account share of a portal. */
interface SharedLimits {
  readonly allowance: PortalAllowance;
  readonly sessions: PortalSessions;
}

/** By the database's clock, whatever clock the process has: waits for a portal are real ones. */
function sharedLimits({ kysely: db }: Database, account: AccountId, portal: PortalName): SharedLimits {
  return {
    allowance: createPgPortalAllowance({ db, account, portal }),
    sessions: createPgPortalSessions({ db, account, portal }),
  };
}

function toSyncAccount(
  account: AccountConfig,
  clock: Clock,
  onCall: (metric: CallMetric) => void,
  shared: (portal: PortalName) => SharedLimits,
  attributeReadings: (key: string) => AttributeReadings,
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
    driveriRequestsPerSecond: driveri.requestsPerSecond,
    fingerprint: fingerprint(account),
    formerFingerprints: formerFingerprints(account),
    gps: createGpsPortal({
      ...shared('gps'),
      baseUrl: gps.baseUrl,
      username: gps.username,
      appToken: () => gps.appToken.reveal(),
      requestsPerDay: gps.requestsPerDay,
      requestsPerSecond: 50, // GPS limits the day, not the second
      driveriDriverIdField: gps.driveriDriverIdField,
      attributeReadings,
      timeoutMs: account.timeouts.requestMs,
      listTimeoutMs: account.timeouts.listMs,
      now: () => clock.now(),
      onCall,
    }),
    driveri: createDriveriPortal({
      ...shared('driveri'),
      baseUrl: driveri.baseUrl,
      tenant: driveri.tenant,
      clientId: driveri.clientId,
      clientSecret: () => driveri.clientSecret.reveal(),
      requestsPerSecond: driveri.requestsPerSecond,
      removedStatus: driveri.removedStatus,
      timeoutMs: account.timeouts.requestMs,
      listTimeoutMs: account.timeouts.listMs,
      now: () => clock.now(),
      onCall,
    }),
  };
}

async function closePortals({ gps, driveri }: SyncAccount): Promise<void> {
  for (const portal of [gps, driveri]) {
    if ('close' in portal && typeof portal.close === 'function')
      await (portal.close as () => Promise<void>)(); // the HTTP connectors have it
  }
}
