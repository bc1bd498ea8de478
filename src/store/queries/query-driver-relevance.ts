import { sql, type RawBuilder } from 'kysely';
import { foldText } from '../../driver/driver-status';
import { beginsWord, isShort } from './query-driver-filter';

/**
 * How well a driver matches a search, best first: a name, DriverID or Ref ID is exactly what was searched for (0); a word of
 * the driver's texts begins with it (1); it is somewhere (2). Each rank is a list of its own, sorted by name, so that a page
 * stays a walk along an index: the ranks are read one after the other until the page is full.
 */
const RANKS = [0, 1, 2] as const;

export type Rank = (typeof RANKS)[number];

/** The ranks that a search has: a short one finds nothing but beginnings of words. */
export function ranksOf(search: string): readonly Rank[] {
  return isShort(foldText(search).trim()) ? [0, 1] : RANKS;
}

/** The condition that holds for the rows `d` of one rank, and for no other's. */
export function rankCondition(search: string, rank: Rank): RawBuilder<unknown> {
  const { isExact, isPrefix } = conditions(search);
  switch (rank) {
    case 0:
      return isExact;
    case 1:
      return sql`${isPrefix} and not ${isExact}`;
    case 2:
      return sql`not ${isPrefix} and not ${isExact}`;
  }
}

/** The rank of a row `d`, as a value. */
export function rankOf(search: string): RawBuilder<unknown> {
  const { isExact, isPrefix } = conditions(search);
  return sql`(case when ${isExact} then 0 when ${isPrefix} then 1 else 2 end)`;
}

function conditions(search: string) {
  const text = foldText(search).trim().replace(/\s+/g, ' ');
  const pattern = text.replace(/[\\%_]/g, '\\$&');
  return {
    isExact: sql`(d.name_key = ${text} or d.driver_id_key = ${text} or d.reference_key = ${text})`,
    isPrefix: isShort(text)
      ? beginsWord(text)
      : sql`(d.search_text like ${`${pattern}%`} or d.search_text like ${`% ${pattern}%`})`,
  };
}
