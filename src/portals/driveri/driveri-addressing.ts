import { randomUUID } from 'node:crypto';
import type { DriverId } from '../../driver/ids';
import type { CallOptions } from '../../driver/ports/portal-call';
import { PortalError } from '../../driver/ports/portal-error';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { CallDriveri } from './driveri-calls';
import { SCOPES } from './driveri-refusal';
import { toSegment } from './driveri-wire';

/** Whether drivers can be addressed by their DriverIDs, which stand in the path of every change (portals.md, 2). */
export interface DriveriAddressing {
  /**
   * To be called before a driver gets this DriverID: with one that no path can hold, they could be made, but never be changed
   * again. Throws `PortalError`: `rejected`, naming the character; or why that could not be found out.
   */
  refuseUnaddressable(operationName: string, id: DriverId, options: CallOptions): Promise<void>;
  /** What a failed change of this driver means: `rejected`, naming the character, when the path is why; else the same error. */
  explain(error: unknown, operationName: string, id: DriverId, options: CallOptions): Promise<unknown>;
}

/** Characters that servers on the way may refuse in a path, although they are percent-encoded. */
const DELICATE = ['/', '\\', '%', ';', '?', '#'] as const;
type Delicate = (typeof DELICATE)[number];

const KEPT_MS = 3_600_000;

/**
 * Asks Driveri whether a character passes, when a DriverID with it is first wanted: by a change of nothing for a driver who
 * cannot exist. Driveri says that there is no such driver; a server on the way says something else.
 */
export function createDriveriAddressing(call: CallDriveri, now: () => number): DriveriAddressing {
  const known = new Map<Delicate, { readonly passes: boolean; readonly at: number }>();

  const passes = async (character: Delicate, options: CallOptions): Promise<boolean> => {
    const kept = known.get(character);
    if (kept !== undefined && now() - kept.at < KEPT_MS) return kept.passes;
    const isFine =
      (await reachesDriveri(call, character, options)) || !(await reachesDriveri(call, '', options));
    known.set(character, { passes: isFine, at: now() });
    return isFine;
  };

  const firstRefused = async (id: DriverId, options: CallOptions): Promise<Delicate | null> => {
    for (const character of DELICATE) {
      if (id.includes(character) && !(await passes(character, options))) return character;
    }
    return null;
  };

  return {
    async refuseUnaddressable(name, id, options) {
      if (toSegment(id) === null)
        throw unaddressable(name, 'a DriverID like this cannot stand in a web address');
      const character = await firstRefused(id, options);
      if (character !== null) throw unaddressable(name, whyRefused(character));
    },
    async explain(error, name, id, { urgency = 'live' }) {
      if (!(error instanceof PortalError) || !isOfAnotherServer(error)) return error;
      // A read: it may be sent when the time for writing has passed.
      const character = await firstRefused(id, { urgency });
      return character === null ? error : unaddressable(name, whyRefused(character));
    },
  };
}

function unaddressable(name: string, message: string): PortalError {
  const operation: PortalOperation = { portal: 'driveri', name, effect: 'write' };
  return portalFailure(operation, 'rejected', message);
}

function whyRefused(character: Delicate): string {
  return (
    `a server between the gateway and Driveri refuses “${character}” in a web address, so a driver whose DriverID holds it ` +
    'could not be changed: choose a DriverID without it'
  );
}

async function reachesDriveri(call: CallDriveri, character: string, options: CallOptions): Promise<boolean> {
  try {
    await call(
      {
        name: 'drivers.update',
        // Nothing is changed, whatever comes of it.
        effect: 'read',
        method: 'PUT',
        path: ['drivers', `no-such-driver${character}${randomUUID()}`],
        body: '{}',
        scope: SCOPES.updateDrivers,
        isAboutOneDriver: true,
        read: () => undefined,
      },
      options,
    );
    return true;
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    if (error.kind === 'not-found') return true;
    if (error.kind === 'rejected') return error.status !== 404;
    if (isOfAnotherServer(error)) return false;
    throw error;
  }
}

/** A refusal (4xx) that is not in Driveri's form. */
function isOfAnotherServer({ kind, portalCode }: PortalError): boolean {
  return kind === 'malformed' && /^4\d\d$/.test(portalCode ?? '');
}
