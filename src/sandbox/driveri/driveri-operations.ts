import type { Hits } from '../faults/fault-board';
import type { Trait } from '../faults/fault';
import { reshaped, withoutDroppedField, withSetField } from '../faults/mangle-list';
import { EditRefused } from '../refusal';
import type { WireRequest } from '../wire/request';
import { blankDriveriDriver, type DriveriDriver, type DriveriDriverFields } from './driveri-driver';
import { isTrue, pageOf, pageOfDrivers, type Page } from './driveri-listing';
import { driverInView, driversInView, rowRulesOf, statusTableOf, type DriveriPortal } from './driveri-portal';
import { MOST_TOKENS, type DriveriToken } from './driveri-tokens';
import { driveriRow, fieldsFromBody, parseBody } from './driveri-wire';

/** A call that has passed the door. `bearer` is the token it came with, `''` when it came with Basic credentials. */
export interface DriveriCall {
  readonly request: WireRequest;
  /** The part of the path that varies: a DriverID or a token's id. */
  readonly argument: string;
  readonly bearer: string;
  readonly portal: DriveriPortal;
  readonly hits: Hits;
}

/** What an operation answers besides the envelope. */
export interface DriveriResult {
  readonly data: unknown;
  readonly page?: Page<unknown>;
}

/** An operation of the API. `run` throws `EditRefused` for what is answered as an error. */
export interface DriveriOperation {
  readonly name: string;
  readonly auth: 'basic' | 'bearer';
  readonly scope: string;
  readonly traits: readonly Trait[];
  readonly run: (call: DriveriCall) => DriveriResult;
}

/** The operations (portals.md, C), by the name that faults and call counts go by. */
export const DRIVERI_OPERATIONS: readonly DriveriOperation[] = [
  { name: 'auth.tokens', auth: 'basic', scope: 'View Access Token', traits: [], run: listTokens },
  { name: 'auth.token', auth: 'basic', scope: 'Create Access Token', traits: [], run: createToken },
  { name: 'auth.revoke', auth: 'bearer', scope: 'Delete Access Token', traits: ['session'], run: revokeOwn },
  { name: 'auth.revokeById', auth: 'basic', scope: 'Delete Access Token', traits: [], run: revokeById },
  {
    name: 'drivers.list',
    auth: 'bearer',
    scope: 'View Drivers',
    traits: ['session', 'read', 'list'],
    run: listDrivers,
  },
  { name: 'driver.get', auth: 'bearer', scope: 'View Drivers', traits: ['session', 'read'], run: getDriver },
  {
    name: 'drivers.create',
    auth: 'bearer',
    scope: 'Update Drivers',
    traits: ['session', 'write'],
    run: createDriver,
  },
  {
    name: 'drivers.update',
    auth: 'bearer',
    scope: 'Update Drivers',
    traits: ['session', 'write', 'edit'],
    run: updateDriver,
  },
  {
    name: 'drivers.bulk',
    auth: 'bearer',
    scope: 'Update Drivers',
    traits: ['session', 'write'],
    run: createDrivers,
  },
  {
    name: 'configurations',
    auth: 'bearer',
    scope: 'View Fleet Configurations',
    traits: ['session'],
    run: tellConfigurations,
  },
  { name: 'groups', auth: 'bearer', scope: 'View Groups', traits: ['session', 'list'], run: listGroups },
];

function listTokens({ portal }: DriveriCall): DriveriResult {
  return { data: portal.tokens.active().map((token) => tokenOnWire(token, portal)) };
}

function createToken({ portal }: DriveriCall): DriveriResult {
  const { tokens, switches } = portal;
  const active = tokens.active();
  if (active.length >= MOST_TOKENS) {
    if (switches.thirdToken === 'refuse') {
      throw new EditRefused(400, 'TOO_MANY_TOKENS', 'There are two active access tokens already');
    }
    tokens.revoke(active[0]?.accessToken ?? '');
  }
  return { data: tokenOnWire(tokens.issue(switches.tokenTtlMs), portal) };
}

function tokenOnWire(token: DriveriToken, { switches }: DriveriPortal): object {
  return { ...token, tokenType: 'Bearer', scope: switches.scopes.join(',') };
}

function revokeOwn({ portal, bearer }: DriveriCall): DriveriResult {
  portal.tokens.revoke(bearer);
  return message('Access token revoked');
}

function revokeById({ portal, argument }: DriveriCall): DriveriResult {
  if (!portal.tokens.revokeById(argument))
    throw new EditRefused(404, 'TOKEN_NOT_FOUND', 'No such access token');
  return message('Access token revoked');
}

function listDrivers({ portal, hits, request }: DriveriCall): DriveriResult {
  const page = pageOfDrivers(portal, request.query, hits);
  const rows = rowsOf(page.rows, { portal, hits, request });
  const told = withSetField(withoutDroppedField(rows, hits), 'driverId', hits);
  return { data: { drivers: reshaped(told, hits) }, page };
}

// Deleted drivers are told too (the emulation's choice): a direct read is how absence is proven.
function getDriver({ portal, hits, request }: DriveriCall): DriveriResult {
  const found = driversAskedFor(portal, hits, request.query);
  if (found.length === 0 && portal.switches.unknownDriver === '404') {
    throw new EditRefused(404, 'DRIVER_NOT_FOUND', 'Driver not found');
  }
  return { data: { drivers: rowsOf(found, { portal, hits, request }) } };
}

