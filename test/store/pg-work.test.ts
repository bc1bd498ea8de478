import type { ProblemView } from '../../src/sync/views';
import { ACME, describeEachStore, gid, OTHER } from './pg-fixture';

const A = gid('1');
const B = gid('2');
const markOf = (expiresAt: number, now: number) => ({ now, expiresAt, writerUntil: 300 });
const PROBLEM: ProblemView = { code: 'CONFLICT', message: 'Two want one', hint: 'Correct one', since: 5 };

describeEachStore('the work list', (given) => {
  const row = (id = A) => given.acme((tx) => tx.work.row(id));
  const touch = (now: number, id = A) => given.acme((tx) => tx.work.touch([id], now));
  const acquire = (now: number, owner = 'w1', id = A) =>
    given.acme((tx) => tx.work.acquire(id, owner, now, 1_000));
  const settled = (generation: number, now: number, problem: ProblemView | null = null) => ({
    generation,
    problem,
    syncedAt: problem === null ? now : null,
    now,
  });
  const pendingSince = async () =>
    (
      await given.rows(`select pending_since from gateway.sync_row where account = 'acme' and gps_id = '1'`)
    )[0]?.['pending_since'];

  async function settle(now: number): Promise<void> {
    const lease = await acquire(now);
    await given.acme((tx) => tx.work.settle(lease!, settled(lease!.row.generation, now)));
  }

  describe('touch', () => {
    it('makes the row of a driver that has none, due at once', async () => {
      await touch(100);
      expect(await row()).toEqual({
        gpsId: A,
        generation: 1,
        syncedGeneration: 0,
        dueAt: 100,
        attempts: 0,
        problem: null,
        identityHold: null,
        drift: null,
        pausedFields: {},
      });
      expect(await pendingSince()).toBe(100);
    });

    it('raises the generation of everybody once, however often they are named', async () => {
      await given.acme((tx) => tx.work.touch([A, B, A], 100));
      await given.acme((tx) => tx.work.touch([A, B, A], 101));
      expect(await given.acme((tx) => tx.work.generations([A, B, gid('9')]))).toEqual(
        new Map([
          [A, 2],
          [B, 2],
        ]),
      );
    });

    it('keeps the earlier time of somebody who is pending, and brings a later one forward', async () => {
      await touch(100);
      await touch(200);
      expect((await row())?.dueAt).toBe(100);
      const lease = await acquire(200);
      await given.acme((tx) => tx.work.postpone(lease!, { dueAt: 9_000, attempts: 3, problem: null }));
      await touch(300);
      expect(await row()).toMatchObject({ dueAt: 300, attempts: 0 });
      expect(await pendingSince()).toBe(100);
    });

    it('makes somebody who was settled due now, and pending since now', async () => {
      await touch(100);
      await settle(150);
      expect(await pendingSince()).toBeNull();
      await touch(200);
      expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 1, dueAt: 200 });
      expect(await pendingSince()).toBe(200);
    });
  });

  describe('a mark', () => {
    it('makes the driver due at its expiry, if nothing else does', async () => {
      await given.acme((tx) => tx.work.mark(A, markOf(500, 100)));
      expect(await row()).toMatchObject({ generation: 1, syncedGeneration: 0, dueAt: 500 });
    });

    it('never moves what is due later', async () => {
      await touch(100);
      await given.acme((tx) => tx.work.mark(A, markOf(500, 100)));
      expect(await row()).toMatchObject({ generation: 2, dueAt: 100 });
    });

    it('brings forward what is due later than it expires', async () => {
      await touch(100);
      const lease = await acquire(100);
      await given.acme((tx) => tx.work.postpone(lease!, { dueAt: 9_000, attempts: 1, problem: null }));
      await given.acme((tx) => tx.work.mark(A, markOf(500, 100)));
      expect((await row())?.dueAt).toBe(500);
    });

    it('keeps a driver from settling: they stay due at its expiry', async () => {
      const mark = await given.acme((tx) => tx.work.mark(A, markOf(500, 100)));
      await touch(110);
      const lease = await acquire(120);
      await given.acme((tx) => tx.work.settle(lease!, settled(2, 120)));
      expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 1, dueAt: 500 });
      expect(await given.store().due(499, 10)).toEqual([]);
      await given.acme((tx) => tx.work.release(mark));
      await touch(130);
      await settle(131);
      expect(await row()).toMatchObject({ generation: 3, syncedGeneration: 3 });
    });

    it('that has expired does not, and is told to the one who acquires', async () => {
      const mark = await given.acme((tx) => tx.work.mark(A, markOf(500, 100)));
      expect((await acquire(499))?.expiredMarks).toEqual([]);
      const lease = await acquire(500);
      expect(lease?.expiredMarks).toEqual([mark]);
      await given.acme((tx) => tx.work.settle(lease!, settled(1, 500)));
      expect(await row()).toMatchObject({ generation: 1, syncedGeneration: 1 });
    });

    it('without a driver is a create: told of when it has expired unreleased', async () => {
      const mark = await given.acme((tx) => tx.work.mark(null, markOf(500, 100)));
      const expired = (now: number) => given.acme((tx) => tx.work.expiredCreateMarks(now));
      expect(await expired(499)).toEqual([]);
      expect(await expired(500)).toEqual([mark]);
      expect(await given.store().transaction(OTHER, (tx) => tx.work.expiredCreateMarks(500))).toEqual([]);
      await given.acme((tx) => tx.work.release(mark));
      expect(await expired(500)).toEqual([]);
    });

    it('says who is about to be stored by a writer, until the writer is done, has given up or is late', async () => {
      const updating = await given.acme((tx) => tx.work.mark(A, markOf(500, 100)));
      const creating = await given.acme((tx) => tx.work.mark(null, markOf(500, 100)));
      const being = (now: number) => given.acme((tx) => tx.work.beingWritten(now));
      expect(await being(299)).toEqual({ ids: new Set([A]), creating: true });
      expect(await being(300)).toEqual({ ids: new Set(), creating: false });
      expect(await given.store().transaction(OTHER, (tx) => tx.work.beingWritten(200))).toEqual({
        ids: new Set(),
        creating: false,
      });
      await given.acme((tx) => tx.work.leave(creating));
      expect(await being(200)).toEqual({ ids: new Set([A]), creating: false });
      await given.acme((tx) => tx.work.release(updating));
      expect(await being(200)).toEqual({ ids: new Set(), creating: false });
      expect(await given.acme((tx) => tx.work.expiredCreateMarks(500))).toEqual([creating]);
    });

    it('of another account is not released', async () => {
      const mark = await given.acme((tx) => tx.work.mark(null, markOf(500, 100)));
      await given.store().transaction(OTHER, (tx) => tx.work.release(mark));
      expect(await given.acme((tx) => tx.work.expiredCreateMarks(500))).toEqual([mark]);
    });
  });

  describe('a lease', () => {
    it('is nobody else’s until it ends', async () => {
      await touch(100);
      expect(await acquire(100, 'w1')).toMatchObject({ owner: 'w1', fence: 1 });
      expect(await acquire(1_099, 'w2')).toBeNull();
      expect(await acquire(1_100, 'w2')).toMatchObject({ owner: 'w2', fence: 2 });
    });

    it('may be taken again by the same owner, whose older one is void then', async () => {
      await touch(100);
      const first = await acquire(100);
      const second = await acquire(101);
      expect(await given.acme((tx) => tx.work.holds(first!))).toBe(false);
      expect(await given.acme((tx) => tx.work.holds(second!))).toBe(true);
    });

    it('there is none of a driver without a row', async () => {
      expect(await acquire(100)).toBeNull();
    });

    it('that was taken over records nothing', async () => {
      await touch(100);
      const lost = await acquire(100, 'w1');
      const taken = await acquire(2_000, 'w2');
      await given.acme(async (tx) => {
        expect(await tx.work.holds(lost!)).toBe(false);
        expect(await tx.work.renew(lost!, 9_000)).toBe(false);
        await tx.work.settle(lost!, settled(1, 2_000));
        await tx.work.postpone(lost!, { dueAt: 7, attempts: 7, problem: PROBLEM });
        await tx.work.free(lost!);
      });
      expect(await row()).toMatchObject({ syncedGeneration: 0, attempts: 0, problem: null });
      expect(await acquire(2_001, 'w3')).toBeNull();
      expect(await given.acme((tx) => tx.work.holds(taken!))).toBe(true);
    });

    it('is longer once renewed, and free once freed', async () => {
      await touch(100);
      const lease = await acquire(100);
      expect(await given.acme((tx) => tx.work.renew(lease!, 5_000))).toBe(true);
      expect(await acquire(4_999, 'w2')).toBeNull();
      await given.acme((tx) => tx.work.free(lease!));
      expect(await acquire(101, 'w2')).toMatchObject({ fence: 2, row: { syncedGeneration: 0, dueAt: 100 } });
    });
  });

  describe('settle', () => {
    it('stores generation, problem and time, and frees the lease', async () => {
      await touch(100);
      const lease = await acquire(100);
      await given.acme((tx) => tx.work.settle(lease!, settled(1, 150, PROBLEM)));
      expect(await row()).toMatchObject({ syncedGeneration: 1, problem: PROBLEM, attempts: 0 });
      expect(await pendingSince()).toBeNull();
      expect(await acquire(151, 'w2')).toBeNull();
      await touch(160);
      expect(await acquire(161, 'w2')).not.toBeNull();
    });

    it('leaves a driver due now for whom a new reason has come meanwhile', async () => {
      await touch(100);
      const lease = await acquire(100);
      await touch(120);
      await given.acme((tx) => tx.work.settle(lease!, settled(1, 150)));
      expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 1, dueAt: 150 });
      expect(await pendingSince()).toBe(100);
    });

    it('keeps the last time of a sync when this one was none', async () => {
      const at = async () =>
        (await given.rows('select last_synced_at from gateway.sync_row'))[0]?.['last_synced_at'];
      await touch(100);
      await settle(150);
      await touch(200);
      const lease = await acquire(200);
      await given.acme((tx) => tx.work.settle(lease!, settled(2, 250, PROBLEM)));
      expect(await at()).toBe(150);
    });
  });

  describe('postpone', () => {
    it('tries again later', async () => {
      await touch(100);
      const lease = await acquire(100);
      await given.acme((tx) => tx.work.postpone(lease!, { dueAt: 900, attempts: 2, problem: PROBLEM }));
      expect(await row()).toMatchObject({ syncedGeneration: 0, dueAt: 900, attempts: 2, problem: PROBLEM });
      expect(await acquire(101, 'w2')).not.toBeNull();
    });

    it('never moves a newer reason to look backwards', async () => {
      await touch(100);
      const lease = await acquire(100);
      await touch(120);
      await given.acme((tx) => tx.work.postpone(lease!, { dueAt: 900, attempts: 2, problem: PROBLEM }));
      expect(await row()).toMatchObject({ dueAt: 100, attempts: 0 });
    });
  });

  describe('notes on a driver', () => {
    it('are kept whether or not there was a row, and make no work', async () => {
      const paused = { email: { until: 9, values: ['a', 'b'], times: [1, 2] } };
      await given.acme(async (tx) => {
        await tx.work.setIdentityHold([A, B], 'run-1');
        await tx.work.setDrift(A, 'signature');
        await tx.work.setPausedFields(A, paused);
      });
      expect(await row()).toMatchObject({ identityHold: 'run-1', drift: 'signature', pausedFields: paused });
      expect(await given.acme((tx) => tx.work.pendingIds())).toEqual(new Set());
      await given.acme(async (tx) => {
        await tx.work.setIdentityHold([A, gid('9')], null);
        await tx.work.setDrift(A, null);
        await tx.work.setPausedFields(A, {});
      });
      expect(await row()).toMatchObject({ identityHold: null, drift: null, pausedFields: {} });
      expect((await row(B))?.identityHold).toBe('run-1');
      expect(await row(gid('9'))).toBeNull();
    });
  });

  it('settles everybody as they stand but those with an open mark', async () => {
    await given.acme((tx) => tx.work.touch([A, B], 100));
    await given.acme((tx) => tx.work.mark(B, markOf(500, 110)));
    const lease = await acquire(100);
    await given.acme((tx) => tx.work.postpone(lease!, { dueAt: 900, attempts: 2, problem: PROBLEM }));
    await given.acme((tx) => tx.work.settleAll(200));
    expect(await row(A)).toMatchObject({ generation: 1, syncedGeneration: 1, attempts: 0, problem: null });
    expect(await row(B)).toMatchObject({ generation: 2, syncedGeneration: 1, dueAt: 500 });
    expect(await given.acme((tx) => tx.work.pendingIds())).toEqual(new Set([B]));
  });

  it('removes a driver who is settled, with their marks', async () => {
    await given.acme((tx) => tx.work.mark(A, markOf(110, 100)));
    const lease = await acquire(200);
    await given.acme((tx) =>
      tx.work.settle(lease!, { generation: 1, problem: null, syncedAt: null, now: 200 }),
    );
    await given.acme((tx) => tx.work.removeSettled([A]));
    expect(await row()).toBeNull();
    expect(await given.rows('select * from gateway.mark')).toEqual([]);
  });

  it('does not remove whom somebody has asked to look at since, who is being written to, or whom a worker has', async () => {
    const lease = await given.acme(async (tx) => {
      await tx.work.touch([A], 100);
      return tx.work.acquire(A, 'w1', 100, 1_000);
    });
    await given.acme((tx) => tx.work.removeSettled([A]));
    await touch(110);
    await given.acme(async (tx) => {
      await tx.work.settle(lease!, { generation: 1, problem: null, syncedAt: null, now: 120 });
      await tx.work.removeSettled([A]);
    });
    expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 1, dueAt: 120 });

    const next = await acquire(130);
    await given.acme((tx) => tx.work.mark(A, markOf(500, 140)));
    await given.acme(async (tx) => {
      await tx.work.settle(next!, { generation: 3, problem: null, syncedAt: null, now: 150 });
      await tx.work.removeSettled([A]);
    });
    expect(await row()).toMatchObject({ dueAt: 500 });
    expect(await given.rows('select * from gateway.mark')).toHaveLength(1);
  });

  it('is one account’s own', async () => {
    await given.acme((tx) => tx.work.touch([B], 50));
    await given.acme((tx) => tx.work.settleAll(60));
    await touch(100);
    await given.store().transaction(OTHER, async (tx) => {
      expect(await tx.work.row(A)).toBeNull();
      expect(await tx.work.acquire(A, 'w1', 100, 1_000)).toBeNull();
      await tx.work.settleAll(100);
      await tx.work.removeSettled([A, B]);
    });
    expect(await row()).toMatchObject({ syncedGeneration: 0 });
    expect(await row(B)).toMatchObject({ syncedGeneration: 1 });
  });

  if (given.kind === 'postgres') {
    it('gives a driver to one of two workers who ask at once', async () => {
      await touch(100);
      const stores = await Promise.all([given.storeAgain(), given.storeAgain()]);
      for (let round = 0; round < 20; round += 1) {
        const now = 10_000 * (round + 1);
        const leases = await Promise.all(
          stores.map((store, index) =>
            store.transaction(ACME, (tx) => tx.work.acquire(A, `w${index}`, now, 1_000)),
          ),
        );
        expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
      }
    });

    it('holds a lease until the commit: who takes over waits, and finds it recorded', async () => {
      await touch(100);
      await touch(101);
      const lease = await acquire(100);
      const other = await given.storeAgain();
      let taking: Promise<unknown> | undefined;
      await given.acme(async (tx) => {
        expect(await tx.work.holds(lease!)).toBe(true);
        taking = other.transaction(ACME, (mine) => mine.work.acquire(A, 'w2', 5_000, 1_000));
        await tx.work.settle(lease!, settled(1, 200));
      });
      expect(await taking).toMatchObject({ owner: 'w2', row: { syncedGeneration: 1 } });
    });
  }
});
