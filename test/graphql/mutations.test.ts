import { sql } from 'kysely';
import { PortalError, type PortalErrorKind } from '../../src/driver/ports/portal-error';
import { createManualClock } from '../../src/platform/clock';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents, seedRun } from './support/fleet';
import { TRANSPORTS } from './support/streams';

const clock = createManualClock(Date.now());
/** Whether the store of answers fails. */
const answers = { isDown: false };
let api: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi({
    clock,
    wrapAnswers: (store) => ({
      ...store,
      store: (...args) => (answers.isDown ? Promise.reject(new Error('down')) : store.store(...args)),
    }),
    server: { limits: { refreshesPerMinute: 3, requestsPerMinute: 1e6, requestBurst: 1e6 } },
  });
  token = await api.token();
  await seedRun(api.db, ACME, { id: 'run-1', status: 'AWAITING_APPROVAL', items: 2 });
  await appendEvents(api.db, ACME, [{ type: 'DRIVERI_DRIVER_REMOVED', driverKey: 'acme-1' }]);
});
afterAll(() => api.close());
beforeEach(() => void api.commands.calls.splice(0));

const id = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');
const CREATE =
  'mutation ($input: CreateDriverInput!) { createDriver(input: $input) { driver { id fullName } userErrors { code message field } } }';
const UPDATE =
  'mutation ($input: UpdateDriverInput!) { updateDriver(input: $input) { driver { id version } userErrors { code field } } }';

describe('writing a driver', () => {
  it('hands on what was sent: left out stays out, null clears', async () => {
    const input = { id: id('Driver', 'acme-2'), email: null, firstName: 'Ana', groups: ['North'] };
    const { body } = await api.run(UPDATE, { variables: { input } });
    expect(body.data.updateDriver).toEqual({
      driver: { id: id('Driver', 'acme-2'), version: 'v2' },
      userErrors: [],
    });
    expect(api.commands.calls).toEqual([
      {
        name: 'updateDriver',
        args: [
          { account: 'acme', userId: 'admin-user' },
          'acme-2',
          null,
          { firstName: 'Ana', email: null, groups: ['North'] },
        ],
      },
    ]);
  });

  it('answers an edit in between with CONFLICT and the driver as they are now', async () => {
    const input = { id: id('Driver', 'acme-2'), version: 'stale', firstName: 'Ana' };
    const { body } = await api.run(UPDATE, { variables: { input } });
    expect(body.data.updateDriver).toMatchObject({
      driver: { version: 'v2' },
      userErrors: [{ code: 'CONFLICT' }],
    });
  });

  it.each(['nonsense', id('Driver', 'nobody'), id('SyncRun', 'run-1'), ''])(
    'tells that there is no driver %s',
    async (unknown) => {
      const updated = await api.run(UPDATE, { variables: { input: { id: unknown } } });
      expect(updated.body.data.updateDriver).toMatchObject({
        driver: null,
        userErrors: [{ code: 'NOT_FOUND' }],
      });
      const deleted = await api.run(
        'mutation ($id: ID!) { deleteDriver(id: $id) { deletedDriverId userErrors { code } } }',
        {
          variables: { id: unknown },
        },
      );
      expect(deleted.body.data.deleteDriver).toEqual({
        deletedDriverId: null,
        userErrors: [{ code: 'NOT_FOUND' }],
      });
    },
  );

  it('undoes a removal by its event', async () => {
    const { body } = await api.run(
      'mutation ($e: ID!) { undoRemoval(event: $e, force: true) { driver { id } userErrors { code } } }',
      {
        variables: { e: id('SyncEvent', '1') },
      },
    );
    expect(body.data.undoRemoval.userErrors).toEqual([]);
    expect(api.commands.calls[0]).toMatchObject({ name: 'undoRemoval', args: [{}, 1, true] });
  });

  it('reads a driver anew a few times a minute for each user', async () => {
    const refresh = async (given: string) =>
      api.run('mutation ($id: ID!) { refreshDriver(id: $id) { driver { id } userErrors { code } } }', {
        variables: { id: id('Driver', 'acme-2') },
        token: given,
      });
    for (let n = 0; n < 3; n += 1) expect((await refresh(token)).body.errors).toBeUndefined();
    const { body } = await refresh(token);
    expect(body.errors[0]).toMatchObject({
      path: ['refreshDriver'],
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 20 },
    });
    expect((await refresh(await api.token({ userId: 'other' }))).body.errors).toBeUndefined();
    clock.advance(20_000);
    expect((await refresh(token)).body.errors).toBeUndefined();
  });
});

