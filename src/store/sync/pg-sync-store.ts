import { sql, type Selectable, type Transaction } from 'kysely';
import type { AccountId } from '../../driver/ids';
import { accountChanged } from '../../gateway/commands';
import type { WakeUps } from '../../gateway/wake-ups';
import type { AccountState } from '../../sync/ports/account-store';
import type { RunStatus } from '../../gateway/views/run-view';
import type { NewEvent } from '../../sync/ports/event-log';
import { OwnershipLost, type Ownership } from '../../sync/ports/ownership-store';
import type { SyncStore, SyncTransaction } from '../../sync/ports/sync-store';
import type { Database } from '../database/database';
import { drawTicket } from '../database/draw-ticket';
import type { AccountTable, GatewayDb, GatewayTables } from '../database/tables';
import { createPgAccounts, toState } from './pg-accounts';
import { createPgDriverDirectory } from './pg-driver-directory';
import { createPgEventLog } from './pg-event-log';
import { createPgIntents } from './pg-intents';
import { createPgLinks } from './pg-links';
import { createPgMarks } from './pg-marks';
import { createPgOwnership } from './pg-ownership';
import { createPgRemovals } from './pg-removals';
import { createPgRequests } from './pg-requests';
import { createPgRetention } from './pg-retention';
import { createPgRosters } from './pg-rosters';
import { createPgRuns } from './pg-runs';
import { createPgWork } from './pg-work';
import { createPhoneHashers, type PhoneHasher } from './phone-hash';

export interface PgSyncStoreOptions {
  readonly database: Pick<Database, 'kysely'>;
  /** Gets a message on the account's channel after each commit. */
  readonly wakeUps?: Pick<WakeUps, 'publish'>;
  /** Called after each commit that stored a complete roster, when rows of rosters were stored since the last call. */
  readonly onCompleteRoster?: () => void;
  /** Called after each commit that wrote events or ended a run. */
  readonly onCommit?: (committed: Committed) => void;
}

/** What a transaction wrote, for metrics. */
export interface Committed {
  readonly account: AccountId;
  readonly events: readonly NewEvent[];
  /** The states in which runs came to rest. */
  readonly endedRuns: readonly RunStatus[];
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
export function createPgSyncStore({
  database,
  wakeUps,
  onCompleteRoster,
  onCommit,
}: PgSyncStoreOptions): SyncStore {
  const db: GatewayDb = database.kysely.withTables<Flat<GatewayTables>>();
  const phoneHashers = createPhoneHashers(db);
  let hasNewRows = false;

  async function write<Result>(
    account: AccountId,
    work: (tx: Repositories, db: Transaction<GatewayTables>) => Promise<Result>,
  ): Promise<Result> {
    const hashPhone = await phoneHashers.of(account);
    let written = nothingWritten();
    const result = await attempt(() =>
      db.transaction().execute(async (transaction) => {
        written = nothingWritten();
        const tx = noticing(repositories(transaction, account, hashPhone), written);
        return workAndFlush(tx, (all) => work(all, transaction));
      }),
    );
    hasNewRows ||= written.hasRows;
    if (written.isComplete && hasNewRows) {
      hasNewRows = false;
      onCompleteRoster?.();
    }
    if (written.events.length + written.endedRuns.length > 0) onCommit?.({ account, ...written });
    // Not waited for: the commit stands, and a wake-up may be lost.
    void wakeUps?.publish(accountChanged(account));
    return result;
  }

  return {
    transaction: (account, work) => write(account, work),
    owned: (ownership, work) =>
      write(ownership.account, async (tx, transaction) => {
        const { state, problemCodes } = await admit(transaction, ownership);
        tx.account.knowProblems(problemCodes);
        return work(tx, state);
      }),
    async read(account, work) {
      const hashPhone = await phoneHashers.of(account);
      return attempt(() =>
        db
          .transaction()
          .setIsolationLevel('repeatable read')
          .setAccessMode('read only')
          .execute((transaction) => work(repositories(transaction, account, hashPhone))),
      );
    },
    async readOnce(account, work) {
      return work(repositories(db, account, await phoneHashers.of(account)));
    },
    drawTicket: sharingTurn(() => drawTicket(db)),
    ownership: createPgOwnership(db),
    requests: createPgRequests(db),
  };
}

/** The same draw, one for all who ask in one turn of the event loop: it begins after the last of them has asked. */
function sharingTurn<Result>(draw: () => Promise<Result>): () => Promise<Result> {
  let next: Promise<Result> | null = null;
  return () => {
    next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      next = null;
      return draw();
    });
    return next;
  };
}

