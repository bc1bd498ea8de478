import { startApi, type ApiFixture } from './support/api-fixture';

/** What the scanner gets: the body as JSON where it is JSON. */
interface Answer {
  readonly text: string;
  // Answers of any shape are looked into, as the scanner does.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

type Send = (init: RequestInit & { readonly path?: string }) => Promise<Answer>;

const post = (send: Send, body: unknown): Promise<Answer> =>
  send({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const ask = (send: Send, query: string): Promise<Answer> => post(send, { operationName: 'cop', query });

const get = (send: Send, query: string): Promise<Answer> =>
  send({ method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}` });

const repeated = (count: number, make: (place: number) => string): string =>
  Array.from({ length: count }, (_, place) => make(place)).join(' ');

const CIRCLE =
  'query cop { __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';

/** The scanner's list: what each entry sends, and when it counts as found. */
const CHECKS: Readonly<Record<string, (send: Send) => Promise<boolean>>> = {
  'alias overloading': async (send) =>
    (await ask(send, `query cop { ${repeated(101, (place) => `alias${place}: __typename`)} }`)).json?.data
      ?.alias100 !== undefined,
  'array-based batching': async (send) => {
    const operation = { query: 'query cop { __typename }', operationName: 'cop' };
    const { json } = await post(send, Array(10).fill(operation));
    return Array.isArray(json) && json.length >= 10;
  },
  'directive overloading': async (send) =>
    (await ask(send, `query cop { __typename ${repeated(10, () => '@aa')} }`)).json?.errors?.length >= 10,
  'field duplication': async (send) =>
    (await ask(send, `query cop { ${repeated(500, () => '__typename')} }`)).json?.data?.__typename !==
    undefined,
  'circular query through introspection': async (send) =>
    (await ask(send, CIRCLE)).json?.data?.__schema?.types !== undefined,
  introspection: async (send) =>
    (await ask(send, 'query cop { __schema { types { name fields { name } } } }')).json?.data?.__schema
      ?.types !== undefined,
  'field suggestions': async (send) =>
    (
      await Promise.all(
        [
          '{ __schema { directive } }',
          '{ driver { ful } }',
          '{ drivrs { nodes { id } } }',
          '{ viewer { rol } }',
        ].map(async (query) => (await ask(send, `query cop ${query}`)).text),
      )
    ).some((text) => text.includes('Did you mean')),
  'a page for queries': async (send) =>
    (
      await Promise.all(
        ['/', '/graphiql', '/playground', '/console', '/graphql', '/altair', '/voyager'].map((path) =>
          send({ method: 'GET', path, headers: { accept: 'text/html' } }),
        ),
      )
    ).some(({ text }) => /graphiql|playground|altair|voyager|apollo-sandbox/i.test(text)),
  'queries over GET': async (send) =>
    (await get(send, 'query cop { __typename }')).json?.data?.__typename !== undefined,
  'mutations over GET': async (send) =>
    (await get(send, 'mutation cop { __typename }')).json?.data?.__typename !== undefined,
  'queries in a form': async (send) =>
    (
      await send({
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ query: 'query cop { __typename }' }).toString(),
      })
    ).json?.data?.__typename !== undefined,
  'trace mode': async (send) => {
    const { json } = await ask(send, 'query cop { __typename }');
    return json.extensions?.tracing !== undefined || json.errors?.[0]?.extensions?.tracing !== undefined;
  },
  'unhandled errors': async (send) => {
    const { json } = await ask(send, 'qwerty cop { abc }');
    const extensions = json.errors[0].extensions;
    return extensions.exception !== undefined || extensions.stacktrace !== undefined;
  },
};

describe.each([
  // The description of the schema is for developers, and so are suggestions: they come with it.
  ['development', true, ['introspection', 'field suggestions']],
  ['production', false, []],
] as const)('what graphql-cop finds in %s, with a token', (_, introspection, expected) => {
  let api: ApiFixture;
  let send: Send;
  beforeAll(async () => {
    api = await startApi({ drivers: 3, server: { introspection } });
    const token = await api.token();
    send = async ({ path = '/graphql', headers, ...init }) => {
      const response = await fetch(`${api.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      const text = await response.text();
      try {
        return { text, json: JSON.parse(text) };
      } catch {
        return { text, json: undefined };
      }
    };
  });
  afterAll(() => api.close());

  it('is what is meant to be there', async () => {
    const found: string[] = [];
    for (const [name, isFound] of Object.entries(CHECKS)) if (await isFound(send)) found.push(name);
    expect(found).toEqual(expected);
  });
});
