import { sql } from 'kysely';
import { accountId } from '../../src/driver/ids';
import type { GatewayDb } from '../../src/store/database/tables';
import { migrations } from '../../src/store/migrations/all';
import { exportDriver, forgetDriver, traceDriver } from '../../src/store/queries/driver-data';
import { PERSONAL_TABLES, type PersonalTable } from '../../src/store/queries/personal-data';
import { describeEachDatabase } from '../support/databases';

const ACME = accountId('acme');

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly needed: boolean;
}

/** What a row needs besides the person's data, so that the database takes it. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
  driver: { presence: 'BOTH', status: 'IN_SYNC' },
  driveri_intent: { state: 'closed', action: 'UPDATE' },
  gps_driver: { driver_id_state: 'known', presence: 'gone' },
  incident: { kind: 'blocked', closed_at: 1 },
  notification: { phase: 'opened', incident_id: 'incident-1' },
  owner_request: { answered_at: 1 },
  portal_session: { portal: 'gps' },
  removal: { state: 'done' },
  roster: { portal: 'gps' },
  sync_run: { id: 'run-1', kind: 'DAILY', status: 'SUCCEEDED' },
  sync_run_item: { run_id: 'run-1', outcome: 'APPLIED', action: 'UPDATE' },
  account_problem: { severity: 'degraded' },
  event: { type: 'DRIVER_UPDATED' },
  roster_tombstone: { portal: 'gps' },
  intent_driver_id: { intent_id: 'driveri_intent-1' },
};

/** Columns by which a row's person is found. */
const IDS = new Set(['gps_id', 'driver_id', 'driver_key', 'key', 'id']);

const entryOf = (table: string): PersonalTable => PERSONAL_TABLES[table] ?? { impersonal: [] };

