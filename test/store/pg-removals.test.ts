import { runId } from '../../src/driver/ids';
import type { RemovalRow, RemovalState } from '../../src/sync/sync-store';
import { OTHER, deletedHere, describeEachStore, did, driveriDriver, gid } from './pg-fixture';

const A = gid('1');
const X = did('X');

describeEachStore('removals', (given) => {
  const { acme } = given;
  const propose = (now: number, fields: Partial<RemovalRow> = {}) =>
    acme((tx) =>
      tx.removals.propose(
        {
          gpsId: A,
          driverId: X,
          inferred: true,
          proof: deletedHere(5),
          state: 'proposed',
          lastKnown: driveriDriver('X'),
          runId: null,
          ...fields,
        },
        now,
      ),
    );
  const setState = (row: RemovalRow, state: RemovalState, now: number, run?: string | null) =>
    acme((tx) =>
      run === undefined
        ? tx.removals.setState([row.id], state, now)
        : tx.removals.setState([row.id], state, now, run === null ? null : runId(run)),
    );

  it('are proposed once: the one that is open is answered as it stands', async () => {
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
    expect(await propose(200, { driverId: did('Y'), state: 'allowed', inferred: false })).toEqual(first);
    expect(await acme((tx) => tx.removals.openOf(A))).toEqual(first);
    expect(await given.rows('select last_known, proposed_at from gateway.removal')).toEqual([
      { last_known: driveriDriver('X'), proposed_at: 100 },
    ]);
  });

  it.each([
    ['proposed', true],
    ['allowed', true],
    ['held', true],
    ['approved', true],
    ['rejected', true],
    ['done', false],
    ['void', false],
  ] as const)('that are %s are open: %s', async (state, isOpen) => {
    const row = await propose(100);
    await setState(row, state, 200);
    expect((await acme((tx) => tx.removals.openOf(A))) !== null).toBe(isOpen);
    expect((await acme((tx) => tx.removals.openInferred())).length).toBe(isOpen ? 1 : 0);
    expect((await propose(300)).id === row.id).toBe(isOpen);
  });

  it('keep their run unless another is given', async () => {
    const row = await propose(100, { runId: runId('r1') });
    await setState(row, 'held', 200);
    expect((await acme((tx) => tx.removals.ofRun(runId('r1')))).map((one) => one.state)).toEqual(['held']);
    await setState(row, 'held', 200, 'r2');
    expect(await acme((tx) => tx.removals.ofRun(runId('r1')))).toEqual([]);
    await setState(row, 'held', 200, null);
    expect(await acme((tx) => tx.removals.ofRun(runId('r2')))).toEqual([]);
  });

  it('get a better proof', async () => {
    const row = await propose(100, { proof: null });
    expect(row.proof).toBeNull();
    await acme((tx) => tx.removals.setProof(row.id, deletedHere(9)));
    expect((await acme((tx) => tx.removals.openOf(A)))?.proof).toEqual(deletedHere(9));
  });

  it('are counted when inferred and allowed since then', async () => {
    const states: readonly RemovalState[] = [
      'proposed',
      'allowed',
      'held',
      'approved',
      'rejected',
      'done',
      'void',
    ];
    for (const [index, state] of states.entries()) {
      await setState(await propose(100, { gpsId: gid(index) }), state, 200);
    }
    await setState(await propose(100, { gpsId: gid('asked'), inferred: false }), 'allowed', 200);
    const since = (at: number) => acme((tx) => tx.removals.inferredSince(at));
    expect(await since(200)).toBe(3);
    expect(await since(201)).toBe(0);
    expect(await given.store().transaction(OTHER, (tx) => tx.removals.inferredSince(0))).toBe(0);
  });

  it('that are allowed as they are proposed are counted from then on', async () => {
    await propose(100, { state: 'allowed' });
    expect(await acme((tx) => tx.removals.inferredSince(100))).toBe(1);
  });

  it('are one account’s own', async () => {
    const row = await propose(100);
    await given.store().transaction(OTHER, async (tx) => {
      expect(await tx.removals.openOf(A)).toBeNull();
      expect(await tx.removals.openInferred()).toEqual([]);
      await tx.removals.setState([row.id], 'void', 200);
      await tx.removals.setProof(row.id, deletedHere(9));
    });
    expect(await acme((tx) => tx.removals.openOf(A))).toEqual(row);
  });
});
