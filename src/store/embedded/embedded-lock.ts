import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, utimesSync, writeSync } from 'node:fs';
import { mkdir, readFile, rmdir, stat, unlink } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { errorCode } from '../../platform/error-code';
import type { Logger } from '../../platform/logger';
import { isSameProcess, processPlace, processStarted } from './process-identity';

/** The embedded database is open elsewhere. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError';
}

/** Another process has taken the embedded database over while this one stood still. */
export class DatabaseLostError extends Error {
  override readonly name = 'DatabaseLostError';
}

/** A held lock. */
export interface EmbeddedLock {
  /**
   * True when the last owner could not be seen and did not give the lock up: it may only stand still, with its files open, and
   * finish what it was writing when it goes on.
   */
  readonly isDoubtful: boolean;
  /**
   * Throws `DatabaseLostError` when the file names another owner by now, and calls `onLost` the first time. It reads the file,
   * which takes some ten microseconds: it is asked before every statement.
   */
  assertHeld(): void;
  /** Gives the lock up. Leaves the file alone when it is another owner's by now. */
  release(): Promise<void>;
}

/** How a lock is taken and kept. */
export interface EmbeddedLockOptions {
  readonly logger: Logger;
  /** The process must end: whatever it still writes would ruin another process's database. */
  readonly onLost: (error: DatabaseLostError) => void;
  /** The owner touches the file this often. */
  readonly heartbeatMs?: number;
  /** An owner that cannot be seen and has not touched its file for so long is taken for dead. */
  readonly staleMs?: number;
}

// PGlite computes in the thread that touches the file: a long statement must not pass for a death.
const HEARTBEAT_MS = 3_000;
const STALE_MS = 30_000;

const owner = z.object({
  /** Tells two locks of one process apart. */
  id: z.string(),
  pid: z.number(),
  processStarted: z.string().nullable(),
  host: z.string(),
  /** Where the pid means something; undefined in files of older versions. */
  place: z.string().nullable().optional(),
});

type Owner = z.output<typeof owner>;

/** The lock file as it was found. */
interface Found {
  /** Undefined: the file is being written at this moment, or is none of ours. */
  readonly owner: Owner | undefined;
  readonly touchedAt: number;
}

/**
 * Takes the lock file, or throws `DatabaseInUseError`: a second process on one PGlite directory opens it without an error
 * and ruins it.
 *
 * The file names its owner, and counts only while that lives. Where this process can see the owner (same boot, same process
 * namespace), the owner is looked up. Anywhere else (another container, another machine on the same volume) only the heartbeat
 * tells: a file that is touched belongs to a living owner; one that is not touched for half a minute is taken over. The wait
 * is told to the log, and does not depend on two machines' clocks.
 *
 * An owner that stood still for longer than that has lost its lock. It finds out before its next statement, and ends itself. What
 * it was writing when it was stopped goes into files that nobody reads any more (`leaveBehind`).
 */
export async function takeEmbeddedLock(file: string, options: EmbeddedLockOptions): Promise<EmbeddedLock> {
  const mine: Owner = {
    id: randomUUID(),
    pid: process.pid,
    processStarted: processStarted(process.pid),
    host: os.hostname(),
    place: processPlace(),
  };
  let isDoubtful = false;
  while (!create(file, mine)) {
    const found = await find(file);
    if (found === undefined) continue;
    isDoubtful = (await untilDead(file, found, options)) === 'silent';
    await remove(file, found, options.staleMs ?? STALE_MS);
  }
  return keep(file, mine, isDoubtful, options);
}

/** Exclusive creation works on every file system, those without hard links included. */
function create(file: string, mine: Owner): boolean {
  let handle: number;
  try {
    handle = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(handle, JSON.stringify(mine));
  } finally {
    closeSync(handle);
  }
  return true;
}

