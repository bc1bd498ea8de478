import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { MAX_COST, costOf } from '../../src/graphql/cost';
import { DOCUMENT_LIMITS, exceededLimit } from '../../src/graphql/document-limits';

const ROOT = path.resolve(__dirname, '../..');
const schema = buildSchema(readFileSync(path.join(ROOT, 'schema/schema.graphql'), 'utf8'));
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
