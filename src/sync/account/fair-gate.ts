import type { AccountId } from '../../driver/ids';

/** Gives places for database work and planning to the accounts of a process (R5). */
export interface FairGate {
  /**
   * Runs the work when a place is free: urgent work first, then the accounts in turn, each its oldest. Work must not ask for a
   * second place inside: it could wait for itself.
   */
  run<Result>(account: AccountId, urgency: 'urgent' | 'bulk', work: () => Promise<Result>): Promise<Result>;
}

type Start = () => void;

/**
 * A semaphore with two lines. Waiting for HTTP holds no place, so a few places serve any number of accounts:
 *
 *     urgent:  A B            served first, in the order in which they came
 *     bulk:    A: 1 2 3 4     served A1 C1 A2 A3 A4: an account with much work does not keep another's waiting
 *              C: 1
 */
export function createFairGate(places: number): FairGate {
  const urgent: Start[] = [];
  const bulk = new Map<AccountId, Start[]>();
  let free = places;

  function next(): Start | undefined {
    const first = urgent.shift();
    if (first !== undefined) return first;
    for (const [account, line] of bulk) {
      const start = line.shift();
      // To the end of the round: a Map keeps the order of insertion.
      bulk.delete(account);
      if (line.length > 0) bulk.set(account, line);
      if (start !== undefined) return start;
    }
    return undefined;
  }

  function wait(account: AccountId, urgency: 'urgent' | 'bulk'): Promise<void> {
    return new Promise((resolve) => {
      if (urgency === 'urgent') urgent.push(resolve);
      else bulk.set(account, [...(bulk.get(account) ?? []), resolve]);
    });
  }

  return {
    async run(account, urgency, work) {
      if (free > 0) free -= 1;
      else await wait(account, urgency);
      try {
        return await work();
      } finally {
        const start = next();
        if (start === undefined) free += 1;
        else start();
      }
    },
  };
}
