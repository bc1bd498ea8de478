import type { GpsSide, PlanPolicy, WantedDriverId } from '../plan/driver-plan';
import type { DriveriDriver } from '../driveri-driver';
import type { DriverId, GpsId } from '../ids';
import type { Link } from '../link';
import { MultiMap } from './multi-map';
import { wantedDriverId } from '../wanted-driver-id';

/**
 * Drivers of both sides and their links, with everything found in one step: who wants a DriverID, who holds it, who looks
 * like whom. It keeps two promises: a DriverID has one link at most, and every index is right after every call.
 */
export class FleetIndex {
  readonly gps = new Map<GpsId, GpsSide>();
  readonly driveri = new Map<DriverId, DriveriDriver>();
  readonly links = new Map<GpsId, Link>();
  private readonly holders = new Map<DriverId, GpsId>();
  private readonly wants = new Map<GpsId, WantedDriverId>();
  /** Present drivers by the DriverID that they want. */
  private readonly wanters = new MultiMap<DriverId, GpsId>();
  /** Driveri drivers without a link, by `createdDate`. */
  private readonly unlinked = new MultiMap<number, DriverId>();
  /** Drivers whose X has vanished, by the `createdDate` that the link remembers. */
  private readonly seekers = new MultiMap<number, GpsId>();

  constructor(private readonly policy: PlanPolicy) {}

  wanted(id: GpsId): WantedDriverId {
    return this.wants.get(id) ?? wantedDriverId(null, null, this.policy);
  }

  holderOf(id: DriverId): GpsId | null {
    return this.holders.get(id) ?? null;
  }

  wantersOf(id: DriverId): Iterable<GpsId> {
    return this.wanters.get(id);
  }

  countWanters(id: DriverId): number {
    return this.wanters.count(id);
  }

  unlinkedCreatedAt(date: number): Iterable<DriverId> {
    return this.unlinked.get(date);
  }

  seekersOf(date: number): Iterable<GpsId> {
    return this.seekers.get(date);
  }

  putGps(id: GpsId, side: GpsSide): void {
    this.gps.set(id, side);
    this.refreshWanted(id);
  }

  dropGps(id: GpsId): void {
    this.gps.delete(id);
    this.refreshWanted(id);
  }

  putDriveri(driver: DriveriDriver): void {
    this.unlist(driver.driverId);
    this.driveri.set(driver.driverId, driver);
    this.list(driver.driverId);
  }

  dropDriveri(id: DriverId): void {
    this.unlist(id);
    this.driveri.delete(id);
    this.list(id);
  }

  /** Gives the driver this link, in place of the one it had, and of anybody else's to the same DriverID. */
  putLink(link: Link): void {
    this.dropLink(link.gpsId);
    const other = this.holders.get(link.driverId);
    if (other !== undefined) this.dropLink(other);
    this.unlist(link.driverId);
    this.links.set(link.gpsId, link);
    this.holders.set(link.driverId, link.gpsId);
    this.list(link.driverId);
    this.refreshWanted(link.gpsId);
  }

  dropLink(id: GpsId): void {
    const link = this.links.get(id);
    if (link === undefined) return;
    this.unlist(link.driverId);
    this.links.delete(id);
    this.holders.delete(link.driverId);
    this.list(link.driverId);
    this.refreshWanted(id);
  }

  private refreshWanted(id: GpsId): void {
    const before = this.wants.get(id);
    if (before?.state === 'known') this.wanters.delete(before.value, id);
    const side = this.gps.get(id) ?? null;
    const after = wantedDriverId(side, this.links.get(id) ?? null, this.policy);
    if (side === null) this.wants.delete(id);
    else this.wants.set(id, after);
    if (after.state === 'known') this.wanters.add(after.value, id);
  }

  /** A DriverID is about to change on either side: out of the indexes by `createdDate`, and back in with `list`. */
  private unlist(id: DriverId): void {
    this.relist(id, (index, date, entry) => index.delete(date, entry));
  }

  private list(id: DriverId): void {
    this.relist(id, (index, date, entry) => index.add(date, entry));
  }

  private relist(
    id: DriverId,
    change: <Entry>(index: MultiMap<number, Entry>, date: number, entry: Entry) => void,
  ): void {
    const driver = this.driveri.get(id);
    const holder = this.holders.get(id);
    if (driver !== undefined && holder === undefined && driver.createdDate !== null) {
      change(this.unlinked, driver.createdDate, id);
    }
    if (driver !== undefined || holder === undefined) return;
    const date = this.links.get(holder)?.createdDate ?? null;
    if (date !== null) change(this.seekers, date, holder);
  }
}
