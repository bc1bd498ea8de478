import { PortalError } from '../driver/portal-error';
import type { DriverPlan, DriverStep } from '../driver/driver-plan';
import type { AccountId, DriverId, GpsId } from '../driver/ids';
import { isSamePortals } from './check-connection';
import { executeStep, resolveOpenIntents } from './execute-step';
import { type ReconcileOutcome, StepUnsettled, SyncIsOff } from './interruption';
import { withholdStep } from './withhold-step';
import { type Look, lookAtDriver, touchedIds } from './look-at-driver';
import { moveLinks, forgetDriver } from './move-links';
import { noteFailure } from './portal-health';
import { permitRemoval } from './propose-removal';
import { isBackInGps, proveAbsence } from './prove-absence';
import { backoffMs, judgeFailure, type Verdict } from './retry';
import { recordReading } from './ingest-gps';
import { postponeDriver, settleDriver } from './settle-driver';
import { accountOf, type SyncAccount, type SyncContext } from './sync-context';
import type { Lease } from './sync-store';
import { readDriveriWhole } from './watch-driveri';

/** Steps that change who somebody is: Driveri is always asked directly before them. */
const IDENTITY_STEPS: ReadonlySet<DriverStep['kind']> = new Set(['link', 'rename', 'reinstate', 'remove']);

/** More steps than any driver needs: a plan that never comes to an end is a fault, and is tried again later. */
const MOST_STEPS = 8;

/**
 * Makes Driveri match GPS for one driver, from whatever state both are in: observe, plan, one write, confirm, record, and
 * again until nothing is left to do. It may be called at any time, any number of times, by any number of workers: without a
 * reason to look, or while another works on the driver, it does nothing.
 *
 * Never throws for a portal's failure: the driver is tried again when that makes sense, and shows why.
 */
export async function reconcileDriver(
  context: SyncContext,
  accountId: AccountId,
  gpsId: GpsId,
): Promise<ReconcileOutcome> {
  const account = accountOf(context, accountId);
  const lease = await context.store.transaction(accountId, (tx) =>
    tx.work.acquire(gpsId, context.owner, context.clock.now(), context.settings.leaseMs),
  );
  if (lease === null) return 'idle';
  try {
    return await work(context, account, lease);
  } catch (error) {
    return failed(context, account, lease, error);
  }
}

/** What one reconcile knows besides the rosters. */
interface Attempt {
  /** DriverIDs that Driveri was asked for directly, since this attempt began or since the last write. */
  readonly verified: Set<DriverId>;
  /** After a refused write the roster is not believed: everything is read directly. */
  distrustful: boolean;
  refusals: number;
  listed: boolean;
}

async function work(context: SyncContext, account: SyncAccount, lease: Lease): Promise<ReconcileOutcome> {
  const { gpsId } = lease;
  const attempt: Attempt = { verified: new Set(), distrustful: false, refusals: 0, listed: false };
  await resolveOpenIntents(context, account, gpsId);
  if (lease.expiredMarks.length > 0) await readAfterUnknownWrite(context, account, lease);
  for (let steps = 0; steps < MOST_STEPS;) {
    const look = await lookAtDriver(context, account, gpsId);
    if (!look.state.enabled || !isSamePortals(account, look.state)) return rest(context, account, lease);
    if (look.presence === null && look.fleet.situationOf(gpsId).link === null) {
      return settleDriver(context, account, lease, look, look.plan);
    }
    if (look.presence === 'missing') {
      const absence = await proveAbsence(context, account, gpsId);
      if (absence === 'proven') continue;
      if (absence !== 'open')
        throw new StepUnsettled('GPS had the driver a moment ago', absence.askAgainInMs);
    }
    const plan = withholdStep(context, look, gpsId);
    if (await mustLookAgain(context, account, look, plan, gpsId, attempt)) continue;
    if (plan.step.kind === 'none') return settleDriver(context, account, lease, look, plan);
    if (plan.step.kind === 'remove') {
      if (await isBackInGps(context, account, look, gpsId, plan.step.proof)) continue;
      const permission = await permitRemoval(context, account, gpsId, plan.step.proof);
      if (permission?.may !== 'remove') return settleDriver(context, account, lease, look, plan);
    }
    steps += 1;
    await renewLease(context, account, lease);
    await carryOut(context, account, lease, { ...look, plan }, attempt);
  }
  throw new Error('the plan for this driver does not come to an end');
}

