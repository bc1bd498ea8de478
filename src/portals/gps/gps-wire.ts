import { z } from 'zod';
import type { DriverIdReading, GpsDriver } from '../../driver/gps-driver';
import { gpsId, readDriverId, type GpsId } from '../../driver/ids';
import {
  NONE_SET_ASIDE,
  NOTHING_CLEANED,
  type CleanedRows,
  type SetAsideRow,
} from '../../driver/ports/portal-rows';
import { inSlices } from '../../platform/in-slices';
import { textOfJson } from '../json-body';
import { listIn, rawText, wireText } from '../json-shapes';
import { Unreadable } from '../portal-failure';
import { isFitIdentity, toStorable, type TextRule } from '../storable-text';

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

/** A list of drivers: the rows that can be read, each driver once, and what became of the others. */
export interface GpsRows {
  readonly rows: readonly GpsRow[];
  readonly setAside: readonly SetAsideRow[];
  readonly cleaned: CleanedRows;
}

/** The groups that a user sees. `count` includes groups whose names cannot be read. */
export interface GpsGroupNames {
  readonly names: readonly string[];
  readonly count: number;
}

/** What `driver/create` answers. */
export interface GpsCreated {
  readonly gpsId: GpsId;
  readonly undeleted: boolean;
}

/** The fields of a row, by our names: the portal's key, and how its text is read. */
const FIELDS = {
  firstName: { key: 'firstname', name: 'first name', most: 255, entities: true },
  lastName: { key: 'lastname', name: 'last name', most: 255, entities: true },
  email: { key: 'email', name: 'e-mail', most: 320, entities: true },
  phone: { key: 'phone', name: 'phone', most: 64 },
  timeZone: { key: 'timezone', name: 'time zone', most: 64 },
  referenceId: { key: 'ref_id', name: 'Ref ID', most: 255 },
} as const satisfies Readonly<Record<string, TextRule & { readonly key: string }>>;
type Field = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as readonly Field[]; // its own keys

const ID: TextRule = { name: 'id', most: 64 };
const DRIVER_ID: TextRule = { name: 'DriverID', most: 255 };

const optionalText = rawText.nullish();
const rowSchema = z.object({
  id: rawText,
  firstname: optionalText,
  lastname: optionalText,
  email: optionalText,
  phone: optionalText,
  timezone: optionalText,
  ref_id: optionalText,
});
const idSchema = z.object({ id: wireText });
const loginSchema = z.object({ token: z.string().min(1) });
const groupSchema = z.object({ group: wireText });
const attributeSchema = z.object({ id: wireText.nullish(), key: wireText, value: z.unknown().optional() });
const methodSchema = z.object({ name: wireText });
const createdSchema = z.object({
  driver_id: wireText.nullish(),
  id: wireText.nullish(),
  result: wireText.nullish().catch(null),
  message: wireText.nullish().catch(null),
});

/** The session's token (D). */
export function parseLogin(data: unknown): string {
  const result = loginSchema.safeParse(data);
  if (!result.success) throw new Unreadable('the log-in tells no token');
  return result.data.token;
}

/**
 * The rows of `driver/list` (D). A row that cannot be read, or that one driver has in two versions, is set aside: the others
 * go on. Throws `Unreadable` when there is no list.
 */
export async function parseDrivers(data: unknown, driverIdName: string | null): Promise<GpsRows> {
  const list = listIn(data, ['id', 'lastname']);
  if (list === null) throw new Unreadable('the list of drivers is not a list');
  const seen = new SeenRows();
  await inSlices(list, (item) => seen.add(parseRow(item, driverIdName)));
  return seen.rows();
}

/** The GPS ids of `drivergroup/listmembers` (D); a row without one is passed over. */
export function parseMembers(data: unknown): readonly GpsId[] {
  const list = listIn(data, ['id', 'lastname']);
  if (list === null) throw new Unreadable('the list of members is not a list');
  return [...new Set(list.flatMap((item) => readGpsId(item) ?? []))];
}

