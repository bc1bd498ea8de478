// Generated from src/console/console.graphql by `npm run codegen`. Not to be edited.
import { type TypedDocumentNode } from '@urql/core';
import { typed } from '../api/typed';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant in RFC 3339 form with an offset, for example 2026-11-23T22:31:07.120Z. */
  DateTime: { input: string; output: string; }
};

/** Which observations show that a driver is gone from GPS. */
export type AbsenceKind =
  /** Deleted through this gateway, and confirmed by GPS. */
  | 'DELETED_HERE'
  /** Missing from a complete listing, and unknown to GPS when read directly. */
  | 'MISSING_THEN_READ'
  /** Missing from two complete listings, at least ten minutes apart. */
  | 'MISSING_TWICE'
  | '%future added value';

/** A new driver, as the GPS portal is to hold them. */
export type CreateDriverInput = {
  /** The Driveri DriverID. One that exists in Driveri links to its driver; another renames. */
  driveriDriverId?: InputMaybe<Scalars['String']['input']>;
  /** E-mail address. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** First name. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Names of all driver groups the driver is to be in; they must exist. */
  groups?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Last name: the one thing that the GPS portal demands. */
  lastName: Scalars['String']['input'];
  /** Phone number; its digits are kept. */
  phone?: InputMaybe<Scalars['String']['input']>;
  /** The company's own reference (Ref ID). */
  referenceId?: InputMaybe<Scalars['String']['input']>;
  /** Time zone as the GPS portal names it, for example US/Arizona. */
  timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** Which drivers. What is left out, or null, means any; all of it has to apply. */
export type DriverFilter = {
  /** With exactly this Driveri DriverID, case included. */
  driveriDriverId?: InputMaybe<Scalars['String']['input']>;
  /** In this GPS driver group. */
  group?: InputMaybe<Scalars['String']['input']>;
  /** Known to these portals. */
  presence?: InputMaybe<Array<DriverPresence>>;
  /** With this reference id, without regard to case or accents. */
  referenceId?: InputMaybe<Scalars['String']['input']>;
  /** Matches any part of name, email, phone, reference id or DriverID, without regard to case or accents. Several words may stand in different places; one of a letter or two has to begin a word. Digits alone match a phone. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** With one of these statuses. */
  status?: InputMaybe<Array<DriverSyncStatus>>;
};

/** How drivers are sorted. Equal ones are told apart by their id, so that the order is total. */
export type DriverOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** What to sort by. */
  field?: DriverOrderField;
};

/** What drivers can be sorted by. */
export type DriverOrderField =
  /** Driveri DriverID; drivers without one come first. */
  | 'DRIVERI_DRIVER_ID'
  /** When they were last synced; those who never were come first. */
  | 'LAST_SYNCED_AT'
  /** Full name, without regard to case or accents. */
  | 'NAME'
  /** Reference id; drivers without one come first. */
  | 'REFERENCE_ID'
  /** Status: those that need a person first, those in sync last. */
  | 'STATUS'
  | '%future added value';

/** Which portals know the driver. */
export type DriverPresence =
  /** Both, and the two are one: linked, or paired by the DriverID. */
  | 'BOTH'
  /** Only Driveri. */
  | 'DRIVERI_ONLY'
  /** Only the GPS portal, or Driveri has them as removed. */
  | 'GPS_ONLY'
  | '%future added value';

/** How one driver stands. The first that applies, in this order: OFF, UNMANAGED, HELD, CONFLICT, FAILED, PENDING, DRIFTED, IN_SYNC. */
export type DriverSyncStatus =
  /** Several records claim one DriverID; a person must decide. */
  | 'CONFLICT'
  /** Driveri was edited; the next daily run will override it. */
  | 'DRIFTED'
  /** The last attempt failed; another is scheduled, or a person must act: see problem. */
  | 'FAILED'
  /** A removal, or a mass change of DriverIDs, waits for approval. */
  | 'HELD'
  /** Driveri holds exactly what GPS says. */
  | 'IN_SYNC'
  /** Driver Sync is off. */
  | 'OFF'
  /** A change is on its way. */
  | 'PENDING'
  /** Only in Driveri, and not ours to touch. */
  | 'UNMANAGED'
  | '%future added value';

/** Why a guard held an item. */
export type HeldFor =
  /** It changes a DriverID, and too many change at one time. */
  | 'IDENTITY'
  /** The plan changes a large part of the fleet at one time. */
  | 'MASS_CHANGE'
  /** It removes a driver from Driveri, and too many are missing from GPS. */
  | 'REMOVAL'
  /** The new DriverID looks like a placeholder, or like another spelling of the one before. */
  | 'SUSPICIOUS_DRIVER_ID'
  | '%future added value';

/** Which held items. A field that is left out or null matches any; all fields must match. */
export type HeldItemFilter = {
  /** Held for one of these reasons. */
  heldFor?: InputMaybe<Array<HeldFor>>;
  /** Part of the driver's name or of a DriverID, without regard to case or accents. */
  search?: InputMaybe<Scalars['String']['input']>;
};

/** Which way a list is sorted. */
export type OrderDirection =
  /** Smallest first. */
  | 'ASC'
  /** Largest first. */
  | 'DESC'
  | '%future added value';

