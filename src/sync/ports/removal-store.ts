import type { AbsenceProof } from '../../driver/absence-proof';
import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriverId, GpsId, RunId } from '../../driver/ids';

/** Every removal is a row: proposed → allowed or held → (approved or rejected) → sending → done or void. */
export type RemovalState =
  'proposed' | 'allowed' | 'held' | 'approved' | 'rejected' | 'sending' | 'done' | 'void';

export interface RemovalRow {
  readonly id: string;
  readonly gpsId: GpsId;
  readonly driverId: DriverId;
  readonly state: RemovalState;
  readonly inferred: boolean;
  readonly proof: AbsenceProof | null;
  readonly runId: RunId | null;
}

/** A removal to be proposed. */
export interface NewRemoval {
  readonly gpsId: GpsId;
  readonly driverId: DriverId;
  readonly inferred: boolean;
  readonly proof: AbsenceProof;
  readonly lastKnown: DriveriDriver | null;
}

/** The removals of an account. A driver has at most one that is open: a unique index. */
export interface RemovalStore {
  openOf(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, RemovalRow>>;
  /**
   * Proposes; one that was asked for is allowed at once. Where one is open it gets the new proof, and is allowed if it was
   * asked for, also after a rejection: asking again is a decision.
   */
  propose(removals: readonly NewRemoval[], now: number): Promise<void>;
  /** Moves those that are in one of the states `from`; answers the ids that moved. */
  move(
    ids: readonly string[],
    from: readonly RemovalState[],
    to: RemovalState,
    now: number,
    runId?: RunId | null,
  ): Promise<ReadonlySet<string>>;
  /** Every removal that waits to be carried out waits for a person from now on, whoever asked for it. */
  holdOpen(now: number): Promise<void>;
  /** The drivers are there again: their open removals are void, and the items of runs that hold them end. */
  voidOf(ids: readonly GpsId[], now: number): Promise<void>;
  /** Inferred removals that were allowed, approved, sent or done since then. */
  inferredSince(since: number): Promise<number>;
  openInferred(): Promise<readonly RemovalRow[]>;
}
