import { randomUUID } from 'node:crypto';
import type { DriverStep } from '../../src/driver/driver-plan';
import { runId } from '../../src/driver/ids';
import type { IntentRow } from '../../src/sync/sync-store';
import { ACME, OTHER, describeEachStore, did, driveriDriver, gid } from './pg-fixture';

const A = gid('1');
const X = did('X');
const Y = did('Y');

const rename: DriverStep = { kind: 'rename', from: X, to: Y, fields: { firstName: 'Ann' }, sendPhone: true };

function intent(fields: Partial<Omit<IntentRow, 'state'>> = {}): Omit<IntentRow, 'state'> {
  return {
    id: randomUUID(),
    gpsId: A,
    epoch: 3,
    action: 'RENAME',
    step: rename,
    phoneHash: 'hash',
    before: driveriDriver('X'),
    sendBefore: 1_000,
    createdAt: 900,
    changes: [{ field: 'driverId', from: 'X', to: 'Y' }],
    ...fields,
  };
}

describeEachStore('intents', (given) => {
  const { acme } = given;

  it('are stored whole, and open until closed', async () => {
    const one = intent();
    const create = intent({ before: null, phoneHash: null, changes: [], createdAt: 901 });
    expect(await acme((tx) => tx.intents.open(one, [X, Y], runId('r')))).toBe(true);
    expect(await acme((tx) => tx.intents.open(create, [did('Z')], null))).toBe(true);
    expect(await acme((tx) => tx.intents.openOf(A))).toEqual([
      { ...one, state: 'sending' },
      { ...create, state: 'sending' },
    ]);
    await acme((tx) => tx.intents.setState(one.id, 'unconfirmed'));
    expect((await acme((tx) => tx.intents.openOf(A)))[0]?.state).toBe('unconfirmed');
    expect(await acme((tx) => tx.intents.openCount())).toBe(2);
  });

  it.each([
    ['the same', [X, Y], false],
    ['one of them', [did('Z'), Y], false],
    ['others', [did('Z')], true],
    ['another in case', [did('x')], true],
    ['none', [], true],
  ])('with %s of its DriverIDs open, another opens: %s', async (_, ids, opens) => {
    await acme((tx) => tx.intents.open(intent(), [X, Y], null));
    const result = await acme(async (tx) => {
      const opened = await tx.intents.open(intent({ gpsId: gid('2') }), ids, null);
      // The transaction goes on whatever came of it.
      await tx.work.touch([A], 1);
      return { opened, open: await tx.intents.openOf(gid('2')) };
    });
    expect(result.opened).toBe(opens);
    expect(result.open).toHaveLength(opens ? 1 : 0);
    expect(await given.rows('select * from gateway.identity_lease')).toHaveLength(opens ? 2 + ids.length : 2);
    expect(await acme((tx) => tx.work.row(A))).not.toBeNull();
  });

  it('name a DriverID twice without being in their own way', async () => {
    expect(await acme((tx) => tx.intents.open(intent(), [X, X], null))).toBe(true);
  });

  it('are closed by one, and free their DriverIDs', async () => {
    const one = intent();
    await acme((tx) => tx.intents.open(one, [X, Y], null));
    expect(await acme((tx) => tx.intents.close(one.id))).toBe(true);
    expect(await acme((tx) => tx.intents.close(one.id))).toBe(false);
    await acme((tx) => tx.intents.setState(one.id, 'unconfirmed'));
    expect(await acme((tx) => tx.intents.openOf(A))).toEqual([]);
    expect(await acme((tx) => tx.intents.open(intent(), [X], null))).toBe(true);
  });

  it.each([
    ['of an older epoch, before deadline and time-out', 4, 1_099, 'sending', 1],
    ['when both have passed', 4, 1_100, 'sending', 0],
    ['of this epoch', 3, 1_099, 'sending', 0],
    ['that only waits for confirmation', 4, 1_099, 'unconfirmed', 0],
  ] as const)('may still be on the way: %s', async (_, epoch, now, state, count) => {
    const one = intent();
    await acme((tx) => tx.intents.open(one, [X], null));
    if (state === 'unconfirmed') await acme((tx) => tx.intents.setState(one.id, state));
    expect(await acme((tx) => tx.intents.sendingBefore(epoch, now, 100))).toBe(count);
    expect(await given.store().transaction(OTHER, (tx) => tx.intents.sendingBefore(epoch, now, 100))).toBe(0);
  });

  it('are one account’s own, and so are the DriverIDs they lease', async () => {
    const one = intent();
    await acme((tx) => tx.intents.open(one, [X], null));
    await given.store().transaction(OTHER, async (tx) => {
      expect(await tx.intents.close(one.id)).toBe(false);
      expect(await tx.intents.openCount()).toBe(0);
      expect(await tx.intents.open(intent(), [X], null)).toBe(true);
    });
    expect(await acme((tx) => tx.intents.openCount())).toBe(1);
  });

  if (given.kind === 'postgres') {
    it('of one DriverID are opened by one of two who try at once', async () => {
      const stores = await Promise.all([given.storeAgain(), given.storeAgain()]);
      for (let round = 0; round < 20; round += 1) {
        const ids = [did(`X${round}`), did(`Y${round}`)];
        const opened = await Promise.all(
          stores.map((store, index) =>
            store.transaction(ACME, (tx) =>
              tx.intents.open(intent({ gpsId: gid(index) }), index === 0 ? ids : [...ids].reverse(), null),
            ),
          ),
        );
        expect([...opened].sort()).toEqual([false, true]);
      }
    });
  }
});
