import { sql, type QueryExecutorProvider } from 'kysely';
import type { AccountId, DriverKey } from '../../driver/ids';
import type {
  DriverPresence,
  DriverSyncStatus,
  DriverView,
  FieldDifferenceView,
} from '../../gateway/views/driver-view';
import type { DriverDocument } from '../database/driver-document';

/** One row of `gateway.driver`, as `driverColumns` selects it. */
export interface DriverViewRow {
  readonly key: DriverKey;
  readonly version: string;
  readonly presence: DriverPresence;
  readonly status: DriverSyncStatus;
  readonly full_name: string;
  readonly differences: readonly FieldDifferenceView[];
  readonly document: DriverDocument;
}

/** What is selected of rows called `d`: one document, and the columns that a list also filters or sorts by. */
export const driverColumns = sql`
  d.key, d.version, d.presence, d.status, d.full_name, d.differences, d.document`;

/** What belongs to the account and not to one driver, at the time of reading. */
export interface AccountFacts {
  readonly enabled: boolean;
  /** When a listing of the portal was last read (epoch ms); null when none was. */
  readonly gpsListedAt: number | null;
  readonly driveriListedAt: number | null;
}

/** As a statement's select list, without a table: three look-ups by their keys. */
export const accountFacts = (account: AccountId) => sql`
  coalesce((select enabled from gateway.account where account = ${account}), false) as enabled,
  (select observed_at from gateway.roster where account = ${account} and portal = 'gps') as "gpsListedAt",
  (select observed_at from gateway.roster where account = ${account} and portal = 'driveri') as "driveriListedAt"`;

/** See `AccountFacts`. An account without a row is off. */
export async function readAccountFacts(db: QueryExecutorProvider, account: AccountId): Promise<AccountFacts> {
  const { rows } = await sql<AccountFacts>`select ${accountFacts(account)}`.execute(db);
  return rows[0] ?? { enabled: false, gpsListedAt: null, driveriListedAt: null };
}

/** The driver that a row tells of. A listing that did not have the driver is no observation of it. */
export function toDriverView(row: DriverViewRow, account: AccountFacts): DriverView {
  const { gps, inGpsListing, driveri, sync } = row.document;
  return {
    key: row.key,
    version: row.version,
    presence: row.presence,
    fullName: row.full_name || (gps?.driveriDriverId ?? driveri?.driverId ?? gps?.gpsId ?? row.key),
    gps:
      gps === null
        ? null
        : { ...gps, observedAt: latest(gps.observedAt, inGpsListing ? account.gpsListedAt : null) },
    driveri:
      driveri === null
        ? null
        : { ...driveri, observedAt: latest(driveri.observedAt, account.driveriListedAt) },
    sync: {
      ...sync,
      status: account.enabled ? row.status : 'OFF',
      differences: row.differences,
      // Nothing is attempted while Driver Sync is off.
      nextAttemptAt: account.enabled ? sync.nextAttemptAt : null,
    },
  };
}

const latest = (at: number, listedAt: number | null): number => Math.max(at, listedAt ?? at);
