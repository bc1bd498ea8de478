import { performance } from 'node:perf_hooks';
import { PGlite } from '@electric-sql/pglite';
import { silentLogger } from '../../src/platform/logger';
import { openDatabase } from '../../src/store/database/database';

/**
 * What a statement on the embedded database costs, beside PGlite's own `query` in the same run:
 * `node -r ./test/support/register-typescript.cjs test/bench/embedded.ts`.
 */
const REPEATS = 2_000;
const ROUNDS = 5;

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

async function main(): Promise<void> {
  const database = await openDatabase({ kind: 'embedded', dataDir: undefined }, silentLogger);
  const plain = await PGlite.create();
  for (const text of [TABLE, ROWS]) {
    await database.pool.query(text);
    await plain.exec(text);
  }
  say(`embedded database, best of ${ROUNDS} times ${REPEATS} statements: ours, PGlite's query, ratio`);
  for (const [name, [text, parameters]] of Object.entries(STATEMENTS)) {
    const best = [Infinity, Infinity] as [number, number];
    for (let round = 0; round < ROUNDS; round += 1) {
      best[0] = Math.min(best[0], await timed(() => database.pool.query(text, parameters)));
      best[1] = Math.min(best[1], await timed(() => plain.query(text, [...parameters])));
    }
    const [ours, theirs] = best;
    say(
      `${name.padEnd(22)}${ours.toFixed(3)} ms  ${theirs.toFixed(3)} ms  ${(theirs / ours).toFixed(1)} times as fast`,
    );
  }
  await database.close();
  await plain.close();
}

async function timed(statement: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < REPEATS; count += 1) await statement();
  return (performance.now() - start) / REPEATS;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

void main();
