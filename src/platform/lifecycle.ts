import { errorMessage } from './error-code';
import type { Logger } from './logger';

/** One thing that is started and stopped: a server, a watcher, a pool. */
export interface Part {
  /** For the log and for error messages. */
  readonly name: string;
  /** Resolves when the part is ready. What a failing start has opened, it closes itself. */
  start?(): Promise<void> | void;
  /** Resolves when nothing of the part is left. Called only after its start has succeeded, and once. */
  stop?(): Promise<void> | void;
}

/** Starts parts in order and stops them in reverse. */
export interface Lifecycle {
  /**
   * Starts the parts one after the other. When one fails, or misses the deadline, those already started are stopped again
   * and the error tells which part it was, with the cause kept. A stop that comes meanwhile ends the start: it rejects.
   * What has been stopped is not started again.
   */
  start(): Promise<void>;
  /**
   * Stops what was started, in reverse order. Never rejects: a part that fails or misses the deadline is logged and left,
   * because the parts below it still have to be closed. Every call gives the same promise.
   */
  stop(): Promise<void>;
}

/** Deadlines, in milliseconds. */
export interface LifecycleOptions {
  readonly logger: Logger;
  /** For each part on its own. */
  readonly startTimeoutMs?: number;
  /** For each part on its own. */
  readonly stopTimeoutMs?: number;
  /** For all parts together: once it is over, each has half a second. */
  readonly stopAllWithinMs?: number;
}

/** Makes the lifecycle of these parts: what comes later may use what comes earlier. */
export function createLifecycle(parts: readonly Part[], options: LifecycleOptions): Lifecycle {
  const { logger, startTimeoutMs = 60_000, stopTimeoutMs = 10_000, stopAllWithinMs = 22_000 } = options;
  let stopBy = Infinity;
  const started: Part[] = [];
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  async function startAll(): Promise<void> {
    for (const part of parts) {
      if (stopping) throw new Error(`Stopped before ${part.name} was started`);
      await startOne(part);
    }
  }

  async function startOne(part: Part): Promise<void> {
    const startedPart = Promise.resolve().then(() => part.start?.());
    try {
      await within(startTimeoutMs, startedPart);
    } catch (cause) {
      // One that comes up after its deadline must not stay up.
      startedPart.then(
        () => (cause instanceof DeadlineError ? stopOne(part) : undefined),
        () => undefined,
      );
      throw new Error(`Could not start ${part.name}: ${errorMessage(cause)}`, { cause });
    }
    started.push(part);
    logger.debug({ part: part.name }, 'part started');
  }

  async function stopAll(): Promise<void> {
    // A part that is being started right now belongs to what has to be stopped.
    await starting?.catch(() => undefined);
    stopBy = performance.now() + stopAllWithinMs;
    for (let part = started.pop(); part; part = started.pop()) await stopOne(part);
  }

  async function stopOne(part: Part): Promise<void> {
    try {
      await within(
        Math.max(Math.min(stopTimeoutMs, stopBy - performance.now()), Math.min(stopTimeoutMs, LAST_MS)),
        Promise.resolve().then(() => part.stop?.()),
      );
      logger.debug({ part: part.name }, 'part stopped');
    } catch (err) {
      logger.warn({ part: part.name, err }, 'part did not stop cleanly');
    }
  }

  function stop(): Promise<void> {
    stopping ??= stopAll();
    return stopping;
  }

  return {
    stop,
    async start() {
      starting ??= startAll();
      try {
        await starting;
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

/** What a part gets when the time for all of them is over. */
const LAST_MS = 500;

class DeadlineError extends Error {}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`not done within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
