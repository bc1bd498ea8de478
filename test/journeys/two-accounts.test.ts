import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, getNamedType, isInputObjectType, type GraphQLArgument } from 'graphql';
import { sandboxAccount } from '../../src/assembly/sandbox-account';
import { generateFleet } from '../../src/sandbox/fleet';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

const schema = buildSchema(readFileSync(path.resolve(__dirname, '../../schema/schema.graphql'), 'utf8'));
const id = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');
const NOWHERE = '00000000-0000-4000-8000-000000000000';

/** Ids that the first account has. */
interface Ids {
  readonly Driver: string;
  readonly SyncRun: string;
  readonly SyncRunItem: string;
  readonly SyncEvent: string;
  /** As the GPS portal has it, not opaque. */
  readonly GpsId: string;
}

const ERRORS = 'userErrors { code message field }';

/** Every id that a query or a mutation takes: which kind, and an operation that gives it as `$id`. */
const OPERATIONS: Readonly<Record<string, readonly [kind: keyof Ids, operation: string]>> = {
  'Query.node.id': ['Driver', 'query ($id: ID!) { node(id: $id) { id } }'],
  'Query.nodes.ids': ['SyncEvent', 'query ($id: ID!) { nodes(ids: [$id]) { id } }'],
  'Query.driver.id': ['Driver', 'query ($id: ID!) { driver(id: $id) { fullName } }'],
  'Query.driverBy.gpsId': ['GpsId', 'query ($id: ID!) { driverBy(gpsId: $id) { fullName } }'],
  'Query.syncRun.id': ['SyncRun', 'query ($id: ID!) { syncRun(id: $id) { status items { totalCount } } }'],
  'Query.syncEvents.filter.driverId': [
    'Driver',
    'query ($id: ID!) { syncEvents(filter: { driverId: $id }) { nodes { message } } }',
  ],
  'Query.syncEvents.filter.runId': [
    'SyncRun',
    'query ($id: ID!) { syncEvents(filter: { runId: $id }) { nodes { message } } }',
  ],
  'Mutation.updateDrivers.inputs.id': [
    'Driver',
    `mutation ($id: ID!) { updateDrivers(inputs: [{ id: $id, firstName: "Taken" }]) { driver { id } ${ERRORS} } }`,
  ],
  'Mutation.updateDriver.input.id': [
    'Driver',
    `mutation ($id: ID!) { updateDriver(input: { id: $id, firstName: "Taken" }) { driver { id } ${ERRORS} } }`,
  ],
  'Mutation.deleteDriver.id': [
    'Driver',
    `mutation ($id: ID!) { deleteDriver(id: $id) { deletedDriverId ${ERRORS} } }`,
  ],
  'Mutation.refreshDriver.id': [
    'Driver',
    `mutation ($id: ID!) { refreshDriver(id: $id) { driver { id } ${ERRORS} } }`,
  ],
  'Mutation.undoRemoval.event': [
    'SyncEvent',
    `mutation ($id: ID!) { undoRemoval(event: $id, force: true) { driver { id } ${ERRORS} } }`,
  ],
  'Mutation.setDriverSync.reviewedRun': [
    'SyncRun',
    `mutation ($id: ID!) { setDriverSync(enabled: true, reviewedRun: $id) { run { id } ${ERRORS} } }`,
  ],
  'Mutation.resyncDrivers.driverIds': [
    'Driver',
    `mutation ($id: ID!) { resyncDrivers(driverIds: [$id], dryRun: true) { run { id } ${ERRORS} } }`,
  ],
  'Mutation.approveSyncRun.id': [
    'SyncRun',
    `mutation ($id: ID!) { approveSyncRun(id: $id) { run { id } ${ERRORS} } }`,
  ],
  'Mutation.approveSyncRun.items': [
    'SyncRunItem',
    `mutation ($id: ID!, $own: ID!) { approveSyncRun(id: $own, items: [$id]) { run { id } ${ERRORS} } }`,
  ],
  'Mutation.rejectSyncRunItems.id': [
    'SyncRun',
    `mutation ($id: ID!) { rejectSyncRunItems(id: $id, items: []) { run { id } ${ERRORS} } }`,
  ],
  'Mutation.rejectSyncRunItems.items': [
    'SyncRunItem',
    `mutation ($id: ID!, $own: ID!) { rejectSyncRunItems(id: $own, items: [$id]) { run { id } ${ERRORS} } }`,
  ],
  'Mutation.cancelSyncRun.id': [
    'SyncRun',
    `mutation ($id: ID!) { cancelSyncRun(id: $id) { run { id } ${ERRORS} } }`,
  ],
};

