import { silentLogger } from '../../src/platform/logger';
import { openDatabase } from '../../src/store/database/database';

// Run as a process of its own, to be killed: commits one row after the other, and prints each number once it is committed.
async function write(dataDir: string | undefined): Promise<void> {
  const database = await openDatabase({ kind: 'embedded', dataDir }, silentLogger);
  await database.pool.query('CREATE TABLE written (id int primary key, done boolean not null)');
  const client = await database.pool.connect();
  for (let id = 1; ; id += 1) {
    await client.query('BEGIN');
    await client.query('INSERT INTO written VALUES ($1, false)', [id]);
    await client.query('UPDATE written SET done = true WHERE id = $1', [id]);
    await client.query('COMMIT');
    process.stdout.write(`${id}\n`);
  }
}

void write(process.argv[3]);
