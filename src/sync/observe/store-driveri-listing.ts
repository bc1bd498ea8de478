import type { DriverId } from '../../driver/ids';
import type { DriveriDriver } from '../../driver/driveri-driver';
import { judgeDriveriRoster } from '../../driver/guard/guards';
import type { DriveriListing } from '../../driver/ports/driveri-portal';
import { PortalError } from '../../driver/ports/portal-error';
import { chunksOf } from '../../platform/chunks-of';
import type { AccountOwner } from '../account/account-owner';
import { noteSuccess } from '../account/portal-health';
import type { Observation, RosterState } from '../ports/roster-store';
import { noteRows } from './row-notes';
import { setAsideHealth } from './set-aside-health';
import { recordDriveri, recordDriveriAbsent } from './record-reading';

/** How many rows one transaction stores. */
const CHUNK = 500;

/**
 * Stores what Driveri listed, chunk by chunk. `isComplete`: a listing proven complete, so that a driver that is not in it is not
 * in Driveri. Throws `PortalError` for a listing that claims to be complete and is far too small: nothing of it is stored.
 */
export async function storeDriveriListing(
  owner: AccountOwner,
  listing: DriveriListing,
  seen: Observation,
  isComplete: boolean,
): Promise<void> {
  const roster = await owner.readOnce('bulk', (tx) => tx.rosters.state('driveri'));
  const isBaseline = roster.completeAt === null;
  if (!isComplete && isBaseline) return;
  const mayProve = isComplete && listing.provesAbsence;
  const vanished = mayProve ? await vanishedIds(owner, listing, seen, isBaseline) : [];
  const { strangers, outdated } = await storeRows(owner, listing.drivers, seen, isBaseline);
  await owner.transaction('bulk', async (tx, state) => {
    const now = owner.context.clock.now();
    await recordDriveriAbsent(tx, vanished, seen, now);
    const { setAside, cleaned } = listing;
    const ids = listing.drivers.map((driver) => driver.driverId);
    const rows = { setAside, cleaned, ids, isWhole: isComplete };
    const { hasNotes, readableAgain } = await noteRows(tx, now, 'driveri', roster, rows);
    await tx.rosters.setState('driveri', {
      hasNotes,
      observedAt: listing.sentAt,
      nextReadAt: now + owner.context.settings.driveriPollMs,
      failures: 0,
      lastFailure: null,
      // A row that a newer observation kept out is read again from the old watermark.
      ...(outdated > 0 ? {} : { watermark: newest(roster, listing.drivers) }),
      ...(isComplete
        ? {
            completeAt: listing.sentAt,
            completeCount: listing.drivers.length + listing.setAside.length,
            completeTicket: seen.ticket,
          }
        : {}),
    });
    // A row that can be read again: only a reading of everything shows that it was the last one.
    const isNews = strangers > 0 || readableAgain.length > 0;
    const driveriListingNeeded = isComplete ? false : state.driveriListingNeeded || isNews;
    if (driveriListingNeeded !== state.driveriListingNeeded)
      await tx.account.update({ driveriListingNeeded });
    await tx.events.append([
      ...(await setAsideHealth(tx, now, 'driveri', { setAside: listing.setAside, isWhole: isComplete })),
      ...(await noteSuccess(tx, now, 'driveri')),
    ]);
  });
  owner.wake();
}

async function storeRows(
  owner: AccountOwner,
  drivers: readonly DriveriDriver[],
  seen: Observation,
  isBaseline: boolean,
): Promise<{ readonly strangers: number; readonly outdated: number }> {
  const differing = new Set(await owner.readOnce('bulk', (tx) => tx.rosters.differingDriveri(drivers)));
  const news = drivers.filter((driver) => differing.has(driver.driverId));
  let [strangers, outdated] = [0, 0];
  for (const chunk of chunksOf(news, CHUNK)) {
    const reading = await owner.transaction('bulk', async (tx) => {
      const now = owner.context.clock.now();
      const graceMs = owner.context.settings.confirmGraceMs;
      const recorded = await recordDriveri(tx, owner.account, chunk, seen, now, { isBaseline, graceMs });
      await tx.events.append(recorded.events);
      return recorded;
    });
    strangers += reading.strangers;
    outdated += reading.outdated;
  }
  return { strangers, outdated };
}

/** DriverIDs of the roster that a complete listing does not have, and that nothing was observed of since it was sent. */
async function vanishedIds(
  owner: AccountOwner,
  listing: DriveriListing,
  seen: Observation,
  isBaseline: boolean,
): Promise<readonly DriverId[]> {
  const known = (await owner.read('bulk', (tx) => tx.rosters.driveriIds())).filter(
    (row) => row.ticket < seen.ticket,
  );
  if (!isBaseline) expectWhole(owner, listing, known.length);
  const listed = new Set(listing.drivers.map((driver) => driver.driverId));
  return known.filter((row) => !listed.has(row.driverId)).map((row) => row.driverId);
}

function expectWhole(owner: AccountOwner, listing: DriveriListing, knownBefore: number): void {
  const limits = owner.account.guards;
  const verdict = judgeDriveriRoster({ limits, count: listing.drivers.length, knownBefore });
  if (verdict.complete) return;
  throw new PortalError({
    portal: 'driveri',
    operation: 'drivers.list',
    kind: 'incomplete',
    outcome: 'none',
    message: verdict.reason,
  });
}

/** Driveri's newest `updatedDate`, never our clock: changes are read from there. */
function newest({ watermark }: RosterState, drivers: readonly DriveriDriver[]): number | null {
  let latest = watermark ?? 0;
  for (const driver of drivers) latest = Math.max(latest, driver.updatedDate ?? 0);
  return latest === 0 ? null : latest;
}
