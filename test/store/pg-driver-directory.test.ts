import fc from 'fast-check';
import { makeDocuments } from '../../src/store/migrations/0011-driver-document';
import { createPgSyncStore } from '../../src/store/sync/pg-sync-store';
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

describeEachStore('the unified drivers', (given) => {
  const { acme } = given;
  const drivers = async () =>
    (
      await given.rows(
        `select * from gateway.driver where account = 'acme' order by created_at, gps_id, driver_id`,
      )
    ).map((row) => row as Record<string, string | boolean | null | object>);
  /** Who is listed, as "GPS id / DriverID". */
  const listed = async () =>
    (await drivers())
      .filter((row) => row['listed'])
      .map((row) => `${row['gps_id']}/${row['driver_id']}`)
      .sort();
  const keyOf = (id: string) => acme((tx) => tx.drivers.keyOfGps(gid(id)));
  const keyOfDriveri = async (id: string) =>
    (await drivers()).find((row) => row['driver_id'] === id)?.['key'] ?? null;
  const seeGps = (tx: SyncTransaction, ...rows: Parameters<typeof gpsRow>[]) =>
    tx.rosters.saveGps(
      rows.map((row) => gpsRow(...row)),
      seen(100),
    );
  const seeDriveri = (tx: SyncTransaction, ...rows: Parameters<typeof driveriDriver>[]) =>
    tx.rosters.saveDriveri(
      rows.map((row) => driveriDriver(...row)),
      seen(100),
    );
  const of = async (id: string) =>
    (await drivers()).find((row) => row['gps_id'] === id || row['driver_id'] === id);

  describe('identity', () => {
    it('is one row for each GPS driver and for each Driveri driver that belongs to none', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X'], ['2', 'nobody']);
        await seeDriveri(tx, ['X'], ['Y']);
        await tx.drivers.refreshAll(100);
      });
      expect(await listed()).toEqual(['1/X', '2/null', 'null/Y']);
      expect((await drivers()).every((row) => String(row['key']).length >= 20)).toBe(true);
    });

    it('is known inside the transaction that has made it', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X']);
        await tx.drivers.refresh([A], [], 100);
        const key = await tx.drivers.keyOfGps(A);
        expect(await tx.drivers.byKey(key!)).toEqual({
          key,
          gpsId: A,
          driverId: null,
          fullName: 'First 1 Last 1',
          gps: { groups: [] },
        });
      });
    });

    it.each([
      [
        'two want it',
        [
          ['1', 'X'],
          ['2', 'X'],
        ],
        ['1/null', '2/null', 'null/X'],
      ],
      ['one wants it by fallback', [['1', null, {}, 'X']], ['1/X']],
      ['its DriverID is not readable', [['1', undefined, {}, 'X']], ['1/null', 'null/X']],
    ] as [string, Parameters<typeof gpsRow>[], string[]][])(
      'without a link, when %s',
      async (_, rows, expected) => {
        await acme(async (tx) => {
          await seeGps(tx, ...rows);
          await seeDriveri(tx, ['X']);
          await tx.drivers.refresh([], [X], 100);
          await tx.drivers.refresh(
            rows.map(([id]) => gid(id)),
            [],
            100,
          );
        });
        expect(await listed()).toEqual(expected);
      },
    );

    it('goes by the link, not by what is wanted', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'Y'], ['2', 'X']);
        await seeDriveri(tx, ['X'], ['Y']);
        await tx.links.save([link('1', 'X')], 100);
        await tx.drivers.refreshAll(100);
      });
      expect(await listed()).toEqual(['1/X', '2/null', 'null/Y']);
    });

    it('keeps its key through a rename', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X']);
        await seeDriveri(tx, ['X']);
        await tx.links.save([link('1', 'X')], 100);
        await tx.drivers.refresh([A], [X], 100);
      });
      const key = await keyOf('1');
      await acme(async (tx) => {
        await tx.rosters.dropDriveri([X], seen(200));
        await seeDriveri(tx, ['X2']);
        await tx.links.save([link('1', 'X2')], 200);
        await tx.drivers.refresh([A], [X, did('X2')], 200);
      });
      expect(await listed()).toEqual(['1/X2']);
      expect(await keyOf('1')).toBe(key);
    });

    it('of two that become one is the older’s, and the younger’s leads to it', async () => {
      await acme(async (tx) => {
        await seeDriveri(tx, ['Y']);
        await tx.drivers.refresh([], [Y], 100);
      });
      const older = await keyOfDriveri('Y');
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'other']);
        await tx.drivers.refresh([A], [], 200);
      });
      const younger = await keyOf('1');
      await acme(async (tx) => {
        await tx.links.save([link('1', 'Y')], 300);
        await tx.drivers.refresh([A], [Y], 300);
      });
      expect(await listed()).toEqual(['1/Y']);
      expect(await keyOf('1')).toBe(older);
      expect(await acme((tx) => tx.drivers.byKey(younger!))).toMatchObject({
        key: older,
        gpsId: A,
        driverId: Y,
      });
    });

    it('still leads to the survivor after that one has been merged itself', async () => {
      // Three rows, the youngest first: 1 with Z, then with Y, then with X.
      await acme(async (tx) => {
        await seeDriveri(tx, ['X']);
        await tx.drivers.refresh([], [X], 100);
      });
      await acme(async (tx) => {
        await seeDriveri(tx, ['Y']);
        await tx.drivers.refresh([], [Y], 200);
      });
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'other']);
        await tx.drivers.refresh([A], [], 300);
      });
      const first = await keyOf('1');
      for (const [id, at] of [
        [Y, 400],
        [X, 500],
      ] as const) {
        await acme(async (tx) => {
          await tx.links.save([link('1', id)], at);
          await tx.drivers.refresh([A], [X, Y], at);
        });
      }
      const survivor = await keyOf('1');
      expect(survivor).not.toBe(first);
      expect(await acme((tx) => tx.drivers.byKey(first!))).toMatchObject({ key: survivor, driverId: X });
      expect(await listed()).toEqual(['1/X', 'null/Y']);
    });

    it('gives the Driveri driver that is left behind a row of its own again', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X']);
        await seeDriveri(tx, ['X']);
        await tx.links.save([link('1', 'X')], 100);
        await tx.drivers.refresh([A], [X], 100);
      });
      const key = await keyOf('1');
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'Y']);
        await seeDriveri(tx, ['Y']);
        await tx.links.save([link('1', 'Y')], 200);
        await tx.drivers.refresh([A], [], 200);
      });
      expect(await listed()).toEqual(['1/Y', 'null/X']);
      expect(await keyOf('1')).toBe(key);
      expect(await keyOfDriveri('X')).not.toBe(key);
    });

    it('stays with the GPS drivers when two swap', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X'], ['2', 'Y']);
        await seeDriveri(tx, ['X'], ['Y']);
        await tx.links.save([link('1', 'X')], 100);
        await tx.links.save([link('2', 'Y')], 100);
        await tx.drivers.refreshAll(100);
      });
      const keys = [await keyOf('1'), await keyOf('2')];
      await acme(async (tx) => {
        await tx.links.remove([A, B]);
        await tx.links.save([link('1', 'Y')], 200);
        await tx.links.save([link('2', 'X')], 200);
        await tx.drivers.refresh([A, B], [X, Y], 200);
      });
      expect(await listed()).toEqual(['1/Y', '2/X']);
      expect([await keyOf('1'), await keyOf('2')]).toEqual(keys);
    });

    it('stays with the Driveri driver when the GPS driver is forgotten, and comes back with neither', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X'], ['2', 'nobody']);
        await seeDriveri(tx, ['X']);
        await tx.drivers.refreshAll(100);
      });
      const [key, other] = [await keyOf('1'), await keyOf('2')];
      await acme(async (tx) => {
        const proof = deletedHere(200);
        await tx.rosters.markGone(
          [
            { gpsId: A, proof },
            { gpsId: B, proof },
          ],
          seen(200),
        );
        await tx.rosters.forgetGps([A, B]);
        await tx.drivers.refresh([A, B], [], 200);
      });
      expect(await listed()).toEqual(['null/X']);
      expect(await keyOfDriveri('X')).toBe(key);
      expect(await acme((tx) => tx.drivers.byKey(other!))).toBeNull();
      await acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('2', 'nobody')], seen(300));
        await tx.drivers.refresh([B], [], 300);
      });
      expect(await keyOf('2')).toBe(other);
    });

    it('is one account’s own', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X']);
        await tx.drivers.refreshAll(100);
      });
      const key = await keyOf('1');
      await given.store().transaction(OTHER, async (tx) => {
        expect(await tx.drivers.byKey(key!)).toBeNull();
        expect(await tx.drivers.keyOfGps(A)).toBeNull();
        await tx.drivers.refreshAll(200);
      });
      expect(await keyOf('1')).toBe(key);
    });
  });

  describe('many drivers in one call', () => {
    const PAIRS = 60;
    const numbers = Array.from({ length: PAIRS }, (_, n) => n + 1);
    const gps = (n: number) => gid(`g${n}`);
    const driveri = (n: number) => did(`D${n}`);
    const keysByGps = async () => new Map((await drivers()).map((row) => [row['gps_id'], row['key']]));
    /** Each GPS driver linked to the Driveri driver of its number. */
    const paired = () =>
      acme(async (tx) => {
        await seeGps(tx, ...numbers.map((n) => [`g${n}`, `D${n}`] as [string, string]));
        await seeDriveri(tx, ...numbers.map((n) => [`D${n}`] as [string]));
        await tx.links.save(
          numbers.map((n) => link(`g${n}`, `D${n}`)),
          100,
        );
        await tx.drivers.refresh(numbers.map(gps), [], 100);
      });
    const relink = (partnerOf: (n: number) => number) =>
      acme(async (tx) => {
        await tx.links.remove(numbers.map(gps));
        await tx.links.save(
          numbers.map((n) => link(`g${n}`, `D${partnerOf(n)}`)),
          200,
        );
        await tx.drivers.refresh(numbers.map(gps), numbers.map(driveri), 200);
      });

    it.each([
      ['swap their Driveri drivers in pairs', (n: number) => (n % 2 === 0 ? n - 1 : n + 1)],
      ['pass them on in a circle', (n: number) => (n % PAIRS) + 1],
    ])('that %s keep their keys', async (_, partnerOf) => {
      await paired();
      const before = await keysByGps();
      await relink(partnerOf);
      expect(await listed()).toEqual(numbers.map((n) => `g${n}/D${partnerOf(n)}`).sort());
      expect(await keysByGps()).toEqual(before);
    });

    it('that become one with others, split, and come new, each have the right key', async () => {
      await acme(async (tx) => {
        await seeDriveri(tx, ...numbers.map((n) => [`D${n}`] as [string]));
        await tx.drivers.refresh([], numbers.map(driveri), 100);
      });
      const older = new Map((await drivers()).map((row) => [row['driver_id'], row['key']]));
      await acme(async (tx) => {
        await seeGps(tx, ...numbers.map((n) => [`g${n}`, 'nobody'] as [string, string]));
        await tx.drivers.refresh(numbers.map(gps), [], 200);
      });
      const younger = await keysByGps();
      // The first third becomes one with its Driveri driver, the second is linked to the one of its neighbour.
      const linked = numbers.filter((n) => n <= 40);
      await acme(async (tx) => {
        await tx.links.save(
          linked.map((n) => link(`g${n}`, `D${n <= 20 ? n : n % 40 === 0 ? 21 : n + 1}`)),
          300,
        );
        await tx.drivers.refresh(numbers.map(gps), [], 300);
      });
      for (const n of linked) {
        const partner = n <= 20 ? n : n % 40 === 0 ? 21 : n + 1;
        expect((await keysByGps()).get(`g${n}`)).toBe(older.get(`D${partner}`));
        expect(await acme((tx) => tx.drivers.byKey(younger.get(`g${n}`) as never))).toMatchObject({
          key: older.get(`D${partner}`),
          gpsId: `g${n}`,
        });
      }
      // And all of them split again, while the rest is linked crosswise.
      await acme(async (tx) => {
        await tx.links.remove(linked.map(gps));
        await tx.links.save(
          numbers.slice(40).map((n) => link(`g${n}`, `D${n === 60 ? 41 : n + 1}`)),
          400,
        );
        await tx.drivers.refresh(numbers.map(gps), [], 400);
      });
      const byFew = await listed();
      await acme((tx) => tx.drivers.refreshAll(400));
      expect(await listed()).toEqual(byFew);
      expect(byFew).toHaveLength(40 + 40 + 20);
    });

    it('are brought up to date in three statements: lock, read, write', async () => {
      await paired();
      const texts: string[] = [];
      const store = createPgSyncStore({
        database: {
          kysely: given.database().kysely.withPlugin({
            transformQuery: ({ node }) => node,
            transformResult: ({ result }) => {
              texts.push('statement');
              return Promise.resolve(result);
            },
          }),
        },
      });
      // The key of the phone hashes is read once per process.
      await store.transaction(ACME, () => Promise.resolve());
      const count = async (ids: readonly number[]) => {
        await acme((tx) =>
          seeGps(
            tx,
            ...ids
              .map((n) => [`g${n}`, `D${n}`, { email: `${texts.length}@x` }] as const)
              .map((row) => [...row] as [string, string, object]),
          ),
        );
        texts.splice(0);
        await store.transaction(ACME, (tx) => tx.drivers.refresh(ids.map(gps), ids.map(driveri), 300));
        return texts.length;
      };
      expect([await count([1]), await count(numbers)]).toEqual([3, 3]);
    });

    it('may change places although they do not fit into one statement', async () => {
      const many = Array.from({ length: 2_400 }, (_, n) => n + 1);
      await acme(async (tx) => {
        await seeGps(tx, ...many.map((n) => [`g${n}`, `D${n}`] as [string, string]));
        await seeDriveri(tx, ...many.map((n) => [`D${n}`] as [string]));
        await tx.drivers.refreshAll(100);
      });
      const before = await keysByGps();
      await given.rows(
        `update gateway.gps_driver set driver_id = 'D' || (2401 - substr(gps_id, 2)::int) where account = 'acme'`,
      );
      await acme((tx) => tx.drivers.refreshAll(200));
      expect(await keysByGps()).toEqual(before);
      expect((await of('g1'))?.['driver_id']).toBe('D2400');
    });
  });

  describe('what is shown', () => {
    it('stands in one document, as both portals and the work list have it', async () => {
      await acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X', { email: 'a@x', phone: '5551234567' })], seen(100));
        await tx.rosters.saveDriveri([driveriDriver('X', { group: 'North', updatedDate: 50 })], seen(110));
        await tx.links.save([link('1', 'X')], 100);
        await tx.work.touch([A], 120);
        await tx.drivers.refresh([A], [], 130);
      });
      expect((await of('1'))?.['document']).toEqual({
        gps: expect.objectContaining({
          gpsId: '1',
          email: 'a@x',
          phone: '5551234567',
          driveriDriverId: 'X',
          groups: [],
          observedAt: 100,
        }),
        inGpsListing: true,
        driveri: expect.objectContaining({ driverId: 'X', group: 'North', updatedAt: 50, observedAt: 110 }),
        sync: { pendingSince: 120, lastSyncedAt: null, attempts: 0, nextAttemptAt: 120, problem: null },
      });
      await acme(async (tx) => {
        expect(await tx.rosters.setGroups(new Map([[A, ['South']]]))).toEqual([A]);
        expect(await tx.rosters.setGroups(new Map([[A, ['South']]]))).toEqual([]);
        await tx.rosters.saveDriveri([driveriDriver('X', { removed: true })], seen(200));
        await tx.drivers.refresh([A], [], 200);
      });
      expect((await of('1'))?.['document']).toMatchObject({ gps: { groups: ['South'] }, driveri: null });
    });

    it('is the same document that an upgrade makes of the tables', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X', { email: 'a@x' }], ['2', null, {}, 'Y'], ['3', undefined]);
        await seeDriveri(tx, ['X', { mobileApp: true }], ['Y', { removed: true }], ['Z']);
        await tx.links.save([link('1', 'X')], 100);
        await tx.work.touch([A, B], 120);
        await tx.drivers.refreshAll(130);
      });
      const documents = async () => (await drivers()).map((row) => row['document']);
      const made = await documents();
      await given.rows(`update gateway.driver set document = '{}'`);
      await makeDocuments(given.database().kysely);
      expect(await documents()).toEqual(made);
    });

    it.each([
      ['GPS only', 'present', 'none', true, 'GPS_ONLY'],
      ['missing', 'missing', 'none', true, 'GPS_ONLY'],
      ['both', 'present', 'active', true, 'BOTH'],
      ['removed in Driveri', 'present', 'removed', true, 'GPS_ONLY'],
      ['gone, still in Driveri', 'gone', 'active', true, 'DRIVERI_ONLY'],
      ['gone and removed', 'gone', 'removed', false, 'GPS_ONLY'],
      ['gone', 'gone', 'none', false, 'GPS_ONLY'],
    ] as const)('%s', async (_, presence, inDriveri, isListed, shown) => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X']);
        await tx.links.save([link('1', 'X')], 100);
        if (inDriveri !== 'none') await seeDriveri(tx, ['X', { removed: inDriveri === 'removed' }]);
        if (presence === 'missing') await tx.rosters.markMissing([A], seen(200));
        if (presence === 'gone')
          await tx.rosters.markGone([{ gpsId: A, proof: deletedHere(200) }], seen(200));
        await tx.drivers.refresh([A], [X], 200);
      });
      expect(await of('1')).toMatchObject({ listed: isListed, presence: shown });
    });

    it('has keys to sort by that know neither case nor accents, and a text to search in', async () => {
      await acme(async (tx) => {
        await seeGps(tx, [
          '1',
          'X-7',
          {
            firstName: 'Zoë',
            lastName: 'Ångström',
            email: 'Zoe@Example.com',
            phone: '(555) 123-4567',
            referenceId: 'Réf-1',
          },
        ]);
        await tx.drivers.refresh([A], [], 100);
      });
      const row = await of('1');
      expect(row).toMatchObject({
        full_name: 'Zoë Ångström',
        name_key: 'zoe angstrom',
        reference_key: 'ref-1',
        driver_id_key: 'x-7',
      });
      for (const word of ['zoe', 'angstrom', 'zoe@example.com', '5551234567', 'ref-1', 'x-7']) {
        expect(row?.['search_text']).toContain(word);
      }
    });

    it('has GPS’s version, or one that changes with what Driveri says', async () => {
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X']);
        await seeDriveri(tx, ['Y']);
        await tx.drivers.refreshAll(100);
      });
      expect((await of('1'))?.['version']).toBe(gpsRow('1', 'X').version);
      const before = (await of('Y'))?.['version'];
      await acme(async (tx) => {
        await tx.rosters.saveDriveri([driveriDriver('Y')], seen(200));
        await tx.drivers.refresh([], [Y], 200);
      });
      expect((await of('Y'))?.['version']).toBe(before);
      await acme(async (tx) => {
        await tx.rosters.saveDriveri([driveriDriver('Y', { group: 'Depot' })], seen(300));
        await tx.drivers.refresh([], [Y], 300);
      });
      expect((await of('Y'))?.['version']).not.toBe(before);
    });

    it('is not written again when nothing has changed', async () => {
      const versions = () => given.rows('select xmin::text from gateway.driver order by key');
      await acme(async (tx) => {
        await seeGps(tx, ['1', 'X'], ['2', 'Y']);
        await seeDriveri(tx, ['X'], ['Z']);
        await tx.drivers.refreshAll(100);
      });
      const before = await versions();
      await acme((tx) => tx.drivers.refreshAll(200));
      await acme((tx) => tx.drivers.refresh([A, B], [X, did('Z')], 200));
      expect(await versions()).toEqual(before);
    });
  });

  describe('status, as if Driver Sync were on', () => {
    const PROBLEM = { message: 'm', hint: 'h', since: 1 };
    const status = async () => (await of('1'))?.['status'];
    /** A linked driver that is in sync, and what is different about it. */
    const inSync = async (change: (tx: SyncTransaction) => Promise<unknown> = () => Promise.resolve()) => {
      await acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X', { firstName: 'Ann', lastName: 'Lee' })], seen(100));
        await tx.rosters.saveDriveri([driveriDriver('X', { firstName: 'Ann', lastName: 'Lee' })], seen(100));
        await tx.links.save([link('1', 'X')], 100);
        await change(tx);
        await tx.drivers.refresh([A], [], 200);
      });
      return status();
    };
    const settledWith = async (tx: SyncTransaction, code: string) => {
      await tx.work.touch([A], 100);
      const problem = { code, ...PROBLEM };
      await tx.work.settle([{ gpsId: A, generation: 1, problem, syncedAt: null, releasesHold: false }], 150);
    };
    const propose = async (tx: SyncTransaction, state: 'proposed' | 'held' | 'allowed') => {
      const proposal = { gpsId: A, driverId: X, inferred: true, proof: deletedHere(5), lastKnown: null };
      await tx.removals.propose([proposal], 100);
      const row = (await tx.removals.openOf([A])).get(A);
      await tx.removals.move([row?.id ?? ''], ['proposed'], state, 100);
    };

    it('IN_SYNC', async () => expect(await inSync()).toBe('IN_SYNC'));
    it('PENDING: there is work', async () =>
      expect(await inSync((tx) => tx.work.touch([A], 100))).toBe('PENDING'));
    it('PENDING: missing', async () =>
      expect(await inSync((tx) => tx.rosters.markMissing([A], seen(150)))).toBe('PENDING'));
    it('PENDING: not linked yet', async () =>
      expect(await inSync((tx) => tx.links.remove([A]))).toBe('PENDING'));
    it('PENDING: waits for another', async () =>
      expect(await inSync((tx) => settledWith(tx, 'WAITING'))).toBe('PENDING'));
    it('CONFLICT', async () => expect(await inSync((tx) => settledWith(tx, 'CONFLICT'))).toBe('CONFLICT'));
    it('FAILED', async () => expect(await inSync((tx) => settledWith(tx, 'REJECTED'))).toBe('FAILED'));
    it('FAILED: no DriverID', async () =>
      expect(await inSync((tx) => settledWith(tx, 'MISSING_DRIVER_ID'))).toBe('FAILED'));
    it('HELD: a change of identity', async () =>
      expect(await inSync((tx) => tx.work.setHold([A], 'run'))).toBe('HELD'));
    it('no longer HELD once approved', async () =>
      expect(await inSync((tx) => tx.work.setHold([A], 'approved'))).toBe('IN_SYNC'));
    it.each(['proposed', 'held'] as const)('HELD: a removal that is %s', async (state) =>
      expect(await inSync((tx) => propose(tx, state))).toBe('HELD'),
    );
    it('UNMANAGED: Driveri only, without a link', async () => {
      await acme(async (tx) => {
        await seeDriveri(tx, ['Y']);
        await tx.drivers.refresh([], [Y], 100);
      });
      expect((await of('Y'))?.['status']).toBe('UNMANAGED');
    });
    it('DRIFTED, with what differs', async () => {
      const edited = driveriDriver('X', { firstName: 'Anna', lastName: 'Lee' });
      expect(await inSync((tx) => tx.rosters.saveDriveri([edited], seen(100)))).toBe('DRIFTED');
      expect((await of('1'))?.['differences']).toEqual([{ field: 'firstName', gps: 'Ann', driveri: 'Anna' }]);
    });
    it('has the time of the last sync', async () => {
      await inSync(async (tx) => {
        await tx.work.touch([A], 100);
        const settled = { generation: 1, problem: null, syncedAt: 150, releasesHold: false };
        await tx.work.settle([{ gpsId: A, ...settled }], 150);
      });
      expect((await of('1'))?.['last_synced_at']).toBe(150);
    });
  });

  it('comes out the same by one driver as by all of them, whatever happens', async () => {
    const ids = ['1', '2', '3'];
    const driverIds = ['X', 'Y', 'Z'];
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('gps' as const),
        id: fc.constantFrom(...ids),
        wants: fc.constantFrom(...driverIds, null),
      }),
      fc.record({
        kind: fc.constant('driveri' as const),
        id: fc.constantFrom(...driverIds),
        removed: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('drop' as const), id: fc.constantFrom(...driverIds) }),
      fc.record({
        kind: fc.constant('link' as const),
        gps: fc.constantFrom(...ids),
        id: fc.constantFrom(...driverIds),
      }),
      fc.record({ kind: fc.constant('unlink' as const), gps: fc.constantFrom(...ids) }),
      fc.record({ kind: fc.constant('missing' as const), gps: fc.constantFrom(...ids) }),
      fc.record({ kind: fc.constant('gone' as const), gps: fc.constantFrom(...ids), forget: fc.boolean() }),
    );
    type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

    const carryOut = async (tx: SyncTransaction, what: Step, at: number): Promise<void> => {
      switch (what.kind) {
        case 'gps':
          await tx.rosters.saveGps([gpsRow(what.id, what.wants)], seen(at));
          return tx.drivers.refresh([gid(what.id)], [], at);
        case 'driveri':
          await tx.rosters.saveDriveri([driveriDriver(what.id, { removed: what.removed })], seen(at));
          return tx.drivers.refresh([], [did(what.id)], at);
        case 'drop':
          await tx.rosters.dropDriveri([did(what.id)], seen(at));
          return tx.drivers.refresh([], [did(what.id)], at);
        case 'link':
          if (!(await tx.rosters.gpsDrivers([gid(what.gps)])).has(gid(what.gps))) return;
          await tx.links.remove((await tx.links.byDriverIds([did(what.id)])).map((one) => one.gpsId));
          await tx.links.save([link(what.gps, what.id)], at);
          return tx.drivers.refresh([gid(what.gps)], [], at);
        case 'unlink':
          await tx.links.remove([gid(what.gps)]);
          return tx.drivers.refresh([gid(what.gps)], [], at);
        case 'missing':
          await tx.rosters.markMissing([gid(what.gps)], seen(at));
          return tx.drivers.refresh([gid(what.gps)], [], at);
        case 'gone': {
          await tx.rosters.markGone([{ gpsId: gid(what.gps), proof: deletedHere(at) }], seen(at));
          const linked = (await tx.links.of([gid(what.gps)])).has(gid(what.gps));
          if (what.forget && !linked) await tx.rosters.forgetGps([gid(what.gps)]);
          return tx.drivers.refresh([gid(what.gps)], [], at);
        }
      }
    };
    const shown = async () =>
      (await drivers())
        .filter((row) => row['listed'])
        .map((row) => [row['key'], row['gps_id'], row['driver_id'], row['status']]);

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        await acme((tx) => tx.rosters.clearAll());
        await given.rows('delete from gateway.driver');
        await given.rows('delete from gateway.link');
        const keys = new Set<string>();
        let at = 1_000;
        for (const what of steps) {
          at += 10;
          await acme((tx) => carryOut(tx, what, at));
          for (const row of await drivers()) keys.add(String(row['key']));
        }
        const byOne = await shown();
        await acme((tx) => tx.drivers.refreshAll(at));
        expect(await shown()).toEqual(byOne);
        // No key is ever lost: it is a row of its own, or leads in one step to one.
        const rows = new Map((await drivers()).map((row) => [String(row['key']), row]));
        for (const key of keys) {
          const survivor = rows.get(key)?.['merged_into'];
          expect(rows.get(key)).toBeDefined();
          if (survivor !== null) expect(rows.get(String(survivor))).toMatchObject({ merged_into: null });
        }
      }),
      { numRuns: 80 },
    );
  }, 120_000);

  if (given.kind === 'postgres') {
    it('makes one row when two transactions see a driver for the first time at once', async () => {
      const stores = await Promise.all([given.storeAgain(), given.storeAgain()]);
      for (let round = 0; round < 20; round += 1) {
        await Promise.all(
          stores.map((store) =>
            store.transaction(ACME, async (tx) => {
              await tx.rosters.saveGps([gpsRow(`${round}`, `D${round}`)], seen(100));
              await tx.drivers.refresh([gid(round)], [], 100);
            }),
          ),
        );
      }
      expect(await listed()).toHaveLength(20);
    });
  }
});
