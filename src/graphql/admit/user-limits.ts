import type { UserTally } from '../../gateway/user-tally';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import { createBudget, type Budget, type BudgetLimits } from './budget';
import { createRateLimit, type RateLimit } from './rate-limit';
import { startSharedUse, type SharedUse } from './shared-use';
import type { StreamSeats } from './stream-seats';

/** What one user may do, over all processes. */
export interface UserLimitSizes extends BudgetLimits {
  readonly requestsPerMinute: number;
  readonly requestBurst: number;
  readonly refreshesPerMinute: number;
  /** Sockets and event streams together. */
  readonly streamsPerUser: number;
}

/** The limits of users that requests are counted by. */
export interface UserLimits {
  readonly budget: Budget;
  readonly requests: RateLimit;
  /** How often a user may ask portals for a fresh read. */
  readonly refreshes: RateLimit;
}

/** Counts in this process. */
export function createUserLimits(limits: UserLimitSizes, clock: Clock): UserLimits {
  const { requestBurst, requestsPerMinute, refreshesPerMinute } = limits;
  return {
    budget: createBudget(limits, clock),
    requests: createRateLimit({
      what: 'requests',
      burst: requestBurst,
      perMinute: requestsPerMinute,
      clock,
    }),
    refreshes: createRateLimit({
      what: 'fresh reads',
      burst: refreshesPerMinute,
      perMinute: refreshesPerMinute,
      clock,
    }),
  };
}

/** Counts together with all other processes from now on. */
export function shareUserLimits(
  { budget, requests, refreshes }: UserLimits,
  seats: StreamSeats,
  given: { readonly tally: UserTally; readonly logger: Logger },
): SharedUse {
  return startSharedUse({
    ...given,
    points: { points: budget.shared.points, requests, refreshes },
    places: { executions: budget.shared.executions, streams: seats.shared },
  });
}
