import type { GuardLimits } from '../driver/guards';
import type { DriverIdFallback } from '../driver/driver-plan';
import type { DriveriPortal } from '../driver/driveri-portal';
import type { GpsPortal } from '../driver/gps-portal';
import type { AccountId } from '../driver/ids';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { ReconcileQueue } from './reconcile-queue';
import type { SyncStore } from './sync-store';

/** An account as the sync sees it: its rules, and its two portals. */
export interface SyncAccount {
  readonly id: AccountId;
  readonly name: string;
  readonly tier: 'STANDARD' | 'PRO' | 'ENTERPRISE';
  readonly driverSyncAvailable: boolean;
  readonly timeZone: string;
  /** Local time of the daily run, `HH:MM`. */
  readonly dailyRunAt: string;
  readonly fallback: DriverIdFallback;
  /** `daily`: drift waits for the daily run; `immediate`: it is overridden as soon as it is seen. */
  readonly driftPolicy: 'daily' | 'immediate';
  readonly guards: GuardLimits;
  /** The budget of the GPS portal's rolling 24-hour window; the poll leaves half of it to everything else. Left out: no limit. */
  readonly gpsRequestsPerDay?: number;
  /** What the account is connected to; see `fingerprint` in the configuration. */
  readonly fingerprint: string;
  readonly gps: GpsPortal;
  readonly driveri: DriveriPortal;
}

/** Times of the sync, in ms. */
export interface SyncSettings {
  readonly gpsPollMs: number;
  readonly driveriPollMs: number;
  /** How long a worker may be silent before another takes its driver over. */
  readonly leaseMs: number;
  /** How long a mark outlives its GPS write. Must be longer than the longest GPS write may take. */
  readonly markMs: number;
  /** A write to Driveri must be sent within this time after its intent was stored. */
  readonly sendWithinMs: number;
  /** The longest that a request may be under way. */
  readonly requestTimeoutMs: number;
  /** How long a write that no read confirms is taken to be still on its way. */
  readonly confirmGraceMs: number;
  /** How long GPS may still show what was before: who has only just appeared is not proven gone by a read. */
  readonly gpsLagMs: number;
  /** How long after its start a run gives its items. */
  readonly runDeadlineMs: number;
  /** How long the log, ended runs and finished work are kept. */
  readonly retentionMs: number;
  /** How slowly refused credentials are tried again. */
  readonly probeMs: number;
}

export const DEFAULT_SETTINGS: SyncSettings = {
  gpsPollMs: 30_000,
  driveriPollMs: 60_000,
  leaseMs: 30_000,
  markMs: 120_000,
  sendWithinMs: 10_000,
  requestTimeoutMs: 15_000,
  confirmGraceMs: 60_000,
  gpsLagMs: 30_000,
  runDeadlineMs: 3_600_000,
  retentionMs: 90 * 24 * 3_600_000,
  probeMs: 300_000,
};

/** What every verb of the sync works with. */
export interface SyncContext {
  readonly store: SyncStore;
  readonly accounts: ReadonlyMap<AccountId, SyncAccount>;
  readonly queue: Pick<ReconcileQueue, 'enqueue' | 'enqueueMany'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: SyncSettings;
  /** This process, in leases. */
  readonly owner: string;
}

/** The account, which the caller knows to exist: the configuration names it. */
export function accountOf(context: SyncContext, id: AccountId): SyncAccount {
  const account = context.accounts.get(id);
  if (account === undefined) throw new Error(`account ${id} is not configured`);
  return account;
}
