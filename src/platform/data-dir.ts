import { chmod, mkdir, readdir } from 'node:fs/promises';
import { errorCode } from './error-code';

const OWNER_ONLY = 0o700;

/** What the gateway keeps in its directory: by these it knows that a directory is its own. */
const OURS = ['database', 'database.lock', 'auth-secret'];

/**
 * Makes `DATA_DIR`, for its owner only. One that is there already is closed to others when it is empty or holds our files;
 * a directory with other people's files keeps its rights. A volume that belongs to somebody else (a group's volume in a
 * cluster) is used as it is.
 */
export async function prepareDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: OWNER_ONLY });
  const found = await readdir(dataDir);
  if (found.length > 0 && !found.some((name) => OURS.includes(name))) return;
  try {
    await chmod(dataDir, OWNER_ONLY);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') throw error;
  }
}
