import {
  ENFORCED_FIELDS,
  type DriveriDriver,
  type EnforcedField,
  type EnforcedFields,
} from './driveri-driver';
import type { GpsDriver } from './gps-driver';
import type { DriverId } from './ids';
import type { Link } from './link';

/**
 * Who has the say over a field: `enforce`: GPS always wins; `observe`: shown, never written; `write-only`: Driveri takes it
 * and never tells it; `identity`: the table of planDriver decides (design, 2.1 and 2.2).
 */
export type FieldAuthority = 'enforce' | 'observe' | 'write-only' | 'identity';

/** One line of the mapping: a field of Driveri, where its value comes from, how it is compared, and who has the say. */
export interface FieldMapping {
  readonly driveri: string;
  /** The field of the GPS driver; null when GPS has nothing to say about it. */
  readonly gps: keyof GpsDriver | null;
  /** What makes two spellings one value. */
  readonly normalise: (text: string) => string;
  readonly authority: FieldAuthority;
}

const exactly = (text: string): string => text;

/** Folds what a portal may echo in its own spelling: Unicode form, white space, case. */
const foldName = (text: string): string => foldCase(cleanText(text));

/** An address is compared without regard to case and the spaces around it. */
const foldEmail = (text: string): string => foldCase(text.normalize('NFC').trim());

const NORMALISERS: { readonly [Field in EnforcedField]: (text: string) => string } = {
  firstName: foldName,
  lastName: foldName,
  email: foldEmail,
};

/** The mapping table (design, 2.2): all that passes between the portals, and nothing that is not named here. */
export const FIELD_MAPPING: readonly FieldMapping[] = [
  { driveri: 'driverId', gps: 'driverId', normalise: exactly, authority: 'identity' },
  { driveri: 'firstName', gps: 'firstName', normalise: NORMALISERS.firstName, authority: 'enforce' },
  { driveri: 'lastName', gps: 'lastName', normalise: NORMALISERS.lastName, authority: 'enforce' },
  { driveri: 'email', gps: 'email', normalise: NORMALISERS.email, authority: 'enforce' },
  { driveri: 'phone', gps: 'phone', normalise: (text) => phoneDigits(text) ?? '', authority: 'write-only' },
  { driveri: 'status', gps: null, normalise: exactly, authority: 'observe' },
  { driveri: 'mobileApp', gps: null, normalise: exactly, authority: 'observe' },
  { driveri: 'userName', gps: null, normalise: exactly, authority: 'observe' },
  { driveri: 'group', gps: null, normalise: exactly, authority: 'observe' },
];

/** What Driveri should hold for a driver; null: GPS says nothing. See `desiredFields` for when a null name is enforced. */
export interface DesiredFields {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
}

/**
 * The enforced fields as they should stand in Driveri, in GPS's spelling, in NFC and without superfluous spaces. Names are a
 * pair: Driveri demands a first name, so the only name that GPS has becomes it, and the last name is then to be cleared.
 * No name at all is not enforced.
 */
export function desiredFields(gps: GpsDriver): DesiredFields {
  const names = [gps.firstName, gps.lastName].map(cleanOrNull).filter((name) => name !== null);
  const email = (gps.email ?? '').normalize('NFC').trim();
  return { firstName: names[0] ?? null, lastName: names[1] ?? null, email: email === '' ? null : email };
}

/** A field of Driveri that is not as GPS says. Nothing is said of phones: Driveri never tells one. */
export interface FieldDifference {
  readonly field: EnforcedField | 'status' | 'driverId';
  readonly gps: string | null;
  readonly driveri: string | null;
}

/** How the status of a driver whom GPS has reads in differences and changes. */
export const ACTIVE_STATUS = 'Active';

/**
 * What of a Driveri driver is not as GPS says: the enforced fields, `status` when the driver is removed there, and `driverId`
 * when another one is wanted. `wanted` null: the DriverID is not compared. Empty: Driveri matches.
 */
export function differences(
  gps: GpsDriver,
  driveri: DriveriDriver,
  link: Link | null,
  wanted: DriverId | null,
): readonly FieldDifference[] {
  const found: FieldDifference[] = [];
  if (wanted !== null && wanted !== driveri.driverId) {
    found.push({ field: 'driverId', gps: wanted, driveri: driveri.driverId });
  }
  if (driveri.removed) found.push({ field: 'status', gps: ACTIVE_STATUS, driveri: driveri.status });
  const fields = fieldsToWrite(gps, driveri, link);
  for (const field of ENFORCED_FIELDS) {
    const value = fields[field];
    if (value !== undefined) found.push({ field, gps: emptyToNull(value), driveri: driveri[field] });
  }
  return found;
}

/** The enforced fields that have to be written to make Driveri match, and no others; an empty string clears. */
export function fieldsToWrite(gps: GpsDriver, driveri: DriveriDriver, link: Link | null): EnforcedFields {
  const desired = desiredFields(gps);
  const fields: { [Field in EnforcedField]?: string } = {};
  for (const field of ENFORCED_FIELDS) {
    const value = desired[field];
    const actual = driveri[field];
    const written = link?.written[field];
    if (value !== null) {
      if (mustWrite(field, value, actual, written)) fields[field] = value;
    } else if (mustClear(field, desired, actual, written)) {
      fields[field] = '';
    }
  }
  return fields;
}

/**
 * Another value must be written; another spelling only when GPS itself has changed its spelling since we last wrote. Without
 * the second rule a corrected `mCdonald` would never reach Driveri; without its conditions we would fight Driveri's own spelling.
 */
function mustWrite(
  field: EnforcedField,
  desired: string,
  actual: string | null,
  written: string | undefined,
): boolean {
  if (!sameFieldValue(field, desired, actual)) return true;
  return written !== undefined && written !== desired && actual !== desired;
}

/** What we wrote we may clear; what only Driveri ever had stays. A second name has no place next to GPS's only one. */
function mustClear(
  field: EnforcedField,
  desired: DesiredFields,
  actual: string | null,
  written: string | undefined,
): boolean {
  if (sameFieldValue(field, '', actual)) return false;
  if (field === 'lastName') return desired.firstName !== null;
  if (field === 'firstName') return false;
  return written !== undefined && sameFieldValue(field, written, actual);
}

/** The enforced fields in which a Driveri driver holds what GPS says, in GPS's spelling. */
export function agreedFields(gps: GpsDriver, driveri: DriveriDriver): EnforcedFields {
  const desired = desiredFields(gps);
  return Object.fromEntries(
    ENFORCED_FIELDS.flatMap((field) => {
      const value = desired[field];
      return value !== null && sameFieldValue(field, value, driveri[field]) ? [[field, value]] : [];
    }),
  );
}

/** Whether two spellings of a field are one value, so that writing the one over the other would change nothing. */
export function sameFieldValue(field: EnforcedField, one: string | null, other: string | null): boolean {
  const normalise = NORMALISERS[field];
  return normalise(one ?? '') === normalise(other ?? '');
}

/** The digits of a phone, as Driveri takes them; null when there are none. */
export function phoneDigits(phone: string | null): string | null {
  return emptyToNull((phone ?? '').replace(/\D/g, ''));
}

const emptyToNull = (text: string): string | null => (text === '' ? null : text);

const cleanOrNull = (text: string | null): string | null => emptyToNull(cleanText(text ?? ''));

/** NFC, trimmed, every run of white space one space. */
const cleanText = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim();

// Lower, then upper: so that ß and SS, and the two small sigmas, come out the same.
const foldCase = (text: string): string => text.toLowerCase().toUpperCase().normalize('NFC');
