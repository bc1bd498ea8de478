import { applyToIndex, clearsFates } from '../plan/apply-step';
import type {
  DriverSituation,
  DriverStep,
  GpsSide,
  Holder,
  PlanPolicy,
  Rival,
  WantedDriverId,
} from '../plan/driver-plan';
import { MOST_NAMED } from '../plan/driver-plan';
import { driverName } from '../driver-name';
import type { DriveriDriver } from '../driveri-driver';
import { FleetIndex } from './fleet-index';
import { futureOfHolder, type Fate } from '../plan/holder-future';
import type { DriverId, GpsId } from '../ids';
import type { Link } from '../link';
import { planDriver } from '../plan/plan-driver';
import { fallbackFits, resembles } from '../plan/resemblance';

export { fallbackDriverId } from '../wanted-driver-id';

/** Drivers of both sides with their links: a whole fleet, or one driver with all whom a decision about it touches. */
export interface FleetSnapshot {
  readonly gps: Iterable<{ readonly gpsId: GpsId; readonly side: GpsSide }>;
  /** Removed ones included. */
  readonly driveri: Iterable<DriveriDriver>;
  readonly links: Iterable<Link>;
  readonly policy: PlanPolicy;
}

/** A fleet in memory: what each driver's situation is, and what it will be after a step. It asks nobody and writes nothing. */
export interface FleetState {
  readonly policy: PlanPolicy;
  /** Every GPS driver of the snapshot: present, missing and gone. */
  gpsIds(): readonly GpsId[];
  gps(gpsId: GpsId): GpsSide | null;
  links(): readonly Link[];
  link(gpsId: GpsId): Link | null;
  /** The GPS driver who is linked to this DriverID. */
  holderOf(driverId: DriverId): GpsId | null;
  driveri(driverId: DriverId): DriveriDriver | null;
  driveriDrivers(): readonly DriveriDriver[];
  wanted(gpsId: GpsId): WantedDriverId;
  /** What `planDriver` has to see. A driver that the snapshot does not have counts as missing. */
  situationOf(gpsId: GpsId): DriverSituation;
  /**
   * Brings the state to what it is after the step has succeeded. Answers the *other* drivers whose plan may have changed by
   * it: whoever wants, is linked to, or seeks a Driveri driver that it touched. A mere update concerns nobody else.
   */
  applyStep(gpsId: GpsId, step: DriverStep): readonly GpsId[];
  /** Brings the state to what a read has shown of a linked driver: Driveri may keep a write otherwise than it was sent. */
  observe(driver: DriveriDriver, link: Link): void;
  /** An independent state, equal to this one. */
  copy(): FleetState;
}

/** Linear in the size of the snapshot. */
export function createFleetState(snapshot: FleetSnapshot): FleetState {
  const index = new FleetIndex(snapshot.policy);
  for (const { gpsId, side } of snapshot.gps) index.putGps(gpsId, side);
  for (const driver of snapshot.driveri) index.putDriveri(driver);
  for (const link of snapshot.links) index.putLink(link);
  return new IndexedFleet(index, snapshot.policy);
}

class IndexedFleet implements FleetState {
  /** Valid until an identity changes. */
  private readonly fates = new Map<GpsId, Fate>();

  constructor(
    private readonly index: FleetIndex,
    readonly policy: PlanPolicy,
  ) {}

  gpsIds(): readonly GpsId[] {
    return [...this.index.gps.keys()];
  }

  gps(gpsId: GpsId): GpsSide | null {
    return this.index.gps.get(gpsId) ?? null;
  }

  links(): readonly Link[] {
    return [...this.index.links.values()];
  }

  link(gpsId: GpsId): Link | null {
    return this.index.links.get(gpsId) ?? null;
  }

  holderOf(driverId: DriverId): GpsId | null {
    return this.index.holderOf(driverId);
  }

  driveri(driverId: DriverId): DriveriDriver | null {
    return this.index.driveri.get(driverId) ?? null;
  }

