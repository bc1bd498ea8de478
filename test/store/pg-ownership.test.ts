import { accountId, runId } from '../../src/driver/ids';
import { OwnershipLost, type Agenda, type Ownership } from '../../src/sync/ports/ownership-store';
import type { SyncTransaction } from '../../src/sync/ports/sync-store';
import { ACME, OTHER, describeEachStore, did, gid } from './pg-fixture';

const A = gid('1');
const B = gid('2');

/** Longer than a test takes. */
const LONG_MS = 600_000;
/** The owner is gone at once. */
const GONE_MS = 0;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The furthest that an account's due time may be ahead. */
const MOST_AHEAD_MS = 65 * 60_000;

const NOW = 1_000_000_000;

describeEachStore('ownership', (given) => {
  const { acme } = given;
  const ownership = () => given.store().ownership;
  const take = (owner: string, lengthMs = LONG_MS, now = NOW) => ownership().take(ACME, owner, lengthMs, now);
  const taken = async (...parameters: Parameters<typeof take>): Promise<Ownership> => {
    const mine = await take(...parameters);
    if (mine === null) throw new Error('Another process owns the account');
    return mine;
  };
  const due = async (now: number, accounts = [ACME, OTHER], limit = 10) =>
    (await ownership().due(accounts, now, limit)).map((one) => one.account);
  const dueRow = async () =>
    (
      await given.rows(`select due_at, takings, rest_until from gateway.account_due where account = 'acme'`)
    )[0];
  const agenda = (now = NOW) => ownership().agenda(ACME, now);
  const quiet = (fields: Partial<{ nextDiscardAt: number; nextReadAt: number }> = {}) =>
    acme(async (tx) => {
      await tx.account.update({ nextDiscardAt: fields.nextDiscardAt ?? NOW + HOUR_MS });
      await tx.rosters.setState('gps', { nextReadAt: fields.nextReadAt ?? NOW + 2 * HOUR_MS });
      await tx.rosters.setState('driveri', { nextReadAt: fields.nextReadAt ?? NOW + 2 * HOUR_MS });
    });

  describe('taking', () => {
    it('is for one process at a time, until it expires', async () => {
      expect(await take('w1')).toEqual({ account: ACME, owner: 'w1', fence: 1 });
      expect(await take('w2')).toBeNull();
      expect(await take('w1')).toBeNull();
      expect(await ownership().take(OTHER, 'w2', LONG_MS, NOW)).toMatchObject({ fence: 1 });
    });

    it('raises the fence each time, also for the same process', async () => {
      expect(await take('w1', GONE_MS)).toMatchObject({ fence: 1 });
      expect(await take('w1', GONE_MS)).toMatchObject({ fence: 2 });
      expect(await take('w2')).toMatchObject({ owner: 'w2', fence: 3 });
    });

    it('of an account that has no rows is not possible', async () => {
      expect(await ownership().take(accountId('nobody'), 'w1', LONG_MS, NOW)).toBeNull();
    });

    it('rests longer after each taking that did not end properly (R4)', async () => {
      const rests: unknown[] = [];
      for (let round = 0; round < 8; round += 1) {
        await taken('w1', GONE_MS);
        const row = await dueRow();
        rests.push(Number(row?.['due_at']) - NOW);
        expect(row?.['takings']).toBe(round + 1);
      }
      expect(rests).toEqual([1_000, 4_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 3_600_000]);
    });

    it('that ended properly is forgotten by the back-off', async () => {
      await taken('w1', GONE_MS);
      await taken('w1', GONE_MS);
      const mine = await taken('w1');
      await quiet();
      expect(await ownership().letGo(mine, NOW)).toMatchObject({ released: true });
      expect(await dueRow()).toMatchObject({ takings: 0, rest_until: 0 });
      await taken('w1', GONE_MS);
      expect(await dueRow()).toMatchObject({ takings: 1, due_at: NOW + 1_000 });
    });

    it('a wake-up does not shorten the rest of an account that its owners do not survive (R4)', async () => {
      await taken('w1', GONE_MS);
      await ownership().lower(ACME, NOW + 10);
      expect(await due(NOW + 10, [ACME])).toEqual([ACME]); // one death may be chance
      await taken('w2', GONE_MS);
      await ownership().lower(ACME, NOW + 10);
      expect(await due(NOW + 3_999, [ACME])).toEqual([]);
      expect(await due(NOW + 4_000, [ACME])).toEqual([ACME]);
    });

    it('all are released when no other process lives', async () => {
      await taken('w1', GONE_MS);
      await taken('w1');
      await ownership().releaseAll();
      expect(await due(NOW, [ACME])).toEqual([ACME]);
      expect(await take('w2')).toMatchObject({ fence: 3 });
      expect(await dueRow()).toMatchObject({ takings: 1 });
    });
  });

  describe('renewing', () => {
    it('keeps the account', async () => {
      const mine = await taken('w1', GONE_MS);
      expect(await ownership().renew(mine, LONG_MS)).toBe(true);
      expect(await take('w2')).toBeNull();
    });

    it('is not possible once another process has taken the account, or the same one again', async () => {
      const first = await taken('w1', GONE_MS);
      const second = await taken('w2', GONE_MS);
      expect(await ownership().renew(first, LONG_MS)).toBe(false);
      await taken('w2');
      expect(await ownership().renew(second, LONG_MS)).toBe(false);
    });

    it('is not possible after letting go', async () => {
      const mine = await taken('w1');
      await ownership().letGo(mine, NOW, { force: true });
      expect(await ownership().renew(mine, LONG_MS)).toBe(false);
      expect(await take('w2')).not.toBeNull();
    });
  });

  describe('a transaction of the owner', () => {
    const touch = (tx: SyncTransaction) => tx.work.touch([A], NOW);

    it('hands on the state of the account', async () => {
      await acme((tx) => tx.account.update({ enabled: true, epoch: 4 }));
      const mine = await taken('w1');
      const found = await given.store().owned(mine, (_, state) => Promise.resolve(state));
      expect(found).toMatchObject({ enabled: true, epoch: 4 });
      expect(found).toEqual(await acme((tx) => tx.account.read()));
    });

    it('of an older fence fails, and does nothing', async () => {
      const old = await taken('w1', GONE_MS);
      await taken('w1');
      await expect(given.store().owned(old, touch)).rejects.toThrow(OwnershipLost);
      expect(await acme((tx) => tx.work.generations([A]))).toEqual(new Map());
    });

    it('of another process, or after letting go, fails', async () => {
      const mine = await taken('w1');
      await expect(given.store().owned({ ...mine, owner: 'w2' }, touch)).rejects.toThrow(OwnershipLost);
      await ownership().letGo(mine, NOW, { force: true });
      await expect(given.store().owned(mine, touch)).rejects.toThrow('another process owns account acme now');
    });

    it('goes on after the expiry as long as no other process has taken the account', async () => {
      const mine = await taken('w1', GONE_MS);
      await given.store().owned(mine, touch);
      expect(await acme((tx) => tx.work.generations([A]))).toEqual(new Map([[A, 1]]));
    });
  });

  describe('letting go', () => {
    it('releases the account and says when it wants attention next', async () => {
      await quiet();
      const mine = await taken('w1');
      expect(await ownership().letGo(mine, NOW)).toEqual({ released: true, agenda: await agenda() });
      expect(await dueRow()).toMatchObject({ due_at: NOW + HOUR_MS });
      expect(await due(NOW + HOUR_MS - 1, [ACME])).toEqual([]);
      expect(await due(NOW + HOUR_MS, [ACME])).toEqual([ACME]);
    });

    it('keeps the account while something is due already', async () => {
      await quiet();
      await acme((tx) => tx.account.update({ enabled: true, nextRunAt: NOW + DAY_MS }));
      await acme((tx) => tx.work.touch([A], NOW));
      const mine = await taken('w1');
      const { released, agenda: found } = await ownership().letGo(mine, NOW);
      expect(released).toBe(false);
      expect(found.drivers).toBe(NOW);
      expect(await take('w2')).toBeNull();
      expect(await ownership().renew(mine, LONG_MS)).toBe(true);
    });

    it('by force releases it in any case, and it is due', async () => {
      await acme((tx) => tx.account.update({ enabled: true }));
      await acme((tx) => tx.work.touch([A], NOW - 5));
      const mine = await taken('w1');
      expect(await ownership().letGo(mine, NOW, { force: true })).toMatchObject({ released: true });
      expect(await due(NOW, [ACME])).toEqual([ACME]);
    });

    it('of an account that another process has taken fails', async () => {
      const old = await taken('w1', GONE_MS);
      await taken('w2');
      await expect(ownership().letGo(old, NOW)).rejects.toThrow(OwnershipLost);
      await expect(ownership().letGo(old, NOW, { force: true })).rejects.toThrow(OwnershipLost);
    });
  });

  describe('accounts that are due', () => {
    it('are those of the configuration that nobody owns, the oldest first', async () => {
      await ownership().lower(ACME, 0);
      expect(await due(NOW)).toHaveLength(2);
      await given.rows(
        `update gateway.account_due set due_at = case account when 'acme' then 20 else 10 end`,
      );
      expect(await due(20)).toEqual([OTHER, ACME]);
      expect(await due(20, [ACME, OTHER], 1)).toEqual([OTHER]);
      expect(await due(19)).toEqual([OTHER]);
      expect(await due(20, [ACME])).toEqual([ACME]);
      expect(await due(20, [])).toEqual([]);
      const mine = await ownership().take(OTHER, 'w1', LONG_MS, 0);
      expect(mine).not.toBeNull();
      expect(await due(NOW)).toEqual([ACME]);
    });

    it('say since when', async () => {
      await given.rows(`update gateway.account_due set due_at = 20`);
      expect(await ownership().due([ACME], 30, 10)).toEqual([{ account: ACME, dueAt: 20 }]);
    });

    it.each([
      [MOST_AHEAD_MS, []],
      [MOST_AHEAD_MS + 1, [ACME]],
    ])('a time %i ms ahead: due are %j (R18)', async (ahead, expected) => {
      await given.rows(`update gateway.account_due set due_at = $1`, [NOW + ahead]);
      expect(await due(NOW, [ACME])).toEqual(expected);
      expect(await ownership().due([ACME], NOW, 1)).toEqual(
        expected.map((account) => ({ account, dueAt: NOW })),
      );
    });

    it('are lowered, never raised', async () => {
      await given.rows(`update gateway.account_due set due_at = 500`);
      await ownership().lower(ACME, 700);
      expect((await dueRow())?.['due_at']).toBe(500);
      await ownership().lower(ACME, 300);
      expect((await dueRow())?.['due_at']).toBe(300);
      expect(await given.rows(`select due_at from gateway.account_due where account = 'other'`)).toEqual([
        { due_at: 500 },
      ]);
    });
  });

  describe('the agenda', () => {
    const NOTHING: Agenda = {
      drivers: null,
      intents: null,
      gps: NOW + 2 * HOUR_MS,
      driveri: NOW + 2 * HOUR_MS,
      dailyRun: null,
      runs: null,
      requests: null,
      discard: NOW + HOUR_MS,
    };
    const enable = () => acme((tx) => tx.account.update({ enabled: true, nextRunAt: NOW + DAY_MS }));
    const block = (retryAt: number | null, code = 'C', severity: 'blocked' | 'degraded' = 'blocked') =>
      acme((tx) => tx.account.setProblem({ code, message: 'm', hint: 'h', severity, sinceAt: 1, retryAt }));
    const touch = (now: number, ...ids: (typeof A)[]) => acme((tx) => tx.work.touch(ids, now));
    const openIntent = (id = A) =>
      acme((tx) =>
        tx.intents.open(
          [
            {
              generation: 1,
              driverIds: [did('X')],
              intent: {
                id: `intent-${id}`,
                gpsId: id,
                epoch: 0,
                fence: 1,
                action: 'UPDATE',
                step: { kind: 'none' },
                phoneHash: null,
                before: null,
                sendBefore: NOW,
                createdAt: NOW,
                changes: [],
              },
            },
          ],
          NOW,
        ),
      );

    beforeEach(() => quiet());

    it('of an account that is off and knows its rosters has the next readings only', async () => {
      await touch(NOW, A);
      expect(await agenda()).toEqual(NOTHING);
    });

    it('of a new account wants everything read at once', async () => {
      const other = await ownership().agenda(OTHER, NOW);
      expect(other).toEqual({ ...NOTHING, gps: 0, driveri: 0, discard: NOW });
    });

    it('has the earliest driver that has work, while the account is on', async () => {
      await enable();
      expect(await agenda()).toEqual({ ...NOTHING, dailyRun: NOW + DAY_MS });
      await touch(NOW + 20, A);
      await touch(NOW + 10, B);
      expect((await agenda()).drivers).toBe(NOW + 10);
      await acme((tx) =>
        tx.work.settle(
          [{ gpsId: B, generation: 1, problem: null, syncedAt: null, releasesHold: false }],
          NOW,
        ),
      );
      expect((await agenda()).drivers).toBe(NOW + 20);
    });

    it('leaves out drivers whose change no listing has judged, and those with an open intent', async () => {
      await enable();
      await acme((tx) => tx.work.touchUnjudged([B], 'changed', NOW));
      expect((await agenda()).drivers).toBeNull();
      await touch(NOW, A);
      await openIntent();
      expect(await agenda()).toMatchObject({ drivers: null, intents: NOW + 30_000 });
      await acme((tx) => tx.intents.suspend([{ id: 'intent-1', checkAt: NOW + 7 }]));
      expect((await agenda()).intents).toBe(NOW + 7);
      await acme((tx) => tx.intents.close(['intent-1'], 'recorded'));
      expect(await agenda()).toMatchObject({ drivers: NOW, intents: null });
    });

    it('has open intents even while the account is off or blocked', async () => {
      await touch(NOW, A);
      await openIntent();
      await block(null);
      expect(await agenda()).toMatchObject({ drivers: null, intents: NOW + 30_000 });
    });

    it('lets drivers rest while the account is blocked', async () => {
      await enable();
      await touch(NOW, A);
      await block(NOW + 500, 'C', 'degraded');
      expect((await agenda()).drivers).toBe(NOW);
      await block(NOW + 500);
      expect((await agenda()).drivers).toBe(NOW + 500);
      expect((await agenda(NOW + 500)).drivers).toBe(NOW);
      await block(null, 'D');
      expect((await agenda()).drivers).toBeNull();
    });

    it('reads nothing of portals that are not those of the rosters', async () => {
      await block(null, 'PORTAL_CHANGED');
      expect(await agenda()).toMatchObject({ gps: null, driveri: null });
    });

    it.each([
      ['a run that is planned now', 'PLANNING', NOW, null, NOW],
      ['a run that waits for its turn', 'PLANNING', NOW + 60_000, null, NOW + 60_000],
      ['a run whose items nobody has made due', 'RUNNING', 0, null, NOW],
      ['a run that waits for its drivers', 'RUNNING', 0, 1, NOW + 9_000],
      ['a run that waits for approval', 'AWAITING_APPROVAL', 0, 1, null],
      ['a run that has ended', 'SUCCEEDED', 0, 1, null],
    ] as const)('has %s', async (_, status, notBefore, generation, expected) => {
      await acme(async (tx) => {
        await tx.runs.insert({
          id: runId('run'),
          kind: 'DAILY',
          status,
          dryRun: false,
          requestedBy: null,
          scope: null,
          startedAt: NOW,
          notBefore,
        });
        await tx.runs.update(runId('run'), { deadlineAt: NOW + 9_000 });
        await tx.runs.addItems(runId('run'), [
          {
            gpsId: A,
            driverName: 'Ann',
            action: 'UPDATE',
            rowNumber: 6,
            steps: [],
            changes: [],
            reason: 'row 6',
            outcome: 'PENDING',
            heldFor: null,
            rejected: false,
            problem: null,
            generation,
          },
        ]);
      });
      expect((await agenda()).runs).toBe(expected);
    });

    it('has a run whose items are all done: it only has to end', async () => {
      await acme((tx) =>
        tx.runs.insert({
          id: runId('run'),
          kind: 'DAILY',
          status: 'RUNNING',
          dryRun: false,
          requestedBy: null,
          scope: null,
          startedAt: NOW,
          notBefore: 0,
        }),
      );
      expect((await agenda()).runs).toBe(NOW);
    });

    describe('counts a time that is further ahead than it can have been set as due (R18)', () => {
      const set = (statement: string, value: number) => given.rows(statement, [value]);

      it.each<[keyof Agenda, number, string]>([
        ['drivers', 5_400_000, `update gateway.driver_work set due_at = $1`],
        ['intents', HOUR_MS, `update gateway.driveri_intent set check_at = $1`],
        ['gps', 2 * HOUR_MS, `update gateway.roster set next_read_at = $1`],
        ['driveri', 2 * HOUR_MS, `update gateway.roster set next_read_at = $1`],
        ['gps', 25 * HOUR_MS, `update gateway.roster set failures = 1, next_read_at = $1`],
        ['driveri', 25 * HOUR_MS, `update gateway.roster set failures = 1, next_read_at = $1`],
        ['dailyRun', 25 * HOUR_MS, `update gateway.account set next_run_at = $1`],
        ['runs', 2 * HOUR_MS, `update gateway.sync_run set not_before = $1`],
        ['discard', 2 * HOUR_MS, `update gateway.account set next_discard_at = $1`],
      ])('%s: more than %i ms', async (what, most, statement) => {
        await enable();
        await touch(NOW, A, B);
        if (what === 'intents') await openIntent(B);
        await acme((tx) =>
          tx.runs.insert({
            id: runId('run'),
            kind: 'DAILY',
            status: 'PLANNING',
            dryRun: false,
            requestedBy: null,
            scope: null,
            startedAt: NOW,
            notBefore: 0,
          }),
        );
        await set(statement, NOW + most);
        expect((await agenda())[what]).toBe(NOW + most);
        await set(statement, NOW + most + 1);
        expect((await agenda())[what]).toBe(NOW);
      });

      it('drivers: one such driver, whatever the others’ times are', async () => {
        await enable();
        await touch(NOW + 50, A);
        await touch(NOW + 5_400_001, B);
        expect((await agenda()).drivers).toBe(NOW);
      });

      it('a block: more than an hour', async () => {
        await enable();
        await touch(NOW, A);
        await block(NOW + HOUR_MS);
        expect((await agenda()).drivers).toBe(NOW + HOUR_MS);
        await block(NOW + HOUR_MS + 1);
        expect((await agenda()).drivers).toBe(NOW);
      });
    });

    it('is one account’s own', async () => {
      await given.store().transaction(OTHER, async (tx) => {
        await tx.account.update({ enabled: true });
        await tx.work.touch([A], NOW);
      });
      expect(await agenda()).toEqual(NOTHING);
    });
  });

  if (given.kind === 'postgres') {
    it('is taken by one of two processes that try at once', async () => {
      const stores = await Promise.all([given.storeAgain(), given.storeAgain()]);
      for (let round = 1; round <= 20; round += 1) {
        const results = await Promise.all(
          stores.map((store, index) => store.ownership.take(ACME, `w${index}`, LONG_MS, NOW)),
        );
        const mine = results.filter((one) => one !== null);
        expect(mine.map((one) => one.fence)).toEqual([round]);
        for (const one of mine) await ownership().letGo(one, NOW, { force: true });
      }
    });

    it('taking waits for a transaction of the owner that is open, a renewal does not', async () => {
      const [taker, renewer] = await Promise.all([given.storeAgain(), given.storeAgain()]);
      const old = await taken('w1', GONE_MS);
      const order: string[] = [];
      let taking: Promise<Ownership | null> | undefined;
      await given.store().owned(old, async (tx) => {
        await tx.work.touch([A], NOW);
        // Two renewals, one before and one while another process waits to take the account.
        expect(await renewer.ownership.renew(old, GONE_MS)).toBe(true);
        taking = taker.ownership.take(ACME, 'w2', LONG_MS, NOW).then((mine) => {
          order.push('taken');
          return mine;
        });
        await given.untilLocked();
        expect(await renewer.ownership.renew(old, GONE_MS)).toBe(true);
        order.push('recorded');
      });
      expect(await taking).toMatchObject({ owner: 'w2', fence: 2 });
      expect(order).toEqual(['recorded', 'taken']);
      expect(await acme((tx) => tx.work.generations([A]))).toEqual(new Map([[A, 1]]));
    });

    it('a renewal that commits while another process waits to take keeps the account', async () => {
      const [taker, renewer] = await Promise.all([given.storeAgain(), given.storeAgain()]);
      const mine = await taken('w1', GONE_MS);
      let taking: Promise<Ownership | null> | undefined;
      await given.store().owned(mine, async () => {
        taking = taker.ownership.take(ACME, 'w2', LONG_MS, NOW);
        await given.untilLocked();
        expect(await renewer.ownership.renew(mine, LONG_MS)).toBe(true);
      });
      expect(await taking).toBeNull();
      await given.store().owned(mine, () => Promise.resolve());
    });

    it('two transactions of the owner that both update the account do not wait for each other', async () => {
      const mine = await taken('w1');
      const [first, second] = await Promise.all([given.storeAgain(), given.storeAgain()]);
      let begun = 0;
      let allBegun = (): void => undefined;
      const together = new Promise<void>((resolve) => (allBegun = resolve));
      const work = async (tx: SyncTransaction): Promise<void> => {
        begun += 1;
        if (begun === 2) allBegun();
        await together;
        await tx.account.update({ nextDiscardAt: NOW });
      };
      await Promise.all([first.owned(mine, work), second.owned(mine, work)]);
      // One that Postgres breaks off for a deadlock begins again.
      expect(begun).toBe(2);
    });

    it('turning the switch waits for a transaction of the owner that is open', async () => {
      const mine = await taken('w1');
      const other = await given.storeAgain();
      const order: string[] = [];
      let turning: Promise<unknown> | undefined;
      await given.store().owned(mine, async (tx) => {
        turning = other.transaction(ACME, async (switching) => {
          await switching.account.lockExclusive();
          order.push('turned');
        });
        await given.untilLocked();
        await tx.account.update({ nextDiscardAt: NOW });
        order.push('recorded');
      });
      await turning;
      expect(order).toEqual(['recorded', 'turned']);
    });

    it('a transaction that begins while another process takes the account fails', async () => {
      const other = await given.storeAgain();
      const old = await taken('w1', GONE_MS);
      const client = await given.database().pool.connect();
      try {
        await client.query('begin');
        await client.query(`select gateway.take_account('acme', 'w2', $1, $2)`, [LONG_MS, NOW]);
        const late = other.owned(old, (tx) => tx.work.touch([A], NOW));
        const failing = expect(late).rejects.toThrow(OwnershipLost);
        await given.untilLocked();
        await client.query('commit');
        await failing;
      } finally {
        client.release();
      }
      expect(await acme((tx) => tx.work.generations([A]))).toEqual(new Map());
    });

    describe('a wake-up while the account lets go (R2)', () => {
      /** The mutation's part: the row first, in a transaction of its own, and then the due time. */
      const wakeUp = async (now: number) => {
        const other = await given.storeAgain();
        await other.transaction(ACME, (tx) => tx.work.touch([A], now));
        await other.ownership.lower(ACME, now);
      };

      beforeEach(async () => {
        await quiet();
        await acme((tx) => tx.account.update({ enabled: true, nextRunAt: NOW + DAY_MS }));
      });

      it('that commits before the due row is locked keeps the account', async () => {
        const mine = await taken('w1');
        const client = await given.database().pool.connect();
        try {
          // The owner waits for the due row; meanwhile the mutation's driver is committed.
          await client.query('begin');
          await client.query(`select from gateway.account_due where account = 'acme' for update`);
          const lettingGo = ownership().letGo(mine, NOW);
          await given.untilLocked();
          await acme((tx) => tx.work.touch([A], NOW));
          await client.query('commit');
          expect(await lettingGo).toMatchObject({ released: false, agenda: { drivers: NOW } });
        } finally {
          client.release();
        }
      });

      it('that lowers the due time while the owner holds it makes the account due after the release', async () => {
        const mine = await taken('w1');
        const client = await given.database().pool.connect();
        try {
          await client.query('begin');
          const { rows } = await client.query<{ result: { released: boolean } }>(
            `select gateway.let_go('acme', 'w1', $1, $2, false) as result`,
            [mine.fence, NOW],
          );
          expect(rows[0]?.result.released).toBe(true);
          const waking = wakeUp(NOW);
          await given.untilLocked();
          await client.query('commit');
          await waking;
        } finally {
          client.release();
        }
        expect(await due(NOW, [ACME])).toEqual([ACME]);
      });

      it('at any moment is never lost', async () => {
        for (let round = 1; round <= 20; round += 1) {
          const now = NOW + round;
          const mine = await taken('w1', LONG_MS, now - 1);
          const [{ released }] = await Promise.all([ownership().letGo(mine, now), wakeUp(now)]);
          expect(released ? await due(now, [ACME]) : (await agenda(now)).drivers).toEqual(
            released ? [ACME] : now,
          );
          if (!released) await ownership().letGo(mine, now, { force: true });
          await acme(async (tx) => {
            const generation = (await tx.work.generations([A])).get(A) ?? 0;
            await tx.work.settle(
              [{ gpsId: A, generation, problem: null, syncedAt: now, releasesHold: false }],
              now,
            );
          });
        }
      });
    });
  }
});
