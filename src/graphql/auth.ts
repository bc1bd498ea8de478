import { createRemoteJWKSet, errors, jwtVerify, SignJWT, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { accountId, type AccountId } from '../driver/ids';
import type { Clock } from '../platform/clock';
import type { Secret } from '../platform/secret';
import { apiError } from './api-error';
import type { Role } from './types/viewer.type';

/** Who a token speaks for, and until when (epoch ms). */
export interface Identity {
  readonly userId: string;
  readonly account: AccountId;
  readonly role: Role;
  readonly expiresAt: number;
}

/**
 * Verifies a bearer token. Throws `UNAUTHENTICATED` for one that is not valid now, whatever is wrong with it, and
 * `AUTHENTICATION_UNAVAILABLE` when the keys cannot be read.
 */
export type VerifyToken = (token: string) => Promise<Identity>;

export interface TokenVerifierOptions {
  readonly key: { readonly jwksUrl: string } | { readonly secret: Secret };
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly clock: Clock;
}

// A key says by its kind what it may be used for: an RSA public key must never pass for an HMAC secret.
const JWKS_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];
const SECRET_ALGORITHM = 'HS256';

/** Clocks of two machines differ. */
const CLOCK_TOLERANCE_SECONDS = 5;

const claims = z.object({
  sub: z.string().min(1).max(200),
  account: z.string().min(1).max(200),
  role: z.enum(['MASTER', 'ADMIN', 'VIEWER']),
  exp: z.number().int().positive(),
});

/** Verifies tokens with a JWKS, or with an HS256 secret. Claims: `sub`, `account`, `role`, `exp`. */
export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { key, algorithms } = keyOf(options.key);
  return async (token) => {
    const payload = await verify(token, key, {
      algorithms,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(options.clock.now()),
      ...(options.issuer !== undefined && { issuer: options.issuer }),
      ...(options.audience !== undefined && { audience: options.audience }),
    });
    const result = claims.safeParse(payload);
    if (!result.success) throw unauthenticated('The token lacks a claim: sub, account, role or exp.');
    const { sub, account, role, exp } = result.data;
    return { userId: sub, account: accountId(account), role, expiresAt: exp * 1000 };
  };
}

/** Signs a token for the sandbox, for development and for tests. `expiresAt` in epoch ms. */
export async function signSandboxToken(
  secret: Secret,
  identity: Identity,
  options: { readonly issuer?: string | undefined; readonly audience?: string | undefined } = {},
): Promise<string> {
  const token = new SignJWT({ account: identity.account, role: identity.role })
    .setProtectedHeader({ alg: SECRET_ALGORITHM })
    .setSubject(identity.userId)
    .setExpirationTime(Math.floor(identity.expiresAt / 1000));
  if (options.issuer !== undefined) token.setIssuer(options.issuer);
  if (options.audience !== undefined) token.setAudience(options.audience);
  return token.sign(new TextEncoder().encode(secret.reveal()));
}

/** The token of an `Authorization` header or connection parameter. Throws `UNAUTHENTICATED` without one. */
export function readBearer(authorization: unknown): string {
  const match = typeof authorization === 'string' ? /^Bearer +([\w.~+/=-]+)$/i.exec(authorization) : null;
  if (match?.[1] === undefined) {
    throw unauthenticated('A bearer token is needed: "Authorization: Bearer <token>".');
  }
  return match[1];
}

export function unauthenticated(message: string) {
  return apiError('UNAUTHENTICATED', message);
}

function keyOf(key: TokenVerifierOptions['key']): {
  key: Uint8Array | JWTVerifyGetKey;
  algorithms: string[];
} {
  if ('secret' in key) {
    return { key: new TextEncoder().encode(key.secret.reveal()), algorithms: [SECRET_ALGORITHM] };
  }
  return { key: createRemoteJWKSet(new URL(key.jwksUrl)), algorithms: JWKS_ALGORITHMS };
}

async function verify(
  token: string,
  key: Uint8Array | JWTVerifyGetKey,
  options: Parameters<typeof jwtVerify>[2],
): Promise<unknown> {
  try {
    // Two overloads for what is one choice.
    const verified =
      typeof key === 'function' ? jwtVerify(token, key, options) : jwtVerify(token, key, options);
    return (await verified).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired.');
    if (isAboutTheToken(error)) throw unauthenticated('The token is not valid here.');
    throw apiError('AUTHENTICATION_UNAVAILABLE', 'Tokens cannot be verified at the moment. Try again soon.', {
      retryAfterMs: 5_000,
    });
  }
}

// The same library reports a key server that is down: that says nothing about the token.
function isAboutTheToken(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  if (error instanceof errors.JOSEError) return error.code !== 'ERR_JOSE_GENERIC';
  return false;
}
