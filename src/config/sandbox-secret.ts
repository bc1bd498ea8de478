import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { prepareDataDir } from '../platform/data-dir';
import { errorCode } from '../platform/error-code';
import { Secret } from '../platform/secret';

/**
 * The secret that signs and verifies tokens when no account is configured. Made on the first start and kept in
 * `<dataDir>/auth-secret`, readable by its owner only, so that tokens outlive a restart.
 */
export async function readSandboxSecret(dataDir: string): Promise<Secret> {
  const file = path.join(dataDir, 'auth-secret');
  await prepareDataDir(dataDir);
  await createOnce(file);
  const secret = (await readFile(file, 'utf8')).trim();
  if (Buffer.byteLength(secret) < 32) {
    throw new Error(`${file} holds no usable secret; remove it, and the next start makes a new one`);
  }
  return new Secret(secret);
}

// Written beside and linked into place: of two first starts at once one wins, and nobody reads half a secret.
async function createOnce(file: string): Promise<void> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
}
