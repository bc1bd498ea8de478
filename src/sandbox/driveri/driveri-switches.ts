import { z } from 'zod';

/** One row of the tenant's status table. */
export interface DriverStatus {
  readonly status: number;
  readonly description: string;
}

/** The table at the start (the emulation's choice). */
export const STATUS_TABLE: readonly DriverStatus[] = [
  { status: 1, description: 'Active' },
  { status: 2, description: 'Inactive' },
  { status: 3, description: 'Deleted' },
];

/** The same statuses under other numbers, as another tenant, or this one tomorrow, has them. */
export const RENUMBERED_STATUS_TABLE: readonly DriverStatus[] = [
  { status: 4, description: 'Active' },
  { status: 1, description: 'Inactive' },
  { status: 2, description: 'Deleted' },
];

/** Every scope that the emulation asks for (portals.md, C; the last two are the emulation's names). */
export const ALL_SCOPES: readonly string[] = [
  'View Drivers',
  'Update Drivers',
  'View Fleet Configurations',
  'View Access Token',
  'Create Access Token',
  'Delete Access Token',
  'View Groups',
];

/**
 * Where the vendor's client leaves room (portals.md, I), a switch decides. The emulation's choices are the defaults.
 */
export const driveriSwitchesSchema = z.strictObject({
  /** The scopes of the API key. */
  scopes: z.array(z.string()).readonly().default(ALL_SCOPES),
  statusTable: z
    .array(z.strictObject({ status: z.int(), description: z.string() }))
    .readonly()
    .default(STATUS_TABLE),
  /** `GET driver` of somebody unknown: 404, or an empty list. */
  unknownDriver: z.enum(['404', 'empty']).default('404'),
  /** A third token: refused, or the oldest is revoked. */
  thirdToken: z.enum(['refuse', 'revoke-oldest']).default('refuse'),
  tokenTtlMs: z
    .number()
    .min(0)
    .default(24 * 3_600_000),
  /** Rows newest change first, so that a listing moves while it is read; otherwise in order of creation. */
  sortByChange: z.boolean().default(false),
  /** Whether a rename keeps `createdDate`. */
  renameKeepsCreatedDate: z.boolean().default(true),
  /** `updatedDate` is told, and filtered by, rounded down to so many milliseconds. */
  datesRoundedToMs: z.int().min(1).default(1),
  /** Clearing a field with `""` is refused. */
  refuseEmptyTexts: z.boolean().default(false),
  /** The host that links name: never the one that was called. */
  linkBase: z.string().default('https://driveri.example.com/driveri'),
  /** Requests a second before 429; null: unlimited. */
  requestsPerSecond: z.int().min(1).nullable().default(null),
});

/** Driveri's switches. */
export type DriveriSwitches = Readonly<z.output<typeof driveriSwitchesSchema>>;
