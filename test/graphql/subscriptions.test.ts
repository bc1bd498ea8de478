import { sql } from 'kysely';
import { ACME, appendEvents, OTHER, seedRun } from './support/fleet';
import { startApi, type ApiFixture } from './support/api-fixture';
import { openEventStream, openSocket, start, type Answers, type Operation } from './support/streams';
import type { Client } from 'graphql-ws';

let api: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi();
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

async function change(statement: ReturnType<typeof sql>): Promise<void> {
  await statement.execute(api.db);
  await api.wake();
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
        values (${ACME}, 'old', 'acme-3', 0, false, 'BOTH', 'IN_SYNC', 'x', 'x', '', '', '', '') on conflict do nothing`.execute(
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

describe('a log that was cut short', () => {
  it('answers a cursor that is too old with CURSOR_EXPIRED, and takes the oldest that is kept', async () => {
    await announce('a', 'b', 'c', 'd');
    const { last } = await api.queries.eventRange(ACME);
    await sql`delete from gateway.event where account = ${ACME} and seq <= ${last - 2}::bigint`.execute(
      api.db,
    );
    const client = openSocket(api, token);
    const expired = await start(client, { query: EVENTS, variables: { after: cursorOf(last - 3) } }).next();
    expect(expired.errors[0].extensions.code).toBe('CURSOR_EXPIRED');
    const kept = start(client, { query: EVENTS, variables: { after: cursorOf(last - 2) } });
    expect((await kept.next()).data.syncEvents.message).toBe('c');
    await client.dispose();
  });
});
