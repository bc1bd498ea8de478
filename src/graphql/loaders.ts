import DataLoader from 'dataloader';
import type { AccountId, DriverKey, RunId } from '../driver/ids';
import type { GatewayQueries } from '../gateway/queries';
import type { Page } from '../gateway/queries';
import type { DriverSyncCountsView, DriverSyncView, SyncHealthView } from '../gateway/views/sync-view';
import type { DriverView } from '../gateway/views/driver-view';
import type { EventView } from '../gateway/views/event-view';
import type { RunItemView, RunView } from '../gateway/views/run-view';

/** What one operation, or one event of a subscription, has read. What it needs of many is read in one go. */
export interface Loaders {
  readonly driver: DataLoader<DriverKey, DriverView | null>;
  readonly run: DataLoader<RunId, RunView | null>;
  readonly runItem: DataLoader<string, RunItemView | null>;
  readonly event: DataLoader<number, EventView | null>;
  /** The newest events of a driver, so many. */
  eventsOfDriver(limit: number): DataLoader<DriverKey, Page<EventView>>;
  driverSync(): Promise<DriverSyncView>;
  health(): Promise<SyncHealthView>;
  counts(): Promise<DriverSyncCountsView>;
  lastRun(): Promise<RunView | null>;
}

/** More in one statement helps nobody. */
const BATCH = { maxBatchSize: 500 };

/** Makes loaders that have read nothing yet. Never kept: they would go on saying what was true then. */
export function createLoaders(queries: GatewayQueries, account: AccountId): Loaders {
  const eventLoaders = new Map<number, DataLoader<DriverKey, Page<EventView>>>();
  const eventsOfDriver = (limit: number) => {
    const known = eventLoaders.get(limit);
    if (known) return known;
    const loader = new DataLoader<DriverKey, Page<EventView>>(
      (keys) => queries.eventsOfDrivers(account, keys, limit),
      BATCH,
    );
    eventLoaders.set(limit, loader);
    return loader;
  };
  return {
    driver: new DataLoader((keys) => queries.driversByKey(account, keys), BATCH),
    run: new DataLoader((ids) => queries.runsById(account, ids), BATCH),
    runItem: new DataLoader((ids) => queries.runItemsById(account, ids), BATCH),
    event: new DataLoader((seqs) => queries.eventsBySeq(account, seqs), BATCH),
    eventsOfDriver,
    driverSync: once(() => queries.driverSync(account)),
    health: once(() => queries.health(account)),
    counts: once(() => queries.counts(account)),
    lastRun: once(async () => (await queries.runs(account, { limit: 1 })).rows[0] ?? null),
  };
}

function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  return () => (reading ??= read());
}
