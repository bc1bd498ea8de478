import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { silentLogger } from '../../src/platform/logger';
import { openDatabase, type Database } from '../../src/store/database/database';
import { openEmbeddedDatabase } from '../../src/store/embedded/embedded-database';
import { migrate, type Migration } from '../../src/store/database/migrate';
import { embeddedTemplate } from './embedded-template';

/** A suite's own database. */
export interface TestDatabase {
  readonly kind: Database['kind'];
  /** The database, opened before the suite's tests and closed after them. */
  open(): Database;
  /** Another process's view of it: a connection pool of its own on Postgres; the embedded one serves one process, so the same. */
  openAgain(): Promise<Database>;
}

/**
 * Runs a suite on the embedded database in memory, and on Postgres where one is available: each time on a database that is
 * empty but for the migrations given.
 */
export function describeEachDatabase(
  name: string,
  suite: (given: TestDatabase) => void,
  options: { readonly migrations?: readonly Migration[] } = {},
): void {
  for (const kind of ['embedded', 'postgres'] as const) {
    const available = kind === 'embedded' || process.env['TEST_DATABASE_URL'];
    // What is left out is told at the end of the run (global-teardown.ts).
    (available ? describe : describe.skip)(`${name} (${kind})`, () => {
      suite(givenDatabase(kind, options.migrations ?? []));
    });
  }
}

function givenDatabase(kind: Database['kind'], migrations: readonly Migration[]): TestDatabase {
  let database: Database | undefined;
  let url = '';
  const opened: Database[] = [];

  beforeAll(async () => {
    if (kind === 'postgres') url = await createPostgresDatabase();
    database = kind === 'embedded' ? await openInMemory() : await openDatabase({ kind, url }, silentLogger);
    opened.push(database);
    if (migrations.length > 0) await migrate(database.kysely, migrations);
  });

  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    if (url !== '') await dropPostgresDatabase(url);
  });

  const open = () => {
    if (!database) throw new Error('The database is there from beforeAll on; ask for it in a test or a hook');
    return database;
  };
  return {
    kind,
    open,
    async openAgain() {
      if (kind === 'embedded') return open();
      const another = await openDatabase({ kind, url }, silentLogger);
      opened.push(another);
      return another;
    },
  };
}

/** An embedded database in memory, made from a template: in a third of a second instead of two. */
export async function openInMemory(): Promise<Database> {
  return openEmbeddedDatabase(undefined, { template: await embeddedTemplate() });
}

/** The URL of a new, empty database on the run's Postgres. */
export async function createPostgresDatabase(): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops it again, whoever is still connected. */
export async function dropPostgresDatabase(url: string): Promise<void> {
  await administer(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

async function administer(statement: string): Promise<void> {
  const client = new Client(serverUrl());
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('There is no Postgres in this run');
  return url;
}
