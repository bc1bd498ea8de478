import type { GraphQLError } from 'graphql';
import {
  decodeProtectedHeader,
  errors,
  jwtVerify,
  SignJWT,
  type JWSHeaderParameters,
  type JWTVerifyOptions,
  type KeyLike,
} from 'jose';
import { accountId, type AccountId } from '../../driver/ids';
import type { Clock } from '../../platform/clock';
import { silentLogger, type Logger } from '../../platform/logger';
import type { Secret } from '../../platform/secret';
import { apiError } from '../answers/api-error';
import type { Role } from '../types/viewer.type';
import { createSigningKeys, KeysUnavailable, type SigningKeys } from './signing-keys';
import { DEFAULT_CLAIMS, readSubject, type ClaimNames, type ClaimRules, type RoleMap } from './token-claims';

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

/** How tokens are verified. */
export interface TokenVerifierOptions {
  readonly key: { readonly jwksUrl: string } | { readonly secret: Secret };
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** Where the identity provider puts user, account and role; `sub`, `account` and `role` unless given. */
  readonly claims?: Partial<ClaimNames> | undefined;
  readonly roleMap?: RoleMap | undefined;
  /** How far the issuer's clock may be from ours. */
  readonly leewaySeconds?: number | undefined;
  /** Decides when a token names several accounts. */
  readonly isAccount?: ((id: string) => boolean) | undefined;
  readonly clock: Clock;
  /** Where reasons go; without it, nowhere. */
  readonly logger?: Logger | undefined;
}

// A key says by its kind what it may be used for: an RSA public key must never pass for an HMAC secret.
const JWKS_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];
const SECRET_ALGORITHM = 'HS256';

const DEFAULT_LEEWAY_SECONDS = 60;

/** How long a verified token is taken again without looking at its signature, and how many are remembered. */
const REMEMBERED_MS = 30_000;
const MAX_REMEMBERED = 5_000;
/** Longer tokens are verified each time: what is remembered stays under some 10 MB. */
const MAX_REMEMBERED_LENGTH = 2_048;

/** Reasons are logged at most so often, each with the number of refusals since. */
const REASON_EVERY_MS = 10_000;

/** Verifies tokens with a JWKS, or with an HS256 secret. Why one was refused is logged, and never answered. */
export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { clock } = options;
  const verify = createSignatureCheck(options);
  const rules: ClaimRules = {
    claims: { ...DEFAULT_CLAIMS, ...options.claims },
    roleMap: options.roleMap,
    isAccount: options.isAccount ?? (() => true),
  };
  const refuse = createRefusal(options);
  const remembered = new Map<string, { readonly identity: Identity; readonly until: number }>();

  return async (token) => {
    const known = remembered.get(token);
    const now = clock.now();
    if (known && now < known.until && now > known.until - REMEMBERED_MS - 1) return known.identity;
    remembered.delete(token);
    const checked = await verify(token);
    if ('reason' in checked) throw refuse(checked.reason);
    const subject = readSubject(checked.payload, rules);
    if ('reason' in subject) throw refuse(subject.reason);
    const { userId, account, role } = subject;
    // `exp` is there: the signature check demands it. It may have a fraction.
    const expiresAt = Math.floor(Number(checked.payload['exp']) * 1000);
    const identity: Identity = { userId, account: accountId(account), role, expiresAt };
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    if (expiresAt > now && token.length <= MAX_REMEMBERED_LENGTH)
      remembered.set(token, { identity, until: Math.min(expiresAt, now + REMEMBERED_MS) });
    return identity;
  };
}

type Checked = { readonly payload: Readonly<Record<string, unknown>> } | { readonly reason: string };

/** Signature, times, issuer and audience. Rejects with `AUTHENTICATION_UNAVAILABLE` while there are no keys. */
function createSignatureCheck(options: TokenVerifierOptions): (token: string) => Promise<Checked> {
  const { key, issuer, audience, clock, leewaySeconds = DEFAULT_LEEWAY_SECONDS } = options;
  const demands = (algorithms: string[]): JWTVerifyOptions => ({
    algorithms,
    requiredClaims: ['exp'],
    clockTolerance: leewaySeconds,
    currentDate: new Date(clock.now()),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  });
  if ('secret' in key) {
    const secret = new TextEncoder().encode(key.secret.reveal());
    return (token) => checkWith(token, secret, demands([SECRET_ALGORITHM]));
  }
  const keys = createSigningKeys({ url: key.jwksUrl, clock, logger: options.logger ?? silentLogger });
  return async (token) => {
    const header = headerOf(token);
    if (header === undefined) return { reason: 'it is not a signed token' };
    const candidates = await candidatesFor(keys, header);
    let checked: Checked = { reason: 'no key of the key server fits it' };
    for (const candidate of candidates) {
      checked = await checkWith(token, candidate, demands(JWKS_ALGORITHMS));
      // With the wrong one of several keys, only the signature is wrong.
      if (!('reason' in checked) || checked.reason !== WRONG_SIGNATURE) return checked;
    }
    return checked;
  };
}

const WRONG_SIGNATURE = 'its signature does not fit';

function headerOf(token: string): JWSHeaderParameters | undefined {
  try {
    const header = decodeProtectedHeader(token);
    return JWKS_ALGORITHMS.includes(String(header.alg)) ? header : undefined;
  } catch {
    return undefined;
  }
}

async function candidatesFor(keys: SigningKeys, header: JWSHeaderParameters): Promise<readonly KeyLike[]> {
  try {
    return await keys.candidates(header, { payload: '', signature: '' });
  } catch (error) {
    if (!(error instanceof KeysUnavailable)) throw error;
    throw apiError('AUTHENTICATION_UNAVAILABLE', 'Tokens cannot be verified at the moment. Try again soon.', {
      retryAfterMs: 5_000,
    });
  }
}

async function checkWith(
  token: string,
  key: KeyLike | Uint8Array,
  demands: JWTVerifyOptions,
): Promise<Checked> {
  try {
    return { payload: (await jwtVerify(token, key, demands)).payload };
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return { reason: WRONG_SIGNATURE };
    if (error instanceof errors.JWTExpired) return { reason: 'it has expired' };
    if (error instanceof errors.JWTClaimValidationFailed) {
      return { reason: `claim "${error.claim}" is not right (${error.reason})` };
    }
    // A key that does not fit the algorithm is a `TypeError`. What is wrong with the token's form is of no use to anybody.
    return { reason: error instanceof errors.JOSEError ? error.code : 'its key cannot be used' };
  }
}

/** Logs a reason now and then, and gives the error that tells none. */
function createRefusal({ clock, logger }: TokenVerifierOptions): (reason: string) => GraphQLError {
  const counted = new Map<string, { at: number; refused: number }>();
  return (reason) => {
    const entry = counted.get(reason) ?? { at: -Infinity, refused: 0 };
    entry.refused += 1;
    counted.set(reason, entry);
    if (Math.abs(clock.now() - entry.at) >= REASON_EVERY_MS) {
      logger?.info({ reason, refused: entry.refused }, 'tokens were refused');
      counted.set(reason, { at: clock.now(), refused: 0 });
    }
    return unauthenticated('The token is not valid here.');
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
