import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriverId, GpsId, RunId } from '../../driver/ids';
import type { FieldChange } from '../../driver/plan/driver-plan';
import type { SyncEventType } from '../../gateway/views/event-view';

/** One line of the account's log, to be written. */
export interface NewEvent {
  readonly type: SyncEventType;
  readonly at: number;
  readonly message: string;
  readonly actor?: string | null;
  /** Resolved to the unified driver and its name by the log. */
  readonly gpsId?: GpsId | null;
  readonly driverId?: DriverId | null;
  readonly runId?: RunId | null;
  readonly changes?: readonly FieldChange[];
  /** The Driveri driver before the change, so that a wrong one can be put right. */
  readonly before?: DriveriDriver | null;
  /** Milliseconds from the change in GPS, as far as it is known, to its confirmation in Driveri. */
  readonly delayMs?: number | null;
}

/** Writes of one field by the sync. */
export interface FieldWrite {
  readonly at: number;
  readonly changes: readonly FieldChange[];
}

/** The append-only log of an account: order of `seq` is order of commit. */
export interface EventLog {
  /** Appends in order, at the end of the transaction: the account's event head is its last lock. */
  append(events: readonly NewEvent[]): Promise<void>;
  removalEvent(seq: number): Promise<{
    readonly gpsId: GpsId | null;
    readonly driverId: DriverId | null;
    readonly before: DriveriDriver | null;
  } | null>;
  /** Updates of these drivers by the sync since then, oldest first: what the flap detector looks at. */
  fieldWrites(ids: readonly GpsId[], since: number): Promise<ReadonlyMap<GpsId, readonly FieldWrite[]>>;
}
