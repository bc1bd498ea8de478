import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, utimesSync, statSync } from 'node:fs';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { z } from 'zod';
import { errorCode } from '../platform/error-code';

/** The embedded database is open elsewhere. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError';
}

/** A held lock. */
export interface EmbeddedLock {
  /** Gives the lock up. Leaves the file alone when it is another owner's by now. */
  release(): Promise<void>;
}

const owner = z.object({
  /** Tells two locks of one process apart. */
  id: z.string(),
  pid: z.number(),
  /** When the process started, in the system's own words; null where the system does not say. */
  processStarted: z.string().nullable(),
  host: z.string(),
});

type Owner = z.output<typeof owner>;

/** The owner touches the file this often. */
const HEARTBEAT_MS = 5_000;

/** An owner on another host (another container) whose file is older than this is taken for dead. */
const HEARTBEAT_STALE_MS = 30_000;

/**
 * Takes the lock file, or throws `DatabaseInUseError`: a second process on one PGlite directory opens it without an error
 * and ruins it.
 *
 * The file names its owner, and counts only while that lives. On this host: a process with that pid that started at that
 * moment, because pids are used again (in a container, the pid is 1 each time). On another host nobody can see processes;
 * there, the owner lives while it keeps touching the file.
 */
export async function takeEmbeddedLock(file: string): Promise<EmbeddedLock> {
  const mine: Owner = {
    id: randomUUID(),
    pid: process.pid,
    processStarted: processStarted(process.pid),
    host: os.hostname(),
  };
  if (!(await createFile(file, mine))) {
    await removeStale(file);
    if (!(await createFile(file, mine))) throw inUse(file, await readOwner(file));
  }
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS).unref();
  return {
    async release() {
      clearInterval(heartbeat);
      if ((await readOwner(file))?.id === mine.id) await unlink(file);
    },
  };
}

// Written beside and linked into place: nobody ever reads half an owner.
async function createFile(file: string, mine: Owner): Promise<boolean> {
  const draft = `${file}.${mine.id}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    await unlink(draft);
  }
}

async function removeStale(file: string): Promise<void> {
  const found = await readOwner(file);
  if (found && isAlive(file, found)) throw inUse(file, found);
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  // Between reading and moving, another process may have taken the stale lock over: then what was moved is its lock.
  const moved = await readOwner(aside);
  if (moved && moved.id !== found?.id) await link(aside, file).catch(() => undefined);
  await unlink(aside);
}

/** The owner that the file names; undefined when there is no file, or none that we have written. */
async function readOwner(file: string): Promise<Owner | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return owner.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isAlive(file: string, found: Owner): boolean {
  if (found.host !== os.hostname()) return Date.now() - statSync(file).mtimeMs < HEARTBEAT_STALE_MS;
  return isRunning(found.pid) && processStarted(found.pid) === found.processStarted;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it lives, though we may not signal it.
    return errorCode(error) === 'EPERM';
  }
}

function processStarted(pid: number): string | null {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
    // Field 22 of stat, in clock ticks since boot; the fields are counted after the name, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Gone with its directory, or read-only by now: the database itself will say so.
  }
}

function inUse(file: string, found: Owner | undefined): DatabaseInUseError {
  const who = found
    ? `process ${found.pid}${found.host === os.hostname() ? '' : ` on ${found.host}`}`
    : 'a process';
  return new DatabaseInUseError(
    `The embedded database is in use by ${who} (${file}). It serves one process only: stop that one first, ` +
      'give this one another DATA_DIR, or set DATABASE_URL to use Postgres.',
  );
}
