import type { DriveriDriver, EnforcedFields } from '../../driver/driveri-driver';
import type { DriverId, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';

/** The pair of rows that was found equal: as long as both have these versions, there is nothing to do (R15). */
export interface SettledPair {
  readonly gpsId: GpsId;
  readonly gpsVersion: string;
  readonly driveri: DriveriDriver;
  /** What both portals agree on, in GPS's spelling: the link remembers it as it remembers what was written. */
  readonly agreed: EnforcedFields;
  /** Names the rules and what of the configuration the plan depends on. */
  readonly rules: string;
}

/** A link that may be saved: with the moment when it was made. */
export interface StoredLink extends Link {
  /** When the driver was linked to this Driveri driver; epoch ms. */
  readonly linkedAt: number;
}

/** The links of an account. A Driveri driver has at most one: a unique index. */
export interface LinkStore {
  of(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, StoredLink>>;
  byDriverIds(ids: readonly DriverId[]): Promise<readonly Link[]>;
  /** Saves links; each one's `linkedAt` stays while its DriverID does. */
  save(links: readonly Link[], at: number): Promise<void>;
  remove(ids: readonly GpsId[]): Promise<void>;
  /** Remembers the pairs with which nothing was left to do. */
  settle(pairs: readonly SettledPair[]): Promise<void>;
  /** The links go out of use, and come back with `restore` when the account is connected to the same portals again. */
  setAside(fingerprint: string, at: number): Promise<void>;
  /** The links that `restore` would bring back. */
  asideOf(fingerprint: string): Promise<readonly Link[]>;
  /** Brings back the links that were set aside under this fingerprint; those whose place is taken stay aside. */
  restore(fingerprint: string, at: number): Promise<number>;
}
