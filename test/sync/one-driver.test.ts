import { driverId } from '../../src/driver/ids';
import { givenSync, MASTER, type GivenSync } from '../support/given-sync';

describe('one driver, from GPS to Driveri', () => {
  let given: GivenSync;
  beforeEach(async () => {
    given = await givenSync();
  });
  afterEach(() => given.close());

  const ana = { firstName: 'Ana', lastName: 'Silva', email: 'ana@example.com', phone: '5550001111' };

  it('creates in Driveri what GPS has when the sync is turned on', async () => {
    given.gps.put({ ...ana, driverId: 'D1' });
    await given.turnOn();
    expect(given.driveri.drivers.get(driverId('D1'))).toMatchObject({
      firstName: 'Ana',
      lastName: 'Silva',
      email: 'ana@example.com',
    });
    expect(given.driveri.phones.get(driverId('D1'))).toBe('5550001111');
    expect((await given.events()).map((event) => event.type)).toEqual([
      'SYNC_ENABLED',
      'RUN_STARTED',
      'DRIVERI_DRIVER_CREATED',
      'RUN_FINISHED',
    ]);
  });

  it('mirrors a create, an update and a delete that come through the gateway', async () => {
    given.gps.put({ ...ana, driverId: 'D1' });
    await given.turnOn();
    const created = await given.commands.createDriver(MASTER, {
      firstName: 'Bo',
      lastName: 'Ek',
      driveriDriverId: 'D2',
    });
    expect(created.userErrors).toEqual([]);
    await given.settle();
    expect(given.driveri.drivers.get(driverId('D2'))).toMatchObject({ firstName: 'Bo', lastName: 'Ek' });
    const key = created.value!;
    await given.commands.updateDriver(MASTER, key, null, { lastName: 'Eklund', driveriDriverId: 'D3' });
    await given.settle();
    expect(given.driveri.drivers.has(driverId('D2'))).toBe(false);
    expect(given.driveri.drivers.get(driverId('D3'))).toMatchObject({ firstName: 'Bo', lastName: 'Eklund' });
    await given.commands.deleteDriver(MASTER, key);
    await given.settle();
    expect(given.driveri.drivers.get(driverId('D3'))).toMatchObject({ removed: true });
  });

  it('tells a write once, with who did it, although a poll sees it before the writer does', async () => {
    given.gps.put({ ...ana, driverId: 'D1' });
    await given.turnOn();
    const writing = async <Result>(write: () => Promise<Result>): Promise<Result> => {
      given.clock.advance(30_000);
      let polled = false;
      given.gps.onCall = async (operation) => {
        // The write has been accepted: this is the writer's reading back.
        if (operation !== 'driver/list' || polled) return;
        polled = true;
        await given.pollGps();
      };
      const result = await write();
      given.gps.onCall = () => undefined;
      expect(polled).toBe(true);
      return result;
    };
    const input = { firstName: 'Bo', lastName: 'Ek', driveriDriverId: 'D2' };
    const created = await writing(() => given.commands.createDriver(MASTER, input));
    await writing(() => given.commands.updateDriver(MASTER, created.value!, null, { lastName: 'Eklund' }));
    await given.pollGps();
    const told = (await given.events()).filter(({ type }) => type.startsWith('GPS_DRIVER_'));
    expect(told).toMatchObject([
      { type: 'GPS_DRIVER_CREATED', actor: 'maria' },
      {
        type: 'GPS_DRIVER_UPDATED',
        actor: 'maria',
        changes: [{ field: 'lastName', from: 'Ek', to: 'Eklund' }],
      },
    ]);
    await given.settle();
    expect(given.driveri.drivers.get(driverId('D2'))).toMatchObject({ lastName: 'Eklund' });
  });

  it.each(['after', 'lost'] as const)(
    'leaves it to the next poll to tell of a write whose outcome nobody knows (%s)',
    async (when) => {
      given.gps.put({ ...ana, driverId: 'D1' });
      await given.turnOn();
      given.gps.faults = ({ write }) => (write ? { when, kind: 'timeout' } : null);
      await expect(
        given.commands.createDriver(MASTER, { firstName: 'Bo', lastName: 'Ek', driveriDriverId: 'D2' }),
      ).rejects.toThrow('timeout');
      given.gps.faults = () => null;
      given.clock.advance(30_000);
      await given.pollGps();
      await given.settle();
      expect(given.driveri.drivers.has(driverId('D2'))).toBe(when === 'after');
      const told = (await given.events()).filter(({ type }) => type === 'GPS_DRIVER_CREATED');
      expect(told).toHaveLength(when === 'after' ? 1 : 0);
    },
  );

  it('mirrors what was changed, added and deleted directly in the GPS portal', async () => {
    const one = given.gps.put({ ...ana, driverId: 'D1' });
    const two = given.gps.put({ firstName: 'Bo', lastName: 'Ek', driverId: 'D2' });
    given.gps.put({ firstName: 'Cy', lastName: 'Or', driverId: 'D3' });
    given.gps.put({ firstName: 'Di', lastName: 'Po', driverId: 'D4' });
    given.gps.put({ firstName: 'El', lastName: 'Ru', driverId: 'D5' });
    given.gps.put({ firstName: 'Fi', lastName: 'Sa', driverId: 'D6' });
    await given.turnOn();
    given.clock.advance(30_000);
    given.gps.put({ gpsId: one, lastName: 'Souza' });
    given.gps.put({ firstName: 'Gu', lastName: 'Ta', referenceId: '00417' });
    given.gps.remove(two);
    await given.pollGps();
    await given.settle();
    expect(given.driveri.drivers.get(driverId('D1'))).toMatchObject({ lastName: 'Souza' });
    expect(given.driveri.drivers.get(driverId('00417'))).toMatchObject({ firstName: 'Gu' });
    expect(given.driveri.drivers.get(driverId('D2'))).toMatchObject({ removed: true });
  });

  it.each(['lost', 'after'] as const)(
    'sends a phone again when nobody knows what became of it (%s): no read would tell',
    async (when) => {
      const one = given.gps.put({ ...ana, driverId: 'D1' });
      await given.turnOn();
      given.clock.advance(30_000);
      given.gps.put({ gpsId: one, phone: '5550002222' });
      given.driveri.faults = ({ operation }) =>
        operation === 'drivers.update' ? { when, kind: 'timeout' } : null;
      await given.pollGps();
      await given.settle();
      given.driveri.faults = () => null;
      await given.pass(5 * 60_000);
      expect(given.driveri.phones.get(driverId('D1'))).toBe('5550002222');
      const updates = (await given.events()).filter((event) => event.type === 'DRIVERI_DRIVER_UPDATED');
      expect(updates).toHaveLength(1);
    },
  );
});
