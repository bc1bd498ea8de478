import { z } from 'zod';
import { driverId, type DriverId } from '../../driver/ids';
import {
  NONE_SET_ASIDE,
  NOTHING_CLEANED,
  type CleanedRows,
  type SetAsideRow,
} from '../../driver/ports/portal-rows';
import { parseJson, textOfJson } from '../json-body';
import { codeText, listIn, wireText } from '../json-shapes';
import { Unreadable } from '../portal-failure';
import { isFitIdentity, toStorable, type TextRule } from '../storable-text';

/** A row of `drivers` and `driver`, without what is not ours to read: licence, preferences (portals.md, 2, C). */
export interface DriveriRow {
  readonly driverId: DriverId;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly userName: string | null;
  readonly mobileApp: boolean | null;
  readonly group: string | null;
  readonly statusCode: number | null;
  readonly createdDate: number | null;
  readonly updatedDate: number | null;
}

/** One page of a listing; `total` is null when the answer tells none. */
export interface DriveriPage {
  readonly rows: readonly DriveriRow[];
  readonly total: number | null;
  readonly setAside: readonly SetAsideRow[];
  /** By DriverID. */
  readonly cleaned: CleanedRows;
}

/** A row of the tenant's status table. */
export interface DriverStatus {
  readonly code: number;
  readonly description: string;
}

/** An access token that is active. */
export interface DriveriToken {
  readonly accessToken: string;
  /** Epoch ms, Driveri's clock. */
  readonly expiresOn: number;
  readonly scope: string;
}

/** What the error envelope of a 4xx tells. */
export interface DriveriErrorText {
  readonly message: string | null;
  /** Its values are not published: for the log (I). */
  readonly messageCode: string | null;
}

/** What is sent of a driver: never a licence, a password or preferences. */
export interface DriveriDriverBody {
  readonly driverId?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly status?: number;
}

/** The texts of a row, and how they are read. */
const TEXTS = {
  firstName: { name: 'first name', most: 255, entities: true },
  lastName: { name: 'last name', most: 255, entities: true },
  email: { name: 'e-mail', most: 320, entities: true },
  userName: { name: 'user name', most: 320 },
} as const satisfies Readonly<Record<string, TextRule>>;
const GROUP: TextRule = { name: 'group', most: 255 };
const DRIVER_ID: TextRule = { name: 'DriverID', most: 255 };

const text = wireText
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
// Any field but `driverId` may be missing or null (C), or of another type: `toRow` reads it, and notes what it leaves out.
const noted = z.unknown().optional();
const flag = z
  .union([z.boolean(), z.literal([0, 1]).transform(Boolean), z.stringbool()])
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

const driverIdOnly = z.object({ driverId: wireText });
const rowSchema = z.object({
  driverId: wireText,
  firstName: noted,
  lastName: noted,
  email: noted,
  userName: noted,
  enableDriveriApp: flag,
  status: noted,
  group: z.object({ groupName: noted }).nullish().catch(null),
  createdDate: noted,
  updatedDate: noted,
});

const pageSchema = z.object({ data: z.object({ drivers: z.unknown().optional() }), totalCount: text });

// The codes are what decides: one that is not a number makes the table unreadable, unlike a missing description.
const code = z.union([z.int(), z.string().trim().regex(/^\d+$/).transform(Number)]);
const configurations = z
  .object({
    data: z.object({
      configuration: z.object({
        driverStatus: z.array(z.object({ status: code, description: z.string().catch('') })),
      }),
    }),
  })
  .transform(({ data }): readonly DriverStatus[] =>
    data.configuration.driverStatus.map(({ status, description }) => ({
      code: status,
      description: description.trim(),
    })),
  );

const token = z.object({
  accessToken: z.string().min(1),
  expiresOn: wireText.transform(Number).pipe(z.number()),
  scope: z
    .union([z.string(), z.array(z.string()).transform((scopes) => scopes.join(','))])
    .nullish()
    .catch('')
    .transform((value) => value ?? ''),
});
const oneToken = z.object({ data: token }).transform(({ data }): DriveriToken => data);
const tokenList = z.object({ data: z.array(token) }).transform(({ data }): readonly DriveriToken[] => data);

const done = z.object({ data: z.looseObject({}) }).transform(() => undefined);

const failure = z.object({ error: z.object({ message: text, messageCode: text }) });

/**
 * `GET drivers`, `GET driver`. A row without a DriverID that can be stored is set aside; another field that cannot be read is
 * told as none, with a note. An `updatedDate` after `latest` (epoch ms) or with a fraction is none: readings of what changed
 * go on from the newest one. Throws `Unreadable` when there is no list, as all of these do.
 */
