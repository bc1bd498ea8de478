import { ANSWERS_KEPT_MS } from '../../gateway/idempotent-answers';
import type { Discarded } from '../ports/retention-store';
import type { AccountOwner } from './account-owner';
import { clearHealth, setHealth } from './portal-health';

/** How often old rows are looked for, in ms. */
export const DISCARD_EVERY_MS = 3_600_000;

/** How long a dry run that nobody used is kept, in ms. Afterwards it shows what is long gone, and takes up place. */
export const DRY_RUNS_KEPT_MS = 24 * 3_600_000;

/** How many rows of a kind one transaction takes. */
const PORTION = 1_000;

/** More portions than these wait for the next turn. */
const MOST_PORTIONS = 200;

/** R19: a clock that is wrong makes the whole log look old. Above this share, in percent, nothing is destroyed. */
const MOST_OF_LOG_PERCENT = 10;

/** A person has had a day to look at the clocks: a large share may also be an import that grows old at one time. */
const ASKED_FOR_MS = 24 * 3_600_000;

/** A log so short is discarded whatever its share. */
const SHORT_LOG = 100;

/**
 * Discards what is older than the account's retention, a portion at a time, each in its own transaction. Nothing is destroyed on
 * one reading of a clock (R19): only what was already too old at the last look counts, an hour or more ago; and when that would
 * be over a tenth of the log at once, it stops for a day with the health problem RETENTION_STOPPED. Nothing that still guards,
 * waits or can be undone is touched: see `RetentionStore`. Dry runs that nobody used go after a day.
 */
export async function discardOld(owner: AccountOwner): Promise<void> {
  const { lookedAt, before } = await takeTurn(owner);
  if (lookedAt !== null) {
    const tooOld = lookedAt - DRY_RUNS_KEPT_MS;
    await owner.transaction('bulk', (tx) => tx.retention.discardDryRuns(tooOld, PORTION));
  }
  if (before === null) return;
  for (let portions = 0; portions < MOST_PORTIONS; portions += 1) {
    const { isLast, ...rows } = await discardPortion(owner, before);
    if (Object.values(rows).some((count) => count > 0)) {
      owner.context.logger.debug({ account: owner.account.id, ...rows }, 'old rows were discarded');
    }
    if (isLast) return;
  }
}

/** When the account was last looked at, and before which time rows are discarded now. Null: not at all, and none. */
interface Turn {
  readonly lookedAt: number | null;
  readonly before: number | null;
}

/** Moves the time of the next look on. */
async function takeTurn(owner: AccountOwner): Promise<Turn> {
  const { clock, settings } = owner.context;
  return owner.transaction('bulk', async (tx, state) => {
    const now = clock.now();
    const lastLookAt = state.nextDiscardAt === null ? null : state.nextDiscardAt - DISCARD_EVERY_MS;
    await tx.account.update({ nextDiscardAt: now + DISCARD_EVERY_MS });
    if (lastLookAt === null) return { lookedAt: null, before: null };
    // What was too old at the last look: the earlier of the two readings of the clock decides.
    const lookedAt = Math.min(lastLookAt, now);
    const before = lookedAt - settings.retentionMs;
    const { all, old } = await tx.retention.logAges(before);
    const stopped = (await tx.account.problems()).find(({ code }) => code === 'RETENTION_STOPPED');
    const wasAsked = stopped !== undefined && now - stopped.sinceAt >= ASKED_FOR_MS;
    if (wasAsked || all <= SHORT_LOG || old * 100 <= MOST_OF_LOG_PERCENT * all) {
      await tx.events.append(await clearHealth(tx, now, ['RETENTION_STOPPED']));
      return { lookedAt, before };
    }
    const events = await setHealth(tx, now, {
      code: 'RETENTION_STOPPED',
      severity: 'degraded',
      message: `${old} of ${all} events are older than the retention. That is more than ${MOST_OF_LOG_PERCENT} % at once, so nothing was discarded.`,
      hint: 'Check the clock of the database server and the retention in the configuration. After a day the old events are discarded all the same: put right by then what is wrong.',
    });
    await tx.events.append(events);
    return { lookedAt, before: null };
  });
}

function discardPortion(owner: AccountOwner, before: number): Promise<Discarded> {
  const now = owner.context.clock.now();
  return owner.transaction('bulk', (tx) => tx.retention.discard(before, now - ANSWERS_KEPT_MS, PORTION));
}
