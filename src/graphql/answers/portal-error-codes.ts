import type { PortalError, PortalErrorKind, PortalName } from '../../driver/ports/portal-error';

const PORTALS: Readonly<Record<PortalName, string>> = { gps: 'The GPS portal', driveri: 'Driveri' };

/** One of the two tables that translate portal errors (the other sorts them into retry, pause, block and park). */
const CODES: Readonly<Record<PortalErrorKind, readonly [code: string, what: string]>> = {
  unreachable: ['PORTAL_UNAVAILABLE', 'cannot be reached'],
  server: ['PORTAL_UNAVAILABLE', 'has a problem of its own'],
  malformed: ['PORTAL_UNAVAILABLE', 'gave an answer that is not one'],
  timeout: ['PORTAL_TIMEOUT', 'did not answer in time'],
  'too-late': ['PORTAL_TIMEOUT', 'was too busy for the request to be sent in time'],
  'rate-limited': ['PORTAL_RATE_LIMITED', 'allows no more requests for now'],
  paused: ['PORTAL_RATE_LIMITED', 'is not being asked for now, because it failed or limits requests'],
  credentials: ['PORTAL_CREDENTIALS_REFUSED', "refuses the account's credentials"],
  forbidden: ['PORTAL_FORBIDDEN', "does not let the account's user do this"],
  'not-found': ['PORTAL_NOT_FOUND', 'does not know the driver'],
  taken: ['PORTAL_DRIVER_ID_TAKEN', 'has another driver with this DriverID'],
  rejected: ['PORTAL_REJECTED', 'does not accept the change'],
  incomplete: ['PORTAL_INCOMPLETE', 'gave a list that is not complete'],
  ambiguous: ['PORTAL_AMBIGUOUS', 'would take this for another driver, so nothing was sent'],
};

/** What a caller is told of a portal's failure. */
export interface PublicPortalError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, string | number>>;
}

/**
 * Says which portal, which operation and what kind of failure. When it is not known whether a write was carried out, the code
 * is `OUTCOME_UNKNOWN` and the kind stands in `cause`.
 */
export function describePortalError(error: PortalError): PublicPortalError {
  const [code, what] = CODES[error.kind];
  const isUnknown = error.outcome === 'unknown';
  const said = error.kind === 'rejected' ? `: ${withoutAddresses(error.message)}` : '';
  const effect = isUnknown
    ? 'Whether the change was made is not known yet; it shows here as soon as it is.'
    : 'Nothing was changed.';
  return {
    message: `${PORTALS[error.portal]} ${what}${said}. ${effect}`,
    extensions: {
      code: isUnknown ? 'OUTCOME_UNKNOWN' : code,
      ...(isUnknown && { cause: code }),
      portal: error.portal,
      operation: error.operation,
      ...(error.retryAfterMs !== undefined && {
        retryAfterSeconds: Math.max(1, Math.ceil(error.retryAfterMs / 1000)),
      }),
    },
  };
}

// The message has none by its contract; this is the last door before the caller.
function withoutAddresses(message: string): string {
  return message.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '[address]').replace(/\.$/, '');
}
