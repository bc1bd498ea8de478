import { clearHealth, setHealth } from '../account/portal-health';
import type { NewEvent } from '../ports/event-log';
import type { NewRunItem } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';

/** In a transaction: the account's health says that a plan changes a large part of the fleet, or no longer does. */
export function massChangeHealth(
  tx: SyncTransaction,
  plan: { readonly items: readonly NewRunItem[]; readonly massChange: 'ok' | 'warn' | 'hold' },
  now: number,
): Promise<readonly NewEvent[]> {
  if (plan.massChange === 'ok') return clearHealth(tx, now, ['MASS_CHANGE']);
  const changed = plan.items.filter((item) => item.steps.length > 0).length;
  return setHealth(tx, now, {
    code: 'MASS_CHANGE',
    severity: 'degraded',
    message: `${changed} drivers are to be changed at once${plan.massChange === 'hold' ? '; they wait for approval' : ''}`,
    hint: 'Look at the run: a bad import into GPS, or a bulk edit in Driveri, looks like this.',
  });
}
