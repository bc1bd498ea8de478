import type { PortalError } from '../../driver/portal-error';
import type { HttpAnswer } from '../http-client';
import { portalFailure, Unreadable, type PortalOperation } from '../portal-failure';
import { safeText } from '../safe-text';
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
 * write has no effect. Throws `Unreadable` for a 404 that is not Driveri's own: a wrong address says nothing of a driver.
 */
export function driveriFailure(call: RefusedCall, { status, body }: HttpAnswer): PortalError {
  const { operation } = call;
  const told = parseFailure(body);
  const said = safeText(told?.message ?? null, call.sent);
  const portalCode = told?.messageCode == null ? String(status) : `${status} ${told.messageCode}`;
  switch (status) {
    case 401:
      return portalFailure(operation, 'credentials', said ?? 'the credentials were refused', { portalCode });
    case 403:
      return portalFailure(operation, 'forbidden', `the API key needs the scope "${call.scope}"`, {
        portalCode,
      });
    case 404: {
      if (told === null) throw new Unreadable('status 404 without an error of the API');
      const isDriver = call.isAboutOneDriver && !saysTenantUnknown(told.message);
      const message = said ?? (isDriver ? 'there is no such driver' : 'there is no such tenant');
      return portalFailure(operation, isDriver ? 'not-found' : 'rejected', message, { portalCode });
    }
    default:
      return portalFailure(operation, 'rejected', said ?? `it was refused (status ${status})`, {
        portalCode,
      });
  }
}

function saysTenantUnknown(message: string | null): boolean {
  return /tenant|resource/i.test(message ?? '') && !/driver/i.test(message ?? '');
}
