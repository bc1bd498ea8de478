import { decode } from 'html-entities';
import { safeText } from './safe-text';

const MOST_CHARACTERS = 60;

/**
 * Names the web page that came instead of an answer, with the first words of its title: a proxy's, a firewall's, a portal
 * under maintenance. Null when the body is no web page.
 */
export function webPageIn(body: string): string | null {
  const start = body.slice(0, 20_000);
  if (
    !/^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body|title)\b/i.test(start)
  )
    return null;
  const [, title = ''] = /<title[^>]*>([^<]*)/i.exec(start) ?? [];
  const words = safeText(decode(title).replace(/\p{C}|\ufffd/gu, ' '));
  return words === null ? 'a web page' : `a web page titled “${shortened(words)}”`;
}

function shortened(words: string): string {
  return words.length <= MOST_CHARACTERS ? words : `${words.slice(0, MOST_CHARACTERS).trimEnd()}…`;
}
