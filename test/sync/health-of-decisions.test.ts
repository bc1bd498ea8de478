import { driverId, gpsId, type RunId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import { DEFAULT_LIMITS } from '../../src/driver/guard/guards';
import { givenSyncDatabase, MASTER } from '../support/given-sync';
import {
  healthOf,
  healthWithin,
  HEALTHY,
  intervals,
  recovers,
  settledWorld,
  wordsOf,
  type World,
} from '../support/settled-world';
import { heldItems, keyOf, shownHealth } from '../support/shown';

const D = driverId;
const MINUTE = 60_000;

/** Changes that a guard holds: a line of the design's `cases.md`, or the guard that it is about. */
interface Line {
  readonly line: string;
  readonly input: string;
  readonly fleet: number;
  readonly happens: (world: World) => unknown;
  readonly codes: readonly string[];
  /** The cause, and what helps, as the person reads it. */
  readonly says: readonly string[];
  /** Why nothing waits any more. */
  readonly over: string;
  readonly ends: (world: World) => unknown;
}

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const oneRun = async (world: World): Promise<RunId> => {
  const runs = new Set((await heldItems(world)).map(({ runId }) => runId));
  const [run] = runs;
  if (run === undefined || runs.size > 1) throw new Error(`${runs.size} runs hold something`);
  return run;
};
async function approve(world: World): Promise<void> {
  const answer = await world.commands.approveSyncRun(MASTER, await oneRun(world), null);
  expect(answer.userErrors).toEqual([]);
}
async function reject(world: World): Promise<void> {
  for (const { id, runId } of await heldItems(world))
    expect((await world.commands.rejectSyncRunItems(MASTER, runId, [id])).userErrors).toEqual([]);
}
async function cancel(world: World): Promise<void> {
  expect((await world.commands.cancelSyncRun(MASTER, await oneRun(world))).userErrors).toEqual([]);
}
const disappear =
  (...gone: readonly number[]) =>
  async (world: World) => {
    for (const number of gone) world.gps.remove(world.id(number));
    for (let look = 0; look < 2; look += 1) {
      await world.pollGps();
      world.clock.advance(11 * MINUTE);
    }
  };
const renumber = (from: number, to: number, name: (number: number) => string) => (world: World) => {
  for (const number of numbers(from, to)) world.gps.put({ gpsId: world.id(number), driverId: name(number) });
};
const rename = (from: number, to: number, name: (number: number) => string) => (world: World) => {
  for (const number of numbers(from, to)) world.gps.put({ gpsId: world.id(number), lastName: name(number) });
};
/** Two are too many at one time. */
const strictly = (
  limit: 'maxInferredRemovals' | 'maxIdentityChanges',
  happens: (world: World) => unknown,
) => {
  const guards = { ...DEFAULT_LIMITS, [limit]: 1 };
  return async (world: World): Promise<void> => {
    await world.restartWith({ guards });
    await happens(world);
  };
};
const REVIEW = 'approve or reject what it holds';

const LINES: readonly Line[] = [
  {
    line: 'D4',
    input: 'a placeholder as DriverID of one driver',
    fleet: 5,
    happens: renumber(2, 2, () => 'TBD'),
    codes: ['CHANGES_HELD'],
    says: ['1 change(s) to a suspicious DriverID', REVIEW],
    over: 'GPS has the right one again',
    ends: renumber(2, 2, (number) => `D${number}`),
  },
  {
    line: 'D4',
    input: 'a placeholder as DriverID of four drivers',
    fleet: 6,
    happens: renumber(3, 6, () => '#REF!'),
    codes: ['CHANGES_HELD'],
    says: ['4 change(s) to a suspicious DriverID'],
    over: 'a person rejects them',
    ends: reject,
  },
  {
    line: 'D4',
    input: 'a DriverID that differs from the linked one in leading zeros',
    fleet: 3,
    happens: renumber(1, 1, () => 'D01'),
    codes: ['CHANGES_HELD'],
    says: ['1 change(s) to a suspicious DriverID'],
    over: 'a person approves it',
    ends: approve,
  },
  {
    line: 'D4',
    input: 'a placeholder as DriverID of a new driver',
    fleet: 6,
    happens: ({ gps }) => gps.put({ gpsId: '77', firstName: 'New', lastName: 'One', driverId: 'none' }),
    codes: ['CHANGES_HELD'],
    says: ['1 change(s) to a suspicious DriverID'],
    over: 'the driver is deleted in GPS',
    ends: ({ gps }) => gps.remove(gpsId('77')),
  },
  {
    line: 'The cap on removals',
    input: 'two of ten drivers disappear, where one may',
    fleet: 10,
    happens: strictly('maxInferredRemovals', disappear(3, 7)),
    codes: ['CHANGES_HELD'],
    says: ['2 removal(s) from Driveri', REVIEW],
    over: 'a person approves them',
    ends: approve,
  },
  {
    line: 'The cap on removals',
    input: 'four of twenty drivers disappear',
    fleet: 20,
    happens: disappear(2, 4, 6, 8),
    codes: ['CHANGES_HELD'],
    says: ['4 removal(s) from Driveri'],
    over: 'the drivers are in GPS again',
    ends(world) {
      for (const number of [2, 4, 6, 8]) world.gps.put({ gpsId: world.id(number) });
    },
  },
  {
    line: 'The cap on changes of DriverID',
    input: 'two of ten DriverIDs change, where one may',
    fleet: 10,
    happens: strictly(
      'maxIdentityChanges',
      renumber(5, 6, (number) => `N${number}`),
    ),
    codes: ['CHANGES_HELD'],
    says: ['2 change(s) of a DriverID'],
    over: 'a person approves them',
    ends: approve,
  },
  {
    line: 'A3',
    input: 'eleven of fifteen last names change',
    fleet: 15,
    happens: rename(1, 11, () => 'Imported'),
    codes: ['MASS_CHANGE'],
    says: ['11 drivers are to be changed at once; they wait for approval', 'a bad import into GPS'],
    over: 'a person approves them',
    ends: approve,
  },
  {
    line: 'A3',
    input: 'all of twelve last names change',
    fleet: 12,
    happens: rename(1, 12, (number) => `Neu${number}`),
    codes: ['MASS_CHANGE'],
    says: ['12 drivers are to be changed at once; they wait for approval'],
    over: 'a person rejects them',
    ends: reject,
  },
  {
    line: 'H3',
    input: 'a run that holds twelve is cancelled',
    fleet: 12,
    async happens(world) {
      rename(1, 12, () => 'X')(world);
      await intervals(world, 1);
      await cancel(world);
    },
    codes: ['MASS_CHANGE'],
    says: ['12 drivers are to be changed at once; they wait for approval'],
    over: 'a person approves them in the run that holds them now',
    ends: approve,
  },
  {
    line: 'H3',
    input: 'a run that holds removals is cancelled twice',
    fleet: 10,
    async happens(world) {
      await strictly('maxInferredRemovals', disappear(4, 5))(world);
      await intervals(world, 1);
      await cancel(world);
      await intervals(world, 1);
      await cancel(world);
    },
    codes: ['CHANGES_HELD'],
    says: ['2 removal(s) from Driveri'],
    over: 'a person rejects them',
    ends: reject,
  },
  {
    line: 'H5',
    input: 'eleven dry runs after a run with held items',
    fleet: 3,
    async happens(world) {
      renumber(2, 2, () => 'N/A')(world);
      await intervals(world, 1);
      for (let run = 0; run < 11; run += 1) {
        await world.commands.resyncDrivers(MASTER, null, true);
        await world.runs();
      }
    },
    codes: ['CHANGES_HELD'],
    says: ['1 change(s) to a suspicious DriverID'],
    over: 'a person rejects it',
    ends: reject,
  },
  {
    line: 'H5',
    input: 'a run of one driver after a run that holds twelve',
    fleet: 12,
    async happens(world) {
      rename(1, 12, () => 'X')(world);
      await intervals(world, 1);
      world.gps.put({ gpsId: '99', firstName: 'New', lastName: 'Comer', driverId: 'N99' });
      await intervals(world, 1);
      await world.commands.resyncDrivers(MASTER, [await keyOf(world, gpsId('99'))], false);
      await world.runs();
    },
    codes: ['MASS_CHANGE'],
    says: ['12 drivers are to be changed at once; they wait for approval'],
    over: 'a person rejects them',
    ends: reject,
  },
  {
    line: 'H6',
    input: 'a driver is deleted while the sync is off, which is then turned on',
    fleet: 10,
    async happens(world) {
      await world.commands.setDriverSync(MASTER, false, null);
      await world.commands.deleteDriver(MASTER, await keyOf(world, world.id(1)));
      await world.turnOn();
    },
    codes: ['CHANGES_HELD'],
    says: ['1 removal(s) from Driveri'],
    over: 'a person approves it',
    ends: approve,
  },
];

describe('the health of what waits for a person', () => {
  let database: Database;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());

  it.each(LINES)('$line: $input: $codes, until $over', async ({ fleet, codes, says, ...line }) => {
    const world = await settledWorld(database, fleet);
    await line.happens(world);
    const waiting = { state: 'DEGRADED', codes };
    expect(await healthWithin(world, 3, waiting)).toEqual(waiting);
    for (const words of says) expect(await wordsOf(world)).toContain(words);
    await line.ends(world);
    expect(await healthWithin(world, 3, HEALTHY)).toEqual(HEALTHY);
    expect(await heldItems(world)).toEqual([]);
  });

  it('says how many are left when a person has decided about some', async () => {
    const world = await settledWorld(database, 15);
    rename(1, 13, () => 'Imported')(world);
    await intervals(world, 1);
    const [first, second, ...others] = await heldItems(world);
    if (first === undefined || second === undefined) throw new Error('nothing is held');
    await world.commands.approveSyncRun(MASTER, first.runId, [first.id]);
    await world.commands.rejectSyncRunItems(MASTER, second.runId, [second.id]);
    await intervals(world, 1);
    expect(await wordsOf(world)).toContain(
      `${others.length} drivers are to be changed at once; they wait for approval`,
    );
    expect(await healthOf(world)).toEqual({ state: 'DEGRADED', codes: ['MASS_CHANGE'] });
  });

  it('says since when the first change waits', async () => {
    const world = await settledWorld(database, 4);
    renumber(1, 1, () => 'N/A')(world);
    await intervals(world, 1);
    const from = world.clock.now();
    renumber(2, 2, () => 'N/A')(world);
    await intervals(world, 2);
    const [problem] = (await shownHealth(world)).problems;
    expect(problem?.message).toContain('2 change(s)');
    expect(problem?.since).toBeGreaterThan(from - MINUTE);
    expect(problem?.since).toBeLessThanOrEqual(from);
  });

  it('H1: two held removals are rejected; it is turned off, and on with a preview: nothing waits', async () => {
    const world = await settledWorld(database, 10);
    world.gps.seesAllDrivers = false;
    await disappear(1, 2)(world);
    await intervals(world, 1);
    expect(await healthOf(world)).toEqual({
      state: 'DEGRADED',
      codes: ['CHANGES_HELD', 'GPS_VIEW_RESTRICTED'],
    });
    world.gps.seesAllDrivers = true;
    await reject(world);
    await intervals(world, 1);
    expect(await healthOf(world)).toEqual(HEALTHY);
    await world.commands.setDriverSync(MASTER, false, null);
    expect((await healthOf(world)).state).toBe('OFF');
    const preview = await world.commands.resyncDrivers(MASTER, null, true);
    await world.runs();
    expect((await world.commands.setDriverSync(MASTER, true, preview.value)).userErrors).toEqual([]);
    await world.runs();
    await intervals(world, 1);
    expect(await healthOf(world)).toEqual(HEALTHY);
  });

  it('H4: GPS answers 502 after it created: told at once, and over when GPS was read', async () => {
    const world = await settledWorld(database, 3);
    world.gps.faults = ({ operation }) =>
      operation === 'driver/create' ? { when: 'after', kind: 'server' } : null;
    await world.commands.createDriver(MASTER, { lastName: 'New', driveriDriverId: 'N1' }).catch(() => null);
    expect(await healthOf(world)).toEqual({ state: 'BLOCKED', codes: ['GPS_UNREACHABLE'] });
    expect(await wordsOf(world)).toContain('driver/create');
    recovers(world);
    expect(await healthWithin(world, 3, HEALTHY)).toEqual(HEALTHY);
    await intervals(world, 1);
    expect([...world.gps.drivers.values()].filter(({ lastName }) => lastName === 'New')).toHaveLength(1);
    expect(world.driveri.drivers.get(D('N1'))).toMatchObject({ removed: false });
  });

  describe('H7: the removal of a driver whom GPS no longer has is undone', () => {
    async function removed(): Promise<{ world: World; undo: () => Promise<unknown> }> {
      const world = await settledWorld(database, 8);
      await disappear(5)(world);
      await intervals(world, 1);
      const removal = (await world.events()).find(({ type }) => type === 'DRIVERI_DRIVER_REMOVED');
      return { world, undo: () => world.commands.undoRemoval(MASTER, removal?.seq ?? 0, true) };
    }

    it('is unmanaged from then on: nothing waits, and nothing has failed', async () => {
      const { world, undo } = await removed();
      expect(await undo()).toMatchObject({ userErrors: [] });
      for (let round = 0; round < 3; round += 1) {
        await intervals(world, 1);
        expect(await healthOf(world)).toEqual(HEALTHY);
      }
      expect(world.driveri.drivers.get(D('D5'))).toMatchObject({ removed: false });
    });

    it('while Driveri does not answer: told with the cause, until it does', async () => {
      const { world, undo } = await removed();
      world.driveri.faults = () => ({ when: 'before', kind: 'timeout' });
      await undo().catch(() => null);
      const away = { state: 'BLOCKED', codes: ['DRIVERI_UNREACHABLE'] };
      expect(await healthWithin(world, 3, away)).toEqual(away);
      expect(await wordsOf(world)).toContain('drivers.list');
      recovers(world);
      expect(await healthWithin(world, 3, HEALTHY)).toEqual(HEALTHY);
    });
  });
});
