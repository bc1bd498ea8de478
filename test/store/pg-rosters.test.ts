import type { AbsenceProof } from '../../src/driver/absence-proof';
import type { DriveriDriver } from '../../src/driver/driveri-driver';
import type { Neighbourhood } from '../../src/sync/ports/roster-store';
import type { SyncTransaction } from '../../src/sync/ports/sync-store';
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
  seen,
} from './pg-fixture';

const A = gid('1');
const B = gid('2');
const X = did('X');
const Y = did('Y');

describeEachStore('the rosters', (given) => {
  const known = async (id = A) => (await given.acme((tx) => tx.rosters.gpsDrivers([id]))).get(id) ?? null;
  const entry = async (id = A) => (await known(id))?.entry ?? null;
  const driveri = async (id = X) =>
    (await given.acme((tx) => tx.rosters.driveriDrivers([id]))).get(id) ?? null;
  const saveGps = (rows: Parameters<typeof gpsRow>[], at: number) =>
    given.acme((tx) =>
      tx.rosters.saveGps(
        rows.map((row) => gpsRow(...row)),
        seen(at),
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
      const all = await given.acme((tx) => tx.rosters.gpsDrivers([A, B, gid('3'), gid('9')]));
      expect([...all.values()].map((one) => one.driver)).toEqual([
        gpsDriver('1', 'X', full),
        gpsDriver('2', null),
        gpsDriver('3'),
      ]);
      expect(all.get(A)?.groups).toEqual([]);
      expect(await known(gid('9'))).toBeNull();
      expect(await given.acme((tx) => tx.rosters.gpsDrivers([]))).toEqual(new Map());
      expect(await given.acme((tx) => tx.rosters.lockGps([gid('3'), A, gid('9')]))).toEqual(
        new Map([...all].filter(([id]) => id !== B)),
      );
      expect(await entry()).toEqual({
        gpsId: A,
        version: expect.any(String),
        presence: 'present',
        missingSince: null,
        observedAt: 100,
        appearedAt: 100,
        lastListedAt: null,
        driverIdState: 'known',
        driverId: X,
        fallbackId: did('R-1'),
        ticket: 100,
      });
      expect((await given.acme((tx) => tx.rosters.gpsIndex())).map((row) => row.driverIdState)).toEqual([
        'known',
        'empty',
        'unknown',
      ]);
    });

    it.each([
      [99, 'older', 'X'],
      [100, 'of the same ticket', 'Y'],
      [101, 'newer', 'Y'],
    ])('ticket %i: an observation that is %s leaves %s (R16)', async (at, _, driverId) => {
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
      [100, 'present'],
      [101, 'missing'],
    ])('a driver seen with ticket 100 is, in a listing of ticket %i without it, %s', async (at, presence) => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markMissing([A], seen(at)));
      expect((await entry())?.presence).toBe(presence);
    });

    it('keeps since when somebody is there: from the first sighting on, and anew after each absence', async () => {
      await saveGps([['1', 'X']], 100);
      await saveGps([['1', 'Y']], 150);
      expect(await entry()).toMatchObject({ observedAt: 150, appearedAt: 100 });
      await given.acme((tx) => tx.rosters.markMissing([A], seen(200)));
      await saveGps([['1', 'Y']], 250);
      expect(await entry()).toMatchObject({ appearedAt: 250 });
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof: deletedHere(300) }], seen(300)));
      await saveGps([['1', 'Y']], 350);
      expect(await entry()).toMatchObject({ appearedAt: 350 });
    });

    it('keeps since when somebody is missing, and forgets it when they are seen', async () => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markMissing([A], seen(200)));
      await given.acme((tx) => tx.rosters.markMissing([A], seen(300)));
      expect(await entry()).toMatchObject({ presence: 'missing', missingSince: 200, observedAt: 100 });
      await saveGps([['1', 'X']], 150);
      expect(await entry()).toMatchObject({ presence: 'present', missingSince: null });
    });

    const proofs: readonly (readonly [AbsenceProof, number, string])[] = [
      [deletedHere(90), 99, 'present'],
      [deletedHere(90), 100, 'gone'],
      [{ kind: 'MissingTwice', first: 50, second: 99 }, 99, 'present'],
      [{ kind: 'MissingTwice', first: 50, second: 100 }, 100, 'gone'],
      [{ kind: 'MissingThenRead', missingAt: 50, readAt: 99 }, 99, 'present'],
      [{ kind: 'MissingThenRead', missingAt: 50, readAt: 100 }, 100, 'gone'],
    ];
    it.each(proofs)(
      'a driver seen with ticket 100 is with %j, of ticket %i, %s',
      async (proof, ticket, presence) => {
        await saveGps([['1', 'X']], 100);
        const marked = await given.acme((tx) =>
          tx.rosters.markGone([{ gpsId: A, proof }], { at: 500, ticket }),
        );
        expect(marked).toEqual(presence === 'gone' ? [A] : []);
        expect((await entry())?.presence).toBe(presence);
      },
    );

    it('clocks do not decide which observation is newer: tickets do (R16)', async () => {
      const save = (wants: string, at: number, ticket: number) =>
        given.acme((tx) => tx.rosters.saveGps([gpsRow('1', wants)], { at, ticket }));
      await save('X', 900, 10);
      await save('Y', 100, 11);
      expect(await entry()).toMatchObject({ driverId: Y, observedAt: 100, ticket: 11 });
      await save('X', 999, 10);
      expect(await entry()).toMatchObject({ driverId: Y, ticket: 11 });
    });

    it('finds what differs from a reading: other versions, absent drivers and new ones', async () => {
      await saveGps(
        [
          ['1', 'X'],
          ['2', 'Y'],
          ['3', 'Z'],
        ],
        100,
      );
      await given.acme((tx) => tx.rosters.markMissing([gid('3')], seen(200)));
      const read = [gpsRow('1', 'X'), gpsRow('2', 'Y2'), gpsRow('3', 'Z'), gpsRow('4', 'W')];
      const differing = await given.acme((tx) => tx.rosters.differingGps(read));
      expect([...differing].sort()).toEqual(['2', '3', '4']);
      expect(await given.acme((tx) => tx.rosters.differingGps([]))).toEqual([]);
    });

    it('counts who is there, and who is there with a known DriverID', async () => {
      await saveGps(
        [
          ['1', 'X'],
          ['2', 'Y'],
          ['3', null],
          ['4', 'Z'],
          ['5', 'W'],
        ],
        100,
      );
      await given.acme(async (tx) => {
        await tx.rosters.markMissing([gid('4')], seen(200));
        await tx.rosters.markGone([{ gpsId: gid('5'), proof: deletedHere(200) }], seen(200));
        expect(await tx.rosters.countPresences()).toEqual({ present: 3, missing: 1 });
        expect(await tx.rosters.countKnownDriverIds([A, gid('3'), gid('4'), gid('9')])).toEqual({
          all: 2,
          ofThese: 1,
        });
        expect((await tx.rosters.gpsIndex()).map((row) => row.gpsId)).toEqual(['1', '2', '3', '4']);
      });
    });

    it('a sighting sent before our own deletion was answered does not undo it, a later one does', async () => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof: deletedHere(150) }], seen(200)));
      await saveGps([['1', 'X']], 199);
      expect((await entry())?.presence).toBe('gone');
      await saveGps([['1', 'X']], 200);
      expect((await entry())?.presence).toBe('present');
      const [row] = await given.rows('select absence_proof, missing_since from gateway.gps_driver');
      expect(row).toEqual({ absence_proof: null, missing_since: null });
    });

    it('does not bring a forgotten driver back from a listing that was sent before', async () => {
      await saveGps([['1', 'X']], 100);
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof: deletedHere(200) }], seen(200)));
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
      const memberships = new Map([
        [A, ['North', 'Say "hi", {all}']],
        [B, []],
      ]);
      const changed = await given.acme((tx) => tx.rosters.setGroups(memberships));
      expect([...changed].sort()).toEqual(['1', '3']);
      expect(await given.acme((tx) => tx.rosters.setGroups(memberships))).toEqual([]);
      expect(await groups()).toEqual([
        { groups: ['North', 'Say "hi", {all}'] },
        { groups: [] },
        { groups: [] },
      ]);
      await saveGps([['1', 'Z']], 200);
      expect((await known())?.groups).toEqual(['North', 'Say "hi", {all}']);
    });

    it('names who is present and wants a DriverID: by the own field, by the link, or by the fallback', async () => {
      await saveGps(
        [
          ['1', 'X'],
          ['2', 'X'],
          ['3', null, {}, 'X'],
          ['4', 'x'],
          ['5', null, {}, 'other'],
          ['6', null, {}, 'X'],
        ],
        100,
      );
      await given.acme(async (tx) => {
        await tx.rosters.markMissing([B], seen(200));
        await tx.links.save([link('5', 'X'), link('6', 'other')], 200);
      });
      expect(await given.acme((tx) => tx.rosters.wantersOf(X))).toEqual(['1', '3', '5']);
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
      await given.acme((tx) => tx.rosters.saveDriveri([full], seen(100)));
      await given.acme(async (tx) => {
        expect(await tx.rosters.driveriDrivers([X, Y])).toEqual(new Map([[X, full]]));
        expect(await tx.rosters.lockDriveri([Y, X])).toEqual(
          new Map([[X, { driver: full, observedAt: 100, ticket: 100 }]]),
        );
        expect(await tx.rosters.driveriIds()).toEqual([{ driverId: X, ticket: 100 }]);
        expect(await tx.rosters.countDriveri()).toBe(1);
        expect(await tx.rosters.driveriDrivers([])).toEqual(new Map());
      });
    });

    it('finds what differs from a reading: any field, the date of change, and new drivers', async () => {
      await given.acme((tx) => tx.rosters.saveDriveri([full, driveriDriver('Y')], seen(100)));
      const differing = (...drivers: readonly DriveriDriver[]) =>
        given.acme((tx) => tx.rosters.differingDriveri(drivers));
      expect(await differing(full, driveriDriver('Y'))).toEqual([]);
      expect(await differing({ ...full, group: 'Yard' }, driveriDriver('Y'), driveriDriver('Z'))).toEqual([
        X,
        did('Z'),
      ]);
      expect(await differing({ ...full, updatedDate: 1 })).toEqual([X]);
      expect(await differing({ ...full, email: null })).toEqual([X]);
      expect(await differing()).toEqual([]);
    });

    it('counts a row that an earlier version of the program stored as differing', async () => {
      await given.acme((tx) => tx.rosters.saveDriveri([full], seen(100)));
      await given.rows(`update gateway.driveri_driver set version = ''`);
      expect(await given.acme((tx) => tx.rosters.differingDriveri([full]))).toEqual([X]);
    });

    it.each([
      [99, 'Depot'],
      [100, 'Yard'],
    ])('seen with ticket 100, an observation of ticket %i leaves %s', async (at, group) => {
      await given.acme((tx) => tx.rosters.saveDriveri([full], seen(100)));
      await given.acme((tx) => tx.rosters.saveDriveri([{ ...full, group: 'Yard' }], seen(at)));
      expect((await driveri())?.group).toBe(group);
    });

    it.each([
      [99, true],
      [100, false],
    ])('seen with ticket 100 and not there with %i: kept is %s', async (at, kept) => {
      await given.acme((tx) => tx.rosters.saveDriveri([full], seen(100)));
      await given.acme((tx) => tx.rosters.dropDriveri([X], seen(at)));
      expect((await driveri()) !== null).toBe(kept);
    });

    it('does not bring somebody back under their old DriverID from a listing that was sent before', async () => {
      await given.acme((tx) => tx.rosters.saveDriveri([full], seen(100)));
      await given.acme((tx) => tx.rosters.dropDriveri([X], seen(200)));
      await given.acme((tx) => tx.rosters.saveDriveri([full], seen(199)));
      expect(await driveri()).toBeNull();
      await given.acme((tx) => tx.rosters.saveDriveri([full], seen(200)));
      expect(await driveri()).toEqual(full);
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
        nextReadAt: 0,
        failures: 0,
        lastFailure: null,
        completeTicket: 0,
        hasNotes: false,
      });
      await tx.rosters.setState('gps', { nextReadAt: 70, failures: 2 });
      expect(await tx.rosters.state('gps')).toMatchObject({ watermark: null, nextReadAt: 70, failures: 2 });
      await tx.rosters.setState('gps', {});
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
        await tx.links.save([link(gps, driveri)], 100);
      }
      await tx.rosters.markMissing([gid('4')], seen(200));
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
      await tx.links.save([link('3', 'L')], 100);
      await tx.links.save([link('4', 'X')], 100);
      await tx.rosters.markMissing([gid('4'), gid('5')], seen(200));
      expect(await tx.rosters.concernedBy([X])).toEqual(['1', '2', '4']);
      expect(await tx.rosters.concernedBy([did('L'), X])).toEqual(['1', '2', '3', '4']);
      expect(await tx.rosters.concernedBy([])).toEqual([]);
    });
  });

  it('forgets all of one account at once', async () => {
    await saveGps([['1', 'X']], 100);
    await given.store().transaction(OTHER, (tx) => tx.rosters.saveGps([gpsRow('1', 'X')], seen(100)));
    await given.acme(async (tx) => {
      await tx.rosters.saveDriveri([driveriDriver('X')], seen(100));
      await tx.rosters.setState('gps', { observedAt: 5, watermark: 4 });
      await tx.drivers.refreshAll(100);
    });
    await given.acme((tx) => tx.rosters.clearAll());
    await given.acme(async (tx) => {
      expect(await tx.rosters.gpsDrivers([A])).toEqual(new Map());
      expect(await tx.rosters.countPresences()).toEqual({ present: 0, missing: 0 });
      expect(await tx.rosters.countDriveri()).toBe(0);
      expect((await tx.rosters.state('gps')).watermark).toBeNull();
      expect(await tx.drivers.keyOfGps(A)).toBeNull();
    });
    expect((await given.store().transaction(OTHER, (tx) => tx.rosters.countPresences())).present).toBe(1);
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
          seen(100),
        );
        await tx.rosters.saveDriveri(
          (parts.driveri ?? []).map((one) => driveriDriver(...one)),
          seen(100),
        );
        await tx.links.save(
          (parts.links ?? []).map((one) => link(...one)),
          100,
        );
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
      await given.acme((tx) => tx.rosters.markMissing([B], seen(200)));
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
      await given.acme((tx) => tx.rosters.markGone([{ gpsId: A, proof: deletedHere(200) }], seen(200)));
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
            seen(100),
          );
          return tx.rosters.neighbourhood(phones.map(([id]) => gid(id)));
        });
        const inOrder = [...found.gps].sort((a, b) => (a.gpsId < b.gpsId ? -1 : 1));
        return inOrder.map(({ side }) => (side.presence === 'present' ? side.phoneHash : 'absent'));
      };
      const [one, two, three] = await hashes(ACME);
      expect(one).toMatch(/^[0-9a-f]{64}$/);
      expect(two).toBe(one);
      expect(three).toBeNull();
      expect((await hashes(OTHER))[0]).not.toBe(one);
      const again = await (await given.storeAgain()).transaction(ACME, (tx) => tx.rosters.neighbourhood([A]));
      expect(again.gps[0]?.side).toMatchObject({ phoneHash: one });
    });
  });

  describe('of settled pairs (R15)', () => {
    const RULES = 'rules-1';
    const unsettled = (rules = RULES) => given.acme((tx) => tx.rosters.unsettled(rules));
    const settle = (...parts: readonly (readonly [string, string])[]) =>
      given.acme((tx) =>
        tx.links.settle(
          parts.map(([gps, id]) => ({
            gpsId: gid(gps),
            gpsVersion: gpsRow(gps, id).version,
            driveri: driveriDriver(id),
            agreed: {},
            rules: RULES,
          })),
        ),
      );

    beforeEach(async () => {
      await given.acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X'), gpsRow('2', 'Y'), gpsRow('3', 'Z')], seen(100));
        await tx.rosters.saveDriveri([driveriDriver('X'), driveriDriver('Y')], seen(100));
        await tx.links.save([link('1', 'X'), link('2', 'Y')], 100);
        await tx.work.touch([A, B], 100);
        const settled = { generation: 1, problem: null, syncedAt: 100, releasesHold: false };
        await tx.work.settle(
          [
            { gpsId: A, ...settled },
            { gpsId: B, ...settled },
          ],
          100,
        );
      });
      await settle(['1', 'X'], ['2', 'Y']);
    });

    it('a run loads only the others', async () => {
      expect(await unsettled()).toEqual({ ids: ['3'], settled: 2 });
    });

    it('a run under other rules loads all', async () => {
      expect(await unsettled('rules-2')).toEqual({ ids: ['1', '2', '3'], settled: 0 });
    });

    const PROBLEM = { code: 'C', message: 'm', hint: 'h', since: 1 };
    it.each<[string, (tx: SyncTransaction) => Promise<unknown>]>([
      [
        'GPS says something else',
        (tx) => tx.rosters.saveGps([gpsRow('1', 'X', { email: 'a@b.c' })], seen(200)),
      ],
      [
        'Driveri says something else',
        (tx) => tx.rosters.saveDriveri([driveriDriver('X', { email: 'e' })], seen(200)),
      ],
      [
        'it is removed in Driveri',
        (tx) => tx.rosters.saveDriveri([driveriDriver('X', { removed: true })], seen(200)),
      ],
      ['Driveri does not have it', (tx) => tx.rosters.dropDriveri([X], seen(200))],
      ['it is missing in GPS', (tx) => tx.rosters.markMissing([A], seen(200))],
      ['it has work', (tx) => tx.work.touch([A], 200)],
      ['it is held', (tx) => tx.work.setHold([A], 'run')],
      [
        'it has a problem',
        (tx) =>
          tx.work.settle(
            [{ gpsId: A, generation: 1, problem: PROBLEM, syncedAt: null, releasesHold: false }],
            200,
          ),
      ],
      ['its link is saved again', (tx) => tx.links.save([link('1', 'X')], 200)],
      ['it is not linked any more', (tx) => tx.links.remove([A])],
    ])('a run loads a driver again when %s', async (_, change) => {
      await given.acme(change);
      expect(await unsettled()).toEqual({ ids: ['1', '3'], settled: 1 });
    });

    it('a change of the date alone is none', async () => {
      await given.acme((tx) => tx.rosters.saveDriveri([driveriDriver('X', { updatedDate: 9 })], seen(200)));
      expect(await unsettled()).toEqual({ ids: ['3'], settled: 2 });
    });

    it('a link without a GPS driver is loaded', async () => {
      await given.acme((tx) => tx.links.save([link('9', 'W')], 200));
      expect(await unsettled()).toEqual({ ids: ['3', '9'], settled: 2 });
    });

    it('a pair whose link leads elsewhere by now is not noted', async () => {
      await given.acme((tx) => tx.links.save([link('1', 'W')], 200));
      await settle(['1', 'X']);
      expect((await unsettled()).ids).toEqual(['1', '3']);
    });
  });

  if (given.kind === 'postgres') {
    it('rows that are locked wait in the order of their ids, whatever order they are named in', async () => {
      await saveGps(
        [
          ['1', 'X'],
          ['2', 'Y'],
        ],
        100,
      );
      const stores = await Promise.all([given.storeAgain(), given.storeAgain()]);
      for (let round = 0; round < 20; round += 1) {
        await Promise.all(
          stores.map((store, index) =>
            store.transaction(ACME, (tx) => tx.rosters.lockGps(index === 0 ? [A, B] : [B, A])),
          ),
        );
      }
      expect(await given.acme((tx) => tx.rosters.countPresences())).toEqual({ present: 2, missing: 0 });
    });
  }
});
