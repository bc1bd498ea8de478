import type { GuardLimits } from '../driver/guard/guards';
import type { AccountId } from '../driver/ids';
import type { DriverIdFallback } from '../driver/plan/driver-plan';
import type { DriveriPortal } from '../driver/ports/driveri-portal';
import type { GpsPortal } from '../driver/ports/gps-portal';
import type { WakeUps } from '../gateway/wake-ups';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { FairGate } from './account/fair-gate';
import type { AccountQueue } from './ports/account-queue';
import type { SyncStore } from './ports/sync-store';

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
  /** The budget of the GPS portal's rolling 24-hour window; polling takes half of it at most. Left out: no limit. */
  readonly gpsRequestsPerDay?: number;
  /** How fast Driveri takes writes: a wave is no larger than what can be sent before its deadline. Left out: no limit. */
  readonly driveriRequestsPerSecond?: number;
  /** What the account is connected to; see `fingerprint` in the configuration. */
  readonly fingerprint: string;
  /** What earlier versions called the same connection. */
  readonly formerFingerprints: readonly string[];
  readonly gps: GpsPortal;
  readonly driveri: DriveriPortal;
}

/** Times of the sync, in ms. */
export interface SyncSettings {
  readonly gpsPollMs: number;
  readonly driveriPollMs: number;
  /** How long an owner may be silent before another process takes its account. */
  readonly ownershipMs: number;
  /** How long a mark outlives its GPS write. Must be longer than the longest GPS write may take. */
  readonly markMs: number;
  /** A write to Driveri must be sent within this time after its intent was stored. */
  readonly sendWithinMs: number;
  /** The longest that a request may be under way. */
  readonly requestTimeoutMs: number;
  /** How long a write that no read confirms counts as still on its way. */
  readonly confirmGraceMs: number;
  /** How long GPS may still show what was before: a driver that has only just appeared is not proven gone by a read. */
  readonly gpsLagMs: number;
  /** How long after its start a run gives its items. */
  readonly runDeadlineMs: number;
  /** How long the log, ended runs and finished work are kept. */
  readonly retentionMs: number;
  /** How slowly refused credentials are tried again. */
  readonly probeMs: number;
  /** How long a command waits for the account's owner to carry it out. */
  readonly answerWithinMs: number;
}

export const DEFAULT_SETTINGS: SyncSettings = {
  gpsPollMs: 30_000,
  driveriPollMs: 60_000,
  ownershipMs: 30_000,
  markMs: 120_000,
  sendWithinMs: 10_000,
  requestTimeoutMs: 15_000,
  confirmGraceMs: 60_000,
  gpsLagMs: 30_000,
  runDeadlineMs: 3_600_000,
  retentionMs: 90 * 24 * 3_600_000,
  probeMs: 300_000,
  answerWithinMs: 120_000,
};

/** What every verb of the sync works with. */
export interface SyncContext {
  readonly store: SyncStore;
  /** As they are at this moment: accounts come, go and change while the process runs. */
  readonly accounts: ReadonlyMap<AccountId, SyncAccount>;
  readonly queue: Pick<AccountQueue, 'enqueue'>;
  readonly wakeUps: Pick<WakeUps, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: SyncSettings;
  /** Places for database work and planning in this process. */
  readonly gate: FairGate;
  /** This process, in ownerships. */
  readonly owner: string;
}

/** The account, which the caller knows to exist: the configuration names it. */
export function accountOf(context: SyncContext, id: AccountId): SyncAccount {
  const account = context.accounts.get(id);
  if (account === undefined) throw new Error(`account ${id} is not configured`);
  return account;
}

/** The channel on which processes say that an account wants attention; the payload is the account. */
export const WORK_CHANNEL = 'work';

/**
 * Says that the account wants attention now: stored first, then told to the queue and to a process that owns the account. What
 * it is about must be committed before (R2). Never throws for a lost queue.
 */
export async function callOwner(
  context: Pick<SyncContext, 'store' | 'queue' | 'wakeUps' | 'clock'>,
  account: AccountId,
): Promise<void> {
  await context.store.ownership.lower(account, context.clock.now());
  await Promise.all([context.wakeUps.publish(WORK_CHANNEL, account), context.queue.enqueue([account])]);
}
