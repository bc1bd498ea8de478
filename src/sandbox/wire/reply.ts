/** An HTTP answer, ready to be sent. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What becomes of a call: an answer, an answer cut off half-way, silence, or a connection that breaks. */
export type WireReply =
  | Answer
  | { readonly kind: 'cut'; readonly answer: Answer }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

type Headers = Readonly<Record<string, string>>;

/** An answer with a JSON body. */
export function json(status: number, body: unknown, headers: Headers = {}): Answer {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
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
