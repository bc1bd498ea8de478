import { sql } from 'kysely';
import { ACME, appendEvents, OTHER, seedRun } from './support/fleet';
import { until } from '../support/until';
import { startApi, type ApiFixture } from './support/api-fixture';
import { openEventStream, openSocket, start, type Answers, type Operation } from './support/streams';
import type { Client } from 'graphql-ws';

/** While it is set, the store fails with it when it is asked for drivers, or for where the log ends. */
let broken: { readonly drivers?: Error; readonly log?: Error } = {};
/** While it is set, whoever asks where the log ends waits for it. */
let held: Promise<void> | undefined;

let api: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi({
    wrapQueries: (queries) => ({
      ...queries,
      driversByKey: (...args) =>
        broken.drivers ? Promise.reject(broken.drivers) : queries.driversByKey(...args),
      eventRange: async (...args) => {
        await held;
        return broken.log ? Promise.reject(broken.log) : queries.eventRange(...args);
      },
    }),
  });
  token = await api.token();
});
afterAll(() => api.close());

const cursorOf = (seq: number) => Buffer.from(JSON.stringify(['event', seq])).toString('base64url');
const nodeId = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');
const EVENTS =
  'subscription ($after: String, $filter: SyncEventFilter) { syncEvents(after: $after, filter: $filter) { cursor message driver { id } } }';

async function announce(...messages: readonly string[]): Promise<void> {
  await appendEvents(
    api.db,
    ACME,
    messages.map((message) => ({ message, driverKey: 'acme-1' })),
  );
  await api.wake();
}

const openSubscriptions = (): Promise<number> => metric('gateway_api_subscriptions');