  driveriDrivers(): readonly DriveriDriver[] {
    return [...this.index.driveri.values()];
  }

  wanted(gpsId: GpsId): WantedDriverId {
    return this.index.wanted(gpsId);
  }

  situationOf(gpsId: GpsId): DriverSituation {
    const gps = this.gps(gpsId) ?? { presence: 'missing' };
    const link = this.link(gpsId);
    const x = link === null ? null : this.driveri(link.driverId);
    const wanted = this.wanted(gpsId);
    const target = wanted.state === 'known' ? wanted.value : null;
    const holder = target === null ? null : this.holderSeenBy(gpsId, target);
    const claimant = target === null ? null : this.driveri(target);
    const hasVanished = gps.presence !== 'missing' && link !== null && x === null;
    const isFree = claimant === null && holder === null;
    const seeks = hasVanished && (isFree || holder?.future === 'circle');
    const lookalikes = seeks ? this.lookalikesOf(gpsId, link) : [];
    return {
      gpsId,
      gps,
      wanted,
      link,
      x,
      successors: gps.presence === 'present' || link === null ? [] : this.successorsOf(gpsId, link, x),
      lookalikes,
      otherSeekers: seeks ? this.otherSeekersOf(gpsId, link, lookalikes) : [],
      claimant,
      holder,
      rivals: target === null ? [] : this.rivalsFor(gpsId, target),
      policy: this.policy,
    };
  }

  applyStep(gpsId: GpsId, step: DriverStep): readonly GpsId[] {
    const touched = applyToIndex(this.index, gpsId, step);
    if (clearsFates(step)) this.fates.clear();
    const concerned = new Set<GpsId>(touched.gpsIds);
    for (const id of touched.driverIds) {
      for (const wanter of this.index.wantersOf(id)) concerned.add(wanter);
      const holder = this.index.holderOf(id);
      if (holder !== null) concerned.add(holder);
      for (const seeker of this.seekersFor(id)) concerned.add(seeker);
    }
    concerned.delete(gpsId);
    return [...concerned];
  }

  observe(driver: DriveriDriver, link: Link): void {
    this.index.putDriveri(driver);
    this.index.putLink(link);
    this.fates.clear();
  }

  copy(): FleetState {
    const gps = [...this.index.gps].map(([gpsId, side]) => ({ gpsId, side }));
    return createFleetState({
      gps,
      driveri: this.index.driveri.values(),
      links: this.index.links.values(),
      policy: this.policy,
    });
  }

  /** Drivers for whom it matters that this Driveri driver has come up or gone: not when there are many like it anyhow. */
  private seekersFor(id: DriverId): Iterable<GpsId> {
    const date = this.driveri(id)?.createdDate ?? null;
    if (date === null || [...take(this.index.unlinkedCreatedAt(date), 3)].length > 2) return [];
    return this.index.seekersOf(date);
  }

  private holderSeenBy(asker: GpsId, target: DriverId): Holder | null {
    const gpsId = this.index.holderOf(target);
    if (gpsId === null || gpsId === asker) return null;
    const presence = this.gps(gpsId)?.presence ?? 'missing';
    const common = { gpsId, presence, name: this.nameOf(gpsId) };
    if (presence !== 'present') return { ...common, future: 'goes', circle: [] };
    const canGo = (id: GpsId): boolean => freesItsDriverId(this.situationOf(id));
    return { ...common, ...futureOfHolder(this.index, this.fates, asker, gpsId, canGo) };
  }

  /** Present drivers other than this one that want the DriverID, the linked one first. */
  private rivalsFor(gpsId: GpsId, target: DriverId): readonly Rival[] {
    const rivals: Rival[] = [];
    const holder = this.index.holderOf(target);
    for (const id of this.index.wantersOf(target)) {
      if (rivals.length >= MOST_NAMED) break;
      if (id !== gpsId && id !== holder) rivals.push(this.rival(id, false));
    }
    rivals.sort(byGpsId);
    const holderWants = holder !== null && holder !== gpsId && wants(this.wanted(holder), target);
    return holderWants ? [this.rival(holder, true), ...rivals].slice(0, MOST_NAMED) : rivals;
  }