describe('runs', () => {
  const approve = (variables: object) =>
    api.run(
      'mutation ($id: ID!, $items: [ID!]) { approveSyncRun(id: $id, items: $items) { run { id status } userErrors { code field } } }',
      {
        variables: { ...variables },
      },
    );

  it('are approved as a whole or by items', async () => {
    expect((await approve({ id: id('SyncRun', 'run-1') })).body.data.approveSyncRun.run.status).toBe(
      'AWAITING_APPROVAL',
    );
    await approve({ id: id('SyncRun', 'run-1'), items: [id('SyncRunItem', 'run-1-1')] });
    expect(api.commands.calls.map(({ args }) => args.slice(1))).toEqual([
      ['run-1', null],
      ['run-1', ['run-1-1']],
    ]);
  });

  it('tell which of the ids is none, and nothing is done', async () => {
    const { body } = await approve({ id: 'nonsense', items: [id('SyncRunItem', 'run-1-1'), 'nonsense'] });
    expect(body.data.approveSyncRun).toEqual({
      run: null,
      userErrors: [
        { code: 'NOT_FOUND', field: ['id'] },
        { code: 'NOT_FOUND', field: ['items', '1'] },
      ],
    });
    expect(api.commands.calls).toEqual([]);
  });
});

describe("a portal's failure", () => {
  const KINDS: readonly (readonly [PortalErrorKind, string])[] = [
    ['unreachable', 'PORTAL_UNAVAILABLE'],
    ['server', 'PORTAL_UNAVAILABLE'],
    ['malformed', 'PORTAL_UNAVAILABLE'],
    ['timeout', 'PORTAL_TIMEOUT'],
    ['too-late', 'PORTAL_TIMEOUT'],
    ['rate-limited', 'PORTAL_RATE_LIMITED'],
    ['paused', 'PORTAL_RATE_LIMITED'],
    ['credentials', 'PORTAL_CREDENTIALS_REFUSED'],
    ['forbidden', 'PORTAL_FORBIDDEN'],
    ['not-found', 'PORTAL_NOT_FOUND'],
    ['taken', 'PORTAL_DRIVER_ID_TAKEN'],
    ['rejected', 'PORTAL_REJECTED'],
    ['incomplete', 'PORTAL_INCOMPLETE'],
    ['ambiguous', 'PORTAL_AMBIGUOUS'],
  ];

  it.each(KINDS)('%s is told as %s, with portal and operation', async (kind, code) => {
    api.commands.failNext(
      new PortalError({
        portal: 'gps',
        operation: 'driver/create',
        kind,
        outcome: 'none',
        message: 'no',
        retryAfterMs: 7_000,
      }),
    );
    const { body, status } = await api.run(CREATE, { variables: { input: { lastName: 'X' } } });
    expect(status).toBe(200);
    expect(body.errors[0]).toMatchObject({
      path: ['createDriver'],
      message: expect.stringContaining('Nothing was changed.'),
      extensions: { code, portal: 'gps', operation: 'driver/create', retryAfterSeconds: 7 },
    });
  });

  it('says so when nobody knows whether the change was made', async () => {
    api.commands.failNext(
      new PortalError({
        portal: 'gps',
        operation: 'driver/create',
        kind: 'timeout',
        outcome: 'unknown',
        message: 'no',
      }),
    );
    const { body } = await api.run(CREATE, { variables: { input: { lastName: 'X' } } });
    expect(body.errors[0].extensions).toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: 'PORTAL_TIMEOUT' });
    expect(body.errors[0].message).not.toContain('Nothing was changed');
  });
});

