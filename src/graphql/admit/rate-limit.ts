import type { Clock } from '../../platform/clock';
import { apiError } from '../answers/api-error';
import type { SharedPoints } from './shared-use';

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
export interface RateLimit extends SharedPoints {
  take(key: string, points?: number): void;
  /** As `take`, without throwing: 0, or how long to wait in ms. More points than fit at once wait until all are there. */
  waitMs(key: string, points?: number): number;
  /** How many points are there now. */
  available(key: string): number;
}

interface Bucket {
  level: number;
  at: number;
  /** Taken here, and not yet told to other processes. */
  untold: number;
}

/** More keys than this are not remembered: full buckets are forgotten first, since they say nothing. */
const MAX_KEYS = 50_000;

/** A bucket that other processes have overfilled is remembered as so many times full: nobody waits longer than it takes to leak. */
const MOST_TIMES_FULL = 2;

/** One leaking bucket for each key, in memory of this process; what other processes have seen is learned. */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { burst, clock } = options;
  const perMs = options.perMinute / 60_000;
  const buckets = new Map<string, Bucket>();

  const levelNow = (bucket: Bucket, now: number): number =>
    Math.max(0, bucket.level - Math.max(0, now - bucket.at) * perMs);

  function waitMs(key: string, wanted = 1): number {
    const now = clock.now();
    const points = Math.min(wanted, burst);
    const bucket = buckets.get(key) ?? { level: 0, at: now, untold: 0 };
    const level = levelNow(bucket, now);
    if (level + points > burst) return Math.ceil((level + points - burst) / perMs);
    buckets.delete(key); // put at the end: the first one is the one unused for longest
    buckets.set(key, { level: level + points, at: now, untold: bucket.untold + points });
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
    perSecond: options.perMinute / 60,
    most: burst * MOST_TIMES_FULL,
    untold() {
      const untold = new Map<string, number>();
      for (const [key, bucket] of buckets) if (bucket.untold > 0) untold.set(key, bucket.untold);
      return untold;
    },
    learn(key, level, told) {
      const untold = Math.max(0, (buckets.get(key)?.untold ?? 0) - told);
      buckets.set(key, { level: level + untold, at: clock.now(), untold });
    },
    waitMs,
    available(key) {
      const bucket = buckets.get(key);
      return Math.max(0, Math.floor(burst - (bucket ? levelNow(bucket, clock.now()) : 0)));
    },
    take(key, points) {
      const retryAfterMs = waitMs(key, points);
      if (retryAfterMs === 0) return;
      const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
      throw apiError('RATE_LIMITED', `Too many ${options.what}. Try again in ${seconds} s.`, {
        retryAfterMs,
      });
    },
  };
}
