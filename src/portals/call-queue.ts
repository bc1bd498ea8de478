import type { AllowanceRequest, Reservation } from '../driver/ports/portal-allowance';
import { CallSlots, type Slot } from './call-slots';

type Urgency = AllowanceRequest['urgency'];
type Refusal = Extract<Reservation, { outcome: 'refused' }>;

/**
 * What came of waiting: `go`, with the reserved call that is used; `late`: the deadline passed first; `refused`: the account may
 * not call now; `unreachable`: the account's limits could not be read; `closed`: the process is shutting down.
 */
export type Turn =
  | { readonly kind: 'go'; readonly slot: Slot }
  | { readonly kind: 'late' | 'closed' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unreachable'; readonly cause: unknown };

interface Waiting {
  readonly sendBefore: number;
  readonly settle: (turn: Turn) => void;
}

export interface CallQueueOptions {
  readonly requestsPerSecond: number;
  /** Asks the account's allowance. */
  readonly reserve: (request: AllowanceRequest) => Promise<Reservation>;
  /** Calls under way at a time. One place in four is kept for `live` ones. */
  readonly maxConcurrent: number;
  /** Epoch ms, for deadlines. Waits are measured by the monotonic clock. */
  readonly now: () => number;
}

/** A pause that ends within this is waited for; a longer one turns calls away. */
export const SHORT_PAUSE_MS = 3_000;

/** Another process tries an open breaker: look again this soon, at the latest. */
const LOOK_AGAIN_MS = 250;

/**
 * Calls wait here for a place and for a reserved call: `live` before `bulk`, in order of arrival otherwise. One reservation is
 * asked for at a time. A call that got `go` has to `leave`.
 */
export class CallQueue {
  private readonly waiting: Readonly<Record<Urgency, Waiting[]>> = { live: [], bulk: [] };
  private readonly slots: CallSlots;
  /** Before this, by the monotonic clock, the allowance has nothing for calls of this urgency. */
  private readonly askAgainAt: Record<Urgency, number> = { live: 0, bulk: 0 };
  private isAsking = false;
  private underWay = 0;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: CallQueueOptions) {
    this.slots = new CallSlots(options.requestsPerSecond);
  }

  /** Waits no longer than until `sendBefore`, epoch ms. */
  enter(urgency: Urgency, sendBefore: number): Promise<Turn> {
    if (this.closed) return Promise.resolve({ kind: 'closed' });
    return new Promise((resolve) => {
      this.waiting[urgency].push({ sendBefore, settle: resolve });
      this.look();
    });
  }

  leave(): void {
    this.underWay -= 1;
    this.look();
  }

  /** The reserved call was not sent after all. */
  giveBack(slot: Slot): void {
    this.slots.giveBack(slot);
  }

  /** The portal's state has changed: nothing reserved is used, and the allowance is asked again for every call that waits. */
  askAgain(): void {
    this.slots.clear();
    this.askAgainAt.live = 0;
    this.askAgainAt.bulk = 0;
    this.look();
  }

  /** Turns away the calls that wait, and later ones. */
  close(): void {
    this.closed = true;
    this.dismiss(['live', 'bulk'], { kind: 'closed' });
    clearTimeout(this.timer);
  }

  private look(): void {
    clearTimeout(this.timer);
    this.dropLate();
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const slot = this.slots.next(monotonicMs());
      if (slot === undefined || slot.startsAt > monotonicMs()) break;
      this.slots.take();
      this.underWay += 1;
      next.shift()?.settle({ kind: 'go', slot });
    }
    this.ask();
    this.lookAgain();
  }

  private dropLate(): void {
    const now = this.options.now();
    for (const queue of [this.waiting.live, this.waiting.bulk]) {
      const inTime = queue.filter((call) => call.sendBefore >= now);
      const late = queue.filter((call) => call.sendBefore < now);
      if (late.length > 0) queue.splice(0, queue.length, ...inTime);
      for (const call of late) call.settle({ kind: 'late' });
    }
  }

  /** The queue whose first call may have the next place. */
  private next(): Waiting[] | undefined {
    const { live, bulk } = this.waiting;
    if (live.length > 0) return this.places('live') > 0 ? live : undefined;
    return bulk.length > 0 && this.places('bulk') > 0 ? bulk : undefined;
  }

  private places(urgency: Urgency): number {
    const { maxConcurrent } = this.options;
    const places = urgency === 'live' ? maxConcurrent : Math.max(1, Math.floor(maxConcurrent * 0.75));
    return places - this.underWay;
  }

  /** Reserves what is missing for the calls that have a place, the live ones first. */
  private ask(): void {
    const urgency = this.urgencyToAsk();
    if (this.isAsking || this.closed || urgency === null) return;
    this.isAsking = true;
    const request = this.slots.request(urgency, this.missing(urgency));
    this.options
      .reserve(request)
      .then(
        (reservation) => this.take(urgency, reservation),
        (cause: unknown) => this.dismiss(['live', 'bulk'], { kind: 'unreachable', cause }),
      )
      .finally(() => {
        this.isAsking = false;
        if (!this.closed) this.look();
      });
  }

  private urgencyToAsk(): Urgency | null {
    for (const urgency of ['live', 'bulk'] as const) {
      if (this.missing(urgency) > 0) return this.askAgainAt[urgency] <= monotonicMs() ? urgency : null;
    }
    return null;
  }

  private missing(urgency: Urgency): number {
    // Live calls use what is reserved first; bulk ones are counted when no live call waits.
    return Math.min(this.waiting[urgency].length, this.places(urgency)) - this.slots.count;
  }

  private take(urgency: Urgency, reservation: Reservation): void {
    if (reservation.outcome === 'granted') return this.slots.add(reservation, monotonicMs());
    const { waitMs } = reservation;
    if (reservation.outcome === 'later') {
      this.askAgainAt[urgency] = monotonicMs() + Math.min(waitMs, LOOK_AGAIN_MS);
      return;
    }
    if (reservation.why === 'paused' && waitMs <= SHORT_PAUSE_MS) {
      this.askAgainAt.live = monotonicMs() + waitMs;
      this.askAgainAt.bulk = this.askAgainAt.live;
      return;
    }
    // What is spent for bulk calls may be left for live ones; everything else concerns both.
    const concerned: readonly Urgency[] =
      reservation.why === 'spent' && urgency === 'bulk' ? ['bulk'] : ['live', 'bulk'];
    this.dismiss(concerned, { kind: 'refused', refusal: reservation });
  }

  private dismiss(urgencies: readonly Urgency[], turn: Turn): void {
    for (const urgency of urgencies) {
      for (const call of this.waiting[urgency].splice(0)) call.settle(turn);
    }
  }

  /** Sleeps until a reserved call starts, the allowance may be asked, or a deadline passes. */
  private lookAgain(): void {
    const all = [...this.waiting.live, ...this.waiting.bulk];
    if (all.length === 0 || this.closed) return;
    const deadline = all.reduce((earliest, call) => Math.min(earliest, call.sendBefore), Infinity);
    const ms = Math.min(this.nextStepMs(), deadline + 1 - this.options.now());
    if (ms === Infinity) return;
    this.timer = setTimeout(() => this.look(), Math.max(1, Math.ceil(ms)));
  }

  private nextStepMs(): number {
    // Without a free place, the next step is a call that leaves; while asking, it is the answer.
    if (this.next() === undefined) return Infinity;
    const slot = this.slots.next(monotonicMs());
    const startsMs = slot === undefined ? Infinity : slot.startsAt - monotonicMs();
    if (this.isAsking) return startsMs;
    const urgency = this.waiting.live.length > 0 ? 'live' : 'bulk';
    const asksMs = this.missing(urgency) > 0 ? this.askAgainAt[urgency] - monotonicMs() : Infinity;
    return Math.min(startsMs, asksMs);
  }
}

function monotonicMs(): number {
  return performance.now();
}
