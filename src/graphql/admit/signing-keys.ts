import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
  type JWTVerifyGetKey,
  type KeyLike,
} from 'jose';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { z } from 'zod';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import { loggableError } from '../answers/loggable-error';

/** The keys of an identity provider. */
export interface SigningKeys {
  /**
   * Keys that a token's header fits, to be tried in this order. Fetched when there are none yet, when they are old, and at once
   * for a key id that is not known. Rejects with `KeysUnavailable` only while no keys have been read at all.
   */
  candidates(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<readonly KeyLike[]>;
}

/** No keys have been read yet, and they cannot be read now. */
export class KeysUnavailable extends Error {}

export interface SigningKeysOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keys are read again after so long, in the background. */
const REFRESH_MS = 10 * 60_000;
/** A token with an unknown key id makes the gateway fetch at most so often: anybody can make such tokens. */
const FETCH_AT_MOST_EVERY_MS = 1_000;
const FETCH_WITHIN_MS = 5_000;
const MAX_BYTES = 1_000_000;
const WARN_EVERY_MS = 60_000;

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

type KeySet = { readonly named: JWTVerifyGetKey; readonly nameless: JWTVerifyGetKey | null };

/** Reads a JWKS and keeps the last good one: while the key server is away, known keys serve on. */
export function createSigningKeys({ url, clock, logger }: SigningKeysOptions): SigningKeys {
  const dispatcher = new EnvHttpProxyAgent({ maxResponseSize: MAX_BYTES });
  let current: KeySet | undefined;
  let readAt = -Infinity;
  let triedAt = -Infinity;
  let warnedAt = -Infinity;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    triedAt = clock.now();
    try {
      const response = await fetch(url, { dispatcher, signal: AbortSignal.timeout(FETCH_WITHIN_MS) });
      if (!response.ok) throw new Error(`The key server answered ${response.status}`);
      const set = jwks.parse(await response.json()) as JSONWebKeySet; // what else a key has, jose checks
      current = toKeySet(set);
      readAt = clock.now();
    } catch (error) {
      warn(error);
    }
  }

  function warn(error: unknown): void {
    if (clock.now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = clock.now();
    const message = current
      ? 'signing keys cannot be fetched; the last known keys are used'
      : 'signing keys cannot be fetched; no token can be verified';
    logger.warn({ error: loggableError(error) }, message);
  }

  function refresh(): Promise<void> {
    if (reading) return reading;
    const sinceMs = clock.now() - triedAt;
    if (sinceMs >= 0 && sinceMs < FETCH_AT_MOST_EVERY_MS) return Promise.resolve();
    reading = read().finally(() => (reading = undefined));
    return reading;
  }

  return {
    async candidates(header, token) {
      if (!current) await refresh();
      else if (Math.abs(clock.now() - readAt) > REFRESH_MS) void refresh();
      if (!current) throw new KeysUnavailable('No signing keys have been read yet');
      const known = await keysFor(current, header, token);
      if (known.length > 0) return known;
      await refresh();
      return keysFor(current, header, token);
    },
  };
}

function toKeySet(set: JSONWebKeySet): KeySet {
  const nameless = set.keys.filter(({ kid }) => kid === undefined);
  return {
    named: createLocalJWKSet(set),
    nameless: nameless.length > 0 ? createLocalJWKSet({ keys: nameless }) : null,
  };
}

/** A token's `kid` chooses among keys that have one; keys without are tried one by one. */
async function keysFor(
  { named, nameless }: KeySet,
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
): Promise<readonly KeyLike[]> {
  const found = await matching(named, header, token);
  if (found.length > 0 || nameless === null || header.kid === undefined) return found;
  const { kid: _kid, ...withoutId } = header;
  return matching(nameless, withoutId, token);
}

async function matching(
  set: JWTVerifyGetKey,
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
): Promise<readonly KeyLike[]> {
  // The header comes from a verified shape: `alg` is there.
  const given = header as Parameters<JWTVerifyGetKey>[0];
  try {
    return [(await set(given, token)) as KeyLike]; // a local set imports keys as such
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      const keys: KeyLike[] = [];
      for await (const key of error) keys.push(key);
      return keys;
    }
    // A key of the set that cannot be used is as one that is not there.
    return [];
  }
}
