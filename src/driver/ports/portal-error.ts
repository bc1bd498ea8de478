import type { SetAsideRow } from './portal-rows';

/** GPS or Driveri. */
export type PortalName = 'gps' | 'driveri';

/**
 * What kind of failure a portal call met.
 * - `unreachable`: no connection, reset, DNS; `timeout`: no answer in time; `server`: 5xx; `malformed`: an answer that is not one
 * - `rate-limited`: wait `retryAfterMs`; `paused`: not sent, because the account's portal is paused, its breaker open or its budget spent
 * - `credentials`: refused log-in or token; `forbidden`: a missing scope or permission
 * - `not-found`: no such driver; `taken`: the DriverID is held already (removed drivers hold theirs too)
 * - `rejected`: this input will never be accepted; a person must act
 * - `incomplete`: a listing that is not proven complete; `ambiguous`: the portal would address another driver
 * - `too-late`: not sent, because the deadline for sending has passed
 */
export type PortalErrorKind =
  | 'unreachable'
  | 'timeout'
  | 'server'
  | 'malformed'
  | 'rate-limited'
  | 'paused'
  | 'credentials'
  | 'forbidden'
  | 'not-found'
  | 'taken'
  | 'rejected'
  | 'incomplete'
  | 'ambiguous'
  | 'too-late';

/** What is known of the effect of a failed write: `none` (not sent, or refused as a whole), or `unknown`. */
export type WriteOutcome = 'none' | 'unknown';

export interface PortalErrorDetails {
  readonly portal: PortalName;
  /** The portal's operation in our spelling, for example `driver/update` or `drivers.update`. */
  readonly operation: string;
  readonly kind: PortalErrorKind;
  readonly outcome: WriteOutcome;
  /** Safe to show to a user: no URL, header, body or personal data. */
  readonly message: string;
  readonly retryAfterMs?: number;
  /** The portal's own code or HTTP status, for the log. */
  readonly portalCode?: string;
  /**
   * The cause for operators, as a sentence fragment: host name, certificate, status, the portal's own short text. Default:
   * `message`. It holds no path, query, token, header, body or personal data.
   */
  readonly causeInWords?: string;
  /** The HTTP status of the answer; left out when there was none. */
  readonly status?: number;
  /** For a direct read of a row that could not be read. */
  readonly setAside?: SetAsideRow;
  readonly cause?: unknown;
}

/** A call to a portal that did not succeed: says which portal, which operation, which kind, and what is known of its effect. */
export class PortalError extends Error {
  readonly portal: PortalName;
  readonly operation: string;
  readonly kind: PortalErrorKind;
  readonly outcome: WriteOutcome;
  readonly retryAfterMs: number | undefined;
  readonly portalCode: string | undefined;
  readonly causeInWords: string;
  readonly status: number | undefined;
  readonly setAside: SetAsideRow | undefined;

  constructor(details: PortalErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PortalError';
    this.portal = details.portal;
    this.operation = details.operation;
    this.kind = details.kind;
    this.outcome = details.outcome;
    this.retryAfterMs = details.retryAfterMs;
    this.portalCode = details.portalCode;
    this.causeInWords = details.causeInWords ?? details.message;
    this.status = details.status;
    this.setAside = details.setAside;
  }
}
