import { cp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { errorCode } from '../../platform/error-code';

/** The dump of an empty database's directory, made by `npm run empty-database` for this version of PGlite. */
export const EMPTY_DATABASE = 'empty-database-0.5.16.tar.br';

/**
 * An empty database to begin with: making one anew takes PGlite three times as long as unpacking this one. Undefined when
 * the file is missing; PGlite then makes one.
 */
export async function readEmptyDatabase(): Promise<Blob | undefined> {
  // Compiled, this file runs from `dist/store/embedded`, three levels below the project.
  const candidates = [
    path.join(__dirname, EMPTY_DATABASE),
    path.join(__dirname, '../../../src/store/embedded', EMPTY_DATABASE),
  ];
  for (const file of candidates) {
    try {
      return new Blob([new Uint8Array(await promisify(brotliDecompress)(await readFile(file)))]);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** A database's directory, as it is before it is opened. */
export interface DatabaseDirectory {
  readonly isNew: boolean;
  /** Says that the database was opened: from now on, its directory is worth keeping. */
  opened(): Promise<void>;
}

/**
 * Prepares the directory of a database. A process that dies while it fills a new one leaves a directory that nobody can open
 * and that holds nothing yet: it is thrown away, for a mark beside it says that it was never opened.
 */
export async function prepareDatabaseDirectory(directory: string): Promise<DatabaseDirectory> {
  const mark = `${directory}.unfinished`;
  const old = `${directory}.old`;
  // A process that died between the two renames of `leaveBehind`.
  if ((await exists(old)) && !(await exists(directory))) await rename(old, directory);
  if (await exists(mark)) await rm(directory, { recursive: true, force: true });
  const isNew = !(await exists(path.join(directory, 'PG_VERSION')));
  if (isNew) await writeFile(mark, 'This database was never opened, and may be thrown away.\n');
  return { isNew, opened: () => rm(mark, { force: true }) };
}

/**
 * Goes on with a copy of the directory, and removes the original: a process that still has its files open writes into what is
 * no longer there.
 */
export async function leaveBehind(directory: string): Promise<void> {
  if (!(await exists(directory))) return;
  const [copy, old] = [`${directory}.copy`, `${directory}.old`];
  await Promise.all([copy, old].map((one) => rm(one, { recursive: true, force: true })));
  await cp(directory, copy, { recursive: true, preserveTimestamps: true });
  await rename(directory, old);
  await rename(copy, directory);
  await rm(old, { recursive: true, force: true });
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}
