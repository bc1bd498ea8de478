import { PortalError, type PortalName } from '../driver/portal-error';
import type { GpsId } from '../driver/ids';
import { ingestGpsListing } from './ingest-gps';
import { isSamePortals } from './check-connection';
import { isResting, noteFailure } from './portal-health';
import type { SyncAccount, SyncContext } from './sync-context';

/** How often group memberships are read: they cost a request per group. */
const GROUPS_EVERY_MS = 10 * 60_000;

/**
 * Reads GPS once and marks what changed: how a change made directly in the GPS portal gets to Driveri. A failed reading
 * changes nothing but the account's health; it is not thrown.
 */
export async function watchGps(context: SyncContext, account: SyncAccount): Promise<void> {
  try {
    if (!(await isWatchable(context, account, 'gps'))) return;
    const listing = await account.gps.listDrivers({ urgency: 'bulk' });
    const { touched } = await ingestGpsListing(context, account, listing);
    await enqueueTouched(context, account, touched);
    await readGroups(context, account);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    context.logger.warn(
      { account: account.id, operation: error.operation, kind: error.kind },
      'GPS was not read',
    );
    await noteFailure(context, account.id, error);
  }
}

/** Nothing is read into an account's rosters from portals that they were not made with. */
export async function isWatchable(
  context: SyncContext,
  account: SyncAccount,
  portal: PortalName,
): Promise<boolean> {
  const { state, problems } = await context.store.read(account.id, async (tx) => ({
    state: await tx.account.read(),
    problems: await tx.account.problems(),
  }));
  return isSamePortals(account, state) && !isResting(problems, portal, context.clock.now());
}

/** Tells the queue of drivers that were marked. A bulk of them goes behind single edits. */
export async function enqueueTouched(
  context: SyncContext,
  account: SyncAccount,
  touched: readonly GpsId[],
): Promise<void> {
  if (touched.length === 0) return;
  const state = await context.store.read(account.id, (tx) => tx.account.read());
  if (!state.enabled) return;
  const priority = touched.length > 20 ? 'run' : 'live';
  await context.queue.enqueueMany(touched.map((gpsId) => ({ account: account.id, gpsId, priority })));
}

async function readGroups(context: SyncContext, account: SyncAccount): Promise<void> {
  const now = context.clock.now();
  const state = await context.store.read(account.id, (tx) => tx.rosters.state('gps'));
  if (state.groupsAt !== null && now - state.groupsAt < GROUPS_EVERY_MS) return;
  const groups = await account.gps.listGroups({ urgency: 'bulk' });
  const memberships = new Map<GpsId, string[]>();
  for (const group of groups) {
    for (const member of group.members) {
      memberships.set(member, [...(memberships.get(member) ?? []), group.name]);
    }
  }
  await context.store.transaction(account.id, async (tx) => {
    await tx.rosters.setGroups(memberships);
    await tx.rosters.setState('gps', { groupsAt: now });
  });
}
