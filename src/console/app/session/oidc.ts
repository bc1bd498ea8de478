import * as oauth from 'oauth4webapi';
import { expiryOf, subjectOf, type Credentials } from './session';
import type { SignInOffer } from './sign-in-offer';

/** An identity provider, as the gateway names it. */
export type Provider = Extract<SignInOffer, { readonly kind: 'oidc' }>;

/** What the tab remembers while the user is with the provider. */
interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly returnTo: string;
  /** Whose session has expired, so that another user does not get what was typed. */
  readonly subject: string | null;
}

/** What came of signing in. */
export interface SignedIn {
  readonly credentials: Credentials;
  readonly returnTo: string;
  /** Another user than the one whose session had expired. */
  readonly isAnother: boolean;
}

const KEY = 'driver-sync-oidc';
const redirectUri = (): string => new URL('/sign-in', location.origin).href;

/** Sends the user to the provider (authorisation code with PKCE). `expired`: the token that is not taken any more. */
export async function goToProvider(provider: Provider, returnTo: string, expired?: string): Promise<void> {
  const server = await discover(provider);
  if (server.authorization_endpoint === undefined)
    throw new Error('The identity provider has no page to sign in.');
  const pending: Pending = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    returnTo,
    subject: expired === undefined ? null : subjectOf(expired),
  };
  sessionStorage.setItem(KEY, JSON.stringify(pending));
  const url = new URL(server.authorization_endpoint);
  const parameters: Readonly<Record<string, string | undefined>> = {
    client_id: provider.clientId,
    response_type: 'code',
    redirect_uri: redirectUri(),
    scope: provider.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
    // A provider gives a refresh token only to a user who has agreed to it.
    prompt: provider.scope.split(' ').includes('offline_access') ? 'consent' : undefined,
    audience: provider.audience,
    resource: provider.resource,
  };
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value);
  location.assign(url);
}

/** Takes what the provider has sent the user back with. Rejects with a message for a person. */
export async function finishSignIn(provider: Provider, address: string): Promise<SignedIn> {
  const pending = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Pending | null; // written above
  sessionStorage.removeItem(KEY);
  if (pending === null) throw new Error('This sign-in was not started in this tab. Start again.');
  const server = await discover(provider);
  const client = clientOf(provider);
  const parameters = oauth.validateAuthResponse(server, client, new URL(address), pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    pending.verifier,
    { ...transport(provider), additionalParameters: resourceOf(provider) },
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: pending.nonce,
  });
  const credentials = credentialsOf(tokens);
  const isAnother = pending.subject !== null && pending.subject !== subjectOf(credentials.token);
  return { credentials, returnTo: pending.returnTo, isAnother };
}

/** A new token for the old refresh token, without the user. Rejects when the provider does not give one. */
export async function renew(provider: Provider, refreshToken: string): Promise<Credentials> {
  const server = await discover(provider);
  const client = clientOf(provider);
  const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, {
    ...transport(provider),
    additionalParameters: resourceOf(provider),
  });
  const tokens = await oauth.processRefreshTokenResponse(server, client, response);
  // A provider that does not rotate them leaves the old one valid.
  return credentialsOf({ ...tokens, refresh_token: tokens.refresh_token ?? refreshToken });
}

function credentialsOf(tokens: oauth.TokenEndpointResponse): Credentials {
  const { access_token: token, expires_in: seconds, refresh_token: refreshToken } = tokens;
  const expiresAt = expiryOf(token) ?? (seconds === undefined ? null : Date.now() + seconds * 1000);
  return { token, expiresAt, ...(refreshToken === undefined ? {} : { renewal: { refreshToken } }) };
}

async function discover(provider: Provider): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(provider.issuer);
  try {
    const response = await oauth.discoveryRequest(issuer, transport(provider));
    return await oauth.processDiscoveryResponse(issuer, response);
  } catch (cause) {
    throw new Error('The identity provider cannot be reached.', { cause });
  }
}

const clientOf = ({ clientId }: Provider): oauth.Client => ({ client_id: clientId });

const resourceOf = ({ resource }: Provider): Record<string, string> =>
  resource === undefined ? {} : { resource };

/** Plain HTTP only where the gateway's configuration has allowed it. */
const transport = ({ issuer }: Provider) => ({ [oauth.allowInsecureRequests]: issuer.startsWith('http:') });
