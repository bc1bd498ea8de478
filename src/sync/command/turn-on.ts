import { stalePlan, type ComparableItem } from '../../driver/plan/stale-plan';
import type { RunId } from '../../driver/ids';
import { PortalError } from '../../driver/ports/portal-error';
import type { Actor, CommandResult, UserError } from '../../gateway/commands';
import type { AccountOwner } from '../account/account-owner';
import { adoptConnection, isSamePortals } from '../account/check-connection';
import { portalTitle } from '../account/portal-health';
import { listGps } from '../observe/poll-gps';
import type { SyncTransaction } from '../ports/sync-store';
import { dailyJitterMs, nextDailyRun } from '../run/daily-schedule';
import { startRun } from '../run/start-run';
import type { SyncAccount } from '../sync-context';
import { planElsewhere } from '../run/plan-elsewhere';
import { approveRun, staleMessage } from './approve-run';
import { differencesOfStrangers } from './plan-differences';

type Toggled = CommandResult<{ readonly run: RunId | null }>;

const refuse = (code: string, message: string, field: readonly string[]): Toggled => ({
  value: null,
  userErrors: [{ code, message, field }],
});

/**
 * Turns Driver Sync on: after both portals accepted the credentials and can be written to, with one transaction that enables,
 * holds older proposals of removal, and starts the INITIAL run (or the reviewed one). Nothing is started when anything is wrong.
 * Throws `PortalError` when GPS cannot be listed.
 */
export async function turnOn(owner: AccountOwner, actor: Actor, reviewedRun: RunId | null): Promise<Toggled> {
  const { account } = owner;
  if (account.tier === 'STANDARD' && !account.driverSyncAvailable) {
    return refuse(
      'SYNC_NOT_AVAILABLE',
      'Driver Sync is not available for this Standard account. Contact your Account Manager to have it made available.',
      ['enabled'],
    );
  }
  const state = await owner.read('urgent', (tx) => tx.account.read());
  if (state.enabled && isSamePortals(account, state) && !state.putHalted)
    return { value: { run: null }, userErrors: [] };
  const problems = await checkPortals(owner);
  if (problems.length > 0) return { value: null, userErrors: problems };
  const isSame = isSamePortals(account, state);
  if (!(isSame ? await readsDriverIds(owner) : await answersDriverIds(owner))) {
    return refuse(
      'DRIVER_ID_UNREADABLE',
      'The GPS portal does not answer the DriverID of the drivers. Check driveriDriverIdField in the configuration; `none` says that the portal has no such field.',
      ['enabled'],
    );
  }
  if (reviewedRun === null) return enableAndRun(owner, actor);
  return isSame ? enableReviewed(owner, actor, reviewedRun) : enablePreviewed(owner, actor, reviewedRun);
}

const PLANNED_ELSEWHERE = refuse(
  'STALE_PLAN',
  'The account is connected to other portals than this plan was made from. Make a new dry run and look at it, or correct the configuration.',
  ['reviewedRun'],
);

async function readsDriverIds(owner: AccountOwner): Promise<boolean> {
  await listGps(owner);
  return (await owner.read('urgent', (tx) => tx.account.read())).driverIdField !== 'unreadable';
}

/** Asked of portals that the account does not know yet: nothing of them is stored before the sync is on (design, 2.4). */
async function answersDriverIds({ account }: AccountOwner): Promise<boolean> {
  return (await account.gps.listDrivers()).driverIdFieldAnswered;
}

async function enableAndRun(owner: AccountOwner, actor: Actor): Promise<Toggled> {
  const run = await owner.transaction('urgent', async (tx) => {
    await enable(tx, owner, actor);
    const request = { kind: 'INITIAL' as const, dryRun: false, scope: null, requestedBy: actor.userId };
    return (await startRun(tx, request, owner.context.clock.now())).id;
  });
  return { value: { run }, userErrors: [] };
}

/** Does what a dry run has shown, or nothing: a plan that would be another by now is refused as STALE_PLAN. */
async function enableReviewed(owner: AccountOwner, actor: Actor, run: RunId): Promise<Toggled> {
  const approved = await approveRun(owner, actor, run, null, {
    kind: 'INITIAL',
    before: (tx) => enable(tx, owner, actor),
  });
  if (approved.value !== null) return { value: { run: approved.value }, userErrors: [] };
  return {
    ...approved,
    value: null,
    userErrors: approved.userErrors.map((error) => ({ ...error, field: ['reviewedRun'] })),
  };
}

/**
 * Adopts other portals after a preview of what that does. Planning again has to give the same; then the INITIAL run reads them into
 * the account's rosters and does it.
 */
async function enablePreviewed(owner: AccountOwner, actor: Actor, id: RunId): Promise<Toggled> {
  const { run, items } = await owner.read('urgent', async (tx) => ({
    run: await tx.runs.byId(id),
    items: await tx.runs.items(id),
  }));
  if (run?.status !== 'PLANNED' || run.connection !== owner.account.fingerprint) return PLANNED_ELSEWHERE;
  const again = await planElsewhere(owner);
  const withSteps = <Item extends ComparableItem>(all: readonly Item[]): readonly Item[] =>
    all.filter(({ steps }) => steps.length > 0);
  const stale = stalePlan(withSteps(items), withSteps(again.items));
  if (stale.length === 0) return enableAndRun(owner, actor);
  const refused = refuse('STALE_PLAN', staleMessage([...items, ...again.items], stale), ['reviewedRun']);
  return { ...refused, planDifferences: differencesOfStrangers(items, again.items, stale) };
}

async function enable(tx: SyncTransaction, { account, context }: AccountOwner, actor: Actor): Promise<void> {
  const state = await tx.account.lockExclusive();
  const now = context.clock.now();
  await adoptConnection(tx, account, now);
  await tx.account.update({
    enabled: true,
    epoch: state.epoch + 1,
    changedAt: now,
    changedBy: actor.userId,
    fingerprint: account.fingerprint,
    putHalted: false,
    nextRunAt: nextDailyRun(now, account.timeZone, account.dailyRunAt, dailyJitterMs(account.id)),
  });
  await tx.account.clearProblems(['UNEXPECTED_CHANGE', 'PORTAL_CHANGED']);
  // What piled up while it was off waits for a person at the INITIAL run.
  await tx.removals.holdOpen(now);
  await tx.work.settleAll(now);
  await tx.drivers.refreshAll(now);
  await tx.events.append([
    { type: 'SYNC_ENABLED', at: now, actor: actor.userId, message: 'Driver Sync was turned on' },
  ]);
}

/** Whether both portals accept the account's credentials, and Driveri may be written to: each problem as the user can mend it. */
async function checkPortals({ account, context }: AccountOwner): Promise<readonly UserError[]> {
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
