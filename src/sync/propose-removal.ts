import type { AbsenceProof } from '../driver/absence-proof';
import { decideInferredRemovals } from '../driver/guards';
import type { DriverId, GpsId, RunId } from '../driver/ids';
import type { Link } from '../driver/link';
import { addHeldItems, holdRun } from './hold-run';
import type { SyncAccount, SyncContext } from './sync-context';
import type { NewEvent, NewRunItem, RemovalRow, SyncTransaction } from './sync-store';

const DAY_MS = 24 * 3_600_000;

/**
 * In a transaction: proposes the removal of every linked driver that is proven gone, unless it is removed in Driveri already
 * or a proposal is open. A deletion asked for through this gateway is allowed at once. Answers the links concerned.
 */
export async function proposeRemovals(
  tx: SyncTransaction,
  gone: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
  now: number,
): Promise<readonly Link[]> {
  const links: Link[] = [];
  for (const { gpsId, proof } of gone) {
    const link = await tx.links.byGpsId(gpsId);
    if (link === null) continue;
    links.push(link);
    await propose(tx, link, proof, now);
  }
  return links;
}

async function propose(tx: SyncTransaction, link: Link, proof: AbsenceProof, now: number): Promise<void> {
  const open = await tx.removals.openOf(link.gpsId);
  const askedFor = proof.kind === 'DeletedHere';
  if (open !== null) {
    await tx.removals.setProof(open.id, proof);
    if (askedFor) await tx.removals.setState([open.id], 'allowed', now);
    return;
  }
  const lastKnown = await tx.rosters.driveriDriver(link.driverId);
  if (lastKnown?.removed === true) return;
  await tx.removals.propose(
    {
      gpsId: link.gpsId,
      driverId: link.driverId,
      inferred: !askedFor,
      proof,
      state: askedFor ? 'allowed' : 'proposed',
      lastKnown,
      runId: null,
    },
    now,
  );
}

/** What may be done about a removal now. */
export type RemovalPermission =
  | { readonly may: 'remove' }
  | { readonly may: 'wait'; readonly state: 'held' | 'rejected'; readonly runId: RunId | null };

/**
 * Decides a proposed removal, under one lock per account, so that no two workers can each allow the last one under the cap.
 * Above the cap none of the inferred ones is allowed: all are held in a run that waits for approval.
 */
export async function permitRemoval(
  context: SyncContext,
  account: SyncAccount,
  gpsId: GpsId,
  proof: AbsenceProof,
): Promise<RemovalPermission | null> {
  return context.store.transaction(account.id, async (tx) => {
    await tx.account.lockExclusive();
    // Removed once, and back in Driveri although GPS does not have them: that is proposed and judged like any removal.
    if ((await tx.removals.openOf(gpsId)) === null) {
      await proposeRemovals(tx, [{ gpsId, proof }], context.clock.now());
    }
    const removal = await tx.removals.openOf(gpsId);
    if (removal === null) return null;
    if (removal.state === 'allowed' || removal.state === 'approved') return { may: 'remove' };
    if (removal.state === 'held' || removal.state === 'rejected') {
      return { may: 'wait', state: removal.state, runId: removal.runId };
    }
    return decideInferred(tx, context, account, removal);
  });
}

async function decideInferred(
  tx: SyncTransaction,
  context: SyncContext,
  account: SyncAccount,
  removal: RemovalRow,
): Promise<RemovalPermission> {
  const now = context.clock.now();
  const verdict = await judgeInferred(tx, account, now);
  if (verdict.decision === 'allow') {
    await tx.removals.setState([removal.id], 'allowed', now);
    return { may: 'remove' };
  }
  const runId = await holdRemovals(tx, verdict.reason, now);
  return { may: 'wait', state: 'held', runId };
}

/**
 * How the inferred removals of the last 24 hours stand against the account's cap. Those that are proposed, or wait for a
 * person, count as well: whole fleets are proven gone in one transaction, and none of them may slip through before the last.
 */
export async function judgeInferred(
  tx: SyncTransaction,
  account: SyncAccount,
  now: number,
): Promise<ReturnType<typeof decideInferredRemovals>> {
  const counts = await tx.rosters.counts();
  const undecided = (await tx.removals.openInferred()).filter(
    (row) => row.state === 'proposed' || row.state === 'held',
  );
  return decideInferredRemovals({
    limits: account.guards,
    linkedDrivers: counts.linked,
    inferredLast24h: (await tx.removals.inferredSince(now - DAY_MS)) + undecided.length,
    missingNow: counts.missing,
  });
}

/** In a transaction, under the account's lock: every inferred removal that is not carried out yet waits for a person. */
export async function holdRemovals(tx: SyncTransaction, reason: string, now: number): Promise<RunId> {
  const open = (await tx.removals.openInferred()).filter(
    (row) => row.state === 'proposed' || row.state === 'allowed',
  );
  const run = await holdRun(tx, now);
  await tx.removals.setState(
    open.map((row) => row.id),
    'held',
    now,
    run,
  );
  await addHeldItems(tx, run, await heldItems(tx, open, reason));
  const ids = open.map((row) => row.gpsId);
  await tx.drivers.refresh(ids, [], now);
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
): Promise<readonly Omit<NewRunItem, 'position'>[]> {
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
