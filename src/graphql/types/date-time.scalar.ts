import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** RFC 3339 with an offset: a text without one would mean another instant on every machine. */
const RFC_3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** Inside it is epoch ms; outside it is text with an offset. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'An instant in RFC 3339 form with an offset, for example 2026-11-23T22:31:07.120Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize(value) {
    if (typeof value !== 'number') throw new TypeError('An instant is a number of milliseconds');
    return textOf(value);
  },
  parseValue: readInstant,
  parseLiteral(node) {
    return readInstant(node.kind === Kind.STRING ? node.value : undefined);
  },
});

/** A listing observes all its drivers at one instant: the same few are written again and again. */
const texts = new Map<number, string>();
const MAX_TEXTS = 1_000;

function textOf(at: number): string {
  const known = texts.get(at);
  if (known !== undefined) return known;
  const text = new Date(at).toISOString();
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(at, text);
  return text;
}

function readInstant(value: unknown): number {
  const at = typeof value === 'string' && RFC_3339.test(value) ? dateOf(value) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new GraphQLError(
      'A DateTime is a text in RFC 3339 form with an offset, for example 2026-11-23T22:31:07Z.',
    );
  }
  return at;
}

/** Epoch ms; NaN for a day that its month does not have, which `Date.parse` would take for one of the next month. */
function dateOf(text: string): number {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate() ? Date.parse(text) : Number.NaN;
}
