import { protocol } from '@electric-sql/pglite';
import { toParameter } from './embedded-parameters';

const { serialize } = protocol;

// What follows the parameters is the same for every statement.
const DESCRIBE = serialize.describe({ type: 'P' });
const EXECUTE = serialize.execute({});
const SYNC = serialize.sync();

/** How many statements stay prepared: all of the sync's, and those that a console and some clients ask for. */
const MOST = 400;

/** A plan was made for tables as large as they were then; it is made anew after so long, and after this many rows at once. */
const MAX_AGE_MS = 10_000;
const BULK_ROWS = 200;

/** Single statements without parameters that leave every plan valid; before any other, prepared ones are dropped. */
const KEEPS_PLANS =
  /^\s*(?:begin|start|commit|rollback|savepoint|release|set|select|listen|unlisten|notify)\b[^;]*;?\s*$/i;

/** How a pattern is best searched for depends on the pattern: such texts are planned for their parameters every time. */
const HAS_PATTERN = /\blike\b/i;

/**
 * Puts statements into messages of Postgres' wire protocol, one message each. PGlite's own `query` sends five in a row, since it
 * asks for the parameters' types first, and has the text parsed and planned every time; here all parameters go as text, as with
 * node-postgres, and a text is prepared once and then only named. `test/bench/embedded.ts` shows what that is worth.
 *
 * A prepared statement is the session's, and survives the transaction that prepared it. It is dropped when it has failed, when
 * it is one of too many, and before whatever might change its tables ("cached plan must not change result type").
 */
export class EmbeddedMessages {
  readonly #names = new Map<string, string>();
  #dropping: Uint8Array[] = [];
  #made = 0;
  #freshUntil = 0;

  /** One message for the text, and its parameters if it has any. `now` is in ms, of any clock that only goes forward. */
  messageFor(searchPath: string, text: string, parameters: readonly unknown[], now: number): Uint8Array {
    if (parameters.length === 0) {
      if (!KEEPS_PLANS.test(text)) this.#dropAll();
      return serialize.query(text);
    }
    if (now >= this.#freshUntil) {
      this.#dropAll();
      this.#freshUntil = now + MAX_AGE_MS;
    }
    const bound = parameters.map(toParameter);
    if (HAS_PATTERN.test(text)) return Buffer.concat([serialize.parse({ text }), ...executing('', bound)]);
    const key = keyOf(searchPath, text);
    const known = this.#names.get(key);
    const name = known ?? this.#nextName();
    // Those used last are at the end of the map.
    this.#names.delete(key);
    this.#names.set(key, name);
    const dropped = this.#dropping;
    this.#dropping = [];
    return Buffer.concat([
      ...dropped,
      ...(known === undefined ? [serialize.parse({ name, text })] : []),
      ...executing(name, bound),
    ]);
  }

  /** Says that the text's message was answered with an error: whether it has been prepared is not known. */
  failed(searchPath: string, text: string): void {
    this.#drop(keyOf(searchPath, text));
  }

  /** Says how many rows a statement has written. */
  wrote(rows: number): void {
    if (rows >= BULK_ROWS) this.#dropAll();
  }

  #nextName(): string {
    const [oldest] = this.#names.keys();
    if (this.#names.size >= MOST && oldest !== undefined) this.#drop(oldest);
    this.#made += 1;
    return `s${this.#made}`;
  }

  #dropAll(): void {
    for (const key of [...this.#names.keys()]) this.#drop(key);
  }

  // To close what does not exist is no error, and is allowed in a broken transaction.
  #drop(key: string): void {
    const name = this.#names.get(key);
    if (name === undefined) return;
    this.#names.delete(key);
    this.#dropping.push(serialize.close({ type: 'S', name }));
  }
}

function executing(statement: string, values: (string | null)[]): readonly Uint8Array[] {
  return [serialize.bind({ statement, values }), DESCRIBE, EXECUTE, SYNC];
}

const keyOf = (searchPath: string, text: string): string => `${searchPath} ${text}`;
