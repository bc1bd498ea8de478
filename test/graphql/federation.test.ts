import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { graphql, parse } from 'graphql';
import { startApi, type ApiFixture } from './support/api-fixture';

/** Another team's subgraph: hours of service of our drivers. */
const HOURS = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  type Query { busiest: [Driver!]! }
  type Driver @key(fields: "id") { id: ID! hoursThisWeek: Float! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
`);

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ drivers: 4 });
});
afterAll(() => api.close());

const id = (key: string) => Buffer.from(`Driver:${key}`).toString('base64url');

const hours = buildSubgraphSchema({
  typeDefs: HOURS,
  resolvers: {
    Query: {
      busiest: () => [
        { __typename: 'Driver', id: id('acme-2') },
        { __typename: 'Driver', id: id('acme-3') },
      ],
    },
    Driver: { hoursThisWeek: ({ id: of }: { id: string }) => of.length },
  },
});

async function sdl(): Promise<string> {
  const { body } = await api.run('{ _service { sdl } }');
  return body.data._service.sdl;
}

describe('as an Apollo Federation 2 subgraph', () => {
  it('composes with a subgraph that extends Driver', async () => {
    const { errors, supergraphSdl } = composeServices([
      { name: 'gateway', url: `${api.url}/graphql`, typeDefs: parse(await sdl()) },
      { name: 'hours', url: 'http://hours.invalid', typeDefs: HOURS },
    ]);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('hoursThisWeek: Float! @join__field(graph: HOURS)');
    expect(supergraphSdl).toMatch(/type Driver[^{]*@join__type\(graph: GATEWAY, key: "id"\)/);
  });

  it('answers a query that begins in the other one, as a router plans it', async () => {
    // `{ busiest { hoursThisWeek fullName gps { gpsId } } }`: first the other subgraph, then the entities here.
    const first = await graphql({ schema: hours, source: '{ busiest { __typename id hoursThisWeek } }' });
    const busiest = first.data?.['busiest'] as readonly {
      readonly __typename: string;
      readonly id: string;
    }[];
    const { body } = await api.run(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Driver { fullName gps { gpsId } } } }',
      { variables: { representations: busiest.map(({ __typename, id: of }) => ({ __typename, id: of })) } },
    );
    expect(body.errors).toBeUndefined();
    const merged = busiest.map((one, index) => ({ ...one, ...body.data._entities[index] }));
    expect(merged).toMatchObject([
      { gps: { gpsId: 'g2' }, hoursThisWeek: expect.any(Number) },
      { gps: { gpsId: 'g3' } },
    ]);
  });

  it('answers a query that begins here, and goes on in the other one', async () => {
    const { body } = await api.run('{ drivers(first: 2) { nodes { __typename id fullName } } }');
    const { data } = await graphql({
      schema: hours,
      source: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Driver { hoursThisWeek } } }',
      variableValues: {
        r: body.data.drivers.nodes.map(({ __typename, id: of }: { __typename: string; id: string }) => ({
          __typename,
          id: of,
        })),
      },
    });
    expect(data?.['_entities']).toHaveLength(2);
  });

  it('reads all entities in one go, in their order, null for what is not there', async () => {
    const keys = ['acme-1', 'nobody', 'acme-3', 'other-1', 'acme-1'];
    const representations = [
      ...keys.map((key) => ({ __typename: 'Driver', id: id(key) })),
      { __typename: 'Driver' },
      { __typename: 'SyncRun', id: 'x' },
      { __typename: 'Driver', id: { nested: true } },
      'text',
    ];
    const { body } = await api.run(
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Driver { id } } }',
      {
        variables: { r: representations },
      },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data._entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual([
      id('acme-1'),
      null,
      id('acme-3'),
      null,
      id('acme-1'),
      null,
      null,
      null,
      null,
    ]);
  });
});
