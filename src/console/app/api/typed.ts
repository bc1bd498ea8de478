import { gql, type TypedDocumentNode } from '@urql/core';

/** A document's text as urql takes it. What it is answered with is the code generator's knowledge. */
export function typed<Result, Variables extends Record<string, unknown>>(
  text: string,
): TypedDocumentNode<Result, Variables> {
  return gql<Result, Variables>(text);
}
