import fc from 'fast-check';
import {
  buildSchema,
  execute,
  getIntrospectionQuery,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type GraphQLSchema,
} from 'graphql';
import { compileOperation } from '../../../src/graphql/execute/compile-operation';

const schema = buildSchema(`
  interface Named { name: String! }
  type Dog implements Named { name: String! bark: Int friend: Named friends: [Named!]! }
  type Cat implements Named { name: String! purr: Boolean friend: Named }
  union Pet = Dog | Cat
  enum Size { SMALL LARGE }
  input Where { name: String = "x", sizes: [Size!] deep: Where }
  type Thing {
    id: ID! text: String strict: String! number: Int ratio: Float flag: Boolean size: Size
    list: [String] strictList: [String!] matrix: [[Int]!]
    self: Thing strictSelf: Thing! things: [Thing] strictThings: [Thing!]!
    pet: Pet pets: [Pet] named: Named strictNamed: Named!
    echo(a: Int = 3, b: String, where: Where, must: Int): String
    must(n: Int!): Int
    method(a: Int = 7): String
    late: String lateStrict: String! lateSelf: Thing lateThings: [Thing!]
    broken: String brokenStrict: String! brokenLate: Thing! wrong: Int noList: [Int]
  }
  type Query { thing: Thing strictThing: Thing! things: [Thing!]! rootText: String }
  type Mutation { step(n: Int!): Int! failing(n: Int!): Int stop(n: Int!): Int! }
`);

/** What mutations have done, in order. */
let steps: string[] = [];
const later = <Value>(value: Value): Promise<Value> =>
  new Promise((resolve) => void setImmediate(() => resolve(value)));

function thing(depth: number): Record<string, unknown> {
  const next = () => (depth > 3 ? null : thing(depth + 1));
  return {
    id: depth,
    text: `text "${depth}" \u2028 é`,
    strict: depth > 1 ? null : 'there',
    number: 42,
    ratio: 0.5,
    flag: depth % 2 === 0,
    size: depth === 2 ? 'HUGE' : 'SMALL',
    // Made when it is asked for: a promise that fails and is not waited for ends the process.
    get list() {
      return ['a', null, later('b'), Promise.reject(new Error('no item'))];
    },
    strictList: ['a', depth > 1 ? null : 'b'],
    matrix: [[1, 2], [null, 3], depth > 0 ? null : [4]],
    get self() {
      return next();
    },
    get strictSelf() {
      return next();
    },
    get things() {
      return [next(), null, later(next()), new Error('no thing')];
    },
    get strictThings() {
      return new Set([next() ?? { id: 'last' }]);
    },
    pet: {
      __typename: 'Dog',
      name: 'Rex',
      bark: 3,
      friends: [{ __typename: 'Cat', name: 'Tom', purr: true }],
    },
    pets: [{ __typename: 'Cat', name: 'Tom', purr: false }, { __typename: 'Thing' }, { name: 'none' }, null],
    named: later({ __typename: 'Dog', name: null, friends: [] }),
    strictNamed: { __typename: 'Nothing', name: 'x' },
    echo: (args: unknown, context: unknown) => JSON.stringify([args, context]),
    must: ({ n }: { n: number }) => n + 1,
    method({ a }: { a: number }) {
      return `${String(this['number' as never])} ${a}`;
    },
    late: () => later('late'),
    lateStrict: () => later(null),
    lateSelf: () => later(next()),
    lateThings: () => later([next(), later(next())]),
    broken: () => {
      throw new GraphQLError('broken', { extensions: { code: 'BROKEN' } });
    },
    brokenStrict: () => {
      throw new Error('broken strictly');
    },
    brokenLate: async () => {
      await later(0);
      throw new Error('broken late');
    },
    wrong: 'no number',
    noList: 'abc',
  };
}

function addResolvers(given: GraphQLSchema): void {
  const fields = given.getMutationType()?.getFields() ?? {};
  const step =
    (name: string) =>
    async (_root: unknown, { n }: { n: number }) => {
      steps.push(`${name} ${n} begins`);
      await later(0);
      steps.push(`${name} ${n} ends`);
      return n;
    };
  fields['step']!.resolve = step('step');
  fields['failing']!.resolve = async (...args: [unknown, { n: number }]) => {
    await step('failing')(...args);
    throw new Error('failing');
  };
  fields['stop']!.resolve = fields['failing']!.resolve;
}
addResolvers(schema);

