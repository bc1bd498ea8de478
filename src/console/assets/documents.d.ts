// Generated from src/console/console.graphql by `npm run codegen`. Not to be edited.
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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
  /** Matches any part of name, email, phone, reference id or DriverID, without regard to case or accents. Several words may stand in different places; digits alone match a phone. */
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

/** Which events. What is left out, or null, means any; all of it has to apply. */
export type SyncEventFilter = {
  /** About this driver. */
  driverId?: InputMaybe<Scalars['ID']['input']>;
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
  /** Removals wait for a person. */
  | 'REMOVALS_HELD'
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
  /** A portal refuses our credentials or cannot be reached; changes wait and nothing is lost. */
  | 'BLOCKED'
  /** Working, but a portal is slow, rate limited or some drivers need attention. */
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


export type ConsoleDriverSyncQuery = { driverSync: { id: string, enabled: boolean, changedAt: string | null, changedBy: string | null, nextRunAt: string | null, health: { state: SyncHealthState, gpsObservedAt: string | null, driveriObservedAt: string | null, problems: Array<{ code: string, message: string, hint: string, since: string }> }, counts: { total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null } };

export type ConsoleDriverSyncChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ConsoleDriverSyncChangesSubscription = { driverSync: { id: string, enabled: boolean, changedAt: string | null, changedBy: string | null, nextRunAt: string | null, health: { state: SyncHealthState, gpsObservedAt: string | null, driveriObservedAt: string | null, problems: Array<{ code: string, message: string, hint: string, since: string }> }, counts: { total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null } };

export type ConsoleRunsQueryVariables = Exact<{
  first: Scalars['Int']['input'];
}>;


export type ConsoleRunsQuery = { syncRuns: { nodes: Array<{ id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } }> } };

export type ConsoleRunChangesSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleRunChangesSubscription = { syncRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } };

export type ConsoleRunItemsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  action?: InputMaybe<Array<SyncAction> | SyncAction>;
  outcome?: InputMaybe<Array<SyncItemOutcome> | SyncItemOutcome>;
}>;


export type ConsoleRunItemsQuery = { syncRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, items: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, driverName: string, action: SyncAction, reason: string, outcome: SyncItemOutcome, changes: Array<{ field: string, from: string | null, to: string | null }>, problem: { code: string, message: string, hint: string, since: string } | null, driver: { id: string } | null }> }, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null };

export type ConsoleDriversQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DriverFilter>;
}>;


export type ConsoleDriversQuery = { drivers: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, fullName: string, driveriDriverId: string | null, presence: DriverPresence, sync: { status: DriverSyncStatus, differences: Array<{ field: string, gps: string | null, driveri: string | null }>, problem: { code: string, message: string, hint: string, since: string } | null } }> } };

export type ConsoleDriverDetailQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleDriverDetailQuery = { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> }, events: { nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } } | null };

export type ConsoleDriverChangesSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleDriverChangesSubscription = { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> }, events: { nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } } | null };

export type ConsoleEventsQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ConsoleEventsQuery = { syncEvents: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } };

export type ConsoleEventChangesSubscriptionVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ConsoleEventChangesSubscription = { syncEvents: { id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null } };

export type ConsoleSetDriverSyncMutationVariables = Exact<{
  enabled: Scalars['Boolean']['input'];
  reviewedRun?: InputMaybe<Scalars['ID']['input']>;
}>;


