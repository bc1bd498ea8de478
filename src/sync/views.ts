import type { FieldChange, SyncAction } from '../driver/driver-plan';
import type { DriverKey, GpsId, RunId } from '../driver/ids';

/**
 * What the gateway shows: read models, as the store answers them and the API hands them on. Times are epoch ms.
 * Field by field they follow the public contract (schema/schema.graphql).
 */

export type DriverPresence = 'BOTH' | 'GPS_ONLY' | 'DRIVERI_ONLY';

export const DRIVER_SYNC_STATUSES = [
  'IN_SYNC',
  'PENDING',
  'DRIFTED',
  'CONFLICT',
  'FAILED',
  'HELD',
  'UNMANAGED',
  'OFF',
] as const;
export type DriverSyncStatus = (typeof DRIVER_SYNC_STATUSES)[number];

/** Why something is not as it should be, with what a person can do about it. */
export interface ProblemView {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly since: number;
}

export interface FieldDifferenceView {
  readonly field: string;
  readonly gps: string | null;
  readonly driveri: string | null;
}

export interface GpsDriverView {
  readonly gpsId: GpsId;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly timeZone: string | null;
  readonly referenceId: string | null;
  readonly driveriDriverId: string | null;
  readonly groups: readonly string[];
  readonly observedAt: number;
}

export interface DriveriDriverView {
  readonly driverId: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly userName: string | null;
  readonly mobileApp: boolean | null;
  readonly group: string | null;
  readonly status: string;
  readonly active: boolean;
  readonly updatedAt: number | null;
  readonly observedAt: number;
}

export interface DriverSyncStateView {
  readonly status: DriverSyncStatus;
  readonly differences: readonly FieldDifferenceView[];
  readonly pendingSince: number | null;
  readonly lastSyncedAt: number | null;
  readonly attempts: number;
  readonly nextAttemptAt: number | null;
  readonly problem: ProblemView | null;
}

export interface DriverView {
  readonly key: DriverKey;
  readonly version: string;
  readonly presence: DriverPresence;
  readonly fullName: string;
  /** Null when only Driveri knows the driver. */
  readonly gps: GpsDriverView | null;
  /** Null when not (yet) in Driveri, or removed there. */
  readonly driveri: DriveriDriverView | null;
  readonly sync: DriverSyncStateView;
}

export interface SyncHealthView {
  readonly state: 'OFF' | 'HEALTHY' | 'DEGRADED' | 'BLOCKED';
  readonly problems: readonly ProblemView[];
  readonly gpsObservedAt: number | null;
  readonly driveriObservedAt: number | null;
}

export interface DriverSyncView {
  readonly enabled: boolean;
  readonly changedAt: number | null;
  readonly changedBy: string | null;
  readonly nextRunAt: number | null;
}

export type DriverSyncCountsView = { readonly [Status in DriverSyncStatus]: number } & {
  readonly total: number;
};

export type RunKind = 'INITIAL' | 'DAILY' | 'RESYNC';
export type RunStatus =
  'PLANNING' | 'PLANNED' | 'RUNNING' | 'AWAITING_APPROVAL' | 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';
export type ItemOutcome = 'PENDING' | 'APPLIED' | 'SKIPPED' | 'FAILED' | 'HELD';

export interface RunTotals {
  readonly create: number;
  readonly reinstate: number;
  readonly link: number;
  readonly rename: number;
  readonly update: number;
  readonly remove: number;
  readonly unchanged: number;
  readonly conflict: number;
  readonly applied: number;
  readonly failed: number;
  readonly held: number;
}

export interface RunView {
  readonly id: RunId;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly dryRun: boolean;
  readonly requestedBy: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly totals: RunTotals;
  readonly problem: ProblemView | null;
}

export interface RunItemView {
  readonly id: string;
  readonly runId: RunId;
  readonly driverKey: DriverKey | null;
  readonly driverName: string;
  readonly action: SyncAction;
  readonly changes: readonly FieldChange[];
  readonly reason: string;
  readonly outcome: ItemOutcome;
  readonly problem: ProblemView | null;
  readonly position: number;
}

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
