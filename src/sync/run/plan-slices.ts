import { createFleetState, type FleetState } from '../../driver/fleet/fleet-state';
import { planFleet, type FleetPlanItem } from '../../driver/fleet/plan-fleet';
import type { GpsId } from '../../driver/ids';
import type { AccountOwner } from '../account/account-owner';
import { gpsName } from '../observe/gps-changes';
import { policyOf } from '../reconcile/look';

/** What planning gives for one driver, with its name at this moment. */
export interface PlannedItem extends FleetPlanItem {
  readonly driverName: string;
}

/** How many drivers are planned in one look. */
const SLICE = 200;

/**
 * Plans these drivers from the rosters as they are, with the same `planDriver` as a single edit, slice by slice: each slice is
 * looked at with all that its decisions depend on, and drivers of later slices that it meets there are planned with it. Nothing
 * is written. Answers the drivers with a step or a problem. `onEqual` gets the others, slice by slice, in the fleet in which they
 * were looked at.
 */
export async function planInSlices(
  owner: AccountOwner,
  ids: readonly GpsId[],
  onEqual: (fleet: FleetState, ids: readonly GpsId[]) => Promise<void> = () => Promise.resolve(),
): Promise<readonly PlannedItem[]> {
  const waiting = new Set(ids);
  const items: PlannedItem[] = [];
  while (waiting.size > 0) {
    const slice = take(waiting, SLICE);
    const fleet = await lookAt(owner, slice);
    const scope = new Set([...slice, ...fleet.gpsIds().filter((id) => waiting.has(id))]);
    for (const id of scope) waiting.delete(id);
    const planned = planFleet(fleet, scope).items;
    for (const item of planned) items.push({ ...item, driverName: nameIn(fleet, item.gpsId) });
    const differing = new Set(planned.map((item) => item.gpsId));
    await onEqual(
      fleet,
      [...scope].filter((id) => !differing.has(id)),
    );
  }
  return items;
}

function take(ids: ReadonlySet<GpsId>, most: number): readonly GpsId[] {
  const taken: GpsId[] = [];
  for (const id of ids) {
    if (taken.length >= most) break;
    taken.push(id);
  }
  return taken;
}

function lookAt(owner: AccountOwner, ids: readonly GpsId[]): Promise<FleetState> {
  return owner.read('bulk', async (tx) => {
    const state = await tx.account.read();
    const neighbourhood = await tx.rosters.neighbourhood(ids);
    return createFleetState({ ...neighbourhood, policy: policyOf(owner.account, state) });
  });
}

/** The driver's name as people know it: GPS's, or Driveri's for a driver that GPS does not have. */
export function nameIn(fleet: FleetState, id: GpsId): string {
  const { gps, x } = fleet.situationOf(id);
  if (gps.presence === 'present') return gpsName(gps.driver);
  const name = [x?.firstName, x?.lastName].filter((part) => (part ?? '') !== '').join(' ');
  return name !== '' ? name : (x?.driverId ?? `GPS driver ${id}`);
}
