import pino from 'pino';
import type { AbsenceProof } from '../../src/driver/absence-proof';
import type { DriveriDriver } from '../../src/driver/driveri-driver';
import type { GpsDriver } from '../../src/driver/gps-driver';
import { accountId, driverId, gpsId, type AccountId, type DriverId, type GpsId } from '../../src/driver/ids';
import type { Link } from '../../src/driver/link';
import { openDatabase, type Database } from '../../src/store/database';
import { migrate } from '../../src/store/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPgSyncStore } from '../../src/store/pg-sync-store';
import type { GpsRosterRow, SyncStore, SyncTransaction } from '../../src/sync/sync-store';

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

export const deletedHere = (at: number): AbsenceProof => ({ kind: 'DeletedHere', at, actor: 'somebody' });

export interface StoreFixture {
  readonly database: Database;
  readonly store: SyncStore;
  /** A transaction of the account ACME. */
  acme<Result>(work: (tx: SyncTransaction) => Promise<Result>): Promise<Result>;
  /** Empties every table, and makes the rows of ACME and OTHER. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** A migrated store on this database. */
export async function storeOn(database: Database): Promise<StoreFixture> {
  await migrate(database.kysely, migrations);
  const store = createPgSyncStore({ database });
  const fixture: StoreFixture = {
    database,
    store,
    acme: (work) => store.transaction(ACME, work),
    async reset() {
      const { rows } = await database.pool.query<{ tablename: string }>(
        `select tablename from pg_tables where schemaname = 'gateway'
         and tablename not in ('setting', 'migration', 'migration_lock')`,
      );
      await database.pool.query(`truncate ${rows.map((row) => `gateway.${row.tablename}`).join(', ')}`);
      for (const account of [ACME, OTHER]) await store.transaction(account, (tx) => tx.account.ensure());
    },
    close: () => database.close(),
  };
  await fixture.reset();
  return fixture;
}

/** A store in memory. */
export async function openStore(): Promise<StoreFixture> {
  const logger = pino({ level: 'silent' });
  return storeOn(await openDatabase({ kind: 'embedded', dataDir: undefined }, logger));
}
