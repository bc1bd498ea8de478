/** What a statement's text says about the session, as far as the embedded database's adapter has to know it beforehand. */
export type SessionStatement =
  | { readonly kind: 'begin' }
  | { readonly kind: 'listen'; readonly channel: string }
  /** Without a channel: all of them. */
  | { readonly kind: 'unlisten'; readonly channel: string | undefined }
  | { readonly kind: 'other' };

const LEADING_COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;
const BEGIN = /^(?:begin|start\s+transaction)\b/i;
const LISTEN = /^(listen|unlisten)\s+(?:"((?:[^"]|"")+)"|([a-z_][\w$]*)|\*)\s*;?\s*$/i;

const OTHER: SessionStatement = { kind: 'other' };

/** Recognises BEGIN, LISTEN and UNLISTEN, also behind comments and with quoted channel names. */
export function classify(text: string): SessionStatement {
  const bare = text.replace(LEADING_COMMENTS, '');
  if (BEGIN.test(bare)) return { kind: 'begin' };
  const [matched, verb, quoted, plain] = LISTEN.exec(bare) ?? [];
  if (matched === undefined) return OTHER;
  // Unquoted names are folded to lower case, as everywhere in SQL.
  const channel = quoted?.replaceAll('""', '"') ?? plain?.toLowerCase();
  if (verb?.toLowerCase() === 'unlisten') return { kind: 'unlisten', channel };
  return channel === undefined ? OTHER : { kind: 'listen', channel };
}

/** The name quoted for use as an identifier in SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