async function rest(context: SyncContext, account: SyncAccount, lease: Lease): Promise<ReconcileOutcome> {
  await context.store.transaction(account.id, (tx) => tx.work.free(lease));
  return 'off';
}

async function renewLease(context: SyncContext, account: SyncAccount, lease: Lease): Promise<void> {
  const until = context.clock.now() + context.settings.leaseMs;
  const held = await context.store.transaction(account.id, (tx) => tx.work.renew(lease, until));
  if (!held) throw new StepUnsettled('another worker has taken this driver over', 0);
}

/** A GPS write whose outcome nobody knows: what GPS has now is the truth. */
async function readAfterUnknownWrite(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
): Promise<void> {
  const reading = await account.gps.readDriver(lease.gpsId);
  const now = context.clock.now();
  await context.store.transaction(account.id, async (tx) => {
    for (const mark of lease.expiredMarks) await tx.work.release(mark);
    if (reading.found !== 'driver') return;
    await tx.events.append(await recordReading(tx, account, reading, now));
  });
}

/**
 * Reads Driveri directly where the roster will not do: it is not up to date, an identity is about to change, or a write was
 * refused. True when something was read, so that the plan has to be made again.
 */
async function mustLookAgain(
  context: SyncContext,
  account: SyncAccount,
  look: Look,
  plan: DriverPlan,
  gpsId: GpsId,
  attempt: Attempt,
): Promise<boolean> {
  const { step } = plan;
  if (step.kind === 'none' && !attempt.distrustful && isFresh(context, look)) return false;
  const isLinked = look.fleet.situationOf(gpsId).link !== null;
  const givesUpX = isLinked && (step.kind === 'forget' || step.kind === 'create');
  if (givesUpX) await expectNoStaleRead(context, account, gpsId);
  const isUnlisted = look.driveriRoster.completeAt === null;
  const needsListing = givesUpX || isUnlisted || (step.kind === 'link' && look.state.driveriListingNeeded);
  if (needsListing && !attempt.listed) {
    attempt.listed = true;
    await readDriveriWhole(context, account);
    return true;
  }
  const direct =
    givesUpX ||
    attempt.distrustful ||
    !isFresh(context, look) ||
    (IDENTITY_STEPS.has(step.kind) && !(step.kind === 'link' && isJustListed(context, look)));
  if (!direct || (step.kind === 'forget' && !isLinked)) return false;
  const ids = touchedIds({ fleet: look.fleet, plan }, gpsId).filter((id) => !attempt.verified.has(id));
  if (ids.length === 0) return false;
  for (const id of ids) await readDriveriDriver(context, account, id);
  for (const id of ids) attempt.verified.add(id);
  return true;
}

/**
 * A linked Driveri driver who does not show is given up only when three readings agree: the second is a whole listing, the third
 * asks for X directly, for listings that lack somebody may come one after the other. X would stay active for ever, and its
 * driver get a twin. Right after the link all of them may be behind.
 */
async function expectNoStaleRead(context: SyncContext, account: SyncAccount, gpsId: GpsId): Promise<void> {
  const linkedAt = await context.store.read(account.id, (tx) => tx.links.linkedAt(gpsId));
  const age = context.clock.now() - (linkedAt ?? 0);
  const { confirmGraceMs } = context.settings;
  if (age <= confirmGraceMs) {
    throw new StepUnsettled(
      'Driveri does not show yet whom the driver is linked to',
      confirmGraceMs - age + 1,
    );
  }
}

/** Whether the changed-since reading is up to date: two polls at most. */
function isFresh(context: SyncContext, look: Look): boolean {
  const { observedAt } = look.driveriRoster;
  return observedAt !== null && context.clock.now() - observedAt <= 2 * context.settings.driveriPollMs;
}

