/**
 * An error as the log may have it. A database's error quotes values of rows in its message and detail, which may be personal
 * data: of those only the code and the place are kept.
 */
export function loggableError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { readonly code?: unknown }; // Node's and Postgres' errors have one
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const isFromDatabase = 'severity' in error || 'routine' in error;
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    ...(!isFromDatabase && { message: error.message }),
    stack: frames.join('\n'),
  };
}
