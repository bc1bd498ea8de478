import type { DriveriFleet, DriveriGroup } from '../fleet/fleet-seed';
import { EditRefused } from '../refusal';
import { History, type Age } from '../state/history';
import {
  ACTIVE,
  DELETED,
  blankDriveriDriver,
  type DriveriDriver,
  type DriveriDriverFields,
  type DriveriDriverSeed,
} from './driveri-driver';

/** What the store keeps over a restart. */
export interface DriveriRecords {
  readonly drivers: readonly DriveriDriver[];
  readonly groups: readonly DriveriGroup[];
}

/** A fleet as records: what a portal holds that nobody has touched. */
export function driveriRecordsOf(fleet: DriveriFleet, now: number): DriveriRecords {
  const drivers = (fleet.drivers ?? []).map((seed, index) => ({
    ...blankDriveriDriver(index + 1, seed.driverId, now),
    ...seed,
  }));
  return { drivers, groups: fleet.groups ?? [] };
}

/** What an edit may do. */
export interface EditRules {
  /** Whether `createdDate` survives a rename (portals.md, I: unknown). */
  readonly renameKeepsCreatedDate: boolean;
  /** Whether a removed driver takes no other edit: the API wants them reinstated, a person at the page just edits. */
  readonly deletedStaysDeleted: boolean;
}

/** What a tenant may be strict about. */
export interface StoreRules {
  readonly ignoreDriverIdCase: boolean;
  readonly refuseSharedEmail: boolean;
}

const LONGEST_DRIVER_ID = 64;

/**
 * Driveri's drivers. Records are never mutated: each write replaces one. Nobody is ever deleted: a removed driver has
 * the status `Deleted` and keeps their DriverID, which is unique, case included (portals.md, the emulation's choices).
 */
export class DriveriStore {
  private readonly bySerial = new Map<number, DriveriDriver>();
  private readonly serialOf = new Map<string, number>();
  private readonly history = new History<number, DriveriDriver>();
  private groups: readonly DriveriGroup[];
  private nextSerial = 1;

  constructor(
    records: DriveriRecords,
    private readonly now: () => number,
    private readonly changed: () => void,
    private readonly rules: () => StoreRules = () => ({
      ignoreDriverIdCase: false,
      refuseSharedEmail: false,
    }),
  ) {
    this.groups = records.groups;
    for (const driver of records.drivers) this.index(driver);
  }

  records(): DriveriRecords {
    return { drivers: this.all(), groups: this.groups };
  }

  /** Everybody, removed ones included, in order of creation. */
  all(): readonly DriveriDriver[] {
    return [...this.bySerial.values()];
  }

  /** Everybody as of an earlier moment. */
  asOf(age: Age): readonly DriveriDriver[] {
    return [...this.history.asOf(this.bySerial, age, this.now()).values()];
  }

  get(driverId: string): DriveriDriver | undefined {
    const serial = this.serialOf.get(driverId);
    if (serial !== undefined) return this.bySerial.get(serial);
    if (!this.rules().ignoreDriverIdCase) return undefined;
    const wanted = driverId.toLowerCase();
    return this.all().find((driver) => driver.driverId.toLowerCase() === wanted);
  }

  listGroups(): readonly DriveriGroup[] {
    return this.groups;
  }

  addGroup(group: DriveriGroup): void {
    if (this.groups.some((known) => known.groupUniqueName === group.groupUniqueName)) return;
    this.groups = [...this.groups, group];
    this.changed();
  }

  /** Throws `EditRefused` if `create` of this driver would. */
  checkCreate(fields: DriveriDriverFields, reinstate: boolean): void {
    this.planCreate(fields, reinstate);
  }

  /** Adds a driver; with `reinstate` a removed one with that DriverID comes back, with their history. Throws `EditRefused`. */
  create(fields: DriveriDriverFields, reinstate: boolean): DriveriDriver {
    return this.save(this.planCreate(fields, reinstate));
  }

