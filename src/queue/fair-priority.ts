import type { Clock } from '../platform/clock';

/** BullMQ takes numbers below 2^21: half of them are times, and the other half is room to be ahead of the time. */
const TIMES = 2 ** 20;

/**
 * Numbers the bulk jobs of all accounts so that BullMQ's "lowest number first" serves the accounts in turn, however many
 * jobs each has. Live jobs have no number, and go before all of these.
 *
 * Each account has its own count; a job's number is the next of its account's count, but never behind the present second:
 *
 *     second 100: A adds 5,000 jobs   A: 100, 101, 102, … 5099
 *     second 103: B adds 2 jobs       B: 103, 104                 served: A100 A101 A102 A103 B103 A104 B104 A105 …
 *     second 160: A adds 1 more       A: 5100                     behind its own, not before them
 *
 * So a big account does not starve a small one, and no stream of new jobs starves an old one: new numbers grow with the
 * time. The time wraps after twelve days, when for a moment new jobs go before older ones; nothing is lost by that. Each
 * process counts for itself, which is fair enough: all of them follow the clock.
 */
export function createFairPriorities(clock: Clock): (account: string) => number {
  const lastOf = new Map<string, number>();
  return (account) => {
    const now = (Math.floor(clock.now() / 1000) % TIMES) + 1;
    const next = (lastOf.get(account) ?? 0) + 1;
    // Half a wrap or more ahead is not ahead but left from before the wrap.
    const priority = next < now || next - now > TIMES / 2 ? now : next;
    lastOf.set(account, priority);
    return priority;
  };
}
