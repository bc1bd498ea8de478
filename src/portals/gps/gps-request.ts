import type { HttpAnswer, HttpRequest } from '../http-client';
import { portalFailure, Unreadable, type PortalOperation } from '../portal-failure';
import { webPageIn } from '../web-page';
import { parseEnvelope, type GpsEnvelope } from './gps-envelope';

/** A method's parameters. */
export type GpsParams = Readonly<Record<string, string>>;

/** A call as the vendor's client sends it (portals.md, C): POST, form, whatever is secret in the body and not in the URL. */
export function formRequest(operation: PortalOperation, params: GpsParams, timeoutMs?: number): HttpRequest {
  return {
    operation,
    method: 'POST',
    path: `/${operation.name}`,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(params).toString(),
    timeoutMs,
  };
}

/** The envelope of an answer. Errors come with status 200 as a rule (T); with 4xx, what the envelope says counts, if there is one. */
export function readEnvelope(operation: PortalOperation, answer: HttpAnswer): GpsEnvelope {
  if (answer.status < 400) return parseEnvelope(answer.body);
  const { status } = answer;
  const portalCode = String(status);
  const envelope = tryEnvelope(answer.body);
  if (envelope?.status === 'ERROR') return { ...envelope, code: envelope.code ?? portalCode };
  // A proxy or a firewall in front of the portal: it knows nothing of credentials, rights or drivers.
  const page = webPageIn(answer.body);
  if (page !== null) throw new Unreadable(`it is ${page} (status ${status})`);
  const extras = { portalCode, status, causeInWords: `refused with status ${status}` };
  if (status === 401) throw portalFailure(operation, 'credentials', 'access was refused', extras);
  if (status === 403) throw portalFailure(operation, 'forbidden', 'it is not allowed', extras);
  // A wrong address says nothing of a driver.
  if (status === 404) throw new Unreadable('status 404 without an envelope');
  throw portalFailure(operation, 'rejected', `it was refused (status ${status})`, extras);
}

function tryEnvelope(body: string): GpsEnvelope | null {
  try {
    return parseEnvelope(body);
  } catch {
    return null;
  }
}
