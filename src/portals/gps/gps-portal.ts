import type { GpsDriverChanges } from '../../driver/gps-driver';
import type { GpsGroup, GpsListing, GpsPortal, GpsReading } from '../../driver/gps-portal';
import type { GpsId } from '../../driver/ids';
import type { CallOptions } from '../../driver/portal-call';
import type { PacingStatus } from '../pacing';
import { PortalConnection, type ConnectionOptions } from '../portal-connection';
import type { PortalOperation } from '../portal-failure';
import { createGpsCalls, type GpsCalls } from './gps-calls';
import { createGpsDriverIds, type DriverIdSource, type GpsDriverIds } from './gps-driver-ids';
import { createGpsRoster, type GpsRoster } from './gps-roster';
import { createGpsSession, type GpsCredentials } from './gps-session';
import { parseCreated, parseDrivers, parseGroups, toGpsDriver } from './gps-wire';

export interface GpsPortalOptions extends ConnectionOptions, GpsCredentials {
  /** Where the DriverID is kept. A default is the configuration's business. */
  readonly driveriDriverIdField: DriverIdSource;
  /** Sent along as `reference_tag` and echoed by the portal: the id of the request at hand, 128 characters at most. */
  readonly referenceTag?: (() => string | undefined) | undefined;
}

/** A GPS portal over HTTP, with what operators ask about it. */
export interface HttpGpsPortal extends GpsPortal {
  /** Waits for the calls under way; later ones fail as `paused`. */
  close(): Promise<void>;
  status(): PacingStatus;
}

const PAUSE_MS = 15 * 60_000; // a rolling window of 24 hours is not over in a minute
const ALL_DRIVERS = 'ALL DRIVERS';

interface Parts {
  readonly calls: GpsCalls;
  readonly roster: GpsRoster;
  readonly driverIds: GpsDriverIds;
  readonly now: () => number;
}

/** The GPS Fleet Tracking Portal of one account (GPS Insight API v2). Nothing is connected before the first call. */
export function createGpsPortal(options: GpsPortalOptions): HttpGpsPortal {
  const connection = new PortalConnection('gps', options, PAUSE_MS);
  const session = createGpsSession(connection, options);
  const calls = createGpsCalls({ connection, session, referenceTag: options.referenceTag });
  const driverIds = createGpsDriverIds(options.driveriDriverIdField, calls, connection.now);
  const roster = createGpsRoster(calls, driverIds.fieldName);
  const parts: Parts = { calls, roster, driverIds, now: connection.now };
  return {
    listDrivers: (call = {}) => listDrivers(parts, call),
    readDriver: (id, call = {}) => readDriver(parts, id, call),
    createDriver: (fields, call = {}) => createDriver(parts, fields, call),
    updateDriver: (id, changes, call = {}) => updateDriver(parts, id, changes, call),
    deleteDriver: (id, call = {}) => writeTo(parts, id, 'driver/delete', {}, call),
    listGroups: (call = {}) => listGroups(parts, call),
    joinGroup: (id, group, call = {}) => writeTo(parts, id, 'driver/joingroup', { group }, call),
    leaveGroup: (id, group, call = {}) => writeTo(parts, id, 'driver/leavegroup', { group }, call),
    checkCredentials: async () => {
      await session.fresh();
    },
    close: () => connection.close(),
    status: () => connection.status(),
  };
}

/** `visibleGroups` is asked at the same time: a user who sees fewer groups than before gets a subset of drivers, silently (D). */
async function listDrivers({ calls, roster, driverIds }: Parts, call: CallOptions): Promise<GpsListing> {
  const [rows, groups] = await Promise.all([
    roster.all(call),
    calls.call('drivergroup/list', 'read', {}, call, parseGroups),
  ]);
  const { answered, of } = await driverIds.ofList(rows.value, call);
  return {
    drivers: rows.value.map((row) => toGpsDriver(row, of(row))),
    sentAt: rows.sentAt,
    visibleGroups: groups.value.length,
    driverIdFieldAnswered: answered,
  };
}

/** Only the portal's own word that it does not know the driver is `unknown`: a removal may rest on it (design, 2.3). */
async function readDriver(
  { roster, driverIds, now }: Parts,
  id: GpsId,
  call: CallOptions,
): Promise<GpsReading> {
  // Where nobody is found, the moment before asking stands for that of sending: earlier proves less.
  const askedAt = now();
  const located = await roster.locate(id, call);
  if (located.found === 'unknown') return { found: 'unknown', sentAt: askedAt };
  if (located.found === 'unclear') return { found: 'ambiguous', sentAt: askedAt };
  const { row, argument, sentAt } = located;
  return { found: 'driver', driver: toGpsDriver(row, await driverIds.ofOne(row, argument, call)), sentAt };
}

async function createDriver(
  { calls, driverIds }: Parts,
  fields: GpsDriverChanges & { readonly lastName: string },
  call: CallOptions,
): Promise<{ readonly gpsId: GpsId; readonly undeleted: boolean }> {
  const operation: PortalOperation = { portal: 'gps', name: 'driver/create', effect: 'write' };
  const filled = Object.entries(toParams(operation, fields, driverIds)).filter(([, value]) => value !== '');
  const { value } = await calls.call(operation.name, 'write', Object.fromEntries(filled), call, parseCreated);
  return value;
}

async function updateDriver(
  parts: Parts,
  id: GpsId,
  changes: GpsDriverChanges,
  call: CallOptions,
): Promise<void> {
  const operation: PortalOperation = { portal: 'gps', name: 'driver/update', effect: 'write' };
  const params = toParams(operation, changes, parts.driverIds);
  if (Object.keys(params).length === 0) return;
  await writeTo(parts, id, operation.name, params, call);
}

async function writeTo(
  { calls, roster }: Parts,
  id: GpsId,
  name: string,
  params: Readonly<Record<string, string>>,
  call: CallOptions,
): Promise<void> {
  const operation: PortalOperation = { portal: 'gps', name, effect: 'write' };
  const driver = await roster.addressForWrite(id, operation, call);
  await calls.call(name, 'write', { driver, ...params }, call, () => undefined);
}

async function listGroups({ calls, driverIds }: Parts, call: CallOptions): Promise<readonly GpsGroup[]> {
  const { value: names } = await calls.call('drivergroup/list', 'read', {}, call, parseGroups);
  const own = names.filter((name) => name.toUpperCase() !== ALL_DRIVERS);
  return Promise.all(
    own.map(async (group) => {
      const { value } = await calls.call('drivergroup/listmembers', 'read', { group }, call, (data) =>
        parseDrivers(data, driverIds.fieldName),
      );
      return { name: group, members: value.map((row) => row.gpsId) };
    }),
  );
}

const PARAM_OF = {
  firstName: 'firstname',
  lastName: 'lastname',
  email: 'email',
  phone: 'phone',
  timeZone: 'timezone',
  referenceId: 'ref_id',
} as const;

/** Only what is to change is sent: Ref ID and phone are what drivers log in with (D). Null clears, by an empty text (I). */
function toParams(
  operation: PortalOperation,
  changes: GpsDriverChanges,
  driverIds: GpsDriverIds,
): Readonly<Record<string, string>> {
  const { driverId, ...fields } = changes;
  const params = Object.entries(PARAM_OF).flatMap(([field, param]) => {
    const value = fields[field as keyof typeof PARAM_OF]; // a key of PARAM_OF, by Object.entries
    return value === undefined ? [] : [[param, value ?? ''] as const];
  });
  return {
    ...Object.fromEntries(params),
    ...(driverId === undefined ? {} : driverIds.params(operation, driverId ?? '')),
  };
}