/** `drivergroup/list` (D). */
export function parseGroups(data: unknown): GpsGroupNames {
  const list = listIn(data, ['group']);
  if (list === null) throw new Unreadable('the list of groups is not a list');
  const names = list.flatMap((item) => {
    const result = groupSchema.safeParse(item);
    const name = result.success ? toStorable(result.data.group, { name: 'group', most: 255 }) : null;
    // A group is addressed by its name: one that had to be changed addresses nothing.
    return name?.text == null || name.unfit !== null || name.changes.length > 0 ? [] : [name.text];
  });
  return { names, count: list.length };
}

/**
 * The value of an attribute by `driver/getattributes` (D); null when the driver has none by that key. Throws `Unreadable`
 * for another driver's attributes.
 */
export function parseAttribute(data: unknown, id: GpsId, key: string): unknown {
  const list = listIn(data, ['key']);
  if (list === null) throw new Unreadable('the list of attributes is not a list');
  const rows = list.flatMap((item) => attributeSchema.safeParse(item).data ?? []);
  if (rows.some((row) => row.id != null && row.id.trim() !== id)) {
    throw new Unreadable('the attributes are those of another driver');
  }
  const row = rows.find((one) => one.key.trim().toLowerCase() === key.toLowerCase());
  // An attribute that cannot be read may be the one that was asked for.
  if (row === undefined && rows.length < list.length) throw new Unreadable('an attribute has another shape');
  return row?.value ?? null;
}

/** The names of a list's fields, of all rows together; a name that is none (a text with spaces at its ends, say) is left out. */
export function parseFieldNames(data: unknown): readonly string[] {
  const rows = listIn(data, ['id', 'lastname']) ?? [];
  const names = new Set<string>();
  for (const row of rows) {
    if (typeof row !== 'object' || row === null) continue;
    for (const name of Object.keys(row)) if (isName(name)) names.add(name);
  }
  return [...names];
}

/** The keys of `driver/getattributes` (D). */
export function parseAttributeKeys(data: unknown): readonly string[] {
  const list = listIn(data, ['key']);
  if (list === null) throw new Unreadable('the list of attributes is not a list');
  return list.flatMap((item) => attributeSchema.safeParse(item).data?.key.trim() ?? []).filter(isName);
}

/** The names of a class's methods, by `{class}/methods` (C). */
export function parseMethodNames(data: unknown): readonly string[] {
  const list = listIn(data, ['name']);
  if (list === null) throw new Unreadable('the list of methods is not a list');
  return list.flatMap((item) => methodSchema.safeParse(item).data?.name.trim().toLowerCase() ?? []);
}

/** Short, and nothing but what names are made of: whatever else stands there is not repeated. */
const isName = (text: string): boolean => /^[\p{L}_][\p{L}\p{N}_ .-]{0,63}$/u.test(text);

/** `[{driver_id, result}]` (D) or `{id, message}` (C). */
export function parseCreated(data: unknown): GpsCreated {
  const result = createdSchema.safeParse(listIn(data, ['driver_id', 'id'])?.[0]);
  const created = result.success ? result.data : null;
  const id = idOf(created?.driver_id ?? created?.id ?? '');
  if (id === null) throw new Unreadable('what was created has no id');
  return { gpsId: id, undeleted: /undelet/i.test(created?.result ?? created?.message ?? '') };
}

/** A row as a driver, with what is known of their DriverID. */
export function toGpsDriver(row: GpsRow, driverId: DriverIdReading): GpsDriver {
  const { driverIdField: _, ...fields } = row;
  return { ...fields, driverId };
}

/**
 * What a DriverID field's or attribute's value means: text or a number, empty, or nothing that could be one. A text that
 * would have to be changed to be stored is `unknown`: an altered identity is none.
 */
export function toDriverIdReading(value: unknown): DriverIdReading {
  if (value === null || value === undefined) return { state: 'empty' };
  const text = textOfJson(value);
  if (text === null || !isFitIdentity(text.trim(), DRIVER_ID)) return { state: 'unknown' };
  const id = readDriverId(text);
  return id === null ? { state: 'empty' } : { state: 'known', value: id };
}

/** A row that was read, with what was changed in it; or why it was not. */
type ParsedRow = { readonly row: GpsRow; readonly changes: readonly string[] } | SetAsideRow;

