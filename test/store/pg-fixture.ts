import type { AbsenceProof } from '../../src/driver/absence-proof';
import type { DriveriDriver } from '../../src/driver/driveri-driver';
import type { GpsDriver } from '../../src/driver/gps-driver';
import { accountId, driverId, gpsId, type AccountId, type DriverId, type GpsId } from '../../src/driver/ids';
import type { Link } from '../../src/driver/link';
import type { Database } from '../../src/store/database/database';
import { migrations } from '../../src/store/migrations/all';
import { createPgSyncStore } from '../../src/store/sync/pg-sync-store';
import type { GpsRosterRow, Observation } from '../../src/sync/ports/roster-store';
import type { SyncStore, SyncTransaction } from '../../src/sync/ports/sync-store';
import { describeEachDatabase, type TestDatabase } from '../support/databases';

export const ACME: AccountId = accountId('acme');
export const OTHER: AccountId = accountId('other');
export const gid = (id: string | number): GpsId => gpsId(id);
export const did = (id: string): DriverId => driverId(id);

/** A GPS driver with a DriverID (a text), without one (null), or with one that is not readable (undefined). */
export function gpsDriver(id: string, wants?: string | null, fields: Partial<GpsDriver> = {}): GpsDriver {
  const reading =
    wants === undefined
      ? ({ state: 'unknown' } as const)
      : wants === null
        ? ({ state: 'empty' } as const)
        : ({ state: 'known', value: did(wants) } as const);
  return {
    gpsId: gid(id),
    firstName: `First ${id}`,
    lastName: `Last ${id}`,
    email: null,
    phone: null,
    timeZone: null,
    referenceId: null,
    driverId: reading,
    ...fields,
  };
}

export function gpsRow(
  id: string,
  wants?: string | null,
  fields: Partial<GpsDriver> = {},
  fallback: string | null = null,
): GpsRosterRow {
  const driver = gpsDriver(id, wants, fields);
  return { driver, version: JSON.stringify(driver), fallbackId: fallback === null ? null : did(fallback) };
}

export function driveriDriver(id: string, fields: Partial<DriveriDriver> = {}): DriveriDriver {
  return {
    driverId: did(id),
    firstName: `First ${id}`,
    lastName: `Last ${id}`,
    email: null,
    userName: null,
    mobileApp: null,
    group: null,
    statusCode: 1,
    status: 'Active',
    removed: false,
    active: true,
    createdDate: null,
    updatedDate: null,
    ...fields,
  };
}

export function link(gps: string, driveri: string, fields: Partial<Link> = {}): Link {
  return {
    gpsId: gid(gps),
    driverId: did(driveri),
    createdDate: null,
    written: {},
    phoneHash: null,
    ...fields,
  };
}

/** An observation whose ticket is its time: tickets decide, and a test reads like a story. */
export const seen = (at: number): Observation => ({ at, ticket: at });

export const deletedHere = (at: number): AbsenceProof => ({ kind: 'DeletedHere', at, actor: 'somebody' });

/** A suite's own store, migrated; its tables are emptied before each test, and ACME and OTHER have their rows. */
export interface GivenStore {
  readonly kind: TestDatabase['kind'];
  store(): SyncStore;
  database(): Database;
  /** A transaction of the account ACME. */
  acme<Result>(work: (tx: SyncTransaction) => Promise<Result>): Promise<Result>;
  /** Another process's view of the same store. */
  storeAgain(): Promise<SyncStore>;
  /** Rows of a statement of the test's own, to look behind the port. */
  rows(text: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Resolves when a connection of this database waits for a lock. Real Postgres only. */
  untilLocked(): Promise<void>;
}

/** Runs a suite on a store on each kind of database that there is. */
export function describeEachStore(name: string, suite: (given: GivenStore) => void): void {
  describeEachDatabase(name, (database) => suite(givenStore(database)), { migrations });
}

function givenStore(given: TestDatabase): GivenStore {
  let store: SyncStore;
  beforeAll(() => {
    store = createPgSyncStore({ database: given.open() });
  });
  beforeEach(async () => {
    const { rows } = await given.open().pool.query<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = 'gateway'
       and tablename not in ('setting', 'migration', 'migration_lock')`,
    );
    await given.open().pool.query(`truncate ${rows.map((row) => `gateway.${row.tablename}`).join(', ')}`);
    for (const account of [ACME, OTHER]) await store.transaction(account, (tx) => tx.account.ensure());
  });
  return {
    kind: given.kind,
    store: () => store,
    database: () => given.open(),
    acme: (work) => store.transaction(ACME, work),
    storeAgain: async () => createPgSyncStore({ database: await given.openAgain() }),
    rows: async (text, parameters) => (await given.open().pool.query(text, parameters)).rows,
    async untilLocked() {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await given.open().pool.query(waiting)).rows.length === 0);
    },
  };
}
