import type { HealthSource } from '../../src/store/queries/query-account';

/** Health as it is judged with the defaults of the configuration, at the time that a test says. */
export const healthAt = (now: () => number): HealthSource => ({
  now,
  intervals: () => ({ gpsMs: 30_000, driveriMs: 60_000 }),
});
