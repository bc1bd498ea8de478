import type { Hits } from '../faults/fault-board';
import type { DriveriDriver } from './driveri-driver';
import type { DriveriStore } from './driveri-store';
import { RENUMBERED_STATUS_TABLE, type DriverStatus, type DriveriSwitches } from './driveri-switches';
import type { DriveriTokens } from './driveri-tokens';
import type { RowRules } from './driveri-wire';

/** The tenant and its one API key. */
export interface DriveriCredentials {
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the API's operations work on. */
export interface DriveriPortal {
  readonly credentials: DriveriCredentials;
  readonly store: DriveriStore;
  readonly tokens: DriveriTokens;
  readonly switches: DriveriSwitches;
}

/** The drivers that a read sees: all of them, as they are now or, under a `stale` fault, as they were. */
export function driversInView({ store }: DriveriPortal, hits: Hits): readonly DriveriDriver[] {
  const stale = hits.of('stale');
  return stale === undefined ? store.all() : store.asOf(stale);
}

/** The driver with that DriverID, in the same view. */
export function driverInView(portal: DriveriPortal, hits: Hits, driverId: string): DriveriDriver | undefined {
  if (hits.of('stale') === undefined) return portal.store.get(driverId);
  return driversInView(portal, hits).find((driver) => driver.driverId === driverId);
}

/** The status table that this call goes by. */
export function statusTableOf({ switches }: DriveriPortal, hits: Hits): readonly DriverStatus[] {
  return hits.of('renumber-statuses') === undefined ? switches.statusTable : RENUMBERED_STATUS_TABLE;
}

/** How this call tells rows. */
export function rowRulesOf(portal: DriveriPortal, hits: Hits, includePreferences: boolean): RowRules {
  return {
    statusTable: statusTableOf(portal, hits),
    groups: portal.store.listGroups(),
    datesRoundedToMs: portal.switches.datesRoundedToMs,
    includePreferences,
  };
}