/** A LINK writes nothing to Driveri: a complete listing of a moment ago says as much about it as a read of its own. */
function isJustListed(context: SyncContext, look: Look): boolean {
  const { completeAt } = look.driveriRoster;
  return completeAt !== null && context.clock.now() - completeAt <= context.settings.driveriPollMs;
}

async function readDriveriDriver(context: SyncContext, account: SyncAccount, id: DriverId): Promise<void> {
  const reading = await account.driveri.readDriver(id);
  const now = context.clock.now();
  await context.store.transaction(account.id, async (tx) => {
    if (reading.driver === null) await tx.rosters.dropDriveri([id], reading.sentAt);
    else await tx.rosters.saveDriveri([reading.driver], reading.sentAt);
    await tx.drivers.refresh([], [id], now);
  });
}

async function carryOut(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  look: Look,
  attempt: Attempt,
): Promise<void> {
  const { step } = look.plan;
  if (step.kind === 'link') return moveLinks(context, account, lease, look);
  if (step.kind === 'forget') return forgetDriver(context, account, lease, look);
  try {
    await executeStep(context, account, lease, look);
    attempt.verified.clear();
    attempt.distrustful = false;
  } catch (error) {
    // What Driveri says is there, or not there, is not what the roster said: look directly, and plan again. Once.
    const surprised = error instanceof PortalError && (error.kind === 'taken' || error.kind === 'not-found');
    if (!surprised || attempt.refusals > 0) throw error;
    attempt.refusals += 1;
    attempt.distrustful = true;
    attempt.verified.clear();
  }
}

/** Whoever has a write open is not parked, whatever refused the reading of it: what became of the write is found out. */
async function verdictOn(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  error: PortalError,
): Promise<Verdict> {
  const verdict = judgeFailure(error, context.settings);
  if (verdict.then !== 'park') return verdict;
  const open = await context.store.read(account.id, (tx) => tx.intents.openOf(lease.gpsId));
  return open.length === 0 ? verdict : { ...verdict, then: 'retry' };
}

async function failed(
  context: SyncContext,
  account: SyncAccount,
  lease: Lease,
  error: unknown,
): Promise<ReconcileOutcome> {
  const now = context.clock.now();
  const { attempts } = lease.row;
  if (error instanceof SyncIsOff) return rest(context, account, lease);
  if (error instanceof StepUnsettled) {
    return postponeDriver(context, account, lease, { dueAt: now + error.waitMs, attempts, problem: null });
  }
  if (!(error instanceof PortalError)) {
    context.logger.error(
      { account: account.id, gpsId: lease.gpsId, err: error },
      'a driver could not be reconciled',
    );
    const problem = {
      code: 'INTERNAL',
      message: 'The gateway failed on this driver',
      hint: 'It is tried again. If it stays, the log of the gateway has the cause.',
    };
    return postponeDriver(context, account, lease, {
      dueAt: now + backoffMs(attempts),
      attempts: attempts + 1,
      problem,
    });
  }
  await noteFailure(context, account.id, error);
  const verdict = await verdictOn(context, account, lease, error);
  context.logger.info(
    {
      account: account.id,
      gpsId: lease.gpsId,
      operation: error.operation,
      kind: error.kind,
      then: verdict.then,
    },
    'a portal call for a driver failed',
  );
  switch (verdict.then) {
    case 'wait':
      return postponeDriver(context, account, lease, {
        dueAt: now + verdict.waitMs,
        attempts,
        problem: null,
      });
    case 'retry':
      return postponeDriver(context, account, lease, {
        dueAt: now + backoffMs(attempts),
        attempts: attempts + 1,
        problem: { code: verdict.code, message: verdict.message, hint: 'It is tried again by itself.' },
      });
    case 'park': {
      const look = await lookAtDriver(context, account, lease.gpsId);
      const { code, message, hint } = verdict;
      return settleDriver(context, account, lease, look, look.plan, { code, message, hint });
    }
  }
}