  /** Changes the given fields; `fields.driverId` renames. Throws `EditRefused`. */
  edit(driverId: string, fields: DriveriDriverFields, rules: EditRules): DriveriDriver {
    const before = this.get(driverId);
    if (before === undefined) throw new EditRefused(404, 'DRIVER_NOT_FOUND', 'Driver not found');
    if (rules.deletedStaysDeleted && before.status === DELETED && fields.status !== DELETED) {
      throw new EditRefused(400, 'DRIVER_DELETED', 'Driver is deleted; reinstate it first');
    }
    const renamed = fields.driverId !== undefined && fields.driverId !== before.driverId;
    if (renamed) this.checkFree(fields.driverId ?? '', before);
    const createdDate = renamed && !rules.renameKeepsCreatedDate ? this.now() : before.createdDate;
    const driver = { ...before, ...fields, createdDate, updatedDate: this.now() };
    this.check(driver, fields);
    return this.save(driver);
  }

  /** Sets a whole record, unchecked, for set-up. */
  put(seed: DriveriDriverSeed): DriveriDriver {
    const base = this.get(seed.driverId) ?? blankDriveriDriver(this.nextSerial, seed.driverId, this.now());
    return this.save({ ...base, updatedDate: this.now(), ...seed, serial: base.serial });
  }

  private planCreate(fields: DriveriDriverFields, reinstate: boolean): DriveriDriver {
    const driverId = fields.driverId ?? '';
    const before = this.get(driverId);
    const back = reinstate && before?.status === DELETED ? before : undefined;
    if (back === undefined) this.checkFree(driverId);
    const base = back ?? blankDriveriDriver(this.nextSerial, driverId, this.now());
    const driver = { ...base, ...fields, status: ACTIVE, updatedDate: this.now() };
    this.check(driver);
    return driver;
  }

  private checkFree(driverId: string, self?: DriveriDriver): void {
    const holder = this.get(driverId);
    if (holder === undefined || holder.serial === self?.serial) return;
    if (holder.status !== DELETED) throw new EditRefused(400, 'DRIVER_ID_TAKEN', 'Driver ID already exists');
    throw new EditRefused(400, 'DRIVER_ID_RETIRED', 'Driver ID belongs to a deleted driver');
  }

  // What was not sent is not checked: old records may hold what is refused today.
  private check(driver: DriveriDriver, sent: DriveriDriverFields = driver): void {
    if (driver.driverId.trim() === '')
      throw new EditRefused(400, 'DRIVER_ID_REQUIRED', 'driverId is required');
    if (sent.firstName?.trim() === '')
      throw new EditRefused(400, 'FIRST_NAME_REQUIRED', 'firstName is required');
    if (driver.driverId.length > LONGEST_DRIVER_ID) {
      throw new EditRefused(
        400,
        'DRIVER_ID_TOO_LONG',
        `driverId is longer than ${LONGEST_DRIVER_ID} characters`,
      );
    }
    this.checkEmail(driver, sent);
    const licence = [driver.licenceNumber, driver.licenseCountry, driver.licenseState].filter(
      (text) => text !== '',
    );
    if (licence.length !== 0 && licence.length !== 3) {
      throw new EditRefused(400, 'LICENSE_INCOMPLETE', 'Licence number, country and state go together');
    }
    if (driver.group !== '' && !this.groups.some((group) => group.groupUniqueName === driver.group)) {
      throw new EditRefused(400, 'GROUP_NOT_FOUND', 'There is no group with this unique name');
    }
  }

  private checkEmail({ serial, email }: DriveriDriver, sent: DriveriDriverFields): void {
    if (!this.rules().refuseSharedEmail || (sent.email ?? '') === '') return;
    const wanted = email.toLowerCase();
    const isShared = this.all().some(
      (other) => other.serial !== serial && other.email.toLowerCase() === wanted,
    );
    if (isShared) throw new EditRefused(400, 'EMAIL_TAKEN', 'email is in use by another driver');
  }

  private save(driver: DriveriDriver): DriveriDriver {
    const before = this.bySerial.get(driver.serial);
    this.history.record(this.now(), driver.serial, before);
    if (before !== undefined) this.serialOf.delete(before.driverId);
    this.index(driver);
    this.changed();
    return driver;
  }

  private index(driver: DriveriDriver): void {
    this.bySerial.set(driver.serial, driver);
    this.serialOf.set(driver.driverId, driver.serial);
    this.nextSerial = Math.max(this.nextSerial, driver.serial + 1);
  }
}
