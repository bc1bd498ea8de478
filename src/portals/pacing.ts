import type { AllowanceRules, CallResult, PortalAllowance } from '../driver/ports/portal-allowance';
import type { CallOptions } from '../driver/ports/portal-call';
import { PortalError, type PortalErrorKind, type PortalName } from '../driver/ports/portal-error';
import { inSpan, type RunningSpan } from '../platform/tracing';
import { CallQueue, type Turn } from './call-queue';
import type { Slot } from './call-slots';
import { portalFailure, type PortalOperation } from './portal-failure';

/** One call, for metrics. */
export interface CallMetric {
  readonly portal: PortalName;
  readonly operation: string;
  readonly result: 'ok' | PortalErrorKind;
  /** What was thrown, if it failed: with the cause in words. */
  readonly failure: PortalError | undefined;
  /** Whether the request left this process. */
  readonly sent: boolean;
  /** How long it waited for its turn. */
  readonly queuedMs: number;
  /** From sending to the end of the answer; 0 when it was not sent. */
  readonly durationMs: number;
}

/** How one account's portal is doing, over all processes. */
export interface PacingStatus {
  /** Epoch ms: the portal asked us to stay away until then; null when it did not. */
  readonly pausedUntil: number | null;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Calls left in the rolling 24 hours; null without a limit. */
  readonly budgetLeft: number | null;
}

export interface PacingOptions {
  /** What the account may ask of the portal, shared with other processes. */
  readonly allowance: PortalAllowance;
  readonly rules: AllowanceRules;
  /** Calls of this process under way at a time. */
  readonly maxConcurrent: number;
  /** How long to stay away after a 429 that does not say. */
  readonly pauseMs: number;
  /** Epoch ms, for deadlines and metrics. */
  readonly now: () => number;
  readonly onCall?: ((metric: CallMetric) => void) | undefined;
}

/** The failures that say that the portal as a whole is in trouble. */
const PORTAL_DOWN: ReadonlySet<PortalErrorKind> = new Set(['unreachable', 'timeout', 'server']);

/** After this, a call that was turned away because the account's limits could not be read may try again. */
const UNREADABLE_LIMITS_MS = 1_000;

/**
 * When a call of one account to one portal may be sent. A call needs a place in this process, and a call reserved from the
 * account's allowance, which all processes share. The allowance turns a call away, or makes it wait, in this order:
 *
 * | gate | closed when | the call |
 * |---|---|---|
 * | pause | the portal answered 429, or said `Retry-After` | waits if it is short, otherwise fails as `paused` |
 * | breaker | the portal failed several times in a row | fails as `paused`; after a rest, one call tries |
 * | budget | the day's calls are spent; for `bulk`, 90 % of them | fails as `paused` |
 * | rate | the calls of the last second | waits, `live` before `bulk`, until `sendBefore`: then `too-late` |
 */
export class Pacing {
  private readonly queue: CallQueue;
  /** This process has seen failures that the allowance may not have answered with yet. */
  private hasFailed = false;

  constructor(private readonly options: PacingOptions) {
    const { allowance, rules, maxConcurrent, now } = options;
    this.queue = new CallQueue({
      requestsPerSecond: rules.requestsPerSecond,
      reserve: (request) => allowance.reserve(request, rules),
      maxConcurrent,
      now,
    });
  }

  /**
   * Sends when it is this call's turn. Throws what `send` throws, or `PortalError` of kind `paused` or `too-late`, both with
   * outcome `none`; `rate-limited` always says how long.
   */
  run<Value>(operation: PortalOperation, call: CallOptions, send: () => Promise<Value>): Promise<Value> {
    const { portal, name } = operation;
    return inSpan(`${portal} ${name}`, { kind: 'client', attributes: { portal, operation: name } }, (span) =>
      this.runTimed(operation, call, send, span),
    );
  }

  private async runTimed<Value>(
    operation: PortalOperation,
    call: CallOptions,
    send: () => Promise<Value>,
    span: RunningSpan,
  ): Promise<Value> {
    const { now } = this.options;
    const enteredAt = now();
    let sentAt: number | null = null;
    const timed = (): Promise<Value> => {
      sentAt = now();
      return send();
    };
    let result: CallMetric['result'] = 'ok';
    let failure: PortalError | undefined;
    try {
      return await this.pass(operation, call, timed);
    } catch (error) {
      if (error instanceof PortalError) failure = error;
      if (error instanceof PortalError) result = error.kind;
      throw error;
    } finally {
      span.set({ result, queuedMs: (sentAt ?? now()) - enteredAt, sent: sentAt !== null });
      this.options.onCall?.({
        failure,
        portal: operation.portal,
        operation: operation.name,
        result,
        sent: sentAt !== null,
        queuedMs: (sentAt ?? now()) - enteredAt,
        durationMs: sentAt === null ? 0 : now() - sentAt,
      });
    }
  }

