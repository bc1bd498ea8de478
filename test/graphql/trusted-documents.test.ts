import { createHash } from 'node:crypto';
import { formatDocument, stringifyDocument } from '@urql/core';
import { parse, print, type DocumentNode } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import * as documents from '../../src/console/app/generated/documents';
import { consoleDocuments } from '../../src/console/console-documents';
import { createTrustedDocuments } from '../../src/graphql/admit/trusted-documents';
import { startApi, type ApiFixture } from './support/api-fixture';

const PAGE = `query Page($first: Int) {
  drivers(first: $first) { nodes { ...Name } }
}
fragment Name on Driver { id fullName }`;
const EVENTS = 'subscription Events { syncEvents { cursor } }';
const STATE = 'subscription State { driver(id: "x") { id } }';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const NOT_TRUSTED = {
  message:
    'Only trusted documents run here: send the documentId of one of them, or its text as it is in the list.',
  extensions: { code: 'DOCUMENT_NOT_TRUSTED', requestId: expect.any(String) },
};

let api: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi({
    drivers: 3,
    server: {
      trustedDocuments: new Map([[sha256(PAGE), PAGE], ['events', EVENTS], ...consoleDocuments()]),
    },
  });
  token = await api.token();
});
afterAll(() => api.close());

async function post(body: object, accept = 'application/json', path = '/graphql') {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, accept },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const withTypenames = PAGE.replaceAll('{ id', '{ __typename id').replaceAll('{ nodes', '{ __typename nodes');

describe('trusted documents', () => {
  it.each<[string, object]>([
    ['an id', { documentId: sha256(PAGE) }],
    [
      'a hash as Apollo sends it',
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(PAGE) } } },
    ],
    [
      'a hash beside the text',
      { query: PAGE, extensions: { persistedQuery: { version: 1, sha256Hash: sha256(PAGE) } } },
    ],
    ['the text', { query: PAGE }],
    ['the text in another layout', { query: print(parse(PAGE)).replaceAll('\n', '  \n') }],
    ['the text with the type names that clients add', { query: withTypenames }],
  ])('run by %s', async (_, body) => {
    const { status, text } = await post({ ...body, variables: { first: 2 } });
    expect([status, JSON.parse(text).errors]).toEqual([200, undefined]);
    expect(JSON.parse(text).data.drivers.nodes).toHaveLength(2);
  });

  it.each<[string, object]>([
    ['an id that is not in the list', { documentId: 'nothing' }],
    ['an id that is none', { documentId: { $ne: null } }],
    ['an unknown hash', { extensions: { persistedQuery: { version: 1, sha256Hash: sha256('x') } } }],
    ['another text', { query: '{ viewer { userId } }' }],
    ['one field more', { query: PAGE.replace('fullName', 'fullName email') }],
    ['another argument', { query: PAGE.replace('first: $first', 'first: 100') }],
    ['an alias of the type name', { query: PAGE.replace('fullName', 'fullName x: __typename') }],
    ['a trusted id with another text', { documentId: 'events', query: '{ viewer { userId } }' }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['a text that is not valid', { query: '{ nothing }' }],
  ])('do not include %s', async (_, body) => {
    const { status, text } = await post(body, 'application/graphql-response+json');
    expect([status, JSON.parse(text)]).toEqual([400, { errors: [expect.objectContaining(NOT_TRUSTED)] }]);
  });

  it('are asked for by GET as well', async () => {
    const get = async (query: string) => {
      const response = await fetch(`${api.url}/graphql?${new URLSearchParams({ query }).toString()}`, {
        headers: { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'true' },
      });
      return (await response.json()) as { data?: { drivers: { nodes: unknown[] } } };
    };
    expect((await get(PAGE)).data?.drivers.nodes).toHaveLength(3);
    expect(await get('{ viewer { userId } }')).toEqual({ errors: [expect.objectContaining(NOT_TRUSTED)] });
  });

  it('hold over event streams', async () => {
    const refused = await post({ query: STATE }, 'text/event-stream', '/graphql/stream');
    expect(refused.text).toContain('DOCUMENT_NOT_TRUSTED');
    const page = await post({ documentId: sha256(PAGE) }, 'text/event-stream', '/graphql/stream');
    expect(page.text).toContain('"fullName"');
  });

  it('hold over sockets', async () => {
    const client = createClient({
      url: `${api.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
    });
    const first = async (payload: Parameters<typeof client.iterate>[0]) => {
      for await (const answer of client.iterate(payload)) return answer;
      return undefined;
    };
    const hash = (sha256Hash: string) => ({
      query: '',
      extensions: { persistedQuery: { version: 1, sha256Hash } },
    });
    expect(await first(hash(sha256(PAGE)))).toMatchObject({ data: { drivers: expect.any(Object) } });
    for (const refused of [hash('nothing'), { query: STATE }]) {
      await expect(first(refused)).rejects.toMatchObject([NOT_TRUSTED]);
    }
    await client.dispose();
  });

  it('include every operation of the console, as its client sends it', () => {
    const trusted = createTrustedDocuments(consoleDocuments());
    const sent = Object.values(documents).map((document) =>
      // As a type it is a document whose optional parts are undefined.
      stringifyDocument(formatDocument(document) as unknown as DocumentNode),
    );
    expect(sent.length).toBe(consoleDocuments().size);
    expect(sent.every((text) => text.includes('__typename'))).toBe(true);
    for (const text of sent) expect([text, trusted.has(parse(text))]).toEqual([text, true]);
  });
});
