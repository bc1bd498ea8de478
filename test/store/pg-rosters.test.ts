import type { AbsenceProof } from '../../src/driver/absence-proof';
import type { Neighbourhood } from '../../src/sync/sync-store';
import {
  ACME,
  OTHER,
  deletedHere,
  describeEachStore,
  did,
  driveriDriver,
  gid,
  gpsDriver,
  gpsRow,
  link,
} from './pg-fixture';

const A = gid('1');
const B = gid('2');
const X = did('X');
const Y = did('Y');

describeEachStore('the rosters', (given) => {
  const entry = (id = A) => given.acme((tx) => tx.rosters.gpsEntry(id));
  const saveGps = (rows: Parameters<typeof gpsRow>[], at: number) =>
    given.acme((tx) =>
      tx.rosters.saveGps(
        rows.map((row) => gpsRow(...row)),
        at,
      ),
    );

  describe('of GPS', () => {
    it('keeps what was seen, field by field', async () => {
      const full = {
        email: 'a@b.c',
        phone: '5551234567',
        timeZone: 'US/Arizona',
        referenceId: 'R-1',
        firstName: 'Zoë',
        lastName: null,
      };
      await saveGps([['1', 'X', full, 'R-1'], ['2', null], ['3']], 100);
      await given.acme(async (tx) => {
        expect(await tx.rosters.gpsDriver(A)).toMatchObject({
          driver: gpsDriver('1', 'X', full),
          groups: [],
          presence: 'present',
        });
        expect(await tx.rosters.gpsDriver(gid('9'))).toBeNull();
        expect([...(await tx.rosters.gpsDrivers([A, B, gid('3'), gid('9')])).values()]).toEqual([
          gpsDriver('1', 'X', full),
          gpsDriver('2', null),
          gpsDriver('3'),
        ]);
      });
      expect(await entry()).toEqual({
        gpsId: A,
        version: expect.any(String),
        presence: 'present',
        missingSince: null,
        observedAt: 100,
        appearedAt: 100,
        driverIdState: 'known',
        driverId: X,
      });
      expect((await given.acme((tx) => tx.rosters.gpsIndex())).map((row) => row.driverIdState)).toEqual([
        'known',
        'empty',
        'unknown',
      ]);
    });

    it.each([
      [99, 'older', 'X'],
      [100, 'of the same moment', 'Y'],
      [101, 'newer', 'Y'],
    ])('at %i: an observation that is %s leaves %s', async (at, _, driverId) => {
      await saveGps([['1', 'X']], 100);
      await saveGps([['1', 'Y']], at);
      expect((await entry())?.driverId).toBe(driverId);
    });

    it('takes the last of several rows of one driver', async () => {
      await saveGps(
        [
          ['1', 'X'],
          ['1', 'Y'],
        ],
        100,
      );
      expect((await entry())?.driverId).toBe(Y);
    });

    it.each([
      [99, 'present'],
      [100, 'missing'],
      [101, 'missing'],
    ])('a driver seen at 100 is, in a listing sent at %i without them, %s', async (at, presence) => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markMissing([A], at));
      expect((await entry())?.presence).toBe(presence);
    });

    it('keeps since when somebody is there: from the first sighting on, and anew after each absence', async () => {
      await saveGps([['1', 'X']], 100);
      await saveGps([['1', 'Y']], 150);
      expect(await entry()).toMatchObject({ observedAt: 150, appearedAt: 100 });
      await given.acme((tx) => tx.rosters.markMissing([A], 200));
      await saveGps([['1', 'Y']], 250);
      expect(await entry()).toMatchObject({ appearedAt: 250 });
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof: deletedHere(300) }], 300));
      await saveGps([['1', 'Y']], 350);
      expect(await entry()).toMatchObject({ appearedAt: 350 });
    });

    it('keeps since when somebody is missing, and forgets it when they are seen', async () => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markMissing([A], 200));
      await given.acme((tx) => tx.rosters.markMissing([A], 300));
      expect(await entry()).toMatchObject({ presence: 'missing', missingSince: 200, observedAt: 100 });
      await saveGps([['1', 'X']], 150);
      expect(await entry()).toMatchObject({ presence: 'present', missingSince: null });
    });

    const proofs: readonly (readonly [AbsenceProof, number, string])[] = [
      [deletedHere(90), 99, 'present'],
      [deletedHere(90), 100, 'gone'],
      [{ kind: 'MissingTwice', first: 50, second: 99 }, 500, 'present'],
      [{ kind: 'MissingTwice', first: 50, second: 100 }, 500, 'gone'],
      [{ kind: 'MissingThenRead', missingAt: 50, readAt: 99 }, 500, 'present'],
      [{ kind: 'MissingThenRead', missingAt: 50, readAt: 100 }, 500, 'gone'],
    ];
    it.each(proofs)('a driver seen at 100 is with %j, observed at %i, %s', async (proof, at, presence) => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof }], at));
      expect((await entry())?.presence).toBe(presence);
    });

    it('a sighting sent before our own deletion was answered does not undo it, a later one does', async () => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof: deletedHere(150) }], 200));
      await saveGps([['1', 'X']], 199);
      expect((await entry())?.presence).toBe('gone');
      await saveGps([['1', 'X']], 200);
      expect((await entry())?.presence).toBe('present');
      const [row] = await given.rows('select absence_proof, missing_since from gateway.gps_driver');
      expect(row).toEqual({ absence_proof: null, missing_since: null });
    });

    it('does not bring a forgotten driver back from a listing that was sent before', async () => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof: deletedHere(200) }], 200));
      await given.acme((tx) => tx.rosters.forgetGps([A]));
      await saveGps([['1', 'X']], 199);
      expect(await entry()).toBeNull();
      await saveGps([['1', 'X']], 200);
      expect((await entry())?.presence).toBe('present');
    });

    it('has everybody’s groups after a reading of them all, and one driver’s after their own', async () => {
      await saveGps([['1'], ['2'], ['3']], 100);
      const groups = async () =>
        (await given.rows('select groups from gateway.gps_driver order by gps_id')).flat();
      await given.acme((tx) => tx.rosters.setDriverGroups(gid('3'), ['Old']));
      await given.acme((tx) =>
        tx.rosters.setGroups(
          new Map([
            [A, ['North', 'Say "hi", {all}']],
            [B, []],
          ]),
        ),
      );
      expect(await groups()).toEqual([
        { groups: ['North', 'Say "hi", {all}'] },
        { groups: [] },
        { groups: [] },
      ]);
      await saveGps([['1', 'Z']], 200);
      expect((await given.acme((tx) => tx.rosters.gpsDriver(A)))?.groups).toEqual([
        'North',
        'Say "hi", {all}',
      ]);
    });

    it('names who is present and wants a DriverID by their own field', async () => {
      await saveGps(
        [
          ['1', 'X'],
          ['2', 'X'],
          ['3', null, {}, 'X'],
          ['4', 'x'],
        ],
        100,
      );
      await given.acme((tx) => tx.rosters.markMissing([B], 200));
      expect(await given.acme((tx) => tx.rosters.wantersOf(X))).toEqual([A]);
    });
  });

  describe('of Driveri', () => {
    const full = driveriDriver('X', {
      email: 'a@b.c',
      userName: 'ab',
      mobileApp: true,
      group: 'Depot',
      createdDate: 1_700_000_000_000,
      updatedDate: 1_700_000_000_001,
    });

    it('keeps what was told, field by field', async () => {
      await given.acme((tx) => tx.rosters.saveDriveri([full], 100));
      await given.acme(async (tx) => {
        expect(await tx.rosters.driveriDriver(X)).toEqual(full);
        expect(await tx.rosters.driveriDriver(Y)).toBeNull();
        expect(await tx.rosters.driveriDrivers([X, Y])).toEqual(new Map([[X, full]]));
        expect(await tx.rosters.driveriIndex()).toEqual(new Map([[X, { observedAt: 100, driver: full }]]));
      });
    });

    it.each([
      [99, 'Depot'],
      [100, 'Yard'],
    ])('seen at 100, an observation of %i leaves %s', async (at, group) => {
      await given.acme((tx) => tx.rosters.saveDriveri([full], 100));
      await given.acme((tx) => tx.rosters.saveDriveri([{ ...full, group: 'Yard' }], at));
      expect((await given.acme((tx) => tx.rosters.driveriDriver(X)))?.group).toBe(group);
    });

    it.each([
      [99, true],
      [100, false],
    ])('seen at 100 and not there at %i: kept is %s', async (at, kept) => {
      await given.acme((tx) => tx.rosters.saveDriveri([full], 100));
      await given.acme((tx) => tx.rosters.dropDriveri([X], at));
      expect((await given.acme((tx) => tx.rosters.driveriDriver(X))) !== null).toBe(kept);
    });

    it('does not bring somebody back under their old DriverID from a listing that was sent before', async () => {
      await given.acme((tx) => tx.rosters.saveDriveri([full], 100));
      await given.acme((tx) => tx.rosters.dropDriveri([X], 200));
      await given.acme((tx) => tx.rosters.saveDriveri([full], 199));
      expect(await given.acme((tx) => tx.rosters.driveriDriver(X))).toBeNull();
      await given.acme((tx) => tx.rosters.saveDriveri([full], 200));
      expect(await given.acme((tx) => tx.rosters.driveriDriver(X))).toEqual(full);
    });
  });

  it('remembers what is known of a listing, per portal', async () => {
    await given.acme(async (tx) => {
      await tx.rosters.setState('gps', { observedAt: 5, completeAt: 5, completeCount: 2, watermark: 4 });
      await tx.rosters.setState('gps', { groupsAt: 6, watermark: null });
      expect(await tx.rosters.state('gps')).toEqual({
        observedAt: 5,
        completeAt: 5,
        completeCount: 2,
        visibleGroups: null,
        watermark: null,
        groupsAt: 6,
      });
      expect((await tx.rosters.state('driveri')).observedAt).toBeNull();
    });
  });

  it('counts links, who is missing, and identities on the move, without those who only seem to be', async () => {
    await saveGps([['1', 'X2'], ['2', 'Y'], ['3', null], ['4', 'Z2'], ['5', 'W'], ['6']], 100);
    await given.acme(async (tx) => {
      for (const [gps, driveri] of [
        ['1', 'X'],
        ['2', 'Y'],
        ['3', 'V'],
        ['4', 'Z'],
        ['6', 'U'],
      ] as const) {
        await tx.links.save(link(gps, driveri), 100);
      }
      await tx.rosters.markMissing([gid('4')], 200);
      expect(await tx.rosters.counts()).toEqual({ linked: 5, missing: 1, pendingIdentityChanges: 1 });
      expect(await tx.rosters.pendingIdentityChanges()).toEqual([A]);
    });
  });

  it('names everybody whom a DriverID concerns', async () => {
    await saveGps(
      [
        ['1', 'X'],
        ['2', null, {}, 'X'],
        ['3', null, {}, 'X'],
        ['4', 'Q'],
        ['5', 'X'],
        ['6', undefined, {}, 'X'],
        ['7', 'other'],
      ],
      100,
    );
    await given.acme(async (tx) => {
      await tx.links.save(link('3', 'L'), 100);
      await tx.links.save(link('4', 'X'), 100);
      await tx.rosters.markMissing([gid('4'), gid('5')], 200);
      expect(await tx.rosters.concernedBy([X])).toEqual(['1', '2', '4']);
      expect(await tx.rosters.concernedBy([did('L'), X])).toEqual(['1', '2', '3', '4']);
      expect(await tx.rosters.concernedBy([])).toEqual([]);
    });
  });

  it('forgets all of one account at once', async () => {
    await saveGps([['1', 'X']], 100);
    await given.store().transaction(OTHER, (tx) => tx.rosters.saveGps([gpsRow('1', 'X')], 100));
    await given.acme(async (tx) => {
      await tx.rosters.saveDriveri([driveriDriver('X')], 100);
      await tx.rosters.setState('gps', { observedAt: 5, watermark: 4 });
      await tx.drivers.refreshAll(100);
    });
    await given.acme((tx) => tx.rosters.clearAll());
    await given.acme(async (tx) => {
      expect(await tx.rosters.everything()).toEqual({ gps: [], driveri: [], links: [] });
      expect((await tx.rosters.state('gps')).watermark).toBeNull();
      expect(await tx.drivers.keyOfGps(A)).toBeNull();
    });
    expect((await given.store().transaction(OTHER, (tx) => tx.rosters.everything())).gps).toHaveLength(1);
  });

  describe('a neighbourhood', () => {
    const around = (...ids: string[]) => given.acme((tx) => tx.rosters.neighbourhood(ids.map(gid)));
    const shape = (found: Neighbourhood) => ({
      gps: found.gps.map((one) => one.gpsId).sort(),
      driveri: found.driveri.map((one) => one.driverId).sort(),
      links: found.links.map((one) => `${one.gpsId}-${one.driverId}`).sort(),
    });
    const fleet = (parts: {
      gps?: Parameters<typeof gpsRow>[];
      driveri?: Parameters<typeof driveriDriver>[];
      links?: Parameters<typeof link>[];
    }) =>
      given.acme(async (tx) => {
        await tx.rosters.saveGps(
          (parts.gps ?? []).map((row) => gpsRow(...row)),
          100,
        );
        await tx.rosters.saveDriveri(
          (parts.driveri ?? []).map((one) => driveriDriver(...one)),
          100,
        );
        for (const one of parts.links ?? []) await tx.links.save(link(...one), 100);
      });

    it('of a driver alone is the driver alone', async () => {
      await fleet({
        gps: [
          ['1', 'X'],
          ['2', 'Y'],
        ],
        driveri: [['X'], ['Y']],
        links: [
          ['1', 'X'],
          ['2', 'Y'],
        ],
      });
      expect(shape(await around('1'))).toEqual({ gps: ['1'], driveri: ['X'], links: ['1-X'] });
    });

    it('of nobody, and of somebody unknown, is empty', async () => {
      expect(shape(await around())).toEqual({ gps: [], driveri: [], links: [] });
      expect(shape(await around('9'))).toEqual({ gps: [], driveri: [], links: [] });
    });

    it.each([
      ['own', ['1', 'Y'], true],
      ['fallback', ['1', null, {}, 'Y'], true],
      ['unknown', ['1', undefined, {}, 'Y'], false],
    ] as const)('has who has the wanted DriverID: %s', async (_, row, found) => {
      await fleet({ gps: [[...row]], driveri: [['Y']] });
      expect(shape(await around('1')).driveri).toEqual(found ? ['Y'] : []);
    });

    it('does not follow the fallback of a linked driver, nor what a missing one wants', async () => {
      await fleet({
        gps: [
          ['1', null, {}, 'Y'],
          ['2', 'Y'],
        ],
        driveri: [['X'], ['Y']],
        links: [['1', 'X']],
      });
      expect(shape(await around('1'))).toEqual({ gps: ['1'], driveri: ['X'], links: ['1-X'] });
      await given.acme((tx) => tx.rosters.markMissing([B], 200));
      expect(shape(await around('2'))).toEqual({ gps: ['2'], driveri: [], links: [] });
    });

    it('goes from a claimant to its holder, to what that one wants, and on', async () => {
      await fleet({
        gps: [
          ['1', 'Y'],
          ['2', 'Z'],
          ['3', 'X'],
          ['4', 'other'],
        ],
        driveri: [['X'], ['Y'], ['Z'], ['other']],
        links: [
          ['1', 'X'],
          ['2', 'Y'],
          ['3', 'Z'],
          ['4', 'other'],
        ],
      });
      expect(shape(await around('1'))).toEqual({
        gps: ['1', '2', '3'],
        driveri: ['X', 'Y', 'Z'],
        links: ['1-X', '2-Y', '3-Z'],
      });
    });

    it('has the rivals, by own field and by fallback, and who wants what a gone driver leaves', async () => {
      await fleet({
        gps: [
          ['1', 'X'],
          ['2', 'X'],
          ['3', null, {}, 'X'],
          ['4', null, {}, 'X'],
        ],
        driveri: [['X'], ['W']],
        links: [
          ['1', 'X'],
          ['4', 'W'],
        ],
      });
      expect(shape(await around('2')).gps).toEqual(['1', '2', '3']);
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof: deletedHere(200) }], 200));
      const found = await around('1');
      expect(shape(found).gps).toEqual(['1', '2', '3']);
      expect(found.gps.find((one) => one.gpsId === A)?.side).toEqual({
        presence: 'gone',
        proof: deletedHere(200),
      });
    });

    it('has lookalikes for a vanished driver: unlinked ones of the same creation, and who else has lost one', async () => {
      await fleet({
        gps: [
          ['1', 'X'],
          ['2', 'L'],
          ['3', 'N'],
          ['4', 'V'],
        ],
        driveri: [
          ['X2', { createdDate: 7 }],
          ['L', { createdDate: 7 }],
          ['N', { createdDate: 8 }],
          ['free', { createdDate: 8 }],
        ],
        links: [
          ['1', 'X', { createdDate: 7 }],
          ['2', 'L', { createdDate: 7 }],
          ['3', 'N', { createdDate: 8 }],
          ['4', 'V', { createdDate: 7 }],
        ],
      });
      expect(shape(await around('1'))).toEqual({ gps: ['1', '4'], driveri: ['X2'], links: ['1-X', '4-V'] });
      expect(shape(await around('3')).driveri).toEqual(['N']);
    });

    it('has the holder and twenty rivals when a bad import gives everybody one DriverID', async () => {
      await fleet({
        gps: Array.from({ length: 300 }, (_, index) => [`${1_000 + index}`, 'X']),
        driveri: [['X']],
        links: [['1299', 'X']],
      });
      const found = shape(await around('1150'));
      expect(found.gps).toHaveLength(22);
      expect(found.gps).toEqual(expect.arrayContaining(['1150', '1299']));
      expect(found.links).toEqual(['1299-X']);
    });

    it.each([
      [40, 40],
      [1_500, 1_200],
    ])('follows a chain of %i drivers, but no further than %i', async (length, found) => {
      const many = Array.from({ length }, (_, index) => index);
      await fleet({
        gps: many.map((n) => [`${n}`, `D${n + 1}`]),
        driveri: many.map((n) => [`D${n}`]),
      });
      await given.database().pool.query(
        `insert into gateway.link (account, gps_id, driver_id, linked_at)
         select account, gps_id, 'D' || gps_id, 1 from gateway.gps_driver`,
      );
      expect((await around('0')).gps).toHaveLength(found);
    });

    it('knows a phone by a hash that is this account’s own', async () => {
      const phones = [
        ['1', 'X', { phone: '(555) 123-4567' }],
        ['2', 'Y', { phone: '555.123.4567' }],
        ['3', 'Z', { phone: 'none' }],
      ] as const;
      const hashes = async (account: typeof ACME) => {
        const found = await given.store().transaction(account, async (tx) => {
          await tx.rosters.saveGps(
            phones.map(([id, wants, fields]) => gpsRow(id, wants, fields)),
            100,
          );
          return tx.rosters.everything();
        });
        return found.gps.map(({ side }) => (side.presence === 'present' ? side.phoneHash : 'absent'));
      };
      const [one, two, three] = await hashes(ACME);
      expect(one).toMatch(/^[0-9a-f]{64}$/);
      expect(two).toBe(one);
      expect(three).toBeNull();
      expect((await hashes(OTHER))[0]).not.toBe(one);
      const again = await (await given.storeAgain()).transaction(ACME, (tx) => tx.rosters.everything());
      expect(again.gps[0]?.side).toMatchObject({ phoneHash: one });
    });

    it('is the same in everything, only larger', async () => {
      await fleet({
        gps: [
          ['1', 'X'],
          ['2', 'Y'],
        ],
        driveri: [['X'], ['free']],
        links: [['1', 'X']],
      });
      const all = await given.acme((tx) => tx.rosters.everything());
      expect(shape(all)).toEqual({ gps: ['1', '2'], driveri: ['X', 'free'], links: ['1-X'] });
      const near = await around('1');
      expect(all.gps).toContainEqual(near.gps[0]);
      expect(all.driveri).toContainEqual(near.driveri[0]);
      expect(all.links).toEqual(near.links);
    });
  });
});
