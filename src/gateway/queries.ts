import type { AccountId, DriverId, DriverKey, GpsId, RunId } from '../driver/ids';
import type { SyncAction } from '../driver/plan/driver-plan';
import type { DriverPresence, DriverSyncStatus, DriverView } from './views/driver-view';
import type { DriverSyncCountsView, DriverSyncView, SyncHealthView } from './views/sync-view';
import type { EventView, SyncEventType } from './views/event-view';
import type { HeldForView, ItemOutcome, RunItemView, RunKind, RunStatus, RunView } from './views/run-view';
import type { SyncStatisticsView } from './views/statistics-view';

/** Which drivers, in words of the user: see `DriverFilter` of the contract. Left out means any. */
export interface DriverQueryFilter {
  readonly search?: string;
  readonly presence?: readonly DriverPresence[];
  readonly status?: readonly DriverSyncStatus[];
  readonly group?: string;
  readonly driveriDriverId?: string;
  readonly referenceId?: string;
}

/** `RELEVANCE`: exact matches of a search first, then beginnings of words, each by name; ascending. Without a search: by name. */
export type DriverSort =
  'NAME' | 'REFERENCE_ID' | 'DRIVERI_DRIVER_ID' | 'LAST_SYNCED_AT' | 'STATUS' | 'RELEVANCE';

/** A place in a sorted list: the sort key's value and the driver's own key as tie breaker. */
export interface DriverPosition {
  readonly value: string | number;
  readonly key: string;
  /** How well the driver matches the search, best is 0; only in lists by relevance. */
  readonly rank?: number;
}

/** One page by keyset: `limit` rows after or before a position. Rows come in list order whichever way the page was asked. */
export interface DriverPageRequest {
  readonly filter: DriverQueryFilter;
  readonly sort: DriverSort;
  readonly descending: boolean;
  readonly after?: DriverPosition;
  readonly before?: DriverPosition;
  /** Take the last `limit` rows of the range instead of the first. */
  readonly fromEnd: boolean;
  readonly limit: number;
}

export interface DriverPage {
  readonly rows: readonly { readonly driver: DriverView; readonly position: DriverPosition }[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasAfter: boolean;
}

export interface EventFilter {
  readonly types?: readonly SyncEventType[];
  readonly driverKey?: DriverKey;
  readonly runId?: RunId;
  readonly actor?: string;
  /** Epoch ms: from this time on. */
  readonly from?: number;
  /** Epoch ms: before this time. */
  readonly to?: number;
}

/** Which runs. Left out means any; times are epoch ms and about the start of a run, `to` excluded. */
export interface RunFilter {
  readonly kinds?: readonly RunKind[];
  readonly statuses?: readonly RunStatus[];
  readonly dryRun?: boolean;
  readonly from?: number;
  readonly to?: number;
}

/** Which items of a run. Left out means any. */
export interface RunItemFilter {
  readonly action?: readonly SyncAction[];
  readonly outcome?: readonly ItemOutcome[];
  /** Whether the item replaces a name or an e-mail that Driveri has now. */
  readonly overwrites?: boolean;
  /** Part of the driver's name or of a DriverID, without regard to case and accents. */
  readonly search?: string;
}

/** Which held items. Left out means any. */
export interface HeldItemFilter {
  readonly heldFor?: readonly HeldForView[];
  readonly search?: string;
}

/** A place in the list of held items: the start of its run (epoch ms), the run, and the position in it. */
export interface HeldItemPosition {
  readonly runStartedAt: number;
  readonly run: RunId;
  readonly position: number;
}

/** A page of held items, each with its place. */
export interface HeldItemPage {
  readonly rows: readonly { readonly item: RunItemView; readonly position: HeldItemPosition }[];
  readonly hasAfter: boolean;
}

/** The key of one driver in either portal; exactly one of the three. */
export type DriverPortalKey =
  { readonly gpsId: GpsId } | { readonly driveriDriverId: DriverId } | { readonly referenceId: string };

/**
 * Everything the API reads, from our own store only: no portal is called. Every method is scoped to the account in SQL;
 * what another account owns is not there. Statuses are `OFF` for all drivers while Driver Sync is off.
 */
export interface GatewayQueries {
  drivers(account: AccountId, request: DriverPageRequest): Promise<DriverPage>;
  countDrivers(account: AccountId, filter: DriverQueryFilter): Promise<number>;
  /** By key, in the order asked; null for what is not there. A key that was merged into another resolves to the survivor. */
  driversByKey(account: AccountId, keys: readonly DriverKey[]): Promise<readonly (DriverView | null)[]>;
  /**
   * The listed driver with this key; null when there is none. Where several have it, GPS's own DriverID wins over Driveri's,
   * and then the older driver.
   */
  driverBy(account: AccountId, key: DriverPortalKey): Promise<DriverView | null>;
  driverSync(account: AccountId): Promise<DriverSyncView>;
  health(account: AccountId): Promise<SyncHealthView>;
  counts(account: AccountId): Promise<DriverSyncCountsView>;
  runsById(account: AccountId, ids: readonly RunId[]): Promise<readonly (RunView | null)[]>;
  /** Newest first; `after` is the run to go on behind. */
  runs(
    account: AccountId,
    page: { readonly limit: number; readonly after?: RunId; readonly filter?: RunFilter },
  ): Promise<Page<RunView>>;
  countRuns(account: AccountId, filter?: RunFilter): Promise<number>;
  runItems(
    account: AccountId,
    run: RunId,
    page: RunItemFilter & {
      readonly limit: number;
      /** Position of the item to go on behind. */
      readonly after?: number;
    },
  ): Promise<Page<RunItemView>>;
  countRunItems(account: AccountId, run: RunId, filter: RunItemFilter): Promise<number>;
  /** Items that wait for a person's decision, in any run that is not over and not dry. Oldest run first. */
  heldItems(
    account: AccountId,
    page: { readonly limit: number; readonly after?: HeldItemPosition; readonly filter: HeldItemFilter },
  ): Promise<HeldItemPage>;
  countHeldItems(account: AccountId, filter: HeldItemFilter): Promise<number>;
  runItemsById(account: AccountId, ids: readonly string[]): Promise<readonly (RunItemView | null)[]>;
  /** Newest first; `before` is the seq to go on behind (older). */
  eventsNewestFirst(
    account: AccountId,
    page: { readonly limit: number; readonly before?: number; readonly filter: EventFilter },
  ): Promise<Page<EventView>>;
  /** Oldest first, strictly after `seq`: what a subscription's tail reads. */
  eventsAfter(account: AccountId, seq: number, limit: number): Promise<readonly EventView[]>;
  eventsBySeq(account: AccountId, seqs: readonly number[]): Promise<readonly (EventView | null)[]>;
  /** The newest events of each driver, in the order of the keys; keys that were merged count as one driver. */
  eventsOfDrivers(
    account: AccountId,
    keys: readonly DriverKey[],
    limit: number,
  ): Promise<readonly Page<EventView>[]>;
  /** What the sync did, one row per bucket between neighbouring limits (epoch ms, ascending), empty buckets included. */
  statistics(account: AccountId, limits: readonly number[]): Promise<readonly SyncStatisticsView[]>;
  /** The first seq that is still kept and the last one given out; `first` is 1 and `last` 0 for an empty log. */
  eventRange(account: AccountId): Promise<{ readonly first: number; readonly last: number }>;
}
