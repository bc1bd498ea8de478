import type { DriverIdReading } from '../../driver/gps-driver';
import type { GpsId } from '../../driver/ids';
import type { DriverIdAge } from '../../driver/ports/gps-portal';
import type { CallOptions } from '../../driver/ports/portal-call';
import { portalFailure, type PortalOperation } from '../portal-failure';
import { toDriverIdReading, type GpsRow } from './gps-wire';

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
  /** See `GpsPortal.driverIdAges`. */
  readonly ages?: (ids: readonly GpsId[]) => Promise<ReadonlyMap<GpsId, DriverIdAge>>;
  /** The parameter that writes it. Throws `PortalError` of kind `rejected` where it cannot be written. */
  params(operation: PortalOperation, value: string): Readonly<Record<string, string>>;
}

export interface DriverIdsOfList {
  readonly answered: boolean;
  readonly of: (row: GpsRow) => DriverIdReading;
  /** Drivers whose DriverID was never read; left out when a list tells all of them. */
  readonly unread?: ReadonlySet<GpsId>;
  /** Of these, those whose turn it was and that could not be read: why, in words. */
  readonly failed?: ReadonlyMap<GpsId, string>;
}

const UNKNOWN: DriverIdReading = { state: 'unknown' };
const EMPTY: DriverIdReading = { state: 'empty' };

/** Picks the way for this account (portals.md, I: no document names a field, so the configuration does). */
export function createGpsDriverIds(
  source: DriverIdSource,
  attribute: (key: string) => GpsDriverIds,
): GpsDriverIds {
  switch (source.kind) {
    case 'field':
      return fieldDriverIds(source.name);
    case 'attribute':
      return attribute(source.key);
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
  const reading = (row: GpsRow, answered: boolean): DriverIdReading =>
    row.driverIdField === undefined && !answered ? UNKNOWN : toDriverIdReading(row.driverIdField);
  return {
    fieldName: name,
    ofList(rows) {
      const answered = rows.some((row) => row.driverIdField !== undefined);
      answeredLast = answered;
      return Promise.resolve({ answered, of: (row) => reading(row, answered) });
    },
    ofOne: (row) => Promise.resolve(reading(row, answeredLast)),
    params: (_operation, value) => ({ [name]: value }),
  };
}

/** `params` of a portal whose DriverIDs cannot be written. */
export function refuseToWrite(why: string): GpsDriverIds['params'] {
  return (operation) => {
    throw portalFailure(operation, 'rejected', why);
  };
}
