/** The code of an error of Node's or undici's; undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Not every error of undici's parser has a code.
  return 'name' in error && error.name === 'HTTPParserError' ? 'HPE_INVALID' : undefined;
}
