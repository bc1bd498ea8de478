import { sql } from 'kysely';
import { PortalError } from '../../src/driver/ports/portal-error';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents, OTHER, SEEDED_AT, seedRun } from './support/fleet';
import { openSocket, start } from './support/streams';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
  await seedRun(api.db, ACME, { id: 'run-1', status: 'AWAITING_APPROVAL', items: 8 });
  await seedRun(api.db, ACME, { id: 'run-2', status: 'RUNNING', items: 4, startedAt: SEEDED_AT + 1_000 });
  await seedRun(api.db, ACME, { id: 'run-3', status: 'PLANNED', items: 4, startedAt: SEEDED_AT + 2_000 });
  await seedRun(api.db, ACME, { id: 'run-4', status: 'CANCELLED', items: 4, startedAt: SEEDED_AT + 3_000 });
  await seedRun(api.db, OTHER, { id: 'other-run', status: 'AWAITING_APPROVAL', items: 4 });
  // Every second item of every run is held; the second of each run is a removal.
  await sql`update gateway.sync_run_item set outcome = 'HELD', held_for = 'identity', action = 'RENAME',
    steps = jsonb_build_array(jsonb_build_object('kind', 'rename', 'from', 'OLD-' || position, 'to', 'NEW-' || position))
    where position % 2 = 0`.execute(api.db);
  await sql`update gateway.sync_run_item set held_for = 'removal', action = 'REMOVE', changes = '[]',
    evidence = jsonb_build_object('kind', 'MissingTwice', 'first', ${SEEDED_AT}::bigint, 'second', ${SEEDED_AT + 720_000}::bigint),
    last_seen_at = ${SEEDED_AT - 5_000}::bigint where position = 2`.execute(api.db);
  await sql`update gateway.sync_run_item set rejected = true, outcome = 'SKIPPED', decided_by = 'ana', decision_reason = 'On leave',
    decided_at = ${SEEDED_AT + 9_000}::bigint where run_id = 'run-1' and position = 1`.execute(api.db);
  await appendEvents(api.db, ACME, [
    { type: 'DRIVERI_DRIVER_CREATED', driverKey: 'acme-1', runId: 'run-1' },
    { type: 'DRIVERI_DRIVER_UPDATED', driverKey: 'acme-2' },
    { type: 'DRIFT_OVERRIDDEN', driverKey: 'acme-3' },
    { type: 'ITEM_REJECTED', driverKey: 'acme-1', runId: 'run-1' },
  ]);
  await sql`update gateway.event set delay_ms = seq * 1000, actor = case when seq = 4 then 'ana' end
    where account = ${ACME}`.execute(api.db);
});
afterAll(() => api.close());
beforeEach(() => void api.commands.calls.splice(0));

const id = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');
async function data(query: string, variables: object = {}): Promise<Record<string, unknown>> {
  const { body } = await api.run(query, { variables: { ...variables } });
  expect(body.errors).toBeUndefined();
  return body.data;
}

describe('driverBy', () => {
  const by = async (args: string) => (await data(`{ driverBy(${args}) { id } }`))['driverBy'];

  it.each(['gpsId: "g7"', 'driveriDriverId: "D-7"', 'referenceId: "R-7"'])(
    'finds a driver by %s',
    async (args) => {
      expect(await by(args)).toEqual({ id: id('Driver', 'acme-7') });
    },
  );

  it.each([
    ['another case', 'driveriDriverId: "d-7"'],
    ['another case of a Ref ID', 'referenceId: "r-7"'],
    ['nothing', 'gpsId: ""'],
    ['a driver of nobody', 'gpsId: "g700"'],
  ])('finds nobody by %s', async (_what, args) => {
    expect(await by(args)).toBeNull();
  });

  it.each(['gpsId: "g7", referenceId: "R-7"', 'gpsId: null', ''])(
    'takes exactly one key, not (%s)',
    async (args) => {
      const { body } = await api.run(`{ driverBy${args === '' ? '' : `(${args})`} { id } }`);
      expect(body.errors[0].extensions.code).toBe('ONE_KEY_NEEDED');
    },
  );

  it('finds nobody of another account', async () => {
    const token = await api.token({ account: OTHER });
    const { body } = await api.run('{ driverBy(gpsId: "g30") { id } }', { token });
    expect(body.data.driverBy).toBeNull();
  });
});

