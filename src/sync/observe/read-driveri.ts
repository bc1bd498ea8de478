import type { AccountOwner } from '../account/account-owner';
import { observeNow, readingPortal } from './portal-reading';
import { storeDriveriListing } from './store-driveri-listing';

/** How far back changes are read again: Driveri's `updatedDate` may be rounded, and its reads may be behind. */
const OVERLAP_MS = 2 * 60_000;

/**
 * Reads what changed in Driveri since the last time; everything the first time, and when Driveri listed a DriverID that the
 * roster did not have.
 */
export async function readDriveri(owner: AccountOwner): Promise<void> {
  await readingPortal(owner, 'driveri', owner.context.settings.driveriPollMs, async () => {
    const { state, driveriRoster } = await owner.readOnce('bulk', (tx) => tx.account.overview());
    const { completeAt, watermark } = driveriRoster;
    if (completeAt === null || watermark === null || state.driveriListingNeeded) return listDriveri(owner);
    const seen = await observeNow(owner);
    const from = Math.max(0, watermark - OVERLAP_MS);
    const listing = await owner.account.driveri.changedSince(from, { urgency: 'bulk' });
    await storeDriveriListing(owner, listing, { ...seen, at: listing.sentAt }, false);
  });
}

/** Reads all of Driveri, proven complete. Throws `PortalError`. */
export async function listDriveri(owner: AccountOwner): Promise<void> {
  const seen = await observeNow(owner);
  const listing = await owner.account.driveri.listDrivers({ urgency: 'bulk' });
  await storeDriveriListing(owner, listing, { ...seen, at: listing.sentAt }, true);
}
