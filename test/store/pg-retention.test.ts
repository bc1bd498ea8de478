import { type RunId, runId } from '../../src/driver/ids';
import { createPgGatewayQueries } from '../../src/store/queries/pg-gateway-queries';
import { healthAt } from '../support/health-source';
import type { NewEvent } from '../../src/sync/ports/event-log';
import type { RemovalState } from '../../src/sync/ports/removal-store';
import type { Discarded } from '../../src/sync/ports/retention-store';
import type { SyncTransaction } from '../../src/sync/ports/sync-store';
import type { RunStatus } from '../../src/gateway/views/run-view';
import { ACME, OTHER, deletedHere, describeEachStore, did, driveriDriver, gid, seen } from './pg-fixture';

const BEFORE = 1_000;
const OLD = BEFORE - 1;
const NOTHING: Discarded = {
  events: 0,
  runs: 0,
  items: 0,
  intents: 0,
  removals: 0,
  answers: 0,
  isLast: true,
};

describeEachStore('what is too old', (given) => {
  const { acme } = given;
  const discard = (limit = 100): Promise<Discarded> =>
    acme((tx) => tx.retention.discard(BEFORE, BEFORE, limit));
  const ids = async (table: string): Promise<readonly unknown[]> =>
    (await given.rows(`select id from gateway.${table} where account = 'acme' order by id`)).map(
      (row) => row['id'],
    );

  it('is nothing in an account that has nothing', async () => {
    expect(await discard()).toEqual(NOTHING);
  });

  it('is taken from the account that was asked about, and from no other', async () => {
    const old: NewEvent = { type: 'GPS_DRIVER_UPDATED', at: OLD, message: 'm' };
    await given.store().transaction(OTHER, async (tx) => {
      await tx.events.append([old]);
      await intent(tx, 'theirs', OLD, true);
      await removal(tx, '1', 'void', OLD);
      await run(tx, 'theirs-1', 'SUCCEEDED', OLD);
      await run(tx, 'theirs-2', 'SUCCEEDED', OLD + 1);
    });
    await answer(OTHER, OLD);
    expect(await discard()).toEqual(NOTHING);
    expect(await given.store().transaction(OTHER, (tx) => tx.retention.discard(BEFORE, BEFORE, 1))).toEqual({
      ...NOTHING,
      events: 1,
      runs: 1,
      items: 1,
      intents: 1,
      removals: 1,
      answers: 1,
      isLast: false,
    });
  });

  it.each([
    ['an old one that is closed', OLD, true, false],
    ['one that was closed lately', BEFORE, true, true],
    ['an old one that is open: a write to Driveri whose outcome is not known', OLD, false, true],
  ])('of intents: %s', async (_which, createdAt, isClosed, isKept) => {
    await acme((tx) => intent(tx, 'i', createdAt, isClosed));
    expect((await discard()).intents).toBe(isKept ? 0 : 1);
    expect(await ids('driveri_intent')).toEqual(isKept ? ['i'] : []);
  });

  it.each<[RemovalState, boolean]>([
    ['proposed', true],
    ['allowed', true],
    ['held', true],
    ['approved', true],
    ['rejected', true],
    ['sending', true],
    ['done', false],
    ['void', false],
  ])('of removals that are %s: kept %s', async (state, isKept) => {
    await acme((tx) => removal(tx, '1', state, OLD));
    expect((await discard()).removals).toBe(isKept ? 0 : 1);
    expect(await ids('removal')).toHaveLength(isKept ? 1 : 0);
  });

  it('of removals is not what was decided lately', async () => {
    await acme((tx) => removal(tx, '1', 'done', BEFORE));
    expect((await discard()).removals).toBe(0);
  });

  it('of answers to requests with an idempotency key is what nobody will ask for again', async () => {
    await answer(ACME, OLD);
    await answer(ACME, BEFORE);
    expect((await discard()).answers).toBe(1);
    expect(await given.rows('select created_at from gateway.idempotency')).toEqual([{ created_at: BEFORE }]);
  });

  describe('of runs', () => {
    it.each<[string, RunStatus, number, boolean]>([
      ['succeeded', 'SUCCEEDED', OLD, false],
      ['succeeded in part', 'PARTIAL', OLD, false],
      ['failed', 'FAILED', OLD, false],
      ['was cancelled', 'CANCELLED', OLD, false],
      ['was planned, and applied by nobody', 'PLANNED', OLD, false],
      ['began long ago and ended lately', 'SUCCEEDED', BEFORE, true],
      ['is being planned', 'PLANNING', OLD, true],
      ['is under way', 'RUNNING', OLD, true],
      ['waits for approval', 'AWAITING_APPROVAL', OLD, true],
    ])('one that %s', async (_what, status, endedAt, isKept) => {
      await acme(async (tx) => {
        await run(tx, 'run', status, endedAt);
        await run(tx, 'run-newest', 'SUCCEEDED', BEFORE);
      });
      expect(await discard()).toMatchObject(isKept ? { runs: 0, items: 0 } : { runs: 1, items: 1 });
      expect(await ids('sync_run')).toEqual(isKept ? ['run', 'run-newest'] : ['run-newest']);
      expect(await ids('sync_run_item')).toHaveLength(isKept ? 2 : 1);
    });

    it('the newest stays: it is the account’s last run', async () => {
      await acme((tx) => run(tx, 'run', 'SUCCEEDED', OLD));
      expect((await discard()).runs).toBe(0);
    });

    it.each<[string, 'stays' | 'goes', (tx: SyncTransaction, id: RunId) => Promise<void>]>([
      ['in which a removal was rejected', 'stays', (tx, id) => removal(tx, '1', 'rejected', OLD, id)],
      ['in which a removal is held', 'stays', (tx, id) => removal(tx, '1', 'held', OLD, id)],
      ['whose removals are done', 'goes', (tx, id) => removal(tx, '1', 'done', BEFORE, id)],
      ['that holds a change of DriverID', 'stays', (tx, id) => tx.work.setHold([gid('1')], id)],
      ['beside one that holds', 'goes', (tx) => tx.work.setHold([gid('1')], 'run-newest')],
    ])('one %s %s', async (_what, fate, hold) => {
      await acme(async (tx) => {
        await run(tx, 'run', 'SUCCEEDED', OLD);
        await run(tx, 'run-newest', 'SUCCEEDED', BEFORE);
        await hold(tx, runId('run'));
      });
      expect((await discard()).runs).toBe(fate === 'stays' ? 0 : 1);
      expect(await ids('sync_run_item')).toHaveLength(fate === 'stays' ? 2 : 1);
    });

    it('one goes at a time, the oldest first, with all its items', async () => {
      await acme(async (tx) => {
        for (const at of [3, 1, 2]) await run(tx, `run-${at}`, 'SUCCEEDED', at);
        await run(tx, 'run-newest', 'SUCCEEDED', BEFORE);
      });
      expect(await discard()).toMatchObject({ runs: 1, isLast: false });
      expect(await ids('sync_run')).toEqual(['run-2', 'run-3', 'run-newest']);
      await discard();
      await discard();
      expect(await discard()).toMatchObject({ runs: 0, isLast: true });
      expect(await ids('sync_run')).toEqual(['run-newest']);
    });
  });

  describe('of the log', () => {
    const append = (...events: Partial<NewEvent>[]): Promise<void> =>
      acme((tx) =>
        tx.events.append(
          events.map((event) => ({ type: 'GPS_DRIVER_UPDATED', at: OLD, message: 'm', ...event })),
        ),
      );
    const seqs = async (): Promise<readonly unknown[]> =>
      (await given.rows(`select seq from gateway.event where account = 'acme' order by seq`)).map(
        (row) => row['seq'],
      );
    const range = () => createPgGatewayQueries(given.database().kysely, healthAt(Date.now)).eventRange(ACME);
    const removed = (id: string, fields: Partial<NewEvent> = {}): Partial<NewEvent> => ({
      type: 'DRIVERI_DRIVER_REMOVED',
      driverId: did(id),
      gpsId: gid('1'),
      before: driveriDriver(id),
      ...fields,
    });

    it('is its beginning: what is left has no gap, and it says where it begins', async () => {
      await append({}, {}, {}, { at: BEFORE }, { at: BEFORE });
      expect(await discard()).toMatchObject({ events: 3, isLast: true });
      expect(await seqs()).toEqual([4, 5]);
      expect(await range()).toEqual({ first: 4, last: 5 });
    });

    it('says how many events it has, and how many of them are old (R19)', async () => {
      const ages = (before: number) => acme((tx) => tx.retention.logAges(before));
      expect(await ages(BEFORE)).toEqual({ all: 0, old: 0 });
      await append({}, {}, { at: BEFORE });
      await given
        .store()
        .transaction(OTHER, (tx) =>
          tx.events.append([{ type: 'GPS_DRIVER_UPDATED', at: OLD, message: 'm' }]),
        );
      expect(await ages(BEFORE)).toEqual({ all: 3, old: 2 });
      expect(await ages(OLD)).toEqual({ all: 3, old: 0 });
    });

    it('is not what comes after a young event, whatever a clock said', async () => {
      await append({}, { at: BEFORE }, {}, { at: BEFORE });
      expect(await discard()).toMatchObject({ events: 1, isLast: true });
      expect(await seqs()).toEqual([2, 3, 4]);
    });

    it('may be all of it: numbers go on where they were', async () => {
      await append({}, {});
      expect(await discard()).toMatchObject({ events: 2 });
      expect(await range()).toEqual({ first: 3, last: 2 });
      await append({ at: BEFORE });
      expect(await seqs()).toEqual([3]);
      expect(await range()).toEqual({ first: 3, last: 3 });
    });

    it('goes in portions, from the beginning on', async () => {
      await append({}, {}, {}, {}, {});
      expect(await discard(2)).toMatchObject({ events: 2, isLast: false });
      expect(await range()).toEqual({ first: 3, last: 5 });
      expect(await discard(2)).toMatchObject({ events: 2, isLast: false });
      expect(await discard(2)).toMatchObject({ events: 1, isLast: true });
      expect(await seqs()).toEqual([]);
    });

    it('is not the removal of a driver who is still removed: it can be undone, though the log begins later', async () => {
      await acme((tx) => tx.rosters.saveDriveri([driveriDriver('X', { removed: true })], seen(5)));
      await append(removed('X'), {}, { at: BEFORE });
      expect(await discard()).toMatchObject({ events: 1 });
      expect(await discard()).toEqual(NOTHING);
      expect(await range()).toEqual({ first: 3, last: 3 });
      expect(await acme((tx) => tx.events.removalEvent(1))).toMatchObject({ before: { driverId: 'X' } });
    });

    it('is their earlier removal, which no undoing needs', async () => {
      await append(removed('X'), removed('Y'), removed('X'), { at: BEFORE });
      expect(await discard()).toMatchObject({ events: 1 });
      expect(await seqs()).toEqual([2, 3, 4]);
    });

    it('is the removal of a driver who is back, as soon as that is known', async () => {
      await acme((tx) => tx.rosters.saveDriveri([driveriDriver('X', { removed: true })], seen(5)));
      await append(removed('X'), { at: BEFORE });
      await discard();
      expect(await seqs()).toEqual([1, 2]);
      await acme((tx) => tx.rosters.saveDriveri([driveriDriver('X')], seen(6)));
      expect(await discard()).toMatchObject({ events: 1 });
      expect(await seqs()).toEqual([2]);
      expect(await range()).toEqual({ first: 2, last: 2 });
    });

    it('is a removal of which nothing is known but that it was', async () => {
      await append(removed('X', { before: null }), { at: BEFORE });
      expect(await discard()).toMatchObject({ events: 1 });
    });
  });

  async function intent(tx: SyncTransaction, id: string, createdAt: number, isClosed: boolean) {
    await tx.work.touch([gid('1')], 0);
    const generation = (await tx.work.generations([gid('1')])).get(gid('1')) ?? 0;
    const opened = await tx.intents.open(
      [
        {
          generation,
          driverIds: [did(id)],
          intent: {
            id,
            gpsId: gid('1'),
            epoch: 1,
            fence: 1,
            action: 'UPDATE',
            step: { kind: 'none' },
            phoneHash: null,
            before: null,
            sendBefore: createdAt,
            createdAt,
            changes: [],
          },
        },
      ],
      createdAt,
    );
    expect(opened).toEqual(new Set([id]));
    if (isClosed) await tx.intents.close([id], 'recorded');
  }

  async function removal(
    tx: SyncTransaction,
    gpsId: string,
    state: RemovalState,
    at: number,
    run: RunId | null = null,
  ) {
    const proposal = {
      gpsId: gid(gpsId),
      driverId: did('X'),
      inferred: true,
      proof: deletedHere(5),
      lastKnown: null,
    };
    await tx.removals.propose([proposal], at);
    const row = (await tx.removals.openOf([gid(gpsId)])).get(gid(gpsId));
    await tx.removals.move([row?.id ?? ''], ['proposed'], state, at, run);
  }

  /** A run that began at 0 or when it ended, whichever is in the future of others, with one item. */
  async function run(tx: SyncTransaction, id: string, status: RunStatus, endedAt: number) {
    const startedAt = id === 'run' ? 0 : endedAt;
    await tx.runs.insert({
      id: runId(id),
      kind: 'DAILY',
      status,
      dryRun: status === 'PLANNED',
      requestedBy: null,
      scope: null,
      startedAt,
      notBefore: 0,
    });
    const isPlan = status === 'PLANNED';
    await tx.runs.update(runId(id), { plannedAt: isPlan ? endedAt : 0, finishedAt: isPlan ? null : endedAt });
    await tx.runs.addItems(runId(id), [
      {
        gpsId: gid('1'),
        driverName: 'Ann',
        action: 'REMOVE',
        rowNumber: 3,
        steps: [],
        changes: [],
        reason: 'gone',
        outcome: 'SKIPPED',
        heldFor: null,
        rejected: false,
        problem: null,
        generation: null,
      },
    ]);
  }

  async function answer(account: string, at: number) {
    await given.rows(
      `insert into gateway.idempotency (account, user_id, key, request_digest, created_at)
       values ($1, 'u', $2, 'd', $3)`,
      [account, `key-${at}`, at],
    );
  }
});
