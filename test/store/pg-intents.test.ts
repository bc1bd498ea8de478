import { randomUUID } from 'node:crypto';
import type { DriverStep } from '../../src/driver/plan/driver-plan';
import { runId, type DriverId } from '../../src/driver/ids';
import type { IntentRow, NewIntent } from '../../src/sync/ports/intent-store';
import type { RemovalState } from '../../src/sync/ports/removal-store';
import type { SyncTransaction } from '../../src/sync/ports/sync-store';
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
const B = gid('2');
const X = did('X');
const Y = did('Y');

/** After its deadline, the answer to a request may still come for so long. */
const ANSWERED_WITHIN_MS = 30_000;

const rename: DriverStep = { kind: 'rename', from: X, to: Y, fields: { firstName: 'Ann' }, sendPhone: true };

function intent(
  fields: Partial<Omit<IntentRow, 'state' | 'answered'>> = {},
): Omit<IntentRow, 'state' | 'answered'> {
  return {
    id: randomUUID(),
    gpsId: A,
    epoch: 3,
    fence: 7,
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

const newIntent = (
  one: Omit<IntentRow, 'state' | 'answered'>,
  driverIds: readonly DriverId[],
  generation = 1,
): NewIntent => ({
  intent: one,
  driverIds,
  generation,
});

describeEachStore('intents', (given) => {
  const { acme } = given;
  const open = (...intents: NewIntent[]) => acme((tx) => tx.intents.open(intents, 900));
  const openOne = async (
    ids: readonly DriverId[],
    fields: Partial<Omit<IntentRow, 'state' | 'answered'>> = {},
  ) => {
    const one = intent(fields);
    return (await open(newIntent(one, ids))).has(one.id);
  };
  const close = (id: string, effect: 'recorded' | 'none' = 'recorded') =>
    acme((tx) => tx.intents.close([id], effect));
  /** All that are open, whatever their time. */
  const allOpen = () => acme((tx) => tx.intents.dueForCheck(1_000 + ANSWERED_WITHIN_MS, []));

  // Both drivers are at generation 1.
  beforeEach(() => acme((tx) => tx.work.touch([A, B], 100)));

  it('are stored whole, and open until closed', async () => {
    const one = intent();
    const create = intent({ before: null, phoneHash: null, changes: [], createdAt: 901, gpsId: B });
    expect(await open(newIntent(one, [X, Y]), newIntent(create, [did('Z')]))).toEqual(
      new Set([one.id, create.id]),
    );
    expect(await allOpen()).toEqual([
      { ...one, state: 'sending', answered: false },
      { ...create, state: 'sending', answered: false },
    ]);
    await acme((tx) => tx.intents.suspend([{ id: one.id, checkAt: 5_000 }]));
    expect((await allOpen())[0]?.state).toBe('unconfirmed');
    expect((await acme((tx) => tx.account.overview())).inFlight).toEqual(new Set([X, Y, did('Z')]));
  });

  it.each([
    ['the same', [X, Y], false],
    ['one of them', [did('Z'), Y], false],
    ['others', [did('Z')], true],
    ['another in case', [did('x')], true],
    ['none', [], true],
  ])('with %s of its DriverIDs open, another opens: %s', async (_, ids, opens) => {
    await openOne([X, Y]);
    const second = intent({ gpsId: B });
    const result = await acme(async (tx) => {
      const opened = await tx.intents.open([newIntent(second, ids)], 900);
      // The transaction goes on whatever came of it.
      await tx.work.touch([A], 1);
      return opened;
    });
    expect(result.has(second.id)).toBe(opens);
    expect((await allOpen()).filter((one) => one.gpsId === B)).toHaveLength(opens ? 1 : 0);
    expect(await given.rows('select * from gateway.intent_driver_id')).toHaveLength(
      opens ? 2 + ids.length : 2,
    );
    expect(await acme((tx) => tx.work.generations([A]))).toEqual(new Map([[A, 2]]));
  });

  it('of one call that touch one DriverID: one of them opens', async () => {
    const [one, two] = [intent(), intent({ gpsId: B })];
    const opened = await open(newIntent(one, [X, Y]), newIntent(two, [Y, did('Z')]));
    expect(opened.size).toBe(1);
    expect((await allOpen()).map((row) => row.id)).toEqual([...opened]);
    expect(await given.rows('select * from gateway.intent_driver_id')).toHaveLength(2);
  });

  it('name a DriverID twice without being in their own way', async () => {
    expect(await openOne([X, X])).toBe(true);
  });

  it('open for the driver’s generation that was looked at, and for no other (R10)', async () => {
    await acme((tx) => tx.work.touch([B], 110));
    const stale = intent({ gpsId: B });
    const current = intent();
    const unknown = intent({ gpsId: gid('9') });
    const opened = await open(
      newIntent(stale, [Y], 1),
      newIntent(current, [X], 1),
      newIntent(unknown, [did('Z')], 1),
    );
    expect(opened).toEqual(new Set([current.id]));
    expect((await acme((tx) => tx.account.overview())).inFlight).toEqual(new Set([X]));
  });

  it('are closed by one, and free their DriverIDs', async () => {
    const one = intent();
    await open(newIntent(one, [X, Y]));
    expect(await close(one.id)).toEqual(new Set([one.id]));
    expect(await close(one.id)).toEqual(new Set());
    await acme((tx) => tx.intents.suspend([{ id: one.id, checkAt: 0 }]));
    expect(await allOpen()).toEqual([]);
    expect(await openOne([X])).toBe(true);
  });

  describe('of a REMOVE', () => {
    const remove = () => intent({ action: 'REMOVE', step: { kind: 'none' } });
    const openRemove = async (now = 900) => {
      const one = remove();
      const opened = await acme((tx) => tx.intents.open([newIntent(one, [X])], now));
      return opened.has(one.id) ? one.id : null;
    };
    const propose = (state: RemovalState, id = A) =>
      acme(async (tx) => {
        await tx.removals.propose(
          [{ gpsId: id, driverId: X, inferred: true, proof: deletedHere(5), lastKnown: null }],
          100,
        );
        const row = (await tx.removals.openOf([id])).get(id);
        if (row !== undefined && state !== 'proposed')
          await tx.removals.move([row.id], ['proposed'], state, 200);
      });
    const state = async (id = A) => (await acme((tx) => tx.removals.openOf([id]))).get(id)?.state ?? null;
    const mark = (id: typeof A | null, expiresAt: number) =>
      acme((tx) => tx.marks.put({ gpsId: id, driverId: null, now: 850, expiresAt, writerUntil: expiresAt }));

    it.each<[RemovalState, boolean]>([
      ['proposed', false],
      ['allowed', true],
      ['held', false],
      ['approved', true],
      ['rejected', false],
      ['void', false],
      ['done', false],
    ])('opens while the removal is %s: %s; it is being sent then (R10)', async (which, opens) => {
      await propose(which);
      const before = await state();
      expect((await openRemove()) !== null).toBe(opens);
      expect(await state()).toBe(opens ? 'sending' : before);
      expect(await allOpen()).toHaveLength(opens ? 1 : 0);
    });

    it('does not open without a removal', async () => {
      expect(await openRemove()).toBeNull();
    });

    it.each([
      ['on the driver', A, 1_000, false],
      ['on another driver', B, 1_000, true],
      ['of a create', null, 1_000, false],
      ['of a create that has expired', null, 900, true],
    ] as const)('with a mark open %s: opens %s', async (_, id, expiresAt, opens) => {
      await propose('allowed');
      await mark(id, expiresAt);
      await acme((tx) => tx.work.settle([{ gpsId: B, generation: 2, ...SETTLED }], 880));
      const one = remove();
      const generation = (await acme((tx) => tx.work.generations([A]))).get(A) ?? 0;
      const opened = await acme((tx) => tx.intents.open([newIntent(one, [X], generation)], 900));
      expect(opened.has(one.id)).toBe(opens);
      expect(await state()).toBe(opens ? 'sending' : 'allowed');
    });

    it('gives the removal back when it had no effect, and keeps it when it is recorded', async () => {
      await propose('allowed');
      const first = await openRemove();
      await close(first ?? '', 'none');
      expect(await state()).toBe('allowed');
      const second = await openRemove();
      await close(second ?? '', 'recorded');
      expect(await state()).toBe('sending');
    });

    it('ends the removal that had no effect when the driver is back in GPS', async () => {
      await propose('allowed');
      const first = await openRemove();
      await acme((tx) => tx.rosters.saveGps([gpsRow('1')], seen(950)));
      await close(first ?? '', 'none');
      expect(await state()).toBeNull();
      expect(await openRemove()).toBeNull();
    });

    it('gives the removal back when another intent has one of its DriverIDs', async () => {
      await openOne([X], { gpsId: B });
      await propose('allowed');
      expect(await openRemove()).toBeNull();
      expect(await state()).toBe('allowed');
    });

    it('is being sent, and another intent of the driver that does not open leaves that so', async () => {
      await propose('allowed');
      expect(await openRemove()).not.toBeNull();
      expect(await openOne([X])).toBe(false);
      expect(await state()).toBe('sending');
    });
  });

  describe('are looked up', () => {
    const due = async (now: number, except: readonly string[] = []) =>
      (await acme((tx) => tx.intents.dueForCheck(now, except))).map((one) => one.id);

    it('once their answer must have come, those of a living send apart', async () => {
      const one = intent();
      const two = intent({ gpsId: B, createdAt: 901, sendBefore: 2_000 });
      await open(newIntent(two, [Y]), newIntent(one, [X]));
      expect(await due(1_000 + ANSWERED_WITHIN_MS - 1)).toEqual([]);
      expect(await due(1_000 + ANSWERED_WITHIN_MS)).toEqual([one.id]);
      expect(await due(2_000 + ANSWERED_WITHIN_MS)).toEqual([one.id, two.id]);
      expect(await due(2_000 + ANSWERED_WITHIN_MS, [one.id])).toEqual([two.id]);
    });

    it('again when their outcome is not known yet', async () => {
      const one = intent();
      await open(newIntent(one, [X]));
      await acme((tx) => tx.intents.suspend([{ id: one.id, checkAt: 500 }]));
      expect(await due(499)).toEqual([]);
      expect(await due(500)).toEqual([one.id]);
    });

    it('at once when their time is further ahead than it can be (R18)', async () => {
      const one = intent();
      await open(newIntent(one, [X]));
      await acme((tx) => tx.intents.suspend([{ id: one.id, checkAt: 3_600_100 }]));
      expect(await due(100)).toEqual([]);
      expect(await due(99)).toEqual([one.id]);
    });
  });

  it.each([
    ['of an older epoch, before deadline and time-out', 4, 1_099, 'sending', 1],
    ['when both have passed', 4, 1_100, 'sending', 0],
    ['of this epoch', 3, 1_099, 'sending', 0],
    ['that only waits for confirmation', 4, 1_099, 'unconfirmed', 0],
  ] as const)('may still be on the way: %s', async (_, epoch, now, state, count) => {
    const one = intent();
    await open(newIntent(one, [X]));
    if (state === 'unconfirmed') await acme((tx) => tx.intents.suspend([{ id: one.id, checkAt: 0 }]));
    expect(await acme((tx) => tx.intents.sendingBefore(epoch, now, 100))).toBe(count);
    expect(await given.store().transaction(OTHER, (tx) => tx.intents.sendingBefore(epoch, now, 100))).toBe(0);
  });

  it('of a moment ago are found by the DriverID that the driver is linked to, closed ones too, oldest first', async () => {
    const [old, one, two] = [
      intent({ createdAt: 899 }),
      intent({ createdAt: 900 }),
      intent({ createdAt: 901, before: null }),
    ];
    for (const each of [old, one, two]) {
      await open(newIntent(each, [X]));
      await close(each.id);
    }
    await open(newIntent(intent({ gpsId: B }), [did('Z')]));
    await acme((tx) => tx.links.save([link('1', 'Y')], 100));
    const found = await acme((tx) => tx.intents.recentOf([Y, did('Z')], 900));
    expect(found).toEqual(
      new Map([
        [
          Y,
          [
            { step: one.step, before: one.before, createdAt: 900 },
            { step: two.step, before: null, createdAt: 901 },
          ],
        ],
      ]),
    );
    expect(await acme((tx) => tx.intents.recentOf([], 0))).toEqual(new Map());
  });

  it('belong to the run whose pending item waits for the driver', async () => {
    const insert = async (
      tx: SyncTransaction,
      id: string,
      status: 'RUNNING' | 'SUCCEEDED' | 'AWAITING_APPROVAL',
    ) => {
      await tx.runs.insert({
        id: runId(id),
        kind: 'DAILY',
        status,
        dryRun: false,
        requestedBy: null,
        scope: null,
        startedAt: 100,
        notBefore: 0,
      });
      await tx.runs.addItems(runId(id), [
        {
          gpsId: id === 'other' ? B : A,
          driverName: 'Ann',
          action: 'RENAME',
          rowNumber: 8,
          steps: [],
          changes: [],
          reason: 'row 8',
          outcome: 'PENDING',
          heldFor: null,
          rejected: false,
          problem: null,
          generation: 1,
        },
      ]);
    };
    await acme(async (tx) => {
      await insert(tx, 'ended', 'SUCCEEDED');
      await insert(tx, 'running', 'RUNNING');
    });
    expect(await acme((tx) => tx.runs.waitingFor([A, B]))).toEqual(new Map([[A, runId('running')]]));
    await openOne([X]);
    await openOne([Y], { gpsId: B });
    expect(await given.rows('select gps_id, run_id from gateway.driveri_intent order by gps_id')).toEqual([
      { gps_id: '1', run_id: 'running' },
      { gps_id: '2', run_id: null },
    ]);
  });

  it('are one account’s own, and so are the DriverIDs they lease', async () => {
    const one = intent();
    await open(newIntent(one, [X]));
    await given.store().transaction(OTHER, async (tx) => {
      await tx.work.touch([A], 100);
      expect(await tx.intents.close([one.id], 'recorded')).toEqual(new Set());
      expect(await tx.intents.dueForCheck(99_999, [])).toEqual([]);
      expect((await tx.account.overview()).inFlight).toEqual(new Set());
      expect((await tx.intents.open([newIntent(intent(), [X])], 900)).size).toBe(1);
    });
    expect(await allOpen()).toHaveLength(1);
  });

  if (given.kind === 'postgres') {
    it('of one DriverID are opened by one of two that try at once', async () => {
      const stores = await Promise.all([given.storeAgain(), given.storeAgain()]);
      for (let round = 0; round < 20; round += 1) {
        const ids = [did(`X${round}`), did(`Y${round}`)];
        const opened = await Promise.all(
          stores.map((store, index) =>
            store.transaction(ACME, (tx) =>
              tx.intents.open(
                [newIntent(intent({ gpsId: gid(index + 1) }), index === 0 ? ids : [...ids].reverse())],
                900,
              ),
            ),
          ),
        );
        expect(opened.map((one) => one.size).sort()).toEqual([0, 1]);
      }
    });

    it('of a removal that a person rejects at the same moment: one of the two wins', async () => {
      const other = await given.storeAgain();
      await acme((tx) =>
        tx.removals.propose(
          [{ gpsId: A, driverId: X, inferred: false, proof: deletedHere(5), lastKnown: null }],
          100,
        ),
      );
      const [row] = [...(await acme((tx) => tx.removals.openOf([A]))).values()];
      let rejecting: Promise<ReadonlySet<string>> | undefined;
      await acme(async (tx) => {
        const one = intent({ action: 'REMOVE' });
        expect((await tx.intents.open([newIntent(one, [X])], 900)).size).toBe(1);
        rejecting = other.transaction(ACME, (mine) =>
          mine.removals.move([row?.id ?? ''], ['allowed', 'held'], 'rejected', 901),
        );
        await given.untilLocked();
      });
      expect(await rejecting).toEqual(new Set());
    });
  }
});

const SETTLED = { problem: null, syncedAt: null, releasesHold: false };