describe('held items', () => {
  const HELD = `query ($first: Int, $after: String, $filter: HeldItemFilter) {
    heldItems(first: $first, after: $after, filter: $filter) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { id heldFor run { id } evidence { kind statement lastSeenAt } } } }`;
  const held = async (variables: object = {}) =>
    (await data(HELD, variables))['heldItems'] as {
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string };
      nodes: { id: string; heldFor: string; run: { id: string }; evidence: object | null }[];
    };

  it('are those of all runs that are not over and write, oldest first, page by page', async () => {
    const all = await held();
    expect(all.nodes.map((item) => item.id)).toEqual(
      ['run-1-2', 'run-1-4', 'run-1-6', 'run-1-8', 'run-2-2', 'run-2-4'].map((key) => id('SyncRunItem', key)),
    );
    expect(all.totalCount).toBe(6);
    const found: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const page = await held({ first: 4, after });
      found.push(...page.nodes.map((item) => item.id));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(found).toEqual(all.nodes.map((item) => item.id));
  });

  it('are found by reason, by name, and by a DriverID of the plan or of the driver', async () => {
    const keys = async (filter: object) => (await held({ filter })).nodes.map((item) => item.id);
    expect(await keys({ heldFor: ['REMOVAL'] })).toEqual([
      id('SyncRunItem', 'run-1-2'),
      id('SyncRunItem', 'run-2-2'),
    ]);
    expect(await keys({ search: 'dRiver 6' })).toEqual([id('SyncRunItem', 'run-1-6')]);
    expect(await keys({ search: 'new-8' })).toEqual([id('SyncRunItem', 'run-1-8')]);
    expect(await keys({ search: 'D-6' })).toEqual([id('SyncRunItem', 'run-1-6')]);
    expect(await keys({ search: 'rename' })).toEqual([]);
    expect(await keys({ search: '%' })).toEqual([]);
    expect(await keys({ heldFor: ['SUSPICIOUS_DRIVER_ID'] })).toEqual([]);
  });

  it('tell why a driver counts as gone, and which run holds them', async () => {
    const [removal, rename] = (await held()).nodes;
    expect(removal).toMatchObject({
      heldFor: 'REMOVAL',
      run: { id: id('SyncRun', 'run-1') },
      evidence: { kind: 'MISSING_TWICE', lastSeenAt: new Date(SEEDED_AT - 5_000).toISOString() },
    });
    expect(rename).toMatchObject({ heldFor: 'IDENTITY', evidence: null });
  });

  it('take the proof of the removal, or of the roster, where the plan stored none', async () => {
    await sql`update gateway.sync_run_item set evidence = null, last_seen_at = null where id = 'run-1-2'`.execute(
      api.db,
    );
    expect((await held()).nodes[0]?.evidence).toBeNull();
    await sql`update gateway.gps_driver set absence_proof = '{"kind":"DeletedHere","at":${sql.raw(String(SEEDED_AT))},"actor":"ana"}'
      where account = ${ACME} and gps_id = 'g2'`.execute(api.db);
    expect((await held()).nodes[0]?.evidence).toMatchObject({ kind: 'DELETED_HERE' });
    await sql`insert into gateway.removal (id, account, gps_id, driver_id, state, inferred, proof, proposed_at)
      values ('m', ${ACME}, 'g2', 'D-2', 'held', true, '{"kind":"MissingThenRead","missingAt":1,"readAt":2}', 1)`.execute(
      api.db,
    );
    expect((await held()).nodes[0]?.evidence).toMatchObject({ kind: 'MISSING_THEN_READ' });
  });

  it.each(['nonsense', Buffer.from('["item",1]').toString('base64url')])(
    'refuse the cursor %s',
    async (after) => {
      const { body } = await api.run(HELD, { variables: { after } });
      expect(body.errors[0].extensions.code).toBe('INVALID_CURSOR');
    },
  );
});

