import { runId, type GpsId } from '../../src/driver/ids';
import type { NewRemoval, RemovalState } from '../../src/sync/ports/removal-store';
import { OTHER, deletedHere, describeEachStore, did, driveriDriver, gid } from './pg-fixture';

const A = gid('1');
const B = gid('2');
const X = did('X');

const EVERY_STATE: readonly RemovalState[] = [
  'proposed',
  'allowed',
  'held',
  'approved',
  'rejected',
  'sending',
  'done',
  'void',
];

const removal = (fields: Partial<NewRemoval> = {}): NewRemoval => ({
  gpsId: A,
  driverId: X,
  inferred: true,
  proof: deletedHere(5),
  lastKnown: driveriDriver('X'),
  ...fields,
});

describeEachStore('removals', (given) => {
  const { acme } = given;
  const openOf = async (id: GpsId = A) => (await acme((tx) => tx.removals.openOf([id]))).get(id) ?? null;
  const propose = async (now: number, fields: Partial<NewRemoval> = {}) => {
    await acme((tx) => tx.removals.propose([removal(fields)], now));
    const row = await openOf(fields.gpsId ?? A);
    if (row === null) throw new Error('The removal is not open');
    return row;
  };
  const move = (id: string, to: RemovalState, now: number, run?: string | null) =>
    acme((tx) =>
      run === undefined
        ? tx.removals.move([id], EVERY_STATE, to, now)
        : tx.removals.move([id], EVERY_STATE, to, now, run === null ? null : runId(run)),
    );

  it('are proposed once: another proposal leaves the one that is open as it stands, but for the proof', async () => {
    const first = await propose(100);
    expect(first).toEqual({
      id: expect.any(String),
      gpsId: A,
      driverId: X,
      state: 'proposed',
      inferred: true,
      proof: deletedHere(5),
      runId: null,
    });
    expect(await propose(200, { driverId: did('Y'), proof: deletedHere(9) })).toEqual({
      ...first,
      proof: deletedHere(9),
    });
    expect(await given.rows('select last_known, proposed_at from gateway.removal')).toEqual([
      { last_known: driveriDriver('X'), proposed_at: 100 },
    ]);
  });

  it.each<[RemovalState, RemovalState]>([
    ['proposed', 'allowed'],
    ['allowed', 'allowed'],
    ['held', 'allowed'],
    ['approved', 'allowed'],
    ['rejected', 'allowed'],
    ['sending', 'sending'],
  ])('that are %s and are asked for are %s: asking again is a decision', async (state, then) => {
    const row = await propose(100);
    await move(row.id, state, 200);
    expect(await propose(300, { inferred: false })).toMatchObject({
      id: row.id,
      state: then,
      inferred: false,
    });
  });

  it.each<[RemovalState, boolean]>([
    ['proposed', true],
    ['allowed', true],
    ['held', true],
    ['approved', true],
    ['rejected', true],
    ['sending', true],
    ['done', false],
    ['void', false],
  ])('that are %s are open: %s', async (state, isOpen) => {
    const row = await propose(100);
    await move(row.id, state, 200);
    expect((await openOf()) !== null).toBe(isOpen);
    expect((await acme((tx) => tx.removals.openInferred())).length).toBe(isOpen ? 1 : 0);
    const again = await propose(300);
    expect(again.id === row.id).toBe(isOpen);
    expect(again.state).toBe(isOpen ? state : 'proposed');
  });

  it('move from the states that are named, and from no other', async () => {
    const one = await propose(100);
    const two = await propose(100, { gpsId: B });
    await move(two.id, 'sending', 200);
    const moved = await acme((tx) =>
      tx.removals.move([one.id, two.id], ['proposed', 'held'], 'rejected', 300),
    );
    expect(moved).toEqual(new Set([one.id]));
    expect((await openOf(A))?.state).toBe('rejected');
    expect((await openOf(B))?.state).toBe('sending');
    expect(await acme((tx) => tx.removals.move([], EVERY_STATE, 'void', 300))).toEqual(new Set());
  });

  it('keep their run unless another is given', async () => {
    const { id } = await propose(100);
    await move(id, 'held', 200, 'r1');
    await move(id, 'held', 200);
    expect(await openOf()).toMatchObject({ state: 'held', runId: 'r1' });
    await move(id, 'held', 200, 'r2');
    expect((await openOf())?.runId).toBe('r2');
    await move(id, 'held', 200, null);
    expect((await openOf())?.runId).toBeNull();
  });

  it.each<[RemovalState, RemovalState]>([
    ['proposed', 'void'],
    ['allowed', 'void'],
    ['held', 'void'],
    ['approved', 'void'],
    ['rejected', 'void'],
    ['sending', 'sending'],
    ['done', 'done'],
  ])('of a driver that is there again: %s becomes %s', async (state, then) => {
    const row = await propose(100);
    await move(row.id, state, 200);
    await acme((tx) => tx.removals.voidOf([A], 300));
    expect(await given.rows('select state from gateway.removal')).toEqual([{ state: then }]);
  });

  it('are counted when inferred and allowed since then', async () => {
    for (const [index, state] of EVERY_STATE.entries()) {
      await move((await propose(100, { gpsId: gid(index) })).id, state, 200);
    }
    await move((await propose(100, { gpsId: gid('asked'), inferred: false })).id, 'allowed', 200);
    const since = (at: number) => acme((tx) => tx.removals.inferredSince(at));
    // Allowed, approved, being sent, done.
    expect(await since(200)).toBe(4);
    expect(await since(201)).toBe(0);
    expect(await given.store().transaction(OTHER, (tx) => tx.removals.inferredSince(0))).toBe(0);
  });

  it('that were asked for are allowed as they are proposed, and no guard counts them', async () => {
    expect(await propose(100, { inferred: false })).toMatchObject({ state: 'allowed' });
    expect(await given.rows('select decided_at from gateway.removal')).toEqual([{ decided_at: 100 }]);
    expect(await acme((tx) => tx.removals.inferredSince(100))).toBe(0);
    expect(await acme((tx) => tx.removals.openInferred())).toEqual([]);
  });

  it('are proposed and found many at a time', async () => {
    const ids = Array.from({ length: 1_200 }, (_, index) => gid(index));
    await acme((tx) =>
      tx.removals.propose(
        ids.map((gpsId) => removal({ gpsId })),
        100,
      ),
    );
    expect((await acme((tx) => tx.removals.openOf(ids))).size).toBe(1_200);
    expect(await acme((tx) => tx.removals.openOf([]))).toEqual(new Map());
  });

  it('are one account’s own', async () => {
    const row = await propose(100);
    await given.store().transaction(OTHER, async (tx) => {
      expect(await tx.removals.openOf([A])).toEqual(new Map());
      expect(await tx.removals.openInferred()).toEqual([]);
      expect(await tx.removals.move([row.id], EVERY_STATE, 'void', 200)).toEqual(new Set());
      await tx.removals.voidOf([A], 200);
      await tx.removals.propose([removal({ inferred: false, proof: deletedHere(9) })], 200);
    });
    expect(await openOf()).toEqual(row);
  });
});
