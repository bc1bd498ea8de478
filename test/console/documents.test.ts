import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatDocument, stringifyDocument, type TypedDocumentNode } from '@urql/core';
import { buildSchema, Kind, parse, validate } from 'graphql';
import { MAX_COST, costOf } from '../../src/graphql/admit/cost';
import { DOCUMENT_LIMITS, exceededLimit } from '../../src/graphql/admit/document-limits';

const ROOT = path.resolve(__dirname, '../..');
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const schema = buildSchema(textOf('schema/schema.graphql'));
/** As the browser sends them, by the constants' names: with the type names that the cache needs. */
let documents: Readonly<Record<string, string>>;

beforeAll(async () => {
  const constants = await import(path.join(ROOT, 'src/console/app/generated/documents.ts'));
  documents = Object.fromEntries(
    Object.entries(constants as Record<string, Parameters<typeof formatDocument>[0]>).map(
      ([name, document]) => [name, stringifyDocument(formatDocument(document) as TypedDocumentNode)], // which it stays
    ),
  );
});

describe("the console's documents", () => {
  it('are valid against the public schema', () => {
    const errors = Object.entries(documents).flatMap(([name, text]) =>
      validate(schema, parse(text)).map(({ message }) => `${name}: ${message}`),
    );
    expect(errors).toEqual([]);
    expect(Object.keys(documents).length).toBeGreaterThan(15);
  });

  it('are all that is written for the console', () => {
    const written = operationsOf(textOf('src/console/console.graphql'));
    expect(Object.values(documents).flatMap(operationsOf).toSorted()).toEqual(written.toSorted());
    for (const name of written) expect(name).toMatch(/^Console/);
  });

  it('share no name with the example operations: a log tells which client asked', () => {
    const folder = 'schema/operations';
    const examples = readdirSync(path.join(ROOT, folder)).flatMap((file) =>
      namesOf(textOf(`${folder}/${file}`)),
    );
    const ours = namesOf(textOf('src/console/console.graphql'));
    expect(ours.filter((name) => examples.includes(name))).toEqual([]);
  });

  it('stay within what the API lets a document be and cost', () => {
    const inputs = Array.from({ length: 100 }, () => ({}));
    for (const [name, text] of Object.entries(documents)) {
      const document = parse(text);
      expect([name, exceededLimit(document, DOCUMENT_LIMITS)]).toEqual([name, null]);
      const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
      if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${name} is no operation`);
      expect([
        name,
        costOf(schema, document, operation, { first: 100, inputs, ids: inputs }) < MAX_COST / 2,
      ]).toEqual([name, true]);
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
