import type { PortalError } from '../../driver/ports/portal-error';
import { outcomeUnknown, portalFailure, type PortalOperation } from '../portal-failure';
import { safeText } from '../safe-text';
import { saysBusy, saysTooMany } from '../busy-words';

/** An error that the GPS portal told. */
export interface GpsRefusal {
  readonly code: string | null;
  readonly text: string | null;
  /** What was sent: not to be repeated in messages. */
  readonly sent: readonly string[];
}

/**
 * Whether the session is over: error 403 "session does not exist" (portals.md, D), with that code or without one. A refusal
 * with another code says it only in words that leave no doubt.
 */
export function saysSessionEnded({ code, text }: GpsRefusal): boolean {
  const said = text ?? '';
  if (code === '403' || code === '401') return /\bsession\b/i.test(said);
  return (
    /\bsession\b.{0,40}\b(not exist|not found|expired|ended|invalid|timed out|no longer)\b/i.test(said) ||
    /\b(invalid|expired|unknown|no such|no active) session\b/i.test(said)
  );
}

/**
 * The GPS portal's error as ours. The portal's codes are those of HTTP (D). A refused write has no effect; what is known of
 * one that the portal failed at (5xx, or busy by its own words) is nothing. A busy portal refuses no credentials.
 */
export function gpsFailure(operation: PortalOperation, refusal: GpsRefusal): PortalError {
  const code = Number(refusal.code);
  const words = safeText(refusal.text, refusal.sent);
  const said = words ?? `the portal refused it (${refusal.code ?? 'no code'})`;
  const extras = {
    portalCode: refusal.code ?? undefined,
    causeInWords: `refused with ${refusal.code === null ? 'no code' : `code ${refusal.code}`}: ${words ?? 'no text'}`,
  };
  if (code === 429 || saysTooMany(refusal.text))
    return portalFailure(operation, 'rate-limited', said, extras);
  if (code >= 500 || saysBusy(refusal.text)) {
    return portalFailure(operation, 'server', said, { ...extras, outcome: outcomeUnknown(operation) });
  }
  if (code === 401) return portalFailure(operation, 'credentials', said, extras);
  if (code === 403) return portalFailure(operation, 'forbidden', said, extras);
  if (saysDriverUnknown(refusal.text)) return portalFailure(operation, 'not-found', said, extras);
  return portalFailure(operation, 'rejected', said, extras);
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