describe('runs', () => {
  const runs = async (filter: object) =>
    (await data('query ($f: SyncRunFilter) { runs(filter: $f) { totalCount nodes { id } } }', { f: filter }))[
      'runs'
    ] as {
      totalCount: number;
      nodes: { id: string }[];
    };

  it.each([
    [{}, ['run-4', 'run-3', 'run-2', 'run-1']],
    [{ statuses: ['RUNNING', 'CANCELLED'] }, ['run-4', 'run-2']],
    [{ dryRun: true }, ['run-3']],
    [{ dryRun: false, kinds: ['RESYNC'] }, ['run-4', 'run-2', 'run-1']],
    [{ kinds: ['DAILY'] }, []],
    [
      { from: new Date(SEEDED_AT + 1_000).toISOString(), to: new Date(SEEDED_AT + 3_000).toISOString() },
      ['run-3', 'run-2'],
    ],
  ])('%j', async (filter, expected) => {
    expect(await runs(filter)).toEqual({
      totalCount: expected.length,
      nodes: expected.map((key) => ({ id: id('SyncRun', key) })),
    });
  });

  it('count what they overwrite, and what was rejected', async () => {
    const found =
      await data(`{ syncRun(id: "${id('SyncRun', 'run-1')}") { totals { update overwrites rejected }
      itemsBy(overwrites: true) { totalCount nodes { id decidedBy decidedAt } }
      rejected: itemsBy(search: "driver 1") { nodes { id decidedBy decidedAt decisionReason } }
      both: itemsBy(action: [RENAME], outcome: [HELD], overwrites: true) { totalCount } } }`);
    expect(found['syncRun']).toMatchObject({
      // Of 8 items with another e-mail one is a removal without changes, and one is rejected.
      totals: { update: 3, overwrites: 6, rejected: 1 },
      itemsBy: { totalCount: 7 },
      rejected: {
        nodes: [
          {
            id: id('SyncRunItem', 'run-1-1'),
            decidedBy: 'ana',
            decidedAt: new Date(SEEDED_AT + 9_000).toISOString(),
            decisionReason: 'On leave',
          },
        ],
      },
      both: { totalCount: 3 },
    });
  });

  it.each(['2026-11-23', '2026-11-23T22:31:07', '2026-02-30T00:00:00Z', 'yesterday', ''])(
    'take no time like %s',
    async (from) => {
      const { body } = await api.run('query ($f: SyncRunFilter) { runs(filter: $f) { totalCount } }', {
        variables: { f: { from } },
      });
      expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    },
  );
});

describe('statistics', () => {
  const statistics = (args: string) =>
    api.run(`{ syncStatistics(${args}) { start created updated removed held delayP50Ms delayP95Ms } }`);

  it('have a row for every day of the account, with zeros in between', async () => {
    const { body } = await statistics('from: "2026-11-22T12:00:00Z", to: "2026-11-25T12:00:00Z"');
    expect(body.data.syncStatistics).toEqual([
      {
        start: '2026-11-22T06:00:00.000Z',
        created: 0,
        updated: 0,
        removed: 0,
        held: 0,
        delayP50Ms: null,
        delayP95Ms: null,
      },
      {
        start: '2026-11-23T06:00:00.000Z',
        created: 1,
        updated: 2,
        removed: 0,
        held: 0,
        delayP50Ms: 2500,
        delayP95Ms: 3850,
      },
      {
        start: '2026-11-24T06:00:00.000Z',
        created: 0,
        updated: 0,
        removed: 0,
        held: 0,
        delayP50Ms: null,
        delayP95Ms: null,
      },
      {
        start: '2026-11-25T06:00:00.000Z',
        created: 0,
        updated: 0,
        removed: 0,
        held: 0,
        delayP50Ms: null,
        delayP95Ms: null,
      },
    ]);
  });

  it('by hours, and no more than 400 of them', async () => {
    const hour = await statistics('from: "2026-11-23T22:00:00Z", to: "2026-11-23T23:00:00Z", bucket: HOUR');
    expect(hour.body.data.syncStatistics).toMatchObject([{ start: '2026-11-23T22:00:00.000Z', created: 1 }]);
    const many = await statistics('from: "2026-01-01T00:00:00Z", to: "2026-11-23T23:00:00Z", bucket: HOUR');
    expect(many.body.errors[0].extensions.code).toBe('TOO_MANY_BUCKETS');
    const none = await statistics('from: "2026-11-23T23:00:00Z", to: "2026-11-23T22:00:00Z"');
    expect(none.body.data.syncStatistics).toEqual([]);
  });
});