/** Every argument of an id that the schema has, also inside inputs. */
function idArguments(): readonly string[] {
  const found = (at: string, { name, type }: Pick<GraphQLArgument, 'name' | 'type'>): readonly string[] => {
    const named = getNamedType(type);
    if (isInputObjectType(named)) {
      return Object.values(named.getFields()).flatMap((field) => found(`${at}.${name}`, field));
    }
    return named.name === 'ID' ? [`${at}.${name}`] : [];
  };
  return [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}).flatMap((field) =>
      field.args.flatMap((arg) => found(`${type?.name}.${field.name}`, arg)),
    ),
  );
}

describe('what belongs to one account, for the Master User of another', () => {
  let given: GivenGateway;
  let otherSandbox: Sandbox;
  let ids: Ids;
  let own = '';
  beforeAll(async () => {
    otherSandbox = await startSandbox({ fleet: generateFleet({ drivers: 5, seed: 9, differing: 2 }) });
    given = await givenGateway({
      fleet: generateFleet({ drivers: 12, seed: 4, differing: 6 }),
      settings: { gpsPollMs: 3_600_000, driveriPollMs: 3_600_000 },
      others: [{ ...sandboxAccount(otherSandbox, 'other'), name: 'Other Fleet' }],
    });
    await given.turnOn();
    ids = await idsOfTheFirst();
  });
  afterAll(async () => {
    await given.close();
    await otherSandbox.close();
  });

  async function dryRun(account: string): Promise<string> {
    const { data } = await given.request<{ resyncDrivers: { run: { id: string } } }>(
      'mutation { resyncDrivers(dryRun: true) { run { id } } }',
      {},
      'MASTER',
      account,
    );
    const { id: run } = data.resyncDrivers.run;
    await until('it is planned', async () => {
      const { data: now } = await given.request<{ syncRun: { status: string } }>(
        'query ($run: ID!) { syncRun(id: $run) { status } }',
        { run },
        'MASTER',
        account,
      );
      return now.syncRun.status === 'PLANNED';
    });
    return run;
  }

  /** Turns the other account's sync on, and makes a dry run once its INITIAL run is over. */
  async function turnOnOther(): Promise<string> {
    const { data } = await given.request<{ setDriverSync: { userErrors: unknown[] } }>(
      'mutation { setDriverSync(enabled: true) { userErrors { code } } }',
      {},
      'MASTER',
      'other',
    );
    expect(data.setDriverSync.userErrors).toEqual([]);
    await until('its INITIAL run is over', async () => {
      const { data: now } = await given.request<{ driverSync: { lastRun: { status: string } } }>(
        '{ driverSync { lastRun { status } } }',
        {},
        'MASTER',
        'other',
      );
      return !['PLANNING', 'RUNNING'].includes(now.driverSync.lastRun.status);
    });
    return dryRun('other');
  }

  async function idsOfTheFirst(): Promise<Ids> {
    const { createDriver } = await given.ask<{
      createDriver: { driver: { id: string; gps: { gpsId: string } } };
    }>(
      'mutation { createDriver(input: { lastName: "Secret", driveriDriverId: "SECRET-1" }) { driver { id gps { gpsId } } } }',
    );
    // A plan that can be applied, with an item of its own.
    const { lastRun, syncEvents } = await given.ask<{
      lastRun: { lastRun: { id: string; items: { nodes: { id: string }[] } } };
      syncEvents: { nodes: { id: string }[] };
    }>(
      '{ lastRun: driverSync { lastRun { id items(first: 1) { nodes { id } } } } syncEvents(first: 1) { nodes { id } } }',
    );
    const item = lastRun.lastRun.items.nodes[0]?.id;
    const event = syncEvents.nodes[0]?.id;
    if (item === undefined || event === undefined) throw new Error('The INITIAL run had something to do');
    return {
      Driver: createDriver.driver.id,
      SyncRun: lastRun.lastRun.id,
      SyncRunItem: item,
      SyncEvent: event,
      GpsId: createDriver.driver.gps.gpsId,
    };
  }

  const world = () =>
    given.ask(
      '{ drivers(first: 100) { nodes { id version fullName } } driverSync { enabled } syncRuns { nodes { id status } } }',
    );

  it('is tried with every id that queries and mutations take', () => {
    expect(Object.keys(OPERATIONS).sort()).toEqual([...idArguments()].sort());
  });

  // With a run of its own: only while Driver Sync is on can its items be decided upon.
  const isDecision = (operation: string) => operation.includes('$own');
  const inOrder = Object.entries(OPERATIONS).sort(
    ([, [, a]], [, [, b]]) => Number(isDecision(a)) - Number(isDecision(b)),
  );

  it.each(inOrder)('%s answers as for what does not exist', async (_at, [kind, operation]) => {
    if (isDecision(operation)) own = await turnOnOther();
    const before = await world();
    const ask = async (one: string): Promise<string> => {
      const variables = isDecision(operation) ? { id: one, own } : { id: one };
      const answer = await given.request(operation, variables, 'MASTER', 'other');
      const key = Buffer.from(one, 'base64url').toString().split(':')[1] ?? one;
      return JSON.stringify(answer)
        .replaceAll(one, 'ID')
        .replaceAll(key, 'KEY')
        .replace(/"requestId":"[^"]+"/g, '')
        .replace(/"available":\d+/g, '');
    };
    const nowhere = kind === 'GpsId' ? '999999999' : id(kind, kind === 'SyncEvent' ? '999999' : NOWHERE);
    const answer = await ask(ids[kind]);
    expect(answer).toBe(await ask(nowhere));
    expect(answer).toMatch(operation.startsWith('mutation') ? /"code":"NOT_FOUND"/ : /null|\[\]/);
    expect(answer).not.toMatch(/Secret|SECRET/);
    expect(await world()).toEqual(before);
  });

  it('the same ids are answered to whom they belong', async () => {
    const { node, nodes, driver, syncRun } = await given.ask<Record<string, unknown>>(
      'query ($d: ID!, $e: ID!, $r: ID!) { node(id: $d) { id } nodes(ids: [$e]) { id } driver(id: $d) { fullName } syncRun(id: $r) { id } }',
      { d: ids.Driver, e: ids.SyncEvent, r: ids.SyncRun },
    );
    expect({ node, nodes, driver, syncRun }).toEqual({
      node: { id: ids.Driver },
      nodes: [{ id: ids.SyncEvent }],
      driver: { fullName: 'Secret' },
      syncRun: { id: ids.SyncRun },
    });
  });

  it('is found by no filter, no search and no DriverID, and its DriverID is free there', async () => {
    const { data } = await given.request<Record<string, { totalCount: number }>>(
      `{ a: drivers(filter: { search: "secret" }) { totalCount } b: drivers(filter: { driveriDriverId: "SECRET-1" }) { totalCount } }`,
      {},
      'MASTER',
      'other',
    );
    expect(data).toEqual({ a: { totalCount: 0 }, b: { totalCount: 0 } });
    const { data: created } = await given.request<{ createDriver: { userErrors: unknown[] } }>(
      'mutation { createDriver(input: { lastName: "Ours", driveriDriverId: "SECRET-1" }) { userErrors { code } } }',
      {},
      'MASTER',
      'other',
    );
    expect(created.createDriver.userErrors).toEqual([]);
  });
});
