import type { TokenBucket } from './token-bucket';

type Urgency = 'live' | 'bulk';

/** What came of waiting: `go`; `late`: the deadline passed first; `dismissed`: everybody who waited was turned away. */
export type Turn = 'go' | 'late' | 'dismissed';

interface Waiting {
  readonly sendBefore: number;
  readonly settle: (turn: Turn) => void;
}

export interface CallQueueOptions {
  readonly bucket: TokenBucket;
  /** Calls under way at a time. One place in four is kept for `live` ones. */
  readonly maxConcurrent: number;
  /** Epoch ms before which nobody goes. */
  readonly heldUntil: () => number;
  readonly now: () => number;
}

/** Calls wait here for their turn: `live` before `bulk`, in order of arrival otherwise. Whoever got `go` has to `leave`. */
export class CallQueue {
  private readonly waiting: Readonly<Record<Urgency, Waiting[]>> = { live: [], bulk: [] };
  private underWay = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: CallQueueOptions) {}

  /** Waits no longer than until `sendBefore`, epoch ms. */
  enter(urgency: Urgency, sendBefore: number): Promise<Turn> {
    return new Promise((resolve) => {
      this.waiting[urgency].push({ sendBefore, settle: resolve });
      this.look();
    });
  }

  leave(): void {
    this.underWay -= 1;
    this.look();
  }

  dismiss(): void {
    clearTimeout(this.timer);
    for (const queue of [this.waiting.live, this.waiting.bulk]) {
      for (const call of queue.splice(0)) call.settle('dismissed');
    }
  }

  private look(): void {
    clearTimeout(this.timer);
    this.dropLate();
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const waitMs = this.waitMs();
      if (waitMs > 0) return this.lookAgainIn(waitMs);
      next.shift()?.settle('go');
      this.options.bucket.take(this.options.now());
      this.underWay += 1;
    }
    // Nobody may go before a place is free; but deadlines pass meanwhile.
    this.lookAgainIn(Infinity);
  }

  private dropLate(): void {
    const now = this.options.now();
    for (const queue of [this.waiting.live, this.waiting.bulk]) {
      const inTime = queue.filter((call) => call.sendBefore >= now);
      const late = queue.filter((call) => call.sendBefore < now);
      if (late.length > 0) queue.splice(0, queue.length, ...inTime);
      for (const call of late) call.settle('late');
    }
  }

  /** The queue whose first call may have the next place. */
  private next(): Waiting[] | undefined {
    const { maxConcurrent } = this.options;
    const { live, bulk } = this.waiting;
    if (live.length > 0) return this.underWay < maxConcurrent ? live : undefined;
    const placesForBulk = Math.max(1, Math.floor(maxConcurrent * 0.75));
    return bulk.length > 0 && this.underWay < placesForBulk ? bulk : undefined;
  }

  private waitMs(): number {
    const now = this.options.now();
    return Math.max(this.options.bucket.waitMs(now), this.options.heldUntil() - now);
  }

  private lookAgainIn(waitMs: number): void {
    const all = [...this.waiting.live, ...this.waiting.bulk];
    const deadline = all.reduce((earliest, call) => Math.min(earliest, call.sendBefore), Infinity);
    const ms = Math.min(waitMs, deadline + 1 - this.options.now());
    if (ms === Infinity) return;
    this.timer = setTimeout(() => this.look(), Math.max(1, ms));
  }
}
