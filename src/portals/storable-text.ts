import { decode } from 'html-entities';

/** How a field's text is read. */
export interface TextRule {
  /** The field in words, for notes: "last name". */
  readonly name: string;
  /** The most UTF-16 code units that are stored. */
  readonly most: number;
  /** Whether HTML entities are decoded: right for what people read, never for an identity. */
  readonly entities?: boolean;
}

/** What a portal's text became. Empty text is null. */
export interface StorableText {
  readonly text: string | null;
  /** What was changed, as sentence fragments; empty for a clean text. Spaces at both ends do not count. */
  readonly changes: readonly string[];
  /** Why the text must not be taken for what the portal holds; null when it may. */
  readonly unfit: string | null;
}

const REPLACED = '\ufffd';
/** Control characters but NUL, and the two line separators that are not among them. */
const CONTROLS = /[\u0001-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Nothing that would have to be looked at more closely; most texts of a fleet are so, and a fleet has many. */
const PLAIN = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufffd&]*$/;
const NO_CHANGES: readonly string[] = [];

function plain(value: string): StorableText {
  const text = value.trim();
  return { text: text === '' ? null : text, changes: NO_CHANGES, unfit: null };
}

/**
 * Makes a portal's text storable (engine.md, 7): NUL and halves of characters go, control characters become spaces, and what
 * is longer than the field allows is cut. Text with U+FFFD, which stands for a character that was lost, and text that is too
 * long, are unfit: a value that was altered in reading must not be written onward.
 */
export function toStorable(value: string, rule: TextRule): StorableText {
  if (value.length <= rule.most && PLAIN.test(value)) return plain(value);
  const changes: string[] = [];
  const apply = (text: string, changed: string, what: string): string => {
    if (changed !== text) changes.push(`${rule.name}: ${what}`);
    return changed;
  };
  let text = value;
  if (rule.entities === true && text.includes('&')) {
    text = apply(text, decode(text, { scope: 'strict' }), 'HTML entities were decoded');
  }
  text = apply(text, text.replaceAll('\0', ''), 'NUL was taken out');
  text = apply(text, text.replace(/\p{Surrogate}/gu, ''), 'half a character was taken out');
  text = text.trim();
  text = apply(text, text.replace(CONTROLS, ' '), `${controlsIn(text)} became a space`).trim();
  const unfit = unfitness(text, rule);
  if (text.length > rule.most) {
    // Not through the middle of a character.
    text = text
      .slice(0, rule.most)
      .replace(/\p{Surrogate}/gu, '')
      .trim();
    changes.push(`${rule.name}: cut after ${rule.most} characters`);
  }
  return { text: text === '' ? null : text, changes, unfit };
}

/** The control characters of a text, as they are looked up: `U+0007, U+000A`. */
function controlsIn(text: string): string {
  const found = new Set((text.match(CONTROLS) ?? []).flatMap((run) => [...run]));
  return [...found]
    .map((one) => `U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(', ');
}

function unfitness(text: string, { name, most }: TextRule): string | null {
  if (text.includes(REPLACED)) return `the ${name} holds a character that was lost on the way (U+FFFD)`;
  return text.length > most ? `the ${name} has ${text.length} characters; at most ${most} are stored` : null;
}

/** Whether a text is fit to be an identity: nothing of it, not even at its ends, would have to be changed to store it. */
export function isFitIdentity(value: string, rule: TextRule): boolean {
  const { changes, unfit } = toStorable(value, rule);
  return unfit === null && changes.length === 0 && value.search(CONTROLS) === -1;
}
