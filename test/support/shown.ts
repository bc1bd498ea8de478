import type { DriverId, DriverKey, GpsId, RunId } from '../../src/driver/ids';
import type { ProblemView } from '../../src/gateway/views/problem-view';
import type { SyncHealthView } from '../../src/gateway/views/sync-view';
import { health } from '../../src/store/queries/query-account';
import type { GivenSync } from './given-sync';
import { healthAt } from './health-source';

/** A driver as lists show it. */
export interface ShownDriver {
  readonly status: string;
  readonly problem: ProblemView | null;
}

/** An item that waits for a person. */
export interface ShownItem {
  readonly id: string;
  readonly runId: RunId;
  readonly gpsId: GpsId;
  readonly action: string;
  readonly heldFor: string;
}

/** The driver as people see it; by its GPS id, or by its DriverID where GPS does not have it. */
export async function shownDriver(given: GivenSync, of: GpsId | DriverId): Promise<ShownDriver> {
  const { rows } = await given.database.pool.query<ShownDriver & Record<string, unknown>>(
    `select status, document->'sync'->'problem' as problem from gateway.driver
     where gps_id = $1 or (gps_id is null and driver_id = $1)`,
    [of],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no driver ${of} is shown`);
  return row;
}

/** The key of the unified driver with this GPS id: what commands name a driver by. */
export async function keyOf(given: GivenSync, gps: GpsId): Promise<DriverKey> {
  const key = await given.context.store.read(given.account.id, (tx) => tx.drivers.keyOfGps(gps));
  if (key === null) throw new Error(`driver ${gps} is not known`);
  return key;
}

/** `driverSync.health`, as the API shows it. */
export function shownHealth(given: GivenSync): Promise<SyncHealthView> {
  return health(
    given.database.kysely,
    given.account.id,
    healthAt(() => given.clock.now()),
  );
}

/** The codes of the account's health problems, those of single drivers apart. */
export async function healthCodes(given: GivenSync): Promise<readonly string[]> {
  const { problems } = await shownHealth(given);
  return problems.map(({ code }) => code).filter((code) => code !== 'DRIVERS_NEED_ATTENTION');
}

/** What waits for a person, in runs that are AWAITING_APPROVAL. */
export async function heldItems(given: GivenSync): Promise<readonly ShownItem[]> {
  const { rows } = await given.database.pool.query<ShownItem & Record<string, unknown>>(
    `select i.id, i.run_id as "runId", i.gps_id as "gpsId", i.action, i.held_for as "heldFor"
     from gateway.sync_run_item i join gateway.sync_run r on r.id = i.run_id
     where i.outcome = 'HELD' and r.status = 'AWAITING_APPROVAL' order by i.position`,
  );
  return rows;
}
