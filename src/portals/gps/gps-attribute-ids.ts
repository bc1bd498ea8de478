import type { DriverIdReading } from '../../driver/gps-driver';
import { readDriverId, type GpsId } from '../../driver/ids';
import type { AttributeReading, AttributeReadings } from '../../driver/ports/attribute-readings';
import type { DriverIdAge } from '../../driver/ports/gps-portal';
import type { CallOptions } from '../../driver/ports/portal-call';
import { PortalError, type PortalErrorKind } from '../../driver/ports/portal-error';
import { unambiguousArgument } from './gps-argument';
import type { GpsCalls } from './gps-calls';
import { refuseToWrite, type GpsDriverIds } from './gps-driver-ids';
import { parseAttribute, toDriverIdReading, type GpsRow } from './gps-wire';

/** What reading attributes needs. */
export interface AttributeSweep {
  readonly calls: GpsCalls;
  readonly readings: AttributeReadings;
  /** The account's requests in 24 hours; undefined: no limit. */
  readonly requestsPerDay: number | undefined;
  /** Epoch ms. */
  readonly now: () => number;
}

const DAY_MS = 24 * 3_600_000;
const READS_PER_LIST = 20;
const AT_A_TIME = 5;

/** Of the day's requests: polling takes half at most, and people have the last tenth. */
const SHARE_OF_DAY = 0.35;

/** Failures that say something of one driver, or of one answer, and nothing of the portal. */
const ABOUT_ONE_DRIVER: ReadonlySet<PortalErrorKind> = new Set([
  'not-found',
  'rejected',
  'malformed',
  'ambiguous',
]);

const UNKNOWN: DriverIdReading = { state: 'unknown' };
const NOT_ADDRESSABLE =
  'the portal takes this GPS id for the Ref ID of another driver, so its attributes cannot be asked for';

/**
 * DriverIDs in a custom attribute, which costs a request per driver. So each list reads some: those never read first, then those
 * read more than a day ago, within the sweep's share of the day; the others have what was read last. Nobody's empty answer
 * counts before somebody has the attribute: a key that does not exist answers just the same.
 */
export function createAttributeDriverIds(key: string, given: AttributeSweep): GpsDriverIds {
  const readings = pausedOnFailure(given.readings);
  const sweep: AttributeSweep = { ...given, readings };
  return {
    fieldName: null,
    async ofList(rows, options) {
      const kept = new Map((await readings.all()).map((reading) => [reading.gpsId, reading]));
      await forgetOthers(sweep, kept, rows);
      const read = await readDue(sweep, key, rows, kept, { ...options, urgency: 'bulk' });
      for (const reading of read) kept.set(reading.gpsId, reading);
      const keyExists = [...kept.values()].some(({ value }) => value !== null);
      const tell = (row: GpsRow): DriverIdReading => toReading(kept.get(row.gpsId), keyExists);
      const unread = rows.filter((row) => tell(row).state === 'unknown').map((row) => row.gpsId);
      const failures = unread.flatMap((id): readonly [GpsId, string][] => {
        const failure = kept.get(id)?.failure ?? null;
        return failure === null ? [] : [[id, failure]];
      });
      return { answered: keyExists, of: tell, unread: new Set(unread), failed: new Map(failures) };
    },
    async ofOne(row, argument, options) {
      if (argument === null) return UNKNOWN;
      const ticket = await readings.drawTicket();
      const reading = await tryOne(sweep, key, { row, argument, ticket }, options);
      const [kept] = await readings.keep([reading]);
      return toReading(kept, (kept?.value ?? null) !== null || (await readings.hasValue()));
    },
    async ages(ids) {
      const kept = new Map((await readings.of(ids)).map((reading) => [reading.gpsId, reading]));
      return new Map(ids.map((id) => [id, ageOf(kept.get(id))]));
    },
    params: refuseToWrite(
      'the DriverID is a custom attribute in this GPS portal, which its API can read but not write: change it in the portal',
    ),
  };
}

/** A store that cannot be reached is a call that cannot be made now: a portal throws nothing but `PortalError`. */
function pausedOnFailure(readings: AttributeReadings): AttributeReadings {
  const tried = <Value>(asked: Promise<Value>): Promise<Value> =>
    asked.catch((cause: unknown) => {
      throw new PortalError({
        portal: 'gps',
        operation: 'driver/getattributes',
        kind: 'paused',
        outcome: 'none',
        message: 'not sent: what was read of this attribute before could not be looked up',
        retryAfterMs: 1_000,
        cause,
      });
    });
  return {
    all: () => tried(readings.all()),
    of: (ids) => tried(readings.of(ids)),
    hasValue: () => tried(readings.hasValue()),
    drawTicket: () => tried(readings.drawTicket()),
    keep: (read) => tried(readings.keep(read)),
    forget: (ids) => tried(readings.forget(ids)),
  };
}

const ageOf = (kept: AttributeReading | undefined): DriverIdAge => ({
  value: readDriverId(kept?.value ?? null),
  readAt: kept?.readAt ?? null,
  triedAt: kept?.triedAt ?? null,
  failure: kept?.failure ?? null,
});

