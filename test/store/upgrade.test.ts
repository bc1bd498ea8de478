import { runId } from '../../src/driver/ids';
import { migrate } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPgSyncStore } from '../../src/store/sync/pg-sync-store';
import type { SyncStore } from '../../src/sync/ports/sync-store';
import { describeEachDatabase, type TestDatabase } from '../support/databases';
import { ACME, OTHER, did, driveriDriver, gid } from './pg-fixture';

const NOW = 1_000_000;
const DAY_MS = 86_400_000;
const BEFORE_ENGINE = migrations.filter(({ name }) => name <= '0003-gps-readings');
const REMOVALS = ['proposed', 'allowed', 'held', 'approved', 'rejected', 'done', 'void'];
const UNTOUCHED = [
  'account',
  'account_problem',
  'gps_driver',
  'driveri_driver',
  'roster_tombstone',
  'link',
  'link_set_aside',
  'driver',
  'removal',
  'event_head',
  'event',
  'idempotency',
];

const X = JSON.stringify(driveriDriver('X'));
const step = JSON.stringify({ kind: 'update', id: 'X', fields: { firstName: 'Ann' }, sendPhone: false });

/** What the version before has left behind: work, writes and decisions in every state. */
const FILLED: readonly string[] = [
  `insert into gateway.account (account, enabled, epoch, changed_at, changed_by, fingerprint, next_run_at)
   values ('acme', true, 7, 5, 'u1', 'f', ${NOW + DAY_MS}), ('other', false, 1, 5, 'u1', 'g', null)`,
  `insert into gateway.account_problem values ('acme', 'GPS_UNREACHABLE', 'm', 'h', 'degraded', 5, null)`,
  `insert into gateway.roster (account, portal, observed_at, complete_at, complete_count, watermark, groups_at, accepted_count)
   values ('acme', 'gps', 5, 5, 3, null, 6, 3), ('acme', 'driveri', 5, 5, 2, 4, null, 2),
          ('other', 'gps', null, null, null, null, null, null), ('other', 'driveri', null, null, null, null, null, null)`,
  `insert into gateway.gps_driver (account, gps_id, first_name, driver_id, driver_id_state, version, presence, observed_at, appeared_at)
   values ('acme', '1', 'Ann', 'X', 'known', 'v1', 'present', 100, 50), ('acme', '2', 'Bob', 'Y', 'known', 'v2', 'missing', 100, 50)`,
  `insert into gateway.driveri_driver (account, driver_id, first_name, status, removed, active, observed_at)
   values ('acme', 'X', 'Ann', 'Active', false, true, 100)`,
  `insert into gateway.roster_tombstone values ('acme', 'gps', '9', 90)`,
  `insert into gateway.link (account, gps_id, driver_id, created_date, written, phone_hash, linked_at)
   values ('acme', '1', 'X', 7, '{"firstName": "Ann"}', 'h', 60)`,
  `insert into gateway.link_set_aside values ('acme', 'old portals', '5', 'V', 40)`,
  `insert into gateway.driver (account, key, gps_id, driver_id, created_at, presence, status, full_name, name_key,
     reference_key, driver_id_key, search_text, version)
   values ('acme', 'k1', '1', 'X', 50, 'BOTH', 'IN_SYNC', 'Ann', 'ann', '', 'x', 'ann', 'v1')`,
  // Settled; pending; leased by a worker that runs; tried again later with a problem; held.
  `insert into gateway.sync_row (account, gps_id, generation, synced_generation, due_at, attempts, pending_since,
     last_synced_at, problem, identity_hold, paused_fields, drift, lease_owner, lease_until, fence) values
   ('acme', '1', 3, 3, 90, 0, null, 95, null, null, '{"email": {"until": 9, "values": [], "times": []}}', 'd', null, 0, 4),
   ('acme', '2', 2, 1, 100, 0, 100, 95, null, null, '{}', null, null, 0, 0),
   ('acme', '3', 5, 4, 101, 0, 101, null, null, null, '{}', null, 'w1', ${NOW + 60_000}, 2),
   ('acme', '4', 1, 0, ${NOW + 500}, 3, 102, null, '{"code": "C", "message": "m", "hint": "h", "since": 1}', null, '{}', null, null, 0, 0),
   ('acme', '6', 2, 2, 90, 0, null, null, null, 'held-run', '{}', null, null, 0, 0)`,
  `insert into gateway.mark (id, account, gps_id, expires_at, writer_until) values
   ('m1', 'acme', '2', ${NOW + 400}, ${NOW + 300}), ('m2', 'acme', '2', ${NOW + 450}, ${NOW + 350}), ('m3', 'acme', null, ${NOW + 400}, ${NOW + 300})`,
  `insert into gateway.intent (id, account, gps_id, epoch, action, step, phone_hash, before, state, send_before, created_at, run_id) values
   ('i-sending', 'acme', '3', 7, 'UPDATE', '${step}', 'h', '${X}', 'sending', ${NOW + 10}, ${NOW - 10}, 'held-run'),
   ('i-unconfirmed', 'acme', '2', 6, 'CREATE', '${step}', null, null, 'unconfirmed', ${NOW - 5}, ${NOW - 20}, null),
   ('i-closed', 'acme', '1', 6, 'UPDATE', '${step}', null, '${X}', 'closed', ${NOW - 50}, ${NOW - 60}, null)`,
  `insert into gateway.identity_lease values ('acme', 'X', 'i-sending'), ('acme', 'Y', 'i-unconfirmed')`,
  ...REMOVALS.map(
    (
      state,
      index,
    ) => `insert into gateway.removal (id, account, gps_id, driver_id, state, inferred, proof, run_id, proposed_at, decided_at, last_known)
     values ('r-${state}', 'acme', '1${index}', 'R${index}', '${state}', true, '{"kind": "DeletedHere", "at": 5, "actor": "u"}', 'held-run', 80, 81, '${X}')`,
  ),
  `insert into gateway.sync_run (id, account, kind, status, dry_run, started_at, planned_at, finished_at, totals, held_all, lease_owner, lease_until) values
   ('held-run', 'acme', 'DAILY', 'AWAITING_APPROVAL', false, 10, 20, null, '{"rename": 1}', true, null, 0),
   ('planning', 'acme', 'RESYNC', 'PLANNING', false, 30, null, null, '{}', false, 'w1', ${NOW + 60_000}),
   ('done', 'acme', 'INITIAL', 'SUCCEEDED', false, 5, 6, 7, '{"create": 2}', false, null, 0)`,
  `insert into gateway.sync_run_item (id, run_id, account, position, gps_id, driver_name, action, row_number, reason, outcome, held_for) values
   ('t1', 'held-run', 'acme', 0, '6', 'Cy', 'RENAME', 8, 'r', 'HELD', 'identity'),
   ('t2', 'planning', 'acme', 0, '2', 'Bob', 'UPDATE', 6, 'r', 'PENDING', null),
   ('t3', 'done', 'acme', 0, '1', 'Ann', 'CREATE', 1, 'r', 'APPLIED', null)`,
  `insert into gateway.event_head (account, last_seq) values ('acme', 2), ('other', 0)`,
  `insert into gateway.event (account, seq, type, at, message, before) values
   ('acme', 1, 'DRIVERI_DRIVER_REMOVED', 5, 'm', '${X}'), ('acme', 2, 'GPS_DRIVER_UPDATED', 6, 'n', null)`,
  `insert into gateway.idempotency values ('acme', 'u1', 'key', 'digest', '{"a": 1}', 5)`,
];

