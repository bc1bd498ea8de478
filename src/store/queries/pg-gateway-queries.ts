import type { QueryExecutorProvider } from 'kysely';
import type { GatewayQueries } from '../../gateway/queries';
import { counts, driverSync, health, type HealthSource } from './query-account';
import { countDrivers, driverBy, driverPage, driversByKey } from './query-drivers';
import { eventRange, eventsAfter, eventsBySeq, eventsNewestFirst, eventsOfDrivers } from './query-events';
import { countHeldItems, countRunItems, heldItems, runItems, runItemsById } from './query-run-items';
import { countRuns, runs, runsById } from './query-runs';
import { statistics } from './query-sync-statistics';

/** Everything the API reads, in Postgres. Each method is one statement, or two or three where a page has neighbours. */
export function createPgGatewayQueries(db: QueryExecutorProvider, source: HealthSource): GatewayQueries {
  return {
    drivers: (account, request) => driverPage(db, account, request),
    countDrivers: (account, filter) => countDrivers(db, account, filter),
    driversByKey: (account, keys) => driversByKey(db, account, keys),
    driverBy: (account, key) => driverBy(db, account, key),
    driverSync: (account) => driverSync(db, account),
    health: (account) => health(db, account, source),
    counts: (account) => counts(db, account),
    runsById: (account, ids) => runsById(db, account, ids),
    runs: (account, page) => runs(db, account, page),
    countRuns: (account, filter) => countRuns(db, account, filter),
    runItems: (account, run, page) => runItems(db, account, run, page),
    countRunItems: (account, run, filter) => countRunItems(db, account, run, filter),
    heldItems: (account, page) => heldItems(db, account, page),
    countHeldItems: (account, filter) => countHeldItems(db, account, filter),
    runItemsById: (account, ids) => runItemsById(db, account, ids),
    eventsNewestFirst: (account, page) => eventsNewestFirst(db, account, page),
    eventsOfDrivers: (account, keys, limit) => eventsOfDrivers(db, account, keys, limit),
    eventsAfter: (account, seq, limit) => eventsAfter(db, account, seq, limit),
    eventsBySeq: (account, seqs) => eventsBySeq(db, account, seqs),
    statistics: (account, limits) => statistics(db, account, limits),
    eventRange: (account) => eventRange(db, account),
  };
}
