import type { AccountId } from '../../driver/ids';
import { answerRequests } from '../command/answer-requests';
import { pollGps } from '../observe/poll-gps';
import { readDriveri } from '../observe/read-driveri';
import { OwnershipLost, type Agenda } from '../ports/ownership-store';
import { inSpan } from '../../platform/tracing';
import { checkIntents } from '../reconcile/check-intents';
import { createRecorder, type Recorder } from '../reconcile/recorder';
import { backoffMs } from '../reconcile/retry';
import { workDrivers } from '../reconcile/turn';
import { carryOnRuns } from '../run/carry-on-run';
import { startDailyRun } from '../run/daily-run';
import type { SyncContext } from '../sync-context';
import type { AccountOwner } from './account-owner';
import { createOwner, type RunningOwner } from './create-owner';
import { discardOld } from './discard-old';
import { holdOwnership, thisMoment } from './held-ownership';
import { clearHealth, setHealth } from './portal-health';

/** How often a working owner looks at its agenda, wake-ups apart. */
const LOOK_EVERY_MS = 250;

/** Everything that an owner does, each at most once at a time, when its line of the agenda is due. */
const ACTIVITIES: readonly {
  readonly name: string;
  readonly dueAt: (agenda: Agenda) => number | null;
  readonly work: (owner: AccountOwner, recorder: Recorder) => Promise<void>;
}[] = [
  { name: 'requests', dueAt: (agenda) => agenda.requests, work: answerRequests },
  { name: 'intents', dueAt: (agenda) => agenda.intents, work: checkIntents },
  { name: 'drivers', dueAt: (agenda) => agenda.drivers, work: workDrivers },
  { name: 'gps', dueAt: (agenda) => agenda.gps, work: pollGps },
  { name: 'driveri', dueAt: (agenda) => agenda.driveri, work: readDriveri },
  { name: 'runs', dueAt: (agenda) => agenda.runs, work: carryOnRuns },
  { name: 'daily-run', dueAt: (agenda) => agenda.dailyRun, work: startDailyRun },
  { name: 'discard', dueAt: (agenda) => agenda.discard, work: discardOld },
];

/** The names of what an owner does. */
export type Activity =
  'requests' | 'intents' | 'drivers' | 'gps' | 'driveri' | 'runs' | 'daily-run' | 'discard';

/** An account that this process owns. */
export interface OwnedAccount {
  /** Looks at the agenda at once. */
  wake(): void;
  /** Starts nothing more, waits for what is under way, and lets go. */
  stop(): Promise<void>;
}

/**
 * The account job: takes the account if nobody owns it, does whatever is due until nothing is, and lets go. Mutations, polls,
 * hints, runs and retries all end here. Resolves to false when another process owns the account. `onOwned` gets a handle while
 * the account is owned, and null afterwards.
 */
export async function ownAccount(
  context: SyncContext,
  id: AccountId,
  onOwned: (owned: OwnedAccount | null) => void = () => undefined,
): Promise<boolean> {
  const account = context.accounts.get(id);
  if (account === undefined) return false;
  const { store, clock, settings } = context;
  const takenAt = thisMoment();
  const ownership = await store.ownership.take(id, context.owner, settings.ownershipMs, clock.now());
  if (ownership === null) return false;
  const held = holdOwnership(store.ownership, clock, ownership, settings.ownershipMs, takenAt);
  const owner = createOwner(context, account, held);
  const stopping = { asked: false };
  const work = workUntilNothingIsDue(owner, stopping);
  held.start();
  onOwned({
    wake: owner.wake,
    stop: async () => {
      stopping.asked = true;
      owner.wake();
      await work.catch(() => undefined); // the caller of ownAccount gets the failure
    },
  });
  try {
    await work;
  } catch (error) {
    if (!(error instanceof OwnershipLost)) throw error;
    context.logger.warn({ account: id, fence: ownership.fence }, 'the account was taken by another process');
  } finally {
    onOwned(null);
    held.stop();
  }
  return true;
}

async function workUntilNothingIsDue(
  owner: RunningOwner,
  stopping: { readonly asked: boolean },
): Promise<void> {
  const recorder = createRecorder(owner);
  const running = new Set<string>();
  for (;;) {
    const mayStart = !stopping.asked && owner.held.holds();
    if (mayStart || owner.isIdle()) {
      const agenda = await agendaOrRelease(owner, stopping);
      if (agenda === 'released') return;
      if (mayStart) startDue(owner, recorder, running, agenda);
    }
    // Also when nothing was started: what is due may have to rest.
    await owner.pause(LOOK_EVERY_MS);
  }
}

