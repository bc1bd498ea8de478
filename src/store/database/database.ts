import type { Logger } from '../../platform/logger';
import type { EmbeddedLockOptions } from '../embedded/embedded-lock';
import type { Database } from './opened-database';
import { openEmbeddedDatabase } from '../embedded/embedded-database';
import { openPostgresDatabase, type PostgresOptions } from './database-postgres';

export type { Database } from './opened-database';

/** `dataDir` undefined: in memory, for tests. */
export type DatabaseOptions =
  | {
      readonly kind: 'embedded';
      readonly dataDir: string | undefined;
      /** A lost lock ends the process, unless `onLost` does something else. */
      readonly lock?: Partial<EmbeddedLockOptions>;
    }
  | ({ readonly kind: 'postgres' } & PostgresOptions);

/**
 * Opens the database and proves that it answers. Throws `DatabaseInUseError` when another process has the embedded one, and
 * otherwise an error with the cause kept, whose message holds no password.
 */
export function openDatabase(options: DatabaseOptions, logger: Logger): Promise<Database> {
  return options.kind === 'embedded'
    ? openEmbeddedDatabase(options.dataDir, { lock: { logger, ...options.lock } })
    : openPostgresDatabase(options, logger);
}
