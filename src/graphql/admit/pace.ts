import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Keeps time for others. A user's points may be spent all at once, and what they pay for can keep the process busy for seconds:
 * alone, a user may have that. While another user is there, a user who asks for much is worked on one execution at a time, and
 * rests after each for as long as it took. Events of subscriptions, each of which takes little, wait only while the process is
 * busy. So the process is free at least half of the time, whatever is asked.
 */
export interface Pace {
  /** Runs an execution when it is time. */
  run<Value>(user: string, points: number, execute: () => Promise<Value>): Promise<Value>;
  /** Before an event of a subscription is answered: resolves when it is time. Rejects when the signal is aborted. */
  event(user: string, points: number, signal?: AbortSignal): Promise<void>;
}

/** More than so many points at once, and so many each second in the long run, is much. */
const MUCH_AT_ONCE = 500;
const MUCH_PER_MS = 2;

/** Who has asked for nothing for so long is not there. */
const THERE_FOR_MS = 1_000;
const LONGEST_REST_MS = 2_000;

/** Over so long a time the process is busy or not. */
const LOAD_WINDOW_MS = 50;

/** More users than this are not remembered. */
const MAX_USERS = 10_000;

interface Busy {
  level: number;
  at: number;
  /** Ends with the last of the executions that run one after the other. */
  last: Promise<unknown>;
  restUntil: number;
}

/**
 * Times are the process's own: what is waited for is its work. `isBusy`: whether it was at work for more than half of the last
 * moments.
 */
export function createPace(isBusy: () => boolean = createLoad()): Pace {
  const users = new Map<string, Busy>();
  let latest = { user: '', at: -Infinity };
  let other = latest;

  function isAlone(user: string): boolean {
    const { at } = latest.user === user ? other : latest;
    return performance.now() - at > THERE_FOR_MS;
  }

  function note(user: string): void {
    if (latest.user !== user) other = latest;
    latest = { user, at: performance.now() };
  }

  /** Counts these points. Whether they are much, with those before. */
  function asksMuch(user: string, points: number): boolean {
    const level = levelNow(user) + points;
    // What was asked for alone is not held against anybody for long.
    busyOf(user).level = Math.min(level, 4 * MUCH_AT_ONCE);
    return level > MUCH_AT_ONCE;
  }

  function levelNow(user: string): number {
    const now = performance.now();
    const busy = busyOf(user);
    busy.level = Math.max(0, busy.level - (now - busy.at) * MUCH_PER_MS);
    busy.at = now;
    return busy.level;
  }

  function busyOf(user: string): Busy {
    const known = users.get(user);
    if (known) return known;
    // The one that came first; its level would mostly be nothing by now.
    for (const first of users.keys()) {
      if (users.size < MAX_USERS) break;
      users.delete(first);
    }
    const busy = { level: 0, at: performance.now(), last: Promise.resolve(), restUntil: 0 };
    users.set(user, busy);
    return busy;
  }

  async function inLine<Value>(user: string, execute: () => Promise<Value>): Promise<Value> {
    const busy = busyOf(user);
    for (let left = restOf(busy); left > 0 && !isAlone(user); left = restOf(busy)) await sleep(left);
    const startedAt = performance.now();
    try {
      return await execute();
    } finally {
      const now = performance.now();
      busy.restUntil = now + Math.min(now - startedAt, LONGEST_REST_MS);
    }
  }

  return {
    async run(user, points, execute) {
      note(user);
      const isMuch = asksMuch(user, points);
      if (!isMuch || isAlone(user)) return execute();
      const busy = busyOf(user);
      const done = busy.last.then(() => inLine(user, execute));
      busy.last = done.catch(() => undefined);
      return done;
    },
    async event(user, points, signal) {
      note(user);
      if (!asksMuch(user, points)) return;
      for (let over = levelNow(user) - MUCH_AT_ONCE; over > 0 && !isAlone(user) && isBusy();) {
        await sleep(Math.min(1 + over / MUCH_PER_MS, LOAD_WINDOW_MS), undefined, { signal });
        over = levelNow(user) - MUCH_AT_ONCE;
      }
    },
  };
}

/** Looks at the event loop of this process, window by window. */
function createLoad(): () => boolean {
  let since = performance.eventLoopUtilization();
  let at = performance.now();
  let isBusy = false;
  return () => {
    const now = performance.now();
    if (now - at < LOAD_WINDOW_MS) return isBusy;
    isBusy = performance.eventLoopUtilization(since).utilization > 0.5;
    since = performance.eventLoopUtilization();
    at = now;
    return isBusy;
  };
}

const restOf = ({ restUntil }: Busy): number => restUntil - performance.now();
