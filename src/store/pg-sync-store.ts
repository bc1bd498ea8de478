import type { Transaction } from 'kysely';
import type { AccountId } from '../driver/ids';
import { accountChanged } from '../sync/gateway-commands';
import type { SyncStore, SyncTransaction } from '../sync/sync-store';
import type { WakeUps } from '../sync/wake-ups';
import type { Database } from './database';
import { createPgAccounts } from './pg-accounts';
import { createPgDriverDirectory } from './pg-driver-directory';
import { createPgEventLog } from './pg-event-log';
import { createPgIntents } from './pg-intents';
import { createPgLinks } from './pg-links';
import { createPgRemovals } from './pg-removals';
import { createPgRetention } from './pg-retention';
import { createPgRosters } from './pg-rosters';
import { createPgRuns, renewRun, takeRun } from './pg-runs';
import { createPgWork } from './pg-work';
import { findDue, findNextDueAt } from './pg-work-list';
import { createPhoneHashers, type PhoneHasher } from './phone-hash';
import type { GatewayDb, GatewayTables } from './tables';

export interface PgSyncStoreOptions {
  readonly database: Pick<Database, 'kysely'>;
  /** Told of an account's channel after each commit. */
  readonly wakeUps?: Pick<WakeUps, 'publish'>;
  /** Called after each commit that stored a complete roster. */
  readonly onCompleteRoster?: () => void;
}

/** The same tables as a type alias: Kysely asks for an index signature here, which an interface does not have. */
type Flat<Tables> = {
  [Table in keyof Tables]: { [Column in keyof Tables[Table]]: Tables[Table][Column] };
};

/** How often a transaction is tried whose locks met another's the wrong way round. */
const MOST_ATTEMPTS = 3;

/**
 * The sync's memory in Postgres, embedded or not. A transaction is READ COMMITTED; one that Postgres breaks off for a deadlock
 * or for serialization is tried again from the start, three times in all, so its work must have no effects outside of it.
 */
export function createPgSyncStore({ database, wakeUps, onCompleteRoster }: PgSyncStoreOptions): SyncStore {
  const db: GatewayDb = database.kysely.withTables<Flat<GatewayTables>>();
  const phoneHashers = createPhoneHashers(db);

  const run: SyncStore['read'] = async (account, work) => {
    const hashPhone = await phoneHashers.of(account);
    return attempt(() =>
      db.transaction().execute((tx) => workAndFlush(repositories(tx, account, hashPhone), work)),
    );
  };

  return {
    read: run,
    async transaction(account, work) {
      let isComplete = false;
      const result = await run(account, (tx) => {
        const rosters = noticing(tx.rosters, () => (isComplete = true));
        return work({ ...tx, rosters });
      });
      if (isComplete) onCompleteRoster?.();
      // Not waited for: the commit stands, and a wake-up may be lost.
      void wakeUps?.publish(accountChanged(account));
      return result;
    },
    due: (now, limit) => findDue(db, now, limit),
    nextDueAt: () => findNextDueAt(db),
    takeRun: (owner, now, leaseMs) => takeRun(db, owner, now, leaseMs),
    renewRun: (run, owner, until) => renewRun(db, run, owner, until),
  };
}

/**
 * The unified drivers come after all that they are made of, and the events after the drivers that they name: both take the
 * account's head, and nothing takes a lock after it.
 */
async function workAndFlush<Result>(
  tx: Repositories,
  work: (tx: SyncTransaction) => Promise<Result>,
): Promise<Result> {
  const result = await work(tx);
  await tx.drivers.flush();
  await tx.events.flush();
  return result;
}

/** The same repository; tells when a complete roster is stored. */
function noticing(rosters: SyncTransaction['rosters'], noteComplete: () => void): SyncTransaction['rosters'] {
  return {
    ...rosters,
    setState(portal, patch) {
      if (patch.completeAt != null) noteComplete();
      return rosters.setState(portal, patch);
    },
  };
}

type Repositories = ReturnType<typeof repositories>;

function repositories(tx: Transaction<GatewayTables>, account: AccountId, hashPhone: PhoneHasher) {
  return {
    account: createPgAccounts(tx, account),
    rosters: createPgRosters(tx, account, hashPhone),
    links: createPgLinks(tx, account),
    work: createPgWork(tx, account),
    intents: createPgIntents(tx, account),
    removals: createPgRemovals(tx, account),
    runs: createPgRuns(tx, account),
    events: createPgEventLog(tx, account),
    retention: createPgRetention(tx, account),
    drivers: createPgDriverDirectory(tx, account),
  } satisfies SyncTransaction;
}

async function attempt<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempts >= MOST_ATTEMPTS || !isWorthRepeating(error)) throw error;
    }
  }
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

function isWorthRepeating(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === SERIALIZATION_FAILURE || error.code === DEADLOCK_DETECTED;
}
