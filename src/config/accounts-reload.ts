import { stat } from 'node:fs/promises';
import { errorMessage } from '../platform/error-code';
import type { Logger } from '../platform/logger';
import type { AccountConfig } from './account-config';
import { compareAccounts, type AccountChanges, type AccountsReload } from './account-changes';
import { ConfigError } from './config-error';

/** What a reload is made of. */
export interface AccountsReloadParts {
  /** Called before each reading. */
  readonly beforeRead: () => Promise<void>;
  /** Reads the file as a start does. Throws `ConfigError`. */
  readonly read: () => readonly AccountConfig[];
  /** The accounts that are in use at this moment. */
  readonly current: () => readonly AccountConfig[];
  /** Puts changes into use. When it rejects, what it has not put into use is found by the next reload. */
  readonly apply: (changes: AccountChanges) => Promise<void>;
  /** Told after every reading: whether the file could be used. Its failure is logged and changes nothing. */
  readonly onRead: (isUsable: boolean) => Promise<void>;
  readonly logger: Logger;
}

/** Makes the reload. One runs at a time; whatever calls come meanwhile are one more. The log has the outcome of each. */
export function createAccountsReload(parts: AccountsReloadParts): AccountsReload {
  let running: Promise<AccountChanges> | null = null;
  let next: Promise<AccountChanges> | null = null;
  const start = (): Promise<AccountChanges> => {
    running = reloadOnce(parts).finally(() => (running = null));
    return running;
  };
  return {
    reload() {
      if (running === null) return start();
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = null;
          return start();
        });
      return next;
    },
  };
}

async function reloadOnce({
  beforeRead,
  read,
  current,
  apply,
  onRead,
  logger,
}: AccountsReloadParts): Promise<AccountChanges> {
  const told = (isUsable: boolean): Promise<void> =>
    onRead(isUsable).catch((err: unknown) =>
      logger.warn({ err }, 'the state of the accounts file could not be shown'),
    );
  try {
    await beforeRead();
    const changes = compareAccounts(current(), read());
    await apply(changes);
    await told(true);
    logger.info(summaryOf(changes), 'the accounts file was taken in');
    return changes;
  } catch (error) {
    if (error instanceof ConfigError) {
      await told(false);
      logger.error({ problems: error.problems }, 'the accounts file cannot be used; nothing was changed');
    } else {
      logger.error({ err: error }, 'the accounts file could not be taken in completely');
    }
    throw error;
  }
}

function summaryOf({ added, removed, changed }: AccountChanges) {
  return {
    added: added.map(({ id }) => id),
    removed: removed.map(({ id }) => id),
    changed: changed.map(({ after }) => after.id),
  };
}

/** Looks at files from time to time. */
export interface FileWatch {
  /** Calls `onChange` from now on. */
  start(onChange: () => Promise<unknown>): Promise<void>;
  /** The files are about to be read for another reason: as they are now is no change any more. */
  note(): Promise<void>;
  stop(): void;
}

/**
 * Watches for changes of these files, also when a link on the way leads to another one, as with mounted secrets: they are looked at
 * every `everyMs`, because such a change tells no one. When `onChange` rejects with anything but a `ConfigError`, it is called again at
 * the next look.
 */
export function createFileWatch(files: readonly string[], everyMs: number): FileWatch {
  let known: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const versions = async (): Promise<string> => (await Promise.all(files.map(versionOf))).join('\n');
  const look = async (onChange: () => Promise<unknown>): Promise<void> => {
    const before = known;
    const seen = await versions();
    if (before === seen || isStopped) return;
    known = seen;
    await onChange().catch((error: unknown) => {
      if (!(error instanceof ConfigError)) known = before;
    });
  };
  return {
    async start(onChange) {
      known ??= await versions();
      const turn = async (): Promise<void> => {
        await look(onChange);
        if (!isStopped) timer = setTimeout(() => void turn(), everyMs).unref();
      };
      timer = setTimeout(() => void turn(), everyMs).unref();
    },
    async note() {
      known = await versions();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

async function versionOf(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch (error) {
    return errorMessage(error);
  }
}

/** The files that secrets come from, as `NAME_FILE` variables name them. */
export function secretFiles(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, file]) =>
    name.endsWith('_FILE') && file !== undefined && file.trim() !== '' ? [file.trim()] : [],
  );
}
