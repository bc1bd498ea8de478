import type { GpsId } from '../../driver/ids';
import type { ProblemView } from '../../gateway/views/problem-view';

/** A field that is not written until this time, epoch ms. */
export interface PausedField {
  readonly until: number;
  /**
   * Left out: something keeps rewriting the field. `refused`: Driveri refuses the value; `not-stored`: Driveri keeps another one.
   * These two last only as long as the value that would be written is the first of `values`.
   */
  readonly why?: 'refused' | 'not-stored';
  /** The value that is not written, and what stands in Driveri instead. Of a phone, its hash. */
  readonly values: readonly string[];
  readonly times: readonly number[];
  /** What Driveri said to it. */
  readonly said?: string;
  /** Of a DriverID: the one in Driveri that differs from it in spelling only. */
  readonly twin?: string;
}

/** The work on one GPS driver: it has work while `syncedGeneration < generation`. */
export interface WorkRow {
  readonly gpsId: GpsId;
  readonly generation: number;
  readonly syncedGeneration: number;
  readonly dueAt: number;
  /** A person waits for it: it goes before all that is not urgent (R3). */
  readonly urgent: boolean;
  readonly attempts: number;
  /** Since when there is a reason to look; epoch ms. */
  readonly pendingSince: number | null;
  readonly problem: ProblemView | null;
  /** What keeps this driver's change back until a person decides; see `driver/guard/hold.ts`. */
  readonly hold: string | null;
  /** Signature of the drift that an event told; null when there is none. */
  readonly drift: string | null;
  readonly pausedFields: Readonly<Record<string, PausedField>>;
  /** What gave the reason to look, as a W3C `traceparent`; null: it was not traced. */
  readonly trace: string | null;
  /** Marks of this driver that expired unreleased: GPS writes with unknown outcome. */
  readonly expiredMarks: readonly string[];
}

/** What taking drivers up depends on. */
export interface TakeRequest {
  readonly now: number;
  readonly limit: number;
  readonly urgentOnly: boolean;
  /** Drivers that this owner is busy with. */
  readonly except: readonly GpsId[];
}

/** Where one driver stands after its turn. */
export interface Settlement {
  readonly gpsId: GpsId;
  /** The generation that was looked at. A newer one keeps the driver due. */
  readonly generation: number;
  readonly problem: ProblemView | null;
  /** Null: this turn did not make Driveri match. */
  readonly syncedAt: number | null;
  /** The hold goes if no newer generation came (R11). */
  readonly releasesHold: boolean;
}

/** One driver that is tried again later. */
export interface Postponement {
  readonly gpsId: GpsId;
  readonly generation: number;
  readonly dueAt: number;
  readonly attempts: number;
  readonly problem: ProblemView | null;
}

/** The work list: one row per GPS driver. */
export interface WorkStore {
  /** Drivers that are due and have no open intent, urgent first. A time further ahead than a retry can be counts as due (R18). */
  take(request: TakeRequest): Promise<readonly WorkRow[]>;
  rows(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, WorkRow>>;
  /** There is a reason to look: generation + 1, due now. `urgent`: a person waits for it. */
  touch(ids: readonly GpsId[], now: number, options?: { readonly urgent?: boolean }): Promise<void>;
  /** As `touch`, but not before `judge`: a listing is under way, and its last transaction decides (R14). */
  touchUnjudged(ids: readonly GpsId[], kind: 'new' | 'changed', now: number): Promise<void>;
  /** Drivers whose change no listing has judged yet. */
  unjudged(): Promise<readonly { readonly gpsId: GpsId; readonly kind: 'new' | 'changed' }[]>;
  judge(ids: readonly GpsId[]): Promise<void>;
  /** The drivers whose generation is still this one. Locks their rows until the end of the transaction, in the order of their ids. */
  stillAt(expected: ReadonlyMap<GpsId, number>): Promise<ReadonlySet<GpsId>>;
  generations(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, number>>;
  settle(settlements: readonly Settlement[], now: number): Promise<void>;
  postpone(postponements: readonly Postponement[]): Promise<void>;
  setHold(ids: readonly GpsId[], hold: string | null): Promise<void>;
  setHolds(holds: ReadonlyMap<GpsId, string | null>): Promise<void>;
  setDrift(drifts: ReadonlyMap<GpsId, string | null>): Promise<void>;
  setPausedFields(paused: ReadonlyMap<GpsId, Readonly<Record<string, PausedField>>>): Promise<void>;
  /** Every driver counts as settled; open marks and intents keep theirs due. The INITIAL run decides what happens next. */
  settleAll(now: number): Promise<void>;
  /** Deletes the rows of forgotten drivers that nothing touched since. */
  removeSettled(ids: readonly GpsId[]): Promise<void>;
}
