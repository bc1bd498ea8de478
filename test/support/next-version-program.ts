import { sql } from 'kysely';
import type { Migration } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';

/**
 * The program as its next version will be: with one more migration, which adds what expand-before-contract allows (columns, a
 * table, an index) to the tables that every process works on.
 */
const TABLES = [
  'account',
  'gps_driver',
  'driveri_driver',
  'driver',
  'driver_work',
  'driveri_intent',
  'link',
  'event',
];

(migrations as Migration[]).push({
  name: '9999-next-version',
  async up(db) {
    for (const table of TABLES) {
      await sql`alter table ${sql.table(`gateway.${table}`)} add column of_next_version text not null default 'new'`.execute(
        db,
      );
    }
    await sql`create table gateway.of_next_version (account text primary key)`.execute(db);
    await sql`create index driver_of_next_version on gateway.driver (account, of_next_version)`.execute(db);
  },
});

// eslint-disable-next-line @typescript-eslint/no-require-imports -- after the migration was added
require('../../src/main');
