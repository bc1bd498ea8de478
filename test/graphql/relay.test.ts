import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
  type ConcreteRequest,
  type GraphQLResponse,
} from 'relay-runtime';
import WebSocket from 'ws';
import { temporaryDirectory } from '../support/temporary-directory';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents } from './support/fleet';

/* What docs/clients.md shows for Relay, with its compiler and its runtime. */

const ROOT = path.resolve(__dirname, '../..');

/** Relay wants the name of the file in front of each name. */
const OPERATIONS = `
import { graphql } from 'relay-runtime';

export const page = graphql\`
  query fleetPageQuery($after: String) {
    drivers(first: 10, after: $after) @connection(key: "fleet_drivers") {
      edges { cursor node { id fullName } }
      pageInfo { endCursor hasNextPage }
    }
  }
\`;
export const sized = graphql\`
  query fleetSizedQuery($first: Int!) {
    drivers(first: $first) { nodes { id } }
  }
\`;
export const create = graphql\`
  mutation fleetCreateMutation($input: CreateDriverInput!) {
    createDriver(input: $input) { driver { id fullName } userErrors { code message field } }
  }
\`;
export const events = graphql\`
  subscription fleetEventsSubscription($after: String) {
    syncEvents(after: $after) { cursor message }
  }
\`;
`;

/** Compiles the operations against the published schema, as the build of a page does. */
function compile(): (name: string) => Promise<ConcreteRequest> {
  const directory = temporaryDirectory();
  for (const folder of ['src', 'artifacts']) mkdirSync(path.join(directory, folder));
  writeFileSync(path.join(directory, 'src/fleet.js'), OPERATIONS);
  copyFileSync(path.join(ROOT, 'schema/schema.graphql'), path.join(directory, 'schema.graphql'));
  const config = {
    root: '.',
    sources: { src: 'fleet' },
    projects: {
      fleet: {
        language: 'javascript',
        schema: 'schema.graphql',
        output: 'artifacts',
        eagerEsModules: false,
      },
    },
  };
  writeFileSync(path.join(directory, 'relay.config.json'), JSON.stringify(config));
  const compiler = require.resolve('relay-compiler/cli.js');
  execFileSync(process.execPath, [compiler, 'relay.config.json'], { cwd: directory, stdio: 'pipe' });
  return async (name) => {
    const { default: request } = (await import(path.join(directory, 'artifacts', `${name}.graphql.js`))) as {
      readonly default: ConcreteRequest; // what the compiler writes
    };
    return request;
  };
}

interface Page {
  readonly drivers: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

let api: ApiFixture;
let token: string;
let load: ReturnType<typeof compile>;
beforeAll(async () => {
  load = compile();
  api = await startApi({ drivers: 30 });
  token = await api.token();
});
afterAll(() => api.close());

function connect() {
  const opened: WebSocket[] = [];
  const Recorded = class extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given);
      opened.push(this);
    }
  };
  const sockets = createClient({
    url: `${api.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: Recorded,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const environment = new Environment({
    network: Network.create(
      async ({ text }, variables) => {
        const response = await fetch(`${api.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query: text, variables }),
        });
        return (await response.json()) as GraphQLResponse;
      },
      ({ text }, variables) =>
        Observable.create((sink) =>
          sockets.subscribe(
            { query: text ?? '', variables },
            sink as Parameters<typeof sockets.subscribe>[1],
          ),
        ),
    ),
    store: new Store(new RecordSource()),
  });
  return { environment, sockets, drop: () => opened.at(-1)?.terminate() };
}

async function announce(...messages: readonly string[]): Promise<void> {
  await appendEvents(
    api.db,
    ACME,
    messages.map((message) => ({ message })),
  );
  await api.wake();
}

describe('Relay', () => {
  it('reads pages into one connection of its store', async () => {
    const { environment, sockets } = connect();
    const request = await load('fleetPageQuery');
    const first = (await fetchQuery(environment, request, {}).toPromise()) as Page;
    const after = first.drivers.pageInfo.endCursor;
    await fetchQuery(environment, request, { after }).toPromise();
    const { data } = environment.lookup(createOperationDescriptor(request, {}).fragment);
    const { edges, pageInfo } = (data as unknown as Page).drivers; // what the query asks for
    expect(new Set(edges.map(({ node }) => node.id)).size).toBe(20);
    expect(pageInfo.hasNextPage).toBe(true);
    await sockets.dispose();
  });

  it('shows what the caller has to put right, and errors with their code', async () => {
    const { environment, sockets } = connect();
    const mutation = await load('fleetCreateMutation');
    const answer = await new Promise((resolve, reject) =>
      commitMutation(environment, {
        mutation,
        variables: { input: { firstName: 'Ana', lastName: '' } },
        onCompleted: resolve,
        onError: reject,
      }),
    );
    expect(answer).toMatchObject({ createDriver: { driver: null, userErrors: [{ code: 'REQUIRED' }] } });
    const sized = await load('fleetSizedQuery');
    await expect(fetchQuery(environment, sized, { first: 1_000 }).toPromise()).rejects.toMatchObject({
      source: { errors: [{ extensions: { code: 'INVALID_PAGE_SIZE' } }] },
    });
    await sockets.dispose();
  });

  it('subscribes, loses the connection, and resumes after its last event', async () => {
    const { environment, sockets, drop } = connect();
    const subscription = await load('fleetEventsSubscription');
    const { last } = await api.queries.eventRange(ACME);
    let after = Buffer.from(JSON.stringify(['event', last])).toString('base64url');
    const seen: string[] = [];
    const follow = (until: number): Promise<void> =>
      new Promise((resolve) => {
        const { dispose } = requestSubscription(environment, {
          subscription,
          variables: { after },
          onNext(data) {
            const { syncEvents } = data as { syncEvents: { cursor: string; message: string } }; // as it asks
            after = syncEvents.cursor;
            seen.push(syncEvents.message);
            if (seen.length === 2) drop();
            if (seen.length < until) return;
            dispose();
            resolve();
          },
          onError: () => resolve(),
          onCompleted: () => resolve(),
        });
      });
    await announce('one', 'two');
    await follow(3); // ends with the connection
    await announce('three', 'four');
    await follow(4);
    expect(seen).toEqual(['one', 'two', 'three', 'four']);
    await sockets.dispose();
  });
});
