import { type DriverInput, readDriverInput } from '../../src/driver/driver-input';

const codesOf = (input: DriverInput, mode: 'create' | 'update' = 'update'): readonly string[] =>
  readDriverInput(input, mode).errors.map(({ code, field }) => `${field.join('.')}: ${code}`);

const valueOf = (input: DriverInput) => readDriverInput(input, 'update').value;

describe('readDriverInput', () => {
  it('trims, and brings text into NFC and phones into digits', () => {
    const input: DriverInput = {
      firstName: ' Jose\u0301 ',
      lastName: 'Núñez\n',
      email: ' jose@example.com',
      phone: '+1 (555) 383-93.28',
      timeZone: 'US/Arizona',
      referenceId: ' R-7 ',
      driveriDriverId: ' e\u0301-1 ',
    };
    expect(readDriverInput(input, 'create')).toEqual({
      value: {
        firstName: 'José',
        lastName: 'Núñez',
        email: 'jose@example.com',
        phone: '15553839328',
        timeZone: 'US/Arizona',
        referenceId: 'R-7',
        driverId: 'é-1',
      },
      errors: [],
    });
  });

  it('leaves out what is left out, and clears what is null or blank', () => {
    expect(valueOf({})).toEqual({});
    expect(valueOf({ firstName: null, email: '', phone: ' ', driveriDriverId: null })).toEqual({
      firstName: null,
      email: null,
      phone: null,
      driverId: null,
    });
  });

  it('does not look at other fields', () => {
    const input = { lastName: 'Lee', groups: ['North'], id: '1' };
    expect(readDriverInput(input, 'create').value).toEqual({ lastName: 'Lee' });
  });

  it.each<[DriverInput, 'create' | 'update', readonly string[]]>([
    [{}, 'create', ['input.lastName: REQUIRED']],
    [{ lastName: null }, 'create', ['input.lastName: REQUIRED']],
    [{ lastName: '  ' }, 'update', ['input.lastName: REQUIRED']],
    [{ lastName: null }, 'update', ['input.lastName: REQUIRED']],
    [{}, 'update', []],
  ])('demands a last name: %j on %s', (input, mode, codes) => {
    expect(codesOf(input, mode)).toEqual(codes);
  });

  it('tells every problem at once, in the order of the fields, and keeps the rest', () => {
    const result = readDriverInput(
      { firstName: 'Ann', email: 'no', phone: '1', timeZone: 'Mars/One', driveriDriverId: 'a\tb' },
      'create',
    );
    expect(result.errors.map(({ code, field }) => [code, field])).toEqual([
      ['REQUIRED', ['input', 'lastName']],
      ['INVALID_EMAIL', ['input', 'email']],
      ['INVALID_PHONE', ['input', 'phone']],
      ['INVALID_TIME_ZONE', ['input', 'timeZone']],
      ['INVALID_TEXT', ['input', 'driveriDriverId']],
    ]);
    expect(result.value).toEqual({ firstName: 'Ann' });
  });

  it.each([
    ['firstName', 100],
    ['lastName', 100],
    ['referenceId', 64],
    ['driveriDriverId', 64],
  ] as const)('takes a %s of %d characters and not one more', (field, most) => {
    expect(codesOf({ [field]: '😀'.repeat(most) })).toEqual([]);
    expect(codesOf({ [field]: 'x'.repeat(most + 1) })).toEqual([`input.${field}: TOO_LONG`]);
  });

  it.each(['ann@x.example@y', 'ann@x.example@', '@x.example@y.example'])('does not take %s', (email) =>
    expect(codesOf({ email })).toEqual(['input.email: INVALID_EMAIL']),
  );

  it('takes an e-mail address of 254 characters and not one more', () => {
    const domain = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}`;
    const fit = `${'x'.repeat(64)}@${domain}.example`.slice(0, 254);
    expect(fit.length).toBe(254);
    expect(codesOf({ email: fit })).toEqual([]);
    expect(codesOf({ email: `${fit}x` })).toEqual(['input.email: TOO_LONG']);
  });

  it.each([
    'ann.lee@example.com',
    "o'brien+sync@sub.example.co",
    'a_b-c@x1.example.org',
    'josé@münchen.example',
    'A@EXAMPLE.COM',
  ])('takes %s', (email) => expect(codesOf({ email })).toEqual([]));

  it.each([
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'a@b@example.com',
    'ann lee@example.com',
    '.ann@example.com',
    'ann.@example.com',
    'an..n@example.com',
    'ann@-example.com',
    'ann@example-.com',
    'ann@exam_ple.com',
    'ann@example..com',
    'ann@example.com.',
    `${'x'.repeat(65)}@example.com`,
    `a@${'x'.repeat(64)}.com`,
    'Ann <ann@example.com>',
  ])('does not take %s', (email) => expect(codesOf({ email })).toEqual(['input.email: INVALID_EMAIL']));

  it.each(['5553839', '123456789012345', '555.383.9328', '(555) 383 9328', '+49-89-1234567'])(
    'takes the phone %s',
    (phone) => expect(codesOf({ phone })).toEqual([]),
  );

  it.each(['555383', '1234567890123456', '555-CALL-NOW', '5553839328 x12', '++', '٥٥٥٣٨٣٩'])(
    'does not take the phone %s',
    (phone) => expect(codesOf({ phone })).toEqual(['input.phone: INVALID_PHONE']),
  );

  it.each(['America/Chicago', 'US/Arizona', 'UTC', 'Etc/GMT+7'])('takes the time zone %s', (timeZone) =>
    expect(codesOf({ timeZone })).toEqual([]),
  );

  it.each(['Arizona', '+05:00', '-07:00', 'America/', '5'])('does not take the time zone %s', (timeZone) =>
    expect(codesOf({ timeZone })).toEqual(['input.timeZone: INVALID_TIME_ZONE']),
  );

  it.each([
    ['a control character', 'Ann\u0007'],
    ['a line break', 'Ann\nLee'],
    ['a tab', 'Ann\tLee'],
    ['a delete', 'Ann\u007f'],
    ['a line separator', 'Ann\u2028Lee'],
    ['a high surrogate alone', 'Ann\ud83d'],
    ['a low surrogate alone', '\ude00Ann'],
    ['a direction override', 'Ann\u202eeeL'],
    ['a direction embedding', '\u202aAnn'],
    ['a direction isolate', 'Ann\u2066x\u2069'],
    ['only zero-width characters', '\u200b\u200d'],
    ['only a soft hyphen', '\u00ad'],
    ['only an accent', '\u0301'],
    ['only a filler', '\u3164'],
    ['a space without width', 'An\u200bn'],
    ['a byte order mark', 'An\ufeffn'],
    ['a soft hyphen', 'An\u00adn'],
    ['a joiner that joins nothing', 'Ann\u200d'],
    ['joiners in a row', 'A\u200d\u200dB'],
    ['a tag', 'Ann\u{e0041}'],
    ['a character for private use', 'Ann\ue000'],
    ['a noncharacter', 'Ann\uffff'],
    ['what stands for a character that was lost', 'Jos\ufffd'],
  ])('does not take %s', (_, firstName) => {
    expect(codesOf({ firstName })).toEqual(['input.firstName: INVALID_TEXT']);
  });

  it('takes what names need: emoji, joiners, right-to-left text', () => {
    for (const firstName of ['علی\u200cرضا', '李雷', 'O’Brien', '👩‍🚒', 'אבי\u200f']) {
      expect(codesOf({ firstName })).toEqual([]);
    }
  });

  it.each(['referenceId', 'driveriDriverId'] as const)('takes nothing invisible in a %s', (field) => {
    for (const hidden of ['\u200b', '\u200d', '\u200f', '\ufe0f', '\u034f', '\u115f', '\u2800', '\u00a0']) {
      expect(codesOf({ [field]: `A${hidden}1` })).toEqual([`input.${field}: INVALID_TEXT`]);
    }
    expect(codesOf({ [field]: 'A/1 %é' })).toEqual([]);
  });

  it('says what is wrong and what would be right', () => {
    const messages = readDriverInput(
      {
        lastName: '',
        firstName: 'x'.repeat(101),
        email: 'x',
        phone: 'x',
        timeZone: 'x',
        referenceId: 'a\u200bb',
      },
      'update',
    ).errors.map(({ message }) => message);
    expect(messages).toEqual([
      'The first name has 101 characters. Give at most 100.',
      'The last name is missing. GPS demands one: give the last name, or the only name there is.',
      'The e-mail address is not valid. Give one like ann.lee@example.com.',
      'The phone number is not valid. Give 7 to 15 digits, like 555-383-9328; + ( ) - . and spaces do not matter.',
      'The time zone is not known. Give an IANA name, like America/Chicago or US/Arizona.',
      'The reference id holds a character that cannot be seen, perhaps from copying. Type it by hand.',
    ]);
  });

  it.each([
    ['firstName', 'The first name'],
    ['lastName', 'The last name'],
    ['email', 'The e-mail address'],
    ['phone', 'The phone number'],
    ['timeZone', 'The time zone'],
    ['referenceId', 'The reference id'],
    ['driveriDriverId', 'The Driveri DriverID'],
  ] as const)('calls %s by the name that people know it by', (field, label) => {
    const [problem] = readDriverInput({ [field]: 'a\tb' }, 'update').errors;
    expect(problem?.message).toMatch(new RegExp(`^${label} holds a control character`));
  });

  it.each([
    ['\ud83d', 'half a character'],
    ['a\u0000b', 'a control character'],
    ['a\u202eb', 'overrides the direction'],
    ['\u200b', 'nothing that can be seen'],
    ['a\ue000b', 'no meaning of its own'],
  ])('tells kinds of unfit text apart: %j', (firstName, words) => {
    const [problem] = readDriverInput({ firstName }, 'update').errors;
    expect(problem?.message).toMatch(/^The first name holds /);
    expect(problem?.message).toContain(words);
  });
});