export function parseDriversPage(body: string, latest = Infinity): DriveriPage {
  const { data, totalCount } = parse(pageSchema, body, 'the list of drivers');
  const list = listIn(data.drivers, ['driverId']);
  if (list === null) throw new Unreadable('the list of drivers has another shape');
  const rows: DriveriRow[] = [];
  const setAside: SetAsideRow[] = [];
  const cleaned = new Map<string, readonly string[]>();
  for (const item of list) {
    const parsed = parseRow(item, latest);
    if ('reason' in parsed) setAside.push(parsed);
    else {
      rows.push(parsed.row);
      if (parsed.changes.length > 0) cleaned.set(parsed.row.driverId, parsed.changes);
    }
  }
  return {
    rows,
    total: wholeNumber(totalCount),
    setAside: setAside.length === 0 ? NONE_SET_ASIDE : setAside,
    cleaned: cleaned.size === 0 ? NOTHING_CLEANED : cleaned,
  };
}

/** `GET configurations`: the status table. */
export const parseStatuses = (body: string): readonly DriverStatus[] =>
  parse(configurations, body, 'the status table');

/** `GET auth/tokens`. */
export const parseTokens = (body: string): readonly DriveriToken[] =>
  parse(tokenList, body, 'the list of tokens');

/** `POST auth/token`. */
export const parseToken = (body: string): DriveriToken => parse(oneToken, body, 'the token');

/** What writes answer: data, which tells nothing but a message. */
export const parseDone = (body: string): void => parse(done, body, 'the confirmation');

/** The error envelope; null when the body is not one. */
export function parseFailure(body: string): DriveriErrorText | null {
  try {
    const { message, messageCode } = parse(failure, body, 'the error').error;
    return { message, messageCode: codeText(messageCode) };
  } catch {
    return null;
  }
}

/** A driver as a body. */
export function toBody(driver: DriveriDriverBody): string {
  return JSON.stringify(driver);
}

/** A path segment, encoded completely: a DriverID may hold `/`, `%`, spaces and more. Null when none can stand for it. */
export function toSegment(value: string): string | null {
  // A URL takes these for steps in the path, however they are encoded.
  if (value === '' || value === '.' || value === '..' || hasLoneSurrogate(value)) return null;
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Half of a character, which no encoding can carry. */
export function hasLoneSurrogate(value: string): boolean {
  return /\p{Surrogate}/u.test(value);
}

function parseRow(
  item: unknown,
  latest: number,
): { readonly row: DriveriRow; readonly changes: readonly string[] } | SetAsideRow {
  const result = rowSchema.safeParse(item);
  const identity = driverIdOnly.safeParse(item);
  const told = identity.success ? identity.data.driverId : '';
  if (told === '') return { id: null, reason: 'it has no DriverID' };
  // Compared exactly, as it stands in Driveri: spaces at its ends are part of it.
  if (!isFitIdentity(told, DRIVER_ID)) return { id: null, reason: 'its DriverID cannot be stored unchanged' };
  if (!result.success) return { id: told, reason: 'it has another shape' };
  return toRow(driverId(told), result.data, latest);
}

function toRow(
  id: DriverId,
  row: z.output<typeof rowSchema>,
  latest: number,
): { readonly row: DriveriRow; readonly changes: readonly string[] } {
  const changes: string[] = [];
  const textIn = (value: unknown, rule: TextRule): string | null => {
    if (value === null || value === undefined) return null;
    const told = textOfJson(value);
    if (told === null) {
      changes.push(`${rule.name}: left out, because it is not a text`);
      return null;
    }
    const stored = toStorable(told, rule);
    changes.push(...stored.changes);
    if (!(stored.text ?? '').includes('\ufffd')) return stored.text;
    // Nothing rests on it: what GPS says replaces it.
    changes.push(`${rule.name}: left out, because it holds a character that was lost on the way`);
    return null;
  };
  const numberIn = (value: unknown, name: string, most: number): number | null => {
    if (value === null || value === undefined || value === '') return null;
    const number = wholeNumber(textOfJson(value));
    if (number !== null && number <= most) return number;
    const why = number === null ? 'is not a whole number' : 'is too large or lies in the future';
    changes.push(`${name}: left out, because it ${why}`);
    return null;
  };
  return {
    row: {
      driverId: id,
      firstName: textIn(row.firstName, TEXTS.firstName),
      lastName: textIn(row.lastName, TEXTS.lastName),
      email: textIn(row.email, TEXTS.email),
      userName: textIn(row.userName, TEXTS.userName),
      mobileApp: row.enableDriveriApp,
      group: textIn(row.group?.groupName, GROUP),
      statusCode: numberIn(row.status, 'status', MOST_CODE),
      createdDate: numberIn(row.createdDate, 'date of creation', MOST_DATE),
      updatedDate: numberIn(row.updatedDate, 'date of the last change', Math.min(latest, MOST_DATE)),
    },
    changes,
  };
}

/** What the database's `integer` holds. */
const MOST_CODE = 2_147_483_647;
/** The last moment that JavaScript knows. */
const MOST_DATE = 8_640_000_000_000_000;

/** Text of digits only, and not more than a number holds exactly; null for anything else. */
function wholeNumber(value: string | null): number | null {
  return value !== null && /^\s*\d{1,16}\s*$/.test(value) && Number.isSafeInteger(Number(value))
    ? Number(value)
    : null;
}

function parse<Output>(schema: z.ZodType<Output>, body: string, what: string): Output {
  const result = schema.safeParse(parseJson(body));
  if (!result.success) throw new Unreadable(`${what} has another shape`);
  return result.data;
}
