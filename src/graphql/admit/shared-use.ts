import type { OpenUse, SpentUse, UserTally, UseTotals } from '../../gateway/user-tally';
import type { Logger } from '../../platform/logger';
import { loggableError } from '../answers/loggable-error';

/** A limit whose points are taken in several processes. */
export interface SharedPoints {
  readonly perSecond: number;
  readonly most: number;
  /** What each user has taken here since it was last told. */
  untold(): ReadonlyMap<string, number>;
  /** `level`: over all processes, with the `told` points in it. */
  learn(user: string, level: number, told: number): void;
}

/** A limit of what a user may have open at a time, in several processes. */
export interface SharedPlaces {
  /** What each user has open here, or had since the last call; nobody is left out who has some. */
  open(): ReadonlyMap<string, number>;
  /** How many all other processes have. */
  learn(user: string, elsewhere: number): void;
}

export interface SharedUseOptions {
  readonly tally: UserTally;
  readonly points: Readonly<Record<string, SharedPoints>>;
  readonly places: Readonly<Record<string, SharedPlaces>>;
  readonly logger: Logger;
  /** How often there is a report, when there is something to tell. */
  readonly everyMs?: number;
}

/** Tells the other processes what users take here, and learns what they take there. */
export interface SharedUse {
  /** Tells now, what there is to tell. Never rejects. */
  tell(): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 200;

/** What is open and does not change is told again: so that others do not forget it, and to learn what they have. */
const REPEAT_AFTER_MS = 2_000;

const FORGET_EVERY_MS = 60_000;

/**
 * A user's limits over all processes, without a statement for each request: a process counts by itself, and a few times a second
 * adds up with the others, in one statement for all its users. So a user may take a little more than the limit for an instant, in
 * each process once; what was taken too much is waited for afterwards. While the store is away, each process counts alone.
 */
export function startSharedUse(options: SharedUseOptions): SharedUse {
  const { tally, logger, everyMs = EVERY_MS } = options;
  const told = new Map<string, Told>();
  let isStopped = false;
  let telling: Promise<void> = Promise.resolve();
  let forgetAt = 0;

  async function tellOnce(): Promise<void> {
    const spent = spentOf(options);
    const open = openOf(options, told);
    if (spent.length === 0 && open.length === 0) return;
    const totals = await tally.report({ spent, open });
    learn(options, spent, totals);
    const now = performance.now();
    for (const { user, limit, count } of open) {
      if (count === 0) told.delete(`${limit} ${user}`);
      else told.set(`${limit} ${user}`, { user, limit, count, at: now });
    }
    if (now < forgetAt) return;
    forgetAt = now + FORGET_EVERY_MS;
    await tally.forget();
  }

  let isAway = false;
  function tell(): Promise<void> {
    telling = telling
      .then(tellOnce)
      .then(() => void (isAway = false))
      .catch((error: unknown) => {
        if (!isAway)
          logger.warn({ error: loggableError(error) }, 'limits of users count per process for now');
        isAway = true;
      });
    return telling;
  }

  const timer = setInterval(() => void tell(), everyMs).unref();
  return {
    tell,
    async stop() {
      if (isStopped) return;
      isStopped = true;
      clearInterval(timer);
      await telling;
    },
  };
}

interface Told extends OpenUse {
  readonly at: number;
}

function spentOf({ points }: SharedUseOptions): readonly SpentUse[] {
  return Object.entries(points).flatMap(([limit, one]) =>
    [...one.untold()].map(([user, amount]) => ({
      user,
      limit,
      amount,
      perSecond: one.perSecond,
      most: one.most,
    })),
  );
}

/** What has changed since it was told, what is no longer there, and what others would soon forget. */
function openOf({ places }: SharedUseOptions, told: ReadonlyMap<string, Told>): readonly OpenUse[] {
  const now = performance.now();
  const all = new Map<string, OpenUse>();
  for (const [limit, one] of Object.entries(places)) {
    for (const [user, count] of one.open()) all.set(`${limit} ${user}`, { user, limit, count });
  }
  for (const [key, { user, limit }] of told) if (!all.has(key)) all.set(key, { user, limit, count: 0 });
  return [...all].flatMap(([key, use]) => {
    const before = told.get(key);
    const isKnown = before?.count === use.count && now - before.at < REPEAT_AFTER_MS;
    return isKnown ? [] : [use];
  });
}

function learn(
  { points, places }: SharedUseOptions,
  spent: readonly SpentUse[],
  { levels, elsewhere }: UseTotals,
): void {
  const amounts = new Map(spent.map(({ user, limit, amount }) => [`${limit} ${user}`, amount]));
  for (const { user, limit, level } of levels) {
    points[limit]?.learn(user, level, amounts.get(`${limit} ${user}`) ?? 0);
  }
  for (const { user, limit, count } of elsewhere) places[limit]?.learn(user, count);
}
