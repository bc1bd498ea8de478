import fc from 'fast-check';
import {
  desiredFields,
  differences,
  FIELD_MAPPING,
  fieldsToWrite,
  phoneDigits,
  sameFieldValue,
} from '../../src/driver/field-mapping';
import type { EnforcedFields } from '../../src/driver/driveri-driver';
import type { GpsDriver } from '../../src/driver/gps-driver';
import { d, driveriDriver, gpsDriver, linkOf, removedDriver } from './fixtures';

const names = (firstName: string | null, lastName: string | null) =>
  desiredFields(gpsDriver({ firstName, lastName, email: null }));

describe('the mapping table', () => {
  it('enforces names and e-mail, and nothing else', () => {
    const enforced = FIELD_MAPPING.filter(({ authority }) => authority === 'enforce');
    expect(enforced.map(({ driveri, gps }) => [driveri, gps])).toEqual([
      ['firstName', 'firstName'],
      ['lastName', 'lastName'],
      ['email', 'email'],
    ]);
  });

  it('names every other field with who has the say', () => {
    const others = FIELD_MAPPING.filter(({ authority }) => authority !== 'enforce');
    expect(Object.fromEntries(others.map(({ driveri, authority }) => [driveri, authority]))).toEqual({
      driverId: 'identity',
      phone: 'write-only',
      status: 'observe',
      mobileApp: 'observe',
      userName: 'observe',
      group: 'observe',
    });
  });

  it.each([
    ['driverId', ' aB ', ' aB '],
    ['firstName', '  ann   lee ', 'ANN LEE'],
    ['lastName', 'Lee', 'LEE'],
    ['email', ' A@x.org ', 'A@X.ORG'],
    ['phone', '(555) 1', '5551'],
    ['phone', 'none', ''],
    ['status', 'On Leave', 'On Leave'],
    ['group', 'North', 'North'],
  ])('normalises %s', (field, text, expected) => {
    expect(FIELD_MAPPING.find(({ driveri }) => driveri === field)?.normalise(text)).toBe(expected);
  });
});

describe('desiredFields', () => {
  it.each([
    { reason: 'both names', of: names('Ann', 'Lee'), to: ['Ann', 'Lee'] },
    { reason: 'the only name becomes the first name', of: names(null, 'Lee'), to: ['Lee', null] },
    { reason: 'a first name alone', of: names('Ann', null), to: ['Ann', null] },
    { reason: 'spaces are no name', of: names('  ', 'Lee'), to: ['Lee', null] },
    { reason: 'no name is not enforced', of: names(null, ''), to: [null, null] },
    { reason: 'superfluous white space goes', of: names(' Mary\u00a0 Ann ', 'Lee'), to: ['Mary Ann', 'Lee'] },
    { reason: 'NFC', of: names('Jose\u0301', 'Lee'), to: ['José', 'Lee'] },
  ])('$reason', ({ of, to }) => {
    expect([of.firstName, of.lastName]).toEqual(to);
  });

  it('keeps the case of an e-mail address, and drops one that is only spaces', () => {
    expect(desiredFields(gpsDriver({ email: ' Ann@X.org ' })).email).toBe('Ann@X.org');
    expect(desiredFields(gpsDriver({ email: '  ' })).email).toBeNull();
    expect(desiredFields(gpsDriver({ email: null })).email).toBeNull();
  });
});

describe('sameFieldValue', () => {
  it.each([
    ['firstName', 'José', 'JOSE\u0301', true],
    ['firstName', 'Mary  Ann', ' mary ann', true],
    ['firstName', 'Weiß', 'WEISS', true],
    ['firstName', 'ΟΔΟΣ', 'οδος', true],
    ['firstName', 'Jose', 'José', false],
    ['lastName', '', null, true],
    ['lastName', null, '  ', true],
    ['lastName', 'Lee', null, false],
    ['email', 'A@x.org ', 'a@X.org', true],
    ['email', 'a b@x.org', 'a  b@x.org', false],
  ] as const)('%s: %j and %j', (field, one, other, same) => {
    expect(sameFieldValue(field, one, other)).toBe(same);
    expect(sameFieldValue(field, other, one)).toBe(same);
  });
});

interface FieldCase {
  readonly reason: string;
  readonly gps: Partial<GpsDriver>;
  readonly driveri: {
    readonly firstName?: string | null;
    readonly lastName?: string | null;
    readonly email?: string | null;
  };
  readonly written?: EnforcedFields;
  readonly fields: EnforcedFields;
}

