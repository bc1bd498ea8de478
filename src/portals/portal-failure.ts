import {
  PortalError,
  type PortalErrorKind,
  type PortalName,
  type WriteOutcome,
} from '../driver/portal-error';

/** One call to a portal, as errors and metrics call it. */
export interface PortalOperation {
  readonly portal: PortalName;
  /** In our spelling: `driver/update`, `drivers.update`. */
  readonly name: string;
  readonly effect: 'read' | 'write';
}

/** What a failure may say besides its kind. */
export interface FailureExtras {
  readonly outcome?: WriteOutcome;
  readonly retryAfterMs?: number | undefined;
  readonly portalCode?: string | undefined;
}

/**
 * A `PortalError` of this operation; its outcome is `none` unless told otherwise. The message is a fragment that says why:
 * those who show it put portal and operation before it. It holds no URL, header, body or personal data.
 */
export function portalFailure(
  operation: PortalOperation,
  kind: PortalErrorKind,
  message: string,
  extras: FailureExtras = {},
): PortalError {
  const { outcome = 'none', retryAfterMs, portalCode } = extras;
  return new PortalError({
    portal: operation.portal,
    operation: operation.name,
    kind,
    outcome,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(portalCode === undefined ? {} : { portalCode }),
  });
}

/** The outcome of a call that was sent, and whose answer says nothing of its effect. A read has none. */
export function outcomeUnknown(operation: PortalOperation): WriteOutcome {
  return operation.effect === 'write' ? 'unknown' : 'none';
}

/** An answer that is not one. Wire files throw it; the connection makes a `PortalError` of kind `malformed` of it. */
export class Unreadable extends Error {
  /** `what` says what is wrong, without quoting the answer. */
  constructor(what: string) {
    super(what);
    this.name = 'Unreadable';
  }
}
