import { setTimeout as sleep } from 'node:timers/promises';
import { driverId, type GpsId } from '../../src/driver/ids';
import { DEFAULT_LIMITS } from '../../src/driver/guard/guards';
import type { Database } from '../../src/store/database/database';
import { ownAccount } from '../../src/sync/account/own-account';
import { EmbeddedSession } from '../../src/store/embedded/embedded-session';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';

/** What happens to every driver of a fleet at one time; what it comes to in Driveri. */
const CHANGES: readonly {
  readonly name: string;
  readonly change: (given: GivenSync, id: GpsId, number: number) => void;
  readonly isDone: (given: GivenSync, number: number) => boolean;
}[] = [
  {
    name: 'gets another name',
    change: (given, id, number) => void given.gps.put({ gpsId: id, lastName: `Renamed ${number}` }),
    isDone: (given, number) =>
      given.driveri.drivers.get(driverId(`D-${number}`))?.lastName === `Renamed ${number}`,
  },
  {
    name: 'gets another DriverID',
    change: (given, id, number) => void given.gps.put({ gpsId: id, driverId: `N-${number}` }),
    isDone: (given, number) => given.driveri.drivers.has(driverId(`N-${number}`)),
  },
  {
    name: 'is edited in Driveri',
    change: (given, _id, number) =>
      given.driveri.put({ driverId: driverId(`D-${number}`), lastName: 'Drifted' }),
    isDone: (given, number) =>
      given.driveri.drivers.get(driverId(`D-${number}`))?.lastName === `Silva ${number}`,
  },
  {
    name: 'is deleted in GPS',
    change: (given, id) => given.gps.remove(id),
    isDone: (given, number) => given.driveri.drivers.get(driverId(`D-${number}`))?.removed === true,
  },
];

describe('no statement is made for each driver', () => {
  let database: Database;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => jest.restoreAllMocks());

  /** Statements from the change of so many drivers until Driveri has it. */
  async function statementsFor(count: number, { change, isDone }: (typeof CHANGES)[number]): Promise<number> {
    const guards = {
      ...DEFAULT_LIMITS,
      maxInferredRemovals: 1_000,
      maxInferredRemovalsPercent: 1_000,
      maxIdentityChanges: 1_000,
      maxUnremarkableChanges: 1_000,
      holdChangedPercent: 1_000,
      minCompletePercent: 0,
    };
    const given = await givenSync({ database, account: { guards, driftPolicy: 'immediate' } });
    const ids = Array.from({ length: count }, (_, number) =>
      given.gps.put({ firstName: 'Ana', lastName: `Silva ${number}`, driverId: `D-${number}` }),
    );
    for (let number = 0; number < 20; number += 1)
      given.gps.put({ firstName: 'Bo', lastName: `Costa ${number}`, driverId: `C-${number}` });
    await given.turnOn();
    await given.pass(20 * 60_000);
    const run = jest.spyOn(EmbeddedSession.prototype, 'run');
    ids.forEach((id, number) => change(given, id, number));
    for (let round = 0; round < 4; round += 1) {
      await given.pollGps();
      await given.pollDriveri();
      await given.settle();
      await given.pass(11 * 60_000);
    }
    const statements = run.mock.calls.length;
    run.mockRestore();
    expect(ids.map((_, number) => isDone(given, number))).toEqual(ids.map(() => true));
    return statements;
  }

  it.each(CHANGES)('when each of many $name', async (change) => {
    const [few, many] = [await statementsFor(10, change), await statementsFor(70, change)];
    expect((many - few) / 60).toBeLessThan(1);
  });
});

describe('after an upgrade, when another version of the rules holds', () => {
  const FLEET = 70;
  let database: Database;
  let given: GivenSync;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    for (let number = 0; number < FLEET; number += 1)
      given.gps.put({ firstName: 'Ana', lastName: `Silva ${number}`, driverId: `D-${number}` });
    await given.turnOn();
    await given.pass(20 * 60_000);
    await database.pool.query(`update gateway.link set settled = 'by the rules of an older version'`);
  });
  afterEach(() => jest.restoreAllMocks());

  async function run(options: { readonly dryRun: boolean }): Promise<number> {
    const spied = jest.spyOn(EmbeddedSession.prototype, 'run');
    const { userErrors } = await given.commands.resyncDrivers(MASTER, null, options.dryRun);
    expect(userErrors).toEqual([]);
    await given.runs();
    const statements = spied.mock.calls.length;
    spied.mockRestore();
    return statements;
  }
  const unsettled = async (): Promise<number> => {
    const { rows } = await database.pool.query<{ count: string }>(
      `select count(*) as count from gateway.link where settled = 'by the rules of an older version'`,
    );
    return Number(rows[0]?.count);
  };

  it('the first run plans everybody and settles them in sets, and the next one plans nobody', async () => {
    const first = await run({ dryRun: false });
    expect(await unsettled()).toBe(0);
    expect(given.driveri.writes).toHaveLength(FLEET); // the CREATEs of turning on
    const second = await run({ dryRun: false });
    // One slice to look at, and one transaction that settles: for seventy drivers as for one.
    expect(first - second).toBeLessThan(20);
  });

  it('a dry run writes nothing', async () => {
    await run({ dryRun: true });
    expect(await unsettled()).toBe(FLEET);
  });

  it('a driver that differs is not settled by it', async () => {
    given.driveri.put({ driverId: driverId('D-1'), lastName: 'Drifted' });
    await run({ dryRun: false });
    await given.settle();
    expect(given.driveri.drivers.get(driverId('D-1'))).toMatchObject({ lastName: 'Silva 1' });
    expect(await unsettled()).toBe(0);
  });
});

it('an owner that waits for a portal does not ask the database again and again who is free', async () => {
  const given = await givenSync({ account: { driftPolicy: 'immediate' } });
  const id = given.gps.put({ firstName: 'Ana', lastName: 'Silva', driverId: 'D-1' });
  for (let number = 2; number <= 20; number += 1)
    given.gps.put({ lastName: `C${number}`, driverId: `D-${number}` });
  await given.turnOn();
  await given.pass(20 * 60_000);
  const ask = given.driveri.readDriver.bind(given.driveri);
  jest.spyOn(given.driveri, 'readDriver').mockImplementation(async (...asked) => {
    await sleep(400);
    return ask(...asked);
  });
  given.gps.put({ gpsId: id, driverId: 'N-1' });
  await given.pollGps();
  const run = jest.spyOn(EmbeddedSession.prototype, 'run');
  await ownAccount(given.context, MASTER.account);
  expect(given.driveri.drivers.has(driverId('N-1'))).toBe(true);
  // Some 60 for the change itself; without a pause there are hundreds.
  expect(run.mock.calls.length).toBeLessThan(150);
  jest.restoreAllMocks();
  await given.close();
});
