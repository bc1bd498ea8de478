import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriveriChanges, DriveriNewDriver, DriveriReading } from '../../driver/ports/driveri-portal';
import type { DriverId } from '../../driver/ids';
import type { CallOptions } from '../../driver/ports/portal-call';
import { PortalError } from '../../driver/ports/portal-error';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { DriveriAddressing } from './driveri-addressing';
import type { CallDriveri } from './driveri-calls';
import { SCOPES } from './driveri-refusal';
import type { DriveriStatuses } from './driveri-statuses';
import { parseDone, toBody, type DriveriDriverBody } from './driveri-wire';

/** The writes to a Driveri tenant, with the port's contract. */
export interface DriveriWrites {
  create(driver: DriveriNewDriver, options: CallOptions): Promise<void>;
  reinstate(removed: DriveriDriver, fields: DriveriNewDriver, options: CallOptions): Promise<void>;
  update(id: DriverId, changes: DriveriChanges, options: CallOptions): Promise<void>;
}

export interface DriveriWritesParts {
  readonly call: CallDriveri;
  readonly statuses: DriveriStatuses;
  readonly addressing: DriveriAddressing;
  readonly readDriver: (id: DriverId, options: CallOptions) => Promise<DriveriReading>;
}

export function createDriveriWrites(parts: DriveriWritesParts): DriveriWrites {
  return {
    async create(driver, options) {
      await parts.addressing.refuseUnaddressable('drivers.create', driver.driverId, options);
      try {
        await post(parts.call, filled(driver), { name: 'drivers.create', reinstate: false }, options);
      } catch (error) {
        throw await whyRefused(parts, error, { wanted: driver.driverId, options });
      }
    },
    reinstate: (removed, fields, options) => reinstate(parts, removed, fields, options),
    update: (id, changes, options) => update(parts, id, changes, options),
  };
}

/**
 * A deleted driver comes back by POST, one with any other status by PUT (portals.md). Where the words deceive, the other way
 * is tried once.
 */
async function reinstate(
  parts: DriveriWritesParts,
  removed: DriveriDriver,
  fields: DriveriNewDriver,
  options: CallOptions,
): Promise<void> {
  const table = await parts.statuses.forWrite();
  const { driverId } = removed;
  const name = 'drivers.reinstate';
  const byPost = (): Promise<void> =>
    post(parts.call, { ...filled(fields), driverId }, { name, reinstate: true }, options);
  const byPut = (): Promise<void> => {
    const { driverId: _, ...changes } = fields;
    return put(parts, name, driverId, { ...changes, status: 'active' }, options);
  };
  const ways = table.isDeleted(removed.statusCode) ? [byPost, byPut] : [byPut, byPost];
  const [first = byPost, second = byPut] = ways;
  try {
    await first();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await second().catch((other: unknown) => {
      // What the right way said is more to the point than what the other one did.
      throw isRefusal(other) ? error : other;
    });
  }
}

async function update(
  parts: DriveriWritesParts,
  id: DriverId,
  changes: DriveriChanges,
  options: CallOptions,
): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  const name = changes.status === 'removed' ? 'drivers.remove' : 'drivers.update';
  const { driverId: next } = changes;
  if (next !== undefined && next !== id) await parts.addressing.refuseUnaddressable(name, next, options);
  try {
    await put(parts, name, id, changes, options);
  } catch (error) {
    const { driverId: wanted = id, status } = changes;
    const explained = await parts.addressing.explain(error, name, id, options);
    throw await whyRefused(parts, explained, {
      wanted: wanted === id ? null : wanted,
      updated: status === undefined ? id : null,
      options,
    });
  }
}

