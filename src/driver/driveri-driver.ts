import type { DriverId } from './ids';

/** A driver as Driveri tells of them, removed ones included. Empty text is null. The phone is never told. */
export interface DriveriDriver {
  readonly driverId: DriverId;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly userName: string | null;
  /** May use the Driveri mobile app; null where not told. */
  readonly mobileApp: boolean | null;
  /** The group's display name. */
  readonly group: string | null;
  readonly statusCode: number | null;
  /** Driveri's own word for the status, from its `configurations`, for example `Active`. */
  readonly status: string;
  /** True for the status that stands for a deletion: the only one that the sync overrides. */
  readonly removed: boolean;
  readonly active: boolean;
  /** Epoch ms, Driveri's clock; survives a change of DriverID as far as is known, so a vanished driver is sought by it. */
  readonly createdDate: number | null;
  /** Epoch ms, Driveri's clock; may be rounded. */
  readonly updatedDate: number | null;
}

/** The fields of a Driveri driver that the sync enforces. */
export const ENFORCED_FIELDS = ['firstName', 'lastName', 'email'] as const;
export type EnforcedField = (typeof ENFORCED_FIELDS)[number];

/** Values for enforced fields to write: an empty string clears. Left out stays as it is. */
export type EnforcedFields = { readonly [Field in EnforcedField]?: string };
