import type { PortalError } from '../../driver/portal-error';
import { outcomeUnknown, portalFailure, type PortalOperation } from '../portal-failure';
import { safeText } from '../safe-text';

/** An error that the GPS portal told. */
export interface GpsRefusal {
  readonly code: string | null;
  readonly text: string | null;
  /** What was sent: not to be repeated in messages. */
  readonly sent: readonly string[];
}

/** Whether the session is over: error 403 "session does not exist" (portals.md, D). */
export function saysSessionEnded({ code, text }: GpsRefusal): boolean {
  return (code === '403' || code === '401') && /\bsession\b/i.test(text ?? '');
}

/**
 * The GPS portal's error as ours. The portal's codes are those of HTTP (D). A refused write has no effect; what is known of
 * one that the portal failed at (5xx) is nothing.
 */
export function gpsFailure(operation: PortalOperation, refusal: GpsRefusal): PortalError {
  const code = Number(refusal.code);
  const portalCode = refusal.code ?? undefined;
  const said = safeText(refusal.text, refusal.sent) ?? `the portal refused it (${refusal.code ?? 'no code'})`;
  if (code === 429) return portalFailure(operation, 'rate-limited', said, { portalCode });
  if (code >= 500) {
    return portalFailure(operation, 'server', said, { outcome: outcomeUnknown(operation), portalCode });
  }
  if (code === 401) return portalFailure(operation, 'credentials', said, { portalCode });
  if (code === 403) return portalFailure(operation, 'forbidden', said, { portalCode });
  if (saysDriverUnknown(refusal.text)) return portalFailure(operation, 'not-found', said, { portalCode });
  return portalFailure(operation, 'rejected', said, { portalCode });
}

/**
 * Whether an error says of a driver, and of nothing else, that they are not there. No document tells its words, and a removal
 * may rest on it (design, 2.3): so a bare 404, a missing group or attribute, or a lack of rights is not it.
 */
function saysDriverUnknown(text: string | null): boolean {
  if (text === null || /group|attribute|session|method|permission|access|allowed|visible/i.test(text))
    return false;
  const missing = '(not found|not exist|not be found|no longer exists|is unknown)';
  return (
    new RegExp(`\\bdriver\\b.{0,60}\\b${missing}`, 'is').test(text) ||
    /\b(no such|unknown|cannot find|could not find|can't find|no matching) driver\b/i.test(text)
  );
}