/** A status is told by its code of today: when it is refused, the codes may have changed, and it is sent once more. */
async function put(
  parts: DriveriWritesParts,
  name: string,
  id: DriverId,
  changes: DriveriChanges,
  options: CallOptions,
): Promise<void> {
  const { status, ...fields } = changes;
  const send = (code: number | null): Promise<void> =>
    putBody(parts.call, name, id, { ...fields, ...(code === null ? {} : { status: code }) }, options);
  if (status === undefined) return send(null);
  const code = codeOf(await parts.statuses.forWrite(), name, status);
  try {
    await send(code);
  } catch (error) {
    if (!(error instanceof PortalError) || error.kind !== 'rejected') throw error;
    const codeNow = codeOf(await parts.statuses.refresh(), name, status);
    if (codeNow === code) throw error;
    await send(codeNow);
  }
}

function codeOf(
  table: Awaited<ReturnType<DriveriStatuses['forWrite']>>,
  name: string,
  status: 'active' | 'removed',
): number {
  const found = table[status];
  if (found !== null) return found.code;
  const operation: PortalOperation = { portal: 'driveri', name, effect: 'write' };
  const message = `the tenant has no status that means "${status}"; name one in the configuration`;
  throw portalFailure(operation, 'rejected', message);
}

async function post(
  call: CallDriveri,
  body: DriveriDriverBody,
  { name, reinstate }: { readonly name: string; readonly reinstate: boolean },
  options: CallOptions,
): Promise<void> {
  await call(
    {
      name,
      effect: 'write',
      method: 'POST',
      path: ['drivers'],
      query: { reinstateDriver: String(reinstate) },
      body: toBody(body),
      scope: SCOPES.updateDrivers,
      sent: textsOf(body),
      read: parseDone,
    },
    options,
  );
}

async function putBody(
  call: CallDriveri,
  name: string,
  id: DriverId,
  body: DriveriDriverBody,
  options: CallOptions,
): Promise<void> {
  await call(
    {
      name,
      effect: 'write',
      method: 'PUT',
      path: ['drivers', id],
      body: toBody(body),
      scope: SCOPES.updateDrivers,
      isAboutOneDriver: true,
      sent: [id, ...textsOf(body)],
      read: parseDone,
    },
    options,
  );
}

/**
 * Why a write was refused, decided by reading and not by words: `taken` when somebody has the wanted DriverID; `not-found`
 * when the driver is removed in Driveri by now, for whoever planned this write believed that they were not.
 */
async function whyRefused(
  parts: DriveriWritesParts,
  error: unknown,
  about: {
    readonly wanted: DriverId | null;
    readonly updated?: DriverId | null;
    readonly options: CallOptions;
  },
): Promise<unknown> {
  if (!(error instanceof PortalError) || error.kind !== 'rejected') return error;
  // A read: it may be sent when the time for writing has passed.
  const { urgency = 'live' } = about.options;
  const operation: PortalOperation = { portal: 'driveri', name: error.operation, effect: 'write' };
  const { portalCode } = error;
  try {
    if (about.wanted !== null && (await parts.readDriver(about.wanted, { urgency })).driver !== null) {
      return portalFailure(operation, 'taken', 'somebody has this DriverID already', { portalCode });
    }
    const updated = about.updated ?? null;
    if (updated !== null && (await parts.readDriver(updated, { urgency })).driver?.removed === true) {
      return portalFailure(operation, 'not-found', 'the driver is removed in Driveri', { portalCode });
    }
    return error;
  } catch (failedRead) {
    // Unless that is refused as well, nobody knows yet: to be tried again, where a rejection would wait for a person.
    return failedRead instanceof PortalError && failedRead.kind === 'rejected' ? error : failedRead;
  }
}

/** Whether the portal said no to this very write: then another way may be right. */
function isRefusal(error: unknown): boolean {
  return error instanceof PortalError && (error.kind === 'rejected' || error.kind === 'not-found');
}

/** Without what is empty: there is nothing to clear yet. */
function filled({ driverId, firstName, ...optional }: DriveriNewDriver): DriveriDriverBody {
  const told = Object.entries(optional).filter(([, value]) => value !== '');
  return { driverId, firstName, ...Object.fromEntries(told) };
}

function textsOf(body: DriveriDriverBody): readonly string[] {
  return Object.values(body).filter((value) => typeof value === 'string');
}
