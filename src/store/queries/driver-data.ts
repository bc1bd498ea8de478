import { sql, type RawBuilder } from 'kysely';
import type { AccountId } from '../../driver/ids';
import type { GatewayDb } from '../database/tables';
import { ERASED, PERSONAL_TABLES, type DriverTrace, type Mention } from './personal-data';

/** How a driver is named whose data is asked for: by either portal's id, or by the key of the unified driver. */
export interface DriverName {
  readonly gpsId?: string;
  readonly driverId?: string;
  readonly key?: string;
}

/** Why a driver cannot be forgotten now. */
export type Refusal = 'in-gps' | 'work-pending';

/** How many rows were erased, or changed, by table. */
export type Erased = Readonly<Record<string, number>>;

type Row = Readonly<Record<string, unknown>>;

/**
 * Finds a person: through their unified drivers, their links, and what the log says of a driver who is there no more. A DriverID
 * that the log tells of is another person's when another GPS driver has it by now.
 */
export async function traceDriver(db: GatewayDb, account: AccountId, name: DriverName): Promise<DriverTrace> {
  const { gpsId = null, driverId = null, key = null } = name;
  const { rows } = await sql<{ keys: string[]; gps_ids: string[]; driver_ids: string[] }>`
    with named as (
      select ${gpsId}::text as gps_id, ${driverId}::text as driver_id, ${key}::text as key
    ), found as (
      select d.key, d.gps_id, d.driver_id from gateway.driver d, named n
      where d.account = ${account} and (d.gps_id = n.gps_id or d.driver_id = n.driver_id or d.key = n.key or d.merged_into = n.key)
      union select null, l.gps_id, l.driver_id from gateway.link l, named n
      where l.account = ${account} and (l.gps_id = n.gps_id or l.driver_id = n.driver_id)
      union select e.driver_key, e.gps_id, e.driver_id from gateway.event e, named n
      where e.account = ${account} and (e.gps_id = n.gps_id or (e.gps_id is null and e.driver_id = n.driver_id) or e.driver_key = n.key)
      union select null, g.gps_id, null from gateway.gps_driver g, named n where g.account = ${account} and g.gps_id = n.gps_id
      union select null, null, r.driver_id from gateway.driveri_driver r, named n
      where r.account = ${account} and r.driver_id = n.driver_id
    ), gps_ids as (
      select distinct gps_id from found where gps_id is not null
    ), driver_ids as (
      select distinct f.driver_id from found f where f.driver_id is not null
        and not exists (select from gateway.link l where l.account = ${account} and l.driver_id = f.driver_id
          and l.gps_id not in (select gps_id from gps_ids))
        and not exists (select from gateway.driver d where d.account = ${account} and d.driver_id = f.driver_id
          and d.gps_id not in (select gps_id from gps_ids))
    ), keys as (
      select key from found where key is not null
      union select d.key from gateway.driver d where d.account = ${account}
        and (d.gps_id in (select gps_id from gps_ids) or d.driver_id in (select driver_id from driver_ids)
          or d.merged_into in (select key from found))
    )
    select (select coalesce(array_agg(key), '{}') from keys) as keys,
      (select coalesce(array_agg(gps_id), '{}') from gps_ids) as gps_ids,
      (select coalesce(array_agg(driver_id), '{}') from driver_ids) as driver_ids`.execute(db);
  const row = rows[0];
  return { account, keys: row?.keys ?? [], gpsIds: row?.gps_ids ?? [], driverIds: row?.driver_ids ?? [] };
}

/**
 * Everything that the database holds about a person, by table, rows as they are stored; under `mentions`, what rows about others
 * or about the whole account say of them.
 */
export async function exportDriver(
  db: GatewayDb,
  trace: DriverTrace,
): Promise<Readonly<Record<string, readonly Row[]>>> {
  const found: Record<string, readonly Row[]> = {};
  for (const [table, { rows }] of Object.entries(PERSONAL_TABLES)) {
    if (rows === undefined) continue;
    const result = await sql<Row>`select * from ${named(table)} where ${rows(trace)}`.execute(db);
    found[table] = result.rows;
  }
  const names = await namesOf(db, trace);
  const mentions: Row[] = [];
  for (const mention of mentionsOf(trace, names)) {
    const result =
      await sql<Row>`select ${mention.table}::text as "table", ${mention.column}::text as "column",
      ${sql.ref(mention.column)} as value from ${named(mention.table)}
      where ${mention.condition} and not ${aboutPerson(mention.table, trace)}`.execute(db);
    mentions.push(...result.rows);
  }
  return { ...found, mentions: withoutDoubles(mentions) };
}

/**
 * Erases a person in one transaction: rows about them go; in the log and in runs, whose numbers and order others rely on, rows stay
 * and what is personal in them goes; their names and e-mails go from what is said about others. Refused while GPS lists the
 * driver, or while something of theirs is under way: it would come back.
 */
export async function forgetDriver(
  db: GatewayDb,
  trace: DriverTrace,
): Promise<{ readonly refused: Refusal } | { readonly erased: Erased }> {
  return db.transaction().execute(async (tx) => {
    // An owner shares this row in each of its transactions: none is under way from here on.
    await sql`select from gateway.account where account = ${trace.account} for update`.execute(tx);
    const refused = await refusalOf(tx, trace);
    if (refused !== null) return { refused };
    const names = await namesOf(tx, trace);
    return { erased: { ...(await eraseRows(tx, trace)), mentions: await eraseMentions(tx, trace, names) } };
  });
}

