import type { AllowanceRequest, Reservation } from '../driver/ports/portal-allowance';

/** A reserved call: when it may be sent, and whether it is the one that tries an open breaker. */
export interface Slot {
  /** By the monotonic clock of this process, ms. */
  readonly startsAt: number;
  readonly hour: number;
  readonly probe: boolean;
  /** Failures in a row that were known when it was reserved. */
  readonly failures: number;
}

/** A reserved call that is not used within this goes back: it may not become a burst later. */
const KEPT_MS = 1_000;

/**
 * The calls that this process has reserved and not sent yet. Live calls ask for what waits; bulk calls ask for a slice that
 * doubles while slices are used up, to a quarter of a second's calls: one statement for each slice, not for each call.
 *
 * What remains over-counted: what a crash leaves unused (one slice at most), and a slice that is given back in a later hour.
 */
export class CallSlots {
  private slots: Slot[] = [];
  private unused = { count: 0, hour: 0 };
  private bulkCount = 1;
  private readonly bulkLimit: number;

  constructor(requestsPerSecond: number) {
    this.bulkLimit = Math.max(1, Math.floor(requestsPerSecond / 4));
  }

  /** The next reserved call, started or not. */
  next(monotonicMs: number): Slot | undefined {
    this.dropOld(monotonicMs);
    return this.slots[0];
  }

  take(): Slot | undefined {
    return this.slots.shift();
  }

  get count(): number {
    return this.slots.length;
  }

  /** What to ask for: `waiting` is how many could be sent now. What was not used is given back in the same statement. */
  request(urgency: AllowanceRequest['urgency'], waiting: number): AllowanceRequest {
    const wanted = urgency === 'live' ? waiting : Math.min(this.bulkLimit, Math.max(waiting, this.bulkCount));
    const { unused } = this;
    this.unused = { count: 0, hour: 0 };
    if (urgency === 'bulk') this.bulkCount = Math.min(this.bulkLimit, wanted * 2);
    return { count: Math.max(1, wanted), urgency, ...(unused.count === 0 ? {} : { unused }) };
  }

  add(granted: Extract<Reservation, { outcome: 'granted' }>, monotonicMs: number): void {
    const { hour, probe, failures } = granted;
    for (const waitMs of granted.waitMs) {
      this.slots.push({ startsAt: monotonicMs + waitMs, hour, probe, failures });
    }
  }

  /** A reserved call that turned out not to be needed. */
  giveBack({ hour }: Slot): void {
    // Of two hours, the newer one: older ones are ignored by the store anyway.
    if (hour > this.unused.hour) this.unused = { count: 0, hour };
    if (hour === this.unused.hour) this.unused.count += 1;
    this.bulkCount = 1;
  }

  /** Nothing reserved is to be sent: the portal asked for a pause, or fails. */
  clear(): void {
    for (const slot of this.slots.splice(0)) this.giveBack(slot);
  }

  private dropOld(monotonicMs: number): void {
    const isKept = ({ startsAt, probe }: Slot): boolean => probe || startsAt + KEPT_MS > monotonicMs;
    if (this.slots.every(isKept)) return;
    const old = this.slots.filter((slot) => !isKept(slot));
    this.slots = this.slots.filter(isKept);
    for (const slot of old) this.giveBack(slot);
  }
}
