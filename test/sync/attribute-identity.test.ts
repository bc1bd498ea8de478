import { driverId, gpsId, type GpsId } from '../../src/driver/ids';
import { PortalError } from '../../src/driver/ports/portal-error';
import type { Database } from '../../src/store/database/database';
import { givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';
import { heldItems, shownDriver, shownHealth } from '../support/shown';

const D = driverId;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A custom attribute is read once a day: what a list tells of it may have been changed in GPS since. */
describe('an identity does not change by a DriverID that was read long ago', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    ids = ['Ana', 'Bo', 'Cy', 'Di'].map((firstName, index) =>
      given.gps.put({ firstName, lastName: 'Lee', driverId: `D${index + 1}` }),
    );
    given.gps.readDriverIdsApart();
  });
  const id = (number: number): GpsId => ids[number - 1] ?? gpsId('none');
  const active = (): Record<string, string | null> =>
    Object.fromEntries(
      [...given.driveri.drivers.values()]
        .filter(({ removed }) => !removed)
        .map((driver) => [driver.driverId, driver.firstName]),
    );
  async function look(after = 30_000): Promise<void> {
    given.clock.advance(after);
    await given.pollGps();
    await given.pollDriveri();
    await given.pass(1_000);
  }
  /** Nobody has read the attribute for half a day, in which it was changed in GPS. */
  const changed = (number: number, to: string): void => {
    given.clock.advance(12 * HOUR);
    given.gps.put({ gpsId: id(number), driverId: to });
  };

  it('CREATE: the DriverID that GPS has now is the one that is created', async () => {
    changed(1, 'D9');
    await given.turnOn();
    expect(active()).toEqual({ D9: 'Ana', D2: 'Bo', D3: 'Cy', D4: 'Di' });
    expect([...given.driveri.drivers.keys()]).not.toContain('D1');
  });

  it('LINK: the driver who has the old DriverID in Driveri is a stranger, and stays as it is', async () => {
    given.driveri.put({ driverId: D('D1'), firstName: 'Zoe', lastName: 'Other' });
    changed(1, 'D9');
    await given.turnOn();
    await look();
    expect(active()).toEqual({ D1: 'Zoe', D9: 'Ana', D2: 'Bo', D3: 'Cy', D4: 'Di' });
  });

  it('RENAME: a change that waited for approval and was taken back in GPS is not carried out', async () => {
    await given.turnOn();
    await look();
    given.gps.put({ gpsId: id(1), driverId: 'd1' });
    given.gps.sweep();
    await look();
    const [item] = await heldItems(given);
    changed(1, 'D1');
    await given.commands.approveSyncRun(MASTER, item?.runId ?? ('' as never), null); // nothing held: refused, and the test fails
    await given.runs();
    await look();
    expect(active()).toEqual({ D1: 'Ana', D2: 'Bo', D3: 'Cy', D4: 'Di' });
    expect(given.driveri.writes.map(({ operation }) => operation)).not.toContain('rename');
  });

  it('REMOVE: a new driver whose DriverID nobody has read yet may be who has it now', async () => {
    await given.turnOn();
    await look();
    given.gps.remove(id(1));
    given.gps.put({ firstName: 'Ana', lastName: 'Lee', driverId: 'D1' });
    await look();
    await look(11 * MINUTE);
    expect(active()).toMatchObject({ D1: 'Ana' });
    expect(given.driveri.writes.map(({ operation }) => operation)).not.toContain('remove');
  });

  it('REMOVE: waits while more drivers are unread than can be read at once, and follows then', async () => {
    await given.turnOn();
    await look();
    given.gps.remove(id(1));
    for (let number = 1; number <= 30; number += 1)
      given.gps.put({ firstName: `New${number}`, lastName: 'Lee', driverId: `N${number}` });
    given.gps.readDriver = () => Promise.reject(refusal('not-found'));
    await look();
    await look(11 * MINUTE);
    expect(active()).toMatchObject({ D1: 'Ana' });
    given.gps.sweep();
    await look();
    await look();
    expect(active()).not.toHaveProperty('D1');
  });

  const refusal = (kind: 'paused' | 'not-found') =>
    new PortalError({
      portal: 'gps',
      operation: 'driver/list',
      kind,
      outcome: 'none',
      message: 'the fake portal says so',
      ...(kind === 'paused' ? { retryAfterMs: MINUTE } : {}),
    });

  it('while the budget allows no reading, the driver waits and the others go on; then it is created as GPS has it', async () => {
    await given.turnOn();
    const late = given.gps.put({ firstName: 'Ed', lastName: 'Lee', driverId: 'D5' });
    given.gps.sweep();
    await given.commands.setDriverSync(MASTER, false, null);
    await look();
    given.clock.advance(12 * HOUR);
    given.gps.put({ gpsId: late, driverId: 'D55' });
    given.gps.put({ gpsId: id(2), lastName: 'Changed' });
    const { readDriver } = given.gps;
    given.gps.readDriver = () => Promise.reject(refusal('paused'));
    await given.turnOn();
    await look();
    expect(active()).toEqual({ D1: 'Ana', D2: 'Bo', D3: 'Cy', D4: 'Di' });
    expect(given.driveri.drivers.get(D('D2'))).toMatchObject({ lastName: 'Changed' });
    expect(await shownDriver(given, late)).toMatchObject({ status: 'PENDING' });
    given.gps.readDriver = readDriver;
    await look(2 * MINUTE);
    await given.pass(2 * MINUTE);
    expect(active()).toEqual({ D1: 'Ana', D2: 'Bo', D3: 'Cy', D4: 'Di', D55: 'Ed' });
  });

  it('one that cannot be read again stays without an identity, and says why', async () => {
    changed(1, 'D9');
    given.gps.readDriver = () => Promise.reject(refusal('not-found'));
    given.gps.sweep([id(2), id(3), id(4)]);
    await given.turnOn();
    await look();
    expect(active()).toEqual({ D2: 'Bo', D3: 'Cy', D4: 'Di' });
    expect(await shownDriver(given, id(1))).toMatchObject({ status: 'FAILED' });
    expect((await shownHealth(given)).problems.map(({ code }) => code)).toEqual(['DRIVERS_NEED_ATTENTION']);
  });

  it('costs no request while readings are young: what the sweep has just read is acted upon', async () => {
    const reads = (): number => given.gps.calls.length;
    const before = reads();
    await given.turnOn();
    const listed = given.gps.calls.slice(before);
    expect(active()).toEqual({ D1: 'Ana', D2: 'Bo', D3: 'Cy', D4: 'Di' });
    expect(listed.filter((call) => call === 'driver/list').length).toBeLessThanOrEqual(2);
  });
});
