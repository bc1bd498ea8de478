import fc from 'fast-check';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  isInterfaceType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLInterfaceType,
} from 'graphql';
import { withFederation } from '../../src/graphql/schema/federation';
import { buildPublicSchema } from '../../src/graphql/schema/schema';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents, seedRun } from './support/fleet';
import { TRANSPORTS } from './support/streams';

let api: ApiFixture;
let token: string;
beforeAll(async () => {
  api = await startApi({
    server: { limits: { requestsPerMinute: 1e9, requestBurst: 1e9, refreshesPerMinute: 1e9 } },
  });
  token = await api.token({ role: 'MASTER' });
  await seedRun(api.db, ACME, { id: 'run-1', status: 'RUNNING', items: 3 });
  await appendEvents(api.db, ACME, [{ driverKey: 'acme-1' }]);
});
afterAll(() => api.close());

const schema = withFederation(buildPublicSchema());
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);
/** Longer than this for one refused or bounded operation would be a hang. */
const PATIENCE_MS = 5_000;

/** Text that has broken other programs. */
const hostileText = fc.oneof(
  fc.constantFrom(
    "'; drop table gateway.driver; --",
    '../../../../etc/passwd',
    '%00',
    '\u0000',
    '\u202Egnp.exe',
    '\u200B\u200D\uFEFF',
    '\ud800',
    '${jndi:ldap://x}',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '\\',
    '%_%_%',
    'ﷺ'.repeat(50),
    'a\u0301'.repeat(200),
    '9'.repeat(400),
    'x'.repeat(5_000),
    '__proto__',
    'constructor',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 60 }),
  fc
    .constantFrom('Driver:acme-1', 'SyncRun:run-1', 'SyncEvent:1', 'SyncRunItem:run-1-1')
    .map((one) => Buffer.from(one).toString('base64url')),
  fc
    .constantFrom('["driver","NAME",false,"m","k"]', '["event",1]', '["item",1]', '["run","run-1"]')
    .map((one) => Buffer.from(one).toString('base64url')),
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(hostileText, { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 8 }), hostileText, { maxKeys: 4 }),
);

/** A value of a type, as often right as hostile. */
function valueOf(type: GraphQLInputType, depth = 3): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valueOf(type.ofType, depth);
  if (isListType(type)) return fc.array(valueOf(type.ofType, depth - 1), { maxLength: 4 });
  const right: fc.Arbitrary<unknown> = isEnumType(type)
    ? fc.constantFrom(...type.getValues().map(({ name }) => name))
    : isInputObjectType(type) && depth > 0
      ? fc.record(
          Object.fromEntries(
            Object.values(type.getFields()).map((field) => [field.name, valueOf(field.type, depth - 1)]),
          ),
          { requiredKeys: [] },
        )
      : type.name === 'Int'
        ? fc.oneof(fc.integer({ min: -2, max: 120 }), fc.integer())
        : type.name === 'Boolean'
          ? fc.boolean()
          : hostileText;
  return fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: hostileValue });
}

