import type { DriveriDriverSeed } from '../driveri/driveri-driver';
import type { GpsDriverSeed } from '../gps/gps-driver';
import type { Fleet } from './fleet-seed';
import { peopleOf, type People } from './people';

/** What kind of fleet to make. */
export interface GeneratedFleet {
  /** How many drivers the GPS portal has. */
  readonly drivers: number;
  /** Default 1. One seed gives the same fleet. */
  readonly seed?: number | undefined;
  /** The share of drivers whom Driveri has otherwise, in turn: a changed name, a changed e-mail, not at all. Default 0. */
  readonly differing?: number | undefined;
}

const STARTED = Date.UTC(2023, 0, 9);
const MINUTE_MS = 60_000;

/**
 * A big, tidy fleet, for benchmarks: DriverIDs `D000001`…, GPS ids from 1,000,001, and Driveri agrees with GPS on
 * everybody but the share that is asked for, spread evenly.
 */
export function generateFleet({ drivers, seed = 1, differing = 0 }: GeneratedFleet): Fleet {
  const people = peopleOf(seed);
  const gps = Array.from({ length: drivers }, (_, index) => gpsDriver(index, people));
  let due = 0;
  let found = 0;
  const driveri = gps.flatMap((driver, index) => {
    due += differing;
    if (due < 1 - 1e-9) return [driveriDriver(driver, index)];
    due -= 1;
    return differentDriver(driveriDriver(driver, index), found++);
  });
  return {
    gps: { groups: GROUPS, drivers: gps },
    driveri: { groups: [{ groupUniqueName: 'fleet', groupName: 'Fleet' }], drivers: driveri },
  };
}

const GROUPS: readonly string[] = ['North', 'East', 'South', 'West'];

function gpsDriver(index: number, people: People): GpsDriverSeed {
  const { firstName, lastName, phone } = people.next();
  const number = String(index + 1).padStart(6, '0');
  return {
    id: 1_000_001 + index,
    firstname: firstName,
    lastname: lastName,
    email: `driver.${number}@example.com`,
    phone,
    refId: `R${number}`,
    driveriDriverId: `D${number}`,
    groups: [GROUPS[index % GROUPS.length] ?? 'North'],
    createdAt: STARTED + index * MINUTE_MS,
    updatedAt: STARTED + index * MINUTE_MS,
  };
}

function driveriDriver(driver: GpsDriverSeed, index: number): DriveriDriverSeed {
  return {
    driverId: driver.driveriDriverId ?? '',
    firstName: driver.firstname ?? '',
    lastName: driver.lastname,
    email: driver.email ?? '',
    phone: driver.phone ?? '',
    group: 'fleet',
    createdDate: STARTED + index * MINUTE_MS,
    updatedDate: STARTED + index * MINUTE_MS,
  };
}

function differentDriver(driver: DriveriDriverSeed, found: number): readonly DriveriDriverSeed[] {
  if (found % 3 === 0) return [{ ...driver, lastName: `${driver.lastName ?? ''}-Old` }];
  if (found % 3 === 1) return [{ ...driver, email: `old.${driver.email ?? ''}` }];
  return [];
}