async function find(file: string): Promise<Found | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return { owner: parseOwner(text), touchedAt: mtimeMs };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    return owner.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Resolves when the owner is dead, or was silent for long enough; throws `DatabaseInUseError` when it lives. */
async function untilDead(
  file: string,
  found: Found,
  options: EmbeddedLockOptions,
): Promise<'dead' | 'silent'> {
  if (found.owner && found.owner.place !== undefined && found.owner.place === processPlace()) {
    if (isSameProcess(found.owner.pid, found.owner.processStarted)) throw inUse(file, found.owner);
    return 'dead';
  }
  const { logger, heartbeatMs = HEARTBEAT_MS, staleMs = STALE_MS } = options;
  // Long ago by the clocks is nearly enough; but a living owner's clock may be wrong, and it would touch the file soon.
  const isOld = Date.now() - found.touchedAt > staleMs;
  const waitMs = isOld ? 3 * heartbeatMs : staleMs;
  logger.info(
    { file, owner: describe(found.owner), seconds: Math.ceil(waitMs / 1000) },
    'waiting for the embedded database: its last owner cannot be seen from here, and may still be alive',
  );
  await untilQuiet(file, found, waitMs, heartbeatMs);
  logger.warn({ file, owner: describe(found.owner) }, 'the embedded database is taken over');
  return 'silent';
}

async function untilQuiet(file: string, found: Found, waitMs: number, heartbeatMs: number): Promise<void> {
  const quietAt = performance.now() + waitMs;
  while (performance.now() < quietAt) {
    await sleep(Math.min(heartbeatMs / 2, 500));
    const now = await find(file);
    if (now === undefined) return;
    if (!isSame(now, found)) throw inUse(file, now.owner);
  }
}

function isSame(one: Found, other: Found): boolean {
  return one.touchedAt === other.touchedAt && one.owner?.id === other.owner?.id;
}

/** Removes a dead owner's file. Of many who found it dead, one does: the others see a new owner, or none. */
async function remove(file: string, found: Found, staleMs: number): Promise<void> {
  const gate = `${file}.takeover`;
  try {
    await mkdir(gate);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return leaveGate(gate, staleMs);
  }
  try {
    const now = await find(file);
    if (now && isSame(now, found)) await unlink(file);
  } finally {
    await rmdir(gate);
  }
}

/** Another one is just removing it; one that died while it did is not waited for. */
async function leaveGate(gate: string, staleMs: number): Promise<void> {
  const made = await stat(gate).catch(() => undefined);
  if (made && Date.now() - made.mtimeMs > staleMs) await rmdir(gate).catch(() => undefined);
  await sleep(20);
}

function keep(file: string, mine: Owner, isDoubtful: boolean, options: EmbeddedLockOptions): EmbeddedLock {
  const { onLost, heartbeatMs = HEARTBEAT_MS } = options;
  let lost: DatabaseLostError | undefined;
  const assertHeld = (): void => {
    if (lost === undefined && !names(file, mine)) {
      lost = new DatabaseLostError(
        `The embedded database (${file}) was taken over by another process, while this one stood still or its volume was away.`,
      );
      clearInterval(heartbeat);
      onLost(lost);
    }
    if (lost) throw lost;
  };
  const heartbeat = setInterval(() => {
    try {
      assertHeld();
      touch(file);
    } catch {
      // Lost: onLost was told. Not readable at this moment: the next statement says so.
    }
  }, heartbeatMs).unref();
  return {
    isDoubtful,
    assertHeld,
    async release() {
      clearInterval(heartbeat);
      if (names(file, mine)) await unlink(file);
    },
  };
}

/** Whether the file names this owner. Throws what the file system says, but for a file that is gone: then it names nobody. */
function names(file: string, mine: Owner): boolean {
  try {
    return readFileSync(file, 'utf8').includes(mine.id);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function touch(file: string): void {
  const now = new Date();
  utimesSync(file, now, now);
}

function describe(found: Owner | undefined): string {
  if (found === undefined) return 'a process';
  return `process ${found.pid}${found.host === os.hostname() ? '' : ` on ${found.host}`}`;
}

function inUse(file: string, found: Owner | undefined): DatabaseInUseError {
  return new DatabaseInUseError(
    `The embedded database is in use by ${describe(found)} (${file}). It serves one process only: stop that one first, ` +
      'give this one another DATA_DIR, or set DATABASE_URL to use Postgres.',
  );
}
