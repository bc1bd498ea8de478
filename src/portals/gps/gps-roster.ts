import type { GpsId } from '../../driver/ids';
import type { CallOptions } from '../../driver/portal-call';
import { PortalError } from '../../driver/portal-error';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { Received } from '../portal-connection';
import { unambiguousArgument } from './gps-argument';
import type { GpsCalls } from './gps-calls';
import { parseDrivers, type GpsRow } from './gps-wire';

/**
 * What the portal says of a driver who is asked for by id. `argument` names them and nobody else; null when nothing does.
 * `unknown`: it says that it does not know them. `unclear`: it says nothing, or tells of somebody else.
 */
export type Located =
  | { readonly found: 'row'; readonly row: GpsRow; readonly argument: string | null; readonly sentAt: number }
  | { readonly found: 'unknown' }
  | { readonly found: 'unclear' };

/** Reads drivers by `driver/list`. */
export interface GpsRoster {
  readonly all: (options: CallOptions) => Promise<Received<readonly GpsRow[]>>;
  /** Finds a driver by id. Throws `PortalError`. */
  readonly locate: (id: GpsId, options: CallOptions) => Promise<Located>;
  /** The argument for a write to this driver. Throws `PortalError`: `not-found`, or `ambiguous` when it could hit another. */
  readonly addressForWrite: (id: GpsId, operation: PortalOperation, options: CallOptions) => Promise<string>;
}

/**
 * `driver/list` takes the same argument as the writes do, and resolves it in the same order (portals.md, C): so what it
 * answers is whom a write would hit.
 */
export function createGpsRoster(calls: GpsCalls, driverIdName: string | null): GpsRoster {
  const list = (argument: string | null, options: CallOptions): Promise<Received<readonly GpsRow[]>> =>
    calls.call('driver/list', 'read', argument === null ? {} : { driver: argument }, options, (data) =>
      parseDrivers(data, driverIdName),
    );

  const byId = async (id: GpsId, options: CallOptions): Promise<Received<readonly GpsRow[]> | null> => {
    try {
      return await list(id, options);
    } catch (error) {
      if (error instanceof PortalError && error.kind === 'not-found') return null;
      throw error;
    }
  };

  const locate = async (id: GpsId, options: CallOptions): Promise<Located> => {
    const direct = await byId(id, options);
    if (direct === null) return { found: 'unknown' };
    const [row, ...others] = direct.value;
    if (row?.gpsId === id && others.length === 0) {
      return { found: 'row', row, argument: id, sentAt: direct.sentAt };
    }
    // Nobody, or somebody else, whose Ref ID is this number. The whole list tells; that it does not proves nothing.
    const all = await list(null, options);
    const own = all.value.find((one) => one.gpsId === id);
    if (own === undefined) return { found: 'unclear' };
    const argument = unambiguousArgument(own, all.value);
    // By id the portal has just shown somebody else, or nobody: whatever the list says, that is no way to address them.
    return { found: 'row', row: own, argument: argument === id ? null : argument, sentAt: all.sentAt };
  };

  const addressForWrite = async (
    id: GpsId,
    operation: PortalOperation,
    options: CallOptions,
  ): Promise<string> => {
    const located = await locate(id, options);
    if (located.found === 'unknown') throw portalFailure(operation, 'not-found', 'there is no such driver');
    const argument = located.found === 'row' ? located.argument : null;
    if (argument === id) return argument;
    // A Ref ID is only known from the list so far: the portal has to show whom it takes it for.
    const shown = argument === null ? [] : (await list(argument, options)).value;
    if (argument !== null && shown.length === 1 && shown[0]?.gpsId === id) return argument;
    const why = 'not sent: the portal would take it for another driver, whose Ref ID is this GPS id';
    throw portalFailure(operation, 'ambiguous', why);
  };

  return { all: (options) => list(null, options), locate, addressForWrite };
}
