import { setImmediate as nextTurn } from 'node:timers/promises';
import { createFleetState } from '../../driver/fleet/fleet-state';
import { planFleetInTurns } from '../../driver/fleet/plan-fleet';
import { judgeDriverIdField } from '../../driver/guard/guards';
import type { AccountOwner } from '../account/account-owner';
import type { ListedFleet } from '../ports/roster-store';
import { policyOf } from '../reconcile/look';
import { planOfStrangers, type RunPlan } from './plan-run';
import { nameIn } from './plan-slices';

/**
 * What an INITIAL run would do in the portals that the account is connected to now and has not adopted. Both are listed into
 * rosters of their own, in memory: the same ids are other people there, so that nothing of them may get into the account's.
 * Links that were set aside when the account was last connected to them count. Nothing is written. Throws `PortalError`.
 */
export async function planElsewhere(owner: AccountOwner): Promise<RunPlan> {
  const { account } = owner;
  const gps = await account.gps.listDrivers({ urgency: 'bulk' });
  const driveri = await account.driveri.listDrivers({ urgency: 'bulk' });
  const field = judgeDriverIdField({
    limits: account.guards,
    answered: gps.driverIdFieldAnswered,
    hadBefore: 0,
    lostNow: 0,
  });
  const fleet = await owner.read('bulk', async (tx) => {
    const state = await tx.account.read();
    const aside = await Promise.all(
      [account.fingerprint, ...account.formerFingerprints].map((one) => tx.links.asideOf(one)),
    );
    const listed: ListedFleet = { gps: gps.drivers, driveri: driveri.drivers, links: aside.flat() };
    const policy = policyOf(account, { ...state, driverIdField: field.readable ? 'readable' : 'unreadable' });
    return createFleetState({ ...tx.rosters.neighbourhoodOf(listed), policy });
  });
  const { items } = await planFleetInTurns(fleet, () => nextTurn());
  const planned = items.map((item) => ({ ...item, driverName: nameIn(fleet, item.gpsId) }));
  return planOfStrangers(owner, planned, fleet.gpsIds().length, fleet.links().length);
}