/** An owner with nothing under way lets go, unless something is due: one statement says which, and what. */
async function agendaOrRelease(
  owner: RunningOwner,
  stopping: { readonly asked: boolean },
): Promise<Agenda | 'released'> {
  const { ownership } = owner.context.store;
  const now = owner.context.clock.now();
  if (!owner.isIdle()) return ownership.agenda(owner.account.id, now);
  if (!owner.held.holds()) throw new OwnershipLost(owner.account.id);
  const result = await ownership.letGo(owner.held.ownership, now, { force: stopping.asked });
  return result.released ? 'released' : result.agenda;
}

function startDue(owner: AccountOwner, recorder: Recorder, running: Set<string>, agenda: Agenda): void {
  const now = owner.context.clock.now();
  for (const { name, dueAt, work } of ACTIVITIES) {
    const at = dueAt(agenda);
    if (at === null || at > now || running.has(name)) continue;
    if (name === 'drivers' && (owner.restUntil > now || owner.noneFreeUntil > performance.now())) continue;
    running.add(name);
    owner.background(name, async () => {
      try {
        await activity(owner, name, () => work(owner, recorder));
        await recover(owner, name);
      } catch (error) {
        await rest(owner, name, error);
      } finally {
        running.delete(name);
      }
    });
  }
}

function activity(owner: AccountOwner, name: string, work: () => Promise<void>): Promise<void> {
  const { fence } = owner.held.ownership;
  return inSpan(`activity ${name}`, { attributes: { account: owner.account.id, fence } }, work);
}

/** Activities whose last work is known to have succeeded, by context: a new process looks once. */
const sound = new WeakMap<SyncContext, Set<string>>();

/** After a success: an earlier failure of the same activity is over, whichever process met it. */
async function recover(owner: AccountOwner, name: string): Promise<void> {
  const known = sound.get(owner.context) ?? new Set();
  sound.set(owner.context, known);
  const key = `${owner.account.id}/${name}`;
  if (known.has(key) || !owner.held.holds()) return;
  known.add(key);
  const problems = await owner.read('bulk', (tx) => tx.account.problems());
  if (!problems.some(({ code }) => code === internalCode(name))) return;
  await owner.transaction('bulk', async (tx) => {
    await tx.events.append(await clearHealth(tx, owner.context.clock.now(), [internalCode(name)]));
  });
}

/** One code for each activity, so that the success of one does not hide the failure of another. */
const internalCode = (name: string): string => `INTERNAL_${name.toUpperCase().replace('-', '_')}`;

/**
 * A failure of our own: shown in health with where to look, and left alone for a while, so that it never hammers a portal or the
 * database. It ends with the next success of the same activity.
 */
async function rest(owner: AccountOwner, name: string, error: unknown): Promise<void> {
  if (error instanceof OwnershipLost || !owner.held.holds()) throw error;
  const { clock, logger } = owner.context;
  const now = clock.now();
  const waitMs = backoffMs(2);
  sound.get(owner.context)?.delete(`${owner.account.id}/${name}`);
  logger.error({ account: owner.account.id, activity: name, err: error }, 'an activity of the owner failed');
  owner.restUntil = Math.max(owner.restUntil, now + waitMs);
  await owner.transaction('bulk', async (tx) => {
    const events = await setHealth(tx, now, {
      code: internalCode(name),
      severity: 'blocked',
      message: `The gateway failed at its own work (${name}) for this account. Nothing is lost.`,
      hint: `It is tried again by itself. The log of the gateway has the cause, under activity ${name}.`,
      retryAt: now + waitMs,
    });
    await tx.events.append(events);
    if (name === 'gps' || name === 'driveri') {
      const { failures } = await tx.rosters.state(name);
      await tx.rosters.setState(name, { nextReadAt: now + backoffMs(failures), failures: failures + 1 });
    }
    if (name === 'discard') await tx.account.update({ nextDiscardAt: now + 3_600_000 });
  });
}

/** One activity, now and to its end: for tests that decide the order in which things happen. Null: another process owns the account. */
export async function doNow<Result>(
  context: SyncContext,
  id: AccountId,
  work: (owner: RunningOwner, recorder: Recorder) => Promise<Result>,
): Promise<Result | null> {
  const account = context.accounts.get(id);
  if (account === undefined) return null;
  const { store, clock, settings } = context;
  const takenAt = thisMoment();
  const ownership = await store.ownership.take(id, context.owner, settings.ownershipMs, clock.now());
  if (ownership === null) return null;
  const held = holdOwnership(store.ownership, clock, ownership, settings.ownershipMs, takenAt);
  const owner = createOwner(context, account, held);
  try {
    const result = await work(owner, createRecorder(owner));
    await owner.settled();
    return result;
  } finally {
    await owner.settled();
    await store.ownership.letGo(ownership, clock.now(), { force: true }).catch(() => undefined); // lost meanwhile
  }
}
