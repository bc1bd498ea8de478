import type { AccountChanges, AccountsReload } from '../config/account-changes';
import type { AccountConfig } from '../config/account-config';
import { createAccountsReload, createFileWatch, type FileWatch } from '../config/accounts-reload';
import type { Config } from '../config/config';
import { accountId, type AccountId } from '../driver/ids';
import type { ApiServer } from '../graphql/server';
import type { Part } from '../platform/lifecycle';
import type { Logger } from '../platform/logger';
import type { Metrics } from '../platform/metrics';
import type { Database } from '../store/database/database';
import { listStoredAccounts } from '../store/queries/stored-accounts';
import { showAccountsFile } from '../sync/account/accounts-file-health';
import type { SyncWorker } from '../sync/account/sync-worker';
import type { SyncContext } from '../sync/sync-context';
import type { AccountsInUse } from './accounts-in-use';

/** How often the accounts file and the files of secrets are looked at for changes. */
const LOOK_AT_FILES_MS = 5_000;

/** What of the process a reload changes. */
export interface AccountsFileOptions {
  readonly config: Config;
  /** The files that are looked at for changes. */
  readonly watched: readonly string[];
  /** Reads the accounts file; throws a `ConfigError` when it cannot be used. */
  readonly read: () => readonly AccountConfig[];
  readonly inUse: AccountsInUse;
  readonly context: SyncContext;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** What runs at this moment: null before its start, and where the role does without it. */
  readonly worker: () => SyncWorker | null;
  readonly api: () => ApiServer | null;
}

/** The accounts file of a process: taken in when it is asked for, and by its part when a watched file changes. */
export function createAccountsFile(options: AccountsFileOptions): {
  readonly reload: AccountsReload;
  readonly part: Part;
} {
  const watch = createFileWatch(options.watched, LOOK_AT_FILES_MS);
  const reload = reloadOf(options, watch);
  return { reload, part: partOf(options, reload, watch) };
}

/** Takes the accounts file in when it changes, and says once which accounts have been taken out of it. */
function partOf(
  { config, context, database, logger }: AccountsFileOptions,
  { reload }: AccountsReload,
  watch: FileWatch,
): Part {
  return {
    name: 'accounts file',
    start: async () => {
      await watch.start(reload);
      if (config.role === 'api') return;
      const stored = await listStoredAccounts(database.kysely);
      const atRest = stored.filter(({ id }) => !context.accounts.has(id));
      for (const { id, enabled } of atRest) sayAtRest(logger, id, enabled);
    },
    stop: () => watch.stop(),
  };
}

function sayAtRest(logger: Logger, account: AccountId, enabled?: boolean): void {
  const given = { account, ...(enabled === undefined ? {} : { driverSyncWasOn: enabled }) };
  logger.warn(given, 'the account is not in the accounts file: it is at rest, and its data is kept');
}

/** The reload of this process's accounts. */
function reloadOf(options: AccountsFileOptions, watch: FileWatch): AccountsReload {
  const { config, read, inUse, context, metrics, logger, worker } = options;
  const usable = metrics.gauge(
    'gateway_accounts_file_usable',
    'Whether the accounts file could be used when it was read last: 1 or 0',
  );
  usable.set(1);
  return createAccountsReload({
    logger,
    beforeRead: () => watch.note(),
    read,
    current: () => [...inUse.configs.values()],
    apply: (changes) => takeIn(options, changes),
    async onRead(isUsable) {
      const wasUsable = (await usable.get()).values[0]?.value === 1;
      usable.set(isUsable ? 1 : 0);
      if (config.role !== 'api' && worker() !== null && isUsable !== wasUsable) {
        await showAccountsFile(context, isUsable);
      }
    },
  });
}

/** Puts changes into use, account by account: sockets stay open, but for those of accounts that are gone. */
async function takeIn(
  { inUse, logger, worker, api }: AccountsFileOptions,
  changes: AccountChanges,
): Promise<void> {
  const exchange = async (id: AccountId, change: () => void): Promise<void> => {
    const running = worker();
    if (running === null) change();
    else await running.exchange(id, change);
  };
  for (const { id } of changes.removed) {
    await exchange(accountId(id), () => inUse.remove(accountId(id)));
    api()?.endStreams(accountId(id));
    sayAtRest(logger, accountId(id));
  }
  // At a time: one may have to wait for a listing that is under way.
  await Promise.all(
    [...changes.added, ...changes.changed.map(({ after }) => after)].map((account) =>
      exchange(accountId(account.id), () => inUse.put(account)),
    ),
  );
}
