import type { Database } from '../../src/store/database/database';
import { openInMemory } from '../support/databases';

describe('statements of the embedded database are prepared once', () => {
  let database: Database;
  // The clock stands still, but between tests.
  let now = 0;
  beforeAll(async () => {
    database = await openInMemory();
    await database.pool.query('CREATE TABLE thing (id int4 PRIMARY KEY, name text)');
  });
  beforeEach(async () => {
    now += 60_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    await database.pool.query('TRUNCATE thing');
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => database.close());

  const query = (text: string, ...parameters: readonly unknown[]) => database.pool.query(text, parameters);
  /** A text without parameters is never prepared, so this shows just what the others have left. */
  const prepared = async (): Promise<readonly string[]> =>
    (
      await database.pool.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements')
    ).rows.map((row) => row.statement);
  const add = (id: number, name = 'x') => query('INSERT INTO thing VALUES ($1, $2)', id, name);
  const find = async (id: number) => (await query('SELECT * FROM thing WHERE id = $1', id)).rows;

  it('and answer the same, time after time', async () => {
    for (let id = 1; id <= 10; id += 1) {
      await add(id, `name ${id}`);
      expect(await find(id)).toEqual([{ id, name: `name ${id}` }]);
    }
    expect(await prepared()).toHaveLength(2);
  });

  it('but not those with a pattern, which are planned for it', async () => {
    await add(1, 'Berta');
    for (const pattern of ['B%', '%a', '%z%']) {
      const { rows } = await query('SELECT id FROM thing WHERE name LIKE $1', pattern);
      expect(rows).toEqual(pattern === '%z%' ? [] : [{ id: 1 }]);
    }
    expect((await prepared()).filter((text) => text.includes('LIKE'))).toEqual([]);
  });

  it('until a table is changed', async () => {
    await add(1);
    for (let time = 0; time < 6; time += 1) await find(1);
    await database.pool.query('ALTER TABLE thing ADD COLUMN more text');
    expect(await find(1)).toEqual([{ id: 1, name: 'x', more: null }]);
    const client = await database.pool.connect();
    await client.query('BEGIN; -- why\nALTER TABLE thing DROP COLUMN more');
    expect((await client.query('SELECT * FROM thing WHERE id = $1', [1])).rows).toEqual([
      { id: 1, name: 'x' },
    ]);
    await client.query('COMMIT');
    client.release();
    expect(await find(1)).toEqual([{ id: 1, name: 'x' }]);
  });

  it('until somebody drops them', async () => {
    await add(1);
    await database.pool.query('DEALLOCATE ALL');
    await add(2);
    expect(await find(2)).toHaveLength(1);
  });

  it('until many rows are written at once: small tables are searched in other ways than large ones', async () => {
    await find(1);
    await query('INSERT INTO thing SELECT generate_series(1, $1::int), $2', 199, 'x');
    expect(await prepared()).toHaveLength(2);
    await query('INSERT INTO thing SELECT generate_series(1001, $1::int), $2', 1200, 'x');
    await find(1);
    expect(await prepared()).toHaveLength(1);
  });

  it('until they are ten seconds old', async () => {
    await find(1);
    await add(1);
    now += 9_999;
    await find(1);
    expect(await prepared()).toHaveLength(2);
    now += 1;
    await find(1);
    expect(await prepared()).toEqual(['SELECT * FROM thing WHERE id = $1']);
  });

  it('until they fail, with the error of the database', async () => {
    await add(1);
    await expect(add(1)).rejects.toMatchObject({ code: '23505' });
    await expect(query('SELECT nothing FROM thing WHERE id = $1', 1)).rejects.toMatchObject({
      code: '42703',
    });
    await expect(query('SELECT $1::int', 'x')).rejects.toMatchObject({ code: '22P02' });
    await expect(query('SELECT $1::int', 1, 2)).rejects.toMatchObject({ code: '08P01' });
    await add(2);
    expect(await find(2)).toHaveLength(1);
    expect((await query('SELECT $1::int AS n', '7')).rows).toEqual([{ n: 7 }]);
  });

  it('also in a transaction that is rolled back', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO thing VALUES ($1, $2) RETURNING id', [1, 'x']);
    await expect(client.query('INSERT INTO thing VALUES ($1, $2)', [1, 'x'])).rejects.toMatchObject({
      code: '23505',
    });
    // First met while the transaction is broken.
    await expect(client.query('SELECT id FROM thing WHERE id < $1', [5])).rejects.toMatchObject({
      code: '25P02',
    });
    await client.query('ROLLBACK');
    expect((await client.query('SELECT id FROM thing WHERE id < $1', [5])).rows).toEqual([]);
    expect((await client.query('INSERT INTO thing VALUES ($1, $2) RETURNING id', [1, 'x'])).rowCount).toBe(1);
    client.release();
  });

  it('for each search_path by itself', async () => {
    await database.pool.query('CREATE SCHEMA other; CREATE TABLE other.thing (id int4, only_here int4)');
    const other = database.poolFor('other');
    await add(1);
    await other.query('INSERT INTO thing VALUES ($1, $2)', [1, 2]);
    for (let time = 0; time < 6; time += 1) {
      expect((await other.query('SELECT * FROM thing WHERE id = $1', [1])).rows).toEqual([
        { id: 1, only_here: 2 },
      ]);
      expect(await find(1)).toEqual([{ id: 1, name: 'x' }]);
    }
  });

  it('and of very many, those used last', async () => {
    await find(1);
    for (let number = 0; number < 500; number += 1) {
      await query(`SELECT ${number} WHERE $1::int = 1`, 1);
      if (number % 100 === 0) await find(1);
    }
    const texts = await prepared();
    expect(texts.length).toBeLessThanOrEqual(400);
    expect(texts).toContain('SELECT * FROM thing WHERE id = $1');
    expect(texts).not.toContain('SELECT 1 WHERE $1::int = 1');
  });
});
