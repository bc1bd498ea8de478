import { driverVersion } from '../../src/driver/driver-version';
import { driverId, gpsId, type DriverKey, type GpsId } from '../../src/driver/ids';
import type { AccountOwner } from '../../src/sync/account/account-owner';
import { doNow, ownAccount } from '../../src/sync/account/own-account';
import { pollGps } from '../../src/sync/observe/poll-gps';
import type { Look } from '../../src/sync/reconcile/look';
import { workDrivers } from '../../src/sync/reconcile/turn';
import type { Database } from '../../src/store/database/database';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';

const D = driverId;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('decisions from looks that have grown old', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
  });

  /** So many drivers in GPS, D1, D2 and so on, in Driveri as well, and settled for an hour. */
  async function fleet(size: number): Promise<void> {
    ids = Array.from({ length: size }, (_, index) =>
      given.gps.put({
        firstName: `First${index + 1}`,
        lastName: `Last${index + 1}`,
        driverId: `D${index + 1}`,
      }),
    );
    await given.turnOn();
    await given.pass(HOUR);
    await look();
  }

  const id = (number: number): GpsId => ids[number - 1] ?? gpsId('none');

  async function look(after = 30_000): Promise<void> {
    given.clock.advance(after);
    await given.pollGps();
    await given.pollDriveri();
    await given.settle();
  }

  async function keyOf(gps: GpsId): Promise<DriverKey> {
    const key = await given.context.store.read(MASTER.account, (tx) => tx.drivers.keyOfGps(gps));
    if (key === null) throw new Error(`driver ${gps} is not known`);
    return key;
  }

  async function versionOf(gps: GpsId): Promise<string> {
    const known = await given.context.store.read(MASTER.account, (tx) => tx.rosters.gpsDrivers([gps]));
    const row = known.get(gps);
    if (row === undefined) throw new Error(`driver ${gps} is not known`);
    return driverVersion(row.entry.version, row.groups);
  }

  async function touch(gps: GpsId): Promise<void> {
    const now = given.clock.now();
    await given.context.store.transaction(MASTER.account, (tx) => tx.work.touch([gps], now));
  }

  /** A turn of an owner to whom something happens between a look and what follows from it. */
  async function turn(between: (look: Look, owner: AccountOwner) => Promise<void>): Promise<void> {
    let current: AccountOwner | null = null;
    const { store } = given.context;
    const looking: typeof store = {
      ...store,
      read: async (account, work) => {
        const seen = await store.read(account, work);
        const found = seen as Partial<Look> | null; // of all that is read, only a look has rows of work
        if (Array.isArray(found?.rows) && found.inFlight !== undefined && current !== null)
          await between(seen as unknown as Look, current);
        return seen;
      },
    };
    await doNow({ ...given.context, store: looking }, MASTER.account, async (owner, recorder) => {
      current = owner;
      for (let round = 0; round < 5; round += 1) {
        await workDrivers(owner, recorder);
        await owner.settled();
      }
    });
  }

  const once = (what: () => Promise<void>): (() => Promise<void>) => {
    let isDone = false;
    return async () => {
      if (isDone) return;
      isDone = true;
      await what();
    };
  };

  const x = (name: string) => given.driveri.drivers.get(D(name));
  const names = (): readonly string[] => [...given.driveri.drivers.keys()].sort();
  const codes = (result: { readonly userErrors: readonly { readonly code: string }[] }) =>
    result.userErrors.map(({ code }) => code);

  async function statusesOf(): Promise<Record<string, number>> {
    const { rows } = await database.pool.query<{ status: string; count: number }>(
      'select status, count(*)::int as count from gateway.driver where listed group by status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  describe('A1: a driver removed in Driveri, seen by refreshDriver before the next poll', () => {
    beforeEach(() => fleet(3));

    it('is reinstated at once', async () => {
      given.driveri.put({ driverId: D('D1'), removed: true });
      await given.commands.refreshDriver(MASTER, await keyOf(id(1)));
      await given.settle();
      expect(x('D1')?.removed).toBe(false);
      expect(await statusesOf()).toEqual({ IN_SYNC: 3 });
    });

    it('is reinstated at once, with the fields that were edited there as well', async () => {
      given.driveri.put({ driverId: D('D1'), removed: true, lastName: 'Edited' });
      await given.commands.refreshDriver(MASTER, await keyOf(id(1)));
      await given.settle();
      expect(x('D1')).toMatchObject({ removed: false, lastName: 'Last1' });
    });

    it('is created again at once when Driveri has no trace of the driver any more', async () => {
      given.driveri.drivers.delete(D('D1'));
      await given.commands.refreshDriver(MASTER, await keyOf(id(1)));
      await given.settle();
      expect(x('D1')).toMatchObject({ removed: false, lastName: 'Last1' });
    });

    it('is reinstated at once when the reading was a turn’s own, for another driver that wants the DriverID', async () => {
      given.driveri.put({ driverId: D('D1'), removed: true });
      // The renaming reads D1 and D9 directly; D1 then shows its removal.
      given.gps.put({ gpsId: id(1), driverId: 'D9' });
      await given.pollGps();
      await given.settle();
      expect(x('D9')).toMatchObject({ removed: false });
      expect(names()).toEqual(['D2', 'D3', 'D9']);
    });
  });

  describe('A2: a DriverID changed in Driveri, seen by refreshDriver before the next poll', () => {
    beforeEach(() => fleet(3));

    it('is renamed back at once', async () => {
      given.driveri.rename(D('D1'), D('Z1'));
      await given.commands.refreshDriver(MASTER, await keyOf(id(1)));
      await given.settle();
      expect(names()).toEqual(['D1', 'D2', 'D3']);
      expect(given.driveri.writes.at(-1)).toMatchObject({ operation: 'rename', driverId: 'D1' });
      expect(await statusesOf()).toEqual({ IN_SYNC: 3 });
    });

    it('is renamed back at once when the name was edited as well and the e-mail agrees', async () => {
      given.gps.put({ gpsId: id(1), email: 'one@fleet.example' });
      await look();
      given.driveri.rename(D('D1'), D('Z1'));
      given.driveri.put({ driverId: D('Z1'), lastName: 'Edited' });
      await given.commands.refreshDriver(MASTER, await keyOf(id(1)));
      await given.settle();
      expect(names()).toEqual(['D1', 'D2', 'D3']);
      expect(x('D1')?.lastName).toBe('Last1');
    });

    it('is renamed to what GPS wants by now', async () => {
      given.driveri.rename(D('D1'), D('Z1'));
      given.gps.put({ gpsId: id(1), driverId: 'N1' });
      await given.commands.refreshDriver(MASTER, await keyOf(id(1)));
      await given.settle();
      expect(names()).toEqual(['D2', 'D3', 'N1']);
      expect(given.driveri.writes.filter(({ operation }) => operation === 'create')).toHaveLength(3);
    });
  });

  describe('A3: an owner has looked at one driver; a listing arrives that changes most of the fleet', () => {
    beforeEach(() => fleet(40));
    const overwritten = (): number =>
      [...given.driveri.drivers.values()].filter(({ lastName }) => lastName === 'X').length;

    it('all 40 stay held when the driver was about to settle', async () => {
      await touch(id(1));
      const listing = once(async () => {
        for (const gps of ids) given.gps.put({ gpsId: gps, lastName: 'X' });
      });
      await turn(async (_look, owner) => {
        const before = [...given.gps.drivers.values()][0]?.lastName;
        await listing();
        if (before !== 'X') await pollGps(owner);
      });
      await given.settle();
      expect([overwritten(), await statusesOf()]).toEqual([0, { HELD: 40 }]);
      await touch(id(1));
      await given.settle();
      expect([overwritten(), await statusesOf()]).toEqual([0, { HELD: 40 }]);
    });

    it('all 40 stay held when the driver was about to be written', async () => {
      given.gps.put({ gpsId: id(1), email: 'one@fleet.example' });
      await given.pollGps();
      let isListed = false;
      await turn(async (_look, owner) => {
        if (isListed) return;
        isListed = true;
        for (const gps of ids) given.gps.put({ gpsId: gps, lastName: 'X' });
        await pollGps(owner);
      });
      await given.settle();
      expect([overwritten(), await statusesOf()]).toEqual([0, { HELD: 40 }]);
    });

    it('the 25 of 40 that changed stay held when the reason to look was in Driveri', async () => {
      given.driveri.put({ driverId: D('D1'), removed: true });
      await given.pollDriveri();
      let isListed = false;
      await turn(async (_look, owner) => {
        if (isListed) return;
        isListed = true;
        for (const gps of ids.slice(0, 25)) given.gps.put({ gpsId: gps, lastName: 'X' });
        await pollGps(owner);
      });
      await given.settle();
      expect([overwritten(), await statusesOf()]).toEqual([0, { HELD: 25, IN_SYNC: 15 }]);
    });
  });

  describe('A4: two updateDriver with one version', () => {
    beforeEach(() => fleet(2));

    async function both(first: object, second: object): Promise<void> {
      const [key, version] = [await keyOf(id(1)), await versionOf(id(1))];
      const results = await Promise.all(
        [first, second].map((input) => given.commands.updateDriver(MASTER, key, version, input)),
      );
      expect(results.map(codes).sort()).toEqual([[], ['CONFLICT']]);
      expect(results.map(({ value }) => value)).toEqual([key, key]);
    }

    it('at once: the second answers CONFLICT with the current driver, and is not written', async () => {
      await both({ lastName: 'One' }, { lastName: 'Two' });
      expect(given.gps.calls.filter((call) => call === 'driver/update')).toHaveLength(1);
      await given.settle();
      expect(x('D1')?.lastName).toBe(given.gps.drivers.get(id(1))?.lastName);
    });

    it('at once, of other fields: the second answers CONFLICT as well', async () => {
      await both({ lastName: 'One' }, { email: 'one@fleet.example' });
    });

    it('at once, of groups: they count, too', async () => {
      given.gps.groups.set('North', new Set());
      given.gps.groups.set('South', new Set());
      await both({ groups: ['North'] }, { groups: ['South'] });
      expect([...given.gps.groups.values()].filter((members) => members.has(id(1)))).toHaveLength(1);
    });

    it('after an edit in the portal that is younger than the last poll: CONFLICT, and that edit stays', async () => {
      const [key, version] = [await keyOf(id(1)), await versionOf(id(1))];
      given.gps.put({ gpsId: id(1), lastName: 'Portal' });
      const result = await given.commands.updateDriver(MASTER, key, version, { lastName: 'Two' });
      expect([codes(result), result.value]).toEqual([['CONFLICT'], key]);
      await given.settle();
      expect([given.gps.drivers.get(id(1))?.lastName, x('D1')?.lastName]).toEqual(['Portal', 'Portal']);
    });
  });

  describe('A5: two writers and one DriverID', () => {
    beforeEach(() => fleet(2));
    const create = (fields: object) => given.commands.createDriver(MASTER, { lastName: 'New', ...fields });

    async function oneOf(writes: readonly Promise<{ userErrors: readonly { code: string }[] }>[]) {
      const results = await Promise.all(writes);
      expect(results.map(codes).sort()).toEqual([[], ['DRIVER_ID_TAKEN']]);
      await given.settle();
      expect(await statusesOf()).not.toHaveProperty('CONFLICT');
    }

    it('two createDriver at once: the second gets DRIVER_ID_TAKEN', async () => {
      await oneOf([create({ driveriDriverId: 'N1' }), create({ driveriDriverId: 'N1' })]);
      expect(given.gps.drivers.size).toBe(3);
      expect(names()).toEqual(['D1', 'D2', 'N1']);
    });

    it('one create claims it by its Ref ID, the other by its DriverID: the second gets DRIVER_ID_TAKEN', async () => {
      await oneOf([create({ referenceId: '417' }), create({ driveriDriverId: '417' })]);
    });

    it('a create and an update at once: the second gets DRIVER_ID_TAKEN', async () => {
      const update = given.commands.updateDriver(MASTER, await keyOf(id(1)), null, { driveriDriverId: 'N1' });
      await oneOf([update, create({ driveriDriverId: 'N1' })]);
    });

    it('a createDriver with a DriverID that another driver has by the fallback gets DRIVER_ID_TAKEN', async () => {
      given.gps.put({ firstName: 'Ref', lastName: 'Only', referenceId: '417' });
      await look();
      expect(names()).toContain('417');
      expect(codes(await create({ driveriDriverId: '417' }))).toEqual(['DRIVER_ID_TAKEN']);
    });
  });

  describe('A6: a driver that is gone in GPS and is about to be forgotten comes back', () => {
    it.each([1, 2, 3])(
      'after look %s and before the commit: it keeps its row and its link',
      async (which) => {
        await fleet(6);
        given.gps.remove(id(1));
        given.driveri.drivers.delete(D('D1'));
        await given.pollGps();
        await given.pollDriveri();
        let looks = 0;
        await turn(async ({ fleet: seen }) => {
          if (seen.gps(id(1))?.presence !== 'gone') return;
          looks += 1;
          if (looks !== which) return;
          given.gps.put({ gpsId: id(1) });
          await given.commands.refreshDriver(MASTER, await keyOf(id(1)));
        });
        expect(looks).toBeGreaterThanOrEqual(which);
        const { rows } = await database.pool.query(
          'select g.presence, l.driver_id from gateway.gps_driver g left join gateway.link l on l.gps_id = g.gps_id where g.gps_id = $1',
          [id(1)],
        );
        expect(rows).toEqual([{ presence: 'present', driver_id: 'D1' }]);
        await given.settle();
        expect(x('D1')).toMatchObject({ removed: false, lastName: 'Last1' });
        expect(await statusesOf()).toEqual({ IN_SYNC: 6 });
      },
    );
  });

  describe('A7: a write that GPS accepted, and that cannot be read back', () => {
    beforeEach(() => fleet(2));
    const unreadable = (): void => {
      given.gps.faults = ({ operation }) =>
        operation === 'driver/list' ? { when: 'before', kind: 'unreachable' } : null;
    };
    const later = async (): Promise<void> => {
      given.gps.faults = () => null;
      await look(given.context.settings.markMs + 1);
      await look();
    };

    it('createDriver answers OUTCOME_UNKNOWN; it is found out later, and there is one driver', async () => {
      unreadable();
      const result = await given.commands.createDriver(MASTER, { lastName: 'New', driveriDriverId: 'N1' });
      expect([result.value, codes(result)]).toEqual([null, ['OUTCOME_UNKNOWN']]);
      await later();
      expect(given.gps.drivers.size).toBe(3);
      expect(names()).toEqual(['D1', 'D2', 'N1']);
      const told = (await given.events()).filter(({ type }) => type === 'GPS_DRIVER_CREATED');
      expect(told).toHaveLength(1);
    });

    it('createDriver without a DriverID answers OUTCOME_UNKNOWN; its fallback arrives later, once', async () => {
      unreadable();
      const result = await given.commands.createDriver(MASTER, { lastName: 'New' });
      expect(codes(result)).toEqual(['OUTCOME_UNKNOWN']);
      await later();
      expect(given.driveri.drivers.size).toBe(3);
    });

    it('updateDriver answers OUTCOME_UNKNOWN with the driver; the edit arrives later', async () => {
      const key = await keyOf(id(1));
      unreadable();
      const result = await given.commands.updateDriver(MASTER, key, null, { lastName: 'Edited' });
      expect([result.value, codes(result)]).toEqual([key, ['OUTCOME_UNKNOWN']]);
      await later();
      expect(x('D1')?.lastName).toBe('Edited');
    });
  });

  describe('a clock that was ahead', () => {
    beforeEach(() => fleet(3));

    /** The account is worked on while the clock is ahead, and the clock is right again afterwards. */
    async function ahead(ms: number, meanwhile: () => void = () => undefined): Promise<void> {
      const right = given.clock.now();
      given.clock.advance(ms);
      meanwhile();
      await ownAccount(given.context, MASTER.account);
      given.clock.set(right + MINUTE);
    }

    /** What a worker does now, if the account is due at all. */
    async function work(): Promise<void> {
      const due = await given.context.store.ownership.due([MASTER.account], given.clock.now(), 10);
      for (const { account } of due) await ownAccount(given.context, account);
    }

    it('F1: by six hours: an edit in GPS arrives at once', async () => {
      await ahead(6 * HOUR);
      given.gps.put({ gpsId: id(1), lastName: 'Edited' });
      await work();
      expect(x('D1')?.lastName).toBe('Edited');
    });

    it('F1: by six hours, in which the same driver was edited: the next edit arrives at once', async () => {
      await ahead(6 * HOUR, () => given.gps.put({ gpsId: id(1), lastName: 'Early' }));
      expect(x('D1')?.lastName).toBe('Early');
      given.gps.put({ gpsId: id(1), lastName: 'Late' });
      await work();
      expect(x('D1')?.lastName).toBe('Late');
    });

    it('F1: by six hours: updateDriver answers with the new name, and the edit arrives at once', async () => {
      await ahead(6 * HOUR);
      const key = await keyOf(id(1));
      const result = await given.commands.updateDriver(MASTER, key, null, { lastName: 'Edited' });
      expect(codes(result)).toEqual([]);
      const { rows } = await database.pool.query('select full_name from gateway.driver where key = $1', [
        key,
      ]);
      expect(rows).toEqual([{ full_name: 'First1 Edited' }]);
      await work();
      expect(x('D1')?.lastName).toBe('Edited');
    });

    it('F1: by six hours: a driver removed in Driveri is reinstated at once', async () => {
      await ahead(6 * HOUR);
      given.driveri.put({ driverId: D('D1'), removed: true });
      await work();
      expect(x('D1')?.removed).toBe(false);
    });

    const nextRunAt = async (): Promise<number> =>
      (await given.context.store.read(MASTER.account, (tx) => tx.account.read())).nextRunAt ?? Infinity;

    it.each([400, 30, 3])('F2: by %s days once: the next run is tonight', async (days) => {
      await ahead(days * 24 * HOUR);
      expect(await nextRunAt()).toBeGreaterThan(given.clock.now() + 25 * HOUR);
      await work();
      expect(await nextRunAt()).toBeLessThanOrEqual(given.clock.now() + 24 * HOUR);
      expect(await nextRunAt()).toBeGreaterThan(given.clock.now());
    });
  });
});
