import fc from 'fast-check';
import type { GpsSide, PlanPolicy } from '../../src/driver/plan/driver-plan';
import type { DriveriDriver } from '../../src/driver/driveri-driver';
import type { FleetSnapshot, FleetState } from '../../src/driver/fleet/fleet-state';
import type { GpsDriver } from '../../src/driver/gps-driver';
import type { Link } from '../../src/driver/link';
import { d, driveriDriver, g, gone, gpsDriver, known, missing, removedDriver } from './fixtures';

/** A snapshot whose parts can be listed in any order. */
export interface FleetParts {
  readonly gps: readonly { readonly gpsId: ReturnType<typeof g>; readonly side: GpsSide }[];
  readonly driveri: readonly DriveriDriver[];
  readonly links: readonly Link[];
  readonly policy: PlanPolicy;
}

/** Few DriverIDs for few drivers: everybody meets everybody. `R` ones are what somebody in Driveri has renamed a driver to. */
const IDS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
const RENAMED = ['R1', 'R2'] as const;
const MOST_DRIVERS = 6;

const name = fc.constantFrom('Ann', 'ann', 'Bob', null);

const reading: fc.Arbitrary<GpsDriver['driverId']> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...IDS).map((id) => known(id)) },
  { weight: 1, arbitrary: fc.constantFrom(...RENAMED).map((id) => known(id)) },
  { weight: 2, arbitrary: fc.constant({ state: 'empty' } as const) },
  { weight: 1, arbitrary: fc.constant({ state: 'unknown' } as const) },
);

const side = (gpsId: string): fc.Arbitrary<GpsSide> =>
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc
        .record({
          firstName: name,
          lastName: name,
          email: fc.constantFrom('a@x.org', null),
          driverId: reading,
          referenceId: fc.constantFrom(null, ...IDS),
          hash: fc.constantFrom(null, 'h1'),
        })
        .map(({ hash, ...fields }) => ({
          presence: 'present' as const,
          driver: gpsDriver({ gpsId: g(gpsId), ...fields }),
          phoneHash: hash,
        })),
    },
    { weight: 1, arbitrary: fc.constant(missing) },
    { weight: 2, arbitrary: fc.constant(gone) },
  );

/** One DriverID: whether Driveri has it, who is linked to it, and what the link remembers. */
const slot = fc.record({
  there: fc.constantFrom('active', 'active', 'removed', 'no'),
  holder: fc.option(fc.nat(MOST_DRIVERS - 1), { freq: 4 }),
  firstName: name,
  written: fc.constantFrom({}, { firstName: 'Ann' }, { email: 'a@x.org' }),
  phoneHash: fc.constantFrom(null, 'h1'),
});

/** A fleet in any state: swaps, chains, rivals, vanished and removed drivers, names missing. `dates`: how `createdDate` is dealt out. */
export function fleetParts(dates: 'unique' | 'clashing'): fc.Arbitrary<FleetParts> {
  return fc
    .record({
      sides: fc.tuple(...Array.from({ length: MOST_DRIVERS }, (_, index) => side(`${index}`))),
      size: fc.integer({ min: 1, max: MOST_DRIVERS }),
      slots: fc.tuple(...IDS.map(() => slot)),
      /** For each DriverID whose driver has vanished: under which name it is now, if anybody renamed it. */
      renamed: fc.uniqueArray(fc.nat(IDS.length - 1), { maxLength: RENAMED.length }),
      renamedRemoved: fc.boolean(),
      fallback: fc.constantFrom('reference-id', 'gps-id', 'none') as fc.Arbitrary<PlanPolicy['fallback']>,
      driverIdsReadable: fc.oneof({ weight: 12, arbitrary: fc.constant(true) }, fc.constant(false)),
    })
    .map(({ sides, size, slots, renamed, renamedRemoved, fallback, driverIdsReadable }) => {
      const dateOf = (index: number): number => (dates === 'unique' ? 100 + index : 100 + (index % 2));
      const gps = sides.slice(0, size).map((one, index) => ({ gpsId: g(`${index}`), side: one }));
      const driveri: DriveriDriver[] = [];
      const links: Link[] = [];
      slots.forEach(({ there, holder, firstName, written, phoneHash }, index) => {
        const driverId = d(IDS[index]!);
        const createdDate = dateOf(index);
        const make = there === 'removed' ? removedDriver : driveriDriver;
        if (there !== 'no') driveri.push(make({ driverId, firstName, createdDate, email: null }));
        const free = holder !== null && holder < size && !links.some((link) => link.gpsId === g(`${holder}`));
        if (free) links.push({ gpsId: g(`${holder}`), driverId, createdDate, written, phoneHash });
      });
      renamed.forEach((index, nth) => {
        if (slots[index]!.there !== 'no') return;
        const make = renamedRemoved ? removedDriver : driveriDriver;
        driveri.push(make({ driverId: d(RENAMED[nth]!), createdDate: dateOf(index) }));
      });
      return { gps, driveri, links, policy: { fallback, driverIdsReadable } };
    });
}

/** The state of the world, whatever the order in which it came about. */
export function worldOf(state: FleetState): unknown {
  const byText = (a: { driverId: string }, b: { driverId: string }): number =>
    a.driverId < b.driverId ? -1 : 1;
  return {
    gps: [...state.gpsIds()].sort(),
    driveri: [...state.driveriDrivers()].sort(byText),
    links: [...state.links()].sort(byText),
  };
}

export function snapshotOf(state: FleetState): FleetSnapshot {
  return {
    gps: state.gpsIds().map((gpsId) => ({ gpsId, side: state.gps(gpsId)! })),
    driveri: state.driveriDrivers(),
    links: state.links(),
    policy: state.policy,
  };
}
