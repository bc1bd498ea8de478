import type { AbsenceProof } from '../../driver/absence-proof';
import type { DriveriDriver } from '../../driver/driveri-driver';
import type { GpsDriver } from '../../driver/gps-driver';
import type { DriverId, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import type { GpsSide } from '../../driver/plan/driver-plan';
import type { PortalName } from '../../driver/ports/portal-error';

/** What is known of a portal's listing. Times are epoch ms. */
export interface RosterState {
  readonly observedAt: number | null;
  readonly completeAt: number | null;
  readonly completeCount: number | null;
  readonly visibleGroups: number | null;
  /** Driveri's newest `updatedDate`: changes are read from there. */
  readonly watermark: number | null;
  readonly groupsAt: number | null;
  /** When the portal is read next. */
  readonly nextReadAt: number;
  /** Readings in a row that failed. */
  readonly failures: number;
  /** Why the last reading failed, in words; null: it did not. */
  readonly lastFailure: string | null;
  /** The ticket of the last complete listing. */
  readonly completeTicket: number;
  /** Some rows could not be read, or had to be changed to be stored (`noteUnreadable`, `noteCleaned`). */
  readonly hasNotes: boolean;
}

/** A row of the GPS roster without its fields: what a reading is compared with. */
export interface GpsRosterEntry {
  readonly gpsId: GpsId;
  readonly version: string;
  readonly presence: 'present' | 'missing' | 'gone';
  readonly missingSince: number | null;
  readonly observedAt: number;
  /** First seen, or seen again after an absence. */
  readonly appearedAt: number;
  /** When GPS last listed the driver before it was missing; null when it never was. Epoch ms. */
  readonly lastListedAt: number | null;
  readonly driverIdState: 'known' | 'empty' | 'unknown';
  readonly driverId: DriverId | null;
  readonly fallbackId: DriverId | null;
  /** The ticket of the observation that the row holds; see `SyncStore.drawTicket`. */
  readonly ticket: number;
}

/** A GPS driver with its roster row. */
export interface KnownGpsDriver {
  readonly entry: GpsRosterEntry;
  readonly driver: GpsDriver;
  readonly groups: readonly string[];
}

/** A GPS driver to be stored. `version` changes whenever what GPS says changes; `fallbackId` serves when GPS gives no DriverID. */
export interface GpsRosterRow {
  readonly driver: GpsDriver;
  readonly version: string;
  readonly fallbackId: DriverId | null;
}

/** A Driveri driver with the ticket of its observation. */
export interface KnownDriveriDriver {
  readonly driver: DriveriDriver;
  readonly observedAt: number;
  readonly ticket: number;
}

/** When something was observed: the moment for people, the ticket for order. */
export interface Observation {
  /** Epoch ms: when the request was sent. */
  readonly at: number;
  readonly ticket: number;
}

/** Drivers of both sides with their links: everything, or some drivers with all that a decision about them depends on. */
export interface Neighbourhood {
  readonly gps: readonly { readonly gpsId: GpsId; readonly side: GpsSide }[];
  readonly driveri: readonly DriveriDriver[];
  readonly links: readonly Link[];
}

/** One that the rosters have, with their entries. */
export interface StoredNeighbourhood extends Neighbourhood {
  readonly entries: ReadonlyMap<GpsId, GpsRosterEntry>;
}

/** What two portals list, and the links into them, which may be none of the account's rosters. */
export interface ListedFleet {
  readonly gps: readonly GpsDriver[];
  readonly driveri: readonly DriveriDriver[];
  readonly links: readonly Link[];
}

/** Numbers that guards compare with their caps. */
export interface FleetCounts {
  readonly linked: number;
  readonly missing: number;
  /** Linked, present drivers whose DriverID in GPS is another than their link's. */
  readonly pendingIdentityChanges: number;
}

/**
 * Both rosters. A row is replaced only by an observation with the same or a higher ticket (R16): clocks do not decide.
 */
export interface RosterStore {
  state(portal: PortalName): Promise<RosterState>;
  setState(portal: PortalName, patch: Partial<RosterState>): Promise<void>;

  /** Which of these differ from the roster: not there, another version, or not present. No lock is taken. */
  differingGps(rows: readonly Pick<GpsRosterRow, 'driver' | 'version'>[]): Promise<readonly GpsId[]>;
  /** How many drivers are present, and how many are missing. */
  countPresences(): Promise<{ readonly present: number; readonly missing: number }>;
  /** Present and missing drivers, without their fields. */
  gpsIndex(): Promise<readonly GpsRosterEntry[]>;
  /** How many present drivers have a known DriverID, and how many of these ids do. */
  countKnownDriverIds(of: readonly GpsId[]): Promise<{ readonly all: number; readonly ofThese: number }>;
  /** Present drivers whose DriverID was never told: so many at most that no caller needs more. */
  withUnknownDriverId(): Promise<readonly GpsId[]>;
  /** Locks these rows in the order of their ids and reads them; those that are not there are left out. */
  lockGps(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, KnownGpsDriver>>;
  gpsDrivers(ids: readonly GpsId[]): Promise<ReadonlyMap<GpsId, KnownGpsDriver>>;
  /** Stores drivers as present. */
  saveGps(rows: readonly GpsRosterRow[], seen: Observation): Promise<void>;
  markMissing(ids: readonly GpsId[], missingSince: Observation): Promise<readonly GpsId[]>;
  /** Answers the drivers that were marked: one with a newer observation is not. */
  markGone(
    gone: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
    seen: Observation,
  ): Promise<readonly GpsId[]>;
  /** Deletes the rows of drivers that are still gone; answers which. */
  forgetGps(ids: readonly GpsId[]): Promise<readonly GpsId[]>;
  /** The memberships are all there are. Answers the drivers whose groups changed. */
  setGroups(memberships: ReadonlyMap<GpsId, readonly string[]>): Promise<readonly GpsId[]>;
  setDriverGroups(id: GpsId, groups: readonly string[]): Promise<void>;
  /** Present GPS drivers that want this DriverID, by their own field or by the fallback. */
  wantersOf(driverId: DriverId): Promise<readonly GpsId[]>;

  /** Which of these differ from the roster. No lock is taken. */
  differingDriveri(drivers: readonly DriveriDriver[]): Promise<readonly DriverId[]>;
  countDriveri(): Promise<number>;
  /** DriverIDs of the roster that equal this one but for case, Unicode form and spaces at the ends; a few at most. */
  driveriLike(id: DriverId): Promise<readonly DriverId[]>;
  driveriIds(): Promise<readonly { readonly driverId: DriverId; readonly ticket: number }[]>;
  lockDriveri(ids: readonly DriverId[]): Promise<ReadonlyMap<DriverId, KnownDriveriDriver>>;
  driveriDrivers(ids: readonly DriverId[]): Promise<ReadonlyMap<DriverId, DriveriDriver>>;
  saveDriveri(drivers: readonly DriveriDriver[], seen: Observation): Promise<void>;
  /** Takes drivers out of the roster: Driveri, asked at this moment, had no driver with that DriverID. */
  dropDriveri(ids: readonly DriverId[], seen: Observation): Promise<void>;

  /** Drivers that are linked to one of these DriverIDs, or are present and want one (own field, link or fallback). */
  concernedBy(driverIds: readonly DriverId[]): Promise<readonly GpsId[]>;
  /** These drivers with all that a decision about them depends on. */
  neighbourhood(ids: readonly GpsId[]): Promise<StoredNeighbourhood>;
  counts(): Promise<FleetCounts>;
  /** The same of portals that are listed and not stored. */
  neighbourhoodOf(listed: ListedFleet): Neighbourhood;
  /** R15: the drivers that a run has to load under these rules, and how many it need not. */
  unsettled(rules: string): Promise<{ readonly ids: readonly GpsId[]; readonly settled: number }>;
  pendingIdentityChanges(): Promise<readonly GpsId[]>;
  clearAll(): Promise<void>;
  /**
   * A reading had these rows and could not read them: id → why. `readable`: rows that it could read; `others`: all that are not in
   * `rows`. Answers the drivers of which that is new, or over.
   */
  noteUnreadable(
    portal: PortalName,
    rows: ReadonlyMap<string, string>,
    readable: readonly string[] | 'others',
  ): Promise<readonly string[]>;
  /**
   * These rows had to be changed to be stored: id → what was changed, in words. `clean`: rows that were read and are as the
   * portal told them; `others`: all that are not in `rows`. Answers the drivers of which that is new, or over.
   */
  noteCleaned(
    portal: PortalName,
    rows: ReadonlyMap<string, string>,
    clean: readonly string[] | 'others',
  ): Promise<readonly string[]>;
}
