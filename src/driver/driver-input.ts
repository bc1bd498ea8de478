import type { GpsDriverChanges } from './gps-driver';
import { readDriverId } from './ids';
import { plainTextProblem, type PlainTextRule } from './plain-text';

/** A driver's fields as a user sent them: left out stays as it is, null (or nothing but spaces) clears. */
export interface DriverInput {
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly timeZone?: string | null;
  readonly referenceId?: string | null;
  readonly driveriDriverId?: string | null;
}

/** Something in the input that the user can put right. The message says what is wrong and what would be right. */
export interface InputProblem {
  readonly code:
    'REQUIRED' | 'TOO_LONG' | 'INVALID_EMAIL' | 'INVALID_PHONE' | 'INVALID_TIME_ZONE' | 'INVALID_TEXT';
  readonly message: string;
  /** Path into the arguments: `['input', 'email']`. */
  readonly field: readonly string[];
}

/** What of the input is fit to be written to GPS, and every problem of the rest. Nothing is to be written when there is one. */
export interface DriverInputResult {
  readonly value: GpsDriverChanges;
  readonly errors: readonly InputProblem[];
}

interface FieldRule extends PlainTextRule {
  /** Null: nothing is wrong. The text is trimmed, in NFC, and not empty. */
  readonly check?: (text: string) => Pick<InputProblem, 'code' | 'message'> | null;
  /** What is written for it. */
  readonly convert?: (text: string) => string;
}

const RULES: { readonly [Field in keyof DriverInput]-?: FieldRule } = {
  firstName: { label: 'The first name', maxLength: 100 },
  lastName: { label: 'The last name', maxLength: 100 },
  email: { label: 'The e-mail address', maxLength: 254, check: checkEmail },
  phone: { label: 'The phone number', maxLength: 40, check: checkPhone, convert: bareDigits },
  timeZone: { label: 'The time zone', maxLength: 64, check: checkTimeZone },
  referenceId: { label: 'The reference id', maxLength: 64, identifier: true },
  driveriDriverId: {
    label: 'The Driveri DriverID',
    maxLength: 64,
    identifier: true,
    convert: (text) => readDriverId(text) ?? text,
  },
};

const FIELDS = Object.keys(RULES) as (keyof DriverInput)[]; // the keys of RULES are exactly these

type FieldReading =
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: false; readonly problem: Omit<InputProblem, 'field'> };

/**
 * Reads what a user sent for a driver: trimmed, in NFC, the phone as bare digits. Every problem is told at once. GPS demands
 * a last name: `create` needs one, and `update` cannot clear it. `groups` and unknown fields are not looked at.
 */
export function readDriverInput(input: DriverInput, mode: 'create' | 'update'): DriverInputResult {
  const value: Partial<Record<keyof DriverInput, string | null>> = {};
  const errors: InputProblem[] = [];
  for (const field of FIELDS) {
    const given = input[field];
    if (given === undefined && !(field === 'lastName' && mode === 'create')) continue;
    const reading = readField(field, given ?? null);
    if (reading.ok) value[field] = reading.text;
    else errors.push({ ...reading.problem, field: ['input', field] });
  }
  return { value: toChanges(value), errors };
}

function toChanges(value: Partial<Record<keyof DriverInput, string | null>>): GpsDriverChanges {
  const { driveriDriverId, lastName, ...same } = value;
  return {
    ...same,
    ...(lastName == null ? {} : { lastName }),
    ...(driveriDriverId === undefined ? {} : { driverId: driveriDriverId }),
  };
}

function readField(field: keyof DriverInput, given: string | null): FieldReading {
  const rule = RULES[field];
  const text = (given ?? '').normalize('NFC').trim();
  const problem = text === '' ? requiredProblem(field) : problemOf(text, rule);
  if (problem !== null) return { ok: false, problem };
  return { ok: true, text: text === '' ? null : (rule.convert?.(text) ?? text) };
}

function requiredProblem(field: keyof DriverInput): Omit<InputProblem, 'field'> | null {
  if (field !== 'lastName') return null;
  return {
    code: 'REQUIRED',
    message: 'The last name is missing. GPS demands one: give the last name, or the only name there is.',
  };
}

function problemOf(text: string, rule: FieldRule): Omit<InputProblem, 'field'> | null {
  return plainTextProblem(text, rule) ?? rule.check?.(text) ?? null;
}

/** What mail systems take in practice: a dot-atom or quoted-free local part of at most 64, and a host name with a dot. */
function checkEmail(text: string): Pick<InputProblem, 'code' | 'message'> | null {
  const [local = '', domain = '', ...more] = text.split('@');
  const labels = domain.split('.');
  const isFit =
    more.length === 0 &&
    local.length <= 64 &&
    LOCAL_PART.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => DOMAIN_LABEL.test(label));
  if (isFit) return null;
  return {
    code: 'INVALID_EMAIL',
    message: 'The e-mail address is not valid. Give one like ann.lee@example.com.',
  };
}

const LOCAL_PART = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;

const DOMAIN_LABEL = /^(?!-)[\p{L}\p{N}-]{1,63}(?<!-)$/u;

const LEAST_DIGITS = 7;
const MOST_DIGITS = 15;

function checkPhone(text: string): Pick<InputProblem, 'code' | 'message'> | null {
  const digits = bareDigits(text);
  const isFit = /^\d+$/.test(digits) && digits.length >= LEAST_DIGITS && digits.length <= MOST_DIGITS;
  if (isFit) return null;
  return {
    code: 'INVALID_PHONE',
    message: `The phone number is not valid. Give ${LEAST_DIGITS} to ${MOST_DIGITS} digits, like 555-383-9328; + ( ) - . and spaces do not matter.`,
  };
}

/** Without the formatting that people use; whatever else is in it stays, and is refused. */
function bareDigits(text: string): string {
  return text.replace(/[+()\-.\s]/gu, '');
}

function checkTimeZone(text: string): Pick<InputProblem, 'code' | 'message'> | null {
  if (/^[A-Za-z]/.test(text) && isKnownToIntl(text)) return null;
  return {
    code: 'INVALID_TIME_ZONE',
    message: 'The time zone is not known. Give an IANA name, like America/Chicago or US/Arizona.',
  };
}

function isKnownToIntl(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false; // a RangeError is how Intl says that it does not know the name
  }
}