/** What a user may do in their account. */
export type Role =
  /** May read, write drivers, start and approve runs. */
  | 'ADMIN'
  /** The one user of an account who may turn Driver Sync on and off. */
  | 'MASTER'
  /** May only read and subscribe. */
  | 'VIEWER'
  | '%future added value';

/** How long a bucket of statistics is. */
export type StatisticsBucket =
  /** A day of the account's time zone: 23 or 25 hours when its clocks change. */
  | 'DAY'
  /** An hour, from a full hour of the account's time zone on. */
  | 'HOUR'
  | '%future added value';

/** What would make Driveri match for one driver. */
export type SyncAction =
  /** Nothing, until a person decides who has the DriverID. */
  | 'CONFLICT'
  /** Create the driver in Driveri. */
  | 'CREATE'
  /** Link to a Driveri driver that already has this DriverID. */
  | 'LINK'
  /** Nothing: it matches. */
  | 'NONE'
  /** Bring back a removed Driveri driver that has this DriverID, with its history. */
  | 'REINSTATE'
  /** Remove the linked Driveri driver: set to its deleted status. */
  | 'REMOVE'
  /** Change the DriverID of the linked Driveri driver. */
  | 'RENAME'
  /** Change fields of the linked Driveri driver. */
  | 'UPDATE'
  | '%future added value';

/** Which events. A field that is left out or null matches any; all fields must match. */
export type SyncEventFilter = {
  /** Caused by the user with this id. */
  actor?: InputMaybe<Scalars['String']['input']>;
  /** About this driver. */
  driverId?: InputMaybe<Scalars['ID']['input']>;
  /** At this time or later. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Caused by this run. */
  runId?: InputMaybe<Scalars['ID']['input']>;
  /** Before this time. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of one of these types. */
  types?: InputMaybe<Array<SyncEventType>>;
};

/** What happened. Expect new ones. */
export type SyncEventType =
  /** A conflict is over. */
  | 'CONFLICT_CLEARED'
  /** Several records claim one DriverID. */
  | 'CONFLICT_DETECTED'
  /** Somebody edited a synced driver in Driveri. */
  | 'DRIFT_DETECTED'
  /** Such an edit was overridden with what GPS says. */
  | 'DRIFT_OVERRIDDEN'
  /** A driver was created in Driveri. */
  | 'DRIVERI_DRIVER_CREATED'
  /** A GPS driver was linked to a Driveri driver. */
  | 'DRIVERI_DRIVER_LINKED'
  /** A removed Driveri driver was brought back, with their history. */
  | 'DRIVERI_DRIVER_REINSTATED'
  /** A Driveri driver was removed. undoRemoval puts it right. */
  | 'DRIVERI_DRIVER_REMOVED'
  /** The DriverID of a Driveri driver was changed. */
  | 'DRIVERI_DRIVER_RENAMED'
  /** A Driveri driver was changed to match GPS. */
  | 'DRIVERI_DRIVER_UPDATED'
  /** A driver came up in the GPS portal. */
  | 'GPS_DRIVER_CREATED'
  /** A driver is gone from the GPS portal. */
  | 'GPS_DRIVER_DELETED'
  /** A driver was changed in the GPS portal. */
  | 'GPS_DRIVER_UPDATED'
  /** The account's health changed. */
  | 'HEALTH_CHANGED'
  /** A person approved something that was held. */
  | 'ITEM_APPROVED'
  /** A person rejected something that was held. */
  | 'ITEM_REJECTED'
  /** Removals wait for a person. */
  | 'REMOVALS_HELD'
  /** A person cancelled a run. */
  | 'RUN_CANCELLED'
  /** A run ended. */
  | 'RUN_FINISHED'
  /** A run started. */
  | 'RUN_STARTED'
  /** Driver Sync was turned off. */
  | 'SYNC_DISABLED'
  /** Driver Sync was turned on. */
  | 'SYNC_ENABLED'
  /** A driver could not be synced. */
  | 'SYNC_FAILED'
  | '%future added value';

/** How Driver Sync fares. */
export type SyncHealthState =
  /** Nothing can be synchronised: a portal or the database cannot be used. Changes wait and nothing is lost. */
  | 'BLOCKED'
  /** Working, but something is late, or waits for a person: changes that are held, drivers that failed. */
  | 'DEGRADED'
  /** Everything works. */
  | 'HEALTHY'
  /** Driver Sync is off. */
  | 'OFF'
  | '%future added value';

/** What came of one item of a run. */
export type SyncItemOutcome =
  /** The planned action was carried out. */
  | 'APPLIED'
  /** Rejected, or not settled within the run's time. */
  | 'FAILED'
  /** Waits for approval. */
  | 'HELD'
  /** Not settled yet. */
  | 'PENDING'
  /** Another action, or none, was right by then. */
  | 'SKIPPED'
  | '%future added value';

