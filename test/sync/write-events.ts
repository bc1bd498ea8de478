/** The events of writes to Driveri: every write has exactly one of them. */
export const WRITE_EVENTS: ReadonlySet<string> = new Set([
  'DRIVERI_DRIVER_CREATED',
  'DRIVERI_DRIVER_UPDATED',
  'DRIVERI_DRIVER_RENAMED',
  'DRIVERI_DRIVER_REINSTATED',
  'DRIVERI_DRIVER_REMOVED',
  'DRIFT_OVERRIDDEN',
]);
