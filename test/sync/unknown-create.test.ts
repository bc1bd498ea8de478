import { driverId, type GpsId } from '../../src/driver/ids';
import { givenSync, givenSyncDatabase, type GivenSync } from '../support/given-sync';
import type { Database } from '../../src/store/database/database';

const D3 = driverId('D3');

/** What people do between the CREATE, whose answer nobody got, and the time when a process finds out about it. */
const MEANWHILE: readonly {
  readonly name: string;
  readonly people: (given: GivenSync, cy: GpsId) => void;
  readonly driveri: object;
}[] = [
  { name: 'nothing happens', people: () => undefined, driveri: { removed: false, lastName: 'Or' } },
  {
    name: 'the driver is deleted in GPS',
    people: (given, cy) => given.gps.remove(cy),
    driveri: { removed: true },
  },
  {
    name: 'the driver is edited in Driveri',
    people: (given) => given.driveri.put({ driverId: D3, lastName: 'Drifted' }),
    driveri: { removed: false, lastName: 'Or' },
  },
  {
    name: 'the driver is edited in Driveri, and deleted in GPS',
    people: (given, cy) => {
      given.driveri.put({ driverId: D3, lastName: 'Drifted' });
      given.gps.remove(cy);
    },
    driveri: { removed: true },
  },
  {
    name: 'the whole name is edited in Driveri, and the driver deleted in GPS',
    people: (given, cy) => {
      given.driveri.put({ driverId: D3, firstName: 'Cyril', lastName: 'Drifted' });
      given.gps.remove(cy);
    },
    driveri: { removed: true },
  },
  {
    name: 'the driver is removed in Driveri',
    people: (given) => given.driveri.put({ driverId: D3, removed: true }),
    driveri: { removed: false, lastName: 'Or' },
  },
];

const createdIn = (given: GivenSync): readonly string[] =>
  given.driveri.writes.filter((write) => write.operation.endsWith('create')).map((write) => write.driverId);

describe('a CREATE whose answer nobody got', () => {
  let database: Database;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());

  it.each(MEANWHILE)('is found out about when $name', async ({ people, driveri }) => {
    const given = await givenSync({ database });
    // As many as it takes for one removal not to be a mass change.
    for (const name of ['Ana', 'Bo', 'Di', 'Eve', 'Flo', 'Gus', 'Hal', 'Ida'])
      given.gps.put({ firstName: name, lastName: 'Silva', driverId: `D-${name}` });
    await given.turnOn();
    const cy = given.gps.put({ firstName: 'Cy', lastName: 'Or', driverId: 'D3', email: 'cy@fleet.example' });
    given.driveri.faults = ({ operation }) =>
      operation === 'drivers.create' ? { kind: 'timeout', when: 'after' } : null;
    await given.pollGps();
    await given.settle();
    given.driveri.faults = () => null;
    people(given, cy);
    for (let minute = 0; minute < 30; minute += 6) {
      await given.pollGps();
      await given.pollDriveri();
      await given.settle();
      await given.pass(6 * 60_000);
    }
    expect(given.driveri.drivers.get(D3)).toMatchObject(driveri);
    expect(createdIn(given).filter((id) => id === 'D3')).toHaveLength(1);
  });
});
