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
  /** Whether DriverIDs that differ only in case are one: `tx-9001` cannot be added beside `TX-9001`, and is found by it. */
  ignoreDriverIdCase: z.boolean().default(false),
  /** So many letters of a last name are kept; null: all. */
  lastNameKept: z.int().min(1).nullable().default(null),
  /** An e-mail that another driver has is refused. */
  refuseSharedEmail: z.boolean().default(false),
  /** A phone is refused, whatever it is. */
  refusePhone: z.boolean().default(false),
  /** Listings begin at the first row, whatever `offset` says. */
  ignoreOffset: z.boolean().default(false),
  /** Listings end after so many rows; null: never. */
  listWindow: z.int().min(1).nullable().default(null),
  /** What is answered after the window: a refusal, or an empty page. */
  afterWindow: z.enum(['refuse', 'empty']).default('refuse'),
  /** Characters that a proxy in front refuses in a path, although they are percent-encoded. */
  refusedInPaths: z.array(z.string().min(1)).readonly().default([]),
  /** The host that links name: never the one that was called. */
  linkBase: z.string().default('https://driveri.example.com/driveri'),
  /** Requests a second before 429; null: unlimited. */
  requestsPerSecond: z.int().min(1).nullable().default(null),
});

/** Driveri's switches. */
export type DriveriSwitches = Readonly<z.output<typeof driveriSwitchesSchema>>;
