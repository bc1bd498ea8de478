import { accountId } from '../../src/driver/ids';
import type { Ownership } from '../../src/sync/ports/ownership-store';
import { createManualClock } from '../../src/platform/clock';
import { generateFleet } from '../../src/sandbox/fleet';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

const HOUR = 3_600_000;
const LIST = `{ drivers(first: 50) { totalCount nodes {
  fullName
  gps { gpsId email phone groups observedAt }
  driveri { driverId email userName mobileApp group status updatedAt observedAt }
  sync { status differences { field gps driveri } problem { code } }
  events(first: 3) { nodes { message driver { fullName } run { status } } }
} } driverSync { health { state problems { code } gpsObservedAt driveriObservedAt } counts { total } lastRun { status } } }`;

interface Listed {
  readonly drivers: {
    readonly totalCount: number;
    readonly nodes: readonly {
      readonly gps: { readonly observedAt: string } | null;
      readonly driveri: { readonly observedAt: string } | null;
    }[];
  };
  readonly driverSync: {
    readonly health: { readonly gpsObservedAt: string; readonly driveriObservedAt: string };
  };
}

/**
 * The API answers from the rosters, with the time they were observed: a roster that is not fresh is the watchers' business. So 50
 * drivers cost no call whether it is fresh or not, and a list that is asked for a hundred times cannot empty a portal's budget.
 */
describe('what asking for 50 drivers with both portals’ fields costs the portals', () => {
  const clock = createManualClock(Date.now());
  let given: GivenGateway;
  let ownership: Ownership | null = null;
  const store = () => given.app.context.store;
  beforeAll(async () => {
    given = await givenGateway({
      fleet: generateFleet({ drivers: 60, seed: 5, differing: 4 }),
      clock,
      settings: { gpsPollMs: 2 * HOUR, driveriPollMs: 2 * HOUR },
    });
    await until('both rosters were read', async () => {
      const { health } = (await ask()).driverSync;
      return health.gpsObservedAt !== null && health.driveriObservedAt !== null;
    });
    // No worker reads the portals while these tests run: another process has the account.
    await until('the account is owned', async () => {
      ownership = await store().ownership.take(accountId('sandbox'), 'nobody', 10 * HOUR, clock.now());
      return ownership !== null;
    });
  });
  afterAll(() => given.close());

  const ask = () => given.ask<Listed>(LIST);
  const calls = () => ({ ...given.sandbox.gps.calls(), ...given.sandbox.driveri.calls() });
  const resetCalls = () => {
    given.sandbox.gps.resetCalls();
    given.sandbox.driveri.resetCalls();
  };

  it('is nothing while the rosters are fresh', async () => {
    resetCalls();
    const { drivers } = await ask();
    expect(drivers.nodes).toHaveLength(50);
    expect(calls()).toEqual({});
  });

  it('is nothing when they are two days old, however often it is asked; how old they are is said', async () => {
    const { health } = (await ask()).driverSync;
    clock.advance(48 * HOUR);
    resetCalls();
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(calls()).toEqual({});
    for (const { drivers, driverSync } of answers) {
      expect(drivers.nodes).toHaveLength(50);
      // Nobody has read the portals for two days: the times stay, and health says that they are late.
      const { gpsObservedAt, driveriObservedAt } = health;
      expect(driverSync.health).toMatchObject({
        gpsObservedAt,
        driveriObservedAt,
        problems: [{ code: 'DRIVERI_READINGS_LATE' }, { code: 'GPS_READINGS_LATE' }],
      });
      for (const { gps, driveri } of drivers.nodes) {
        for (const side of [gps, driveri]) {
          if (side) expect(clock.now() - Date.parse(side.observedAt)).toBeGreaterThan(47 * HOUR);
        }
      }
    }
  });

  it('is nothing, and no less of an answer, when neither portal answers', async () => {
    given.sandbox.gps.faults.set({ kind: 'server-error' });
    given.sandbox.driveri.faults.set({ kind: 'server-error' });
    resetCalls();
    const { drivers } = await ask();
    expect(
      drivers.nodes.filter(({ gps, driveri }) => gps !== null && driveri !== null).length,
    ).toBeGreaterThan(20);
    expect(calls()).toEqual({});
    given.sandbox.gps.faults.clear();
    given.sandbox.driveri.faults.clear();
  });

  it('is one listing of GPS at most for a hint, however many come and ask meanwhile', async () => {
    resetCalls();
    const hint = () =>
      fetch(`${given.url}/hooks/gps/sandbox`, {
        method: 'POST',
        headers: { 'x-hook-secret': 'sandbox-hook-secret' },
      });
    if (ownership !== null) await store().ownership.letGo(ownership, clock.now(), { force: true });
    expect((await hint()).status).toBe(202);
    await Promise.all(Array.from({ length: 10 }, ask));
    await until('GPS was read', () => (given.sandbox.gps.calls()['driver/list'] ?? 0) > 0);
    await ask();
    expect(given.sandbox.gps.calls()['driver/list']).toBe(1);
    // Driveri's roster is two days old as well: the owner reads it, once.
    expect(given.sandbox.driveri.calls()['drivers.list'] ?? 0).toBeLessThan(2);
  });
});
