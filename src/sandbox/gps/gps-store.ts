import type { GpsFleet } from '../fleet/fleet-seed';
import { EditRefused } from '../refusal';
import { History, type Age } from '../state/history';
import { blankGpsDriver, type GpsDriver, type GpsDriverFields, type GpsDriverSeed } from './gps-driver';

/** A driver group. */
export interface GpsGroup {
  readonly id: number;
  readonly name: string;
}

/** What the store keeps over a restart. */
export interface GpsRecords {
  readonly drivers: readonly GpsDriver[];
  readonly groups: readonly GpsGroup[];
  readonly nextId: number;
}

/** The group that every driver is in (portals.md, D). */
export const ALL_DRIVERS = 'ALL DRIVERS';

const FIRST_ID = 4_551_001;

/** A fleet as records: what a portal holds that nobody has touched. */
export function gpsRecordsOf(fleet: GpsFleet, now: number): GpsRecords {
  const names = new Set([
    ...(fleet.groups ?? []),
    ...(fleet.drivers ?? []).flatMap((driver) => driver.groups ?? []),
  ]);
  let nextId = FIRST_ID;
  const drivers = (fleet.drivers ?? []).map((seed) => {
    const id = seed.id ?? nextId;
    nextId = Math.max(nextId, id + 1);
    return { ...blankGpsDriver(id, now), ...seed, id };
  });
  const groups = [ALL_DRIVERS, ...names].map((name, index) => ({
    id: index === 0 ? 1 : 2_502_800 + index,
    name,
  }));
  return { drivers, groups, nextId };
}

/**
 * The GPS portal's drivers, as every person and every API user changes them. Records are never mutated: each write
 * replaces one, so whoever holds one holds a copy. A deletion is soft: the record stays, hidden from the API.
 */
export class GpsStore {
  private readonly byId = new Map<number, GpsDriver>();
  private readonly byRefId = new Map<string, Set<number>>();
  private readonly history = new History<number, GpsDriver>();
  private groups: readonly GpsGroup[];
  private nextId: number;

  constructor(
    records: GpsRecords,
    private readonly now: () => number,
    private readonly changed: () => void,
  ) {
    this.groups = records.groups;
    this.nextId = records.nextId;
    for (const driver of records.drivers) this.index(driver);
  }

  records(): GpsRecords {
    return { drivers: this.all(), groups: this.groups, nextId: this.nextId };
  }

  /** Everybody, deleted ones included. */
  all(): readonly GpsDriver[] {
    return [...this.byId.values()];
  }

  /** Everybody as of an earlier moment, deleted ones included. */
  asOf(age: Age): readonly GpsDriver[] {
    return [...this.history.asOf(this.byId, age, this.now()).values()];
  }

  get(id: number): GpsDriver | undefined {
    return this.byId.get(id);
  }

  /** Drivers that are not deleted and have that Ref ID. */
  liveWithRefId(refId: string): readonly GpsDriver[] {
    return this.withRefId(refId).filter((driver) => !driver.deleted);
  }

  /** Of the deleted drivers with that Ref ID the one who was deleted last. */
  deletedWithRefId(refId: string): GpsDriver | undefined {
    const deleted = this.withRefId(refId).filter((driver) => driver.deleted);
    return deleted.sort((a, b) => b.updatedAt - a.updatedAt)[0];
  }

  /** Adds a driver under a new id. Throws `EditRefused` as the portal's form would. */
  insert(fields: GpsDriverFields): GpsDriver {
    const driver = { ...blankGpsDriver(this.nextId, this.now()), ...cleaned(fields) };
    this.check(driver);
    this.nextId += 1;
    return this.save(driver);
  }

  /** Changes the given fields of a driver who is not deleted. Throws `EditRefused`. */
  edit(id: number, fields: GpsDriverFields): GpsDriver {
    const driver = { ...this.live(id), ...cleaned(fields), updatedAt: this.now() };
    this.check(driver, fields);
    return this.save(driver);
  }

  /** Deletes softly. Throws `EditRefused` when there is no such driver, or no more. */
  remove(id: number): GpsDriver {
    return this.save({ ...this.live(id), deleted: true, updatedAt: this.now() });
  }

