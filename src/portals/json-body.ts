import { LosslessNumber, parse } from 'lossless-json';
import { Unreadable } from './portal-failure';
import { webPageIn } from './web-page';

/**
 * What a body holds. A number that JavaScript would round is a `LosslessNumber`, which keeps its text. Throws `Unreadable`
 * when the body is empty or not JSON: a web page, half an answer.
 */
export function parseJson(body: string): unknown {
  if (body.trim() === '') throw new Unreadable('it is empty');
  try {
    return MAY_HOLD_LOSSY_NUMBER.test(body) ? parseLossless(body) : (JSON.parse(body) as unknown);
  } catch {
    const page = webPageIn(body);
    throw new Unreadable(page === null ? 'it is not JSON' : `it is not JSON but ${page}`);
  }
}

/** The text of a JSON text or number, with every digit; null for anything else. */
export function textOfJson(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value instanceof LosslessNumber ? value.value : null;
}

/**
 * A number of more than fifteen digits, with a fraction, an exponent or a leading minus before zero. `JSON.parse` is many
 * times faster, and exact for all others. A text that looks alike costs time only.
 */
const MAY_HOLD_LOSSY_NUMBER = /(?:^|[:[,])\s*-?(?:\d{16}|\d+[.eE])|(?:^|[:[,])\s*-0/;
const EXACT = /^(?:0|-?[1-9]\d{0,14})$/;

function parseLossless(body: string): unknown {
  return parse(body, null, {
    parseNumber: (text) => (EXACT.test(text) ? Number(text) : new LosslessNumber(text)),
    // As `JSON.parse` does: the last one counts.
    onDuplicateKey: ({ newValue }) => newValue,
  });
}
