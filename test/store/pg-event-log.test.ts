import { runId } from '../../src/driver/ids';
import type { NewEvent } from '../../src/sync/ports/event-log';
import {
  ACME,
  OTHER,
  deletedHere,
  describeEachStore,
  did,
  driveriDriver,
  gid,
  gpsRow,
  link,
  seen,
} from './pg-fixture';

const A = gid('1');
const X = did('X');

const event = (fields: Partial<NewEvent> = {}): NewEvent => ({
  type: 'GPS_DRIVER_UPDATED',
  at: 100,
  message: 'm',
  delayMs: 1_500,
  ...fields,
});

describeEachStore('the event log', (given) => {
  const { acme } = given;
  const log = (account = 'acme') =>
    given.rows('select * from gateway.event where account = $1 order by seq', [account]);
  const append = (...events: NewEvent[]) => acme((tx) => tx.events.append(events));

  it('numbers events in the order in which they are told, per account', async () => {
    await append(event({ message: 'a' }), event({ message: 'b' }));
    await given.store().transaction(OTHER, (tx) => tx.events.append([event({ message: 'theirs' })]));
    await acme(async (tx) => {
      await tx.events.append([event({ message: 'c' })]);
      await tx.events.append([]);
      await tx.events.append([event({ message: 'd' })]);
    });
    expect((await log()).map((row) => [row['seq'], row['message']])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ]);
    expect((await log('other')).map((row) => row['seq'])).toEqual([1]);
  });

  it('keeps what it is told', async () => {
    const changes = [{ field: 'email', from: null, to: 'a@b.c' }];
    const before = driveriDriver('X');
    await append(
      event({
        type: 'DRIVERI_DRIVER_REMOVED',
        actor: 'u1',
        gpsId: A,
        driverId: X,
        runId: runId('r'),
        changes,
        before,
      }),
    );
    expect(await log()).toEqual([
      {
        account: 'acme',
        seq: 1,
        delay_ms: 1_500,
        type: 'DRIVERI_DRIVER_REMOVED',
        at: 100,
        actor: 'u1',
        driver_key: null,
        driver_name: 'First X Last X',
        gps_id: '1',
        driver_id: 'X',
        run_id: 'r',
        changes,
        message: 'm',
        before,
      },
    ]);
  });

  it('writes nothing when the transaction fails, and gives out no number', async () => {
    const failing = acme(async (tx) => {
      await tx.events.append([event()]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await append(event());
    expect((await log()).map((row) => row['seq'])).toEqual([1]);
  });

  describe('names the driver', () => {
    const named = async () => (await log()).map((row) => [row['driver_key'], row['driver_name']]);

    it('by the GPS id, as the same transaction has left them, whenever in it the event was told', async () => {
      await acme(async (tx) => {
        await tx.events.append([event({ gpsId: A, driverId: did('nobody') })]);
        await tx.rosters.saveGps([gpsRow('1', 'X')], seen(100));
        await tx.drivers.refresh([A], [], 100);
      });
      expect(await named()).toEqual([[await acme((tx) => tx.drivers.keyOfGps(A)), 'First 1 Last 1']]);
    });

    it('by the DriverID, where GPS does not have them', async () => {
      await acme(async (tx) => {
        await tx.rosters.saveDriveri([driveriDriver('X')], seen(100));
        await tx.drivers.refresh([], [X], 100);
        await tx.events.append([event({ driverId: X }), event({ driverId: X, gpsId: gid('9') })]);
      });
      const [row] = await given.rows('select key from gateway.driver');
      expect(await named()).toEqual([
        [row?.['key'], 'First X Last X'],
        [row?.['key'], 'First X Last X'],
      ]);
    });

    it('when they have just been forgotten', async () => {
      await acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X')], seen(100));
        await tx.drivers.refresh([A], [], 100);
      });
      const key = await acme((tx) => tx.drivers.keyOfGps(A));
      await acme(async (tx) => {
        await tx.rosters.markGone([{ gpsId: A, proof: deletedHere(200) }], seen(200));
        await tx.rosters.forgetGps([A]);
        await tx.drivers.refresh([A], [], 200);
        await tx.events.append([event({ gpsId: A })]);
      });
      expect(await named()).toEqual([[key, 'First 1 Last 1']]);
    });

    it('by the rosters when there is no unified driver, and not at all for an event about nobody', async () => {
      await acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X')], seen(100));
        await tx.events.append([event({ gpsId: A }), event({ driverId: did('Z') }), event()]);
      });
      expect(await named()).toEqual([
        [null, 'First 1 Last 1'],
        [null, 'Z'],
        [null, null],
      ]);
    });
  });

  it('tells of a removal, and of nothing else under its number', async () => {
    const before = driveriDriver('X');
    await append(
      event({ type: 'DRIVERI_DRIVER_REMOVED', gpsId: A, driverId: X, before }),
      event({ type: 'DRIVERI_DRIVER_UPDATED', gpsId: A, driverId: X, before }),
    );
    const told = (seq: number, account = ACME) =>
      given.store().transaction(account, (tx) => tx.events.removalEvent(seq));
    expect(await told(1)).toEqual({ gpsId: A, driverId: X, before });
    expect(await told(2)).toBeNull();
    expect(await told(1, OTHER)).toBeNull();
  });

  it('tells of the sync’s writes to a driver since then, oldest first', async () => {
    const changes = (to: string) => [{ field: 'email', from: null, to }];
    await append(
      event({ type: 'DRIVERI_DRIVER_UPDATED', gpsId: A, at: 99, changes: changes('a') }),
      event({ type: 'DRIVERI_DRIVER_UPDATED', gpsId: A, at: 100, changes: changes('b') }),
      event({ type: 'GPS_DRIVER_UPDATED', gpsId: A, at: 101, changes: changes('c') }),
      event({ type: 'DRIFT_OVERRIDDEN', gpsId: A, at: 102, changes: changes('d') }),
      event({ type: 'DRIFT_OVERRIDDEN', gpsId: gid('2'), at: 103, changes: changes('e') }),
    );
    const writes = await acme((tx) => tx.events.fieldWrites([A, gid('9')], 100));
    expect(writes).toEqual(
      new Map([
        [
          A,
          [
            { at: 100, changes: changes('b') },
            { at: 102, changes: changes('d') },
          ],
        ],
      ]),
    );
    const both = await acme((tx) => tx.events.fieldWrites([A, gid('2')], 102));
    expect([...both.keys()].sort()).toEqual(['1', '2']);
    expect(await acme((tx) => tx.events.fieldWrites([], 0))).toEqual(new Map());
    expect(await given.store().transaction(OTHER, (tx) => tx.events.fieldWrites([A], 0))).toEqual(new Map());
  });

  if (given.kind === 'postgres') {
    it('is in the order of commits: who sees a number has seen all lower ones', async () => {
      const stores = await Promise.all([given.storeAgain(), given.storeAgain(), given.storeAgain()]);
      let isDone = false;
      let last = 0;
      const reader = (async () => {
        while (!isDone) {
          for (const row of await given.rows(
            `select seq from gateway.event where seq > ${last} order by seq`,
          )) {
            expect(row['seq']).toBe(last + 1);
            last += 1;
          }
        }
      })();
      await Promise.all(
        stores.map(async (store, index) => {
          for (let round = 0; round < 30; round += 1) {
            await store.transaction(ACME, async (tx) => {
              await tx.events.append([event({ message: `${index}-${round}` }), event()]);
              await tx.links.save([link(`${index}-${round}`, `${index}-${round}`)], 100);
            });
          }
        }),
      );
      isDone = true;
      await reader;
      expect(await log()).toHaveLength(180);
    });
  }
});
