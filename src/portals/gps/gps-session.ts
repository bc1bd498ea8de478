import { reveal, type Credential } from '../credential';
import type { PortalConnection } from '../portal-connection';
import { portalFailure, type PortalOperation } from '../portal-failure';
import { SharedGrant } from '../shared-grant';
import { safeText } from '../safe-text';
import { gpsFailure, type GpsRefusal } from './gps-refusal';
import { formRequest, readEnvelope } from './gps-request';
import { parseLogin } from './gps-wire';

export interface GpsCredentials {
  readonly username: Credential;
  readonly appToken: Credential;
}

const LOGIN: PortalOperation = { portal: 'gps', name: 'userauth/login', effect: 'read' };

/**
 * One session for all calls of an account (portals.md, D): logged in by one call at a time. It ends without notice; nobody
 * tells when. Throws `PortalError`, of kind `credentials` when the log-in is refused.
 */
export function createGpsSession(
  connection: PortalConnection,
  credentials: GpsCredentials,
): SharedGrant<string> {
  return new SharedGrant<string>({
    obtain: () => logIn(connection, credentials),
    isGood: () => true,
    now: connection.now,
  });
}

async function logIn(connection: PortalConnection, credentials: GpsCredentials): Promise<string> {
  const fields = { username: reveal(credentials.username), app_token: reveal(credentials.appToken) };
  const request = formRequest(LOGIN, fields);
  const { value } = await connection.send(request, {}, (answer) => {
    const envelope = readEnvelope(LOGIN, answer);
    if (envelope.status === 'OK') return parseLogin(envelope.data);
    throw logInFailure({ ...envelope, sent: Object.values(fields) });
  });
  return value;
}

/** A log-in that is refused for whatever reason is a matter of credentials; a portal that fails is not. */
function logInFailure(refusal: GpsRefusal): Error {
  const failure = gpsFailure(LOGIN, refusal);
  if (failure.kind === 'server' || failure.kind === 'rate-limited') return failure;
  const said = safeText(refusal.text, refusal.sent);
  const message = `the log-in was refused${said === null ? '' : `: ${said}`}`;
  return portalFailure(LOGIN, 'credentials', message, { portalCode: refusal.code ?? undefined });
}
