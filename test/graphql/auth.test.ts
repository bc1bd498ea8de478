import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWK, type KeyLike } from 'jose';
import { accountId } from '../../src/driver/ids';
import { createManualClock } from '../../src/platform/clock';
import { createLogger } from '../../src/platform/logger';
import { Secret } from '../../src/platform/secret';
import {
  createTokenVerifier,
  readBearer,
  signSandboxToken,
  type Identity,
} from '../../src/graphql/admit/auth';
import { DEFAULT_CLAIMS, readSubject } from '../../src/graphql/admit/token-claims';

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
    ['that has expired', () => sign({ ...claims, exp: clock.now() / 1000 - 70 })],
    ['that is not good yet', () => sign({ ...claims, nbf: clock.now() / 1000 + 70 })],
    ['with a line break in the user', () => sign({ ...claims, sub: 'anna\nroot' })],
    ['with NUL in the user', () => sign({ ...claims, sub: 'anna\0' })],
    ['with a user who is a number', () => sign({ ...claims, sub: 42 })],
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

  it('may have times with fractions, and a clock that is up to a minute away', async () => {
    const seconds = clock.now() / 1000;
    for (const times of [
      { exp: seconds + 5.123 },
      { exp: seconds - 50 },
      { nbf: seconds + 20.5 },
      { iat: seconds + 30 },
    ]) {
      expect(await verify(await sign({ ...claims, ...times }))).toMatchObject({ userId: 'anna' });
    }
    const { expiresAt } = await verify(await sign({ ...claims, exp: seconds + 5.123 }));
    expect(expiresAt).toBe(Math.floor((seconds + 5.123) * 1000));
    const strict = createTokenVerifier({ key: { secret }, clock, leewaySeconds: 0 });
    await expect(strict(await sign({ ...claims, exp: seconds - 1 }))).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('that was good is refused once it has expired', async () => {
    const own = createManualClock(clock.now());
    const verifyThen = createTokenVerifier({ key: { secret }, clock: own });
    const token = await sign(claims);
    await verifyThen(token);
    own.advance(125_000);
    await expect(verifyThen(token)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('that is refused says no reason to its bearer, and the log has it', async () => {
    const lines: string[] = [];
    const logger = createLogger(
      { level: 'info', format: 'json' },
      new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) }),
    );
    const logging = createTokenVerifier({ key: { secret }, clock, issuer: 'us', logger });
    const messages = new Set<string>();
    for (const token of [
      await sign({ ...claims, exp: clock.now() / 1000 - 70 }),
      await signSandboxToken(secret, identity, { issuer: 'them' }),
      await sign({ ...claims, role: 'OWNER' }),
      await sign(claims, new Secret('x'.repeat(32))),
    ]) {
      for (let time = 0; time < 3; time += 1) {
        await logging(token).catch((error: Error) => messages.add(error.message));
      }
    }
    expect(messages.size).toBe(1);
    const reasons = lines.map((line) => (JSON.parse(line) as { reason: string }).reason);
    expect(reasons).toEqual([
      'it has expired',
      expect.stringContaining('"iss"'),
      'claim "role" has no role of this gateway',
      'its signature does not fit',
    ]);
  });
});

describe('claims of an identity provider', () => {
  const given = (claims: Record<string, unknown>, rules: Partial<Parameters<typeof readSubject>[1]> = {}) =>
    readSubject(claims, { claims: DEFAULT_CLAIMS, roleMap: undefined, isAccount: () => true, ...rules });
  const fleet = { 'fleet-admin': 'MASTER', dispatcher: 'VIEWER' } as const;
  const anna = { sub: 'anna', account: 'acme', role: 'ADMIN' };

  it.each([
    [
      'Keycloak: a path into lists',
      {
        sub: 'a',
        tenant: ['acme'],
        resource_access: { gateway: { roles: ['x', 'dispatcher', 'fleet-admin'] } },
      },
      { claims: { user: 'sub', account: 'tenant', role: 'resource_access.gateway.roles' }, roleMap: fleet },
      { userId: 'a', account: 'acme', role: 'MASTER' },
    ],
    [
      'Auth0: names like URLs',
      {
        sub: 'auth0|1',
        'https://fleet.example.com/account': 'acme',
        'https://fleet.example.com/roles': ['dispatcher'],
      },
      {
        claims: {
          user: 'sub',
          account: 'https://fleet.example.com/account',
          role: 'https://fleet.example.com/roles',
        },
        roleMap: fleet,
      },
      { userId: 'auth0|1', account: 'acme', role: 'VIEWER' },
    ],
    [
      'a name with dots that is one name',
      { ...anna, 'a.b': 'ADMIN', a: { b: 'VIEWER' } },
      { claims: { ...DEFAULT_CLAIMS, role: 'a.b' } },
      { userId: 'anna', account: 'acme', role: 'ADMIN' },
    ],
    [
      'one known account among several',
      { ...anna, account: ['x', 'acme', 'y'] },
      { isAccount: (id: string) => id === 'acme' },
      { userId: 'anna', account: 'acme', role: 'ADMIN' },
    ],
  ])('%s', (_what, claims, rules, expected) => {
    expect(given(claims, rules)).toEqual(expected);
  });

  it.each([
    ['our own name of a role, where a map is given', { ...anna, role: 'MASTER' }, { roleMap: fleet }],
    ['a role that is a member of every object', { ...anna, role: 'constructor' }, { roleMap: fleet }],
    ['two known accounts', { ...anna, account: ['acme', 'other'] }, {}],
    ['two users', { ...anna, sub: ['anna', 'ben'] }, {}],
    ['a path that ends early', anna, { claims: { ...DEFAULT_CLAIMS, role: 'role.name' } }],
    [
      'a path through what all objects have',
      anna,
      { claims: { ...DEFAULT_CLAIMS, user: 'constructor.name' } },
    ],
    ['a user with a line separator', { ...anna, sub: 'a\u2028b' }, {}],
    ['half a character', { ...anna, sub: 'a\ud800' }, {}],
  ])('are refused with a reason: %s', (_what, claims, rules) => {
    expect(given(claims, rules)).toEqual({ reason: expect.stringMatching(/^claim /) });
  });
});

