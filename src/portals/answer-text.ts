import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { codeOf } from './error-code';
import { Unreadable } from './portal-failure';

/** What `readText` can decompress, as `Accept-Encoding` says it. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

const DECOMPRESSORS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;
const decompressRaw = promisify(inflateRaw);

interface BodyHeaders {
  readonly 'content-encoding'?: string | readonly string[] | undefined;
  readonly 'content-type'?: string | readonly string[] | undefined;
}

/**
 * The text of a body: decompressed, at most `maxBytes` long, and decoded by the announced charset, else as UTF-8. Throws
 * `Unreadable` when that fails: bytes that do not fit their encoding are never replaced by U+FFFD.
 */
export async function readText(body: Uint8Array, headers: BodyHeaders, maxBytes: number): Promise<string> {
  const bytes = await decompressed(body, headers['content-encoding'], maxBytes);
  return decoded(bytes, charsetOf(headers['content-type']));
}

async function decompressed(
  body: Uint8Array,
  header: BodyHeaders['content-encoding'],
  maxBytes: number,
): Promise<Uint8Array> {
  const encodings = [header ?? []].flat().join(',').toLowerCase().split(',');
  let bytes = body;
  // The last one named was applied last.
  for (const encoding of encodings.map((one) => one.trim()).reverse()) {
    if (encoding === '' || encoding === 'identity' || bytes.length === 0) continue;
    bytes = await decompressOnce(bytes, encoding, maxBytes);
  }
  return bytes;
}

async function decompressOnce(bytes: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  const decompress = Object.hasOwn(DECOMPRESSORS, encoding)
    ? DECOMPRESSORS[encoding as keyof typeof DECOMPRESSORS] // a key, checked
    : undefined;
  if (decompress === undefined) throw new Unreadable('it is compressed in a way that is not supported');
  try {
    // Some servers send `deflate` without the zlib header that the standard asks for.
    const isBare = encoding === 'deflate' && ((bytes[0] ?? 0) & 0x0f) !== 8;
    return await (isBare ? decompressRaw : decompress)(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const isTooLong = codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
    throw new Unreadable(isTooLong ? 'it is longer than allowed' : `its ${encoding} compression is broken`);
  }
}

function charsetOf(header: BodyHeaders['content-type']): string {
  const [, charset] = /charset\s*=\s*["']?([\w.:-]+)/i.exec([header ?? []].flat()[0] ?? '') ?? [];
  return charset ?? 'utf-8';
}

function decoded(bytes: Uint8Array, charset: string): string {
  const decoder = decoderOf(charset);
  try {
    const text = decoder.decode(bytes);
    return decoder.encoding === 'windows-1252' ? withoutC1(text) : text;
  } catch {
    throw new Unreadable(`it holds bytes that are not ${decoder.encoding.toUpperCase()}, which it should be`);
  }
}

function decoderOf(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    throw new Unreadable('it announces a character encoding that is not known');
  }
}

/** What the bytes 0x80 to 0x9F mean in windows-1252, which the web takes Latin-1 for. A dot: nothing. */
const C1_OF_WINDOWS_1252 = '€.‚ƒ„…†‡ˆ‰Š‹Œ.Ž..‘’“”•–—˜™š›œ.žŸ';

/** Node decodes windows-1252 as Latin-1, which has control characters where typographic quotes are meant. */
function withoutC1(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (control) => {
    const meant = C1_OF_WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? '.';
    return meant === '.' ? control : meant;
  });
}
