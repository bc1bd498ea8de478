import type { ProblemView } from './problem-view';
import type { DriverSyncStatus } from './driver-view';

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
