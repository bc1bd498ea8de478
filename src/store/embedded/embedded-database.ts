import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { prepareDataDir } from '../../platform/data-dir';
import { silentLogger } from '../../platform/logger';
import type { Database } from '../database/opened-database';
import type { PgLikePool } from '../database/database-pool';
import { parsedTypes, valueParser } from '../database/database-values';
import { takeEmbeddedLock, type EmbeddedLock, type EmbeddedLockOptions } from './embedded-lock';
import { EmbeddedNotifications } from './embedded-notifications';
import { createEmbeddedPool, type Embedded } from './embedded-pool';
import { EmbeddedSession } from './embedded-session';
import { leaveBehind, prepareDatabaseDirectory, readEmptyDatabase } from './database-directory';
import { quoteName } from './embedded-statement';

/**
 * Opens PGlite in `<dataDir>/database`, or in memory. Committed data survives a killed process (PGlite hands every write to
 * the operating system before it answers); it does not fsync, so a power cut may cost the last moments.
 */
export async function openEmbeddedDatabase(
  dataDir: string | undefined,
  options: EmbeddedOptions = {},
): Promise<Database> {
  if (dataDir === undefined) return openPGlite({ loadDataDir: options.template }, undefined);
  await prepareDataDir(dataDir);
  const lock = await takeEmbeddedLock(path.join(dataDir, 'database.lock'), {
    logger: silentLogger,
    onLost: () => process.exit(1),
    ...options.lock,
  });
  try {
    const directory = path.join(dataDir, 'database');
    if (lock.isDoubtful) await leaveBehind(directory);
    const { isNew, opened } = await prepareDatabaseDirectory(directory);
    const loadDataDir = isNew ? await readEmptyDatabase() : undefined;
    const database = await openPGlite({ dataDir: directory, loadDataDir }, lock);
    await opened();
    return database;
  } catch (cause) {
    await lock.release();
    throw new Error(`The embedded database in ${dataDir} cannot be opened`, { cause });
  }
}

/** What is not always the same. */
export interface EmbeddedOptions {
  /** A dump of an empty database's directory: five times faster than making one. In memory only. */
  readonly template?: Blob | undefined;
  /** How the lock of a directory is taken and kept. A lost lock ends the process, unless something else is said here. */
  readonly lock?: Partial<EmbeddedLockOptions> | undefined;
}

/**
 * What Postgres sets aside for a hundred connections and for a cache of its own: this one has one connection, and the operating
 * system caches its files. Together 115 MB less of memory; pages are read as fast as before.
 */
const MODEST = ['-c', 'shared_buffers=16MB', '-c', 'max_connections=10'];

async function openPGlite(
  place: { readonly dataDir?: string; readonly loadDataDir?: Blob | undefined },
  lock: EmbeddedLock | undefined,
): Promise<Database> {
  // Imported late: the package's types call this file an ES module, which a CommonJS file may only import like this.
  const { pg_trgm } = await import('@electric-sql/pglite/contrib/pg_trgm');
  const pglite = await PGlite.create({
    ...(place.dataDir !== undefined && { dataDir: place.dataDir }),
    ...(place.loadDataDir && { loadDataDir: place.loadDataDir }),
    relaxedDurability: false,
    startParams: [...PGlite.defaultStartParams, ...MODEST],
    extensions: { pg_trgm },
  });
  parseLikeNodePostgres(pglite);
  return toDatabase(
    {
      session: new EmbeddedSession(pglite, () => lock?.assertHeld()),
      notifications: new EmbeddedNotifications(pglite),
    },
    lock,
  );
}

// After the start: PGlite enters its own array parsers then, over those of its options.
function parseLikeNodePostgres(pglite: PGlite): void {
  const parsedByPGlite = Object.keys(pglite.parsers).map(Number).filter(Number.isInteger);
  for (const oid of [...parsedByPGlite, ...parsedTypes]) pglite.parsers[oid] = valueParser(oid);
}

function toDatabase(embedded: Embedded, lock: EmbeddedLock | undefined): Database {
  const pool = createEmbeddedPool(embedded);
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: kyselyPool(pool) }) });
  return {
    kind: 'embedded',
    pool,
    kysely,
    // It has no limits.
    withoutTimeLimit: (work) => work(kysely),
    limitedTo: (waitsAtMostMs) =>
      new Kysely<unknown>({
        dialect: new PostgresDialect({ pool: kyselyPool(createEmbeddedPool(embedded, { waitsAtMostMs })) }),
      }),
    poolFor: (searchPath) => createEmbeddedPool(embedded, { searchPath }),
    async listen(channel, onPayload) {
      const client = await pool.connect();
      client.on('notification', ({ payload }) => onPayload(payload ?? ''));
      await client.query(`LISTEN ${quoteName(channel)}`);
      return () => Promise.resolve(client.release());
    },
    async notify(channel, payload) {
      await pool.query('SELECT pg_notify($1, $2)', [channel, payload]);
    },
    async proveWritable() {
      await pool.query('SELECT 1');
    },
    async close() {
      await embedded.session.close();
      await lock?.release();
    },
  };
}

// Kysely's type of a pool also has cursors, which only `stream()` uses, and says that every statement counts rows.
function kyselyPool(pool: PgLikePool): PostgresPool {
  return pool as unknown as PostgresPool;
}
