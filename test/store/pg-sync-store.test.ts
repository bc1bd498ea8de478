import { createPgSyncStore } from '../../src/store/sync/pg-sync-store';
import type { AccountProblem } from '../../src/sync/ports/account-store';
import type { SyncTransaction } from '../../src/sync/ports/sync-store';
import { ACME, OTHER, describeEachStore, did, gid, gpsRow, link, seen } from './pg-fixture';

const A = gid('1');
const B = gid('2');

describeEachStore('the sync store', (given) => {
  const { acme } = given;

  describe('a transaction', () => {
    it('happens as a whole or not at all', async () => {
      const failing = acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X')], seen(100));
        await tx.drivers.refresh([A], [], 100);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await acme((tx) => tx.rosters.gpsDrivers([A]))).toEqual(new Map());
    });

    it('wakes up whoever listens to the account, after the commit and only then', async () => {
      const heard: string[] = [];
      const publish = (channel: string) => Promise.resolve(void heard.push(channel));
      const store = createPgSyncStore({ database: given.database(), wakeUps: { publish } });
      await store.transaction(ACME, () => Promise.resolve(expect(heard).toEqual([])));
      expect(heard).toEqual(['account-acme']);
      await expect(store.transaction(OTHER, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(heard).toHaveLength(1);
    });

    it.each([
      ['40P01', 2, 3],
      ['40001', 2, 3],
      ['40P01', 3, null],
      ['23505', 1, null],
    ])(
      'that Postgres breaks off with %s %i time(s) is tried as often as that helps',
      async (code, failures, tries) => {
        let attempts = 0;
        const result = acme(async (tx) => {
          attempts += 1;
          await tx.work.touch([A], 100);
          if (attempts <= failures) throw Object.assign(new Error('broken off'), { code });
          return attempts;
        });
        if (tries === null) await expect(result).rejects.toThrow('broken off');
        else expect(await result).toBe(tries);
        // What the failed attempts did is undone.
        expect((await acme((tx) => tx.work.generations([A]))).get(A)).toBe(tries === null ? undefined : 1);
      },
    );

    if (given.kind === 'postgres') {
      it('whose locks meet another’s the wrong way round is tried again', async () => {
        const other = await given.storeAgain();
        await acme((tx) => tx.work.touch([A, B], 100));
        let arrived = 0;
        let open: () => void = () => undefined;
        const bothThere = new Promise<void>((resolve) => (open = resolve));
        const inOrder = (first: typeof A, second: typeof A) => async (tx: SyncTransaction) => {
          await tx.work.touch([first], 100);
          arrived += 1;
          if (arrived === 2) open();
          await bothThere;
          await tx.work.touch([second], 100);
        };
        await Promise.all([acme(inOrder(A, B)), other.transaction(ACME, inOrder(B, A))]);
        // The one that is broken off comes again, and may be broken off once more.
        expect(arrived).toBeGreaterThanOrEqual(3);
        expect((await acme((tx) => tx.work.generations([A]))).get(A)).toBe(3);
      });

      it('of the owner may change the account beside others of the owner that do so', async () => {
        const { ownership, owned } = await given.storeAgain();
        await acme((tx) => tx.account.ensure());
        const held = await ownership.take(ACME, 'w1', 60_000, 100);
        if (held === null) throw new Error('the account is owned already');
        let arrived = 0;
        let open: () => void = () => undefined;
        const allThere = new Promise<void>((resolve) => (open = resolve));
        const changes = Array.from({ length: 4 }, (_, index) =>
          owned(held, async (tx) => {
            arrived += 1;
            if (arrived === 4) open();
            await allThere;
            await tx.account.update({ nextDiscardAt: 1_000 + index });
          }),
        );
        await Promise.all(changes);
        expect((await acme((tx) => tx.account.read())).nextDiscardAt).toBeGreaterThanOrEqual(1_000);
      }, 60_000);
    }
  });

  describe('an account', () => {
    it('has its rows from the first sight on, and keeps them', async () => {
      const state = {
        enabled: false,
        epoch: 0,
        changedAt: null,
        changedBy: null,
        fingerprint: null,
        driverIdField: 'unread',
        driveriListingNeeded: true,
        putHalted: false,
        nextRunAt: null,
        nextDiscardAt: null,
      };
      expect(await acme((tx) => tx.account.read())).toEqual(state);
      const patch = {
        enabled: true,
        epoch: 2,
        changedAt: 5,
        changedBy: 'u1',
        fingerprint: 'f',
        driverIdField: 'readable',
        driveriListingNeeded: false,
        putHalted: true,
        nextRunAt: 9,
        nextDiscardAt: 10,
      } as const;
      await acme((tx) => tx.account.update(patch));
      await acme((tx) => tx.account.ensure());
      await acme((tx) => tx.account.update({}));
      expect(await acme((tx) => tx.account.read())).toEqual(patch);
      await acme((tx) => tx.account.update({ changedBy: null }));
      expect(await acme((tx) => tx.account.lockExclusive())).toEqual({ ...patch, changedBy: null });
      expect(await given.store().transaction(OTHER, (tx) => tx.account.read())).toEqual(state);
    });

    it('that was never seen is said to be', async () => {
      const nobody = 'nobody' as typeof ACME;
      const reading = given.store().transaction(nobody, (tx) => tx.account.read());
      await expect(reading).rejects.toThrow('nobody has no row yet');
    });

    it('has problems: a new one is told apart, and keeps the moment it began', async () => {
      const problem: AccountProblem = {
        code: 'GPS_UNREACHABLE',
        message: 'm',
        hint: 'h',
        severity: 'degraded',
        sinceAt: 100,
        retryAt: null,
      };
      expect(await acme((tx) => tx.account.setProblem(problem))).toBe(true);
      const worse = {
        ...problem,
        message: 'worse',
        severity: 'blocked',
        sinceAt: 200,
        retryAt: 300,
      } as const;
      expect(await acme((tx) => tx.account.setProblem(worse))).toBe(false);
      expect(await acme((tx) => tx.account.problems())).toEqual([{ ...worse, sinceAt: 100 }]);
      const clear = (...codes: string[]) => acme((tx) => tx.account.clearProblems(codes));
      expect(
        await given.store().transaction(OTHER, (tx) => tx.account.clearProblems([problem.code])),
      ).toEqual([]);
      expect(await clear()).toEqual([]);
      expect(await clear('OTHER_CODE', problem.code)).toEqual([problem.code]);
      expect(await clear(problem.code)).toEqual([]);
      expect(await acme((tx) => tx.account.setProblem(worse))).toBe(true);
    });

    if (given.kind === 'postgres') {
      it('is not turned off while its owner prepares a write, and no write is while it is', async () => {
        const [other, another] = await Promise.all([given.storeAgain(), given.storeAgain()]);
        const mine = await given.store().ownership.take(ACME, 'w1', 600_000, 100);
        if (mine === null) throw new Error('Another process owns the account');
        const order: string[] = [];
        let turningOff: Promise<void> | undefined;
        await given.store().owned(mine, async () => {
          // Shared with the owner's other transactions.
          await another.owned(mine, () => Promise.resolve());
          turningOff = other.transaction(ACME, async (toggle) => {
            await toggle.account.lockExclusive();
            order.push('off');
            await toggle.account.update({ enabled: false, epoch: 5 });
          });
          await given.untilLocked();
          order.push('written');
        });
        await turningOff;
        expect(order).toEqual(['written', 'off']);
        expect((await given.store().owned(mine, (_, state) => Promise.resolve(state))).epoch).toBe(5);
      });
    }
  });

  describe('links', () => {
    const linked = async (tx: SyncTransaction) =>
      (await tx.links.byDriverIds(['X', 'Y', 'Z'].map(did))).map((one) => one.gpsId);

    it('are kept whole, and know since when', async () => {
      const one = link('1', 'X', {
        createdDate: 7,
        written: { firstName: 'Ann', email: '' },
        phoneHash: 'h',
      });
      await acme(async (tx) => {
        await tx.links.save([one, link('2', 'Y')], 100);
        expect(await tx.links.of([A, gid('9')])).toEqual(new Map([[A, { ...one, linkedAt: 100 }]]));
        expect(await tx.links.of([])).toEqual(new Map());
        expect(await tx.links.byDriverIds([did('X'), did('Z')])).toEqual([one]);
        expect(await linked(tx)).toEqual(['1', '2']);
        await tx.links.save([{ ...one, phoneHash: null }, link('2', 'Z')], 200);
      });
      const rows = await given.rows('select gps_id, linked_at from gateway.link order by gps_id');
      expect(rows).toEqual([
        { gps_id: '1', linked_at: 100 },
        { gps_id: '2', linked_at: 200 },
      ]);
      await acme((tx) => tx.links.remove([A]));
      expect(await acme(linked)).toEqual(['2']);
    });

    it('are one at most for a Driveri driver, within an account', async () => {
      await acme((tx) => tx.links.save([link('1', 'X')], 100));
      await expect(acme((tx) => tx.links.save([link('2', 'X')], 100))).rejects.toMatchObject({
        code: '23505',
      });
      await given.store().transaction(OTHER, (tx) => tx.links.save([link('2', 'X')], 100));
    });

    const one = link('1', 'X', { createdDate: 7, written: { firstName: 'Ann' }, phoneHash: 'h' });

    it('are set aside with what they led into, and come back whole with the same portals', async () => {
      await acme((tx) => tx.links.save([one, link('2', 'Y')], 100));
      await given.store().transaction(OTHER, (tx) => tx.links.save([link('1', 'X')], 100));
      await acme((tx) => tx.links.setAside('old portals', 200));
      expect(await acme(linked)).toEqual([]);
      expect(await given.rows('select * from gateway.link_set_aside where gps_id = $1', ['1'])).toEqual([
        {
          account: 'acme',
          fingerprint: 'old portals',
          gps_id: '1',
          driver_id: 'X',
          set_aside_at: 200,
          created_date: 7,
          written: { firstName: 'Ann' },
          phone_hash: 'h',
        },
      ]);
      expect(await given.store().transaction(OTHER, linked)).toEqual(['1']);
      expect(await acme((tx) => tx.links.restore('other portals', 300))).toBe(0);
      expect(await given.store().transaction(OTHER, (tx) => tx.links.restore('old portals', 300))).toBe(0);
      expect(await acme((tx) => tx.links.restore('old portals', 300))).toBe(2);
      expect(await acme((tx) => tx.links.of([A]))).toEqual(new Map([[A, { ...one, linkedAt: 300 }]]));
      expect(await given.rows('select * from gateway.link_set_aside')).toEqual([]);
    });

    it('whose place is taken meanwhile stay aside', async () => {
      await acme((tx) => tx.links.save([one, link('2', 'Y'), link('3', 'Z')], 100));
      await acme((tx) => tx.links.setAside('old portals', 200));
      // The GPS driver of the first has another link, the Driveri driver of the second another driver.
      await acme((tx) => tx.links.save([link('1', 'new'), link('9', 'Y')], 250));
      expect(await acme((tx) => tx.links.restore('old portals', 300))).toBe(1);
      expect(await acme(linked)).toEqual(['3', '9']);
      const aside = await given.rows('select gps_id from gateway.link_set_aside order by gps_id');
      expect(aside).toEqual([{ gps_id: '1' }, { gps_id: '2' }]);
      await acme((tx) => tx.links.remove([A]));
      expect(await acme((tx) => tx.links.restore('old portals', 400))).toBe(1);
      expect((await acme((tx) => tx.links.of([A]))).get(A)).toMatchObject({ driverId: 'X', phoneHash: 'h' });
    });

    it('that were set aside twice come back as they were the last time', async () => {
      await acme((tx) => tx.links.save([link('1', 'X')], 100));
      await acme((tx) => tx.links.setAside('old portals', 200));
      await acme((tx) => tx.links.save([link('1', 'Y')], 250));
      await acme((tx) => tx.links.setAside('old portals', 300));
      expect(await acme((tx) => tx.links.restore('old portals', 400))).toBe(1);
      expect((await acme((tx) => tx.links.of([A]))).get(A)?.driverId).toBe('Y');
      expect(await given.rows('select * from gateway.link_set_aside')).toEqual([]);
    });
  });

  describe('a reading', () => {
    it('sees one moment, whatever is committed meanwhile', async () => {
      if (given.kind === 'embedded') return; // one connection: nothing is committed meanwhile
      const other = await given.storeAgain();
      await acme((tx) => tx.work.touch([A], 100));
      await given.store().read(ACME, async (tx) => {
        expect(await tx.work.generations([A])).toEqual(new Map([[A, 1]]));
        await other.transaction(ACME, (mine) => mine.work.touch([A], 200));
        expect(await tx.work.generations([A])).toEqual(new Map([[A, 1]]));
      });
      expect(await acme((tx) => tx.work.generations([A]))).toEqual(new Map([[A, 2]]));
    });

    it('writes nothing, and wakes nobody', async () => {
      const heard: string[] = [];
      const publish = (channel: string) => Promise.resolve(void heard.push(channel));
      const store = createPgSyncStore({ database: given.database(), wakeUps: { publish } });
      await expect(store.read(ACME, (tx) => tx.work.touch([A], 100))).rejects.toMatchObject({
        code: '25006',
      });
      await store.read(ACME, (tx) => tx.account.read());
      expect(heard).toEqual([]);
    });
  });

  it('draws tickets that only go up, in every process (R16)', async () => {
    const other = await given.storeAgain();
    const drawn: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      drawn.push(await given.store().drawTicket(), await other.drawTicket());
    }
    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    expect(drawn.every((ticket) => ticket > 0)).toBe(true);
  });
});