/** What a process of the version before says to the tables that it knows; it is still running. */
const OLD_STATEMENTS = [
  `insert into gateway.mark (id, account, gps_id, expires_at) values ('m9', 'acme', '1', 1)`,
  `insert into gateway.intent (id, account, gps_id, epoch, action, step, state, send_before, created_at)
   values ('i9', 'acme', '1', 7, 'UPDATE', '{}', 'sending', 1, 1)`,
  `insert into gateway.identity_lease values ('acme', 'Z', 'i-sending')`,
  `update gateway.intent set state = 'closed' where id = 'i-sending'`,
  `update gateway.sync_row set generation = generation + 1 where account = 'acme'`,
  `update gateway.sync_row set lease_owner = 'w1' where account = 'acme' and gps_id = '2'`,
  `delete from gateway.mark where id = 'm1'`,
];

describeEachDatabase('an upgrade from the version before the engine (R20)', suite, {
  migrations: BEFORE_ENGINE,
});

function suite(given: TestDatabase): void {
  let store: SyncStore;
  let before: ReadonlyMap<string, readonly Record<string, unknown>[]>;
  const rows = async (text: string): Promise<readonly Record<string, unknown>[]> =>
    (await given.open().pool.query<Record<string, unknown>>(text)).rows;
  const tables = async () => {
    const found = new Map<string, readonly Record<string, unknown>[]>();
    for (const table of UNTOUCHED) {
      const all = await rows(`select * from gateway.${table}`);
      found.set(
        table,
        [...all].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
      );
    }
    return found;
  };

  beforeAll(async () => {
    for (const statement of FILLED) await given.open().pool.query(statement);
    before = await tables();
    await migrate(given.open().kysely, migrations);
    store = createPgSyncStore({ database: given.open() });
  });

  it.each(UNTOUCHED)('keeps every row of %s as it was', async (table) => {
    const old = before.get(table) ?? [];
    const now = (await tables()).get(table) ?? [];
    expect(old.length).toBeGreaterThan(0);
    expect(now).toHaveLength(old.length);
    for (const row of old) expect(now).toContainEqual(expect.objectContaining(row));
  });

  it('keeps the work on every driver: pending, tried again later, held, settled', async () => {
    const work = await store.transaction(ACME, (tx) => tx.work.rows(['1', '2', '3', '4', '6'].map(gid)));
    expect(work.get(gid('1'))).toMatchObject({
      generation: 3,
      syncedGeneration: 3,
      drift: 'd',
      pausedFields: { email: { until: 9 } },
    });
    expect(work.get(gid('2'))).toMatchObject({
      generation: 2,
      syncedGeneration: 1,
      dueAt: 100,
      urgent: false,
    });
    expect(work.get(gid('3'))).toMatchObject({ generation: 5, syncedGeneration: 4, pendingSince: 101 });
    expect(work.get(gid('4'))).toMatchObject({ attempts: 3, dueAt: NOW + 500, problem: { code: 'C' } });
    expect(work.get(gid('6'))?.hold).toBe('held-run');
    const synced = await rows(
      `select gps_id from gateway.driver_work where last_synced_at = 95 order by gps_id`,
    );
    expect(synced).toEqual([{ gps_id: '1' }, { gps_id: '2' }]);
  });

  it('makes open intents those of fence 0, which are looked up at once; their DriverIDs stay taken', async () => {
    await store.transaction(ACME, async (tx) => {
      const open = await tx.intents.dueForCheck(NOW, []);
      expect(open).toEqual([
        expect.objectContaining({ id: 'i-unconfirmed', fence: 0, state: 'unconfirmed', sendBefore: NOW - 5 }),
        expect.objectContaining({
          id: 'i-sending',
          fence: 0,
          state: 'sending',
          epoch: 7,
          sendBefore: NOW + 10,
          before: driveriDriver('X'),
        }),
      ]);
      expect((await tx.account.overview()).inFlight).toEqual(new Set([did('X'), did('Y')]));
      expect(await tx.intents.sendingBefore(8, NOW, 100)).toBe(1);
    });
    expect(await rows(`select run_id from gateway.driveri_intent where id = 'i-sending'`)).toEqual([
      { run_id: 'held-run' },
    ]);
    // An owner begins at fence 1: every one of these is older.
    expect(await rows(`select fence from gateway.ownership`)).toEqual([{ fence: 0 }, { fence: 0 }]);
  });

  it('takes no driver whose intent is open, and the others in their order', async () => {
    const taken = await store.transaction(ACME, (tx) =>
      tx.work.take({ now: NOW + 500, limit: 10, urgentOnly: false, except: [] }),
    );
    expect(taken.map((row) => row.gpsId)).toEqual(['4']);
  });

  it('keeps marks, whose writers count as gone: the outcome of their writes is found out', async () => {
    await store.transaction(ACME, async (tx) => {
      expect(await tx.marks.beingWritten(NOW)).toEqual({ ids: new Set(), creating: false });
      expect(await tx.marks.expiredCreates(NOW + 400)).toEqual(['m3']);
      expect((await tx.work.rows([gid('2')])).get(gid('2'))?.expiredMarks.toSorted()).toEqual(['m1', 'm2']);
    });
  });

  it('keeps every removal in its state', async () => {
    const ids = REMOVALS.map((_, index) => gid(`1${index}`));
    const open = await store.transaction(ACME, (tx) => tx.removals.openOf(ids));
    expect([...open.values()].map((row) => row.state).sort()).toEqual([
      'allowed',
      'approved',
      'held',
      'proposed',
      'rejected',
    ]);
    expect((await store.transaction(ACME, (tx) => tx.removals.openInferred())).length).toBe(5);
  });

  it('keeps the run that is held with its items; the one that was being planned is planned again', async () => {
    await store.transaction(ACME, async (tx) => {
      expect((await tx.runs.awaitingApproval()).map((run) => [run.id, run.totals.rename])).toEqual([
        ['held-run', 1],
      ]);
      expect(await tx.runs.items(runId('held-run'))).toEqual([
        expect.objectContaining({ gpsId: '6', outcome: 'HELD', heldFor: 'identity' }),
      ]);
      expect(await tx.runs.open()).toEqual([
        expect.objectContaining({ id: 'planning', status: 'PLANNING', notBefore: 0 }),
      ]);
      expect(await tx.runs.items(runId('planning'))).toEqual([]);
      expect((await tx.runs.lastEnded())?.id).toBe('done');
      expect(await tx.runs.items(runId('done'))).toHaveLength(1);
    });
  });

  it('keeps what is known of the listings, and reads both portals at once', async () => {
    await store.transaction(ACME, async (tx) => {
      expect(await tx.rosters.state('gps')).toMatchObject({
        completeAt: 5,
        completeCount: 3,
        groupsAt: 6,
        nextReadAt: 0,
      });
      expect(await tx.rosters.state('driveri')).toMatchObject({ watermark: 4, nextReadAt: 0, failures: 0 });
    });
  });

  it('gives every row the ticket 0: any reading from now on is newer', async () => {
    expect(await store.drawTicket()).toBeGreaterThan(0);
    for (const table of ['gps_driver', 'driveri_driver', 'roster_tombstone']) {
      expect(await rows(`select from gateway.${table} where ticket <> 0`)).toEqual([]);
    }
    const differing = await store.transaction(ACME, (tx) => tx.rosters.unsettled('rules'));
    expect(differing).toEqual({ ids: ['1', '2'], settled: 0 });
  });

  it('makes every account due, whether it is on or off, and owned by nobody', async () => {
    const due = await store.ownership.due([ACME, OTHER], NOW, 10);
    expect(due.map((one) => one.account).sort()).toEqual([ACME, OTHER]);
    expect(await store.ownership.agenda(ACME, NOW)).toMatchObject({
      drivers: NOW + 500,
      intents: 0,
      gps: 0,
      driveri: 0,
      runs: 0,
      dailyRun: NOW + DAY_MS,
    });
  });

  it.each(OLD_STATEMENTS)('a process of the version before, still running, fails: %s', async (statement) => {
    await expect(given.open().pool.query(statement)).rejects.toMatchObject({ code: '42P01' });
  });

  it('is made once', async () => {
    expect(await migrate(given.open().kysely, migrations)).toEqual([]);
  });
}
