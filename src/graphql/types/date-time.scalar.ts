import { GraphQLScalarType } from 'graphql';

/** Inside it is epoch ms; outside it is text with an offset. It is never an input. */
export const DateTime = new GraphQLScalarType<never, string>({
  name: 'DateTime',
  description: 'An instant in RFC 3339 form with an offset, for example 2026-11-23T22:31:07.120Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize(value) {
    if (typeof value !== 'number') throw new TypeError('An instant is a number of milliseconds');
    return new Date(value).toISOString();
  },
});
