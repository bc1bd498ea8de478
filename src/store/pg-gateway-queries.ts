import type { QueryExecutorProvider } from 'kysely';
import type { ApiQueries } from '../sync/api-queries';
import { counts, driverSync, health } from './query-account';
import { countDrivers, driverPage, driversByKey } from './query-drivers';
import { eventRange, eventsAfter, eventsBySeq, eventsNewestFirst, eventsOfDrivers } from './query-events';
import { countRunItems, countRuns, runItems, runItemsById, runs, runsById } from './query-runs';

/** Everything the API reads, in Postgres. Each method is one statement, or two or three where a page has neighbours. */
export function createPgGatewayQueries(db: QueryExecutorProvider): ApiQueries {
  return {
    drivers: (account, request) => driverPage(db, account, request),
    countDrivers: (account, filter) => countDrivers(db, account, filter),
    driversByKey: (account, keys) => driversByKey(db, account, keys),
    driverSync: (account) => driverSync(db, account),
    health: (account) => health(db, account),
    counts: (account) => counts(db, account),
    runsById: (account, ids) => runsById(db, account, ids),
    runs: (account, page) => runs(db, account, page),
    countRuns: (account) => countRuns(db, account),
    runItems: (account, run, page) => runItems(db, account, run, page),
    countRunItems: (account, run, filter) => countRunItems(db, account, run, filter),
    runItemsById: (account, ids) => runItemsById(db, account, ids),
    eventsNewestFirst: (account, page) => eventsNewestFirst(db, account, page),
    eventsOfDrivers: (account, keys, limit) => eventsOfDrivers(db, account, keys, limit),
    eventsAfter: (account, seq, limit) => eventsAfter(db, account, seq, limit),
    eventsBySeq: (account, seqs) => eventsBySeq(db, account, seqs),
    eventRange: (account) => eventRange(db, account),
  };
}
