/** An HTTP answer, ready to be sent. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What becomes of a call: an answer, an answer cut off half-way, silence, or a connection that breaks. */
export type WireReply =
  | Answer
  | { readonly kind: 'cut'; readonly answer: Answer }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

type Headers = Readonly<Record<string, string>>;

/** A piece of JSON that is sent word for word, whether a parser would hand it on or not. */
export class RawJson {
  constructor(private readonly text: string) {}

  /** A mark that `json` replaces: `JSON.stringify` takes no text as it is. */
  toJSON(): string {
    return `\u0001raw:${encodeURIComponent(this.text)}\u0001`;
  }
}

/** An answer with a JSON body. */
export function json(status: number, body: unknown, headers: Headers = {}): Answer {
  const text = JSON.stringify(body);
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: text.replace(/"\\u0001raw:([^"\\]*)\\u0001"/g, (_mark, piece: string) => decodeURIComponent(piece)),
  };
}

/** An answer with an HTML body. */
export function html(status: number, body: string, headers: Headers = {}): Answer {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    body,
  };
}

/** An answer without a body. */
export function empty(status: number, headers: Headers = {}): Answer {
  return { kind: 'answer', status, headers, body: '' };
}

/** After a form was posted: look at `location` now (303, so that reloading does not post again). */
export function seeOther(location: string): Answer {
  return empty(303, { location });
}
