import type { GpsDriverChanges } from '../../driver/gps-driver';
import type { AttributeReadings } from '../../driver/ports/attribute-readings';
import type { GpsGroup, GpsListing, GpsPortal, GpsReading } from '../../driver/ports/gps-portal';
import type { GpsId } from '../../driver/ids';
import type { CallOptions } from '../../driver/ports/portal-call';
import { PortalError } from '../../driver/ports/portal-error';
import type { PacingStatus } from '../pacing';
import { setTimeout as sleep } from 'node:timers/promises';
import { PortalConnection, type ConnectionOptions } from '../portal-connection';
import { outcomeUnknown, portalFailure, type PortalOperation } from '../portal-failure';
import { inSlices } from '../../platform/in-slices';
import { listingRules, readWithRepeats, type ListingOptions, type ListingRules } from '../repeat-reading';
import { createMemoryAttributeReadings } from '../memory-attribute-readings';
import { createAttributeDriverIds } from './gps-attribute-ids';
import { createGpsCalls, type GpsCalls } from './gps-calls';
import { createGpsDriverIds, type DriverIdSource, type GpsDriverIds } from './gps-driver-ids';
import { createGpsRoster, type GpsRoster } from './gps-roster';
import { createGpsSession, type GpsCredentials, type SessionOptions } from './gps-session';
import { parseCreated, parseGroups, parseMembers, toGpsDriver, type GpsGroupNames } from './gps-wire';

export interface GpsPortalOptions extends ConnectionOptions, ListingOptions, GpsCredentials, SessionOptions {
  /** Where the DriverID is kept. A default is the configuration's business. */
  readonly driveriDriverIdField: DriverIdSource;
  /** What was read of a custom attribute, by its key; default: this process's memory, for a connector used alone. */
  readonly attributeReadings?: ((key: string) => AttributeReadings) | undefined;
  /** Sent along as `reference_tag` and echoed by the portal: the id of the request at hand, 128 characters at most. */
  readonly referenceTag?: (() => string | undefined) | undefined;
}

/** A GPS portal over HTTP, with what operators ask about it. */
export interface HttpGpsPortal extends GpsPortal {
  /** Waits for the calls under way; later ones fail as `paused`. */
  close(): Promise<void>;
  /** Throws when the account's limits cannot be read. */
  status(): Promise<PacingStatus>;
}

const PAUSE_MS = 15 * 60_000; // a rolling window of 24 hours is not over in a minute
const ALL_DRIVERS = 'ALL DRIVERS';

interface Parts {
  readonly calls: GpsCalls;
  readonly roster: GpsRoster;
  readonly driverIds: GpsDriverIds;
  readonly now: () => number;
  readonly rules: ListingRules;
}

