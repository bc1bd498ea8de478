import type { NewMark } from '../../src/sync/ports/mark-store';
import { ACME, OTHER, describeEachStore, did, gid } from './pg-fixture';

const A = gid('1');
const B = gid('2');
const X = did('X');
const Y = did('Y');

/** The longest that a mark may last; one that lasts longer was put by a wrong clock (R18). */
const LONGEST_MARK_MS = 600_000;

const mark = (fields: Partial<NewMark> = {}): NewMark => ({
  gpsId: A,
  driverId: null,
  now: 100,
  expiresAt: 500,
  writerUntil: 300,
  ...fields,
});
const create = (fields: Partial<NewMark> = {}) => mark({ gpsId: null, driverId: X, ...fields });

describeEachStore('marks', (given) => {
  const { acme } = given;
  const put = (one: NewMark) => acme((tx) => tx.marks.put(one));
  const putId = async (one: NewMark) => {
    const result = await put(one);
    if (result.state !== 'put') throw new Error(`The mark is ${result.state}`);
    return result.id;
  };

  it('draw a ticket: readings that were sent before the write are told apart from later ones (R16)', async () => {
    const before = await given.store().drawTicket();
    const first = await put(mark());
    const second = await put(mark({ gpsId: B }));
    const after = await given.store().drawTicket();
    const tickets = [first, second].map((one) => (one.state === 'put' ? one.ticket : NaN));
    expect([before, ...tickets, after]).toEqual([...[before, ...tickets, after]].sort((a, b) => a - b));
    expect(new Set([before, ...tickets, after]).size).toBe(4);
  });

  describe('of one driver (R9)', () => {
    it('are one at a time while the writer lives', async () => {
      await put(mark());
      expect(await put(mark({ now: 299 }))).toEqual({ state: 'busy' });
      expect(await put(mark({ gpsId: B }))).toMatchObject({ state: 'put' });
    });

    it('follow each other once the first is released', async () => {
      const id = await putId(mark());
      await acme((tx) => tx.marks.release([id]));
      expect(await put(mark({ now: 150 }))).toMatchObject({ state: 'put' });
    });

    it('follow each other once the writer has given up; the first stays, its outcome is not known', async () => {
      const id = await putId(mark());
      await acme((tx) => tx.marks.leave(id));
      const second = await putId(mark({ now: 150 }));
      const rows = await given.rows('select id from gateway.gps_mark order by id');
      expect(rows.map((row) => row['id'])).toEqual([id, second].sort());
    });

    it('follow each other once the writer cannot live any more', async () => {
      await put(mark());
      expect(await put(mark({ now: 300, writerUntil: 500 }))).toMatchObject({ state: 'put' });
      expect(await given.rows('select * from gateway.gps_mark')).toHaveLength(2);
    });

    it.each([
      [LONGEST_MARK_MS, 'busy'],
      [LONGEST_MARK_MS + 1, 'put'],
    ])('whose writer lives for another %i ms: the next is %s (R18)', async (ahead, state) => {
      await put(mark({ writerUntil: 100 + ahead }));
      expect(await put(mark())).toMatchObject({ state });
    });
  });

  describe('that claim a DriverID (R9)', () => {
    it.each([
      ['a create and a create', create(), create()],
      ['a create and an update', create(), mark({ driverId: X })],
      ['an update and a create', mark({ driverId: X }), create()],
      ['updates of two drivers', mark({ driverId: X }), mark({ gpsId: B, driverId: X })],
    ])('keep another writer from claiming it: %s', async (_, first, second) => {
      await put(first);
      expect(await put(second)).toEqual({ state: 'taken' });
      expect(await given.rows('select * from gateway.gps_mark')).toHaveLength(1);
      // The refused writer leaves no trace on its driver.
      expect(await acme((tx) => tx.work.generations([B]))).toEqual(new Map());
    });

    it('leave other DriverIDs alone, and creates without one', async () => {
      await put(create());
      expect(await put(create({ driverId: Y }))).toMatchObject({ state: 'put' });
      expect(await put(create({ driverId: null }))).toMatchObject({ state: 'put' });
      expect(await put(create({ driverId: null }))).toMatchObject({ state: 'put' });
    });

    it('give it free with the writer: released, given up, or too old', async () => {
      const id = await putId(create());
      await acme((tx) => tx.marks.release([id]));
      await acme((tx) => tx.marks.leave('nothing'));
      const second = await putId(create());
      await acme((tx) => tx.marks.leave(second));
      await put(create());
      expect(await put(create({ now: 299 }))).toEqual({ state: 'taken' });
      expect(await put(create({ now: 300, writerUntil: 500 }))).toMatchObject({ state: 'put' });
    });

    it('say busy first when the driver has a writer as well', async () => {
      await put(mark({ driverId: X }));
      expect(await put(mark({ driverId: X }))).toEqual({ state: 'busy' });
    });
  });

  it('make their driver due at their expiry, and a create makes none', async () => {
    await put(mark());
    await put(create());
    const rows = await given.rows('select gps_id, generation, due_at from gateway.driver_work');
    expect(rows).toEqual([{ gps_id: '1', generation: 1, due_at: 500 }]);
  });

  it('of creates are named once they have expired unreleased', async () => {
    const id = await putId(create());
    const later = await putId(create({ driverId: Y, expiresAt: 490 }));
    const expired = (now: number) => acme((tx) => tx.marks.expiredCreates(now));
    expect(await expired(489)).toEqual([]);
    expect(await expired(490)).toEqual([later]);
    expect(await expired(500)).toEqual([later, id]);
    expect(await given.store().transaction(OTHER, (tx) => tx.marks.expiredCreates(500))).toEqual([]);
    await acme((tx) => tx.marks.release([id, later]));
    expect(await expired(500)).toEqual([]);
  });

  it('of creates that expire further ahead than a mark can count as expired (R18)', async () => {
    const id = await putId(create({ expiresAt: 100 + LONGEST_MARK_MS + 1 }));
    expect(await acme((tx) => tx.marks.expiredCreates(101))).toEqual([]);
    expect(await acme((tx) => tx.marks.expiredCreates(100))).toEqual([id]);
  });

  it('say which drivers a writer is about to store, until the writer is done, has given up or is late', async () => {
    const updating = await putId(mark());
    const creating = await putId(create());
    const being = (now: number) => acme((tx) => tx.marks.beingWritten(now));
    expect(await being(299)).toEqual({ ids: new Set([A]), creating: true });
    expect(await being(300)).toEqual({ ids: new Set(), creating: false });
    expect(await given.store().transaction(OTHER, (tx) => tx.marks.beingWritten(200))).toEqual({
      ids: new Set(),
      creating: false,
    });
    await acme((tx) => tx.marks.leave(creating));
    expect(await being(200)).toEqual({ ids: new Set([A]), creating: false });
    await acme((tx) => tx.marks.release([updating]));
    expect(await being(200)).toEqual({ ids: new Set(), creating: false });
    expect(await acme((tx) => tx.marks.expiredCreates(500))).toEqual([creating]);
  });

  it('of another account are neither in the way, nor released, nor left', async () => {
    const id = await putId(mark({ driverId: X }));
    await given.store().transaction(OTHER, async (tx) => {
      expect(await tx.marks.put(mark({ driverId: X }))).toMatchObject({ state: 'put' });
      await tx.marks.release([id]);
      await tx.marks.leave(id);
    });
    expect(await acme((tx) => tx.marks.beingWritten(200))).toMatchObject({ ids: new Set([A]) });
  });

  if (given.kind === 'postgres') {
    it.each([
      ['one driver', (index: number) => mark({ driverId: did(`Z${index}`) }), 'busy'],
      ['one DriverID', () => create(), 'taken'],
    ])('of %s are put by one of two writers that try at once', async (_, one, other) => {
      const stores = await Promise.all([given.storeAgain(), given.storeAgain()]);
      for (let round = 0; round < 20; round += 1) {
        const results = await Promise.all(
          stores.map((store, index) => store.transaction(ACME, (tx) => tx.marks.put(one(index)))),
        );
        expect(results.map((result) => result.state).sort()).toEqual([other, 'put'].sort());
        const ids = results.flatMap((result) => (result.state === 'put' ? [result.id] : []));
        await acme((tx) => tx.marks.release(ids));
      }
    });
  }
});