export type ConsoleSetDriverSyncMutation = { setDriverSync: { driverSync: { id: string, enabled: boolean, changedAt: string | null, changedBy: string | null, nextRunAt: string | null, health: { state: SyncHealthState, gpsObservedAt: string | null, driveriObservedAt: string | null, problems: Array<{ code: string, message: string, hint: string, since: string }> }, counts: { total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null } | null, run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleResyncDriversMutationVariables = Exact<{
  dryRun: Scalars['Boolean']['input'];
  driverIds?: InputMaybe<Array<Scalars['ID']['input']> | Scalars['ID']['input']>;
}>;


export type ConsoleResyncDriversMutation = { resyncDrivers: { run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleApproveRunMutationVariables = Exact<{
  id: Scalars['ID']['input'];
  items?: InputMaybe<Array<Scalars['ID']['input']> | Scalars['ID']['input']>;
}>;


export type ConsoleApproveRunMutation = { approveSyncRun: { run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleRejectItemsMutationVariables = Exact<{
  id: Scalars['ID']['input'];
  items: Array<Scalars['ID']['input']> | Scalars['ID']['input'];
}>;


export type ConsoleRejectItemsMutation = { rejectSyncRunItems: { run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleCancelRunMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleCancelRunMutation = { cancelSyncRun: { run: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleCreateDriverMutationVariables = Exact<{
  input: CreateDriverInput;
}>;


export type ConsoleCreateDriverMutation = { createDriver: { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> }, events: { nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleUpdateDriverMutationVariables = Exact<{
  input: UpdateDriverInput;
}>;


export type ConsoleUpdateDriverMutation = { updateDriver: { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> }, events: { nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleDeleteDriverMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleDeleteDriverMutation = { deleteDriver: { deletedDriverId: string | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleRefreshDriverMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ConsoleRefreshDriverMutation = { refreshDriver: { driver: { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> }, events: { nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type ConsoleUndoRemovalMutationVariables = Exact<{
  event: Scalars['ID']['input'];
}>;


export type ConsoleUndoRemovalMutation = { undoRemoval: { driver: { id: string } | null, userErrors: Array<{ code: string, message: string, field: Array<string> | null }> } };

export type SyncCardFragment = { id: string, enabled: boolean, changedAt: string | null, changedBy: string | null, nextRunAt: string | null, health: { state: SyncHealthState, gpsObservedAt: string | null, driveriObservedAt: string | null, problems: Array<{ code: string, message: string, hint: string, since: string }> }, counts: { total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun: { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } } | null };

export type RunSummaryFragment = { id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy: string | null, startedAt: string, finishedAt: string | null, progress: number, problem: { code: string, message: string, hint: string, since: string } | null, totals: { create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number } };

export type ItemRowFragment = { id: string, driverName: string, action: SyncAction, reason: string, outcome: SyncItemOutcome, changes: Array<{ field: string, from: string | null, to: string | null }>, problem: { code: string, message: string, hint: string, since: string } | null, driver: { id: string } | null };

export type DriverLineFragment = { id: string, fullName: string, driveriDriverId: string | null, presence: DriverPresence, sync: { status: DriverSyncStatus, differences: Array<{ field: string, gps: string | null, driveri: string | null }>, problem: { code: string, message: string, hint: string, since: string } | null } };

export type DriverPanelFragment = { id: string, version: string, presence: DriverPresence, fullName: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, gps: { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string } | null, driveri: { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string } | null, sync: { status: DriverSyncStatus, pendingSince: string | null, lastSyncedAt: string | null, attempts: number, nextAttemptAt: string | null, problem: { code: string, message: string, hint: string, since: string } | null, differences: Array<{ field: string, gps: string | null, driveri: string | null }> }, events: { nodes: Array<{ id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null }> } };

export type GpsSideFragment = { gpsId: string, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, timeZone: string | null, referenceId: string | null, driveriDriverId: string | null, groups: Array<string>, observedAt: string };

export type DriveriSideFragment = { driverId: string, firstName: string | null, lastName: string | null, email: string | null, userName: string | null, mobileApp: boolean | null, group: string | null, status: string, active: boolean, updatedAt: string | null, observedAt: string };

export type EventItemFragment = { id: string, cursor: string, type: SyncEventType, at: string, actor: string | null, driverName: string | null, message: string, changes: Array<{ field: string, from: string | null, to: string | null }>, driver: { id: string } | null, run: { id: string } | null };

export type ChangeLineFragment = { field: string, from: string | null, to: string | null };

export type ProblemBoxFragment = { code: string, message: string, hint: string, since: string };

export type RefusalFragment = { code: string, message: string, field: Array<string> | null };

/** A document's text that knows what it is answered with, and what it has to be given. */
export type TypedDocument<Result, Variables> = string & Required<DocumentTypeDecoration<Result, Variables>>;

export declare const VIEWER: TypedDocument<ConsoleViewerQuery, ConsoleViewerQueryVariables>;

export declare const DRIVER_SYNC: TypedDocument<ConsoleDriverSyncQuery, ConsoleDriverSyncQueryVariables>;

export declare const DRIVER_SYNC_CHANGES: TypedDocument<ConsoleDriverSyncChangesSubscription, ConsoleDriverSyncChangesSubscriptionVariables>;

export declare const RUNS: TypedDocument<ConsoleRunsQuery, ConsoleRunsQueryVariables>;

export declare const RUN_CHANGES: TypedDocument<ConsoleRunChangesSubscription, ConsoleRunChangesSubscriptionVariables>;

export declare const RUN_ITEMS: TypedDocument<ConsoleRunItemsQuery, ConsoleRunItemsQueryVariables>;

export declare const DRIVERS: TypedDocument<ConsoleDriversQuery, ConsoleDriversQueryVariables>;

export declare const DRIVER_DETAIL: TypedDocument<ConsoleDriverDetailQuery, ConsoleDriverDetailQueryVariables>;

export declare const DRIVER_CHANGES: TypedDocument<ConsoleDriverChangesSubscription, ConsoleDriverChangesSubscriptionVariables>;

export declare const EVENTS: TypedDocument<ConsoleEventsQuery, ConsoleEventsQueryVariables>;

export declare const EVENT_CHANGES: TypedDocument<ConsoleEventChangesSubscription, ConsoleEventChangesSubscriptionVariables>;

export declare const SET_DRIVER_SYNC: TypedDocument<ConsoleSetDriverSyncMutation, ConsoleSetDriverSyncMutationVariables>;

export declare const RESYNC_DRIVERS: TypedDocument<ConsoleResyncDriversMutation, ConsoleResyncDriversMutationVariables>;

export declare const APPROVE_RUN: TypedDocument<ConsoleApproveRunMutation, ConsoleApproveRunMutationVariables>;

export declare const REJECT_ITEMS: TypedDocument<ConsoleRejectItemsMutation, ConsoleRejectItemsMutationVariables>;

export declare const CANCEL_RUN: TypedDocument<ConsoleCancelRunMutation, ConsoleCancelRunMutationVariables>;

export declare const CREATE_DRIVER: TypedDocument<ConsoleCreateDriverMutation, ConsoleCreateDriverMutationVariables>;

export declare const UPDATE_DRIVER: TypedDocument<ConsoleUpdateDriverMutation, ConsoleUpdateDriverMutationVariables>;

export declare const DELETE_DRIVER: TypedDocument<ConsoleDeleteDriverMutation, ConsoleDeleteDriverMutationVariables>;

export declare const REFRESH_DRIVER: TypedDocument<ConsoleRefreshDriverMutation, ConsoleRefreshDriverMutationVariables>;

export declare const UNDO_REMOVAL: TypedDocument<ConsoleUndoRemovalMutation, ConsoleUndoRemovalMutationVariables>;