/**
 * Locks the ownership against being taken, and the switch against being turned, until the commit: both are FOR UPDATE and wait.
 * KEY SHARE keeps neither a renewal waiting nor an update of the account's row by a transaction beside this one: with SHARE, two
 * that both update it would wait for each other.
 */
async function admit(
  db: Transaction<GatewayTables>,
  ownership: Ownership,
): Promise<{ readonly state: AccountState; readonly problemCodes: readonly string[] }> {
  const { account, owner, fence } = ownership;
  const { rows } = await sql<Selectable<AccountTable> & { readonly problem_codes: readonly string[] }>`
    select a.*, array(select p.code from gateway.account_problem p where p.account = a.account) as problem_codes
    from gateway.ownership o join gateway.account a on a.account = o.account
    where o.account = ${account} and o.owner = ${owner} and o.fence = ${fence}::bigint
    for key share of o, a`.execute(db);
  const row = rows[0];
  if (row === undefined) throw new OwnershipLost(account);
  return { state: toState(row), problemCodes: row.problem_codes };
}

/**
 * The unified drivers come after all that they are made of, and the events after the drivers that they name: both take the
 * account's head, and nothing takes a lock after it.
 */
async function workAndFlush<Result>(
  tx: Repositories,
  work: (tx: Repositories) => Promise<Result>,
): Promise<Result> {
  const result = await work(tx);
  await tx.drivers.flush();
  await tx.events.flush();
  return result;
}

interface Written {
  isComplete: boolean;
  hasRows: boolean;
  readonly events: NewEvent[];
  readonly endedRuns: RunStatus[];
}

const nothingWritten = (): Written => ({ isComplete: false, hasRows: false, events: [], endedRuns: [] });

const ENDED: ReadonlySet<RunStatus> = new Set([
  'PLANNED',
  'AWAITING_APPROVAL',
  'SUCCEEDED',
  'PARTIAL',
  'FAILED',
  'CANCELLED',
]);

/** The same store; notes what is written. */
function noticing(tx: Repositories, written: Written): Repositories {
  return {
    ...tx,
    rosters: {
      ...tx.rosters,
      setState(portal, patch) {
        if (patch.completeAt != null) written.isComplete = true;
        return tx.rosters.setState(portal, patch);
      },
      saveGps(...given) {
        written.hasRows = true;
        return tx.rosters.saveGps(...given);
      },
      saveDriveri(...given) {
        written.hasRows = true;
        return tx.rosters.saveDriveri(...given);
      },
    },
    events: {
      ...tx.events,
      append(events) {
        written.events.push(...events);
        return tx.events.append(events);
      },
    },
    runs: {
      ...tx.runs,
      update(id, patch) {
        if (patch.status !== undefined && ENDED.has(patch.status)) written.endedRuns.push(patch.status);
        return tx.runs.update(id, patch);
      },
    },
  };
}

type Repositories = ReturnType<typeof repositories>;

function repositories(tx: GatewayDb, account: AccountId, hashPhone: PhoneHasher) {
  return {
    account: createPgAccounts(tx, account),
    rosters: createPgRosters(tx, account, hashPhone),
    links: createPgLinks(tx, account),
    work: createPgWork(tx, account),
    marks: createPgMarks(tx, account),
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
