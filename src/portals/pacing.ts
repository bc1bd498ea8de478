import type { CallOptions } from '../driver/portal-call';
import { PortalError, type PortalErrorKind, type PortalName } from '../driver/portal-error';
import { Breaker } from './breaker';
import { CallQueue, type Turn } from './call-queue';
import { DailyBudget } from './daily-budget';
import { portalFailure, type PortalOperation } from './portal-failure';
import { TokenBucket } from './token-bucket';

/** One call, for metrics. */
export interface CallMetric {
  readonly portal: PortalName;
  readonly operation: string;
  readonly result: 'ok' | PortalErrorKind;
  /** Whether it left the house. */
  readonly sent: boolean;
  /** How long it waited for its turn. */
  readonly queuedMs: number;
  /** From sending to the end of the answer; 0 when it was not sent. */
  readonly durationMs: number;
}

/** How one account's portal is doing. */
export interface PacingStatus {
  /** Epoch ms: the portal asked us to stay away until then; null when it did not. */
  readonly pausedUntil: number | null;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Calls left in the rolling 24 hours; null without a limit. */
  readonly budgetLeft: number | null;
}

export interface PacingOptions {
  readonly requestsPerSecond: number;
  /** Null: no daily limit. */
  readonly requestsPerDay: number | null;
  readonly maxConcurrent: number;
  /** How long to stay away after a 429 that does not say. */
  readonly pauseMs: number;
  readonly breakerFailures: number;
  readonly breakerRestMs: number;
  readonly now: () => number;
  readonly onCall?: ((metric: CallMetric) => void) | undefined;
}

/** A pause that ends within this is waited for in the queue; a longer one turns calls away. */
const SHORT_PAUSE_MS = 3_000;

/**
 * When a call of one account to one portal may be sent. Each account and portal has its own, so that one account's trouble
 * is nobody else's. A call passes, in this order:
 *
 * | gate | closed when | the call |
 * |---|---|---|
 * | pause | the portal answered 429, or said `Retry-After` | waits if it is short, otherwise fails as `paused` |
 * | breaker | it failed several times in a row | fails as `paused`; after a rest, one call tries |
 * | budget | the day's calls are spent | fails as `paused` |
 * | rate, places | calls of the last second, or under way | waits, `live` before `bulk`, until `sendBefore`: then `too-late` |
 */
export class Pacing {
  private readonly queue: CallQueue;
  private readonly budget: DailyBudget;
  private readonly breaker: Breaker;
  private pausedUntil = 0;
  private closed = false;

  constructor(private readonly options: PacingOptions) {
    const { requestsPerSecond, now } = options;
    this.budget = new DailyBudget(options.requestsPerDay);
    this.breaker = new Breaker({
      failures: options.breakerFailures,
      restMs: options.breakerRestMs,
      now,
      onOpen: () => this.queue.dismiss(),
    });
    this.queue = new CallQueue({
      bucket: new TokenBucket(requestsPerSecond, Math.max(1, requestsPerSecond), now()),
      maxConcurrent: options.maxConcurrent,
      heldUntil: () => this.pausedUntil,
      now,
    });
  }

  /**
   * Sends when it is this call's turn. Throws what `send` throws, or `PortalError` of kind `paused` or `too-late`, both with
   * outcome `none`; `rate-limited` always says how long.
   */
  async run<Value>(
    operation: PortalOperation,
    call: CallOptions,
    send: () => Promise<Value>,
  ): Promise<Value> {
    const { now } = this.options;
    const enteredAt = now();
    let sentAt: number | null = null;
    const timed = (): Promise<Value> => {
      sentAt = now();
      return send();
    };
    let result: CallMetric['result'] = 'ok';
    try {
      return await this.pass(operation, call, timed);
    } catch (error) {
      if (error instanceof PortalError) result = error.kind;
      throw error;
    } finally {
      this.options.onCall?.({
        portal: operation.portal,
        operation: operation.name,
        result,
        sent: sentAt !== null,
        queuedMs: (sentAt ?? now()) - enteredAt,
        durationMs: sentAt === null ? 0 : now() - sentAt,
      });
    }
  }

  status(): PacingStatus {
    const now = this.options.now();
    return {
      pausedUntil: this.pausedUntil > now ? this.pausedUntil : null,
      breaker: this.breaker.state,
      budgetLeft: this.budget.left(now),
    };
  }

  /** Turns away who waits, and who comes. Calls under way go on. */
  close(): void {
    this.closed = true;
    this.queue.dismiss();
  }

  private async pass<Value>(
    operation: PortalOperation,
    { urgency = 'live', sendBefore = Infinity }: CallOptions,
    send: () => Promise<Value>,
  ): Promise<Value> {
    this.refuseIfBlocked(operation);
    const turn = await this.queue.enter(urgency, sendBefore);
    if (turn !== 'go') throw this.turnedAway(operation, turn);
    try {
      this.refuseIfBlocked(operation);
      const answer = await this.breaker.run(() => {
        // Asked again here: the breaker makes calls wait for the one that tries.
        if (this.options.now() > sendBefore) throw this.turnedAway(operation, 'late');
        this.budget.spend(this.options.now());
        return send();
      });
      if (answer === 'broken') throw this.turnedAway(operation, 'dismissed');
      return answer;
    } catch (error) {
      // Before the next one gets this place: after a 429 it has to stay here.
      throw this.obey(operation, error);
    } finally {
      this.queue.leave();
    }
  }

  /** Stays away as long as the portal says. */
  private obey(operation: PortalOperation, error: unknown): unknown {
    if (!(error instanceof PortalError)) return error;
    const isLimit = error.kind === 'rate-limited';
    const told = isLimit || error.kind === 'server' ? error.retryAfterMs : undefined;
    const pauseMs = told ?? (isLimit ? this.options.pauseMs : 0);
    if (pauseMs > 0) this.pause(pauseMs);
    if (!isLimit || error.retryAfterMs !== undefined) return error;
    const { portalCode } = error;
    return portalFailure(operation, 'rate-limited', error.message, { retryAfterMs: pauseMs, portalCode });
  }

  private pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.options.now() + ms);
    if (ms > SHORT_PAUSE_MS) this.queue.dismiss();
  }

  private refuseIfBlocked(operation: PortalOperation): void {
    const refusal = this.refusal(operation);
    if (refusal !== null) throw refusal;
  }

  private refusal(operation: PortalOperation): PortalError | null {
    const now = this.options.now();
    if (this.closed) return portalFailure(operation, 'paused', 'not sent: the gateway is shutting down');
    const pauseMs = this.pausedUntil - now;
    if (pauseMs > SHORT_PAUSE_MS) return paused(operation, 'the portal asked for fewer requests', pauseMs);
    const restMs = this.breaker.restMs();
    if (restMs > 0) return paused(operation, 'the portal failed several times in a row', restMs);
    const budgetMs = this.budget.waitMs(now);
    if (budgetMs > 0) return paused(operation, "the day's requests are spent", budgetMs);
    return null;
  }

  private turnedAway(operation: PortalOperation, turn: Exclude<Turn, 'go'>): PortalError {
    if (turn === 'late') return portalFailure(operation, 'too-late', 'not sent: its time had passed');
    return this.refusal(operation) ?? paused(operation, 'the portal is failing', 1_000);
  }
}

function paused(operation: PortalOperation, why: string, retryAfterMs: number): PortalError {
  return portalFailure(operation, 'paused', `not sent: ${why}`, { retryAfterMs });
}
