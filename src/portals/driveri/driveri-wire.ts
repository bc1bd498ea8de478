import { z } from 'zod';
import { driverId, type DriverId } from '../../driver/ids';
import { parseJson } from '../json-body';
import { Unreadable } from '../portal-failure';

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

// Any field but `driverId` may be missing or null (C). One of an unexpected type is told as none, a number as text.
const text = z
  .union([z.string(), z.number().transform(String)])
  .transform((value) => (value.trim() === '' ? null : value.trim()))
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
const number = z
  .union([z.number(), z.string().trim().regex(/^\d+$/).transform(Number)])
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
const flag = z
  .union([z.boolean(), z.literal([0, 1]).transform(Boolean), z.stringbool()])
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
const id = z.union([z.string().min(1), z.number().transform(String)]).transform(driverId);

const row = z
  .object({
    driverId: id,
    firstName: text,
    lastName: text,
    email: text,
    userName: text,
    enableDriveriApp: flag,
    status: number,
    group: z.object({ groupName: text }).nullish().catch(null),
    createdDate: number,
    updatedDate: number,
  })
  .transform(({ enableDriveriApp, status, group, ...fields }): DriveriRow => ({
    ...fields,
    mobileApp: enableDriveriApp,
    group: group?.groupName ?? null,
    statusCode: status,
  }));

const page = z
  .object({ data: z.object({ drivers: z.array(row) }), totalCount: number })
  .transform(({ data, totalCount }): DriveriPage => ({ rows: data.drivers, total: totalCount }));

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
  expiresOn: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]),
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

/** `GET drivers`, `GET driver`. A row without a DriverID makes the page unreadable. Throws `Unreadable`, as all of these do. */
export const parseDriversPage = (body: string): DriveriPage => parse(page, body, 'the list of drivers');

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
    return parse(failure, body, 'the error').error;
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

function parse<Output>(schema: z.ZodType<Output>, body: string, what: string): Output {
  const result = schema.safeParse(parseJson(body));
  if (!result.success) throw new Unreadable(`${what} has another shape`);
  return result.data;
}
