import { driverId, type DriverKey, type GpsId } from '../../src/driver/ids';
import { PortalError } from '../../src/driver/ports/portal-error';
import type { Database } from '../../src/store/database/database';
import { Death, givenSync, givenSyncDatabase, MASTER, type GivenSync } from '../support/given-sync';
import { WRITE_EVENTS } from './write-events';

const D = driverId;

/** One verb: what the world is before, what happened, and which process does something about it until it dies. */
interface Verb {
  readonly name: string;
  /** Before the sync is on. */
  readonly world?: (given: GivenSync) => void;
  /** After everything is in sync. */
  readonly happens: (given: GivenSync) => Promise<void> | void;
  /** What the process does that dies at each of its steps in turn. */
  readonly does: (process: GivenSync) => Promise<unknown>;
  /** Writes to Driveri that it comes to, however often a process dies. */
  readonly writes: readonly string[];
  /** Whether the process died before anything had happened: the user, who got no answer, asks again. */
  readonly asksAgain?: (given: GivenSync) => boolean;
}

let ana: GpsId;
let bo: GpsId;

async function pollAndSettle(process: GivenSync): Promise<void> {
  await process.pollGps();
  await process.pollDriveri();
  await process.settle();
}

async function keyOf(given: GivenSync, id: GpsId): Promise<DriverKey> {
  const { rows } = await given.database.pool.query<{ key: DriverKey }>(
    'select key from gateway.driver where gps_id = $1',
    [id],
  );
  const key = rows[0]?.key;
  if (key === undefined) throw new Error('there is no such driver');
  return key;
}

/** What a user asks for is asked in a process that may die before it answers; asking again is the user's to decide. */
const asked =
  (command: (process: GivenSync, key: DriverKey) => Promise<unknown>) =>
  async (process: GivenSync): Promise<void> => {
    await command(process, await keyOf(process, ana));
    await process.settle();
  };

/** GPS was never asked to write. */
const gpsWasNotAsked = (given: GivenSync): boolean =>
  given.gps.calls.every((call) => call.startsWith('driver/list') || !call.startsWith('driver/'));