/** The GPS Fleet Tracking Portal of one account (GPS Insight API v2). Nothing is connected before the first call. */
export function createGpsPortal(options: GpsPortalOptions): HttpGpsPortal {
  const connection = new PortalConnection('gps', options, PAUSE_MS);
  const session = createGpsSession(connection, options);
  const calls = createGpsCalls({ connection, session, referenceTag: options.referenceTag });
  const driverIds = createGpsDriverIds(options.driveriDriverIdField, (key) =>
    createAttributeDriverIds(key, {
      calls,
      readings: (options.attributeReadings ?? createMemoryAttributeReadings)(key),
      requestsPerDay: options.requestsPerDay,
      now: connection.now,
    }),
  );
  const rules = listingRules(options);
  const roster = createGpsRoster(calls, driverIds.fieldName, rules);
  const parts: Parts = { calls, roster, driverIds, now: connection.now, rules };
  return {
    listDrivers: (call = {}) => listDrivers(parts, call),
    readDriver: (id, call = {}) => readDriver(parts, id, call),
    ...(driverIds.ages === undefined ? {} : { driverIdAges: driverIds.ages }),
    createDriver: (fields, call = {}) => createDriver(parts, fields, call),
    updateDriver: (id, changes, call = {}) => updateDriver(parts, id, changes, call),
    deleteDriver: (id, call = {}) => deleteDriver(parts, id, call),
    listGroups: (call = {}) => listGroups(parts, call),
    listGroupNames: (call = {}) => listGroupNames(parts, call),
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
async function listDrivers(parts: Parts, call: CallOptions): Promise<GpsListing> {
  const [list, groups] = await Promise.all([parts.roster.all(call), groupNames(parts, call)]);
  const { rows, setAside, cleaned } = list.value;
  const { answered, of, unread, failed } = await parts.driverIds.ofList(rows, call);
  return {
    drivers: await inSlices(rows, (row) => toGpsDriver(row, of(row))),
    sentAt: list.sentAt,
    visibleGroups: groups.count,
    driverIdFieldAnswered: answered,
    ...(unread === undefined ? {} : { driverIdsUnread: unread }),
    ...(failed === undefined ? {} : { driverIdsFailed: failed }),
    seesAllDrivers: groups.names.some(isAllDrivers),
    setAside,
    cleaned,
    provesAbsence: setAside.length === 0,
  };
}

async function groupNames({ calls, rules }: Parts, call: CallOptions): Promise<GpsGroupNames> {
  const options = { ...call, timeoutMs: rules.timeoutMs };
  const read = () => calls.call('drivergroup/list', 'read', {}, options, parseGroups);
  return (await readWithRepeats(read, rules.repeatAfterMs)).value;
}

function isAllDrivers(name: string): boolean {
  return name.toUpperCase() === ALL_DRIVERS;
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
  if (located.found === 'unreadable') {
    const operation: PortalOperation = { portal: 'gps', name: 'driver/list', effect: 'read' };
    const message = `the driver's row could not be read: ${located.row.reason}`;
    throw portalFailure(operation, 'malformed', message, { setAside: located.row });
  }
  const { row, argument, sentAt, changes } = located;
  const driver = toGpsDriver(row, await driverIds.ofOne(row, argument, call));
  return { found: 'driver', driver, sentAt, ...(changes.length === 0 ? {} : { cleaned: changes }) };
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

/**
 * An answer of OK is believed when the portal no longer finds the driver: a removal in Driveri rests on it (design, 2.3). A
 * portal that shows for a moment what it no longer has is asked again.
 */
async function deleteDriver(parts: Parts, id: GpsId, call: CallOptions): Promise<void> {
  const operation: PortalOperation = { portal: 'gps', name: 'driver/delete', effect: 'write' };
  await writeTo(parts, id, operation.name, {}, call);
  // A read: it may be sent when the time for writing has passed.
  const { urgency = 'live' } = call;
  for (const waitMs of [0, ...parts.rules.repeatAfterMs.slice(0, 2)]) {
    if (waitMs > 0) await sleep(waitMs);
    if (!(await isStillThere(parts, id, operation, { urgency }))) return;
  }
  throw portalFailure(operation, 'rejected', 'the portal answered OK, but the driver is still there');
}

async function isStillThere(
  { roster }: Parts,
  id: GpsId,
  operation: PortalOperation,
  call: CallOptions,
): Promise<boolean> {
  try {
    const { found } = await roster.locate(id, call);
    return found === 'row' || found === 'unreadable';
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    const { kind, retryAfterMs, portalCode, status, causeInWords } = error;
    const message = `the portal answered OK; whether the driver is gone could not be read: ${error.message}`;
    const extras = { outcome: outcomeUnknown(operation), retryAfterMs, portalCode, status, causeInWords };
    throw portalFailure(operation, kind, message, extras);
  }
}

async function listGroupNames(parts: Parts, call: CallOptions): Promise<readonly string[]> {
  const { names } = await groupNames(parts, call);
  return names.filter((name) => !isAllDrivers(name));
}

async function listGroups(parts: Parts, call: CallOptions): Promise<readonly GpsGroup[]> {
  const own = await listGroupNames(parts, call);
  const options = { ...call, timeoutMs: parts.rules.timeoutMs };
  return Promise.all(
    own.map(async (group) => {
      const members = await parts.calls.call(
        'drivergroup/listmembers',
        'read',
        { group },
        options,
        parseMembers,
      );
      return { name: group, members: members.value };
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
