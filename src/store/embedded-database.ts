import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import type { Database } from './opened-database';
import type { PgLikePool } from './database-pool';
import { parsedTypes, valueParser } from './database-values';
import { takeEmbeddedLock, type EmbeddedLock } from './embedded-lock';
import { EmbeddedNotifications } from './embedded-notifications';
import { createEmbeddedPool, type Embedded } from './embedded-pool';
import { EmbeddedSession } from './embedded-session';
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
  await mkdir(dataDir, { recursive: true });
  const lock = await takeEmbeddedLock(path.join(dataDir, 'database.lock'));
  try {
    return await openPGlite({ dataDir: path.join(dataDir, 'database') }, lock);
  } catch (cause) {
    await lock.release();
    throw new Error(`The embedded database in ${dataDir} cannot be opened`, { cause });
  }
}

/** For tests. */
export interface EmbeddedOptions {
  /** A dump of an empty database's directory: five times faster than making one. In memory only. */
  readonly template?: Blob | undefined;
}

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
    extensions: { pg_trgm },
  });
  parseLikeNodePostgres(pglite);
  return toDatabase(
    { session: new EmbeddedSession(pglite), notifications: new EmbeddedNotifications(pglite) },
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
  return {
    kind: 'embedded',
    pool,
    kysely: new Kysely<unknown>({ dialect: new PostgresDialect({ pool: kyselyPool(pool) }) }),
    poolFor: (schema) => createEmbeddedPool(embedded, schema),
    async listen(channel, onPayload) {
      const client = await pool.connect();
      client.on('notification', ({ payload }) => onPayload(payload ?? ''));
      await client.query(`LISTEN ${quoteName(channel)}`);
      return () => Promise.resolve(client.release());
    },
    async notify(channel, payload) {
      await pool.query('SELECT pg_notify($1, $2)', [channel, payload]);
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
