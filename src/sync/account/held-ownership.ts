import type { Clock } from '../../platform/clock';
import type { Ownership, OwnershipStore } from '../ports/ownership-store';

/**
 * An ownership as its owner judges it (R13). A process can be frozen for longer than its ownership and go on without knowing:
 * so the judgement uses the monotonic *and* the machine's clock, both read before the renewing statement was sent.
 */
export interface HeldOwnership {
  readonly ownership: Ownership;
  /** Whether a request may start at this moment. */
  holds(): boolean;
  /** A deadline for sending, in the sync's clock: `withinMs` from now, and never after the expiry. */
  sendBefore(withinMs: number): number;
  /** Renews from time to time until `stop`. */
  start(): void;
  stop(): void;
  /** Another process has the account: nothing may be decided or sent any more. */
  lose(): void;
}

/** `takenAt`: read before the ownership was taken. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** Both clocks of the machine, now. */
export const thisMoment = (): Moment => ({ monotonicMs: performance.now(), wallMs: Date.now() });

export function holdOwnership(
  store: Pick<OwnershipStore, 'renew'>,
  clock: Clock,
  ownership: Ownership,
  lengthMs: number,
  takenAt: Moment,
): HeldOwnership {
  let renewedAt = takenAt;
  let isLost = false;
  let timer: NodeJS.Timeout | undefined;

  const remainingMs = (): number => {
    if (isLost) return 0;
    const now = thisMoment();
    const passed = Math.max(now.monotonicMs - renewedAt.monotonicMs, now.wallMs - renewedAt.wallMs);
    return lengthMs - passed;
  };
  const renew = async (): Promise<void> => {
    const moment = thisMoment();
    // A database that is away is no proof of a loss: the expiry decides then.
    const renewed = await store.renew(ownership, lengthMs).catch(() => null);
    if (renewed === true) renewedAt = moment;
    if (renewed === false) isLost = true;
  };
  return {
    ownership,
    holds: () => remainingMs() > 0,
    sendBefore: (withinMs) => clock.now() + Math.max(0, Math.min(withinMs, remainingMs())),
    start() {
      timer = setInterval(() => void renew(), lengthMs / 3);
      timer.unref();
    },
    stop: () => clearInterval(timer),
    lose() {
      isLost = true;
    },
  };
}
