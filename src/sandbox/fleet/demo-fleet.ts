import { DELETED, INACTIVE, type DriveriDriverSeed } from '../driveri/driveri-driver';
import type { GpsDriverSeed } from '../gps/gps-driver';
import type { DriveriGroup, Fleet } from './fleet-seed';
import { peopleOf, type People, type Person } from './people';

/**
 * A fleet of 240 drivers that has lived: people left and came back, somebody typed the same DriverID twice, Driveri was
 * edited by hand. By place in the fleet (the rest agrees on both sides):
 *
 * | places | what is odd |
 * |---|---|
 * | 0–5 | old GPS records: no first name, small ids, no Ref ID, some without e-mail |
 * | 6–13 | shared phones: each two have one |
 * | 14–19 | duplicate names: each two have one |
 * | 20–30 | drift: Driveri has another last name |
 * | 31–37 | drift: Driveri has another e-mail |
 * | 38–41 | no drift: Driveri has the e-mail in capitals, or a name in decomposed Unicode |
 * | 42–50 | Driveri has them removed, with the DriverID that GPS wants: to be reinstated |
 * | 51–64 | only GPS has them: to be created |
 * | 65–72 | no DriverID, but a Ref ID |
 * | 73–77 | neither |
 * | 78, 79 | both want the DriverID that Driveri has for the first: the one conflict |
 * | 80 | their Ref ID is the GPS id of driver 81 |
 * | 84–87 | Driveri has them inactive |
 * | 90–97 | awkward DriverIDs: leading zeros, slashes, spaces, per cent signs, letters beyond ASCII |
 *
 * Besides, GPS has six deleted drivers, and Driveri has twelve active, three inactive and eight removed drivers of its
 * own.
 */
export function demoFleet(): Fleet {
  const people = peopleOf(SEED);
  const gps = withTwins(Array.from({ length: SIZE }, (_, place) => gpsDriver(place, people)));
  const paired = gps.flatMap((driver, place) => driveriCounterpart(gpsAsPerson(driver), driver, place));
  return {
    gps: { groups: GPS_GROUPS, drivers: [...gps, ...deletedGpsDrivers(people)] },
    driveri: { groups: DRIVERI_GROUPS, drivers: [...paired, ...driveriOnly(people)] },
  };
}

const SEED = 20_240_117;
const SIZE = 240;
const CONFLICT = [78, 79] as const;
const STARTED = Date.UTC(2021, 2, 15, 14);
const DAY_MS = 24 * 3_600_000;

const GPS_GROUPS: readonly string[] = [
  'Dallas Depot',
  'El Paso Depot',
  'Houston Depot',
  'Local',
  'Long Haul',
  'Yard',
];

const DRIVERI_GROUPS: readonly DriveriGroup[] = [
  { groupUniqueName: 'sandbox.dallas', groupName: 'Dallas Depot' },
  { groupUniqueName: 'sandbox.elpaso', groupName: 'El Paso Depot' },
  { groupUniqueName: 'sandbox.houston', groupName: 'Houston Depot' },
];

const AWKWARD_IDS: readonly string[] = [
  ...['00417', '000031', 'TX/0042', 'NM/7/12', 'K 118', 'Los Lunas 4', '50%-A', 'Ñ-17'],
];

function gpsDriver(place: number, people: People): GpsDriverSeed {
  const person = people.next();
  const old = place < 6;
  const at = STARTED + place * 5 * DAY_MS;
  return {
    id: old ? 1_207 + place * 13 : 4_551_001 + place * 7,
    firstname: old ? '' : person.firstName,
    lastname: person.lastName,
    email: old && place % 2 === 0 ? '' : person.email,
    phone: person.phone,
    refId: refIdOf(place),
    driveriDriverId: driverIdOf(place),
    timezone: place % 5 === 0 ? 'US/Mountain' : 'US/Central',
    groups: groupsOf(place),
    attributes: place % 6 === 0 ? { 'CDL Endorsement': ['A', 'B', 'H'][place % 3] ?? 'A' } : {},
    createdAt: at,
    updatedAt: at,
  };
}

function refIdOf(place: number): string {
  if (place === 80) return String(4_551_001 + 81 * 7);
  if (place < 6 || within(place, 73, 77) || place % 9 === 8) return '';
  return `E${1_000 + place}`;
}

