import { PortalError } from '../driver/ports/portal-error';

export interface SharedGrantOptions<Grant> {
  /**
   * Gets a grant; `refused` is one that the portal no longer takes. `fresh`: a person wants to know whether the credentials are
   * right now. Throws `PortalError`.
   */
  readonly obtain: (refused: Grant | null, fresh: boolean) => Promise<Grant>;
  /** Whether a grant held is still good, as far as we can tell. */
  readonly isGood: (grant: Grant) => boolean;
  readonly now: () => number;
}

/** After refused credentials, calls within this get the same answer: many log-ins with a wrong password lock accounts. */
const REFUSAL_LASTS_MS = 10_000;

/**
 * What a portal lets us in with (a session, a token), shared by all calls of one account in this process: obtained once, by one
 * call at a time. Processes share through what `obtain` asks.
 */
export class SharedGrant<Grant> {
  private held: Grant | null = null;
  private underWay: Promise<Grant> | null = null;
  private refusal: { readonly error: PortalError; readonly until: number } | null = null;

  constructor(private readonly options: SharedGrantOptions<Grant>) {}

  /** The grant held, or a new one. Throws `PortalError`, of kind `credentials` when refused. */
  current(): Promise<Grant> {
    if (this.held !== null && this.options.isGood(this.held)) return Promise.resolve(this.held);
    return this.obtain(null);
  }

  /** Instead of one that the portal refused: the one held by now, if another call was quicker, otherwise a new one. */
  insteadOf(refused: Grant): Promise<Grant> {
    if (this.held !== null && this.held !== refused) return Promise.resolve(this.held);
    this.held = null;
    return this.obtain(refused);
  }

  /** A new one in any case, also shortly after a refusal. */
  fresh(): Promise<Grant> {
    this.refusal = null;
    this.held = null;
    return this.obtain(null, true);
  }

  private obtain(refused: Grant | null, fresh = false): Promise<Grant> {
    if (this.refusal !== null && this.options.now() < this.refusal.until) {
      return Promise.reject(this.refusal.error);
    }
    this.underWay ??= this.obtainOnce(refused, fresh).finally(() => {
      this.underWay = null;
    });
    return this.underWay;
  }

  private async obtainOnce(refused: Grant | null, fresh: boolean): Promise<Grant> {
    try {
      this.held = await this.options.obtain(refused, fresh);
      this.refusal = null;
      return this.held;
    } catch (error) {
      if (error instanceof PortalError && error.kind === 'credentials') {
        this.refusal = { error, until: this.options.now() + REFUSAL_LASTS_MS };
      }
      throw error;
    }
  }
}
