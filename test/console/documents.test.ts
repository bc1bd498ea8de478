import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, Kind, parse, validate } from 'graphql';
import { MAX_COST, costOf } from '../../src/graphql/cost';
import { DOCUMENT_LIMITS, exceededLimit } from '../../src/graphql/document-limits';

const ROOT = path.resolve(__dirname, '../..');
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const schema = buildSchema(textOf('schema/schema.graphql'));
/** As the browser has them: text, by name. */
let documents: Readonly<Record<string, string>>;

beforeAll(async () => {
  documents = await import(path.join(ROOT, 'src/console/assets/documents.js'));
});

describe("the console's documents", () => {
  it('are valid against the public schema', () => {
    const errors = Object.entries(documents).flatMap(([name, text]) =>
      validate(schema, parse(text)).map(({ message }) => `${name}: ${message}`),
    );
    expect(errors).toEqual([]);
    expect(Object.keys(documents).length).toBeGreaterThan(15);
  });

  it('are all that is written for the console, each a text that begins with what it is', () => {
    const written = operationsOf(textOf('src/console/console.graphql'));
    expect(Object.values(documents).flatMap(operationsOf).toSorted()).toEqual(written.toSorted());
    for (const text of Object.values(documents))
      expect(text).toMatch(/^(query|mutation|subscription) Console/);
  });

  it('share no name with the example operations: a log tells who asked', () => {
    const folder = 'schema/operations';
    const examples = readdirSync(path.join(ROOT, folder)).flatMap((file) =>
      namesOf(textOf(`${folder}/${file}`)),
    );
    const ours = namesOf(textOf('src/console/console.graphql'));
    expect(ours.filter((name) => examples.includes(name))).toEqual([]);
  });

  it('stay within what the API lets a document be and cost', () => {
    for (const [name, text] of Object.entries(documents)) {
      const document = parse(text);
      expect([name, exceededLimit(document, DOCUMENT_LIMITS)]).toEqual([name, null]);
      const [operation] = document.definitions;
      if (operation?.kind !== 'OperationDefinition') throw new Error(`${name} is no operation`);
      expect(costOf(schema, document, operation, { first: 50 })).toBeLessThan(MAX_COST / 2);
    }
  });
});

/** The names of a text's operations, in their order. */
function operationsOf(text: string): readonly string[] {
  return parse(text).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.name ? [definition.name.value] : [],
  );
}

/** As `operationsOf`, and those of its fragments. */
function namesOf(text: string): readonly string[] {
  return parse(text).definitions.flatMap((definition) =>
    'name' in definition && definition.name ? [definition.name.value] : [],
  );
}
