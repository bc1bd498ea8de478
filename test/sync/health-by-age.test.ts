import type { Database } from '../../src/store/database/database';
import { health } from '../../src/store/queries/query-account';
import { ownAccount } from '../../src/sync/account/own-account';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';
import { healthAt } from '../support/health-source';

const MINUTE = 60_000;

describe('health by the age of what was observed', () => {
  let database: Database;
  let given: GivenSync;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    given.gps.put({ firstName: 'Ana', lastName: 'Silva', driverId: 'D1' });
    await given.turnOn();
    await work();
  });

  /** What a user of the API is told. */
  async function told(): Promise<{ state: string; codes: string[]; first: string }> {
    const { state, problems } = await health(
      database.kysely,
      MASTER.account,
      healthAt(() => given.clock.now()),
    );
    return { state, codes: problems.map(({ code }) => code), first: problems[0]?.message ?? '' };
  }

  /** A worker does what is due. */
  const work = () => ownAccount(given.context, given.account.id);

  it('is never HEALTHY while nothing reads the portals, and is again when a worker is back', async () => {
    expect(await told()).toMatchObject({ state: 'HEALTHY', codes: [] });
    given.clock.advance(4 * MINUTE);
    const late = await told();
    expect(late.state).toBe('DEGRADED');
    expect(late.codes).toEqual(
      expect.arrayContaining(['GPS_READINGS_LATE', 'DRIVERI_READINGS_LATE', 'NOT_WORKED_ON']),
    );
    expect(late.first).toContain('no worker process works on this account');
    given.clock.advance(30 * MINUTE);
    expect((await told()).state).toBe('BLOCKED');
    await work();
    expect(await told()).toMatchObject({ state: 'HEALTHY', codes: [] });
  });

  it('says that the budget is spent, a failure that is no problem by itself', async () => {
    given.gps.faults = () => ({ when: 'before', kind: 'paused' });
    for (let minute = 0; minute < 5; minute += 1) {
      given.clock.advance(MINUTE);
      await work();
    }
    const late = await told();
    expect(late).toMatchObject({ state: 'DEGRADED', codes: ['GPS_READINGS_LATE'] });
    expect(late.first).toMatch(/GPS was last read \d+ (s|min) ago.*: \S+/);
    expect(late.first).not.toContain('the worker process is behind');
    given.gps.faults = () => null;
    given.clock.advance(2 * MINUTE);
    await work();
    expect(await told()).toMatchObject({ state: 'HEALTHY', codes: [] });
  });

  it('shows that drivers wait, and since when', async () => {
    await given.own(async (owner) => {
      await owner.transaction('bulk', async (tx) => {
        await tx.work.touch([...given.gps.drivers.keys()], given.clock.now());
      });
    });
    given.clock.advance(2 * MINUTE);
    // Both portals are read; only the drivers are left alone.
    await given.pollGps();
    await given.pollDriveri();
    expect(await told()).toMatchObject({
      state: 'DEGRADED',
      codes: expect.arrayContaining(['DRIVERS_LATE']) as unknown,
    });
    await given.settle();
    expect((await told()).codes).not.toContain('DRIVERS_LATE');
  });
});
