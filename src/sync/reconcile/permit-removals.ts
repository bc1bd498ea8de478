import { decideInferredRemovals, type GuardDecision } from '../../driver/guard/guards';
import { VIEW_RESTRICTED } from '../account/portal-health';
import type { AbsenceProof } from '../../driver/absence-proof';
import type { DriverId, GpsId, RunId } from '../../driver/ids';
import type { NewEvent } from '../ports/event-log';
import type { RemovalRow } from '../ports/removal-store';
import type { NewRunItem } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { holdRun } from '../run/hold-run';
import { proposeRemovals } from '../observe/propose-removals';
import type { SyncAccount } from '../sync-context';

const DAY_MS = 24 * 3_600_000;

/**
 * In a transaction of the owner: decides the removals of these drivers. A cap counts in the database (R11): above it none of the
 * inferred ones is allowed, and all are held in a run that waits for approval. Answers the drivers that may be removed now.
 */
export async function permitRemovals(
  tx: SyncTransaction,
  account: SyncAccount,
  gone: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
  now: number,
): Promise<ReadonlySet<GpsId>> {
  const ids = gone.map(({ gpsId }) => gpsId);
  const open = await tx.removals.openOf(ids);
  // Removed once, and back in Driveri although GPS does not have them: proposed and judged like any removal.
  await proposeRemovals(
    tx,
    gone.filter(({ gpsId }) => !open.has(gpsId)),
    now,
  );
  const rows = [...(await tx.removals.openOf(ids)).values()];
  const proposed = rows.filter((row) => row.state === 'proposed');
  if (proposed.length > 0) {
    const verdict = await judgeInferred(tx, account, now);
    if (verdict.decision === 'allow') {
      await tx.removals.move(
        proposed.map((row) => row.id),
        ['proposed'],
        'allowed',
        now,
      );
    } else {
      await holdRemovals(tx, verdict.reason, now);
    }
  }
  const decided = await tx.removals.openOf(ids);
  return new Set(
    [...decided.values()]
      .filter((row) => row.state === 'allowed' || row.state === 'approved')
      .map((row) => row.gpsId),
  );
}

/**
 * How the inferred removals of the last 24 hours stand against the account's cap. Those that are proposed, or wait for a
 * person, count as well: whole fleets are proven gone in one transaction, and none of them may slip through before the last.
 */
export async function judgeInferred(
  tx: SyncTransaction,
  account: SyncAccount,
  now: number,
  besides = 0,
): Promise<GuardDecision> {
  const counts = await tx.rosters.counts();
  const undecided = (await tx.removals.openInferred()).filter(
    (row) => row.state === 'proposed' || row.state === 'held',
  );
  const problems = await tx.account.problems();
  return decideInferredRemovals({
    limits: account.guards,
    seesAllDrivers: problems.every(({ code }) => code !== VIEW_RESTRICTED),
    linkedDrivers: counts.linked,
    inferredLast24h: (await tx.removals.inferredSince(now - DAY_MS)) + undecided.length + besides,
    missingNow: counts.missing,
  });
}

/** In a transaction: every inferred removal that is not carried out yet waits for a person. */
async function holdRemovals(tx: SyncTransaction, reason: string, now: number): Promise<RunId> {
  const open = (await tx.removals.openInferred()).filter(
    (row) => row.state === 'proposed' || row.state === 'allowed',
  );
  const run = await holdRun(tx, now);
  await tx.removals.move(
    open.map((row) => row.id),
    ['proposed', 'allowed'],
    'held',
    now,
    run,
  );
  await tx.runs.addItems(run, await heldItems(tx, open, reason));
  await tx.drivers.refresh(
    open.map((row) => row.gpsId),
    [],
    now,
  );
  await tx.events.append([heldEvent(run, open.length, reason, now)]);
  return run;
}

function heldEvent(runId: RunId, count: number, reason: string, at: number): NewEvent {
  return { type: 'REMOVALS_HELD', at, runId, message: `${count} removal(s) wait for approval: ${reason}` };
}

async function heldItems(
  tx: SyncTransaction,
  removals: readonly RemovalRow[],
  reason: string,
): Promise<readonly NewRunItem[]> {
  const names = await tx.rosters.driveriDrivers(removals.map((row) => row.driverId));
  return removals.map((row) => ({
    gpsId: row.gpsId,
    driverName: nameOf(names.get(row.driverId), row.driverId),
    action: 'REMOVE',
    rowNumber: 3,
    steps: [],
    changes: [{ field: 'status', from: 'Active', to: 'Deleted' }],
    reason: `Gone from GPS. Held: ${reason}`,
    outcome: 'HELD',
    heldFor: 'removal',
    rejected: false,
    problem: null,
    generation: null,
  }));
}

function nameOf(
  driver: { firstName: string | null; lastName: string | null } | undefined,
  id: DriverId,
): string {
  const name = [driver?.firstName, driver?.lastName].filter((part) => (part ?? '') !== '').join(' ');
  return name === '' ? id : name;
}
