import type { AbsenceProof } from '../driver/absence-proof';
import type { DriverStep, FieldChange, GpsSide, SyncAction } from '../driver/driver-plan';
import type { DriveriDriver } from '../driver/driveri-driver';
import type { GpsDriver } from '../driver/gps-driver';
import type { AccountId, DriverId, DriverKey, GpsId, RunId } from '../driver/ids';
import type { Link } from '../driver/link';
import type { PortalName } from '../driver/portal-error';
import type { ItemOutcome, ProblemView, RunKind, RunStatus, RunTotals, SyncEventType } from './views';

/**
 * The sync's memory, as the verbs need it. Times are epoch ms. A transaction belongs to one account; everything in it
 * happens or nothing does, and after it has committed the account's wake-up is published. Nothing over HTTP happens inside.
 */
export interface SyncStore {
  transaction<Result>(account: AccountId, work: (tx: SyncTransaction) => Promise<Result>): Promise<Result>;
  /** The same for reading only: nobody is woken up by it. */
  read<Result>(account: AccountId, work: (tx: SyncTransaction) => Promise<Result>): Promise<Result>;
  /** Drivers that have work now and nobody at it, of accounts that are on (or with an open intent to resolve), oldest first. */
  due(now: number, limit: number): Promise<readonly { readonly account: AccountId; readonly gpsId: GpsId }[]>;
  /** When the next driver will be due; null when none is waiting. */
  nextDueAt(): Promise<number | null>;
  /** Takes a run that nobody works on: one that is PLANNING or RUNNING, its lease free or expired. */
  takeRun(owner: string, now: number, leaseMs: number): Promise<RunRow | null>;
  renewRun(run: RunId, owner: string, until: number): Promise<boolean>;
}

export interface AccountState {
  readonly enabled: boolean;
  readonly epoch: number;
  readonly changedAt: number | null;
  readonly changedBy: string | null;
  /** What the account is connected to, as it was when the rosters and links were made. */
  readonly fingerprint: string | null;
  readonly driverIdField: 'unread' | 'readable' | 'unreadable';
  /** A DriverID came up that we know nothing of: identities may have changed in Driveri. */
  readonly driveriListingNeeded: boolean;
  /** UNEXPECTED_CHANGE: no PUT goes out until a person says so. */
  readonly putHalted: boolean;
  readonly nextRunAt: number | null;
  /** When what is too old is discarded next; null: it never was. */
  readonly nextDiscardAt: number | null;
}

export interface AccountProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly severity: 'degraded' | 'blocked';
  readonly sinceAt: number;
  /** For blocked ones: when to probe again. */
  readonly retryAt: number | null;
}

export interface RosterState {
  readonly observedAt: number | null;
  readonly completeAt: number | null;
  readonly completeCount: number | null;
  readonly visibleGroups: number | null;
  readonly watermark: number | null;
  readonly groupsAt: number | null;
}

/** A GPS roster row without its fields: what a listing is compared with. */
export interface GpsRosterEntry {
  readonly gpsId: GpsId;
  readonly version: string;
  readonly presence: 'present' | 'missing' | 'gone';
  readonly missingSince: number | null;
  readonly observedAt: number;
  /** First seen, or seen again after an absence. */
  readonly appearedAt: number;
  readonly driverIdState: 'known' | 'empty' | 'unknown';
  readonly driverId: DriverId | null;
}

/** A GPS driver to be stored. `version` changes whenever what GPS says changes; `fallbackId` is the DriverID that serves when GPS gives none. */
export interface GpsRosterRow {
  readonly driver: GpsDriver;
  readonly version: string;
  readonly fallbackId: DriverId | null;
}

/** Drivers of both sides with their links: everything, or one driver with all whom it touches. */
export interface Neighbourhood {
  readonly gps: readonly { readonly gpsId: GpsId; readonly side: GpsSide }[];
  readonly driveri: readonly DriveriDriver[];
  readonly links: readonly Link[];
}

