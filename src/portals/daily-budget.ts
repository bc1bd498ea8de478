const DAY_MS = 24 * 3_600_000;
const SLOT_MS = 60_000;

interface Slot {
  /** The end of the minute: its calls count until a day after. */
  readonly endsAt: number;
  calls: number;
}

/**
 * So many calls in any 24 hours (portals.md: GPS counts in a rolling window, C). Counted by the minute, on the side of
 * caution. It is this process's memory: after a restart the portal's own 429 is what tells.
 */
export class DailyBudget {
  private readonly slots: Slot[] = [];
  private spent = 0;

  /** `callsPerDay` null: no limit. */
  constructor(private readonly callsPerDay: number | null) {}

  /** Null without a limit. */
  left(now: number): number | null {
    this.forgetOld(now);
    return this.callsPerDay === null ? null : Math.max(0, this.callsPerDay - this.spent);
  }

  /** How long until a call fits the budget: 0 when one does now. */
  waitMs(now: number): number {
    if (this.left(now) !== 0) return 0;
    const oldest = this.slots[0];
    return oldest === undefined ? DAY_MS : Math.max(1, oldest.endsAt + DAY_MS - now);
  }

  spend(now: number): void {
    if (this.callsPerDay === null) return;
    this.spent += 1;
    const last = this.slots.at(-1);
    if (last !== undefined && now < last.endsAt) last.calls += 1;
    else this.slots.push({ endsAt: (Math.floor(now / SLOT_MS) + 1) * SLOT_MS, calls: 1 });
  }

  private forgetOld(now: number): void {
    for (let oldest = this.slots[0]; oldest !== undefined; oldest = this.slots[0]) {
      if (oldest.endsAt + DAY_MS > now) return;
      this.spent -= oldest.calls;
      this.slots.shift();
    }
  }
}
