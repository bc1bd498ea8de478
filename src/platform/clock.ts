/** Says what time it is, in epoch milliseconds. Everything that depends on time takes one, so that tests can move it. */
export interface Clock {
  now(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that moves only when told to. */
export interface ManualClock extends Clock {
  /** Moves the clock forward by that many milliseconds. Throws for a negative number: time does not run backwards by accident. */
  advance(ms: number): void;
  /** Puts the clock to a moment, also an earlier one (a machine's clock does get corrected). */
  set(epochMs: number): void;
}

/** Makes a manual clock that stands at `startMs`, epoch milliseconds. */
export function createManualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`A clock is advanced by zero or more milliseconds, not by ${ms}`);
      nowMs += ms;
    },
    set(epochMs) {
      nowMs = epochMs;
    },
  };
}