export interface SyncRow {
  readonly gpsId: GpsId;
  readonly generation: number;
  readonly syncedGeneration: number;
  readonly dueAt: number;
  readonly attempts: number;
  readonly problem: ProblemView | null;
  /** The run in which a change of identity of this driver waits for approval; `approved` once it may go on. */
  readonly identityHold: string | null;
  /** Signature of the drift that was told of; null when there is none. */
  readonly drift: string | null;
  readonly pausedFields: Readonly<Record<string, PausedField>>;
}

/** A field that something keeps rewriting: not written until this time. */
export interface PausedField {
  readonly until: number;
  readonly values: readonly string[];
  readonly times: readonly number[];
}

export interface Lease {
  readonly gpsId: GpsId;
  readonly owner: string;
  readonly fence: number;
  readonly row: SyncRow;
  /** Marks of this driver that have expired unreleased: a GPS write with unknown outcome. */
  readonly expiredMarks: readonly string[];
}

export interface IntentRow {
  readonly id: string;
  readonly gpsId: GpsId;
  readonly epoch: number;
  readonly action: SyncAction;
  readonly step: DriverStep;
  readonly phoneHash: string | null;
  /** The Driveri driver as last known before the write; null for a create. */
  readonly before: DriveriDriver | null;
  readonly state: 'sending' | 'unconfirmed' | 'closed';
  readonly sendBefore: number;
  readonly createdAt: number;
  readonly changes: readonly FieldChange[];
}

export type RemovalState = 'proposed' | 'allowed' | 'held' | 'approved' | 'rejected' | 'done' | 'void';

export interface RemovalRow {
  readonly id: string;
  readonly gpsId: GpsId;
  readonly driverId: DriverId;
  readonly state: RemovalState;
  readonly inferred: boolean;
  readonly proof: AbsenceProof | null;
  readonly runId: RunId | null;
}

export interface NewEvent {
  readonly type: SyncEventType;
  readonly at: number;
  readonly message: string;
  readonly actor?: string | null;
  /** Resolved to the unified driver and its name by the log. */
  readonly gpsId?: GpsId | null;
  readonly driverId?: DriverId | null;
  readonly runId?: RunId | null;
  readonly changes?: readonly FieldChange[];
  /** The Driveri driver before the change, so that a wrong one can be put right. */
  readonly before?: DriveriDriver | null;
}

export interface RunRow {
  readonly id: RunId;
  readonly account: AccountId;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly dryRun: boolean;
  readonly requestedBy: string | null;
  readonly scope: readonly GpsId[] | null;
  readonly startedAt: number;
  readonly plannedAt: number | null;
  readonly deadlineAt: number | null;
  readonly totals: RunTotals;
  readonly problem: ProblemView | null;
  readonly acceptShrunk: boolean;
}

export type HeldFor = 'removal' | 'identity' | 'mass-change';

export interface RunItemRow {
  readonly id: string;
  readonly runId: RunId;
  readonly position: number;
  readonly gpsId: GpsId;
  readonly driverName: string;
  readonly action: SyncAction;
  readonly rowNumber: number;
  readonly steps: readonly DriverStep[];
  readonly changes: readonly FieldChange[];
  readonly reason: string;
  readonly outcome: ItemOutcome;
  readonly heldFor: HeldFor | null;
  readonly rejected: boolean;
  readonly problem: ProblemView | null;
  readonly generation: number | null;
}

export type NewRunItem = Omit<RunItemRow, 'id' | 'runId' | 'rejected'>;

/** The account's row and its health. */
export interface AccountRepository {
  /** Makes the account's rows on first sight. */
  ensure(): Promise<void>;
  read(): Promise<AccountState>;
  /** `FOR SHARE`: every write to Driveri begins so. */
  lockShared(): Promise<AccountState>;
  /** `FOR UPDATE`: the toggle, and everything that is allowed under one lock. */
  lockExclusive(): Promise<AccountState>;
  update(patch: Partial<AccountState>): Promise<void>;
  problems(): Promise<readonly AccountProblem[]>;
  /** True when the problem is new (then the caller tells of it); the moment it began is kept otherwise. */
  setProblem(problem: AccountProblem): Promise<boolean>;
  clearProblem(code: string): Promise<boolean>;
}

