import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents, OTHER, seedRun } from './support/fleet';
import { TRANSPORTS, type Operation } from './support/streams';

let api: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi({ drivers: 8 });
  token = await api.token({ account: OTHER, role: 'MASTER', userId: 'other-master' });
  await seedRun(api.db, ACME, { id: 'acme-run', status: 'PLANNED', items: 3 });
  await appendEvents(
    api.db,
    ACME,
    Array.from({ length: 9 }, (_, n) => ({ driverKey: `acme-${n}`, message: 'acme secret' })),
  );
});
afterAll(() => api.close());

const id = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');

/** Operations with an id each: once with one of another account, once with one that is nowhere. */
const WITH_ID: readonly (readonly [what: string, query: string, theirs: string, nowhere: string])[] = [
  [
    'driver',
    'query ($id: ID!) { driver(id: $id) { id fullName } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'node of a driver',
    'query ($id: ID!) { node(id: $id) { id } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'node of an account',
    'query ($id: ID!) { node(id: $id) { id } }',
    id('Account', 'acme'),
    id('Account', 'nobody'),
  ],
  [
    'node of a driver sync',
    'query ($id: ID!) { node(id: $id) { id } }',
    id('DriverSync', 'acme'),
    id('DriverSync', 'nobody'),
  ],
  [
    'node of a run',
    'query ($id: ID!) { node(id: $id) { id } }',
    id('SyncRun', 'acme-run'),
    id('SyncRun', 'nowhere'),
  ],
  [
    'node of an item',
    'query ($id: ID!) { node(id: $id) { id } }',
    id('SyncRunItem', 'acme-run-1'),
    id('SyncRunItem', 'nowhere'),
  ],
  [
    'node of an event',
    'query ($id: ID!) { node(id: $id) { id } }',
    id('SyncEvent', '3'),
    id('SyncEvent', '999'),
  ],
  [
    'nodes',
    'query ($id: ID!) { nodes(ids: [$id]) { id } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'entities',
    'query ($id: ID!) { _entities(representations: [{ __typename: "Driver", id: "ID" }]) { ... on Driver { id } } node(id: $id) { id } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'syncRun',
    'query ($id: ID!) { syncRun(id: $id) { id } }',
    id('SyncRun', 'acme-run'),
    id('SyncRun', 'nowhere'),
  ],
  [
    'events of a driver',
    'query ($id: ID!) { syncEvents(filter: { driverId: $id }) { nodes { message } } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'updateDriver',
    'mutation ($id: ID!) { updateDriver(input: { id: $id, firstName: "X" }) { driver { id } userErrors { code message } } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'deleteDriver',
    'mutation ($id: ID!) { deleteDriver(id: $id) { deletedDriverId userErrors { code message } } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'refreshDriver',
    'mutation ($id: ID!) { refreshDriver(id: $id) { driver { id } userErrors { code message } } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'resyncDrivers',
    'mutation ($id: ID!) { resyncDrivers(driverIds: [$id]) { run { id } userErrors { code message } } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'approveSyncRun',
    'mutation ($id: ID!) { approveSyncRun(id: $id) { run { id } userErrors { code message } } }',
    id('SyncRun', 'acme-run'),
    id('SyncRun', 'nowhere'),
  ],
  [
    'rejectSyncRunItems',
    'mutation ($id: ID!) { rejectSyncRunItems(id: $id, items: []) { run { id } userErrors { code message } } }',
    id('SyncRun', 'acme-run'),
    id('SyncRun', 'nowhere'),
  ],
  [
    'cancelSyncRun',
    'mutation ($id: ID!) { cancelSyncRun(id: $id) { run { id } userErrors { code message } } }',
    id('SyncRun', 'acme-run'),
    id('SyncRun', 'nowhere'),
  ],
  [
    'undoRemoval',
    'mutation ($id: ID!) { undoRemoval(event: $id) { driver { id } userErrors { code message } } }',
    id('SyncEvent', '3'),
    id('SyncEvent', '999'),
  ],
  [
    'subscription to a driver',
    'subscription ($id: ID!) { driver(id: $id) { id } }',
    id('Driver', 'acme-1'),
    id('Driver', 'nobody-1'),
  ],
  [
    'subscription to a run',
    'subscription ($id: ID!) { syncRun(id: $id) { id } }',
    id('SyncRun', 'acme-run'),
    id('SyncRun', 'nowhere'),
  ],
];

describe.each(TRANSPORTS)('over %s, what belongs to another account', (name, send) => {
  /** Without what differs from one request to the next: its id, and how much of the budget came back meanwhile. */
  const comparable = (answer: unknown, secret: string) =>
    JSON.parse(
      JSON.stringify(answer)
        .replaceAll(secret, 'ID')
        .replace(/"requestId":"[^"]+"/g, '"requestId":""')
        .replace(/"available":\d+/g, '"available":0'),
    ) as unknown;

  it.each(WITH_ID.filter(([, query]) => name !== 'HTTP' || !query.startsWith('subscription')))(
    '%s answers like what does not exist',
    async (_what, query, theirs, nowhere) => {
      const ask = async (one: string) => {
        const operation: Operation = {
          query: query.replace('"ID"', JSON.stringify(one)),
          variables: { id: one },
        };
        return comparable(await send(api, token, operation), one);
      };
      const answer = await ask(theirs);
      expect(answer).toEqual(await ask(nowhere));
      expect(JSON.stringify(answer)).not.toContain('acme');
    },
  );
});

describe('lists, counts and cursors', () => {
  it('are of the own account, whatever cursor is given', async () => {
    const theirs = await api.run(
      '{ drivers(first: 2) { pageInfo { endCursor } } syncRuns { edges { cursor } } syncEvents(first: 3) { pageInfo { endCursor } } }',
    );
    const { body } = await api.run(
      `query ($driver: String, $run: String, $event: String) {
        all: drivers(first: 100) { totalCount nodes { id fullName } }
        drivers(first: 100, after: $driver) { nodes { id } }
        syncRuns(after: $run) { totalCount nodes { id } }
        syncEvents(after: $event) { nodes { message } }
        driverSync { counts { total } lastRun { id } }
        search: drivers(filter: { search: "driver8" }) { totalCount }
      }`,
      {
        token,
        variables: {
          driver: theirs.body.data.drivers.pageInfo.endCursor,
          run: theirs.body.data.syncRuns.edges[0].cursor,
          event: theirs.body.data.syncEvents.pageInfo.endCursor,
        },
      },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.all.totalCount).toBe(5);
    const ids = [...body.data.all.nodes, ...body.data.drivers.nodes].map((node: { id: string }) =>
      Buffer.from(node.id, 'base64url').toString(),
    );
    expect(ids.filter((one) => !one.startsWith('Driver:other-'))).toEqual([]);
    expect(body.data.syncRuns).toEqual({ totalCount: 0, nodes: [] });
    expect(body.data.syncEvents.nodes).toEqual([]);
    expect(body.data.driverSync).toEqual({ counts: { total: 5 }, lastRun: null });
    expect(body.data.search.totalCount).toBe(0);
  });
});
