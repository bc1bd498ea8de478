import type { Logger } from '../platform/logger';
import type { Database } from './opened-database';
import { openEmbeddedDatabase } from './embedded-database';
import { openPostgresDatabase } from './database-postgres';

export type { Database } from './opened-database';

/** `dataDir` undefined: in memory, for tests. */
export type DatabaseOptions =
  | { readonly kind: 'embedded'; readonly dataDir: string | undefined }
  | { readonly kind: 'postgres'; readonly url: string; readonly maxConnections?: number };

/**
 * Opens the database and proves that it answers. Throws `DatabaseInUseError` when another process has the embedded one, and
 * otherwise an error with the cause kept, whose message holds no password.
 */
export function openDatabase(options: DatabaseOptions, logger: Logger): Promise<Database> {
  return options.kind === 'embedded'
    ? openEmbeddedDatabase(options.dataDir)
    : openPostgresDatabase(options, logger);
}
