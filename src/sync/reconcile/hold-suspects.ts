import { holdText } from '../../driver/guard/hold';
import type { FleetState } from '../../driver/fleet/fleet-state';
import type { NewRunItem } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { holdRun } from '../run/hold-run';
import { nameIn } from '../run/plan-slices';
import type { Decided } from './look';

/** The item in which a person decides about a DriverID that is no fit identity. */
export function suspectItem(fleet: FleetState, { gpsId, raw }: Decided): NewRunItem {
  const { wanted, link } = fleet.situationOf(gpsId);
  const to = wanted.state === 'known' ? wanted.value : null;
  return {
    gpsId,
    driverName: nameIn(fleet, gpsId),
    action: raw.action,
    rowNumber: raw.row,
    steps: [],
    changes: [{ field: 'driverId', from: link?.driverId ?? null, to }],
    reason: `Held: ${raw.suspicion ?? 'this DriverID is no fit identity.'}`,
    outcome: 'HELD',
    heldFor: 'suspicious-driver-id',
    rejected: false,
    problem: null,
    generation: null,
  };
}

/** In a transaction of the owner: these DriverIDs wait for a person, in a run that is AWAITING_APPROVAL. */
export async function holdSuspects(
  tx: SyncTransaction,
  items: readonly NewRunItem[],
  now: number,
): Promise<void> {
  if (items.length === 0) return;
  const run = await holdRun(tx, now);
  await tx.work.setHold(
    items.map(({ gpsId }) => gpsId),
    holdText({ state: 'held', kind: 'suspicious', run }),
  );
  await tx.runs.addItems(run, items);
  const message = `${items.length} DriverID(s) that look like a mistake wait for approval`;
  await tx.events.append([{ type: 'REMOVALS_HELD', at: now, runId: run, message }]);
}
