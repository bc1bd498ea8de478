import { performance } from 'node:perf_hooks';
import { PGlite } from '@electric-sql/pglite';
import { silentLogger } from '../../../src/platform/logger';
import { openDatabase } from '../../../src/store/database/database';
import { figure, type Row } from '../report';
import type { StatementSizes } from '../sizes';

const TABLE = 'CREATE TABLE thing (account text, id text, name text, PRIMARY KEY (account, id))';
const ROWS = "INSERT INTO thing SELECT 'acme', n::text, 'x' FROM generate_series(1, 2000) n";

const STATEMENTS: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
  'a constant': ['SELECT $1::text', ['x']],
  'one row by its key': ['SELECT * FROM thing WHERE account = $1 AND id = $2', ['acme', '77']],
  'an update': ['UPDATE thing SET name = $1 WHERE account = $2 AND id = $3', ['y', 'acme', '77']],
  'three rows of a join': [
    'SELECT to_jsonb(t) FROM unnest($1::text[]) i(id) LEFT JOIN thing t ON t.account = $2 AND t.id = i.id',
    [['1', '2', '3'], 'acme'],
  ],
};

/** What a statement on the embedded database costs, beside PGlite's own `query`: the best of several rounds in turn. */
export async function measureStatements({ rounds, repeats }: StatementSizes): Promise<Row[]> {
  const database = await openDatabase({ kind: 'embedded', dataDir: undefined }, silentLogger);
  const plain = await PGlite.create();
  for (const text of [TABLE, ROWS]) {
    await database.pool.query(text);
    await plain.exec(text);
  }
  const rows: Row[] = [];
  for (const [name, [text, parameters]] of Object.entries(STATEMENTS)) {
    let [ours, theirs] = [Infinity, Infinity];
    for (let round = 0; round < rounds; round += 1) {
      ours = Math.min(ours, await timed(repeats, () => database.pool.query(text, parameters)));
      theirs = Math.min(theirs, await timed(repeats, () => plain.query(text, [...parameters])));
    }
    rows.push({
      measure: `a statement on the embedded database: ${name}`,
      mode: 'embedded',
      value: `${figure(ours)} ms`,
      ratio: `${figure(theirs / ours)} times as fast as PGlite's query`,
      target: '',
      before: '',
    });
  }
  await database.close();
  await plain.close();
  return rows;
}

async function timed(repeats: number, statement: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < repeats; count += 1) await statement();
  return (performance.now() - start) / repeats;
}
