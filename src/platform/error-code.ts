/**
 * The `code` of an error of Node or of Postgres (`ENOENT`, `23505`), if it has one. Looks at the shape, not at the class:
 * errors of other realms and libraries are no `instanceof Error`.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What an error says, whatever was thrown. */
export function errorMessage(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return String(hasMessage ? error.message : error);
}
