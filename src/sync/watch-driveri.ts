import { PortalError } from '../driver/portal-error';
import { ingestDriveri } from './ingest-driveri';
import { noteFailure } from './portal-health';
import type { SyncAccount, SyncContext } from './sync-context';
import { enqueueTouched, isWatchable } from './watch-gps';

/** How far back changes are read again: Driveri's `updatedDate` may be rounded, and its reads may be behind. */
const OVERLAP_MS = 2 * 60_000;

/**
 * Asks Driveri once what changed since the last time, to find drift; the first time, and when a DriverID came up that we
 * know nothing of, everything. A failed reading changes nothing but the account's health; it is not thrown.
 */
export async function watchDriveri(context: SyncContext, account: SyncAccount): Promise<void> {
  try {
    if (!(await isWatchable(context, account, 'driveri'))) return;
    const { state, roster } = await context.store.read(account.id, async (tx) => ({
      state: await tx.account.read(),
      roster: await tx.rosters.state('driveri'),
    }));
    const whole = roster.completeAt === null || roster.watermark === null || state.driveriListingNeeded;
    await (whole ? readDriveriWhole(context, account) : readChanges(context, account, roster.watermark));
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    context.logger.warn(
      { account: account.id, operation: error.operation, kind: error.kind },
      'Driveri was not read',
    );
    await noteFailure(context, account.id, error);
  }
}

async function readChanges(context: SyncContext, account: SyncAccount, watermark: number): Promise<void> {
  const listing = await account.driveri.changedSince(Math.max(0, watermark - OVERLAP_MS), {
    urgency: 'bulk',
  });
  await enqueueTouched(context, account, await ingestDriveri(context, account, listing, false));
}

/** Reads all of Driveri, proven complete. Throws `PortalError`. */
export async function readDriveriWhole(context: SyncContext, account: SyncAccount): Promise<void> {
  const listing = await account.driveri.listDrivers({ urgency: 'bulk' });
  await enqueueTouched(context, account, await ingestDriveri(context, account, listing, true));
}