const VERBS: readonly Verb[] = [
  {
    name: 'create',
    happens: (given) => void given.gps.put({ firstName: 'Cy', lastName: 'Or', driverId: 'D3' }),
    does: pollAndSettle,
    writes: ['create D3'],
  },
  {
    name: 'create, whom a person has added in Driveri a moment ago',
    happens: (given) => {
      given.gps.put({ firstName: 'Cy', lastName: 'Or', driverId: 'D3' });
      given.driveri.put({ driverId: D('D3'), firstName: 'Cyril' });
    },
    does: async (process) => {
      await process.pollGps();
      await process.settle();
    },
    writes: ['update D3'],
  },
  {
    name: 'update',
    happens: (given) => void given.gps.put({ gpsId: ana, lastName: 'Souza', phone: '5550002222' }),
    does: pollAndSettle,
    writes: ['update D1'],
  },
  {
    name: 'rename',
    happens: (given) => void given.gps.put({ gpsId: ana, driverId: 'N1', lastName: 'Souza' }),
    does: pollAndSettle,
    writes: ['rename N1'],
  },
  {
    name: 'reinstate',
    happens: (given) => given.driveri.put({ driverId: D('D1'), removed: true }),
    does: pollAndSettle,
    writes: ['reinstate D1'],
  },
  {
    name: 'reinstate, then rename',
    happens: (given) => {
      given.driveri.put({ driverId: D('D1'), removed: true });
      given.gps.put({ gpsId: ana, driverId: 'N1' });
    },
    does: pollAndSettle,
    writes: ['reinstate D1', 'rename N1'],
  },
  {
    name: 'rename back',
    happens: (given) => given.driveri.rename(D('D1'), D('EDITED')),
    does: async (process) => {
      await pollAndSettle(process);
      await process.pollDriveri();
      await process.settle();
    },
    writes: ['rename D1'],
  },
  {
    name: 'link, and update',
    world: (given) => given.driveri.put({ driverId: D('X9'), firstName: 'Anna', lastName: 'S' }),
    happens: (given) => void given.gps.put({ gpsId: ana, driverId: 'X9' }),
    does: pollAndSettle,
    writes: ['update X9'],
  },
  {
    name: 'link, and reinstate',
    world: (given) => given.driveri.put({ driverId: D('X9'), firstName: 'Anna', removed: true }),
    happens: (given) => void given.gps.put({ gpsId: ana, driverId: 'X9' }),
    does: pollAndSettle,
    writes: ['reinstate X9'],
  },
  {
    name: 'swap',
    happens: (given) => {
      given.gps.put({ gpsId: ana, driverId: 'D2' });
      given.gps.put({ gpsId: bo, driverId: 'D1' });
    },
    does: pollAndSettle,
    writes: ['update D1', 'update D2'],
  },
  {
    name: 'swap, with one who was renamed in Driveri',
    happens: (given) => {
      given.driveri.rename(D('D1'), D('OTHER'));
      given.gps.put({ gpsId: ana, driverId: 'D2' });
      given.gps.put({ gpsId: bo, driverId: 'D1' });
    },
    does: pollAndSettle,
    writes: ['rename D1', 'rename D2'],
  },
  {
    name: 'remove',
    happens: (given) => given.gps.remove(ana),
    does: pollAndSettle,
    writes: ['remove D1'],
  },
  {
    name: 'a run: planning and marking',
    happens: (given) => {
      given.gps.put({ gpsId: ana, lastName: 'Souza' });
      given.gps.put({ gpsId: bo, driverId: 'N2' });
      given.gps.put({ firstName: 'Cy', lastName: 'Or', driverId: 'D3' });
    },
    does: async (process) => {
      await process.commands.resyncDrivers(MASTER, null, false);
      await process.runs();
    },
    writes: ['create D3', 'rename N2', 'update D1'],
  },
  {
    name: 'an update through the gateway',
    happens: () => undefined,
    does: asked((process, key) =>
      process.commands.updateDriver(MASTER, key, null, { lastName: 'Souza', driveriDriverId: 'N1' }),
    ),
    writes: ['rename N1'],
    asksAgain: gpsWasNotAsked,
  },
  {
    name: 'a create through the gateway',
    happens: () => undefined,
    does: asked((process) =>
      process.commands.createDriver(MASTER, { firstName: 'Cy', lastName: 'Or', driveriDriverId: 'D3' }),
    ),
    writes: ['create D3'],
    asksAgain: gpsWasNotAsked,
  },
  {
    name: 'a delete through the gateway',
    happens: () => undefined,
    does: asked((process, key) => process.commands.deleteDriver(MASTER, key)),
    writes: ['remove D1'],
    asksAgain: gpsWasNotAsked,
  },
  {
    name: 'undoing the removal of a driver whom GPS does not have',
    happens: async (given) => {
      await given.commands.deleteDriver(MASTER, await keyOf(given, ana));
      await given.settle();
    },
    does: async (process) => {
      const removal = (await process.events()).find(({ type }) => type === 'DRIVERI_DRIVER_REMOVED');
      await process.commands.undoRemoval(MASTER, removal?.seq ?? 0, true);
      await process.settle();
    },
    writes: ['reinstate D1'],
    asksAgain: (given) => given.driveri.drivers.get(D('D1'))?.removed === true,
  },
];

/** Which steps a process dies at: all in a soak; otherwise the first, the last, and every third between them. */
function shareOf(steps: number): readonly number[] {
  const all = Array.from({ length: steps }, (_, index) => index + 1);
  return process.env['SOAK_MINUTES'] === undefined
    ? all.filter((step) => step % 3 === 1 || step === steps)
    : all;
}

