import { gpsId } from '../../driver/ids';
import { PortalError } from '../../driver/ports/portal-error';
import { answerOf, inspected, inspectedIf, type Inspected, type InspectionOptions } from '../inspected';
import { PortalConnection } from '../portal-connection';
import type { PortalOperation } from '../portal-failure';
import { unambiguousArgument } from './gps-argument';
import { createGpsCalls, type GpsCalls } from './gps-calls';
import type { DriverIdSource } from './gps-driver-ids';
import { gpsFailure } from './gps-refusal';
import { formRequest, readEnvelope } from './gps-request';
import { createGpsSession, type GpsCredentials } from './gps-session';
import {
  parseAttribute,
  parseAttributeKeys,
  parseDrivers,
  parseFieldNames,
  parseGroups,
  parseMethodNames,
  toDriverIdReading,
  type GpsRow,
} from './gps-wire';

/** What `driver/list` shows. */
export interface GpsRosterFacts {
  readonly drivers: number;
  readonly setAside: number;
  readonly withReferenceId: number;
  /** The fields that any row has. */
  readonly fields: readonly string[];
  /** DriverIDs in the configured field; all 0 when the DriverID is not in rows. */
  readonly driverIds: DriverIdCounts;
}

/** How many of the drivers that were looked at have a DriverID. */
export interface DriverIdCounts {
  readonly known: number;
  readonly empty: number;
  /** There is something, but nothing that could be a DriverID; or the row lacks the field. */
  readonly unreadable: number;
}

/** What the custom attributes of some drivers show. */
export interface GpsAttributeFacts {
  readonly asked: number;
  readonly driverIds: DriverIdCounts;
  /** The keys that the first driver has. */
  readonly keys: readonly string[];
}

/** How the portal answers for a driver who cannot exist: an error that says so, an empty list, or somebody else. */
export type UnknownDriverAnswer = 'refused' | 'empty' | 'another';

/** What a GPS portal says when it is asked everything that the sync rests on. */
export interface GpsInspection {
  readonly heartbeat: Inspected<null>;
  readonly logIn: Inspected<null>;
  readonly roster: Inspected<GpsRosterFacts>;
  readonly groups: Inspected<{ readonly count: number; readonly seesAllDrivers: boolean }>;
  readonly unknownDriver: Inspected<UnknownDriverAnswer>;
  /** Asked where the DriverID is an attribute, and where it was not found in rows. */
  readonly attributes: Inspected<GpsAttributeFacts>;
  /** The methods of the class `driver`. */
  readonly methods: Inspected<readonly string[]>;
}

export interface GpsInspectionOptions extends InspectionOptions, GpsCredentials {
  readonly driveriDriverIdField: DriverIdSource;
}

/** An id that no driver has: longer than the portal's own. */
const NOBODY = gpsId('999999999999999');

/** So many drivers are asked for their attributes: each costs a request. */
const ATTRIBUTE_READS = 10;

const NO_COUNTS: DriverIdCounts = { known: 0, empty: 0, unreadable: 0 };

/** Asks a GPS portal, with one log-in and a handful of reads. Writes nothing. What the portal refuses is part of the answer. */
export async function inspectGps(options: GpsInspectionOptions): Promise<GpsInspection> {
  const connection = new PortalConnection('gps', { ...options, breakerFailures: 1_000 }, 0);
  const session = createGpsSession(connection, { ...options, logInEveryMs: 0 });
  const calls = createGpsCalls({ connection, session });
  try {
    const heartbeat = await inspected(() => beat(connection));
    const isThere = heartbeat.kind === 'answered' || isEnvelope(heartbeat);
    const logIn = await inspectedIf(isThere, async () => (await session.fresh(), null));
    const isIn = logIn.kind === 'answered';
    const listed = await inspectedIf(isIn, () => list(calls, options));
    const rows = answerOf(listed)?.rows ?? [];
    return {
      heartbeat,
      logIn,
      roster: listed.kind === 'answered' ? { kind: 'answered', value: listed.value.facts } : listed,
      groups: await inspectedIf(isIn, () => groups(calls, options)),
      unknownDriver: await inspectedIf(isIn, () => nobody(calls)),
      attributes: await inspectedIf(rows.length > 0 && needsAttributes(options, listed), () =>
        attributes(calls, rows, options.driveriDriverIdField),
      ),
      methods: await inspectedIf(isIn, () => methods(calls)),
    };
  } finally {
    await connection.close();
  }
}

