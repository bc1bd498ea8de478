import type { AccountId } from '../../driver/ids';
import type { IncidentChange, Notification, OpenIncident } from '../incident';
import type { Target } from '../target';

/** A target to be told of an incident. */
export interface NewNotification {
  readonly incidentId: string;
  readonly target: Pick<Target, 'digest' | 'name'>;
}

/** A place that notifications of an account may go to, from this process's configuration. */
export interface AccountTarget {
  readonly account: AccountId;
  readonly digest: string;
}

/** A notification that is due, and whose it is. */
export interface DueNotification {
  readonly id: string;
  readonly account: AccountId;
  /** Since when it is due; epoch ms. */
  readonly dueAt: number;
}

/**
 * Incidents, and what is told of them. Several processes may decide at the same time: a unique index makes their decisions one.
 * Times are epoch ms of the gateway's clock.
 */
export interface IncidentStore {
  /** Incidents that are not closed, by account. */
  open(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, readonly OpenIncident[]>>;
  /**
   * Carries out the changes in one transaction. Of incidents that close, `recovered` says who is told: stored together with the
   * closing, so that a crash cannot lose it.
   */
  apply(
    account: AccountId,
    changes: readonly IncidentChange[],
    recovered: readonly NewNotification[],
    now: number,
  ): Promise<void>;
  /** Stores that these are to be told that an incident is open; those who were are not told again. */
  tell(account: AccountId, opened: readonly NewNotification[], now: number): Promise<void>;
  /**
   * Notifications that are due for one of these targets, the oldest first. That an incident is over is due when the target has
   * taken that it began.
   */
  due(targets: readonly AccountTarget[], now: number, limit: number): Promise<readonly DueNotification[]>;
  /**
   * Takes the notification up: the next attempt moves ahead, so that no other process takes it up meanwhile, and a crash repeats
   * it. Null when it is not due any more.
   */
  claim(id: string, now: number, backOffMs: (attempts: number) => number): Promise<Notification | null>;
  /** The target has taken it. */
  taken(id: string, now: number): Promise<void>;
  /** The target has refused it, or could not be reached: tried again when the claim said, or at `nextAt`. */
  refused(id: string, failure: string, nextAt: number | null): Promise<void>;
  /** Removes what was closed before then, with what was told of it. */
  discard(before: number): Promise<void>;
}
