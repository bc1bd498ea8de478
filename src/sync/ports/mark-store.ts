import type { DriverId, GpsId } from '../../driver/ids';

/** A write to GPS that begins now. */
export interface NewMark {
  /** Null: a create, whose GPS id is not known yet. */
  readonly gpsId: GpsId | null;
  /** The DriverID that the driver will want: no other writer may claim it meanwhile. */
  readonly driverId: DriverId | null;
  readonly now: number;
  /** When the write cannot be under way any more: a mark that is still there then has an unknown outcome. */
  readonly expiresAt: number;
  /** Until then a listing leaves the driver to its writer. */
  readonly writerUntil: number;
}

/** `busy`: another writer has the driver; `taken`: another writer claims the DriverID. */
export type MarkResult =
  | { readonly state: 'put'; readonly id: string; readonly ticket: number }
  | { readonly state: 'busy' }
  | { readonly state: 'taken' };

/** Marks: writes to GPS that may be under way (R9). Unique per driver and per claimed DriverID while the writer lives. */
export interface MarkStore {
  put(mark: NewMark): Promise<MarkResult>;
  release(ids: readonly string[]): Promise<void>;
  /** The writer gives up, and the outcome is unknown: the next reading tells. */
  leave(id: string): Promise<void>;
  /** Drivers that a living writer is about to store; `creating`: one that is new to GPS. */
  beingWritten(now: number): Promise<{ readonly ids: ReadonlySet<GpsId>; readonly creating: boolean }>;
  /** Marks of creates that expired unreleased. */
  expiredCreates(now: number): Promise<readonly string[]>;
}
