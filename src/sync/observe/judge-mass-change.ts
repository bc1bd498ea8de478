import { judgeMassChange as judge } from '../../driver/guard/guards';
import { holdText } from '../../driver/guard/hold';
import type { GpsId } from '../../driver/ids';
import type { AccountOwner } from '../account/account-owner';
import type { NewEvent } from '../ports/event-log';
import type { NewRunItem } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { massChangeHealth } from '../run/mass-change-health';
import { holdRun } from '../run/hold-run';
import { planInSlices, type PlannedItem } from '../run/plan-slices';

/** What is decided about the drivers that a listing changed. */
export interface MassChangeVerdict {
  /** In the listing's last transaction: makes the drivers due, those of a mass change held. Answers the events to append. */
  decide(tx: SyncTransaction, now: number): Promise<readonly NewEvent[]>;
}

/**
 * Judges the drivers that listings stored and nothing has judged yet: a bad import is a mass change, and it is here before any
 * run. When writing the changed ones to Driveri would change too many, they wait for approval. New drivers do not count, and go
 * on. Nothing acts on these drivers before the decision, so that planning needs no lock.
 */
export async function judgeMassChange(owner: AccountOwner): Promise<MassChangeVerdict> {
  const unjudged = await owner.readOnce('bulk', (tx) => tx.work.unjudged());
  if (unjudged.length === 0) return { decide: () => Promise.resolve([]) };
  const { enabled, linked } = await owner.read('bulk', async (tx) => ({
    enabled: (await tx.account.read()).enabled,
    linked: (await tx.rosters.counts()).linked,
  }));
  const ids = unjudged.map((row) => row.gpsId);
  const changed = unjudged.filter((row) => row.kind === 'changed').map((row) => row.gpsId);
  const goOn: MassChangeVerdict = {
    async decide(tx) {
      await tx.work.judge(ids);
      return [];
    },
  };
  const limits = owner.account.guards;
  // Planning costs a look at every driver: only when enough of them changed at all.
  if (!enabled || judge({ limits, changed: changed.length, linked }) === 'ok') return goOn;
  const planned = await planInSlices(owner, changed);
  const writes = planned.filter((item) => item.steps.length > 0 && !isArrival(item));
  const massChange = judge({ limits, changed: writes.length, linked });
  const held = massChange === 'hold' ? writes.filter((item) => item.action !== 'REMOVE') : [];
  return {
    async decide(tx, now) {
      if (held.length > 0) await holdItems(tx, held, now);
      await tx.work.judge(ids);
      return massChangeHealth(
        tx,
        { items: held.length > 0 ? held.map(toItem) : writes.map(toItem), massChange },
        now,
      );
    },
  };
}

/** A driver that gets its first Driveri driver changes no other: DriverIDs that are read little by little arrive so. */
function isArrival({ steps: [first] }: PlannedItem): boolean {
  if (first?.kind === 'create') return true;
  return (
    first?.kind === 'link' &&
    first.unmanaged.length === 0 &&
    first.unlinked.length === 0 &&
    first.moves.length === 1
  );
}

async function holdItems(tx: SyncTransaction, held: readonly PlannedItem[], now: number): Promise<void> {
  const run = await holdRun(tx, now);
  await tx.runs.addItems(run, held.map(toItem));
  const ids: readonly GpsId[] = held.map((item) => item.gpsId);
  await tx.work.setHold(ids, holdText({ state: 'held', kind: 'mass-change', run }));
  await tx.drivers.refresh(ids, [], now);
}

function toItem(item: PlannedItem): NewRunItem {
  return {
    gpsId: item.gpsId,
    driverName: item.driverName,
    action: item.action,
    rowNumber: item.row,
    steps: item.steps,
    changes: item.changes,
    reason: item.reason,
    outcome: 'HELD',
    heldFor: 'mass-change',
    rejected: false,
    problem: null,
    generation: null,
  };
}
