import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriverId, GpsId } from '../../driver/ids';
import type { DriverStep, FieldChange, SyncAction } from '../../driver/plan/driver-plan';

/** A write to Driveri, stored before it is sent. */
export interface IntentRow {
  readonly id: string;
  readonly gpsId: GpsId;
  readonly epoch: number;
  /** The ownership under which it was stored; 0 for one of an earlier version of the program. */
  readonly fence: number;
  readonly action: SyncAction;
  readonly step: DriverStep;
  readonly phoneHash: string | null;
  /** The Driveri driver as last known before the write; null for a create. */
  readonly before: DriveriDriver | null;
  readonly state: 'sending' | 'unconfirmed' | 'closed';
  /** The request is sent before this time or never; epoch ms. */
  readonly sendBefore: number;
  readonly createdAt: number;
  readonly changes: readonly FieldChange[];
  /** Driveri answered that it took the write; only a read that shows it is missing. */
  readonly answered: boolean;
}

/** An intent to be opened, with the DriverIDs that it touches and the generation that was looked at. */
export interface NewIntent {
  readonly intent: Omit<IntentRow, 'state' | 'answered'>;
  readonly driverIds: readonly DriverId[];
  readonly generation: number;
}

/** A write of a moment ago, whatever became of it. */
export interface RecentWrite {
  readonly step: DriverStep;
  readonly before: DriveriDriver | null;
  readonly createdAt: number;
}

/** Writes to Driveri that are or may be under way. Open ones are unique per account and DriverID. */
export interface IntentStore {
  /**
   * R10: opens those whose driver is still at the generation that was looked at, whose DriverIDs no open intent touches, and,
   * for a REMOVE, whose removal is allowed or approved (it becomes *sending*) while no mark is open on the driver or on a
   * create. Answers the ids of those that were opened.
   */
  open(intents: readonly NewIntent[], now: number): Promise<ReadonlySet<string>>;
  /** Closes those that are open; only these may be recorded. A REMOVE that had no effect gives its removal back. */
  close(ids: readonly string[], effect: 'recorded' | 'none'): Promise<ReadonlySet<string>>;
  /** The outcome is not known: looked up again at this time. */
  suspend(
    checks: readonly { readonly id: string; readonly checkAt: number; readonly answered?: boolean }[],
  ): Promise<void>;
  /** Open intents that are to be looked up now, those of a living send apart. */
  dueForCheck(now: number, except: readonly string[]): Promise<readonly IntentRow[]>;
  /** Intents of older epochs that may still be on their way to Driveri. */
  sendingBefore(epoch: number, now: number, timeoutMs: number): Promise<number>;
  /** Writes since then to the drivers that are linked to these DriverIDs, by DriverID. */
  recentOf(ids: readonly DriverId[], since: number): Promise<ReadonlyMap<DriverId, readonly RecentWrite[]>>;
}