/** What a kept reading says of the DriverID. */
function toReading(kept: AttributeReading | undefined, keyExists: boolean): DriverIdReading {
  if (kept?.readAt == null) return UNKNOWN;
  if (kept.value === null) return keyExists ? { state: 'empty' } : UNKNOWN;
  const id = readDriverId(kept.value);
  return id === null ? UNKNOWN : { state: 'known', value: id };
}

/** A driver that GPS does not list for a while, to a restricted user, keeps what was read. */
async function forgetOthers(
  { readings, now }: AttributeSweep,
  kept: Map<GpsId, AttributeReading>,
  rows: readonly GpsRow[],
): Promise<void> {
  const listed = new Set(rows.map((row) => row.gpsId));
  const gone = [...kept.values()].filter(
    (reading) => !listed.has(reading.gpsId) && now() - reading.triedAt > 2 * DAY_MS,
  );
  for (const { gpsId } of gone) kept.delete(gpsId);
  if (gone.length > 0) await readings.forget(gone.map(({ gpsId }) => gpsId));
}

/** Reads the attributes whose turn it is, and keeps them. Answers what is kept of them now. */
async function readDue(
  sweep: AttributeSweep,
  key: string,
  rows: readonly GpsRow[],
  kept: ReadonlyMap<GpsId, AttributeReading>,
  options: CallOptions,
): Promise<readonly AttributeReading[]> {
  const due = dueRows(sweep, rows, kept);
  if (due.length === 0) return [];
  const ticket = await sweep.readings.drawTicket();
  const read: AttributeReading[] = [];
  for (let start = 0; start < due.length; start += AT_A_TIME) {
    const chunk = due.slice(start, start + AT_A_TIME);
    const answers = await Promise.all(
      chunk.map((row) =>
        tryInTurn(sweep, key, { row, argument: unambiguousArgument(row, rows), ticket }, options),
      ),
    );
    read.push(...answers.filter((answer) => answer !== null));
    // The list itself was answered: it is worth what it says of everything else.
    if (answers.includes(null)) break;
  }
  return sweep.readings.keep(read);
}

interface Asked {
  readonly row: GpsRow;
  readonly argument: string | null;
  readonly ticket: number;
}

/** Null: the portal does not answer at the moment, which says nothing of this driver. */
async function tryInTurn(
  sweep: AttributeSweep,
  key: string,
  asked: Asked,
  options: CallOptions,
): Promise<AttributeReading | null> {
  try {
    return await tryOne(sweep, key, asked, options);
  } catch (error) {
    if (error instanceof PortalError) return null;
    throw error;
  }
}

/** A failure that is about this driver is a reading, too: the next list reads other drivers first instead of failing here again. */
async function tryOne(
  sweep: AttributeSweep,
  key: string,
  asked: Asked,
  options: CallOptions,
): Promise<AttributeReading> {
  const { row, argument } = asked;
  if (argument === null) return failed(sweep, asked, NOT_ADDRESSABLE);
  try {
    return await readOne(sweep, key, { ...asked, row, argument }, options);
  } catch (error) {
    if (!(error instanceof PortalError) || !ABOUT_ONE_DRIVER.has(error.kind)) throw error;
    return failed(sweep, asked, error.causeInWords);
  }
}

async function readOne(
  { calls }: AttributeSweep,
  key: string,
  { row, argument, ticket }: Asked & { readonly argument: string },
  options: CallOptions,
): Promise<AttributeReading> {
  const params = { driver: argument, key };
  const { value, sentAt } = await calls.call('driver/getattributes', 'read', params, options, (data) =>
    toDriverIdReading(parseAttribute(data, row.gpsId, key)),
  );
  const tried = { gpsId: row.gpsId, triedAt: sentAt, ticket };
  switch (value.state) {
    case 'known':
      return { ...tried, value: value.value, readAt: sentAt, failure: null };
    case 'empty':
      return { ...tried, value: null, readAt: sentAt, failure: null };
    case 'unknown':
      return {
        ...tried,
        value: null,
        readAt: null,
        failure: 'it is not a text that can be stored unchanged',
      };
  }
}

function failed({ now }: AttributeSweep, { row, ticket }: Asked, failure: string): AttributeReading {
  return { gpsId: row.gpsId, value: null, readAt: null, triedAt: now(), failure, ticket };
}

function dueRows(
  { now, requestsPerDay }: AttributeSweep,
  rows: readonly GpsRow[],
  kept: ReadonlyMap<GpsId, AttributeReading>,
): readonly GpsRow[] {
  const at = now();
  const triedAt = (row: GpsRow): number => {
    const tried = kept.get(row.gpsId)?.triedAt ?? 0;
    return tried > at ? 0 : tried; // by a clock that was ahead
  };
  const triedToday = [...kept.values()].filter(({ triedAt: tried }) => at - tried < DAY_MS).length;
  const left =
    requestsPerDay === undefined ? Infinity : Math.floor(requestsPerDay * SHARE_OF_DAY) - triedToday;
  const due = rows.filter((row) => at - triedAt(row) > DAY_MS);
  due.sort((one, other) => triedAt(one) - triedAt(other));
  return due.slice(0, Math.max(0, Math.min(READS_PER_LIST, left)));
}
