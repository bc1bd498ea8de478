import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../platform/clock';
import { apiError } from '../answers/api-error';
import { createPace } from './pace';
import { createRateLimit } from './rate-limit';
import type { SharedPlaces, SharedPoints } from './shared-use';

/** What a user may spend, in cost points. */
export interface BudgetLimits {
  /** So many at once. */
  readonly budgetPoints: number;
  /** So many come back each second. */
  readonly budgetPointsPerSecond: number;
  /** So many executions of one user run at a time; others wait their turn. */
  readonly executionsPerUser: number;
}

/** A user's budget as an answer tells it. */
export interface BudgetState {
  readonly available: number;
  readonly capacity: number;
  readonly restoredPerSecond: number;
}

/** A leaky bucket of cost points for each user, and a few places to execute in. */
export interface Budget {
  /** Throws `RATE_LIMITED` with the time to wait when the points are not there. */
  charge(user: string, points: number): void;
  /** Waits until the points are there: for events of a subscription, which are not lost meanwhile. */
  chargeWhenThere(user: string, points: number, signal?: AbortSignal): Promise<void>;
  /** Points now; a burst is given back in `capacity / restoredPerSecond` seconds. */
  state(user: string): BudgetState;
  /** Runs when it is the user's turn, at their pace. Throws `TOO_MANY_OPERATIONS` when too many wait already. */
  inTurn<Value>(user: string, points: number, run: () => Promise<Value>): Promise<Value>;
  /** What other processes have to know. */
  readonly shared: { readonly points: SharedPoints; readonly executions: SharedPlaces };
}

/** A budget as headers: as the IETF draft "RateLimit header fields for HTTP" first had them, which libraries read. */
export function budgetHeaders({ available, capacity, restoredPerSecond }: BudgetState) {
  return {
    'ratelimit-limit': String(capacity),
    'ratelimit-remaining': String(available),
    'ratelimit-reset': String(Math.ceil((capacity - available) / restoredPerSecond)),
  };
}

/** For each place to execute in, so many may wait. */
const WAITING_PER_PLACE = 25;

/** Budgets that this process counts, and shares with others where there are any. */
export function createBudget(limits: BudgetLimits, clock: Clock): Budget {
  const { budgetPoints: capacity, budgetPointsPerSecond: restoredPerSecond } = limits;
  const perMinute = restoredPerSecond * 60;
  const points = createRateLimit({ what: 'points', burst: capacity, perMinute, clock });
  const pace = createPace();
  const turns = createTurns(limits.executionsPerUser);
  return {
    charge(user, cost) {
      const retryAfterMs = points.waitMs(user, cost);
      if (retryAfterMs === 0) return;
      const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
      throw apiError(
        'RATE_LIMITED',
        `The operation costs ${cost} points, and ${points.available(user)} of your ${capacity} are available. Try again in ${seconds} s.`,
        { retryAfterMs, cost, available: points.available(user), restoredPerSecond },
      );
    },
    async chargeWhenThere(user, cost, signal) {
      await pace.event(user, cost, signal);
      for (let wait = points.waitMs(user, cost); wait > 0; wait = points.waitMs(user, cost)) {
        await sleep(wait, undefined, { signal });
      }
    },
    state: (user) => ({ available: points.available(user), capacity, restoredPerSecond }),
    inTurn: (user, cost, run) => turns.inTurn(user, () => pace.run(user, cost, run)),
    shared: { points, executions: turns.shared },
  };
}

interface Turns {
  running: number;
  readonly waiting: (() => void)[];
  /** How many ran or waited here at a time since it was last told. */
  peak: number;
  elsewhere: number;
}

/** Places to execute in, for each user; what other processes have is left out of them. */
function createTurns(places: number): {
  inTurn<Value>(user: string, run: () => Promise<Value>): Promise<Value>;
  readonly shared: SharedPlaces;
} {
  const users = new Map<string, Turns>();
  let isShared = false;

  /** When all processes together have more than there are places, each has its share. */
  function placesOf({ running, waiting, elsewhere }: Turns): number {
    if (elsewhere === 0) return places;
    const here = running + waiting.length;
    if (here + elsewhere <= places) return places - elsewhere;
    return Math.max(1, Math.floor((places * here) / (here + elsewhere)));
  }

  function letIn(turns: Turns): void {
    while (turns.waiting.length > 0 && turns.running < placesOf(turns)) {
      turns.running += 1;
      turns.waiting.shift()?.();
    }
  }

  /** Undefined: at once. */
  function enter(turns: Turns): Promise<void> | undefined {
    if (turns.waiting.length >= places * WAITING_PER_PLACE) throw tooMany(places);
    let entered: Promise<void> | undefined;
    if (turns.waiting.length === 0 && turns.running < placesOf(turns)) turns.running += 1;
    else entered = new Promise<void>((resolve) => turns.waiting.push(resolve));
    turns.peak = Math.max(turns.peak, turns.running + turns.waiting.length);
    letIn(turns);
    return entered;
  }

  const isIdle = ({ running, waiting }: Turns): boolean => running + waiting.length === 0;

  return {
    async inTurn(user, run) {
      const turns = users.get(user) ?? { running: 0, waiting: [], peak: 0, elsewhere: 0 };
      users.set(user, turns);
      const entered = enter(turns);
      if (entered) await entered;
      try {
        return await run();
      } finally {
        turns.running -= 1;
        letIn(turns);
        // What ran in between is told to others as well.
        if (isIdle(turns) && !isShared) users.delete(user);
      }
    },
    shared: {
      open() {
        isShared = true;
        const open = new Map<string, number>();
        for (const [user, turns] of users) {
          open.set(user, turns.peak);
          turns.peak = turns.running + turns.waiting.length;
          if (isIdle(turns)) users.delete(user);
        }
        return open;
      },
      learn(user, elsewhere) {
        const turns = users.get(user);
        if (!turns) return;
        turns.elsewhere = elsewhere;
        letIn(turns);
      },
    },
  };
}

function tooMany(places: number) {
  return apiError(
    'TOO_MANY_OPERATIONS',
    `Up to ${places} operations of a user run at a time, and too many wait.`,
    { limit: places, retryAfterMs: 1_000 },
  );
}
