import type { DriverIdReading, GpsDriver } from '../../driver/gps-driver';
import { gpsId, readDriverId, type GpsId } from '../../driver/ids';
import { parseJson } from '../json-body';
import { Unreadable } from '../portal-failure';

/** What an envelope says (portals.md, 1). `data` is not looked into yet. */
export type GpsEnvelope =
  | { readonly status: 'OK'; readonly data: unknown }
  | { readonly status: 'ERROR'; readonly code: string | null; readonly text: string | null };

/** A row of `driver/list`. `driverIdField` is what stands under the DriverID's name: undefined when the row lacks it. */
export interface GpsRow {
  readonly gpsId: GpsId;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly timeZone: string | null;
  readonly referenceId: string | null;
  readonly driverIdField: unknown;
}

/** What `driver/create` answers. */
export interface GpsCreated {
  readonly gpsId: GpsId;
  readonly undeleted: boolean;
}

/**
 * Reads an envelope. An error's text is under `message` (D) or `error` (C), its code a number or a text (D, C). Throws
 * `Unreadable` for anything else: an empty body or a page is a failed call, never an empty list (I).
 */
export function parseEnvelope(body: string): GpsEnvelope {
  const envelope = asObject(parseJson(body), 'the envelope');
  const head = asObject(envelope['head'], 'head');
  const errors = Array.isArray(envelope['errors']) ? (envelope['errors'] as readonly unknown[]) : []; // checked one by one
  const status = typeof head['status'] === 'string' ? head['status'].toUpperCase() : '';
  if (status === 'ERROR' || errors.length > 0) return { status: 'ERROR', ...firstError(errors) };
  if (status !== 'OK') throw new Unreadable('head tells no status');
  return { status: 'OK', data: envelope['data'] };
}

/** The session's token (D). */
export function parseLogin(data: unknown): string {
  const token = asObject(data, 'data')['token'];
  if (typeof token !== 'string' || token === '') throw new Unreadable('the log-in tells no token');
  return token;
}

/**
 * The rows of `driver/list` and `drivergroup/listmembers` (D), each driver once. A row that cannot be read, or one driver in
 * two versions, makes the list unreadable as a whole: who is left out would look deleted.
 */
export function parseDrivers(data: unknown, driverIdName: string | null): readonly GpsRow[] {
  const rows = new Map<GpsId, GpsRow>();
  for (const item of asArray(data, 'the list of drivers')) {
    const row = parseRow(asObject(item, 'a driver'), driverIdName);
    const twin = rows.get(row.gpsId);
    if (twin !== undefined && !sameRow(twin, row))
      throw new Unreadable('a driver is told twice, differently');
    rows.set(row.gpsId, row);
  }
  return [...rows.values()];
}

/** `drivergroup/list` (D): the groups' names. */
export function parseGroups(data: unknown): readonly string[] {
  return asArray(data, 'the list of groups').map((item) => {
    const name = textOf(asObject(item, 'a group')['group'], 'a group');
    if (name === null) throw new Unreadable('a group has no name');
    return name;
  });
}

/**
 * The value of an attribute by `driver/getattributes` (D); null when the driver has none by that key. Throws `Unreadable`
 * for another driver's attributes.
 */
export function parseAttribute(data: unknown, id: GpsId, key: string): unknown {
  const rows = asArray(data, 'the list of attributes').map((item) => asObject(item, 'an attribute'));
  if (rows.some((row) => row['id'] !== undefined && idOf(row['id']) !== id)) {
    throw new Unreadable('the attributes are those of another driver');
  }
  const row = rows.find((one) => textOf(one['key'], 'a key')?.toLowerCase() === key.toLowerCase());
  return row?.['value'] ?? null;
}

/** `[{driver_id, result}]` (D) or `{id, message}` (C). */
export function parseCreated(data: unknown): GpsCreated {
  const answer = asObject(Array.isArray(data) ? data[0] : data, 'what was created');
  const said = textOf(answer['result'] ?? answer['message'], 'the result') ?? '';
  return { gpsId: idOf(answer['driver_id'] ?? answer['id']), undeleted: /undelet/i.test(said) };
}

/** A row as a driver, with what is known of their DriverID. */
export function toGpsDriver(row: GpsRow, driverId: DriverIdReading): GpsDriver {
  const { driverIdField: _, ...fields } = row;
  return { ...fields, driverId };
}

/** What a DriverID field's or attribute's value means: text or a number, empty, or nothing that could be one. */
export function toDriverIdReading(value: unknown): DriverIdReading {
  if (value === null || value === undefined) return { state: 'empty' };
  if (typeof value !== 'string' && typeof value !== 'number') return { state: 'unknown' };
  const id = readDriverId(String(value));
  return id === null ? { state: 'empty' } : { state: 'known', value: id };
}

function parseRow(row: WireObject, driverIdName: string | null): GpsRow {
  return {
    gpsId: idOf(row['id']),
    firstName: textOf(row['firstname'], 'firstname'),
    lastName: textOf(row['lastname'], 'lastname'),
    email: textOf(row['email'], 'email'),
    phone: textOf(row['phone'], 'phone'),
    timeZone: textOf(row['timezone'], 'timezone'),
    referenceId: textOf(row['ref_id'], 'ref_id'),
    driverIdField: driverIdName === null ? undefined : row[driverIdName],
  };
}

function sameRow(one: GpsRow, other: GpsRow): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function firstError(errors: readonly unknown[]): {
  readonly code: string | null;
  readonly text: string | null;
} {
  const error = errors[0];
  if (typeof error === 'string') return { code: null, text: error };
  if (typeof error !== 'object' || error === null) return { code: null, text: null };
  const { code, message, error: text } = error as WireObject; // an object, checked above
  return { code: plainText(code), text: plainText(message) ?? plainText(text) };
}

type WireObject = Readonly<Record<string, unknown>>;

function asObject(value: unknown, what: string): WireObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Unreadable(`${what} is not an object`);
  }
  return value as WireObject; // checked above
}

function asArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unreadable(`${what} is not a list`);
  return value;
}

/** An id as a number or as text (D): as text. */
function idOf(value: unknown): GpsId {
  const text = plainText(value)?.trim() ?? '';
  if (text === '') throw new Unreadable('a driver has no id');
  return gpsId(text);
}

/** Text, trimmed; null for none. */
function textOf(value: unknown, what: string): string | null {
  if (value === null || value === undefined) return null;
  const text = plainText(value);
  if (text === null) throw new Unreadable(`${what} is not a text`);
  return text.trim() === '' ? null : text.trim();
}

function plainText(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
