import type { DriverKey, RunId } from '../../driver/ids';
import type { FieldChange } from '../../driver/plan/driver-plan';

export const SYNC_EVENT_TYPES = [
  'SYNC_ENABLED',
  'SYNC_DISABLED',
  'GPS_DRIVER_CREATED',
  'GPS_DRIVER_UPDATED',
  'GPS_DRIVER_DELETED',
  'DRIVERI_DRIVER_CREATED',
  'DRIVERI_DRIVER_REINSTATED',
  'DRIVERI_DRIVER_LINKED',
  'DRIVERI_DRIVER_RENAMED',
  'DRIVERI_DRIVER_UPDATED',
  'DRIVERI_DRIVER_REMOVED',
  'DRIFT_DETECTED',
  'DRIFT_OVERRIDDEN',
  'CONFLICT_DETECTED',
  'CONFLICT_CLEARED',
  'SYNC_FAILED',
  'RUN_STARTED',
  'RUN_FINISHED',
  'REMOVALS_HELD',
  'HEALTH_CHANGED',
  'ITEM_APPROVED',
  'ITEM_REJECTED',
  'RUN_CANCELLED',
] as const;

export type SyncEventType = (typeof SYNC_EVENT_TYPES)[number];

export interface EventView {
  /** Strictly increasing within an account. */
  readonly seq: number;
  readonly type: SyncEventType;
  readonly at: number;
  readonly actor: string | null;
  readonly driverKey: DriverKey | null;
  readonly driverName: string | null;
  readonly runId: RunId | null;
  readonly changes: readonly FieldChange[];
  readonly message: string;
}
