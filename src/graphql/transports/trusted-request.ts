import type { TrustedDocuments } from '../admit/trusted-documents';

/** In no list: what names an unknown id is refused, and counted, where all other documents are. */
const UNKNOWN = 'query NotInTheList { __typename }';

/**
 * A request that names a trusted document by its id gets the document's text, so that all that follows sees an operation like
 * any other. The id is `documentId`, or Apollo's `extensions.persistedQuery.sha256Hash`; a text beside it counts instead.
 * Where no trusted documents are configured, requests stay as they are.
 */
export function withTrustedText<Body>(trusted: TrustedDocuments | undefined, body: Body): Body {
  if (trusted === undefined || !isRecord(body)) return body;
  const { documentId, extensions, ...rest } = body;
  const { persistedQuery, ...others } = isRecord(extensions) ? extensions : {};
  const id = documentId ?? (isRecord(persistedQuery) ? persistedQuery['sha256Hash'] : undefined);
  if (id == null) return body;
  const hasText = typeof body['query'] === 'string' && body['query'] !== '';
  const text = typeof id === 'string' ? trusted.textOf(id) : null;
  const query = hasText ? body['query'] : (text ?? UNKNOWN);
  return { ...rest, extensions: others, query } as unknown as Body; // the same form, with a text
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
