import type { AccountId, DriverKey, RunId } from '../driver/ids';
import type { SyncAction } from '../driver/driver-plan';
import type {
  DriverPresence,
  DriverSyncCountsView,
  DriverSyncStatus,
  DriverSyncView,
  DriverView,
  EventView,
  ItemOutcome,
  RunItemView,
  RunView,
  SyncEventType,
  SyncHealthView,
} from './views';

/** Which drivers, in words of the user: see `DriverFilter` of the contract. Left out means any. */
export interface DriverQueryFilter {
  readonly search?: string;
  readonly presence?: readonly DriverPresence[];
  readonly status?: readonly DriverSyncStatus[];
  readonly group?: string;
  readonly driveriDriverId?: string;
  readonly referenceId?: string;
}

export type DriverSort = 'NAME' | 'REFERENCE_ID' | 'DRIVERI_DRIVER_ID' | 'LAST_SYNCED_AT';

/** A place in a sorted list: the sort key's value and the driver's own key as tie breaker. */
export interface DriverPosition {
  readonly value: string | number;
  readonly key: string;
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
}

/**
 * Everything the API reads, from our own store only: no portal is called. Every method is scoped to the account in SQL;
 * what another account owns is not there. Statuses are `OFF` for all drivers while Driver Sync is off.
 */
export interface GatewayQueries {
  drivers(account: AccountId, request: DriverPageRequest): Promise<DriverPage>;
  countDrivers(account: AccountId, filter: DriverQueryFilter): Promise<number>;
  /** By key, in the order asked; null for what is not there. A key that was merged into another resolves to the survivor. */
  driversByKey(account: AccountId, keys: readonly DriverKey[]): Promise<readonly (DriverView | null)[]>;
  driverSync(account: AccountId): Promise<DriverSyncView>;
  health(account: AccountId): Promise<SyncHealthView>;
  counts(account: AccountId): Promise<DriverSyncCountsView>;
  runsById(account: AccountId, ids: readonly RunId[]): Promise<readonly (RunView | null)[]>;
  /** Newest first; `after` is the run to go on behind. */
  runs(account: AccountId, page: { readonly limit: number; readonly after?: RunId }): Promise<Page<RunView>>;
  countRuns(account: AccountId): Promise<number>;
  runItems(
    account: AccountId,
    run: RunId,
    page: {
      readonly limit: number;
      /** Position of the item to go on behind. */
      readonly after?: number;
      readonly action?: readonly SyncAction[];
      readonly outcome?: readonly ItemOutcome[];
    },
  ): Promise<Page<RunItemView>>;
  countRunItems(
    account: AccountId,
    run: RunId,
    filter: { readonly action?: readonly SyncAction[]; readonly outcome?: readonly ItemOutcome[] },
  ): Promise<number>;
  runItemsById(account: AccountId, ids: readonly string[]): Promise<readonly (RunItemView | null)[]>;
  /** Newest first; `before` is the seq to go on behind (older). */
  eventsNewestFirst(
    account: AccountId,
    page: { readonly limit: number; readonly before?: number; readonly filter: EventFilter },
  ): Promise<Page<EventView>>;
  /** Oldest first, strictly after `seq`: what a subscription's tail reads. */
  eventsAfter(account: AccountId, seq: number, limit: number): Promise<readonly EventView[]>;
  eventsBySeq(account: AccountId, seqs: readonly number[]): Promise<readonly (EventView | null)[]>;
  /** The first seq that is still kept and the last one given out; `first` is 1 and `last` 0 for an empty log. */
  eventRange(account: AccountId): Promise<{ readonly first: number; readonly last: number }>;
}
