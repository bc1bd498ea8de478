import type { DriveriDriver } from '../../src/driver/driveri-driver';
import type { DriveriPortal } from '../../src/driver/ports/driveri-portal';
import type { GpsDriver, GpsDriverChanges } from '../../src/driver/gps-driver';
import type { DriverIdAge, GpsPortal } from '../../src/driver/ports/gps-portal';
import { type DriverId, driverId, type GpsId, gpsId, readDriverId } from '../../src/driver/ids';
import type { CallOptions } from '../../src/driver/ports/portal-call';
import type { CleanedRows, SetAsideRow } from '../../src/driver/ports/portal-rows';
import { PortalError, type PortalErrorKind, type PortalName } from '../../src/driver/ports/portal-error';

/**
 * What goes wrong with one call. `before`: refused, for certain without an effect. The caller of a write does not know of the
 * others: `after`, it had its effect; `lost`, it never will; `late`, it has it `lateMs` from now.
 */
export interface Fault {
  readonly when: 'before' | 'after' | 'lost' | 'late';
  readonly kind: PortalErrorKind;
  readonly retryAfterMs?: number;
  readonly lateMs?: number;
}

/** Decides for every call whether it fails. `write` tells whether the outcome of a failure after the effect is unknown. */
export type FaultPlan = (call: {
  readonly portal: PortalName;
  readonly operation: string;
  readonly write: boolean;
}) => Fault | null;

/** What both fakes share: a clock, a log of writes, and faults. */
class FakePortal {
  faults: FaultPlan = () => null;
  /** Called before every call, for tests that let something happen in the middle. `target`: the driver it is about. */
  onCall: (operation: string, target?: string) => Promise<void> | void = () => undefined;
  readonly calls: string[] = [];
  /** Rows that are there and cannot be read: id → why. */
  readonly unreadable = new Map<string, string>();
  /** What the portal says was changed in rows to make them storable: id → changes. */
  readonly cleaned = new Map<string, readonly string[]>();
  private landedAt: number | null = null;
  private onTheirWay: { readonly at: number; readonly effect: () => void }[] = [];

  constructor(
    protected readonly portal: PortalName,
    protected readonly now: () => number,
  ) {}

  /** Lets the late effects happen whose time has come. Every call does so too. */
  land(): void {
    const landing = this.onTheirWay.filter(({ at }) => at <= this.now());
    this.onTheirWay = this.onTheirWay.filter(({ at }) => at > this.now());
    for (const { at, effect } of landing) {
      this.landedAt = at;
      effect();
    }
    this.landedAt = null;
  }

  /** When an effect happens: for a late one the moment it was due, however much later somebody looks. */
  protected effectAt(): number {
    return this.landedAt ?? this.now();
  }

  protected async call<Result>(
    operation: string,
    write: boolean,
    effect: () => Result,
    target?: string,
    options: CallOptions = {},
  ): Promise<Result> {
    this.refuseLate(operation, options);
    this.calls.push(operation);
    await this.onCall(operation, target);
    this.land();
    const fault = this.faults({ portal: this.portal, operation, write });
    if (fault === null) return effect();
    if (fault.when === 'late') this.later(fault.lateMs ?? 5_000, effect);
    if (fault.when === 'after') effect();
    const outcome = write && fault.when !== 'before' ? 'unknown' : 'none';
    throw this.error(operation, fault.kind, outcome, fault.retryAfterMs);
  }

  /** As the connectors do, right before sending: what must not be sent any more fails, and had no effect. */
  private refuseLate(operation: string, { sendBefore = Infinity, mayStart = () => true }: CallOptions): void {
    if (this.now() > sendBefore || !mayStart()) throw this.error(operation, 'too-late');
  }

  protected isReadable(id: string): boolean {
    return !this.unreadable.has(id);
  }

  protected toldOfRows(): { readonly setAside: readonly SetAsideRow[]; readonly cleaned: CleanedRows } {
    return {
      setAside: [...this.unreadable].map(([id, reason]) => ({ id, reason })),
      cleaned: new Map(this.cleaned),
    };
  }

  protected changesOf(id: string): { readonly cleaned?: readonly string[] } {
    const changes = this.cleaned.get(id);
    return changes === undefined ? {} : { cleaned: changes };
  }

