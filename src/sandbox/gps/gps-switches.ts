import { z } from 'zod';

/**
 * Where the vendor's documents leave room (portals.md, I), or accounts differ, a switch decides. The emulation's
 * choices are the defaults.
 */
export const gpsSwitchesSchema = z.strictObject({
  /** Where "Driveri DriverID" is: a field of every row, told by `getattributes` only, or in no API at all. */
  driverIdIn: z.enum(['row', 'attribute', 'nowhere']).default('row'),
  /** Its field name, or the attribute's key. */
  driverIdKey: z.string().min(1).default('driveri_driver_id'),
  /** GPS ids of drivers whose row lacks that field although others have it. */
  driverIdMissingFor: z.array(z.number()).readonly().default([]),
  /** What `driver/create` answers: `[{driver_id, result}]` (D), `{id, message}` (C), or either, by id. */
  createAnswer: z.enum(['documented', 'client', 'varied']).default('varied'),
  /** What the other writes answer: a text (D), or `{message}` as in the vendor's tests (C). */
  writeAnswer: z.enum(['text', 'object']).default('text'),
  /** An error as `{code: number, message}` (D), `{code: string, error}` (C), or in turn. */
  errorShape: z.enum(['documented', 'client', 'varied']).default('varied'),
  /** `driver/list` of a driver who is not there: an error, or an empty list. */
  unknownDriver: z.enum(['error', 'empty']).default('error'),
  /** Whether an undeleted driver has their old fields, or those of the `create` that brought them back. */
  undeleteKeepsFields: z.boolean().default(false),
  /** Requests in a rolling 24 hours before 429; null: unlimited. */
  requestsPerDay: z.int().min(0).nullable().default(null),
  /** Whether a log-in ends the user's other sessions. */
  endOtherSessions: z.boolean().default(false),
  /** The driver groups that the API user may see; without "ALL DRIVERS", drivers of other groups do not exist for them. */
  visibleGroups: z.union([z.literal('all'), z.array(z.string()).readonly()]).default('all'),
  /** A session's life from its log-in. */
  sessionTtlMs: z
    .number()
    .min(0)
    .default(24 * 3_600_000),
});

/** The GPS portal's switches. */
export type GpsSwitches = Readonly<z.output<typeof gpsSwitchesSchema>>;
