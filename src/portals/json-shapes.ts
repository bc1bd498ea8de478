import type { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { textOfJson } from './json-body';

/** A text or a number, as it stands: `textOfJson` tells its text. Cheaper than `wireText`, for lists of many rows. */
export const rawText = z.custom<JsonText>((value) => textOfJson(value) !== null);

/** What `textOfJson` takes. */
export type JsonText = string | number | LosslessNumber;

/** A text or a number, as text with every digit. */
export const wireText = z
  .custom<unknown>((value) => textOfJson(value) !== null)
  .transform((value) => textOfJson(value) ?? '');

/**
 * A list in any shape that PHP gives it: a list; an object with numbers for keys, which a list with gaps becomes; or the
 * only row by itself, known by a key that rows have. Null for anything else.
 */
export function listIn(value: unknown, rowKeys: readonly string[]): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return null;
  if (rowKeys.some((key) => Object.hasOwn(value, key))) return [value];
  const entries = Object.entries(value);
  // Numeric keys come first and in order, whatever the text's order was.
  return entries.every(([key]) => /^\d+$/.test(key))
    ? entries.map(([, row]: [string, unknown]) => row)
    : null;
}

/** A portal's code, if it looks like one: whatever else stands there is not repeated. */
export function codeText(text: string | null): string | null {
  const code = text?.trim() ?? '';
  return /^[\w.-]{1,64}$/.test(code) ? code : null;
}
