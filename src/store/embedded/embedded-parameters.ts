/**
 * A parameter as PGlite takes it: text, never an object. The rules are node-postgres's (`prepareValue`), so that a
 * query means the same on both kinds of database.
 */
export function toParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return bytesLiteral(value);
  if (isDate(value)) return value.toISOString();
  if (Array.isArray(value)) return arrayLiteral(value);
  return JSON.stringify(value);
}

function bytesLiteral(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}

function arrayLiteral(items: readonly unknown[]): string {
  return `{${items.map(elementLiteral).join(',')}}`;
}

function elementLiteral(item: unknown): string {
  if (item === null || item === undefined) return 'NULL';
  if (Array.isArray(item)) return arrayLiteral(item);
  return `"${String(toParameter(item)).replace(/[\\"]/g, '\\$&')}"`;
}

// By tag, not by class: a Date of another realm (a test's sandbox) is no instanceof ours.
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}
