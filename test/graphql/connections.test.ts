import { sql } from 'kysely';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents, seedRun } from './support/fleet';

let statements = 0;
let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ wrapQueries: (queries) => counted(queries) });
  await seedRun(api.db, ACME, { id: 'run-1', status: 'RUNNING', items: 9 });
  await appendEvents(
    api.db,
    ACME,
    Array.from({ length: 40 }, (_, n) => ({ driverKey: `acme-${(n % 20) + 1}`, runId: 'run-1' })),
  );
});
afterAll(() => api.close());

/** Counts the questions that are asked of the store. */
function counted<Queries extends object>(queries: Queries): Queries {
  return new Proxy(queries, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        statements += 1;
        return (method as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

const id = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');

async function pages(
  field: string,
  args: string,
  direction: 'forwards' | 'backwards' = 'forwards',
): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const [size, place] = direction === 'forwards' ? ['first: 7', 'after'] : ['last: 7', 'before'];
    const { body } = await api.run(
      `query ($c: String) { page: ${field}(${size}, ${place}: $c ${args}) { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      { variables: { c: cursor } },
    );
    expect(body.errors).toBeUndefined();
    const { edges, nodes, pageInfo } = body.data.page;
    expect(edges.map((edge: { node: { id: string } }) => edge.node)).toEqual(nodes);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([
      edges[0]?.cursor ?? null,
      edges.at(-1)?.cursor ?? null,
    ]);
    const ids = nodes.map((node: { id: string }) => node.id);
    if (direction === 'forwards') found.push(...ids);
    else found.unshift(...ids);
    cursor = direction === 'forwards' ? pageInfo.endCursor : pageInfo.startCursor;
    if (!(direction === 'forwards' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return found;
  }
}

describe('connections', () => {
  it.each(['NAME', 'REFERENCE_ID', 'DRIVERI_DRIVER_ID', 'LAST_SYNCED_AT'])(
    'of drivers by %s read the same from both ends',
    async (field) => {
      const forwards = await pages('drivers', `, orderBy: { field: ${field}, direction: DESC }`);
      expect(new Set(forwards).size).toBe(60);
      expect(await pages('drivers', `, orderBy: { field: ${field}, direction: DESC }`, 'backwards')).toEqual(
        forwards,
      );
    },
  );

  it('of events and runs read on', async () => {
    expect(new Set(await pages('syncEvents', '')).size).toBe(40);
    expect(await pages('syncRuns', '')).toEqual([id('SyncRun', 'run-1')]);
  });

  it("of a run's items and of a driver's events read on by their cursors", async () => {
    const { body } = await api.run(
      `{ syncRun(id: "${id('SyncRun', 'run-1')}") { items(first: 4, action: [UPDATE]) { totalCount pageInfo { endCursor hasNextPage } nodes { driverName driver { id } } } }
         driver(id: "${id('Driver', 'acme-1')}") { events(first: 1) { pageInfo { endCursor hasNextPage } nodes { run { id } } } } }`,
    );
    expect(body.data.syncRun.items).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: false } });
    expect(body.data.syncRun.items.nodes[0]).toEqual({
      driverName: 'Driver 2',
      driver: { id: id('Driver', 'acme-2') },
    });
    expect(body.data.driver.events.pageInfo.hasNextPage).toBe(true);
    const { body: next } = await api.run(
      `query ($c: String) { driver(id: "${id('Driver', 'acme-1')}") { events(first: 5, after: $c) { pageInfo { hasPreviousPage hasNextPage } nodes { id } } } }`,
      { variables: { c: body.data.driver.events.pageInfo.endCursor } },
    );
    expect(next.data.driver.events).toMatchObject({
      pageInfo: { hasPreviousPage: true, hasNextPage: false },
      nodes: [{ id: id('SyncEvent', '1') }],
    });
  });

  it.each([
    ['first: 0', 'INVALID_PAGE_SIZE'],
    ['first: -1', 'INVALID_PAGE_SIZE'],
    ['first: 101', 'INVALID_PAGE_SIZE'],
    ['last: 101', 'INVALID_PAGE_SIZE'],
    ['first: 1, last: 1', 'INVALID_PAGE_SIZE'],
    ['after: ""', 'INVALID_CURSOR'],
    ['after: "x"', 'INVALID_CURSOR'],
    [`after: "${'A'.repeat(9_000)}"`, 'INVALID_CURSOR'],
    [`after: "${Buffer.from('["driver","NAME",true,"x","k"]').toString('base64url')}"`, 'INVALID_CURSOR'],
    [`after: "${Buffer.from('["driver","NAME",false,5,"k"]').toString('base64url')}"`, 'INVALID_CURSOR'],
    [
      `after: "${Buffer.from('["driver","LAST_SYNCED_AT",false,5,"k"]').toString('base64url')}"`,
      'INVALID_CURSOR',
    ],
    [
      `after: "${Buffer.from('["driver","NAME",false,"x\\u0000","k"]').toString('base64url')}"`,
      'INVALID_CURSOR',
    ],
    [`after: "${Buffer.from('["driver", "NAME",false,"x","k"]').toString('base64url')}"`, 'INVALID_CURSOR'],
    [`after: "${Buffer.from('["event",1e300]').toString('base64url')}"`, 'INVALID_CURSOR'],
  ])('refuse %s with a code and the path', async (args, code) => {
    const { body } = await api.run(`{ drivers(${args}) { nodes { id } } }`);
    expect(body.errors).toEqual([
      expect.objectContaining({
        path: ['drivers'],
        extensions: expect.objectContaining({ code, argument: expect.any(String) }),
      }),
    ]);
  });

  it('take a cursor that is well made but of nowhere as a place', async () => {
    const cursor = Buffer.from('["driver","NAME",false,"m","zzz"]').toString('base64url');
    const { body } = await api.run(
      `{ drivers(first: 100, after: "${cursor}") { nodes { fullName } pageInfo { hasPreviousPage } } }`,
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.drivers.pageInfo.hasPreviousPage).toBe(true);
  });
});

describe('pages while the list changes', () => {
  const page = async (args: string) => {
    const { body } = await api.run(
      `{ drivers(${args}) { nodes { id } pageInfo { endCursor startCursor } } }`,
    );
    expect(body.errors).toBeUndefined();
    return {
      ids: body.data.drivers.nodes.map((node: { id: string }) => node.id) as string[],
      endCursor: body.data.drivers.pageInfo.endCursor as string,
      startCursor: body.data.drivers.pageInfo.startCursor as string,
    };
  };
  const set = (key: string, values: { nameKey?: string; listed?: boolean }) =>
    sql`update gateway.driver set name_key = coalesce(${values.nameKey ?? null}, name_key),
      listed = coalesce(${values.listed ?? null}, listed) where account = ${ACME} and key = ${key}`.execute(
      api.db,
    );

  it('miss nobody and show nobody twice, though some come, go and are renamed between two of them', async () => {
    const before = await pages('drivers', '');
    const first = await page('first: 20');
    expect(first.ids).toEqual(before.slice(0, 20));
    const keyOf = (one: string | undefined) =>
      Buffer.from(one ?? '', 'base64url')
        .toString()
        .replace('Driver:', '');
    // The one that the cursor stands at goes, and one in front of it; one behind it comes to the front.
    const [last, front, behind] = [keyOf(first.ids[19]), keyOf(first.ids[3]), keyOf(before[40])];
    const { rows } = await sql<{ name_key: string }>`
      select name_key from gateway.driver where account = ${ACME} and key = ${behind}`.execute(api.db);
    await set(last, { listed: false });
    await set(front, { listed: false });
    await set(behind, { nameKey: '!first' });
    const second = await page(`first: 100, after: "${first.endCursor}"`);
    expect(second.ids).toEqual(before.slice(20).filter((one) => keyOf(one) !== behind));
    const back = await page(`last: 100, before: "${second.startCursor}"`);
    expect(back.ids).toEqual([
      before[40],
      ...before.slice(0, 20).filter((one) => ![last, front].includes(keyOf(one))),
    ]);
    await set(last, { listed: true });
    await set(front, { listed: true });
    await set(behind, { nameKey: rows[0]?.name_key ?? '' });
    expect(await pages('drivers', '')).toEqual(before);
  });
});

describe('node and nodes', () => {
  it('find everything that has an id, and null for the rest', async () => {
    const types = [
      'Driver:acme-1',
      'SyncRun:run-1',
      'SyncRunItem:run-1-1',
      'SyncEvent:1',
      'Account:acme',
      'DriverSync:acme',
    ];
    const ids = types.map((one) => Buffer.from(one).toString('base64url'));
    const wrong = [
      '',
      'x',
      '%',
      id('Driver', 'nobody'),
      id('Nothing', '1'),
      id('SyncEvent', '0'),
      id('SyncEvent', '-1'),
      id('SyncEvent', '1e3'),
      id('SyncEvent', '9'.repeat(15)),
      `${ids[0]}=`,
      `${ids[0]}A`,
    ];
    const { body } = await api.run('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      variables: { ids: [...ids, ...wrong] },
    });
    expect(body.errors).toBeUndefined();
    expect(body.data.nodes.slice(0, 6).map((node: { __typename: string }) => node.__typename)).toEqual(
      types.map((one) => one.split(':')[0]),
    );
    expect(body.data.nodes.slice(0, 6).map((node: { id: string }) => node.id)).toEqual(ids);
    expect(body.data.nodes.slice(6)).toEqual(wrong.map(() => null));
    const { body: one } = await api.run(
      `{ node(id: "${ids[3]}") { ... on SyncEvent { message } } none: node(id: "x") { id } }`,
    );
    expect(one.data).toEqual({ node: { message: 'Changed.' }, none: null });
  });

  it('take 100 ids at once', async () => {
    const { body } = await api.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      variables: { ids: Array.from({ length: 101 }, () => 'x') },
    });
    expect(body.errors[0].extensions.code).toBe('TOO_MANY_IDS');
  });
});

describe('how often the store is asked', () => {
  const asked = async (query: string): Promise<number> => {
    statements = 0;
    const { body } = await api.run(query);
    expect(body.errors).toBeUndefined();
    return statements;
  };

  it('does not grow with the page: 50 drivers with both sides, events and whatever these refer to are four questions', async () => {
    const query = (first: number) =>
      `{ drivers(first: ${first}) { nodes { fullName gps { email observedAt } driveri { email observedAt } sync { status differences { field } } events(first: 3) { nodes { message run { kind } driver { id } } } } } }`;
    // Drivers, their events, the events' runs, the events' drivers.
    expect(await asked(query(10))).toBeLessThanOrEqual(4);
    expect(await asked(query(50))).toBeLessThanOrEqual(4);
  });

  it('counts only when asked for', async () => {
    expect(await asked('{ drivers { nodes { id } } }')).toBe(1);
    expect(await asked('{ drivers { totalCount nodes { id } } }')).toBe(2);
  });

  it('is once for what several fields need', async () => {
    expect(
      await asked(
        '{ a: driverSync { health { state } counts { total } } b: driverSync { health { state } counts { total } } }',
      ),
    ).toBe(3);
  });
});