  /** The drivers that can take over X after its driver is gone. A driver that has the DriverID only by the fallback must also have X's name. */
  private successorsOf(gpsId: GpsId, link: Link, x: DriveriDriver | null): readonly Rival[] {
    return this.rivalsFor(gpsId, link.driverId).filter((rival) => {
      const side = this.gps(rival.gpsId);
      if (x === null || side?.presence !== 'present' || side.driver.driverId.state === 'known') return true;
      return fallbackFits(side.driver, x);
    });
  }

  private rival(gpsId: GpsId, linked: boolean): Rival {
    return { gpsId, name: this.nameOf(gpsId), linked, linkedTo: this.link(gpsId)?.driverId ?? null };
  }

  /** One whose DriverID another driver wants is that driver's to link to, whichever of the two comes first. */
  private lookalikesOf(gpsId: GpsId, link: Link): readonly DriveriDriver[] {
    const found: DriveriDriver[] = [];
    if (link.createdDate === null) return found;
    for (const id of this.index.unlinkedCreatedAt(link.createdDate)) {
      if (found.length >= MOST_NAMED) break;
      const driver = this.driveri(id);
      if (driver === null || !this.mayBe(driver, gpsId, link)) continue;
      const wantedElsewhere = this.index.countWanters(id) > (wants(this.wanted(gpsId), id) ? 1 : 0);
      if (!wantedElsewhere) found.push(driver);
    }
    return found.sort(byDriverId);
  }

  private mayBe(driver: DriveriDriver, gpsId: GpsId, link: Link): boolean {
    const side = this.gps(gpsId);
    return resembles(driver, side?.presence === 'present' ? side.driver : null, link);
  }

  /** Other drivers whose vanished one may be the same. Who is gone leaves it to those who are there. */
  private otherSeekersOf(gpsId: GpsId, link: Link, lookalikes: readonly DriveriDriver[]): readonly GpsId[] {
    const found: GpsId[] = [];
    if (link.createdDate === null) return found;
    for (const id of this.index.seekersOf(link.createdDate)) {
      if (found.length >= MOST_NAMED) break;
      const other = this.link(id);
      if (id === gpsId || other === null || this.gps(id)?.presence === 'gone') continue;
      if (lookalikes.some((driver) => this.mayBe(driver, id, other))) found.push(id);
    }
    return found.sort();
  }

  private nameOf(gpsId: GpsId): string {
    const side = this.gps(gpsId);
    if (side?.presence === 'present') return driverName(side.driver, gpsId);
    const link = this.link(gpsId);
    return driverName(link === null ? null : this.driveri(link.driverId), gpsId);
  }
}

// So that the same people are named in the same order, however the snapshot lists them.
const byGpsId = (a: Rival, b: Rival): number => (a.gpsId < b.gpsId ? -1 : 1);
const byDriverId = (a: DriveriDriver, b: DriveriDriver): number => (a.driverId < b.driverId ? -1 : 1);

function* take<Value>(values: Iterable<Value>, most: number): Iterable<Value> {
  let left = most;
  for (const value of values) {
    if (left === 0) return;
    left -= 1;
    yield value;
  }
}

const wants = (wanted: WantedDriverId, id: DriverId): boolean =>
  wanted.state === 'known' && wanted.value === id;

/** Whether a driver who waits for nobody moves off its DriverID by its own plan, at once or step by step. */
function freesItsDriverId(situation: DriverSituation): boolean {
  const { step, problem, suspicion } = planDriver(situation);
  // Held until a person decides.
  if (suspicion !== undefined) return false;
  if (problem?.code === 'WAITING') return true;
  return step.kind !== 'none' && step.kind !== 'update';
}