/** Which runs. A field that is left out or null matches any; all fields must match. */
export type SyncRunFilter = {
  /** True: only dry runs. False: only runs that write. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Started at this time or later. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of one of these kinds. */
  kinds?: InputMaybe<Array<SyncRunKind>>;
  /** With one of these statuses. */
  statuses?: InputMaybe<Array<SyncRunStatus>>;
  /** Started before this time. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Why a run was made. */
export type SyncRunKind =
  /** The account's nightly run. */
  | 'DAILY'
  /** The first run after Driver Sync was turned on. */
  | 'INITIAL'
  /** Asked for with resyncDrivers. */
  | 'RESYNC'
  | '%future added value';

/** How far a run is. */
export type SyncRunStatus =
  /** Everything else is done; what a guard holds waits for a person. */
  | 'AWAITING_APPROVAL'
  /** A person, or a newer run, ended it. */
  | 'CANCELLED'
  /** Could not be carried out: see problem. */
  | 'FAILED'
  /** Finished, with items that failed or are in conflict. */
  | 'PARTIAL'
  /** A dry run: nothing has been written. It can be applied. */
  | 'PLANNED'
  /** Both portals are being read and compared. */
  | 'PLANNING'
  /** Its drivers are being synced. */
  | 'RUNNING'
  /** Finished, and everything worked. */
  | 'SUCCEEDED'
  | '%future added value';

/** What the account has subscribed to. */
export type Tier =
  /** Driver Sync included. */
  | 'ENTERPRISE'
  /** Driver Sync included. */
  | 'PRO'
  /** Driver Sync only when the Account Manager has made it available. */
  | 'STANDARD'
  | '%future added value';

/** A field left out stays as it is; a field set to null is cleared. */
export type UpdateDriverInput = {
  /** The Driveri DriverID. One that exists in Driveri links to its driver; another renames. */
  driveriDriverId?: InputMaybe<Scalars['String']['input']>;
  /** E-mail address. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** First name. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Names of all driver groups the driver is to be in; they must exist. */
  groups?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Which driver. */
  id: Scalars['ID']['input'];
  /** Last name; cannot be cleared. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Phone number; its digits are kept. */
  phone?: InputMaybe<Scalars['String']['input']>;
  /** The company's own reference (Ref ID). */
  referenceId?: InputMaybe<Scalars['String']['input']>;
  /** Time zone as the GPS portal names it, for example US/Arizona. */
  timeZone?: InputMaybe<Scalars['String']['input']>;
  /** The version that the edit was based on; with another one by now the answer is the user error CONFLICT and the current driver. */
  version?: InputMaybe<Scalars['String']['input']>;
};

export type ConsoleViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ConsoleViewerQuery = { viewer: { userId: string, role: Role, account: { id: string, name: string, tier: Tier, driverSyncAvailable: boolean, timeZone: string } } };

export type ConsoleDriverSyncQueryVariables = Exact<{ [key: string]: never; }>;


export type ConsoleDriverSyncQuery = { driverSync: { id: string, enabled: boolean, changedAt: string | null, changedBy: string | null, nextRunAt: string | null, health: { state: SyncHealthState, gpsObservedAt: string | null, driveriObservedAt: string | null, problems: Array<{ code: string, message: string, hint: string, since: string }> }, counts: { total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null } };

export type ConsoleDriverSyncChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ConsoleDriverSyncChangesSubscription = { driverSync: { id: string, enabled: boolean, changedAt: string | null, changedBy: string | null, nextRunAt: string | null, health: { state: SyncHealthState, gpsObservedAt: string | null, driveriObservedAt: string | null, problems: Array<{ code: string, message: string, hint: string, since: string }> }, counts: { total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null } };

export type ConsoleSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type ConsoleSettingsQuery = { driverSync: { id: string, settings: { driverIdFallback: string, driftPolicy: string, dailyRunAt: string, gpsPollSeconds: number, driveriPollSeconds: number, maxInferredRemovals: number, maxInferredRemovalsPercent: number, maxIdentityChanges: number, maxIdentityChangesPercent: number, holdChangedPercent: number } } };

export type ConsoleStatisticsQueryVariables = Exact<{
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  bucket: StatisticsBucket;
}>;


export type ConsoleStatisticsQuery = { syncStatistics: Array<{ start: string, created: number, reinstated: number, linked: number, renamed: number, updated: number, removed: number, driftDetected: number, failed: number, held: number, delayP50Ms: number | null, delayP95Ms: number | null }> };

export type ConsoleRunsQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SyncRunFilter>;
}>;


export type ConsoleRunsQuery = { runs: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } }> } };

export type ConsoleRunQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleRunQuery = { syncRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null };

export type ConsoleRunChangesSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleRunChangesSubscription = { syncRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } };

export type ConsoleRunItemsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  action?: InputMaybe<Array<SyncAction> | SyncAction>;
  outcome?: InputMaybe<Array<SyncItemOutcome> | SyncItemOutcome>;
  overwrites?: InputMaybe<Scalars['Boolean']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
}>;


export type ConsoleRunItemsQuery = { syncRun: { id: string, itemsBy: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, driverName: string, action: SyncAction, reason: string, outcome: SyncItemOutcome, heldFor: HeldFor | null, decidedBy: string | null, decidedAt: string | null, decisionReason: string | null, changes: Array<{ field: string, from: string | null, to: string | null }>, problem: { code: string, message: string, hint: string, since: string } | null, driver: { id: string } | null }> } } | null };

