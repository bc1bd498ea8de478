import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps a text from all who do not have the secret, and names the secret without revealing it. */
export interface Sealer {
  /** Equal for equal secrets and scopes, and nothing else can be learned from it. */
  readonly fingerprint: string;
  seal(text: string): string;
  /** Null when it was sealed with another secret, for another scope, or altered since. */
  open(sealed: string): string | null;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with a key derived from the secret by HKDF. `scope` keeps equal secrets of two portals or users apart. The secret
 * has to be a generated one, such as an app token: short passwords could be guessed from the fingerprint.
 */
export function createSealer(secret: string, scope: string): Sealer {
  const derive = (purpose: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, scope, `driver-sync-gateway ${purpose}`, bytes));
  const key = derive('session key', 32);
  return {
    fingerprint: derive('session fingerprint', 16).toString('hex'),
    seal: (text) => seal(key, text),
    open: (sealed) => open(key, sealed),
  };
}

function seal(key: Buffer, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  const parts = [iv, cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([...parts, cipher.getAuthTag()]).toString('base64');
}

function open(key: Buffer, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return null; // not sealed with this key, which is what the caller asks
  }
}
