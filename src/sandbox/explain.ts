import { z } from 'zod';

/** Why something was not accepted, in words for a person. */
export function explain(cause: unknown): string {
  if (cause instanceof z.ZodError) return z.prettifyError(cause);
  return cause instanceof Error ? cause.message : 'Not accepted';
}
