import {
  PortalError,
  type PortalErrorKind,
  type PortalName,
  type WriteOutcome,
} from '../driver/ports/portal-error';
import type { SetAsideRow } from '../driver/ports/portal-rows';

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
  /** The cause for operators (`PortalErrorDetails`); default: the message. */
  readonly causeInWords?: string | undefined;
  /** The HTTP status of the answer. */
  readonly status?: number | undefined;
  readonly setAside?: SetAsideRow | undefined;
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
  const { outcome = 'none', ...told } = extras;
  const known = Object.entries(told).filter(([, value]) => value !== undefined);
  return new PortalError({
    portal: operation.portal,
    operation: operation.name,
    kind,
    outcome,
    message,
    ...Object.fromEntries(known),
  });
}

/** The outcome of a call that was sent, and whose answer says nothing of its effect. A read has none. */
export function outcomeUnknown(operation: PortalOperation): WriteOutcome {
  return operation.effect === 'write' ? 'unknown' : 'none';
}

/** An answer that is not one. Wire files throw it; the connection makes a `PortalError` of kind `malformed` of it. */
export class Unreadable extends Error {
  /** `what` says what is wrong. It quotes nothing of the answer but the title of a web page, made safe. */
  constructor(what: string) {
    super(what);
    this.name = 'Unreadable';
  }
}