export type ConsoleHeldItemsQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<HeldItemFilter>;
}>;


export type ConsoleHeldItemsQuery = { heldItems: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, driverName: string, action: SyncAction, reason: string, outcome: SyncItemOutcome, heldFor: HeldFor | null, decidedBy: string | null, decidedAt: string | null, decisionReason: string | null, evidence: { kind: AbsenceKind, statement: string, lastSeenAt: string | null } | null, run: { id: string, kind: SyncRunKind, status: SyncRunStatus, startedAt: string }, changes: Array<{ field: string, from: string | null, to: string | null }>, problem: { code: string, message: string, hint: string, since: string } | null, driver: { id: string } | null }> } };

export type ConsoleHeldCountQueryVariables = Exact<{ [key: string]: never; }>;


export type ConsoleHeldCountQuery = { heldItems: { totalCount: number } };

export type ConsoleDriversQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DriverFilter>;
  orderBy?: InputMaybe<DriverOrder>;
  withCount: Scalars['Boolean']['input'];
}>;


export type ConsoleDriversQuery = { drivers: { totalCount?: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, fullName: string, driveriDriverId: string | null, referenceId: string | null, presence: DriverPresence, sync: { status: DriverSyncStatus, lastSyncedAt: string | null } }> } };

export type ConsoleDriversForExportQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DriverFilter>;
  orderBy?: InputMaybe<DriverOrder>;
}>;


export type ConsoleDriversForExportQuery = { drivers: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, version: string, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, presence: DriverPresence, gps: { gpsId: string, groups: Array<string> } | null, sync: { status: DriverSyncStatus, lastSyncedAt: string | null } }> } };

export type ConsoleDriversByIdQueryVariables = Exact<{
  ids: Array<Scalars['ID']['input']> | Scalars['ID']['input'];
}>;


export type ConsoleDriversByIdQuery = { nodes: Array<
    | { id: string, version: string, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, presence: DriverPresence, gps: { gpsId: string, groups: Array<string> } | null, sync: { status: DriverSyncStatus, lastSyncedAt: string | null } }
    | Record<PropertyKey, never>
   | null> };

export type ConsoleDriverRowsQueryVariables = Exact<{
  ids: Array<Scalars['ID']['input']> | Scalars['ID']['input'];
}>;


export type ConsoleDriverRowsQuery = { nodes: Array<
    | { id: string, fullName: string, driveriDriverId: string | null, referenceId: string | null, presence: DriverPresence, sync: { status: DriverSyncStatus, lastSyncedAt: string | null } }
    | Record<PropertyKey, never>
   | null> };

export type ConsoleGroupsQueryVariables = Exact<{ [key: string]: never; }>;


export type ConsoleGroupsQuery = { drivers: { nodes: Array<{ id: string, gps: { groups: Array<string> } | null }> } };

export type ConsoleFindDriversQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  search: Scalars['String']['input'];
}>;


export type ConsoleFindDriversQuery = { drivers: { nodes: Array<{ id: string, fullName: string, driveriDriverId: string | null, referenceId: string | null }> } };

export type ConsoleDriverByKeyQueryVariables = Exact<{
  driveriDriverId?: InputMaybe<Scalars['String']['input']>;
  referenceId?: InputMaybe<Scalars['String']['input']>;
  gpsId?: InputMaybe<Scalars['ID']['input']>;
}>;


export type ConsoleDriverByKeyQuery = { driverBy: { id: string, version: string, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, presence: DriverPresence, gps: { gpsId: string, groups: Array<string> } | null, sync: { status: DriverSyncStatus, lastSyncedAt: string | null } } | null };

export type ConsoleAttentionQueryVariables = Exact<{
  first: Scalars['Int']['input'];
}>;


export type ConsoleAttentionQuery = { drivers: { nodes: Array<{ id: string, fullName: string, driveriDriverId: string | null, sync: { status: DriverSyncStatus, problem: { code: string, message: string, hint: string, since: string } | null } }> } };

export type ConsoleDriverDetailQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleDriverDetailQuery = { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> } } | null };

export type ConsoleDriverChangesSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleDriverChangesSubscription = { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> } } | null };

export type ConsoleDriverEventsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ConsoleDriverEventsQuery = { driver: { id: string, events: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } } | null };

export type ConsoleEventsQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SyncEventFilter>;
}>;


export type ConsoleEventsQuery = { syncEvents: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } };

export type ConsoleEventChangesSubscriptionVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SyncEventFilter>;
}>;


export type ConsoleEventChangesSubscription = { syncEvents: { id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null } };

export type ConsoleSetDriverSyncMutationVariables = Exact<{
  enabled: Scalars['Boolean']['input'];
  reviewedRun?: InputMaybe<Scalars['ID']['input']>;
}>;


