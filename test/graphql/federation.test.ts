import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, Kind, parse } from 'graphql';
import { startApi, type ApiFixture } from './support/api-fixture';

/** Another team's subgraph: hours of service of our drivers. */
const HOURS = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  type Query { busiest: [Driver!]! }
  type Driver @key(fields: "id") { id: ID! hoursThisWeek: Float! }
  type UserError @shareable { code: String! message: String! field: [String!] }
  type HoursPayload { userErrors: [UserError!]! }
  type Mutation { logHours(driver: ID!, hours: Float!): HoursPayload! }
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
    Mutation: {
      logHours: (_: unknown, { hours: given }: { hours: number }) => ({
        userErrors:
          given <= 24 ? [] : [{ code: 'TOO_MANY_HOURS', message: 'A day has 24.', field: ['hours'] }],
      }),
    },
    // Ten hours for each number: `acme-3` has worked 30.
    Driver: {
      hoursThisWeek: ({ id: of }: { id: string }) =>
        10 * Number(Buffer.from(of, 'base64url').toString().split('-').at(-1)),
    },
  },
});

const compose = (gatewaySdl: string) =>
  composeServices([
    { name: 'gateway', url: `${api.url}/graphql`, typeDefs: parse(gatewaySdl) },
    { name: 'hours', url: 'http://hours.invalid', typeDefs: HOURS },
  ]);

/** The root field that a subgraph is asked for. */
function rootFieldOf(query: string | undefined): string {
  const definition = parse(query ?? '').definitions[0];
  const field = definition?.kind === Kind.OPERATION_DEFINITION && definition.selectionSet.selections[0];
  return field && field.kind === Kind.FIELD ? field.name.value : 'nothing';
}

/** The other team's service, in this process. */
function hoursService(asked: string[]): GraphQLDataSource {
  return {
    async process({ request }) {
      asked.push(`hours: ${rootFieldOf(request.query)}`);
      const { data, errors } = await graphql({
        schema: hours,
        source: request.query ?? '',
        variableValues: request.variables ?? {},
      });
      return {
        ...(data && { data: { ...data } }),
        ...(errors && { errors: errors.map((error) => error.toJSON()) }),
      };
    },
  };
}

/** This API, over HTTP, with the token of who asked the router. */
function gatewayService(url: string, token: string, asked: string[]): GraphQLDataSource {
  return new RemoteGraphQLDataSource({
    url,
    willSendRequest({ request }) {
      asked.push(`gateway: ${rootFieldOf(request.query)}`);
      request.http?.headers.set('authorization', `Bearer ${token}`);
    },
  });
}

async function sdl(): Promise<string> {
  const { body } = await api.run('{ _service { sdl } }');
  return body.data._service.sdl;
}

describe('as an Apollo Federation 2 subgraph', () => {
  it('composes with a subgraph that extends Driver', async () => {
    const { errors, supergraphSdl } = compose(await sdl());
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('hoursThisWeek: Float! @join__field(graph: HOURS)');
    expect(supergraphSdl).toMatch(/type Driver[^{]*@join__type\(graph: GATEWAY, key: "id"\)/);
  });

  it('composes with a subgraph that has a UserError of its own, because ours is shareable', async () => {
    const { errors, supergraphSdl } = compose(await sdl());
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toMatch(
      /type UserError\s+@join__type\(graph: GATEWAY\)\s+@join__type\(graph: HOURS\)/,
    );
    const selfish = (await sdl()).replace(/(type UserError) @shareable/, '$1');
    expect(
      compose(selfish)
        .errors?.map(({ message }) => message)
        .join(),
    ).toMatch(/UserError.*shareable/s);
  });

  describe('behind a router that plans queries over the composed supergraph', () => {
    let router: ApolloServer;
    const asked: string[] = [];
    beforeAll(async () => {
      const token = await api.token();
      const gateway = new ApolloGateway({
        supergraphSdl: compose(await sdl()).supergraphSdl ?? '',
        buildService: ({ name, url }) =>
          name === 'hours' ? hoursService(asked) : gatewayService(url ?? '', token, asked),
      });
      router = new ApolloServer({ gateway });
      await router.start();
    });
    afterAll(() => router.stop());
    beforeEach(() => void asked.splice(0));

    async function ask(query: string, variables: Record<string, unknown> = {}) {
      const { body } = await router.executeOperation({ query, variables });
      if (body.kind !== 'single') throw new Error('Nothing here is deferred');
      return body.singleResult;
    }

    it('answers a query that begins in the other subgraph: our drivers by one _entities', async () => {
      const { data, errors } = await ask(
        '{ busiest { hoursThisWeek fullName gps { gpsId } sync { status } } }',
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        busiest: [
          { hoursThisWeek: 20, fullName: 'Zoë García', gps: { gpsId: 'g2' }, sync: { status: 'IN_SYNC' } },
          { hoursThisWeek: 30, fullName: 'Łukasz García', gps: { gpsId: 'g3' }, sync: { status: 'IN_SYNC' } },
        ],
      });
      expect(asked).toEqual(['hours: busiest', 'gateway: _entities']);
    });

    it('answers a query that begins here, with variables, and goes on in the other one', async () => {
      const { data, errors } = await ask(
        'query ($first: Int!, $search: String) { drivers(first: $first, filter: { search: $search }) { totalCount pageInfo { hasNextPage } nodes { fullName hoursThisWeek } } }',
        { first: 2, search: 'garcía' },
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        drivers: {
          totalCount: 4,
          pageInfo: { hasNextPage: true },
          nodes: [
            { fullName: 'Ana García', hoursThisWeek: 10 },
            { fullName: "O'Brien García", hoursThisWeek: 40 },
          ],
        },
      });
      expect(asked).toEqual(['gateway: drivers', 'hours: _entities']);
    });

    it('gives the user errors of both subgraphs in one answer', async () => {
      const { data, errors } = await ask(
        `mutation ($run: ID!, $driver: ID!) {
          rejectSyncRunItems(id: $run, items: [], reason: "never") { userErrors { code message field } planDifferences { driverName } }
          logHours(driver: $driver, hours: 30) { userErrors { code message field } }
        }`,
        { run: 'nothing', driver: id('acme-1') },
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        rejectSyncRunItems: {
          userErrors: [{ code: 'NOT_FOUND', message: 'There is no run with this id.', field: ['id'] }],
          planDifferences: [],
        },
        logHours: {
          userErrors: [{ code: 'TOO_MANY_HOURS', message: 'A day has 24.', field: ['hours'] }],
        },
      });
      expect(asked).toEqual(['gateway: rejectSyncRunItems', 'hours: logHours']);
    });

    it('hands on what is refused here, with its code', async () => {
      const { errors } = await ask('{ drivers(first: 101) { nodes { hoursThisWeek } } }');
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_PAGE_SIZE' });
    });
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
