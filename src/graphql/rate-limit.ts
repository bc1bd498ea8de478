import type { Clock } from '../platform/clock';
import { apiError } from './api-error';

export interface RateLimitOptions {
  /** For the message: what there is too much of, for example `requests`. */
  readonly what: string;
  /** As many at once. */
  readonly burst: number;
  /** As many a minute, in the long run. */
  readonly perMinute: number;
  readonly clock: Clock;
}

/** A limit for each key (a user, an address). Throws `RATE_LIMITED` with the time to wait. */
export interface RateLimit {
  take(key: string): void;
  /** As `take`, without throwing: 0, or how long to wait in ms. */
  waitMs(key: string): number;
}

interface Bucket {
  level: number;
  at: number;
}

/** More keys than this are not remembered: full buckets are forgotten first, since they say nothing. */
const MAX_KEYS = 50_000;

/** One leaking bucket for each key, in memory of this process. */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { burst, clock } = options;
  const perMs = options.perMinute / 60_000;
  const buckets = new Map<string, Bucket>();

  const levelNow = (bucket: Bucket, now: number): number =>
    Math.max(0, bucket.level - Math.max(0, now - bucket.at) * perMs);

  function waitMs(key: string): number {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { level: 0, at: now };
    const level = levelNow(bucket, now);
    if (level + 1 > burst) return Math.ceil((level + 1 - burst) / perMs);
    buckets.delete(key); // put at the end: the first one is the one unused for longest
    buckets.set(key, { level: level + 1, at: now });
    if (buckets.size > MAX_KEYS) forgetIdle(now);
    return 0;
  }

  function forgetIdle(now: number): void {
    for (const [key, bucket] of buckets) {
      if (buckets.size <= MAX_KEYS && levelNow(bucket, now) > 0) return;
      buckets.delete(key);
    }
  }

  return {
    waitMs,
    take(key) {
      const retryAfterMs = waitMs(key);
      if (retryAfterMs === 0) return;
      const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
      throw apiError('RATE_LIMITED', `Too many ${options.what}. Try again in ${seconds} s.`, {
        retryAfterMs,
      });
    },
  };
}