  /** Brings a deleted driver back, with their id. Throws `EditRefused`. */
  undelete(id: number, fields: GpsDriverFields = {}): GpsDriver {
    const driver = this.byId.get(id);
    if (driver === undefined || !driver.deleted)
      throw new EditRefused(404, '404', 'No deleted driver has this id');
    const back = { ...driver, ...cleaned(fields), deleted: false, updatedAt: this.now() };
    this.check(back, fields);
    return this.save(back);
  }

  /** Sets a whole record, unchecked: for what an old portal holds although its form would refuse it today. */
  put(seed: GpsDriverSeed): GpsDriver {
    const id = seed.id ?? this.nextId;
    this.nextId = Math.max(this.nextId, id + 1);
    const base = this.byId.get(id) ?? blankGpsDriver(id, this.now());
    for (const group of seed.groups ?? []) this.addGroup(group);
    return this.save({ ...base, updatedAt: this.now(), ...seed, id });
  }

  /** The groups, "ALL DRIVERS" first. */
  listGroups(): readonly GpsGroup[] {
    return this.groups;
  }

  /** The group of that name, which is added if need be. */
  addGroup(name: string): GpsGroup {
    const known = this.groups.find((group) => group.name === name);
    if (known !== undefined) return known;
    const group = { id: 2_502_800 + this.groups.length, name };
    this.groups = [...this.groups, group];
    this.changed();
    return group;
  }

  private withRefId(refId: string): readonly GpsDriver[] {
    return [...(this.byRefId.get(refId) ?? [])].flatMap((id) => this.byId.get(id) ?? []);
  }

  private live(id: number): GpsDriver {
    const driver = this.byId.get(id);
    if (driver === undefined || driver.deleted) throw new EditRefused(404, '404', 'Driver not found');
    return driver;
  }

  // What was not sent is not checked: old records may hold what the form refuses today.
  private check(driver: GpsDriver, sent: GpsDriverFields = driver): void {
    if (driver.lastname === '' && sent.lastname !== undefined) {
      throw new EditRefused(400, '400', 'Bad Request (lastname is required)');
    }
    if (!Number.isInteger(driver.alertPref) || driver.alertPref < 0 || driver.alertPref > 7) {
      throw new EditRefused(400, '400', 'Bad Request (alert_pref must be 0 to 7)');
    }
    if (sent.refId !== undefined && driver.refId !== '') this.checkRefId(driver);
    const unknown = sent.groups?.find((name) => !this.groups.some((group) => group.name === name));
    if (unknown !== undefined) throw new EditRefused(404, '404', `Driver group not found: ${unknown}`);
  }

  // The emulation's choice: a Ref ID is a log-in factor of the driver app (D), so no two drivers share one.
  private checkRefId({ id, refId }: GpsDriver): void {
    if (this.liveWithRefId(refId).every((other) => other.id === id)) return;
    throw new EditRefused(400, '400', 'Bad Request (ref_id is in use)');
  }

  private save(driver: GpsDriver): GpsDriver {
    const before = this.byId.get(driver.id);
    this.history.record(this.now(), driver.id, before);
    this.unindex(before);
    this.index(driver);
    this.changed();
    return driver;
  }

  private index(driver: GpsDriver): void {
    this.byId.set(driver.id, driver);
    if (driver.refId === '') return;
    const sharing = this.byRefId.get(driver.refId);
    if (sharing === undefined) this.byRefId.set(driver.refId, new Set([driver.id]));
    else sharing.add(driver.id);
  }

  private unindex(driver: GpsDriver | undefined): void {
    if (driver === undefined) return;
    const sharing = this.byRefId.get(driver.refId);
    sharing?.delete(driver.id);
    if (sharing?.size === 0) this.byRefId.delete(driver.refId);
  }
}

// The form trims what is typed, and keeps a phone's digits (portals.md, D: "bare ten digits").
function cleaned(fields: GpsDriverFields): GpsDriverFields {
  const trimmed = Object.entries(fields).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.trim() : value,
  ]);
  const clean = Object.fromEntries(trimmed) as GpsDriverFields; // the same keys with values of the same types
  return clean.phone === undefined ? clean : { ...clean, phone: clean.phone.replace(/\D/g, '') };
}