interface Generated {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A grammar: any selection the schema allows, arguments as variables, now and then a directive, an alias or a fragment. */
function selectionOf(
  type: GraphQLObjectType | GraphQLInterfaceType,
  depth: number,
): fc.Arbitrary<Generated & { readonly declared: readonly string[] }> {
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 0 || !('getFields' in getNamedType(field.type)),
  );
  if (fields.length === 0) return fc.constant({ query: '{ __typename }', variables: {}, declared: [] });
  return fc
    .uniqueArray(fc.constantFrom(...fields), { minLength: 1, maxLength: 4, selector: ({ name }) => name })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((field) => {
          const inner = getNamedType(field.type);
          const selection =
            isObjectType(inner) || isInterfaceType(inner)
              ? selectionOf(inner, depth - 1)
              : fc.constant({
                  query: isUnionType(inner) ? '{ __typename }' : '',
                  variables: {},
                  declared: [] as readonly string[],
                });
          const args = fc.tuple(
            ...field.args.map((arg) =>
              fc.tuple(fc.constant(arg), fc.boolean(), valueOf(arg.type), fc.nat(1_000_000_000)),
            ),
          );
          return fc
            .tuple(args, selection, fc.constantFrom('', '', '', '@include(if: true)', '@skip(if: false)'))
            .map(([given, inside, directive]) => {
              const used = given.filter(([arg, isUsed]) => isUsed || isNonNullType(arg.type));
              const names = used.map(([arg, , , salt]) => `${arg.name}_${salt}`);
              const list = used.map(([arg], index) => `${arg.name}: $${names[index]}`).join(', ');
              return {
                query: `${field.name}${list === '' ? '' : `(${list})`} ${directive} ${inside.query}`,
                variables: {
                  ...inside.variables,
                  ...Object.fromEntries(used.map(([, , value], index) => [names[index], value])),
                },
                declared: [
                  ...inside.declared,
                  ...used.map(([arg], index) => `$${names[index]}: ${String(arg.type)}`),
                ],
              };
            });
        }),
      ),
    )
    .map((parts) => ({
      query: `{ ${parts.map((part) => part.query).join(' ')} }`,
      variables: Object.assign({}, ...parts.map((part) => part.variables)) as Record<string, unknown>,
      declared: parts.flatMap((part) => part.declared),
    }));
}

const operation = fc.constantFrom(schema.getQueryType(), schema.getMutationType()).chain((type) => {
  if (!type) throw new Error('There is a root type');
  return selectionOf(type, 4).map(({ query, variables, declared }) => ({
    query: `${type.name.toLowerCase()}${declared.length > 0 ? ` (${declared.join(', ')})` : ''} ${query}`,
    variables,
  }));
});

async function within<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It hangs')), PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function post(body: string): Promise<void> {
  const response = await within(
    fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    }),
  );
  const text = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(text).not.toContain('INTERNAL_SERVER_ERROR');
  for (const { extensions } of (JSON.parse(text) as { errors?: { extensions: Record<string, unknown> }[] })
    .errors ?? []) {
    expect(extensions).toMatchObject({ code: expect.any(String), requestId: expect.any(String) });
  }
}

describe('hostile input is never a 500 and never a hang', () => {
  it('operations of a grammar with hostile values', async () => {
    await fc.assert(
      fc.asyncProperty(operation, (generated) => post(JSON.stringify(generated))),
      { numRuns: RUNS },
    );
  }, 120_000);

  it('documents that were cut, doubled and mixed up', async () => {
    const torn = fc
      .tuple(operation, operation, fc.nat(200), fc.nat(200), fc.string({ unit: 'binary', maxLength: 10 }))
      .map(([one, other, from, to, noise]) => one.query.slice(0, from) + noise + other.query.slice(to));
    await fc.assert(
      fc.asyncProperty(torn, (query) => post(JSON.stringify({ query }))),
      { numRuns: RUNS },
    );
  }, 120_000);

  it('bodies of any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc
            .record(
              {
                query: hostileValue,
                variables: hostileValue,
                operationName: hostileValue,
                extensions: hostileValue,
              },
              { requiredKeys: [] },
            )
            .map((value) => JSON.stringify(value)),
        ),
        post,
      ),
      { numRuns: RUNS },
    );
  }, 120_000);

  it.each(TRANSPORTS.slice(1))(
    'the same operations over %s',
    async (_name, send) => {
      await fc.assert(
        fc.asyncProperty(operation, async (generated) => {
          const { errors = [] } = await within(send(api, token, generated));
          for (const { extensions } of errors) expect(extensions['code']).not.toBe('INTERNAL_SERVER_ERROR');
        }),
        { numRuns: Math.ceil(RUNS / 4) },
      );
    },
    120_000,
  );

  it('and nothing of it was logged as unforeseen', () => {
    expect(api.log()).not.toContain('operation failed unexpectedly');
  });
});
