import { Kind, visit, type DocumentNode, type GraphQLError } from 'graphql';
import { apiError } from '../answers/api-error';

/*
 * Text that cannot be stored or shown: control characters other than tab and line breaks, and halves of surrogate pairs. No
 * field of a driver needs them, and Postgres refuses NUL. Checked before anything runs.
 */

/** An error for such text among a document's own strings; null when there is none. */
export function unstorableLiteral(document: DocumentNode): GraphQLError | null {
  let found = false;
  visit(document, {
    [Kind.STRING]: (node) => {
      if (!isStorable(node.value)) found = true;
    },
  });
  return found ? invalid('The document') : null;
}

/** No input of the API is nested deeper than a handful of levels. Deeper values cost stack wherever they are walked. */
const MAX_DEPTH = 16;

/** An error for such text in variables, or for variables that are nested too deep; null when there is none. */
export function unstorableVariable(variables: Readonly<Record<string, unknown>>): GraphQLError | null {
  // Not recursive: what is nested deep would cost stack here, too.
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: variables, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string' && !isStorable(value)) return invalid('A variable');
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) {
      return apiError('VARIABLES_TOO_DEEP', `Variables may be nested ${MAX_DEPTH} levels deep.`, {
        limit: MAX_DEPTH,
      });
    }
    for (const [key, inner] of Object.entries(value)) {
      waiting.push({ value: key, depth: depth + 1 }, { value: inner, depth: depth + 1 });
    }
  }
  return null;
}

function isStorable(text: string): boolean {
  return !/[\p{Surrogate}\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/u.test(text);
}

function invalid(where: string): GraphQLError {
  return apiError('INVALID_TEXT', `${where} has text with control characters or broken Unicode in it.`);
}
