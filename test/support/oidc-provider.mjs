/**
 * An identity provider in a process of its own, for a test: oidc-provider with one public client, which any name and password
 * sign in to. Prints its issuer once it listens. Arguments: the client's redirect URI, and the API that tokens are for.
 */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirectUri, resource] = process.argv.slice(2);
const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'console',
      token_endpoint_auth_method: 'none',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      // A page may call it from another origin, over plain HTTP on this machine only.
      application_type: 'native',
    },
  ],
  clientBasedCORS: () => true,
  // What a user types as a name is the subject; the role is a part of it.
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  extraTokenClaims: (_context, token) => ({
    account: 'sandbox',
    role: (token.accountId ?? '').split('-').at(-1),
  }),
  features: {
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: '',
        audience: resource,
        accessTokenFormat: 'jwt',
        // Short, so that the renewal can be seen.
        accessTokenTTL: 12,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  ttl: { AccessToken: 12, RefreshToken: 3_600, Interaction: 600, Session: 3_600, Grant: 3_600, IdToken: 600 },
  rotateRefreshToken: true,
});
server.on('request', provider.callback());
process.stdout.write(`${issuer}\n`);
// Whatever becomes of the test, this ends with it.
process.stdin.resume().on('end', () => process.exit(0));
