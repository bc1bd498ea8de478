import type { DriveriDriver, GpsDriver, Sandbox } from '../../src/sandbox/sandbox';

/** What must never be seen, at any moment, whatever fails. */
export interface WatchReport {
  readonly writes: number;
  readonly removals: number;
  readonly violations: readonly string[];
}

/** Looks at both portals again and again, from inside, so that nothing that the gateway does goes unseen. */
export interface PortalWatch {
  /** Looks now. */
  look(): void;
  /** What has changed since the last look was a person's doing. */
  forgive(): void;
  report(): WatchReport;
}

/** How often the watch looks. A removal that is put right at once still takes the gateway several requests. */
const LOOK_EVERY_MS = 5;

/**
 * How long ago GPS may last have been without a driver whose removal is carried out: from the read that proved the absence to
 * the write. A write may be 10 s old when it is sent, and a portal may be cut off for some seconds in between.
 */
const PROOF_MAY_BE_OLD_MS = 30_000;

/** Drivers of the test bear the person in their e-mail; whoever has none is not managed by the gateway. */
const personOf = (driver: { readonly email: string }): string => driver.email;

/** Starts to watch. The e-mail address says who is the same person in both portals; nobody edits it. */
export function watchPortals(sandbox: Sandbox): PortalWatch {
  const before = new Map<number, DriveriDriver>();
  const lastAbsent = new Map<string, number>();
  const appeared = new Map<string, number>();
  const violations = new Set<string>();
  const told = { writes: 0, removals: 0 };

  const noteAbsent = (gps: readonly GpsDriver[], now: number): void => {
    for (const driver of gps) {
      const who = personOf(driver);
      if (driver.deleted) {
        lastAbsent.set(who, now);
        appeared.delete(who);
      } else if (!appeared.has(who)) appeared.set(who, now);
    }
  };
  const judge = (driver: DriveriDriver, was: DriveriDriver | undefined, now: number): void => {
    told.writes += 1;
    const who = personOf(driver) || (was === undefined ? '' : personOf(was));
    if (who === '') violations.add(`unmanaged ${driver.driverId} was touched`);
    if (driver.status !== 'Deleted' || was?.status === 'Deleted') return;
    told.removals += 1;
    const absentAt = lastAbsent.get(who) ?? -Infinity;
    if (now - absentAt <= PROOF_MAY_BE_OLD_MS) return;
    const sinceMs = now - (appeared.get(who) ?? now);
    const history = absentAt === -Infinity ? 'never deleted' : `deleted until ${now - absentAt} ms before`;
    violations.add(`${who} was removed although GPS has them for ${sinceMs} ms (${history})`);
  };
  const compare = (isGateway: boolean): void => {
    const now = Date.now();
    noteAbsent(sandbox.gps.drivers(), now);
    const drivers = sandbox.driveri.drivers();
    for (const driver of drivers) {
      const was = before.get(driver.serial);
      if (was === driver) continue; // the sandbox replaces a record with every write
      if (isGateway) judge(driver, was, now);
      before.set(driver.serial, driver);
    }
    for (const twin of twins(drivers)) violations.add(`${twin} is in Driveri twice`);
  };
  setInterval(() => compare(true), LOOK_EVERY_MS);
  return {
    look: () => compare(true),
    forgive: () => compare(false),
    report: () => ({ ...told, violations: [...violations] }),
  };
}

/** Persons with two records, and DriverIDs on two: removed ones count, for nobody is ever created again. */
function twins(drivers: readonly DriveriDriver[]): readonly string[] {
  const persons = drivers.map(personOf).filter((person) => person !== '');
  return [...repeated(persons), ...repeated(drivers.map((driver) => driver.driverId))];
}

function repeated(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.filter((name) => {
    const isKnown = seen.has(name);
    seen.add(name);
    return isKnown;
  });
}
