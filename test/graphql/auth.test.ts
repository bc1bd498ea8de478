import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type KeyLike } from 'jose';
import { accountId } from '../../src/driver/ids';
import { createManualClock } from '../../src/platform/clock';
import { Secret } from '../../src/platform/secret';
import { createTokenVerifier, readBearer, signSandboxToken, type Identity } from '../../src/graphql/auth';

const clock = createManualClock(Date.UTC(2026, 10, 24));
const secret = new Secret(randomBytes(32).toString('hex'));
const identity: Identity = {
  userId: 'anna',
  account: accountId('acme'),
  role: 'MASTER',
  expiresAt: clock.now() + 60_000,
};
const UNAUTHENTICATED = { extensions: { code: 'UNAUTHENTICATED' } };

describe('a token with a shared secret', () => {
  const verify = createTokenVerifier({ key: { secret }, clock, issuer: 'us', audience: 'api' });
  const sign = (claims: Record<string, unknown>, key = secret, alg = 'HS256') =>
    new SignJWT(claims)
      .setProtectedHeader({ alg })
      .setIssuer('us')
      .setAudience('api')
      .sign(Buffer.from(key.reveal()));
  const claims = { sub: 'anna', account: 'acme', role: 'MASTER', exp: identity.expiresAt / 1000 };

  it('tells who it is and until when', async () => {
    const token = await signSandboxToken(secret, identity, { issuer: 'us', audience: 'api' });
    expect(await verify(token)).toEqual(identity);
  });

  it.each([
    ['of another secret', () => sign(claims, new Secret('x'.repeat(32)))],
    ['with another algorithm', () => sign(claims, secret, 'HS512')],
    ['without a signature', async () => new UnsecuredJWT(claims).setIssuer('us').setAudience('api').encode()],
    ['that has expired', () => sign({ ...claims, exp: clock.now() / 1000 - 10 })],
    ['that is not good yet', () => sign({ ...claims, nbf: clock.now() / 1000 + 60 })],
    ['that never expires', () => sign({ ...claims, exp: undefined })],
    ['without a user', () => sign({ ...claims, sub: undefined })],
    ['without an account', () => sign({ ...claims, account: '' })],
    ['with a role that there is not', () => sign({ ...claims, role: 'OWNER' })],
    ['of another issuer', () => signSandboxToken(secret, identity, { issuer: 'them', audience: 'api' })],
    ['for another audience', () => signSandboxToken(secret, identity, { issuer: 'us', audience: 'other' })],
    ['that is none', async () => 'x.y.z'],
  ])('is refused when it is one %s', async (_what, make) => {
    await expect(verify(await make())).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('has a clock tolerance of seconds, not more', async () => {
    const token = await sign({ ...claims, exp: clock.now() / 1000 - 3 });
    expect(await verify(token)).toMatchObject({ userId: 'anna' });
  });
});

describe('a token of a key server', () => {
  let server: Server;
  let url: string;
  let isUp = true;
  let privateKey: KeyLike;
  let publicText: string;
  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    privateKey = pair.privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' };
    publicText = JSON.stringify(jwk);
    server = createServer((_request, response) => {
      response.statusCode = isUp ? 200 : 503;
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const sign = (kid = 'one') =>
    new SignJWT({ account: 'acme', role: 'VIEWER' })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setSubject('anna')
      .setExpirationTime(identity.expiresAt / 1000)
      .sign(privateKey);

  it('is verified with the key that it names', async () => {
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock });
    expect(await verify(await sign())).toMatchObject({ userId: 'anna', role: 'VIEWER' });
    await expect(verify(await sign('two'))).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('does not take the public key for a secret', async () => {
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock });
    const forged = await new SignJWT({ account: 'acme', role: 'MASTER' })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setSubject('eve')
      .setExpirationTime(identity.expiresAt / 1000)
      .sign(Buffer.from(publicText));
    await expect(verify(forged)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('is neither good nor bad while the keys cannot be read', async () => {
    isUp = false;
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock });
    await expect(verify(await sign())).rejects.toMatchObject({
      extensions: { code: 'AUTHENTICATION_UNAVAILABLE' },
    });
    isUp = true;
  });
});

describe('the header', () => {
  it.each([undefined, '', 'Basic abc', 'Bearer', 'Bearer ', 'Bearer a b', 42, ['Bearer a']])(
    '%j has no token',
    (header) => {
      expect(() => readBearer(header)).toThrow('A bearer token is needed');
    },
  );

  it('may write Bearer as it likes', () => {
    expect(readBearer('bearer a.b.c')).toBe('a.b.c');
  });
});