function driverIdOf(place: number): string {
  if (within(place, 65, 77)) return '';
  if (place === CONFLICT[1]) return driverIdOf(CONFLICT[0]);
  if (within(place, 90, 97)) return AWKWARD_IDS[place - 90] ?? '';
  return place % 3 === 0 ? `TX${2_000 + place}` : String(48_000 + place * 11);
}

function groupsOf(place: number): readonly string[] {
  const depot = GPS_GROUPS[place % 3] ?? 'Yard';
  const range = GPS_GROUPS[3 + (place % 2)] ?? 'Local';
  return place % 40 === 39 ? ['Yard'] : [depot, range];
}

// Shared phones and duplicate names: the second of two has what the first one has.
function withTwins(drivers: readonly GpsDriverSeed[]): readonly GpsDriverSeed[] {
  return drivers.map((driver, place) => {
    const twin = drivers[place - 1];
    if (twin === undefined || place % 2 === 0) return driver;
    if (within(place, 6, 13) && twin.phone !== undefined) return { ...driver, phone: twin.phone };
    if (!within(place, 14, 19) || twin.firstname === undefined) return driver;
    return { ...driver, firstname: twin.firstname, lastname: twin.lastname };
  });
}

function deletedGpsDrivers(people: People): readonly GpsDriverSeed[] {
  return Array.from({ length: 6 }, (_, index) => {
    const { firstName, lastName, email, phone } = people.next();
    return {
      id: 4_553_001 + index,
      firstname: firstName,
      lastname: lastName,
      email,
      phone,
      refId: `E${1_900 + index}`,
      driveriDriverId: String(59_000 + index),
      deleted: true,
      createdAt: STARTED + index * DAY_MS,
      updatedAt: STARTED + (1_500 + index) * DAY_MS,
    };
  });
}

function gpsAsPerson(driver: GpsDriverSeed): Person {
  const { firstname = '', lastname, email = '', phone = '' } = driver;
  return {
    firstName: firstname === '' ? lastname : firstname,
    lastName: firstname === '' ? '' : lastname,
    email,
    phone,
  };
}

function driveriCounterpart(
  person: Person,
  driver: GpsDriverSeed,
  place: number,
): readonly DriveriDriverSeed[] {
  const driverId = driver.driveriDriverId ?? '';
  if (driverId === '' || within(place, 51, 64) || place === CONFLICT[1]) return [];
  const status = within(place, 42, 50) ? DELETED : within(place, 84, 87) ? INACTIVE : 'Active';
  const same = driveriDriver(driverId, person, place);
  return [{ ...same, ...driftOf(same, place), status }];
}

function driftOf(driver: DriveriDriverSeed, place: number): Partial<DriveriDriverSeed> {
  const { lastName = '', email = '', firstName = '' } = driver;
  if (within(place, 20, 30)) return { lastName: place % 2 === 0 ? `${lastName} Jr` : lastName.slice(0, -1) };
  if (within(place, 31, 37)) return { email: email.replace('@example.', '@old.example.') };
  if (within(place, 38, 39)) return { email: email.toUpperCase() };
  if (within(place, 40, 41))
    return { firstName: firstName.normalize('NFD'), lastName: lastName.normalize('NFD') };
  return {};
}

function driveriDriver(driverId: string, person: Person, place: number): DriveriDriverSeed {
  const createdDate = STARTED + place * 5 * DAY_MS + 3_600_000 + place;
  const app = place % 4 === 0;
  return {
    driverId,
    ...person,
    userName: app ? `drv${place}` : '',
    enableDriveriApp: app,
    authorizedToDrive: place % 50 === 49 ? 0 : 1,
    group: DRIVERI_GROUPS[place % 3]?.groupUniqueName ?? '',
    lastLogin: app ? createdDate + 90 * DAY_MS : null,
    createdDate,
    updatedDate: createdDate + (place % 30) * DAY_MS,
  };
}

function driveriOnly(people: People): readonly DriveriDriverSeed[] {
  return Array.from({ length: 23 }, (_, index) => {
    const status = index < 12 ? 'Active' : index < 15 ? INACTIVE : DELETED;
    // The last ones had belonged to GPS drivers who are deleted there, too.
    const driverId = index >= 17 ? String(59_000 + index - 17) : `LEGACY-${100 + index}`;
    return { ...driveriDriver(driverId, people.next(), SIZE + index), status };
  });
}

function within(place: number, first: number, last: number): boolean {
  return place >= first && place <= last;
}
