import type { Database } from '../../src/store/database/database';
import { driverId, gpsId, type GpsId } from '../../src/driver/ids';
import { givenSync, givenSyncDatabase, type GivenSync } from '../support/given-sync';
import { healthCodes, shownHealth } from '../support/shown';

const MINUTE = 60_000;
const D = driverId;

/** Inputs of kind C: one row, one page, one failure. The engine's part; the connectors' is `portals/cases.test.ts`. */
describe('one row, one page, one failure', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    ids = [1, 2, 3].map((number) =>
      given.gps.put({ firstName: 'First', lastName: `Last${number}`, driverId: `D${number}` }),
    );
  });
  const id = (number: number): GpsId => ids[number - 1] ?? gpsId('none');
  const failing = (operation: string) => {
    given.gps.faults = (call) => (call.operation === operation ? { when: 'before', kind: 'server' } : null);
    given.driveri.faults = given.gps.faults;
  };
  const recover = () => {
    given.gps.faults = () => null;
    given.driveri.faults = () => null;
  };
  const runs = async (): Promise<string[]> =>
    (
      await database.pool.query<{ kind: string; status: string }>(
        'select kind, status from gateway.sync_run order by started_at',
      )
    ).rows.map(({ kind, status }) => `${kind} ${status}`);

  describe('C3: a run that cannot read a portal', () => {
    it('the INITIAL run is tried again after five minutes, and says so meanwhile', async () => {
      const answer = await given.commands.setDriverSync(
        { account: given.account.id, userId: 'maria' },
        true,
        null,
      );
      expect(answer.userErrors).toEqual([]);
      failing('drivers.list');
      await given.runs();
      expect(await runs()).toEqual(['INITIAL PLANNING']);
      expect(await healthCodes(given)).toContain('RUN_TRIED_AGAIN');
      expect((await shownHealth(given)).state).not.toBe('HEALTHY');
      recover();
      await given.pass(5 * MINUTE + 1);
      await given.runs();
      expect(await runs()).toEqual(['INITIAL SUCCEEDED']);
      expect(given.driveri.drivers.size).toBe(3);
      expect((await shownHealth(given)).state).toBe('HEALTHY');
    });

    it('the daily run is tried three times more, and fails after the last', async () => {
      await given.turnOn();
      failing('drivers.list');
      await given.pass(24 * 60 * MINUTE);
      for (const minutes of [5, 15, 60]) {
        expect((await runs()).at(-1)).toBe('DAILY PLANNING');
        expect(await healthCodes(given)).toContain('RUN_TRIED_AGAIN');
        await given.pass(minutes * MINUTE + 1);
        await given.runs();
      }
      expect((await runs()).at(-1)).toBe('DAILY FAILED');
      expect(await healthCodes(given)).not.toContain('RUN_TRIED_AGAIN');
    });

    it('whose driver changes meanwhile has the change at once all the same', async () => {
      await given.turnOn();
      failing('drivers.list');
      await given.pass(24 * 60 * MINUTE);
      given.driveri.faults = (call) =>
        call.operation === 'drivers.list' ? { when: 'before', kind: 'server' } : null;
      recover();
      given.gps.put({ gpsId: id(1), lastName: 'Changed' });
      await given.pollGps();
      await given.pollDriveri();
      await given.settle();
      expect(given.driveri.drivers.get(D('D1'))).toMatchObject({ lastName: 'Changed' });
    });
  });
});
