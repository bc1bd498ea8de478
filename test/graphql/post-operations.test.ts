import { startApi, type ApiFixture } from './support/api-fixture';

let api: ApiFixture;
let hidden: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi();
  hidden = await startApi({ drivers: 1, server: { introspection: false } });
  token = await api.token({ role: 'VIEWER' });
});
afterAll(() => Promise.all([api.close(), hidden.close()]));

interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function shown(response: Response) {
  const {
    'x-request-id': id,
    'ratelimit-remaining': left,
    'ratelimit-reset': _reset,
    date: _date,
    'content-length': _length,
    ...headers
  } = Object.fromEntries(response.headers);
  const text = await response.text();
  // The request id differs; that the body has the header's is part of the comparison.
  const body: unknown = JSON.parse(
    text.replaceAll(id ?? 'none', 'the request').replace(/"available":\d+/, '"available":0'),
  );
  return { status: response.status, headers, tellsBudget: left !== undefined, body };
}

/** Apollo Server answers GETs. */
async function byApollo(of: ApiFixture, { query, variables, operationName, headers }: Asked) {
  const parameters = new URLSearchParams({ query });
  if (variables) parameters.set('variables', JSON.stringify(variables));
  if (operationName !== undefined) parameters.set('operationName', operationName);
  const response = await fetch(`${of.url}/graphql?${parameters.toString()}`, {
    headers: { authorization: `Bearer ${token}`, 'apollo-require-preflight': '1', ...headers },
  });
  return shown(response);
}

async function byPost(of: ApiFixture, { headers, ...body }: Asked) {
  const response = await fetch(`${of.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return shown(response);
}

const ACCEPTS = [
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'text/html',
];

const CASES: readonly (readonly [what: string, asked: Asked])[] = [
  [
    'a page',
    { query: '{ drivers(first: 3) { totalCount nodes { id gps { gpsId observedAt } sync { status } } } }' },
  ],
  [
    'variables',
    { query: 'query A($n: Int) { drivers(first: $n) { nodes { fullName } } }', variables: { n: 2 } },
  ],
  [
    'one of two operations',
    { query: 'query A { __typename } query B { viewer { role } }', operationName: 'B' },
  ],
  ['an operation that is not there', { query: 'query A { __typename }', operationName: 'B' }],
  ['a syntax error', { query: '{ viewer {' }],
  ['several errors', { query: '{ nothing viewer { nobody } }' }],
  [
    'a variable that does not fit',
    { query: 'query ($n: Int) { drivers(first: $n) { nodes { id } } }', variables: { n: 'x' } },
  ],
  ['a resolver that refuses', { query: '{ drivers(first: 1000) { nodes { id } } viewer { role } }' }],
  [
    'an operation that is too costly',
    { query: '{ drivers(first: 100) { nodes { events(first: 100) { nodes { id } } } } }' },
  ],
  ['control characters', { query: '{ drivers(filter: { search: "\\u0000" }) { nodes { id } } }' }],
  ['no token', { query: '{ __typename }', headers: { authorization: '' } }],
  ['a wrong token', { query: '{ __typename }', headers: { authorization: 'Bearer a.b.c' } }],
  ['an empty idempotency key', { query: '{ __typename }', headers: { 'idempotency-key': '' } }],
  ['a foreign origin', { query: '{ __typename }', headers: { origin: 'https://evil.example.com' } }],
  ['an allowed origin', { query: '{ __typename }', headers: { origin: 'https://fleet.example.com' } }],
];

describe.each(ACCEPTS)('a POST that accepts %s', (accept) => {
  it.each(CASES)('is answered as Apollo Server answers: %s', async (_what, asked) => {
    const given = { ...asked, headers: { accept, ...asked.headers } };
    expect(await byPost(api, given)).toEqual(await byApollo(api, given));
  });

  it('is answered alike where introspection is off', async () => {
    for (const query of ['{ __schema { description } }', '{ viewr { role } }']) {
      const given = { query, headers: { accept, authorization: `Bearer ${await hidden.token()}` } };
      expect(await byPost(hidden, given)).toEqual(await byApollo(hidden, given));
    }
  });
});

it('a document that is asked again and again has the same answer', async () => {
  const asked = {
    query: 'query ($n: Int) { drivers(first: $n) { nodes { id events(first: 1) { nodes { id } } } } }',
  };
  const first = await byPost(api, { ...asked, variables: { n: 2 } });
  expect(await byPost(api, { ...asked, variables: { n: 2 } })).toEqual(first);
  expect((await byPost(api, { ...asked, variables: { n: 3 } })).body).toMatchObject({
    extensions: { cost: 10 },
  });
});

it('a page size that is a default of the document counts as one that was sent', async () => {
  const costOf = async (asked: Asked) =>
    ((await byPost(api, asked)).body as { extensions: { cost: number } }).extensions.cost;
  const query = 'query ($n: Int = 90) { drivers(first: $n) { nodes { id } } }';
  expect(await costOf({ query })).toBe(await costOf({ query, variables: { n: 90 } }));
});
