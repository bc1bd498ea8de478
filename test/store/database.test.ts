import { sql } from 'kysely';
import { describeEachDatabase } from '../support/databases';
import { migrate, type Migration } from '../../src/store/database/migrate';

// A type, not an interface: Kysely wants an index signature, which only a type alias has by itself.
type Tables = {
  'public.person': { id: number; name: string };
};

const person: Migration = {
  name: '0001-person',
  async up(db) {
    await sql`create extension if not exists pg_trgm`.execute(db);
    await sql`create table public.person (id bigint primary key, name text not null)`.execute(db);
  },
};

describeEachDatabase(
  'a database',
  (given) => {
    const pool = () => given.open().pool;
    const kysely = () => given.open().kysely.withTables<Tables>();

    beforeEach(() => pool().query('DELETE FROM person'));

    test('values come back alike on every kind', async () => {
      const { rows } = await pool().query(
        `SELECT 1::int4 AS int4, 9007199254740991::int8 AS int8, 9007199254740993::int8 AS big, '{1,9007199254740993}'::int8[] AS ints,
                1.50::numeric AS amount, 0.1234567890123456789::numeric AS precise, 'NaN'::numeric AS nan,
                timestamptz '2026-01-02 03:04:05.678+00' AS at, '{"a": [1, null]}'::jsonb AS json, '[1]'::json AS list,
                '{a,"b c",NULL}'::text[] AS texts, '\\x00ff'::bytea AS bytes, true AS yes, 1.5::float8 AS float,
                NULL::text AS nothing, '{1,2}'::int4[] AS small, 'x'::varchar AS word,
                '123e4567-e89b-12d3-a456-426614174000'::uuid AS uuid`,
      );
      expect(rows).toEqual([
        {
          int4: 1,
          int8: 9007199254740991,
          big: '9007199254740993',
          ints: [1, '9007199254740993'],
          amount: 1.5,
          precise: '0.1234567890123456789',
          nan: 'NaN',
          at: new Date('2026-01-02T03:04:05.678Z'),
          json: { a: [1, null] },
          list: [1],
          texts: ['a', 'b c', null],
          bytes: Buffer.from([0, 255]),
          yes: true,
          float: 1.5,
          nothing: null,
          small: [1, 2],
          word: 'x',
          uuid: '123e4567-e89b-12d3-a456-426614174000',
        },
      ]);
      expect(Buffer.isBuffer(rows[0]?.['bytes'])).toBe(true);
    });

    test('parameters go in as node-postgres sends them', async () => {
      const at = new Date('2026-01-02T03:04:05.678Z');
      const { rows } = await pool().query(
        `SELECT $1::timestamptz AS at, $2::bytea AS bytes, $3::text[] AS texts, $4::jsonb AS json, $5::boolean AS yes,
                $6::int8 AS int8, $7::text AS nothing, $8::int4[][] AS nested, $9::jsonb AS list, $10::numeric AS amount,
                $11::text AS text, $12::timestamptz[] AS times, $13::bytea AS hex`,
        [
          at,
          Buffer.from([1, 2]),
          ['a,b', 'say "hi"', 'back\\slash', null, ''],
          { a: "it's" },
          false,
          9007199254740993n,
          undefined,
          [
            [1, 2],
            [3, null],
          ],
          JSON.stringify([1, 'x']),
          1.25,
          'text',
          [at],
          '\\x0102',
        ],
      );
      expect(rows).toEqual([
        {
          at,
          bytes: Buffer.from([1, 2]),
          texts: ['a,b', 'say "hi"', 'back\\slash', null, ''],
          json: { a: "it's" },
          yes: false,
          int8: '9007199254740993',
          nothing: null,
          nested: [
            [1, 2],
            [3, null],
          ],
          list: [1, 'x'],
          amount: 1.25,
          text: 'text',
          times: [at],
          hex: Buffer.from([1, 2]),
        },
      ]);
    });

    test('a result tells its command and how many rows it touched', async () => {
      const inserted = await pool().query(`INSERT INTO person VALUES ($1, 'a'), ($2, 'b')`, [1, 2]);
      expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 2, rows: [] });
      expect(await pool().query('UPDATE person SET name = name WHERE id = 9')).toMatchObject({ rowCount: 0 });
      expect(await pool().query('SELECT * FROM person')).toMatchObject({ command: 'SELECT', rowCount: 2 });
      const changed = await kysely()
        .updateTable('public.person')
        .set({ name: 'c' })
        .executeTakeFirstOrThrow();
      expect(changed.numUpdatedRows).toBe(2n);
    });

    test('several statements in one text are run one after the other', async () => {
      await pool().query(`INSERT INTO person VALUES (1, 'a'); INSERT INTO person VALUES (2, 'b'); SELECT 1`);
      expect((await pool().query('SELECT id FROM person ORDER BY id')).rows).toEqual([{ id: 1 }, { id: 2 }]);
    });

    test('errors carry the database’s code, and no parameters', async () => {
      await pool().query(`INSERT INTO person VALUES (1, 'a')`);
      const refused = await pool()
        .query(`INSERT INTO person VALUES ($1, $2)`, [1, 'a secret name'])
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: '23505', constraint: 'person_pkey' });
      expect(JSON.stringify(refused)).not.toContain('a secret name');
      await expect(pool().query('SELEC')).rejects.toMatchObject({ code: '42601' });
      expect((await pool().query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });

    test('a transaction is seen whole or not at all', async () => {
      const failed = kysely()
        .transaction()
        .execute(async (trx) => {
          await trx.insertInto('public.person').values({ id: 1, name: 'a' }).execute();
          throw new Error('changed my mind');
        });
      await expect(failed).rejects.toThrow('changed my mind');
      await kysely()
        .transaction()
        .execute((trx) => trx.insertInto('public.person').values({ id: 2, name: 'b' }).execute());
      expect(await kysely().selectFrom('public.person').selectAll().execute()).toEqual([
        { id: 2, name: 'b' },
      ]);
    });

    test('savepoints do not end a transaction', async () => {
      const client = await pool().connect();
      await client.query('BEGIN');
      await client.query(`INSERT INTO person VALUES (1, 'a')`);
      await client.query('SAVEPOINT before');
      await client.query(`INSERT INTO person VALUES (2, 'b')`);
      await client.query('ROLLBACK TO before');
      await client.query('COMMIT');
      client.release();
      expect((await pool().query('SELECT id FROM person')).rows).toEqual([{ id: 1 }]);
    });

    test('transactions at the same time do not mix', async () => {
      const write = (id: number) =>
        kysely()
          .transaction()
          .execute(async (trx) => {
            await trx.insertInto('public.person').values({ id, name: 'half' }).execute();
            await trx.updateTable('public.person').set({ name: 'whole' }).where('id', '=', id).execute();
            if (id % 2 === 0) throw new Error('even');
          })
          .catch(() => undefined);
      await Promise.all(Array.from({ length: 20 }, (_, id) => write(id)));
      const rows = await kysely().selectFrom('public.person').selectAll().execute();
      expect(rows.map(({ id }) => id).sort((a, b) => a - b)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
      expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(['whole']));
    });

    test('a transaction that is released open, or broken, is rolled back', async () => {
      for (const last of ['SELECT 1', 'SELECT 1/0']) {
        const client = await pool().connect();
        await client.query('BEGIN');
        await client.query(`INSERT INTO person VALUES (7, 'x')`);
        await client.query(last).catch(() => undefined);
        // A pg.Pool keeps such a session as it is; destroying it is what its users do.
        client.release(true);
        expect((await pool().query('SELECT * FROM person')).rows).toEqual([]);
      }
    });

    test('a commit of a broken transaction says that it was none', async () => {
      const client = await pool().connect();
      await client.query('BEGIN');
      await client.query('SELECT 1/0').catch(() => undefined);
      expect(await client.query('COMMIT')).toMatchObject({ command: 'ROLLBACK' });
      client.release();
    });

    test('a pool for another schema finds its own tables, and ours are not disturbed', async () => {
      await pool()
        .query(`CREATE SCHEMA IF NOT EXISTS other; CREATE TABLE IF NOT EXISTS other.person (color text);
                          DELETE FROM other.person; INSERT INTO other.person VALUES ('red')`);
      const other = given.open().poolFor('other');
      const looks = await Promise.all([
        other.query('SELECT * FROM person'),
        pool().query('SELECT * FROM person'),
        other.query('SELECT * FROM person'),
      ]);
      expect(looks.map(({ rows }) => rows)).toEqual([[{ color: 'red' }], [], [{ color: 'red' }]]);
      const client = await other.connect();
      await client.query('BEGIN');
      await client.query('SET LOCAL search_path TO public');
      expect((await client.query('SELECT * FROM person')).rows).toEqual([]);
      await client.query('ROLLBACK');
      expect((await client.query('SELECT * FROM person')).rows).toEqual([{ color: 'red' }]);
      client.release();
      expect((await pool().query('SHOW search_path')).rows).not.toEqual([{ search_path: 'other' }]);
    });

    test('messages reach those who listen, until they stop', async () => {
      const another = await given.openAgain();
      const heard: string[] = [];
      let heardOne = () => {};
      const waitForOne = () => new Promise<void>((resolve) => (heardOne = resolve));
      const hear = (who: string) => (payload: string) => {
        heard.push(`${who} ${payload}`);
        heardOne();
      };
      const stopFirst = await given.open().listen('Odd "channel"', hear('first'));
      const stopSecond = await given.open().listen('Odd "channel"', hear('second'));
      let one = waitForOne();
      await another.notify('other', 'not for us');
      await another.notify('Odd "channel"', 'hello');
      await one;
      await stopFirst();
      one = waitForOne();
      await another.notify('Odd "channel"', 'again');
      await one;
      await stopSecond();
      await another.notify('Odd "channel"', 'nobody');
      expect(heard).toEqual(['first hello', 'second hello', 'second again']);
    });

    test('a client hears its own channels, also behind comments, also from a transaction once that is committed', async () => {
      const client = await pool().connect();
      const heard: unknown[] = [];
      const arrived = new Promise<void>((resolve) =>
        client.on('notification', ({ channel, payload }) => {
          heard.push([channel, payload]);
          if (payload === 'last') resolve();
        }),
      );
      await client.query('-- Asks for jobs\n/* of all queues */ LISTEN Jobs;');
      const sender = await pool().connect();
      await sender.query('BEGIN');
      await sender.query(`SELECT pg_notify('jobs', 'rolled back')`);
      await sender.query('ROLLBACK');
      await sender.query('BEGIN');
      await sender.query(`SELECT pg_notify('jobs', 'last'), pg_notify('others', 'no')`);
      expect(heard).toEqual([]);
      await sender.query('COMMIT');
      await arrived;
      sender.release();
      client.release(true);
      expect(heard).toEqual([['jobs', 'last']]);
    });

    test('trigram search is there', async () => {
      const { rows } = await pool().query(`SELECT 'Johnson' % 'Jonson' AS similar`);
      expect(rows).toEqual([{ similar: true }]);
    });

    test('a migration runs once, and the later ones after it', async () => {
      const second: Migration = {
        name: '0002-city',
        up: async (db) =>
          void (await sql`alter table public.person add column if not exists city text`.execute(db)),
      };
      expect(await migrate(given.open().kysely, [person])).toEqual([]);
      expect(await migrate(given.open().kysely, [person, second])).toEqual(['0002-city']);
      expect(await migrate(given.open().kysely, [person, second])).toEqual([]);
      await expect(migrate(given.open().kysely, [person])).rejects.toThrow(
        'newer version of the program (0002-city)',
      );
      await expect(migrate(given.open().kysely, [second, person])).rejects.toThrow(
        'in the order of their numbers',
      );
    });

    test('a server that goes away in a transaction breaks that transaction, not the process', async () => {
      if (given.kind === 'embedded') return;
      const another = await given.openAgain();
      const client = await another.pool.connect();
      const broke = new Promise((resolve) => client.on('end', () => resolve(undefined)));
      await client.query('BEGIN');
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await pool().query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await broke;
      await expect(client.query('SELECT 1')).rejects.toThrow();
      client.release();
      expect((await another.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });

    test('a database that is closed refuses, and closes twice', async () => {
      if (given.kind === 'embedded') return;
      const another = await given.openAgain();
      await another.close();
      await another.close();
      await expect(another.pool.query('SELECT 1')).rejects.toThrow();
    });
  },
  { migrations: [person] },
);

describeEachDatabase('migrations', (given) => {
  const broken: Migration = {
    name: '0002-broken',
    up: async (db) => void (await sql`create table public.person`.execute(db)),
  };

  test('all steps are made, or none', async () => {
    const failed = migrate(given.open().kysely, [person, broken]);
    await expect(failed).rejects.toThrow('(0002-broken)');
    await expect(given.open().pool.query('SELECT * FROM public.person')).rejects.toMatchObject({
      code: '42P01',
    });
  });

  test('two processes that start at once make them once', async () => {
    const other = await given.openAgain();
    const made = await Promise.all([migrate(given.open().kysely, [person]), migrate(other.kysely, [person])]);
    expect(made.flat()).toEqual(['0001-person']);
  });
});