describe('a token of a key server', () => {
  let server: Server;
  let url: string;
  let isUp = true;
  /** Reads in the background may belong to an earlier test: they are counted by address. */
  const reads = new Map<string | undefined, number>();
  let served: JWK[] = [];
  const pairs = new Map<string, { readonly privateKey: KeyLike; readonly jwk: JWK }>();
  beforeAll(async () => {
    for (const name of ['one', 'two', 'three']) {
      const { privateKey, publicKey } = await generateKeyPair('RS256');
      pairs.set(name, { privateKey, jwk: { ...(await exportJWK(publicKey)), alg: 'RS256' } });
    }
    server = createServer(({ url: address }, response) => {
      reads.set(address, (reads.get(address) ?? 0) + 1);
      response.statusCode = isUp ? 200 : 503;
      response.end(JSON.stringify({ keys: served }));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  });
  beforeEach(() => {
    isUp = true;
    served = [publicKey('one')];
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const publicKey = (name: string, kid: string | undefined = name): JWK => ({
    ...(pairs.get(name)?.jwk as JWK), // made above
    ...(kid !== '' && { kid }),
  });
  const sign = (name = 'one', kid = name, expiresAt = identity.expiresAt) =>
    new SignJWT({ account: 'acme', role: 'VIEWER' })
      .setProtectedHeader({ alg: 'RS256', ...(kid !== '' && { kid }) })
      .setSubject('anna')
      .setExpirationTime(expiresAt / 1000)
      .sign(pairs.get(name)?.privateKey as KeyLike); // made above

  it('is verified with the key that it names', async () => {
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock });
    expect(await verify(await sign())).toMatchObject({ userId: 'anna', role: 'VIEWER' });
    await expect(verify(await sign('two', 'one'))).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(verify(await sign('two'))).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('does not take the public key for a secret', async () => {
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock });
    const forged = await new SignJWT({ account: 'acme', role: 'MASTER' })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setSubject('eve')
      .setExpirationTime(identity.expiresAt / 1000)
      .sign(Buffer.from(JSON.stringify(publicKey('one'))));
    await expect(verify(forged)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('is neither good nor bad until keys have been read', async () => {
    isUp = false;
    const own = createManualClock(clock.now());
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock: own });
    await expect(verify(await sign())).rejects.toMatchObject({
      extensions: { code: 'AUTHENTICATION_UNAVAILABLE' },
    });
    isUp = true;
    own.advance(1_000);
    expect(await verify(await sign())).toMatchObject({ userId: 'anna' });
  });

  it('is verified with the last known keys while the key server is away, for hours (G10)', async () => {
    const own = createManualClock(clock.now());
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock: own });
    await verify(await sign());
    isUp = false;
    for (const minutes of [11, 60, 600]) {
      own.advance(minutes * 60_000);
      expect(await verify(await sign('one', 'one', own.now() + 60_000))).toMatchObject({ userId: 'anna' });
    }
  });

  it('with a new key id makes the keys be read at once, and at most once a second', async () => {
    const own = createManualClock(clock.now());
    const verify = createTokenVerifier({ key: { jwksUrl: `${url}?new-key-id` }, clock: own });
    await verify(await sign());
    own.advance(1_000);
    served = [publicKey('two')];
    expect(await verify(await sign('two'))).toMatchObject({ userId: 'anna' });
    expect(reads.get('/jwks.json?new-key-id')).toBe(2);
    for (let time = 0; time < 5; time += 1) {
      await expect(verify(await sign('three'))).rejects.toMatchObject(UNAUTHENTICATED);
    }
    expect(reads.get('/jwks.json?new-key-id')).toBe(2);
    own.advance(1_000);
    served = [publicKey('two'), publicKey('three')];
    expect(await verify(await sign('three'))).toMatchObject({ userId: 'anna' });
    expect(reads.get('/jwks.json?new-key-id')).toBe(3);
  });

  it.each([
    ['of the set', 'two'],
    ['of the token', ''],
  ])('is tried with each key when the keys %s have no id', async (_where, kid) => {
    served = kid === '' ? [publicKey('one'), publicKey('two')] : [publicKey('one', ''), publicKey('two', '')];
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock });
    expect(await verify(await sign('two', kid))).toMatchObject({ userId: 'anna' });
    await expect(verify(await sign('three', kid))).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('is verified although another key of the set is broken', async () => {
    served = [{ kty: 'RSA', kid: 'broken', alg: 'RS256' }, { kty: 'new', kid: 'x' }, publicKey('one')];
    const verify = createTokenVerifier({ key: { jwksUrl: url }, clock });
    expect(await verify(await sign())).toMatchObject({ userId: 'anna' });
    await expect(verify(await sign('one', 'broken'))).rejects.toMatchObject(UNAUTHENTICATED);
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
