import type { DriverKey, GpsId } from '../../driver/ids';
import type { PlanDifference, PlannedAction } from '../../gateway/views/plan-difference';
import type { AccountOwner } from '../account/account-owner';
import type { NewRunItem, RunItemRow } from '../ports/run-store';

/** How many drivers an answer describes. Beyond that a person makes a new dry run, which lists all of them. */
export const MAX_DIFFERENCES = 20;

/** How the first of these drivers were planned, and how they would be planned now. */
export async function planDifferences(
  owner: AccountOwner,
  before: readonly RunItemRow[],
  now: readonly NewRunItem[],
  ids: readonly GpsId[],
): Promise<readonly PlanDifference[]> {
  const keys = await owner.read('urgent', async (tx) => {
    const found: (DriverKey | null)[] = [];
    for (const id of ids.slice(0, MAX_DIFFERENCES)) found.push(await tx.drivers.keyOfGps(id));
    return found;
  });
  return differencesOfStrangers(before, now, ids).map((difference, place) => ({
    ...difference,
    driverKey: keys[place] ?? null,
  }));
}

/** The same for portals that the account has not adopted: ids mean other people there, so no driver of the account is named. */
export function differencesOfStrangers(
  before: readonly RunItemRow[],
  now: readonly NewRunItem[],
  ids: readonly GpsId[],
): readonly PlanDifference[] {
  return ids.slice(0, MAX_DIFFERENCES).map((id) => {
    const was = before.find((item) => item.gpsId === id);
    const is = now.find((item) => item.gpsId === id);
    return {
      driverName: (was ?? is)?.driverName ?? `GPS driver ${id}`,
      driverKey: null,
      itemId: was?.id ?? null,
      before: toPlannedAction(was),
      now: toPlannedAction(is),
    };
  });
}

function toPlannedAction(item: Omit<NewRunItem, 'evidence'> | undefined): PlannedAction | null {
  return item === undefined ? null : { action: item.action, reason: item.reason, changes: item.changes };
}
