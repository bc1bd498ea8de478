import type { GpsId } from '../../driver/ids';
import { changesIdentity } from '../../driver/plan/identity-change';
import { inSpan } from '../../platform/tracing';
import { attemptOf, type AccountOwner } from '../account/account-owner';
import type { WorkRow } from '../ports/work-store';
import { OwnershipLost } from '../ports/ownership-store';
import { carryOut } from './carry-out';
import { decide, type Decisions } from './decide';
import { holdIdentityChanges } from './hold-identity-changes';
import { intend } from './intend';
import { internalPostponing } from './judge-outcome';
import { lookAtDue, type Decided, type Look } from './look';
import { forgetDrivers, moveLinks } from './move-links';
import { permitRemovals } from './permit-removals';
import { readFirst } from './read-first';
import type { Recorder } from './recorder';
import { postponeDrivers, settleDrivers, settlingOf } from './settle';

/*
 * One turn of the owner (engine.md, 3):
 *
 *     take ─ look ─ plan ─ guard ─┬─ nothing left ────────────────────────────────── settle
 *      (one repeatable-read       ├─ links, forgetting ── one transaction
 *       transaction for 200)      ├─ something must be read first ── beside everything else, then looked at again
 *                                 └─ writes ── intend (a wave) ── send ── confirm ── record and settle (a handful)
 */

/** How many drivers are looked at in one transaction. */
const MOST_TAKEN = 200;

/** How many bulk writes are under way at a time, whatever the portal takes. */
const MOST_IN_FLIGHT = 200;

/** When no driver that is due is free, the next look comes with news, or after this. */
const NONE_FREE_MS = 250;

/** More rounds than any amount of work needs between two waves: something is due for ever. */
const MOST_ROUNDS = 10_000;

/**
 * Works on every driver that is due, urgent ones first, until none is left that can be worked on now. Writes go on in the
 * background; when they end, the owner wakes up.
 */
export async function workDrivers(owner: AccountOwner, recorder: Recorder): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (owner.restUntil > owner.context.clock.now() || !owner.held.holds()) return;
    const room = waveSize(owner) - owner.bulkInFlight;
    const urgentOnly = room <= 0;
    const limit = urgentOnly ? 50 : Math.max(20, Math.min(MOST_TAKEN, room * 2));
    // When it finds nobody: who is due is worked on already, or has to wait. News that come during the look set it back.
    if (round === 0) owner.noneFreeUntil = performance.now() + NONE_FREE_MS;
    const look = await lookAtDue(owner, { urgentOnly, limit });
    if (look === null) return;
    owner.noneFreeUntil = 0;
    const movedLinks = await takeTurn(owner, recorder, look, room);
    // Whoever becomes due later is on the agenda; after links have moved, their drivers are due now.
    if (look.isLast && !movedLinks) return;
  }
  throw new Error('drivers are due for ever');
}

/** R12: no more than what pacing sends within half the deadline. */
function waveSize({ account, context }: AccountOwner): number {
  const perSecond = account.driveriRequestsPerSecond ?? Infinity;
  const sendable = Math.floor((perSecond * context.settings.sendWithinMs) / 2_000);
  return Math.max(1, Math.min(MOST_IN_FLIGHT, sendable));
}

/** Answers whether links have moved or gone. */
async function takeTurn(owner: AccountOwner, recorder: Recorder, look: Look, room: number): Promise<boolean> {
  const decisions = decide(owner, look);
  if (decisions.read.length > 0) startReading(owner, recorder, decisions.read);
  const removable = await storeDecisions(owner, look, decisions);
  const writes = [...decisions.write, ...removable].filter(({ gpsId }) => !owner.busy.has(gpsId));
  const urgent = writes.filter(({ row }) => row.urgent);
  const bulk = writes.filter(({ row }) => !row.urgent).slice(0, Math.max(0, room));
  // Each urgent driver is a wave of its own.
  for (const one of urgent) await startWave(owner, recorder, look, [one], 'urgent');
  if (bulk.length > 0) await startWave(owner, recorder, look, bulk, 'bulk');
  return decisions.link.length + decisions.forget.length > 0;
}

function startReading(owner: AccountOwner, recorder: Recorder, reads: Decisions['read']): void {
  const ids = reads.map(({ row }) => row.gpsId);
  for (const id of ids) owner.busy.add(id);
  owner.background('read-first', async () => {
    try {
      await traced(
        owner,
        'read-first',
        reads.map(({ row }) => row),
        () => readFirst(owner, recorder, reads),
      );
    } finally {
      for (const id of ids) owner.busy.delete(id);
    }
  });
}

async function startWave(
  owner: AccountOwner,
  recorder: Recorder,
  look: Look,
  wave: readonly Decided[],
  urgency: 'urgent' | 'bulk',
): Promise<void> {
  const intended = await intend(owner, look, wave, urgency);
  if (intended.length === 0) return;
  if (urgency === 'bulk') owner.bulkInFlight += intended.length;
  owner.background('wave', async () => {
    try {
      await traced(
        owner,
        'wave',
        intended.map(({ decided }) => decided.row),
        () => carryOut(owner, recorder, look, intended),
      );
    } finally {
      if (urgency === 'bulk') owner.bulkInFlight -= intended.length;
    }
  });
}