const root = () => ({
  thing: thing(0),
  strictThing: () => later(thing(0)),
  things: [thing(0), thing(1)],
  rootText: 'root',
});
const CONTEXT = { user: 'anna' };

interface Asked {
  readonly source: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** Runs an operation both ways; the compiled one twice, so that what it keeps is used as well. */
async function bothWays({ source, variables = {}, operationName }: Asked) {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document, operationName)!;
  const shown = (result: unknown) => JSON.parse(JSON.stringify(result)) as unknown;
  steps = [];
  const plain = await handlingAll(() =>
    execute({
      schema,
      document,
      rootValue: root(),
      contextValue: CONTEXT,
      variableValues: variables,
      ...(operationName !== undefined && { operationName }),
    }),
  );
  const plainSteps = steps;
  const compiled = compileOperation(schema, document, operation);
  for (let time = 0; time < 2; time += 1) {
    steps = [];
    const result = await compiled.run(root(), CONTEXT, variables);
    expect(withoutWording(shown(result))).toEqual(withoutWording(shown(plain)));
    expect(Object.keys((result.data ?? {}) as object)).toEqual(Object.keys((plain.data ?? {}) as object));
    expect(steps).toEqual(plainSteps);
  }
  return plain;
}

/** graphql-js 16 leaves the promises of a list unhandled when an item beside them fails at once, and that fails a test. */
async function handlingAll<Value>(run: () => Value): Promise<Awaited<Value>> {
  const { then } = Promise.prototype;
  Promise.prototype.then = function handled(this: Promise<unknown>, ...handlers: []) {
    const next = then.apply(this, handlers);
    void then.call(next, undefined, () => undefined);
    return next;
  } as typeof then;
  try {
    return await run();
  } finally {
    Promise.prototype.then = then;
  }
}

