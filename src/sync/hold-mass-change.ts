import { judgeMassChange } from '../driver/guards';
import type { GpsId, RunId } from '../driver/ids';
import { addHeldItems, holdRun } from './hold-run';
import { clearHealth, setHealth } from './portal-health';
import { planRun, type RunPlan } from './run-plan';
import type { SyncAccount } from './sync-context';
import type { NewEvent, SyncTransaction } from './sync-store';

const EVERYTHING = 'everything:';

/** `sync_row.identity_hold` of a driver about whom everything waits, not only the DriverID: they are part of a mass change. */
export const holdOfEverything = (run: RunId): string => `${EVERYTHING}${run}`;

/** Whether a hold is one of everything. */
export const holdsEverything = (hold: string | null): boolean => hold?.startsWith(EVERYTHING) ?? false;

/**
 * In the transaction that took a listing of GPS in, under the account's lock: a bad import is a mass change, and it is here
 * before any run. `changed` are the drivers that GPS had before and has otherwise now; when writing them to Driveri would
 * change too many, they wait for approval. Who is new in GPS does not count, and goes on. Answers the events that tell of it.
 */
export async function holdMassChange(
  tx: SyncTransaction,
  account: SyncAccount,
  changed: readonly GpsId[],
  now: number,
): Promise<readonly NewEvent[]> {
  if (changed.length === 0 || !(await tx.account.read()).enabled) return [];
  const { linked } = await tx.rosters.counts();
  // Planning costs a look at the whole fleet: only when as many as that have changed at all.
  if (judgeMassChange({ limits: account.guards, changed: changed.length, linked }) === 'ok') return [];
  const plan = await planRun(tx, account, { kind: 'RESYNC', scope: changed }, now);
  if (plan.massChange === 'hold') await holdItems(tx, plan, now);
  return tellOfMassChange(tx, plan, now);
}

async function holdItems(tx: SyncTransaction, plan: RunPlan, now: number): Promise<void> {
  const held = plan.items.filter((item) => item.outcome === 'HELD' && item.heldFor !== 'removal');
  const run = await holdRun(tx, now);
  await addHeldItems(tx, run, held);
  const ids = held.map((item) => item.gpsId);
  await tx.work.setIdentityHold(ids, holdOfEverything(run));
  await tx.drivers.refresh(ids, [], now);
}

/** In a transaction: the account's health says that a plan changes a large part of the fleet, or no longer does. */
export function tellOfMassChange(
  tx: SyncTransaction,
  plan: RunPlan,
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
