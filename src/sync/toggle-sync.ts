import { setTimeout as sleep } from 'node:timers/promises';
import type { RunId } from '../driver/ids';
import { PortalError } from '../driver/portal-error';
import { adoptConnection, isSamePortals } from './check-connection';
import { dailyJitterMs, nextDailyRun } from './daily-schedule';
import type { Actor, CommandResult, UserError } from './gateway-commands';
import { portalTitle } from './portal-health';
import { startRun } from './start-run';
import { accountOf, type SyncAccount, type SyncContext } from './sync-context';
import type { SyncTransaction } from './sync-store';
import { watchGps } from './watch-gps';
import { approveRun } from './approve-run';

type Toggled = CommandResult<{ readonly run: RunId | null }>;

const refuse = (code: string, message: string, field: readonly string[]): Toggled => ({
  value: null,
  userErrors: [{ code, message, field }],
});

/**
 * Turns Driver Sync on: after both portals accepted the credentials and can be written to, with one transaction that enables,
 * holds older proposals of removal, and starts the INITIAL run (or the reviewed one). Nothing is started when anything is wrong.
 */
export async function turnOn(
  context: SyncContext,
  actor: Actor,
  reviewedRun: RunId | null,
): Promise<Toggled> {
  const account = accountOf(context, actor.account);
  if (account.tier === 'STANDARD' && !account.driverSyncAvailable) {
    return refuse(
      'SYNC_NOT_AVAILABLE',
      'Driver Sync is not available for this Standard account. Contact your Account Manager to have it made available.',
      ['enabled'],
    );
  }
  const state = await context.store.read(account.id, (tx) => tx.account.read());
  if (state.enabled && isSamePortals(account, state) && !state.putHalted)
    return { value: { run: null }, userErrors: [] };
  const problems = await checkPortals(context, account);
  if (problems.length > 0) return { value: null, userErrors: problems };
  await context.store.transaction(account.id, async (tx) => {
    await tx.account.lockExclusive();
    await adoptConnection(tx, account, context.clock.now());
  });
  await watchGps(context, account);
  const readable = (await context.store.read(account.id, (tx) => tx.account.read())).driverIdField;
  if (readable === 'unreadable') {
    return refuse(
      'DRIVER_ID_UNREADABLE',
      'The GPS portal does not answer the DriverID of the drivers. Check driveriDriverIdField in the configuration; `none` says that the portal has no such field.',
      ['enabled'],
    );
  }
  return reviewedRun === null ? enableAndRun(context, actor) : enableReviewed(context, actor, reviewedRun);
}

async function enableAndRun(context: SyncContext, actor: Actor): Promise<Toggled> {
  const account = accountOf(context, actor.account);
  const run = await context.store.transaction(account.id, async (tx) => {
    await enable(tx, context, account, actor);
    const started = await startRun(
      tx,
      { kind: 'INITIAL', dryRun: false, scope: null, requestedBy: actor.userId },
      context.clock.now(),
    );
    return started.id;
  });
  return { value: { run }, userErrors: [] };
}

/** Does what a dry run has shown, or nothing: a plan that would be another by now is refused as STALE_PLAN. */
async function enableReviewed(context: SyncContext, actor: Actor, run: RunId): Promise<Toggled> {
  const account = accountOf(context, actor.account);
  const approved = await approveRun(context, actor, run, null, {
    kind: 'INITIAL',
    before: (tx) => enable(tx, context, account, actor),
  });
  if (approved.value === null) {
    return {
      value: null,
      userErrors: approved.userErrors.map((error) => ({ ...error, field: ['reviewedRun'] })),
    };
  }
  return { value: { run: approved.value }, userErrors: [] };
}

async function enable(
  tx: SyncTransaction,
  context: SyncContext,
  account: SyncAccount,
  actor: Actor,
): Promise<void> {
  const state = await tx.account.lockExclusive();
  const now = context.clock.now();
  await tx.account.update({
    enabled: true,
    epoch: state.epoch + 1,
    changedAt: now,
    changedBy: actor.userId,
    fingerprint: account.fingerprint,
    putHalted: false,
    nextRunAt: nextDailyRun(now, account.timeZone, account.dailyRunAt, dailyJitterMs(account.id)),
  });
  await tx.account.clearProblem('UNEXPECTED_CHANGE');
  await tx.account.clearProblem('PORTAL_CHANGED');
  // What piled up while it was off waits for a person at the INITIAL run.
  const proposals = (await tx.removals.openInferred()).filter(
    (row) => row.state === 'proposed' || row.state === 'allowed',
  );
  await tx.removals.setState(
    proposals.map((row) => row.id),
    'held',
    now,
  );
  await tx.work.settleAll(now);
  await tx.drivers.refreshAll(now);
  await tx.events.append([
    { type: 'SYNC_ENABLED', at: now, actor: actor.userId, message: 'Driver Sync was turned on' },
  ]);
}