describe('an Idempotency-Key', () => {
  let next = 0;
  const newKey = () => `key-${(next += 1)}`;
  const create = (key: string, lastName = 'X', given: { token?: string } = {}) =>
    api.run(CREATE, {
      variables: { input: { lastName, firstName: 'A' } },
      headers: { 'idempotency-key': key },
      ...given,
    });

  it('gives the first answer again, and does it once', async () => {
    const key = newKey();
    const first = await create(key);
    const again = await create(key);
    expect(again.body.data).toEqual(first.body.data);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(api.commands.calls).toHaveLength(1);
  });

  it('does it once also for two at the same time', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(key)));
    const codes = answers.map(({ body }) => body.errors?.[0].extensions.code ?? 'done');
    expect(codes.filter((code) => code !== 'done' && code !== 'IDEMPOTENCY_IN_PROGRESS')).toEqual([]);
    expect(codes).toContain('done');
    expect(api.commands.calls).toHaveLength(1);
  });

  it('is refused for another request', async () => {
    const key = newKey();
    await create(key, 'X');
    const { body, status } = await create(key, 'Y');
    expect([status, body.errors[0].extensions.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(api.commands.calls).toHaveLength(1);
  });

  it('means the same request whatever the order of its variables', async () => {
    const key = newKey();
    const send = (input: object) =>
      api.run(CREATE, { variables: { input }, headers: { 'idempotency-key': key } });
    await send({ lastName: 'X', firstName: 'A' });
    expect((await send({ firstName: 'A', lastName: 'X' })).body.errors).toBeUndefined();
    expect(api.commands.calls).toHaveLength(1);
  });

  it("is each user's own", async () => {
    const key = newKey();
    await create(key);
    await create(key, 'Y', { token: await api.token({ userId: 'other' }) });
    expect(api.commands.calls).toHaveLength(2);
  });

  it('may be used again when nothing was done, and not when nobody knows', async () => {
    const key = newKey();
    const failure = (outcome: 'none' | 'unknown') =>
      new PortalError({ portal: 'gps', operation: 'driver/create', kind: 'timeout', outcome, message: 'no' });
    api.commands.failNext(failure('none'));
    expect((await create(key)).body.errors[0].extensions.code).toBe('PORTAL_TIMEOUT');
    api.commands.failNext(failure('unknown'));
    expect((await create(key)).body.errors[0].extensions.code).toBe('OUTCOME_UNKNOWN');
    expect((await create(key)).body.errors[0].extensions.code).toBe('OUTCOME_UNKNOWN');
    expect(api.commands.calls).toHaveLength(2);
  });

  it('of a request that died is never done again', async () => {
    const key = newKey();
    await create(key);
    await sql`update gateway.idempotency set response = null where key = ${key}`.execute(api.db);
    expect((await create(key)).body.errors[0].extensions.code).toBe('IDEMPOTENCY_IN_PROGRESS');
    clock.advance(121_000);
    expect((await create(key)).body.errors[0].extensions.code).toBe('OUTCOME_UNKNOWN');
    expect(api.commands.calls).toHaveLength(1);
  });

  it('is forgotten after a day', async () => {
    const key = newKey();
    await create(key);
    clock.advance(24 * 3_600_000 + 1);
    await create(key, 'X', { token: await api.token() });
    expect(api.commands.calls).toHaveLength(2);
    token = await api.token();
  });

  it.each([
    ['nothing', ''],
    ['two words', 'with space'],
    ['201 characters', 'x'.repeat(201)],
    ['characters beyond ASCII', 'clé'],
  ])('of %s is refused, and nothing is done', async (_what, key) => {
    const { body } = await create(key, 'X', { token: await api.token() });
    expect(body.errors?.[0].extensions.code).toBe('IDEMPOTENCY_KEY_INVALID');
    expect(api.commands.calls).toEqual([]);
  });

  it('is not free again when one of two mutations was done, also where both stand in a fragment', async () => {
    const query = `mutation { ...both } fragment both on Mutation {
      one: createDriver(input: { lastName: "One" }) { driver { id } }
      two: createDriver(input: { lastName: "Two" }) { driver { id } } }`;
    const send = async (key: string) =>
      api.run(query, { headers: { 'idempotency-key': key }, token: await api.token() });
    const key = newKey();
    api.commands.failAfter(
      1,
      new PortalError({ portal: 'gps', operation: 'x', kind: 'timeout', outcome: 'none', message: 'no' }),
    );
    expect((await send(key)).body).toMatchObject({
      data: null,
      errors: [{ path: ['two'], extensions: { code: 'PORTAL_TIMEOUT' } }],
    });
    const again = await send(key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(api.commands.calls).toHaveLength(2);
  });

  it('does not hide what was done when the store cannot keep the answer; from then on it is not done again', async () => {
    const key = newKey();
    answers.isDown = true;
    const { body, status } = await create(key, 'X', { token: await api.token() });
    answers.isDown = false;
    expect([status, body.errors, body.data.createDriver.driver.id]).toEqual([
      200,
      undefined,
      id('Driver', 'acme-1'),
    ]);
    const again = await create(key, 'X', { token: await api.token() });
    expect(again.body.errors[0].extensions.code).toBe('IDEMPOTENCY_IN_PROGRESS');
    expect(api.commands.calls).toHaveLength(1);
  });

  describe.each(TRANSPORTS)('as an extension over %s', (_name, send) => {
    const withKey = async (key: unknown) =>
      send(api, await api.token(), {
        query: CREATE,
        variables: { input: { lastName: 'X' } },
        extensions: { idempotencyKey: key },
      });

    it('means the same', async () => {
      const key = newKey();
      const first = await withKey(key);
      expect((await withKey(key)).data).toEqual(first.data);
      expect(first.data).toMatchObject({ createDriver: { userErrors: [] } });
      expect(api.commands.calls).toHaveLength(1);
    });

    it.each([5, '', ['key'], { key: 1 }, false])('is refused as %j', async (key) => {
      const { errors } = await withKey(key);
      expect(errors?.[0]?.extensions['code']).toBe('IDEMPOTENCY_KEY_INVALID');
      expect(api.commands.calls).toEqual([]);
    });
  });

  it('is a header over SSE as well', async () => {
    const key = newKey();
    const given = await api.token();
    const send = async () => {
      const response = await fetch(`${api.url}/graphql/stream`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${given}`,
          'idempotency-key': key,
        },
        body: JSON.stringify({ query: CREATE, variables: { input: { lastName: 'X' } } }),
      });
      return response.text();
    };
    expect(await send()).toContain('"createDriver"');
    expect(await send()).toContain('"createDriver"');
    expect(api.commands.calls).toHaveLength(1);
  });
});
