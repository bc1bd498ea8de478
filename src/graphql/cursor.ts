import { z } from 'zod';
import { runId, type RunId } from '../driver/ids';
import type { DriverPosition, DriverSort, HeldItemPosition } from '../gateway/queries';
import { apiError } from './answers/api-error';

/**
 * Cursors are opaque to clients and untrusted to us: base64url of a JSON array that starts with the kind of list. They say a
 * place, not a row, so that they survive what is inserted and removed between two pages.
 */
const MAX_LENGTH = 8_000;

const safeNumber = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const storable = z.string().refine((text) => !text.includes('\0') && isWellFormed(text));
const key = z.string().regex(/^[\x21-\x7e]{1,200}$/);

const driverCursor = z.tuple([
  z.literal('driver'),
  z.enum(['NAME', 'REFERENCE_ID', 'DRIVERI_DRIVER_ID', 'LAST_SYNCED_AT', 'STATUS']),
  z.boolean(),
  z.union([storable, safeNumber]),
  key,
]);
const relevanceCursor = z.tuple([
  z.literal('driver'),
  z.literal('RELEVANCE'),
  z.literal(false),
  storable,
  key,
  z.number().int().min(0).max(2),
]);
const eventCursor = z.tuple([z.literal('event'), safeNumber]);
const runCursor = z.tuple([z.literal('run'), key]);
const itemCursor = z.tuple([z.literal('item'), safeNumber]);
const heldItemCursor = z.tuple([z.literal('held'), safeNumber, key, safeNumber]);

/** A place in a list of drivers, good for that order only. */
export function encodeDriverCursor(sort: DriverSort, descending: boolean, place: DriverPosition): string {
  const rank = sort === 'RELEVANCE' ? [place.rank ?? 0] : [];
  return encode(['driver', sort, descending, place.value, place.key, ...rank]);
}

/** Throws `INVALID_CURSOR` for what is none, or belongs to another order. */
export function decodeDriverCursor(
  argument: string,
  cursor: string,
  sort: DriverSort,
  descending: boolean,
): DriverPosition {
  const [, cursorSort, isDescending, value, driver, rank] = decode(
    z.union([driverCursor, relevanceCursor]),
    argument,
    cursor,
  );
  const wantsNumber = sort === 'LAST_SYNCED_AT' || sort === 'STATUS';
  if (cursorSort !== sort || isDescending !== descending || (typeof value === 'number') !== wantsNumber) {
    throw invalid(argument, 'It belongs to a list in another order.');
  }
  return { value, key: driver, ...(rank !== undefined && { rank }) };
}

/** A place in the log: also what `syncEvents(after)` resumes from. */
export function encodeEventCursor(seq: number): string {
  return encode(['event', seq]);
}

export function decodeEventCursor(argument: string, cursor: string): number {
  return decode(eventCursor, argument, cursor)[1];
}

export function encodeRunCursor(run: RunId): string {
  return encode(['run', run]);
}

export function decodeRunCursor(argument: string, cursor: string): RunId {
  return runId(decode(runCursor, argument, cursor)[1]);
}

export function encodeItemCursor(position: number): string {
  return encode(['item', position]);
}

export function decodeItemCursor(argument: string, cursor: string): number {
  return positionOf(argument, decode(itemCursor, argument, cursor)[1]);
}

/** A place in the list of everything that is held. */
export function encodeHeldItemCursor(place: HeldItemPosition): string {
  return encode(['held', place.runStartedAt, place.run, place.position]);
}

/** Throws `INVALID_CURSOR` for what is none. */
export function decodeHeldItemCursor(argument: string, cursor: string): HeldItemPosition {
  const [, runStartedAt, run, position] = decode(heldItemCursor, argument, cursor);
  return { runStartedAt, run: runId(run), position: positionOf(argument, position) };
}

/** Postgres' integer: what does not fit is no position. */
function positionOf(argument: string, position: number): number {
  if (position > 2_147_483_647) throw invalid(argument, 'It was not made by this API.');
  return position;
}

function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function decode<Parts extends z.ZodType>(shape: Parts, argument: string, cursor: string): z.output<Parts> {
  const result = cursor.length > MAX_LENGTH ? undefined : shape.safeParse(parseJson(cursor));
  if (!result?.success || encode(Object.values(result.data as object)) !== cursor) {
    throw invalid(argument, 'It was not made by this API for this list.');
  }
  return result.data;
}

function parseJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Whether the text has no half of a surrogate pair: such a text cannot be stored. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function invalid(argument: string, why: string) {
  return apiError('INVALID_CURSOR', `"${argument}" is not a cursor of this list. ${why}`, { argument });
}
