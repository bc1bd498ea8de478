import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { z } from 'zod';
import { errorMessage } from '../platform/error-code';

/** Texts by id, as graphql-codegen and relay-compiler write them. */
const byId = z.record(z.string(), z.string());

/** Apollo's manifest of persisted queries. */
const manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
});

const FORMS =
  'give a JSON object of texts by id, as graphql-codegen and relay-compiler write it, or Apollo’s manifest of persisted queries';

/** A file of the only operations that may run: their texts by id. */
export function trustedDocumentsFile() {
  return z.string().transform((file, context): ReadonlyMap<string, string> => {
    try {
      return readDocuments(readFileSync(file, 'utf8'));
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot be used (${errorMessage(error)}); ${FORMS}` });
      return z.NEVER;
    }
  });
}

function readDocuments(content: string): ReadonlyMap<string, string> {
  const json: unknown = JSON.parse(content);
  const listed = manifest.safeParse(json);
  const documents = listed.success
    ? new Map(listed.data.operations.map(({ id, body }) => [id, body]))
    : new Map(Object.entries(readTexts(json)));
  for (const [id, text] of documents) assertParses(id, text);
  return documents;
}

function readTexts(json: unknown): Readonly<Record<string, string>> {
  const { data } = byId.safeParse(json);
  if (data === undefined) throw new Error('it has another form');
  return data;
}

function assertParses(id: string, text: string): void {
  try {
    parse(text);
  } catch (error) {
    throw new Error(`the document ${id}: ${errorMessage(error)}`, { cause: error });
  }
}
