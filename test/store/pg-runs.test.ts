import { runId, type RunId } from '../../src/driver/ids';
import type { ItemSettlement, NewRunItem, RunItemRow, RunRow } from '../../src/sync/ports/run-store';
import type { SyncTransaction } from '../../src/sync/ports/sync-store';
import { ACME, OTHER, describeEachStore, did, gid, gpsRow, seen } from './pg-fixture';

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
  notBefore: 0,
  ...fields,
});

const newItem = (id: number, fields: Partial<NewRunItem> = {}): NewRunItem => ({
  gpsId: gid(id),
  driverName: `Driver ${id}`,
  action: 'RENAME',
  rowNumber: 8,
  steps: [{ kind: 'rename', from: did('X'), to: did('Y'), fields: {}, sendPhone: false }],
  changes: [{ field: 'driverId', from: 'X', to: 'Y' }],
  reason: 'row 8',
  outcome: 'PENDING',
  heldFor: null,
  rejected: false,
  problem: null,
  generation: null,
  ...fields,
});

describeEachStore('runs', (given) => {
  const { acme } = given;
  const insert = (fields: Partial<NewRun> = {}) => acme((tx) => tx.runs.insert(newRun(fields)));
  const items = (id: RunId = RUN) => acme((tx) => tx.runs.items(id));

  it('begin with nothing planned, and take what they are told', async () => {
    await insert({ scope: [A, gid('2')], requestedBy: 'u1', kind: 'RESYNC', notBefore: 50 });
    const run: RunRow = {
      id: RUN,
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
      notBefore: 50,
      tries: 0,
      connection: null,
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
      dryRun: true,
      notBefore: 60,
    } as const;
    await acme((tx) => tx.runs.update(RUN, { ...patch, finishedAt: 400 }));
    expect(await acme((tx) => tx.runs.byId(RUN))).toEqual({ ...run, ...patch });
    expect(await acme((tx) => tx.runs.lock(RUN))).toEqual({ ...run, ...patch });
    await acme((tx) => tx.runs.update(RUN, { problem: null }));
    await acme((tx) => tx.runs.update(RUN, {}));
    expect((await acme((tx) => tx.runs.byId(RUN)))?.problem).toBeNull();
    expect(await acme((tx) => tx.runs.byId(runId('other')))).toBeNull();
    expect(await acme((tx) => tx.runs.lock(runId('other')))).toBeNull();
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
      expect(ids(await tx.runs.open())).toEqual(['planning', 'dry']);
      await tx.runs.update(runId('planning'), { status: 'RUNNING' });
      expect(ids(await tx.runs.open())).toEqual(['planning', 'dry']);
      expect(ids(await tx.runs.active())).toEqual(['planning']);
      await tx.runs.update(runId('planning'), { status: 'SUCCEEDED' });
      expect(ids(await tx.runs.open())).toEqual(['dry']);
      expect(ids(await tx.runs.active())).toEqual([]);
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

  it('of the whole account that have ended: the newest is the last one', async () => {
    const last = async () => (await acme((tx) => tx.runs.lastEnded()))?.id ?? null;
    expect(await last()).toBeNull();
    const add = async (id: string, startedAt: number, fields: Partial<NewRun>, finishedAt: number | null) => {
      await insert({ id: runId(id), status: 'SUCCEEDED', startedAt, ...fields });
      await acme((tx) => tx.runs.update(runId(id), { finishedAt }));
    };
    await add('old', 100, {}, 900);
    await add('failed', 200, { status: 'FAILED' }, 300);
    await add('dry', 300, { dryRun: true }, 400);
    await add('scoped', 400, { scope: [A] }, 500);
    await add('running', 500, { status: 'RUNNING' }, null);
    expect(await last()).toBe('failed');
    expect(await given.store().transaction(OTHER, (tx) => tx.runs.lastEnded())).toBeNull();
  });

  if (given.kind === 'postgres') {
    it('are locked until the commit: another decision about the run waits', async () => {
      await insert({ status: 'AWAITING_APPROVAL' });
      const other = await given.storeAgain();
      let deciding: Promise<string | undefined> | undefined;
      await acme(async (tx) => {
        await tx.runs.lock(RUN);
        deciding = other.transaction(ACME, async (mine) => (await mine.runs.lock(RUN))?.status);
        await given.untilLocked();
        await tx.runs.update(RUN, { status: 'CANCELLED' });
      });
      expect(await deciding).toBe('CANCELLED');
    });
  }

  describe('items', () => {
    it('are kept whole and in order, however many', async () => {
      await insert();
      const many = Array.from({ length: 2_500 }, (_, index) => newItem(index));
      const problem = { code: 'CONFLICT', message: 'm', hint: 'h', since: 5 };
      many[1] = newItem(1, {
        outcome: 'HELD',
        heldFor: 'suspicious-driver-id',
        rejected: true,
        problem,
        generation: 4,
        steps: [],
        changes: [],
      });
      await acme((tx) => tx.runs.addItems(RUN, many));
      const found = await items();
      expect(found).toHaveLength(2_500);
      expect(found[1]).toEqual({ ...many[1], id: expect.any(String), runId: RUN, position: 1 });
      expect(found[2]).toMatchObject({ ...many[2] });
      expect(found.map((item) => item.position)).toEqual(many.map((_, index) => index));
    });

    it('that are added later come behind those that are there', async () => {
      await insert();
      await acme((tx) => tx.runs.addItems(RUN, [newItem(1), newItem(2)]));
      await acme((tx) => tx.runs.addItems(RUN, [newItem(3)]));
      await acme((tx) => tx.runs.addItems(RUN, []));
      expect((await items()).map((item) => [item.position, item.gpsId])).toEqual([
        [0, '1'],
        [1, '2'],
        [2, '3'],
      ]);
    });

    it('are cleared when the run is planned again, and found by their outcome', async () => {
      await insert();
      await insert({ id: runId('dry'), dryRun: true });
      await acme(async (tx) => {
        await tx.runs.addItems(RUN, [
          newItem(1),
          newItem(2, { outcome: 'HELD' }),
          newItem(3, { outcome: 'FAILED' }),
        ]);
        await tx.runs.addItems(runId('dry'), [newItem(1)]);
      });
      const found = await acme((tx) => tx.runs.items(RUN, ['HELD', 'FAILED']));
      expect(found.map((item) => item.gpsId)).toEqual(['2', '3']);
      expect(await acme((tx) => tx.runs.items(RUN, []))).toEqual([]);
      await acme((tx) => tx.runs.clearItems(RUN));
      expect(await items()).toEqual([]);
      expect(await items(runId('dry'))).toHaveLength(1);
      await acme((tx) => tx.runs.addItems(RUN, [newItem(4)]));
      expect((await items())[0]?.position).toBe(0);
    });

    it('know their driver’s key', async () => {
      await acme(async (tx) => {
        await tx.rosters.saveGps([gpsRow('1', 'X')], seen(100));
        await tx.drivers.refreshAll(100);
      });
      await insert();
      await acme((tx) => tx.runs.addItems(RUN, [newItem(1), newItem(2)]));
      const key = await acme((tx) => tx.drivers.keyOfGps(A));
      const rows = await given.rows('select driver_key from gateway.sync_run_item order by position');
      expect(rows).toEqual([{ driver_key: key }, { driver_key: null }]);
    });

    const settle = (...settlements: readonly Partial<ItemSettlement>[]) =>
      acme((tx) =>
        tx.runs.settleItems(
          settlements.map((one) => ({ gpsId: A, generation: 1, failed: false, problem: null, ...one })),
        ),
      );
    const outcomes = async (id: RunId = RUN) => (await items(id)).map((item) => item.outcome);
    const noteApplied = (...actions: readonly NewRunItem['action'][]) =>
      acme((tx) => tx.runs.noteApplied([{ gpsId: A, actions }]));
    const waiting = (fields: Partial<NewRunItem> = {}) => newItem(1, { generation: 1, ...fields });

    it.each([
      ['RUNNING', false, true],
      ['AWAITING_APPROVAL', false, true],
      ['PLANNED', true, false],
      ['PLANNING', true, false],
      ['CANCELLED', false, false],
    ] as const)('of a run that is %s, dry %s, wait for their driver: %s', async (status, dryRun, waits) => {
      await insert({ status, dryRun });
      await acme((tx) => tx.runs.addItems(RUN, [waiting(), waiting({ outcome: 'SKIPPED' })]));
      await noteApplied('RENAME');
      await settle({});
      expect(await outcomes()).toEqual([waits ? 'APPLIED' : 'PENDING', 'SKIPPED']);
    });

    it.each([
      ['the planned action was carried out', ['RENAME'], false, 'APPLIED'],
      ['it was one of several', ['UPDATE', 'RENAME'], false, 'APPLIED'],
      ['another action was carried out', ['UPDATE'], false, 'SKIPPED'],
      ['nothing was carried out', [], false, 'SKIPPED'],
      ['it failed', [], true, 'FAILED'],
      ['it failed after the action was carried out', ['RENAME'], true, 'FAILED'],
    ] as const)('end when their driver settles: %s', async (_, actions, failed, outcome) => {
      await insert();
      await acme((tx) => tx.runs.addItems(RUN, [waiting(), waiting({ outcome: 'HELD' })]));
      await noteApplied(...actions);
      expect(await outcomes()).toEqual(['PENDING', 'HELD']);
      const problem = { code: 'X', message: 'm', hint: 'h', since: 1 };
      await settle({ failed, problem: failed ? problem : null });
      expect(await outcomes()).toEqual([outcome, 'HELD']);
      expect((await items())[0]?.problem).toEqual(failed ? problem : null);
    });

    it('that marked a newer generation than was settled go on waiting, and those that marked none', async () => {
      await insert();
      await acme((tx) =>
        tx.runs.addItems(RUN, [waiting(), waiting({ generation: 2 }), waiting({ generation: null })]),
      );
      await settle({ generation: 1 });
      expect(await outcomes()).toEqual(['SKIPPED', 'PENDING', 'PENDING']);
      await settle({ generation: 2 });
      expect(await outcomes()).toEqual(['SKIPPED', 'SKIPPED', 'PENDING']);
    });

    it('of many drivers settle in one call', async () => {
      await insert();
      const many = Array.from({ length: 1_200 }, (_, index) => newItem(index, { generation: 1 }));
      await acme((tx) => tx.runs.addItems(RUN, many));
      await settle(...many.map(({ gpsId }) => ({ gpsId })));
      expect(await acme((tx) => tx.runs.outcomeCounts(RUN))).toMatchObject({ PENDING: 0, SKIPPED: 1_200 });
    });

    it('note the generation that their run marked, in pending ones of these drivers', async () => {
      await insert();
      await acme(async (tx) => {
        await tx.runs.addItems(RUN, [newItem(1), newItem(2), newItem(3, { outcome: 'HELD' }), newItem(4)]);
        await tx.work.touch([A, gid('2'), gid('3')], 100);
        await tx.work.touch([A], 100);
        await tx.runs.noteGenerations(RUN, [A, gid('3'), gid('4')]);
      });
      expect((await items()).map((item) => item.generation)).toEqual([2, null, null, null]);
    });

    it('take an outcome, and what they are held for', async () => {
      await insert();
      await acme((tx) => tx.runs.addItems(RUN, [newItem(1, { generation: 4 }), newItem(2), newItem(3)]));
      const [first, second] = await items();
      await acme(async (tx) => {
        await tx.runs.updateItems([first?.id ?? '', second?.id ?? ''], {
          outcome: 'HELD',
          heldFor: 'removal',
          rejected: true,
        });
        await tx.runs.updateItems([first?.id ?? ''], {
          problem: { code: 'X', message: 'm', hint: 'h', since: 1 },
        });
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
        ['PENDING', null, null, false, undefined],
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
    await acme((tx) => tx.runs.addItems(RUN, [newItem(1, { generation: 1 })]));
    const [item] = await items();
    await given.store().transaction(OTHER, async (tx) => {
      expect(await tx.runs.byId(RUN)).toBeNull();
      expect(await tx.runs.items(RUN)).toEqual([]);
      expect(await tx.runs.active()).toEqual([]);
      expect(await tx.runs.open()).toEqual([]);
      expect(await tx.runs.lock(RUN)).toBeNull();
      await tx.work.touch([A], 100);
      await tx.work.touch([A], 100);
      await tx.runs.noteGenerations(RUN, [A]);
      await tx.runs.settleItems([{ gpsId: A, generation: 9, failed: true, problem: null }]);
      await tx.runs.clearItems(RUN);
      await tx.runs.update(RUN, { status: 'FAILED' });
      await tx.runs.updateItems([item?.id ?? ''], { outcome: 'FAILED' });
      await tx.runs.noteApplied([{ gpsId: A, actions: ['RENAME'] }]);
    });
    expect((await acme((tx) => tx.runs.byId(RUN)))?.status).toBe('RUNNING');
    expect((await items())[0]).toMatchObject({ outcome: 'PENDING', generation: 1 });
    expect(await given.rows('select applied from gateway.sync_run_item')).toEqual([{ applied: false }]);
  });
});
