import type { HttpAnswer, HttpRequest } from '../http-client';
import { portalFailure, Unreadable, type PortalOperation } from '../portal-failure';
import { parseEnvelope, type GpsEnvelope } from './gps-wire';

/** A method's parameters. */
export type GpsParams = Readonly<Record<string, string>>;

/** A call as the vendor's client sends it (portals.md, C): POST, form, whatever is secret in the body and not in the URL. */
export function formRequest(operation: PortalOperation, params: GpsParams): HttpRequest {
  return {
    operation,
    method: 'POST',
    path: `/${operation.name}`,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(params).toString(),
  };
}

/** The envelope of an answer. Errors come with status 200 as a rule (T); with 4xx, what the envelope says counts, if there is one. */
export function readEnvelope(operation: PortalOperation, answer: HttpAnswer): GpsEnvelope {
  if (answer.status < 400) return parseEnvelope(answer.body);
  const portalCode = String(answer.status);
  const envelope = tryEnvelope(answer.body);
  if (envelope?.status === 'ERROR') return { ...envelope, code: envelope.code ?? portalCode };
  if (answer.status === 401)
    throw portalFailure(operation, 'credentials', 'access was refused', { portalCode });
  if (answer.status === 403) throw portalFailure(operation, 'forbidden', 'it is not allowed', { portalCode });
  throw new Unreadable(`status ${answer.status} without an envelope`);
}

function tryEnvelope(body: string): GpsEnvelope | null {
  try {
    return parseEnvelope(body);
  } catch {
    return null;
  }
}