const FIELD_CASES: readonly FieldCase[] = [
  { reason: 'nothing differs', gps: {}, driveri: {}, fields: {} },
  { reason: 'another value', gps: { firstName: 'Anna' }, driveri: {}, fields: { firstName: 'Anna' } },
  { reason: 'Driveri has none', gps: {}, driveri: { email: null }, fields: { email: 'ann@example.com' } },
  {
    reason: "Driveri's own spelling is no difference",
    gps: {},
    driveri: { firstName: 'ANN', email: 'Ann@Example.com' },
    fields: {},
  },
  {
    reason: "Driveri's own spelling of what we wrote is no difference",
    gps: {},
    driveri: { firstName: 'ANN' },
    written: { firstName: 'Ann' },
    fields: {},
  },
  {
    reason: 'a change of spelling made in GPS reaches Driveri',
    gps: { lastName: 'McDonald' },
    driveri: { lastName: 'Mcdonald' },
    written: { lastName: 'Mcdonald' },
    fields: { lastName: 'McDonald' },
  },
  {
    reason: 'not when it stands there already',
    gps: { lastName: 'McDonald' },
    driveri: { lastName: 'McDonald' },
    written: { lastName: 'Mcdonald' },
    fields: {},
  },
  {
    reason: 'a spelling that we never wrote is left alone',
    gps: { lastName: 'McDonald' },
    driveri: { lastName: 'MCDONALD' },
    written: { firstName: 'x' },
    fields: {},
  },
  {
    reason: 'what we wrote is cleared',
    gps: { email: null },
    driveri: { email: 'ANN@example.com' },
    written: { email: 'ann@example.com' },
    fields: { email: '' },
  },
  { reason: 'what only Driveri ever had stays', gps: { email: null }, driveri: {}, fields: {} },
  {
    reason: 'what somebody in Driveri has put in place of ours stays',
    gps: { email: null },
    driveri: { email: 'own@x.org' },
    written: { email: 'ann@example.com' },
    fields: {},
  },
  {
    reason: 'cleared once is enough',
    gps: { email: null },
    driveri: { email: null },
    written: { email: 'ann@example.com' },
    fields: {},
  },
  {
    reason: 'a second name has no place next to the only one, whoever wrote it',
    gps: { firstName: null, lastName: 'Lee' },
    driveri: { firstName: 'Ann', lastName: 'Lee' },
    fields: { firstName: 'Lee', lastName: '' },
  },
  {
    reason: 'no names in GPS: the pair is not enforced',
    gps: { firstName: null, lastName: null },
    driveri: {},
    written: { firstName: 'Ann', lastName: 'Lee' },
    fields: {},
  },
];

describe('fieldsToWrite', () => {
  it.each(FIELD_CASES)('$reason', ({ gps, driveri, written, fields }) => {
    const link = written === undefined ? null : linkOf('1', 'A', { written });
    expect(fieldsToWrite(gpsDriver(gps), driveriDriver(driveri), link)).toEqual(fields);
  });

  it('writes nothing a second time, whatever there was', () => {
    const text = fc.constantFrom(null, 'Ann', 'ann', ' ANN', 'Bob', '');
    fc.assert(
      fc.property(
        text,
        text,
        text,
        text,
        text,
        text,
        fc.constantFrom('Ann', 'ann', 'Bob', undefined),
        (a, b, c, x, y, z, w) => {
          const gps = gpsDriver({ firstName: a, lastName: b, email: c });
          const before = driveriDriver({ firstName: x, lastName: y, email: z });
          const written: EnforcedFields = w === undefined ? {} : { firstName: w, lastName: w, email: w };
          const fields = fieldsToWrite(gps, before, linkOf('1', 'A', { written }));
          const cleared = Object.entries(fields).map(([field, value]) => [
            field,
            value === '' ? null : value,
          ]);
          const after = { ...before, ...Object.fromEntries(cleared) };
          expect(fieldsToWrite(gps, after, linkOf('1', 'A', { written: { ...written, ...fields } }))).toEqual(
            {},
          );
        },
      ),
    );
  });
});

describe('differences', () => {
  it('is empty for a driver as GPS says', () => {
    expect(differences(gpsDriver(), driveriDriver(), linkOf('1', 'A'), d('A'))).toEqual([]);
  });

  it('lists fields with both values, a cleared one as null', () => {
    const gps = gpsDriver({ firstName: 'Anna', email: null });
    const link = linkOf('1', 'A', { written: { email: 'ann@example.com' } });
    expect(differences(gps, driveriDriver(), link, null)).toEqual([
      { field: 'firstName', gps: 'Anna', driveri: 'Ann' },
      { field: 'email', gps: null, driveri: 'ann@example.com' },
    ]);
  });

  it('lists a removal in Driveri, and another wanted DriverID', () => {
    expect(differences(gpsDriver(), removedDriver(), null, d('B'))).toEqual([
      { field: 'driverId', gps: 'B', driveri: 'A' },
      { field: 'status', gps: 'Active', driveri: 'Deleted' },
    ]);
  });

  it('does not compare an unknown DriverID, nor a status of Driveri’s own', () => {
    expect(
      differences(gpsDriver(), driveriDriver({ status: 'On leave', active: false }), null, null),
    ).toEqual([]);
  });
});

describe('phoneDigits', () => {
  it.each([
    ['(555) 383-9328', '5553839328'],
    ['+1 555', '1555'],
    ['none', null],
    ['', null],
    [null, null],
  ])('%j', (phone, digits) => expect(phoneDigits(phone)).toBe(digits));
});
