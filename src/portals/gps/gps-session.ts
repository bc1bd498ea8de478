import { reveal, type Credential } from '../credential';
import type { PortalConnection } from '../portal-connection';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { PortalSessions } from '../../driver/ports/portal-sessions';
import { takeSession, type OpenSession } from '../log-in-turn';
import { createMemorySessions } from '../memory-sessions';
import { createSealer } from '../sealed-text';
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

/** How the account's processes share a session; each has a default for a connector used alone. */
export interface SessionOptions {
  /** Default: this process's memory. */
  readonly sessions?: PortalSessions | undefined;
  /** Least time between two log-ins of the account; default 30 s. */
  readonly logInEveryMs?: number | undefined;
}

const LOG_IN_EVERY_MS = 30_000;

/** Longer than a log-in takes with its wait for a turn; after a crash under way, other processes wait no longer than this. */
const CLAIM_MS = 30_000;

/**
 * One session for all calls of an account, in all its processes (portals.md, D; engine.md, R7). It ends without notice: a call
 * that is refused takes the newer session of another process, or logs in. Throws `PortalError`, of kind `credentials` when the
 * log-in is refused.
 */
export function createGpsSession(
  connection: PortalConnection,
  { sessions, logInEveryMs = LOG_IN_EVERY_MS, ...credentials }: GpsCredentials & SessionOptions,
): SharedGrant<string> {
  let held: OpenSession | null = null;
  const turn = {
    sessions: sessions ?? createMemorySessions(connection.now),
    sealer: () => createSealer(reveal(credentials.appToken), `gps ${reveal(credentials.username)}`),
    operation: LOGIN,
    logInEveryMs,
    claimMs: CLAIM_MS,
    logIn: () => logIn(connection, credentials),
  };
  return new SharedGrant<string>({
    obtain: async (refused, fresh) => {
      // Another call may have taken a newer one since this one was refused.
      const after = refused !== null && held?.token === refused ? held.version : 0;
      held = await takeSession(turn, { after, fresh });
      return held.token;
    },
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
