import { driverId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import { createRelay } from '../../src/sync/account/relay';
import { givenSyncDatabase, MASTER } from '../support/given-sync';
import {
  fails,
  healthOf,
  healthWithin,
  HEALTHY,
  intervals,
  recovers,
  settledWorld,
  wordsOf,
  type World,
} from '../support/settled-world';
import { heldItems, keyOf } from '../support/shown';

const D = driverId;
const HOUR = 3_600_000;

interface Line {
  readonly line: string;
  readonly input: string;
  /** Drivers of the account; 3 unless said. */
  readonly fleet?: number;
  readonly happens: (world: World) => unknown;
  /** What health says three intervals later; nothing: it is HEALTHY all the time. */
  readonly codes: readonly string[];
  /** The cause, and what helps, as the person reads it. */
  readonly says?: readonly string[];
  readonly state?: 'DEGRADED' | 'BLOCKED';
  readonly ends?: (world: World) => unknown;
  /** Intervals after which the problem has to be there; a problem of Driveri has its own interval. */
  readonly within?: number;
  /** Intervals after which it has to be gone; runs are tried again after five minutes. */
  readonly goneWithin?: number;
}

const aheadOnce = (ms: number) => async (world: World) => {
  const before = world.clock.now();
  world.clock.advance(ms);
  await world.pollGps();
  await world.pollDriveri();
  world.clock.set(before + 1_000);
};

const LINES: readonly Line[] = [
  {
    line: 'A1',
    input: 'Driveri removes a driver, and a user refreshes it',
    async happens(world) {
      world.driveri.put({ driverId: D('D1'), removed: true });
      await world.commands.refreshDriver(MASTER, await keyOf(world, world.id(1)));
    },
    codes: [],
  },
  {
    line: 'A2',
    input: 'a DriverID is changed in Driveri',
    happens: ({ driveri }) => driveri.rename(D('D1'), D('X1')),
    codes: [],
  },
  {
    line: 'A3',
    input: 'all 40 last names become X',
    fleet: 40,
    happens({ gps, id }) {
      for (let number = 1; number <= 40; number += 1) gps.put({ gpsId: id(number), lastName: 'X' });
    },
    codes: ['MASS_CHANGE'],
    ends({ gps, id }) {
      for (let number = 1; number <= 40; number += 1)
        gps.put({ gpsId: id(number), lastName: `Last${number}` });
    },
  },
  {
    line: 'A4',
    input: 'two edits with one version',
    async happens(world) {
      const key = await keyOf(world, world.id(1));
      const edits = ['One', 'Two'].map((lastName) =>
        world.commands.updateDriver(MASTER, key, null, { lastName }),
      );
      await Promise.all(edits);
    },
    codes: [],
  },
  {
    line: 'A5',
    input: 'two creates with one DriverID',
    happens: ({ commands }) =>
      Promise.all(
        ['One', 'Two'].map((lastName) => commands.createDriver(MASTER, { lastName, driveriDriverId: 'N1' })),
      ),
    codes: [],
  },
  {
    line: 'A6',
    input: 'a driver is gone in GPS, and comes back',
    async happens(world) {
      world.gps.remove(world.id(1));
      await world.pollGps();
      world.gps.put({ gpsId: world.id(1) });
    },
    codes: [],
  },
  {
    line: 'A7',
    input: 'GPS accepts a create, and reading it back fails',
    async happens(world) {
      fails('driver/list', 'server')(world);
      await world.commands.createDriver(MASTER, { lastName: 'New', driveriDriverId: 'N1' });
      recovers(world);
    },
    codes: [],
  },
  {
    line: 'B1',
    input: 'the account is connected to other portals',
    happens: (world) => world.restartWith({ fingerprint: 'others' }),
    codes: ['PORTAL_CHANGED'],
    state: 'BLOCKED',
    ends: (world) => world.restartWith({ fingerprint: 'the-portals' }),
  },
  {
    line: 'B2',
    input: 'no row carries the configured DriverID field',
    happens({ gps }) {
      gps.answersDriverIds = false;
    },
    codes: ['DRIVER_ID_UNREADABLE'],
    ends({ gps }) {
      gps.answersDriverIds = true;
    },
  },
  {
    line: 'B3',
    input: 'another fallback stands in for the DriverID',
    happens: (world) => world.restartWith({ fallback: 'gps-id' }),
    codes: [],
  },
  {
    line: 'B4',
    input: 'a Ref ID meets a Driveri driver of another name',
    happens({ gps, driveri }) {
      driveri.put({ driverId: D('417'), firstName: 'Ben', lastName: 'Hur' });
      gps.put({ gpsId: '9', firstName: 'Ann', lastName: 'Lee', referenceId: '417' });
    },
    codes: ['DRIVERS_NEED_ATTENTION'],
    ends: ({ gps }) => gps.put({ gpsId: '9', driverId: 'N9' }),
    within: 6,
  },
  {
    line: 'B6',
    input: 'the GPS user sees some groups only',
    happens({ gps }) {
      gps.seesAllDrivers = false;
    },
    codes: ['GPS_VIEW_RESTRICTED'],
    ends({ gps }) {
      gps.seesAllDrivers = true;
    },
  },
  {
    line: 'C1',
    input: 'NUL in one row of GPS, and in one of Driveri',
    happens({ gps, driveri, id }) {
      gps.cleaned.set(id(1), ['last name: NUL was taken out']);
      driveri.cleaned.set('D2', ['last name: NUL was taken out']);
    },
    codes: [],
  },
  {
    line: 'C2',
    input: 'a row of GPS that cannot be read',
    happens: ({ gps, id }) => gps.unreadable.set(id(1), 'the e-mail is not a text'),
    codes: ['DRIVERS_NEED_ATTENTION', 'GPS_ROWS_SET_ASIDE'],
    ends: ({ gps }) => gps.unreadable.clear(),
  },
  {
    line: 'C2',
    input: 'a row of Driveri that cannot be read',
    happens({ driveri }) {
      driveri.put({ driverId: D('D1'), group: 'North' });
      driveri.unreadable.set('D1', 'the DriverID is not a text');
    },
    codes: ['DRIVERI_ROWS_SET_ASIDE', 'DRIVERS_NEED_ATTENTION'],
    ends({ driveri }) {
      driveri.unreadable.clear();
      driveri.put({ driverId: D('D1'), group: 'South' });
    },
  },
  {
    line: 'C3',
    input: 'HTTP 500 while a run reads Driveri',
    async happens(world) {
      fails('drivers.list', 'server')(world);
      await world.commands.resyncDrivers(MASTER, null, false);
    },
    codes: ['DRIVERI_UNREACHABLE', 'RUN_TRIED_AGAIN'],
    state: 'BLOCKED',
    ends: recovers,
    goneWithin: 11,
  },
  {
    line: 'C4',
    input: 'a run for one driver is under way when the daily run is due',
    async happens(world) {
      await world.commands.resyncDrivers(MASTER, [await keyOf(world, world.id(1))], false);
      await world.database.pool.query('update gateway.account set next_run_at = $1', [world.clock.now()]);
    },
    codes: [],
  },
  {
    line: 'C5',
    input: 'an updatedDate in 2099',
    happens: ({ driveri }) =>
      driveri.drivers.set(D('D1'), {
        ...(driveri.drivers.get(D('D1')) as NonNullable<ReturnType<typeof driveri.drivers.get>>), // of the fleet
        updatedDate: null,
      }),
    codes: [],
  },
  {
    line: 'C6',
    input: 'driver/list is refused',
    happens: fails('driver/list', 'rejected'),
    codes: ['GPS_READINGS_LATE'],
    ends: recovers,
  },
  {
    line: 'C6',
    input: "the day's requests are spent",
    happens: fails('driver/list', 'paused'),
    codes: ['GPS_READINGS_LATE'],
    ends: recovers,
  },
  {
    line: 'C7',
    input: 'a listing that times out',
    happens: fails('driver/list', 'timeout'),
    codes: ['GPS_UNREACHABLE'],
    state: 'BLOCKED',
    ends: recovers,
  },
  {
    line: 'D1',
    input: 'an answer in another encoding than it says',
    happens: fails('driver/list', 'malformed'),
    codes: ['GPS_UNREACHABLE'],
    state: 'BLOCKED',
    ends: recovers,
  },
  {
    line: 'D2',
    input: 'a DriverID of eighteen digits',
    happens: ({ gps, id }) => gps.put({ gpsId: id(1), driverId: '123456789012345678' }),
    codes: [],
  },
  {
    line: 'D3',
    input: 'a DriverID that Driveri has in another case',
    happens({ gps, driveri }) {
      driveri.ignoresCase = true;
      driveri.put({ driverId: D('TX-9001'), firstName: 'Ben', lastName: 'Hur' });
      gps.put({ gpsId: '9', firstName: 'Ann', lastName: 'Lee', driverId: 'tx-9001' });
    },
    codes: ['DRIVERS_NEED_ATTENTION'],
    ends: ({ gps }) => gps.put({ gpsId: '9', driverId: 'N9' }),
  },
  {
    line: 'D5',
    input: 'Driveri keeps ten letters of a last name',
    happens({ gps, driveri, id }) {
      driveri.keeps = ({ lastName, ...rest }) =>
        lastName === undefined ? rest : { ...rest, lastName: lastName?.slice(0, 10) ?? null };
      gps.put({ gpsId: id(1), lastName: 'Featherstonehaugh' });
    },
    codes: ['DRIVERS_NEED_ATTENTION'],
    ends: ({ gps, id }) => gps.put({ gpsId: id(1), lastName: 'Short' }),
    within: 6,
  },
  {
    line: 'D6',
    input: 'Driveri refuses an e-mail',
    happens({ gps, driveri, id }) {
      driveri.refuses = ({ email }) => (email === 'shared@fleet.example' ? 'email is in use' : null);
      gps.put({ gpsId: id(1), email: 'shared@fleet.example' });
    },
    codes: ['DRIVERS_NEED_ATTENTION'],
    ends: ({ gps, id }) => gps.put({ gpsId: id(1), email: 'own@fleet.example' }),
  },
  {
    line: 'D7',
    input: 'an e-mail is cleared in GPS',
    happens: ({ gps, id }) => gps.put({ gpsId: id(1), email: null }),
    codes: [],
  },
  {
    line: 'D8',
    input: 'a linked record is purged in Driveri',
    happens: ({ driveri }) => driveri.drivers.delete(D('D1')),
    codes: [],
  },
  {
    line: 'E1',
    input: 'GPS refuses a delete',
    async happens(world) {
      fails('driver/delete', 'rejected')(world);
      await world.commands.deleteDriver(MASTER, await keyOf(world, world.id(1)));
    },
    codes: [],
  },
  {
    line: 'E4',
    input: 'GPS asks for fewer requests',
    happens: fails('driver/list', 'rate-limited'),
    codes: ['GPS_RATE_LIMITED'],
    ends: recovers,
  },
  {
    line: 'E6',
    input: 'a log-in is answered with "temporarily unavailable"',
    happens: fails('driver/list', 'server'),
    codes: ['GPS_UNREACHABLE'],
    state: 'BLOCKED',
    ends: recovers,
  },
  {
    line: 'E6',
    input: 'a log-in is refused',
    happens: fails('drivers.list', 'credentials'),
    codes: ['DRIVERI_CREDENTIALS_REFUSED'],
    state: 'BLOCKED',
    ends: recovers,
  },
  {
    line: 'F1',
    input: 'the clock was six hours ahead for a while',
    happens: aheadOnce(6 * HOUR),
    codes: [],
  },
  {
    line: 'F2',
    input: 'the clock was 400 days ahead once',
    happens: aheadOnce(400 * 24 * HOUR),
    codes: [],
  },
  {
    line: 'F4',
    input: 'the hour of the daily run is changed',
    happens: (world) => world.restartWith({ dailyRunAt: '05:00' }),
    codes: [],
  },
  {
    line: 'H2',
    input: 'a removal is rejected',
    fleet: 10,
    async happens(world) {
      world.gps.seesAllDrivers = false;
      world.gps.remove(world.id(1));
      await world.pollGps();
      world.clock.advance(11 * 60_000);
      await world.pollGps();
      await world.pollDriveri();
      await world.settle();
      world.gps.seesAllDrivers = true;
      for (const { id, runId } of await heldItems(world))
        await world.commands.rejectSyncRunItems(MASTER, runId, [id]);
      await world.pollGps();
    },
    codes: [],
  },
];

describe('the health of each case', () => {
  let database: Database;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());

  it.each(LINES)('$line: $input: $codes', async ({ fleet = 3, codes, ends, ...line }) => {
    const world = await settledWorld(database, fleet);
    expect(await healthOf(world)).toEqual(HEALTHY);
    await line.happens(world);
    if (codes.length === 0) {
      for (let round = 0; round < 3; round += 1) {
        await intervals(world, 1);
        expect(await healthOf(world)).toEqual(HEALTHY);
      }
      return;
    }
    const told = { state: line.state ?? 'DEGRADED', codes };
    expect(await healthWithin(world, line.within ?? 3, told)).toEqual(told);
    for (const words of line.says ?? []) expect(await wordsOf(world)).toContain(words);
    await ends?.(world);
    expect(await healthWithin(world, line.goneWithin ?? 3, HEALTHY)).toEqual(HEALTHY);
  });

  it.each(['G3: Redis is a replica now', 'G4: Redis is full'])(
    '%s: the queue takes no jobs, and says so until it does again',
    async () => {
      const world = await settledWorld(database, 3);
      let takesJobs = false;
      const context = { ...world.context, queue: { enqueue: () => Promise.resolve(takesJobs) } };
      const worked: string[] = [];
      const relay = createRelay(context, (account) => worked.push(account), 0);
      const patient = createRelay(context, () => undefined, 60_000);
      await world.database.pool.query('update gateway.account_due set due_at = 0');
      await patient.look();
      expect(await healthOf(world)).toEqual({ state: 'DEGRADED', codes: ['QUEUE_REFUSES'] });
      await relay.look();
      expect(worked).toEqual([world.account.id]);
      takesJobs = true;
      await patient.look();
      expect(await healthOf(world)).toEqual(HEALTHY);
    },
  );

  it('C6: a list that stays refused blocks the account after half an hour', async () => {
    const world = await settledWorld(database, 3);
    fails('driver/list', 'rejected')(world);
    await intervals(world, 61);
    expect(await healthOf(world)).toMatchObject({ state: 'BLOCKED' });
    recovers(world);
    await intervals(world, 1);
    expect(await healthOf(world)).toEqual(HEALTHY);
  });
});