async function refusalOf(db: GatewayDb, trace: DriverTrace): Promise<Refusal | null> {
  const { account, gpsIds } = trace;
  const { rows } = await sql<{ listed: boolean; pending: boolean }>`
    select exists (select from gateway.gps_driver where account = ${account} and gps_id = any(${gpsIds}::text[])
        and presence <> 'gone') as listed,
      exists (select from gateway.driveri_intent where account = ${account} and gps_id = any(${gpsIds}::text[])
        and state <> 'closed')
      or exists (select from gateway.removal where account = ${account} and gps_id = any(${gpsIds}::text[])
        and state in ('proposed', 'allowed', 'held', 'approved', 'sending'))
      or exists (select from gateway.gps_mark where account = ${account} and gps_id = any(${gpsIds}::text[]))
      or exists (select from gateway.owner_request where answered_at is null and ${aboutPerson('owner_request', trace)})
        as pending`.execute(db);
  if (rows[0]?.listed === true) return 'in-gps';
  return rows[0]?.pending === true ? 'work-pending' : null;
}

/** Full names and e-mails, the longest first: a part of one must not be replaced before the whole. */
async function namesOf(db: GatewayDb, trace: DriverTrace): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string | null }>`
    select concat_ws(' ', first_name, last_name) as name from gateway.gps_driver where ${aboutPerson('gps_driver', trace)}
    union select email from gateway.gps_driver where ${aboutPerson('gps_driver', trace)}
    union select concat_ws(' ', first_name, last_name) from gateway.driveri_driver where ${aboutPerson('driveri_driver', trace)}
    union select email from gateway.driveri_driver where ${aboutPerson('driveri_driver', trace)}
    union select full_name from gateway.driver where ${aboutPerson('driver', trace)}
    union select driver_name from gateway.event where ${aboutPerson('event', trace)}
    union select driver_name from gateway.sync_run_item where ${aboutPerson('sync_run_item', trace)}`.execute(
    db,
  );
  const names = rows.flatMap(({ name }) => (name !== null && name.trim().length >= 3 ? [name] : []));
  return names.sort((one, other) => other.length - one.length);
}

async function eraseRows(db: GatewayDb, trace: DriverTrace): Promise<Erased> {
  const erased: Record<string, number> = {};
  for (const [table, { rows, own }] of Object.entries(PERSONAL_TABLES)) {
    if (rows === undefined || own === undefined) continue;
    const statement =
      own === 'erased with the row'
        ? sql`delete from ${named(table)} where ${rows(trace)}`
        : sql`update ${named(table)} set ${sql.join(
            Object.entries(own).map(([column, value]) => sql`${sql.ref(column)} = ${literal(value)}`),
          )} where ${rows(trace)}`;
    erased[table] = await count(db, statement);
  }
  return erased;
}

/** Where others' texts name the person: a conflict names both sides. */
async function eraseMentions(db: GatewayDb, trace: DriverTrace, names: readonly string[]): Promise<number> {
  let erased = 0;
  for (const { table, column, replacement, condition } of mentionsOf(trace, names)) {
    erased += await count(
      db,
      sql`update ${named(table)} set ${sql.ref(column)} = ${replacement} where ${condition}`,
    );
  }
  return erased;
}

interface MentionOfPerson {
  readonly table: string;
  readonly column: string;
  readonly condition: RawBuilder<boolean>;
  readonly replacement: RawBuilder<unknown>;
}

/** Each place where each name may stand, with what would take its place. */
function mentionsOf(trace: DriverTrace, names: readonly string[]): readonly MentionOfPerson[] {
  return Object.entries(PERSONAL_TABLES).flatMap(([table, { mentions = {} }]) =>
    Object.entries(mentions).flatMap(([column, mention]) =>
      (mention === 'gps-ids' ? trace.gpsIds : names).map((name) => ({
        table,
        column,
        ...mentionIn(mention, sql.ref(column), name, trace),
      })),
    ),
  );
}

function mentionIn(
  mention: Mention,
  column: RawBuilder<unknown>,
  name: string,
  { account }: DriverTrace,
): Pick<MentionOfPerson, 'condition' | 'replacement'> {
  if (mention === 'gps-ids') {
    return {
      condition: sql`account = ${account} and ${column} @> to_jsonb(${name}::text)`,
      replacement: sql`${column} - ${name}::text`,
    };
  }
  if (mention === 'text') {
    return {
      condition: sql`account = ${account} and position(${name}::text in ${column}) > 0`,
      replacement: sql`replace(${column}, ${name}::text, ${ERASED}::text)`,
    };
  }
  // As it stands in JSON, where quotes and backslashes are escaped.
  const json = JSON.stringify(name).slice(1, -1);
  return {
    condition: sql`account = ${account} and position(${json}::text in ${column}::text) > 0`,
    replacement: sql`replace(${column}::text, ${json}::text, ${ERASED}::text)::jsonb`,
  };
}

function aboutPerson(table: string, trace: DriverTrace): RawBuilder<boolean> {
  const condition = PERSONAL_TABLES[table]?.rows?.(trace) ?? sql<boolean>`false`;
  return sql`coalesce((${condition}), false)`;
}

const named = (table: string) => sql.table(`gateway.${table}`);

/** As a literal, which takes the type of its column, whether that is a text or a document. */
const literal = (value: string | null) => (value === null ? sql`null` : sql.lit(value));

const withoutDoubles = (rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.map((row) => [JSON.stringify(row), row])).values(),
];

async function count(db: GatewayDb, statement: RawBuilder<unknown>): Promise<number> {
  return Number((await statement.execute(db)).numAffectedRows ?? 0);
}
