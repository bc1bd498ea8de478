import type { AccountId, RunId } from '../driver/ids';
import type { ProblemView } from './views/problem-view';
import type { RunKind } from './views/run-view';

/** A problem with what it means for the account: `blocked` says that nothing can be synchronised. */
export type SevereProblem = ProblemView & { readonly severity: 'degraded' | 'blocked' };

/** How old one portal's roster is, and why. Times are epoch ms. */
export interface RosterFacts {
  /** When the last good reading was sent; null: there was none. */
  readonly observedAt: number | null;
  /** When the last complete reading was sent; null: there was none. */
  readonly completeAt: number | null;
  /** Readings in a row that failed. */
  readonly failures: number;
  /** Why the last reading failed, in words; null: it did not. */
  readonly lastFailure: string | null;
}

/** Items that wait for a person, by the guard that holds them. */
export type HeldFor = 'removal' | 'identity' | 'mass-change' | 'suspicious-driver-id';

/** A notification that its target has refused, or that could not be delivered, and that is tried again. */
export interface RefusedNotification {
  /** The target as people call it: a host name, or a mail address. */
  readonly target: string;
  readonly failure: string;
  /** When the first of those that wait was made. */
  readonly since: number;
}

/** A process of the installation whose machine's clock is not the database's. */
export interface ClockApart {
  readonly process: string;
  /** How far the machine's clock is ahead, in ms; negative: behind. */
  readonly apartMs: number;
  readonly since: number;
}

/** What is known of an account at one moment, from our own store. Health, incidents and metrics are derived from it. */
export interface AccountFacts {
  readonly account: AccountId;
  readonly enabled: boolean;
  /** Problems that are stored: they begin and end with what happens. */
  readonly problems: readonly SevereProblem[];
  readonly gps: RosterFacts;
  readonly driveri: RosterFacts;
  /** When the account wants attention, and whether a process owns it. */
  readonly dueAt: number;
  readonly isOwned: boolean;
  /** Owners in a row that ended without letting go, the present one apart. */
  readonly lostOwners: number;
  /** Drivers that are due now, and since when the oldest is. */
  readonly dueDrivers: number;
  readonly oldestDueAt: number | null;
  /** Drivers that have failed or are in conflict, and since when the first of them is. */
  readonly troubled: number;
  readonly troubledSince: number | null;
  readonly held: { readonly [Guard in HeldFor]?: number };
  /** Since when the first of these is held; null: nothing is. */
  readonly heldSince: number | null;
  readonly nextRunAt: number | null;
  /** The newest run of the whole account that has been planned or has failed; dry runs apart. */
  readonly lastRun: {
    readonly id: RunId;
    readonly kind: RunKind;
    readonly hasFailed: boolean;
    readonly endedAt: number;
    readonly reason: string | null;
  } | null;
  /** A run of the whole account is under way since then. */
  readonly activeRunSince: number | null;
  readonly refusedNotifications: readonly RefusedNotification[];
  /** Notifications that are not taken yet. */
  readonly waitingNotifications: number;
  /** The same for every account of the installation. */
  readonly clocksApart: readonly ClockApart[];
  /** Since when the queue of a worker takes no jobs; null: it does. The same for every account of the installation. */
  readonly queueRefusesSince: number | null;
  /** The database that these facts were read from takes no writes: after a failover, as a rule. */
  readonly isDatabaseReadOnly: boolean;
  /** Calls of the last 24 hours, by portal: every process and every attempt counted. */
  readonly calls: { readonly gps: number; readonly driveri: number };
}

/** Reads facts in one statement, whatever the number of accounts. */
export interface AccountFactsSource {
  /** Those of the accounts that have been worked on before; `now` is the gateway's time, epoch ms. */
  facts(accounts: readonly AccountId[], now: number): Promise<readonly AccountFacts[]>;
}