/**
 * Turns Driver Sync off: raises the epoch, so that no write can begin, and waits until none of an older epoch is on its way.
 * After it has returned, nothing is sent to Driveri for the account.
 */
export async function turnOff(context: SyncContext, actor: Actor): Promise<Toggled> {
  const account = accountOf(context, actor.account);
  const epoch = await context.store.transaction(account.id, async (tx) => {
    const state = await tx.account.lockExclusive();
    if (!state.enabled) return state.epoch;
    const now = context.clock.now();
    await tx.account.update({
      enabled: false,
      epoch: state.epoch + 1,
      changedAt: now,
      changedBy: actor.userId,
      nextRunAt: null,
    });
    await cancelRuns(tx, now);
    await tx.events.append([
      { type: 'SYNC_DISABLED', at: now, actor: actor.userId, message: 'Driver Sync was turned off' },
    ]);
    return state.epoch + 1;
  });
  await drainOlderWrites(context, account, epoch);
  return { value: { run: null }, userErrors: [] };
}

async function cancelRuns(tx: SyncTransaction, now: number): Promise<void> {
  for (const run of [...(await tx.runs.active()), ...(await tx.runs.awaitingApproval())]) {
    const pending = (await tx.runs.items(run.id))
      .filter((item) => item.outcome === 'PENDING')
      .map((item) => item.id);
    await tx.runs.updateItems(pending, { outcome: 'SKIPPED' });
    await tx.runs.update(run.id, { status: 'CANCELLED', finishedAt: now });
  }
}

async function drainOlderWrites(context: SyncContext, account: SyncAccount, epoch: number): Promise<void> {
  const { requestTimeoutMs } = context.settings;
  for (;;) {
    const sending = await context.store.transaction(account.id, (tx) =>
      tx.intents.sendingBefore(epoch, context.clock.now(), requestTimeoutMs),
    );
    if (sending === 0) return;
    await sleep(25);
  }
}

/** Whether both portals accept the account's credentials, and Driveri may be written to: each problem as the user can mend it. */
async function checkPortals(context: SyncContext, account: SyncAccount): Promise<readonly UserError[]> {
  const results = await Promise.all([
    attempt(() => account.gps.checkCredentials()),
    attempt(() => checkDriveri(account)),
  ]);
  const errors = results.flat();
  for (const error of errors)
    context.logger.warn({ account: account.id, code: error.code }, 'Driver Sync was not turned on');
  return errors;
}

async function checkDriveri(account: SyncAccount): Promise<readonly UserError[]> {
  const ready = await account.driveri.checkReadiness();
  const errors: UserError[] = [];
  if (ready.missingScopes.length > 0) {
    errors.push({
      code: 'MISSING_SCOPE',
      message: `The Driveri API key lacks ${ready.missingScopes.join(', ')}. Have these scopes added to it.`,
      field: ['enabled'],
    });
  }
  if (ready.removedStatus === null) {
    errors.push({
      code: 'NO_REMOVED_STATUS',
      message:
        'Driveri has no driver status that stands for a deletion. Set removedStatus in the configuration.',
      field: ['enabled'],
    });
  }
  return errors;
}

async function attempt(check: () => Promise<void | readonly UserError[]>): Promise<readonly UserError[]> {
  try {
    return (await check()) ?? [];
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    const refused = error.kind === 'credentials' || error.kind === 'forbidden';
    const code = refused ? 'PORTAL_CREDENTIALS_REFUSED' : 'PORTAL_UNAVAILABLE';
    const title = portalTitle(error.portal);
    const message = refused
      ? `${title} refuses the account's credentials: ${error.message}. Correct them in the configuration.`
      : `${title} cannot be reached now: ${error.message}. Try again when it answers.`;
    return [{ code, message, field: ['enabled'] }];
  }
}
