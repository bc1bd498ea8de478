import { carryOnRun } from './run-fleet';
import type { SyncContext } from './sync-context';
import type { RunRow } from './sync-store';

/** Longer than it takes to read and plan the largest fleet from slow portals. */
const STUCK_MS = 15 * 60_000;

/**
 * Carries a run on that this process has a lease of, and renews the lease meanwhile: two workers never plan one account's run
 * at once. Whoever is stuck renews it no longer, and another takes over; should they come back after all, the first plan
 * that is stored is the plan.
 */
export async function carryOnLeased(context: SyncContext, run: RunRow): Promise<void> {
  const { clock, owner, store, settings } = context;
  const stuckAt = clock.now() + STUCK_MS;
  const renewal = setInterval(() => {
    if (clock.now() >= stuckAt) return;
    store.renewRun(run.id, owner, clock.now() + settings.leaseMs).catch(() => undefined); // the lease then runs out, and another takes over
  }, settings.leaseMs / 3);
  try {
    await carryOnRun(context, run);
  } finally {
    clearInterval(renewal);
    await store.renewRun(run.id, owner, 0);
  }
}
