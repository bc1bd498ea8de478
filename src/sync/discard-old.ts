import type { AccountId } from '../driver/ids';
import { ANSWERS_KEPT_MS } from './idempotent-answers';
import type { SyncContext } from './sync-context';
import type { Discarded } from './sync-store';

/** How often old rows are looked for. */
const EVERY_MS = 3_600_000;

/** How many rows of a kind one transaction takes: few enough that nobody who waits for the account's lock notices. */
const PORTION = 1_000;

/** More portions than these wait for the next turn: an hour's work at most, whatever has piled up. */
const MOST_PORTIONS = 200;

/**
 * Discards what is older than the account's retention, a portion at a time, each in its own transaction. Any number of
 * processes may call it at any time: the account's lock gives one of them the turn, once an hour. A process that dies half way
 * has done what it did; the rest is there at the next turn. Nothing that still guards, waits or can be undone is touched: see
 * `RetentionRepository`.
 */
export async function discardOld(context: SyncContext, id: AccountId): Promise<void> {
  if (!(await takeTurn(context, id))) return;
  for (let portions = 0; portions < MOST_PORTIONS; portions += 1) {
    const discarded = await discardPortion(context, id);
    const { isLast, ...rows } = discarded;
    if (Object.values(rows).some((count) => count > 0)) {
      context.logger.debug({ account: id, ...rows }, 'old rows were discarded');
    }
    if (isLast) return;
  }
}

async function takeTurn(context: SyncContext, id: AccountId): Promise<boolean> {
  const now = context.clock.now();
  const seen = await context.store.read(id, (tx) => tx.account.read());
  if (seen.nextDiscardAt !== null && seen.nextDiscardAt > now) return false;
  return context.store.transaction(id, async (tx) => {
    const state = await tx.account.lockExclusive();
    if (state.nextDiscardAt !== null && state.nextDiscardAt > now) return false;
    await tx.account.update({ nextDiscardAt: now + EVERY_MS });
    return true;
  });
}

function discardPortion(context: SyncContext, id: AccountId): Promise<Discarded> {
  const now = context.clock.now();
  return context.store.transaction(id, async (tx) => {
    await tx.account.lockExclusive();
    return tx.retention.discard(now - context.settings.retentionMs, now - ANSWERS_KEPT_MS, PORTION);
  });
}
