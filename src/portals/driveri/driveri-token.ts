import { PortalError } from '../../driver/ports/portal-error';
import type { PortalSessions } from '../../driver/ports/portal-sessions';
import { reveal, type Credential } from '../credential';
import type { PortalConnection } from '../portal-connection';
import { inTurn } from '../log-in-turn';
import { createMemorySessions } from '../memory-sessions';
import { portalFailure, type PortalOperation } from '../portal-failure';
import { createSealer } from '../sealed-text';
import { SharedGrant } from '../shared-grant';
import { driveriFailure, SCOPES, type Scope } from './driveri-refusal';
import { parseToken, parseTokens, type DriveriToken } from './driveri-wire';

export interface DriveriCredentials {
  readonly clientId: Credential;
  readonly clientSecret: Credential;
}

/** A token that lives no longer than this is about to expire. */
const MARGIN_MS = 60_000;
/** When there is none that lives longer, the best that there is will do for so long before it is looked for again. */
const MAKE_DO_MS = 10_000;

const LIST: PortalOperation = { portal: 'driveri', name: 'auth.tokens', effect: 'read' };
// Not a write as far as drivers go: when it fails, the call that wanted the token was certainly not sent.
const CREATE: PortalOperation = { portal: 'driveri', name: 'auth.token', effect: 'read' };

/** How the account's processes take turns in making tokens. */
export interface TokenOptions {
  /** Default: this process's memory, for a connector used alone. */
  readonly sessions?: PortalSessions | undefined;
}

/** Longer than a token takes to make with its wait for a turn. */
const CLAIM_MS = 30_000;

/**
 * One token for all calls of an account. A client may have two (portals.md, C): so it is looked for first, and made only when
 * there is none that lasts, by one process at a time. All processes find the same one that way. Throws `PortalError`:
 * `credentials`, or `forbidden` when the API key may not see or make tokens.
 */
export function createDriveriToken(
  connection: PortalConnection,
  { sessions, ...credentials }: DriveriCredentials & TokenOptions,
): SharedGrant<DriveriToken> {
  const turn = {
    sessions: sessions ?? createMemorySessions(connection.now),
    fingerprint: () =>
      createSealer(reveal(credentials.clientSecret), `driveri ${reveal(credentials.clientId)}`).fingerprint,
    operation: CREATE,
    claimMs: CLAIM_MS,
  };
  const list = (): Promise<readonly DriveriToken[]> =>
    send(connection, credentials, LIST, SCOPES.viewTokens, parseTokens);
  const create = (): Promise<DriveriToken> =>
    send(connection, credentials, CREATE, SCOPES.createTokens, parseToken);
  const lasts = (token: DriveriToken): boolean => token.expiresOn - connection.now() > MARGIN_MS;
  let lookedAt = -Infinity;
  return new SharedGrant<DriveriToken>({
    isGood: (token) => lasts(token) || connection.now() - lookedAt < MAKE_DO_MS,
    now: connection.now,
    // Looked for in turn as well: a process that looked before would make one although another just has.
    obtain: (refused) =>
      inTurn(turn, async () => {
        lookedAt = connection.now();
        const usable = (await list()).filter((token) => token.accessToken !== refused?.accessToken);
        const best = longest(usable);
        if (best !== undefined && lasts(best)) return best;
        return createUnlessRefused(create, list, refused);
      }),
  });
}

/** When a third token is refused, another client has just made one, or there are two that still live for a little while. */
async function createUnlessRefused(
  create: () => Promise<DriveriToken>,
  list: () => Promise<readonly DriveriToken[]>,
  refused: DriveriToken | null,
): Promise<DriveriToken> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof PortalError) || error.kind !== 'rejected') throw error;
    const usable = (await list()).filter((token) => token.accessToken !== refused?.accessToken);
    const best = longest(usable);
    if (best !== undefined) return best;
    const { portalCode } = error;
    throw portalFailure(CREATE, 'credentials', `no access token to be had: ${error.message}`, { portalCode });
  }
}

function longest(tokens: readonly DriveriToken[]): DriveriToken | undefined {
  return [...tokens].sort((one, other) => other.expiresOn - one.expiresOn)[0];
}

async function send<Value>(
  connection: PortalConnection,
  credentials: DriveriCredentials,
  operation: PortalOperation,
  scope: Scope,
  read: (body: string) => Value,
): Promise<Value> {
  const pair = `${reveal(credentials.clientId)}:${reveal(credentials.clientSecret)}`;
  const isList = operation === LIST;
  const { value } = await connection.send(
    {
      operation,
      method: isList ? 'GET' : 'POST',
      path: isList ? '/v1/auth/tokens' : '/v1/auth/token',
      headers: {
        accept: 'application/json',
        'accept-language': 'en-US',
        authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`,
      },
    },
    {},
    (answer) => {
      if (answer.status < 400) return read(answer.body);
      throw driveriFailure({ operation, scope, isAboutOneDriver: false, sent: [pair] }, answer);
    },
  );
  return value;
}
