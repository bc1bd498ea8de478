import { z } from 'zod';
import { EditRefused } from '../refusal';
import type { DriveriGroup } from '../fleet/fleet-seed';
import type { DriveriDriver, DriveriDriverFields } from './driveri-driver';
import type { DriverStatus } from './driveri-switches';

/** How rows are told at this moment. */
export interface RowRules {
  readonly statusTable: readonly DriverStatus[];
  readonly groups: readonly DriveriGroup[];
  readonly datesRoundedToMs: number;
  readonly includePreferences: boolean;
}

/**
 * A row of the API (portals.md, C): never the phone. Any field but `driverId` may be missing or null; which of the two
 * it is depends on the driver.
 */
export function driveriRow(driver: DriveriDriver, rules: RowRules): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = { driverId: driver.driverId };
  const put = (key: string, value: unknown, variant: number): void => {
    if (value !== '' && value !== null && value !== undefined) row[key] = value;
    else if ((driver.serial + variant) % 2 === 0) row[key] = null;
  };
  put('firstName', driver.firstName, 0);
  put('lastName', driver.lastName, 1);
  put('email', driver.email, 0);
  put('userName', driver.userName, 1);
  row['enableDriveriApp'] = driver.enableDriveriApp;
  put('status', codeOf(driver.status, rules.statusTable), 0);
  row['authorizedToDrive'] = driver.authorizedToDrive;
  put('licenceNumber', driver.licenceNumber, 1);
  put('licenseCountry', driver.licenseCountry, 0);
  put('licenseState', driver.licenseState, 1);
  put('group', groupOnWire(driver.group, rules.groups), 0);
  put('imageUrl', driver.imageUrl, 1);
  row['createdDate'] = driver.createdDate;
  row['updatedDate'] = rounded(driver.updatedDate, rules.datesRoundedToMs);
  put('lastLogin', driver.lastLogin, 0);
  put('linkedUserName', driver.linkedUserName, 1);
  if (rules.includePreferences) put('driverPreferences', driver.driverPreferences, 0);
  return row;
}

/** A date as it is told and filtered by. */
export function rounded(epochMs: number, toMs: number): number {
  return Math.floor(epochMs / toMs) * toMs;
}

/** The code of a status in the tenant's table, if it has one. */
export function codeOf(description: string, table: readonly DriverStatus[]): number | undefined {
  return table.find((status) => status.description === description)?.status;
}

function groupOnWire(uniqueName: string, groups: readonly DriveriGroup[]): object | null {
  if (uniqueName === '') return null;
  const group = groups.find((known) => known.groupUniqueName === uniqueName);
  return { groupName: group?.groupName ?? uniqueName, groupUniqueName: uniqueName };
}

const text = z.string().nullish();
const bodySchema = z.looseObject({
  driverId: text,
  firstName: text,
  lastName: text,
  phone: text,
  email: text,
  userName: text,
  enableDriveriApp: z.boolean().nullish(),
  setPassword: z.boolean().nullish(),
  password: text,
  licenceNumber: text,
  licenseCountry: text,
  licenseState: text,
  authorizedToDrive: z.literal([0, 1]).nullish(),
  status: z.int().nullish(),
  group: z.looseObject({ name: text, action: text }).nullish(),
  driverPreferences: z.record(z.string(), z.unknown()).nullish(),
});

/** How a body is understood at this moment. */
export interface BodyRules {
  readonly statusTable: readonly DriverStatus[];
  readonly refuseEmptyTexts: boolean;
}

/** The JSON of a body. Throws `EditRefused` when it is none. */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new EditRefused(400, 'MALFORMED_JSON', 'Request body is not JSON');
  }
}

/**
 * The fields that a write sent; null counts as not sent (the emulation's choice), unknown fields are passed over.
 * A password is taken and forgotten. Throws `EditRefused` for what has the wrong type or an unknown code.
 */
export function fieldsFromBody(body: unknown, rules: BodyRules): DriveriDriverFields {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    throw new EditRefused(
      400,
      'INVALID_FIELD',
      `${first?.path.join('.') ?? 'body'}: ${first?.message ?? 'invalid'}`,
    );
  }
  const { setPassword, password, status, group, ...rest } = parsed.data;
  if (rest.enableDriveriApp === true && setPassword === true && blank(rest.userName)) {
    throw new EditRefused(400, 'USER_NAME_REQUIRED', 'userName is required');
  }
  void password;
  const fields = sentFields(rest);
  const emptyText = Object.entries(fields).find(([, value]) => value === '');
  if (rules.refuseEmptyTexts && emptyText !== undefined) {
    throw new EditRefused(400, 'EMPTY_FIELD', `${emptyText[0]} must not be empty`);
  }
  return { ...fields, ...statusFrom(status, rules.statusTable), ...groupFrom(group) };
}

const FIELDS: readonly (keyof DriveriDriverFields)[] = [
  ...(['driverId', 'firstName', 'lastName', 'phone', 'email', 'userName', 'enableDriveriApp'] as const),
  ...(['licenceNumber', 'licenseCountry', 'licenseState', 'authorizedToDrive', 'driverPreferences'] as const),
];

function sentFields(parsed: Readonly<Record<string, unknown>>): DriveriDriverFields {
  const sent = FIELDS.filter((key) => parsed[key] !== null && parsed[key] !== undefined);
  return Object.fromEntries(sent.map((key) => [key, parsed[key]]));
}

function statusFrom(code: number | null | undefined, table: readonly DriverStatus[]): DriveriDriverFields {
  if (code === null || code === undefined) return {};
  const status = table.find((known) => known.status === code);
  if (status === undefined) throw new EditRefused(400, 'UNKNOWN_STATUS', `There is no status ${code}`);
  return { status: status.description };
}

// `group.name` is the group's unique name (portals.md, C).
function groupFrom(
  group: { name?: string | null | undefined; action?: string | null | undefined } | null | undefined,
): DriveriDriverFields {
  if (group === null || group === undefined) return {};
  if (group.action === 'REMOVE') return { group: '' };
  if (group.action === 'ADD' && !blank(group.name)) return { group: group.name ?? '' };
  throw new EditRefused(400, 'INVALID_GROUP', 'group needs a name and the action ADD or REMOVE');
}

function blank(value: string | null | undefined): boolean {
  return (value ?? '').trim() === '';
}