describeEachDatabase(
  'what the database holds about a person',
  (given) => {
    const db = (): GatewayDb => given.open().kysely.withTables() as unknown as GatewayDb; // tables are named in full

    /** The columns that can hold words. */
    async function wordColumns(): Promise<readonly Column[]> {
      const { rows } = await sql<Column>`
        select table_name as "table", column_name as "column", data_type as type,
          is_nullable = 'NO' and column_default is null as needed
        from information_schema.columns
        where table_schema = 'gateway' and is_generated = 'NEVER'
          and data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea', 'xml')`.execute(
        db(),
      );
      return rows;
    }

    async function insert(table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
      const entries = Object.entries(row);
      await sql`insert into ${sql.table(`gateway.${table}`)}
        (${sql.join(entries.map(([column]) => sql.ref(column)))})
        values (${sql.join(entries.map(([, value]) => sql.lit(value as string)))})`.execute(db());
    }

    /** The columns of other types that a row must have. */
    async function neededNumbers(): Promise<readonly Omit<Column, 'needed'>[]> {
      const { rows } = await sql<Omit<Column, 'needed'>>`
        select table_name as "table", column_name as "column", data_type as type
        from information_schema.columns
        where table_schema = 'gateway' and is_generated = 'NEVER' and is_nullable = 'NO'
          and column_default is null and data_type in ('bigint', 'integer', 'boolean', 'double precision')`.execute(
        db(),
      );
      return rows;
    }

    async function everything(): Promise<readonly string[]> {
      const found: string[] = [];
      for (const table of Object.keys(PERSONAL_TABLES)) {
        const { rows } = await sql<{ row: string }>`
          select t::text as row from ${sql.table(`gateway.${table}`)} t order by 1`.execute(db());
        found.push(...rows.map(({ row }) => `${table}: ${row}`));
      }
      return found;
    }

    it('is said of each column that can hold words: a new one is decided about', async () => {
      const columns = await wordColumns();
      const said = Object.entries(PERSONAL_TABLES).flatMap(([table, entry]) =>
        [
          ...new Set([
            ...(typeof entry.own === 'object' ? Object.keys(entry.own) : (entry.ownColumns ?? [])),
            ...Object.keys(entry.mentions ?? {}),
          ]),
          ...entry.impersonal,
        ].map((column) => `${table}.${column}`),
      );
      expect([...said].sort()).toEqual(columns.map(({ table, column }) => `${table}.${column}`).sort());
    });

    it('is in the export from every such column, and nowhere any more once it is erased', async () => {
      await insert('account', { account: ACME });
      const columns = await wordColumns();
      const numbers = await neededNumbers();
      const words: string[] = [];

      /** A row in which each personal column has a word of its own: of a person, or of somebody's name in a text. */
      const give = async (table: string, name: string, id: string, at: number): Promise<void> => {
        const { rows, own, ownColumns, mentions } = entryOf(table);
        const personal = new Set([
          ...(ownColumns ?? (typeof own === 'object' ? Object.keys(own) : [])),
          ...Object.keys(mentions ?? {}),
        ]);
        const row: Record<string, unknown> = {};
        for (const one of numbers.filter((number) => number.table === table)) {
          row[one.column] = one.type === 'boolean' ? true : at;
        }
        for (const { column, type, needed } of columns.filter((one) => one.table === table)) {
          const word = `${name} of ${table}.${column}`;
          if (column === 'account') row[column] = ACME;
          else if (mentions?.[column] === 'gps-ids') row[column] = JSON.stringify([id, 'another']);
          else if (personal.has(column) && IDS.has(column)) row[column] = id;
          else if (personal.has(column)) {
            words.push(word);
            const document = JSON.stringify(rows === undefined ? { word } : { id, word });
            row[column] = type === 'jsonb' ? document : type === 'ARRAY' ? `{"${word}"}` : word;
          } else if (needed) row[column] = `${table}-${at}`;
        }
        await insert(table, { ...row, ...NEEDED[table] });
      };

      // What others refer to comes first. A mark would be work under way.
      const first = ['driveri_intent', 'sync_run', 'incident'];
      const tables = Object.keys(PERSONAL_TABLES).filter((table) => {
        const { rows, mentions } = entryOf(table);
        return table !== 'gps_mark' && (rows ?? mentions) !== undefined;
      });
      const inOrder = [...first, ...tables.filter((table) => !first.includes(table))];
      for (const table of inOrder) await give(table, 'Zora Quill', 'zq', 1);
      const others = inOrder.filter(
        (table) => entryOf(table).rows !== undefined && table !== 'intent_driver_id',
      );
      for (const table of others) await give(table, 'Kept Person', 'kept', 2);
      // The name itself, which the texts have in them.
      await sql`update gateway.gps_driver set first_name = 'Zora', last_name = 'Quill'
        where account = ${ACME} and gps_id = 'zq'`.execute(db());
      const before = await everything();

      const trace = await traceDriver(db(), ACME, { gpsId: 'zq' });
      const exported = JSON.stringify(await exportDriver(db(), trace));
      const hers = words.filter(
        (word) => word.startsWith('Zora') && !/gps_driver\.(first|last)_name$/.test(word),
      );
      expect(hers.length).toBeGreaterThan(40);
      expect(hers.filter((word) => !exported.includes(word))).toEqual([]);

      expect(await forgetDriver(db(), trace)).toMatchObject({ erased: { gps_driver: 1, event: 1 } });
      const after = await everything();
      expect(after.filter((row) => /Zora|Quill|\bzq\b/.test(row))).toEqual([]);
      const theirs = (all: readonly string[]) => all.filter((row) => row.includes('kept'));
      expect(theirs(after)).toEqual(theirs(before));
      expect(theirs(after)).toHaveLength(others.length);
    });

    it('leaves a person alone who has taken over a DriverID since', async () => {
      const other = accountId('other');
      await insert('account', { account: other });
      const event = { account: other, type: 'DRIVERI_DRIVER_REMOVED', at: 1, message: 'm' };
      await insert('event', {
        ...event,
        seq: 1,
        driver_key: 'gone-1',
        gps_id: 'gone',
        driver_id: 'TX-1',
        driver_name: 'Former Holder',
      });
      await insert('gps_driver', {
        account: other,
        gps_id: 'now',
        first_name: 'Present',
        last_name: 'Holder',
        driver_id: 'TX-1',
        driver_id_state: 'known',
        version: 'v',
        presence: 'present',
        observed_at: 1,
      });
      await insert('link', { account: other, gps_id: 'now', driver_id: 'TX-1', linked_at: 1 });
      await insert('driver', {
        account: other,
        key: 'now-1',
        gps_id: 'now',
        driver_id: 'TX-1',
        created_at: 1,
        presence: 'BOTH',
        status: 'IN_SYNC',
        full_name: 'Present Holder',
        name_key: 'n',
        reference_key: 'r',
        driver_id_key: 'd',
        search_text: 's',
        version: 'v',
      });

      const trace = await traceDriver(db(), other, { gpsId: 'gone' });
      expect(trace).toMatchObject({ keys: ['gone-1'], gpsIds: ['gone'], driverIds: [] });
      expect(await forgetDriver(db(), trace)).toMatchObject({ erased: { event: 1, link: 0, driver: 0 } });
      expect(await traceDriver(db(), other, { driverId: 'TX-1' })).toMatchObject({
        keys: ['now-1'],
        gpsIds: ['now'],
      });
    });
  },
  { migrations },
);
