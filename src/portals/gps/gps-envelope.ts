import { z } from 'zod';
import { parseJson, textOfJson } from '../json-body';
import { codeText } from '../json-shapes';
import { Unreadable } from '../portal-failure';

/** What an envelope says (portals.md, 1). `data` is not looked into yet. */
export type GpsEnvelope =
  | { readonly status: 'OK'; readonly data: unknown }
  | { readonly status: 'ERROR'; readonly code: string | null; readonly text: string | null };

const envelope = z.object({
  head: z
    .object({ status: z.string().catch('') })
    .optional()
    .catch(undefined),
  errors: z.unknown().optional(),
  data: z.unknown().optional(),
});

/**
 * Reads an envelope. An error's text is under `message` (D) or `error` (C), its code a number or a text (D, C); errors come
 * as a list, as an object (PHP) or as a text, and count whatever `head.status` says. Throws `Unreadable` for anything else:
 * an empty body or a page is a failed call, never an empty list (I).
 */
export function parseEnvelope(body: string): GpsEnvelope {
  const result = envelope.safeParse(parseJson(body));
  if (!result.success) throw new Unreadable('the envelope is not an object');
  const { head, errors: told, data } = result.data;
  const errors = errorsIn(told);
  const status = head?.status.trim().toUpperCase() ?? '';
  if (status === 'ERROR' || errors.length > 0) return { status: 'ERROR', ...firstError(errors) };
  if (head === undefined) throw new Unreadable('head is not an object');
  if (status !== 'OK') throw new Unreadable('head tells no status');
  return { status: 'OK', data };
}

/** `[]`, `{}`, `""`, `false` and null are no errors: so PHP writes that there are none. */
function errorsIn(told: unknown): readonly unknown[] {
  if (Array.isArray(told)) return told;
  if (typeof told !== 'object' || told === null) return isNothing(told) ? [] : [told];
  const isError = ['code', 'message', 'error'].some((key) => Object.hasOwn(told, key));
  return isError ? [told] : Object.values(told);
}

function isNothing(told: unknown): boolean {
  return told === undefined || told === null || told === false || told === 0 || told === '';
}

const errorObject = z.object({
  code: z.unknown().optional(),
  message: z.unknown().optional(),
  error: z.unknown().optional(),
});

function firstError(errors: readonly unknown[]): {
  readonly code: string | null;
  readonly text: string | null;
} {
  const result = errorObject.safeParse(errors[0]);
  if (!result.success) return { code: null, text: textOfJson(errors[0]) };
  const { code, message, error } = result.data;
  return { code: codeText(textOfJson(code)), text: textOfJson(message) ?? textOfJson(error) };
}