/** A refusal in the portal's own form: the address is right, whatever it thinks of the call. */
function isEnvelope(one: Inspected<unknown>): boolean {
  return one.kind === 'failed' && one.error.kind === 'rejected' && one.error.portalCode !== '404';
}

async function beat(connection: PortalConnection): Promise<null> {
  const operation: PortalOperation = { portal: 'gps', name: 'heartbeat/beat', effect: 'read' };
  await connection.send(formRequest(operation, {}), {}, (answer) => {
    const envelope = readEnvelope(operation, answer);
    if (envelope.status !== 'OK') throw gpsFailure(operation, { ...envelope, sent: [] });
  });
  return null;
}

interface Listed {
  readonly rows: readonly GpsRow[];
  readonly facts: GpsRosterFacts;
}

async function list(
  calls: GpsCalls,
  { driveriDriverIdField: source, listTimeoutMs }: GpsInspectionOptions,
): Promise<Listed> {
  const name = source.kind === 'field' ? source.name : null;
  const read = async (data: unknown) => ({
    ...(await parseDrivers(data, name)),
    fields: parseFieldNames(data),
  });
  const { value } = await calls.call('driver/list', 'read', {}, { timeoutMs: listTimeoutMs }, read);
  const { rows, setAside, fields } = value;
  const facts = {
    drivers: rows.length,
    setAside: setAside.length,
    withReferenceId: rows.filter((row) => row.referenceId !== null).length,
    fields,
    driverIds: name === null ? NO_COUNTS : countIds(rows.map((row) => row.driverIdField)),
  };
  return { rows, facts };
}

function countIds(values: readonly unknown[]): DriverIdCounts {
  const states = values.map((value) => (value === undefined ? 'unknown' : toDriverIdReading(value).state));
  const count = (state: string): number => states.filter((one) => one === state).length;
  return { known: count('known'), empty: count('empty'), unreadable: count('unknown') };
}

async function groups(
  calls: GpsCalls,
  { listTimeoutMs }: GpsInspectionOptions,
): Promise<{ readonly count: number; readonly seesAllDrivers: boolean }> {
  const options = { timeoutMs: listTimeoutMs };
  const { value } = await calls.call('drivergroup/list', 'read', {}, options, parseGroups);
  const seesAllDrivers = value.names.some((name) => name.toUpperCase() === 'ALL DRIVERS');
  return { count: value.count, seesAllDrivers };
}

async function nobody(calls: GpsCalls): Promise<UnknownDriverAnswer> {
  try {
    const read = (data: unknown) => parseDrivers(data, null);
    const { value } = await calls.call('driver/list', 'read', { driver: NOBODY }, {}, read);
    return value.rows.length + value.setAside.length === 0 ? 'empty' : 'another';
  } catch (error) {
    if (error instanceof PortalError && error.kind === 'not-found') return 'refused';
    throw error;
  }
}

function needsAttributes(
  { driveriDriverIdField: source }: GpsInspectionOptions,
  listed: Inspected<Listed>,
): boolean {
  if (source.kind !== 'field') return true;
  return !(answerOf(listed)?.facts.fields ?? []).includes(source.name);
}

async function attributes(
  calls: GpsCalls,
  rows: readonly GpsRow[],
  source: DriverIdSource,
): Promise<GpsAttributeFacts> {
  const addressed = rows.flatMap((row) => {
    const argument = unambiguousArgument(row, rows);
    return argument === null ? [] : [{ row, argument }];
  });
  const [first] = addressed;
  if (first === undefined) return { asked: 0, driverIds: NO_COUNTS, keys: [] };
  const all = { driver: first.argument };
  const keys = await calls.call('driver/getattributes', 'read', all, {}, parseAttributeKeys);
  if (source.kind !== 'attribute') return { asked: 1, driverIds: NO_COUNTS, keys: keys.value };
  const values: unknown[] = [];
  for (const { row, argument } of addressed.slice(0, ATTRIBUTE_READS)) {
    const params = { driver: argument, key: source.key };
    const read = (data: unknown) => parseAttribute(data, row.gpsId, source.key);
    values.push((await calls.call('driver/getattributes', 'read', params, {}, read)).value);
  }
  return { asked: values.length, driverIds: countIds(values), keys: keys.value };
}

async function methods(calls: GpsCalls): Promise<readonly string[]> {
  return (await calls.call('driver/methods', 'read', {}, {}, parseMethodNames)).value;
}