it('Driver Sync shows the settings of the account', async () => {
  const found = await data(
    '{ driverSync { settings { driverIdFallback dailyRunAt gpsPollSeconds holdChangedPercent } } }',
  );
  expect(found['driverSync']).toEqual({
    settings: {
      driverIdFallback: 'reference-id',
      dailyRunAt: '03:00',
      gpsPollSeconds: 30,
      holdChangedPercent: 60,
    },
  });
});

describe('events', () => {
  const EVENTS = 'query ($f: SyncEventFilter) { syncEvents(filter: $f) { nodes { type } } }';
  const types = async (filter: object) =>
    ((await data(EVENTS, { f: filter }))['syncEvents'] as { nodes: { type: string }[] }).nodes.map(
      ({ type }) => type,
    );

  it.each([
    [{ runId: id('SyncRun', 'run-1') }, ['ITEM_REJECTED', 'DRIVERI_DRIVER_CREATED']],
    [{ actor: 'ana' }, ['ITEM_REJECTED']],
    [
      { driverId: id('Driver', 'acme-1'), runId: id('SyncRun', 'run-1'), types: ['ITEM_REJECTED'] },
      ['ITEM_REJECTED'],
    ],
    [{ runId: id('SyncRun', 'nobody') }, []],
    [{ runId: 'nonsense' }, []],
    [{ to: new Date(SEEDED_AT).toISOString() }, []],
    [{ from: new Date(SEEDED_AT).toISOString(), actor: 'ana' }, ['ITEM_REJECTED']],
  ])('%j', async (filter, expected) => {
    expect(await types(filter)).toEqual(expected);
  });

  it('are filtered likewise while they are followed', async () => {
    const { body } = await api.run('{ syncEvents(first: 1) { edges { cursor } } }');
    const { cursor } = body.data.syncEvents.edges[0];
    const socket = openSocket(api, await api.token());
    const stream = start(socket, {
      query:
        'subscription ($a: String, $f: SyncEventFilter) { syncEvents(after: $a, filter: $f) { message } }',
      variables: { a: cursor, f: { runId: id('SyncRun', 'run-2') } },
    });
    await appendEvents(api.db, ACME, [
      { runId: 'run-1', message: 'not this' },
      { runId: 'run-2', message: 'this' },
    ]);
    await api.wake();
    expect(await stream.next()).toMatchObject({ data: { syncEvents: { message: 'this' } } });
    await socket.dispose();
  });
});