/** A driver's work goes on in the trace of its change; work on several drivers refers to each of theirs. */
function traced(
  owner: AccountOwner,
  name: string,
  rows: readonly WorkRow[],
  work: () => Promise<void>,
): Promise<void> {
  const [only, ...others] = rows;
  const driver = only === undefined || others.length > 0 ? {} : { gpsId: only.gpsId };
  const attributes = { account: owner.account.id, ...driver, drivers: rows.length };
  const origins = rows.map(({ trace }) => trace);
  return inSpan(name, { kind: 'consumer', attributes, origins }, work);
}

/**
 * Everything of a look that needs no portal, in one transaction: guards that count in the database, links, forgetting, drivers
 * that come to rest or wait. Answers the drivers that may be removed. Decisions that a guard has held meanwhile are taken out of
 * the lists. When the transaction fails for one driver, each is tried alone.
 */
async function storeDecisions(
  owner: AccountOwner,
  look: Look,
  decisions: Decisions,
): Promise<readonly Decided[]> {
  const { settle, postpone, link, forget, remove } = decisions;
  const needsCap = [...decisions.write, ...link.map(({ decided }) => decided)].some(isUncappedMove);
  if (settle.length + postpone.length + link.length + forget.length + remove.length === 0 && !needsCap)
    return [];
  try {
    return await storeIn(owner, look, decisions, needsCap);
  } catch (error) {
    if (error instanceof OwnershipLost || !owner.held.holds()) throw error;
    owner.context.logger.error(
      { account: owner.account.id, drivers: look.rows.length, err: error },
      'decisions could not be stored together; each driver is tried alone',
    );
    return storeAlone(owner, look, decisions);
  }
}

const isUncappedMove = ({ raw, row }: Decided): boolean => changesIdentity(raw.step) && row.hold === null;

async function storeIn(
  owner: AccountOwner,
  look: Look,
  decisions: Decisions,
  needsCap: boolean,
): Promise<readonly Decided[]> {
  const { account } = owner;
  const isUrgent = look.rows.some((row) => row.urgent);
  const result = await owner.transaction(isUrgent ? 'urgent' : 'bulk', async (tx, state) => {
    const now = owner.context.clock.now();
    if (!state.enabled || state.epoch !== look.state.epoch) return null;
    const held = needsCap ? await holdIdentityChanges(tx, account, now) : new Set<GpsId>();
    const gone = decisions.remove.flatMap(({ gpsId, plan: { step } }) =>
      step.kind === 'remove' ? [{ gpsId, proof: step.proof }] : [],
    );
    const permitted = gone.length === 0 ? new Set<GpsId>() : await permitRemovals(tx, account, gone, now);
    const waiting = decisions.remove.filter(({ gpsId }) => !permitted.has(gpsId));
    const removals = await tx.removals.openOf(waiting.map(({ gpsId }) => gpsId));
    const settlings = [
      ...decisions.settle,
      ...waiting.map((decided) =>
        settlingOf({ fleet: look.fleet, gps: look.gps, removals }, account, decided),
      ),
    ];
    const linkings = decisions.link.filter(({ decided }) => !held.has(decided.gpsId));
    const events = [
      ...(await moveLinks(tx, look, linkings, now)),
      ...(await forgetDrivers(tx, look, decisions.forget, now)),
      ...(await settleDrivers(tx, account, state, settlings, now)),
      ...(await postponeDrivers(tx, decisions.postpone, now)),
    ];
    await tx.events.append(events);
    return { held, permitted, settled: settlings.map(({ gpsId }) => gpsId) };
  });
  if (result === null) return [];
  for (const id of result.settled) owner.attempts.delete(id);
  for (const { decided } of decisions.link) attemptOf(owner, decided.gpsId).steps += 1;
  removeWhere(decisions.write, ({ gpsId }) => result.held.has(gpsId));
  return decisions.remove.filter(({ gpsId }) => result.permitted.has(gpsId));
}

/** Each driver's decision in a transaction of its own; one that fails there is tried again later, and says so. */
async function storeAlone(
  owner: AccountOwner,
  look: Look,
  decisions: Decisions,
): Promise<readonly Decided[]> {
  const removable: Decided[] = [];
  for (const row of look.rows) {
    const only = ofDriver(decisions, row.gpsId);
    try {
      removable.push(...(await storeIn(owner, look, only, only.write.some(isUncappedMove))));
    } catch (error) {
      if (error instanceof OwnershipLost || !owner.held.holds()) throw error;
      owner.context.logger.error(
        { account: owner.account.id, gpsId: row.gpsId, err: error },
        'a driver could not be reconciled',
      );
      removeWhere(decisions.write, ({ gpsId }) => gpsId === row.gpsId);
      await owner.transaction('bulk', async (tx) => {
        const now = owner.context.clock.now();
        await tx.events.append(await postponeDrivers(tx, [internalPostponing(row, now)], now));
      });
    }
  }
  return removable;
}

function ofDriver(decisions: Decisions, id: GpsId): Decisions {
  return {
    settle: decisions.settle.filter(({ gpsId }) => gpsId === id),
    postpone: decisions.postpone.filter(({ row }) => row.gpsId === id),
    link: decisions.link.filter(({ decided }) => decided.gpsId === id),
    forget: decisions.forget.filter(({ gpsId }) => gpsId === id),
    write: decisions.write.filter(({ gpsId }) => gpsId === id),
    remove: decisions.remove.filter(({ gpsId }) => gpsId === id),
    read: [],
  };
}

function removeWhere<Item>(items: Item[], isGone: (item: Item) => boolean): void {
  const kept = items.filter((item) => !isGone(item));
  items.splice(0, items.length, ...kept);
}
