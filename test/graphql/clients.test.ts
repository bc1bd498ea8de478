import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { Client as UrqlClient, fetchExchange, subscriptionExchange } from 'urql';
import WebSocket from 'ws';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents } from './support/fleet';

/* What docs/clients.md shows, with the real libraries. */

let api: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi({ drivers: 30 });
  token = await api.token();
});
afterAll(() => api.close());

const PAGE = `query Page($after: String) {
  drivers(first: 10, after: $after) { edges { cursor node { id fullName } } pageInfo { endCursor hasNextPage } }
}`;
const CREATE = `mutation Create($input: CreateDriverInput!) {
  createDriver(input: $input) { driver { id } userErrors { code message field } }
}`;
const EVENTS = `subscription Events($after: String) { syncEvents(after: $after) { cursor message } }`;

interface Page {
  readonly drivers: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}
interface Event {
  readonly syncEvents: { readonly cursor: string; readonly message: string };
}

const socketUrl = () => `${api.url.replace('http', 'ws')}/graphql`;

async function announce(...messages: readonly string[]): Promise<void> {
  await appendEvents(
    api.db,
    ACME,
    messages.map((message) => ({ message })),
  );
  await api.wake();
}

async function endOfLog(): Promise<string> {
  const { last } = await api.queries.eventRange(ACME);
  return Buffer.from(JSON.stringify(['event', last])).toString('base64url');
}

describe('Apollo Client 4', () => {
  function connect() {
    const sockets: WebSocket[] = [];
    const Recorded = class extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given);
        sockets.push(this);
      }
    };
    const ws = createClient({
      url: socketUrl(),
      webSocketImpl: Recorded,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    const http = new HttpLink({ uri: `${api.url}/graphql`, headers: { authorization: `Bearer ${token}` } });
    const client = new ApolloClient({
      link: ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(ws),
        http,
      ),
      cache: new InMemoryCache({
        typePolicies: { Query: { fields: { drivers: relayStylePagination(['filter', 'orderBy']) } } },
      }),
    });
    return { client, ws, drop: () => sockets.at(-1)?.terminate() };
  }

  it('reads pages into one list of its cache', async () => {
    const { client, ws } = connect();
    const query = client.watchQuery<Page>({ query: gql(PAGE) });
    const seen = query.subscribe(() => undefined);
    const first = await client.query<Page>({ query: gql(PAGE) });
    await query.fetchMore({ variables: { after: first.data?.drivers.pageInfo.endCursor } });
    const cached = client.readQuery<Page>({ query: gql(PAGE) });
    expect(new Set(cached?.drivers.edges.map(({ node }) => node.id)).size).toBe(20);
    seen.unsubscribe();
    client.stop();
    await ws.dispose();
  });

  it('shows what the caller has to put right, and errors with their code', async () => {
    const { client, ws } = connect();
    const { data } = await client.mutate({
      mutation: gql(CREATE),
      variables: { input: { firstName: 'Ana', lastName: '' } },
    });
    expect(data).toMatchObject({ createDriver: { driver: null, userErrors: [{ code: 'REQUIRED' }] } });
    await expect(
      client.query({ query: gql('{ drivers(first: 1000) { nodes { id } } }') }),
    ).rejects.toMatchObject({
      errors: [{ extensions: { code: 'INVALID_PAGE_SIZE' } }],
    });
    client.stop();
    await ws.dispose();
  });

  it('subscribes, loses the connection, and resumes after its last event', async () => {
    const { client, ws, drop } = connect();
    let after = await endOfLog();
    const seen: string[] = [];
    const follow = (until: number): Promise<void> =>
      new Promise((resolve) => {
        const subscription = client.subscribe<Event>({ query: gql(EVENTS), variables: { after } }).subscribe({
          next: ({ data, error }) => {
            if (error || !data) return resolve();
            after = data.syncEvents.cursor;
            seen.push(data.syncEvents.message);
            if (seen.length === until) {
              subscription.unsubscribe();
              resolve();
            }
            if (seen.length === 2) drop();
          },
          error: () => resolve(),
          complete: () => resolve(),
        });
      });
    await announce('one', 'two');
    await follow(3); // ends with the connection
    await announce('three', 'four');
    await follow(4);
    expect(seen).toEqual(['one', 'two', 'three', 'four']);
    client.stop();
    await ws.dispose();
  });
});

describe('urql 5', () => {
  function connect() {
    const ws = createClient({
      url: socketUrl(),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    const client = new UrqlClient({
      url: `${api.url}/graphql`,
      preferGetMethod: false,
      fetchOptions: { headers: { authorization: `Bearer ${token}` } },
      exchanges: [
        cacheExchange({ resolvers: { Query: { drivers: relayPagination() } } }),
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: ws.subscribe(
                { query, ...(variables && { variables: { ...variables } }) },
                sink as never,
              ),
            }),
          }),
        }),
      ],
    });
    return { client, ws };
  }

  it('reads pages into one list of its cache, and shows errors of both kinds', async () => {
    const { client, ws } = connect();
    const first = await client.query<Page>(PAGE, {}).toPromise();
    const after = first.data?.drivers.pageInfo.endCursor;
    const second = await client.query<Page>(PAGE, { after }).toPromise();
    expect(second.error).toBeUndefined();
    expect(new Set(second.data?.drivers.edges.map(({ node }) => node.id)).size).toBe(20);
    const refused = await client.mutation(CREATE, { input: { firstName: 'Ana', lastName: '' } }).toPromise();
    expect(refused.data).toMatchObject({ createDriver: { userErrors: [{ code: 'REQUIRED' }] } });
    const wrong = await client.query('{ drivers(first: 1000) { nodes { id } } }', {}).toPromise();
    expect(wrong.error?.graphQLErrors[0]?.extensions['code']).toBe('INVALID_PAGE_SIZE');
    await ws.dispose();
  });

  it('subscribes, and resumes after its last event', async () => {
    const { client, ws } = connect();
    let after = await endOfLog();
    const seen: string[] = [];
    const follow = (until: number): Promise<void> =>
      new Promise((resolve) => {
        const { unsubscribe } = client.subscription<Event>(EVENTS, { after }).subscribe(({ data }) => {
          if (!data) return;
          after = data.syncEvents.cursor;
          seen.push(data.syncEvents.message);
          if (seen.length < until) return;
          unsubscribe();
          resolve();
        });
      });
    await announce('one', 'two');
    await follow(2);
    await announce('three');
    await follow(3);
    expect(seen).toEqual(['one', 'two', 'three']);
    await ws.dispose();
  });
});

describe('curl', () => {
  const curl = async (...given: readonly string[]): Promise<string> => {
    const headers = ['-H', `Authorization: Bearer ${token}`, '-H', 'Content-Type: application/json'];
    const { stdout } = await promisify(execFile)('curl', ['-sN', `${api.url}/graphql`, ...headers, ...given]);
    return stdout;
  };

  it('reads a page, and events as a stream', async () => {
    const page = JSON.parse(await curl('-d', JSON.stringify({ query: PAGE }))) as { data: Page };
    expect(page.data.drivers.edges).toHaveLength(10);
    const stream = await curl('-H', 'Accept: text/event-stream', '-d', '{"query":"{ viewer { role } }"}');
    expect(stream).toContain('event: next\ndata: {"data":{"viewer":{"role":"ADMIN"}}');
  });
});
