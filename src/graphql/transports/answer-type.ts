import Negotiator from 'negotiator';

const TYPES = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
] as const;

/** Clients send a handful of headers; others are worked out each time. */
const MAX_KNOWN = 100;
const known = new Map<string, string | undefined>();

/** Which media type to answer in, by the `Accept` header; undefined when it takes none that there is. */
export function answerTypeOf(accept: string | undefined): string | undefined {
  if (accept === undefined || accept === '') return TYPES[0];
  if (known.has(accept)) return known.get(accept);
  const type = new Negotiator({ headers: { accept } }).mediaType([...TYPES]);
  if (known.size < MAX_KNOWN) known.set(accept, type);
  return type;
}

const STREAM = 'text/event-stream';

/** Whether a client wants an event stream rather than one answer. */
export function wantsEventStream(accept: string | undefined): boolean {
  if (!accept?.includes(STREAM)) return false;
  return new Negotiator({ headers: { accept } }).mediaType([...TYPES, STREAM]) === STREAM;
}
