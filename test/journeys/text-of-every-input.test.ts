import {
  buildSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  type GraphQLInputField,
} from 'graphql';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { givenGateway, type GivenGateway } from '../support/given-gateway';

const schema = buildSchema(readFileSync(path.resolve(__dirname, '../../schema/schema.graphql'), 'utf8'));

/** Text that has broken displays, comparisons, logs and databases. */
const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['NUL', 'a\0b'],
  ['an escape sequence', 'a\u001b[31mb'],
  ['a tab and a line break', 'a\tb\nc'],
  ['a line separator', 'a\u2028b'],
  ['half a character', 'a\ud800b'],
  ['a right-to-left override', 'a\u202egnp.exe'],
  ['an isolate', 'a\u2067b'],
  ['a space without width', 'a\u200bb'],
  ['a joiner', 'a\u200db'],
  ['a byte order mark', '\ufeffa'],
  ['a soft hyphen', 'a\u00adb'],
  ['a filler', '\u3164'],
  ['nothing but marks', '\u0301\u0302'],
  ['a private character', 'a\ue000'],
  ['a noncharacter', 'a\uffff'],
  ['spaces around', '  plain  '],
  ['a decomposed accent', 'Jose\u0301'],
  ['Persian with a non-joiner', 'علی\u200cرضا'],
  ['an emoji of several', '👩\u200d🚒'],
  ['SQL', "'; drop table gateway.driver; --"],
  ['a path', '../../../etc/passwd'],
  ['markup', '<script>alert(1)</script>'],
  ['a pattern', '%_\\%'],
  ['a template', '${jndi:ldap://x}{{7*7}}'],
];

/** What no answer may hold: control characters, what hides, what turns text round, halves of characters. */
const UNSHOWABLE =
  /[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u2028\u2029\u00AD\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069]/u;

const READ = 'driver { id firstName lastName fullName email phone timeZone referenceId driveriDriverId }';
const CODE = 'userErrors { code field }';

interface Written {
  readonly driver: Readonly<Record<string, string | null>> | null;
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] }[];
}

/** The string fields of an input, as the schema has them: a new one is tried as well. */
function stringsOf(input: string): readonly string[] {
  const type = schema.getType(input);
  if (!isInputObjectType(type)) throw new Error(`There is no input ${input}`);
  const isText = ({ type: of }: GraphQLInputField) => ['String', 'ID'].includes(getNamedType(of).name);
  return Object.values(type.getFields())
    .filter(isText)
    .map(({ name, type: of }) => (isListType(getNullableType(of)) ? `${name}[]` : name));
}

describe('every string of every input, with text that cannot be shown', () => {
  let given: GivenGateway;
  let driver: string;
  beforeAll(async () => {
    given = await givenGateway({
      fleet: 'empty',
      settings: { gpsPollMs: 3_600_000, driveriPollMs: 3_600_000 },
    });
    const { createDriver } = await given.ask<{ createDriver: { driver: { id: string } } }>(
      'mutation { createDriver(input: { lastName: "Base" }) { driver { id } } }',
    );
    driver = createDriver.driver.id;
  });
  afterAll(() => given.close());

  const value = (field: string, text: string) =>
    field.endsWith('[]') ? { [field.slice(0, -2)]: [text] } : { [field]: text };

  /** Refused with a code, or stored so that it can be shown; never an error that nobody foresaw. */
  async function expectRefusedOrShown(operation: string, variables: object): Promise<void> {
    const answer = await given.request<Record<string, Written> | null>(operation, { ...variables });
    for (const { extensions } of answer.errors ?? []) expect(extensions['code']).toBe('INVALID_TEXT');
    for (const payload of Object.values(answer.data ?? {})) {
      if (payload.driver === undefined) continue;
      expect(payload.driver !== null || payload.userErrors.length > 0).toBe(true);
      for (const shown of Object.values(payload.driver ?? {})) {
        if (shown === null) continue;
        expect(shown).not.toMatch(UNSHOWABLE);
        expect(shown).toBe(shown.normalize('NFC').trim());
      }
    }
  }

  describe.each(TEXTS)('%s', (_what, text) => {
    it.each(stringsOf('CreateDriverInput'))('as %s of createDriver', (field) =>
      expectRefusedOrShown(
        `mutation ($input: CreateDriverInput!) { createDriver(input: $input) { ${READ} ${CODE} } }`,
        { input: { lastName: 'New', ...value(field, text) } },
      ),
    );

    it.each(stringsOf('UpdateDriverInput'))('as %s of updateDriver', (field) =>
      expectRefusedOrShown(
        `mutation ($input: UpdateDriverInput!) { updateDriver(input: $input) { ${READ} ${CODE} } }`,
        { input: { id: driver, ...value(field, text) } },
      ),
    );

    it.each([
      ...stringsOf('DriverFilter').map((field) => ['DriverFilter', 'drivers', field] as const),
      ...stringsOf('SyncEventFilter').map((field) => ['SyncEventFilter', 'syncEvents', field] as const),
    ])('in a %s of %s: %s', async (type, list, field) => {
      const { data, errors } = await given.request<Record<string, { nodes: unknown[] }> | null>(
        `query ($filter: ${type}) { ${list}(filter: $filter) { nodes { id } } }`,
        { filter: value(field, text) },
      );
      if (errors) expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['INVALID_TEXT']);
      else expect(data?.[list]?.nodes).toEqual(expect.any(Array));
    });
  });

  it('all drivers and all events can be shown, and some were taken', async () => {
    const seen = await given.ask<Record<string, { nodes: Record<string, string | null>[] }>>(
      `{ drivers(first: 100) { nodes { fullName firstName lastName email referenceId driveriDriverId } }
         syncEvents(first: 100) { nodes { driverName message } } }`,
    );
    const texts = Object.values(seen).flatMap(({ nodes }) => nodes.flatMap((node) => Object.values(node)));
    expect(texts.filter((text) => text !== null && UNSHOWABLE.test(text))).toEqual([]);
    for (const taken of [
      'José',
      'علی\u200cرضا',
      '<script>alert(1)</script>',
      "'; drop table gateway.driver; --",
    ]) {
      expect(texts).toContain(taken);
    }
  });
});