  /** Throws when the account's limits cannot be read. */
  async status(): Promise<PacingStatus> {
    const { allowance, rules, now } = this.options;
    const { pausedMs, breaker, budgetLeft } = await allowance.status(rules);
    return { pausedUntil: pausedMs > 0 ? now() + pausedMs : null, breaker, budgetLeft };
  }

  /** Turns away the calls that wait, and later ones. Calls under way go on. */
  close(): void {
    this.queue.close();
  }

  private async pass<Value>(
    operation: PortalOperation,
    { urgency = 'live', sendBefore = Infinity, mayStart = () => true }: CallOptions,
    send: () => Promise<Value>,
  ): Promise<Value> {
    const turn = await this.queue.enter(urgency, sendBefore);
    if (turn.kind !== 'go') throw turnedAway(operation, turn);
    try {
      // Asked again: the reservation may have been answered late.
      if (this.options.now() > sendBefore || !mayStart()) {
        await this.putBack(turn.slot);
        throw turnedAway(operation, { kind: 'late' });
      }
      return await this.sendNoted(operation, turn.slot, send);
    } finally {
      this.queue.leave();
    }
  }

  private async putBack(slot: Slot): Promise<void> {
    if (slot.probe) await this.note('unsent', slot);
    else this.queue.giveBack(slot);
  }

  private async sendNoted<Value>(
    operation: PortalOperation,
    slot: Slot,
    send: () => Promise<Value>,
  ): Promise<Value> {
    try {
      const answer = await send();
      await this.note('answered', slot);
      return answer;
    } catch (error) {
      const isDown = error instanceof PortalError && PORTAL_DOWN.has(error.kind);
      await this.note(isDown ? 'failed' : 'answered', slot);
      // Before another call gets this place: after a 429 it has to stay here.
      throw await this.obey(operation, error);
    }
  }

  /** For the breaker. Its store's failure must not replace the portal's answer: it is only left unnoted. */
  private async note(result: CallResult, slot: Slot): Promise<void> {
    const { allowance, rules } = this.options;
    if (result === 'answered' && !slot.probe && slot.failures === 0 && !this.hasFailed) return;
    this.hasFailed = result === 'failed';
    const { opened } = await allowance.note(result, slot.probe, rules).catch(() => ({ opened: false }));
    if (opened || slot.probe) this.queue.askAgain();
  }

  /** Stays away as long as the portal says. */
  private async obey(operation: PortalOperation, error: unknown): Promise<unknown> {
    if (!(error instanceof PortalError)) return error;
    const isLimit = error.kind === 'rate-limited';
    const told = isLimit || error.kind === 'server' ? error.retryAfterMs : undefined;
    const pauseMs = told ?? (isLimit ? this.options.pauseMs : 0);
    if (pauseMs > 0) await this.pause(pauseMs);
    if (!isLimit || error.retryAfterMs !== undefined) return error;
    const { portalCode } = error;
    return portalFailure(operation, 'rate-limited', error.message, { retryAfterMs: pauseMs, portalCode });
  }

  private async pause(ms: number): Promise<void> {
    // An unreachable store grants nothing either; and the portal's next answer says the same again.
    await this.options.allowance.pause(ms).catch(() => undefined);
    this.queue.askAgain();
  }
}

const WHY_REFUSED = {
  paused: 'the portal asked for fewer requests',
  failing: 'the portal failed several times in a row',
  spent: "the day's requests are spent",
} as const;

function turnedAway(operation: PortalOperation, turn: Exclude<Turn, { kind: 'go' }>): PortalError {
  switch (turn.kind) {
    case 'late':
      return portalFailure(operation, 'too-late', 'not sent: its time had passed');
    case 'closed':
      return portalFailure(operation, 'paused', 'not sent: the gateway is shutting down');
    case 'refused':
      return paused(operation, WHY_REFUSED[turn.refusal.why], turn.refusal.waitMs);
    case 'unreachable':
      return paused(operation, "the account's limits could not be read", UNREADABLE_LIMITS_MS, turn.cause);
  }
}

function paused(operation: PortalOperation, why: string, retryAfterMs: number, cause?: unknown): PortalError {
  return new PortalError({
    portal: operation.portal,
    operation: operation.name,
    kind: 'paused',
    outcome: 'none',
    message: `not sent: ${why}`,
    retryAfterMs: Math.ceil(retryAfterMs),
    ...(cause === undefined ? {} : { cause }),
  });
}
