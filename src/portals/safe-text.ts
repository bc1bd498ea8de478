const MOST_CHARACTERS = 160;

/**
 * What a portal said, made fit to be shown to a user and written to a log: without what was sent, e-mail addresses, URLs,
 * long numbers and quoted texts, which may be somebody's data, and short. Null when nothing is left, or when it is a page.
 */
export function safeText(text: string | null, sent: readonly string[] = []): string | null {
  if (text === null || text.includes('<')) return null;
  const hidden = hideSent(text.normalize('NFC'), sent)
    .replace(/[a-z][a-z0-9+.-]*:\/\/\S+/gi, '…')
    .replace(/[^\s@]+@[^\s@]+/g, '…')
    .replace(/(["`])[^"`]*\1/g, '…')
    .replace(/\b[0-9a-f]{16,}\b/gi, '…')
    .replace(/[+(]?\d[\d\s().-]{4,}\d/g, '…')
    .replace(/[\s\p{C}\ufffd]+/gu, ' ')
    .trim();
  if (hidden === '' || hidden === '…') return null;
  return hidden.length <= MOST_CHARACTERS ? hidden : `${hidden.slice(0, MOST_CHARACTERS)}…`;
}

function hideSent(text: string, sent: readonly string[]): string {
  // The longest first: else a part of it would be hidden, and the rest left to be read.
  const values = sent
    .map((value) => value.normalize('NFC').trim())
    .filter((value) => value.length > 1)
    .sort((one, other) => other.length - one.length);
  return values.reduce((rest, value) => rest.replace(wholeWord(value), '…'), text);
}

/** As a whole word: the first name "Al" is no reason to hide part of "already". */
function wholeWord(value: string): RegExp {
  const literal = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'giu');
}
