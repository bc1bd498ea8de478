import type { DriveriGroup } from '../fleet/fleet-seed';
import type { PortalControls } from '../portal-host';
import type { DriveriDriver, DriveriDriverFields, DriveriDriverSeed } from './driveri-driver';
import type { DriveriCredentials } from './driveri-portal';
import type { DriverStatus, DriveriSwitches } from './driveri-switches';
import type { DriveriToken } from './driveri-tokens';

/** The emulated Driveri, as a test or a person in the portal handles it. */
export interface DriveriSandbox extends PortalControls, DriveriCredentials {
  /** The base URL for the gateway's configuration; it ends in `/driveri`. */
  readonly url: string;
  /** Everybody with everything, removed ones and phones included. */
  drivers(): readonly DriveriDriver[];
  driver(driverId: string): DriveriDriver | undefined;
  /** Adds a driver as a person in the portal would. Throws `EditRefused`. */
  insert(fields: DriveriDriverFields): DriveriDriver;
  /** Changes fields as a person in the portal would; `driverId` renames, `status` is a description. Throws `EditRefused`. */
  edit(driverId: string, fields: DriveriDriverFields): DriveriDriver;
  /** Gives a driver the status `Deleted`. Throws `EditRefused`. */
  remove(driverId: string): DriveriDriver;
  /** Brings a removed driver back. Throws `EditRefused`. */
  undelete(driverId: string): DriveriDriver;
  /** Sets a whole record, unchecked. */
  put(driver: DriveriDriverSeed): DriveriDriver;
  groups(): readonly DriveriGroup[];
  addGroup(group: DriveriGroup): void;
  /** Revokes every access token. */
  revokeTokens(): void;
  tokens(): readonly DriveriToken[];
  /** Gives the statuses other codes; without an argument those of `RENUMBERED_STATUS_TABLE`. */
  renumberStatuses(table?: readonly DriverStatus[]): void;
  /** The scopes of the API key, from now on, for old tokens too. */
  setScopes(scopes: readonly string[]): void;
  switches(): DriveriSwitches;
  setSwitches(changes: Partial<DriveriSwitches>): void;
}
