import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dependencies } from '../../package.json';
import { openEmbeddedDatabase } from '../../src/store/embedded/embedded-database';
import {
  EMPTY_DATABASE,
  prepareDatabaseDirectory,
  readEmptyDatabase,
} from '../../src/store/embedded/database-directory';
import { temporaryDirectory } from '../support/temporary-directory';

describe('the empty database that the program begins with', () => {
  it('is of the version of PGlite that is installed', async () => {
    expect(EMPTY_DATABASE).toBe(`empty-database-${dependencies['@electric-sql/pglite']}.tar.br`);
    expect((await readEmptyDatabase())?.size).toBeGreaterThan(1_000_000);
  });

  it('holds nothing, and is kept from its first opening on', async () => {
    const dataDir = temporaryDirectory();
    const first = await openEmbeddedDatabase(dataDir);
    const { rows } = await first.pool.query(
      `select count(*) as tables from information_schema.tables where table_schema = 'public'`,
    );
    await first.pool.query('create table kept as select 1 as one');
    await first.close();
    expect(rows).toEqual([{ tables: 0 }]);
    expect(readdirSync(dataDir)).toEqual(['database']);
    const second = await openEmbeddedDatabase(dataDir);
    expect((await second.pool.query('select one from kept')).rows).toEqual([{ one: 1 }]);
    await second.close();
  });
});

describe('a directory that a process died in while it filled it', () => {
  it('is begun anew when it was never opened', async () => {
    const directory = path.join(temporaryDirectory(), 'database');
    await prepareDatabaseDirectory(directory);
    mkdirSync(directory);
    writeFileSync(path.join(directory, 'PG_VERSION'), '18\n');
    const { isNew, opened } = await prepareDatabaseDirectory(directory);
    expect(isNew).toBe(true);
    expect(existsSync(path.join(directory, 'PG_VERSION'))).toBe(false);
    await opened();
  });

  it('is left alone when it was opened once', async () => {
    const directory = path.join(temporaryDirectory(), 'database');
    const { opened } = await prepareDatabaseDirectory(directory);
    mkdirSync(directory);
    writeFileSync(path.join(directory, 'PG_VERSION'), '18\n');
    await opened();
    expect((await prepareDatabaseDirectory(directory)).isNew).toBe(false);
    expect(existsSync(path.join(directory, 'PG_VERSION'))).toBe(true);
  });
});
