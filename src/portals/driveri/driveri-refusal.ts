import type { PortalError } from '../../driver/ports/portal-error';
import type { HttpAnswer } from '../http-client';
import { saysBusy, saysTooMany } from '../busy-words';
import { outcomeUnknown, portalFailure, Unreadable, type PortalOperation } from '../portal-failure';
import { safeText } from '../safe-text';
import { webPageIn } from '../web-page';
import { parseFailure } from './driveri-wire';

/** The scopes that an API key needs, in the vendor's words (portals.md, C). */
export const SCOPES = {
  viewDrivers: 'View Drivers',
  updateDrivers: 'Update Drivers',
  viewConfigurations: 'View Fleet Configurations',
  viewTokens: 'View Access Token',
  createTokens: 'Create Access Token',
} as const;
export type Scope = (typeof SCOPES)[keyof typeof SCOPES];

export interface RefusedCall {
  readonly operation: PortalOperation;
  /** What a 403 means is lacking. */
  readonly scope: Scope;
  /** Whether a 404 means that there is no such driver. */
  readonly isAboutOneDriver: boolean;
  /** What was sent: not to be repeated in messages. */
  readonly sent: readonly string[];
}

/**
 * A refusal (4xx) as ours: decided by the HTTP status, for the values of `messageCode` are not published (I). A refused
 * write has no effect; one that Driveri was too busy for may have had one. Throws `Unreadable` for a web page, which comes from
 * a proxy or a firewall, and for a 404 that is not Driveri's own: a wrong address says nothing of a driver.
 */
export function driveriFailure(call: RefusedCall, { status, body }: HttpAnswer): PortalError {
  const { operation } = call;
  const page = webPageIn(body);
  if (page !== null) throw new Unreadable(`it is ${page} (status ${status})`);
  const told = parseFailure(body);
  const said = safeText(told?.message ?? null, call.sent);
  const portalCode = told?.messageCode == null ? String(status) : `${status} ${told.messageCode}`;
  const causeInWords = `refused with status ${status}${said === null ? '' : `: ${said}`}`;
  const extras = { portalCode, status, causeInWords };
  if (saysTooMany(told?.message ?? null)) {
    return portalFailure(operation, 'rate-limited', said ?? 'too many requests', extras);
  }
  if (saysBusy(told?.message ?? null)) {
    const outcome = outcomeUnknown(operation);
    return portalFailure(operation, 'server', said ?? 'the portal is busy', { ...extras, outcome });
  }
  switch (status) {
    case 401:
      return portalFailure(operation, 'credentials', said ?? 'the credentials were refused', extras);
    case 403:
      return portalFailure(operation, 'forbidden', `the API key needs the scope "${call.scope}"`, extras);
    case 404: {
      if (told === null) throw new Unreadable('status 404 without an error of the API');
      const isDriver = call.isAboutOneDriver && !saysTenantUnknown(told.message);
      const message = said ?? (isDriver ? 'there is no such driver' : 'there is no such tenant');
      return portalFailure(operation, isDriver ? 'not-found' : 'rejected', message, extras);
    }
    default:
      return portalFailure(operation, 'rejected', said ?? `it was refused (status ${status})`, extras);
  }
}

function saysTenantUnknown(message: string | null): boolean {
  return /tenant|resource/i.test(message ?? '') && !/driver/i.test(message ?? '');
}
