import { decode } from 'html-entities';
import type { DriverId } from '../ids';

/**
 * Why a DriverID is no fit identity (engine.md, 7), as a sentence for a person; null when it is fit. Two kinds: a placeholder,
 * which stands for "none" in forms and spreadsheets; and one that differs from the linked DriverID only in what is lost or
 * added when a value passes through a spreadsheet, a form or a program: case, leading zeros, type, invisible characters,
 * HTML entities, percent-encoding, Unicode form. The DriverID that a driver is linked to is always fit.
 */
export function suspicionOf(wanted: DriverId, linked: DriverId | null): string | null {
  if (wanted === linked) return null;
  const shown = `“${shownId(wanted)}”`;
  if (isPlaceholder(wanted)) return `${shown} is a placeholder, not a DriverID.`;
  if (SPREADSHEET_NUMBER.test(wanted))
    return `${shown} looks like a number that a spreadsheet has shortened: digits may be lost.`;
  if (linked === null) return null;
  const difference = onlyDifference(wanted, linked);
  return difference === null
    ? null
    : `${shown} differs from the linked DriverID “${shownId(linked)}” only in ${difference}.`;
}

/** What people and programs write where there is no value; compared without case, spaces and punctuation around it. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'na',
  'n/a',
  'n.a',
  'n\\a',
  'n.v',
  'k.a',
  's/n',
  's/d',
  'nil',
  'nul',
  'null',
  'none',
  'nan',
  'nothing',
  'undefined',
  'undef',
  'unknown',
  'unassigned',
  'not assigned',
  'not available',
  'not applicable',
  'not set',
  'no id',
  'no driver id',
  'missing',
  'empty',
  'blank',
  'void',
  'default',
  'tbd',
  'tba',
  'tbc',
  'todo',
  'pending',
  'xx',
  'xxx',
  'xxxx',
  'value',
  'ref',
  'name',
  'false',
  'true',
  'string',
  'object object',
  'driver id',
  'driverid',
  'dbnull',
]);

/** Error values of spreadsheets, which are placeholders only with their sign: `#REF!` is one, `REF` may be a name. */
const NEEDS_SIGN: ReadonlySet<string> = new Set(['value', 'ref', 'name', 'void', 'nothing', 'object object']);

function isPlaceholder(id: string): boolean {
  const text = visibleText(id).toLowerCase();
  // Nothing but punctuation and zeros names no driver.
  if (!/[\p{L}1-9]/u.test(text) && !/[^\P{N}0]/u.test(text)) return true;
  const bare = text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').replace(/\s+/g, ' ');
  return PLACEHOLDERS.has(bare) && (bare !== text || !NEEDS_SIGN.has(bare));
}

/** `1.23457E+17`: how spreadsheets show and save long numbers. */
const SPREADSHEET_NUMBER = /^[+-]?\d+([.,]\d+)?e\+\d+$/i;

/** Each step takes one kind of difference away; the first after which both are equal names it. */
const FOLDS: readonly (readonly [what: string, fold: (text: string) => string])[] = [
  ['HTML entities', entitiesDecoded],
  ['percent-encoding', percentDecoded],
  ['its character encoding', encodingRepaired],
  ['Unicode form', (text) => text.normalize('NFKC')],
  ['invisible characters or spaces', (text) => visibleText(text).replace(/\s+/gu, '')],
  ['quotation marks or dashes', (text) => foldPunctuation(text)],
  ['letters that look alike in different alphabets', foldAlike],
  ['upper and lower case', (text) => text.toLowerCase().toUpperCase()],
  ['accents', (text) => text.normalize('NFD').replace(/\p{M}/gu, '')],
  ['the way a number is written', foldNumber],
  ['leading zeros', (text) => text.replace(/(?<!\d)0+(?=\d)/g, '')],
];

function onlyDifference(wanted: string, linked: string): string | null {
  if (isRounded(wanted, linked)) return 'digits that were lost when a long number was rounded';
  let [one, other] = [wanted, linked];
  const needed: string[] = [];
  for (const [what, fold] of FOLDS) {
    const [foldedOne, foldedOther] = [fold(one), fold(other)];
    if (foldedOne !== one || foldedOther !== other) needed.push(what);
    [one, other] = [foldedOne, foldedOther];
    // Two ids of nothing but zeros and signs are placeholders, not each other.
    if (one === other && one !== '') return needed.at(-1) ?? what;
  }
  return null;
}

/** Characters that show nothing: formats, joiners, byte order marks, variation selectors, fillers. */
const INVISIBLE = /[\p{Cf}\p{Cc}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f]/gu;

const visibleText = (text: string): string =>
  decode(text, { scope: 'strict' }).normalize('NFKC').replace(INVISIBLE, '').trim();

/** Twice, for what was encoded twice. */
function entitiesDecoded(text: string): string {
  return decode(decode(text, { scope: 'strict' }), { scope: 'strict' });
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** UTF-8 that was read as Latin-1 (`MÃ¼ller`), put right; any other text as it is. */
function encodingRepaired(text: string): string {
  if (!/[\u00c2-\u00f4][\u0080-\u00bf]/.test(text) || /[^\u0000-\u00ff]/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

function foldPunctuation(text: string): string {
  return text
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/^=?["'“”‘’«»]+|["'“”‘’«»]+$/gu, '')
    .replace(/[‘’ʼ]/g, "'");
}

const ALIKE: Readonly<Record<string, string>> = Object.fromEntries(
  [...'АВЕКМНОРСТУХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο'].map((letter, index) => [
    letter,
    'ABEKMHOPCTYXIJSaeopcyxijsABEZHIKMNOPTYXo'[index] ?? letter,
  ]),
);

function foldAlike(text: string): string {
  return [...text].map((letter) => ALIKE[letter] ?? letter).join('');
}

/** `417.0`, `+417` and `1,234` are the numbers 417 and 1234. */
function foldNumber(text: string): string {
  const grouped = /^\+?\d{1,3}([,.' ]\d{3})+$/.test(text) ? text.replace(/[,.' ]/g, '') : text;
  return grouped.replace(/^\+(?=\d)/, '').replace(/^(\d+)[.,]0+$/, '$1');
}

/** A long number as a program or a spreadsheet rounds it: to the nearest double, or to fifteen digits. */
function isRounded(wanted: string, linked: string): boolean {
  if (!/^\d{16,}$/.test(wanted) || !/^\d{16,}$/.test(linked)) return false;
  const asDouble = BigInt(Number(linked)).toString();
  const fifteen = linked.slice(0, 15) + '0'.repeat(linked.length - 15);
  return wanted === asDouble || wanted === String(Number(linked)) || wanted === fifteen;
}

/** The id as people can see it: what shows nothing is told by its code point. */
function shownId(id: string): string {
  return id.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}