export interface RosterRepository {
  state(portal: PortalName): Promise<RosterState>;
  setState(portal: PortalName, patch: Partial<RosterState>): Promise<void>;
  gpsIndex(): Promise<readonly GpsRosterEntry[]>;
  gpsEntry(id: GpsId): Promise<GpsRosterEntry | null>;
  gpsDriver(id: GpsId): Promise<{
    readonly driver: GpsDriver;
    readonly version: string;
    readonly groups: readonly string[];
    readonly presence: GpsRosterEntry['presence'];
  } | null>;
  /** Several at once; those that are not there are left out. */
  gpsDrivers(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, GpsDriver>>;
  /** Everybody who is linked to one of these DriverIDs, or who is present and wants one (own field, link or fallback). */
  concernedBy(driverIds: readonly DriverId[]): Promise<readonly GpsId[]>;
  /** Stores drivers as present. An observation sent before the row's own never replaces it. */
  saveGps(rows: readonly GpsRosterRow[], observedAt: number): Promise<void>;
  markMissing(ids: readonly GpsId[], missingSince: number): Promise<void>;
  markGone(
    ids: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
    observedAt: number,
  ): Promise<void>;
  forgetGps(ids: readonly GpsId[]): Promise<void>;
  setGroups(memberships: ReadonlyMap<GpsId, readonly string[]>): Promise<void>;
  setDriverGroups(id: GpsId, groups: readonly string[]): Promise<void>;
  /** Present GPS drivers who want this DriverID by their own field. */
  wantersOf(driverId: DriverId): Promise<readonly GpsId[]>;
  driveriIndex(): Promise<
    ReadonlyMap<DriverId, { readonly observedAt: number; readonly driver: DriveriDriver }>
  >;
  driveriDriver(id: DriverId): Promise<DriveriDriver | null>;
  driveriDrivers(ids: readonly DriverId[]): Promise<ReadonlyMap<DriverId, DriveriDriver>>;
  saveDriveri(drivers: readonly DriveriDriver[], observedAt: number): Promise<void>;
  /** Takes drivers out of the roster: Driveri, asked at this moment, had nobody with that DriverID. */
  dropDriveri(ids: readonly DriverId[], observedAt: number): Promise<void>;
  /** This driver and everybody whom a decision about it touches. */
  neighbourhood(ids: readonly GpsId[]): Promise<Neighbourhood>;
  everything(): Promise<Neighbourhood>;
  counts(): Promise<{
    readonly linked: number;
    readonly missing: number;
    readonly pendingIdentityChanges: number;
  }>;
  /** Linked, present drivers whose wanted DriverID is another than their link's. */
  pendingIdentityChanges(): Promise<readonly GpsId[]>;
  clearAll(): Promise<void>;
}

export interface LinkRepository {
  byGpsId(id: GpsId): Promise<Link | null>;
  /** When the driver was linked to whom it is linked to now; null without a link. */
  linkedAt(id: GpsId): Promise<number | null>;
  byDriverIds(ids: readonly DriverId[]): Promise<readonly Link[]>;
  save(link: Link, at: number): Promise<void>;
  remove(ids: readonly GpsId[]): Promise<void>;
  setAside(fingerprint: string, at: number): Promise<void>;
  count(): Promise<number>;
}

/** A write to GPS that begins now. */
export interface NewMark {
  readonly now: number;
  /** When nobody can be writing any more: if the mark is still there, the outcome is unknown. */
  readonly expiresAt: number;
  /** Until when the writer is waited for, see `beingWritten`. */
  readonly writerUntil: number;
}

/** The work list: sync rows, marks and leases. */
export interface WorkRepository {
  /** Puts a mark before a write to GPS. Without a driver: a create, whose GPS id is not known yet. */
  mark(id: GpsId | null, mark: NewMark): Promise<string>;
  release(markId: string): Promise<void>;
  /** The mark stays, but its writer does not: what became of the write is told by whoever finds it out. */
  leave(markId: string): Promise<void>;
  /** What a writer of this gateway is about to store and tell of: these drivers, and with `creating` one that is new to GPS. */
  beingWritten(now: number): Promise<{ readonly ids: ReadonlySet<GpsId>; readonly creating: boolean }>;
  /** Create-marks that have expired unreleased: an unknown create, which forces a poll. */
  expiredCreateMarks(now: number): Promise<readonly string[]>;
  /** There is a reason to look: generation + 1, due at this moment or earlier. */
  touch(ids: readonly GpsId[], now: number): Promise<void>;
  generations(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, number>>;
  row(id: GpsId): Promise<SyncRow | null>;
  pendingIds(): Promise<ReadonlySet<GpsId>>;
  /** Null when there is no work, or another worker has it. */
  acquire(id: GpsId, owner: string, now: number, leaseMs: number): Promise<Lease | null>;
  /** False when the lease has been lost: then nothing may be recorded as settled. */
  holds(lease: Lease): Promise<boolean>;
  renew(lease: Lease, until: number): Promise<boolean>;
  /** Stores the generation as synced and frees the lease; with an open mark the driver stays due at its expiry instead. */
  settle(
    lease: Lease,
    outcome: {
      readonly generation: number;
      readonly problem: ProblemView | null;
      readonly syncedAt: number | null;
      readonly now: number;
    },
  ): Promise<void>;
  /** Tries again later and frees the lease. `dueAt` never moves a newer reason to look backwards. */
  postpone(
    lease: Lease,
    outcome: { readonly dueAt: number; readonly attempts: number; readonly problem: ProblemView | null },
  ): Promise<void>;
  free(lease: Lease): Promise<void>;
  setIdentityHold(ids: readonly GpsId[], hold: string | null): Promise<void>;
  setDrift(id: GpsId, drift: string | null): Promise<void>;
  setPausedFields(id: GpsId, paused: Readonly<Record<string, PausedField>>): Promise<void>;
  /** Everything settled as it stands: what happens next is the INITIAL run's to say. Open marks and intents are kept. */
  settleAll(now: number): Promise<void>;
  /** Deletes the rows of drivers who are forgotten, with their marks; not of those whom somebody has asked to look at since. */
  removeSettled(ids: readonly GpsId[]): Promise<void>;
}

export interface IntentRepository {
  /** Stores the intent and leases its DriverIDs; false when an open intent has one of them. */
  open(
    intent: Omit<IntentRow, 'state'>,
    driverIds: readonly DriverId[],
    runId: RunId | null,
  ): Promise<boolean>;
  /** True for the one who closes it: only that one records what happened. */
  close(id: string): Promise<boolean>;
  setState(id: string, state: 'unconfirmed'): Promise<void>;
  openOf(id: GpsId): Promise<readonly IntentRow[]>;
  /** Intents of older epochs that may still be on their way to Driveri. */
  sendingBefore(epoch: number, now: number, timeoutMs: number): Promise<number>;
  openCount(): Promise<number>;
}

export interface RemovalRepository {
  openOf(id: GpsId): Promise<RemovalRow | null>;
  propose(
    removal: {
      readonly gpsId: GpsId;
      readonly driverId: DriverId;
      readonly inferred: boolean;
      readonly proof: AbsenceProof | null;
      readonly state: RemovalState;
      readonly lastKnown: DriveriDriver | null;
      readonly runId: RunId | null;
    },
    now: number,
  ): Promise<RemovalRow>;
  setState(ids: readonly string[], state: RemovalState, now: number, runId?: RunId | null): Promise<void>;
  setProof(id: string, proof: AbsenceProof): Promise<void>;
  /** Inferred removals that were allowed, approved or done since then. */
  inferredSince(since: number): Promise<number>;
  openInferred(): Promise<readonly RemovalRow[]>;
  ofRun(run: RunId): Promise<readonly RemovalRow[]>;
}

export interface RunRepository {
  insert(
    run: Omit<RunRow, 'totals' | 'problem' | 'plannedAt' | 'deadlineAt' | 'acceptShrunk' | 'account'>,
  ): Promise<void>;
  byId(id: RunId): Promise<RunRow | null>;
  /** Runs that are PLANNING or RUNNING and not dry. */
  active(): Promise<readonly RunRow[]>;
  awaitingApproval(): Promise<readonly RunRow[]>;
  running(): Promise<readonly RunRow[]>;
  update(
    id: RunId,
    patch: Partial<
      Pick<
        RunRow,
        | 'status'
        | 'plannedAt'
        | 'deadlineAt'
        | 'totals'
        | 'problem'
        | 'acceptShrunk'
        | 'dryRun'
        | 'kind'
        | 'requestedBy'
      >
    > & { readonly finishedAt?: number | null; readonly leaseOwner?: string | null },
  ): Promise<void>;
  addItems(id: RunId, items: readonly NewRunItem[]): Promise<void>;
  items(id: RunId): Promise<readonly RunItemRow[]>;
  /** Items of one driver that wait for a reconcile to say what came of them. */
  pendingItemsOf(id: GpsId): Promise<readonly RunItemRow[]>;
  updateItems(
    ids: readonly string[],
    patch: Partial<Pick<RunItemRow, 'outcome' | 'problem' | 'generation' | 'heldFor' | 'rejected'>>,
  ): Promise<void>;
  /** Remembers the generation that each item marked. */
  setItemGenerations(id: RunId, generations: ReadonlyMap<GpsId, number>): Promise<void>;
  outcomeCounts(id: RunId): Promise<Readonly<Record<ItemOutcome, number>>>;
  /** That a pending item of one of these actions was carried out, so that its outcome is APPLIED once the driver has settled. */
  noteApplied(id: GpsId, ...actions: readonly SyncAction[]): Promise<void>;
  appliedItems(ids: readonly string[]): Promise<ReadonlySet<string>>;
  nextPosition(id: RunId): Promise<number>;
}

export interface EventLog {
  /** Appends in order. Takes the account's event head, always the last lock of a transaction: call it last. */
  append(events: readonly NewEvent[]): Promise<void>;
  removalEvent(seq: number): Promise<{
    readonly gpsId: GpsId | null;
    readonly driverId: DriverId | null;
    readonly before: DriveriDriver | null;
  } | null>;
  /** Writes of one field by the sync since then, oldest first: what the flap detector looks at. */
  fieldWrites(
    id: GpsId,
    since: number,
  ): Promise<readonly { readonly at: number; readonly changes: readonly FieldChange[] }[]>;
}

/** What a portion of discarding took away, in rows; `isLast` when nothing that is too old is left. */
export interface Discarded {
  readonly events: number;
  readonly runs: number;
  readonly items: number;
  readonly intents: number;
  readonly removals: number;
  readonly answers: number;
  readonly isLast: boolean;
}

/** Rows that nobody needs any more. */
export interface RetentionRepository {
  /**
   * Discards up to `limit` rows of each kind, and one run with all its items: of what is over since before `before`, and of
   * stored answers since before `answersBefore`. Called under the account's lock, so that nobody is deciding about a run. Kept
   * whatever its age: what is open; runs that hold somebody, and the newest; the removal of who is still removed, so that it
   * can be undone. The log loses its oldest events only, and says from then on where it begins.
   */
  discard(before: number, answersBefore: number, limit: number): Promise<Discarded>;
}

/** The unified drivers: their own ids, and what lists are filtered and sorted by. */
export interface DriverDirectory {
  /** Brings the unified drivers of these GPS drivers and DriverIDs up to date, with status and differences. */
  refresh(gpsIds: readonly GpsId[], driverIds: readonly DriverId[], now: number): Promise<void>;
  refreshAll(now: number): Promise<void>;
  byKey(key: DriverKey): Promise<{
    readonly key: DriverKey;
    readonly gpsId: GpsId | null;
    readonly driverId: DriverId | null;
    readonly fullName: string;
  } | null>;
  keyOfGps(id: GpsId): Promise<DriverKey | null>;
}

export interface SyncTransaction {
  readonly account: AccountRepository;
  readonly rosters: RosterRepository;
  readonly links: LinkRepository;
  readonly work: WorkRepository;
  readonly intents: IntentRepository;
  readonly removals: RemovalRepository;
  readonly runs: RunRepository;
  readonly events: EventLog;
  readonly retention: RetentionRepository;
  readonly drivers: DriverDirectory;
}
