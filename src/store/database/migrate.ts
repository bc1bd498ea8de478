import { Migrator, sql, type Kysely, type Migration as KyselyMigration } from 'kysely';
import { errorCode } from '../../platform/error-code';

/** One step of the schema, in `migrations/NNNN-….ts`. Once released it is never edited; a later one corrects it. */
export interface Migration {
  /** The file's name without its ending: its number decides the order, and its name is what the database remembers. */
  readonly name: string;
  up(db: Kysely<unknown>): Promise<void>;
}

/** Where the tables and the list of done migrations live. */
export const GATEWAY_SCHEMA = 'gateway';

/**
 * Brings the database to the last migration, all steps in one transaction: afterwards all are done or none. Processes that
 * start at the same time wait for each other (a lock of the connection, so that it cannot outlive a crash). Resolves to
 * the names of the steps that this call has made. Throws when a database has steps that the list lacks: an older
 * version of the program never works on a newer schema.
 */
export async function migrate(
  db: Kysely<unknown>,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const steps = byName(migrations);
  await refuseNewer(db, steps);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(steps) },
    migrationTableSchema: GATEWAY_SCHEMA,
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  const failed = results.find((result) => result.status === 'Error');
  if (error !== undefined) {
    const step = failed ? ` (${failed.migrationName})` : '';
    const hint = errorCode(error) === NO_PRIVILEGE ? `: ${PRIVILEGES}` : '';
    throw new Error(`The database could not be brought up to date${step}${hint}`, { cause: error });
  }
  return results.filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** SQLSTATE `insufficient_privilege`. */
const NO_PRIVILEGE = '42501';

const PRIVILEGES =
  'its role may not. It needs the right to create schemas in this database, and the extension pg_trgm, unless that is there';

async function refuseNewer(db: Kysely<unknown>, steps: Record<string, KyselyMigration>): Promise<void> {
  const { rows: found } = await sql<{ known: boolean }>`
    select to_regclass(${`${GATEWAY_SCHEMA}.migration`}) is not null as known`.execute(db);
  if (found[0]?.known !== true) return;
  const { rows } = await sql<{ name: string }>`select name from gateway.migration order by name`.execute(db);
  const unknown = rows.map(({ name }) => name).filter((name) => !(name in steps));
  if (unknown.length === 0) return;
  throw new Error(
    `The database was brought up to date by a newer version of the program (${unknown.join(', ')}). Start that version, or restore a backup that is older`,
  );
}

function byName(migrations: readonly Migration[]): Record<string, KyselyMigration> {
  const names = migrations.map(({ name }) => name);
  const sorted = [...new Set(names)].sort();
  if (sorted.join() !== names.join()) {
    throw new Error(
      `Migrations are listed once each, in the order of their numbers, not as ${names.join(', ')}`,
    );
  }
  return Object.fromEntries(migrations.map(({ name, up }) => [name, { up }]));
}