describe('updateDrivers', () => {
  const UPDATE = `mutation ($inputs: [UpdateDriverInput!]!) {
    updateDrivers(inputs: $inputs) { driver { id } userErrors { code field } warnings { code } } }`;
  const update = (inputs: readonly object[]) => api.run(UPDATE, { variables: { inputs } });

  it('answers each edit on its own, in order, whatever becomes of the others', async () => {
    api.commands.failAfter(
      2,
      new PortalError({
        portal: 'gps',
        operation: 'driver/update',
        kind: 'timeout',
        outcome: 'none',
        message: 'late',
      }),
    );
    const { body } = await update([
      { id: id('Driver', 'acme-2'), firstName: 'Ana' },
      { id: 'nonsense' },
      { id: id('Driver', 'acme-3'), version: 'stale' },
      { id: id('Driver', 'acme-4') },
      { id: id('Driver', 'nobody') },
    ]);
    expect(body.errors).toBeUndefined();
    expect(body.data.updateDrivers).toMatchObject([
      { driver: { id: id('Driver', 'acme-2') }, userErrors: [], warnings: [] },
      { driver: null, userErrors: [{ code: 'NOT_FOUND', field: ['inputs', '1', 'id'] }] },
      { driver: { id: id('Driver', 'acme-3') }, userErrors: [{ code: 'CONFLICT' }] },
      { driver: null, userErrors: [{ code: 'PORTAL_TIMEOUT', field: ['inputs', '3'] }] },
      { driver: null, userErrors: [{ code: 'NOT_FOUND' }] },
    ]);
  });

  it('logs what nobody foresaw, and shows none of it', async () => {
    api.commands.failNext(new Error('secret detail'));
    const { body } = await update([{ id: id('Driver', 'acme-2') }, { id: id('Driver', 'acme-3') }]);
    expect(
      body.data.updateDrivers.map((one: { userErrors: { code: string }[] }) => one.userErrors[0]?.code),
    ).toEqual(['INTERNAL_SERVER_ERROR', undefined]);
    expect(JSON.stringify(body)).not.toContain('secret detail');
    expect(api.log()).toContain('operation failed unexpectedly');
  });

  it('makes edits of one driver in their order', async () => {
    const edits = Array.from({ length: 6 }, (_, n) => ({
      id: id('Driver', `acme-${2 + (n % 2)}`),
      firstName: String(n),
    }));
    await update(edits);
    const names = (key: string) =>
      api.commands.calls
        .filter(({ args }) => args[1] === key)
        .map(({ args }) => (args[3] as { firstName: string }).firstName);
    expect([names('acme-2'), names('acme-3')]).toEqual([
      ['0', '2', '4'],
      ['1', '3', '5'],
    ]);
  });

  it('takes up to 100, and none as well', async () => {
    const many = await update(Array.from({ length: 101 }, () => ({ id: id('Driver', 'acme-2') })));
    expect(many.body.errors[0].extensions.code).toBe('TOO_MANY_INPUTS');
    expect(api.commands.calls).toEqual([]);
    expect((await update([])).body.data.updateDrivers).toEqual([]);
  });
});

describe('lists of drivers', () => {
  it('sort by status: what needs a person first', async () => {
    const found = await data(
      '{ drivers(orderBy: { field: STATUS }, first: 100) { nodes { sync { status } } } }',
    );
    const { nodes } = found['drivers'] as { nodes: { sync: { status: string } }[] };
    const statuses = nodes.map(({ sync }) => sync.status);
    expect([...new Set(statuses)]).toEqual(['DRIFTED', 'PENDING', 'UNMANAGED', 'IN_SYNC']);
  });

  it('have exact matches of a search first, page by page, unless another order is asked for', async () => {
    const found: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const answer = (await data(
        'query ($a: String) { drivers(first: 3, after: $a, filter: { search: "d-5" }) { nodes { driveriDriverId } pageInfo { hasNextPage endCursor } } }',
        { a: after },
      )) as unknown as {
        drivers: {
          nodes: { driveriDriverId: string }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
      found.push(...answer.drivers.nodes.map((node) => node.driveriDriverId));
      after = answer.drivers.pageInfo.endCursor;
      more = answer.drivers.pageInfo.hasNextPage;
    }
    expect(found[0]).toBe('D-5');
    expect(new Set(found).size).toBe(11);
    const { body } = await api.run(
      'query ($a: String) { drivers(after: $a, orderBy: { field: NAME }) { totalCount } }',
      {
        variables: { a: after },
      },
    );
    expect(body.errors[0].extensions.code).toBe('INVALID_CURSOR');
  });
});
