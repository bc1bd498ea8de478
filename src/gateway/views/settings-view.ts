/** The limits and intervals in force for an account, from its configuration. Percentages are of the linked drivers. */
export interface SyncSettingsView {
  readonly driverIdFallback: string;
  readonly driftPolicy: string;
  /** Local time of the account, `HH:MM`. */
  readonly dailyRunAt: string;
  readonly gpsPollSeconds: number;
  readonly driveriPollSeconds: number;
  readonly maxInferredRemovals: number;
  readonly maxInferredRemovalsPercent: number;
  readonly maxIdentityChanges: number;
  readonly maxIdentityChangesPercent: number;
  readonly holdChangedPercent: number;
}