async function change(statement: ReturnType<typeof sql>): Promise<void> {
  await statement.execute(api.db);
  await api.wake();
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${api.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Clients of both kinds do the same. */
const CLIENTS = [
  ['WebSocket', (given: string) => openSocket(api, given)],
  ['SSE', (given: string) => openEventStream(api, given) as unknown as Pick<Client, 'subscribe' | 'dispose'>],
] as const;

describe.each(CLIENTS)('over %s', (_name, open) => {
  let client: Pick<Client, 'subscribe' | 'dispose'>;
  let subscriptions: Answers[];
  beforeEach(() => {
    client = open(token);
    subscriptions = [];
  });
  afterEach(async () => {
    for (const subscription of subscriptions) subscription.stop();
    await client.dispose();
  });

  const subscribe = (operation: Operation): Answers => {
    const answers = start(client, operation);
    subscriptions.push(answers);
    return answers;
  };

  describe('syncEvents', () => {
    it('goes on after a cursor from the log into what is live, nothing lost and nothing doubled', async () => {
      const { last } = await api.queries.eventRange(ACME);
      await announce('one', 'two', 'three');
      const events = subscribe({ query: EVENTS, variables: { after: cursorOf(last) } });
      const seen = [await events.next(), await events.next(), await events.next()];
      await announce('four');
      seen.push(await events.next());
      expect(seen.map(({ data }) => data.syncEvents.message)).toEqual(['one', 'two', 'three', 'four']);
      expect(seen[0].data.syncEvents.driver.id).toBe(nodeId('Driver', 'acme-1'));

      const again = subscribe({ query: EVENTS, variables: { after: seen[1].data.syncEvents.cursor } });
      expect((await again.next()).data.syncEvents.message).toBe('three');
    });

    it('is woken by its own look every two seconds when the wake-up is lost', async () => {
      const { last } = await api.queries.eventRange(ACME);
      const events = subscribe({ query: EVENTS, variables: { after: cursorOf(last) } });
      await announce('first');
      await events.next();
      await appendEvents(api.db, ACME, [{ message: 'nobody was told' }]);
      expect((await events.next(4_000)).data.syncEvents.message).toBe('nobody was told');
    });

    it('filters by type and by driver, merged ones included', async () => {
      await sql`insert into gateway.driver (account, key, merged_into, created_at, listed, presence, status, full_name, name_key,
        reference_key, driver_id_key, search_text, version)
        select ${ACME}, 'old', 'acme-3', 0, false, 'BOTH', 'IN_SYNC', 'x', 'x', '', '', '', ''
        where not exists (select from gateway.driver where account = ${ACME} and key = 'old')`.execute(
        api.db,
      );
      const { last } = await api.queries.eventRange(ACME);
      const events = subscribe({
        query: EVENTS,
        variables: {
          after: cursorOf(last),
          filter: { types: ['SYNC_FAILED'], driverId: nodeId('Driver', 'old') },
        },
      });
      await appendEvents(api.db, ACME, [
        { type: 'SYNC_FAILED', driverKey: 'acme-2', message: 'of another' },
        { type: 'RUN_STARTED', driverKey: 'acme-3', message: 'of another type' },
        { type: 'SYNC_FAILED', driverKey: 'acme-3', message: 'as the survivor' },
        { type: 'SYNC_FAILED', driverKey: 'old', message: 'before the merge' },
      ]);
      await api.wake();
      const seen = [await events.next(), await events.next()].map(({ data }) => data.syncEvents.message);
      expect(seen).toEqual(['as the survivor', 'before the merge']);
    });

    it.each([
      ['a place that the log has not reached', cursorOf(1_000_000), 'INVALID_CURSOR'],
      ['a place in another list', Buffer.from('["item",3]').toString('base64url'), 'INVALID_CURSOR'],
      ['nonsense', 'nonsense', 'INVALID_CURSOR'],
    ])('refuses %s', async (_what, after, code) => {
      const answer = await subscribe({ query: EVENTS, variables: { after } })
        .next()
        .catch((errors: unknown) => ({ errors }));
      expect(answer.errors[0].extensions.code).toBe(code);
    });

    it("never tells of another account's", async () => {
      const { last } = await api.queries.eventRange(ACME);
      const events = subscribe({ query: EVENTS, variables: { after: cursorOf(last) } });
      await appendEvents(api.db, OTHER, [{ message: 'secret' }]);
      await api.wake(OTHER);
      await announce('ours');
      expect((await events.next()).data.syncEvents.message).toBe('ours');
    });
  });

  describe('driver', () => {
    const DRIVER = 'subscription ($id: ID!) { driver(id: $id) { fullName sync { status } } }';

    it('shows the state at once, then only what changes of what was asked', async () => {
      const states = subscribe({ query: DRIVER, variables: { id: nodeId('Driver', 'acme-4') } });
      expect((await states.next()).data.driver.sync.status).toBe('IN_SYNC');
      // Observed again, and no different.
      await change(sql`update gateway.roster set observed_at = observed_at + 1 where account = ${ACME}`);
      await change(
        sql`update gateway.driver set status = 'PENDING' where account = ${ACME} and key = 'acme-4'`,
      );
      expect((await states.next()).data.driver.sync.status).toBe('PENDING');
      await change(
        sql`update gateway.driver set status = 'IN_SYNC' where account = ${ACME} and key = 'acme-4'`,
      );
      expect((await states.next()).data.driver.sync.status).toBe('IN_SYNC');
      await change(sql`update gateway.driver set listed = false where account = ${ACME} and key = 'acme-4'`);
      expect((await states.next()).data.driver).toBeNull();
      await change(sql`update gateway.driver set listed = true where account = ${ACME} and key = 'acme-4'`);
      expect((await states.next()).data.driver.fullName).toBe("O'Brien García");
      expect(states.waiting).toEqual([]);
    });

    it.each([
      nodeId('Driver', 'other-1'),
      nodeId('Driver', 'nobody'),
      nodeId('SyncRun', 'acme-1'),
      'nonsense',
    ])('is null for %s', async (id) => {
      expect(await subscribe({ query: DRIVER, variables: { id } }).next()).toMatchObject({
        data: { driver: null },
      });
    });
  });

  describe('driverSync', () => {
    it('shows the state at once, then every change of it, its health and its counts', async () => {
      const states = subscribe({
        query: 'subscription { driverSync { enabled health { state } counts { total inSync off } } }',
      });
      const first = await states.next();
      expect(first.data.driverSync).toMatchObject({ enabled: true, counts: { total: 60, off: 0 } });
      await change(sql`update gateway.account set enabled = false where account = ${ACME}`);
      expect((await states.next()).data.driverSync).toMatchObject({
        enabled: false,
        health: { state: 'OFF' },
        counts: { off: 60 },
      });
      await change(sql`update gateway.account set enabled = true where account = ${ACME}`);
      expect((await states.next()).data.driverSync).toEqual(first.data.driverSync);
    });
  });

  describe('syncRun', () => {
    it('shows a run as it progresses, and completes at its end', async () => {
      const id = `run-${_name}`;
      await seedRun(api.db, ACME, { id, status: 'PLANNING', items: 4 });
      const states = subscribe({
        query: 'subscription ($id: ID!) { syncRun(id: $id) { status progress totals { update } } }',
        variables: { id: nodeId('SyncRun', id) },
      });
      expect((await states.next()).data.syncRun).toMatchObject({ status: 'PLANNING', progress: 0 });
      await change(sql`update gateway.sync_run set status = 'RUNNING' where id = ${id}`);
      expect((await states.next()).data.syncRun).toMatchObject({ status: 'RUNNING', progress: 0.25 });
      await change(
        sql`update gateway.sync_run_item set outcome = 'APPLIED' where run_id = ${id} and position < 3`,
      );
      expect((await states.next()).data.syncRun).toMatchObject({ status: 'RUNNING', progress: 0.75 });
      await change(sql`update gateway.sync_run set status = 'SUCCEEDED', finished_at = 1 where id = ${id}`);
      expect((await states.next()).data.syncRun).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
      await states.completed();
    });

    it('is an error for a run that is not there', async () => {
      await seedRun(api.db, OTHER, { id: `other-${_name}`, status: 'PLANNED', items: 1 });
      for (const id of [nodeId('SyncRun', `other-${_name}`), 'nonsense']) {
        const answer = await subscribe({
          query: 'subscription ($id: ID!) { syncRun(id: $id) { status } }',
          variables: { id },
        })
          .next()
          .catch((errors: unknown) => ({ errors }));
        expect(answer.errors[0].extensions.code).toBe('NOT_FOUND');
      }
    });
  });
});

describe.each(CLIENTS)('over %s, a store that fails', (_name, open) => {
  let client: Pick<Client, 'subscribe' | 'dispose'>;
  beforeEach(() => void (client = open(token)));
  afterEach(async () => {
    broken = {};
    held = undefined;
    await client.dispose();
  });

  const DRIVER = {
    query: 'subscription ($id: ID!) { driver(id: $id) { sync { status } } }',
    variables: { id: nodeId('Driver', 'acme-5') },
  };
  const masked = {
    errors: [
      {
        message: expect.stringContaining('It has been logged'),
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/^[\w-]{36}$/) },
      },
    ],
  };
  const failure = () => Object.assign(new Error('select MARK from secret'), { severity: 'ERROR' });

  it('ends the subscription with one masked error; what is beside it goes on, and it can be started again', async () => {
    const states = start(client, DRIVER);
    const events = start(client, { query: EVENTS, variables: { filter: { types: ['RUN_STARTED'] } } });
    await states.next();
    await until('both are open', async () => (await openSubscriptions()) === 2);
    broken = { drivers: failure() };
    await change(
      sql`update gateway.driver set status = 'PENDING' where account = ${ACME} and key = 'acme-5'`,
    );
    const last = await states.next();
    expect(last).toEqual(masked);
    await states.completed();
    expect(states.waiting).toEqual([]);
    expect(api.log()).toContain(last.errors[0].extensions.requestId);
    broken = {};
    await appendEvents(api.db, ACME, [{ type: 'RUN_STARTED', message: 'goes on' }]);
    await api.wake();
    expect((await events.next()).data.syncEvents.message).toBe('goes on');
    const again = start(client, DRIVER);
    expect((await again.next()).data.driver.sync.status).toBe('PENDING');
    again.stop();
    events.stop();
    await until('none is open', async () => (await openSubscriptions()) === 0);
  });

  it('is a masked error when it fails at the start', async () => {
    broken = { log: failure() };
    const answers = [DRIVER, { query: EVENTS }].map((operation) => start(client, operation));
    for (const answer of answers) {
      expect(await answer.next()).toMatchObject({
        errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      });
      await answer.completed();
    }
    expect(await openSubscriptions()).toBe(0);
  });

  it('or that is slow, leaves nothing behind of a client that has gone meanwhile', async () => {
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    const events = start(client, { query: EVENTS });
    await until('the client has come', async () => (await metric('gateway_api_streams')) > 0);
    events.stop();
    await client.dispose();
    await until('the client has gone', async () => (await metric('gateway_api_streams')) === 0);
    release();
    await api.run('{ __typename }');
    await until('none is open', async () => (await openSubscriptions()) === 0);
    await announce('nobody is there');
    expect(await openSubscriptions()).toBe(0);
  });
});

