import type { GpsId } from '../../driver/ids';
import type { AccountOwner } from '../account/account-owner';
import { gpsPollInterval } from './poll-interval';
import { observeNow, readingPortal } from './portal-reading';
import { storeGpsListing, type GpsIngest } from './store-gps-listing';

/** How often group memberships are read: they cost a request per group. */
const GROUPS_EVERY_MS = 10 * 60_000;

/** Reads GPS once: how a change made directly in the GPS portal gets to Driveri. */
export async function pollGps(owner: AccountOwner): Promise<void> {
  const everyMs = gpsPollInterval(owner.context.settings.gpsPollMs, owner.account);
  await readingPortal(owner, 'gps', everyMs, async () => {
    await listGps(owner);
    await readGroups(owner);
  });
}

/** Lists GPS and stores the listing. `acceptShrunk`: a person has accepted that the fleet is that small. Throws `PortalError`. */
export async function listGps(owner: AccountOwner, acceptShrunk = false): Promise<GpsIngest> {
  const seen = await observeNow(owner);
  const listing = await owner.account.gps.listDrivers({ urgency: 'bulk' });
  return storeGpsListing(owner, listing, { ...seen, at: listing.sentAt }, acceptShrunk);
}

async function readGroups(owner: AccountOwner): Promise<void> {
  const now = owner.context.clock.now();
  const { groupsAt } = await owner.readOnce('bulk', (tx) => tx.rosters.state('gps'));
  if (groupsAt !== null && groupsAt <= now && now - groupsAt < GROUPS_EVERY_MS) return;
  const groups = await owner.account.gps.listGroups({ urgency: 'bulk' });
  const memberships = new Map<GpsId, string[]>();
  for (const group of groups) {
    for (const member of group.members) {
      const names = memberships.get(member);
      if (names === undefined) memberships.set(member, [group.name]);
      else names.push(group.name);
    }
  }
  await owner.transaction('bulk', async (tx) => {
    const changed = await tx.rosters.setGroups(memberships);
    await tx.drivers.refresh(changed, [], now);
    await tx.rosters.setState('gps', { groupsAt: now });
  });
}