  /** A direct read of such a row fails. */
  protected refuseUnreadable(operation: string, id: string): void {
    const reason = this.unreadable.get(id);
    if (reason === undefined) return;
    throw new PortalError({
      portal: this.portal,
      operation,
      kind: 'malformed',
      outcome: 'none',
      message: `the driver's row could not be read: ${reason}`,
      setAside: { id, reason },
    });
  }

  /** What the portal refuses when it gets to it, it refuses silently: nobody is there any more to be told. */
  private later(ms: number, effect: () => unknown): void {
    this.onTheirWay.push({
      at: this.now() + ms,
      effect: () => {
        try {
          effect();
        } catch (error) {
          if (!(error instanceof PortalError)) throw error;
        }
      },
    });
  }

  protected error(
    operation: string,
    kind: PortalErrorKind,
    outcome: 'none' | 'unknown' = 'none',
    retryAfterMs?: number,
    message = `the fake portal says ${kind}`,
  ): PortalError {
    const base = { portal: this.portal, operation, kind, outcome, message };
    return new PortalError(retryAfterMs === undefined ? base : { ...base, retryAfterMs });
  }
}

/** A GPS portal in memory, as `gps-portal.ts` promises it. */
export class FakeGps extends FakePortal implements GpsPortal {
  readonly drivers = new Map<GpsId, GpsDriver>();
  readonly deleted = new Map<GpsId, GpsDriver>();
  /** When each driver was deleted, and when back: epoch ms, `to` Infinity for who still is. */
  readonly absences = new Map<GpsId, { readonly from: number; to: number }[]>();
  visibleGroups = 3;
  /** Whether the group "ALL DRIVERS" is among them. */
  seesAllDrivers = true;
  answersDriverIds = true;
  /** Drivers whose DriverID, a custom attribute, was not read yet. */
  readonly unreadDriverIds = new Set<GpsId>();
  /** Of these, the ones whose attribute could not be read: why. */
  readonly failedDriverIds = new Map<GpsId, string>();
  /** See `readDriverIdsApart`. */
  driverIdAges?: NonNullable<GpsPortal['driverIdAges']>;
  /** What was read last of each driver's custom attribute, and when; null: lists tell DriverIDs. */
  private readApart: Map<GpsId, { readonly reading: GpsDriver['driverId']; readonly at: number }> | null =
    null;
  /** The driver groups, "ALL DRIVERS" left out, and who is in them. */
  readonly groups = new Map<string, Set<GpsId>>();
  /** Changes what the next listings answer, without changing what is there: a listing that lies. */
  distort: (drivers: readonly GpsDriver[]) => readonly GpsDriver[] = (drivers) => drivers;
  private nextId = 1000;

  constructor(now: () => number) {
    super('gps', now);
  }

  /** Puts a driver there as a person in the portal would. */
  put(
    fields: Partial<Omit<GpsDriver, 'gpsId' | 'driverId'>> & {
      readonly driverId?: string | null;
      readonly gpsId?: string;
    },
  ): GpsId {
    const id = gpsId(fields.gpsId ?? (this.nextId += 1));
    const old = this.drivers.get(id) ?? this.deleted.get(id) ?? EMPTY_GPS;
    const { driverId: wanted, gpsId: _id, ...rest } = fields;
    const reading = wanted === undefined ? old.driverId : readingOf(wanted);
    const absence = this.absences.get(id)?.at(-1);
    if (this.deleted.delete(id) && absence !== undefined) absence.to = this.now();
    this.drivers.set(id, { ...old, ...rest, gpsId: id, driverId: reading });
    return id;
  }

  remove(id: GpsId): void {
    const driver = this.drivers.get(id);
    if (driver === undefined) return;
    this.drivers.delete(id);
    this.deleted.set(id, driver);
    this.absences.set(id, [...(this.absences.get(id) ?? []), { from: this.now(), to: Infinity }]);
  }

  /** From now on DriverIDs are a custom attribute: lists tell what was read of it last, and a driver's own reading reads it. */
  readDriverIdsApart(): void {
    this.readApart = new Map();
    this.driverIdAges = (ids) => Promise.resolve(new Map(ids.map((id) => [id, this.ageOf(id)])));
    this.sweep();
  }