describe('a process that dies at any of its steps', () => {
  let database: Database;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());

  async function begin(verb: Verb): Promise<GivenSync> {
    const given = await givenSync({ database });
    ana = given.gps.put({ firstName: 'Ana', lastName: 'Silva', driverId: 'D1' });
    bo = given.gps.put({ firstName: 'Bo', lastName: 'Ek', driverId: 'D2' });
    for (const number of [4, 5, 6, 7]) given.gps.put({ lastName: `Other${number}`, driverId: `D${number}` });
    verb.world?.(given);
    await given.turnOn();
    given.clock.advance(30_000);
    await verb.happens(given);
    given.clock.advance(1_000);
    return given;
  }

  /** Another process goes on: leases and marks run out, both portals are read, whatever is due is done. */
  async function goOn(given: GivenSync): Promise<void> {
    const next = given.process('another-process');
    for (let round = 0; round < 2; round += 1) {
      given.clock.advance(150_000);
      await next.pollGps();
      await next.pollDriveri();
      await next.settle();
      await next.runs();
    }
    await next.pass(60_000);
  }

  const state = (given: GivenSync): unknown => ({
    driveri: [...given.driveri.drivers.values()]
      .map(({ driverId: id, firstName, lastName, removed }) => [id, firstName, lastName, removed].join('|'))
      .sort(),
    gps: [...given.gps.drivers.values()].map(({ gpsId: id, lastName }) => `${id} ${lastName}`).sort(),
  });

  async function written(given: GivenSync, before: number): Promise<readonly string[]> {
    const all = given.driveri.writes.map((write) => `${write.operation} ${write.driverId}`);
    const events = (await given.events()).filter((event) => WRITE_EVENTS.has(event.type));
    expect(events).toHaveLength(all.length); // every write has exactly one event
    return all.slice(before).sort();
  }

  async function nothingIsLeftOpen(given: GivenSync): Promise<void> {
    const { rows } = await given.database.pool.query<{ what: string }>(`
      select 'intent' as what from gateway.driveri_intent where state <> 'closed'
      union all select 'lease of a DriverID' from gateway.intent_driver_id
      union all select 'mark' from gateway.gps_mark
      union all select 'run' from gateway.sync_run where status in ('PLANNING', 'RUNNING')
      union all select 'driver' from gateway.driver_work where synced_generation < generation`);
    expect(rows).toEqual([]);
  }

  it.each(VERBS.map((verb) => [verb.name, verb] as const))(
    'comes to the same end, without twins, with one event per write: %s',
    async (_name, verb) => {
      const undisturbed = await begin(verb);
      const start = undisturbed.driveri.writes.length;
      const healthy = undisturbed.process('a-process');
      await verb.does(healthy);
      const steps = healthy.operations();
      await goOn(undisturbed);
      const end = state(undisturbed);
      expect(await written(undisturbed, start)).toEqual([...verb.writes].sort());
      expect(steps).toBeGreaterThan(3);

      for (const step of shareOf(steps)) {
        const given = await begin(verb);
        const dying = given.process('a-process', step);
        await verb.does(dying).catch((error: unknown) => {
          if (!(error instanceof Death)) throw error;
        });
        await goOn(given);
        if (verb.asksAgain?.(given) === true) {
          await verb.does(given.process('yet-another'));
          await goOn(given);
        }
        expect({ step, ...(state(given) as object) }).toEqual({ step, ...(end as object) });
        expect({ step, writes: await written(given, start) }).toEqual({
          step,
          writes: [...verb.writes].sort(),
        });
        await nothingIsLeftOpen(given);
      }
    },
    600_000,
  );

  describe('a write to GPS of which nobody knows the outcome', () => {
    const VERB: Verb = { name: '', happens: () => undefined, does: pollAndSettle, writes: [] };

    it.each(['after', 'lost', 'late'] as const)(
      'is told to the caller, and the truth is found out: an update, its effect %s',
      async (when) => {
        const given = await begin(VERB);
        given.gps.faults = ({ write }) => (write ? { when, kind: 'timeout' } : null);
        const update = given.commands.updateDriver(MASTER, await keyOf(given, ana), null, {
          lastName: 'Souza',
        });
        await expect(update).rejects.toMatchObject({ outcome: 'unknown' });
        await expect(update).rejects.toBeInstanceOf(PortalError);
        given.gps.faults = () => null;
        await goOn(given);
        expect(given.driveri.drivers.get(D('D1'))?.lastName).toBe(when === 'lost' ? 'Silva' : 'Souza');
        await nothingIsLeftOpen(given);
      },
    );

    it.each(['after', 'lost', 'late'] as const)(
      'is told to the caller, and the truth is found out: a delete, its effect %s',
      async (when) => {
        const given = await begin(VERB);
        given.gps.faults = ({ write }) => (write ? { when, kind: 'unreachable' } : null);
        const deletion = given.commands.deleteDriver(MASTER, await keyOf(given, ana));
        await expect(deletion).rejects.toMatchObject({ outcome: 'unknown' });
        given.gps.faults = () => null;
        await goOn(given);
        expect(given.driveri.drivers.get(D('D1'))?.removed).toBe(when !== 'lost');
        await nothingIsLeftOpen(given);
      },
    );

    it.each(['after', 'lost', 'late'] as const)(
      'is told to the caller, and the truth is found out: a create, its effect %s',
      async (when) => {
        const given = await begin(VERB);
        given.gps.faults = ({ write }) => (write ? { when, kind: 'timeout' } : null);
        const creation = given.commands.createDriver(MASTER, { lastName: 'Comer', driveriDriverId: 'D3' });
        await expect(creation).rejects.toMatchObject({ outcome: 'unknown' });
        given.gps.faults = () => null;
        await goOn(given);
        expect(given.driveri.drivers.has(D('D3'))).toBe(when !== 'lost');
        await nothingIsLeftOpen(given);
      },
    );
  });
});
