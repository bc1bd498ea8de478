/** What a line of text from a user must be. */
export interface PlainTextRule {
  /** How the text is called in messages. */
  readonly label: string;
  /** In characters, not in UTF-16 units. */
  readonly maxLength: number;
  /** Compared exactly, so that what cannot be seen must not be in it. */
  readonly identifier?: true;
}

/** What is wrong with a line of text, and what would be right; null when nothing is. The text is trimmed, in NFC, and not empty. */
export function plainTextProblem(
  text: string,
  rule: PlainTextRule,
): { readonly code: 'INVALID_TEXT' | 'TOO_LONG'; readonly message: string } | null {
  const unfit = unfitText(text, rule);
  if (unfit !== null) return { code: 'INVALID_TEXT', message: `${rule.label} ${unfit}` };
  const length = [...text].length;
  if (length <= rule.maxLength) return null;
  return {
    code: 'TOO_LONG',
    message: `${rule.label} has ${length} characters. Give at most ${rule.maxLength}.`,
  };
}

/** Text that breaks displays, logs or comparisons: what is wrong with it and what would be right; null when nothing is. */
function unfitText(text: string, rule: PlainTextRule): string | null {
  if (/\p{Cs}/u.test(text)) return 'holds half a character (a lone surrogate). Enter it again.';
  if (/\p{Cc}|[\u2028\u2029]/u.test(text)) {
    return 'holds a control character, such as a tab or a line break. Give it on one line, without.';
  }
  if (/[\u202A-\u202E\u2066-\u2069]/u.test(text)) {
    return 'holds a character that overrides the direction of writing. Enter it without.';
  }
  if (/[\p{Co}\p{Noncharacter_Code_Point}\uFFFC\uFFFD]/u.test(text)) {
    return 'holds a character that has no meaning of its own, so that nobody can read it. Enter it again.';
  }
  if (!VISIBLE.test(text)) return 'holds nothing that can be seen. Give some letters or digits.';
  if ((rule.identifier === true ? INVISIBLE_IN_ID : INVISIBLE).test(text)) {
    return 'holds a character that cannot be seen, perhaps from copying. Type it by hand.';
  }
  return null;
}

/** Anything but separators, format characters, marks without a letter, and the fillers of Hangul and Braille. */
const VISIBLE = /[^\p{Z}\p{C}\p{M}\u115F\u1160\u3164\uFFA0\u2800]/u;

/** Format characters, but for marks of direction, and joiners between two others: names, and emoji in them, are written with these. */
const INVISIBLE =
  /(?![\u061C\u200C-\u200F])\p{Cf}|(?:^|[\p{Z}\u200C\u200D])[\u200C\u200D]|[\u200C\u200D](?:$|\p{Z})/u;

/** No two of these that look the same may differ: so no joiners, no fillers, no variation selectors, no space but the one. */
const INVISIBLE_IN_ID = /\p{Cf}|\p{Default_Ignorable_Code_Point}|\u2800|(?! )\p{Z}/u;