  /** Reads the attribute of these drivers, or of all. */
  sweep(ids: Iterable<GpsId> = this.drivers.keys()): void {
    for (const id of ids) {
      const reading = this.drivers.get(id)?.driverId;
      if (reading !== undefined) this.readApart?.set(id, { reading, at: this.now() });
    }
  }

  private ageOf(id: GpsId): DriverIdAge {
    const read = this.readApart?.get(id);
    if (read === undefined) return { value: null, readAt: null, triedAt: null, failure: null };
    const value = read.reading.state === 'known' ? read.reading.value : null;
    return { value, readAt: read.at, triedAt: read.at, failure: null };
  }

  private unread(): ReadonlySet<GpsId> {
    const never = [...this.drivers.keys()].filter((id) => this.readApart?.has(id) === false);
    return new Set([...this.unreadDriverIds, ...never]);
  }

  listDrivers: GpsPortal['listDrivers'] = () => {
    const sentAt = this.now();
    return this.call('driver/list', false, () => ({
      drivers: this.distort(
        [...this.drivers.values()]
          .filter(({ gpsId: id }) => this.isReadable(id))
          .map((driver) => this.shown(driver)),
      ),
      sentAt,
      visibleGroups: this.visibleGroups,
      driverIdFieldAnswered: this.answersDriverIds,
      ...(this.unread().size === 0
        ? {}
        : { driverIdsUnread: this.unread(), driverIdsFailed: new Map(this.failedDriverIds) }),
      seesAllDrivers: this.seesAllDrivers,
      ...this.toldOfRows(),
      provesAbsence: this.unreadable.size === 0,
    }));
  };

  readDriver: GpsPortal['readDriver'] = (id) => {
    const sentAt = this.now();
    return this.call(
      'driver/list',
      false,
      () => {
        const driver = this.drivers.get(id);
        if (driver === undefined) return { found: 'unknown' as const, sentAt };
        this.refuseUnreadable('driver/list', id);
        this.sweep([id]);
        return { found: 'driver' as const, driver: this.shown(driver), sentAt, ...this.changesOf(id) };
      },
      id,
    );
  };

  createDriver: GpsPortal['createDriver'] = (fields) =>
    this.call('driver/create', true, () => ({ gpsId: this.put(toGpsFields(fields)), undeleted: false }));

  updateDriver: GpsPortal['updateDriver'] = (id, changes) =>
    this.call(
      'driver/update',
      true,
      () => {
        if (!this.drivers.has(id)) throw this.error('driver/update', 'not-found');
        this.put({ ...toGpsFields(changes), gpsId: id });
      },
      id,
    );

  deleteDriver: GpsPortal['deleteDriver'] = (id) =>
    this.call(
      'driver/delete',
      true,
      () => {
        if (!this.drivers.has(id)) throw this.error('driver/delete', 'not-found');
        this.remove(id);
      },
      id,
    );

  listGroups: GpsPortal['listGroups'] = () =>
    this.call('drivergroup/list', false, () =>
      [...this.groups].map(([name, members]) => ({
        name,
        members: [...members].filter((id) => this.drivers.has(id)),
      })),
    );

  joinGroup: GpsPortal['joinGroup'] = (id, group) =>
    this.call('driver/joingroup', true, () => void this.membersOf('driver/joingroup', id, group).add(id), id);

  leaveGroup: GpsPortal['leaveGroup'] = (id, group) =>
    this.call(
      'driver/leavegroup',
      true,
      () => void this.membersOf('driver/leavegroup', id, group).delete(id),
      id,
    );

  listGroupNames: GpsPortal['listGroupNames'] = () =>
    this.call('drivergroup/list', false, () => [...this.groups.keys()]);

  checkCredentials: GpsPortal['checkCredentials'] = () => this.call('userauth/login', false, () => undefined);

  private membersOf(operation: string, id: GpsId, group: string): Set<GpsId> {
    if (!this.drivers.has(id)) throw this.error(operation, 'not-found');
    const members = this.groups.get(group);
    if (members === undefined) throw this.error(operation, 'rejected');
    return members;
  }

  private shown(driver: GpsDriver): GpsDriver {
    if (this.readApart !== null)
      return { ...driver, driverId: this.readApart.get(driver.gpsId)?.reading ?? { state: 'unknown' } };
    const isRead = this.answersDriverIds && !this.unreadDriverIds.has(driver.gpsId);
    return isRead ? driver : { ...driver, driverId: { state: 'unknown' } };
  }
}

