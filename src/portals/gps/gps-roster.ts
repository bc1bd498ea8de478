import type { GpsId } from '../../driver/ids';
import type { CallOptions } from '../../driver/ports/portal-call';
import { PortalError } from '../../driver/ports/portal-error';
import type { SetAsideRow } from '../../driver/ports/portal-rows';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { Received } from '../portal-connection';
import { readWithRepeats, type ListingRules } from '../repeat-reading';
import { unambiguousArgument } from './gps-argument';
import type { GpsCalls } from './gps-calls';
import { parseDrivers, type GpsRow, type GpsRows } from './gps-wire';

/**
 * What the portal says of a driver who is asked for by id. `argument` names them and nobody else; null when nothing does.
 * `unreadable`: it tells of them, in a row that cannot be read. `unknown`: it says that it does not know them. `unclear`: it
 * says nothing, or tells of another driver.
 */
export type Located =
  | {
      readonly found: 'row';
      readonly row: GpsRow;
      readonly argument: string | null;
      readonly sentAt: number;
      readonly changes: readonly string[];
    }
  | {
      readonly found: 'unreadable';
      readonly row: SetAsideRow;
      readonly argument: string | null;
      readonly sentAt: number;
    }
  | { readonly found: 'unknown' }
  | { readonly found: 'unclear' };

/** Reads drivers by `driver/list`. */
export interface GpsRoster {
  readonly all: (options: CallOptions) => Promise<Received<GpsRows>>;
  /** Finds a driver by id. Throws `PortalError`. */
  readonly locate: (id: GpsId, options: CallOptions) => Promise<Located>;
  /** The argument for a write to this driver. Throws `PortalError`: `not-found`, or `ambiguous` when it could hit another. */
  readonly addressForWrite: (id: GpsId, operation: PortalOperation, options: CallOptions) => Promise<string>;
}

/**
 * `driver/list` takes the same argument as the writes do, and resolves it in the same order (portals.md, C): so what it
 * answers is the driver that a write would hit.
 */
export function createGpsRoster(
  calls: GpsCalls,
  driverIdName: string | null,
  rules: ListingRules,
): GpsRoster {
  const read = (data: unknown): Promise<GpsRows> => parseDrivers(data, driverIdName);
  const one = (driver: string, options: CallOptions): Promise<Received<GpsRows>> =>
    calls.call('driver/list', 'read', { driver }, options, read);
  const all = (options: CallOptions): Promise<Received<GpsRows>> => {
    const { timeoutMs, repeatAfterMs } = rules;
    const once = () => calls.call('driver/list', 'read', {}, { ...options, timeoutMs }, read);
    return readWithRepeats(once, repeatAfterMs);
  };

  const byId = async (id: GpsId, options: CallOptions): Promise<Received<GpsRows> | null> => {
    try {
      return await one(id, options);
    } catch (error) {
      if (error instanceof PortalError && error.kind === 'not-found') return null;
      throw error;
    }
  };

  const locate = async (id: GpsId, options: CallOptions): Promise<Located> => {
    const direct = await byId(id, options);
    if (direct === null) return { found: 'unknown' };
    const own = ownIn(direct.value, id);
    if (own !== null && direct.value.rows.length + direct.value.setAside.length === 1) {
      return { ...own, argument: id, sentAt: direct.sentAt };
    }
    // Nobody, or another driver, whose Ref ID is this number. The whole list tells; that it does not proves nothing.
    const list = await all(options);
    const listed = ownIn(list.value, id);
    if (listed === null) return { found: 'unclear' };
    if (listed.found === 'unreadable') return { ...listed, argument: null, sentAt: list.sentAt };
    const argument = unambiguousArgument(listed.row, list.value.rows);
    // By id the portal has just shown another driver, or none: whatever the list says, that is no way to address them.
    return { ...listed, argument: argument === id ? null : argument, sentAt: list.sentAt };
  };

  const addressForWrite = async (
    id: GpsId,
    operation: PortalOperation,
    options: CallOptions,
  ): Promise<string> => {
    const located = await locate(id, options);
    if (located.found === 'unknown') throw portalFailure(operation, 'not-found', 'there is no such driver');
    const argument = located.found === 'unclear' ? null : located.argument;
    if (argument === id) return argument;
    // A Ref ID is only known from the list so far: the portal has to show whom it takes it for.
    const shown = argument === null ? [] : (await one(argument, options)).value.rows;
    if (argument !== null && shown.length === 1 && shown[0]?.gpsId === id) return argument;
    const why = 'not sent: the portal would take it for another driver, whose Ref ID is this GPS id';
    throw portalFailure(operation, 'ambiguous', why);
  };

  return { all, locate, addressForWrite };
}

type Own =
  | { readonly found: 'row'; readonly row: GpsRow; readonly changes: readonly string[] }
  | { readonly found: 'unreadable'; readonly row: SetAsideRow };

function ownIn({ rows, setAside, cleaned }: GpsRows, id: GpsId): Own | null {
  const row = rows.find((one) => one.gpsId === id);
  if (row !== undefined) return { found: 'row', row, changes: cleaned.get(id) ?? [] };
  const aside = setAside.find((one) => one.id === id);
  return aside === undefined ? null : { found: 'unreadable', row: aside };
}
