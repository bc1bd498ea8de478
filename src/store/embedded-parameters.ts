/**
 * A parameter as PGlite takes it: text or bytes, never an object. The rules are node-postgres's (`prepareValue`), so that a
 * query means the same on both kinds of database.
 */
export function toParameter(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return value;
  if (isDate(value)) return value.toISOString();
  if (Array.isArray(value)) return arrayLiteral(value);
  return JSON.stringify(value);
}

/** PGlite would otherwise insist on JavaScript types: its serializers by Postgres' type number, all taking text. */
export const textSerializers: Readonly<Record<number, (value: unknown) => string>> = {
  16: String, // bool
  17: bytesLiteral, // bytea
  114: String, // json
  3802: String, // jsonb
  1082: String, // date
  1114: String, // timestamp
  1184: String, // timestamptz
};

function bytesLiteral(value: unknown): string {
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value);
}

function arrayLiteral(items: readonly unknown[]): string {
  return `{${items.map(elementLiteral).join(',')}}`;
}

function elementLiteral(item: unknown): string {
  if (item === null || item === undefined) return 'NULL';
  if (Array.isArray(item)) return arrayLiteral(item);
  const text = item instanceof Uint8Array ? bytesLiteral(item) : String(toParameter(item));
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

// By tag, not by class: a Date of another realm (a test's sandbox) is no instanceof ours.
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}