const EMPTY_GPS: GpsDriver = {
  gpsId: gpsId('0'),
  firstName: null,
  lastName: null,
  email: null,
  phone: null,
  timeZone: null,
  referenceId: null,
  driverId: { state: 'empty' },
};

function readingOf(text: string | null): GpsDriver['driverId'] {
  const value = readDriverId(text);
  return value === null ? { state: 'empty' } : { state: 'known', value };
}

function toGpsFields(changes: GpsDriverChanges): Parameters<FakeGps['put']>[0] {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** One write that reached Driveri, for asserting what was and what was not written. */
export interface DriveriWrite {
  readonly operation: string;
  readonly driverId: string;
  readonly at: number;
}

/** The fields of one write, as Driveri gets them. */
export interface SentToDriveri {
  readonly driverId?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly phone?: string;
}

/** For how long after a write a read may still show what was before it. */
const STALE_MS = 45_000;

/** A Driveri tenant in memory, as `driveri-portal.ts` promises it. Removed drivers keep their DriverID. */
export class FakeDriveri extends FakePortal implements DriveriPortal {
  readonly drivers = new Map<DriverId, DriveriDriver>();
  readonly phones = new Map<DriverId, string>();
  readonly writes: DriveriWrite[] = [];
  /** What a PUT does besides what it was asked to: a portal that clears what it was not sent. */
  afterPut: (driver: DriveriDriver) => Partial<DriveriDriver> = () => ({});
  /** Why Driveri refuses what is sent, in its own words; null when it takes it. */
  refuses: (sent: SentToDriveri) => string | null = () => null;
  /** What Driveri keeps of the fields that it was sent. */
  keeps: (sent: Partial<DriveriDriver>) => Partial<DriveriDriver> = (sent) => sent;
  /** Two DriverIDs that differ in case only are the same one to it; it refuses the second without naming the first. */
  ignoresCase = false;
  /** Reads within `STALE_MS` answer the state before the last write this many more times: Driveri is eventually consistent. */
  staleReads = 0;
  /** A whole listing shows this instead: one that was cut short, and looks complete. */
  distort: (drivers: readonly DriveriDriver[]) => readonly DriveriDriver[] = (drivers) => drivers;
  private before: ReadonlyMap<DriverId, DriveriDriver> = new Map();
  private born = 1;

  constructor(now: () => number) {
    super('driveri', now);
  }

  /** Puts a driver there as a person in the portal would. */
  put(fields: Partial<DriveriDriver> & { readonly driverId: DriverId }): void {
    const old = this.drivers.get(fields.driverId);
    const removed = fields.removed ?? old?.removed ?? false;
    this.drivers.set(fields.driverId, {
      ...(old ?? { ...EMPTY_DRIVERI, createdDate: (this.born += 1) }),
      ...fields,
      removed,
      active: !removed,
      status: removed ? 'Deleted' : 'Active',
      statusCode: removed ? 3 : 1,
      updatedDate: this.now(),
    });
  }

  /** A person changes a DriverID in Driveri. */
  rename(from: DriverId, to: DriverId): void {
    const driver = this.drivers.get(from);
    if (driver === undefined || this.drivers.has(to)) return;
    this.drivers.delete(from);
    this.drivers.set(to, { ...driver, driverId: to, updatedDate: this.now() });
  }

  listDrivers: DriveriPortal['listDrivers'] = () => {
    const sentAt = this.now();
    return this.call('drivers.list', false, () => ({
      drivers: this.distort(
        [...this.visible().values()].filter((driver) => this.isReadable(driver.driverId)),
      ),
      sentAt,
      ...this.toldOfRows(),
      provesAbsence: this.unreadable.size === 0,
    }));
  };

  changedSince: DriveriPortal['changedSince'] = (from) => {
    const sentAt = this.now();
    return this.call('drivers.list', false, () => ({
      drivers: [...this.visible().values()].filter(
        (driver) => (driver.updatedDate ?? 0) >= from && this.isReadable(driver.driverId),
      ),
      sentAt,
      ...this.toldOfRows(),
      provesAbsence: false,
    }));
  };

  readDriver: DriveriPortal['readDriver'] = (id) => {
    const sentAt = this.now();
    return this.call(
      'driver.get',
      false,
      () => {
        const driver = this.visible().get(id) ?? null;
        if (driver !== null) this.refuseUnreadable('driver.get', id);
        return { driver, sentAt, ...(driver === null ? {} : this.changesOf(id)) };
      },
      id,
    );
  };

  readBack: DriveriPortal['readBack'] = (id) => this.readDriver(id);

  createDriver: DriveriPortal['createDriver'] = ({ driverId: id, phone, ...fields }, options) =>
    this.call(
      'drivers.create',
      true,
      () => {
        if (this.drivers.has(id)) throw this.error('drivers.create', 'taken');
        this.check('drivers.create', { driverId: id, ...fields, ...(phone === undefined ? {} : { phone }) });
        this.write('create', id, () => this.put({ driverId: id, ...this.keeps(stored(fields)) }));
        if (phone !== undefined) this.phones.set(id, phone);
      },
      id,
      options,
    );

  reinstateDriver: DriveriPortal['reinstateDriver'] = (removed, fields, options) =>
    this.call(
      'drivers.reinstate',
      true,
      () => {
        const old = this.drivers.get(removed.driverId);
        if (old === undefined) throw this.error('drivers.reinstate', 'not-found');
        const { driverId: id, phone: _phone, ...rest } = fields;
        this.check('drivers.reinstate', rest);
        this.write('reinstate', id, () =>
          this.put({ driverId: id, ...this.keeps(stored(rest)), removed: false }),
        );
      },
      removed.driverId,
      options,
    );

  updateDriver: DriveriPortal['updateDriver'] = (id, changes, options) =>
    this.call(
      'drivers.update',
      true,
      () => {
        const old = this.drivers.get(id);
        if (old === undefined) throw this.error('drivers.update', 'not-found');
        const { driverId: to = id, phone, status, ...fields } = changes;
        if (to !== id && this.drivers.has(to)) throw this.error('drivers.update', 'taken');
        const newId = to === id ? {} : { driverId: to };
        this.check('drivers.update', { ...fields, ...newId, ...(phone === undefined ? {} : { phone }) }, id);
        const operation = status === 'removed' ? 'remove' : to === id ? 'update' : 'rename';
        this.write(operation, to, () => {
          if (to !== id) this.rename(id, to);
          this.put({
            driverId: to,
            ...this.afterPut(this.drivers.get(to) ?? old),
            ...this.keeps(stored(fields)),
            ...(status === undefined ? {} : { removed: status === 'removed' }),
          });
        });
        if (phone !== undefined) this.phones.set(to, phone);
      },
      id,
      options,
    );

  checkReadiness: DriveriPortal['checkReadiness'] = () =>
    this.call('configurations', false, () => ({ missingScopes: [], removedStatus: 'Deleted' }));

  private check(operation: string, sent: SentToDriveri, own: string | null = null): void {
    const { driverId: wanted } = sent;
    const isTaken =
      this.ignoresCase &&
      wanted !== undefined &&
      [...this.drivers.keys()].some((id) => id !== own && id.toLowerCase() === wanted.toLowerCase());
    const why = isTaken ? 'Driver ID already exists' : this.refuses(sent);
    if (why !== null) throw this.error(operation, 'rejected', 'none', undefined, why);
  }

  private write(operation: string, id: DriverId, effect: () => void): void {
    this.before = new Map(this.drivers);
    effect();
    this.writes.push({ operation, driverId: id, at: this.effectAt() });
  }

  private visible(): ReadonlyMap<DriverId, DriveriDriver> {
    const lastWrite = this.writes.at(-1)?.at ?? -Infinity;
    if (this.staleReads === 0 || this.now() - lastWrite > STALE_MS) return this.drivers;
    this.staleReads -= 1;
    return this.before;
  }
}

const EMPTY_DRIVERI: DriveriDriver = {
  driverId: driverId(''),
  firstName: null,
  lastName: null,
  email: null,
  userName: null,
  mobileApp: null,
  group: null,
  statusCode: 1,
  status: 'Active',
  removed: false,
  active: true,
  createdDate: null,
  updatedDate: null,
};

/** An empty text that is written is nothing when it is read. */
function stored(fields: {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
}): Partial<DriveriDriver> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, value === '' ? null : value]),
  );
}