/** Errors that nobody outside sees are worded in fewer words than graphql-js's; codes, paths and places are the same. */
function withoutWording(result: unknown): unknown {
  return JSON.parse(JSON.stringify(result), (key, value: unknown) =>
    key === 'message' && typeof value === 'string'
      ? value.replace(/^(Abstract type|Runtime Object type|Expected `|"\w+" has no form).*/s, 'internal')
      : value,
  );
}

const OPERATIONS: readonly (readonly [what: string, asked: Asked])[] = [
  ['scalars', { source: '{ thing { id text number ratio flag size __typename } rootText __typename }' }],
  ['aliases', { source: '{ a: thing { x: id y: id } b: thing { id: text } }' }],
  [
    'a key like a member of every object',
    { source: '{ __proto__: thing { constructor: id __proto__: text } }' },
  ],
  [
    'merged selections',
    { source: '{ thing { self { id } ...f self { text } } } fragment f on Thing { self { number } id }' },
  ],
  [
    'nulls that go up',
    { source: '{ thing { self { self { strict } } } things { strict self { strict } } }' },
  ],
  [
    'nulls that go up to the root',
    { source: '{ strictThing { self { id } strictSelf { strictSelf { strict } } } rootText }' },
  ],
  [
    'lists',
    { source: '{ thing { list strictList matrix things { id strict } strictThings { id } noList } }' },
  ],
  [
    'lists that null',
    { source: '{ things { self { strictList } strictSelf { strictList strictThings { strict } } } }' },
  ],
  [
    'unions and interfaces',
    {
      source:
        '{ thing { pet { ... on Dog { bark friends { name ... on Cat { purr } } } __typename } pets { ... on Named { name } } named { name } } }',
    },
  ],
  ['an abstract value of no type', { source: '{ thing { strictNamed { name } id } rootText }' }],
  [
    'promises',
    { source: '{ thing { late lateSelf { late lateThings { id late } } } strictThing { late } }' },
  ],
  ['promises that null', { source: '{ thing { lateSelf { lateStrict id } late } }' }],
  ['failures', { source: '{ thing { broken id } rootText strictThing { self { brokenStrict } late } }' }],
  [
    'several failures below one null',
    {
      source:
        '{ strictThing { late self { brokenStrict a: brokenLate { id } b: brokenLate { id } lateStrict } } rootText }',
    },
  ],
  [
    'items that fail, one of them at once',
    { source: '{ things { strictSelf { strict } brokenLate { id } } }' },
  ],
  ['values that do not fit', { source: '{ thing { wrong self { size self { size wrong } } } }' }],
  [
    'arguments',
    {
      source:
        '{ thing { echo a: echo(a: 5, b: "y", where: { sizes: SMALL, deep: { name: null } }) must(n: 3) method m: method(a: 1) } }',
    },
  ],
  [
    'variables',
    {
      source:
        'query ($a: Int, $b: String = "preset", $w: Where, $n: Int!) { thing { echo(a: $a, b: $b, where: $w, must: $n) must(n: $n) } }',
      variables: { n: 4, w: { sizes: ['LARGE'] } },
    },
  ],
  [
    'a variable that is null',
    {
      source: 'query ($n: Int = 4, $a: Int) { thing { must(n: $n) echo(a: $a) } }',
      variables: { n: null, a: null },
    },
  ],
  [
    'variables that do not fit',
    {
      source: 'query ($a: Int, $w: Where, $n: Int!) { thing { echo(a: $a, where: $w) must(n: $n) } }',
      variables: { a: 'x', w: { sizes: ['HUGE'], more: 1 } },
    },
  ],
  [
    'one of several operations',
    { source: 'query A { rootText } query B { thing { id } }', operationName: 'B' },
  ],
  [
    'skip and include',
    {
      source:
        'query ($yes: Boolean!, $no: Boolean = false) { thing @include(if: $yes) { id @skip(if: $no) text @skip(if: true) ... @include(if: $no) { number } } a: rootText @skip(if: $yes) }',
      variables: { yes: true },
    },
  ],
  ['mutations', { source: 'mutation { a: step(n: 1) b: failing(n: 2) c: step(n: 3) }' }],
  ['a mutation that stops', { source: 'mutation { a: step(n: 1) b: stop(n: 2) c: step(n: 3) }' }],
  ['introspection', { source: getIntrospectionQuery() }],
  [
    'one type',
    {
      source:
        '{ __type(name: "Thing") { fields(includeDeprecated: true) { name type { kind ofType { name } } } } }',
    },
  ],
];

describe('a compiled operation answers as graphql-js does:', () => {
  it.each(OPERATIONS)('%s', async (_what, asked) => {
    await bothWays(asked);
  });

  it('whatever is selected', async () => {
    const leaf = fc.constantFrom(
      'id',
      'text',
      'strict',
      'number',
      'size',
      'list',
      'strictList',
      'matrix',
      'late',
      'lateStrict',
      'broken',
      'brokenStrict',
      'wrong',
      'noList',
      '__typename',
      'must(n: 1)',
      'must(n: $n)',
      'echo(a: $n)',
      'id @skip(if: $c)',
      'text @include(if: $c)',
      'pet { __typename }',
      'pets { ... on Cat { name } }',
      'named { name }',
      'strictNamed { name }',
    );
    const composite = fc.constantFrom(
      'self',
      'strictSelf',
      'things',
      'strictThings',
      'lateSelf',
      'lateThings',
      'brokenLate',
    );
    const { selection } = fc.letrec<{ selection: string; field: string }>((tie) => ({
      selection: fc
        .array(tie('field'), { minLength: 1, maxLength: 4 })
        // Each under an alias of its own: no two can be at odds.
        .map((fields) => fields.map((field, index) => `f${index}: ${field}`).join(' ')),
      field: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.tuple(composite, tie('selection')).map(([name, inner]) => `${name} { ${inner} }`),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(
        selection,
        fc.boolean(),
        fc.constantFrom('thing', 'strictThing', 'things'),
        async (inner, c, name) => {
          const source = `query ($n: Int!, $c: Boolean!) { ${name} { ${inner} u: echo(a: $n) v: id @skip(if: $c) } rootText }`;
          await bothWays({ source, variables: { n: 3, c } });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a compiled operation', () => {
  it('keeps apart what variables include', async () => {
    const document = parse('query ($c: Boolean!) { thing { id @include(if: $c) number @skip(if: $c) } }');
    const compiled = compileOperation(schema, document, getOperationAST(document)!);
    for (const c of [true, false, true]) {
      const { data } = await compiled.run(root(), CONTEXT, { c });
      expect(JSON.parse(JSON.stringify(data))).toEqual({ thing: c ? { id: '0' } : { number: 42 } });
    }
  });

  it('never takes text of a document for code', async () => {
    // What graphql-jit 0.8 runs.
    const text = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d(globalThis.wasRun=true)';
    const document = parse(`{ thing { echo(b: "${text}") } }`);
    const { data } = await compileOperation(schema, document, getOperationAST(document)!).run(
      root(),
      CONTEXT,
      {},
    );
    expect(JSON.stringify(data)).toContain(text);
    expect(globalThis).not.toHaveProperty('wasRun');
  });
});
