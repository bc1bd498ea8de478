import { runId, type RunId } from '../../src/driver/ids';
import type { NewRunItem, RunItemRow, RunRow, SyncTransaction } from '../../src/sync/sync-store';
import { OTHER, describeEachStore, did, gid, gpsRow } from './pg-fixture';

const A = gid('1');
const RUN = runId('run-1');

type NewRun = Parameters<SyncTransaction['runs']['insert']>[0];

const newRun = (fields: Partial<NewRun> = {}): NewRun => ({
  id: RUN,
  kind: 'DAILY',
  status: 'RUNNING',
  dryRun: false,
  requestedBy: null,
  scope: null,
  startedAt: 100,
  ...fields,
});

const newItem = (position: number, fields: Partial<NewRunItem> = {}): NewRunItem => ({
  position,
  gpsId: gid(position),
  driverName: `Driver ${position}`,
  action: 'RENAME',
  rowNumber: 8,
  steps: [{ kind: 'rename', from: did('X'), to: did('Y'), fields: {}, sendPhone: false }],
  changes: [{ field: 'driverId', from: 'X', to: 'Y' }],
  reason: 'row 8',
  outcome: 'PENDING',
  heldFor: null,
  problem: null,
  generation: null,
  ...fields,
});

describeEachStore('runs', (given) => {
  const { acme } = given;
  const insert = (fields: Partial<NewRun> = {}) => acme((tx) => tx.runs.insert(newRun(fields)));
  const items = (id: RunId = RUN) => acme((tx) => tx.runs.items(id));

  it('begin with nothing planned, and take what they are told', async () => {
    await insert({ scope: [A, gid('2')], requestedBy: 'u1', kind: 'RESYNC' });
    const run: RunRow = {
      id: RUN,
      account: 'acme' as RunRow['account'],
      kind: 'RESYNC',
      status: 'RUNNING',
      dryRun: false,
      requestedBy: 'u1',
      scope: [A, gid('2')],
      startedAt: 100,
      plannedAt: null,
      deadlineAt: null,
      totals: {
        create: 0,
        reinstate: 0,
        link: 0,
        rename: 0,
        update: 0,
        remove: 0,
        unchanged: 0,
        conflict: 0,
        applied: 0,
        failed: 0,
        held: 0,
      },
      problem: null,
      acceptShrunk: false,
    };
    expect(await acme((tx) => tx.runs.byId(RUN))).toEqual(run);
    const problem = { code: 'ROSTER_SHRUNK', message: 'm', hint: 'h', since: 5 };
    const patch = {
      status: 'PARTIAL',
      plannedAt: 200,
      deadlineAt: 300,
      totals: { ...run.totals, rename: 7 },
      problem,
      acceptShrunk: true,
      kind: 'INITIAL',
      requestedBy: null,
    } as const;
    await acme((tx) => tx.runs.update(RUN, { ...patch, finishedAt: 400 }));
    expect(await acme((tx) => tx.runs.byId(RUN))).toEqual({ ...run, ...patch });
    await acme((tx) => tx.runs.update(RUN, { problem: null }));
    expect((await acme((tx) => tx.runs.byId(RUN)))?.problem).toBeNull();
    expect(await acme((tx) => tx.runs.byId(runId('other')))).toBeNull();
  });

  it('are found by what they are at, newest first', async () => {
    const add = (id: string, status: NewRun['status'], startedAt: number, dryRun = false) =>
      insert({ id: runId(id), status, startedAt, dryRun });
    await add('planning', 'PLANNING', 1);
    await add('dry', 'PLANNING', 2, true);
    await add('old', 'AWAITING_APPROVAL', 3);
    await add('new', 'AWAITING_APPROVAL', 4);
    await add('done', 'SUCCEEDED', 5);
    const ids = (rows: readonly RunRow[]) => rows.map((row) => row.id);
    await acme(async (tx) => {
      expect(ids(await tx.runs.active())).toEqual(['planning']);
      expect(ids(await tx.runs.awaitingApproval())).toEqual(['new', 'old']);
      expect(ids(await tx.runs.running())).toEqual([]);
      await tx.runs.update(runId('planning'), { status: 'RUNNING' });
      expect(ids(await tx.runs.running())).toEqual(['planning']);
      expect(ids(await tx.runs.active())).toEqual(['planning']);
    });
  });

  it('are one at a time per account, dry ones apart', async () => {
    await insert();
    await insert({ id: runId('dry'), status: 'PLANNING', dryRun: true });
    await expect(insert({ id: runId('second'), status: 'PLANNING' })).rejects.toMatchObject({
      code: '23505',
    });
    await given.store().transaction(OTHER, (tx) => tx.runs.insert(newRun({ id: runId('theirs') })));
  });

  describe('are taken', () => {
    const take = (now: number, owner = 'w1') => given.store().takeRun(owner, now, 1_000);

    it.each([
      ['PLANNING', false, true],
      ['PLANNING', true, true],
      ['RUNNING', false, true],
      ['AWAITING_APPROVAL', false, false],
      ['PLANNED', true, false],
      ['SUCCEEDED', false, false],
    ] as const)('while they are worked on: %s, dry %s: %s', async (status, dryRun, taken) => {
      await insert({ status, dryRun });
      expect((await take(100))?.id).toBe(taken ? RUN : undefined);
    });

    it('by one, until the lease ends or is given back', async () => {
      await insert();
      expect(await take(100)).toMatchObject({ id: RUN, account: 'acme' });
      expect(await take(1_099, 'w2')).toBeNull();
      expect(await given.store().renewRun(RUN, 'w1', 5_000)).toBe(true);
      expect(await take(1_100, 'w2')).toBeNull();
      expect(await take(5_000, 'w2')).not.toBeNull();
      expect(await given.store().renewRun(RUN, 'w1', 9_000)).toBe(false);
      await acme((tx) => tx.runs.update(RUN, { leaseOwner: null }));
      expect(await take(5_001, 'w3')).not.toBeNull();
    });

    it('oldest first, whoever’s they are', async () => {
      await insert({ startedAt: 200 });
      await given
        .store()
        .transaction(OTHER, (tx) => tx.runs.insert(newRun({ id: runId('theirs'), startedAt: 100 })));
      expect((await take(300))?.id).toBe('theirs');
      expect((await take(300))?.id).toBe(RUN);
      expect(await take(300)).toBeNull();
    });

    if (given.kind === 'postgres') {
      it('by one of two who ask at once', async () => {
        const stores = await Promise.all([given.storeAgain(), given.storeAgain()]);
        await insert();
        for (let round = 1; round <= 20; round += 1) {
          const taken = await Promise.all(
            stores.map((store, index) => store.takeRun(`w${index}`, round * 10_000, 1)),
          );
          expect(taken.filter((run) => run !== null)).toHaveLength(1);
        }
      });
    }
  });

  describe('items', () => {
    it('are kept whole and in order, however many', async () => {
      await insert();
      const many = Array.from({ length: 2_500 }, (_, index) => newItem(index));
      const problem = { code: 'CONFLICT', message: 'm', hint: 'h', since: 5 };
      many[1] = newItem(1, {
        outcome: 'HELD',
        heldFor: 'identity',
        problem,
        generation: 4,
        steps: [],
        changes: [],
      });
      await acme((tx) => tx.runs.addItems(RUN, [...many].reverse()));
      const found = await items();
      expect(found).toHaveLength(2_500);
      expect(found[1]).toEqual({ ...many[1], id: expect.any(String), runId: RUN, rejected: false });
      expect(found[2]).toMatchObject({ ...many[2] });
      expect(await acme((tx) => tx.runs.nextPosition(RUN))).toBe(2_500);
      expect(await acme((tx) => tx.runs.nextPosition(runId('empty')))).toBe(0);
    });

    it('know their driver’s key', async () => {
      await acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X')], 100);
        await tx.drivers.refreshAll(100);
      });
      await insert();
      await acme((tx) => tx.runs.addItems(RUN, [newItem(1), newItem(2)]));
      const key = await acme((tx) => tx.drivers.keyOfGps(A));
      const rows = await given.rows('select driver_key from gateway.sync_run_item order by position');
      expect(rows).toEqual([{ driver_key: key }, { driver_key: null }]);
    });

    it.each([
      ['RUNNING', false, true],
      ['AWAITING_APPROVAL', false, true],
      ['PLANNED', true, false],
      ['PLANNING', true, false],
      ['CANCELLED', false, false],
    ] as const)('of a run that is %s, dry %s, wait for a reconcile: %s', async (status, dryRun, waits) => {
      await insert({ status, dryRun });
      await acme((tx) => tx.runs.addItems(RUN, [newItem(1), newItem(2, { gpsId: A, outcome: 'SKIPPED' })]));
      expect((await acme((tx) => tx.runs.pendingItemsOf(A))).map((item) => item.position)).toEqual(
        waits ? [1] : [],
      );
      await acme((tx) => tx.runs.noteApplied(A, 'RENAME'));
      expect((await applied()).size).toBe(waits ? 1 : 0);
    });

    const applied = async () => {
      const all = await items();
      return acme((tx) => tx.runs.appliedItems(all.map((item) => item.id)));
    };

    it('are applied when the planned action was carried out, not another', async () => {
      await insert();
      await acme((tx) =>
        tx.runs.addItems(RUN, [newItem(1), newItem(2), newItem(3, { gpsId: A, outcome: 'HELD' })]),
      );
      await acme((tx) => tx.runs.noteApplied(A, 'UPDATE'));
      expect((await applied()).size).toBe(0);
      await acme((tx) => tx.runs.noteApplied(A, 'RENAME'));
      expect([...(await applied())]).toEqual([(await items())[0]?.id]);
    });

    it('take an outcome, a generation, and what they are held for', async () => {
      await insert();
      await acme((tx) => tx.runs.addItems(RUN, [newItem(1), newItem(2), newItem(3)]));
      const [first, second] = await items();
      await acme(async (tx) => {
        await tx.runs.setItemGenerations(
          RUN,
          new Map([
            [A, 4],
            [gid('3'), 6],
          ]),
        );
        await tx.runs.updateItems([first!.id, second!.id], {
          outcome: 'HELD',
          heldFor: 'removal',
          rejected: true,
        });
        await tx.runs.updateItems([first!.id], { problem: { code: 'X', message: 'm', hint: 'h', since: 1 } });
        await tx.runs.updateItems([], { outcome: 'FAILED' });
      });
      const seen = (item: RunItemRow) => [
        item.outcome,
        item.generation,
        item.heldFor,
        item.rejected,
        item.problem?.code,
      ];
      expect((await items()).map(seen)).toEqual([
        ['HELD', 4, 'removal', true, 'X'],
        ['HELD', null, 'removal', true, undefined],
        ['PENDING', 6, null, false, undefined],
      ]);
      expect(await acme((tx) => tx.runs.outcomeCounts(RUN))).toEqual({
        PENDING: 1,
        APPLIED: 0,
        SKIPPED: 0,
        FAILED: 0,
        HELD: 2,
      });
    });
  });

  it('are one account’s own', async () => {
    await insert();
    await acme((tx) => tx.runs.addItems(RUN, [newItem(1)]));
    const [item] = await items();
    await given.store().transaction(OTHER, async (tx) => {
      expect(await tx.runs.byId(RUN)).toBeNull();
      expect(await tx.runs.items(RUN)).toEqual([]);
      expect(await tx.runs.active()).toEqual([]);
      expect(await tx.runs.pendingItemsOf(A)).toEqual([]);
      await tx.runs.update(RUN, { status: 'FAILED' });
      await tx.runs.updateItems([item!.id], { outcome: 'FAILED' });
      await tx.runs.noteApplied(A, 'RENAME');
    });
    expect((await acme((tx) => tx.runs.byId(RUN)))?.status).toBe('RUNNING');
    expect((await items())[0]?.outcome).toBe('PENDING');
  });
});