function parseRow(item: unknown, driverIdName: string | null): ParsedRow {
  const result = rowSchema.safeParse(item);
  const id = result.success ? idOf(textOfJson(result.data.id) ?? '') : readGpsId(item);
  if (!result.success) return { id, reason: reasonOf(result.error, id) };
  if (id === null) return { id, reason: 'it has no id that can be read' };
  const texts = readTexts(result.data);
  if ('unfit' in texts) return { id, reason: texts.unfit };
  const driverIdField = driverIdName === null ? undefined : ownField(item, driverIdName);
  return {
    row: { gpsId: id, ...texts.values, driverIdField },
    changes: [...texts.changes, ...changesOfDriverId(driverIdField)],
  };
}

function readTexts(
  row: z.output<typeof rowSchema>,
):
  | { readonly values: Record<Field, string | null>; readonly changes: readonly string[] }
  | { readonly unfit: string } {
  // A loop: a fleet's list has many thousand rows.
  const values: Partial<Record<Field, string | null>> = {};
  const changes: string[] = [];
  for (const field of FIELD_NAMES) {
    const told = row[FIELDS[field].key];
    const read =
      told === null || told === undefined ? null : toStorable(textOfJson(told) ?? '', FIELDS[field]);
    if (read !== null && read.unfit !== null) return { unfit: read.unfit };
    values[field] = read?.text ?? null;
    if (read !== null && read.changes.length > 0) changes.push(...read.changes);
  }
  return { values: values as Record<Field, string | null>, changes }; // every field is set by now
}

function changesOfDriverId(value: unknown): readonly string[] {
  if (value === null || value === undefined || toDriverIdReading(value).state !== 'unknown') return [];
  return ['DriverID: not taken, because it is not a text that can be stored unchanged'];
}

function reasonOf(error: z.ZodError, id: GpsId | null): string {
  const key = error.issues[0]?.path[0];
  if (key === undefined) return 'it is not an object';
  if (key === 'id' || id === null) return 'it has no id that can be read';
  const field = FIELD_NAMES.find((name) => FIELDS[name].key === key);
  return `the ${field === undefined ? String(key) : FIELDS[field].name} is not a text`;
}

/** An own property: `constructor` is no field. */
function ownField(item: unknown, name: string): unknown {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return undefined;
  return (item as Readonly<Record<string, unknown>>)[name]; // an object that has it, checked
}

function readGpsId(item: unknown): GpsId | null {
  const result = idSchema.safeParse(item);
  return result.success ? idOf(result.data.id) : null;
}

/** An id as a number or as text (D): as text, with every digit. */
function idOf(text: string): GpsId | null {
  const trimmed = text.trim();
  return trimmed === '' || !isFitIdentity(trimmed, ID) ? null : gpsId(trimmed);
}

/** The rows of a list, each driver once. */
class SeenRows {
  private readonly byId = new Map<GpsId, GpsRow>();
  private readonly changesOf = new Map<string, readonly string[]>();
  private readonly aside = new Map<string, SetAsideRow>();
  private readonly nameless: SetAsideRow[] = [];

  add(parsed: ParsedRow): void {
    if (!('row' in parsed)) return this.setAside(parsed);
    const { row, changes } = parsed;
    const twin = this.byId.get(row.gpsId);
    if (this.aside.has(row.gpsId) || (twin !== undefined && !isSameRow(twin, row)))
      return this.setAsideTwin(row.gpsId);
    this.byId.set(row.gpsId, row);
    if (changes.length > 0) this.changesOf.set(row.gpsId, changes);
  }

  rows(): GpsRows {
    const setAside = [...this.aside.values(), ...this.nameless];
    return {
      rows: [...this.byId.values()],
      setAside: setAside.length === 0 ? NONE_SET_ASIDE : setAside,
      cleaned: this.changesOf.size === 0 ? NOTHING_CLEANED : this.changesOf,
    };
  }

  private setAside(row: SetAsideRow): void {
    if (row.id === null) this.nameless.push(row);
    else if (this.byId.has(gpsId(row.id)) || this.aside.has(row.id)) this.setAsideTwin(gpsId(row.id));
    else this.aside.set(row.id, row);
  }

  /** Which version is right, nobody knows. */
  private setAsideTwin(id: GpsId): void {
    this.byId.delete(id);
    this.changesOf.delete(id);
    this.aside.set(id, { id, reason: 'it is listed more than once, with different values' });
  }
}

function isSameRow(one: GpsRow, other: GpsRow): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