function driversAskedFor(
  portal: DriveriPortal,
  hits: Hits,
  query: URLSearchParams,
): readonly DriveriDriver[] {
  const driverId = query.get('driverId') ?? '';
  if (driverId !== '') return [driverInView(portal, hits, driverId)].filter((driver) => driver !== undefined);
  const email = query.get('email') ?? '';
  const userName = query.get('userName') ?? '';
  if (email !== '') return driversInView(portal, hits).filter((driver) => driver.email === email);
  if (userName !== '') return driversInView(portal, hits).filter((driver) => driver.userName === userName);
  throw new EditRefused(400, 'NO_CRITERION', 'Either driverId, email or userName is required');
}

function rowsOf(
  drivers: readonly DriveriDriver[],
  { portal, hits, request }: Pick<DriveriCall, 'portal' | 'hits' | 'request'>,
): readonly object[] {
  const rules = rowRulesOf(portal, hits, isTrue(request.query.get('includeDriverPreferences')));
  return drivers.map((driver) => driveriRow(driver, rules));
}

function createDriver({ portal, hits, request }: DriveriCall): DriveriResult {
  if (hits.of('swallow') !== undefined) return message('Driver added successfully');
  portal.store.create(
    fieldsOf(parseBody(request.body), portal, hits),
    isTrue(request.query.get('reinstateDriver')),
  );
  return message('Driver added successfully');
}

function updateDriver({ portal, hits, request, argument }: DriveriCall): DriveriResult {
  if (hits.of('swallow') !== undefined) return message('Driver updated successfully');
  const sent = fieldsOf(parseBody(request.body), portal, hits);
  const fields =
    hits.of('clear-unsent') === undefined ? sent : { ...everythingCleared(argument, portal), ...sent };
  const { renameKeepsCreatedDate } = portal.switches;
  portal.store.edit(argument, fields, { renameKeepsCreatedDate, deletedStaysDeleted: true });
  return message('Driver updated successfully');
}

// A PUT that replaces: what was not sent is empty afterwards. The identity and the first name stay, for they must.
function everythingCleared(driverId: string, { store }: DriveriPortal): DriveriDriverFields {
  const before = store.get(driverId);
  if (before === undefined) return {};
  const blank = blankDriveriDriver(before.serial, driverId, before.createdDate);
  const { serial: _serial, createdDate: _created, updatedDate: _updated, ...cleared } = blank;
  return { ...cleared, firstName: before.firstName, status: before.status };
}

// Nothing is told per row, and no limit is published (C): the emulation adds all or none.
function createDrivers({ portal, hits, request }: DriveriCall): DriveriResult {
  const body = parseBody(request.body);
  const drivers: unknown =
    typeof body === 'object' && body !== null && 'drivers' in body ? body.drivers : undefined;
  if (!Array.isArray(drivers) || drivers.length === 0) {
    throw new EditRefused(400, 'DRIVERS_REQUIRED', 'drivers is required');
  }
  const group: unknown =
    typeof body === 'object' && body !== null && 'group' in body ? body.group : undefined;
  const rows = drivers.map((row: object) =>
    fieldsOf(group === undefined ? row : { group, ...row }, portal, hits),
  );
  rows.forEach((fields) => portal.store.checkCreate(fields, false));
  if (new Set(rows.map((fields) => fields.driverId)).size < rows.length) {
    throw new EditRefused(400, 'DRIVER_ID_TAKEN', 'A Driver ID is there twice');
  }
  rows.forEach((fields) => portal.store.create(fields, false));
  return message(`${rows.length} drivers added successfully`);
}

function fieldsOf(body: unknown, portal: DriveriPortal, hits: Hits): DriveriDriverFields {
  const { refuseEmptyTexts, lastNameKept, refusePhone } = portal.switches;
  const fields = fieldsFromBody(body, { statusTable: statusTableOf(portal, hits), refuseEmptyTexts });
  if (refusePhone && (fields.phone ?? '') !== '')
    throw new EditRefused(400, 'PHONE_INVALID', 'phone is not valid');
  if (lastNameKept === null || fields.lastName === undefined) return fields;
  return { ...fields, lastName: fields.lastName.slice(0, lastNameKept) };
}

function tellConfigurations({ portal, hits }: DriveriCall): DriveriResult {
  const configuration = {
    driverStatus: statusTableOf(portal, hits),
    userStatus: [
      { status: 1, description: 'Active' },
      { status: 2, description: 'Inactive' },
    ],
    groupAction: [
      { key: 'ADD', description: 'Add entity to group' },
      { key: 'REMOVE', description: 'Remove entity from group' },
    ],
    authorizedToDriveStatus: [
      { authorizedToDrive: 0, description: 'Not authorized' },
      { authorizedToDrive: 1, description: 'Authorized' },
    ],
    timezone: 'America/Chicago',
  };
  return { data: { configuration } };
}

function listGroups({ portal, request }: DriveriCall): DriveriResult {
  const wanted = request.query.get('groupName') ?? '';
  const groups = portal.store.listGroups().filter((group) => wanted === '' || group.groupName === wanted);
  const page = pageOf(groups, groups.length, request.query);
  return { data: { groups: page.rows.map((group) => ({ ...group, status: 'ACTIVE' })) }, page };
}

function message(text: string): DriveriResult {
  return { data: { message: text } };
}
