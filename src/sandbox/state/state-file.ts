import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a portal keeps what it holds. */
export interface StateFile<State> {
  /** What was stored last, or undefined. Throws when there is a file that cannot be read. */
  load(): State | undefined;
  /** Says that something changed: it is on disk some fifty milliseconds later. */
  changed(): void;
  /** Resolves when everything is on disk. Rejects when that cannot be done. */
  flush(): Promise<void>;
}

const DEBOUNCE_MS = 50;
// A write may take at most about a tenth of the time: a big fleet is written less often than a small one.
const REST_FACTOR = 10;
const LONGEST_MS = 1_000;

/** State in memory only. */
export function inMemoryState<State>(): StateFile<State> {
  return { load: () => undefined, changed: () => undefined, flush: () => Promise.resolve() };
}

/**
 * State in `<dataDir>/sandbox/<name>.json`. The file is replaced whole (temporary file, rename), so that it is complete
 * whatever dies; a kill loses at most the last fifty milliseconds. `snapshot` is called when it is time to write.
 */
export function stateOnDisk<State>(dataDir: string, name: string, snapshot: () => State): StateFile<State> {
  const path = join(dataDir, 'sandbox', `${name}.json`);
  return new JsonStateFile(path, snapshot);
}

class JsonStateFile<State> implements StateFile<State> {
  private dirty = false;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private lastWriteMs = 0;

  constructor(
    private readonly path: string,
    private readonly snapshot: () => State,
  ) {}

  load(): State | undefined {
    if (!existsSync(this.path)) return undefined;
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as State; // only this class writes the file
    } catch (cause) {
      throw new Error(`The sandbox's state in ${this.path} cannot be read; delete the file to start anew`, {
        cause,
      });
    }
  }

  changed(): void {
    this.dirty = true;
    if (this.timer !== undefined) return;
    this.timer = setTimeout(
      () => {
        // A failure is not lost: the state stays dirty, and the next flush rejects.
        this.flush().catch(() => undefined);
      },
      Math.max(DEBOUNCE_MS, Math.min(LONGEST_MS, REST_FACTOR * this.lastWriteMs)),
    );
    // Losing the last moment at exit is close()'s business; a timer must not keep a test run alive.
    this.timer.unref();
  }

  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    if (!this.dirty) return;
    this.dirty = false;
    const startedAt = performance.now();
    try {
      const text = JSON.stringify(this.snapshot());
      const temporary = `${this.path}.${process.pid}.tmp`;
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(temporary, text);
      await rename(temporary, this.path);
    } catch (cause) {
      this.dirty = true;
      throw cause;
    } finally {
      this.lastWriteMs = performance.now() - startedAt;
    }
  }
}
