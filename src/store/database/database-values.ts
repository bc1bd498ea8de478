import { types } from 'pg';

/** Turns a value's text, as Postgres sends it, into a JavaScript value. */
export type ValueParser = (text: string) => unknown;

// Postgres' own numbers for these types (pg_type.dat); fixed for ever.
const INT8 = 20;
const INT8_ARRAY = 1016;
const NUMERIC = 1700;
const NUMERIC_ARRAY = 1231;

// The literal of any array parses as one of texts; its elements are ours.
const TEXT_ARRAY: number = 1009;

const OURS: ReadonlyMap<number, ValueParser> = new Map([
  [INT8, toNumberWhenExact],
  [NUMERIC, toNumberWhenExact],
  [INT8_ARRAY, toNumbersWhenExact],
  [NUMERIC_ARRAY, toNumbersWhenExact],
]);

/**
 * The parser for a type's text, for both kinds of database: node-postgres's own, but int8 and numeric become numbers where a
 * number holds them exactly. Not set in node-postgres's global table, which belongs to the whole process.
 */
export function valueParser(oid: number): ValueParser {
  return OURS.get(oid) ?? types.getTypeParser(oid, 'text');
}

/** Every type that has a parser of its own; the others stay text. */
export const parsedTypes: readonly number[] = [
  ...new Set([...OURS.keys(), ...Object.values(types.builtins)]),
];

function toNumberWhenExact(text: string): number | string {
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '');
  // A double keeps 15 decimal digits whatever they are; "NaN" and "Infinity" are no digits.
  if (/^\d{0,15}$/.test(digits)) return Number(text);
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : text;
}

function toNumbersWhenExact(text: string): unknown {
  return mapDeep(types.getTypeParser(TEXT_ARRAY, 'text')(text));
}

function mapDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapDeep);
  return typeof value === 'string' ? toNumberWhenExact(value) : value;
}
