import type { DriverIdReading } from '../../driver/gps-driver';
import type { GpsId } from '../../driver/ids';
import type { CallOptions } from '../../driver/portal-call';
import { PortalError } from '../../driver/portal-error';
import { portalFailure, type PortalOperation } from '../portal-failure';
import { unambiguousArgument } from './gps-argument';
import type { GpsCalls } from './gps-calls';
import { parseAttribute, toDriverIdReading, type GpsRow } from './gps-wire';

/** Where an account's GPS portal keeps the Driveri DriverID: in a field of the driver, in a custom attribute, or nowhere. */
export type DriverIdSource =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'attribute'; readonly key: string }
  | { readonly kind: 'none' };

/** Reads and writes DriverIDs where the account has them. */
export interface GpsDriverIds {
  /** The field of a row that holds it; null when it is not in rows. */
  readonly fieldName: string | null;
  /** A reading for each row of a whole list, and whether the list answered at all. */
  ofList(rows: readonly GpsRow[], options: CallOptions): Promise<DriverIdsOfList>;
  /** The reading of one driver who was read directly; `argument` is what names them, null when nothing does. Throws `PortalError`. */
  ofOne(row: GpsRow, argument: string | null, options: CallOptions): Promise<DriverIdReading>;
  /** The parameter that writes it. Throws `PortalError` of kind `rejected` where it cannot be written. */
  params(operation: PortalOperation, value: string): Readonly<Record<string, string>>;
}

export interface DriverIdsOfList {
  readonly answered: boolean;
  readonly of: (row: GpsRow) => DriverIdReading;
}

const UNKNOWN: DriverIdReading = { state: 'unknown' };
const EMPTY: DriverIdReading = { state: 'empty' };

/** Picks the way for this account (portals.md, I: no document names a field, so the configuration does). */
export function createGpsDriverIds(source: DriverIdSource, calls: GpsCalls, now: () => number): GpsDriverIds {
  switch (source.kind) {
    case 'field':
      return fieldDriverIds(source.name);
    case 'attribute':
      return attributeDriverIds(source.key, calls, now);
    case 'none':
      return {
        fieldName: null,
        ofList: () => Promise.resolve({ answered: true, of: () => EMPTY }),
        ofOne: () => Promise.resolve(EMPTY),
        params: refuseToWrite('this GPS portal has no field for the DriverID'),
      };
  }
}

/**
 * A row that lacks the field while others have it is empty; when none has it, the portal did not answer. A driver who is read
 * alone is judged by the last list: so one and the same row means one and the same.
 */
function fieldDriverIds(name: string): GpsDriverIds {
  let answeredLast = false;
  const reading = (row: GpsRow): DriverIdReading =>
    row.driverIdField === undefined && !answeredLast ? UNKNOWN : toDriverIdReading(row.driverIdField);
  return {
    fieldName: name,
    ofList(rows) {
      answeredLast = rows.some((row) => row.driverIdField !== undefined);
      return Promise.resolve({ answered: answeredLast, of: reading });
    },
    ofOne: (row) => Promise.resolve(reading(row)),
    params: (_operation, value) => ({ [name]: value }),
  };
}

interface AttributeReading {
  readonly reading: DriverIdReading;
  readonly at: number;
}

const DAY_MS = 24 * 3_600_000;
const READS_PER_LIST = 20;

/**
 * An attribute costs a request per driver. So each list reads some: those never read first, then those read more than a day
 * ago; the others have what was read last. Nobody's empty answer counts before somebody has the attribute: a key that does
 * not exist answers just the same.
 */
function attributeDriverIds(key: string, calls: GpsCalls, now: () => number): GpsDriverIds {
  const known = new Map<GpsId, AttributeReading>();
  let keyExists = false;

  const read = async (id: GpsId, argument: string, options: CallOptions): Promise<void> => {
    const params = { driver: argument, key };
    const { value, sentAt } = await calls.call('driver/getattributes', 'read', params, options, (data) =>
      parseAttribute(data, id, key),
    );
    const reading = toDriverIdReading(value);
    keyExists ||= reading.state === 'known';
    known.set(id, { reading, at: sentAt });
  };
  const tell = (id: GpsId): DriverIdReading => {
    const reading = known.get(id)?.reading ?? UNKNOWN;
    return reading.state === 'empty' && !keyExists ? UNKNOWN : reading;
  };

  return {
    fieldName: null,
    async ofList(rows, options) {
      forgetOthers(known, rows);
      try {
        for (const row of dueRows(rows, known, now())) {
          const argument = unambiguousArgument(row, rows);
          if (argument !== null) await read(row.gpsId, argument, { ...options, urgency: 'bulk' });
        }
      } catch (error) {
        // The list itself was answered: it is worth what it says of everything else.
        if (!(error instanceof PortalError)) throw error;
      }
      return { answered: keyExists, of: (row) => tell(row.gpsId) };
    },
    async ofOne(row, argument, options) {
      if (argument === null) return UNKNOWN;
      await read(row.gpsId, argument, options);
      return tell(row.gpsId);
    },
    params: refuseToWrite(
      'the DriverID is a custom attribute in this GPS portal, which its API can read but not write: change it in the portal',
    ),
  };
}

function forgetOthers(known: Map<GpsId, AttributeReading>, rows: readonly GpsRow[]): void {
  const ids = new Set(rows.map((row) => row.gpsId));
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
}

function dueRows(
  rows: readonly GpsRow[],
  known: ReadonlyMap<GpsId, AttributeReading>,
  now: number,
): readonly GpsRow[] {
  const readAt = (row: GpsRow): number => known.get(row.gpsId)?.at ?? 0;
  const due = rows.filter((row) => now - readAt(row) > DAY_MS);
  return due.sort((one, other) => readAt(one) - readAt(other)).slice(0, READS_PER_LIST);
}

function refuseToWrite(why: string): GpsDriverIds['params'] {
  return (operation) => {
    throw portalFailure(operation, 'rejected', why);
  };
}
