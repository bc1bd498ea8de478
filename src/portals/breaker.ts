import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { PortalError, type PortalErrorKind } from '../driver/portal-error';

export interface BreakerOptions {
  /** So many failures in a row open it. */
  readonly failures: number;
  /** How long it stays open before one call is let through to see. */
  readonly restMs: number;
  readonly now: () => number;
  readonly onOpen: () => void;
}

/** The failures that say that the portal as a whole is in trouble. */
const PORTAL_DOWN: ReadonlySet<PortalErrorKind> = new Set(['unreachable', 'timeout', 'server']);

/** Spares a portal that is down: after several failures in a row nothing is sent for a while, then one call tries. */
export class Breaker {
  private readonly policy: CircuitBreakerPolicy;
  private openUntil = 0;

  constructor(private readonly options: BreakerOptions) {
    this.policy = circuitBreaker(
      handleWhen((error) => error instanceof PortalError && PORTAL_DOWN.has(error.kind)),
      { breaker: new ConsecutiveBreaker(options.failures), halfOpenAfter: { next: () => this.rest() } },
    );
    this.policy.onBreak(() => options.onOpen());
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.policy.state === CircuitState.Closed) return 'closed';
    return this.policy.state === CircuitState.Open && this.restMs() > 0 ? 'open' : 'half-open';
  }

  /** How long nothing will be let through; 0 when a call may try. */
  restMs(): number {
    if (this.policy.state !== CircuitState.Open) return 0;
    return Math.max(0, this.openUntil - this.options.now());
  }

  /** Resolves to `broken` when the call was not made. While one call tries, the others wait for what comes of it. */
  async run<Value>(call: () => Promise<Value>): Promise<Value | 'broken'> {
    try {
      return await this.policy.execute(call);
    } catch (error) {
      if (error instanceof BrokenCircuitError) return 'broken';
      throw error;
    }
  }

  /** cockatiel asks for the rest's length at every call, and compares it by the machine's clock; this puts ours in its place. */
  private rest(): { readonly duration: number; next(): ReturnType<Breaker['rest']> } {
    const openUntil = this.options.now() + this.options.restMs;
    this.openUntil = openUntil;
    const { now } = this.options;
    return {
      get duration() {
        return now() < openUntil ? Infinity : -Infinity;
      },
      next: () => this.rest(),
    };
  }
}
