/** How long a bucket of statistics is. */
export type StatisticsBucket = 'HOUR' | 'DAY';

/** What the sync did within one bucket of time. `start` is epoch ms; delays are ms, null without changes. */
export interface SyncStatisticsView {
  readonly start: number;
  readonly created: number;
  readonly reinstated: number;
  readonly linked: number;
  readonly renamed: number;
  readonly updated: number;
  readonly removed: number;
  readonly driftDetected: number;
  readonly failed: number;
  readonly held: number;
  readonly delayP50Ms: number | null;
  readonly delayP95Ms: number | null;
}
