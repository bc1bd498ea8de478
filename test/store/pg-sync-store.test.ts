import { createPgSyncStore } from '../../src/store/pg-sync-store';
import type { AccountProblem, SyncTransaction } from '../../src/sync/sync-store';
import { ACME, OTHER, describeEachStore, did, gid, gpsRow, link } from './pg-fixture';

const A = gid('1');
const B = gid('2');

describeEachStore('the sync store', (given) => {
  const { acme } = given;

  describe('a transaction', () => {
    it('happens as a whole or not at all', async () => {
      const failing = acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X')], 100);
        await tx.drivers.refresh([A], [], 100);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect((await acme((tx) => tx.rosters.everything())).gps).toEqual([]);
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
        expect((await acme((tx) => tx.work.row(A)))?.generation).toBe(tries === null ? undefined : 1);
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
        expect(arrived).toBe(3);
        expect((await acme((tx) => tx.work.row(A)))?.generation).toBe(3);
      });
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
      expect(await acme((tx) => tx.account.lockShared())).toEqual({ ...patch, changedBy: null });
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
      expect(await given.store().transaction(OTHER, (tx) => tx.account.clearProblem(problem.code))).toBe(
        false,
      );
      expect(await acme((tx) => tx.account.clearProblem(problem.code))).toBe(true);
      expect(await acme((tx) => tx.account.clearProblem(problem.code))).toBe(false);
      expect(await acme((tx) => tx.account.setProblem(worse))).toBe(true);
    });

    if (given.kind === 'postgres') {
      const untilSomebodyWaits = async (): Promise<void> => {
        const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        while ((await given.rows(waiting)).length === 0);
      };

      it('is not turned off while a write is being prepared, and no write is while it is', async () => {
        const other = await given.storeAgain();
        const order: string[] = [];
        let turningOff: Promise<void> | undefined;
        await acme(async (tx) => {
          await tx.account.lockShared();
          await other.transaction(ACME, (second) => second.account.lockShared()); // shared with other writers
          turningOff = other.transaction(ACME, async (toggle) => {
            await toggle.account.lockExclusive();
            order.push('off');
          });
          await untilSomebodyWaits();
          order.push('written');
        });
        await turningOff;
        expect(order).toEqual(['written', 'off']);
      });
    }
  });

  describe('links', () => {
    it('are kept whole, and know since when', async () => {
      const one = link('1', 'X', {
        createdDate: 7,
        written: { firstName: 'Ann', email: '' },
        phoneHash: 'h',
      });
      await acme(async (tx) => {
        await tx.links.save(one, 100);
        await tx.links.save(link('2', 'Y'), 100);
        expect(await tx.links.byGpsId(A)).toEqual(one);
        expect(await tx.links.byGpsId(gid('9'))).toBeNull();
        expect(await tx.links.byDriverIds([did('X'), did('Z')])).toEqual([one]);
        expect(await tx.links.count()).toBe(2);
        await tx.links.save({ ...one, phoneHash: null }, 200);
        await tx.links.save(link('2', 'Z'), 200);
      });
      const rows = await given.rows('select gps_id, linked_at from gateway.link order by gps_id');
      expect(rows).toEqual([
        { gps_id: '1', linked_at: 100 },
        { gps_id: '2', linked_at: 200 },
      ]);
      await acme((tx) => tx.links.remove([A]));
      expect(await acme((tx) => tx.links.count())).toBe(1);
    });

    it('are one at most for a Driveri driver, within an account', async () => {
      await acme((tx) => tx.links.save(link('1', 'X'), 100));
      await expect(acme((tx) => tx.links.save(link('2', 'X'), 100))).rejects.toMatchObject({ code: '23505' });
      await given.store().transaction(OTHER, (tx) => tx.links.save(link('2', 'X'), 100));
    });

    it('are set aside with what they led into', async () => {
      await acme((tx) => tx.links.save(link('1', 'X'), 100));
      await given.store().transaction(OTHER, (tx) => tx.links.save(link('1', 'X'), 100));
      await acme((tx) => tx.links.setAside('old portals', 200));
      expect(await acme((tx) => tx.links.count())).toBe(0);
      expect(await given.rows('select * from gateway.link_set_aside')).toEqual([
        { account: 'acme', fingerprint: 'old portals', gps_id: '1', driver_id: 'X', set_aside_at: 200 },
      ]);
      expect(await given.store().transaction(OTHER, (tx) => tx.links.count())).toBe(1);
    });
  });

  describe('what is due', () => {
    const enable = (account = ACME) =>
      given.store().transaction(account, (tx) => tx.account.update({ enabled: true }));
    const block = (retryAt: number | null, severity: AccountProblem['severity'] = 'blocked') =>
      acme((tx) =>
        tx.account.setProblem({ code: 'C', message: 'm', hint: 'h', severity, sinceAt: 1, retryAt }),
      );
    const openIntent = (id: typeof A) =>
      acme((tx) =>
        tx.intents.open(
          {
            id: `intent-${id}`,
            gpsId: id,
            epoch: 0,
            action: 'UPDATE',
            step: { kind: 'none' },
            phoneHash: null,
            before: null,
            sendBefore: 0,
            createdAt: 0,
            changes: [],
          },
          [],
          null,
        ),
      );
    const due = async (now: number, limit = 10) =>
      (await given.store().due(now, limit)).map((one) => `${one.account}/${one.gpsId}`);
    const next = () => given.store().nextDueAt();
    const touch = (now: number, ...ids: string[]) => acme((tx) => tx.work.touch(ids.map(gid), now));

    it('is who has work now, oldest first, of accounts that are on', async () => {
      await touch(200, '1');
      await touch(100, '2');
      await touch(301, '3');
      expect(await due(300)).toEqual([]);
      expect(await next()).toBeNull();
      await enable();
      expect(await due(300)).toEqual(['acme/2', 'acme/1']);
      expect(await due(300, 1)).toEqual(['acme/2']);
      expect(await due(99)).toEqual([]);
      expect(await next()).toBe(100);
    });

    it('is nobody whom a worker has, until the lease ends, and nobody who has settled', async () => {
      await enable();
      await touch(100, '1', '2');
      const one = await acme((tx) => tx.work.acquire(A, 'w', 100, 1_000));
      const two = await acme((tx) => tx.work.acquire(B, 'w', 100, 1_000));
      await acme((tx) => tx.work.settle(two!, { generation: 1, problem: null, syncedAt: 100, now: 100 }));
      expect(await due(1_099)).toEqual([]);
      expect(await next()).toBe(1_100);
      expect(await due(1_100)).toEqual(['acme/1']);
      await acme((tx) => tx.work.free(one!));
      expect(await due(100)).toEqual(['acme/1']);
    });

    it('rests while the account is blocked', async () => {
      await enable();
      await touch(100, '1');
      await block(500, 'degraded');
      expect(await due(100)).toEqual(['acme/1']);
      await block(500);
      expect(await due(499)).toEqual([]);
      expect(await next()).toBe(500);
      expect(await due(500)).toEqual(['acme/1']);
      await block(null);
      expect(await due(9_999)).toEqual([]);
      expect(await next()).toBeNull();
    });

    it('is an open intent’s driver even so, once', async () => {
      await touch(100, '1', '2');
      await openIntent(A);
      expect(await due(100)).toEqual(['acme/1']);
      expect(await next()).toBe(100);
      await enable();
      expect(await due(100)).toEqual(['acme/1', 'acme/2']);
      await block(null);
      expect(await due(100)).toEqual(['acme/1']);
    });

    it('takes turns among accounts, however much one has to do', async () => {
      await enable();
      await enable(OTHER);
      await touch(100, ...Array.from({ length: 50 }, (_, index) => `${index}`));
      await given.store().transaction(OTHER, (tx) => tx.work.touch([gid('7'), gid('8')], 500));
      const first = await due(600, 6);
      expect(first).toHaveLength(6);
      expect(first.filter((one) => one.startsWith('other/'))).toEqual(['other/7', 'other/8']);
    });
  });
});
