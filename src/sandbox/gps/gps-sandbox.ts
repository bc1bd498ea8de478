import type { PortalControls } from '../portal-host';
import type { GpsDriver, GpsDriverFields, GpsDriverSeed } from './gps-driver';
import type { GpsCredentials, VisibleGroups } from './gps-portal';
import type { GpsGroup } from './gps-store';
import type { GpsSwitches } from './gps-switches';

/** The emulated GPS portal, as a test or a person in the portal handles it. Ids may be given as texts. */
export interface GpsSandbox extends PortalControls, GpsCredentials {
  /** The base URL for the gateway's configuration; it ends in `/v2`. */
  readonly url: string;
  /** Everybody, deleted ones included. */
  drivers(): readonly GpsDriver[];
  driver(id: number | string): GpsDriver | undefined;
  /** Adds a driver as a person in the portal would. Throws `EditRefused`. */
  insert(fields: GpsDriverFields): GpsDriver;
  /** Changes fields as a person in the portal would. Throws `EditRefused`. */
  edit(id: number | string, fields: GpsDriverFields): GpsDriver;
  /** A spreadsheet import: each row changes the driver with its id, or adds one. */
  import(rows: readonly (GpsDriverFields & { readonly id?: number })[]): void;
  /** Soft-deletes. Throws `EditRefused`. */
  remove(id: number | string): GpsDriver;
  /** Brings a deleted driver back. Throws `EditRefused`. */
  undelete(id: number | string): GpsDriver;
  /** Sets a whole record, unchecked. */
  put(driver: GpsDriverSeed): GpsDriver;
  groups(): readonly GpsGroup[];
  addGroup(name: string): GpsGroup;
  /** Which groups the API user may see. */
  setVisibleGroups(groups: VisibleGroups): void;
  visibleGroups(): VisibleGroups;
  /** Ends every session. */
  expireSessions(): void;
  switches(): GpsSwitches;
  setSwitches(changes: Partial<GpsSwitches>): void;
}
