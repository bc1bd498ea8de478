import { parse, print, visit, type DocumentNode, type GraphQLError } from 'graphql';
import { apiError } from '../answers/api-error';

/** The only documents that may run, where a deployment names them. */
export interface TrustedDocuments {
  /** The text of the document with this id; null when there is none. */
  textOf(id: string): string | null;
  /** Whether the document is one of the list, whatever its layout; client libraries may have added `__typename`. */
  has(document: DocumentNode): boolean;
}

/** Takes the texts by their ids, each of which must parse. */
export function createTrustedDocuments(texts: ReadonlyMap<string, string>): TrustedDocuments {
  const forms = new Set([...texts.values()].map((text) => plainForm(parse(text))));
  return {
    textOf: (id) => texts.get(id) ?? null,
    has: (document) => forms.has(plainForm(document)),
  };
}

/** What is answered to every other document. */
export function notTrusted(): GraphQLError {
  return apiError(
    'DOCUMENT_NOT_TRUSTED',
    'Only trusted documents run here: send the documentId of one of them, or its text as it is in the list.',
  );
}

/** The same for documents that ask for the same: without layout, the order of definitions, and plain `__typename` fields. */
function plainForm(document: DocumentNode): string {
  const bare = visit(document, {
    Field: ({ name, alias, directives = [] }) =>
      name.value === '__typename' && alias === undefined && directives.length === 0 ? null : undefined,
  });
  return bare.definitions
    .map((definition) => print(definition))
    .sort()
    .join('\n');
}