export type ConsoleSetDriverSyncMutation = { setDriverSync: { driverSync: { id: string, enabled: boolean, changedAt: string | null, changedBy: string | null, nextRunAt: string | null, health: { state: SyncHealthState, gpsObservedAt: string | null, driveriObservedAt: string | null, problems: Array<{ code: string, message: string, hint: string, since: string }> }, counts: { total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null } | null, run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }>, planDifferences: Array<{ driverName: string, driver: { id: string } | null, before: { action: SyncAction, reason: string, changes: Array<{ field: string, from: string | null, to: string | null }> } | null, now: { action: SyncAction, reason: string, changes: Array<{ field: string, from: string | null, to: string | null }> } | null }> } };

export type ConsoleResyncDriversMutationVariables = Exact<{
  dryRun: Scalars['Boolean']['input'];
  driverIds?: InputMaybe<Array<Scalars['ID']['input']> | Scalars['ID']['input']>;
}>;


export type ConsoleResyncDriversMutation = { resyncDrivers: { run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleApproveRunMutationVariables = Exact<{
  id: Scalars['ID']['input'];
  items?: InputMaybe<Array<Scalars['ID']['input']> | Scalars['ID']['input']>;
}>;


export type ConsoleApproveRunMutation = { approveSyncRun: { run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }>, planDifferences: Array<{ driverName: string, driver: { id: string } | null, before: { action: SyncAction, reason: string, changes: Array<{ field: string, from: string | null, to: string | null }> } | null, now: { action: SyncAction, reason: string, changes: Array<{ field: string, from: string | null, to: string | null }> } | null }> } };

export type ConsoleRejectItemsMutationVariables = Exact<{
  id: Scalars['ID']['input'];
  items: Array<Scalars['ID']['input']> | Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
}>;


export type ConsoleRejectItemsMutation = { rejectSyncRunItems: { run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleCancelRunMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleCancelRunMutation = { cancelSyncRun: { run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleCreateDriverMutationVariables = Exact<{
  input: CreateDriverInput;
}>;


export type ConsoleCreateDriverMutation = { createDriver: { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }>, warnings: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleUpdateDriverMutationVariables = Exact<{
  input: UpdateDriverInput;
}>;


export type ConsoleUpdateDriverMutation = { updateDriver: { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }>, warnings: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleUpdateDriversMutationVariables = Exact<{
  inputs: Array<UpdateDriverInput> | UpdateDriverInput;
}>;


export type ConsoleUpdateDriversMutation = { updateDrivers: Array<{ driver: { id: string, version: string, fullName: string } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> }> };

export type ConsoleDeleteDriverMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleDeleteDriverMutation = { deleteDriver: { deletedDriverId: string | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleRefreshDriverMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleRefreshDriverMutation = { refreshDriver: { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleUndoRemovalMutationVariables = Exact<{
  event: Scalars['ID']['input'];
  force: Scalars['Boolean']['input'];
}>;


export type ConsoleUndoRemovalMutation = { undoRemoval: { driver: { id: string, fullName: string } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type SyncOverviewFragment = { id: string, enabled: boolean, changedAt: string | null, changedBy: string | null, nextRunAt: string | null, health: { state: SyncHealthState, gpsObservedAt: string | null, driveriObservedAt: string | null, problems: Array<{ code: string, message: string, hint: string, since: string }> }, counts: { total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } } | null };

export type RunSummaryFragment = { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number, overwrites: number, rejected: number } };

export type ItemRowFragment = { id: string, driverName: string, action: SyncAction, reason: string, outcome: SyncItemOutcome, heldFor: HeldFor | null, decidedBy: string | null, decidedAt: string | null, decisionReason: string | null, changes: Array<{ field: string, from: string | null, to: string | null }>, problem: { code: string, message: string, hint: string, since: string } | null, driver: { id: string } | null };

export type HeldRowFragment = { id: string, driverName: string, action: SyncAction, reason: string, outcome: SyncItemOutcome, heldFor: HeldFor | null, decidedBy: string | null, decidedAt: string | null, decisionReason: string | null, evidence: { kind: AbsenceKind, statement: string, lastSeenAt: string | null } | null, run: { id: string, kind: SyncRunKind, status: SyncRunStatus, startedAt: string }, changes: Array<{ field: string, from: string | null, to: string | null }>, problem: { code: string, message: string, hint: string, since: string } | null, driver: { id: string } | null };

export type DriverLineFragment = { id: string, fullName: string, driveriDriverId: string | null, referenceId: string | null, presence: DriverPresence, sync: { status: DriverSyncStatus, lastSyncedAt: string | null } };

export type DriverExportFragment = { id: string, version: string, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, presence: DriverPresence, gps: { gpsId: string, groups: Array<string> } | null, sync: { status: DriverSyncStatus, lastSyncedAt: string | null } };

export type DriverPageFragment = { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> } };

export type GpsSideFragment = { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string };

export type DriveriSideFragment = { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string };

export type EventItemFragment = { id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null };

export type ChangeLineFragment = { field: string, from: string | null, to: string | null };

export type ProblemBoxFragment = { code: string, message: string, hint: string, since: string };

export type RefusalFragment = { code: string, message: string, field: Array<string> | null };

export type PlanDifferenceRowFragment = { driverName: string, driver: { id: string } | null, before: { action: SyncAction, reason: string, changes: Array<{ field: string, from: string | null, to: string | null }> } | null, now: { action: SyncAction, reason: string, changes: Array<{ field: string, from: string | null, to: string | null }> } | null };

export type PlannedWorkFragment = { action: SyncAction, reason: string, changes: Array<{ field: string, from: string | null, to: string | null }> };

export const VIEWER: TypedDocumentNode<ConsoleViewerQuery, ConsoleViewerQueryVariables> = /* @__PURE__ */ typed(`query ConsoleViewer {
  viewer {
    userId
    role
    account {
      id
      name
      tier
      driverSyncAvailable
      timeZone
    }
  }
}`);

export const DRIVER_SYNC: TypedDocumentNode<ConsoleDriverSyncQuery, ConsoleDriverSyncQueryVariables> = /* @__PURE__ */ typed(`query ConsoleDriverSync {
  driverSync {
    ...SyncOverview
  }
}

fragment SyncOverview on DriverSync {
  id
  enabled
  changedAt
  changedBy
  nextRunAt
  health {
    state
    gpsObservedAt
    driveriObservedAt
    problems {
      ...ProblemBox
    }
  }
  counts {
    total
    inSync
    pending
    drifted
    conflict
    failed
    held
    unmanaged
    off
  }
  lastRun {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const DRIVER_SYNC_CHANGES: TypedDocumentNode<ConsoleDriverSyncChangesSubscription, ConsoleDriverSyncChangesSubscriptionVariables> = /* @__PURE__ */ typed(`subscription ConsoleDriverSyncChanges {
  driverSync {
    ...SyncOverview
  }
}

fragment SyncOverview on DriverSync {
  id
  enabled
  changedAt
  changedBy
  nextRunAt
  health {
    state
    gpsObservedAt
    driveriObservedAt
    problems {
      ...ProblemBox
    }
  }
  counts {
    total
    inSync
    pending
    drifted
    conflict
    failed
    held
    unmanaged
    off
  }
  lastRun {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const SETTINGS: TypedDocumentNode<ConsoleSettingsQuery, ConsoleSettingsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleSettings {
  driverSync {
    id
    settings {
      driverIdFallback
      driftPolicy
      dailyRunAt
      gpsPollSeconds
      driveriPollSeconds
      maxInferredRemovals
      maxInferredRemovalsPercent
      maxIdentityChanges
      maxIdentityChangesPercent
      holdChangedPercent
    }
  }
}`);

export const STATISTICS: TypedDocumentNode<ConsoleStatisticsQuery, ConsoleStatisticsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleStatistics($from: DateTime!, $to: DateTime!, $bucket: StatisticsBucket!) {
  syncStatistics(from: $from, to: $to, bucket: $bucket) {
    start
    created
    reinstated
    linked
    renamed
    updated
    removed
    driftDetected
    failed
    held
    delayP50Ms
    delayP95Ms
  }
}`);

export const RUNS: TypedDocumentNode<ConsoleRunsQuery, ConsoleRunsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleRuns($first: Int!, $after: String, $filter: SyncRunFilter) {
  runs(first: $first, after: $after, filter: $filter) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...RunSummary
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const RUN: TypedDocumentNode<ConsoleRunQuery, ConsoleRunQueryVariables> = /* @__PURE__ */ typed(`query ConsoleRun($id: ID!) {
  syncRun(id: $id) {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const RUN_CHANGES: TypedDocumentNode<ConsoleRunChangesSubscription, ConsoleRunChangesSubscriptionVariables> = /* @__PURE__ */ typed(`subscription ConsoleRunChanges($id: ID!) {
  syncRun(id: $id) {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const RUN_ITEMS: TypedDocumentNode<ConsoleRunItemsQuery, ConsoleRunItemsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleRunItems($id: ID!, $first: Int!, $after: String, $action: [SyncAction!], $outcome: [SyncItemOutcome!], $overwrites: Boolean, $search: String) {
  syncRun(id: $id) {
    id
    itemsBy(
      first: $first
      after: $after
      action: $action
      outcome: $outcome
      overwrites: $overwrites
      search: $search
    ) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...ItemRow
      }
    }
  }
}

fragment ItemRow on SyncRunItem {
  id
  driverName
  action
  reason
  outcome
  heldFor
  decidedBy
  decidedAt
  decisionReason
  changes {
    ...ChangeLine
  }
  problem {
    ...ProblemBox
  }
  driver {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const HELD_ITEMS: TypedDocumentNode<ConsoleHeldItemsQuery, ConsoleHeldItemsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleHeldItems($first: Int!, $after: String, $filter: HeldItemFilter) {
  heldItems(first: $first, after: $after, filter: $filter) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...HeldRow
    }
  }
}

fragment ItemRow on SyncRunItem {
  id
  driverName
  action
  reason
  outcome
  heldFor
  decidedBy
  decidedAt
  decisionReason
  changes {
    ...ChangeLine
  }
  problem {
    ...ProblemBox
  }
  driver {
    id
  }
}

fragment HeldRow on SyncRunItem {
  ...ItemRow
  evidence {
    kind
    statement
    lastSeenAt
  }
  run {
    id
    kind
    status
    startedAt
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const HELD_COUNT: TypedDocumentNode<ConsoleHeldCountQuery, ConsoleHeldCountQueryVariables> = /* @__PURE__ */ typed(`query ConsoleHeldCount {
  heldItems(first: 1) {
    totalCount
  }
}`);

export const DRIVERS: TypedDocumentNode<ConsoleDriversQuery, ConsoleDriversQueryVariables> = /* @__PURE__ */ typed(`query ConsoleDrivers($first: Int!, $after: String, $filter: DriverFilter, $orderBy: DriverOrder, $withCount: Boolean!) {
  drivers(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount @include(if: $withCount)
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...DriverLine
    }
  }
}

fragment DriverLine on Driver {
  id
  fullName
  driveriDriverId
  referenceId
  presence
  sync {
    status
    lastSyncedAt
  }
}`);

export const DRIVERS_FOR_EXPORT: TypedDocumentNode<ConsoleDriversForExportQuery, ConsoleDriversForExportQueryVariables> = /* @__PURE__ */ typed(`query ConsoleDriversForExport($first: Int!, $after: String, $filter: DriverFilter, $orderBy: DriverOrder) {
  drivers(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...DriverExport
    }
  }
}

fragment DriverExport on Driver {
  id
  version
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  presence
  gps {
    gpsId
    groups
  }
  sync {
    status
    lastSyncedAt
  }
}`);

export const DRIVERS_BY_ID: TypedDocumentNode<ConsoleDriversByIdQuery, ConsoleDriversByIdQueryVariables> = /* @__PURE__ */ typed(`query ConsoleDriversById($ids: [ID!]!) {
  nodes(ids: $ids) {
    ...DriverExport
  }
}

fragment DriverExport on Driver {
  id
  version
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  presence
  gps {
    gpsId
    groups
  }
  sync {
    status
    lastSyncedAt
  }
}`);

export const DRIVER_ROWS: TypedDocumentNode<ConsoleDriverRowsQuery, ConsoleDriverRowsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleDriverRows($ids: [ID!]!) {
  nodes(ids: $ids) {
    ...DriverLine
  }
}

fragment DriverLine on Driver {
  id
  fullName
  driveriDriverId
  referenceId
  presence
  sync {
    status
    lastSyncedAt
  }
}`);

export const GROUPS: TypedDocumentNode<ConsoleGroupsQuery, ConsoleGroupsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleGroups {
  drivers(first: 100) {
    nodes {
      id
      gps {
        groups
      }
    }
  }
}`);

export const FIND_DRIVERS: TypedDocumentNode<ConsoleFindDriversQuery, ConsoleFindDriversQueryVariables> = /* @__PURE__ */ typed(`query ConsoleFindDrivers($first: Int!, $search: String!) {
  drivers(first: $first, filter: {search: $search}) {
    nodes {
      id
      fullName
      driveriDriverId
      referenceId
    }
  }
}`);

export const DRIVER_BY_KEY: TypedDocumentNode<ConsoleDriverByKeyQuery, ConsoleDriverByKeyQueryVariables> = /* @__PURE__ */ typed(`query ConsoleDriverByKey($driveriDriverId: String, $referenceId: String, $gpsId: ID) {
  driverBy(
    driveriDriverId: $driveriDriverId
    referenceId: $referenceId
    gpsId: $gpsId
  ) {
    ...DriverExport
  }
}

fragment DriverExport on Driver {
  id
  version
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  presence
  gps {
    gpsId
    groups
  }
  sync {
    status
    lastSyncedAt
  }
}`);

export const ATTENTION: TypedDocumentNode<ConsoleAttentionQuery, ConsoleAttentionQueryVariables> = /* @__PURE__ */ typed(`query ConsoleAttention($first: Int!) {
  drivers(
    first: $first
    filter: {status: [CONFLICT, FAILED]}
    orderBy: {field: STATUS, direction: ASC}
  ) {
    nodes {
      id
      fullName
      driveriDriverId
      sync {
        status
        problem {
          ...ProblemBox
        }
      }
    }
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const DRIVER_DETAIL: TypedDocumentNode<ConsoleDriverDetailQuery, ConsoleDriverDetailQueryVariables> = /* @__PURE__ */ typed(`query ConsoleDriverDetail($id: ID!) {
  driver(id: $id) {
    ...DriverPage
  }
}

fragment DriverPage on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const DRIVER_CHANGES: TypedDocumentNode<ConsoleDriverChangesSubscription, ConsoleDriverChangesSubscriptionVariables> = /* @__PURE__ */ typed(`subscription ConsoleDriverChanges($id: ID!) {
  driver(id: $id) {
    ...DriverPage
  }
}

fragment DriverPage on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`);

export const DRIVER_EVENTS: TypedDocumentNode<ConsoleDriverEventsQuery, ConsoleDriverEventsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleDriverEvents($id: ID!, $first: Int!, $after: String) {
  driver(id: $id) {
    id
    events(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...EventItem
      }
    }
  }
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}`);

export const EVENTS: TypedDocumentNode<ConsoleEventsQuery, ConsoleEventsQueryVariables> = /* @__PURE__ */ typed(`query ConsoleEvents($first: Int!, $after: String, $filter: SyncEventFilter) {
  syncEvents(first: $first, after: $after, filter: $filter) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...EventItem
    }
  }
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}`);

export const EVENT_CHANGES: TypedDocumentNode<ConsoleEventChangesSubscription, ConsoleEventChangesSubscriptionVariables> = /* @__PURE__ */ typed(`subscription ConsoleEventChanges($after: String, $filter: SyncEventFilter) {
  syncEvents(after: $after, filter: $filter) {
    ...EventItem
  }
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}`);

export const SET_DRIVER_SYNC: TypedDocumentNode<ConsoleSetDriverSyncMutation, ConsoleSetDriverSyncMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleSetDriverSync($enabled: Boolean!, $reviewedRun: ID) {
  setDriverSync(enabled: $enabled, reviewedRun: $reviewedRun) {
    driverSync {
      ...SyncOverview
    }
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
    planDifferences {
      ...PlanDifferenceRow
    }
  }
}

fragment SyncOverview on DriverSync {
  id
  enabled
  changedAt
  changedBy
  nextRunAt
  health {
    state
    gpsObservedAt
    driveriObservedAt
    problems {
      ...ProblemBox
    }
  }
  counts {
    total
    inSync
    pending
    drifted
    conflict
    failed
    held
    unmanaged
    off
  }
  lastRun {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}

fragment PlanDifferenceRow on PlanDifference {
  driverName
  driver {
    id
  }
  before {
    ...PlannedWork
  }
  now {
    ...PlannedWork
  }
}

fragment PlannedWork on PlannedAction {
  action
  reason
  changes {
    ...ChangeLine
  }
}`);

export const RESYNC_DRIVERS: TypedDocumentNode<ConsoleResyncDriversMutation, ConsoleResyncDriversMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleResyncDrivers($dryRun: Boolean!, $driverIds: [ID!]) {
  resyncDrivers(dryRun: $dryRun, driverIds: $driverIds) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`);

export const APPROVE_RUN: TypedDocumentNode<ConsoleApproveRunMutation, ConsoleApproveRunMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleApproveRun($id: ID!, $items: [ID!]) {
  approveSyncRun(id: $id, items: $items) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
    planDifferences {
      ...PlanDifferenceRow
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}

fragment PlanDifferenceRow on PlanDifference {
  driverName
  driver {
    id
  }
  before {
    ...PlannedWork
  }
  now {
    ...PlannedWork
  }
}

fragment PlannedWork on PlannedAction {
  action
  reason
  changes {
    ...ChangeLine
  }
}`);

export const REJECT_ITEMS: TypedDocumentNode<ConsoleRejectItemsMutation, ConsoleRejectItemsMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleRejectItems($id: ID!, $items: [ID!]!, $reason: String) {
  rejectSyncRunItems(id: $id, items: $items, reason: $reason) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`);

export const CANCEL_RUN: TypedDocumentNode<ConsoleCancelRunMutation, ConsoleCancelRunMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleCancelRun($id: ID!) {
  cancelSyncRun(id: $id) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`);

export const CREATE_DRIVER: TypedDocumentNode<ConsoleCreateDriverMutation, ConsoleCreateDriverMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleCreateDriver($input: CreateDriverInput!) {
  createDriver(input: $input) {
    driver {
      ...DriverPage
    }
    userErrors {
      ...Refusal
    }
    warnings {
      code
      message
      field
    }
  }
}

fragment DriverPage on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`);

export const UPDATE_DRIVER: TypedDocumentNode<ConsoleUpdateDriverMutation, ConsoleUpdateDriverMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleUpdateDriver($input: UpdateDriverInput!) {
  updateDriver(input: $input) {
    driver {
      ...DriverPage
    }
    userErrors {
      ...Refusal
    }
    warnings {
      code
      message
      field
    }
  }
}

fragment DriverPage on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`);

export const UPDATE_DRIVERS: TypedDocumentNode<ConsoleUpdateDriversMutation, ConsoleUpdateDriversMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleUpdateDrivers($inputs: [UpdateDriverInput!]!) {
  updateDrivers(inputs: $inputs) {
    driver {
      id
      version
      fullName
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment Refusal on UserError {
  code
  message
  field
}`);

export const DELETE_DRIVER: TypedDocumentNode<ConsoleDeleteDriverMutation, ConsoleDeleteDriverMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleDeleteDriver($id: ID!) {
  deleteDriver(id: $id) {
    deletedDriverId
    userErrors {
      ...Refusal
    }
  }
}

fragment Refusal on UserError {
  code
  message
  field
}`);

export const REFRESH_DRIVER: TypedDocumentNode<ConsoleRefreshDriverMutation, ConsoleRefreshDriverMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleRefreshDriver($id: ID!) {
  refreshDriver(id: $id) {
    driver {
      ...DriverPage
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment DriverPage on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`);

export const UNDO_REMOVAL: TypedDocumentNode<ConsoleUndoRemovalMutation, ConsoleUndoRemovalMutationVariables> = /* @__PURE__ */ typed(`mutation ConsoleUndoRemoval($event: ID!, $force: Boolean!) {
  undoRemoval(event: $event, force: $force) {
    driver {
      id
      fullName
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment Refusal on UserError {
  code
  message
  field
}`);
