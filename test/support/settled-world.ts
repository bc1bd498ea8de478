import { isDeepStrictEqual } from 'node:util';
import { gpsId, type GpsId } from '../../src/driver/ids';
import type { PortalErrorKind } from '../../src/driver/ports/portal-error';
import type { Database } from '../../src/store/database/database';
import { checkConnection } from '../../src/sync/account/check-connection';
import { givenSync, type GivenSync, type SyncOptions } from './given-sync';
import { shownHealth } from './shown';

/** How often GPS is read; Driveri is read half as often. */
export const INTERVAL = 30_000;

/** A settled account, in which a line of the design's `cases.md` happens. */
export interface World extends GivenSync {
  /** The GPS id of the driver with the DriverID `D<number>`. */
  readonly id: (number: number) => GpsId;
  /** The process starts again with another configuration of the account. */
  readonly restartWith: (changes: Partial<GivenSync['account']>) => Promise<void>;
}

/** Health as a user of the API reads it, without the words. */
export interface ShortHealth {
  readonly state: string;
  /** Sorted. */
  readonly codes: readonly string[];
}

/** What is promised happens, and nothing else is said. */
export const HEALTHY: ShortHealth = { state: 'HEALTHY', codes: [] };

/** Drivers `D1`, `D2` and so on in both portals, linked; Driver Sync is on and an interval has passed. */
export async function settledWorld(
  database: Database,
  fleet: number,
  options: SyncOptions = {},
): Promise<World> {
  const given = await givenSync({ ...options, database });
  const ids = Array.from({ length: fleet }, (_, index) =>
    given.gps.put({
      firstName: 'First',
      lastName: `Last${index + 1}`,
      email: `driver${index + 1}@fleet.example`,
      driverId: `D${index + 1}`,
    }),
  );
  await given.turnOn();
  const world: World = Object.assign(given, {
    id: (number: number): GpsId => ids[number - 1] ?? gpsId('none'),
    async restartWith(changes: Partial<GivenSync['account']>) {
      Object.assign(given.account, changes);
      await checkConnection(given.context, given.account);
    },
  });
  await intervals(world, 1);
  return world;
}

/** So many intervals pass, and a worker does in each what is due. */
export async function intervals(world: GivenSync, count: number): Promise<void> {
  for (let interval = 0; interval < count; interval += 1) {
    world.clock.advance(INTERVAL);
    const { gps, driveri } = await world.agenda();
    if (gps !== null) await world.pollGps();
    if (driveri !== null) await world.pollDriveri();
    await world.pass(500);
  }
}

/** `driverSync.health` in short. */
export async function healthOf(world: GivenSync): Promise<ShortHealth> {
  const { state, problems } = await shownHealth(world);
  return { state, codes: problems.map(({ code }) => code).sort() };
}

/** Health as soon as it is as expected, after so many intervals at most; otherwise as it is then. */
export async function healthWithin(
  world: GivenSync,
  count: number,
  expected: ShortHealth,
): Promise<ShortHealth> {
  let health = await healthOf(world);
  for (let interval = 0; interval < count && !isDeepStrictEqual(health, expected); interval += 1) {
    await intervals(world, 1);
    health = await healthOf(world);
  }
  return health;
}

/** All that health says, problem by problem: cause and hint. */
export async function wordsOf(world: GivenSync): Promise<string> {
  const { problems } = await shownHealth(world);
  return problems.map(({ message, hint }) => `${message} | ${hint}`).join('\n');
}

/** From now on every call of this operation fails so, before it has an effect. */
export const fails = (operation: string, kind: PortalErrorKind) => (world: GivenSync) => {
  const faults: World['gps']['faults'] = (call) =>
    call.operation === operation ? { when: 'before', kind } : null;
  world.gps.faults = faults;
  world.driveri.faults = faults;
};

/** Both portals work again. */
export function recovers(world: GivenSync): void {
  world.gps.faults = () => null;
  world.driveri.faults = () => null;
}
