import type { ProblemView } from '../../src/gateway/views/problem-view';
import type { GpsId } from '../../src/driver/ids';
import type { Postponement, Settlement } from '../../src/sync/ports/work-store';
import { ACME, OTHER, describeEachStore, did, gid } from './pg-fixture';

const A = gid('1');
const B = gid('2');
const C = gid('3');
const PROBLEM: ProblemView = { code: 'CONFLICT', message: 'Two want one', hint: 'Correct one', since: 5 };

/** As far ahead as a retry can be; one millisecond more was set by a wrong clock (R18). */
const MOST_AHEAD_MS = 5_400_000;

describeEachStore('the work list', (given) => {
  const { acme } = given;
  const row = async (id = A) => (await acme((tx) => tx.work.rows([id]))).get(id) ?? null;
  const touch = (now: number, ...ids: GpsId[]) =>
    acme((tx) => tx.work.touch(ids.length === 0 ? [A] : ids, now));
  const take = (now: number, limit = 10, fields: { urgentOnly?: boolean; except?: readonly GpsId[] } = {}) =>
    acme((tx) => tx.work.take({ now, limit, urgentOnly: false, except: [], ...fields }));
  const taken = async (...parameters: Parameters<typeof take>) =>
    (await take(...parameters)).map((one) => one.gpsId);
  const settlement = (generation: number, fields: Partial<Settlement> = {}): Settlement => ({
    gpsId: A,
    generation,
    problem: null,
    syncedAt: null,
    releasesHold: false,
    ...fields,
  });
  const settle = (now: number, generation: number, fields: Partial<Settlement> = {}) =>
    acme((tx) => tx.work.settle([settlement(generation, { syncedAt: now, ...fields })], now));
  const postpone = (fields: Partial<Postponement> = {}) =>
    acme((tx) =>
      tx.work.postpone([{ gpsId: A, generation: 1, dueAt: 900, attempts: 2, problem: PROBLEM, ...fields }]),
    );
  const mark = (id: GpsId | null, expiresAt: number, now: number) =>
    acme(async (tx) => {
      const put = await tx.marks.put({ gpsId: id, driverId: null, now, expiresAt, writerUntil: expiresAt });
      if (put.state !== 'put') throw new Error(`The mark is ${put.state}`);
      return put.id;
    });
  const openIntent = (id: GpsId, generation = 1) =>
    acme((tx) =>
      tx.intents.open(
        [
          {
            generation,
            driverIds: [did(`intent-${id}`)],
            intent: {
              id: `intent-${id}`,
              gpsId: id,
              epoch: 0,
              fence: 1,
              action: 'UPDATE',
              step: { kind: 'none' },
              phoneHash: null,
              before: null,
              sendBefore: 0,
              createdAt: 0,
              changes: [],
            },
          },
        ],
        100,
      ),
    );

  describe('touch', () => {
    it('makes the row of a driver that has none, due at once', async () => {
      await touch(100);
      expect(await row()).toEqual({
        gpsId: A,
        generation: 1,
        syncedGeneration: 0,
        dueAt: 100,
        urgent: false,
        attempts: 0,
        pendingSince: 100,
        problem: null,
        hold: null,
        drift: null,
        pausedFields: {},
        trace: null,
        expiredMarks: [],
      });
    });

    it('raises the generation of each driver once, however often it is named', async () => {
      await touch(100, A, B, A);
      await touch(101, A, B, A);
      expect(await acme((tx) => tx.work.generations([A, B, gid('9')]))).toEqual(
        new Map([
          [A, 2],
          [B, 2],
        ]),
      );
    });

    it('keeps the earlier time of a driver that is pending, and brings a later one forward', async () => {
      await touch(100);
      await touch(200);
      expect((await row())?.dueAt).toBe(100);
      await postpone({ generation: 2, dueAt: 9_000, attempts: 3, problem: null });
      expect(await row()).toMatchObject({ dueAt: 9_000, attempts: 3 });
      await touch(300);
      expect(await row()).toMatchObject({ dueAt: 300, attempts: 0, pendingSince: 100 });
    });

    it('makes a driver that was settled due now, and pending since now', async () => {
      await touch(100);
      await settle(150, 1);
      expect((await row())?.pendingSince).toBeNull();
      await touch(200);
      expect(await row()).toMatchObject({
        generation: 2,
        syncedGeneration: 1,
        dueAt: 200,
        pendingSince: 200,
      });
    });

    it('is urgent until the driver settles: another reason does not take the urgency away (R3)', async () => {
      await acme((tx) => tx.work.touch([A], 100, { urgent: true }));
      expect((await row())?.urgent).toBe(true);
      await touch(110);
      expect((await row())?.urgent).toBe(true);
      await settle(120, 1);
      expect(await row()).toMatchObject({ generation: 2, urgent: true });
      await settle(130, 2);
      expect((await row())?.urgent).toBe(false);
      await touch(140);
      expect((await row())?.urgent).toBe(false);
    });

    it('makes many drivers due in one call', async () => {
      const many = Array.from({ length: 2_500 }, (_, index) => gid(index));
      await touch(100, ...many);
      expect((await acme((tx) => tx.work.generations(many))).size).toBe(2_500);
      expect(await taken(100, 3_000)).toHaveLength(2_500);
    });
  });

  describe('a mark', () => {
    it('makes the driver due at its expiry, if nothing else does', async () => {
      await mark(A, 500, 100);
      expect(await row()).toMatchObject({ generation: 1, syncedGeneration: 0, dueAt: 500 });
    });

    it('never moves what is due later', async () => {
      await touch(100);
      await mark(A, 500, 100);
      expect(await row()).toMatchObject({ generation: 2, dueAt: 100 });
    });

    it('brings forward what is due later than it expires, and keeps the count of attempts', async () => {
      await touch(100);
      await postpone({ dueAt: 9_000, attempts: 1, problem: null });
      await mark(A, 500, 100);
      expect(await row()).toMatchObject({ dueAt: 500, attempts: 1 });
    });

    it('keeps a driver from settling: it stays due at its expiry', async () => {
      const id = await mark(A, 500, 100);
      await touch(110);
      await settle(120, 2);
      expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 1, dueAt: 500 });
      expect(await taken(499)).toEqual([]);
      await acme((tx) => tx.marks.release([id]));
      await touch(130);
      await settle(131, 3);
      expect(await row()).toMatchObject({ generation: 3, syncedGeneration: 3 });
    });

    it('that lasts longer than a mark can counts as expired: a clock that was ahead costs one turn (R18)', async () => {
      const id = await mark(A, 100 + 600_001, 100);
      await touch(100);
      expect((await take(100))[0]?.expiredMarks).toEqual([id]);
      await settle(100, 2);
      expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 2 });
    });

    it('that has expired does not, and is named by the row that is taken', async () => {
      const id = await mark(A, 500, 100);
      await touch(110);
      expect((await take(499))[0]?.expiredMarks).toEqual([]);
      expect((await take(500))[0]?.expiredMarks).toEqual([id]);
      await settle(500, 2);
      expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 2 });
    });
  });

  describe('take', () => {
    it('answers drivers that have work now, oldest first', async () => {
      await touch(200, A);
      await touch(100, B);
      await touch(301, C);
      expect(await taken(99)).toEqual([]);
      expect(await taken(300)).toEqual([B, A]);
      expect(await taken(300, 1)).toEqual([B]);
    });

    it('leaves out drivers that have settled, and drivers that are tried again later', async () => {
      await touch(100, A, B);
      await settle(110, 1);
      await postpone({ gpsId: B, dueAt: 900 });
      expect(await taken(899)).toEqual([]);
      expect(await taken(900)).toEqual([B]);
    });

    it('puts urgent drivers before all others, however long those wait (R3)', async () => {
      await touch(100, A, B);
      await acme((tx) => tx.work.touch([C], 300, { urgent: true }));
      expect(await taken(300)).toEqual([C, A, B]);
      expect(await taken(300, 1)).toEqual([C]);
      expect(await taken(300, 2)).toEqual([C, A]);
      expect(await taken(300, 10, { urgentOnly: true })).toEqual([C]);
      expect(await taken(299, 10, { urgentOnly: true })).toEqual([]);
    });

    it('leaves out the drivers that the owner is busy with, and fills their places', async () => {
      await touch(100, A);
      await touch(101, B);
      await touch(102, C);
      expect(await taken(200, 2, { except: [A] })).toEqual([B, C]);
    });

    it('leaves out a driver with an open intent until that is closed', async () => {
      await touch(100, A, B);
      await openIntent(A);
      expect(await taken(100)).toEqual([B]);
      await acme((tx) => tx.intents.close(['intent-1'], 'recorded'));
      expect(await taken(100)).toEqual([A, B]);
    });

    it.each([
      [MOST_AHEAD_MS, false],
      [MOST_AHEAD_MS + 1, true],
    ])('takes a driver whose due time is %i ms ahead: %s (R18)', async (ahead, isTaken) => {
      await touch(100, A);
      await postpone({ dueAt: 1_000 + ahead });
      expect(await taken(1_000)).toEqual(isTaken ? [A] : []);
    });

    it('locks nothing and changes nothing: the same drivers are answered again', async () => {
      await touch(100, A, B);
      const first = await take(100);
      expect(await take(100)).toEqual(first);
    });
  });

  describe('a change that a listing found', () => {
    const touchUnjudged = (now: number, kind: 'new' | 'changed', ...ids: GpsId[]) =>
      acme((tx) => tx.work.touchUnjudged(ids, kind, now));
    const unjudged = () => acme((tx) => tx.work.unjudged());

    it('is not taken before the listing has judged it (R14)', async () => {
      await touchUnjudged(100, 'new', B);
      await touchUnjudged(100, 'changed', A);
      expect(await taken(200)).toEqual([]);
      expect(await unjudged()).toEqual([
        { gpsId: A, kind: 'changed' },
        { gpsId: B, kind: 'new' },
      ]);
      await acme((tx) => tx.work.judge([A]));
      expect(await taken(200)).toEqual([A]);
      expect(await unjudged()).toEqual([{ gpsId: B, kind: 'new' }]);
    });

    it('keeps its first reason when another listing finds it again', async () => {
      await touchUnjudged(100, 'new', A);
      await touchUnjudged(110, 'changed', A);
      expect(await unjudged()).toEqual([{ gpsId: A, kind: 'new' }]);
    });

    it('is no longer part of a mass change once a person edits the driver', async () => {
      await touchUnjudged(100, 'changed', A, B);
      await acme((tx) => tx.work.touch([A], 110, { urgent: true }));
      await touch(110, B);
      expect(await unjudged()).toEqual([{ gpsId: B, kind: 'changed' }]);
      expect(await taken(200)).toEqual([A]);
    });

    it('is one account’s own', async () => {
      await touchUnjudged(100, 'changed', A);
      await given.store().transaction(OTHER, async (tx) => {
        expect(await tx.work.unjudged()).toEqual([]);
        await tx.work.judge([A]);
      });
      expect(await unjudged()).toHaveLength(1);
    });
  });

  it('says which drivers are still at the generation that was looked at', async () => {
    await touch(100, A, B);
    await touch(110, B);
    const expected = new Map([
      [A, 1],
      [B, 1],
      [gid('9'), 1],
    ]);
    expect(await acme((tx) => tx.work.stillAt(expected))).toEqual(new Set([A]));
    expect(await acme((tx) => tx.work.stillAt(new Map()))).toEqual(new Set());
  });

  describe('settle', () => {
    it('stores generation, problem and time', async () => {
      await touch(100);
      await settle(150, 1, { problem: PROBLEM, syncedAt: null });
      expect(await row()).toMatchObject({
        syncedGeneration: 1,
        problem: PROBLEM,
        attempts: 0,
        pendingSince: null,
      });
      expect(await taken(151)).toEqual([]);
      await touch(160);
      expect(await taken(161)).toEqual([A]);
    });

    it('leaves a driver due now when a new reason has come meanwhile', async () => {
      await touch(100);
      await postpone({ dueAt: 9_000 });
      await touch(120);
      await settle(150, 1);
      expect(await row()).toMatchObject({
        generation: 2,
        syncedGeneration: 1,
        dueAt: 120,
        pendingSince: 100,
      });
      expect(await taken(150)).toEqual([A]);
    });

    it('never takes back a generation that was settled already', async () => {
      await touch(100);
      await touch(110);
      await settle(120, 2);
      await settle(130, 1);
      expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 2 });
    });

    it('keeps the last time of a sync when this one was none', async () => {
      const at = async () =>
        (await given.rows('select last_synced_at from gateway.driver_work'))[0]?.['last_synced_at'];
      await touch(100);
      await settle(150, 1);
      await touch(200);
      await settle(250, 2, { problem: PROBLEM, syncedAt: null });
      expect(await at()).toBe(150);
    });

    it.each([
      ['and no newer generation came', true, 1, null],
      ['but a newer generation came', true, 2, 'run-1'],
      ['not', false, 1, 'run-1'],
    ])('releases a hold that it is to release: %s (R11)', async (_, releasesHold, generation, hold) => {
      await touch(100);
      await acme((tx) => tx.work.setHold([A], 'run-1'));
      if (generation === 2) await touch(110);
      await settle(150, 1, { releasesHold });
      expect((await row())?.hold).toBe(hold);
    });

    it('settles many drivers in one call, each by its own generation', async () => {
      await touch(100, A, B);
      await touch(110, B);
      await acme((tx) =>
        tx.work.settle([settlement(1), settlement(1, { gpsId: B }), settlement(1, { gpsId: C })], 150),
      );
      expect(await row(A)).toMatchObject({ generation: 1, syncedGeneration: 1 });
      expect(await row(B)).toMatchObject({ generation: 2, syncedGeneration: 1 });
      expect(await row(C)).toBeNull();
    });
  });

  describe('postpone', () => {
    it('tries again later', async () => {
      await touch(100);
      await postpone();
      expect(await row()).toMatchObject({ syncedGeneration: 0, dueAt: 900, attempts: 2, problem: PROBLEM });
      expect(await taken(899)).toEqual([]);
      expect(await taken(900)).toEqual([A]);
    });

    it('never moves a newer reason to look backwards', async () => {
      await touch(100);
      await touch(120);
      await postpone();
      expect(await row()).toMatchObject({ dueAt: 100, attempts: 0 });
    });
  });

  describe('notes on a driver', () => {
    it('are kept whether or not there was a row, and make no work', async () => {
      const paused = { email: { until: 9, values: ['a', 'b'], times: [1, 2] } };
      await acme(async (tx) => {
        await tx.work.setHold([A, B], 'run-1');
        await tx.work.setDrift(new Map([[A, 'signature']]));
        await tx.work.setPausedFields(new Map([[A, paused]]));
      });
      expect(await row()).toMatchObject({ hold: 'run-1', drift: 'signature', pausedFields: paused });
      expect(await taken(Number.MAX_SAFE_INTEGER - 1e9)).toEqual([]);
      await acme(async (tx) => {
        await tx.work.setHold([A, gid('9')], null);
        await tx.work.setDrift(new Map([[A, null]]));
        await tx.work.setPausedFields(new Map([[A, {}]]));
      });
      expect(await row()).toMatchObject({ hold: null, drift: null, pausedFields: {} });
      expect((await row(B))?.hold).toBe('run-1');
      expect(await row(gid('9'))).toBeNull();
    });

    it('of a paused field are kept for a driver that had no row', async () => {
      const paused = { email: { until: 9, values: ['a', 'b'], times: [1, 2] } };
      await acme((tx) => tx.work.setPausedFields(new Map([[A, paused]])));
      expect((await row())?.pausedFields).toEqual(paused);
      expect(await taken(100)).toEqual([]);
      await acme((tx) => tx.work.setPausedFields(new Map([[B, {}]])));
      expect(await row(B)).toBeNull();
    });
  });

  it('settles every driver as it stands but those with an open mark or an open intent', async () => {
    await touch(100, A, B, C);
    await acme((tx) => tx.work.touchUnjudged([gid('4')], 'changed', 100));
    await openIntent(C);
    await mark(B, 500, 110);
    await postpone();
    await acme((tx) => tx.work.settleAll(200));
    expect(await row(A)).toMatchObject({ generation: 1, syncedGeneration: 1, attempts: 0, problem: null });
    expect(await row(B)).toMatchObject({ generation: 2, syncedGeneration: 1, dueAt: 500 });
    expect(await row(C)).toMatchObject({ generation: 1, syncedGeneration: 0, dueAt: 200 });
    expect(await row(gid('4'))).toMatchObject({ generation: 1, syncedGeneration: 1 });
    expect(await acme((tx) => tx.work.unjudged())).toEqual([]);
    expect(await taken(499)).toEqual([]);
    expect(await taken(500)).toEqual([B]);
    await acme((tx) => tx.intents.close([`intent-${C}`], 'none'));
    expect(await taken(200)).toEqual([C]);
  });

  it('removes a driver that is settled, with its marks', async () => {
    await mark(A, 110, 100);
    await settle(200, 1, { syncedAt: null });
    await acme((tx) => tx.work.removeSettled([A]));
    expect(await row()).toBeNull();
    expect(await given.rows('select * from gateway.gps_mark')).toEqual([]);
  });

  it('does not remove a driver that was touched since, or that is being written to', async () => {
    await touch(100);
    await acme((tx) => tx.work.removeSettled([A]));
    await touch(110);
    await acme(async (tx) => {
      await tx.work.settle([settlement(1)], 120);
      await tx.work.removeSettled([A]);
    });
    expect(await row()).toMatchObject({ generation: 2, syncedGeneration: 1, dueAt: 100 });

    await mark(A, 500, 140);
    await acme(async (tx) => {
      await tx.work.settle([settlement(3)], 150);
      await tx.work.removeSettled([A]);
    });
    expect(await row()).toMatchObject({ dueAt: 500 });
    expect(await given.rows('select * from gateway.gps_mark')).toHaveLength(1);
  });

  it('is one account’s own', async () => {
    await touch(50, B);
    await acme((tx) => tx.work.settleAll(60));
    await touch(100);
    await given.store().transaction(OTHER, async (tx) => {
      expect((await tx.work.rows([A])).size).toBe(0);
      expect(await tx.work.take({ now: 100, limit: 10, urgentOnly: false, except: [] })).toEqual([]);
      expect(await tx.work.stillAt(new Map([[A, 1]]))).toEqual(new Set());
      await tx.work.settle([settlement(1)], 100);
      await tx.work.postpone([{ gpsId: A, generation: 1, dueAt: 9_000, attempts: 9, problem: PROBLEM }]);
      await tx.work.settleAll(100);
      await tx.work.removeSettled([A, B]);
    });
    expect(await row()).toMatchObject({ syncedGeneration: 0, dueAt: 100, attempts: 0, problem: null });
    expect(await row(B)).toMatchObject({ syncedGeneration: 1 });
  });

  if (given.kind === 'postgres') {
    it('keeps a generation that was checked until the commit: a touch waits for it', async () => {
      await touch(100);
      const other = await given.storeAgain();
      let touching: Promise<void> | undefined;
      await acme(async (tx) => {
        expect(await tx.work.stillAt(new Map([[A, 1]]))).toEqual(new Set([A]));
        touching = other.transaction(ACME, (mine) => mine.work.touch([A], 110));
        await given.untilLocked();
        expect(await tx.work.generations([A])).toEqual(new Map([[A, 1]]));
      });
      await touching;
      expect(await acme((tx) => tx.work.stillAt(new Map([[A, 1]])))).toEqual(new Set());
    });
  }
});
