import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { AccountId } from '../../driver/ids';
import type { DriverQueryFilter } from '../../gateway/queries';
import { foldText } from '../../driver/driver-status';

/** More words than this in a search are left out: each narrows what is found, so nothing is lost but precision. */
const MAX_WORDS = 8;

/** A search made of these only may be a phone number, however it is written. */
const PHONE_LIKE = /^[\d\s()+./-]+$/;
const MIN_PHONE_DIGITS = 3;

/**
 * Which rows of `gateway.driver d` an account's list shows, as SQL. Reads the toggle first where statuses are asked for: while
 * Driver Sync is off, every driver's status is OFF.
 */
export async function driverCondition(
  db: QueryExecutorProvider,
  account: AccountId,
  filter: DriverQueryFilter,
): Promise<RawBuilder<unknown>> {
  const parts = [sql`d.account = ${account} and d.listed`];
  if (filter.search !== undefined) parts.push(...searchConditions(filter.search));
  if (filter.presence) parts.push(sql`d.presence = any(${[...filter.presence]}::text[])`);
  if (filter.status) parts.push(await statusCondition(db, account, filter.status));
  if (filter.group !== undefined) parts.push(await groupCondition(db, account, filter.group));
  if (filter.driveriDriverId !== undefined) parts.push(driverIdCondition(account, filter.driveriDriverId));
  if (filter.referenceId !== undefined)
    parts.push(sql`d.reference_key = ${foldText(filter.referenceId.trim())}`);
  return sql.join(parts, sql` and `);
}

/** Whether Driver Sync is on; an account without a row is off. */
export async function isEnabled(db: QueryExecutorProvider, account: AccountId): Promise<boolean> {
  const { rows } = await sql<{ enabled: boolean }>`
    select enabled from gateway.account where account = ${account}`.execute(db);
  return rows[0]?.enabled ?? false;
}

/**
 * Every word has to be somewhere, in any order; one of a letter or two has to begin a word: an index of trigrams finds the
 * beginnings of words, and no shorter text. A phone number is also found by its digits.
 */
function searchConditions(search: string): readonly RawBuilder<unknown>[] {
  const words = foldText(search)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const everyWord = sql.join(words.slice(0, MAX_WORDS).map(hasWord), sql` and `);
  const digits = search.replace(/\D/g, '');
  const isPhone = PHONE_LIKE.test(search) && digits.length >= MIN_PHONE_DIGITS;
  return [isPhone ? sql`((${everyWord}) or ${contains(digits)})` : sql`(${everyWord})`];
}

/** Whether a search finds beginnings of words only. */
export const isShort = (word: string): boolean => [...word].length < 3;

function hasWord(word: string): RawBuilder<unknown> {
  return isShort(word) ? beginsWord(word) : contains(word);
}

/** What a word may begin after: a space, or a mark within a name or number, as in "d-4711" and "o'brien". */
const BEFORE_WORDS = ['% ', '%-', "%'"];

/** One pattern for each: the index of trigrams finds no word by a regular expression that has all of them. */
export function beginsWord(text: string): RawBuilder<unknown> {
  const pattern = `${escapeLike(text)}%`;
  const begins = ['', ...BEFORE_WORDS].map((before) => sql`d.search_text like ${before + pattern}`);
  return sql`(${sql.join(begins, sql` or `)})`;
}

function contains(text: string): RawBuilder<unknown> {
  return sql`d.search_text like ${`%${escapeLike(text)}%`}`;
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

async function statusCondition(
  db: QueryExecutorProvider,
  account: AccountId,
  statuses: NonNullable<DriverQueryFilter['status']>,
): Promise<RawBuilder<unknown>> {
  if (await isEnabled(db, account)) return sql`d.status = any(${[...statuses]}::text[])`;
  return statuses.includes('OFF') ? sql`true` : sql`false`;
}

/** A group with more members than this is walked past: a page of it is soon full. */
const FEW_MEMBERS = 1_000;

/**
 * In a group. The planner does not know how many members a group has, nor that they may all stand at the end of the list: so those
 * of a small group are looked up first, by the index on groups. A large one is asked about driver by driver.
 */
async function groupCondition(
  db: QueryExecutorProvider,
  account: AccountId,
  group: string,
): Promise<RawBuilder<unknown>> {
  const members = sql`
    select gps_id from gateway.gps_driver
    where account = ${account} and presence <> 'gone' and groups @> ${[group]}::text[]`;
  const { rows } = await sql<{ gps_ids: readonly string[] }>`
    select coalesce(array_agg(gps_id), '{}') as gps_ids
    from (${members} limit ${FEW_MEMBERS + 1}) few`.execute(db);
  const ids = rows[0]?.gps_ids ?? [];
  if (ids.length <= FEW_MEMBERS) return sql`d.gps_id = any(${[...ids]}::text[])`;
  // The offset keeps the planner from reading all members first.
  return sql`exists (
    select from gateway.gps_driver m
    where m.account = ${account} and m.gps_id = d.gps_id and m.presence <> 'gone' and m.groups @> ${[group]}::text[]
    offset 0)`;
}

/** The one that is shown: GPS's where it has one, else Driveri's. Compared exactly, case included; the folded key is for the index. */
export function driverIdCondition(account: AccountId, id: string): RawBuilder<unknown> {
  const exact = id.normalize('NFC').trim();
  return sql`d.driver_id_key = ${foldText(exact)} and ${exact} = coalesce(
    (select g.driver_id from gateway.gps_driver g
     where g.account = ${account} and g.gps_id = d.gps_id and g.driver_id_state = 'known'), d.driver_id)`;
}
