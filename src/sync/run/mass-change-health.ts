import { clearHealth, setHealth } from '../account/portal-health';
import type { NewEvent } from '../ports/event-log';
import type { HeldFor, NewRunItem } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';

const MASS_CHANGE = 'MASS_CHANGE';

/**
 * In a transaction: the account's health says that a plan changes a large part of the fleet, or no longer does. What an earlier
 * plan holds goes on waiting, whatever this one says.
 */
export async function massChangeHealth(
  tx: SyncTransaction,
  plan: { readonly items: readonly NewRunItem[]; readonly massChange: 'ok' | 'warn' | 'hold' },
  now: number,
): Promise<readonly NewEvent[]> {
  if (plan.massChange === 'warn') {
    const changed = plan.items.filter((item) => item.steps.length > 0).length;
    return setMassChange(tx, `${changed} drivers are to be changed at once`, now);
  }
  return stillHeld(tx, now);
}

/** In a transaction in which items that were held for these reasons stopped waiting: a mass change is over with its last one. */
export async function massChangeDecided(
  tx: SyncTransaction,
  heldFor: readonly (HeldFor | null)[],
  now: number,
): Promise<readonly NewEvent[]> {
  return heldFor.includes('mass-change') ? stillHeld(tx, now) : [];
}

async function stillHeld(tx: SyncTransaction, now: number): Promise<readonly NewEvent[]> {
  const held = await tx.runs.heldCount('mass-change');
  if (held === 0) return clearHealth(tx, now, [MASS_CHANGE]);
  return setMassChange(tx, `${held} drivers are to be changed at once; they wait for approval`, now);
}

function setMassChange(tx: SyncTransaction, message: string, now: number): Promise<readonly NewEvent[]> {
  return setHealth(tx, now, {
    code: MASS_CHANGE,
    severity: 'degraded',
    message,
    hint: 'Look at the run: a bad import into GPS, or a bulk edit in Driveri, looks like this.',
  });
}