describe.each(CLIENTS)('over %s, a log that was cut short', (_name, open) => {
  let client: Pick<Client, 'subscribe' | 'dispose'>;
  beforeEach(() => void (client = open(token)));
  afterEach(async () => client.dispose());

  const cutUpTo = (seq: number) =>
    sql`delete from gateway.event where account = ${ACME} and seq <= ${seq}::bigint`.execute(api.db);

  it('answers a cursor that is too old with CURSOR_EXPIRED, and takes the oldest that is kept', async () => {
    await announce('a', 'b', 'c', 'd');
    const { last } = await api.queries.eventRange(ACME);
    await cutUpTo(last - 2);
    const expired = start(client, { query: EVENTS, variables: { after: cursorOf(last - 3) } });
    expect((await expired.next()).errors[0].extensions.code).toBe('CURSOR_EXPIRED');
    await expired.completed();
    const kept = start(client, { query: EVENTS, variables: { after: cursorOf(last - 2) } });
    expect((await kept.next()).data.syncEvents.message).toBe('c');
  });

  it('answers whoever it was cut short under with CURSOR_EXPIRED, instead of going on with a gap', async () => {
    const { last } = await api.queries.eventRange(ACME);
    const events = start(client, { query: EVENTS, variables: { after: cursorOf(last) } });
    await announce('seen');
    expect((await events.next()).data.syncEvents.message).toBe('seen');
    await appendEvents(api.db, ACME, [{ message: 'lost' }, { message: 'lost' }, { message: 'kept' }]);
    await cutUpTo(last + 3);
    await api.wake();
    expect((await events.next()).errors[0].extensions.code).toBe('CURSOR_EXPIRED');
    await events.completed();
    expect(events.waiting).toEqual([]);
  });
});
