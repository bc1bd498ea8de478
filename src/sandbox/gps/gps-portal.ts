import type { Hits } from '../faults/fault-board';
import type { Age } from '../state/history';
import type { GpsDriver } from './gps-driver';
import type { GpsView } from './gps-resolve';
import type { GpsSessions } from './gps-sessions';
import { ALL_DRIVERS, type GpsGroup, type GpsStore } from './gps-store';
import type { GpsSwitches } from './gps-switches';

/** The credentials of the portal's one API user. */
export interface GpsCredentials {
  readonly username: string;
  readonly appToken: string;
  readonly password: string;
}

/** The driver groups that the API user may see. */
export type VisibleGroups = readonly string[] | 'all';

/** What the API's methods work on. */
export interface GpsPortal {
  readonly credentials: GpsCredentials;
  readonly store: GpsStore;
  readonly sessions: GpsSessions;
  readonly switches: GpsSwitches;
  readonly visibleGroups: VisibleGroups;
}

/**
 * The drivers that the API user can see: those who are not deleted and are in one of the user's groups. To a user who
 * sees only some groups the others do not exist, and nothing tells so (portals.md, D).
 */
export function viewOf(portal: GpsPortal, hits: Hits): GpsView {
  const stale = hits.of('stale');
  return stale === undefined ? liveView(portal) : staleView(portal, stale);
}

function liveView({ store, visibleGroups }: GpsPortal): GpsView {
  const visible = (driver: GpsDriver): boolean => canBeSeen(driver, visibleGroups);
  return {
    drivers: () => store.all().filter(visible),
    withRefId: (refId) => store.liveWithRefId(refId).filter(visible),
    withId: (id) => [store.get(id)].find((driver) => driver !== undefined && visible(driver)),
  };
}

function staleView({ store, visibleGroups }: GpsPortal, age: Age): GpsView {
  const drivers = store.asOf(age).filter((driver) => canBeSeen(driver, visibleGroups));
  return {
    drivers: () => drivers,
    withRefId: (refId) => drivers.filter((driver) => driver.refId === refId),
    withId: (id) => drivers.find((driver) => driver.id === id),
  };
}

/** The groups that the API user sees. */
export function groupsInView({ store, visibleGroups }: GpsPortal): readonly GpsGroup[] {
  if (visibleGroups === 'all') return store.listGroups();
  return store.listGroups().filter((group) => visibleGroups.includes(group.name));
}

function canBeSeen(driver: GpsDriver, visible: VisibleGroups): boolean {
  if (driver.deleted) return false;
  if (visible === 'all' || visible.includes(ALL_DRIVERS)) return true;
  return driver.groups.some((group) => visible.includes(group));
}
