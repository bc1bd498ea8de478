/* eslint-disable */
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
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

/** Why a driver counts as gone from GPS. */
export type AbsenceEvidence = {
  __typename?: 'AbsenceEvidence';
  /** Which observations show it. */
  kind: AbsenceKind;
  /** When GPS last had the driver; null when that is not known. */
  lastSeenAt?: Maybe<Scalars['DateTime']['output']>;
  /** The complete listings and the direct read that show it, in words with times. */
  statement: Scalars['String']['output'];
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

/** One fleet: one GPS account and one Driveri tenant. Nothing crosses accounts. */
export type Account = Node & {
  __typename?: 'Account';
  /** False for a Standard account whose Account Manager has not made Driver Sync available. */
  driverSyncAvailable: Scalars['Boolean']['output'];
  /** Globally unique and opaque. */
  id: Scalars['ID']['output'];
  /** The fleet's name. */
  name: Scalars['String']['output'];
  /** What the account has subscribed to. */
  tier: Tier;
  /** IANA name, for example America/Chicago: the daily run's night, and how to show times. */
  timeZone: Scalars['String']['output'];
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

/** What deleting a driver came to. */
export type DeleteDriverPayload = {
  __typename?: 'DeleteDriverPayload';
  /** The id of the driver who is gone. */
  deletedDriverId?: Maybe<Scalars['ID']['output']>;
  /** What the caller has to put right; empty when it was done. */
  userErrors: Array<UserError>;
};

/** One person who drives, as both portals know them. GPS is the source of truth wherever it knows the driver. */
export type Driver = Node & {
  __typename?: 'Driver';
  /** The driver as last observed in Driveri; null when not (yet) there, or removed there. */
  driveri?: Maybe<DriveriDriver>;
  /** The Driveri DriverID: the primary identifier between both portals. */
  driveriDriverId?: Maybe<Scalars['String']['output']>;
  /** E-mail address. */
  email?: Maybe<Scalars['String']['output']>;
  /** What happened to this driver, newest first. */
  events: SyncEventConnection;
  /** First name; null when there is none. */
  firstName?: Maybe<Scalars['String']['output']>;
  /** Never empty: first and last name, or whatever is known. */
  fullName: Scalars['String']['output'];
  /** The driver as last observed in the GPS portal; null when only Driveri knows them. */
  gps?: Maybe<GpsDriver>;
  /** The gateway's own: stays the same when the DriverID changes or the link moves. */
  id: Scalars['ID']['output'];
  /** Last name; null when there is none. */
  lastName?: Maybe<Scalars['String']['output']>;
  /** Phone number as the GPS portal holds it. Driveri takes a phone and never tells it. */
  phone?: Maybe<Scalars['String']['output']>;
  /** Which portals know the driver. */
  presence: DriverPresence;
  /** The company's own reference (Ref ID). Never the primary link to Driveri. */
  referenceId?: Maybe<Scalars['String']['output']>;
  /** How Driver Sync stands for this driver. */
  sync: DriverSyncState;
  /** Time zone as the GPS portal names it. */
  timeZone?: Maybe<Scalars['String']['output']>;
  /** Changes whenever what GPS says of the driver changes. Give it back in updateDriver to be told of an edit in between. */
  version: Scalars['String']['output'];
};


/** One person who drives, as both portals know them. GPS is the source of truth wherever it knows the driver. */
export type DriverEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of drivers. */
export type DriverConnection = {
  __typename?: 'DriverConnection';
  /** The drivers with their cursors. */
  edges: Array<DriverEdge>;
  /** The drivers alone. */
  nodes: Array<Driver>;
  /** Where the page stands in the list. */
  pageInfo: PageInfo;
  /** How many drivers the filter finds. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A driver and their place in the list. */
export type DriverEdge = {
  __typename?: 'DriverEdge';
  /** Give it as after or before, with the same orderBy, to go on from here. */
  cursor: Scalars['String']['output'];
  /** The driver. */
  node: Driver;
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

/** What writing a driver came to. */
export type DriverPayload = {
  __typename?: 'DriverPayload';
  /** The driver as they are now; with the user error CONFLICT, as they are instead. */
  driver?: Maybe<Driver>;
  /** What the caller has to put right; empty when it was done. */
  userErrors: Array<UserError>;
  /** What could not be done although the driver was saved, for example groups that were not set. Empty when everything was. */
  warnings: Array<Warning>;
};

/** Which portals know the driver. */
export type DriverPresence =
  /** Both, and the two are one: linked, or paired by the DriverID. */
  | 'BOTH'
  /** Only Driveri. */
  | 'DRIVERI_ONLY'
  /** Only the GPS portal, or Driveri has them as removed. */
  | 'GPS_ONLY'
  | '%future added value';

/** The account's Driver Sync: whether it is on, and how it fares. */
export type DriverSync = Node & {
  __typename?: 'DriverSync';
  /** When it was last turned on or off. */
  changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** User id of who last turned it on or off. */
  changedBy?: Maybe<Scalars['String']['output']>;
  /** How many drivers have which status. */
  counts: DriverSyncCounts;
  /** Whether Driveri is being made to match GPS. */
  enabled: Scalars['Boolean']['output'];
  /** How it fares. */
  health: SyncHealth;
  /** Globally unique and opaque. */
  id: Scalars['ID']['output'];
  /** The newest run. */
  lastRun?: Maybe<SyncRun>;
  /** When the next daily run starts; null while off. */
  nextRunAt?: Maybe<Scalars['DateTime']['output']>;
  /** The limits and intervals in force for this account: read-only, from its configuration. */
  settings: SyncSettings;
};

/** How many drivers have which status. */
export type DriverSyncCounts = {
  __typename?: 'DriverSyncCounts';
  /** Several records claim one DriverID. */
  conflict: Scalars['Int']['output'];
  /** Edited in Driveri. */
  drifted: Scalars['Int']['output'];
  /** The last attempt failed. */
  failed: Scalars['Int']['output'];
  /** Waiting for approval. */
  held: Scalars['Int']['output'];
  /** Driveri holds exactly what GPS says. */
  inSync: Scalars['Int']['output'];
  /** All of them while Driver Sync is off. */
  off: Scalars['Int']['output'];
  /** A change is on its way. */
  pending: Scalars['Int']['output'];
  /** All drivers. */
  total: Scalars['Int']['output'];
  /** Only in Driveri, and not ours to touch. */
  unmanaged: Scalars['Int']['output'];
};

/** How Driver Sync stands for one driver. */
export type DriverSyncState = {
  __typename?: 'DriverSyncState';
  /** Failed attempts since the last success. */
  attempts: Scalars['Int']['output'];
  /** Enforced fields that differ, whatever the status. */
  differences: Array<FieldDifference>;
  /** When Driveri was last found or made to match. */
  lastSyncedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the next attempt is due; null when none is. */
  nextAttemptAt?: Maybe<Scalars['DateTime']['output']>;
  /** Since when a change has been waiting. */
  pendingSince?: Maybe<Scalars['DateTime']['output']>;
  /** What stands in the way. */
  problem?: Maybe<SyncProblem>;
  /** The status in one word. */
  status: DriverSyncStatus;
};

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

/** A driver as Driveri tells of them. */
export type DriveriDriver = {
  __typename?: 'DriveriDriver';
  /** Whether that status counts as active. */
  active: Scalars['Boolean']['output'];
  /** The Driveri DriverID. */
  driverId: Scalars['String']['output'];
  /** E-mail address. */
  email?: Maybe<Scalars['String']['output']>;
  /** First name. */
  firstName?: Maybe<Scalars['String']['output']>;
  /** Name of the driver's group in Driveri. */
  group?: Maybe<Scalars['String']['output']>;
  /** Last name. */
  lastName?: Maybe<Scalars['String']['output']>;
  /** May use the Driveri mobile app. */
  mobileApp?: Maybe<Scalars['Boolean']['output']>;
  /** When Driveri last told us so. */
  observedAt: Scalars['DateTime']['output'];
  /** Driveri's own word for the driver's status, for example Active. */
  status: Scalars['String']['output'];
  /** When Driveri says it last changed. */
  updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The user name in the Driveri mobile app. */
  userName?: Maybe<Scalars['String']['output']>;
};

/** One field in Driveri, before and after. */
export type FieldChange = {
  __typename?: 'FieldChange';
  /** The field's name in Driveri. */
  field: Scalars['String']['output'];
  /** What stood there; null for nothing. */
  from?: Maybe<Scalars['String']['output']>;
  /** What stands there afterwards; null for nothing. */
  to?: Maybe<Scalars['String']['output']>;
};

/** A field that Driveri holds otherwise than GPS. */
export type FieldDifference = {
  __typename?: 'FieldDifference';
  /** What Driveri holds. */
  driveri?: Maybe<Scalars['String']['output']>;
  /** The field's name in Driveri. */
  field: Scalars['String']['output'];
  /** What GPS says. */
  gps?: Maybe<Scalars['String']['output']>;
};

/** A driver as the GPS portal tells of them. */
export type GpsDriver = {
  __typename?: 'GpsDriver';
  /** The Driveri DriverID entered in the GPS portal; null when empty, or not readable now. */
  driveriDriverId?: Maybe<Scalars['String']['output']>;
  /** E-mail address. */
  email?: Maybe<Scalars['String']['output']>;
  /** First name. */
  firstName?: Maybe<Scalars['String']['output']>;
  /** The GPS portal's own number for the driver. */
  gpsId: Scalars['ID']['output'];
  /** Names of the driver groups the driver is in. */
  groups: Array<Scalars['String']['output']>;
  /** Last name. */
  lastName?: Maybe<Scalars['String']['output']>;
  /** When the portal last told us so. */
  observedAt: Scalars['DateTime']['output'];
  /** Phone number, usually ten bare digits. */
  phone?: Maybe<Scalars['String']['output']>;
  /** The company's own reference (Ref ID). */
  referenceId?: Maybe<Scalars['String']['output']>;
  /** Time zone, for example US/Arizona. */
  timeZone?: Maybe<Scalars['String']['output']>;
};

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

export type Mutation = {
  __typename?: 'Mutation';
  /** Applies a PLANNED run, or releases what is HELD in one that is AWAITING_APPROVAL or RUNNING: all of it, or the given items. Refused with STALE_PLAN when planning again gives something else. ADMIN or MASTER. */
  approveSyncRun: SyncRunPayload;
  /** Ends a run; what it has done already stays done. ADMIN or MASTER. */
  cancelSyncRun: SyncRunPayload;
  /** Writes to the GPS portal, then mirrors to Driveri in the background. ADMIN or MASTER. */
  createDriver: DriverPayload;
  /** Deletes a driver in the GPS portal; with Driver Sync on, Driveri removes them. ADMIN or MASTER. */
  deleteDriver: DeleteDriverPayload;
  /** Reads one driver from both portals now, instead of what was last observed. A few a minute for each user. ADMIN or MASTER. */
  refreshDriver: DriverPayload;
  /** Refuses HELD items for good: until the driver is seen again, or somebody asks again. ADMIN or MASTER. */
  rejectSyncRunItems: SyncRunPayload;
  /** Compares both portals now, for the whole account or for some drivers, and makes Driveri match; with dryRun only plans. One dry run at a time is planned: asked for again meanwhile for the same drivers, the answer is that one. A newer dry run replaces older ones, which are CANCELLED and lose their items; a dry run that nobody approves is kept for a day. ADMIN or MASTER. */
  resyncDrivers: SyncRunPayload;
  /** Turns Driver Sync on or off for the account. MASTER only. With reviewedRun, a PLANNED dry run, turning it on does what that run showed, or is refused with STALE_PLAN. Removals that the run showed are approved with it, those that are HELD for the guards included: nobody is asked again. Without reviewedRun, all removals that piled up while the sync was off are HELD in the INITIAL run until approveSyncRun. */
  setDriverSync: SetDriverSyncPayload;
  /** Puts a removal that the sync made right: brings the Driveri driver back, with their history. ADMIN or MASTER. */
  undoRemoval: DriverPayload;
  /** Changes a driver in the GPS portal, then mirrors to Driveri in the background. ADMIN or MASTER. */
  updateDriver: DriverPayload;
  /** Up to 100 edits, each on its own: one payload per input, in order. An edit that fails, also because the GPS portal does not answer, is a user error of its payload and stops no other. ADMIN or MASTER. */
  updateDrivers: Array<DriverPayload>;
};


export type MutationApproveSyncRunArgs = {
  id: Scalars['ID']['input'];
  items?: InputMaybe<Array<Scalars['ID']['input']>>;
};


export type MutationCancelSyncRunArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCreateDriverArgs = {
  input: CreateDriverInput;
};


export type MutationDeleteDriverArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRefreshDriverArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRejectSyncRunItemsArgs = {
  id: Scalars['ID']['input'];
  items: Array<Scalars['ID']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
};


export type MutationResyncDriversArgs = {
  driverIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
};


export type MutationSetDriverSyncArgs = {
  enabled: Scalars['Boolean']['input'];
  reviewedRun?: InputMaybe<Scalars['ID']['input']>;
};


export type MutationUndoRemovalArgs = {
  event: Scalars['ID']['input'];
  force?: InputMaybe<Scalars['Boolean']['input']>;
};


export type MutationUpdateDriverArgs = {
  input: UpdateDriverInput;
};


export type MutationUpdateDriversArgs = {
  inputs: Array<UpdateDriverInput>;
};

/** Something with an id of its own: `node(id)` finds it again. */
export type Node = {
  /** Globally unique and opaque. */
  id: Scalars['ID']['output'];
};

/** Which way a list is sorted. */
export type OrderDirection =
  /** Smallest first. */
  | 'ASC'
  /** Largest first. */
  | 'DESC'
  | '%future added value';

/** Where a page stands in its list (Relay). */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Cursor of the last edge; null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there is something behind this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is something in front of this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge; null on an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A driver whose plan has changed since a person looked at it. Such changes are why a request is refused with STALE_PLAN. */
export type PlanDifference = {
  __typename?: 'PlanDifference';
  /** What the plan says that was looked at; null when it does not mention the driver. */
  before?: Maybe<PlannedAction>;
  /** The driver; null once they are gone. */
  driver?: Maybe<Driver>;
  /** The driver's name. */
  driverName: Scalars['String']['output'];
  /** The item of the plan that was looked at; null when it has none for the driver. */
  item?: Maybe<SyncRunItem>;
  /** What a plan made now says; null when it does not mention the driver. */
  now?: Maybe<PlannedAction>;
};

/** What a plan says about one driver. */
export type PlannedAction = {
  __typename?: 'PlannedAction';
  /** What would make Driveri match. */
  action: SyncAction;
  /** Which fields change in Driveri with it. */
  changes: Array<FieldChange>;
  /** The rule that leads to the action, in words. */
  reason: Scalars['String']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** One driver; null for an id that is not there. */
  driver?: Maybe<Driver>;
  /** One driver by a key of either portal: give exactly one of the three, as the portal spells it, case included. Null when no driver has it. */
  driverBy?: Maybe<Driver>;
  /** The account's Driver Sync. */
  driverSync: DriverSync;
  /** The account's drivers: the union of both portals, each person once. 50 at a time, unless told otherwise. */
  drivers: DriverConnection;
  /** Everything that waits for a person's decision, whichever run holds it, oldest first. */
  heldItems: SyncRunItemConnection;
  /** Anything that has an id; null for what is not there, or is not a valid id. */
  node?: Maybe<Node>;
  /** As node, for up to 100 ids at once, in the order asked. */
  nodes: Array<Maybe<Node>>;
  /** The account's runs that match the filter, newest first. */
  runs: SyncRunConnection;
  /** The account's log. Newest first. */
  syncEvents: SyncEventConnection;
  /** One run; null for an id that is not there. */
  syncRun?: Maybe<SyncRun>;
  /** The account's runs. Newest first. */
  syncRuns: SyncRunConnection;
  /** What the sync did over time, one row per bucket that the range touches, gaps included as zeros. At most 400 buckets. */
  syncStatistics: Array<SyncStatistics>;
  /** Who is asking. */
  viewer: Viewer;
};


export type QueryDriverArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDriverByArgs = {
  driveriDriverId?: InputMaybe<Scalars['String']['input']>;
  gpsId?: InputMaybe<Scalars['ID']['input']>;
  referenceId?: InputMaybe<Scalars['String']['input']>;
};


export type QueryDriversArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DriverFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<DriverOrder>;
};


export type QueryHeldItemsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<HeldItemFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


export type QueryRunsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SyncRunFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QuerySyncEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SyncEventFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QuerySyncRunArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySyncRunsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QuerySyncStatisticsArgs = {
  bucket?: StatisticsBucket;
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};

/** What a user may do in their account. */
export type Role =
  /** May read, write drivers, start and approve runs. */
  | 'ADMIN'
  /** The one user of an account who may turn Driver Sync on and off. */
  | 'MASTER'
  /** May only read and subscribe. */
  | 'VIEWER'
  | '%future added value';

/** What turning Driver Sync on or off came to. */
export type SetDriverSyncPayload = {
  __typename?: 'SetDriverSyncPayload';
  /** Driver Sync as it is now. */
  driverSync?: Maybe<DriverSync>;
  /** With the user error STALE_PLAN: what differs, for the first 20 drivers. Otherwise empty. */
  planDifferences: Array<PlanDifference>;
  /** The initial run that turning it on has started. */
  run?: Maybe<SyncRun>;
  /** What the caller has to put right; empty when it was done. */
  userErrors: Array<UserError>;
};

/** How long a bucket of statistics is. */
export type StatisticsBucket =
  /** A day of the account's time zone: 23 or 25 hours when its clocks change. */
  | 'DAY'
  /** An hour, from a full hour of the account's time zone on. */
  | 'HOUR'
  | '%future added value';

export type Subscription = {
  __typename?: 'Subscription';
  /** One driver: at once, then whenever anything about it changes, for example from PENDING to IN_SYNC; null when it is gone. */
  driver?: Maybe<Driver>;
  /** The account's Driver Sync state: at once, then on every change. */
  driverSync: DriverSync;
  /** Every event after `after` (from the log), then live ones; without `after`, live ones only. Nothing is lost or doubled in between. */
  syncEvents: SyncEvent;
  /** A run: at once, then as it progresses, to its end. */
  syncRun: SyncRun;
};


export type SubscriptionDriverArgs = {
  id: Scalars['ID']['input'];
};


export type SubscriptionSyncEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SyncEventFilter>;
};


export type SubscriptionSyncRunArgs = {
  id: Scalars['ID']['input'];
};

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

/** One line in the account's append-only log of what happened. */
export type SyncEvent = Node & {
  __typename?: 'SyncEvent';
  /** User id, or null when the system did it. */
  actor?: Maybe<Scalars['String']['output']>;
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** What changed with it. */
  changes: Array<FieldChange>;
  /** Pass it as `after` to go on from here. Strictly increasing within an account, without gaps in what is delivered. */
  cursor: Scalars['String']['output'];
  /** The driver it is about; null when it is about none, or they are gone. */
  driver?: Maybe<Driver>;
  /** The driver's name at that time. */
  driverName?: Maybe<Scalars['String']['output']>;
  /** Globally unique and opaque. */
  id: Scalars['ID']['output'];
  /** What happened, for a person. */
  message: Scalars['String']['output'];
  /** The run that did it. */
  run?: Maybe<SyncRun>;
  /** What happened. */
  type: SyncEventType;
};

/** A page of events, newest first. */
export type SyncEventConnection = {
  __typename?: 'SyncEventConnection';
  /** The events with their cursors. */
  edges: Array<SyncEventEdge>;
  /** The events alone. */
  nodes: Array<SyncEvent>;
  /** Where the page stands in the log. */
  pageInfo: PageInfo;
};

/** An event and its place in the log. */
export type SyncEventEdge = {
  __typename?: 'SyncEventEdge';
  /** Give it as after to go on from here. */
  cursor: Scalars['String']['output'];
  /** The event. */
  node: SyncEvent;
};

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

/** The account's health. */
export type SyncHealth = {
  __typename?: 'SyncHealth';
  /** When Driveri was last read completely. */
  driveriObservedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When GPS was last read completely. */
  gpsObservedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What is wrong now, the worst first. */
  problems: Array<SyncProblem>;
  /** The health in one word. */
  state: SyncHealthState;
};

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

/** Why something is not as it should be, with the evidence and what would release it. */
export type SyncProblem = {
  __typename?: 'SyncProblem';
  /** Machine-readable. Expect new ones. */
  code: Scalars['String']['output'];
  /** What a person can do about it. */
  hint: Scalars['String']['output'];
  /** What is wrong, for a person. */
  message: Scalars['String']['output'];
  /** Since when it has been so. */
  since: Scalars['DateTime']['output'];
};

/** One comparison of both portals, and what came of it. */
export type SyncRun = Node & {
  __typename?: 'SyncRun';
  /** Whether it only plans. */
  dryRun: Scalars['Boolean']['output'];
  /** When it ended. */
  finishedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Globally unique and opaque. */
  id: Scalars['ID']['output'];
  /** What the run planned, driver by driver: those that differ, and NONE where it was stored. */
  items: SyncRunItemConnection;
  /** Items of the run that match every argument; an argument that is left out or null matches any. */
  itemsBy: SyncRunItemConnection;
  /** Why it was made. */
  kind: SyncRunKind;
  /** What went wrong, or what it waits for. */
  problem?: Maybe<SyncProblem>;
  /** 0 to 1. */
  progress: Scalars['Float']['output'];
  /** User id of who asked; null for the schedule. */
  requestedBy?: Maybe<Scalars['String']['output']>;
  /** When it started. */
  startedAt: Scalars['DateTime']['output'];
  /** How far it is. */
  status: SyncRunStatus;
  /** What it planned, and what came of it. */
  totals: SyncRunTotals;
};


/** One comparison of both portals, and what came of it. */
export type SyncRunItemsArgs = {
  action?: InputMaybe<Array<SyncAction>>;
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  outcome?: InputMaybe<Array<SyncItemOutcome>>;
};


/** One comparison of both portals, and what came of it. */
export type SyncRunItemsByArgs = {
  action?: InputMaybe<Array<SyncAction>>;
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  outcome?: InputMaybe<Array<SyncItemOutcome>>;
  overwrites?: InputMaybe<Scalars['Boolean']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
};

/** A page of runs, newest first. */
export type SyncRunConnection = {
  __typename?: 'SyncRunConnection';
  /** The runs with their cursors. */
  edges: Array<SyncRunEdge>;
  /** The runs alone. */
  nodes: Array<SyncRun>;
  /** Where the page stands in the list. */
  pageInfo: PageInfo;
  /** How many runs the filter finds. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A run and its place in the list. */
export type SyncRunEdge = {
  __typename?: 'SyncRunEdge';
  /** Give it as after to go on from here. */
  cursor: Scalars['String']['output'];
  /** The run. */
  node: SyncRun;
};

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

/** What a run planned for one driver, and what came of it. */
export type SyncRunItem = Node & {
  __typename?: 'SyncRunItem';
  /** What was planned. */
  action: SyncAction;
  /** Which fields change in Driveri with it. */
  changes: Array<FieldChange>;
  /** When it was approved or rejected. */
  decidedAt?: Maybe<Scalars['DateTime']['output']>;
  /** User id of the person who approved or rejected it; null without a decision. */
  decidedBy?: Maybe<Scalars['String']['output']>;
  /** Why, in the words of the person who decided; null when no reason was given. */
  decisionReason?: Maybe<Scalars['String']['output']>;
  /** The driver; null once they are gone. */
  driver?: Maybe<Driver>;
  /** The name at planning time; stays readable after a removal. */
  driverName: Scalars['String']['output'];
  /** How it is known that the driver is gone from GPS; null when nothing is removed. */
  evidence?: Maybe<AbsenceEvidence>;
  /** Why a guard held it; null when none did. */
  heldFor?: Maybe<HeldFor>;
  /** Globally unique and opaque. */
  id: Scalars['ID']['output'];
  /** What came of it. */
  outcome: SyncItemOutcome;
  /** What stands in the way. */
  problem?: Maybe<SyncProblem>;
  /** The rule that led to the action, in words. */
  reason: Scalars['String']['output'];
  /** The run that planned it. */
  run: SyncRun;
};

/** A page of a run's items. */
export type SyncRunItemConnection = {
  __typename?: 'SyncRunItemConnection';
  /** The items with their cursors. */
  edges: Array<SyncRunItemEdge>;
  /** The items alone. */
  nodes: Array<SyncRunItem>;
  /** Where the page stands in the run. */
  pageInfo: PageInfo;
  /** How many items the arguments find. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the run. */
export type SyncRunItemEdge = {
  __typename?: 'SyncRunItemEdge';
  /** Give it as after to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: SyncRunItem;
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

/** What an operation on a run came to. */
export type SyncRunPayload = {
  __typename?: 'SyncRunPayload';
  /** With the user error STALE_PLAN: what differs, for the first 20 drivers. Otherwise empty. */
  planDifferences: Array<PlanDifference>;
  /** The run as it is now. */
  run?: Maybe<SyncRun>;
  /** What the caller has to put right; empty when it was done. */
  userErrors: Array<UserError>;
};

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

/** What a run planned, and what came of it, in numbers of drivers. */
export type SyncRunTotals = {
  __typename?: 'SyncRunTotals';
  /** Done. */
  applied: Scalars['Int']['output'];
  /** In conflict: nothing is written. */
  conflict: Scalars['Int']['output'];
  /** To be created in Driveri. */
  create: Scalars['Int']['output'];
  /** Rejected, or not settled within the run's time. */
  failed: Scalars['Int']['output'];
  /** Held back until a person approves. */
  held: Scalars['Int']['output'];
  /** To be linked to a Driveri driver who is there. */
  link: Scalars['Int']['output'];
  /** Driveri drivers that get another name or e-mail than they have now, whatever the action. */
  overwrites: Scalars['Int']['output'];
  /** To be brought back in Driveri. */
  reinstate: Scalars['Int']['output'];
  /** Removals and changes that a person rejected: not counted in the other numbers. */
  rejected: Scalars['Int']['output'];
  /** To be removed from Driveri. */
  remove: Scalars['Int']['output'];
  /** To get another DriverID in Driveri. */
  rename: Scalars['Int']['output'];
  /** Already as they should be. */
  unchanged: Scalars['Int']['output'];
  /** To be updated in Driveri. */
  update: Scalars['Int']['output'];
};

/** The limits and intervals in force for this account: read-only, from its configuration. Where a limit has a number and a percentage, the larger one applies; percentages are of the linked drivers. */
export type SyncSettings = {
  __typename?: 'SyncSettings';
  /** Start of the daily run in the account's time zone, for example 03:00. */
  dailyRunAt: Scalars['String']['output'];
  /** When an edit made in Driveri is overridden: daily (by the daily run) or immediate. */
  driftPolicy: Scalars['String']['output'];
  /** The DriverID of a driver without one: reference-id, gps-id, or none. */
  driverIdFallback: Scalars['String']['output'];
  /** How often Driveri is asked for changes, in seconds. */
  driveriPollSeconds: Scalars['Int']['output'];
  /** How often GPS is read, in seconds; less often when its request budget demands it. */
  gpsPollSeconds: Scalars['Int']['output'];
  /** A plan that changes more than this percentage of the drivers waits for approval. */
  holdChangedPercent: Scalars['Int']['output'];
  /** Changes of DriverIDs planned at one time; more wait for approval. */
  maxIdentityChanges: Scalars['Int']['output'];
  /** The same limit as a percentage. */
  maxIdentityChangesPercent: Scalars['Int']['output'];
  /** Removals of drivers missing from GPS within 24 hours; more wait for approval. */
  maxInferredRemovals: Scalars['Int']['output'];
  /** The same limit as a percentage. */
  maxInferredRemovalsPercent: Scalars['Int']['output'];
};

/** Counts and delays within one bucket of time; days are those of the account's time zone. */
export type SyncStatistics = {
  __typename?: 'SyncStatistics';
  /** Drivers created in Driveri. */
  created: Scalars['Int']['output'];
  /** Median of the milliseconds from the change in GPS (as far as it is known) to its confirmation in Driveri; null without changes. */
  delayP50Ms?: Maybe<Scalars['Int']['output']>;
  /** 95th percentile of the same delay. */
  delayP95Ms?: Maybe<Scalars['Int']['output']>;
  /** Edits of synced drivers that were found in Driveri. */
  driftDetected: Scalars['Int']['output'];
  /** Drivers whose sync started to fail. */
  failed: Scalars['Int']['output'];
  /** How often a guard held changes back for approval. */
  held: Scalars['Int']['output'];
  /** GPS drivers that were linked to an existing Driveri driver. */
  linked: Scalars['Int']['output'];
  /** Removed Driveri drivers that were brought back. */
  reinstated: Scalars['Int']['output'];
  /** Drivers removed from Driveri. */
  removed: Scalars['Int']['output'];
  /** Changes of a DriverID in Driveri. */
  renamed: Scalars['Int']['output'];
  /** When the bucket starts. It ends where the next one starts. */
  start: Scalars['DateTime']['output'];
  /** Updates of Driveri drivers, overridden edits included. */
  updated: Scalars['Int']['output'];
};

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

/** Something in the request that the caller can put right. Nothing was changed when there is one. */
export type UserError = {
  __typename?: 'UserError';
  /** Machine-readable, for example REQUIRED, INVALID_EMAIL, DRIVER_ID_TAKEN, SYNC_NOT_AVAILABLE, STALE_PLAN. */
  code: Scalars['String']['output'];
  /** Path into the arguments, for example ["input", "email"]. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** What is wrong, for a person. */
  message: Scalars['String']['output'];
};

/** Who is asking, as their token says. */
export type Viewer = {
  __typename?: 'Viewer';
  /** The account they belong to: the only one they see. */
  account: Account;
  /** What they may do. */
  role: Role;
  /** The user id in the token. */
  userId: Scalars['ID']['output'];
};

/** Something that could not be done although the rest of the request was. */
export type Warning = {
  __typename?: 'Warning';
  /** Machine-readable, for example GROUPS_NOT_SET. */
  code: Scalars['String']['output'];
  /** Path into the arguments, for example ["input", "groups"]. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** What was not done and what helps, for a person. */
  message: Scalars['String']['output'];
};

export type DashboardQueryVariables = Exact<{ [key: string]: never; }>;


export type DashboardQuery = { __typename?: 'Query', viewer: { __typename?: 'Viewer', userId: string, role: Role, account: { __typename?: 'Account', id: string, name: string, tier: Tier, driverSyncAvailable: boolean, timeZone: string } }, driverSync: { __typename?: 'DriverSync', id: string, enabled: boolean, changedAt?: string | null, changedBy?: string | null, nextRunAt?: string | null, health: { __typename?: 'SyncHealth', state: SyncHealthState, gpsObservedAt?: string | null, driveriObservedAt?: string | null, problems: Array<{ __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string }> }, counts: { __typename?: 'DriverSyncCounts', total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null } };

export type SyncStateChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type SyncStateChangesSubscription = { __typename?: 'Subscription', driverSync: { __typename?: 'DriverSync', id: string, enabled: boolean, changedAt?: string | null, changedBy?: string | null, nextRunAt?: string | null, health: { __typename?: 'SyncHealth', state: SyncHealthState, gpsObservedAt?: string | null, driveriObservedAt?: string | null, problems: Array<{ __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string }> }, counts: { __typename?: 'DriverSyncCounts', total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null } };

export type EventStreamSubscriptionVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SyncEventFilter>;
}>;


export type EventStreamSubscription = { __typename?: 'Subscription', syncEvents: { __typename?: 'SyncEvent', id: string, cursor: string, type: SyncEventType, at: string, actor?: string | null, driverName?: string | null, message: string, driver?: { __typename?: 'Driver', id: string, fullName: string } | null, changes: Array<{ __typename?: 'FieldChange', field: string, from?: string | null, to?: string | null }> } };

export type EventLogQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SyncEventFilter>;
}>;


export type EventLogQuery = { __typename?: 'Query', syncEvents: { __typename?: 'SyncEventConnection', pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null }, nodes: Array<{ __typename?: 'SyncEvent', id: string, cursor: string, type: SyncEventType, at: string, actor?: string | null, driverName?: string | null, message: string, changes: Array<{ __typename?: 'FieldChange', field: string, from?: string | null, to?: string | null }> }> } };

export type PreviewSyncMutationVariables = Exact<{ [key: string]: never; }>;


export type PreviewSyncMutation = { __typename?: 'Mutation', resyncDrivers: { __typename?: 'SyncRunPayload', run?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type SetDriverSyncMutationVariables = Exact<{
  enabled: Scalars['Boolean']['input'];
  reviewedRun?: InputMaybe<Scalars['ID']['input']>;
}>;


export type SetDriverSyncMutation = { __typename?: 'Mutation', setDriverSync: { __typename?: 'SetDriverSyncPayload', driverSync?: { __typename?: 'DriverSync', id: string, enabled: boolean, changedAt?: string | null, changedBy?: string | null, nextRunAt?: string | null, health: { __typename?: 'SyncHealth', state: SyncHealthState, gpsObservedAt?: string | null, driveriObservedAt?: string | null, problems: Array<{ __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string }> }, counts: { __typename?: 'DriverSyncCounts', total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null } | null, run?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type ResyncDriversMutationVariables = Exact<{
  driverIds?: InputMaybe<Array<Scalars['ID']['input']> | Scalars['ID']['input']>;
}>;


export type ResyncDriversMutation = { __typename?: 'Mutation', resyncDrivers: { __typename?: 'SyncRunPayload', run?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type RunItemsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  action?: InputMaybe<Array<SyncAction> | SyncAction>;
  outcome?: InputMaybe<Array<SyncItemOutcome> | SyncItemOutcome>;
}>;


export type RunItemsQuery = { __typename?: 'Query', syncRun?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, items: { __typename?: 'SyncRunItemConnection', totalCount: number, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null }, nodes: Array<{ __typename?: 'SyncRunItem', id: string, driverName: string, action: SyncAction, reason: string, outcome: SyncItemOutcome, changes: Array<{ __typename?: 'FieldChange', field: string, from?: string | null, to?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null }> }, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null };

export type RunListQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type RunListQuery = { __typename?: 'Query', syncRuns: { __typename?: 'SyncRunConnection', totalCount: number, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null }, nodes: Array<{ __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null }> } };

export type RunChangesSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type RunChangesSubscription = { __typename?: 'Subscription', syncRun: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } };

export type ApproveRunMutationVariables = Exact<{
  id: Scalars['ID']['input'];
  items?: InputMaybe<Array<Scalars['ID']['input']> | Scalars['ID']['input']>;
}>;


export type ApproveRunMutation = { __typename?: 'Mutation', approveSyncRun: { __typename?: 'SyncRunPayload', run?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type RejectItemsMutationVariables = Exact<{
  id: Scalars['ID']['input'];
  items: Array<Scalars['ID']['input']> | Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
}>;


export type RejectItemsMutation = { __typename?: 'Mutation', rejectSyncRunItems: { __typename?: 'SyncRunPayload', run?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type CancelRunMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type CancelRunMutation = { __typename?: 'Mutation', cancelSyncRun: { __typename?: 'SyncRunPayload', run?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type UndoRemovalMutationVariables = Exact<{
  event: Scalars['ID']['input'];
  force?: InputMaybe<Scalars['Boolean']['input']>;
}>;


export type UndoRemovalMutation = { __typename?: 'Mutation', undoRemoval: { __typename?: 'DriverPayload', driver?: { __typename?: 'Driver', id: string, fullName: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, presence: DriverPresence, sync: { __typename?: 'DriverSyncState', status: DriverSyncStatus, lastSyncedAt?: string | null, pendingSince?: string | null, differences: Array<{ __typename?: 'FieldDifference', field: string, gps?: string | null, driveri?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type SyncStateFragment = { __typename?: 'DriverSync', id: string, enabled: boolean, changedAt?: string | null, changedBy?: string | null, nextRunAt?: string | null, health: { __typename?: 'SyncHealth', state: SyncHealthState, gpsObservedAt?: string | null, driveriObservedAt?: string | null, problems: Array<{ __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string }> }, counts: { __typename?: 'DriverSyncCounts', total: number, inSync: number, pending: number, drifted: number, conflict: number, failed: number, held: number, unmanaged: number, off: number }, lastRun?: { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } | null };

export type RunProgressFragment = { __typename?: 'SyncRun', id: string, kind: SyncRunKind, status: SyncRunStatus, dryRun: boolean, requestedBy?: string | null, startedAt: string, finishedAt?: string | null, progress: number, totals: { __typename?: 'SyncRunTotals', create: number, reinstate: number, link: number, rename: number, update: number, remove: number, unchanged: number, conflict: number, applied: number, failed: number, held: number }, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null };

export type DriverListQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DriverFilter>;
  orderBy?: InputMaybe<DriverOrder>;
}>;


export type DriverListQuery = { __typename?: 'Query', drivers: { __typename?: 'DriverConnection', totalCount: number, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null }, nodes: Array<{ __typename?: 'Driver', id: string, fullName: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, presence: DriverPresence, sync: { __typename?: 'DriverSyncState', status: DriverSyncStatus, lastSyncedAt?: string | null, pendingSince?: string | null, differences: Array<{ __typename?: 'FieldDifference', field: string, gps?: string | null, driveri?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } }> } };

export type DriverDetailsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  events?: InputMaybe<Scalars['Int']['input']>;
}>;


export type DriverDetailsQuery = { __typename?: 'Query', driver?: { __typename?: 'Driver', version: string, timeZone?: string | null, id: string, fullName: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, presence: DriverPresence, gps?: { __typename?: 'GpsDriver', gpsId: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, timeZone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, groups: Array<string>, observedAt: string } | null, driveri?: { __typename?: 'DriveriDriver', driverId: string, firstName?: string | null, lastName?: string | null, email?: string | null, userName?: string | null, mobileApp?: boolean | null, group?: string | null, status: string, active: boolean, updatedAt?: string | null, observedAt: string } | null, events: { __typename?: 'SyncEventConnection', nodes: Array<{ __typename?: 'SyncEvent', id: string, cursor: string, type: SyncEventType, at: string, actor?: string | null, driverName?: string | null, message: string, changes: Array<{ __typename?: 'FieldChange', field: string, from?: string | null, to?: string | null }> }> }, sync: { __typename?: 'DriverSyncState', status: DriverSyncStatus, lastSyncedAt?: string | null, pendingSince?: string | null, differences: Array<{ __typename?: 'FieldDifference', field: string, gps?: string | null, driveri?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } } | null };

export type CreateDriverMutationVariables = Exact<{
  input: CreateDriverInput;
}>;


export type CreateDriverMutation = { __typename?: 'Mutation', createDriver: { __typename?: 'DriverPayload', driver?: { __typename?: 'Driver', id: string, fullName: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, presence: DriverPresence, sync: { __typename?: 'DriverSyncState', status: DriverSyncStatus, lastSyncedAt?: string | null, pendingSince?: string | null, differences: Array<{ __typename?: 'FieldDifference', field: string, gps?: string | null, driveri?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type UpdateDriverMutationVariables = Exact<{
  input: UpdateDriverInput;
}>;


export type UpdateDriverMutation = { __typename?: 'Mutation', updateDriver: { __typename?: 'DriverPayload', driver?: { __typename?: 'Driver', version: string, id: string, fullName: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, presence: DriverPresence, sync: { __typename?: 'DriverSyncState', status: DriverSyncStatus, lastSyncedAt?: string | null, pendingSince?: string | null, differences: Array<{ __typename?: 'FieldDifference', field: string, gps?: string | null, driveri?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type DeleteDriverMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type DeleteDriverMutation = { __typename?: 'Mutation', deleteDriver: { __typename?: 'DeleteDriverPayload', deletedDriverId?: string | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type RefreshDriverMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type RefreshDriverMutation = { __typename?: 'Mutation', refreshDriver: { __typename?: 'DriverPayload', driver?: { __typename?: 'Driver', id: string, fullName: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, presence: DriverPresence, sync: { __typename?: 'DriverSyncState', status: DriverSyncStatus, lastSyncedAt?: string | null, pendingSince?: string | null, differences: Array<{ __typename?: 'FieldDifference', field: string, gps?: string | null, driveri?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } } | null, userErrors: Array<{ __typename?: 'UserError', code: string, message: string, field?: Array<string> | null }> } };

export type DriverChangesSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type DriverChangesSubscription = { __typename?: 'Subscription', driver?: { __typename?: 'Driver', id: string, fullName: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, presence: DriverPresence, sync: { __typename?: 'DriverSyncState', status: DriverSyncStatus, lastSyncedAt?: string | null, pendingSince?: string | null, differences: Array<{ __typename?: 'FieldDifference', field: string, gps?: string | null, driveri?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } } | null };

export type DriverRowFragment = { __typename?: 'Driver', id: string, fullName: string, firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null, referenceId?: string | null, driveriDriverId?: string | null, presence: DriverPresence, sync: { __typename?: 'DriverSyncState', status: DriverSyncStatus, lastSyncedAt?: string | null, pendingSince?: string | null, differences: Array<{ __typename?: 'FieldDifference', field: string, gps?: string | null, driveri?: string | null }>, problem?: { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string } | null } };

export type EventLineFragment = { __typename?: 'SyncEvent', id: string, cursor: string, type: SyncEventType, at: string, actor?: string | null, driverName?: string | null, message: string, changes: Array<{ __typename?: 'FieldChange', field: string, from?: string | null, to?: string | null }> };

export type ProblemFragment = { __typename?: 'SyncProblem', code: string, message: string, hint: string, since: string };

export type CorrectionFragment = { __typename?: 'UserError', code: string, message: string, field?: Array<string> | null };

export const ProblemFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<ProblemFragment, unknown>;
export const RunProgressFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<RunProgressFragment, unknown>;
export const SyncStateFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SyncState"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DriverSync"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"changedAt"}},{"kind":"Field","name":{"kind":"Name","value":"changedBy"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}},{"kind":"Field","name":{"kind":"Name","value":"health"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"gpsObservedAt"}},{"kind":"Field","name":{"kind":"Name","value":"driveriObservedAt"}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"inSync"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"drifted"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"unmanaged"}},{"kind":"Field","name":{"kind":"Name","value":"off"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastRun"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<SyncStateFragment, unknown>;
export const DriverRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DriverRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Driver"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"presence"}},{"kind":"Field","name":{"kind":"Name","value":"sync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pendingSince"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"gps"}},{"kind":"Field","name":{"kind":"Name","value":"driveri"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<DriverRowFragment, unknown>;
export const EventLineFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventLine"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"driverName"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}}]}}]} as unknown as DocumentNode<EventLineFragment, unknown>;
export const CorrectionFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<CorrectionFragment, unknown>;
export const DashboardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Dashboard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userId"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"tier"}},{"kind":"Field","name":{"kind":"Name","value":"driverSyncAvailable"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"driverSync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SyncState"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SyncState"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DriverSync"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"changedAt"}},{"kind":"Field","name":{"kind":"Name","value":"changedBy"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}},{"kind":"Field","name":{"kind":"Name","value":"health"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"gpsObservedAt"}},{"kind":"Field","name":{"kind":"Name","value":"driveriObservedAt"}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"inSync"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"drifted"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"unmanaged"}},{"kind":"Field","name":{"kind":"Name","value":"off"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastRun"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<DashboardQuery, DashboardQueryVariables>;
export const SyncStateChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"SyncStateChanges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driverSync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SyncState"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SyncState"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DriverSync"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"changedAt"}},{"kind":"Field","name":{"kind":"Name","value":"changedBy"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}},{"kind":"Field","name":{"kind":"Name","value":"health"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"gpsObservedAt"}},{"kind":"Field","name":{"kind":"Name","value":"driveriObservedAt"}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"inSync"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"drifted"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"unmanaged"}},{"kind":"Field","name":{"kind":"Name","value":"off"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastRun"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<SyncStateChangesSubscription, SyncStateChangesSubscriptionVariables>;
export const EventStreamDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"EventStream"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SyncEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"syncEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventLine"}},{"kind":"Field","name":{"kind":"Name","value":"driver"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventLine"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"driverName"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}}]}}]} as unknown as DocumentNode<EventStreamSubscription, EventStreamSubscriptionVariables>;
export const EventLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EventLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"50"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SyncEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"syncEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventLine"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventLine"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"driverName"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}}]}}]} as unknown as DocumentNode<EventLogQuery, EventLogQueryVariables>;
export const PreviewSyncDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PreviewSync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resyncDrivers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"dryRun"},"value":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<PreviewSyncMutation, PreviewSyncMutationVariables>;
export const SetDriverSyncDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetDriverSync"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"enabled"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reviewedRun"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setDriverSync"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"enabled"},"value":{"kind":"Variable","name":{"kind":"Name","value":"enabled"}}},{"kind":"Argument","name":{"kind":"Name","value":"reviewedRun"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reviewedRun"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driverSync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SyncState"}}]}},{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SyncState"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DriverSync"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"changedAt"}},{"kind":"Field","name":{"kind":"Name","value":"changedBy"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}},{"kind":"Field","name":{"kind":"Name","value":"health"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"gpsObservedAt"}},{"kind":"Field","name":{"kind":"Name","value":"driveriObservedAt"}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"inSync"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"drifted"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"unmanaged"}},{"kind":"Field","name":{"kind":"Name","value":"off"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastRun"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<SetDriverSyncMutation, SetDriverSyncMutationVariables>;
export const ResyncDriversDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResyncDrivers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"driverIds"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resyncDrivers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"driverIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"driverIds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<ResyncDriversMutation, ResyncDriversMutationVariables>;
export const RunItemsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RunItems"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"50"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"action"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SyncAction"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"outcome"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SyncItemOutcome"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"syncRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}},{"kind":"Field","name":{"kind":"Name","value":"items"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"action"},"value":{"kind":"Variable","name":{"kind":"Name","value":"action"}}},{"kind":"Argument","name":{"kind":"Name","value":"outcome"},"value":{"kind":"Variable","name":{"kind":"Name","value":"outcome"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"driverName"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<RunItemsQuery, RunItemsQueryVariables>;
export const RunListDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RunList"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"syncRuns"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<RunListQuery, RunListQueryVariables>;
export const RunChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"RunChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"syncRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<RunChangesSubscription, RunChangesSubscriptionVariables>;
export const ApproveRunDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ApproveRun"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"items"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"approveSyncRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"items"},"value":{"kind":"Variable","name":{"kind":"Name","value":"items"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<ApproveRunMutation, ApproveRunMutationVariables>;
export const RejectItemsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RejectItems"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"items"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rejectSyncRunItems"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"items"},"value":{"kind":"Variable","name":{"kind":"Name","value":"items"}}},{"kind":"Argument","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<RejectItemsMutation, RejectItemsMutationVariables>;
export const CancelRunDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelRun"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelSyncRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunProgress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunProgress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"create"}},{"kind":"Field","name":{"kind":"Name","value":"reinstate"}},{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"rename"}},{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"remove"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}},{"kind":"Field","name":{"kind":"Name","value":"conflict"}},{"kind":"Field","name":{"kind":"Name","value":"applied"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<CancelRunMutation, CancelRunMutationVariables>;
export const UndoRemovalDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UndoRemoval"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"event"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"force"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"undoRemoval"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"event"},"value":{"kind":"Variable","name":{"kind":"Name","value":"event"}}},{"kind":"Argument","name":{"kind":"Name","value":"force"},"value":{"kind":"Variable","name":{"kind":"Name","value":"force"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driver"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DriverRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DriverRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Driver"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"presence"}},{"kind":"Field","name":{"kind":"Name","value":"sync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pendingSince"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"gps"}},{"kind":"Field","name":{"kind":"Name","value":"driveri"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<UndoRemovalMutation, UndoRemovalMutationVariables>;
export const DriverListDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DriverList"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"50"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DriverFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DriverOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"drivers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DriverRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DriverRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Driver"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"presence"}},{"kind":"Field","name":{"kind":"Name","value":"sync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pendingSince"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"gps"}},{"kind":"Field","name":{"kind":"Name","value":"driveri"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<DriverListQuery, DriverListQueryVariables>;
export const DriverDetailsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DriverDetails"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"events"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driver"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DriverRow"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"gps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gpsId"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"groups"}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"driveri"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driverId"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"userName"}},{"kind":"Field","name":{"kind":"Name","value":"mobileApp"}},{"kind":"Field","name":{"kind":"Name","value":"group"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"active"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"events"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventLine"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DriverRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Driver"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"presence"}},{"kind":"Field","name":{"kind":"Name","value":"sync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pendingSince"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"gps"}},{"kind":"Field","name":{"kind":"Name","value":"driveri"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventLine"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"driverName"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<DriverDetailsQuery, DriverDetailsQueryVariables>;
export const CreateDriverDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateDriver"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateDriverInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createDriver"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driver"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DriverRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DriverRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Driver"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"presence"}},{"kind":"Field","name":{"kind":"Name","value":"sync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pendingSince"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"gps"}},{"kind":"Field","name":{"kind":"Name","value":"driveri"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<CreateDriverMutation, CreateDriverMutationVariables>;
export const UpdateDriverDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateDriver"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateDriverInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateDriver"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driver"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DriverRow"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DriverRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Driver"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"presence"}},{"kind":"Field","name":{"kind":"Name","value":"sync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pendingSince"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"gps"}},{"kind":"Field","name":{"kind":"Name","value":"driveri"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<UpdateDriverMutation, UpdateDriverMutationVariables>;
export const DeleteDriverDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteDriver"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteDriver"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletedDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<DeleteDriverMutation, DeleteDriverMutationVariables>;
export const RefreshDriverDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RefreshDriver"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refreshDriver"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driver"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DriverRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Correction"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DriverRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Driver"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"presence"}},{"kind":"Field","name":{"kind":"Name","value":"sync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pendingSince"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"gps"}},{"kind":"Field","name":{"kind":"Name","value":"driveri"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Correction"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]} as unknown as DocumentNode<RefreshDriverMutation, RefreshDriverMutationVariables>;
export const DriverChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"DriverChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"driver"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DriverRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DriverRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Driver"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"referenceId"}},{"kind":"Field","name":{"kind":"Name","value":"driveriDriverId"}},{"kind":"Field","name":{"kind":"Name","value":"presence"}},{"kind":"Field","name":{"kind":"Name","value":"sync"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pendingSince"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"gps"}},{"kind":"Field","name":{"kind":"Name","value":"driveri"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SyncProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]} as unknown as DocumentNode<DriverChangesSubscription, DriverChangesSubscriptionVariables>;