/**
 * Lets through so many calls a second on average, and as many at once as fit the bucket. (rate-limiter-flexible counts in
 * fixed windows by the machine's clock, which lets twice the rate through where two windows meet, and cannot be asked when
 * there will be room.)
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly perSecond: number,
    private readonly capacity: number,
    now: number,
  ) {
    this.tokens = capacity;
    this.filledAt = now;
  }

  /** How long until there is a token: 0 when there is one. */
  waitMs(now: number): number {
    this.fill(now);
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) / this.perSecond) * 1000);
  }

  /** Takes a token; to be called when there is one. */
  take(now: number): void {
    this.fill(now);
    this.tokens -= 1;
  }

  private fill(now: number): void {
    // A machine's clock is set back now and then: that must not take tokens away.
    const elapsedMs = Math.max(0, now - this.filledAt);
    this.tokens = Math.min(this.capacity, this.tokens + (elapsedMs / 1000) * this.perSecond);
    this.filledAt = now;
  }
}
