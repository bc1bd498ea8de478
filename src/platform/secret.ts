import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A value that must not be shown. It prints as `[redacted]` in strings, JSON, logs and the debugger's inspection; only
 * `reveal()` gives it, so that every use can be found by searching for that word.
 */
export class Secret {
  // A real private field: neither JSON.stringify nor a spread nor inspect can reach it.
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: for the call that needs it, never for a message. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
